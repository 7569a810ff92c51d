"""Bring a ward back on a spare PC: minutes from an empty folder to a verified database, by an office's commands.

Run as ``python tests/bench/bench_restore.py [--dossiers 50000]``; 1,000,000 is the size of the goal and needs 30 GB in
the cache folder (see ``common.py``). A copy of a generated ward is brought to a second place (``backup --full``), work
goes on and is brought there in segments (``backup --to``); then that PC is gone, and another one with nothing but the
place does ``restore`` and ``verify --quick``. What the ward must be taken over for, when it was made by an older
program, is told apart: an office's own copy is of its own program.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from common import ROOT, Result, arguments, report, scratch, timed
from wards import copied, opened

from desktop.services.records import DossierFilter

GOAL_S = 30 * 60.0
SEGMENTS, ACTS = 3, 20


@dataclass(frozen=True, slots=True)
class Done:
    """Hold what a command said and took.

    Attributes:
        answer: What it printed.
        wall_s: By the clock.
        cpu_s: Of the processor.
    """

    answer: dict[str, Any]
    wall_s: float
    cpu_s: float

    @property
    def text(self) -> str:
        """Return both times."""
        return f"{self.wall_s / 60:.1f} min, cpu {self.cpu_s / 60:.1f} min"


def command(home: Path, data: Path, *words: str | Path) -> Done:
    """Run ``motcua`` on a PC and wait for it.

    Args:
        home: Where that PC keeps state and settings.
        data: Data folder.
        words: Command and arguments.
    """
    environment = os.environ | {
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "TMPDIR": str(home),
    }
    line = [sys.executable, "-m", "desktop", "--data", str(data), *map(str, words)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    ended = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    done = Done(json.loads(ended.stdout), time.perf_counter() - began, cpu_s)
    print(f"{words[0]}: {done.text}", flush=True)
    return done


def shipped(dossiers: int, place: Path) -> tuple[int, float, Done]:
    """Bring a ward to a second place; return its last dossiers, the seconds of taking it over, and the full copy."""
    with copied(dossiers, "restore-ward") as data:
        began = time.perf_counter()
        with opened(data):
            take_over_s = time.perf_counter() - began
        # What a take-over left is no part of the ward.
        shutil.rmtree(data / "backups", ignore_errors=True)
        full = command(data.parent, data, "backup", "--to", place, "--full")
        for _ in range(SEGMENTS):
            with opened(data) as counter:
                for _ in range(ACTS):
                    counter.receive(counter.command())
            command(data.parent, data, "backup", "--to", place)
    return dossiers + SEGMENTS * ACTS, take_over_s, full


def bench(dossiers: int) -> Iterator[Result]:
    """Yield the rows."""
    with scratch("restore-place") as place, scratch("restore-spare") as spare:
        expected, take_over_s, full = shipped(dossiers, place)
        size_gb = sum(path.stat().st_size for path in place.rglob("*.mcs")) / 1e9
        back = command(spare, spare / "data", "restore", place)
        assert (back.answer["segments"], back.answer["passed_over"]) == (SEGMENTS, [])
        checked = command(spare, spare / "data", "verify", "--quick", "--json")
        assert checked.answer["findings"] == []
        with opened(spare / "data") as counter:
            found, count_s, _ = timed(partial(counter.ward.desk.reader.positions, DossierFilter()))
            assert len(found) == expected
            counter.receive(counter.command())
    whole_s = back.wall_s + checked.wall_s
    detail = f"restore {back.text}; verify --quick {checked.text}; {size_gb:.1f} GB sealed, {SEGMENTS} segments"
    yield Result(f"restore {dossiers:,} dossiers on a spare PC", "30 min", whole_s / GOAL_S, 1.0, detail)
    yield Result("full copy to the second place", "-", None, None, f"{full.text}; listed in {count_s:.1f} s")
    if take_over_s > 60:
        yield Result("taking an older ward over before", "-", None, None, f"{take_over_s / 60:.1f} min, not counted")


def main() -> None:
    """Print the rows."""
    report(bench(arguments(__doc__).dossiers))


if __name__ == "__main__":
    main()
