"""Papers that name several dossiers, from real wards and services to what their PDFs say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import CertifiedDocument, Dossier, Relation, ResultBy, Status, Submitter
from desktop.domain.vietnamese import nfc
from desktop.domain.way_commands import MakeSlip
from desktop.services import follow, handing, listing, papers
from desktop.services.records import PrintJob
from tests.reports.reading import squeezed
from tests.support.wards import Ward, make_ward, person
from tests.support.way import SECTION, bring

DAYS = {"2018": "2019-07-18T09:00:00+07:00", "2025": "2025-10-20T09:00:00+07:00"}
CERTIFYING = "2.000815"


@pytest.fixture(params=DAYS)
def ward(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ward]:
    """Give a training ward on a working morning under each pack."""
    made = make_ward(tmp_path)
    made.clock.set(datetime.fromisoformat(DAYS[request.param]))
    yield made
    made.database.close()


def text_of(ward: Ward, job: PrintJob | None) -> str:
    """Return what a paper says, without blanks: columns break codes and names."""
    assert job is not None
    pages = pypdf.PdfReader(BytesIO(papers.paper_of(ward.desk, job))).pages
    return squeezed(nfc("".join(page.extract_text() for page in pages)))


def handed_in(ward: Ward, n: int) -> list[Dossier]:
    """Return what one person handed in: births of others and papers to certify."""
    submitter = Submitter(person(40), Relation.AUTHORISED, "Giấy ủy quyền 01")
    births = [ward.receive(owner=person(each), submitter=submitter) for each in range(n - 1)]
    documents = (CertifiedDocument(3, 5), CertifiedDocument(1, 2))
    return [*births, ward.receive(code=CERTIFYING, documents=documents, owner=person(40))]


def test_the_list_names_every_dossier_its_papers_fees_and_sums(ward: Ward) -> None:
    dossiers = handed_in(ward, 4)
    codes = [dossier.code for dossier in dossiers]

    done = listing.print_list(ward.desk, ward.user("lan"), codes, listing.LIST_FORM)

    said = text_of(ward, done.job)
    for dossier in dossiers:
        assert squeezed(dossier.code) in said
        assert squeezed(dossier.owner.name) in said
        assert squeezed(f"Giấy số {dossier.receipt.number:02d}") in said
    fee = f"{sum(dossier.fee_vnd for dossier in dossiers):,}".replace(",", ".")
    for wanted in (
        "DANH SÁCH HỒ SƠ KÈM THEO",
        "04 hồ sơ",
        "Bằng chữ: Bốn",
        f"{fee} đ",
        person(40).name,
        "Nguyễn Thị Lan",
    ):
        assert squeezed(wanted) in said
    assert squeezed("văn bản 1: 3 trang, 5 bản") in said
    assert squeezed("HỌC – KHÔNG GIÁ TRỊ") in said
    assert "INLẠI" not in said


def test_the_same_list_again_is_a_copy_and_shows_the_dossiers_as_they_were(ward: Ward) -> None:
    dossiers = handed_in(ward, 2)
    codes = [dossier.code for dossier in dossiers]
    first = listing.print_list(ward.desk, ward.user("lan"), codes, listing.LIST_FORM)
    before = text_of(ward, first.job)

    bring(ward.desk, *codes)
    again = listing.print_list(ward.desk, ward.user("lan"), codes, listing.LIST_FORM)
    other = listing.print_list(ward.desk, ward.user("lan"), codes[:1], listing.LIST_FORM)

    assert (first.job.copy_no, again.job.copy_no, other.job.copy_no) == (0, 1, 0)
    assert "INLẠILẦN1" in text_of(ward, again.job)
    assert text_of(ward, first.job) == before


def test_the_result_slip_says_who_gives_what_to_the_counter(ward: Ward) -> None:
    free = ward.receive(owner=person(1), result_by=ResultBy.POST)
    paid = ward.receive(code=CERTIFYING, documents=(CertifiedDocument(3, 5),), owner=person(2))
    bring(ward.desk, free.code, paid.code)
    ward.clock.advance(timedelta(minutes=5))

    done = listing.print_list(ward.desk, ward.user("lan"), [free.code, paid.code], listing.RESULT_SLIP_FORM)

    said = text_of(ward, done.job)
    for wanted in ("PHIẾU BÀN GIAO KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "Trần Quốc Hùng", "Ký hiệu: KQ-20"):
        assert squeezed(wanted) in said
    unit = ward.desk.reader.unit()
    for wanted in (unit.section_name("tu_phap"), unit.section_name(unit.counter_section), "02 hồ sơ", "09 giờ 05 phút"):
        assert squeezed(wanted) in said
    for dossier in (free, paid):
        assert squeezed(dossier.code) in said
        assert squeezed(dossier.procedure.result_name) in said


def test_what_is_approved_is_given_by_the_section_that_holds_it(ward: Ward) -> None:
    dossier = ward.receive(owner=person(1))
    bring(ward.desk, dossier.code, to=Status.APPROVED)

    done = listing.print_list(ward.desk, ward.user("hung"), [dossier.code], listing.RESULT_SLIP_FORM)
    before = text_of(ward, done.job)
    follow.mark_result_ready(ward.desk, ward.user("hung"), dossier.code, MarkResultReady("Kệ A1"))

    assert squeezed(ward.desk.reader.unit().section_name("tu_phap")) in before
    assert text_of(ward, done.job) == before


def test_the_record_has_unit_limit_and_sets_of_each_dossier_of_a_slip(ward: Ward) -> None:
    dossiers = [ward.receive(owner=person(n)) for n in range(3)]
    made = handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(SECTION, tuple(each.code for each in dossiers)))

    done = handing.print_slip(ward.desk, ward.user("lan"), made.slip.name, form=handing.RECORD_FORM)
    again = handing.print_slip(ward.desk, ward.user("lan"), made.slip.name, form=handing.RECORD_FORM)

    said = text_of(ward, done.job)
    for wanted in ("BIÊN BẢN GIAO NHẬN HỒ SƠ", made.slip.name, "Thời hạn xử lý", "03 hồ sơ", "Bằng chữ: Ba"):
        assert squeezed(wanted) in said
    for dossier in dossiers:
        assert squeezed(dossier.owner.name) in said
    assert squeezed(ward.desk.reader.unit().section_name("tu_phap")) in said
    assert "INLẠI" not in said
    assert "INLẠILẦN1" in text_of(ward, again.job)
    assert ward.desk.way.slip(made.slip.name) == replace(made.slip, reprints=0)
