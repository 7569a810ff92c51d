"""Read calendars: the program's file of a country, and a unit's own changes to it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any, Final

from desktop.domain.calendars import Calendar, CalendarOverlay, NamedDay, Session, Swap, WeekPlan
from desktop.domain.errors import UserError
from desktop.protocol.toml_records import read_record, refuse_unknown

Table = Mapping[str, Any]  # TOML has no narrower static type

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_PLAN_KEYS: Final = dict.fromkeys((*WEEKDAYS, "starts_on", "source", "full_day", "reception"))


@dataclass(frozen=True, slots=True)
class _Source:
    title: str
    issued_on: date = date.min
    needs_checking: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Name one day (``on``), or all from a first to a last one."""

    name: str
    source: str
    on: date = date.min
    first: date = date.min
    last: date = date.min

    def days(self, where: str) -> tuple[NamedDay, ...]:
        """Spell the days of a span out.

        Raises:
            ValueError: Neither one day nor a first and a last one.
        """
        single = self.on != date.min
        first, last = (self.on, self.on) if single else (self.first, self.last)
        if first == date.min or last < first or (single and self.first != self.last):
            raise ValueError(f"{where}: give on, or first and last")
        return tuple(
            NamedDay(first + timedelta(days=offset), self.name, self.source)
            for offset in range((last - first).days + 1)
        )


@dataclass(frozen=True, slots=True)
class _CalendarFile:
    id: str
    title: str
    recorded_on: date
    first_day: date
    last_day: date
    estimated_years: tuple[int, ...]
    holidays: tuple[Span, ...]
    swaps: tuple[Swap, ...]
    sources: Mapping[str, _Source]


@dataclass(frozen=True, slots=True)
class _OverlayFile:
    closed: tuple[Span, ...] = ()
    worked: tuple[Span, ...] = ()


@lru_cache(maxsize=8)
def parse_calendar(name: str, text: str) -> Calendar:
    """Read one calendar; the same text is read once per process.

    Args:
        name: File name, for messages.
        text: TOML.

    Raises:
        ValueError: No TOML, an unknown or missing key, a wrong value, a source nobody declared, a day given
            twice or outside the days covered.
    """
    table = _loads(name, text)
    plans = table.pop("plans", [])
    file = read_record(_CalendarFile, table, name)
    cited = [*(span.source for span in file.holidays), *(swap.source for swap in file.swaps)]
    refuse_unknown(dict.fromkeys([*cited, *(plan.get("source", "") for plan in plans)]), file.sources, name)
    calendar = Calendar(
        id=file.id,
        first_day=file.first_day,
        last_day=file.last_day,
        holidays=named_days(file.holidays, f"{name}.holidays"),
        swaps=file.swaps,
        plans=_plans(plans, name) or (WeekPlan(file.first_day),),
        estimated_years=frozenset(file.estimated_years),
    )
    _check_days(calendar, name)
    return calendar


def parse_overlay(name: str, table: Table) -> CalendarOverlay:
    """Read a unit's changes: ``closed`` and ``worked`` days and ``plans``, written as in the calendar's file.

    Args:
        name: Where the table stands, for messages.
        table: The table.

    Raises:
        ValueError: An unknown key or a wrong value.
        UserError: ``overlay_conflict`` for a day both closed and worked.
    """
    days = read_record(_OverlayFile, {key: value for key, value in table.items() if key != "plans"}, name)
    return CalendarOverlay(
        closed=named_days(days.closed, f"{name}.closed"),
        worked=named_days(days.worked, f"{name}.worked"),
        plans=_plans(table.get("plans", []), name),
    )


def _loads(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error


def named_days(spans: tuple[Span, ...], where: str) -> tuple[NamedDay, ...]:
    """Spell the days of spans out.

    Raises:
        ValueError: A span is none; names its place.
    """
    return tuple(day for i, span in enumerate(spans) for day in span.days(f"{where}[{i}]"))


def _check_days(calendar: Calendar, name: str) -> None:
    days = [day.on for day in calendar.holidays]
    days += [day for swap in calendar.swaps for day in (swap.off, swap.worked)]
    for day in days:
        if days.count(day) > 1:
            raise ValueError(f"{name}: {day} is given twice")
        if not calendar.first_day <= day <= calendar.last_day:
            raise ValueError(f"{name}: {day} is not covered")


def _plans(tables: list[Table], name: str) -> tuple[WeekPlan, ...]:
    return tuple(_plan(table, f"{name}.plans[{i}]") for i, table in enumerate(tables))


def _plan(table: Table, where: str) -> WeekPlan:
    refuse_unknown(table, _PLAN_KEYS, where)
    reception = table.get("reception", {})
    refuse_unknown(reception, dict.fromkeys(WEEKDAYS), f"{where}.reception")
    try:
        return WeekPlan(
            starts_on=table["starts_on"],
            working=tuple(_sessions(table.get(day, [])) for day in WEEKDAYS),
            full_day=_sessions(table["full_day"]),
            reception=tuple(_sessions(reception.get(day, [])) for day in WEEKDAYS),
        )
    except KeyError as error:
        raise ValueError(f"{where}: missing {error.args[0]}") from error
    except UserError as error:
        raise ValueError(f"{where}: {error.code} {dict(error.details)}") from error
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error


def _sessions(texts: list[str]) -> tuple[Session, ...]:
    """Read sessions written ``07:30-11:30``."""
    sessions = []
    for text in texts:
        opens, _, closes = text.partition("-")
        sessions.append(Session(time.fromisoformat(opens), time.fromisoformat(closes)))
    return tuple(sessions)
