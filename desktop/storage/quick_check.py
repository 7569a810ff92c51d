"""Check the log's hashes alone: every body against its place in the chain, the last signatures, the city's word.

The whole check decodes every event and folds it anew, which is what takes its time; this one reads each stored byte
once. A page that is read is authenticated by the database as it is read. Spans of the log are looked at side by side.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select, text
from sqlcipher3 import dbapi2

from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH, chain_hash, decode_body
from desktop.domain.facts.unit import EpochOpened
from desktop.storage.engine import connect_for_scan, translated
from desktop.storage.incoming import FORK_MARK
from desktop.storage.recount import Entry, Finding
from desktop.storage.sync_state import CITY_KEY, read_state
from desktop.storage.tables import EVENT, REPLICA

CheckSignature = Callable[[bytes, bytes, bytes], bool]
#: Applies a function to spans, side by side where the caller has threads for it.
Spread = Callable[[Callable[[tuple[int, int]], list[Finding]], Iterable[tuple[int, int]]], Iterable[list[Finding]]]

_SPAN: Final = 20_000
_FETCHED: Final = 500
_WALKED: Final = (
    "SELECT position, replica_id, epoch, seq, hash, body FROM event "
    "WHERE position > ? AND position <= ? ORDER BY position"
)
_NAMED: Final = "SELECT event_id, epoch, seq, body FROM event WHERE position = ?"
_BEFORE: Final = "SELECT hash FROM event WHERE replica_id = ? AND epoch = ? AND seq = ?"
_LINES: Final = "SELECT hash FROM event WHERE replica_id = ? AND epoch BETWEEN ? AND ? AND seq = ?"
_LASTS: Final = text("SELECT replica_id, epoch, max(seq) AS seq FROM event GROUP BY replica_id, epoch")


def spans(length: int) -> Iterator[tuple[int, int]]:
    """Yield the spans of a log: after a position, up to a position."""
    for start in range(0, length, _SPAN):
        yield start, min(start + _SPAN, length)


def chain_findings(path: Path, key: bytes, length: int, spread: Spread) -> Iterator[Finding]:
    """Compare every stored body with its hash and its place; what is broken comes in the order of the log."""
    for found in spread(partial(_span, path, key), spans(length)):
        yield from found


def _span(path: Path, key: bytes, span: tuple[int, int]) -> list[Finding]:
    with translated():
        connection = connect_for_scan(path, key)
        try:
            return list(_walk(connection, *span))
        except dbapi2.Error as error:
            return [Finding("page_damaged", f"{span[0]} - {span[1]}: {type(error).__name__}")]
        finally:
            connection.close()


def _walk(connection: Any, after: int, until: int) -> Iterator[Finding]:  # noqa: ANN401 - a DBAPI connection
    """Follow every (replica, epoch) through a span."""
    sha256, expected = hashlib.sha256, after + 1
    lines: dict[tuple[str, str], tuple[int, bytes]] = {}
    of_replica, of_epoch, last, before = "", "", 0, b""
    cursor = connection.execute(_WALKED, (after, until))
    while rows := cursor.fetchmany(_FETCHED):
        for position, replica_id, epoch, seq, digest, body in rows:
            if epoch != of_epoch or replica_id != of_replica:
                # Mostly one event follows another of the same line: only a change of line is looked up.
                lines[of_replica, of_epoch] = (last, before)
                of_replica, of_epoch = replica_id, epoch
                known = lines.get((replica_id, epoch))
                last, before = known or _start(connection, replica_id, epoch, seq, digest, body)
            if position != expected:
                yield Finding("event_missing", str(expected))
            if sha256(before + body).digest() != digest:
                yield _at(connection, "chain_broken", position)
            elif seq != last + 1:
                yield _at(connection, "event_missing", position)
            expected, last, before = position + 1, seq, digest
    if expected != until + 1:
        yield Finding("event_missing", str(expected))


def _at(connection: Any, code: str, position: int) -> Finding:  # noqa: ANN401 - a DBAPI connection
    """Name the entry at a place of the log."""
    event_id, epoch, seq, body = connection.execute(_NAMED, (position,)).fetchone()
    return Finding(code, f"{position} {event_id}", entry_of(position, event_id, epoch, seq, body))


def _start(
    connection: Any,  # noqa: ANN401 - a DBAPI connection
    replica_id: str,
    epoch: str,
    seq: int,
    digest: bytes,
    body: bytes,
) -> tuple[int, bytes]:
    """Return what stands before the first event of a line in a span."""
    found = connection.execute(_BEFORE, (replica_id, epoch, seq - 1)).fetchone()
    if found is not None:
        return seq - 1, found[0]
    origin, _, fork = epoch.partition(FORK_MARK)
    if not fork:
        return 0, GENESIS_HASH
    others = connection.execute(_LINES, (replica_id, origin, origin + "\x7f", seq - 1)).fetchall()
    before = next((each for (each,) in others if chain_hash(each, body) == digest), GENESIS_HASH)
    return seq - 1, before


def entry_of(position: int, event_id: str, epoch: str, seq: int, body: bytes) -> Entry:
    """Return what is known of an entry, as far as its body can still be read."""
    try:
        event = decode_body(body)
    except DamagedData:
        return Entry(position, event_id, epoch, seq)
    code = getattr(event.fact, "code", "")
    envelope = event.envelope
    return Entry(position, event_id, epoch, seq, envelope.workstation, envelope.type, envelope.dossier_id, str(code))


def paper_findings(connection: Connection, printed: tuple[int, str] | None) -> Iterator[Finding]:
    """Look for an own entry by its number and hash as a register printed them."""
    if printed is None:
        return
    seq, digits = printed
    hashes = connection.execute(
        select(EVENT.c.hash).join(REPLICA, REPLICA.c.replica_id == EVENT.c.replica_id).where(EVENT.c.seq == seq)
    ).scalars()
    if not any(each.hex().startswith(digits) for each in hashes):
        yield Finding("log_differs_from_paper", str(seq))


def signature_findings(connection: Connection, check_signature: CheckSignature) -> Iterator[Finding]:
    """Check the signature of the last event of every line: it vouches for all before it."""
    city_key = _key(read_state(connection, CITY_KEY))
    for line in connection.execute(_LASTS).all():
        last = connection.execute(
            select(EVENT).where(
                EVENT.c.replica_id == line.replica_id, EVENT.c.epoch == line.epoch, EVENT.c.seq == line.seq
            )
        ).one()
        key = _opened_with(connection, line.replica_id, line.epoch) or city_key
        if not check_signature(key, last.hash, last.sig):
            where = f"{last.position} {last.event_id}"
            yield Finding(
                "signature_bad", where, entry_of(last.position, last.event_id, last.epoch, last.seq, last.body)
            )


def _opened_with(connection: Connection, replica_id: str, epoch: str) -> bytes:
    """Return the key an epoch was opened with, none for the city's own."""
    first = connection.execute(
        select(EVENT.c.body).where(
            EVENT.c.replica_id == replica_id, EVENT.c.epoch == epoch.partition(FORK_MARK)[0], EVENT.c.seq == 1
        )
    ).scalar()
    if first is None:
        return b""
    try:
        fact = decode_body(first).fact
    except DamagedData:
        return b""
    return _key(fact.public_key) if isinstance(fact, EpochOpened) else b""


def _key(public_hex: str) -> bytes:
    try:
        return bytes.fromhex(public_hex)
    except ValueError:
        return b""
