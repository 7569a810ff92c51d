"""Rows of the feed as it was pulled: places, verdicts, what the city lost, what was offered to it again."""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.feed import FEED_START, Place
from desktop.protocol.messages import WireEvent
from desktop.storage.engine import Prepared, column_names
from desktop.storage.incoming import FORK_MARK, Incoming
from desktop.storage.tables import EVENT, FEED, LOST, OFFERED

_INSERT_EVENT = Prepared(insert(EVENT), column_names(EVENT))
_INSERT_FEED = Prepared(insert(FEED), column_names(FEED))
_DROP_LOST = Prepared(delete(LOST).where(LOST.c.position == bindparam("position")))
_LAST_POSITION = text("SELECT seq FROM sqlite_sequence WHERE name = 'event'")
#: A refused set-up of another PC makes nobody a user while the city has forgotten that it refused it.
_FORGOTTEN = text(
    """
    INSERT OR REPLACE INTO lost(position, gseq, is_dropped)
    SELECT f.position, f.gseq, f.kind = 'rejected' AND e.dossier_id = ''
    FROM feed f JOIN event e ON e.position = f.position WHERE f.gseq > :gseq
    """
)
#: What the feed had and has no more, in its order; then what own closed epochs hold that it never showed.
_LOST = text(
    """
    SELECT e.position, e.body, e.hash, e.sig FROM lost l JOIN event e ON e.position = l.position
    LEFT JOIN offered o ON o.position = l.position
    WHERE o.gseq IS NULL OR o.gseq <> :here ORDER BY l.gseq LIMIT :limit
    """
)
_NEXT_EPOCH = text("SELECT min(epoch) FROM event WHERE replica_id = :replica_id AND epoch > :epoch")
#: A log is fed in the order it was written: walking from its end this stops at the first entry the feed shows.
_LAST_FED = text(
    """
    SELECT e.seq FROM event e JOIN feed f ON f.position = e.position
    WHERE e.replica_id = :replica_id AND e.epoch = :epoch ORDER BY e.seq DESC LIMIT 1
    """
)
_LEFT_OPEN = text(
    """
    SELECT e.position, e.dossier_id, e.type, e.body, e.hash, e.sig,
        l.position IS NOT NULL AS is_lost, o.gseq AS offered_at
    FROM event e
    LEFT JOIN superseded s ON s.position = e.position
    LEFT JOIN lost l ON l.position = e.position
    LEFT JOIN offered o ON o.position = e.position
    WHERE e.replica_id = :replica_id AND e.epoch = :epoch AND e.seq > :seq AND s.position IS NULL ORDER BY e.seq
    """
)

_WAITING_OF_UNIT = text(
    """
    SELECT e.position, e.body FROM event e LEFT JOIN superseded s ON s.position = e.position
    WHERE e.replica_id = :replica_id AND e.epoch = :epoch AND e.seq > :seq AND e.dossier_id = '' AND e.type IN :types
        AND s.position IS NULL ORDER BY e.seq
    """
).bindparams(bindparam("types", expanding=True))


def read_place(connection: Connection) -> Place:
    """Return the last place of the feed that was pulled."""
    row = connection.execute(select(FEED.c.gseq, FEED.c.feed_hash).order_by(FEED.c.gseq.desc()).limit(1)).first()
    return Place() if row is None else Place(row.gseq, row.feed_hash)


def read_place_at(connection: Connection, gseq: int) -> Place | None:
    """Return an earlier place of the feed, None when it lies ahead."""
    if gseq == 0:
        return Place(0, FEED_START)
    found = connection.execute(select(FEED.c.feed_hash).where(FEED.c.gseq == gseq)).scalar()
    return None if found is None else Place(gseq, found)


def last_position(connection: Connection) -> int:
    """Return the last position in the table of events."""
    return int(connection.execute(_LAST_POSITION).scalar() or 0)


def append(connection: Connection, events: Sequence[dict[str, object]], batch: Sequence[Incoming]) -> None:
    """Write new events and the feed's entries; what was lost and came back is lost no more."""
    _INSERT_EVENT.run_many(connection, events)
    _INSERT_FEED.run_many(
        connection,
        [
            {
                "gseq": each.gseq,
                "position": each.position,
                "kind": each.verdict.kind.value,
                "code": each.verdict.code,
                "blocked_by": each.verdict.blocked_by,
                "feed_hash": each.feed_hash,
            }
            for each in batch
        ],
    )
    _DROP_LOST.run_many(connection, [{"position": each.position} for each in batch if not each.is_new])


def forget(connection: Connection, to: Place) -> int:
    """Take the feed's entries after a place as lost, and return how many."""
    connection.execute(_FORGOTTEN, {"gseq": to.gseq})
    connection.execute(delete(OFFERED))
    return connection.execute(delete(FEED).where(FEED.c.gseq > to.gseq)).rowcount


