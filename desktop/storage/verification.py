"""Verify a database: every page, the marker, the chain, the signatures, the refold.

It opens read-only beside a running program, needs memory for one dossier at a time, and names the first broken
entry. What it compares: stored bytes with hashes, hashes with signatures, columns with bodies, tables with a fold
made anew, the head with the marker outside the database.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, func, select, text
from sqlcipher3 import dbapi2

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH, Event, chain_hash, decode_body
from desktop.domain.facts.unit import EpochOpened
from desktop.storage import projections
from desktop.storage.database import DATABASE_NAME, Replica, existing, read_replica
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.epochs import hash_at
from desktop.storage.marker import Marker, MarkerFile
from desktop.storage.tables import (
    DOSSIER,
    DOSSIER_CODE,
    EVENT,
    FORM_NUMBER,
    ORDINAL,
    UNIT_STATE,
)

CheckSignature = Callable[[bytes, bytes, bytes], bool]
_MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one thing that is wrong.

    Attributes:
        code: Stable English identifier; its sentence is the message of that code.
        where: Position, event id, dossier id or table it is about.
    """

    code: str
    where: str


@dataclass(frozen=True, slots=True)
class Report:
    """Say what was looked at and what is wrong.

    Attributes:
        events: How many events were read.
        dossiers: How many dossiers were refolded.
        head_hash: Hex of the last hash.
        findings: At most 100, the first broken entry first.
    """

    events: int
    dossiers: int
    head_hash: str
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings


@dataclass(slots=True)
class _Walk:
    """Count while walking."""

    events: int = 0
    dossiers: int = 0
    head_hash: str = ""


def verify(
    folder: Path,
    key: bytes,
    state_folder: Path,
    check_signature: CheckSignature,
    *,
    all_signatures: bool = False,
) -> Report:
    """Verify a data folder.

    Args:
        folder: Data folder.
        key: Database key.
        state_folder: Where markers live.
        check_signature: ``(public key, hash, signature) -> bool``.
        all_signatures: Check every signature, not only the last of each epoch.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing``.
        DamagedData: ``database_damaged`` when it cannot even be opened.
    """
    path = existing(folder)
    findings: list[Finding] = []
    walk = _Walk()
    findings += _pages(path, key)
    if not findings:
        engine = open_engine(path, key, read_only=True)
        try:
            with translated(), engine.connect() as connection:
                for finding in _contents(connection, state_folder, check_signature, all_signatures, walk):
                    findings.append(finding)
                    if len(findings) >= _MOST_FINDINGS:
                        break
        except DamagedData as damage:
            findings.append(Finding(damage.code, str(damage.details.get("event_id", DATABASE_NAME))))
        finally:
            engine.dispose()
    return Report(walk.events, walk.dossiers, walk.head_hash, tuple(findings))


def _pages(path: Path, key: bytes) -> list[Finding]:
    """Read every page: SQLCipher's own authentication, then SQLite's structure."""
    with translated():
        connection = connect_raw(path, key, read_only=True)
    try:
        bad = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        if bad:
            return [Finding("page_damaged", str(row[0])) for row in bad[:_MOST_FINDINGS]]
        rows = connection.execute("PRAGMA integrity_check(10)").fetchall()
        return [Finding("structure_damaged", str(row[0])) for row in rows if row[0] != "ok"]
    except dbapi2.Error as error:
        return [Finding("page_damaged", type(error).__name__)]
    finally:
        connection.close()


def _contents(
    connection: Connection,
    state_folder: Path,
    check_signature: CheckSignature,
    all_signatures: bool,
    walk: _Walk,
) -> Iterator[Finding]:
    replica = read_replica(connection)
    # The marker is read before the snapshot all else is read from: a program at work beside us moves both on.
    mark = MarkerFile(state_folder / replica.replica_id).read()
    connection.rollback()
    yield from _marker(connection, replica, mark)
    yield from _chain(connection, check_signature, all_signatures, walk)
    yield from _refold(connection, walk)
    yield from _numbers(connection)


def _marker(connection: Connection, replica: Replica, mark: Marker | None) -> Iterator[Finding]:
    if mark is None:
        return
    last = connection.execute(
        select(func.max(EVENT.c.seq)).where(EVENT.c.replica_id == replica.replica_id, EVENT.c.epoch == mark.epoch)
    ).scalar()
    if last is None:
        yield Finding("database_behind_marker", mark.epoch)
    elif last < mark.seq:
        yield Finding("database_behind_marker", f"{last} < {mark.seq}")
    elif hash_at(connection, replica.replica_id, mark.epoch, mark.seq) != mark.head_hash:
        yield Finding("marker_differs", f"{mark.epoch} {mark.seq}")


@dataclass(slots=True)
class _Log:
    """Follow one (replica, epoch)."""

    seq: int = 0
    hash: bytes = GENESIS_HASH
    public_key: bytes = b""
    last: tuple[bytes, bytes, str] | None = None


