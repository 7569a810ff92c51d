"""Declare the year that begins where the program's calendar ends: a ward without a city and without an update goes on.

A year is declared whole, with all its days off, because a promise counted across a holiday nobody typed would be wrong
on paper. What was typed wrong is mended day by day (:mod:`desktop.services.own_days`).

Source: Labour Code 45/2019/QH14 art. 112 (eleven days off a year); design definition 5 (typed from decisions; beyond
the calendar nobody counts).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from desktop.domain.calendar_days import LEAST_DAYS_OFF, DecidedYear
from desktop.domain.calendars import Calendar
from desktop.domain.errors import UserError
from desktop.domain.users import Action, Role, User, may, require
from desktop.domain.vietnamese import local, nfc, screen_date
from desktop.services.changes import Changes, Kind
from desktop.services.own_days import OwnDay, overlay_of, said, typed
from desktop.services.ports import Desk

#: No holiday lasts longer; a month mistyped in the last day would close every counter.
MOST_DAYS: Final = 31
#: From so many days before the end of the calendar those who may act are reminded.
REMIND_DAYS: Final = 92
#: Days off whose date the law itself names.
_FIXED: Final = ((1, 1), (4, 30), (5, 1), (9, 2))
_LEADERS: Final = frozenset({Role.HEAD, Role.CHAIR, Role.VICE_CHAIR})
_DAY: Final = r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?"
_LINE: Final = re.compile(rf"(?:(làm (?:bù|việc))\s+)?{_DAY}(?:\s*(?:-|–|đến)\s*{_DAY})?\s*:?\s+(\S.*)")
_CHANGED: Final = Changes(frozenset({Kind.UNIT}))


@dataclass(frozen=True, slots=True)
class YearDeclared:
    """Hand back a declared year, how many days of it are off, and what changed."""

    year: int
    days_off: int
    changes: Changes


def year_to_declare(desk: Desk, actor: User) -> int | None:
    """Return the first year the calendar does not reach, None while it is too early to declare it.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.COMPUTE_DEADLINE)
    year = desk.reader.calendar().last_day.year + 1
    return year if year <= local(desk.clock.now()).year + 1 else None


def read_lines(text: str, year: int, document: str) -> tuple[OwnDay, ...]:
    """Read days as they are typed, one or a span a line: ``12/02/2029 - 16/02/2029 Tết Nguyên đán``.

    A line that begins with ``làm bù`` is of days worked; a date without a year is of that year.

    Raises:
        UserError: ``bad_year_line`` with the line.
    """
    lines = (" ".join(nfc(line).split()) for line in text.splitlines())
    return tuple(day for line in lines if line for day in _read_line(line, year, document))


def _read_line(line: str, year: int, document: str) -> list[OwnDay]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise UserError("bad_year_line", line=line)
    worked, day, month, of, last_day, last_month, last_of, name = found.groups()
    try:
        first = date(int(of or year), int(month), int(day))
        last = date(int(last_of or year), int(last_month), int(last_day)) if last_day else first
    except ValueError as error:
        raise UserError("bad_year_line", line=line) from error
    if not 0 <= (last - first).days < MOST_DAYS:
        raise UserError("bad_year_line", line=line)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [OwnDay(on, bool(worked), name, document) for on in days]


def declare_year(desk: Desk, actor: User, year: int, document: str, days: Sequence[OwnDay]) -> YearDeclared:
    """Declare a year: from now on promises may end in it.

    Args:
        desk: What the use case works with.
        actor: Who declares it.
        year: The first one the calendar does not reach, this year or the next.
        document: The decision its days were typed from.
        days: All days off, Saturdays and Sundays of a holiday too, and rest days that are worked.

    Raises:
        UserError: ``not_permitted``, ``year_not_to_declare``, ``year_lacks_fixed``, ``year_lacks_days``,
            ``day_outside_year``, ``day_named_twice``, ``bad_own_day``.
    """
    require(actor, Action.CONFIGURE_UNIT)
    document = typed("document", document)
    named = tuple(replace(day, name=typed("day_name", day.name), document=document) for day in days)
    with desk.ledger.act(actor) as act:
        calendar = desk.reader.calendar()
        last = calendar.last_day.year
        if year != last + 1 or year > local(act.now).year + 1:
            raise UserError("year_not_to_declare", year=year, next=last + 1, day=screen_date(date(last, 1, 1)))
        off = _checked(year, named)
        act.record_unit((said(overlay_of(calendar), named, (DecidedYear(year, document),)),))
    return YearDeclared(year, off, _CHANGED)


def _checked(year: int, days: Sequence[OwnDay]) -> int:
    """Refuse what is no whole year; return how many days are off."""
    seen: set[date] = set()
    for day in days:
        if day.on.year != year:
            raise UserError("day_outside_year", day=screen_date(day.on), year=year)
        if day.on in seen:
            raise UserError("day_named_twice", day=screen_date(day.on))
        seen.add(day.on)
    off = {day.on for day in days if not day.is_worked}
    missing = [date(year, *fixed) for fixed in _FIXED if date(year, *fixed) not in off]
    if missing:
        raise UserError("year_lacks_fixed", lacking=", ".join(map(screen_date, missing)))
    if len(off) < LEAST_DAYS_OFF:
        raise UserError("year_lacks_days", n=len(off), least=LEAST_DAYS_OFF)
    return len(off)


def ends_soon(calendar: Calendar, actor: User, today: date) -> bool:
    """Tell whether a user is to be reminded that the calendar ends: who may declare the next year, and leaders."""
    is_near = today >= calendar.last_day - timedelta(days=REMIND_DAYS)
    return is_near and (may(actor.roles, Action.CONFIGURE_UNIT) or bool(_LEADERS.intersection(actor.roles)))
