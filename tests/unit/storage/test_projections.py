from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, text

from desktop.domain.commands import Correct
from desktop.services import follow
from desktop.storage import order, projections
from desktop.storage.tables import PROJECTION_VERSION
from tests.support.samples import OWNER, REASON
from tests.support.wards import Ward, opened, person
from tests.support.way import bring

_TABLES = ("dossier", "dossier_code", "ordinal", "form_number", "unit_state")


def tables(ward: Ward) -> dict[str, Sequence[Any]]:
    with ward.database._engine.begin() as connection:
        return {name: connection.execute(text(f"SELECT * FROM {name} ORDER BY 1")).all() for name in _TABLES}


def busy(ward: Ward) -> None:
    made = ward.receive()
    ward.receive(owner=person(1), is_immediate=True)
    follow.correct(ward.desk, ward.user("lan"), made.code, Correct({"applicant.name": "Tên Đúng"}, REASON))
    bring(ward.desk, made.code)


def test_a_refold_makes_the_same_tables_with_the_same_places(ward: Ward) -> None:
    busy(ward)
    before = tables(ward)

    with ward.database._engine.begin() as connection:
        projections.refold(connection)

    assert tables(ward) == before
    assert [card.applicant for card in ward.desk.reader.search("ten dung", 5)] == ["Tên Đúng"]
    assert ward.desk.reader.search(OWNER.name, 5) == ()


def test_no_table_is_dropped_while_it_is_full(ward: Ward) -> None:
    # Each page of a full table would stay in memory: 4.5 GB of a ward of 1,000,000 dossiers.
    busy(ward)
    dropped: dict[str, int] = {}

    def look(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "DROP TABLE" in statement:
            name = statement.rsplit(maxsplit=1)[-1]
            of = f"{name}_idx" if name == "dossier_search" else name
            dropped[name] = connection.connection.cursor().execute(f"SELECT count(*) FROM {of}").fetchone()[0]

    event.listen(ward.database._engine, "before_cursor_execute", look)
    with ward.database._engine.begin() as connection:
        projections.refold(connection)

    assert {"dossier", "dossier_code", "dossier_search"} <= dropped.keys()
    assert not any(dropped.values())


def test_tables_of_another_version_are_refolded_at_the_next_start(ward: Ward) -> None:
    busy(ward)
    before = tables(ward)
    with ward.database._engine.begin() as connection:
        connection.execute(text("UPDATE meta SET value = '0' WHERE key = 'projection_version'"))
        connection.execute(text("DELETE FROM dossier"))
    ward.database.close()

    with opened(ward.folder, ward.state) as again:
        assert tables(again) == before
        with again.database._engine.begin() as connection:
            assert connection.execute(text("SELECT value FROM meta")).scalar() == str(PROJECTION_VERSION)
            assert not projections.refold_if_stale(connection)


def test_a_row_reads_back_as_the_dossier_it_was_made_of(ward: Ward) -> None:
    busy(ward)
    dossier = ward.desk.reader.find("000.16.27.H29-190718-0001")

    assert dossier is not None
    assert projections.read_dossier(projections.dossier_values(dossier)["state"]) == dossier


def test_the_log_folds_one_dossier_at_a_time_in_the_order_of_ids(ward: Ward) -> None:
    busy(ward)

    with ward.database._engine.begin() as connection:
        folded = [each.state for each in order.all_folded(connection) if each.state]

    assert len(folded) == 2
    assert [each.dossier_id for each in folded] == sorted(each.dossier_id for each in folded)
    assert all(ward.desk.reader.find(each.code) == each for each in folded)
