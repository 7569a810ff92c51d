"""Copy the database while it is in use, pack a backup, and bring one back.

A backup is one sealed file (:mod:`desktop.storage.sealed`): in it a tar of the encrypted database made by ``VACUUM
INTO`` (a consistent copy, never a copy of a live file), the key file with its wraps, and a manifest of what is inside.
The copy is opened and checked, and the file read back from where it lies, before the backup counts as made.
"""

import contextlib
import errno
import hashlib
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.domain.vietnamese import local
from desktop.storage.changes_since import Cursor, cursor_at
from desktop.storage.durable import SCRATCH_PREFIX, written_whole
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.keys import KeyFile
from desktop.storage.sealed import Readers, Sealer, Secrets, check_kept, is_sealed, unsealed

FORMAT = "motcua-backup-1"
_DATABASE, _KEYS, _MANIFEST = "motcua.db", "keys.toml", "manifest.json"
_TRAINING = "training.key"
_MEMBERS = {_DATABASE, _KEYS, _MANIFEST}
_BLOCK = 1 << 20
_NO_PLACE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
KIND = "full"
LAST_BACKUP = "last-backup.txt"


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Say what a backup holds.

    Attributes:
        path: The file, absolute.
        events: How many events.
        head_hash: Hex of the last event's hash.
        size: Bytes.
    """

    path: Path
    events: int
    head_hash: str
    size: int


def copy_before_migration(source: Path, key: bytes, folder: Path, now: datetime) -> Path:
    """Copy the database aside before a migration changes it; return the copy."""
    with translated():
        folder.mkdir(exist_ok=True)
        target = folder / f"truoc-nang-cap-{local(now):%Y%m%d-%H%M%S}.db"
        _vacuum_into(source, key, target)
    return target


def write_backup(folder: Path, key: bytes, target: Path, now: datetime) -> BackupReport:
    """Pack a backup of a data folder into one sealed file, beside the running program if need be.

    Args:
        folder: Data folder.
        key: Database key.
        target: File to write; replaced whole or not at all.
        now: Written into the manifest.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_read_only``, ``recovery_key_needed`` …
        DamagedData: the copy fails its own check, or the file is not what was written; no file is left.
    """
    readers = KeyFile(folder / _KEYS).readers(key)
    # Segments go on from here: it is read before the copy is made, what comes in between is told twice, never missing.
    with translated():
        cursor = _cursor(folder / _DATABASE, key)
    with translated(), _scratch(folder, target.parent) as scratch:
        copy = scratch / _DATABASE
        _vacuum_into(folder / _DATABASE, key, copy)
        found = _checked(copy, key)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "replica_id": found.replica_id,
            "events": found.events,
            "head_hash": found.head_hash,
            "cursor": cursor.as_plain(),
            "sha256": _sha256(copy),
        }
        digest = _write_sealed(target, folder, copy, manifest, readers)
        check_kept(target, digest, readers)
        _note_made(folder, now)
    return BackupReport(target.absolute(), found.events, found.head_hash, target.stat().st_size)


def restore_backup(source: Path, folder: Path, held: Secrets | None = None) -> int:
    """Unpack a backup into an empty data folder; return how many events it holds.

    The restored database opens a new epoch at its next start: the marker or the install id tells it.

    Args:
        source: A backup of this or an earlier program.
        folder: Data folder.
        held: What opens it; a training database's needs nothing.

    Raises:
        EnvironmentProblem: ``backup_absent``, ``database_exists``.
        UserError: ``backup_other_key``: another recovery key opens it.
        DamagedData: ``backup_damaged``.
    """
    if not source.is_file():
        raise EnvironmentProblem("backup_absent", path=str(source))
    if (folder / _DATABASE).exists():
        raise EnvironmentProblem("database_exists", path=str(folder))
    with translated():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH_PREFIX) as scratch:
            manifest = _unpacked(source, Path(scratch), held or Secrets())
            (Path(scratch) / _KEYS).replace(folder / _KEYS)
            if (Path(scratch) / _TRAINING).exists():
                (Path(scratch) / _TRAINING).replace(folder / _TRAINING)
            (Path(scratch) / _DATABASE).replace(folder / _DATABASE)
    return int(manifest["events"])


@contextmanager
def _scratch(folder: Path, beside: Path) -> Iterator[Path]:
    """Give a folder for the copy: on the PC's own disk, or beside the target where that takes no files."""
    try:
        place = tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH_PREFIX)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
        place = tempfile.TemporaryDirectory(dir=beside, prefix=SCRATCH_PREFIX)
    with place as name:
        yield Path(name)


