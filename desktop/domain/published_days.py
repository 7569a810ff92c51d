"""Lay what the city's documents say of days over the program's calendar, under the unit's own days.

A document speaks for days from its own day on, and from the moment it is known: whoever promises a result in February
may know in November that Tết has moved. A promise already made is an event and stays.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.calendar_days import PublishedDay
from desktop.domain.calendars import Calendar, reached
from desktop.domain.publications import Dated, in_force, laid_in_order

_DECEMBER, _LAST = 12, 31


@dataclass(frozen=True, slots=True)
class PublishedDays:
    """Hold what a document says of days.

    Attributes:
        days: Days off and days worked; each is named once.
        decided_years: Years that are no estimate any more, or that the program's calendar does not reach.
    """

    days: tuple[PublishedDay, ...]
    decided_years: tuple[int, ...] = ()


def with_days(calendar: Calendar, documents: Iterable[Dated[PublishedDays]]) -> Calendar:
    """Return the program's calendar with the documents over it, the units' after those for all.

    A version takes the place of the one before for the days from its own day on; the days before stay what they were.
    """
    laid = laid_in_order(documents)
    if not laid:
        return calendar
    by_document: dict[tuple[str, str], dict[date, PublishedDay]] = {}
    for each in laid:
        before = by_document.get((each.unit_id, each.name), {})
        days = {on: day for on, day in before.items() if on < each.effective_on}
        named = f"{each.name} bản {each.version}"
        days |= {day.on: replace(day, document=named) for day in each.said.days}
        by_document[each.unit_id, each.name] = days
    said = {on: day for days in by_document.values() for on, day in days.items()}
    # A year beyond the program's calendar that was decided once stays so: promises may end in it.
    last_day = reached(calendar.last_day, (year for each in laid for year in each.said.decided_years))
    return replace(
        calendar,
        last_day=last_day,
        published=tuple(sorted(said.values(), key=lambda day: day.on)),
        estimated_years=frozenset(year for year in calendar.estimated_years if not _is_decided(year, laid)),
    )


def _is_decided(year: int, documents: Iterable[Dated[PublishedDays]]) -> bool:
    end = date(year, _DECEMBER, _LAST)
    return any(year in each.said.decided_years for each in in_force(documents, end))