def refused_after(connection: Connection, to: Place) -> Sequence[Any]:
    """Return event and dossier ids of what was not accepted after a place."""
    statement = select(EVENT.c.event_id, EVENT.c.dossier_id).join(FEED, FEED.c.position == EVENT.c.position)
    return connection.execute(statement.where(FEED.c.gseq > to.gseq, FEED.c.kind != "accepted")).all()


def drop_lost(connection: Connection, own: str) -> list[str]:
    """Fold no longer what others wrote and the city would not take back; return the dossiers it changes."""
    if connection.execute(select(LOST.c.position).where(LOST.c.is_dropped == 0).limit(1)).first() is None:
        return []
    statement = select(EVENT.c.dossier_id).distinct().join(LOST, LOST.c.position == EVENT.c.position)
    ids = connection.execute(
        statement.where(LOST.c.is_dropped == 0, EVENT.c.replica_id != own, EVENT.c.dossier_id != "")
    ).scalars()
    found = list(ids)
    connection.execute(update(LOST).values(is_dropped=1))
    return found


def lost(connection: Connection, replica_id: str, epoch: str, limit: int) -> tuple[WireEvent, ...]:
    """Return what can be offered to the city again, and was not since its feed last moved."""
    here = read_place(connection).gseq
    rows = list(connection.execute(_LOST, {"here": here, "limit": limit}))
    if len(rows) < limit:
        still = left_open(connection, replica_id, epoch)
        rows += [row for row in still if not row.is_lost and row.offered_at != here][: limit - len(rows)]
    return tuple(wire(row) for row in rows)


def left_open(connection: Connection, replica_id: str, epoch: str) -> list[Any]:
    """Return own events of closed epochs that neither the feed shows nor a later epoch says, as they were written."""
    found: list[Any] = []
    for each, last in _own_logs(connection, replica_id):
        if each != epoch:
            found += connection.execute(_LEFT_OPEN, {"replica_id": replica_id, "epoch": each, "seq": last})
    return sorted(found, key=lambda row: int(row.position))


def waits_on(connection: Connection, replica_id: str, epoch: str, dossier_ids: Collection[str]) -> bool:
    """Tell whether an own event of an epoch on one of some dossiers was not fed yet."""
    last = connection.execute(_LAST_FED, {"replica_id": replica_id, "epoch": epoch}).scalar() or 0
    waiting = connection.execute(_LEFT_OPEN, {"replica_id": replica_id, "epoch": epoch, "seq": last})
    return any(row.dossier_id in dossier_ids for row in waiting)


def waiting_of_unit(connection: Connection, replica_id: str, types: Sequence[str]) -> list[bytes]:
    """Return bodies of own events about the unit that the feed has not shown, as they were written."""
    found: list[Any] = []
    for each, last in _own_logs(connection, replica_id):
        of = {"replica_id": replica_id, "epoch": each, "seq": last, "types": list(types)}
        found += connection.execute(_WAITING_OF_UNIT, of)
    return [row.body for row in sorted(found, key=lambda row: int(row.position))]


def _own_logs(connection: Connection, replica_id: str) -> Iterator[tuple[str, int]]:
    """Yield the epochs written here, each with the last seq the feed shows; from there on events wait."""
    each = ""
    while each := connection.execute(_NEXT_EPOCH, {"replica_id": replica_id, "epoch": each}).scalar() or "":
        if FORK_MARK not in each:
            last = connection.execute(_LAST_FED, {"replica_id": replica_id, "epoch": each}).scalar()
            yield each, last or 0


def keep_offered(connection: Connection, events: Sequence[WireEvent]) -> None:
    """Keep where the feed ended when events were offered."""
    here = read_place(connection).gseq
    ids = [position_of(connection, event) for event in events]
    rows = [{"position": position, "gseq": here} for position in ids if position]
    if rows:
        statement = upsert(OFFERED)
        statement = statement.on_conflict_do_update(index_elements=["position"], set_={"gseq": statement.excluded.gseq})
        connection.execute(statement, rows)


def position_of(connection: Connection, event: WireEvent) -> int:
    """Return where an event stands here, 0 when it does not."""
    event_id = json.loads(event.body)["event_id"]
    return int(connection.execute(select(EVENT.c.position).where(EVENT.c.event_id == event_id)).scalar() or 0)


def wire(row: Any) -> WireEvent:  # noqa: ANN401 - a row
    """Return an event as it was hashed and signed."""
    return WireEvent(body=row.body.decode(), hash=row.hash.hex(), sig=row.sig.hex())
