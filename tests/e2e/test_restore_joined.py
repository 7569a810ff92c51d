"""A PC of a city comes back from its second place: only what the segments bring is folded, in the feed's order."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from desktop.devices import signing_key
from desktop.domain.dossiers import Status
from desktop.storage.database import DATABASE_NAME
from desktop.storage.restoring import restore_place
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import ship_full, ship_segment
from desktop.storage.verification import verify
from tests.support.backups import MINUTE
from tests.support.city import city_process
from tests.support.joined import Pc, enrol_code, new_unit
from tests.support.samples import NINE
from tests.support.way import bring

if sys.platform != "linux":
    pytest.skip("the city is a Linux server", allow_module_level=True)


def test_a_joined_pc_comes_back_folded_in_the_order_of_the_feed(tmp_path: Path) -> None:
    database, place = f"sqlite:///{tmp_path / 'city.db'}", tmp_path / "usb"
    place.mkdir()
    dropped: list[str] = []
    with city_process(database, tmp_path / "city.log") as city:
        unit_id = new_unit(database)
        lost, other = (Pc(tmp_path / n).join(city.url, enrol_code(database, unit_id)) for n in ("lost", "other"))
        assert lost.ward is not None
        early = lost.receive("Trần Văn Sớm").code
        key = lost.ward.database.key
        ship_full(lost.folder, key, place, NINE)
        other.receive("Lê Thị Xa")
        bring(lost.ward.desk, early, to=Status.WITH_SECTION)
        for pc in (lost, other, lost):
            assert pc.sync() == ""
        lost.receive("Người chưa gửi")
        ship_segment(lost.folder, key, place, NINE + MINUTE, lambda private: signing_key.Signer(private).sign)
        expected = lost.digests()
        codes = sorted(lost.codes())
        lost.close()
        other.close()
    back = Pc(tmp_path / "back")

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "DROP TABLE" in statement and "temp." not in statement:  # the check looks at the search index through one
            dropped.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        restore_place(place, back.folder, Secrets(database_key=key), signing_key.verify)
    finally:
        event.remove(Engine, "before_cursor_execute", hear)

    assert (back.folder / DATABASE_NAME).is_file()
    assert dropped == []
    assert verify(back.folder, key, tmp_path / "nowhere", signing_key.verify).findings == ()
    back.open()
    assert sorted(back.codes()) == codes
    assert back.digests() == expected
    back.close()
