"""Change a unit's own days, day by day: what two PCs declared before they heard of each other both stands.

Old facts say the whole overlay and take the place of all days before them; newer ones say which days they change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.calendar_days import CalendarOverlay, DayClash, NamedDay, OwnKind


@dataclass(frozen=True, slots=True)
class DayChange:
    """Say what a unit says of one day from now on.

    Attributes:
        now: Off, worked, or nothing any more: then name and source are "".
        was: What the PC that says it knew the unit to say before.
    """

    on: date
    now: OwnKind
    was: OwnKind = OwnKind.NONE
    name: str = ""
    source: str = ""


def own_kind(overlay: CalendarOverlay, on: date) -> OwnKind:
    """Return what the unit says of a day."""
    if any(day.on == on for day in overlay.closed):
        return OwnKind.CLOSED
    return OwnKind.WORKED if any(day.on == on for day in overlay.worked) else OwnKind.NONE


def changed(overlay: CalendarOverlay, changes: Iterable[DayChange]) -> CalendarOverlay:
    """Return an overlay with days changed, and with the clash of each day that another PC had said otherwise of.

    Whoever knew what stood decides it: the clash of that day is over.
    """
    for change in changes:
        before = own_kind(overlay, change.on)
        clashes = overlay.clashes
        if before is change.was:
            clashes = tuple(each for each in clashes if each.on != change.on)
        elif before is not change.now:
            others = (each for each in clashes if each.on != change.on)
            clashes = (*others, _clash(overlay, change, before))
        overlay = replace(_with(overlay, change), clashes=clashes)
    return overlay


def folded(before: CalendarOverlay, said: CalendarOverlay, changes: Sequence[DayChange] | None) -> CalendarOverlay:
    """Return the overlay after a fact.

    Args:
        before: What stood.
        said: The whole overlay as the PC knew it; its weeks and years count, and of an old fact all of it.
        changes: The days that changed; None of an old fact.
    """
    years = {each.year: each for each in (*before.years, *said.years)}
    in_order = tuple(years[year] for year in sorted(years))
    if changes is None:
        return replace(said, years=in_order, clashes=())
    return replace(changed(before, changes), plans=said.plans or before.plans, years=in_order)


def said_days(overlay: CalendarOverlay) -> tuple[DayChange, ...]:
    """Return what an overlay says of days, as changes of a unit that had none."""
    closed = (DayChange(day.on, OwnKind.CLOSED, name=day.name, source=day.source) for day in overlay.closed)
    worked = (DayChange(day.on, OwnKind.WORKED, name=day.name, source=day.source) for day in overlay.worked)
    return (*closed, *worked)


def _clash(overlay: CalendarOverlay, change: DayChange, before: OwnKind) -> DayClash:
    lost = next((day for day in (*overlay.closed, *overlay.worked) if day.on == change.on), None)
    name, source = (lost.name, lost.source) if lost else ("", "")
    return DayClash(change.on, change.now, before, name, source)


def _with(overlay: CalendarOverlay, change: DayChange) -> CalendarOverlay:
    closed = tuple(day for day in overlay.closed if day.on != change.on)
    worked = tuple(day for day in overlay.worked if day.on != change.on)
    named = NamedDay(change.on, change.name, change.source)
    if change.now is OwnKind.CLOSED:
        closed = _in_order(*closed, named)
    elif change.now is OwnKind.WORKED:
        worked = _in_order(*worked, named)
    return replace(overlay, closed=closed, worked=worked)


def _in_order(*days: NamedDay) -> tuple[NamedDay, ...]:
    return tuple(sorted(days, key=lambda day: day.on))
