"""The control sheet is taken from custody events (W06)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain import codec
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.control import Grade, Hop, hops_of
from desktop.domain.dossiers import NOBODY, ProcedureSnapshot
from desktop.domain.events import decode_body, encode_body
from desktop.domain.processes import Process, ProcessStep
from desktop.domain.way import WaitKind
from tests.support.samples import UNIT, calendar
from tests.unit.domain.walk import (
    CHAIR,
    COUNTER,
    FREE,
    JUSTICE,
    LAN,
    LEADERS,
    MINH,
    NAM,
    USERS,
    Ward,
    at,
    holder,
)

#: Five working days of eight hours, divided.
STEPS = (
    ProcessStep("Tiếp nhận", "counter", 240),
    ProcessStep("Thẩm định", "section", 960),
    ProcessStep("Ký duyệt", "leaders", 480),
    ProcessStep("Vào sổ", "section", 120),
)
DIVIDED = replace(FREE, channel_limits=(), process=Process(STEPS))


def hops(ward: Ward, code: str) -> tuple[Hop, ...]:
    dossier_id = ward.dossiers[code].dossier_id
    history = [event for event in ward.log if event.envelope.dossier_id == dossier_id]
    sections = {user.user_id: user.section for user in USERS}
    return hops_of(history, calendar(), ward.rules(LAN).pack.clock, UNIT, sections)


def with_section(ward: Ward) -> str:
    """Return a dossier of a divided procedure that lies with the section since 07-18 09:00."""
    code = ward.receive(DIVIDED)
    ward.hand(LAN, JUSTICE, MINH, code)
    return code


def test_every_hand_is_one_row_with_who_gave_and_who_took() -> None:
    ward = Ward(at("07-18 09:00"))
    code = ward.receive()
    ward.hand(LAN, JUSTICE, MINH, code)
    ward.submit(code)
    ward.approve(code)
    ward.ready(code)
    ward.give(code)

    found = hops(ward, code)

    lan, minh, chair = LAN.user_id, MINH.user_id, CHAIR.user_id
    assert [(hop.giver, hop.to, hop.giver_user, hop.receiver_user) for hop in found] == [
        (None, COUNTER, "", lan),
        (COUNTER, JUSTICE, lan, minh),
        (JUSTICE, LEADERS, minh, chair),
        (LEADERS, holder(MINH), chair, minh),
        (holder(MINH), COUNTER, minh, lan),
        (COUNTER, NOBODY, lan, ""),
    ]
    assert {hop.grade for hop in found[1:]} <= {Grade.EARLY, Grade.ON_TIME}


def test_the_counter_is_graded_by_the_rule_of_transfer() -> None:
    ward = Ward(at("07-18 09:00"))
    same_day, next_day = ward.receive(), ward.receive()
    ward.hand(LAN, JUSTICE, MINH, same_day)
    ward.now = at("07-19 08:00")
    ward.hand(LAN, JUSTICE, MINH, next_day)

    assert hops(ward, same_day)[1].grade is Grade.ON_TIME
    assert hops(ward, next_day)[1].grade is Grade.LATE


def test_after_three_o_clock_the_next_morning_is_in_time() -> None:
    ward = Ward(at("07-18 15:30"))
    code = ward.receive()
    ward.now = at("07-19 08:00")
    ward.hand(LAN, JUSTICE, MINH, code)

    assert hops(ward, code)[1].grade is Grade.ON_TIME


def test_later_steps_are_graded_by_what_the_law_demands_then() -> None:
    ward = Ward(at("07-18 09:00"))
    early, on_day, late = ward.receive(), ward.receive(), ward.receive()
    for code in (early, on_day, late):
        ward.hand(LAN, JUSTICE, MINH, code)
    due = ward.dossiers[late].due_at
    for code, moment in ((early, due - timedelta(days=2)), (on_day, due), (late, due + timedelta(days=1))):
        ward.now = moment
        ward.submit(code)

    grades = [hops(ward, code)[-1].grade for code in (early, on_day, late)]
    assert grades == [Grade.EARLY, Grade.ON_TIME, Grade.LATE]


def test_while_nobody_of_a_section_has_acted_no_person_is_named() -> None:
    ward = Ward(at("07-18 09:00"))
    code = ward.receive()
    ward.hand(LAN, JUSTICE, MINH, code)
    ward.submit(code)

    assert hops(ward, code)[-1].receiver_user == ""
    ward.send_back(code)
    assert hops(ward, code)[-2].receiver_user == CHAIR.user_id


def test_w06_grade_equals_step_minutes_against_allowed_minutes_on_the_working_calendar() -> None:
    ward = Ward(at("07-18 14:00"))
    code = ward.receive(DIVIDED)
    ward.now = at("07-19 08:30")  # 3 hours of Thursday, 1 of Friday
    ward.hand(LAN, JUSTICE, MINH, code)
    ward.now = at("07-23 08:29")  # a minute under two days, over a weekend
    ward.submit(code)
    ward.now = at("07-24 08:30")  # a minute over one day
    ward.approve(code)
    ward.ready(code)

    found = hops(ward, code)

    assert [(hop.step, hop.minutes, hop.grade) for hop in found[1:]] == [
        (STEPS[0], 240, Grade.ON_TIME),
        (STEPS[1], 959, Grade.EARLY),
        (STEPS[2], 481, Grade.LATE),
        (STEPS[3], 0, Grade.EARLY),
    ]


@pytest.mark.parametrize(
    ("until", "minutes", "grade"),
    [
        ("07-19 17:00", 930, Grade.EARLY),
        ("07-22 08:00", 960, Grade.ON_TIME),
        ("07-22 07:30", 930, Grade.EARLY),
        ("07-22 08:01", 961, Grade.LATE),
    ],
)
def test_w06_nights_and_days_off_take_no_minute_of_a_step(until: str, minutes: int, grade: Grade) -> None:
    ward = Ward(at("07-18 08:00"))
    code = with_section(ward)
    ward.now = at(until)
    ward.submit(code)

    hop = hops(ward, code)[-1]

    assert (hop.minutes, hop.grade) == (minutes, grade)


def test_w06_a_step_done_again_takes_from_the_same_minutes() -> None:
    ward = Ward(at("07-18 08:00"))
    code = with_section(ward)
    ward.now = at("07-18 14:00")
    ward.submit(code)
    ward.send_back(code)
    ward.now = at("07-18 16:00")
    ward.submit(code)

    found = hops(ward, code)

    assert [(hop.giver, hop.minutes) for hop in found[2:]] == [(JUSTICE, 270), (LEADERS, 0), (holder(MINH), 390)]
    assert found[-1].step == STEPS[1]


def test_w06_what_another_officer_of_the_section_did_counts_for_the_section() -> None:
    ward = Ward(at("07-18 08:00"))
    code = with_section(ward)
    ward.now = at("07-18 09:00")
    ward.assign(code, holder(NAM))
    ward.now = at("07-18 10:00")
    ward.assign(code, holder(MINH))

    assert [(hop.step, hop.minutes) for hop in hops(ward, code)[2:]] == [(STEPS[1], 60), (STEPS[1], 120)]


@pytest.mark.parametrize(("effect", "minutes"), [(ClockEffect.PAUSE, 180), (ClockEffect.RESTART, 60)])
def test_w06_a_step_takes_no_minutes_while_the_clock_stands_still(effect: ClockEffect, minutes: int) -> None:
    ward = Ward(at("07-18 08:00"), supplement=effect)
    code = with_section(ward)
    ward.now = at("07-18 10:00")
    ward.ask(code, MINH)
    ward.now = at("07-22 08:00")
    ward.resume(code, WaitKind.SUPPLEMENT)
    ward.now = at("07-22 09:00")
    ward.submit(code)

    assert hops(ward, code)[-1].minutes == minutes


def test_w06_a_hand_the_process_does_not_know_is_graded_by_the_whole_deadline() -> None:
    ward = Ward(at("07-18 08:00"))
    process = Process((ProcessStep("Thẩm định", "section", 60),))
    code = ward.receive(replace(FREE, process=process))
    ward.hand(LAN, JUSTICE, MINH, code)
    ward.submit(code)
    ward.now = at("07-23 09:00")
    ward.approve(code)
    ward.ready(code)

    assert [(hop.step, hop.grade) for hop in hops(ward, code)[1:]] == [
        (None, Grade.ON_TIME),
        (process.steps[0], Grade.EARLY),
        (None, Grade.EARLY),
        (None, Grade.EARLY),
    ]


def test_w10_a_citizen_who_comes_late_makes_no_hand_late() -> None:
    ward = Ward(at("07-18 08:00"))
    divided, plain = ward.receive(DIVIDED), ward.receive()
    for code in (divided, plain):
        ward.hand(LAN, JUSTICE, MINH, code)
        ward.submit(code)
        ward.approve(code)
        ward.ready(code)
    ward.now = ward.dossiers[plain].due_at + timedelta(days=20)
    for code in (divided, plain):
        ward.give(code)

    assert [hops(ward, code)[-1].grade for code in (divided, plain)] == [Grade.EARLY, Grade.EARLY]


def test_w06_a_dossier_keeps_its_process_and_older_events_without_one_are_read_as_before() -> None:
    ward = Ward(at("07-18 08:00"))
    ward.receive(DIVIDED)
    event = ward.log[0]
    old = codec.dump(event.fact.procedure)  # type: ignore[union-attr]  # it was received
    del old["process"]

    assert decode_body(encode_body(event)).fact.procedure.process == Process(STEPS)  # type: ignore[union-attr]
    assert codec.load(ProcedureSnapshot, old).process is None
