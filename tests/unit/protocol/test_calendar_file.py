from datetime import date, time

import pytest

from desktop.domain.calendars import AFTERNOON, MORNING, CalendarOverlay, DayKind, NamedDay, Session
from desktop.domain.errors import UserError
from desktop.protocol.calendar_file import parse_calendar, parse_overlay
from desktop.storage.reference.calendars import load_calendar

TEXT = """
id = "x"
title = "Lịch"
recorded_on = 2026-01-01
first_day = 2019-01-01
last_day = 2019-12-31
estimated_years = [2019]
holidays = [
    { on = 2019-04-30, name = "Giải phóng", source = "law" },
    { first = 2019-02-04, last = 2019-02-06, name = "Tết", source = "law" },
]
swaps = [{ off = 2019-04-29, worked = 2019-05-04, source = "law" }]
[sources.law]
title = "Bộ luật"
"""
PLAN = """
[[plans]]
starts_on = 2019-01-01
source = "law"
monday = ["08:00-11:00"]
full_day = ["08:00-11:00"]
"""


def test_the_shipped_calendar_covers_ten_decided_years_and_one_estimate() -> None:
    calendar = load_calendar()

    assert (calendar.first_day, calendar.last_day) == (date(2018, 1, 1), date(2028, 12, 31))
    assert calendar.estimated_years == {2028}
    assert calendar.sessions_on(date(2019, 7, 18)) == (MORNING, AFTERNOON)
    assert calendar.reception_on(date(2019, 7, 20)) == (MORNING,)
    assert calendar.sessions_on(date(2019, 7, 20)) == ()
    assert calendar.note(date(2026, 11, 24)).reason == "24/11/2026 nghỉ lễ: Ngày Văn hóa Việt Nam"
    assert calendar.is_working_day(date(2025, 11, 24))
    assert all(day.source and day.name for day in calendar.holidays)


def test_the_shipped_calendar_takes_a_units_overlay() -> None:
    flood = NamedDay(date(2019, 7, 18), "ngập nước", "s")

    assert load_calendar(CalendarOverlay(closed=(flood,))).note(flood.on).kind is DayKind.CLOSED


def test_spans_are_spelled_out_and_weeks_have_a_default() -> None:
    calendar = parse_calendar("x.toml", TEXT)

    assert [day.on.day for day in calendar.holidays] == [30, 4, 5, 6]
    assert calendar.sessions_on(date(2019, 5, 4)) == (MORNING, AFTERNOON)
    assert calendar.sessions_on(date(2019, 7, 18)) == (MORNING, AFTERNOON)


def test_a_week_may_be_written_out() -> None:
    calendar = parse_calendar("x.toml", TEXT + PLAN)

    assert calendar.sessions_on(date(2019, 7, 15)) == (Session(time(8), time(11)),)
    assert calendar.sessions_on(date(2019, 7, 16)) == ()
    assert calendar.reception_on(date(2019, 7, 20)) == ()


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('id = "x"', 'id = "x', "x.toml: "),
        ('id = "x"', 'id = "x"\ncolour = 1', "x.toml: unknown colour"),
        ('id = "x"\n', "", "x.toml: missing id"),
        ('id = "x"', "id = 5", "x.toml.id: expected str, found int"),
        (
            "estimated_years = [2019]",
            "estimated_years = 2019",
            "x.toml.estimated_years: expected list, found int",
        ),
        (
            "estimated_years = [2019]",
            "estimated_years = [true]",
            r"x.toml.estimated_years\[0\]: expected int, found bool",
        ),
        (
            'worked = 2019-05-04, source = "law"',
            'worked = 2019-05-04, source = "rumour"',
            "x.toml: unknown rumour",
        ),
        ("on = 2019-04-30", "on = 2019-04-29", "2019-04-29 is given twice"),
        ("on = 2019-04-30", "on = 2020-04-30", "2020-04-30 is not covered"),
        ("on = 2019-04-30, ", "", r"x.toml.holidays\[0\]: give on, or first and last"),
        (
            "on = 2019-04-30",
            "on = 2019-04-30, last = 2019-05-01",
            r"holidays\[0\]: give on, or first and last",
        ),
        ("last = 2019-02-06", "last = 2019-02-01", r"x.toml.holidays\[1\]: give on, or first and last"),
        ('[sources.law]\ntitle = "Bộ luật"', "sources = 5", "x.toml.sources: expected dict, found int"),
        ('[sources.law]\ntitle = "Bộ luật"', "sources = { law = 5 }", "x.toml.sources.law: expected a table"),
        ("starts_on = 2019-01-01", "", r"x.toml.plans\[0\]: missing starts_on"),
        ('monday = ["08:00-11:00"]', 'moonday = ["08:00-11:00"]', r"x.toml.plans\[0\]: unknown moonday"),
        ('monday = ["08:00-11:00"]', 'monday = ["8-11"]', r"x.toml.plans\[0\]: Invalid isoformat"),
        ('monday = ["08:00-11:00"]', 'monday = ["11:00-08:00"]', r"x.toml.plans\[0\]: bad_session"),
        ('monday = ["08:00-11:00"]', "", r"x.toml.plans\[0\]: bad_week_plan"),
        ('monday = ["08:00-11:00"]', "reception = { sun = [] }", r"x.toml.plans\[0\].reception: unknown sun"),
        (
            'starts_on = 2019-01-01\nsource = "law"',
            'starts_on = 2019-01-01\nsource = "no"',
            "x.toml: unknown no",
        ),
    ],
)
def test_a_malformed_calendar_is_refused_by_place(old: str, new: str, complaint: str) -> None:
    text = TEXT + PLAN
    assert old in text

    with pytest.raises(ValueError, match=complaint):
        parse_calendar("x.toml", text.replace(old, new))


def test_a_units_changes_are_read_as_the_calendar_is_written() -> None:
    overlay = parse_overlay(
        "unit.toml: calendar",
        {
            "closed": [{"on": date(2019, 7, 18), "name": "ngập nước", "source": "QĐ 1"}],
            "worked": [{"on": date(2019, 7, 20), "name": "làm bù", "source": "QĐ 2"}],
            "plans": [{"starts_on": date(2019, 8, 1), "monday": ["08:00-11:00"], "full_day": ["08:00-11:00"]}],
        },
    )

    calendar = load_calendar(overlay)

    assert calendar.note(date(2019, 7, 18)).kind is DayKind.CLOSED
    assert calendar.note(date(2019, 7, 20)).kind is DayKind.WORKED
    assert calendar.sessions_on(date(2019, 8, 6)) == ()
    assert parse_overlay("unit.toml", {}) == CalendarOverlay()


def test_a_units_contradiction_is_refused() -> None:
    day = {"on": date(2019, 7, 18), "name": "n", "source": "s"}

    with pytest.raises(UserError, match="overlay_conflict"):
        parse_overlay("unit.toml", {"closed": [day], "worked": [day]})
    with pytest.raises(ValueError, match=r"unit\.toml: unknown closd"):
        parse_overlay("unit.toml", {"closd": [day]})
