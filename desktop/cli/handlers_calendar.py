"""Answer the commands of ``motcua do`` about the unit's own days off and days worked."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from desktop.cli import wire_calendar
from desktop.cli.answers import Answer, instant, optional_instant
from desktop.cli.context import Context, Handler
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import local, screen_date
from desktop.services import own_days, own_years
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
    last_day: date


class TouchedOut(Answer):
    """Give one open dossier whose limit a day moves; ``would_be`` is null where the limit alone does not tell."""

    code: str
    promised_at: str
    due_at: str
    would_be: str | None


class TouchedListOut(Answer):
    """Answer ``calendar.touched``: those promised on the day itself first."""

    items: list[TouchedOut]


class YearDeclaredOut(Answer):
    """Answer ``calendar.declare_year``."""

    year: int
    days_off: int


class DayDeclaredOut(Answer):
    """Answer ``calendar.declare`` and ``calendar.take_back``."""

    day: OwnDayOut
    touched: list[TouchedOut]


def show_calendar(context: Context, with_: wire_calendar.ShowCalendar) -> CalendarOut:
    """Answer ``calendar.show``."""
    own = own_days.own_days(context.desk, context.actor)
    on = with_.on or local(context.desk.clock.now()).date()
    calendar = context.desk.reader.calendar()
    note = calendar.note(on)
    return CalendarOut(
        on=on,
        kind=note.kind.value,
        is_working=note.kind.is_working,
        reason=note.reason,
        own=[_day(day) for day in own],
        published=[_day(day) for day in own_days.published_days(context.desk, context.actor)],
        last_day=calendar.last_day,
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


def declare_year(context: Context, with_: wire_calendar.DeclareYear) -> YearDeclaredOut:
    """Answer ``calendar.declare_year``."""
    days = [OwnDay(on, each.worked, each.name, with_.document) for each in with_.days for on in _span(each)]
    done = own_years.declare_year(context.desk, context.actor, with_.year, with_.document, days)
    return YearDeclaredOut(year=done.year, days_off=done.days_off)


def _span(day: wire_calendar.YearDay) -> list[date]:
    last = day.last or day.on
    if not 0 <= (last - day.on).days < own_years.MOST_DAYS:
        raise UserError("bad_year_line", line=f"{screen_date(day.on)} - {screen_date(last)} {day.name}")
    return [day.on + timedelta(days=n) for n in range((last - day.on).days + 1)]


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
    "calendar.declare_year": Handler(wire_calendar.DeclareYear, YearDeclaredOut, declare_year),
    "calendar.take_back": Handler(wire_calendar.TakeBackDay, DayDeclaredOut, take_back_day),
}
