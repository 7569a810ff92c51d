"""Compare the deadline engine with a naive walk from day to day: 1,000,000 deadlines, equal answers.

Run as ``python tests/bench/bench_deadlines.py [count]``. The goal is at most one twentieth of the walk's time.
Both run in the same process, one round after the other; printed are medians of three rounds of CPU time.
The walk knows its days off as a set of dates and needs no look-up of weekdays beyond ``date.weekday``.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock_time

from desktop.domain.calendars import Calendar
from desktop.domain.deadlines import ClockPolicy, compute, due_at, due_dates
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.vietnamese import VIETNAM
from desktop.storage.reference.calendars import load_calendar

ROUNDS = 3
ONE_DAY = timedelta(days=1)
SATURDAY = 5
SINGLE = 20_000


def naive(days: list[date], n: int, off: frozenset[date], made_up: frozenset[date]) -> list[date]:
    """Walk from day to day until n working days have passed."""
    found = []
    for received in days:
        day, left = received, n
        while left:
            day += ONE_DAY
            if (day.weekday() < SATURDAY and day not in off) or day in made_up:
                left -= 1
        found.append(day)
    return found


def cpu_time(work: Callable[[], object]) -> float:
    """Measure the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(calendar: Calendar, count: int, n: int) -> None:
    """Print the ratios for one limit, after checking that the answers are equal."""
    dice = random.Random(n)
    first, last = date(2018, 1, 1).toordinal(), date(2027, 6, 30).toordinal()
    ordinals = [dice.randint(first, last) for _ in range(count)]
    days = [date.fromordinal(day) for day in ordinals]
    off = frozenset({day.on for day in calendar.holidays} | {swap.off for swap in calendar.swaps})
    made_up = frozenset(swap.worked for swap in calendar.swaps)

    walked = naive(days, n, off, made_up)
    assert [day.toordinal() for day in walked] == due_dates(ordinals, n, calendar)
    limit, policy = Limit(n, LimitUnit.WORKING_DAY), ClockPolicy()
    moments = [datetime.combine(day, clock_time(9), VIETNAM) for day in days[:SINGLE]]
    assert [due_at(at, limit, calendar, policy).date() for at in moments] == walked[:SINGLE]

    walk, batch, single, explained = [], [], [], []
    for _ in range(ROUNDS):
        walk.append(cpu_time(lambda: naive(days, n, off, made_up)))
        batch.append(cpu_time(lambda: due_dates(ordinals, n, calendar)))
        single.append(cpu_time(lambda: [due_at(at, limit, calendar, policy) for at in moments]))
        explained.append(cpu_time(lambda: [compute(at, limit, calendar, policy) for at in moments]))
    slow, fast = statistics.median(walk) / count, statistics.median(batch) / count
    print(
        f"{n:3d} working days, {count:,} receipts: walk {slow * 1e6:7.3f} us, due_dates {fast * 1e6:6.3f} us "
        f"= 1/{slow / fast:.0f}; due_at {statistics.median(single) / len(moments) * 1e6:6.2f} us, "
        f"compute with reasons {statistics.median(explained) / len(moments) * 1e6:6.2f} us"
    )


def main() -> None:
    """Compare for the limits that occur most."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    calendar = load_calendar()
    for n in (3, 5, 15):
        compare(calendar, count, n)


if __name__ == "__main__":
    main()
