"""From a dossier to the texts of its receipt."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from desktop.domain.acts.correcting import CORRECTABLE, decide_correct
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.catalogue import FeeKind, FeeRule
from desktop.domain.commands import ComponentCount, Correct
from desktop.domain.dossiers import (
    ApplicantKind,
    CertifiedDocument,
    Change,
    Channel,
    Dossier,
    FeeMethod,
    Party,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.errors import UserError
from desktop.domain.events import Fact
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.units import PAPERS, Heading
from desktop.domain.vietnamese import paper_datetime
from desktop.printing.receipts import ReceiptForms, limit_words, receipt_form
from desktop.printing.words import TRAINING_MARK, lookup_address
from reports.forms.receipt import Paper, ReceiptForm
from tests.support.samples import NINE, OWNER, REASON, UNIT, allotment, command, folded, packs, procedure, rules

PACKS = {pack.id: pack for pack in packs()}


def received(*more: Fact, **fields: object) -> Dossier:
    return folded(*decide_receive(command(**fields), allotment(), rules()), *more)


def form(dossier: Dossier, *, pack: str = "2018", copy_no: int = 0, watermark: str = "", **unit: object) -> ReceiptForm:
    place = replace(UNIT, **unit)  # type: ignore[arg-type]
    return receipt_form(dossier, unit=place, pack=PACKS[pack], clerk="Lan", copy_no=copy_no, watermark=watermark)


def test_a_receipt_says_who_what_and_until_when() -> None:
    made = form(received())

    assert (made.owner, made.submitter, made.clerk_name) == (OWNER.name, OWNER.name, "Lan")
    assert made.procedure_code == "1.000001"
    assert (made.limit_text, made.sets) == ("05 ngày làm việc", "01 (bộ)")
    assert made.received_at == paper_datetime(NINE)
    assert made.promised_at == paper_datetime(datetime.fromisoformat("2019-07-25T17:00:00+07:00"))
    assert (made.receipt_number.startswith("Số: 01"), made.book_line) == (True, "Quyển số: 01, Số thứ tự: 01")
    assert made.barcode_content == made.code == "000.16.27.H29-190718-0001"
    assert (made.reprint_mark, made.reissue_mark, made.watermark, made.changes) == ("", "", "", ())


def test_the_form_keeps_the_heading_and_rules_of_the_day_of_receipt() -> None:
    headings = (*UNIT.headings, Heading(date(2025, 7, 1), "MỚI", "TRUNG TÂM", "Trung tâm"))

    assert form(received(), headings=headings).parent_agency == "UBND PHƯỜNG MẪU"
    assert form(received(), pack="2018").legal_line != form(received(), pack="2025").legal_line


def test_missing_contacts_are_those_of_who_stood_there() -> None:
    mother = Party("Trần Mẹ", phone="0987654321", address="5 đường B", email="me@example.vn")

    made = form(received(owner=Party("Bé Na"), submitter=Submitter(mother, Relation.AUTHORISED, "số 1")))

    assert (made.phone, made.address, made.email, made.submitter) == (
        "0987654321", "5 đường B", "me@example.vn", "Trần Mẹ",
    )  # fmt: skip


def test_only_papers_handed_in_are_listed_and_numbered() -> None:
    of = procedure(names=("A", "B?", "C"))
    counts = (ComponentCount("TP01", originals=1, copies=12), ComponentCount("TP03", certified=2))

    rows = form(received(procedure=of, components=counts)).components

    assert [tuple(getattr(row, name) for name in row.__slots__) for row in rows] == [
        ("1", "A", "01", "–", "12"),
        ("2", "C", "–", "02", "–"),
    ]


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit(5, LimitUnit.WORKING_DAY), "05 ngày làm việc"),
        (Limit(15, LimitUnit.DAY), "15 ngày"),
        (Limit(4, LimitUnit.HOUR), "04 giờ làm việc"),
        (Limit(1, LimitUnit.SESSION), "01 buổi làm việc"),
        (Limit(0, LimitUnit.SAME_DAY), "Trong ngày làm việc"),
        (Limit(0, LimitUnit.IMMEDIATE), "Trả ngay"),
    ],
)
def test_a_limit_is_said_in_words(limit: Limit, words: str) -> None:
    assert limit_words(limit) == words


@pytest.mark.parametrize(
    ("more", "fields", "status"),
    [
        ((), {}, "Chưa nộp"),
        ((FeeTaken(8_000, FeeMethod.CASH),), {}, "Đã nộp"),
        ((FeeTaken(8_000, FeeMethod.TRANSFER),), {}, "Đã nộp (chuyển khoản)"),
        ((FeeTaken(3_000, FeeMethod.CASH),), {}, "Đã nộp 3.000 đ, còn 5.000 đ"),
        ((FeeTaken(3_000, FeeMethod.CASH), FeeTaken(5_000, FeeMethod.TRANSFER)), {}, "Đã nộp"),
        (
            (FeeTaken(3_000, FeeMethod.CASH), FeeTaken(0, FeeMethod.EXEMPT, REASON)),
            {},
            "Đã nộp 3.000 đ, phần còn lại được miễn",
        ),
        ((FeeTaken(0, FeeMethod.EXEMPT, REASON),), {}, "Được miễn"),
        ((), {"exemption": "hộ nghèo"}, ""),
    ],
)
def test_what_was_paid_is_said(more: tuple[Fact, ...], fields: dict[str, object], status: str) -> None:
    assert form(received(*more, **fields)).fee_status == status


def test_a_fee_stands_in_figures_and_words_and_no_fee_says_so() -> None:
    dear = received(procedure=procedure(fees=(FeeRule(FeeKind.FIXED, "Lệ phí", 24_000),)))
    free = form(received(exemption="hộ nghèo"))

    assert (form(dear).fee_total, form(dear).fee_in_words) == ("24.000 đ", "Hai mươi bốn nghìn đồng")
    assert form(dear, southern_words=False).fee_in_words == "Hai mươi tư nghìn đồng"
    assert (free.fee_total, free.fee_in_words, free.fees) == ("Không thu", "", ())


def test_documents_to_certify_are_listed() -> None:
    of = procedure(fees=(FeeRule(FeeKind.PAGES, "Phí"),))
    rows = form(received(procedure=of, documents=(CertifiedDocument(3, 2), CertifiedDocument(1, 1)))).certifications

    assert [tuple(getattr(row, name) for name in row.__slots__) for row in rows] == [
        ("1", "Văn bản 1", "3", "2"),
        ("2", "Văn bản 2", "1", "1"),
    ]


def test_a_copy_is_marked() -> None:
    assert "1" in form(received(ReceiptPrinted(1, 1, "A5")), copy_no=1).reprint_mark


def test_a_reissue_names_its_number_the_paper_it_replaces_and_every_change() -> None:
    given = Correct({"applicant.kind": "business", "result_by": "post", "exemption": "hộ nghèo"}, REASON)
    (fact,) = decide_correct(received(), given, procedure(), rules())

    made = form(received(fact))

    assert made.reissue_mark == "Cấp lại lần 1, thay giấy ngày 18 tháng 07 năm 2019"
    assert made.change_reason == REASON
    assert [(row.field, row.old, row.new) for row in made.changes] == [
        ("Loại chủ hồ sơ", "Công dân", "Doanh nghiệp"),
        ("Cách nhận kết quả", "Nhận trực tiếp", "Qua dịch vụ bưu chính công ích"),
        ("Lý do miễn phí", "", "hộ nghèo"),
        ("Phí, lệ phí", "8.000 đ", "0 đ"),
    ]


@pytest.mark.parametrize(("stored", "printed"), [("1990-01-02", "02/01/1990"), ("1990", "1990"), ("", "")])
def test_a_corrected_day_of_birth_is_printed_as_people_write_it(stored: str, printed: str) -> None:
    changes = (Change("applicant.birth_date", stored, "1991-12-31"),)

    (row,) = form(replace(received(), changes=changes)).changes

    assert (row.old, row.new) == (printed, "31/12/1991")


def test_corrected_papers_are_printed_as_people_count_them() -> None:
    changes = (Change("components", "Tờ khai: 1/0/0; Giấy tờ: 0/0/1", "Tờ khai: 1/0/0; Giấy tờ: 0/1/2"),)

    (row,) = form(replace(received(), changes=changes)).changes

    assert (row.old, row.new) == ("Giấy tờ (01 bản sao)", "Giấy tờ (01 bản chứng thực, 02 bản sao)")


def test_no_correction_prints_an_english_word() -> None:
    values = [*ApplicantKind, *ResultBy, *Relation, *Channel]
    dossier = received()
    fields = tuple(Change(field, "a", "b") for field in sorted(CORRECTABLE))
    kinds = tuple(Change("x", value.value, value.value) for value in values)

    rows = form(replace(dossier, changes=fields + kinds)).changes

    assert not {row.field for row in rows[: len(fields)]} & CORRECTABLE
    assert not {row.old for row in rows[len(fields) :]} & {value.value for value in values}


def test_the_square_code_leads_to_the_page_with_its_key() -> None:
    dossier = received()

    with_city = lookup_address(dossier, replace(UNIT, lookup_base="https://tracuu.example/"))

    assert with_city == "https://tracuu.example/tra-cuu/000.16.27.H29-190718-0001?k=0123456789"
    assert lookup_address(dossier, UNIT) == dossier.code


def test_the_papers_of_the_domain_are_those_of_the_form() -> None:
    assert [paper.value for paper in Paper] == list(PAPERS)


@pytest.mark.parametrize("paper", PAPERS)
def test_every_paper_makes_a_pdf_of_whatever_was_typed(paper: str) -> None:
    odd = Party("A & <b>B</b> <para>&nbsp; 漢字 😀 " + "dài" * 60, address="<i>" * 20, phone="0912345678")

    made = ReceiptForms(is_training=True).receipt(
        received(owner=odd, note="</para><br/>" * 50),
        unit=UNIT,
        pack=PACKS["2018"],
        clerk="Lan",
        paper=paper,
        copy_no=2,
    )

    assert made.startswith(b"%PDF")


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(UserError, match="unknown_paper"):
        ReceiptForms(is_training=False).receipt(
            received(), unit=UNIT, pack=PACKS["2018"], clerk="Lan", paper="A3", copy_no=0
        )


def test_training_papers_are_marked_worthless() -> None:
    assert form(received(), watermark=TRAINING_MARK).watermark == "HỌC – KHÔNG GIÁ TRỊ"
