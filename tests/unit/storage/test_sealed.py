"""A sealed file: who opens it, and what is found of every change to it."""

import random as pseudo
from pathlib import Path

import pytest

from desktop.domain.errors import DamagedData, UserError
from desktop.storage import sealed
from desktop.storage.keys_file import new_recovery_key
from desktop.storage.sealed import Readers, Sealer, Secrets, opens, public_half, read_header, recovery_id, unsealed

PAPER = new_recovery_key(pseudo.Random(1).randbytes)
OTHER_PAPER = new_recovery_key(pseudo.Random(2).randbytes)
DATABASE_KEY = bytes(range(32))
READERS = Readers(public_half(PAPER), DATABASE_KEY)
BY_PAPER, BY_DATABASE = Secrets(recovery=PAPER), Secrets(database_key=DATABASE_KEY)
PIECE = 64


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PIECE_BYTES", PIECE)


def written(path: Path, content: bytes, readers: Readers = READERS) -> Path:
    with path.open("wb") as file:
        sealer = Sealer(file, {"kind": "full"}, readers)
        for at in range(0, len(content), 50):
            sealer.write(content[at : at + 50])
        sealer.finish()
    return path


def read(path: Path, held: Secrets) -> bytes:
    return b"".join(unsealed(path, held))


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 1_000])
@pytest.mark.parametrize("held", [BY_PAPER, BY_DATABASE], ids=["paper", "database"])
def test_what_was_sealed_is_read_by_either_key(tmp_path: Path, length: int, held: Secrets) -> None:
    content = pseudo.Random(length).randbytes(length)

    assert read(written(tmp_path / "f", content), held) == content


@pytest.mark.parametrize("held", [Secrets(), Secrets(recovery=OTHER_PAPER), Secrets(database_key=bytes(32))], ids=repr)
def test_nobody_else_reads_it_and_is_told_which_key_would(tmp_path: Path, held: Secrets) -> None:
    path = written(tmp_path / "f", b"x" * 100)

    with pytest.raises(UserError, match="backup_other_key") as caught:
        read(path, held)

    assert caught.value.details["key"] == recovery_id(public_half(PAPER))
    assert not opens(read_header(path), held)


def test_an_open_file_needs_no_key(tmp_path: Path) -> None:
    path = written(tmp_path / "f", b"x" * 100, Readers(None, DATABASE_KEY, is_open=True))

    assert read(path, Secrets()) == b"x" * 100


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "f", b"x" * 200)
    content = path.read_bytes()

    for at in range(0, len(content), 5):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises((DamagedData, UserError)):
            read(path, BY_DATABASE)


def test_every_cut_is_found(tmp_path: Path) -> None:
    path = written(tmp_path / "f", b"x" * 3 * PIECE)
    content = path.read_bytes()

    for length in range(0, len(content), 3):
        path.write_bytes(content[:length])
        with pytest.raises(DamagedData, match="backup_damaged"):
            read(path, BY_DATABASE)


def test_pieces_that_changed_places_are_found(tmp_path: Path) -> None:
    path = written(tmp_path / "f", pseudo.Random(3).randbytes(4 * PIECE))
    content, size = path.read_bytes(), PIECE + 16
    start = len(content) - 4 * size
    pieces = [content[start + n * size : start + (n + 1) * size] for n in range(4)]

    path.write_bytes(content[:start] + pieces[1] + pieces[0] + pieces[2] + pieces[3])

    with pytest.raises(DamagedData):
        read(path, BY_DATABASE)


def test_two_files_of_one_content_have_nothing_in_common(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, b"x" * 100).read_bytes() for name in "ab")

    assert first[-100:] != second[-100:]


def test_the_name_of_a_key_tells_keys_apart_and_says_nothing_of_them() -> None:
    names = {recovery_id(public_half(paper)) for paper in (PAPER, OTHER_PAPER)}

    assert len(names) == 2
    assert all(len(name) == 9 and name not in PAPER for name in names)