def _write_sealed(target: Path, folder: Path, copy: Path, manifest: dict[str, Any], readers: Readers) -> str:
    """Write the sealed file; return the SHA-256 of its content."""
    facts = {"kind": KIND} | {name: manifest[name] for name in ("replica_id", "made_at", "events", "cursor")}
    with written_whole(target) as file:
        sealer = Sealer(file, facts, readers)
        # A stream is written only: tarfile's types ask for a whole file.
        with tarfile.open(fileobj=sealer, mode="w|") as archive:  # type: ignore[call-overload]
            archive.add(copy, _DATABASE)
            archive.add(folder / _KEYS, _KEYS)
            if (folder / _TRAINING).exists():
                # The open key of a training database; a real one has none.
                archive.add(folder / _TRAINING, _TRAINING)
            _add_text(archive, _MANIFEST, json.dumps(manifest))
        return sealer.finish()


def _note_made(folder: Path, now: datetime) -> None:
    """Remember in the data folder when the last backup was made, for the self-check; a read-only folder forgets."""
    with contextlib.suppress(OSError):
        (folder / LAST_BACKUP).write_text(now.isoformat(), "ascii")


def last_backup_at(folder: Path) -> datetime | None:
    """Return when the last backup of a data folder was made, None when it is not known."""
    try:
        return datetime.fromisoformat((folder / LAST_BACKUP).read_text("ascii"))
    except (OSError, ValueError):
        return None


def _unpacked(source: Path, scratch: Path, held: Secrets) -> dict[str, Any]:
    names = set()
    try:
        with _content(source, held) as content:
            with tarfile.open(fileobj=content, mode="r|") as archive:
                for member in archive:
                    # Only our plain files: a crafted archive names no other path.
                    if member.name not in {*_MEMBERS, _TRAINING} or not member.isfile():
                        raise DamagedData("backup_damaged", path=source.name)
                    _extract(archive, member, scratch)
                    names.add(member.name)
            while content.read(_BLOCK):
                """Read on: a sealed file is whole only with its last piece."""
        manifest: dict[str, Any] = json.loads((scratch / _MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, ValueError, FileNotFoundError) as error:
        raise DamagedData("backup_damaged", path=source.name) from error
    if (
        names - {_TRAINING} != _MEMBERS
        or not isinstance(manifest, dict)
        or manifest.get("format") != FORMAT
        or manifest.get("sha256") != _sha256(scratch / _DATABASE)
    ):
        raise DamagedData("backup_damaged", path=source.name)
    return manifest


@contextmanager
def _content(source: Path, held: Secrets) -> Iterator[io.BufferedIOBase]:
    """Give the tar in a backup; before there were sealed files it was the backup itself."""
    if not is_sealed(source):
        with source.open("rb") as plain:
            yield plain
        return
    with io.BufferedReader(_Pieces(unsealed(source, held)), _BLOCK) as content:
        yield content


class _Pieces(io.RawIOBase):
    """Read pieces as one stream."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Take the pieces."""
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        """Fill a buffer as far as the piece at hand goes."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = piece
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, scratch: Path) -> None:
    content = archive.extractfile(member)
    if content is None:
        raise tarfile.ReadError(member.name)
    path = scratch / member.name
    path.touch(mode=0o600)
    with content, path.open("wb") as target:
        while block := content.read(_BLOCK):
            target.write(block)


def _vacuum_into(source: Path, key: bytes, target: Path) -> None:
    with _raw(source, key) as connection:
        # The file is opened read-only all the same; query_only would refuse the new file too.
        connection.execute("PRAGMA query_only = OFF")
        connection.execute("VACUUM INTO ?", (str(target),))


@dataclass(frozen=True, slots=True)
class _Found:
    """Say what a copy holds."""

    replica_id: str
    events: int
    head_hash: str


def _checked(copy: Path, key: bytes) -> _Found:
    with _raw(copy, key) as connection:
        problems = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if problems or connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise DamagedData("backup_damaged", path=copy.name)
        (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
        last = connection.execute("SELECT hash FROM event ORDER BY position DESC LIMIT 1").fetchone()
        (replica_id,) = connection.execute("SELECT replica_id FROM replica").fetchone()
    return _Found(replica_id, events, last[0].hex() if last else "")


def _cursor(source: Path, key: bytes) -> Cursor:
    engine = open_engine(source, key, read_only=True)
    try:
        with engine.connect() as connection:
            return cursor_at(connection)
    finally:
        engine.dispose()


@contextmanager
def _raw(path: Path, key: bytes) -> Iterator[Any]:
    connection = connect_raw(path, key, read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    info = tarfile.TarInfo(name)
    info.size = len(content)
    archive.addfile(info, io.BytesIO(content))
