"""The end of the program's calendar: a ward without a city and without an update declares the next year and goes on."""

from datetime import date, datetime

import pytest

from desktop.domain.errors import AppError, UserError
from desktop.domain.vietnamese import local
from desktop.services import own_days, own_years
from desktop.services.own_days import OwnDay
from desktop.services.reminders import Stage, note_seen, reminders_for
from tests.support.wards import SLOW, Ward, person

DOCUMENT = "Thông báo 9/TB-BNV"
KNOWN = """
01/01/2029 Tết Dương lịch
30/04/2029 Ngày Giải phóng miền Nam (30/4)
01/05/2029 Ngày Quốc tế Lao động
02/09/2029 Quốc khánh
24/11/2029 Ngày Văn hóa Việt Nam
"""
TYPED = (
    KNOWN
    + """
12/02/2029 - 16/02/2029 Tết Nguyên đán
26/4: Giỗ Tổ Hùng Vương

3/9/2029 Quốc khánh (ngày liền kề)
làm bù 17/02/2029 Làm bù dịp Tết
"""
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def declare(ward: Ward, text: str = TYPED, year: int = 2029, document: str = DOCUMENT) -> own_years.YearDeclared:
    days = own_years.read_lines(text, year, document)
    return own_years.declare_year(ward.desk, ward.user("quantri"), year, document, days)


def stages(ward: Ward, login: str) -> list[Stage]:
    return [each.stage for each in reminders_for(ward.desk, ward.user(login)).items]


def test_a_promise_beyond_the_calendar_is_refused_with_what_to_do_and_made_once_the_year_is_declared(
    ward: Ward,
) -> None:
    ward.clock.set(at("2028-12-27T09:00"))
    with pytest.raises(UserError, match="calendar_not_covered"):
        ward.receive(code=SLOW, owner=person(1))

    done = declare(ward)

    made = ward.receive(code=SLOW, owner=person(1))
    assert (done.year, done.days_off) == (2029, 12)
    # 1/1 is off: 28/12, 29/12, 2/1, 3/1, 4/1
    assert local(made.promised_at) == at("2029-01-04T17:00")
    calendar = ward.desk.reader.calendar()
    assert calendar.last_day == date(2029, 12, 31)
    assert [calendar.is_working_day(date(2029, 2, n)) for n in (9, 12, 16, 17, 19)] == [True, False, False, True, True]
    assert ward.verify().findings == ()


def test_a_ward_that_met_the_end_declares_the_year_then_and_the_year_after_in_its_turn(ward: Ward) -> None:
    ward.clock.set(at("2029-01-02T09:00"))

    declare(ward)
    made = ward.receive(code=SLOW, owner=person(1))
    ward.clock.set(at("2029-11-01T09:00"))
    declare(ward, TYPED.replace("2029", "2030"), 2030)

    assert made.promised_at > at("2029-01-02T09:00")
    assert ward.desk.reader.calendar().last_day == date(2030, 12, 31)
    days = own_days.own_days(ward.desk, ward.user("lan"))
    assert {day.on.year for day in days} == {2029, 2030}
    assert {day.document for day in days} == {DOCUMENT}
    assert ward.verify().findings == ()


def test_a_day_typed_wrong_is_mended_like_every_other(ward: Ward) -> None:
    ward.clock.set(at("2028-12-20T09:00"))
    declare(ward)
    it = ward.user("quantri")

    own_days.take_back(ward.desk, it, date(2029, 4, 26), "gõ nhầm ngày")
    own_days.declare(ward.desk, it, OwnDay(date(2029, 4, 23), False, "Giỗ Tổ Hùng Vương", DOCUMENT))

    calendar = ward.desk.reader.calendar()
    assert [calendar.is_working_day(date(2029, 4, n)) for n in (23, 26)] == [False, True]
    assert calendar.last_day == date(2029, 12, 31)


@pytest.mark.parametrize(
    ("text", "year", "document", "code"),
    [
        (TYPED.replace("2029", "2030"), 2030, DOCUMENT, "year_not_to_declare"),
        (TYPED.replace("2029", "2028"), 2028, DOCUMENT, "year_not_to_declare"),
        (KNOWN, 2029, DOCUMENT, "year_lacks_days"),
        (TYPED.replace("01/05/2029", "06/05/2029"), 2029, DOCUMENT, "year_lacks_fixed"),
        (TYPED + "26/04/2028 Ngày của năm trước", 2029, DOCUMENT, "day_outside_year"),
        (TYPED + "làm bù 26/04/2029 Trùng ngày", 2029, DOCUMENT, "day_named_twice"),
        (TYPED + "27/04/2029 Ng", 2029, DOCUMENT, "bad_own_day"),
        (TYPED, 2029, "số", "bad_own_day"),
        (TYPED + "Tết Trung thu", 2029, DOCUMENT, "bad_year_line"),
        (TYPED + "31/02/2029 Ngày không có", 2029, DOCUMENT, "bad_year_line"),
        (TYPED + "05/06/2029 - 04/06/2029 Đợt ngược", 2029, DOCUMENT, "bad_year_line"),
        (TYPED + "05/06/2029 - 06/07/2029 Đợt quá dài", 2029, DOCUMENT, "bad_year_line"),
    ],
)
def test_what_is_no_whole_lawful_next_year_is_refused(
    ward: Ward, text: str, year: int, document: str, code: str
) -> None:
    ward.clock.set(at("2028-12-20T09:00"))
    before = ward.database.ledger.head.seq

    with pytest.raises(AppError) as refused:
        declare(ward, text, year, document)

    assert refused.value.code == code
    assert (ward.database.ledger.head.seq, ward.desk.reader.calendar().last_day) == (before, date(2028, 12, 31))


def test_long_before_its_turn_no_year_is_offered_or_taken(ward: Ward) -> None:
    assert own_years.year_to_declare(ward.desk, ward.user("quantri")) is None
    with pytest.raises(UserError, match="year_not_to_declare"):
        declare(ward)
    ward.clock.set(at("2028-01-04T09:00"))
    assert own_years.year_to_declare(ward.desk, ward.user("quantri")) == 2029


@pytest.mark.parametrize("login", ["quantri", "chutich"])
def test_it_and_leaders_are_reminded_from_three_months_before_every_month(ward: Ward, login: str) -> None:
    user, told = ward.user(login), []
    for day in ("2028-09-29", "2028-10-02", "2028-10-30", "2028-11-01"):
        ward.clock.set(at(f"{day}T09:00"))
        found = reminders_for(ward.desk, user)
        told.append(Stage.CALENDAR_ENDS in [each.stage for each in found.items])
        note_seen(ward.desk, user, found)

    assert told == [False, True, False, True]


def test_clerks_are_not_reminded_of_what_they_cannot_mend_and_nobody_once_it_is_mended(ward: Ward) -> None:
    ward.clock.set(at("2028-12-01T09:00"))
    before = stages(ward, "lan"), stages(ward, "quantri")

    declare(ward)

    assert (Stage.CALENDAR_ENDS in before[0], Stage.CALENDAR_ENDS in before[1]) == (False, True)
    assert Stage.CALENDAR_ENDS not in stages(ward, "quantri")


@pytest.mark.parametrize("day", ["2028-12-29", "2029-01-02"])
def test_on_the_last_working_day_and_beyond_only_the_end_is_reminded_of(ward: Ward, day: str) -> None:
    ward.clock.set(at("2028-12-19T09:00"))
    ward.receive(code=SLOW, owner=person(1))
    ward.clock.set(at(f"{day}T09:00"))

    assert stages(ward, "quantri") == [Stage.CALENDAR_ENDS]
    assert stages(ward, "lan") == []
    note_seen(ward.desk, ward.user("quantri"), reminders_for(ward.desk, ward.user("quantri")))
    assert stages(ward, "quantri") == []
