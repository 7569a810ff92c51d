"""The city's verdicts: additive acts commute, exclusive acts need custody and knowledge, nothing is lost."""

from dataclasses import replace

import pytest

from desktop.domain.clock_policy import ClockEffect
from desktop.domain.codes import Ordinal
from desktop.domain.content import content_hash
from desktop.domain.dossiers import Custodian, CustodianKind, FeeMethod, Status
from desktop.domain.events import Event, Fact
from desktop.domain.facts.counter import FeeTaken, ResultReady
from desktop.domain.facts.hub import CodeBound, CustodyTaken
from desktop.domain.facts.way import (
    Approved,
    CustodyAssigned,
    HandoverConfirmed,
    HandoverOffered,
    Submitted,
    WaitClosed,
    WaitOpened,
)
from desktop.domain.feed import ACCEPTED, FEED_START, Place, Verdict, VerdictKind, next_place
from desktop.domain.judging import OPEN, Standing, follow, given_code, judge, needs_custody, refuse
from desktop.domain.way import AuthorityUsed, SigningForm, WaitKind
from tests.support.samples import NINE, event
from tests.support.sync.facts import received

HERE, THERE = "pc1", "pc2"
JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")
OFFER = HandoverOffered("slip-1", "BG-1", JUSTICE)
CONFIRM = HandoverConfirmed("slip-1", "BG-1", JUSTICE, Status.WITH_SECTION)
FEE = FeeTaken(1_000, FeeMethod.CASH)
WAIT = WaitOpened("w1", WaitKind.OPINIONS, ClockEffect.NONE, "hỏi")
DAY = NINE.date()
RECEIVED = received("C-1", DAY, Ordinal(DAY, 0, 1), "unit")


def said(fact: Fact, *, by: str = HERE, epoch: str = "", seq: int = 2, base: int = 0) -> Event:
    """Return an event of a replica, in an epoch named after it unless another one is named."""
    plain = event(fact, seq=seq)
    envelope = replace(plain.envelope, replica_id=by, epoch=epoch or f"epoch-{by}", base_gseq=base)
    return Event(replace(envelope, event_id=f"{envelope.epoch}-{seq}"), fact)


def after(*facts: Fact, by: str = HERE) -> Standing:
    """Return what is known after accepted events of one replica."""
    standing = Standing()
    for gseq, fact in enumerate(facts, 1):
        verdict, standing = judge(said(fact, by=by, seq=gseq, base=gseq - 1), standing, gseq)
        assert verdict == ACCEPTED
    return standing


def verdict_on(happened: Event, standing: Standing, **more: object) -> str:
    """Return kind and code of the verdict, short."""
    verdict, _ = judge(happened, standing, 100, **more)  # type: ignore[arg-type]
    return verdict.code or verdict.kind.value


def test_the_reception_gives_custody_to_the_pc_that_received() -> None:
    standing = after(RECEIVED)

    assert (standing.custody, standing.exclusive_gseq, standing.exclusive_by) == (HERE, 1, f"epoch-{HERE}")


def test_an_additive_act_of_another_pc_is_accepted_and_changes_no_custody() -> None:
    standing = after(RECEIVED, OFFER)

    verdict, then = judge(said(FEE, by=THERE), standing, 3)

    assert verdict == ACCEPTED
    assert then.custody == standing.custody
    assert then.exclusive_gseq == standing.exclusive_gseq
    assert then.state is not None
    assert len(then.state.payments) == 1


def test_an_exclusive_act_of_a_pc_without_custody_is_refused() -> None:
    assert verdict_on(said(OFFER, by=THERE, base=1), after(RECEIVED)) == "not_custodian"


def test_an_exclusive_act_that_does_not_know_the_last_one_is_a_conflict() -> None:
    assert verdict_on(said(WAIT, by=THERE, base=0), after(RECEIVED)) == "conflict"


def test_own_pending_acts_are_known_whatever_their_place() -> None:
    assert verdict_on(said(OFFER, seq=3, base=0), after(RECEIVED, WAIT)) == "accepted"


def test_a_clone_has_the_replica_s_custody_but_not_its_knowledge() -> None:
    clone = said(OFFER, epoch="epoch-clone", base=0)

    assert verdict_on(clone, after(RECEIVED)) == "conflict"


def test_an_epoch_knows_the_one_it_grew_out_of_up_to_where_it_left_it() -> None:
    clone, standing = said(WAIT, epoch="epoch-next", base=0), after(RECEIVED, OFFER)

    assert verdict_on(clone, standing, known={f"epoch-{HERE}": 2}) == "accepted"
    assert verdict_on(clone, standing, known={f"epoch-{HERE}": 1}) == "conflict"


@pytest.mark.parametrize("fact", [CustodyAssigned(JUSTICE, "ốm"), CustodyTaken(THERE, "gấp", is_forced=True)])
def test_a_leader_and_the_hub_pass_custody_on_without_having_it(fact: Fact) -> None:
    assert verdict_on(said(fact, by=THERE, base=1), after(RECEIVED)) == "accepted"


def test_custody_taken_names_its_new_holder() -> None:
    _, standing = judge(said(CustodyTaken(THERE, "", is_forced=False), by="city", base=1), after(RECEIVED), 2)

    assert standing.custody == THERE


def test_passing_the_work_to_a_role_lets_any_pc_that_knows_of_it_go_on() -> None:
    standing = after(RECEIVED, CustodyAssigned(JUSTICE, "ốm"))

    assert standing.custody == OPEN
    assert verdict_on(said(WAIT, by=THERE, base=2), standing) == "accepted"
    assert verdict_on(said(WAIT, by=THERE, base=1), standing) == "conflict"


