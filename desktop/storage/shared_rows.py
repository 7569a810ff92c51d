"""Read the events that acts of two people are told by: what the unit did, and papers given to somebody by order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, text

from desktop.domain.events import Event
from desktop.storage import order
from desktop.storage.tables import DOSSIER

_EVER: Final = ("", "9")
#: Few: what a PC said of users that the city did not take.
_REFUSED_USERS: Final = text(
    "SELECT e.body FROM event e JOIN feed f ON f.position = e.position "
    "WHERE e.dossier_id = '' AND e.type = 'user.saved' AND f.kind = 'rejected' AND f.code <> 'said_already' "
    "AND e.acted_at >= :since AND e.acted_at < :until ORDER BY f.gseq"
)


def read_unit_acts(
    connection: Connection, types: Sequence[str], since: datetime | None, until: datetime | None
) -> tuple[Event, ...]:
    """Return the unit's events of some types that count, of some time, in the order of the log."""
    first = _EVER[0] if since is None else order.stored_instant(since)
    last = _EVER[1] if until is None else order.stored_instant(until)
    found = (order.read_event(row.body) for row in order.unit_rows_of(connection, types, first, last))
    return tuple(event for event in found if event is not None)


def read_custody_assigned(connection: Connection, since: datetime, until: datetime) -> tuple[tuple[str, Event], ...]:
    """Return (code of the dossier, event) of papers that were given to somebody by order, of some time."""
    rows = order.assigned_rows(connection, since, until)
    events = [event for event in (order.read_event(row.body) for row in rows) if event is not None]
    ids = {event.envelope.dossier_id for event in events}
    codes = {}
    for each in ids:
        codes[each] = connection.execute(select(DOSSIER.c.code).where(DOSSIER.c.dossier_id == each)).scalar() or ""
    return tuple((codes[event.envelope.dossier_id], event) for event in events)


def read_refused_users(connection: Connection, since: datetime, until: datetime) -> tuple[Event, ...]:
    """Return what PCs said of users that the city did not take, of some time, in the order of the feed."""
    span = {"since": order.stored_instant(since), "until": order.stored_instant(until)}
    found = (order.read_event(row.body) for row in connection.execute(_REFUSED_USERS, span))
    return tuple(event for event in found if event is not None)
