"""W05: one holder for every paper, slips, differences by name."""

from dataclasses import replace

import pytest

from desktop.domain.acts.checks import holder_name
from desktop.domain.acts.custody import LONGEST_SLIP, check_slip, remind_from
from desktop.domain.dossiers import NOBODY, Custodian, CustodianKind, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.slips import SlipState, Unexpected
from desktop.domain.users import User
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import MakeSlip
from tests.unit.domain.walk import (
    CHAIR,
    COUNTER,
    GONE,
    HOA,
    JUSTICE,
    LAN,
    LEADERS,
    MINH,
    NAM,
    WHY,
    Ward,
    at,
    holder,
    utc,
)


def test_a_paper_stays_with_its_giver_until_the_receiver_confirms() -> None:
    ward = Ward()
    code = ward.receive()

    slip = ward.offer(LAN, JUSTICE, code)
    offered = ward.dossiers[code]

    assert (offered.custodian, offered.offered_on, offered.status) == (COUNTER, slip.name, Status.RECEIVED)
    assert (slip.giver, slip.to, slip.codes, slip.accepted, slip.is_open) == (COUNTER, JUSTICE, (code,), (), True)
    ward.now = at("07-18 10:00")
    closed = ward.confirm(MINH, slip)
    confirmed = ward.dossiers[code]
    assert (confirmed.custodian, confirmed.offered_on, confirmed.status) == (JUSTICE, "", Status.WITH_SECTION)
    assert confirmed.custody_since == utc(ward.now)
    assert (closed.state, closed.closed_by, closed.closed_at) == (SlipState.CONFIRMED, MINH.user_id, utc(ward.now))
    assert (closed.accepted, closed.missing, closed.unexpected) == ((code,), (), ())


@pytest.mark.parametrize(
    ("to", "receiver", "status"),
    [(JUSTICE, NAM, Status.WITH_SECTION), (holder(NAM), NAM, Status.IN_PROGRESS), (COUNTER, HOA, Status.RECEIVED)],
)
def test_where_a_dossier_stands_follows_who_holds_it(to: Custodian, receiver: User, status: Status) -> None:
    ward = Ward()
    code = ward.at_work()

    assert ward.hand(MINH, to, receiver, code).status is status


def test_what_was_approved_goes_back_as_a_result_and_not_on_a_slip() -> None:
    ward = Ward()

    with pytest.raises(Conflict, match="still_submitted"):
        ward.offer(MINH, COUNTER, ward.approved())


def test_scanning_what_i_do_not_hold_says_who_has_it() -> None:
    ward = Ward()
    code = ward.at_work()

    with pytest.raises(Conflict, match="not_custodian") as refused:
        ward.offer(LAN, JUSTICE, code)

    assert dict(refused.value.details) == {"code": code, "holder": "Minh"}


def test_a_dossier_lies_on_one_slip_at_a_time() -> None:
    ward = Ward()
    code = ward.receive()
    slip = ward.offer(LAN, JUSTICE, code)

    with pytest.raises(Conflict, match="on_open_slip") as refused:
        ward.offer(HOA, JUSTICE, code)

    assert refused.value.details["slip"] == slip.name


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (holder(LAN), "handover_to_self"),
        (COUNTER, "held_already"),
        (holder(GONE), "unknown_holder"),
        (Custodian(CustodianKind.USER, "user-nobody"), "unknown_holder"),
        (Custodian(CustodianKind.SECTION, "giai_the"), "unknown_holder"),
        (NOBODY, "unknown_holder"),
    ],
)
def test_a_slip_goes_to_somebody_else_who_can_hold_papers(to: Custodian, code: str) -> None:
    ward = Ward()

    with pytest.raises(UserError) as refused:
        ward.offer(LAN, to, ward.receive())

    assert refused.value.code == code


def test_a_slip_lists_one_to_five_hundred_dossiers() -> None:
    ward = Ward()
    code = ward.receive()

    with pytest.raises(UserError, match="empty_slip"):
        ward.offer(LAN, JUSTICE)
    codes = tuple(f"hs-{n}" for n in range(LONGEST_SLIP + 1))
    with pytest.raises(UserError, match="slip_too_long") as refused:
        ward.offer(LAN, JUSTICE, *codes)
    assert dict(refused.value.details) == {"n": 501, "most": 500}
    assert len(ward.offer(LAN, JUSTICE, code, code).lines) == 1


def test_two_codes_of_one_dossier_are_one_row() -> None:
    ward = Ward()
    state = ward.dossiers[ward.receive()]

    found = check_slip({"T-1": state, state.code: state}, MakeSlip(JUSTICE, ("T-1", state.code)), ward.rules(LAN))

    assert found == (state,)


def test_an_unknown_code_is_said_to_be_unknown() -> None:
    with pytest.raises(UserError, match="dossier_unknown"):
        Ward().offer(LAN, JUSTICE, "hs-1")


