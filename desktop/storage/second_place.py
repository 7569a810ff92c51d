"""The second place: a folder on another disk, a stick or a share, in which a PC's full copies and segments lie.

Each PC has a folder of its own there, named by its replica. What lies in it is read from the files themselves, so two
sticks that are used by turns each go on from where they ended.
"""

import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.errors import AppError, EnvironmentProblem
from desktop.domain.vietnamese import local
from desktop.services.safekeeping import copies_kept
from desktop.storage import backup, segments
from desktop.storage.backup import BackupReport, write_backup
from desktop.storage.changes_since import Cursor, cursor_at, goes_on_from
from desktop.storage.database import Replica, existing, read_replica
from desktop.storage.durable import SCRATCH_PREFIX, written_whole
from desktop.storage.engine import open_engine, translated
from desktop.storage.keys import KeyFile
from desktop.storage.sealed import Header, Secrets, read_header
from desktop.storage.segments import Link, file_digest, read_link, write_segment

ROOT_NAME: Final = "motcua-sao-luu"
SUFFIX: Final = ".mcs"
NOTE_NAME: Final = "DOC-TRUOC.txt"
_NOTE: Final = """Sao lưu của Một Cửa. Đừng đổi tên, sửa hoặc xóa tệp nào ở đây; chương trình tự dọn.
Mọi tệp đều mã hóa; mở bằng tờ khóa khôi phục (tên khóa in trên tờ).
Khôi phục trên máy mới: cài Một Cửa, rồi chạy   motcua restore "<thư mục này>"
"""
_LINE_BYTES: Final = 4
_KEYS = "keys.toml"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Name one file of the second place by what it says in the clear.

    Attributes:
        kind: ``full`` or ``segment``.
        replica_id: The PC it is of.
        made_at: When.
        line: The run a segment belongs to, "" for a full copy.
        number: Its place in that run, 0 for a full copy.
    """

    path: Path
    kind: str
    replica_id: str
    made_at: datetime
    line: str
    number: int
    header: Header

    @property
    def cursor(self) -> Cursor:
        """Return from where segments go on after a full copy."""
        return Cursor(**self.header.facts["cursor"])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Hold what lies in one PC's folder, oldest first."""

    fulls: tuple[KeptFile, ...]
    segments: tuple[KeptFile, ...]


def folder_of(place: Path, replica_id: str) -> Path:
    """Return a PC's folder in a place."""
    return place / ROOT_NAME / replica_id


def look_into(folder: Path) -> Shelf:
    """Return what lies in a folder; files that are none of ours are passed over.

    Raises:
        OSError: The place is not there, or does not answer.
    """
    found = [each for path in sorted(folder.glob(f"*{SUFFIX}")) if (each := _kept_file(path)) is not None]
    found.sort(key=lambda each: (each.made_at, each.number))
    return Shelf(
        fulls=tuple(each for each in found if each.kind == backup.KIND),
        segments=tuple(each for each in found if each.kind == segments.KIND),
    )


def ship_full(data: Path, key: bytes, place: Path, now: datetime) -> BackupReport:
    """Make a full copy in the second place, checked; older ones that need not stay are dropped.

    Args:
        data: Data folder, beside a running program if need be.
        key: Database key.
        place: The second place.
        now: The present instant.

    Raises:
        EnvironmentProblem: ``backup_place_absent``, ``disk_full``, ``recovery_key_needed`` …
        DamagedData: the database or the copy fails its check.
    """
    with _reading(data, key) as (_, replica):
        folder = _folder(data, place, replica)
    report = write_backup(data, key, _free(folder, f"toan-bo-{local(now):%Y%m%d-%H%M%S}"), now)
    with translated():
        tidy(folder, now)
    return report


def _free(folder: Path, name: str) -> Path:
    """Return a file that is not there yet: a copy for a new recovery key must not take the place of one for the old."""
    number, path = 1, folder / f"{name}{SUFFIX}"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}{SUFFIX}"
    return path


