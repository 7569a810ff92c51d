"""The file a release travels in: its signed words, the signature, its program files.

Layout: magic, length of the words (4 bytes), words, signature (64 bytes), then a tar of the program's folder,
compressed by xz. The words hold the size and the digest of what follows. The first part alone, without the program's
files, is what a city publishes beside it: who has it knows whether the rest is worth fetching.

Nothing is read before the signature is found good, and nothing is unpacked before the digest is: what is unpacked is
our own copy, not the medium, which may change between two readings.
"""

import hashlib
import lzma
import os
import posixpath
import struct
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final

from desktop.devices import signing_key
from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.domain.releases import Release, is_version, order_of, read_release, release_words

MAGIC: Final = b"MOTCUA-RELEASE-1\n"
_LENGTH: Final = struct.Struct(">I")
_SIGNATURE_BYTES: Final = 64
_MOST_WORDS: Final = 65_536
_BLOCK: Final = 1 << 20
#: A program's folder is a few hundred megabytes; beyond this a signed mistake would fill the disk.
_MOST_UNPACKED: Final = 4 << 30
#: The longest first part: what is fetched to learn of a release.
MOST_HEAD: Final = len(MAGIC) + _LENGTH.size + _MOST_WORDS + _SIGNATURE_BYTES


@dataclass(frozen=True, slots=True)
class Head:
    """Hold the first part of a release's file.

    Attributes:
        release: What it says.
        size: Bytes of the part; the program's files begin there.
    """

    release: Release
    size: int


def read_head(file: IO[bytes], keys: Sequence[bytes]) -> Head:
    """Read the first part and check its signature.

    Args:
        file: Opened at its beginning.
        keys: Public keys of this installation, 32 raw bytes each; one good signature suffices.

    Raises:
        DamagedData: ``release_unreadable`` for what is no release, ``release_signature`` for one that nobody we trust
            has signed.
    """
    if file.read(len(MAGIC)) != MAGIC:
        raise DamagedData("release_unreadable")
    packed = file.read(_LENGTH.size)
    length = _LENGTH.unpack(packed)[0] if len(packed) == _LENGTH.size else 0
    words = file.read(length) if 0 < length <= _MOST_WORDS else b""
    signature = file.read(_SIGNATURE_BYTES)
    if not words or len(words) != length or len(signature) != _SIGNATURE_BYTES:
        raise DamagedData("release_unreadable")
    if not any(signing_key.verify(key, MAGIC + words, signature) for key in keys):
        raise DamagedData("release_signature")
    return Head(read_release(words), len(MAGIC) + _LENGTH.size + length + _SIGNATURE_BYTES)


def open_release(path: Path, keys: Sequence[bytes]) -> Head:
    """Read the first part of a file.

    Raises:
        EnvironmentProblem: ``release_absent``.
        DamagedData: as :func:`read_head`.
    """
    try:
        with path.open("rb") as file:
            return read_head(file, keys)
    except OSError as error:
        raise EnvironmentProblem("release_absent", path=str(path)) from error


def copy_program(source: Path, head: Head, target: Path) -> None:
    """Copy the program's files of a release into a file of our own, and check it, durably.

    Raises:
        EnvironmentProblem: ``release_absent``: the medium was taken out.
        DamagedData: ``release_cut_short``, ``release_altered``.
        OSError: our own disk refused.
    """
    digest, copied = hashlib.sha256(), 0
    with target.open("wb") as ours:
        for block in _blocks_of(source, head.size):
            copied += len(block)
            if copied > head.release.size:
                break
            digest.update(block)
            ours.write(block)
        ours.flush()
        os.fsync(ours.fileno())
    if copied < head.release.size:
        raise DamagedData("release_cut_short", path=str(source))
    if copied > head.release.size or digest.hexdigest() != head.release.sha256:
        raise DamagedData("release_altered", path=str(source))


def _blocks_of(source: Path, offset: int) -> Iterator[bytes]:
    try:
        with source.open("rb") as theirs:
            theirs.seek(offset)
            while block := theirs.read(_BLOCK):
                yield block
    except OSError as error:
        raise EnvironmentProblem("release_absent", path=str(source)) from error


def unpack_program(packed: Path, folder: Path) -> None:
    """Unpack checked program files into a new folder, durably.

    Raises:
        DamagedData: ``release_unreadable``: signed, but no archive, or one that leaves its folder.
        OSError: the disk refused.
    """
    folder.mkdir()
    try:
        with tarfile.open(packed, "r:xz") as archive:
            # Debian 12's own Python 3.11.2 has no filters yet; what they would refuse is refused here too.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            unpacked = 0
            for member in archive:
                unpacked += member.size
                if unpacked > _MOST_UNPACKED or not _stays_inside(member):
                    raise DamagedData("release_unreadable")
                archive.extract(member, folder)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DamagedData("release_unreadable") from error
    make_durable(folder)


def _stays_inside(member: tarfile.TarInfo) -> bool:
    """Tell whether a member is a plain file, folder or link whose place and target lie in the folder."""
    if not (member.isreg() or member.isdir() or member.issym()):
        return False
    places = [member.name] + (
        [posixpath.join(posixpath.dirname(member.name), member.linkname)] if member.issym() else []
    )
    texts = [member.name, member.linkname]
    return not any(text.startswith("/") or "\\" in text for text in texts) and not any(
        posixpath.normpath(place).partition("/")[0] == ".." for place in places
    )


def make_durable(folder: Path) -> None:
    """Bring everything in a folder to the disk."""
    if hasattr(os, "sync"):
        os.sync()  # one call for thousands of files
        return
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())


def write_release(
    program: Path, release: Release, signer: signing_key.Signer, folder: Path, *, preset: int = 6
) -> Path:
    """Pack a program's folder into a release's file, and its first part beside it; for those who make releases.

    Args:
        program: The folder that holds ``motcua`` or ``motcua.exe``.
        release: What to say; size and digest are found here.
        signer: Holds the private key.
        folder: Where the files go.
        preset: How hard xz tries.

    Returns:
        The file.
    """
    packed = folder / f".{release.version}.tar.xz"
    with lzma.open(packed, "wb", preset=preset) as squeezed, tarfile.open(fileobj=squeezed, mode="w|") as archive:
        for path in sorted(program.rglob("*")):
            archive.add(path, str(path.relative_to(program)), recursive=False, filter=_plain)
    with packed.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    whole = replace(release, size=packed.stat().st_size, sha256=digest)
    target = folder / whole.file_name
    words = release_words(whole)
    head = MAGIC + _LENGTH.pack(len(words)) + words + signer.sign(MAGIC + words)
    with target.open("wb") as file:
        file.write(head)
        for block in _blocks_of(packed, 0):
            file.write(block)
    packed.unlink()
    (folder / head_name(whole.platform)).write_bytes(head)
    return target


def head_name(platform: str) -> str:
    """Return the name under which the newest release of a platform is announced beside its file."""
    return f"{platform}.motcua-head"


def newest_file(folder: Path, platform: str) -> Path | None:
    """Return the file in a folder whose name says the highest version for a platform, None when there is none.

    The name only chooses; what the file is, its signed words say.

    Raises:
        OSError: the folder cannot be read.
    """
    found = {}
    for path in folder.glob(f"motcua-*-{platform}.motcua-release"):
        version = path.name.removeprefix("motcua-").removesuffix(f"-{platform}.motcua-release")
        if is_version(version):
            found[order_of(version)] = path
    return found[max(found)] if found else None


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Forget who packed it and when, so that the same program gives the same file."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member
