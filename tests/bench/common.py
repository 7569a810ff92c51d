"""What every bench needs: the folder of its data, rounds, medians, and one way to state a result.

Data lies in a cache folder (``MOTCUA_BENCH``, else ``motcua-bench`` in the system's temporary folder), never in the
repository. The program's state folder is led there too (``use_state``), so a bench leaves no marker in the user's own.
"""

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

CACHE = Path(os.environ.get("MOTCUA_BENCH") or Path(tempfile.gettempdir()) / "motcua-bench")

QUICK, FULL = 50_000, 1_000_000
ROUNDS = 3
#: The first instant after everything the generator writes: a working day.
NOW = datetime.fromisoformat("2026-11-02T08:00:00+07:00")


def use_state(folder: Path) -> None:
    """Lead the program's state folder, where markers lie, into a folder of ours."""
    os.environ["XDG_STATE_HOME"] = str(folder)


use_state(CACHE / "state")


@dataclass(frozen=True, slots=True)
class Result:
    """State one row of the table.

    Attributes:
        name: What was measured.
        peer: What it was measured against, in the same run.
        ratio: Candidate by peer; None when there is nothing to divide.
        goal: Upper limit of the ratio; a negative one is a lower limit; None when only reported.
        detail: Figures behind the ratio: medians, 99th percentile, CPU.
    """

    name: str
    peer: str
    ratio: float | None
    goal: float | None
    detail: str

    @property
    def holds(self) -> str:
        """Return whether the goal is met, in one word."""
        if self.ratio is None:
            return "not yet"
        if self.goal is None:
            return "reported"
        is_met = self.ratio >= -self.goal if self.goal < 0 else self.ratio <= self.goal
        return "holds" if is_met else "MISSED"

    def line(self) -> str:
        """Return the row as text."""
        ratio = "-" if self.ratio is None else f"{self.ratio:.3g} x"
        goal = "-" if self.goal is None else f">= {-self.goal:g} x" if self.goal < 0 else f"<= {self.goal:.3g} x"
        return f"{self.name:46s} | {ratio:>9s} | {goal:>11s} | {self.holds:8s} | {self.detail} | {self.peer}"


@dataclass(slots=True)
class Times:
    """Collect the seconds of many runs of one side, round by round."""

    wall: list[list[float]]
    cpu: list[float]

    def p50(self) -> float:
        """Return the median of the rounds' medians, in seconds."""
        return statistics.median(statistics.median(each) for each in self.wall)

    def p99(self) -> float:
        """Return the median of the rounds' 99th percentiles, in seconds."""
        return statistics.median(percentile(each, 0.99) for each in self.wall)

    def cpu_each(self) -> float:
        """Return the median of the rounds' CPU seconds per run."""
        return statistics.median(cpu / len(wall) for cpu, wall in zip(self.cpu, self.wall, strict=True))

    def text(self) -> str:
        """Return medians and CPU in milliseconds."""
        return f"p50 {self.p50() * 1e3:.3f} p99 {self.p99() * 1e3:.3f} cpu {self.cpu_each() * 1e3:.3f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def interleaved(rounds: int, runs: int, *sides: Callable[[int, int], object]) -> list[Times]:
    """Run all sides turn by turn, so that noise falls on all alike.

    Args:
        rounds: How many rounds.
        runs: Runs of each side in a round.
        sides: Each is called with the round and the run.
    """
    found = [Times([], []) for _ in sides]
    gc.collect()
    for a_round in range(rounds):
        for times in found:
            times.wall.append([])
            times.cpu.append(0.0)
        for run in range(runs):
            for times, side in zip(found, sides, strict=True):
                cpu, wall = time.thread_time(), time.perf_counter()
                side(a_round, run)
                times.wall[-1].append(time.perf_counter() - wall)
                times.cpu[-1] += time.thread_time() - cpu
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """Return what the work gives, its wall seconds and its CPU seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def arguments(doc: str | None) -> argparse.Namespace:
    """Read the arguments all benches share."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=QUICK, help="50000 for a quick look, 1000000 for the table")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def report(results: Iterator[Result]) -> None:
    """Print rows as they come."""
    for result in results:
        print(result.line(), flush=True)


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """Lend a folder in the cache that is empty before and gone afterwards."""
    import shutil  # noqa: PLC0415 - only here

    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