def ship_segment(
    data: Path,
    key: bytes,
    place: Path,
    now: datetime,
    signer: Callable[[bytes], Callable[[bytes], bytes]],
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Link | None:
    """Bring what is new to the second place.

    Args:
        data: Data folder, beside a running program if need be.
        key: Database key.
        place: The second place.
        now: The present instant.
        signer: Makes a signing function of a private key.
        random: Returns n random bytes.

    Returns:
        What was written; None when there was nothing new.

    Raises:
        EnvironmentProblem: ``backup_place_absent``, ``disk_full`` …; ``backup_full_needed``: nothing of this database
            lies there that a segment could follow.
        DamagedData: ``backup_not_kept``.
    """
    readers = KeyFile(data / _KEYS).readers(key)
    held = Secrets(database_key=key)
    with _reading(data, key) as (connection, replica):
        folder = _folder(data, place, replica)
        with translated():
            shelf = look_into(folder)
        link = _next(connection, shelf, held, now, random)
        if cursor_at(connection) == link.since:
            return None
        target = folder / f"doan-{link.line}-{link.number:06d}{SUFFIX}"
        with translated():
            return write_segment(connection, target, link, readers, signer(replica.private_key), replica.replica_id)


def replica_of(data: Path, key: bytes) -> str:
    """Return the replica of a data folder, beside a running program."""
    with _reading(data, key) as (_, replica):
        return replica.replica_id


def is_of(data: Path, key: bytes, position: int, head_hash: str) -> bool:
    """Tell whether a copy that ends so is a copy of this database."""
    with _reading(data, key) as (connection, _):
        return goes_on_from(connection, Cursor(event=position, event_hash=head_hash))


def tidy(folder: Path, now: datetime) -> None:
    """Drop full copies that need not stay, segments older than the oldest of the last days, and half-written files.

    Raises:
        OSError: The disk refused.
    """
    shelf = look_into(folder)
    staying = copies_kept([each.made_at for each in shelf.fulls], now)
    kept = [each for each in shelf.fulls if each.made_at in staying]
    for each in shelf.fulls:
        if each not in kept:
            each.path.unlink(missing_ok=True)
    # Segments lead from any copy of the last week to the present; older copies stand for themselves.
    oldest = kept[-min(len(kept), _FOLLOWED) :][:1]
    for each in shelf.segments:
        if oldest and each.made_at < oldest[0].made_at:
            each.path.unlink(missing_ok=True)
    for path in folder.glob(f"{SCRATCH_PREFIX}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


#: From so many of the newest full copies segments lead on.
_FOLLOWED: Final = 7


@contextmanager
def _reading(data: Path, key: bytes) -> Iterator[tuple[Connection, Replica]]:
    """Read a data folder in one transaction, beside a running program."""
    engine = open_engine(existing(data), key, read_only=True)
    try:
        with translated(), engine.begin() as connection:
            yield connection, read_replica(connection)
    finally:
        engine.dispose()


def _folder(data: Path, place: Path, replica: Replica) -> Path:
    """Return the PC's folder in a place, made if need be; the place itself must be there.

    Raises:
        EnvironmentProblem: ``backup_place_absent``; ``backup_place_inside``: it lies in the data folder.
    """
    if not place.is_dir():
        raise EnvironmentProblem("backup_place_absent", path=str(place))
    if place.resolve().is_relative_to(data.resolve()):
        raise EnvironmentProblem("backup_place_inside", path=str(place))
    folder = folder_of(place, replica.replica_id)
    with translated():
        folder.mkdir(parents=True, exist_ok=True)
        note = folder.parent / NOTE_NAME
        if not note.exists():
            with written_whole(note) as file:
                file.write(_NOTE.encode("utf-8-sig"))
    return folder


def _next(connection: Connection, shelf: Shelf, held: Secrets, now: datetime, random: Callable[[int], bytes]) -> Link:
    """Return the place of the next segment: after the newest that fits this database, else after a full copy."""
    newest_full = _newest(connection, shelf.fulls)
    if newest_full is None:
        raise EnvironmentProblem("backup_full_needed")
    last = next(iter(reversed(shelf.segments)), None)
    link = _fitting(connection, last, held) if last is not None else None
    if last is not None and link is not None:
        return Link(link.line, link.number + 1, file_digest(last.path), link.until, link.until, now)
    since = newest_full.cursor
    return Link(random(_LINE_BYTES).hex(), 1, "", since, since, now)


def _newest(connection: Connection, fulls: Iterable[KeptFile]) -> KeptFile | None:
    fitting = [each for each in fulls if goes_on_from(connection, each.cursor)]
    return fitting[-1] if fitting else None


def _fitting(connection: Connection, last: KeptFile, held: Secrets) -> Link | None:
    try:
        link = read_link(last.path, held)
    except AppError:
        # Damaged, or of another key: segments begin again from a full copy.
        return None
    return link if goes_on_from(connection, link.until) else None


def _kept_file(path: Path) -> KeptFile | None:
    try:
        header = read_header(path)
        facts: Any = header.facts
        cursor = Cursor(**facts["cursor"]) if facts["kind"] == backup.KIND else None
        return KeptFile(
            path=path,
            kind=str(facts["kind"]),
            replica_id=str(facts["replica_id"]),
            made_at=datetime.fromisoformat(facts["made_at"]),
            line=str(facts["line"]) if cursor is None else "",
            number=int(facts["number"]) if cursor is None else 0,
            header=header,
        )
    except (AppError, KeyError, TypeError, ValueError):
        return None
