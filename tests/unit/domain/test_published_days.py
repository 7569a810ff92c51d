"""What the city's documents say of days: over the program's calendar, under the unit's own days, with their source."""

from dataclasses import replace
from datetime import date, datetime

from desktop.domain.calendar_days import CalendarOverlay, DayKind, NamedDay, PublishedDay, Swap
from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.deadlines import compute
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.publications import Dated, Publication
from desktop.domain.published_days import PublishedDays, with_days
from desktop.domain.vietnamese import VIETNAM

MONDAY, TUESDAY, WEDNESDAY = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
FRIDAY, SATURDAY = date(2027, 3, 5), date(2027, 3, 6)
CALENDAR = Calendar(
    id="march",
    first_day=date(2027, 1, 1),
    last_day=date(2027, 12, 31),
    holidays=(NamedDay(WEDNESDAY, "Lễ của chương trình", "s"),),
    swaps=(Swap(off=date(2027, 3, 11), worked=date(2027, 3, 13), source="s"),),
    estimated_years=frozenset({2027}),
)


def off(on: date, name: str = "Ngày mới") -> PublishedDay:
    return PublishedDay(on, DayKind.HOLIDAY, name, "Quyết định 5/QĐ-UBND")


def worked(on: date) -> PublishedDay:
    return PublishedDay(on, DayKind.WORKED, "Làm bù", "Quyết định 5/QĐ-UBND")


def said(
    *days: PublishedDay,
    on: date = MONDAY,
    version: int = 1,
    unit: str = "",
    name: str = "lich",
    years: tuple[int, ...] = (),
) -> Dated[PublishedDays]:
    return Dated(unit, name, version, on, PublishedDays(days, years))


def test_without_documents_the_calendar_is_the_programs() -> None:
    assert with_days(CALENDAR, ()) is CALENDAR


def test_a_day_off_is_skipped_and_explained_by_its_document() -> None:
    calendar = with_days(CALENDAR, [said(off(TUESDAY))])

    received = datetime(2027, 3, 1, 9, tzinfo=VIETNAM)
    deadline = compute(received, Limit(1, LimitUnit.WORKING_DAY), calendar, ClockPolicy())

    assert deadline.due_at.date() == date(2027, 3, 4)
    assert [(step.on, step.code, step.reason) for step in deadline.explain][1] == (
        TUESDAY,
        "holiday",
        "02/03/2027 nghỉ: Ngày mới (theo Quyết định 5/QĐ-UBND, tài liệu lich bản 1 của thành phố)",
    )


def test_a_holiday_of_the_program_can_be_worked_and_a_saturday_made_up() -> None:
    calendar = with_days(CALENDAR, [said(worked(WEDNESDAY), worked(SATURDAY))])

    assert calendar.is_working_day(WEDNESDAY)
    assert calendar.is_working_day(SATURDAY)
    assert calendar.note(WEDNESDAY).reason.startswith("03/03/2027 làm việc: Làm bù, được tính (theo Quyết định 5")


def test_the_units_own_days_win_over_the_citys() -> None:
    own = CalendarOverlay(worked=(NamedDay(TUESDAY, "Trực bão", "s"),), closed=(NamedDay(WEDNESDAY, "Ngập", "s"),))

    calendar = with_days(CALENDAR, [said(off(TUESDAY), worked(WEDNESDAY))]).with_overlay(own)

    assert (calendar.note(TUESDAY).kind, calendar.note(WEDNESDAY).kind) == (DayKind.WORKED, DayKind.CLOSED)


def test_what_no_document_names_stays() -> None:
    calendar = with_days(CALENDAR, [said(off(TUESDAY))])

    assert calendar.note(WEDNESDAY) == CALENDAR.note(WEDNESDAY)
    assert calendar.note(date(2027, 3, 13)) == CALENDAR.note(date(2027, 3, 13))


def test_a_version_replaces_the_one_before_from_its_day_on_only() -> None:
    first, second = said(off(TUESDAY), off(FRIDAY)), said(off(SATURDAY), on=date(2027, 3, 4), version=2)

    calendar = with_days(CALENDAR, [second, first])

    assert [(day.on, day.document) for day in calendar.published] == [(TUESDAY, "lich bản 1"), (SATURDAY, "lich bản 2")]
    assert calendar.is_working_day(FRIDAY)


def test_the_units_document_wins_over_the_one_for_all_and_others_stand_beside() -> None:
    documents = [said(worked(TUESDAY), unit="0197"), said(off(TUESDAY)), said(off(FRIDAY), name="lich_b")]

    calendar = with_days(CALENDAR, documents)

    assert [calendar.is_working_day(on) for on in (TUESDAY, FRIDAY)] == [True, False]


def test_a_decided_year_is_no_estimate_any_more() -> None:
    decided, other = said(off(TUESDAY), years=(2027,)), said(off(TUESDAY), years=(2028,))
    late = said(off(TUESDAY), on=date(2028, 1, 1), years=(2027,))

    found = [with_days(CALENDAR, [each]).estimated_years for each in (decided, other, late)]

    assert found == [frozenset(), frozenset({2027}), frozenset({2027})]


def test_a_swap_says_both_of_its_days() -> None:
    swap = Swap(off=TUESDAY, worked=SATURDAY, source="s")
    days = (
        PublishedDay(TUESDAY, DayKind.SWAP_OFF, swap.off_words, "QĐ"),
        PublishedDay(SATURDAY, DayKind.MAKE_UP, swap.worked_words, "QĐ"),
    )

    calendar = with_days(CALENDAR, [said(*days)])

    assert calendar.note(TUESDAY).reason == (
        "02/03/2027 nghỉ hoán đổi, làm bù ngày 06/03/2027 (theo QĐ, tài liệu lich bản 1 của thành phố)"
    )
    assert calendar.note(SATURDAY).reason.startswith(
        "06/03/2027 Thứ bảy làm bù cho ngày 02/03/2027, được tính (theo QĐ"
    )


def test_a_document_counts_from_the_first_thing_it_changes() -> None:
    plain = Publication("lich", "", 1, MONDAY, "a" * 64)

    assert plain.counts_from is None
    assert replace(plain, days=(off(FRIDAY), off(WEDNESDAY))).counts_from == WEDNESDAY
    assert replace(plain, rules=(("supplement_limit", 2),)).counts_from == MONDAY
    assert replace(plain, days=(off(FRIDAY),), decided_years=(2027,)).counts_from == MONDAY


def test_a_decided_year_beyond_the_calendar_is_counted_in_once_no_year_before_it_is_missing() -> None:
    last = CALENDAR.last_day.year
    off_then = off(date(last + 1, 3, 5))
    plain, next_year, gap = said(off_then), said(off_then, years=(last + 1,)), said(off_then, years=(last + 2,))
    forgotten = said(off_then, on=date(last, 6, 1), version=2)

    found = [
        with_days(CALENDAR, documents).last_day
        for documents in ([plain], [next_year], [gap], [next_year, said(years=(last + 2,), name="sau")])
    ]

    assert [day.year for day in found] == [last, last + 1, last, last + 2]
    assert (found[1].month, found[1].day) == (12, 31)
    calendar = with_days(CALENDAR, [next_year, forgotten])
    assert calendar.last_day == found[1], "what was decided once stays decided"
    assert not calendar.is_working_day(date(last + 1, 3, 5))
