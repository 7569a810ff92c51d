"""Weeks offline: a backlog of events over a line of 2 Mbit/s and 100 ms, up from one PC and down to another.

Run as ``python tests/bench/bench_backlog.py [--events N]``. The measure is the whole exchange, by the product's own
engine, link and encrypted databases, against what the line alone would take for the bytes that went over it. A smaller
run is extrapolated to 54,000 events (30 days of 150 dossiers with 12 events each).
"""

import argparse
import shutil
import time
from pathlib import Path

from common import CACHE, Result, report

from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import Status
from desktop.domain.way_commands import Approve, SendBack, Submit
from desktop.services import deciding, follow
from tests.support.city import city_process
from tests.support.fault_proxy import FaultProxy
from tests.support.joined import Pc, enrol_code, new_unit
from tests.support.way import bring

BACKLOG = 54_000
#: Of one dossier: received, on a slip, confirmed, submitted, three times sent back and submitted, approved, ready.
EVENTS = 12
SENT_BACK = 3
#: So many dossiers go on one slip and are decided at once.
TOGETHER = 100
BITS_PER_S = 2_000_000
LATENCY_S = 0.05
GOAL = 3.0


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000)
    wanted = parser.parse_args().events
    folder = CACHE / "backlog"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = f"sqlite:///{folder / 'city.db'}"
    with city_process(database, folder / "city.log") as city:
        target = ("127.0.0.1", int(city.url.rsplit(":", 1)[1]))
        with FaultProxy(target, bits_per_s=BITS_PER_S, latency_s=LATENCY_S) as proxy:
            report(iter(measured(database, proxy, folder, wanted)))


def measured(database: str, proxy: FaultProxy, folder: Path, wanted: int) -> list[Result]:
    """Send a backlog up from one PC and read it on another."""
    unit_id = new_unit(database)
    far, near = (Pc(folder / name).join(proxy.address, enrol_code(database, unit_id)) for name in ("far", "near"))
    count = 0
    while count < wanted:
        walk(far, count, min(TOGETHER, (wanted - count) // EVENTS + 1))
        count = far.engine_unsent()
    rows = [timed("backlog up", far, proxy, count), timed("backlog down", near, proxy, count)]
    far.close()
    near.close()
    return rows


def walk(pc: Pc, begun: int, dossiers: int) -> None:
    """Bring some dossiers from the counter to the signature, with three sendings back: twelve events each."""
    assert pc.ward is not None
    desk, hung, chair = pc.ward.desk, pc.user("hung"), pc.user("chutich")
    codes = [pc.receive(f"Người trong những ngày mất mạng {begun + n}").code for n in range(dossiers)]
    bring(desk, *codes, to=Status.SUBMITTED)
    for n in range(SENT_BACK):
        deciding.send_back(desk, chair, codes, SendBack(f"sửa dự thảo, lần thứ {n + 1}"))
        deciding.submit(desk, hung, codes, Submit())
    deciding.approve(desk, chair, codes, [Approve()])
    for code in codes:
        follow.mark_result_ready(desk, hung, code, MarkResultReady("Kệ A1"))


def timed(name: str, pc: Pc, proxy: FaultProxy, count: int) -> Result:
    """Let a PC exchange until it rests, and compare with the bare line."""
    before, begun = proxy.carried_bytes, time.perf_counter()
    error = pc.sync(tries=50)
    took_s = time.perf_counter() - begun
    line_s = (proxy.carried_bytes - before) * 8 / BITS_PER_S
    whole_min = took_s * BACKLOG / count / 60
    detail = (
        f"{count} events {took_s:.1f} s, line {line_s:.1f} s, {(proxy.carried_bytes - before) / count:.0f} B/event; "
        f"54,000 events ≈ {whole_min:.0f} min{f' ({error})' if error else ''}"
    )
    return Result(name, "the line alone", took_s / line_s, GOAL, detail)


if __name__ == "__main__":
    main()
