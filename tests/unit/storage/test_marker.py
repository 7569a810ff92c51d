import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.storage.marker import (
    INSTALL_NAME,
    MARKER_NAME,
    SLOT_BYTES,
    SLOT_OFFSETS,
    Judgement,
    Marker,
    MarkerFile,
    decode_slot,
    encode_slot,
    install_id,
    judge,
)

ROOT = Path(__file__).parents[3]
EPOCH = "0b6f2f6e-0d0c-7aaa-8bbb-1234567890ab"
HERE = "f" * 32


def digest(seq: int) -> bytes:
    return seq.to_bytes(32, "big")


def at(seq: int) -> Marker:
    return Marker(EPOCH, seq, digest(seq), date(2026, 3, 2), HERE)


markers = st.builds(
    Marker,
    epoch=st.uuids().map(str),
    seq=st.integers(0, 2**63 - 1),
    head_hash=st.binary(min_size=32, max_size=32),
    last_date=st.dates(),
    install_id=st.binary(min_size=16, max_size=16).map(bytes.hex),
)


def test_nothing_was_ever_written(tmp_path: Path) -> None:
    marker_file = MarkerFile(tmp_path / "replica")

    marker_file.sync()

    assert marker_file.read() is None
    assert list(tmp_path.iterdir()) == []


def test_the_last_marker_written_is_read_also_by_a_later_process(tmp_path: Path) -> None:
    first = MarkerFile(tmp_path / "replica")
    for seq in range(1, 6):
        first.write(at(seq))
        assert first.read() == at(seq)

    later = MarkerFile(tmp_path / "replica")
    assert later.read() == at(5)
    later.write(at(6))
    assert MarkerFile(tmp_path / "replica").read() == at(6)


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    MarkerFile(tmp_path / "replica").write(at(1))

    assert stat.S_IMODE((tmp_path / "replica" / MARKER_NAME).stat().st_mode) & 0o077 == 0


@given(st.integers(0, 2**62), markers)
def test_a_slot_gives_back_what_it_was_given(generation: int, marker: Marker) -> None:
    slot = encode_slot(generation, marker)

    assert len(slot) == SLOT_BYTES
    assert decode_slot(slot) == (generation, marker)


@settings(max_examples=20)
@given(markers, markers, markers)
def test_a_write_torn_at_any_byte_leaves_the_marker_before_or_the_new_one(
    oldest: Marker, before: Marker, new: Marker
) -> None:
    old_slot, new_slot = encode_slot(1, oldest), encode_slot(3, new)
    needed = 6 + int.from_bytes(new_slot[4:6], "big") + 32

    for cut in range(SLOT_BYTES + 1):
        for torn in (new_slot[:cut] + old_slot[cut:], old_slot[:cut] + new_slot[cut:]):
            slots = [slot for slot in (decode_slot(torn), (2, before)) if slot is not None]
            found = max(slots, key=lambda slot: slot[0])
            is_whole = torn[:needed] == new_slot[:needed]
            assert found[1] == (new if is_whole else before)


@given(st.integers(0, SLOT_BYTES), markers)
def test_a_slot_cut_off_is_none_or_whole(cut: int, marker: Marker) -> None:
    slot = encode_slot(7, marker)
    is_whole = cut >= 6 + int.from_bytes(slot[4:6], "big") + 32

    assert decode_slot(slot[:cut]) == ((7, marker) if is_whole else None)


@given(st.integers(0, SLOT_BYTES - 1), st.integers(1, 255), markers)
def test_a_changed_byte_is_seen_unless_it_is_padding(place: int, flip: int, marker: Marker) -> None:
    slot = bytearray(encode_slot(7, marker))
    is_padding = place >= 6 + int.from_bytes(slot[4:6], "big") + 32
    slot[place] ^= flip

    assert decode_slot(bytes(slot)) == ((7, marker) if is_padding else None)


@pytest.mark.parametrize("written", [1, 2, 3, 4])
def test_a_torn_file_gives_the_marker_before_and_takes_the_next(tmp_path: Path, written: int) -> None:
    marker_file = MarkerFile(tmp_path)
    for seq in range(1, written + 1):
        marker_file.write(at(seq))
    newest = SLOT_OFFSETS[written % 2]
    with (tmp_path / MARKER_NAME).open("r+b") as file:
        file.seek(newest + 100)
        file.write(b"torn")

    later = MarkerFile(tmp_path)

    assert later.read() == (at(written - 1) if written > 1 else None)
    later.write(at(written + 1))
    assert MarkerFile(tmp_path).read() == at(written + 1)
    untouched = (tmp_path / MARKER_NAME).read_bytes()[SLOT_OFFSETS[(written - 1) % 2] :][:SLOT_BYTES]
    assert decode_slot(untouched) == ((written - 1, at(written - 1)) if written > 1 else None)


def test_an_empty_or_strange_file_is_no_marker(tmp_path: Path) -> None:
    for content in (b"", b"\0" * 10_000, b"MCM1", b"MCM1\xff\xff" + b"x" * 600):
        (tmp_path / MARKER_NAME).write_bytes(content)
        assert MarkerFile(tmp_path).read() is None


def test_a_file_that_cannot_be_read_is_not_a_missing_one(tmp_path: Path) -> None:
    (tmp_path / MARKER_NAME).mkdir()

    with pytest.raises(OSError, match="directory"):
        MarkerFile(tmp_path).read()


