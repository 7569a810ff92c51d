import io
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from desktop.devices.release_file import (
    MAGIC,
    MOST_HEAD,
    copy_program,
    head_name,
    open_release,
    read_head,
    unpack_program,
)
from desktop.domain.errors import DamagedData, EnvironmentProblem
from tests.support.releases import ISSUER, STRANGER, make_release

KEYS = (STRANGER.public, ISSUER.public)


def test_a_release_unpacks_to_what_was_packed(tmp_path: Path) -> None:
    file = make_release(tmp_path)

    head = open_release(file, KEYS)
    copy_program(file, head, tmp_path / "packed")
    unpack_program(tmp_path / "packed", tmp_path / "out")

    assert (head.release.version, file.name) == ("0.2.0", head.release.file_name)
    assert (tmp_path / "out" / "motcua").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "out" / "lib" / "link").readlink() == Path("data")
    assert (tmp_path / "out" / "lib" / "data").read_bytes() == bytes(range(256)) * 300


def test_the_same_program_gives_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert make_release(tmp_path / "a").read_bytes() == make_release(tmp_path / "b").read_bytes()


def test_the_announcement_is_the_first_part_of_the_file(tmp_path: Path) -> None:
    file = make_release(tmp_path)

    head = (tmp_path / head_name(open_release(file, KEYS).release.platform)).read_bytes()

    assert file.read_bytes().startswith(head)
    assert len(head) < MOST_HEAD
    assert read_head(io.BytesIO(head), KEYS).size == len(head)


def test_a_release_nobody_here_trusts_is_refused(tmp_path: Path) -> None:
    file = make_release(tmp_path, signer=STRANGER)

    with pytest.raises(DamagedData, match="release_signature"):
        open_release(file, (ISSUER.public,))


def test_every_changed_bit_of_the_words_and_the_signature_is_found(tmp_path: Path) -> None:
    file = make_release(tmp_path)
    content = file.read_bytes()
    head = open_release(file, KEYS)

    for place in range(len(MAGIC), head.size):
        changed = bytearray(content[: head.size])
        changed[place] ^= 1
        with pytest.raises(DamagedData):
            read_head(io.BytesIO(changed), KEYS)


@pytest.mark.parametrize("length", [0, 5, 17, 20, 60, 300])
def test_a_first_part_cut_short_is_no_release(tmp_path: Path, length: int) -> None:
    content = make_release(tmp_path).read_bytes()[:length]

    with pytest.raises(DamagedData, match="release_unreadable"):
        read_head(io.BytesIO(content), KEYS)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content[:-1], "release_cut_short"),
        (lambda content: content + b"x", "release_altered"),
        (lambda content: content[:-100] + bytes([content[-100] ^ 1]) + content[-99:], "release_altered"),
    ],
)
def test_program_files_that_are_not_those_that_were_signed_are_refused(
    tmp_path: Path, change: Callable[[bytes], bytes], code: str
) -> None:
    file = make_release(tmp_path)
    file.write_bytes(change(file.read_bytes()))

    with pytest.raises(DamagedData, match=code):
        copy_program(file, open_release(file, KEYS), tmp_path / "packed")


def test_a_medium_that_is_gone_is_told(tmp_path: Path) -> None:
    file = make_release(tmp_path)
    head = open_release(file, KEYS)
    file.unlink()

    with pytest.raises(EnvironmentProblem, match="release_absent"):
        open_release(file, KEYS)
    with pytest.raises(EnvironmentProblem, match="release_absent"):
        copy_program(file, head, tmp_path / "packed")


@pytest.mark.parametrize("name", ["../outside", "/outside"])
def test_an_archive_that_leaves_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "packed", "w:xz") as archive:
        info = tarfile.TarInfo(name)
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))

    # The second is put below the folder, as tar does with absolute names.
    with suppress(DamagedData):
        unpack_program(tmp_path / "packed", tmp_path / "out")

    assert not (tmp_path / "outside").exists()
    assert not Path("/outside").exists()


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "packed").write_bytes(b"no archive")

    with pytest.raises(DamagedData, match="release_unreadable"):
        unpack_program(tmp_path / "packed", tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        ("../beside", tarfile.REGTYPE, ""),
        ("/etc/motcua", tarfile.REGTYPE, ""),
        ("a/../../beside", tarfile.REGTYPE, ""),
        ("a/link", tarfile.SYMTYPE, "../../beside"),
        ("link", tarfile.SYMTYPE, "/etc/passwd"),
        ("hard", tarfile.LNKTYPE, "a"),
        ("pipe", tarfile.FIFOTYPE, ""),
    ],
)
@pytest.mark.parametrize("has_filters", [True, False])
def test_what_leaves_the_folder_is_never_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: bytes, target: str, has_filters: bool
) -> None:
    if not has_filters:  # as in the Python of Debian 12
        monkeypatch.delattr(tarfile, "data_filter", raising=False)
    packed = tmp_path / "packed"
    with tarfile.open(packed, "w:xz") as archive:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, target
        archive.addfile(member)

    with pytest.raises(DamagedData) as caught:
        unpack_program(packed, tmp_path / "program")

    assert caught.value.code == "release_unreadable"
    assert not (tmp_path / "beside").exists()
