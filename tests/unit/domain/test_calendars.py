from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.calendars import (
    AFTERNOON,
    MORNING,
    Calendar,
    CalendarOverlay,
    DayKind,
    NamedDay,
    Session,
    Swap,
    WeekPlan,
)
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import VIETNAM

FIRST, LAST = date(2019, 4, 1), date(2019, 5, 31)
CALENDAR = Calendar(
    id="april",
    first_day=FIRST,
    last_day=LAST,
    holidays=(
        NamedDay(date(2019, 4, 30), "Ngày Giải phóng miền Nam", "s"),
        NamedDay(date(2019, 5, 1), "Ngày Quốc tế Lao động", "s"),
        NamedDay(date(2019, 4, 13), "Giỗ Tổ", "s"),
    ),
    swaps=(Swap(off=date(2019, 4, 29), worked=date(2019, 5, 4), source="s"),),
)
DAYS = st.dates(FIRST, LAST)


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("on", "kind", "reason"),
    [
        (date(2019, 4, 26), DayKind.USUAL, "26/04/2019 Thứ sáu"),
        (date(2019, 4, 27), DayKind.WEEKEND, "27/04/2019 Thứ bảy"),
        (date(2019, 4, 28), DayKind.WEEKEND, "28/04/2019 Chủ nhật"),
        (date(2019, 4, 29), DayKind.SWAP_OFF, "29/04/2019 nghỉ hoán đổi, làm bù ngày 04/05/2019"),
        (date(2019, 4, 30), DayKind.HOLIDAY, "30/04/2019 nghỉ lễ: Ngày Giải phóng miền Nam"),
        (date(2019, 5, 4), DayKind.MAKE_UP, "04/05/2019 Thứ bảy làm bù cho ngày 29/04/2019, được tính"),
    ],
)
def test_each_day_says_what_it_is_and_why(on: date, kind: DayKind, reason: str) -> None:
    note = CALENDAR.note(on)

    assert (note.kind, note.reason) == (kind, reason)
    assert CALENDAR.is_working_day(on) is kind.is_working is (kind in (DayKind.USUAL, DayKind.MAKE_UP))
    assert bool(CALENDAR.sessions_on(on)) is kind.is_working


def test_a_make_up_saturday_has_full_sessions_and_a_usual_one_only_reception() -> None:
    make_up, usual, holiday = date(2019, 5, 4), date(2019, 5, 11), date(2019, 4, 13)

    assert CALENDAR.sessions_on(make_up) == CALENDAR.reception_on(make_up) == (MORNING, AFTERNOON)
    assert CALENDAR.sessions_on(usual) == ()
    assert CALENDAR.reception_on(usual) == (MORNING,)
    assert CALENDAR.reception_on(holiday) == ()
    assert CALENDAR.reception_on(date(2019, 5, 12)) == ()
    assert CALENDAR.reception_on(date(2019, 5, 6)) == (MORNING, AFTERNOON)


def test_a_unit_may_switch_saturday_reception_off() -> None:
    plan = WeekPlan(date(2019, 5, 6), reception=((),) * 7)

    quiet = CALENDAR.with_overlay(CalendarOverlay(plans=(plan,)))

    assert quiet.reception_on(date(2019, 4, 20)) == (MORNING,)
    assert quiet.reception_on(date(2019, 5, 11)) == ()


@pytest.mark.parametrize(
    ("on", "n", "wanted"),
    [
        (date(2019, 4, 22), 5, date(2019, 5, 2)),
        (date(2019, 4, 22), 0, date(2019, 4, 22)),
        (date(2019, 4, 27), 0, date(2019, 5, 2)),
        (date(2019, 4, 27), 1, date(2019, 5, 2)),
        (date(2019, 5, 3), 1, date(2019, 5, 4)),
        (date(2019, 5, 4), -1, date(2019, 5, 3)),
        (date(2019, 5, 2), -1, date(2019, 4, 26)),
        (date(2019, 5, 1), -2, date(2019, 4, 25)),
    ],
)
def test_working_days_are_counted_over_days_off(on: date, n: int, wanted: date) -> None:
    assert CALENDAR.add_working_days(on, n) == wanted


@given(DAYS, DAYS)
def test_working_days_between_two_days_are_the_days_counted_one_by_one(one: date, other: date) -> None:
    after, until = sorted((one, other))
    walked = sum(CALENDAR.is_working_day(after + timedelta(days=i)) for i in range(1, (until - after).days + 1))

    assert CALENDAR.working_days_between(after, until) == walked
    assert CALENDAR.working_days_between(until, after) == -walked


@pytest.mark.parametrize("on", [FIRST - timedelta(days=1), LAST + timedelta(days=1)])
def test_days_beyond_the_calendar_are_refused(on: date) -> None:
    for ask in (
        lambda: CALENDAR.note(on),
        lambda: CALENDAR.sessions_on(on),
        lambda: CALENDAR.reception_on(on),
        lambda: CALENDAR.add_working_days(on, 1),
        lambda: CALENDAR.working_days_between(on, FIRST),
        lambda: CALENDAR.working_minute(at(on)),
        lambda: CALENDAR.due_days([FIRST.toordinal(), on.toordinal()], 1),
    ):
        with pytest.raises(UserError) as refusal:
            ask()
        assert refusal.value.code == "calendar_not_covered"
        assert refusal.value.details == {"first": "01/04/2019", "last": "31/05/2019"}


def test_results_beyond_the_calendar_are_refused() -> None:
    for ask in (
        lambda: CALENDAR.add_working_days(LAST, 1),
        lambda: CALENDAR.add_working_days(FIRST, -1),
        lambda: CALENDAR.due_days([LAST.toordinal()], 1),
        lambda: CALENDAR.at_working_minute(10**6),
    ):
        with pytest.raises(UserError, match="calendar_not_covered"):
            ask()


