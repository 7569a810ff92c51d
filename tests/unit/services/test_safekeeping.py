"""When data is brought to safety, what stays of older copies, and what is said about it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.services.safekeeping import (
    Drill,
    Plan,
    Safety,
    Status,
    Task,
    advice,
    copies_kept,
    done,
    drilled,
    due,
    failed,
)

PLAN = Plan("E:/")
NOON = datetime.fromisoformat("2019-07-18T12:00:00+07:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
GOOD = Drill(NOON - DAY, is_good=True, events=5, seconds=2)
SAFE = Status(
    "E:/", safe_until=NOON, segment_at=NOON, full_at=NOON - HOUR, full_events=5, recovery_id="K", drills=(GOOD,)
)


def tasks(status: Status, at: datetime, plan: Plan = PLAN, key: str = "K") -> tuple[Task, ...]:
    return due(plan, status, at, key)


def test_nothing_is_due_just_after_all_was_done() -> None:
    assert tasks(SAFE, NOON + 14 * MINUTE) == ()


def test_a_segment_is_due_every_fifteen_minutes() -> None:
    assert tasks(SAFE, NOON + 15 * MINUTE) == (Task.SEGMENT,)


def test_a_clock_that_was_put_back_stops_nothing() -> None:
    assert tasks(SAFE, NOON - 2 * HOUR) == (Task.SEGMENT, Task.FULL)


def test_the_day_s_full_copy_is_due_in_the_evening_once() -> None:
    evening = NOON.replace(hour=17)
    segment_then = replace(SAFE, segment_at=evening)

    assert tasks(replace(SAFE, segment_at=evening - MINUTE), evening - MINUTE) == ()
    assert tasks(segment_then, evening) == (Task.FULL,)
    assert tasks(replace(segment_then, full_at=evening), evening + MINUTE) == ()


def test_a_full_copy_that_was_missed_in_the_evening_is_made_in_the_morning() -> None:
    morning = NOON + 20 * HOUR
    status = replace(SAFE, segment_at=morning, full_at=NOON - 4 * HOUR)

    assert tasks(status, morning) == (Task.FULL,)


@pytest.mark.parametrize(
    "status",
    [Status(), replace(SAFE, place="F:/"), replace(SAFE, full_at=None)],
    ids=["nothing yet", "another place", "no full copy"],
)
def test_a_new_place_begins_with_a_full_copy(status: Status) -> None:
    assert tasks(status, NOON) == (Task.FULL,)


def test_a_new_recovery_key_wants_a_full_copy_of_its_own() -> None:
    assert tasks(SAFE, NOON, key="L") == (Task.FULL,)


def test_without_a_place_nothing_can_be_done() -> None:
    assert tasks(SAFE, NOON + DAY, Plan()) == ()


def test_a_drill_is_due_every_week_and_after_a_bad_one_the_next_day() -> None:
    week = NOON + 6 * DAY
    fresh = replace(SAFE, segment_at=week, full_at=week)
    bad = replace(GOOD, at=week - DAY, is_good=False)

    assert tasks(fresh, week) == (Task.DRILL,)
    assert tasks(fresh, week - MINUTE) == (Task.SEGMENT, Task.FULL)
    assert tasks(replace(fresh, drills=(bad,)), week) == (Task.DRILL,)
    assert tasks(replace(fresh, drills=()), week) == (Task.DRILL,)


def test_what_failed_is_tried_again_five_minutes_later_not_at_once() -> None:
    broken = failed(SAFE, "backup_place_absent", NOON + HOUR)

    assert tasks(broken, NOON + HOUR + 4 * MINUTE) == ()
    assert tasks(broken, NOON + HOUR + 5 * MINUTE) == (Task.SEGMENT,)


@pytest.mark.parametrize(
    ("plan", "status", "after", "safety", "code"),
    [
        (Plan(), SAFE, MINUTE, Safety.UNSAFE, "backup_no_place"),
        (PLAN, Status(), MINUTE, Safety.UNSAFE, "backup_not_yet"),
        (PLAN, failed(Status(), "disk_full", NOON), MINUTE, Safety.UNSAFE, "backup_failing"),
        (PLAN, drilled(SAFE, replace(GOOD, is_good=False)), MINUTE, Safety.UNSAFE, "backup_drill_failed"),
        (PLAN, failed(SAFE, "disk_full", NOON), HOUR, Safety.LATE, "backup_failing"),
        (PLAN, failed(SAFE, "disk_full", NOON), 25 * HOUR, Safety.UNSAFE, "backup_failing"),
        (PLAN, SAFE, 31 * MINUTE, Safety.LATE, "backup_late"),
        (PLAN, replace(SAFE, segment_at=None), MINUTE, Safety.LATE, "backup_late"),
        (PLAN, SAFE, 30 * MINUTE, Safety.SAFE, "backup_safe"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_is_said_how_safe_the_data_is(
    plan: Plan, status: Status, after: timedelta, safety: Safety, code: str
) -> None:
    told = advice(plan, status, NOON + after)

    assert (told.safety, told.code) == (safety, code)


def test_what_went_well_ends_a_failure_and_moves_what_is_safe() -> None:
    status = done(failed(SAFE, "disk_full", NOON), PLAN, Task.FULL, NOON + HOUR, full_events=9, recovery_id="L")

    assert (status.failure, status.failing_since, status.failed_at) == ("", None, None)
    assert (status.safe_until, status.full_at, status.full_events, status.recovery_id) == (
        NOON + HOUR, NOON + HOUR, 9, "L",
    )  # fmt: skip


def test_a_drill_makes_nothing_safer() -> None:
    assert done(SAFE, PLAN, Task.DRILL, NOON + HOUR) == SAFE


def test_another_place_begins_anew_but_remembers_the_drills() -> None:
    moved = done(SAFE, Plan("F:/"), Task.FULL, NOON + HOUR, full_events=1, recovery_id="K")

    assert (moved.place, moved.safe_until, moved.drills) == ("F:/", NOON + HOUR, SAFE.drills)


def test_a_failure_remembers_since_when() -> None:
    again = failed(failed(SAFE, "disk_full", NOON), "disk_error", NOON + HOUR)

    assert (again.failing_since, again.failed_at, again.failure) == (NOON, NOON + HOUR, "disk_error")


def test_only_the_last_drills_are_remembered() -> None:
    status = SAFE
    for n in range(30):
        status = drilled(status, replace(GOOD, events=n))

    assert (len(status.drills), status.last_drill) == (20, replace(GOOD, events=29))


def test_copies_thin_out_to_days_weeks_and_months() -> None:
    daily = [NOON - n * DAY for n in range(500)]

    kept = copies_kept(daily, NOON)

    assert set(daily[:7]) <= kept
    assert 7 + 4 + 9 <= len(kept) <= 7 + 5 + 12
    assert max(NOON - at for at in kept) < timedelta(days=370)


def test_of_one_day_the_newest_stays_and_the_one_before_it() -> None:
    made = [NOON, NOON - HOUR, NOON - 2 * HOUR]

    assert copies_kept(made, NOON) == {NOON, NOON - HOUR}


def test_nothing_kept_of_nothing() -> None:
    assert copies_kept([], NOON) == frozenset()
