from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.domain.acts.receiving import check_components, decide_receive, promise
from desktop.domain.catalogue import FeeKind, FeeRule
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import CertifiedDocument, Channel, FeeMethod, Party, Relation, Status, Submitter
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.counter import FeeTaken, Received, ResultReady, Returned
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.units import LocalFee
from tests.support import samples
from tests.support.samples import NINE, OWNER, UNIT, allotment, command, folded, papers, procedure, rules

MOTHER = Party("Trần Thị Mẹ", id_number="079090054321")
PAGES = (FeeRule(FeeKind.PAGES, "Phí chứng thực"),)


def received(given: Receive) -> Received:
    facts = decide_receive(given, allotment(), rules())
    assert isinstance(facts[0], Received)
    return facts[0]


def refusal(given: Receive, *, twin: str = "") -> UserError:
    with pytest.raises(UserError) as caught:
        decide_receive(given, allotment(twin=twin), rules())
    return caught.value


def test_a_whole_dossier_makes_one_event_that_says_everything() -> None:
    facts = decide_receive(command(note="gấp"), allotment(7), rules())

    (fact,) = facts
    assert isinstance(fact, Received)
    assert (fact.code, fact.book, fact.receipt_number, fact.ordinal) == ("000.16.27.H29-190718-0007", 1, 7, 7)
    assert (fact.pack, fact.unit_id, fact.counter_section) == ("2018", UNIT.unit_id, "mot_cua")
    assert [line.originals for line in fact.components] == [1, 1]
    assert (fact.day.isoformat(), fact.note) == ("2019-07-18", "gấp")


def test_the_promise_is_that_of_the_limit_and_the_channel() -> None:
    direct, online = (
        promise(procedure(), channel, rules()).due_at.isoformat() for channel in (Channel.DIRECT, Channel.ONLINE)
    )

    assert direct == "2019-07-25T17:00:00+07:00"
    assert online == "2019-07-22T17:00:00+07:00"


def test_the_snapshot_keeps_the_limit_of_the_channel_for_life() -> None:
    assert received(command(channel=Channel.ONLINE)).procedure.limit == Limit(2, LimitUnit.WORKING_DAY)
    assert received(command(channel=Channel.POST)).procedure.limit == Limit(5, LimitUnit.WORKING_DAY)


@given(st.sets(st.integers(0, 4)))
def test_all_missing_components_are_named_at_once(missing: set[int]) -> None:
    of = procedure(names=("A", "B", "C", "D", "E"))
    counts = tuple(count for n, count in enumerate(papers(of)) if n not in missing)

    if not missing:
        assert received(command(of, components=counts))
        return
    refused = refusal(command(of, components=counts))

    assert refused.code == "missing_component"
    assert [entry["name"] for entry in refused.details["components"]] == ["ABCDE"[n] for n in sorted(missing)]
    assert refused.details["names"] == "; ".join("ABCDE"[n] for n in sorted(missing))


def test_a_component_counted_as_nothing_is_missing() -> None:
    assert refusal(command(components=(ComponentCount("TP01", copies=1), ComponentCount("TP02")))).code == (
        "missing_component"
    )


def test_a_component_that_is_not_required_may_be_missing() -> None:
    of = procedure(names=("A", "B?"))

    lines = received(command(of, components=(ComponentCount("TP01", originals=1),))).components

    assert [(line.name, line.required, line.total) for line in lines] == [("A", True, 1), ("B", False, 0)]


def test_papers_of_an_online_dossier_come_as_files() -> None:
    assert received(command(channel=Channel.ONLINE, components=())).components[0].total == 0


@pytest.mark.parametrize("kind", ["originals", "certified", "copies"])
@pytest.mark.parametrize("count", [-1, 1_000])
def test_a_count_out_of_range_is_refused_by_its_name(kind: str, count: int) -> None:
    counts = (ComponentCount("TP01", **{kind: count}), ComponentCount("TP02", originals=1))

    refused = refusal(command(components=counts))

    assert (refused.code, refused.details["field"]) == ("bad_count", kind)


@pytest.mark.parametrize("sets", [0, -1, 1_000])
def test_a_dossier_has_one_set_at_least(sets: int) -> None:
    assert refusal(command(sets=sets)).details["field"] == "sets"


def test_a_component_nobody_listed_is_refused_by_code() -> None:
    refused = refusal(command(components=(*papers(procedure()), ComponentCount("TP09", originals=1))))

    assert (refused.code, refused.details["components"]) == ("unknown_component", ["TP09"])


def test_a_component_counted_twice_is_refused() -> None:
    assert refusal(command(components=(*papers(procedure()), ComponentCount("TP01", copies=1)))).code == (
        "component_twice"
    )


def test_a_paper_outside_the_list_needs_a_name_and_a_reason() -> None:
    extra = ComponentCount("", originals=1, name="Giấy xác nhận", reason="cần để đối chiếu")

    lines = check_components(procedure(), (*papers(procedure()), extra, extra), Channel.DIRECT)

    assert [(line.code, line.name, line.required) for line in lines[2:]] == [("", "Giấy xác nhận", False)] * 2
    for bad in (replace(extra, name=" "), replace(extra, reason="vì"), replace(extra, reason="     ")):
        assert refusal(command(components=(*papers(procedure()), bad))).code == "extra_paper_without_reason"


@pytest.mark.parametrize("who", ["applicant", "submitter"])
def test_everybody_needs_a_name(who: str) -> None:
    nameless = Party("  ")
    given = (
        command(owner=nameless)
        if who == "applicant"
        else command(submitter=Submitter(nameless, Relation.AUTHORISED, "giấy ủy quyền"))
    )

    refused = refusal(given)

    assert (refused.code, refused.details["field"]) == ("missing_name", f"{who}.name")