def test_a_batch_is_all_or_nothing_and_names_every_refusal() -> None:
    ward = Ward()
    mine, theirs = ward.receive(), ward.at_work()

    with pytest.raises(Conflict, match="batch_refused") as refused:
        ward.offer(LAN, JUSTICE, mine, theirs, "hs-1")

    assert (refused.value.details["n"], refused.value.details["total"]) == (2, 3)
    assert [(item["code"], item["reason"]) for item in refused.value.details["items"]] == [
        (theirs, "not_custodian"),
        ("hs-1", "dossier_unknown"),
    ]
    assert ward.dossiers[mine].offered_on == ""


def test_what_lies_before_the_leaders_or_is_ready_is_not_handed_on() -> None:
    ward = Ward()
    code = ward.submitted()

    with pytest.raises(Conflict, match="still_submitted"):
        ward.offer(CHAIR, JUSTICE, code)
    ward.approve(code)
    ward.ready(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.offer(LAN, JUSTICE, code)


def test_an_unconfirmed_slip_reminds_after_four_working_hours() -> None:
    ward = Ward(at("07-18 14:00"))

    slip = ward.offer(LAN, JUSTICE, ward.receive())

    assert slip.reminded_from == remind_from(ward.rules(LAN))
    assert slip.reminded_from == at("07-19 08:30")  # 14-17 o'clock, then from 7:30


def test_a_confirmation_names_what_is_missing_and_what_nobody_expected() -> None:
    ward = Ward()
    first, second, working = ward.receive(), ward.receive(), ward.at_work()
    slip = ward.offer(LAN, JUSTICE, first, second)

    closed = ward.confirm(NAM, slip, second, working, "lạ", working)

    assert closed.missing == (first,)
    assert closed.unexpected == (Unexpected(working, "Minh"), Unexpected("lạ", ""))
    assert closed.accepted == (second,)
    assert [ward.dossiers[code].custodian for code in (first, second, working)] == [COUNTER, JUSTICE, holder(MINH)]
    assert [ward.dossiers[code].offered_on for code in (first, second)] == ["", ""]


def test_a_confirmation_needs_a_scan() -> None:
    ward = Ward()
    slip = ward.offer(LAN, JUSTICE, ward.receive())

    with pytest.raises(UserError, match="nothing_scanned"):
        ward.confirm(MINH, slip, "lạ")


def test_only_the_receiver_confirms_and_the_refusal_says_who_that_is() -> None:
    ward = Ward()
    slip = ward.offer(LAN, JUSTICE, ward.receive())

    with pytest.raises(Conflict, match="not_receiver") as refused:
        ward.confirm(HOA, slip)
    assert refused.value.details["holder"] == "Tư pháp"
    ward.confirm(MINH, slip)
    with pytest.raises(Conflict, match="slip_closed"):
        ward.confirm(MINH, slip)


def test_nobody_confirms_his_own_slip() -> None:
    ward = Ward()
    code = ward.at_work()
    slip = ward.offer(MINH, JUSTICE, code)

    with pytest.raises(Conflict, match="same_person"):
        ward.confirm(MINH, slip)


def test_a_slip_is_taken_back_by_its_side_with_a_reason() -> None:
    ward = Ward()
    code = ward.at_work()
    slip = ward.offer(MINH, COUNTER, code)

    with pytest.raises(Conflict, match="not_giver") as refused:
        ward.take_back(NAM, slip)
    assert refused.value.details["holder"] == "Minh"
    with pytest.raises(UserError, match="missing_reason"):
        ward.take_back(MINH, slip, "vì")
    closed = ward.take_back(MINH, slip)
    assert (closed.state, closed.accepted) == (SlipState.WITHDRAWN, ())
    assert (ward.dossiers[code].custodian, ward.dossiers[code].offered_on) == (holder(MINH), "")
    with pytest.raises(Conflict, match="slip_closed"):
        ward.take_back(MINH, slip)


def test_a_colleague_of_the_giving_section_takes_a_slip_back_too() -> None:
    ward = Ward()
    slip = ward.offer(LAN, JUSTICE, ward.receive())

    assert ward.take_back(HOA, slip).state is SlipState.WITHDRAWN


def test_who_made_a_slip_takes_it_back_though_he_has_moved() -> None:
    ward = Ward()
    slip = ward.offer(LAN, JUSTICE, ward.receive())

    assert ward.take_back(replace(LAN, section="tu_phap"), slip).state is SlipState.WITHDRAWN


@pytest.mark.parametrize(
    ("to", "status"),
    [(holder(NAM), Status.IN_PROGRESS), (JUSTICE, Status.WITH_SECTION), (COUNTER, Status.RECEIVED)],
)
def test_a_leader_says_who_holds_a_paper_and_it_can_be_worked_on(to: Custodian, status: Status) -> None:
    ward = Ward()
    code = ward.receive()
    ward.offer(LAN, LEADERS, code)

    state = ward.assign(code, to)

    assert (state.custodian, state.offered_on, state.status) == (to, "", status)


def test_a_word_on_custody_needs_a_reason_a_holder_and_an_open_dossier() -> None:
    ward = Ward()
    code = ward.submitted()

    with pytest.raises(Conflict, match="still_submitted"):
        ward.assign(code, JUSTICE)
    ward.approve(code)
    with pytest.raises(UserError, match="missing_reason"):
        ward.assign(code, JUSTICE, "vì")
    with pytest.raises(UserError, match="unknown_holder"):
        ward.assign(code, holder(GONE))
    assert ward.assign(code, holder(NAM)).status is Status.APPROVED
    ward.ready(code, NAM)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.assign(code, JUSTICE)


def test_a_slip_takes_nothing_that_a_leader_gave_to_somebody_else_meanwhile() -> None:
    ward = Ward()
    code, other = ward.receive(), ward.receive()
    slip = ward.offer(LAN, JUSTICE, code, other)
    ward.assign(code, holder(HOA))

    closed = ward.confirm(MINH, slip)

    assert ward.dossiers[code].custodian == holder(HOA)
    assert (closed.accepted, closed.missing, closed.unexpected) == ((other,), (code,), (Unexpected(code, "Hoa"),))


def test_a_slip_brings_no_closed_dossier_back() -> None:
    ward = Ward()
    code = ward.receive()
    slip = ward.offer(LAN, JUSTICE, code)
    ward.assign(code, holder(HOA))
    ward.withdraw(code, HOA)

    ward.confirm(MINH, slip)

    assert (ward.dossiers[code].custodian, ward.dossiers[code].status) == (NOBODY, Status.WITHDRAWN)


@pytest.mark.parametrize("way", ["withdrawn", "not_received"])
def test_the_end_of_an_old_slip_leaves_the_new_one_open(way: str) -> None:
    ward = Ward()
    code, other = ward.receive(), ward.receive()
    old = ward.offer(LAN, JUSTICE, code, other)
    ward.assign(code, holder(HOA))
    new = ward.offer(HOA, JUSTICE, code)

    if way == "withdrawn":
        ward.take_back(LAN, old)
    else:
        ward.confirm(MINH, old, other)

    assert ward.dossiers[code].offered_on == new.name
    with pytest.raises(Conflict, match="on_open_slip"):
        ward.offer(HOA, JUSTICE, code)


def test_taking_a_slip_back_says_nothing_to_what_is_no_longer_on_it() -> None:
    ward = Ward()
    taken_off, elsewhere, still_on = ward.receive(), ward.receive(), ward.receive()
    slip = ward.offer(LAN, JUSTICE, taken_off, elsewhere, still_on)
    ward.assign(taken_off, holder(HOA))
    ward.assign(elsewhere, holder(HOA))
    ward.offer(HOA, JUSTICE, elsewhere)
    before = {code: ward.dossiers[code].version for code in (taken_off, elsewhere, still_on)}

    ward.take_back(LAN, slip)

    added = {code: ward.dossiers[code].version - version for code, version in before.items()}
    assert added == {taken_off: 0, elsewhere: 0, still_on: 1}


def test_a_slip_passes_only_what_this_pc_knows() -> None:
    ward = Ward()
    code, known = ward.receive(), ward.receive()
    slip = ward.offer(LAN, JUSTICE, code, known)
    del ward.dossiers[code]

    closed = ward.confirm(MINH, slip)

    assert (closed.missing, closed.accepted, closed.unexpected) == ((code,), (known,), (Unexpected(code, ""),))


def test_a_waiting_dossier_is_handed_on_and_goes_on_waiting() -> None:
    ward = Ward()
    code = ward.at_work()
    ward.ask(code, MINH)

    state = ward.hand(MINH, COUNTER, LAN, code)

    assert (state.status, state.base_status) == (Status.WAITING_SUPPLEMENT, Status.RECEIVED)
    assert ward.resume(code, WaitKind.SUPPLEMENT).status is Status.RECEIVED


@pytest.mark.parametrize(
    ("custodian", "name"),
    [(JUSTICE, "Tư pháp"), (holder(NAM), "Nam"), (Custodian(CustodianKind.USER, "user-x"), "user-x"), (NOBODY, "")],
)
def test_a_holder_is_shown_by_name(custodian: Custodian, name: str) -> None:
    assert holder_name(custodian, Ward().rules(LAN)) == name


def test_nobody_acts_on_what_nobody_holds() -> None:
    ward = Ward()
    code = ward.receive()
    ward.withdraw(code)

    with pytest.raises(Conflict, match="dossier_closed"):
        ward.assign(code, JUSTICE, WHY)
