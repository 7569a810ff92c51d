"""Compare the engine with a day walk over another's calendar, written without looking at ours."""

import random
from datetime import date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain.deadlines import ClockPolicy, due_at, due_dates
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.vietnamese import VIETNAM
from desktop.storage.reference.calendars import load_calendar

CALENDAR = load_calendar()
THEIRS = holidays.country_holidays("VN", language="vi", years=range(2018, 2030))

#: The swap of the new year 2026, which the package does not know.
UNKNOWN_OFF, UNKNOWN_WORKED = date(2026, 1, 2), date(2026, 1, 10)
ONE_DAY = timedelta(days=1)

RECEIPTS = st.dates(date(2018, 1, 1), date(2027, 12, 31))
LIMITS = st.integers(1, 120)


def walk(received: date, n: int, *, with_swap: bool) -> date:
    day = received
    while n:
        day += ONE_DAY
        working = THEIRS.is_working_day(day)
        if with_swap and day in (UNKNOWN_OFF, UNKNOWN_WORKED):
            working = day == UNKNOWN_WORKED
        n -= working
    return day


def ours(received: date, n: int) -> date:
    moment = datetime.combine(received, time(9), VIETNAM)
    return due_at(moment, Limit(n, LimitUnit.WORKING_DAY), CALENDAR, ClockPolicy()).date()


def test_every_day_of_eleven_years_is_judged_alike_but_for_the_swap_the_package_does_not_know() -> None:
    days = [CALENDAR.first_day + i * ONE_DAY for i in range((CALENDAR.last_day - CALENDAR.first_day).days + 1)]

    differing = [day for day in days if CALENDAR.is_working_day(day) != THEIRS.is_working_day(day)]

    assert differing == [UNKNOWN_OFF, UNKNOWN_WORKED]
    assert not CALENDAR.is_working_day(UNKNOWN_OFF)
    assert CALENDAR.is_working_day(UNKNOWN_WORKED)


def test_ten_thousand_deadlines_equal_the_day_walk_or_are_explained_by_the_swap() -> None:
    dice = random.Random(61_2018)
    first, last = date(2018, 1, 1).toordinal(), date(2027, 12, 31).toordinal()
    explained = 0

    for _ in range(10_000):
        received, n = date.fromordinal(dice.randint(first, last)), dice.randint(1, 40)
        due, plain = ours(received, n), walk(received, n, with_swap=False)
        if due != plain:
            explained += 1
            assert received < UNKNOWN_WORKED
            assert due >= UNKNOWN_OFF
            assert due == walk(received, n, with_swap=True)

    assert 0 < explained < 200


@settings(max_examples=300)
@given(RECEIPTS, LIMITS)
def test_any_deadline_equals_the_walk_with_the_swap_added(received: date, n: int) -> None:
    assert ours(received, n) == walk(received, n, with_swap=True)


@pytest.mark.parametrize("n", [1, 5, 15])
def test_the_batch_equals_the_walk(n: int) -> None:
    first = date(2025, 12, 1)
    received = [first + i * ONE_DAY for i in range(120)]

    batch = due_dates((day.toordinal() for day in received), n, CALENDAR)

    assert [date.fromordinal(day) for day in batch] == [walk(day, n, with_swap=True) for day in received]
