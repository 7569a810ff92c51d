"""W12: what the board counts, from when to when; shares against their targets in whole numbers."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from desktop.domain.board import (
    ApologyMark,
    Board,
    DayFigures,
    Denominator,
    FieldFigures,
    Period,
    Roster,
    Wanted,
    half_year,
    meets,
)
from desktop.domain.board_count import board_of
from desktop.domain.board_words import DEFINITIONS, definition
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.units import LateTarget
from desktop.domain.users import User
from desktop.domain.way import WaitKind
from tests.support.samples import calendar
from tests.unit.domain.walk import FREE, USERS, Ward, at, procedure

JULY = Period(date(2019, 7, 1), date(2019, 7, 31))
LAND = procedure("1.000009", fees=(), field="dat_dai", field_name="Đất đai")
TARGETS = (LateTarget("dat_dai", 1),)


def board(ward: Ward, now: str = "", **wanted: object) -> Board:
    """Return the board of a ward, of July unless another period is named."""
    plain = Wanted(at(now) if now else ward.now, JULY, targets=TARGETS)
    return board_of(ward.dossiers.values(), replace(plain, **wanted), calendar())  # type: ignore[arg-type]


def codes(shown: Board, roster: Roster) -> list[str]:
    return [name.code for name in shown.roster(roster)]


@pytest.mark.parametrize(
    ("late", "of", "shown", "is_met"),
    [
        (31_942, 10_303_871, "0,31%", False),
        (99, 32_000, "0,31%", False),
        (32, 32_000, "0,10%", False),
        (31, 32_000, "0,10%", True),
        (0, 1, "0,00%", True),
        (1, 1_001, "0,10%", True),
    ],
)
def test_a_share_is_compared_in_whole_numbers(late: int, of: int, shown: str, is_met: bool) -> None:
    figures = FieldFigures("dat_dai", numerator=late, denominator=of, below_per_mille=1)

    assert figures.share == shown
    assert figures.target == "< 0,10%"
    assert figures.meets is is_met
    assert meets(late, of, 1) is is_met


def test_nothing_to_compare_meets_nothing() -> None:
    assert FieldFigures("dat_dai", below_per_mille=1).meets is None
    assert FieldFigures("dat_dai").share == "–"
    assert FieldFigures("ho_tich", numerator=1, denominator=2).meets is None
    assert FieldFigures("ho_tich").target == ""


@pytest.mark.parametrize(
    ("on", "first"),
    [(date(2019, 6, 30), date(2019, 1, 1)), (date(2019, 7, 1), date(2019, 7, 1)), (date(2019, 1, 1), date(2019, 1, 1))],
)
def test_a_half_year_ends_with_its_day(on: date, first: date) -> None:
    assert half_year(on) == Period(first, on)


@pytest.mark.parametrize(
    ("now", "roster"),
    [
        ("07-23 23:59", None),
        ("07-24 00:00", Roster.TOMORROW),
        ("07-25 00:00", Roster.TODAY),
        ("07-25 23:59", Roster.TODAY),
        ("07-26 00:00", Roster.LATE),
    ],
)
def test_a_dossier_is_named_by_its_deadline(now: str, roster: Roster | None) -> None:
    ward = Ward()
    code = ward.receive()

    shown = board(ward, now)

    found = {each for each in Roster if code in codes(shown, each)}
    expected = set() if roster is None else {roster}
    assert found == (expected | {Roster.NO_APOLOGY} if roster is Roster.LATE else expected)
    assert shown.total.open == 1
    assert shown.total.late_open == int(roster is Roster.LATE)


def test_on_friday_tomorrow_is_monday() -> None:
    ward = Ward(at("07-22 09:00"))
    code = ward.receive()

    shown = board(ward, "07-26 09:00")

    assert shown.next_day == date(2019, 7, 29)
    assert codes(shown, Roster.TOMORROW) == [code]


def test_a_limit_in_hours_is_late_by_the_minute() -> None:
    ward = Ward()
    code = ward.receive(procedure(fees=(), limit=Limit(1, LimitUnit.HOUR)))

    assert codes(board(ward, "07-18 10:00"), Roster.TODAY) == [code]
    assert codes(board(ward, "07-18 10:01"), Roster.LATE) == [code]


def test_names_come_next_due_first() -> None:
    ward = Ward()
    slow, quick = ward.receive(), ward.receive(procedure(fees=(), days=2))

    assert codes(board(ward, "08-20 09:00"), Roster.LATE) == [quick, slow]


def test_who_waits_is_not_late() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.ask(code, ward_user(ward, code))

    shown = board(ward, "09-20 09:00")

    assert codes(shown, Roster.WAITING) == [code]
    assert codes(shown, Roster.LATE) == []
    assert (shown.total.waiting, shown.total.open) == (1, 1)


def test_opinions_stop_no_clock() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.wait(code, ward_user(ward, code), WaitKind.OPINIONS, of="Công an phường")

    assert codes(board(ward, "08-20 09:00"), Roster.LATE) == [code]


def ward_user(ward: Ward, code: str) -> User:
    """Return who holds a dossier."""
    return next(user for user in USERS if user.user_id == ward.dossiers[code].custodian.holder)


def late_result(ward: Ward, now: str) -> str:
    """Bring a result at an instant; its apology comes late."""
    code = ward.submitted()
    ward.now = at(now)
    ward.apologise(code, at("08-30 17:00"))
    ward.approve(code)
    ward.ready(code)
    return code


def test_a_late_result_belongs_to_its_own_day() -> None:
    ward = Ward()
    code = late_result(ward, "07-26 09:00")

    shown = board(ward, "08-20 09:00")

    assert codes(shown, Roster.SOLVED_LATE) == [code]
    assert shown.days == (DayFigures(date(2019, 7, 18), 1, 0, 0), DayFigures(date(2019, 7, 26), 0, 1, 1))
    assert (shown.total.solved, shown.total.solved_late, shown.total.received_late) == (1, 1, 1)


def test_a_result_after_the_period_is_late_of_its_receipt_only() -> None:
    ward = Ward()
    late_result(ward, "08-02 09:00")

    shown = board(ward, "08-20 09:00")

    assert (shown.total.solved, shown.total.solved_late, shown.total.received_late) == (0, 0, 1)
    assert shown.solved_late == ()


def test_a_receipt_before_the_period_counts_by_its_result_only() -> None:
    ward = Ward(at("06-27 09:00"))
    ward.approved()
    (code,) = ward.dossiers
    ward.now = at("07-02 09:00")
    ward.ready(code)

    total = board(ward).total

    assert (total.received, total.solved, total.solved_late, total.open) == (0, 1, 0, 0)


def test_an_old_dossier_on_time_outside_the_period_counts_nowhere() -> None:
    ward = Ward(at("06-03 09:00"))
    ward.ready(ward.approved())

    shown = board(ward, "07-18 09:00")

    assert shown.total == FieldFigures("")
    assert [figures.field for figures in shown.by_field] == ["dat_dai"]


def test_a_withdrawal_is_no_result_and_a_refusal_is_one() -> None:
    ward = Ward()
    ward.withdraw(ward.receive())
    ward.refuse(ward.receive())

    total = board(ward).total

    assert (total.received, total.solved, total.withdrawn, total.open) == (2, 1, 1, 0)


def test_a_withdrawal_outside_the_period_is_not_counted() -> None:
    ward = Ward()
    code = ward.receive()
    ward.now = at("08-01 09:00")
    ward.withdraw(code)

    assert board(ward).total.withdrawn == 0


def test_the_denominator_is_switched() -> None:
    ward = Ward()
    ward.receive()
    late_result(ward, "07-26 09:00")
    ward.refuse(ward.receive())

    by_result = board(ward, "07-26 10:00").total
    by_receipt = board(ward, "07-26 10:00", denominator=Denominator.RECEIVED).total

    assert (by_result.numerator, by_result.denominator) == (1, 2)
    assert (by_receipt.numerator, by_receipt.denominator) == (2, 3)


def test_a_field_narrows_names_days_and_sum_but_not_the_table() -> None:
    ward = Ward()
    ward.receive(FREE)
    land = ward.receive(LAND)
    ward.receive(LAND)

    shown = board(ward, "08-20 09:00", field="dat_dai")

    assert codes(shown, Roster.LATE)[0] == land
    assert len(shown.late) == 2
    assert shown.total.received == 2
    assert shown.total.target == "< 0,10%"
    assert shown.days == (DayFigures(date(2019, 7, 18), 2, 0, 0),)
    assert [(each.field, each.received) for each in shown.by_field] == [("dat_dai", 2), ("ho_tich", 1)]


def test_a_field_without_a_dossier_is_all_zeros() -> None:
    assert board(Ward(), field="xay_dung").total == FieldFigures("xay_dung")


def test_late_without_a_timely_apology_is_exactly_what_lacks_one() -> None:
    """W11 AC5: each late dossier has Mẫu 04 in time or stands on the list, with or without a result."""
    ward = Ward()
    in_time, too_late, never = ward.submitted(), ward.submitted(), ward.receive()
    ward.now = at("07-24 09:00")
    ward.apologise(in_time, at("07-30 17:00"))
    ward.now = at("07-26 09:00")
    ward.apologise(too_late, at("07-30 17:00"))
    ward.approve(too_late)
    ward.ready(too_late)

    shown = board(ward, "07-29 09:00")

    late = {*codes(shown, Roster.LATE), *codes(shown, Roster.SOLVED_LATE)}
    assert late == {in_time, too_late, never}
    assert set(codes(shown, Roster.NO_APOLOGY)) == {too_late, never}
    marks = {name.code: name.apology for name in (*shown.late, *shown.solved_late)}
    assert marks == {in_time: ApologyMark.IN_TIME, too_late: ApologyMark.TOO_LATE, never: ApologyMark.NONE}


@pytest.mark.parametrize(("now", "is_broken"), [("07-30 23:00", False), ("07-31 00:00", True)])
def test_a_second_promise_that_passes_is_broken(now: str, is_broken: bool) -> None:
    ward = Ward()
    code = ward.submitted()
    ward.now = at("07-24 09:00")
    ward.apologise(code, at("07-30 17:00"))

    shown = board(ward, now)

    assert codes(shown, Roster.BROKEN_PROMISE) == ([code] if is_broken else [])
    assert codes(shown, Roster.LATE) == [code]


def test_names_hold_whole_seconds() -> None:
    ward = Ward(datetime.fromisoformat("2019-07-18T09:00:00.750000+07:00"))
    ward.receive()

    (name,) = board(ward, "07-26 09:00").late

    assert name.received_at == at("07-18 09:00")


def test_every_definition_names_its_days() -> None:
    shown = board(Ward(), "07-18 09:00")

    sentences = {key: definition(key, shown) for key in DEFINITIONS}

    assert set(sentences) == {*(each.value for each in Roster), *(each.value for each in Denominator), "target"}
    assert "từ 01/07/2019 đến 31/07/2019" in sentences["solved"]
    assert "19/07/2019" in sentences["tomorrow"]
    assert "09:00 18/07/2019" in sentences["late"]
    assert not any("{" in sentence for sentence in sentences.values())
