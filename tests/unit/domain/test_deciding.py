"""W09: what is put before the leaders, who decides, on what content, and when not."""

from dataclasses import replace

import pytest

from desktop.domain.acts.deciding import decide_submit
from desktop.domain.content import content_hash
from desktop.domain.dossiers import Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.users import Role, User
from desktop.domain.way import AttachmentRole, DecisionKind, SigningForm, SigningMeans, WaitKind
from desktop.domain.way_commands import Submit
from tests.support.samples import user
from tests.unit.domain.test_authority import delegation
from tests.unit.domain.walk import (
    CHAIR,
    COUNTER,
    HEAD,
    HOA,
    JUSTICE,
    LAN,
    LEADERS,
    MINH,
    NAM,
    VICE,
    WHY,
    Ward,
    at,
    file,
    holder,
    utc,
)


def test_the_leaders_hold_what_is_put_before_them() -> None:
    ward = Ward()
    code = ward.at_work()

    state = ward.submit(code, draft=file())

    assert (state.status, state.custodian, state.attachments) == (Status.SUBMITTED, LEADERS, (file(),))
    assert state.submission is not None
    assert (state.submission.by, state.submission.at) == (MINH.user_id, utc(ward.now))
    assert state.submission.content_hash == content_hash(state)


def test_a_draft_that_was_attached_before_needs_no_second_one() -> None:
    ward = Ward()
    code = ward.receive()
    ward.hand(LAN, JUSTICE, MINH, code)
    assert ward.attach(code, MINH, file()).status is Status.IN_PROGRESS

    assert len(ward.submit(code).attachments) == 1


def test_only_the_section_that_holds_it_puts_a_dossier_before_the_leaders() -> None:
    ward = Ward()
    code = ward.receive()

    with pytest.raises(Conflict, match="not_at_section") as refused:
        ward.submit(code, LAN)
    assert refused.value.details["holder"] == "Một cửa"
    ward.hand(LAN, JUSTICE, MINH, code)
    with pytest.raises(Conflict, match="not_custodian"):
        ward.submit(code, LAN)
    slip = ward.offer(MINH, COUNTER, code)
    with pytest.raises(Conflict, match="on_open_slip"):
        ward.submit(code)
    ward.take_back(MINH, slip)
    ward.ask(code, MINH)
    with pytest.raises(Conflict, match="still_waiting"):
        ward.submit(code)


