"""The order in which the log is folded: the city's feed first, own acts it has not shown yet on top.

Without a city that is the order of the log. With one: accepted events by their place in the feed, then events the
city lost (in the order they had), then own events that were not fed yet. What was rejected, blocked, parked or said
again is left out. Whatever folds (a pull, a refold, ``verify``, the history of a dossier) takes this order.

Source: docs/decisions/0012-sync.md; design rule 8.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, text

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event
from desktop.domain.fold import apply
from desktop.domain.judging import OPEN, Standing, follow
from desktop.protocol.reading import decode_event
from desktop.storage.tables import REPLICA

_COUNTED: Final = """
    SELECT e.dossier_id, e.event_id, e.replica_id, e.type, e.acted_at, e.body, f.gseq
    FROM event e
    LEFT JOIN feed f ON f.position = e.position
    LEFT JOIN lost l ON l.position = e.position
    LEFT JOIN superseded s ON s.position = e.position
    WHERE {which} AND (
        f.kind = 'accepted'
        OR f.kind IS NULL AND s.position IS NULL AND (
            l.is_dropped = 0 OR e.replica_id = (SELECT replica_id FROM replica)
        )
    )
    ORDER BY {group} f.gseq IS NULL, f.gseq, l.gseq IS NULL, l.gseq, e.position
"""
_OF_ONE = text(_COUNTED.format(which="e.dossier_id = :dossier_id", group=""))
_OF_MANY = text(_COUNTED.format(which="e.dossier_id IN :ids", group="e.dossier_id,")).bindparams(
    bindparam("ids", expanding=True)
)
_OF_ALL = text(_COUNTED.format(which="e.dossier_id <> ''", group="e.dossier_id,"))
_OF_UNIT = text(_COUNTED.format(which="e.dossier_id = ''", group=""))
_SPAN: Final = "e.acted_at >= :since AND e.acted_at < :until"
_OF_TYPES = text(_COUNTED.format(which=f"e.dossier_id = '' AND e.type IN :types AND {_SPAN}", group="")).bindparams(
    bindparam("types", expanding=True)
)
#: The word stands in the text: no parameter proves to SQLite that the index of these events alone has them all.
_ASSIGNED = text(_COUNTED.format(which=f"e.type = 'custody.assigned' AND {_SPAN}", group=""))
_STREAMED: Final = 1_000


@dataclass(slots=True)
class Folded:
    """Hold what a dossier's events fold into.

    Attributes:
        state: None when nothing counts.
        holder: Replica that alone may do exclusive acts, "" when it is this one or any.
        unread: Why this program cannot fold all of it, "" when it can.
        stumbled: Own events on top of the feed that no longer apply.
    """

    dossier_id: str
    state: Dossier | None = None
    holder: str = ""
    unread: str = ""
    stumbled: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)


def own_replica(connection: Connection) -> str:
    """Return the database's own id, "" while it is being created."""
    return connection.execute(select(REPLICA.c.replica_id)).scalar() or ""


def dossier_rows(connection: Connection, dossier_id: str) -> Sequence[Any]:
    """Return the rows of a dossier's events that count, in the order they fold."""
    return connection.execute(_OF_ONE, {"dossier_id": dossier_id}).all()


def dossier_events(connection: Connection, dossier_id: str) -> tuple[Event, ...]:
    """Return a dossier's events that count, in the order they fold; those of a newer program are left out."""
    found = (read_event(row.body) for row in dossier_rows(connection, dossier_id))
    return tuple(event for event in found if event is not None)


def unit_events(connection: Connection) -> Iterator[Event]:
    """Yield the unit's events that count, in the order they fold."""
    rows = connection.execution_options(yield_per=_STREAMED).execute(_OF_UNIT)
    found = (read_event(row.body) for row in rows)
    return (event for event in found if event is not None)


def unit_rows_of(connection: Connection, types: Sequence[str], since: str, until: str) -> Sequence[Any]:
    """Return the rows of the unit's events of some types that count, acted between two instants as they are stored."""
    return connection.execute(_OF_TYPES, {"types": list(types), "since": since, "until": until}).all()


