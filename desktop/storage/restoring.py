"""Bring a database back on any PC: the newest full copy that is whole, and the segments that follow it.

Everything is made in a stage of its own, verified, and put into place at the end. A database brought back opens a new
epoch at its next start, so no number is given twice (docs/decisions/0004).
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, delete, text

from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem, UserError
from desktop.storage import projections, schema
from desktop.storage.backup import restore_backup
from desktop.storage.catching_up import catch_up, folded_to
from desktop.storage.changes_since import put_back, whole_tables
from desktop.storage.database import DATABASE_NAME, read_replica
from desktop.storage.engine import open_engine, translated
from desktop.storage.keys import KeyFile
from desktop.storage.keys_file import parse_recovery_key
from desktop.storage.sealed import Secrets, opens
from desktop.storage.second_place import ROOT_NAME, KeptFile, Shelf, look_into
from desktop.storage.segments import CheckSignature, file_digest, read_link, read_rows
from desktop.storage.setting_up import KEYS_NAME, setting_up
from desktop.storage.verification import Report, verify

_DRILL_PREFIX: Final = ".dien-tap-"
#: Findings about tables that follow from the log.
_OF_TABLES: Final = frozenset(
    {"row_differs", "row_missing", "row_without_events", "code_missing", "payments_differ", "table_differs"}
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Say what was brought back.

    Attributes:
        replica_id: The PC it was.
        events: Entries of the log.
        from_full: How many of them the full copy held.
        segments: How many segments followed it.
        safe_until: Nothing done before this instant is missing.
        passed_over: Files that could not be used, newest last; what they held may be missing.
        key: Of the database.
    """

    replica_id: str
    events: int
    from_full: int
    segments: int
    safe_until: datetime
    passed_over: tuple[str, ...] = ()
    key: bytes = field(repr=False, default=b"")


def restore_place(source: Path, folder: Path, held: Secrets, check: CheckSignature) -> Rebuilt:
    """Bring a database back from a second place into a folder that has none.

    Args:
        source: The place, or a PC's folder in it.
        folder: Data folder.
        held: What opens the files.
        check: ``(public key, digest, signature) -> bool``.

    Raises:
        EnvironmentProblem: ``backup_absent``, ``database_exists``, ``keys_exist`` …
        UserError: ``backup_other_key``; ``backup_several``: more than one PC's lie there.
        DamagedData: ``backup_damaged``: no full copy is whole; ``restored_unsound``: what came back does not verify.
    """
    shelf = look_into(_one_folder(source, held))
    with setting_up(folder) as stage:
        rebuilt = build(shelf, stage, held, check)
        _refuse_unsound(verified(stage, rebuilt.key, check))
    return rebuilt