def test_an_authorised_submitter_needs_his_paper() -> None:
    assert refusal(command(submitter=Submitter(MOTHER, Relation.AUTHORISED, " "))).code == "missing_authorisation"
    assert received(command(submitter=Submitter(MOTHER, Relation.AUTHORISED, "số 12"))).submitter.party == MOTHER


def test_a_procedure_of_another_agency_is_not_received() -> None:
    assert refusal(command(procedure(received_here=False))).code == "not_received_here"


def test_a_twin_is_asked_about_and_a_reason_lets_it_pass() -> None:
    assert isinstance(refusal(command(), twin="X-1"), Conflict)
    assert refusal(command(duplicate_reason="hai"), twin="X-1").code == "open_twin"
    fact = decide_receive(command(duplicate_reason="con thứ hai"), allotment(twin="X-1"), rules())[0]
    assert isinstance(fact, Received)
    assert fact.duplicate_reason == "con thứ hai"


def test_a_missing_paper_is_told_before_a_twin() -> None:
    assert refusal(command(components=())).code == "missing_component"


def test_a_fee_of_pages_counts_every_document() -> None:
    documents = (CertifiedDocument(3, 2), CertifiedDocument(1, 1))

    fees = received(command(procedure(fees=PAGES), documents=documents)).fees

    assert [line.amount_vnd for line in fees] == [2 * (2_000 + 2_000 + 1_000), 2_000]


def test_a_fee_of_pages_without_pages_is_marked_for_checking() -> None:
    (line,) = received(command(procedure(fees=PAGES))).fees

    assert (line.amount_vnd, line.needs_checking) == (0, True)


@pytest.mark.parametrize(
    ("documents", "sets", "copies"),
    [((), 3, 3), ((CertifiedDocument(1, 4), CertifiedDocument(1, 1)), 1, 5), ((CertifiedDocument(1, 1),), 2, 2)],
)
def test_a_fee_per_copy_counts_copies_or_sets(documents: tuple[CertifiedDocument, ...], sets: int, copies: int) -> None:
    of = procedure(fees=(FeeRule(FeeKind.PER_COPY, "Bản sao", 8_000),))

    assert received(command(of, documents=documents, sets=sets)).fees[0].amount_vnd == copies * 8_000


def test_the_local_councils_fee_is_taken() -> None:
    unit = replace(UNIT, local_fees=(LocalFee("1.000002", 5), LocalFee("1.000001", 15_000)))
    of = procedure(fees=(FeeRule(FeeKind.LOCAL, "Lệ phí"),))

    (fact,) = decide_receive(command(of), allotment(), rules(unit=unit))

    assert isinstance(fact, Received)
    assert fact.fees[0].amount_vnd == 15_000


def test_an_exemption_waives_the_fee_and_says_why() -> None:
    fact = received(command(exemption="hộ nghèo"))

    assert (fact.fees[0].amount_vnd, fact.fees[0].detail, fact.exemption) == (0, "Miễn: hộ nghèo", "hộ nghèo")


@pytest.mark.parametrize("reason", ["nghè", "     ", " nghè "])
def test_a_fee_is_not_waived_without_a_reason(reason: str) -> None:
    assert refusal(command(exemption=reason)).code == "exemption_without_reason"


def test_money_taken_at_once_is_an_event_of_the_same_act() -> None:
    facts = decide_receive(command(paid_vnd=5_000, paid_method=FeeMethod.TRANSFER), allotment(), rules())

    assert facts[1:] == (FeeTaken(5_000, FeeMethod.TRANSFER),)
    assert folded(*facts).owed_vnd == 3_000


@pytest.mark.parametrize("paid_vnd", [-1, 8_001])
def test_no_more_than_the_fee_is_taken(paid_vnd: int) -> None:
    refused = refusal(command(paid_vnd=paid_vnd))

    assert (refused.code, refused.details["due_vnd"]) == ("bad_amount", 8_000)


def test_a_waiver_is_no_payment() -> None:
    assert refusal(command(paid_vnd=8_000, paid_method=FeeMethod.EXEMPT)).code == "bad_amount"


def test_a_result_handed_out_at_once_is_solved_and_returned_in_the_act() -> None:
    given = command(is_immediate=True, submitter=Submitter(MOTHER, Relation.AUTHORISED, "số 12"), paid_vnd=8_000)

    facts = decide_receive(given, replace(allotment(), book=0, receipt_number=0), rules())

    assert [type(fact) for fact in facts] == [Received, FeeTaken, ResultReady, Returned]
    state = folded(*facts, start=NINE)
    assert state.status is Status.RETURNED
    assert state.receipt.number == 0
    assert state.returned is not None
    assert (state.returned.recipient, state.returned.authorisation) == (MOTHER, "số 12")


def test_a_result_handed_out_at_once_is_paid_at_once() -> None:
    refused = refusal(command(is_immediate=True, paid_vnd=5_000))

    assert (refused.code, refused.details["due_vnd"]) == ("fee_owed", 8_000)
    assert decide_receive(command(is_immediate=True, exemption="hộ nghèo"), allotment(), rules())


def test_not_every_procedure_may_be_answered_at_once() -> None:
    assert refusal(command(procedure(immediate_allowed=False), is_immediate=True)).code == "immediate_not_allowed"


def test_each_dossier_keeps_the_rule_pack_of_its_day() -> None:
    later = datetime.fromisoformat("2026-03-02T09:00:00+07:00")

    (fact,) = decide_receive(command(), allotment(), rules(later))

    assert isinstance(fact, Received)
    assert fact.pack == "2025"
    assert fact.owner == OWNER
    assert samples.packs()[0].id == "2018"
