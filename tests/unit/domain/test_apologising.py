"""W11: one apology, one new day; what is late stays late."""

from datetime import datetime

import pytest

from desktop.domain.acts.apologising import is_apology_late
from desktop.domain.errors import Conflict, UserError
from desktop.domain.tally import Measure, timeliness
from desktop.domain.way import LateCause, SigningForm
from tests.unit.domain.test_authority import delegation
from tests.unit.domain.walk import CHAIR, HEAD, VICE, WHY, Ward, at, form, procedure, utc

NEW_DAY = at("07-29 16:00")


def test_an_apology_names_one_new_day_and_keeps_the_old_one() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-24 09:00")

    state = ward.apologise(code, NEW_DAY, reason=f" {WHY} ", cause=LateCause.OTHER_AGENCY)

    (apology,) = state.apologies
    assert (apology.old_promise, apology.new_promise) == (at("07-25 17:00"), NEW_DAY)
    assert (apology.reason, apology.cause, apology.form) == (WHY, LateCause.OTHER_AGENCY, form())
    assert (apology.by, apology.at, apology.is_late) == (CHAIR.user_id, utc(ward.now), False)
    assert apology.authority.form is SigningForm.OWN


def test_an_apology_moves_what_the_citizen_is_told_and_never_what_the_law_demands() -> None:
    ward = Ward()
    code = ward.at_work()

    state = ward.apologise(code, NEW_DAY)

    assert (state.promised_at, state.due_at, state.first_promised_at) == (
        NEW_DAY,
        at("07-25 17:00"),
        at("07-25 17:00"),
    )
    assert state.receipt.version == 1


def test_a_dossier_with_an_apology_that_is_solved_on_the_new_day_is_late() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.now = at("07-24 09:00")
    ward.apologise(code, NEW_DAY)
    ward.now = at("07-29 09:00")
    ward.approve(code)

    assert timeliness(ward.ready(code)) is Measure.SOLVED_LATE


def test_the_pack_says_how_often_a_day_is_put_off() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.apologise(code, NEW_DAY)

    with pytest.raises(Conflict, match="apology_limit") as refused:
        ward.apologise(code, at("07-30 16:00"))
    assert refused.value.details["most"] == 1
    ward.clock = {"reappointment_limit": 2}
    assert len(ward.apologise(code, at("07-30 16:00")).apologies) == 2


@pytest.mark.parametrize(
    ("now", "new", "code"),
    [
        ("07-24 09:00", "07-25 17:00", "promise_not_later"),
        ("07-24 09:00", "07-24 16:00", "promise_not_later"),
        ("07-30 09:00", "07-29 16:00", "promise_not_later"),
        ("07-30 09:00", "07-30 09:00", "promise_not_later"),
        ("07-24 09:00", "07-28 09:00", "promise_not_working"),
        ("08-28 09:00", "09-02 09:00", "promise_not_working"),
        ("07-24 09:00", "07-29 07:29", "promise_outside_hours"),
        ("07-24 09:00", "07-29 12:00", "promise_outside_hours"),
        ("07-24 09:00", "07-29 17:01", "promise_outside_hours"),
    ],
)
def test_the_new_day_is_later_than_the_old_one_and_than_now_and_in_working_time(now: str, new: str, code: str) -> None:
    ward = Ward()
    dossier = ward.at_work()
    ward.now = at(now)

    with pytest.raises(UserError) as refused:
        ward.apologise(dossier, at(new))

    assert refused.value.code == code


@pytest.mark.parametrize("hour", ["07:30", "11:30", "13:00", "17:00"])
def test_the_first_and_the_last_minute_of_a_session_may_be_promised(hour: str) -> None:
    ward = Ward()

    assert ward.apologise(ward.at_work(), at(f"07-29 {hour}")).promised_at == at(f"07-29 {hour}")


def test_an_hour_nobody_works_at_is_refused_with_the_hours_of_that_day() -> None:
    ward = Ward()

    with pytest.raises(UserError) as refused:
        ward.apologise(ward.at_work(), at("07-29 20:15"))

    assert dict(refused.value.details) == {"at": "20:15", "on": "29/07/2019", "hours": "07:30-11:30, 13:00-17:00"}


def test_a_new_day_beyond_the_calendar_is_refused() -> None:
    ward = Ward()

    with pytest.raises(UserError, match="calendar_not_covered"):
        ward.apologise(ward.at_work(), datetime.fromisoformat("2040-01-02T09:00:00+07:00"))


def test_an_apology_says_why() -> None:
    ward = Ward()

    with pytest.raises(UserError, match="missing_reason"):
        ward.apologise(ward.at_work(), NEW_DAY, reason="vì")


@pytest.mark.parametrize(
    ("days_before", "now", "is_late"),
    [
        (1, "07-24 23:00", False),
        (1, "07-25 07:30", True),
        (0, "07-25 16:59", False),
        (0, "07-26 07:30", True),
        (4, "07-19 09:00", False),  # four days before is a Sunday: the Friday before it
        (4, "07-22 09:00", True),
    ],
)
def test_an_apology_after_its_day_is_issued_and_marked(days_before: int, now: str, is_late: bool) -> None:
    ward = Ward(apology_days_before=days_before)
    code = ward.at_work()
    ward.now = at(now)

    assert is_apology_late(ward.dossiers[code], ward.rules(CHAIR)) is is_late
    assert ward.apologise(code, NEW_DAY).apologies[0].is_late is is_late


def test_an_apology_is_signed_by_the_chair_or_a_delegate() -> None:
    ward = Ward()
    code = ward.at_work()

    with pytest.raises(UserError, match="no_authority"):
        ward.apologise(code, NEW_DAY, VICE)
    ward.grant(delegation(form=SigningForm.TL, delegate=HEAD.user_id))
    assert ward.apologise(code, NEW_DAY, HEAD).apologies[0].authority.title_lines == (
        "TL. CHỦ TỊCH",
        "TRƯỞNG BỘ PHẬN",
    )


def test_nobody_apologises_for_what_is_done() -> None:
    ward = Ward()
    code = ward.approved()
    ward.ready(code)

    with pytest.raises(Conflict, match="dossier_closed"):
        ward.apologise(code, NEW_DAY)


@pytest.mark.parametrize(
    "changes", [{"changes": {"note": "giao tận tay"}}, {"procedure": procedure("1.000002", fees=())}]
)
def test_a_correction_of_something_else_leaves_the_day_the_apology_named(changes: dict[str, object]) -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-26 09:00")
    ward.apologise(code, NEW_DAY)

    state = ward.correct(code, **changes)

    assert (state.promised_at, state.due_at, state.receipt.version) == (NEW_DAY, at("07-25 17:00"), 2)


def test_a_clerk_makes_no_late_dossier_timely_by_a_correction() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.now = at("07-26 09:00")
    ward.apologise(code, NEW_DAY)

    with pytest.raises(UserError, match="not_permitted") as refused:
        ward.correct(code, promised_at=at("07-29 15:00"))
    assert refused.value.details["action"] == "move_promise_later"
    assert ward.correct(code, CHAIR, promised_at=at("07-29 15:00")).due_at == at("07-29 15:00")
