from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from desktop.domain.calendars import Calendar, CalendarOverlay, NamedDay, Session, WeekPlan
from desktop.domain.deadlines import (
    ClockEffect,
    ClockPolicy,
    Deadline,
    add_working_days,
    apology_due_on,
    compute,
    days_left,
    due_after_wait,
    due_at,
    due_dates,
    is_late,
    transfer_due,
    working_days_between,
    working_minutes_between,
)
from desktop.domain.errors import UserError
from desktop.domain.limits import UNNUMBERED, Limit, LimitUnit
from desktop.domain.vietnamese import VIETNAM
from desktop.storage.reference.calendars import load_calendar

CALENDAR = load_calendar()
POLICY = ClockPolicy()
SHIFTING = ClockPolicy(after_cutoff_shifts=True)
SAME_DAY = Limit(0, LimitUnit.SAME_DAY)
IMMEDIATE = Limit(0, LimitUnit.IMMEDIATE)


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=VIETNAM)


def days(n: int) -> Limit:
    return Limit(n, LimitUnit.WORKING_DAY)


def codes(deadline: Deadline) -> list[str]:
    return [step.code for step in deadline.explain]


MOMENTS = st.datetimes(datetime(2018, 1, 2), datetime(2026, 6, 30)).map(lambda d: d.replace(tzinfo=VIETNAM))  # noqa: DTZ001
LIMITS = st.builds(
    lambda n, unit: Limit(0 if unit in UNNUMBERED else n, unit),
    st.integers(1, 60),
    st.sampled_from([unit for unit in LimitUnit if unit is not LimitUnit.IMMEDIATE]),
)
POLICIES = st.sampled_from([POLICY, SHIFTING])


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        (at(2019, 7, 18), 5, date(2019, 7, 25)),
        (at(2019, 4, 22), 5, date(2019, 5, 2)),
        (at(2020, 1, 20), 5, date(2020, 2, 3)),
        (at(2019, 7, 18), 15, date(2019, 8, 8)),
        (at(2019, 8, 20), 15, date(2019, 9, 11)),
        (at(2019, 4, 22), 15, date(2019, 5, 15)),
        (at(2020, 1, 20), 15, date(2020, 2, 17)),
        (at(2019, 4, 26, 16, 59), 1, date(2019, 5, 2)),
        (at(2018, 12, 28), 1, date(2019, 1, 2)),
        (at(2019, 1, 4), 1, date(2019, 1, 5)),
        (at(2026, 1, 9), 1, date(2026, 1, 10)),
    ],
)
def test_working_days_end_at_the_close_of_the_last_one(received: datetime, n: int, due: date) -> None:
    deadline = compute(received, days(n), CALENDAR, POLICY)

    assert deadline.due_at == datetime.combine(due, time(17), VIETNAM)
    assert deadline.due_at.tzinfo is VIETNAM
    assert due_at(received.astimezone(UTC), days(n), CALENDAR, POLICY) == deadline.due_at
    assert add_working_days(received.date(), n, CALENDAR) == due


def test_the_first_half_of_2019_has_120_working_days_beside_the_one_made_up_for_2018() -> None:
    made_up_for_2018 = date(2019, 1, 5)

    assert [swap.off for swap in CALENDAR.swaps if swap.worked == made_up_for_2018] == [date(2018, 12, 31)]
    assert working_days_between(date(2018, 12, 31), date(2019, 6, 30), CALENDAR) - 1 == 120


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at(2019, 7, 18, 14, 59), at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 15, 0, 0), at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 15, 0, 1), at(2019, 7, 19, 17)),
        (at(2019, 7, 18, 15, 1), at(2019, 7, 19, 17)),
        (at(2019, 7, 19, 15, 1), at(2019, 7, 22, 17)),
        (at(2019, 7, 18, 6), at(2019, 7, 18, 17)),
        (at(2019, 7, 20, 8), at(2019, 7, 22, 17)),
        (at(2019, 4, 30, 16), at(2019, 5, 2, 17)),
        (at(2019, 5, 4, 8), at(2019, 5, 4, 17)),
    ],
)
def test_same_day_work_received_after_15_hours_is_due_on_the_next_working_day(
    received: datetime, due: datetime
) -> None:
    assert compute(received, SAME_DAY, CALENDAR, POLICY).due_at == due


