"""A paper size that a form is not drawn on is refused before anything is saved."""

from collections.abc import Callable

import pytest

from desktop.domain.commands import TakeFee
from desktop.domain.dossiers import CertifiedDocument, FeeMethod
from desktop.domain.errors import UserError
from desktop.domain.way_commands import MakeSlip, PrintPaper
from desktop.services import follow, handing
from desktop.services.records import JobState
from tests.support.wards import Ward
from tests.support.way import SECTION

CERTIFYING = "2.000815"
Act = Callable[[Ward, str, str], object]


def take_fee(ward: Ward, code: str, _slip: str) -> object:
    return follow.take_fee(ward.desk, ward.user("thu"), code, TakeFee(2_000, FeeMethod.CASH), "80mm")


def print_paper(ward: Ward, code: str, _slip: str) -> object:
    return follow.print_paper(ward.desk, ward.user("lan"), code, PrintPaper("control_sheet", "80mm"))


def make_slip(ward: Ward, code: str, _slip: str) -> object:
    return handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (code,)), "80mm")


def print_slip(ward: Ward, _code: str, slip: str) -> object:
    return handing.print_slip(ward.desk, ward.user("lan"), slip, "A4x2")


def print_record(ward: Ward, _code: str, slip: str) -> object:
    return handing.print_slip(ward.desk, ward.user("lan"), slip, "A5", handing.RECORD_FORM)


@pytest.mark.parametrize("act", [take_fee, print_paper, make_slip, print_slip, print_record])
def test_a_size_the_form_has_not_is_refused_before_the_act(ward: Ward, act: Act) -> None:
    dossier = ward.receive(code=CERTIFYING, documents=(CertifiedDocument(1, 1),))
    slip = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (ward.receive().code,))).slip
    waiting = ward.desk.reader.jobs(JobState.WAITING)

    with pytest.raises(UserError) as refused:
        act(ward, dossier.code, slip.name)

    assert refused.value.code == "unknown_paper"
    assert refused.value.details["allowed"]
    assert ward.desk.reader.find(dossier.code) == dossier
    assert ward.desk.way.slip(slip.name) == slip
    assert ward.desk.reader.jobs(JobState.WAITING) == waiting


def test_every_form_of_a_pack_says_its_sizes_and_its_own_is_among_them(ward: Ward) -> None:
    apart = {"register"}

    for pack in ward.desk.reference.packs:
        for form, rule in pack.forms.items():
            if form not in apart:
                assert rule.paper in ward.desk.forms.sizes(form)


def test_a_form_nobody_draws_has_no_size(ward: Ward) -> None:
    with pytest.raises(UserError, match="unknown_form"):
        ward.desk.forms.sizes("poster")


@pytest.mark.parametrize(
    ("form", "reference"), [("apology", "1"), ("fee_slip", "9"), ("supplement", "x"), ("control_sheet", "x")]
)
def test_a_reference_the_dossier_has_not_is_refused_before_the_act(ward: Ward, form: str, reference: str) -> None:
    dossier = ward.receive()

    with pytest.raises(UserError, match="no_such_paper"):
        follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper(form, "A4", reference))

    assert ward.desk.reader.find(dossier.code) == dossier


@pytest.mark.parametrize("form", ["dossier_list", "result_slip", "handover_slip", "cash_sheet"])
def test_a_paper_of_several_dossiers_is_no_paper_of_one(ward: Ward, form: str) -> None:
    dossier = ward.receive()

    with pytest.raises(UserError, match="no_such_paper"):
        follow.print_paper(ward.desk, ward.user("lan"), dossier.code, PrintPaper(form, "A4", "x"))
