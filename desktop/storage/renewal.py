"""Bring the database of an older release to this one: on a copy that must pass every check before it takes its place.

The old file is never written to. It keeps a second name among the backups and loses its first one in the step in which
the copy takes it; whatever goes wrong before, or whoever is killed when, the old release opens its own file
(definitions 18).
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2

from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.domain.vietnamese import local
from desktop.storage import projections, schema
from desktop.storage.database import BACKUP_FOLDER, DATABASE_NAME, existing
from desktop.storage.durable import make_durable
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.keys_file import sync_folder
from desktop.storage.location import check_location
from desktop.storage.process_lock import ProcessLock
from desktop.storage.verification import CheckSignature, verify

STAGE_NAME: Final = ".dang-nang-cap"
#: How a kept file of before the update is named; :mod:`desktop.storage.backup` names its copies alike.
KEPT_NAME: Final = "truoc-nang-cap"


def is_older(folder: Path, key: bytes) -> bool:
    """Tell whether an earlier release wrote the database last.

    Raises:
        NewerData: ``database_newer``: a later one did.
        EnvironmentProblem: ``database_absent``.
    """
    engine = open_engine(existing(folder), key, read_only=True)
    try:
        with translated(), engine.begin() as connection:
            return schema.revision_of(connection) not in ("", schema.HEAD)
    finally:
        engine.dispose()


def renew_if_older(
    folder: Path, key: bytes, state_folder: Path, check_signature: CheckSignature, now: datetime
) -> Path | None:
    """Take the database of an earlier release over; return where the old file is kept, None when there was none.

    Args:
        folder: Data folder; nobody else may work in it.
        key: Database key.
        state_folder: Where markers live.
        check_signature: ``(public key, hash, signature) -> bool``.
        now: Names the kept file.

    Raises:
        NewerData: ``database_newer``.
        DamagedData: ``update_data_refused`` (finding): the copy did not pass; the database is as it was.
        EnvironmentProblem: ``database_in_use``, ``disk_full`` …
    """
    if not is_older(folder, key):
        return None
    check_location(folder)
    with ProcessLock(folder), quiet(folder, key) as database, staged(folder) as stage:
        copy = stage / DATABASE_NAME
        with translated():
            shutil.copyfile(database, copy)
        log = log_of(copy, key)
        with refusing():
            _migrate(copy, key)
        checked(stage, key, state_folder, check_signature, log)
        return put_in_place(copy, database, key, KEPT_NAME, now)


@contextmanager
def quiet(folder: Path, key: bytes) -> Iterator[Path]:
    """Give the database as one whole file: nothing of it lies in a write-ahead log, nobody has it open.

    Raises:
        EnvironmentProblem: ``database_in_use`` while somebody reads it.
    """
    path = existing(folder)
    with translated():
        connection = connect_raw(path, key, read_only=False)
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    # The last one to close it removes these. While they are there, another file under this name would be read
    # through them.
    if any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-shm")):
        raise EnvironmentProblem("database_in_use", path=str(folder))
    yield path


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a folder for the copy; what an update left that was ended before its time is removed first."""
    stage = folder / STAGE_NAME
    with translated():
        if stage.exists():
            shutil.rmtree(stage)
        stage.mkdir()
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


@contextmanager
def refusing() -> Iterator[None]:
    """Take whatever a copy trips over for its refusal: the file before is whole, and its own release opens it.

    Raises:
        DamagedData: ``update_data_refused``.
        EnvironmentProblem: what says nothing about the data, such as ``disk_full``.
    """
    try:
        yield
    except DamagedData as damage:
        raise DamagedData("update_data_refused", finding=damage.code) from damage
    except (EnvironmentProblem, MemoryError):
        raise
    except Exception as error:
        raise DamagedData("update_data_refused", finding=type(error).__name__) from error


def log_of(path: Path, key: bytes) -> tuple[int, bytes]:
    """Return how many events a database holds, and the hash of the last: each vouches for all before it."""
    connection = connect_raw(path, key, read_only=True)
    try:
        with translated():
            (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
            last = connection.execute("SELECT hash FROM event ORDER BY position DESC LIMIT 1").fetchone()
    except dbapi2.Error as error:
        raise DamagedData("database_damaged") from error
    finally:
        connection.close()
    return events, last[0] if last else b""


def checked(
    stage: Path, key: bytes, state_folder: Path, check_signature: CheckSignature, log: tuple[int, bytes]
) -> None:
    """Check a copy as ``verify`` does, and that it holds the log it was made of.

    Raises:
        DamagedData: ``update_data_refused``.
    """
    path = stage / DATABASE_NAME
    if log_of(path, key) != log:
        raise DamagedData("update_data_refused", finding="event_missing")
    with refusing():
        findings = verify(stage, key, state_folder, check_signature).findings
    if findings:
        raise DamagedData("update_data_refused", finding=findings[0].code)


def put_in_place(copy: Path, database: Path, key: bytes, kept_name: str, now: datetime) -> Path:
    """Let a checked copy be the database, in one step; return where the file before is kept."""
    # Reading leaves traces beside a file: none may be there when another takes its name.
    with quiet(copy.parent, key), quiet(database.parent, key), translated():
        backups = database.parent / BACKUP_FOLDER
        backups.mkdir(exist_ok=True)
        kept = _free_name(backups, f"{kept_name}-{local(now):%Y%m%d-%H%M%S}")
        make_durable(copy)
        try:
            kept.hardlink_to(database)
        except OSError:
            # A file system without second names: it must be a copy.
            shutil.copyfile(database, kept)
            make_durable(kept)
        sync_folder(backups)
        copy.replace(database)
        sync_folder(database.parent)
    return kept


def _migrate(copy: Path, key: bytes) -> None:
    engine = open_engine(copy, key)
    try:
        with translated(), engine.begin() as connection:
            schema.migrate(connection, before=_nothing)
            projections.create(connection)
            projections.refold_if_stale(connection)
    finally:
        engine.dispose()


def _free_name(folder: Path, name: str) -> Path:
    number, path = 1, folder / f"{name}.db"
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.db"
    return path


def _nothing() -> None:
    """Do nothing: the copy is not what must be kept."""
