"""Two PCs of one ward cut off from each other and from the city for ten working days, and what the meeting brings."""

import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.domain.dossiers import Status
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way_commands import Approve
from desktop.services import deciding
from desktop.storage.tables import EVENT
from desktop.sync.connection import Patience
from tests.support.city import city_process
from tests.support.fault_proxy import PASS, Fault, FaultProxy
from tests.support.joined import Pc, check_agreement, enrol_code, new_unit
from tests.support.way import bring

if sys.platform != "linux":
    pytest.skip("the city is a Linux server", allow_module_level=True)

DAYS = 10
A_DAY = 100 if os.environ.get("MOTCUA_SWEEP") else 10
SHARED = 5
FIRST_DAY = datetime(2026, 11, 30, 8, tzinfo=VIETNAM)

pytestmark = pytest.mark.timeout(1_800)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[FaultProxy]:
    with (
        city_process(database_of(tmp_path), tmp_path / "city.log") as city,
        FaultProxy(("127.0.0.1", int(city.url.rsplit(":", 1)[1]))) as made,
    ):
        yield made


def database_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'city.db'}"


def working_days() -> list[datetime]:
    days = (FIRST_DAY + timedelta(days=n) for n in range(2 * DAYS))
    return [day for day in days if day.weekday() < 5][:DAYS]


def approve(pc: Pc, code: str) -> None:
    assert pc.ward is not None
    deciding.approve(pc.ward.desk, pc.user("chutich"), [code], [Approve()])


def test_ten_days_apart_end_in_one_truth_and_nobodys_work_is_gone(proxy: FaultProxy, tmp_path: Path) -> None:
    unit_id = new_unit(database_of(tmp_path))
    pcs = [
        Pc(tmp_path / n, patience=Patience()).join(proxy.address, enrol_code(database_of(tmp_path), unit_id))
        for n in ("quay-1", "quay-2")
    ]
    shared = [pcs[0].receive(f"Hồ sơ chung {n}", FIRST_DAY).code for n in range(SHARED)]
    assert pcs[0].ward is not None
    bring(pcs[0].ward.desk, *shared, to=Status.SUBMITTED)
    assert [pc.sync() for pc in pcs] == ["", ""]

    proxy.is_down = True
    for pc in pcs:
        assert pc.ward is not None
        pc.ward.clock.set(FIRST_DAY + timedelta(hours=1))
        for code in shared:
            approve(pc, code)
    printed: list[str] = []
    for day in working_days():
        for n in range(A_DAY):
            printed += [
                pc.receive(f"{pc.home.name} {day:%d-%m} {n}", day + timedelta(minutes=4 * n)).code for pc in pcs
            ]
    assert all(pc.sync() for pc in pcs)

    # The line comes back, but not well: every seventh answer is lost.
    proxy.is_down = False
    proxy.rule = lambda request: Fault(cut_answer=0) if request.number % 7 == 0 else PASS
    for _ in range(2):
        assert [pc.sync(tries=200) for pc in pcs] == ["", ""]
    proxy.rule = lambda _request: PASS
    assert [pc.sync(tries=20) for pc in (*pcs, *pcs)] == [""] * 4

    check_agreement(*pcs)
    assert len(printed) == len(set(printed)) == 2 * DAYS * A_DAY
    for pc in pcs:
        assert set(pc.codes()) == set(printed) | set(shared)
        assert {event_id for event_id, kind in pc.feed().items() if kind == "accepted"} >= set(received(pc))
    # Of each pair of approvals one counts; the other waits for a person on the PC that came later.
    refused = {event_id for event_id, kind in pcs[0].feed().items() if kind != "accepted"}
    assert len(refused) == SHARED
    assert refused <= pcs[0].attention() | pcs[1].attention()
    for pc in pcs:
        assert pc.ward is not None
        assert pc.ward.database.folder.exists()
        pc.close()


def received(pc: Pc) -> list[str]:
    """Return the ids of all receptions, whoever wrote them."""
    return [row.event_id for row in pc.rows(select(EVENT.c.event_id).where(EVENT.c.type == "dossier.received"))]