def drill(source: Path, near: Path, held: Secrets, check: CheckSignature) -> tuple[Rebuilt, Report]:
    """Bring a database back into a folder of its own, verify it, and wipe it again.

    Args:
        source: The PC's folder in the second place.
        near: An existing folder with room for it, on a disk of the PC.
        held: What opens the files.
        check: Verifies signatures.

    Raises:
        The errors of :func:`restore_place`.
    """
    for left in near.glob(f"{_DRILL_PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    with translated():
        stage = Path(tempfile.mkdtemp(prefix=_DRILL_PREFIX, dir=near))
    try:
        rebuilt = build(look_into(source), stage, held, check)
        return rebuilt, verified(stage, rebuilt.key, check)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def build(shelf: Shelf, stage: Path, held: Secrets, check: CheckSignature) -> Rebuilt:
    """Build a database in an empty folder from what lies in the second place; see :func:`restore_place`."""
    passed: list[str] = []
    full, from_full = _newest_whole(shelf, stage, held, passed)
    key = _key_of(stage, held)
    segments, safe_until = 0, full.made_at
    with open_built(stage, key) as engine:
        with translated(), engine.begin() as connection:
            replica = read_replica(connection)
            since = folded_to(connection)
        previous: KeptFile | None = None
        for each in (segment for segment in shelf.segments if segment.made_at >= full.made_at):
            try:
                _put_segment_back(engine, each, previous, held, bytes.fromhex(replica.public_key), check)
            except AppError as error:
                if isinstance(error, EnvironmentProblem) and not isinstance(error, DamagedData):
                    raise
                passed.append(each.path.name)
                continue
            previous, segments, safe_until = each, segments + 1, each.made_at
        with translated(), engine.begin() as connection:
            catch_up(connection, since)
            events = connection.execute(text("SELECT count(*) FROM event")).scalar_one()
    return Rebuilt(replica.replica_id, events, from_full, segments, safe_until, tuple(passed), key)


def verified(stage: Path, key: bytes, check: CheckSignature) -> Report:
    """Verify what was built, without the marker of any PC.

    Where only tables differ from the log, they came so with the full copy: they are folded anew, and verified again.
    """
    report = _verified(stage, key, check)
    if not report.findings or not {finding.code for finding in report.findings} <= _OF_TABLES:
        return report
    with open_built(stage, key) as engine, translated(), engine.begin() as connection:
        projections.refold(connection)
    return _verified(stage, key, check)


def _verified(stage: Path, key: bytes, check: CheckSignature) -> Report:
    with tempfile.TemporaryDirectory(prefix="motcua-") as nowhere:
        return verify(stage, key, Path(nowhere), check)


def _refuse_unsound(report: Report) -> None:
    if not report.is_clean:
        raise DamagedData("restored_unsound", finding=report.findings[0].code, where=report.findings[0].where)


def _one_folder(source: Path, held: Secrets) -> Path:
    """Return the folder that holds one PC's files: the only one, or the only one these secrets open.

    Raises:
        EnvironmentProblem: ``backup_absent``.
        UserError: ``backup_several``.
    """
    if not source.is_dir():
        raise EnvironmentProblem("backup_absent", path=str(source))
    root = source / ROOT_NAME if (source / ROOT_NAME).is_dir() else source
    found = [root, *(path for path in sorted(root.iterdir()) if path.is_dir())]
    with translated():
        filled = [path for path in found if look_into(path).fulls]
    mine = [path for path in filled if opens(look_into(path).fulls[-1].header, held)]
    candidates = mine or filled
    if not candidates:
        raise EnvironmentProblem("backup_absent", path=str(source))
    if len(candidates) > 1:
        raise UserError("backup_several", folders=", ".join(str(path) for path in candidates))
    return candidates[0]


def _newest_whole(shelf: Shelf, stage: Path, held: Secrets, passed: list[str]) -> tuple[KeptFile, int]:
    """Unpack the newest full copy that can be opened and is whole."""
    refusal: AppError = EnvironmentProblem("backup_absent", path=str(stage))
    for full in reversed(shelf.fulls):
        try:
            return full, restore_backup(full.path, stage, held)
        except (DamagedData, UserError) as error:
            refusal = error
            passed.insert(0, full.path.name)
    raise refusal


def _key_of(stage: Path, held: Secrets) -> bytes:
    """Return the key of an unpacked database: as the paper says it, as this PC knows it, or as it lies open there.

    Raises:
        UserError: ``wrong_recovery_key`` …
        EnvironmentProblem: ``key_missing``.
    """
    keys = KeyFile(stage / KEYS_NAME)
    if held.recovery:
        with suppress(UserError):
            return keys.open_with_recovery(parse_recovery_key(held.recovery))
    if held.database_key is not None:
        return held.database_key
    return keys.open()


@contextmanager
def open_built(stage: Path, key: bytes) -> Iterator[Engine]:
    """Open an unpacked database to write into; all of it lies in one file afterwards."""
    engine = open_engine(stage / DATABASE_NAME, key)
    try:
        with translated(), engine.begin() as connection:
            schema.migrate(connection, before=_nothing)
        yield engine
        with translated(), engine.connect() as connection:
            driver = connection.connection.cursor()
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()


def _put_segment_back(
    engine: Engine,
    segment: KeptFile,
    previous: KeptFile | None,
    held: Secrets,
    public_key: bytes,
    check: CheckSignature,
) -> None:
    """Put a segment back whole or not at all.

    Raises:
        DamagedData: it is damaged, does not follow, or is not the PC's.
    """
    link = read_link(segment.path, held)
    if previous is not None and previous.line == link.line:
        expected = (previous.number + 1, file_digest(previous.path))
        if (link.number, link.previous) != expected:
            raise DamagedData("backup_does_not_fit", where=segment.path.name)
    with translated(), engine.begin() as connection:
        for table in whole_tables():
            connection.execute(delete(table))  # one that had become empty has no row in the segment
        put_back(connection, read_rows(segment.path, held, public_key, check))


def _nothing() -> None:
    """Do nothing: what is restored has its backup."""