def test_a_scanned_slip_proves_that_its_receiver_knows_the_dossier() -> None:
    assert verdict_on(said(CONFIRM, by=THERE, base=0), after(RECEIVED, OFFER)) == "accepted"
    assert verdict_on(said(CONFIRM, by=THERE, base=0), after(RECEIVED)) == "conflict"


def test_closing_the_open_wait_proves_knowledge_and_leaves_custody_alone() -> None:
    standing = after(RECEIVED, WAIT)
    assert standing.state is not None
    close = WaitClosed("w1", WaitKind.OPINIONS, standing.state.due_at, 1)

    verdict, then = judge(said(close, by=THERE, base=0), standing, 3)

    assert verdict == ACCEPTED
    assert then.custody == HERE
    assert verdict_on(said(close, by=THERE, seq=3, base=0), then) == "not_custodian"
    assert verdict_on(said(replace(close, wait_id="w9"), by=THERE, base=0), standing) == "conflict"
    assert verdict_on(said(close, seq=4, base=0), after(RECEIVED)) == "accepted"


def test_an_approval_holds_for_the_content_it_was_given_on_only() -> None:
    standing = after(RECEIVED)
    assert standing.state is not None
    leaders = Custodian(CustodianKind.SECTION, "lanh_dao")
    seen = content_hash(standing.state)
    standing = after(RECEIVED, Submitted(leaders, seen))
    authority = AuthorityUsed(SigningForm.OWN, "", "", ("CHỦ TỊCH",), "An")

    assert verdict_on(said(Approved(seen, authority), by=THERE, base=2), standing) == "accepted"
    assert verdict_on(said(Approved("0" * 64, authority), by=THERE, base=2), standing) == "stale_approval"


def test_what_rests_on_a_refused_event_of_its_own_log_is_blocked_and_says_by_which() -> None:
    refused, standing = judge(said(OFFER, by=THERE, base=0), after(RECEIVED), 2)
    assert refused == Verdict(VerdictKind.REJECTED, "conflict")

    blocked, _ = judge(said(WAIT, by=THERE, seq=3, base=1), standing, 3)
    later = said(CustodyAssigned(JUSTICE, "ốm"), by=THERE, seq=4, base=2)

    assert blocked == Verdict(VerdictKind.BLOCKED, "rests_on_refused", f"epoch-{THERE}-2")
    assert verdict_on(later, standing) == "accepted"
    assert verdict_on(said(FEE, by=THERE, seq=5, base=0), standing) == "accepted"


def test_nothing_about_a_dossier_whose_reception_was_refused_is_accepted() -> None:
    refused, standing = judge(said(RECEIVED, seq=1), Standing(), 1, "another-dossier")

    assert refused == Verdict(VerdictKind.REJECTED, "code_taken")
    assert verdict_on(said(FEE), standing) == "rests_on_refused"


def test_a_code_of_the_dossier_itself_is_no_other_dossier_s() -> None:
    assert verdict_on(said(RECEIVED, seq=1), Standing(), code_owner="dossier-1") == "accepted"


def test_an_event_that_cannot_follow_is_refused() -> None:
    assert verdict_on(said(FEE), Standing()) == "does_not_apply"
    assert verdict_on(said(RECEIVED, seq=2, base=1), after(RECEIVED)) == "does_not_apply"


def test_a_bound_code_leaves_custody_where_it_was() -> None:
    bound = CodeBound("C-2", DAY, 0, 2)
    standing = after(RECEIVED, CustodyAssigned(JUSTICE, "ốm"), bound)

    assert standing.custody == OPEN
    assert standing.state is not None
    assert standing.state.aliases == ("C-1",)


def test_the_codes_of_facts() -> None:
    assert given_code(RECEIVED) == "C-1"
    assert given_code(CodeBound("C-2", DAY, 0, 2)) == "C-2"
    assert given_code(FEE) == ""


def test_which_acts_need_custody() -> None:
    state = after(RECEIVED, OFFER).state

    assert not needs_custody(RECEIVED, None)
    assert not needs_custody(FEE, state)
    assert not needs_custody(CONFIRM, state)
    assert not needs_custody(CustodyAssigned(JUSTICE, "ốm"), state)
    assert not needs_custody(WAIT, None)
    assert needs_custody(WAIT, state)
    assert needs_custody(ResultReady("mot_cua"), state)


def test_a_refusal_is_remembered_per_epoch() -> None:
    standing = refuse(refuse(Standing(), said(FEE).envelope, 4), said(FEE, by=THERE).envelope, 5)

    assert standing.refused == {f"epoch-{HERE}": (4, f"epoch-{HERE}-2"), f"epoch-{THERE}": (5, f"epoch-{THERE}-2")}
    assert follow(standing, said(FEE), 6) == standing


def test_a_place_binds_event_and_verdict_to_all_before() -> None:
    start = Place()
    places = {
        next_place(start, bytes(32), ACCEPTED),
        next_place(start, bytes(31) + b"\1", ACCEPTED),
        next_place(start, bytes(32), Verdict(VerdictKind.REJECTED, "conflict")),
        next_place(start, bytes(32), Verdict(VerdictKind.BLOCKED, "conflict", "e1")),
        next_place(Place(0, b"\1" * 32), bytes(32), ACCEPTED),
    }

    assert start == Place(0, FEED_START)
    assert len(places) == 5
    assert {place.gseq for place in places} == {1}