def test_same_day_work_is_never_due_before_it_came() -> None:
    plan = WeekPlan(date(2019, 7, 1), working=((Session(time(7, 30), time(11, 30)),),) * 5 + ((),) * 2)
    mornings = CALENDAR.with_overlay(CalendarOverlay(plans=(plan,)))

    deadline = compute(at(2019, 7, 18, 14), SAME_DAY, mornings, POLICY)

    assert deadline.due_at == at(2019, 7, 19, 11, 30)
    assert deadline.explain[1].reason == "nhận sau giờ làm việc: tính từ ngày làm việc tiếp theo"
    assert transfer_due(at(2019, 7, 18, 14), mornings, POLICY) == at(2019, 7, 19, 7, 30)


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        (at(2019, 7, 18), 1, at(2019, 7, 19, 17)),
        (at(2019, 7, 18), 2, at(2019, 7, 22, 17)),
        (at(2019, 4, 1), 28, at(2019, 5, 2, 17)),
        (at(2019, 4, 4), 30, at(2019, 5, 4, 17)),
    ],
)
def test_calendar_days_move_off_days_off_at_the_end_only(received: datetime, n: int, due: datetime) -> None:
    assert compute(received, Limit(n, LimitUnit.DAY), CALENDAR, POLICY).due_at == due


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        (at(2019, 7, 18, 9, 5, 59), 1, at(2019, 7, 18, 10, 5)),
        (at(2019, 7, 18, 11, 0), 1, at(2019, 7, 18, 13, 30)),
        (at(2019, 7, 18, 10, 30), 1, at(2019, 7, 18, 11, 30)),
        (at(2019, 7, 18, 12, 15), 1, at(2019, 7, 18, 14, 0)),
        (at(2019, 7, 19, 16, 30), 1, at(2019, 7, 22, 8, 0)),
        (at(2019, 7, 20, 8, 0), 4, at(2019, 7, 22, 11, 30)),
        (at(2019, 7, 18, 7, 30), 8, at(2019, 7, 18, 17, 0)),
        (at(2019, 7, 18, 7, 30), 9, at(2019, 7, 19, 8, 30)),
    ],
)
def test_hours_consume_working_minutes(received: datetime, n: int, due: datetime) -> None:
    assert compute(received, Limit(n, LimitUnit.HOUR), CALENDAR, POLICY).due_at == due


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        (at(2019, 7, 18, 9), 1, at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 7, 30), 1, at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 7, 29), 1, at(2019, 7, 18, 11, 30)),
        (at(2019, 7, 18, 12), 1, at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 14), 1, at(2019, 7, 19, 11, 30)),
        (at(2019, 7, 18, 9), 2, at(2019, 7, 19, 11, 30)),
        (at(2019, 7, 19, 14), 2, at(2019, 7, 22, 17)),
        (at(2019, 7, 20, 8), 3, at(2019, 7, 23, 11, 30)),
    ],
)
def test_sessions_are_the_half_days_after_that_of_receipt(received: datetime, n: int, due: datetime) -> None:
    assert compute(received, Limit(n, LimitUnit.SESSION), CALENDAR, POLICY).due_at == due


def test_what_is_done_at_once_is_due_at_once() -> None:
    sunday = at(2019, 7, 21, 20)

    deadline = compute(sunday.astimezone(UTC), IMMEDIATE, CALENDAR, POLICY)

    assert deadline.due_at == sunday
    assert codes(deadline) == ["immediate"]


def test_a_procedure_may_shift_receipts_after_the_cut_off() -> None:
    late, sunday = at(2019, 7, 18, 15, 1), at(2019, 7, 21, 16)

    assert compute(late, days(1), CALENDAR, POLICY).due_at == at(2019, 7, 19, 17)
    assert compute(late, days(1), CALENDAR, SHIFTING).due_at == at(2019, 7, 22, 17)
    assert compute(at(2019, 7, 18, 15), days(1), CALENDAR, SHIFTING).due_at == at(2019, 7, 19, 17)
    assert compute(sunday, days(1), CALENDAR, POLICY).due_at == at(2019, 7, 22, 17)
    assert compute(sunday, days(1), CALENDAR, SHIFTING).due_at == at(2019, 7, 23, 17)
    assert [compute(moment, days(1), CALENDAR, SHIFTING).explain[1].reason for moment in (late, sunday)] == [
        "nhận sau 15 giờ: coi như nhận ngày 19/07/2019",
        "nhận vào ngày nghỉ: coi như nhận ngày 22/07/2019",
    ]


