"""Memory of an open ward at the end of a long day against its beginning, without the window.

Run as ``python tests/bench/bench_memory.py [--dossiers N]``. A process of its own receives, searches and shows; a day
has 300 dossiers, five minutes have a few, so the beginning is taken after twenty and the end after eight hours' worth.

``python tests/bench/bench_memory.py --days 10 5000`` does the work of ten such days in one process that is never
started anew, on a ward of 5,000 dossiers, and prints memory and open files at the end of each.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from common import QUICK, ROUNDS, Result, arguments, report
from generate import ward_of
from wards import copied, opened

from desktop.services import look_up

BEGINNING, DAY = 20, 300
GOAL = 1.15


def resident_mb() -> float:
    """Return what the process holds in memory now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 1e6


def day(dossiers: int) -> tuple[float, float]:
    """Return the memory after five minutes and after eight hours of work."""
    beginning = 0.0
    with copied(dossiers, "memory") as data, opened(data) as counter:
        desk, clerk = counter.ward.desk, counter.clerk
        for act in range(1, DAY + 1):
            received = counter.receive(counter.command()).dossier
            name = received.owner.name
            for end in range(1, len(name) + 1):
                look_up.search(desk, clerk, name[:end])
            look_up.show(desk, clerk, received.code)
            if act == BEGINNING:
                beginning = resident_mb()
        return beginning, resident_mb()


def days(many: int, dossiers: int) -> None:
    """Print memory and open files after each of many days' work in one process."""
    with copied(dossiers, "memory") as data, opened(data) as counter:
        desk, clerk = counter.ward.desk, counter.clerk
        for act in range(1, many * DAY + 1):
            received = counter.receive(counter.command()).dossier
            name = received.owner.name
            for end in range(1, len(name) + 1):
                look_up.search(desk, clerk, name[:end])
            look_up.show(desk, clerk, received.code)
            if act == BEGINNING or act % DAY == 0:
                files = len(list(Path("/proc/self/fd").iterdir()))
                print(f"{act:>6} dossiers: {resident_mb():.0f} MB, {files} files open", flush=True)


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the row of the table."""
    del rounds
    if not Path("/proc/self/statm").exists():
        yield Result("memory after 8 hours", "after 5 minutes", None, GOAL, "measured on Linux only")
        return
    ward_of(min(dossiers, QUICK))  # here: making one takes a gigabyte
    command = [sys.executable, __file__, "--day", str(min(dossiers, QUICK))]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()[-2:]
    beginning, end = (float(part) for part in told)
    assert 0 < beginning < 1e5
    yield Result(
        "memory after 8 hours, services without window",
        f"after 5 minutes: {beginning:.0f} MB",
        end / beginning,
        GOAL,
        f"{end:.0f} MB after {DAY} dossiers and their searches",
    )


def main() -> None:
    """Print the row."""
    if sys.argv[1:2] == ["--day"]:
        print(*day(int(sys.argv[2])))
        return
    if sys.argv[1:2] == ["--days"]:
        days(int(sys.argv[2]), int(sys.argv[3]))
        return
    report(bench(arguments(__doc__).dossiers))


if __name__ == "__main__":
    main()