def _chain(
    connection: Connection, check_signature: CheckSignature, all_signatures: bool, walk: _Walk
) -> Iterator[Finding]:
    logs: dict[tuple[str, str], _Log] = {}
    rows = connection.execution_options(yield_per=2_000).execute(select(EVENT).order_by(EVENT.c.position))
    expected = 1
    for row in rows:
        walk.events += 1
        if row.position != expected:
            yield Finding("event_missing", str(expected))
        expected = row.position + 1
        log = logs.setdefault((row.replica_id, row.epoch), _Log())
        yield from _entry(row, log, check_signature, all_signatures)
        walk.head_hash = row.hash.hex()
    for log in logs.values():
        if log.last is not None and not check_signature(log.public_key, log.last[0], log.last[1]):
            yield Finding("signature_bad", log.last[2])


def _entry(row: Any, log: _Log, check_signature: CheckSignature, all_signatures: bool) -> Iterator[Finding]:  # noqa: ANN401 - a row
    where = f"{row.position} {row.event_id}"
    try:
        event = decode_body(row.body)
    except DamagedData as damage:
        event = None
        yield Finding(damage.code, where)
    if chain_hash(log.hash, row.body) != row.hash or (event and event.envelope.prev_hash != log.hash.hex()):
        yield Finding("chain_broken", where)
    if row.seq != log.seq + 1:
        yield Finding("event_missing", where)
    if event and not _columns_agree(row, event):
        yield Finding("columns_differ", where)
    if event and isinstance(event.fact, EpochOpened):
        log.public_key = _key_bytes(event.fact.public_key)
    if all_signatures and not check_signature(log.public_key, row.hash, row.sig):
        yield Finding("signature_bad", where)
    log.seq, log.hash = row.seq, row.hash
    log.last = (row.hash, row.sig, where)


def _key_bytes(text: str) -> bytes:
    """Return a public key; one that is none vouches for nothing."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def _columns_agree(row: Any, event: Event) -> bool:  # noqa: ANN401 - a row
    envelope = event.envelope
    return bool(
        row.event_id == envelope.event_id
        and row.replica_id == envelope.replica_id
        and row.epoch == envelope.epoch
        and row.seq == envelope.seq
        and row.dossier_id == envelope.dossier_id
        and row.type == envelope.type
        and row.acted_at == envelope.acted_at.isoformat()
    )


def _refold(connection: Connection, walk: _Walk) -> Iterator[Finding]:
    """Compare every dossier's row with a fold made anew, and the other way round."""
    stored = connection.execution_options(yield_per=1_000).execute(select(DOSSIER).order_by(DOSSIER.c.dossier_id))
    rows = iter(stored.mappings())
    row = next(rows, None)
    for dossier in projections.folded_dossiers(connection):
        walk.dossiers += 1
        while row is not None and row["dossier_id"] < dossier.dossier_id:
            yield Finding("row_without_events", str(row["dossier_id"]))
            row = next(rows, None)
        if row is None or row["dossier_id"] != dossier.dossier_id:
            yield Finding("row_missing", dossier.dossier_id)
            continue
        yield from _row_differs(connection, dossier, row)
        row = next(rows, None)
    while row is not None:
        yield Finding("row_without_events", str(row["dossier_id"]))
        row = next(rows, None)


def _row_differs(connection: Connection, dossier: Dossier, row: Any) -> Iterator[Finding]:  # noqa: ANN401 - a mapping
    values = projections.dossier_values(dossier)
    state = values.pop("state")
    if json.loads(state) != json.loads(row["state"]) or any(row[name] != values[name] for name in values):
        yield Finding("row_differs", dossier.dossier_id)
    codes = connection.execute(
        select(DOSSIER_CODE.c.code).where(
            DOSSIER_CODE.c.code.in_((dossier.code, *dossier.aliases)), DOSSIER_CODE.c.dossier_id == dossier.dossier_id
        )
    ).all()
    if len(codes) != 1 + len(dossier.aliases):
        yield Finding("code_missing", dossier.dossier_id)


def _numbers(connection: Connection) -> Iterator[Finding]:
    """Compare numbers, unit and users with a fold made anew in a scratch database."""
    scratch = create_engine("sqlite://", module=sqlite3)
    with scratch.begin() as mirror:
        for table in (ORDINAL, FORM_NUMBER, UNIT_STATE):
            table.create(mirror)
        types = (
            "dossier.received",
            "unit.configured",
            "calendar.overlaid",
            "user.saved",
            "epoch.opened",
            "lease.declared",
        )
        rows = connection.execution_options(yield_per=2_000).execute(
            select(EVENT.c.body).where(EVENT.c.type.in_(types)).order_by(EVENT.c.position)
        )
        for row in rows:
            projections.note_event(mirror, decode_body(row.body))
        for table in (ORDINAL, FORM_NUMBER, UNIT_STATE):
            if _all_rows(connection, table.name) != _all_rows(mirror, table.name):
                yield Finding("table_differs", table.name)
    scratch.dispose()


def _all_rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
