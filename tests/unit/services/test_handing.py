"""W05 where a dossier gets another code while its paper lies on a slip."""

from datetime import datetime
from io import BytesIO

import pypdf
import pytest

from desktop.domain.dossiers import Dossier
from desktop.domain.slips import Slip
from desktop.domain.vietnamese import nfc
from desktop.domain.way_commands import MakeSlip
from desktop.services import handing, handing_list, papers
from tests.support.published import document, learnt
from tests.support.wards import Ward, person
from tests.support.way import SECTION, rename


def on_slip(ward: Ward) -> tuple[Slip, tuple[Dossier, ...]]:
    """Put two dossiers on a slip."""
    dossiers = tuple(ward.receive(owner=person(n)) for n in range(2))
    codes = tuple(dossier.code for dossier in dossiers)
    return handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, codes)).slip, dossiers


@pytest.mark.parametrize("scans_the_new", [True, False])
def test_a_paper_that_got_another_code_on_its_slip_is_received(ward: Ward, *, scans_the_new: bool) -> None:
    slip, dossiers = on_slip(ward)
    new = [rename(ward.desk, dossier) for dossier in dossiers]
    scanned = new if scans_the_new else slip.codes

    closed = handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, scanned).slip

    assert (closed.accepted, closed.missing, closed.unexpected) == (slip.codes, (), ())
    after = [ward.desk.reader.find(code) for code in new]
    assert [state and (state.custodian, state.offered_on) for state in after] == [(SECTION, "")] * 2


def test_what_got_another_code_and_did_not_come_leaves_the_slip_and_can_be_handed_over_again(ward: Ward) -> None:
    slip, (came, lacking) = on_slip(ward)
    new = rename(ward.desk, lacking)

    closed = handing.confirm_slip(ward.desk, ward.user("hung"), slip.name, [came.code]).slip

    assert closed.missing == (lacking.code,)
    again = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (new,))).slip
    assert again.codes == (new,)


def test_what_lies_on_a_slip_is_not_due_to_go_whatever_its_code(ward: Ward) -> None:
    _, dossiers = on_slip(ward)
    for dossier in dossiers:
        rename(ward.desk, dossier)

    assert handing_list.due_for_transfer(ward.desk, ward.user("lan")) == ()


def test_the_slip_s_paper_knows_whose_dossier_it_is_whatever_its_code(ward: Ward) -> None:
    slip, dossiers = on_slip(ward)
    for dossier in dossiers:
        rename(ward.desk, dossier)
    job = handing.print_slip(ward.desk, ward.user("lan"), slip.name).job
    assert job is not None

    pages = pypdf.PdfReader(BytesIO(papers.paper_of(ward.desk, job))).pages

    said = nfc(" ".join(" ".join(page.extract_text().split()) for page in pages))
    assert all(dossier.owner.name in said for dossier in dossiers)


@pytest.mark.parametrize("scans_the_new", [True, False])
def test_a_slip_is_found_by_its_dossier_whatever_code_was_printed(ward: Ward, *, scans_the_new: bool) -> None:
    slip, dossiers = on_slip(ward)
    alone = ward.receive(owner=person(5)).code
    other = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, (alone,))).slip
    new = rename(ward.desk, dossiers[1])
    scanned = new if scans_the_new else dossiers[1].code

    found = handing_list.slip_holding(ward.desk, ward.user("hung"), f" {scanned.lower()}", (other, slip))

    assert found is not None
    assert found.slip_id == slip.slip_id
    assert handing_list.slip_holding(ward.desk, ward.user("hung"), "X-1", (other, slip)) is None


def test_a_dossier_goes_on_by_the_rules_it_was_received_under_not_todays(ward: Ward) -> None:
    code = ward.receive(datetime.fromisoformat("2019-07-18T15:30:00+07:00")).code  # after the cut-off of that day
    rules = 'pack = "2018"\nsource = "QĐ 6"\n[clock]\ncut_off = 16:00:00\n'
    changed = learnt(ward, document(rules, "quy_dinh", on="2019-07-19"))
    ward.clock.set(datetime.fromisoformat("2019-07-19T08:00:00+07:00"))

    (listed,) = handing_list.due_for_transfer(changed.desk, changed.user("lan"))
    scanned = handing_list.take_for_slip(changed.desk, changed.user("lan"), code)

    assert listed.transfer_due == scanned.transfer_due == datetime.fromisoformat("2019-07-19T07:30:00+07:00")