def test_nothing_is_put_before_the_leaders_twice() -> None:
    ward = Ward()
    code = ward.submitted()

    with pytest.raises(Conflict, match="still_submitted"):
        ward.submit(code)
    ward.approve(code)
    with pytest.raises(Conflict, match="still_submitted"):
        ward.submit(code)
    ward.ready(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.submit(code)


def test_a_unit_without_leaders_takes_no_paper_out_of_its_holders_hands() -> None:
    ward = Ward()
    code = ward.at_work()
    rules = ward.rules(MINH)
    unit = replace(rules.unit, sections=rules.unit.sections[:2])

    with pytest.raises(UserError, match="unknown_holder"):
        decide_submit(ward.dossiers[code], Submit(), replace(rules, unit=unit))


def test_an_approval_gives_the_paper_back_to_its_author_and_says_in_whose_right() -> None:
    ward = Ward()
    code = ward.submitted()
    submitted = ward.dossiers[code]
    ward.now = at("07-18 15:00")

    state = ward.approve(code, seen=content_hash(submitted), means=SigningMeans.DIGITAL)

    decision = state.decision
    assert decision is not None
    assert (state.status, state.custodian) == (Status.APPROVED, holder(MINH))
    assert (decision.kind, decision.by, decision.at) == (DecisionKind.APPROVED, CHAIR.user_id, utc(ward.now))
    assert (decision.means, decision.content_hash) == (SigningMeans.DIGITAL, content_hash(submitted))
    assert decision.waited_since == utc(at("07-18 09:00"))
    assert decision.authority is not None
    assert (decision.authority.form, decision.authority.title_lines) == (SigningForm.OWN, ("CHỦ TỊCH",))


def test_nobody_decides_on_his_own_work() -> None:
    both = user(Role.SPECIALIST, Role.VICE_CHAIR, login="minh", section="lanh_dao")
    ward = Ward()
    ward.grant(delegation(delegate=both.user_id))
    code = ward.submitted()

    for decide in (ward.approve, ward.reject, ward.send_back):
        with pytest.raises(Conflict, match="own_work"):
            decide(code, both)  # type: ignore[operator]
    ward.approve(code)
    with pytest.raises(Conflict, match="own_work"):
        ward.send_back(code, both)


@pytest.mark.parametrize("who", [LAN, MINH, NAM, HEAD])
def test_who_neither_leads_nor_is_delegated_decides_nothing(who: User) -> None:
    ward = Ward()
    code = ward.submitted()

    for decide in (ward.approve, ward.reject, ward.send_back):
        with pytest.raises(Conflict, match="not_custodian") as refused:
            decide(code, who)  # type: ignore[operator]
        assert refused.value.details["holder"] == "Lãnh đạo"


def test_a_vice_chair_without_a_delegation_approves_nothing() -> None:
    ward = Ward()

    with pytest.raises(UserError, match="no_authority"):
        ward.approve(ward.submitted(), VICE)


def test_the_head_of_the_counter_approves_what_a_delegation_lets_him() -> None:
    ward = Ward()
    ward.grant(delegation(form=SigningForm.TUQ, delegate=HEAD.user_id, fields=("ho_tich",)))
    code = ward.submitted()

    decision = ward.approve(code, HEAD).decision

    assert decision is not None
    assert decision.authority is not None
    assert decision.authority.title_lines == ("TUQ. CHỦ TỊCH", "TRƯỞNG BỘ PHẬN")


def test_who_was_let_sign_sends_back_what_he_does_not_sign() -> None:
    ward = Ward()
    ward.grant(delegation(form=SigningForm.TUQ, delegate=HEAD.user_id, fields=("ho_tich",)))

    assert ward.send_back(ward.submitted(), HEAD).status is Status.IN_PROGRESS


def test_who_was_let_sign_another_day_sends_nothing_back() -> None:
    ward = Ward()
    ward.grant(delegation(form=SigningForm.TUQ, delegate=HEAD.user_id, to_on=at("07-17 09:00").date()))

    with pytest.raises(UserError, match="authority_ended"):
        ward.send_back(ward.submitted(), HEAD)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to_on": at("07-17 09:00").date()}, "authority_ended"),
        ({"from_on": at("07-19 09:00").date()}, "authority_not_yet"),
        ({"fields": ("dat_dai",)}, "authority_other_field"),
        ({"delegate": "user-khac"}, "no_authority"),
    ],
)
def test_outside_a_delegation_nothing_is_signed(fields: dict[str, object], code: str) -> None:
    ward = Ward()
    ward.grant(delegation(**fields))
    dossier = ward.submitted()

    for decide in (ward.approve, ward.reject):
        with pytest.raises(UserError) as refused:
            decide(dossier, VICE)
        assert refused.value.code == code


def test_only_what_lies_before_the_leaders_is_decided() -> None:
    ward = Ward()
    code = ward.at_work()

    for decide in (ward.approve, ward.reject, ward.send_back):
        with pytest.raises(Conflict, match="not_submitted"):
            decide(code)  # type: ignore[operator]


def test_an_approval_is_of_what_was_seen() -> None:
    ward = Ward()
    code = ward.submitted()

    with pytest.raises(Conflict, match="content_changed"):
        ward.approve(code, seen="0" * 64)


def test_what_was_corrected_after_it_was_submitted_is_not_approved() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.correct(code, changes={"applicant.name": "Tên Khác"})

    with pytest.raises(Conflict, match="content_changed"):
        ward.approve(code)
    assert ward.send_back(code).status is Status.IN_PROGRESS


@pytest.mark.parametrize("change", ["correction", "draft"])
def test_a_change_of_content_voids_the_approval(change: str) -> None:
    ward = Ward()
    code = ward.approved()

    if change == "correction":
        ward.correct(code, changes={"applicant.name": "Tên Khác"})
    else:
        ward.attach(code, MINH, file(n=2))

    state = ward.dossiers[code]
    assert (state.decision, state.status, state.custodian) == (None, Status.IN_PROGRESS, holder(MINH))
    with pytest.raises(Conflict, match="not_approved"):
        ward.ready(code)
    ward.submit(code)
    assert ward.approve(code).status is Status.APPROVED


@pytest.mark.parametrize("changes", [{"note": "giao tận tay"}, {"result_by": "post"}])
def test_a_change_that_nobody_decides_on_leaves_the_approval(changes: dict[str, str]) -> None:
    ward = Ward()

    assert ward.correct(ward.approved(), changes=changes).status is Status.APPROVED


def test_a_paper_beside_the_draft_leaves_the_approval() -> None:
    ward = Ward()

    assert ward.attach(ward.approved(), LAN, file(AttachmentRole.PAPER, 2)).status is Status.APPROVED


def test_a_late_dossier_is_not_approved_without_an_apology() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.now = at("07-26 09:00")

    for decide in (ward.approve, ward.reject):
        with pytest.raises(Conflict, match="apology_missing") as refused:
            decide(code)
        assert refused.value.details["due_at"] == "17:00 25/07/2019"
    assert ward.apologise(code, at("07-29 16:00")).apologies[0].is_late
    ward.now = at("08-01 09:00")  # the new day has passed too: no second form is asked for
    assert ward.approve(code).status is Status.APPROVED


