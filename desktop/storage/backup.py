"""Copy the database while it is in use, pack a backup, and bring one back.

A backup is one tar file: the encrypted database made by ``VACUUM INTO`` (a consistent copy, never a copy of a live
file), the key file with its wraps, and a manifest that says what is inside. The copy is opened and checked before
the backup counts as made.
"""

import contextlib
import hashlib
import io
import json
import os
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
from desktop.storage.engine import connect_raw, translated

FORMAT = "motcua-backup-1"
_DATABASE, _KEYS, _MANIFEST = "motcua.db", "keys.toml", "manifest.json"
_TRAINING = "training.key"
_MEMBERS = {_DATABASE, _KEYS, _MANIFEST}
_BLOCK = 1 << 20
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
    """Pack a backup of a data folder into one file, beside the running program if need be.

    Args:
        folder: Data folder.
        key: Database key.
        target: File to write; replaced whole or not at all.
        now: Written into the manifest.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_read_only`` …
        DamagedData: the copy fails its own check; no file is left.
    """
    with translated(), tempfile.TemporaryDirectory(dir=target.parent, prefix=".motcua-") as scratch:
        copy = Path(scratch) / _DATABASE
        _vacuum_into(folder / _DATABASE, key, copy)
        events, head_hash = _checked(copy, key)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "events": events,
            "head_hash": head_hash,
            "sha256": _sha256(copy),
        }
        packed = Path(scratch) / "backup.tar"
        with tarfile.open(packed, "w") as archive:
            archive.add(copy, _DATABASE)
            archive.add(folder / _KEYS, _KEYS)
            if (folder / _TRAINING).exists():
                # The open key of a training database; a real one has none.
                archive.add(folder / _TRAINING, _TRAINING)
            _add_text(archive, _MANIFEST, json.dumps(manifest))
        with packed.open("rb") as file:
            os.fsync(file.fileno())
        packed.replace(target)
        _note_made(folder, now)
    return BackupReport(target.absolute(), events, head_hash, target.stat().st_size)


def restore_backup(source: Path, folder: Path) -> int:
    """Unpack a backup into an empty data folder; return how many events it holds.

    The restored database opens a new epoch at its next start: the marker or the install id tells it.

    Raises:
        EnvironmentProblem: ``backup_absent``, ``database_exists``.
        DamagedData: ``backup_damaged``.
    """
    if not source.is_file():
        raise EnvironmentProblem("backup_absent", path=str(source))
    if (folder / _DATABASE).exists():
        raise EnvironmentProblem("database_exists", path=str(folder))
    with translated():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".motcua-") as scratch:
            manifest = _unpacked(source, Path(scratch))
            (Path(scratch) / _KEYS).replace(folder / _KEYS)
            if (Path(scratch) / _TRAINING).exists():
                (Path(scratch) / _TRAINING).replace(folder / _TRAINING)
            (Path(scratch) / _DATABASE).replace(folder / _DATABASE)
    return int(manifest["events"])


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


def _unpacked(source: Path, scratch: Path) -> dict[str, Any]:
    try:
        with tarfile.open(source, "r:") as archive:
            members = archive.getmembers()
            # Only our three plain files: a crafted archive names no other path.
            names = {member.name for member in members}
            if names - {_TRAINING} != _MEMBERS or not all(member.isfile() for member in members):
                raise DamagedData("backup_damaged", path=str(source))
            for member in members:
                _extract(archive, member, scratch)
        manifest: dict[str, Any] = json.loads((scratch / _MANIFEST).read_text("utf-8"))
    except (tarfile.TarError, ValueError) as error:
        raise DamagedData("backup_damaged", path=str(source)) from error
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != FORMAT
        or manifest.get("sha256") != _sha256(scratch / _DATABASE)
    ):
        raise DamagedData("backup_damaged", path=str(source))
    return manifest


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


def _checked(copy: Path, key: bytes) -> tuple[int, str]:
    with _raw(copy, key) as connection:
        problems = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if problems or connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise DamagedData("backup_damaged", path=str(copy))
        (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
        last = connection.execute("SELECT hash FROM event ORDER BY position DESC LIMIT 1").fetchone()
    return events, last[0].hex() if last else ""


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