def assigned_rows(connection: Connection, since: datetime, until: datetime) -> Sequence[Any]:
    """Return the rows of events that count by which somebody got a paper by order, acted between two instants."""
    return connection.execute(_ASSIGNED, {"since": stored_instant(since), "until": stored_instant(until)}).all()


def stored_instant(at: datetime) -> str:
    """Return an instant as events have it: all alike, so that texts compare as they do."""
    return at.astimezone(UTC).isoformat()


def many_folded(connection: Connection, dossier_ids: Sequence[str]) -> list[Folded]:
    """Fold some dossiers anew, in the order of the ids given."""
    own = own_replica(connection)
    rows = connection.execute(_OF_MANY, {"ids": list(dossier_ids)})
    found = {
        dossier_id: fold_rows(dossier_id, list(group), own) for dossier_id, group in groupby(rows, key=_dossier_id)
    }
    return [found[dossier_id] for dossier_id in dossier_ids if dossier_id in found]


def many_rows(connection: Connection, dossier_ids: Sequence[str]) -> tuple[tuple[str, Sequence[Any]], ...]:
    """Return some dossiers' ids with the rows of their events that count, in the order of the ids."""
    rows = connection.execute(_OF_MANY, {"ids": list(dossier_ids)})
    return tuple((dossier_id, tuple(group)) for dossier_id, group in groupby(rows, key=_dossier_id))


def all_folded(connection: Connection) -> Iterator[Folded]:
    """Fold the whole log anew, one dossier at a time, in the order of their ids; memory stays at one dossier."""
    own = own_replica(connection)
    for dossier_id, group in all_rows(connection):
        yield fold_rows(dossier_id, list(group), own)


def all_rows(connection: Connection) -> Iterator[tuple[str, Iterator[Any]]]:
    """Yield each dossier's id with the rows of its events that count, in the order they fold."""
    rows = connection.execution_options(yield_per=_STREAMED).execute(_OF_ALL)
    return groupby(rows, key=_dossier_id)


def read_event(body: bytes) -> Event | None:
    """Return an event, None when its type is newer than this program.

    Raises:
        DamagedData: ``event_unreadable``.
    """
    try:
        return decode_event(body)
    except DamagedData as damage:
        if damage.code != "event_type_unknown":
            raise
        return None


def fold_rows(dossier_id: str, rows: Sequence[Any], own: str) -> Folded:
    """Fold rows of one dossier.

    In a log that only this PC has written nothing may be out of place. Where the feed came in between, an own event
    may find its ground gone (it stumbles), and the city may have accepted what this program does not understand.

    Raises:
        DamagedData: ``event_out_of_place``, ``event_unreadable``.
    """
    found = Folded(dossier_id)
    is_shared = any(row.gseq is not None for row in rows)
    is_foreign = any(row.replica_id != own for row in rows)
    custody = Standing()
    for row in rows:
        try:
            event = decode_event(row.body)
            found.state = apply(found.state, event)
        except DamagedData as damage:
            if not is_shared and damage.code != "event_type_unknown":
                raise
            is_own = row.gseq is None and row.replica_id == own
            if is_own and damage.code != "event_type_unknown":
                found.stumbled.append(row.event_id)
            else:
                found.unread = found.unread or damage.code
            continue
        if row.gseq is None:
            found.applied.append(row.event_id)
        if is_foreign:
            custody = follow(custody, event, row.gseq or 0)
    found.holder = custody.custody if custody.custody not in (OPEN, own) else ""
    return found


def holder_after(holder: str, events: Iterable[Event], own: str) -> str:
    """Return who else holds a dossier after more events, "" for this replica or any."""
    custody = Standing(custody=holder)
    for event in events:
        custody = follow(custody, event, 0)
    return custody.custody if custody.custody not in (OPEN, own) else ""


def _dossier_id(row: Any) -> str:  # noqa: ANN401 - a row
    return str(row.dossier_id)
