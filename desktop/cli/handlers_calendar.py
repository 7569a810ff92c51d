"""Answer the commands of ``motcua do`` about the unit's own days off and days worked."""

from collections.abc import Iterable, Mapping
from datetime import date

from desktop.cli import wire_calendar
from desktop.cli.answers import Answer, instant, optional_instant
from desktop.cli.context import Context, Handler
from desktop.domain.vietnamese import local
from desktop.services import own_days
from desktop.services.own_days import OwnDay, Touched


class OwnDayOut(Answer):
    """Give one day the unit declared, or the city published; ``worked`` is false for a day off."""

    on: date
    worked: bool
    name: str
    document: str


class CalendarOut(Answer):
    """Answer ``calendar.show``; ``kind`` is a ``DayKind``, ``own`` and ``published`` have the latest day first."""

    on: date
    kind: str
    is_working: bool
    reason: str
    own: list[OwnDayOut]
    published: list[OwnDayOut]


class TouchedOut(Answer):
    """Give one open dossier whose limit a day moves; ``would_be`` is null where the limit alone does not tell."""

    code: str
    promised_at: str
    due_at: str
    would_be: str | None


class TouchedListOut(Answer):
    """Answer ``calendar.touched``: those promised on the day itself first."""

    items: list[TouchedOut]


class DayDeclaredOut(Answer):
    """Answer ``calendar.declare`` and ``calendar.take_back``."""

    day: OwnDayOut
    touched: list[TouchedOut]


def show_calendar(context: Context, with_: wire_calendar.ShowCalendar) -> CalendarOut:
    """Answer ``calendar.show``."""
    own = own_days.own_days(context.desk, context.actor)
    on = with_.on or local(context.desk.clock.now()).date()
    note = context.desk.reader.calendar().note(on)
    return CalendarOut(
        on=on,
        kind=note.kind.value,
        is_working=note.kind.is_working,
        reason=note.reason,
        own=[_day(day) for day in own],
        published=[_day(day) for day in own_days.published_days(context.desk, context.actor)],
    )


def show_touched(context: Context, with_: wire_calendar.ShowTouched) -> TouchedListOut:
    """Answer ``calendar.touched``."""
    found = own_days.touched_by(context.desk, context.actor, with_.on, is_worked=with_.worked)
    return TouchedListOut(items=_items(found))


def declare_day(context: Context, with_: wire_calendar.DeclareDay) -> DayDeclaredOut:
    """Answer ``calendar.declare``."""
    day = OwnDay(with_.on, with_.worked, with_.name, with_.document)
    done = own_days.declare(context.desk, context.actor, day)
    return DayDeclaredOut(day=_day(done.day), touched=_items(done.touched))


def take_back_day(context: Context, with_: wire_calendar.TakeBackDay) -> DayDeclaredOut:
    """Answer ``calendar.take_back``."""
    done = own_days.take_back(context.desk, context.actor, with_.on, with_.reason)
    return DayDeclaredOut(day=_day(done.day), touched=_items(done.touched))


def _day(day: OwnDay) -> OwnDayOut:
    return OwnDayOut(on=day.on, worked=day.is_worked, name=day.name, document=day.document)


def _items(found: Iterable[Touched]) -> list[TouchedOut]:
    return [
        TouchedOut(
            code=each.code,
            promised_at=instant(each.promised_at),
            due_at=instant(each.due_at),
            would_be=optional_instant(each.would_be),
        )
        for each in found
    ]


HANDLERS: Mapping[str, Handler] = {
    "calendar.show": Handler(wire_calendar.ShowCalendar, CalendarOut, show_calendar),
    "calendar.touched": Handler(wire_calendar.ShowTouched, TouchedListOut, show_touched),
    "calendar.declare": Handler(wire_calendar.DeclareDay, DayDeclaredOut, declare_day),
    "calendar.take_back": Handler(wire_calendar.TakeBackDay, DayDeclaredOut, take_back_day),
}
