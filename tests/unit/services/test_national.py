import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.services import national
from tests.support.wards import Ward, make_ward, person
from tests.support.way import bring

DAY = date(2019, 7, 18)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = make_ward(tmp_path / "ward")
    yield made
    made.database.close()


def test_both_files_hold_the_same_dossiers_and_every_step(ward: Ward, tmp_path: Path) -> None:
    code = ward.receive(owner=person(1)).code
    ward.receive(owner=Party("=1+1", id_number="079090000009"))
    bring(ward.desk, code)

    files = national.export(ward.desk, ward.user("lan"), DAY, DAY, tmp_path / "out")

    plain = json.loads(files.json.read_text("utf-8"))
    records = plain["DongBoHoSoMC"]["data"]
    assert records[0]["MaHoSo"] == code
    assert {record["TrangThaiHoSo"] for record in records} == {"2", "9"}
    steps = [step["TrangThai"] for step in plain["CapNhatTienDoHoSoMC"]["data"] if step["MaHoSo"] == code]
    assert (steps[0], steps[-1]) == ("2", "9")
    assert (files.dossiers, files.steps) == (2, len(plain["CapNhatTienDoHoSoMC"]["data"]))
    with zipfile.ZipFile(files.xlsx) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
        sheets = book.read("xl/worksheets/sheet1.xml").decode()
    assert code in texts
    assert "079090000001" in texts
    assert "=1+1" in texts
    assert "<f>" not in sheets
    assert list((tmp_path / "out").glob(".*")) == []


def test_the_log_says_who_took_them_out(ward: Ward, tmp_path: Path) -> None:
    national.export(ward.desk, ward.user("lan"), DAY, DAY, tmp_path)

    event = ward.desk.reader.last_of_type("book.exported")
    assert event is not None
    assert event.envelope.actor == ward.user("lan").user_id


def test_nothing_is_written_that_the_log_does_not_name(ward: Ward, tmp_path: Path) -> None:
    ward.receive(owner=person(1))
    with ward.database._engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no_log BEFORE INSERT ON event WHEN NEW.type = 'book.exported' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END"
        )

    with pytest.raises(Exception, match="full"):
        national.export(ward.desk, ward.user("lan"), DAY, DAY, tmp_path / "out")

    assert [path for path in (tmp_path / "out").glob("*") if path.is_file()] == []


def test_who_may_not_export_and_a_span_that_ends_before_it_begins_are_refused(ward: Ward, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not_permitted"):
        national.export(ward.desk, ward.user("hung"), DAY, DAY, tmp_path)
    with pytest.raises(UserError, match="bad_span"):
        national.export(ward.desk, ward.user("lan"), DAY, date(2019, 7, 17), tmp_path)
