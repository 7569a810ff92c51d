"""A ward with two PCs at a city leaves in open files and comes back the same: the feed's order goes along."""

import sys
from pathlib import Path

import pytest

from desktop.devices import signing_key
from desktop.domain.dossiers import Status
from desktop.storage.open_export import write_export
from desktop.storage.verification import verify
from desktop.wiring import Ward, open_ward, read_key
from desktop.wiring.moving import import_data
from tests.support.city import city_process
from tests.support.joined import Pc, check_agreement, enrol_code, new_unit
from tests.support.samples import NINE

if sys.platform != "linux":
    pytest.skip("the city is a Linux server", allow_module_level=True)


def standing(ward: Ward) -> dict[str, Status]:
    """Return every dossier's status by its code."""
    found = (card for name in ("tran", "le", "nguoi") for card in ward.desk.reader.search(name, 50))
    return {card.code: card.status for card in found}


@pytest.mark.slow
def test_what_two_pcs_did_and_the_city_ordered_comes_back_the_same(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    with city_process(database, tmp_path / "city.log") as city:
        unit_id = new_unit(database)
        first, second = (Pc(tmp_path / n).join(city.url, enrol_code(database, unit_id)) for n in ("a", "b"))
        for n in range(3):
            first.receive(f"Trần Văn {n}")
            second.receive(f"Lê Thị {n}")
        for pc in (first, second, first):
            assert pc.sync() == ""
        check_agreement(first, second)
        first.receive("Người chưa gửi")
        assert first.ward is not None
        before = standing(first.ward)
        write_export(first.folder, first.ward.database.key, tmp_path / "open", "", NINE)
        first.close()
        second.close()

    done = import_data(tmp_path / "c" / "data", tmp_path / "open")

    key = read_key(tmp_path / "c" / "data", store=None)
    assert verify(tmp_path / "c" / "data", key, tmp_path / "nowhere", signing_key.verify).findings == ()
    ward = open_ward(tmp_path / "c" / "data")
    try:
        after = standing(ward)
    finally:
        ward.close()
    assert done.events > 0
    assert len(before) == 7
    assert after == before
