"""A unit's own days change one by one: what two PCs said apart both stands, what contradicts is named."""

from datetime import date
from itertools import permutations

from desktop.domain.calendar_days import CalendarOverlay, DayClash, DecidedYear, NamedDay, OwnKind, WeekPlan
from desktop.domain.calendars import Calendar
from desktop.domain.own_calendar import DayChange, changed, folded, own_kind, said_days

FIRST, SECOND, THIRD = date(2027, 3, 1), date(2027, 3, 2), date(2027, 3, 3)
NONE = CalendarOverlay()
OFF = DayChange(FIRST, OwnKind.CLOSED, name="Bão", source="CĐ 1")
WORKED = DayChange(FIRST, OwnKind.WORKED, name="Trực", source="CĐ 2")


def test_days_are_added_in_their_order_and_taken_back() -> None:
    overlay = changed(NONE, [DayChange(SECOND, OwnKind.CLOSED, name="b"), OFF, DayChange(THIRD, OwnKind.WORKED)])

    assert [day.on for day in overlay.closed] == [FIRST, SECOND]
    assert [own_kind(overlay, on) for on in (FIRST, THIRD)] == [OwnKind.CLOSED, OwnKind.WORKED]
    assert own_kind(changed(overlay, [DayChange(FIRST, OwnKind.NONE, OwnKind.CLOSED)]), FIRST) is OwnKind.NONE
    assert overlay.closed[0] == NamedDay(FIRST, "Bão", "CĐ 1")


def test_different_days_said_apart_stand_in_every_order() -> None:
    said = (OFF, DayChange(SECOND, OwnKind.WORKED, name="w"), DayChange(THIRD, OwnKind.CLOSED, name="c"))

    found = {changed(NONE, order) for order in permutations(said)}

    (overlay,) = found
    assert overlay.clashes == ()


def test_the_same_said_twice_is_no_clash_and_the_contrary_is_one_that_names_what_was_lost() -> None:
    assert changed(NONE, [OFF, OFF]).clashes == ()
    assert changed(NONE, [OFF, WORKED]).clashes == (DayClash(FIRST, OwnKind.WORKED, OwnKind.CLOSED, "Bão", "CĐ 1"),)
    assert changed(NONE, [WORKED, OFF]).clashes == (DayClash(FIRST, OwnKind.CLOSED, OwnKind.WORKED, "Trực", "CĐ 2"),)
    again = DayChange(FIRST, OwnKind.WORKED, OwnKind.CLOSED)
    taken = DayChange(FIRST, OwnKind.NONE, OwnKind.CLOSED)
    assert changed(NONE, [OFF, taken, again]).clashes == (DayClash(FIRST, OwnKind.WORKED, OwnKind.NONE),)


def test_whoever_knew_what_stood_ends_the_clash_of_that_day_alone() -> None:
    other = (DayChange(SECOND, OwnKind.CLOSED), DayChange(SECOND, OwnKind.WORKED))
    clashed = changed(NONE, [OFF, WORKED, *other])

    decided = changed(clashed, [DayChange(FIRST, OwnKind.CLOSED, OwnKind.WORKED)])

    assert [each.on for each in clashed.clashes] == [FIRST, SECOND]
    assert [each.on for each in decided.clashes] == [SECOND]


def test_an_old_fact_takes_the_place_of_all_days_but_of_no_year() -> None:
    year, plan = DecidedYear(2029, "TB 9"), WeekPlan(FIRST)
    before = CalendarOverlay(closed=(NamedDay(FIRST, "a", "s"),), years=(year,), plans=(plan,))
    old = CalendarOverlay(worked=(NamedDay(SECOND, "b", "s"),))

    assert folded(before, old, None) == CalendarOverlay(worked=old.worked, years=(year,))
    assert folded(before, old, ()) == before
    later = folded(before, CalendarOverlay(years=(DecidedYear(2030, "x"), DecidedYear(2029, "y"))), ())
    assert later.years == (DecidedYear(2029, "y"), DecidedYear(2030, "x"))


def test_what_a_set_up_says_is_said_day_by_day() -> None:
    overlay = CalendarOverlay(closed=(NamedDay(FIRST, "a", "s"),), worked=(NamedDay(SECOND, "b", "s"),))

    assert changed(NONE, said_days(overlay)) == overlay


def test_declared_years_reach_as_far_as_none_is_missing() -> None:
    calendar = Calendar(id="x", first_day=date(2027, 1, 1), last_day=date(2027, 12, 31))
    years = tuple(DecidedYear(year, "TB") for year in (2028, 2029, 2031))

    reached = calendar.with_overlay(CalendarOverlay(years=years, closed=(NamedDay(date(2029, 2, 12), "Tết", "TB"),)))

    assert reached.last_day == date(2029, 12, 31)
    assert not reached.is_working_day(date(2029, 2, 12))
    assert calendar.with_overlay(NONE).last_day == calendar.last_day
