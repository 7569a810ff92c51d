"""Read what the city publishes of days: days off, days worked, swaps, and which years are decided.

It is written as the program's calendar is; whatever it does not name stays what it was. What is wrong is worded in
Vietnamese: whoever publishes reads it as it is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Final

from desktop.domain.calendar_days import LEAST_DAYS_OFF, DayKind, PublishedDay, Swap
from desktop.domain.calendars import Calendar
from desktop.domain.published_days import PublishedDays
from desktop.domain.vietnamese import screen_date
from desktop.protocol.calendar_file import Span, Table, named_days
from desktop.protocol.toml_records import is_one_line, read_record

#: Keys that make a document one of days.
KEYS: Final = frozenset({"holidays", "worked", "swaps", "decided_years"})
#: No holiday lasts longer; a year mistyped in the last day would close every counter.
MOST_DAYS: Final = 31
#: A document may speak of so many years beyond the program's calendar; a year farther off is mistyped.
YEARS_AHEAD: Final = 5

_LISTS: Final = ("holidays", "worked", "swaps")


@dataclass(frozen=True, slots=True)
class _File:
    source: str
    title: str = ""
    holidays: tuple[Span, ...] = ()
    worked: tuple[Span, ...] = ()
    swaps: tuple[Swap, ...] = ()
    decided_years: tuple[int, ...] = ()


def read_days(name: str, table: Table, effective_on: date, calendar: Calendar) -> PublishedDays:
    """Read a document of days.

    Args:
        name: Of the document, for messages.
        table: Its TOML.
        effective_on: Day it comes into force.
        calendar: The program's. Beyond it nobody counts until a document, or the unit, decides the year whole.

    Raises:
        ValueError: It cannot be used; names the place.
    """
    file = read_record(_File, _with_source(table), name)
    for key in ("holidays", "worked"):
        for place, span in enumerate(getattr(file, key)):
            if (span.last - span.first).days >= MOST_DAYS:
                raise ValueError(f"{name}.{key}[{place}]: dài hơn {MOST_DAYS} ngày")
    off, worked = named_days(file.holidays, f"{name}.holidays"), named_days(file.worked, f"{name}.worked")
    days = (
        *(PublishedDay(each.on, DayKind.HOLIDAY, each.name, each.source) for each in off),
        *(PublishedDay(each.on, DayKind.WORKED, each.name, each.source) for each in worked),
        *chain.from_iterable(_swapped(each) for each in file.swaps),
    )
    _check_words(name, (file.source, *(day.name for day in (*off, *worked)), *(day.source for day in days)))
    _check_days(name, days, effective_on, calendar)
    for year in file.decided_years:
        _check_year(name, year, days, calendar)
    if not (days or file.decided_years):
        raise ValueError(f"{name}: không nói về ngày nào")
    return PublishedDays(days, file.decided_years)


def _check_year(name: str, year: int, days: tuple[PublishedDay, ...], calendar: Calendar) -> None:
    """Refuse a decided year that nobody could count in: too far, or beyond the program's calendar and not whole."""
    if not calendar.first_day.year <= year <= calendar.last_day.year + YEARS_AHEAD:
        raise ValueError(f"{name}.decided_years: năm {year} ở ngoài lịch của chương trình")
    off = sum(not day.kind.is_working for day in days if day.on.year == year)
    if year > calendar.last_day.year and off < LEAST_DAYS_OFF:
        raise ValueError(
            f"{name}.decided_years: chương trình chưa có lịch năm {year}, tài liệu phải nêu đủ ngày nghỉ của cả năm"
            f" ({off} ngày, luật định ít nhất {LEAST_DAYS_OFF})"
        )


def _with_source(table: Table) -> dict[str, Any]:
    """Return a table whose days name what the whole document rests on, where they name nothing."""
    source = table.get("source", "")
    filled = dict(table)
    for key in _LISTS:
        if isinstance(rows := table.get(key), list):
            filled[key] = [{"source": source} | row if isinstance(row, dict) else row for row in rows]
    return filled


def _swapped(swap: Swap) -> tuple[PublishedDay, PublishedDay]:
    return (
        PublishedDay(swap.off, DayKind.SWAP_OFF, swap.off_words, swap.source),
        PublishedDay(swap.worked, DayKind.MAKE_UP, swap.worked_words, swap.source),
    )


def _check_words(name: str, texts: tuple[str, ...]) -> None:
    if not all(map(is_one_line, texts)):
        raise ValueError(f"{name}: căn cứ (source) hoặc tên ngày (name) bị trống, có ký tự lạ")


def _check_days(name: str, days: tuple[PublishedDay, ...], effective_on: date, calendar: Calendar) -> None:
    named = Counter(day.on for day in days)
    for on, times in sorted(named.items()):
        if times > 1:
            raise ValueError(f"{name}: ngày {screen_date(on)} được nêu hai lần")
        if on < effective_on:
            raise ValueError(f"{name}: ngày {screen_date(on)} ở trước ngày áp dụng {screen_date(effective_on)}")
        if not calendar.first_day.year <= on.year <= calendar.last_day.year + YEARS_AHEAD:
            raise ValueError(f"{name}: ngày {screen_date(on)} ở ngoài lịch của chương trình")