def test_the_explanation_names_every_reason() -> None:
    deadline = compute(at(2019, 4, 26), days(3), CALENDAR, POLICY)

    assert [(step.on.day, step.code, step.reason) for step in deadline.explain] == [
        (26, "received", "nhận lúc 09 giờ 00 phút, ngày 26 tháng 04 năm 2019"),
        (27, "weekend", "27/04/2019 Thứ bảy"),
        (28, "weekend", "28/04/2019 Chủ nhật"),
        (29, "swap_off", "29/04/2019 nghỉ hoán đổi, làm bù ngày 04/05/2019"),
        (30, "holiday", "30/04/2019 nghỉ lễ: Ngày Giải phóng miền Nam (30/4)"),
        (1, "holiday", "01/05/2019 nghỉ lễ: Ngày Quốc tế Lao động"),
        (4, "make_up", "04/05/2019 Thứ bảy làm bù cho ngày 29/04/2019, được tính"),
        (4, "due", "hạn trả: 17 giờ 00 phút, ngày 04 tháng 05 năm 2019"),
    ]


def test_the_explanation_names_the_cut_off() -> None:
    half_past = replace(POLICY, cut_off=time(15, 30))

    assert compute(at(2019, 7, 18, 15, 1), SAME_DAY, CALENDAR, POLICY).explain[1].reason == (
        "nhận sau 15 giờ: tính từ ngày làm việc tiếp theo"
    )
    assert compute(at(2019, 7, 18, 15, 31), SAME_DAY, CALENDAR, half_past).explain[1].reason == (
        "nhận sau 15 giờ 30 phút: tính từ ngày làm việc tiếp theo"
    )


def test_the_explanation_of_calendar_days_names_only_what_moved_the_end() -> None:
    deadline = compute(at(2019, 4, 1), Limit(28, LimitUnit.DAY), CALENDAR, POLICY)

    assert codes(deadline) == ["received", "swap_off", "holiday", "holiday", "due"]


def test_an_estimated_year_is_said_and_the_years_after_are_refused() -> None:
    assert "estimated" in codes(compute(at(2027, 12, 30), days(5), CALENDAR, POLICY))
    assert "estimated" not in codes(compute(at(2027, 12, 20), days(5), CALENDAR, POLICY))
    with pytest.raises(UserError, match="calendar_not_covered"):
        compute(at(2028, 12, 29), days(5), CALENDAR, POLICY)


@given(MOMENTS, LIMITS, POLICIES)
def test_a_deadline_lies_in_working_time_and_not_before_receipt(
    received: datetime, limit: Limit, policy: ClockPolicy
) -> None:
    deadline = compute(received, limit, CALENDAR, policy)

    assert any(
        session.opens <= deadline.due_at.time() <= session.closes
        for session in CALENDAR.sessions_on(deadline.due_at.date())
    )
    assert deadline.due_at > received
    assert deadline.due_at == due_at(received, limit, CALENDAR, policy)
    assert deadline.explain[-1].code == "due"
    assert deadline.explain[-1].on == deadline.due_at.date()


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), LIMITS, POLICIES)
def test_a_later_receipt_is_never_due_earlier(
    received: datetime, later: timedelta, limit: Limit, policy: ClockPolicy
) -> None:
    assert due_at(received + later, limit, CALENDAR, policy) >= due_at(received, limit, CALENDAR, policy)


@given(MOMENTS, LIMITS, POLICIES)
def test_a_longer_limit_is_never_due_earlier(received: datetime, limit: Limit, policy: ClockPolicy) -> None:
    assume(limit.unit not in UNNUMBERED)
    longer = Limit(limit.n + 1, limit.unit)

    assert due_at(received, longer, CALENDAR, policy) >= due_at(received, limit, CALENDAR, policy)


