"""F7, F8: flipped bits, torn files, a log without its database; `verify` finds every one of them."""

import json
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest

from tests.faults.checks import good
from tests.faults.lab import Lab, Place
from tests.faults.scenario import forty_acts

pytestmark = pytest.mark.faults

ACTS = forty_acts()
DAMAGED = 4
PAGE = 4096
#: Flips of one CI run in each file; `verify` takes about 0.1 s.
DATABASE_FLIPS, LOG_FLIPS = (1_000, 500) if os.environ.get("MOTCUA_SWEEP") else (120, 40)


@pytest.fixture(scope="module")
def closed(lab: Lab, empty_ward: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a ward that was closed in order: everything lies in the database file."""
    place = empty_ward.copied(tmp_path_factory.mktemp("closed") / "pc")
    assert lab.do(place, [act.command for act in ACTS[:24]]).code == 0
    return place


@pytest.fixture(scope="module")
def killed(lab: Lab, empty_ward: Place, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Give a ward that was killed: its last acts lie in the write-ahead log alone."""
    return killed_ward(lab, empty_ward.copied(tmp_path_factory.mktemp("killed") / "pc"), 0, 16)


def killed_ward(lab: Lab, place: Place, begin: int, end: int) -> Place:
    """Do some of the acts and kill the program once they are answered."""
    run = lab.start(place, "do")
    run.typing.write("".join(json.dumps(act.command) + "\n" for act in ACTS[begin:end]).encode())
    run.read(end - begin)
    run.kill()
    assert len(run.finish().answers) == end - begin
    assert log_of(place).stat().st_size > 0
    return place


def log_of(place: Place) -> Path:
    return place.database.with_name("motcua.db-wal")


@contextmanager
def changed(file: Path, offset: int, change: Callable[[bytes], bytes], size: int) -> Iterator[None]:
    """Change bytes of a file for the length of a block."""
    with file.open("r+b") as opened:
        opened.seek(offset)
        before = opened.read(size)
        opened.seek(offset)
        opened.write(change(before))
    yield
    with file.open("r+b") as opened:
        opened.seek(offset)
        opened.write(before)


def unseen_flips(lab: Lab, place: Place, file: Path, flips: int, seed: int) -> list[str]:
    """Flip so many single bits of a file, one at a time; return those that verify did not find."""
    source = random.Random(seed)
    unseen = []
    for _ in range(flips):
        offset, bit = source.randrange(file.stat().st_size), 1 << source.randrange(8)
        with changed(file, offset, lambda old, bit=bit: bytes([old[0] ^ bit]), 1):
            code, found = lab.findings(place)
        if code != DAMAGED:
            unseen.append(f"{file.name} byte {offset} bit {bit}: {code} {found}")
    return unseen


def test_control_an_untouched_database_is_clean_before_and_after(lab: Lab, closed: Place, killed: Place) -> None:
    with changed(closed.database, 5 * PAGE + 7, bytes, 1):
        assert lab.findings(closed) == (0, [])

    assert lab.findings(killed) == (0, [])


@pytest.mark.parametrize("shard", range(2))
def test_every_flipped_bit_of_the_database_is_found(lab: Lab, closed: Place, shard: int) -> None:
    assert unseen_flips(lab, closed, closed.database, DATABASE_FLIPS // 2, 1930 + shard) == []
    assert lab.findings(closed) == (0, [])


def test_every_flipped_bit_of_the_log_is_found(lab: Lab, killed: Place) -> None:
    assert unseen_flips(lab, killed, log_of(killed), LOG_FLIPS, 1931) == []
    assert lab.findings(killed) == (0, [])


@pytest.mark.parametrize("kept", [0, 100, PAGE, 0.5, -PAGE, -1])
def test_a_cut_database_is_found(lab: Lab, closed: Place, tmp_path: Path, kept: float) -> None:
    place = closed.copied(tmp_path / "cut")
    size = place.database.stat().st_size
    os.truncate(place.database, int(size * kept) if isinstance(kept, float) else kept if kept >= 0 else size + kept)

    code, _ = lab.findings(place)
    outcome = lab.do(place, [ACTS[24].command])

    assert code == DAMAGED
    if kept == -1 and outcome.code == 0:
        # Only the last page is torn, and this act did not need it: `verify` still says so.
        assert lab.findings(place)[0] == DAMAGED
        return
    assert outcome.code == DAMAGED
    assert good(outcome.answers) == []
    assert "khôi phục" in (outcome.error or outcome.answers[0]["error"]["message"])


@pytest.mark.parametrize("page", [0, 1, 9, 30])
def test_a_zeroed_or_swapped_page_is_found(lab: Lab, closed: Place, page: int) -> None:
    other = closed.database.read_bytes()[(page + 3) * PAGE : (page + 4) * PAGE]

    for change in (lambda old: bytes(len(old)), lambda _: other):
        with changed(closed.database, page * PAGE, change, PAGE):
            assert lab.findings(closed)[0] == DAMAGED


def test_a_deleted_log_is_found_by_the_marker(lab: Lab, killed: Place, tmp_path: Path) -> None:
    place = killed.copied(tmp_path / "deleted")
    log_of(place).unlink()

    assert lab.findings(place) == (DAMAGED, ["database_behind_marker"])


def test_a_deleted_index_costs_nothing(lab: Lab, killed: Place, tmp_path: Path) -> None:
    place = killed.copied(tmp_path / "no-index")
    place.database.with_name("motcua.db-shm").unlink()

    assert lab.findings(place) == (0, [])
    assert lab.do(place, [act.command for act in ACTS[16:24]]).code == 0


def test_an_old_database_under_a_new_log_is_found(lab: Lab, empty_ward: Place, tmp_path: Path) -> None:
    place = empty_ward.copied(tmp_path / "pc")
    assert lab.do(place, [act.command for act in ACTS[:16]]).code == 0
    killed_ward(lab, place, 16, 24)
    copy(empty_ward.database, place.database)

    assert lab.findings(place)[0] == DAMAGED


def test_a_new_database_under_an_old_log_is_found(lab: Lab, killed: Place, tmp_path: Path) -> None:
    place = killed.copied(tmp_path / "pc")
    assert lab.do(place, [act.command for act in ACTS[16:24]]).code == 0
    copy(log_of(killed), log_of(place))

    assert lab.findings(place)[0] == DAMAGED
