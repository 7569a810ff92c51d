"""From a returned dossier to the texts of its slip."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pypdf
import pytest

from desktop.domain.acts.receiving import decide_receive
from desktop.domain.dossiers import (
    ComponentLine,
    Dossier,
    FeeMethod,
    Party,
    Payment,
    Proof,
    Relation,
    ReturnRecord,
    Status,
)
from desktop.domain.errors import UserError
from desktop.domain.facts.counter import ResultReady
from desktop.domain.units import Heading
from desktop.printing.receipts import ReceiptForms
from desktop.printing.return_slips import return_slip_form
from reports.forms.return_slip import ReturnSlipForm
from tests.support.samples import NINE, OWNER, UNIT, allotment, command, folded, packs, rules

#: A day and a minute after the dossier of the samples was received.
RETURNED_AT = datetime(2019, 7, 19, 3, 7, tzinfo=UTC)
PACK_2018, PACK_2025 = sorted(packs(), key=lambda pack: pack.id)

LISTED = (ComponentLine("TP01", "Tờ khai", required=True, originals=1),)


def record(**changes: object) -> ReturnRecord:
    plain = ReturnRecord(
        at=RETURNED_AT,
        by="user-lan",
        recipient=OWNER,
        relation=Relation.OWNER,
        proof=Proof.SIGNATURE,
        proof_reference="Ký trên liên lưu",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def returned(given: ReturnRecord | None = None, **changes: object) -> Dossier:
    """Return a dossier with a fee of 8.000 đ that nobody paid, its result in somebody's hands."""
    facts = decide_receive(command(), allotment(), rules())
    ready = folded(*facts, ResultReady("mot_cua", "Kệ A1", "Số 12/2019"))
    dossier = replace(ready, status=Status.RETURNED, returned=given or record())
    return replace(dossier, **changes)  # type: ignore[arg-type]


def slip(dossier: Dossier, **changes: object) -> ReturnSlipForm:
    unit = replace(UNIT, **changes)  # type: ignore[arg-type]
    return return_slip_form(dossier, unit=unit, pack=PACK_2018, clerk="Lan", copy_no=0, watermark="")


def paid(*parts: tuple[int, FeeMethod]) -> tuple[Payment, ...]:
    return tuple(Payment(amount_vnd, method, RETURNED_AT, "user-lan") for amount_vnd, method in parts)


@pytest.mark.parametrize("pack", [PACK_2018, PACK_2025], ids=lambda pack: pack.id)
def test_every_pack_titles_the_slip_and_gives_it_no_national_number(pack: object) -> None:
    form = return_slip_form(returned(), unit=UNIT, pack=pack, clerk="Lan", copy_no=0, watermark="")  # type: ignore[arg-type]

    assert (form.title, form.form_mark, form.legal_line) == ("GIẤY BIÊN NHẬN TRẢ KẾT QUẢ", "", "")


def test_dossier_people_and_result_are_told() -> None:
    form = slip(returned())

    assert form.code == form.barcode_content == "000.16.27.H29-190718-0001"
    assert (form.procedure, form.procedure_code, form.owner) == ("Thủ tục 1.000001", "1.000001", OWNER.name)
    assert (form.giver_name, form.unit_phone) == ("Lan", UNIT.phone)
    assert (form.recipient, form.id_number, form.phone) == (OWNER.name, OWNER.id_number, OWNER.phone)
    assert (form.relation, form.authorisation) == ("Chủ hồ sơ", "")
    assert (form.result, form.result_note) == ("Giấy", "Số 12/2019")


def test_times_are_told_in_vietnam_whatever_the_machine_says() -> None:
    form = slip(returned())

    assert form.returned_at == "10 giờ 07 phút, ngày 19 tháng 07 năm 2019"
    assert form.ready_at == "09 giờ 01 phút, ngày 18 tháng 07 năm 2019"
    assert form.promised_at == "17 giờ 00 phút, ngày 25 tháng 07 năm 2019"
    assert form.place_and_date == "Phường Mẫu, ngày 19 tháng 07 năm 2019"


def test_heading_is_that_of_the_day_of_return() -> None:
    headings = (*UNIT.headings, Heading(date(2019, 7, 19), "UBND MỚI", "TRUNG TÂM", "Trung tâm"))

    form = slip(returned(), headings=headings)

    assert (form.parent_agency, form.office) == ("UBND MỚI", "TRUNG TÂM")


def test_an_authorised_recipient_brings_his_paper() -> None:
    given = record(
        recipient=Party("Lê Thị Thay", id_number="079090099999", email="thay@example.vn"),
        relation=Relation.AUTHORISED,
        authorisation="Giấy ủy quyền số 5",
    )

    form = slip(returned(given))

    assert (form.recipient, form.email) == ("Lê Thị Thay", "thay@example.vn")
    assert (form.relation, form.authorisation) == ("Người được ủy quyền", "Giấy ủy quyền số 5")
    assert form.owner == OWNER.name


