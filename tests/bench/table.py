"""Run every bench and print one table: ratio, goal, whether it holds, figures, peer.

Run as ``python tests/bench/table.py [--dossiers 50000]``; ``just bench`` does so. 50,000 dossiers take some minutes,
1,000,000 (the size the goals are meant for) half an hour and 30 GB in the cache folder (see ``common.py``).
"""

import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import bench_bulk
import bench_commit
import bench_dossier
import bench_memory
import bench_search
import bench_verify
from common import Result, arguments

HERE = Path(__file__).parent
#: Benches with a table of their own and the argument that carries the number of rows, "" for none.
SCRIPTS = {"bench_deadlines.py": 1_000_000, "bench_receipt.py": 0, "bench_list.py": 0}
NOT_YET = (
    ("start to log-in box taking keys", "empty PySide6 window", 1.4),
    ("log-in to F2 ready", "Anki, Picard", None),
    ("longest gap of the UI timer while the rest loads", "loading on the main thread", 1 / 12),
    ("register of 30,000 rows", "pycairo", 1.0),
    ("board and quarterly table from counters", "DuckDB, one thread", 0.5),
)


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
    rows += [Result(name, peer, None, goal, "the part is not built yet") for name, peer, goal in NOT_YET]
    is_bad = any(row.holds == "MISSED" or "FAILED" in row.detail for row in rows)
    for script, count in SCRIPTS.items():
        if not (HERE / script).exists():
            rows.append(Result(script.removesuffix(".py"), "-", None, None, "the bench is not there yet"))
            continue
        print(f"\n-- {script}", flush=True)
        command = [sys.executable, str(HERE / script), *([str(count)] if count else [])]
        is_bad |= subprocess.run(command, check=False).returncode != 0
    print(f"\n{given.dossiers:,} dossiers, median of {given.rounds} rounds")
    print("name | ratio | goal | holds | ours | peer")
    for row in rows:
        print(row.line())
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