def test_on_its_last_day_a_dossier_needs_no_apology() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.now = at("07-25 18:00")

    assert ward.approve(code).status is Status.APPROVED


def test_a_late_dossier_goes_back_to_its_author_without_an_apology() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.now = at("07-26 09:00")

    assert ward.send_back(code).status is Status.IN_PROGRESS


def test_sending_back_and_rejecting_need_a_reason_that_the_author_reads() -> None:
    ward = Ward()
    code = ward.submitted()

    for decide in (ward.reject, ward.send_back):
        with pytest.raises(UserError, match="missing_reason"):
            decide(code, reason="vì")
    state = ward.send_back(code, reason=f" {WHY} ")
    assert state.decision is not None
    assert (state.decision.kind, state.decision.reason, state.decision.authority) == (
        DecisionKind.SENT_BACK,
        WHY,
        None,
    )
    assert state.custodian == holder(MINH)
    assert ward.submit(code).decision is None


def test_an_approval_nobody_acted_on_is_undone_with_a_reason() -> None:
    ward = Ward()
    code = ward.approved()

    with pytest.raises(UserError, match="missing_reason"):
        ward.send_back(code, reason="vì")
    state = ward.send_back(code, VICE)

    assert (state.status, state.custodian) == (Status.IN_PROGRESS, holder(MINH))
    with pytest.raises(Conflict, match="not_approved"):
        ward.ready(code)


def test_an_approval_that_was_acted_on_is_not_undone() -> None:
    ward = Ward()
    code = ward.approved()
    ward.ready(code)

    with pytest.raises(Conflict, match="not_submitted"):
        ward.send_back(code)


def test_a_decision_is_undone_by_a_leader_or_who_took_it() -> None:
    ward = Ward()
    ward.grant(delegation(form=SigningForm.TUQ, delegate=HEAD.user_id))
    code = ward.approved()

    with pytest.raises(UserError, match="no_authority"):
        ward.send_back(code, HEAD)
    ward.send_back(code)
    ward.submit(code)
    ward.approve(code, HEAD)
    assert ward.send_back(code, HEAD).status is Status.IN_PROGRESS


def test_a_rejection_is_final_until_it_is_undone() -> None:
    ward = Ward()
    code = ward.submitted()

    state = ward.reject(code)

    assert state.decision is not None
    assert (state.status, state.custodian, state.decision.kind) == (
        Status.IN_PROGRESS,
        holder(MINH),
        DecisionKind.REJECTED,
    )
    with pytest.raises(Conflict, match="rejected_already"):
        ward.submit(code)
    ward.send_back(code)
    assert ward.submit(code).status is Status.SUBMITTED


def test_a_change_of_content_voids_a_rejection() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.reject(code)
    ward.ask(code, MINH)

    state = ward.resume(code, WaitKind.SUPPLEMENT)

    assert (state.decision, state.status) == (None, Status.IN_PROGRESS)
    with pytest.raises(Conflict, match="refusal_needs_decision"):
        ward.refuse(code, MINH)
    assert ward.submit(code).status is Status.SUBMITTED


def test_a_rejection_stays_through_what_changes_no_content() -> None:
    ward = Ward()
    code = ward.submitted()
    ward.reject(code)

    assert ward.attach(code, MINH, file(AttachmentRole.PAPER, 3)).decision is not None


def test_a_draft_comes_from_who_holds_the_paper_while_nobody_reads_it() -> None:
    ward = Ward()
    code = ward.at_work()

    with pytest.raises(Conflict, match="not_custodian"):
        ward.attach(code, NAM, file())
    ward.submit(code)
    with pytest.raises(Conflict, match="still_submitted"):
        ward.attach(code, CHAIR, file())
    ward.approve(code)
    ward.ready(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.attach(code, LAN, file())


def test_other_files_are_attached_until_the_dossier_is_closed() -> None:
    ward = Ward()
    code = ward.approved()
    ward.ready(code)

    assert ward.attach(code, HOA, file(AttachmentRole.PROOF)).status is Status.RESULT_READY
    ward.give(code)
    with pytest.raises(Conflict, match="dossier_closed"):
        ward.attach(code, HOA, file(AttachmentRole.PROOF))


def test_a_dossier_has_fifty_files_at_most() -> None:
    ward = Ward()
    code = ward.at_work()
    for n in range(50):
        ward.attach(code, MINH, file(AttachmentRole.PAPER, n))

    with pytest.raises(UserError, match="too_many_files") as refused:
        ward.submit(code, draft=file())
    assert refused.value.details["most"] == 50