def test_a_state_folder_wiped_meanwhile_is_made_again(tmp_path: Path) -> None:
    marker_file = MarkerFile(tmp_path / "replica")
    marker_file.write(at(1))
    marker_file.sync()
    (tmp_path / "replica" / MARKER_NAME).unlink()
    (tmp_path / "replica").rmdir()

    marker_file.write(at(2))
    marker_file.sync()

    assert MarkerFile(tmp_path / "replica").read() == at(2)


def test_a_killed_process_loses_no_marker_it_wrote(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from datetime import date; from pathlib import Path\n"
        "from desktop.storage.marker import Marker, MarkerFile\n"
        "file = MarkerFile(Path(sys.argv[1]))\n"
        f"for seq in range(1, 51): file.write(Marker({EPOCH!r}, seq, seq.to_bytes(32, 'big'),"
        f" date(2026, 3, 2), {HERE!r}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, check=False, timeout=60)

    assert ended.returncode == -signal.SIGKILL
    assert MarkerFile(tmp_path).read() == at(50)


@pytest.mark.parametrize(
    "marker", [replace(at(1), head_hash=b"short"), replace(at(1), seq=-1), replace(at(1), epoch="e" * 400)]
)
def test_a_marker_that_does_not_fit_is_a_bug_and_changes_nothing(tmp_path: Path, marker: Marker) -> None:
    marker_file = MarkerFile(tmp_path)
    marker_file.write(at(1))

    with pytest.raises(ValueError, match="marker"):
        marker_file.write(marker)

    assert marker_file.read() == at(1)


def log_of(last: int, epoch_salt: bytes = b"") -> Callable[[int], bytes | None]:
    """Return the look-up of a log that ends at ``last``; another salt is another history."""

    def hash_at(seq: int) -> bytes | None:
        if seq > last:
            return None
        return digest(seq) if not epoch_salt else epoch_salt.ljust(32, b"x")

    return hash_at


@pytest.mark.parametrize(
    ("marker", "seq", "expected"),
    [
        (None, 0, Judgement.FRESH),
        (None, 1, Judgement.COPIED),
        (None, 5, Judgement.COPIED),
        (at(0), 0, Judgement.SAME),
        (at(5), 5, Judgement.SAME),
        (at(4), 5, Judgement.CRASHED),
        (at(0), 1, Judgement.CRASHED),
        (at(6), 5, Judgement.RESTORED),
        (at(6), 0, Judgement.RESTORED),
        (replace(at(5), epoch="another"), 5, Judgement.RESTORED),
        (replace(at(4), epoch="another"), 5, Judgement.RESTORED),
        (replace(at(5), head_hash=digest(99)), 5, Judgement.RESTORED),
        (replace(at(4), head_hash=digest(99)), 5, Judgement.RESTORED),
        (replace(at(5), install_id="another"), 5, Judgement.COPIED),
        (replace(at(4), install_id="another"), 5, Judgement.COPIED),
        (replace(at(9), install_id="another"), 5, Judgement.COPIED),
    ],
)
def test_every_history_is_judged(marker: Marker | None, seq: int, expected: Judgement) -> None:
    assert judge(marker, HERE, EPOCH, seq, log_of(seq)) == expected


def test_a_log_grown_back_to_the_same_length_is_seen_by_its_hash() -> None:
    assert judge(at(5), HERE, EPOCH, 5, log_of(5, b"other history")) == Judgement.RESTORED
    assert judge(at(5), HERE, EPOCH, 8, log_of(8, b"other history")) == Judgement.RESTORED


def test_an_event_missing_from_the_log_is_no_crash() -> None:
    assert judge(at(3), HERE, EPOCH, 5, lambda _: None) == Judgement.RESTORED


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_database_put_back_is_never_taken_for_a_crash(first: int, more: int, regrown: int) -> None:
    # Marker and database grew to ``first + more``; the copy of ``first`` came back and grew another way.
    written, restored = first + more + 1, first

    def hash_at(seq: int) -> bytes | None:
        if seq > restored + regrown:
            return None
        return digest(seq) if seq <= restored else digest(seq + 1_000)

    assert judge(at(written), HERE, EPOCH, restored + regrown, hash_at) == Judgement.RESTORED


def test_only_a_restored_or_copied_database_needs_a_new_epoch() -> None:
    assert {each for each in Judgement if each.needs_new_epoch} == {Judgement.RESTORED, Judgement.COPIED}


def test_the_install_id_is_made_once_and_kept(tmp_path: Path) -> None:
    state = tmp_path / "state" / "motcua"

    first = install_id(state, lambda n: b"\xab" * n)

    assert first == "ab" * 16
    assert install_id(state) == first
    assert [path.name for path in state.iterdir()] == [INSTALL_NAME]


def test_two_installs_have_two_ids(tmp_path: Path) -> None:
    assert install_id(tmp_path / "a") != install_id(tmp_path / "b")


@pytest.mark.parametrize("content", [b"", b"not an id", b"A" * 32, b"\xff" * 32])
def test_a_file_without_an_id_gets_a_new_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / INSTALL_NAME).write_bytes(content)

    assert install_id(tmp_path) == install_id(tmp_path)


def test_programs_that_ask_first_at_once_agree(tmp_path: Path) -> None:
    together = threading.Barrier(4)
    found: list[str] = []

    def ask() -> None:
        def random(n: int) -> bytes:
            together.wait(timeout=30)  # all have seen that no id is there yet
            return os.urandom(n)

        found.append(install_id(tmp_path, random))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(found) == 4
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [INSTALL_NAME]
