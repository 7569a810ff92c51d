"""Which dossiers a list may name, and what the counter is offered to print."""

from datetime import timedelta

import pytest

from desktop.domain.dossiers import CertifiedDocument, Relation, Status, Submitter
from desktop.domain.errors import UserError
from desktop.domain.way_commands import Approve, SendBack, Submit
from desktop.services import deciding, listing
from desktop.services.listing import LIST_FORM, RESULT_SLIP_FORM
from tests.support.wards import Ward, person
from tests.support.way import bring

CERTIFYING = "2.000815"


def refusal(ward: Ward, codes: list[str], form: str, paper: str = "") -> UserError:
    with pytest.raises(UserError) as refused:
        listing.print_list(ward.desk, ward.user("lan"), codes, form, paper)
    return refused.value


def test_a_list_names_what_one_person_handed_in_on_one_day(ward: Ward) -> None:
    mine, other = ward.receive(owner=person(1)), ward.receive(owner=person(2))
    ward.clock.advance(timedelta(days=1))
    later = ward.receive(code=CERTIFYING, documents=(CertifiedDocument(1, 1),), owner=person(1))

    refused = refusal(ward, [mine.code, other.code, later.code], LIST_FORM)

    assert refused.code == "batch_refused"
    assert [(item["code"], item["reason"]) for item in refused.details["items"]] == [
        (other.code, "not_one_submitter"),
        (later.code, "not_one_submitter"),
    ]


def test_a_dossier_without_receipt_is_on_no_list(ward: Ward) -> None:
    at_once = ward.receive(
        code=CERTIFYING, documents=(CertifiedDocument(1, 1),), owner=person(1), is_immediate=True, paid_vnd=2_000
    )

    assert refusal(ward, [at_once.code], LIST_FORM).code == "no_receipt"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], "list_length"), ([f"H29-{n}" for n in range(201)], "list_length"), (["H29-1"], "dossier_unknown")],
)
@pytest.mark.parametrize("form", [LIST_FORM, RESULT_SLIP_FORM])
def test_a_list_has_one_to_two_hundred_dossiers_of_this_ward(
    ward: Ward, form: str, codes: list[str], code: str
) -> None:
    assert refusal(ward, codes, form).code == code


def test_a_result_slip_names_only_what_was_approved_and_not_returned(ward: Ward) -> None:
    dossier = ward.receive(owner=person(1))
    bring(ward.desk, dossier.code, to=Status.SUBMITTED)

    assert refusal(ward, [dossier.code], RESULT_SLIP_FORM).code == "not_approved"


def test_a_size_the_list_is_not_drawn_on_is_refused_before_anything_is_kept(ward: Ward) -> None:
    dossier = ward.receive(owner=person(1))

    refused = refusal(ward, [dossier.code], LIST_FORM, "A5")

    assert (refused.code, refused.details["allowed"]) == ("unknown_paper", ["A4"])
    assert ward.desk.reader.find(dossier.code) == dossier


def test_no_other_form_is_a_list(ward: Ward) -> None:
    dossier = ward.receive(owner=person(1))

    assert refusal(ward, [dossier.code], "control_sheet").code == "unknown_form"


def test_the_visit_of_a_dossier_is_what_its_submitter_handed_in_that_day(ward: Ward) -> None:
    submitter = Submitter(person(1), Relation.AUTHORISED, "Giấy ủy quyền 01")
    first = ward.receive(owner=person(1))
    ward.receive(owner=person(2))
    second = ward.receive(owner=person(3), submitter=submitter)

    assert listing.of_visit(ward.desk, ward.user("lan"), second.code) == (first.code, second.code)


def test_results_are_offered_once_by_section_on_their_day(ward: Ward) -> None:
    old = ward.receive(owner=person(0)).code
    bring(ward.desk, old)
    ward.clock.advance(timedelta(days=1))
    approved, ready, waiting = (ward.receive(owner=person(n)).code for n in range(1, 4))
    bring(ward.desk, approved, to=Status.APPROVED)
    bring(ward.desk, ready)

    before = listing.results_to_hand(ward.desk, ward.user("lan"))
    listing.print_list(ward.desk, ward.user("hung"), [ready], RESULT_SLIP_FORM)
    after = listing.results_to_hand(ward.desk, ward.user("hung"))

    assert [(group.section, group.codes) for group in before] == [("tu_phap", (approved, ready))]
    assert [group.codes for group in after] == [(approved,)]
    assert waiting not in before[0].codes


def test_a_result_approved_anew_waits_for_a_slip_again(ward: Ward) -> None:
    code = ward.receive(owner=person(1)).code
    bring(ward.desk, code, to=Status.APPROVED)
    hung, chair = ward.user("hung"), ward.user("chutich")
    listing.print_list(ward.desk, hung, [code], RESULT_SLIP_FORM)
    on_slip = listing.results_to_hand(ward.desk, hung)

    deciding.send_back(ward.desk, chair, [code], SendBack("thiếu căn cứ"))
    deciding.submit(ward.desk, hung, [code], Submit())
    deciding.approve(ward.desk, chair, [code], [Approve()])

    assert on_slip == ()
    assert [results.codes for results in listing.results_to_hand(ward.desk, hung)] == [(code,)]
