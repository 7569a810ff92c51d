"""Run every bench and print one table: ratio, goal, whether it holds, figures, peer.

Run as ``python tests/bench/table.py [--dossiers 50000]``; ``just bench`` does so. 50,000 dossiers take some minutes,
1,000,000 (the size the goals are meant for) half an hour and 30 GB in the cache folder (see ``common.py``).
"""

import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bench_board
import bench_bulk
import bench_commit
import bench_dossier
import bench_memory
import bench_search
import bench_verify
from common import Result, arguments

HERE = Path(__file__).parent
#: Benches that are programs of their own: they print their rows, and need a process for Qt or for a clean memory.
SCRIPTS = ("bench_deadlines.py", "bench_receipt.py", "bench_register.py", "bench_list.py", "bench_start.py")
TAKE_DOSSIERS = ("bench_list.py",)


def measured(dossiers: int, rounds: int) -> Iterator[Result]:
    """Yield the rows of the benches that return them; one that fails does not stop the others."""
    benches: tuple[tuple[str, Callable[[], Iterator[Result]]], ...] = (
        ("commit", lambda: bench_commit.bench(dossiers, rounds)),
        ("fsync", bench_commit.bench_fsync),
        ("bulk", lambda: bench_bulk.bench(dossiers, rounds)),
        ("search", lambda: bench_search.bench(dossiers, rounds)),
        ("dossier", lambda: bench_dossier.bench(dossiers, rounds)),
        ("verify", lambda: bench_verify.bench(dossiers, rounds)),
        ("memory", lambda: bench_memory.bench(dossiers, rounds)),
        ("board", lambda: bench_board.bench(dossiers, rounds)),
    )
    for name, bench in benches:
        try:
            yield from bench()
        except Exception:  # noqa: BLE001 - the table says which bench failed, the trace says why
            traceback.print_exc()
            yield Result(name, "-", None, None, "FAILED, see above")


def main() -> int:
    """Print the table; return 1 when a row was missed or a bench failed."""
    given = arguments(__doc__)
    rows = []
    for row in measured(given.dossiers, given.rounds):
        print(row.line(), flush=True)
        rows.append(row)
    is_bad = any(row.holds == "MISSED" or "FAILED" in row.detail for row in rows)
    printed = []
    for script in SCRIPTS:
        options = ["--dossiers", str(given.dossiers)] if script in TAKE_DOSSIERS else []
        found = subprocess.run(
            [sys.executable, str(HERE / script), *options], stdout=subprocess.PIPE, text=True, check=False
        )
        print(f"-- {script}\n{found.stdout}", flush=True)
        printed += [f"-- {script}", *found.stdout.splitlines()]
        is_bad |= found.returncode != 0 or "MISSED" in found.stdout
    print(f"\n{given.dossiers:,} dossiers, median of {given.rounds} rounds")
    print("name | ratio | goal | holds | ours | peer")
    print("\n".join([*(row.line() for row in rows), *printed]))
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
