"""The control sheet is taken from custody events (W06)."""

from datetime import timedelta

from desktop.domain.control import Grade, Hop, hops_of
from desktop.domain.dossiers import NOBODY
from tests.support.samples import calendar
from tests.unit.domain.walk import CHAIR, COUNTER, JUSTICE, LAN, LEADERS, MINH, Ward, at, holder


def hops(ward: Ward, code: str) -> tuple[Hop, ...]:
    dossier_id = ward.dossiers[code].dossier_id
    history = [event for event in ward.log if event.envelope.dossier_id == dossier_id]
    return hops_of(history, calendar(), ward.rules(LAN).pack.clock)


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
