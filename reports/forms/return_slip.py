"""GIẤY BIÊN NHẬN TRẢ KẾT QUẢ: who gave a result to whom, when, what went with it and what proves it.

Source: no national form; its content follows from Decree 61/2018 art. 20 (who may collect a result, originals
given back) and the slip provinces print every day. Two copies: one stays with the dossier, one goes to the person.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.assembly import Plan, render_plan
from reports.elements.column import Column
from reports.elements.flow import Block
from reports.elements.fonts import Face
from reports.elements.head import draw_head
from reports.elements.letterhead import Letterhead
from reports.elements.page import Ink, Paper, Sheet
from reports.elements.signatures import SIGN_AND_NAME, Signature, signature_block
from reports.elements.text import cleaned, missing_glyphs
from reports.elements.title import CAPTION, Spot, Title

__all__ = ["Paper", "ReturnSlipForm", "missing_glyphs", "render"]

_AIR_MM = (1.8, 1.5)
_SIGNING_EM = 2.7
_GROUP_GAP = 0.25


@dataclass(frozen=True, slots=True)
class ReturnSlipForm:
    """Hold every text of the slip, finished.

    An empty text leaves its line out. Text may come in any Unicode form; it is printed as NFC.

    Attributes:
        code: The dossier's code; also the PDF's title.
        parent_agency: Superior agency, in capitals.
        office: Issuing office, in capitals.
        place_and_date: "…, ngày 09 tháng 7 năm 2025".
        title: GIẤY BIÊN NHẬN TRẢ KẾT QUẢ.
        procedure: Name of the procedure.
        owner: Whose dossier it is.
        giver_name: Who handed the result over.
        recipient: Who took it.
        relation: "Chủ hồ sơ", "Người được ủy quyền".
        result: What was handed over.
        returned_at: "09 giờ 05 phút, ngày 09 tháng 7 năm 2025".
        proof: What proves it: "Chữ ký của người nhận (Ký trên liên lưu)".
        qr_content: Look-up address, or the code alone.
        barcode_content: The code; left out when Code 128 cannot say it in the paper's width.
        national_title: Quốc hiệu.
        national_motto: Tiêu ngữ.
        form_mark: Number of the form, should a rule pack ever give it one.
        legal_line: The regulation it comes from, likewise.
        procedure_code: Code of the procedure.
        promised_at: When the result was promised for.
        ready_at: When it lay at the counter.
        unit_phone: Telephone of the office.
        id_number: Number of the recipient's identity paper.
        phone: Telephone of the recipient.
        email: E-mail of the recipient.
        authorisation: The paper by which somebody else than the owner takes it.
        without_receipt_reason: Why the receipt was not shown; empty when it was.
        result_note: Number, date and summary of the result.
        originals: Names of the papers whose originals went back.
        fee_total: Fee taken; empty when there was none to take.
        fee_in_words: The sum in words.
        fee_status: How it was paid: "tiền mặt", "được miễn".
        acknowledgement: The sentence the recipient signs.
        notes: Notes at the end.
        qr_caption: Below the QR code: what its page is for.
        recipient_hint: Below NGƯỜI NHẬN: to sign, or why there is no signature.
        copy_labels: One copy is printed for each.
        reprint_mark: "IN LẠI LẦN 1".
        watermark: "HỌC – KHÔNG GIÁ TRỊ" in training.
    """

    code: str
    parent_agency: str
    office: str
    place_and_date: str
    title: str
    procedure: str
    owner: str
    giver_name: str
    recipient: str
    relation: str
    result: str
    returned_at: str
    proof: str
    qr_content: str
    barcode_content: str
    national_title: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    national_motto: str = "Độc lập - Tự do - Hạnh phúc"
    form_mark: str = ""
    legal_line: str = ""
    procedure_code: str = ""
    promised_at: str = ""
    ready_at: str = ""
    unit_phone: str = ""
    id_number: str = ""
    phone: str = ""
    email: str = ""
    authorisation: str = ""
    without_receipt_reason: str = ""
    result_note: str = ""
    originals: tuple[str, ...] = ()
    fee_total: str = ""
    fee_in_words: str = ""
    fee_status: str = ""
    acknowledgement: str = ""
    notes: tuple[str, ...] = ()
    qr_caption: str = CAPTION
    recipient_hint: str = SIGN_AND_NAME
    copy_labels: tuple[str, ...] = ("Liên 1: Lưu", "Liên 2: Giao cho người nhận")
    reprint_mark: str = ""
    watermark: str = ""


def render(form: ReturnSlipForm, paper: Paper) -> bytes:
    """Print the slip.

    Args:
        form: Its texts.
        paper: A5, A4, two copies on one A4, or an 80 mm roll.

    Returns:
        A PDF file, the same to the byte for the same form. `missing_glyphs` tells which letters became □.

    Threads: any.
    """
    form = cleaned(form)
    plan = Plan(
        code=form.code,
        strip_content=form.barcode_content,
        running_head=f"{form.title} – Mã hồ sơ: {form.code}",
        copy_labels=form.copy_labels,
        watermark=form.watermark,
        draw_head=lambda ink, sheet: _draw_head(form, ink, sheet),
        body=lambda column: _body(form, column),
    )
    return render_plan(plan, paper)


def _draw_head(form: ReturnSlipForm, ink: Ink, sheet: Sheet) -> tuple[float, Spot]:
    letterhead = Letterhead(
        parent_agency=form.parent_agency,
        office=form.office,
        national_title=form.national_title,
        national_motto=form.national_motto,
        number_line="",
        place_and_date=form.place_and_date,
        form_mark=form.form_mark,
        legal_line=form.legal_line,
    )
    title = Title(
        title=form.title,
        code_line=((Face.REGULAR, "Mã hồ sơ: "), (Face.BOLD, form.code)),
        framed=form.reprint_mark,
        qr_content=form.qr_content,
        caption=form.qr_caption,
    )
    return draw_head(ink, sheet, letterhead, title, _AIR_MM)


def _body(form: ReturnSlipForm, column: Column) -> list[Block]:
    return [
        *_dossier(form, column),
        *_people(form, column),
        *_handed_over(form, column),
        *_moment(form, column),
        *_fee(form, column),
        *_end(form, column),
    ]


def _dossier(form: ReturnSlipForm, column: Column) -> list[Block]:
    code = f" ({form.procedure_code})" if form.procedure_code else ""
    name = ((Face.REGULAR, "1. Tên thủ tục hành chính: "), (Face.BOLD, form.procedure), (Face.REGULAR, code))
    return [
        column.paragraph(*name),
        *column.field("Chủ hồ sơ:", form.owner, Face.BOLD),
        *column.field("Hẹn trả kết quả:", form.promised_at),
        *column.field("Có kết quả lúc:", form.ready_at),
        column.gap(_GROUP_GAP),
    ]


def _people(form: ReturnSlipForm, column: Column) -> list[Block]:
    return [
        *column.field("2. Người trả kết quả:", form.giver_name, Face.BOLD),
        *column.field("Điện thoại liên hệ:", form.unit_phone),
        column.gap(_GROUP_GAP),
        *column.field("3. Người nhận kết quả:", form.recipient, Face.BOLD, keep_next=True),
        *column.pair(("Số định danh/Hộ chiếu:", form.id_number), ("Tư cách:", form.relation), 0.5),
        *column.field("Giấy tờ ủy quyền:", form.authorisation),
        *column.pair(("Điện thoại:", form.phone), ("Email:", form.email), 0.5),
        *column.field("Người nhận không xuất trình giấy hẹn:", form.without_receipt_reason),
        column.gap(_GROUP_GAP),
    ]


def _handed_over(form: ReturnSlipForm, column: Column) -> list[Block]:
    label = "Bản chính trả lại:"
    blocks = [
        column.paragraph((Face.REGULAR, "4. Kết quả và giấy tờ trả gồm:"), keep_next=True),
        *column.field("Loại kết quả:", form.result, Face.BOLD),
        *column.field("Ghi chú kết quả:", form.result_note),
    ]
    if not form.originals:
        return [*blocks, *column.field(label, "không có"), column.gap(_GROUP_GAP)]
    return [*blocks, *column.numbered(label, form.originals), column.gap(_GROUP_GAP)]


def _moment(form: ReturnSlipForm, column: Column) -> list[Block]:
    at = ((Face.BOLD, "5. Thời điểm trả: "), (Face.BOLD, form.returned_at))
    proof = ((Face.REGULAR, "Bằng chứng: "), (Face.REGULAR, form.proof))
    return [*column.boxed(at, proof), column.gap(_GROUP_GAP)]


def _fee(form: ReturnSlipForm, column: Column) -> list[Block]:
    if not form.fee_total:
        return []
    words = f" (Bằng chữ: {form.fee_in_words})" if form.fee_in_words else ""
    status = f" – {form.fee_status}" if form.fee_status else ""
    total = ((Face.REGULAR, "6. Phí, lệ phí đã thu: "), (Face.BOLD, form.fee_total), (Face.ITALIC, words))
    return [column.paragraph(*total, (Face.REGULAR, status))]


def _end(form: ReturnSlipForm, column: Column) -> list[Block]:
    blocks: list[Block] = [column.gap(0.2)]
    if form.acknowledgement:
        blocks.append(column.paragraph((Face.REGULAR, form.acknowledgement)))
    if form.notes:
        notes = ((Face.BOLD, "Ghi chú: "), (Face.ITALIC, " ".join(form.notes)))
        blocks.append(column.paragraph(*notes, size=0.88))
    signers = (
        Signature("NGƯỜI TRẢ KẾT QUẢ", form.giver_name),
        Signature("NGƯỜI NHẬN KẾT QUẢ", form.recipient, form.recipient_hint),
    )
    return [*blocks, column.gap(0.6, keep_next=True), *signature_block(column, signers, _SIGNING_EM)]