@pytest.mark.parametrize(
    ("proof", "words", "hint", "acknowledges"),
    [
        (Proof.SIGNATURE, "Chữ ký của người nhận (số 7)", "(Ký và ghi rõ họ tên)", True),
        (Proof.PHOTO, "Ảnh chụp khi nhận (số 7)", "(Ký và ghi rõ họ tên)", True),
        (Proof.POSTAL, "Bưu gửi (số 7)", "(Nhận qua bưu chính)", False),
        (Proof.ELECTRONIC, "Trả bản điện tử (số 7)", "(Nhận bản điện tử)", False),
    ],
)
def test_only_who_was_there_is_asked_to_sign(proof: Proof, words: str, hint: str, acknowledges: bool) -> None:
    form = slip(returned(record(proof=proof, proof_reference="số 7")))

    assert (form.proof, form.recipient_hint, bool(form.acknowledgement)) == (words, hint, acknowledges)


@pytest.mark.parametrize(
    ("codes", "names"), [((), ()), (("TP02",), ("Bản chính",)), (("TP02", "TP01"), ("Tờ khai", "Bản chính"))]
)
def test_originals_are_named_in_the_receipts_order(codes: Sequence[str], names: Sequence[str]) -> None:
    assert slip(returned(record(originals_returned=tuple(codes)))).originals == tuple(names)


def test_an_original_outside_the_list_is_named_and_no_other_with_it() -> None:
    extras = tuple(ComponentLine("", name, required=False, originals=1) for name in ("Sổ đỏ", "Hộ chiếu"))

    form = slip(returned(record(originals_returned=("TP01", "Hộ chiếu")), components=(*LISTED, *extras)))

    assert form.originals == ("Tờ khai", "Hộ chiếu")


def test_reason_for_the_missing_receipt_is_told() -> None:
    assert slip(returned()).without_receipt_reason == ""
    assert slip(returned(record(without_receipt_reason="mất giấy"))).without_receipt_reason == "mất giấy"


@pytest.mark.parametrize(
    ("payments", "exemption", "expected"),
    [
        ((), "", ("", "", "")),
        ((), "hộ nghèo", ("0 đ", "", "được miễn")),
        (paid((0, FeeMethod.EXEMPT)), "", ("0 đ", "", "được miễn")),
        (paid((8_000, FeeMethod.CASH)), "", ("8.000 đ", "Tám nghìn đồng", "tiền mặt")),
        (
            paid((3_000, FeeMethod.TRANSFER), (5_000, FeeMethod.CASH)),
            "",
            ("8.000 đ", "Tám nghìn đồng", "tiền mặt, chuyển khoản"),
        ),
        (
            paid((3_000, FeeMethod.CASH), (0, FeeMethod.EXEMPT)),
            "",
            ("3.000 đ", "Ba nghìn đồng", "tiền mặt, phần còn lại được miễn"),
        ),
    ],
)
def test_fee_is_what_was_taken(payments: tuple[Payment, ...], exemption: str, expected: tuple[str, ...]) -> None:
    form = slip(returned(payments=payments, exemption=exemption))

    assert (form.fee_total, form.fee_in_words, form.fee_status) == expected


@pytest.mark.parametrize(
    ("southern", "words"), [(True, "Một trăm lẻ tám nghìn đồng"), (False, "Một trăm linh tám nghìn đồng")]
)
def test_sum_is_said_the_units_way(southern: bool, words: str) -> None:
    form = slip(returned(payments=paid((108_000, FeeMethod.CASH))), southern_words=southern)

    assert form.fee_in_words == words


def test_result_without_a_name_is_called_a_result() -> None:
    dossier = returned()

    form = slip(replace(dossier, procedure=replace(dossier.procedure, result_name="")))

    assert form.result == "Kết quả giải quyết thủ tục hành chính"


@pytest.mark.parametrize(
    ("base", "content", "caption"),
    [
        ("", "000.16.27.H29-190718-0001", "Quét mã tra cứu"),
        (
            "https://mc.example/",
            "https://mc.example/tra-cuu/000.16.27.H29-190718-0001?k=0123456789",
            "Quét mã để đánh giá mức độ hài lòng",
        ),
    ],
)
def test_qr_says_what_the_receipts_says_and_asks_for_a_rating_where_there_is_a_page(
    base: str, content: str, caption: str
) -> None:
    form = slip(returned(), lookup_base=base)

    assert (form.qr_content, form.qr_caption) == (content, caption)


def test_a_further_copy_is_marked() -> None:
    further = return_slip_form(returned(), unit=UNIT, pack=PACK_2018, clerk="Lan", copy_no=2, watermark="")

    assert (slip(returned()).reprint_mark, further.reprint_mark) == ("", "IN LẠI LẦN 2")


def test_without_a_return_there_is_no_slip() -> None:
    with pytest.raises(UserError) as refused:
        slip(folded(*decide_receive(command(), allotment(), rules()), start=NINE))

    assert (refused.value.code, refused.value.details["code"]) == ("not_returned", "000.16.27.H29-190718-0001")


@pytest.mark.parametrize("is_training", [True, False])
def test_training_papers_are_marked_worthless(is_training: bool) -> None:
    forms = ReceiptForms(is_training=is_training)

    pdf = forms.return_slip(returned(), unit=UNIT, pack=PACK_2018, clerk="Lan", paper="A5", copy_no=0)

    pages = [page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages]
    assert len(pages) == 2
    assert all(("HỌC – KHÔNG GIÁ TRỊ" in page) is is_training for page in pages)


def test_an_unknown_paper_is_refused() -> None:
    forms = ReceiptForms(is_training=True)

    with pytest.raises(UserError) as refused:
        forms.return_slip(returned(), unit=UNIT, pack=PACK_2018, clerk="Lan", paper="A3", copy_no=0)

    assert refused.value.code == "unknown_paper"