@given(MOMENTS, LIMITS)
def test_the_explanation_names_every_day_skipped(received: datetime, limit: Limit) -> None:
    assume(limit.unit is not LimitUnit.DAY)
    deadline = compute(received, limit, CALENDAR, POLICY)
    named = {
        step.on
        for step in deadline.explain
        if step.code not in ("received", "due", "make_up", "day_off", "after_cut_off")
    }

    last, day = deadline.due_at.date(), received.date()
    skipped = set()
    while day <= last:
        if not CALENDAR.is_working_day(day):
            skipped.add(day)
        day += timedelta(days=1)

    assert skipped <= named
    assert all(step.reason for step in deadline.explain)
    assert [step.on for step in deadline.explain] == sorted(step.on for step in deadline.explain)


@given(MOMENTS, st.integers(1, 400))
def test_the_engine_counts_back_what_it_counted(received: datetime, n: int) -> None:
    due = due_at(received, days(n), CALENDAR, POLICY)

    assert working_days_between(received.date(), due.date(), CALENDAR) == n
    assert days_left(due, received, CALENDAR) == n
    assert due_dates([received.toordinal()], n, CALENDAR) == [due.toordinal()]


@given(MOMENTS, st.integers(1, 300))
def test_hours_contain_exactly_their_minutes(received: datetime, n: int) -> None:
    due = due_at(received, Limit(n, LimitUnit.HOUR), CALENDAR, POLICY)

    assert working_minutes_between(received, due, CALENDAR) == n * 60
    assert working_minutes_between(due, received, CALENDAR) == -n * 60


@given(MOMENTS, MOMENTS, MOMENTS)
def test_working_minutes_add_up(one: datetime, two: datetime, three: datetime) -> None:
    parts = working_minutes_between(one, two, CALENDAR) + working_minutes_between(two, three, CALENDAR)

    assert parts == working_minutes_between(one, three, CALENDAR)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at(2019, 7, 18, 15), at(2019, 7, 18, 17)),
        (at(2019, 7, 18, 15, 0, 1), at(2019, 7, 19, 7, 30)),
        (at(2019, 7, 19, 16), at(2019, 7, 22, 7, 30)),
        (at(2019, 7, 20, 8), at(2019, 7, 22, 7, 30)),
        (at(2019, 4, 26, 15, 30), at(2019, 5, 2, 7, 30)),
    ],
)
def test_the_counter_hands_over_the_same_day_or_first_thing_next(received: datetime, due: datetime) -> None:
    assert transfer_due(received, CALENDAR, POLICY) == due


def test_an_apology_is_in_time_the_working_day_before_or_on_the_day() -> None:
    on_the_day = replace(POLICY, apology_days_before=0)

    assert apology_due_on(date(2019, 7, 18), CALENDAR, POLICY) == date(2019, 7, 17)
    assert apology_due_on(date(2019, 7, 22), CALENDAR, POLICY) == date(2019, 7, 19)
    assert apology_due_on(date(2019, 5, 2), CALENDAR, POLICY) == date(2019, 4, 26)
    assert apology_due_on(date(2019, 7, 22), CALENDAR, on_the_day) == date(2019, 7, 22)


@pytest.mark.parametrize("unit", [LimitUnit.WORKING_DAY, LimitUnit.DAY, LimitUnit.SAME_DAY, LimitUnit.IMMEDIATE])
def test_days_are_late_by_date(unit: LimitUnit) -> None:
    due = at(2019, 8, 8, 17)

    assert not is_late(at(2019, 8, 8, 23, 59), due, unit)
    assert is_late(at(2019, 8, 9, 0), due, unit)
    assert is_late(datetime(2019, 8, 8, 17, 0, tzinfo=UTC), due, unit)


@pytest.mark.parametrize("unit", [LimitUnit.HOUR, LimitUnit.SESSION])
def test_hours_and_sessions_are_late_by_the_minute(unit: LimitUnit) -> None:
    due = at(2019, 8, 8, 11, 30)

    assert not is_late(at(2019, 8, 8, 11, 30, 59), due, unit)
    assert is_late(at(2019, 8, 8, 11, 31), due, unit)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (at(2019, 4, 22), 5),
        (at(2019, 4, 26), 1),
        (at(2019, 5, 2, 23), 0),
        (at(2019, 5, 3), -1),
        (at(2019, 5, 6), -3),
    ],
)
def test_days_left_are_working_days(now: datetime, left: int) -> None:
    assert days_left(at(2019, 5, 2, 17), now, CALENDAR) == left


