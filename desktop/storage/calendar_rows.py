"""Keep the unit's own days: each fact changes the days it names, in the order of :mod:`desktop.storage.order`."""

import json

from sqlalchemy import Connection, delete, select

from desktop.domain import codec
from desktop.domain.calendar_days import CalendarOverlay
from desktop.domain.facts.unit import CalendarOverlaid
from desktop.domain.own_calendar import folded
from desktop.storage import order, unit_rows
from desktop.storage.tables import UNIT_STATE

OVERLAY_KEY = "overlay"
#: Parts that older programs did not keep: where they say nothing they are left out, so that tables stay alike.
_LATER_PARTS = ("years", "clashes")
_FIRST, _LAST = "0001", "9999"


def note(connection: Connection, fact: CalendarOverlaid) -> None:
    """Keep what a fact changes of the unit's own days."""
    after = folded(_overlay(connection), fact.overlay, fact.changes)
    plain = codec.dump(after)
    kept = {name: part for name, part in plain.items() if part or name not in _LATER_PARTS}
    unit_rows.set_state(connection, OVERLAY_KEY, kept)


def refold(connection: Connection) -> None:
    """Fold the unit's own days anew: what another PC said comes before own facts that the feed has not shown."""
    connection.execute(delete(UNIT_STATE).where(UNIT_STATE.c.key == OVERLAY_KEY))
    for row in order.unit_rows_of(connection, ["calendar.overlaid"], _FIRST, _LAST):
        event = order.read_event(row.body)
        if event is not None and isinstance(event.fact, CalendarOverlaid):
            note(connection, event.fact)


def _overlay(connection: Connection) -> CalendarOverlay:
    value = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == OVERLAY_KEY)).scalar()
    return codec.load(CalendarOverlay, json.loads(str(value))) if value else CalendarOverlay()
