"""The unit's own days: new promises know them, printed ones stay and are named."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from desktop.domain.commands import Correct
from desktop.domain.errors import AppError, UserError
from desktop.domain.way import LateCause, WaitKind
from desktop.domain.way_commands import Apologise, CloseWait, OpenWait
from desktop.services import apologising, follow, look_up, own_days, waiting
from desktop.services.own_days import OwnDay
from tests.support.wards import SLOW, Ward, person

STORM = OwnDay(date(2019, 7, 24), is_worked=False, name="Nghỉ tránh bão số 4", document="Công điện 12/CĐ-UBND")
SATURDAY = OwnDay(date(2019, 7, 20), is_worked=True, name="Làm bù ngày bão", document="Công văn 15/UBND-VP")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2019-{text}+07:00")


def declare(ward: Ward, day: OwnDay = STORM) -> own_days.DayDeclared:
    return own_days.declare(ward.desk, ward.user("quantri"), day)


def due(ward: Ward, code: str) -> tuple[datetime, datetime]:
    dossier = look_up.show(ward.desk, ward.user("lan"), code).dossier
    return dossier.promised_at, dossier.due_at


def test_w07_a_day_declared_later_moves_no_printed_promise_and_names_the_dossiers(ward: Ward) -> None:
    across, short = ward.receive(code=SLOW, owner=person(1)), ward.receive(owner=person(2))
    before = (at("07-25T17:00"), at("07-25T17:00"))
    assert due(ward, across.code) == before

    done = declare(ward)
    after = ward.receive(code=SLOW, owner=person(3))

    assert [(each.code, each.due_at, each.would_be) for each in done.touched] == [
        (across.code, at("07-25T17:00"), at("07-26T17:00"))
    ]
    assert due(ward, across.code) == before, "what was printed stays"
    assert after.promised_at == at("07-26T17:00"), "what is received now knows the day"
    assert short.code not in {each.code for each in done.touched}
    assert own_days.touched_by(ward.desk, ward.user("chutich"), STORM.on, is_worked=False) == done.touched
    assert ward.verify().findings == ()


def test_those_promised_on_the_day_itself_stand_first(ward: Ward) -> None:
    later = ward.receive(code=SLOW, owner=person(1))
    ward.clock.set(at("07-17T09:00"))
    on_it = ward.receive(code=SLOW, owner=person(2))

    done = declare(ward)

    assert [each.code for each in done.touched] == [on_it.code, later.code]


def test_two_days_declared_one_after_the_other_are_told_together(ward: Ward) -> None:
    promised = ward.receive(code=SLOW, owner=person(1))
    declare(ward, SATURDAY)

    done = declare(ward, replace(STORM, on=date(2019, 7, 25)))

    assert [(each.code, each.would_be) for each in done.touched] == [(promised.code, at("07-24T17:00"))]
    assert own_days.touched_by(ward.desk, ward.user("lan"), SATURDAY.on, is_worked=True) == done.touched


def test_whom_an_apology_promised_the_very_day_is_named(ward: Ward) -> None:
    put_off = ward.receive(code=SLOW, owner=person(1))
    ward.clock.set(at("07-24T09:00"))
    later = Apologise("chờ cơ quan thuế trả lời", LateCause.OTHER_AGENCY, at("07-30T17:00"))
    apologising.apologise(ward.desk, ward.user("chutich"), put_off.code, later)

    done = declare(ward, replace(STORM, on=date(2019, 7, 30)))

    assert [each.code for each in done.touched] == [put_off.code]


def test_a_deadline_that_a_wait_or_a_correction_moved_is_named_without_a_guess(ward: Ward) -> None:
    paused, corrected, stopped = (ward.receive(code=SLOW, owner=person(n)) for n in range(3))
    lan, chair = ward.user("lan"), ward.user("chutich")
    for each in (paused, stopped):
        waiting.open_wait(ward.desk, lan, each.code, OpenWait(WaitKind.STOP, "chờ tòa trả lời"))
    ward.clock.set(at("07-19T10:00"))
    waiting.close_wait(ward.desk, lan, paused.code, CloseWait(WaitKind.STOP))
    follow.correct(ward.desk, chair, corrected.code, Correct({}, "hẹn lại theo văn bản", promised_at=at("07-29T17:00")))

    found = {each.code: each.would_be for each in declare(ward).touched}

    assert found == {paused.code: None, corrected.code: None}, "a clock that stands still is computed when it goes on"


def test_a_day_worked_brings_the_limit_forward_and_both_lists_keep_one_word_a_day(ward: Ward) -> None:
    across = ward.receive(code=SLOW, owner=person(1))

    done = declare(ward, SATURDAY)
    declare(ward)

    assert [(each.code, each.would_be) for each in done.touched] == [(across.code, at("07-24T17:00"))]
    assert own_days.own_days(ward.desk, ward.user("lan")) == (STORM, SATURDAY)


def test_a_day_is_taken_back_with_a_reason_and_the_country_s_calendar_holds_again(ward: Ward) -> None:
    declare(ward)
    declare(ward, SATURDAY)

    own_days.take_back(ward.desk, ward.user("quantri"), STORM.on, "bão đổi hướng")

    assert own_days.own_days(ward.desk, ward.user("quantri")) == (SATURDAY,)
    assert ward.receive(code=SLOW).promised_at == at("07-24T17:00")
    last = ward.desk.reader.last_of_type("calendar.overlaid")
    assert last is not None
    assert getattr(last.fact, "reason", "") == "bão đổi hướng"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (OwnDay(date(2019, 9, 2), is_worked=False, name=STORM.name, document=STORM.document), "day_off_already"),
        (OwnDay(date(2019, 7, 22), is_worked=True, name=STORM.name, document=STORM.document), "day_worked_already"),
        (OwnDay(date(2019, 7, 24), is_worked=False, name=" ", document=STORM.document), "bad_own_day"),
        (OwnDay(date(2019, 7, 24), is_worked=False, name=STORM.name, document="số"), "bad_own_day"),
        (OwnDay(date(2090, 7, 24), is_worked=False, name=STORM.name, document=STORM.document), "calendar_not_covered"),
    ],
)
def test_a_day_that_says_nothing_new_is_refused(ward: Ward, day: OwnDay, code: str) -> None:
    before = ward.database.ledger.head.seq

    with pytest.raises(AppError) as refused:
        declare(ward, day)

    assert refused.value.code == code
    assert ward.database.ledger.head.seq == before


def test_a_day_nobody_declared_cannot_be_taken_back(ward: Ward) -> None:
    with pytest.raises(UserError, match="own_day_unknown"):
        own_days.take_back(ward.desk, ward.user("quantri"), STORM.on, "bão đổi hướng")
    with pytest.raises(UserError, match="missing_reason"):
        own_days.take_back(ward.desk, ward.user("quantri"), STORM.on, "")
