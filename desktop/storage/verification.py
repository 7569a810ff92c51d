"""Verify a database: every page, the marker, the chain, the signatures, the refold.

It opens read-only beside a running program, needs memory for one dossier at a time, and names the first broken
entry. What it compares: stored bytes with hashes, hashes with signatures, columns with bodies, tables with a fold
made anew, the head with the marker outside the database.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select
from sqlcipher3 import dbapi2

from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH, Event, chain_hash, decode_body
from desktop.domain.facts.unit import EpochOpened
from desktop.storage.checkpoints import CheckpointFile, checkpoint_findings, feed_findings
from desktop.storage.database import DATABASE_NAME, Replica, existing, read_replica
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.epochs import hash_at
from desktop.storage.incoming import FORK_MARK
from desktop.storage.marker import Marker, MarkerFile
from desktop.storage.quick_check import Spread, chain_findings, entry_of, paper_findings, signature_findings
from desktop.storage.recount import Finding, Walk, books, refolded
from desktop.storage.search_recount import search_findings
from desktop.storage.sync_state import CITY_KEY, read_state
from desktop.storage.tables import EVENT

CheckSignature = Callable[[bytes, bytes, bytes], bool]
_MOST_FINDINGS = 100


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


def verify(
    folder: Path,
    key: bytes,
    state_folder: Path,
    check_signature: CheckSignature,
    *,
    all_signatures: bool = False,
    printed: tuple[int, str] | None = None,
) -> Report:
    """Verify a data folder.

    Args:
        folder: Data folder.
        key: Database key.
        state_folder: Where markers live.
        check_signature: ``(public key, hash, signature) -> bool``.
        all_signatures: Check every signature, not only the last of each epoch.
        printed: Number and hash (its first digits will do) of an own entry as they stand on paper; None for none.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing``.
        DamagedData: ``database_damaged`` when it cannot even be opened.
    """
    path = existing(folder)
    findings: list[Finding] = []
    walk = Walk()
    findings += _pages(path, key)
    if not findings:
        engine = open_engine(path, key, read_only=True)
        try:
            with translated(), engine.connect() as connection:
                findings += paper_findings(connection, printed)
                for finding in _contents(connection, state_folder, check_signature, all_signatures, walk):
                    findings.append(finding)
                    if len(findings) >= _MOST_FINDINGS:
                        break
        except DamagedData as damage:
            findings.append(Finding(damage.code, str(damage.details.get("event_id", DATABASE_NAME))))
        finally:
            engine.dispose()
    return Report(walk.events, walk.dossiers, walk.head_hash, tuple(findings))


def verify_quickly(
    folder: Path,
    key: bytes,
    state_folder: Path,
    check_signature: CheckSignature,
    spread: Spread = map,
    printed: tuple[int, str] | None = None,
) -> Report:
    """Verify the hashes alone: the marker, every body against the chain, last signatures, the city's checkpoints.

    Args:
        folder: Data folder.
        key: Database key.
        state_folder: Where markers live.
        check_signature: ``(public key, hash, signature) -> bool``.
        spread: Looks at spans of the log side by side; ``map`` looks at one after the other.
        printed: As :func:`verify`.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing``.
        DamagedData: ``database_damaged`` when it cannot even be opened.
    """
    path = existing(folder)
    engine = open_engine(path, key, read_only=True)
    findings: list[Finding] = []
    try:
        with translated(), engine.connect() as connection:
            replica = read_replica(connection)
            mark = MarkerFile(state_folder / replica.replica_id).read()
            connection.rollback()
            length = int(connection.execute(select(func.max(EVENT.c.position))).scalar() or 0)
            head = connection.execute(select(EVENT.c.hash).where(EVENT.c.position == length)).scalar() or b""
            findings += paper_findings(connection, printed)
            findings += _marker(connection, replica, mark)
            findings += chain_findings(path, key, length, spread)
            findings += signature_findings(connection, check_signature)
            findings += feed_findings(connection)
            kept = CheckpointFile(state_folder / replica.replica_id).read()
            findings += checkpoint_findings(connection, kept, check_signature)
    except DamagedData as damage:
        findings.append(Finding(damage.code, DATABASE_NAME))
        length, head = 0, b""
    finally:
        engine.dispose()
    return Report(length, 0, head.hex(), tuple(findings[:_MOST_FINDINGS]))


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
    walk: Walk,
) -> Iterator[Finding]:
    replica = read_replica(connection)
    # The marker is read before the snapshot all else is read from: a program at work beside us moves both on.
    mark = MarkerFile(state_folder / replica.replica_id).read()
    connection.rollback()
    yield from _marker(connection, replica, mark)
    yield from _chain(connection, check_signature, all_signatures, walk)
    yield from feed_findings(connection)
    kept = CheckpointFile(state_folder / replica.replica_id).read()
    yield from checkpoint_findings(connection, kept, check_signature)
    yield from refolded(connection, walk)
    yield from books(connection)
    yield from search_findings(connection)


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
    last: Any = None  # the row


def _chain(
    connection: Connection, check_signature: CheckSignature, all_signatures: bool, walk: Walk
) -> Iterator[Finding]:
    logs: dict[tuple[str, str], _Log] = {}
    city_key = _key_bytes(read_state(connection, CITY_KEY))
    rows = connection.execution_options(yield_per=2_000).execute(select(EVENT).order_by(EVENT.c.position))
    expected = 1
    for row in rows:
        walk.events += 1
        if row.position != expected:
            yield Finding("event_missing", str(expected))
        expected = row.position + 1
        log = logs.get((row.replica_id, row.epoch))
        if log is None:
            log = logs[row.replica_id, row.epoch] = _begun(connection, row, logs, city_key)
        yield from _entry(row, log, check_signature, all_signatures)
        walk.head_hash = row.hash.hex()
    for log in logs.values():
        if log.last is not None and not check_signature(log.public_key, log.last.hash, log.last.sig):
            yield _broken("signature_bad", log.last)


def _begun(connection: Connection, row: Any, logs: dict[tuple[str, str], _Log], city_key: bytes) -> _Log:  # noqa: ANN401 - a row
    """Return a log before its first event here; a line that left another one goes on from where it did."""
    epoch, _, fork = str(row.epoch).partition(FORK_MARK)
    if not fork:
        return _Log(public_key=city_key)
    origin = logs.get((row.replica_id, epoch))
    lines = connection.execute(
        select(EVENT.c.hash).where(
            EVENT.c.replica_id == row.replica_id,
            EVENT.c.epoch.between(epoch, epoch + "\x7f"),
            EVENT.c.seq == row.seq - 1,
        )
    ).scalars()
    before = next((known for known in lines if chain_hash(known, row.body) == row.hash), GENESIS_HASH)
    return _Log(row.seq - 1, before, origin.public_key if origin else city_key)


def _entry(row: Any, log: _Log, check_signature: CheckSignature, all_signatures: bool) -> Iterator[Finding]:  # noqa: ANN401 - a row
    try:
        event = decode_body(row.body)
    except DamagedData as damage:
        event = None
        if damage.code != "event_type_unknown":
            yield _broken(damage.code, row)
    if chain_hash(log.hash, row.body) != row.hash or (event and event.envelope.prev_hash != log.hash.hex()):
        yield _broken("chain_broken", row)
    if row.seq != log.seq + 1:
        yield _broken("event_missing", row)
    if event and not _columns_agree(row, event):
        yield _broken("columns_differ", row)
    if event and isinstance(event.fact, EpochOpened):
        log.public_key = _key_bytes(event.fact.public_key)
    if all_signatures and not check_signature(log.public_key, row.hash, row.sig):
        yield _broken("signature_bad", row)
    log.seq, log.hash = row.seq, row.hash
    log.last = row


def _broken(code: str, row: Any) -> Finding:  # noqa: ANN401 - a row
    where = f"{row.position} {row.event_id}"
    return Finding(code, where, entry_of(row.position, row.event_id, row.epoch, row.seq, row.body))


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
        and str(row.epoch).partition(FORK_MARK)[0] == envelope.epoch
        and row.seq == envelope.seq
        and row.dossier_id == envelope.dossier_id
        and row.type == envelope.type
        and row.acted_at == envelope.acted_at.isoformat()
    )