def test_waiting_for_papers_starts_the_clock_again() -> None:
    due = due_at(at(2019, 7, 1), days(5), CALENDAR, POLICY)

    deadline = due_after_wait(POLICY.supplement, due, days(5), (at(2019, 7, 4), at(2019, 7, 18)), CALENDAR, POLICY)

    assert deadline == compute(at(2019, 7, 18), days(5), CALENDAR, POLICY)


def test_a_pause_keeps_the_time_already_used() -> None:
    due = due_at(at(2019, 7, 1), days(5), CALENDAR, POLICY)
    wait = (at(2019, 7, 4), at(2019, 7, 18))

    deadline = due_after_wait(ClockEffect.PAUSE, due, days(5), wait, CALENDAR, POLICY)

    assert days_left(due, wait[0], CALENDAR) == 2
    assert deadline.due_at == at(2019, 7, 22, 17)
    assert codes(deadline) == ["paused", "weekend", "weekend", "due"]
    assert deadline.explain[0].reason == "tạm dừng tính giờ từ 04/07/2019 đến 18/07/2019"


@pytest.mark.parametrize(
    ("limit", "due", "wait", "moved"),
    [
        (
            Limit(10, LimitUnit.DAY),
            at(2019, 7, 11, 17),
            (at(2019, 7, 5), at(2019, 7, 15)),
            at(2019, 7, 22, 17),
        ),
        (
            Limit(4, LimitUnit.HOUR),
            at(2019, 7, 18, 11, 30),
            (at(2019, 7, 18, 10), at(2019, 7, 19, 16)),
            at(2019, 7, 22, 8),
        ),
        (
            Limit(1, LimitUnit.SESSION),
            at(2019, 7, 18, 17),
            (at(2019, 7, 18, 14), at(2019, 7, 18, 16)),
            at(2019, 7, 19, 11, 30),
        ),
        (
            Limit(1, LimitUnit.HOUR),
            at(2019, 7, 18, 10),
            (at(2019, 7, 18, 10, 0, 30), at(2019, 7, 18, 20)),
            at(2019, 7, 19, 7, 31),
        ),
        (SAME_DAY, at(2019, 7, 18, 17), (at(2019, 7, 18, 10), at(2019, 7, 20, 9)), at(2019, 7, 22, 17)),
    ],
)
def test_each_unit_resumes_in_its_own_measure(
    limit: Limit, due: datetime, wait: tuple[datetime, datetime], moved: datetime
) -> None:
    assert due_after_wait(ClockEffect.PAUSE, due, limit, wait, CALENDAR, POLICY).due_at == moved


def test_opinions_and_waits_after_the_deadline_move_nothing() -> None:
    due, inside, after = (
        at(2019, 7, 8, 17),
        (at(2019, 7, 4), at(2019, 7, 18)),
        (at(2019, 7, 9), at(2019, 7, 18)),
    )

    assert due_after_wait(ClockEffect.NONE, due, days(5), inside, CALENDAR, POLICY) == Deadline(due, ())
    assert due_after_wait(ClockEffect.PAUSE, due, days(5), after, CALENDAR, POLICY) == Deadline(due, ())


@given(
    MOMENTS,
    LIMITS,
    st.timedeltas(timedelta(0), timedelta(days=20)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_a_wait_never_shortens_a_deadline(
    received: datetime, limit: Limit, until_asked: timedelta, waited: timedelta
) -> None:
    due = due_at(received, limit, CALENDAR, POLICY)
    asked = received + until_asked

    moved = due_after_wait(ClockEffect.PAUSE, due, limit, (asked, asked + waited), CALENDAR, POLICY)

    assert moved.due_at >= due
    if not is_late(asked, due, limit.unit):
        assert not is_late(asked + waited, moved.due_at, limit.unit)


def test_an_unknown_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        compute(datetime(2019, 7, 18, 9), days(5), CALENDAR, POLICY)  # noqa: DTZ001


def test_a_closed_day_of_the_unit_moves_and_is_named() -> None:
    ours: Calendar = CALENDAR.with_overlay(CalendarOverlay(closed=(NamedDay(date(2019, 7, 19), "ngập nước", "QĐ 1"),)))

    deadline = compute(at(2019, 7, 18), days(1), ours, POLICY)

    assert deadline.due_at == at(2019, 7, 22, 17)
    assert deadline.explain[1].reason == "19/07/2019 đơn vị nghỉ: ngập nước"
