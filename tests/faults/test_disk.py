"""F4, F5, F6: a full, failing or read-only disk; one sentence, nothing answered lost, work goes on after."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

import pytest

from tests.faults.checks import good, problems_after
from tests.faults.lab import Lab, Outcome, Place, cold_command, write_commands
from tests.faults.scenario import forty_acts

pytestmark = pytest.mark.faults

ACTS = forty_acts()
FAILED, REFUSED_TO_START = 5, 3
#: Write calls on the write-ahead log up to the sixteenth answer; the sweep breaks each of them.
LAST_WAL_WRITE = 480
WAL_STEP = 5 if os.environ.get("MOTCUA_SWEEP") else 97
FULL = Path("/dev/full")


@dataclass(frozen=True, slots=True)
class Fault:
    """Describe a fault.

    Attributes:
        inject: strace's expression.
        file: File it hits, below the data folder; ``marker`` for the marker, "" for all.
        codes: Exit codes that are right.
        said: Error codes that are right; empty when it is said on standard error.
    """

    inject: str
    file: str
    codes: tuple[int, ...]
    said: tuple[str, ...] = ()


_WAL, _DB, _SHM = "motcua.db-wal", "motcua.db", "motcua.db-shm"
_PAPER = "out/000.16.27.H29-190716-0001-v1-A5.pdf"
FAULTS = {
    "full from the first write on": Fault("pwrite64:error=ENOSPC:when=1+", "", (3, 5)),
    "full from a write on": Fault("pwrite64:error=ENOSPC:when=150+", _WAL, (5,), ("disk_full",)),
    "full for one write": Fault("pwrite64:error=ENOSPC:when=231", _WAL, (5,), ("disk_full",)),
    "error in a write": Fault("pwrite64:error=EIO:when=77", _WAL, (5,), ("disk_error",)),
    "error in every write": Fault("pwrite64:error=EIO:when=78+", _WAL, (5,), ("disk_error",)),
    "error in a commit's sync": Fault("fsync:error=EIO:when=4", _WAL, (5,), ("disk_error",)),
    "error in every sync": Fault("fsync:error=EIO:when=5+", _WAL, (5,), ("disk_error",)),
    "error in the first sync": Fault("fsync:error=EIO:when=1+", "", (5,), ("disk_error", "")),
    "full in a sync": Fault("fsync:error=ENOSPC:when=6", _WAL, (5,), ("disk_full", "disk_error")),
    "read-only all at once": Fault("pwrite64:error=EROFS:when=90+", _WAL, (5,), ("disk_error", "disk_read_only")),
    "database not to be opened": Fault("openat:error=EACCES:when=1+", _DB, (3, 5)),
    "log not to be opened": Fault("openat:error=EROFS:when=1+", _WAL, (3, 5)),
    "no room for the index": Fault("ftruncate:error=ENOSPC:when=1+", _SHM, (3, 5)),
    "marker not to be opened": Fault("openat:error=EACCES:when=1+", "marker", (3, 5)),
    "no room for a paper": Fault("openat:error=ENOSPC:when=1+", _PAPER, (5,), ("paper_not_written",)),
    "a paper half written": Fault("write:error=ENOSPC:when=1", _PAPER, (5,), ("paper_not_written",)),
    # The marker is a trip wire, not a truth: without it the work goes on, and the log file says so.
    "no room for the marker": Fault("write:error=ENOSPC:when=3+", "marker", (0,)),
    "error when the log moves into the database": Fault("pwrite64:error=EIO:when=1+", _DB, (0, 5)),
    "error in the sync of the database": Fault("fsync:error=EIO:when=1+", _DB, (0, 5)),
}


def broken(lab: Lab, place: Place, fault: Fault, variant: str = "") -> Outcome:
    """Run the scenario under a fault, which must really come."""
    only = None
    if fault.file:
        only = next(place.state.rglob("marker")) if fault.file == "marker" else place.data / fault.file
    commands = write_commands(place, [act.command for act in ACTS[:24]])
    outcome = lab.start(place, "do", commands, variant=variant, inject=fault.inject, only=only).finish()
    assert outcome.injected > 0, "the fault never came"
    return outcome


def complaint(outcome: Outcome) -> tuple[str, str]:
    """Return (code, sentence) of what stopped a run; the code is "" for one said on standard error."""
    bad = [answer["error"] for answer in outcome.answers if not answer["ok"]]
    if bad:
        assert len(bad) == 1, bad
        return bad[0]["code"], bad[0]["message"]
    return "", outcome.error.strip()


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_disk_costs_one_sentence_and_nothing_answered(
    lab: Lab, fresh: Callable[[], Place], name: str
) -> None:
    fault, place = FAULTS[name], fresh()

    outcome = broken(lab, place, fault)

    code, sentence = complaint(outcome)
    assert outcome.code in fault.codes, (code, sentence)
    if outcome.code:
        assert code in (fault.said or ("",)), sentence
        assert is_one_vietnamese_sentence(sentence), sentence
    assert problems_after(lab, place, ACTS, good(outcome.answers)) == []


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_every_write_may_fail(lab: Lab, fresh: Callable[[], Place], error: str) -> None:
    bad: dict[int, object] = {}
    for n in range(3, LAST_WAL_WRITE, WAL_STEP):
        place = fresh()
        outcome = broken(lab, place, Fault(f"pwrite64:error={error}:when={n}+", _WAL, (FAILED,)))
        found = problems_after(lab, place, ACTS, good(outcome.answers))
        if found or outcome.code != FAILED:
            bad[n] = (outcome.code, found)

    assert bad == {}


def test_a_full_disk_under_the_answers_ends_the_run_with_5(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    commands = write_commands(place, [act.command for act in ACTS[:2]])
    with FULL.open("wb") as full:
        process = subprocess.run(
            **cold_command(place, "do", commands), stdout=full, stderr=subprocess.PIPE, check=False
        )

    assert process.returncode == FAILED
    assert is_one_vietnamese_sentence(process.stderr.decode().strip())
    assert problems_after(lab, place, ACTS, []) == []


def test_a_really_full_disk(lab: Lab, fresh: Callable[[], Place]) -> None:
    place, roomy = fresh(), fresh()
    with mounted(place.data, "size=1500k") as remount:
        outcome = lab.do(place, [act.command for act in ACTS])
        code, sentence = complaint(outcome)
        remount("size=64m")
        found = problems_after(lab, place, ACTS, good(outcome.answers))

    assert 0 < len(good(outcome.answers)) < len(ACTS)
    assert (outcome.code, code in {"disk_full", "paper_not_written"}) == (FAILED, True)
    assert is_one_vietnamese_sentence(sentence)
    assert found == []
    with mounted(roomy.data, "size=64m"):
        assert lab.do(roomy, [act.command for act in ACTS]).code == 0


def test_a_read_only_folder_is_refused_at_the_start(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    before = lab.do(place, [act.command for act in ACTS[:8]])
    with mounted(place.data, "size=64m") as remount:
        remount("ro")
        outcome = lab.do(place, [act.command for act in ACTS[8:16]])
        remount("rw")
        found = problems_after(lab, place, ACTS, good(before.answers))

    assert outcome.code == REFUSED_TO_START
    assert outcome.answers == ()
    assert is_one_vietnamese_sentence(outcome.error.strip())
    assert found == []


def test_control_a_program_deaf_to_the_disk_is_found_out(lab: Lab, fresh: Callable[[], Place]) -> None:
    caught = {}
    for variant in ("", "deaf_to_the_disk"):
        place = fresh()
        outcome = broken(lab, place, FAULTS["full for one write"], variant)
        caught[variant] = problems_after(lab, place, ACTS, good(outcome.answers))

    assert caught[""] == []
    assert caught["deaf_to_the_disk"] != []


def is_one_vietnamese_sentence(text: str) -> bool:
    """Tell whether a text is one line in Vietnamese that says what to do."""
    asks = ("hãy", "kiểm tra", "chọn", "đóng")
    return text.count("\n") == 0 and text.endswith(".") and any(word in text.lower() for word in asks)


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Callable[[str], None]]:
    """Put a folder on a small file system in memory; skip where mounting is not allowed."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        copytree(aside, folder, dirs_exist_ok=True)
        yield lambda changed: _remount(folder, changed)
    finally:
        subprocess.run(["umount", folder], check=True)


def _remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)