def test_many_days_are_answered_as_one_by_one() -> None:
    days = [FIRST.toordinal() + offset for offset in range(50)]

    many = CALENDAR.due_days(days, 5)

    assert many == [CALENDAR.add_working_days(date.fromordinal(day), 5).toordinal() for day in days]
    assert CALENDAR.due_days([], 5) == []


@pytest.mark.parametrize(
    ("moment", "minutes"),
    [
        (at(FIRST, 7, 30), 0),
        (at(FIRST, 7, 31), 1),
        (at(FIRST, 12), 240),
        (at(FIRST, 13), 240),
        (at(FIRST, 16, 59) + timedelta(seconds=59), 479),
        (at(FIRST, 23), 480),
        (at(date(2019, 4, 2), 6), 480),
        (at(date(2019, 4, 6), 9), 5 * 480),
        (datetime(2019, 4, 1, 1, 0, tzinfo=UTC), 30),
    ],
)
def test_working_minutes_pass_only_in_sessions(moment: datetime, minutes: int) -> None:
    assert CALENDAR.working_minute(moment) == minutes


@pytest.mark.parametrize(
    ("minute", "moment"),
    [
        (1, at(FIRST, 7, 31)),
        (240, at(FIRST, 11, 30)),
        (241, at(FIRST, 13, 1)),
        (480, at(FIRST, 17)),
        (481, at(date(2019, 4, 2), 7, 31)),
        (5 * 480 + 1, at(date(2019, 4, 8), 7, 31)),
    ],
)
def test_a_working_minute_is_found_at_its_first_instant(minute: int, moment: datetime) -> None:
    assert CALENDAR.at_working_minute(minute) == moment
    assert CALENDAR.working_minute(moment) == minute


@given(st.integers(1, 41 * 480))
def test_every_working_minute_is_found_again(minute: int) -> None:
    assert CALENDAR.working_minute(CALENDAR.at_working_minute(minute)) == minute


def test_a_unit_closes_and_works_on_its_own_days() -> None:
    flood, extra = date(2019, 5, 7), date(2019, 5, 18)
    overlay = CalendarOverlay(
        closed=(NamedDay(flood, "ngập nước", "QĐ 1"), NamedDay(date(2019, 5, 4), "sửa trụ sở", "QĐ 2")),
        worked=(NamedDay(extra, "trực cấp căn cước", "QĐ 3"),),
    )

    ours = CALENDAR.with_overlay(overlay)

    assert ours.note(flood).reason == "07/05/2019 đơn vị nghỉ: ngập nước"
    assert ours.note(date(2019, 5, 4)).kind is DayKind.CLOSED
    assert ours.reception_on(flood) == ()
    assert ours.note(extra).reason == "18/05/2019 đơn vị làm việc: trực cấp căn cước, được tính"
    assert ours.sessions_on(extra) == (MORNING, AFTERNOON)
    assert ours.add_working_days(date(2019, 5, 6), 1) == date(2019, 5, 8)
    assert CALENDAR.is_working_day(flood)
    assert CALENDAR.overlays == ()


def test_later_overlays_win() -> None:
    day = NamedDay(date(2019, 5, 7), "lý do", "s")

    ours = CALENDAR.with_overlay(CalendarOverlay(closed=(day,))).with_overlay(CalendarOverlay(worked=(day,)))

    assert ours.note(day.on).kind is DayKind.WORKED


def test_changed_sessions_are_valid_from_their_day() -> None:
    short = Session(time(8), time(11))
    plan = WeekPlan(date(2019, 5, 6), working=((short,),) * 5 + ((),) * 2, full_day=(short,))

    ours = CALENDAR.with_overlay(CalendarOverlay(plans=(plan,)))

    assert ours.sessions_on(date(2019, 5, 3)) == (MORNING, AFTERNOON)
    assert ours.sessions_on(date(2019, 5, 6)) == (short,)
    assert ours.working_minute(at(LAST, 23)) == 23 * 480 + 20 * 180
    assert ours == CALENDAR.with_overlay(CalendarOverlay(plans=(plan,)))


def test_a_calendar_may_be_remade_from_itself() -> None:
    longer = replace(CALENDAR, last_day=date(2019, 6, 30))

    assert longer.add_working_days(LAST, 1) == date(2019, 6, 3)


def test_a_day_cannot_be_closed_and_worked() -> None:
    day = NamedDay(date(2019, 5, 7), "lý do", "s")

    with pytest.raises(UserError) as refusal:
        CalendarOverlay(closed=(day,), worked=(day,))

    assert refusal.value.details == {"on": "2019-05-07"}


@pytest.mark.parametrize(
    ("opens", "closes"),
    [(time(9), time(9)), (time(13), time(7)), (time(7, 30, 30), time(9)), (time(7), time(9, 0, 0, 1))],
)
def test_a_session_must_last_whole_minutes(opens: time, closes: time) -> None:
    with pytest.raises(UserError, match="bad_session"):
        Session(opens, closes)


@pytest.mark.parametrize(
    "change",
    [
        {"working": ((MORNING,),) * 5},
        {"working": ((),) * 7},
        {"reception": ()},
        {"full_day": ()},
        {"full_day": (AFTERNOON, MORNING)},
    ],
)
def test_a_week_nobody_could_follow_is_refused(change: dict[str, tuple[object, ...]]) -> None:
    with pytest.raises(UserError, match="bad_week_plan"):
        replace(WeekPlan(FIRST), **change)  # type: ignore[arg-type]
