"""Mẫu 01: Giấy tiếp nhận hồ sơ và hẹn trả kết quả (receipt with promised day).

Source: Circular 01/2018/TT-VPCP art. 9 and form 01 (rule pack 2018); Circular 03/2025/TT-VPCP annex I form 01
(rule pack 2025); title, mark and regulation come from the rule pack as texts. Two copies: one stays with the
dossier, one goes to the person.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.assembly import Plan, render_plan
from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.head import draw_head
from reports.elements.letterhead import Letterhead
from reports.elements.page import Ink, Paper, Sheet
from reports.elements.signatures import Signature, signature_block
from reports.elements.tables import TableColumn, as_list, table
from reports.elements.text import Run, cleaned, missing_glyphs
from reports.elements.title import Spot, Title

__all__ = [
    "CertificationRow",
    "ChangeRow",
    "ComponentRow",
    "FeeRow",
    "Paper",
    "ReceiptForm",
    "missing_glyphs",
    "render",
]

_COMPONENT_COLUMNS = (
    TableColumn("TT", 2.2, Align.CENTRE),
    TableColumn("Thành phần hồ sơ"),
    TableColumn("Bản chính", 3.5, Align.CENTRE, "Số lượng"),
    TableColumn("Bản chứng thực", 4.9, Align.CENTRE, "Số lượng"),
    TableColumn("Bản photo", 3.5, Align.CENTRE, "Số lượng"),
)
_CERTIFICATION_COLUMNS = (
    TableColumn("TT", 2.2, Align.CENTRE),
    TableColumn("Thành phần hồ sơ"),
    TableColumn("Số trang", 4.5, Align.CENTRE),
    TableColumn("Số bản", 4.5, Align.CENTRE),
)
_CHANGE_COLUMNS = (
    TableColumn("Nội dung thay đổi", 8.0),
    TableColumn("Giấy trước ghi"),
    TableColumn("Nay ghi"),
)
_AIR_MM = (1.2, 1.0)
_SIGNING_EM = 2.7
_NO_BREAK = "\u00a0"
_TABLE_GAP = 0.25


@dataclass(frozen=True, slots=True)
class ComponentRow:
    """Hold one paper of the dossier: number, name and how many of each kind."""

    no: str
    name: str
    originals: str
    certified: str
    copies: str


@dataclass(frozen=True, slots=True)
class CertificationRow:
    """Hold one document to certify: the fee is per page and copy."""

    no: str
    name: str
    pages: str
    copies: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """Hold one field a reissued receipt words differently."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FeeRow:
    """Hold one fee."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True)
class ReceiptForm:
    """Hold every text of the receipt, finished.

    An empty text leaves its line out. Text may come in any Unicode form; it is printed as NFC.

    Attributes:
        code: The dossier's code; also the PDF's title.
        parent_agency: Superior agency, in capitals.
        office: Issuing office, in capitals.
        place_and_date: "…, ngày 02 tháng 7 năm 2025".
        title: GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ.
        owner: Whose dossier it is.
        procedure: Name of the procedure.
        limit_text: "05 ngày làm việc".
        received_at: "14 giờ 05 phút, ngày 02 tháng 7 năm 2025".
        promised_at: The same for the result.
        pickup_place: Where the result is fetched.
        clerk_name: Who received it.
        qr_content: Look-up address, or the code alone.
        barcode_content: The code; left out when Code 128 cannot say it in the paper's width.
        national_title: Quốc hiệu.
        national_motto: Tiêu ngữ.
        form_mark: "Mẫu số 01".
        legal_line: The regulation the form comes from.
        receipt_number: "Số: 123/TNHS".
        book_line: "Quyển số: 01, Số thứ tự: 123".
        submitter: Who handed it in.
        address: Address.
        phone: Telephone.
        email: E-mail.
        id_number: Number of the identity paper, masked or not.
        procedure_code: Code of the procedure.
        components: Papers of the dossier.
        certifications: Documents to certify, instead of or beside components.
        sets: "01 (bộ)".
        result_by: How the result is handed over: "Trực tiếp", "Qua bưu chính".
        fees: Each fee.
        fee_total: Sum, or "Không thu".
        fee_in_words: The sum in words.
        fee_status: "Đã nộp", "Chưa nộp".
        notes: Notes at the end.
        unit_phone: Telephone of the office.
        submitter_name: Printed under the left signature.
        copy_labels: One copy is printed for each.
        reprint_mark: "IN LẠI LẦN 1".
        reissue_mark: "Cấp lại lần 1, thay giấy ngày …".
        changes: What a reissue changes.
        change_reason: Why.
        watermark: "HỌC – KHÔNG GIÁ TRỊ" in training.
    """

    code: str
    parent_agency: str
    office: str
    place_and_date: str
    title: str
    owner: str
    procedure: str
    limit_text: str
    received_at: str
    promised_at: str
    pickup_place: str
    clerk_name: str
    qr_content: str
    barcode_content: str
    national_title: str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    national_motto: str = "Độc lập - Tự do - Hạnh phúc"
    form_mark: str = ""
    legal_line: str = ""
    receipt_number: str = ""
    book_line: str = ""
    submitter: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    id_number: str = ""
    procedure_code: str = ""
    components: tuple[ComponentRow, ...] = ()
    certifications: tuple[CertificationRow, ...] = ()
    sets: str = ""
    result_by: str = ""
    fees: tuple[FeeRow, ...] = ()
    fee_total: str = ""
    fee_in_words: str = ""
    fee_status: str = ""
    notes: tuple[str, ...] = ()
    unit_phone: str = ""
    submitter_name: str = ""
    copy_labels: tuple[str, ...] = ("Liên 1: Lưu", "Liên 2: Giao cho người nộp")
    reprint_mark: str = ""
    reissue_mark: str = ""
    changes: tuple[ChangeRow, ...] = ()
    change_reason: str = ""
    watermark: str = ""


def render(form: ReceiptForm, paper: Paper) -> bytes:
    """Print the receipt.

    Args:
        form: Its texts.
        paper: A5 (the circular's format), A4, two copies on one A4, or an 80 mm roll.

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


def _draw_head(form: ReceiptForm, ink: Ink, sheet: Sheet) -> tuple[float, Spot]:
    letterhead = Letterhead(
        parent_agency=form.parent_agency,
        office=form.office,
        national_title=form.national_title,
        national_motto=form.national_motto,
        number_line=form.receipt_number,
        place_and_date=form.place_and_date,
        form_mark=form.form_mark,
        legal_line=form.legal_line,
    )
    title = Title(
        title=form.title,
        code_line=((Face.REGULAR, "Mã hồ sơ: "), (Face.BOLD, form.code)),
        marks=(form.reissue_mark,),
        framed=form.reprint_mark,
        qr_content=form.qr_content,
    )
    return draw_head(ink, sheet, letterhead, title, _AIR_MM)


def _body(form: ReceiptForm, column: Column) -> list[Block]:
    return [
        *_parties(form, column),
        *_papers(form, column),
        *_times(form, column),
        *_fees(form, column),
        *column.field("Vào Sổ theo dõi hồ sơ:", form.book_line),
        *_changes(form, column),
        *_notes(form, column),
        *_signatures(form, column),
    ]


def _parties(form: ReceiptForm, column: Column) -> list[Block]:
    code = f" ({form.procedure_code})" if form.procedure_code else ""
    request: tuple[Run, ...] = (
        (Face.REGULAR, "Nội dung yêu cầu giải quyết: "),
        (Face.BOLD, form.procedure),
        (Face.REGULAR, code),
    )
    return [
        *column.field("Tiếp nhận hồ sơ của:", form.owner, Face.BOLD),
        *column.field("Người nộp hồ sơ:", form.submitter),
        *column.field("Địa chỉ:", form.address),
        *column.pair(("Số điện thoại:", form.phone), ("Số định danh/Hộ chiếu:", form.id_number), 0.42),
        *column.field("Email:", form.email),
        column.paragraph(*request),
    ]


def _papers(form: ReceiptForm, column: Column) -> list[Block]:
    heading = "1. Thành phần hồ sơ, số lượng mỗi loại giấy tờ:"
    if not (form.components or form.certifications):
        return column.field(heading, "không có")
    blocks: list[Block] = [column.paragraph((Face.BOLD, heading), keep_next=True)]
    if column.narrow:
        blocks += as_list(column, [(f"{row.no}. {row.name}", _figures(row)) for row in form.components])
        lines = [(f"{row.no}. {row.name}", f"{row.pages} trang × {row.copies} bản") for row in form.certifications]
        return [*blocks, *as_list(column, lines)]
    if form.components:
        rows = [(row.no, row.name, row.originals, row.certified, row.copies) for row in form.components]
        blocks += [*table(column, _COMPONENT_COLUMNS, rows), column.gap(_TABLE_GAP)]
    if form.certifications:
        lists = [(row.no, row.name, row.pages, row.copies) for row in form.certifications]
        blocks += [*table(column, _CERTIFICATION_COLUMNS, lists), column.gap(_TABLE_GAP)]
    return blocks


def _figures(row: ComponentRow) -> str:
    kinds = ((row.originals, "bản chính"), (row.certified, "bản chứng thực"), (row.copies, "bản photo"))
    return ", ".join(f"{count} {kind}".replace(" ", _NO_BREAK) for count, kind in kinds if count.strip(" 0–-"))


def _times(form: ReceiptForm, column: Column) -> list[Block]:
    channel = f" ({form.result_by})" if form.result_by else ""
    promise: tuple[tuple[Run, ...], ...] = (
        ((Face.BOLD, "5. Thời gian trả kết quả giải quyết hồ sơ: "), (Face.BOLD, form.promised_at)),
        ((Face.REGULAR, "6. Đăng ký nhận kết quả tại: "), (Face.BOLD, form.pickup_place), (Face.REGULAR, channel)),
    )
    return [
        *column.pair(
            ("2. Số lượng hồ sơ:", form.sets), ("3. Thời gian giải quyết hồ sơ theo quy định là:", form.limit_text), 0.3
        ),
        *column.field("4. Thời gian nhận hồ sơ:", form.received_at),
        column.gap(0.1),
        *column.boxed(*promise),
        column.gap(_TABLE_GAP),
    ]


def _fees(form: ReceiptForm, column: Column) -> list[Block]:
    if not (form.fee_total or form.fee_status or form.fees):
        return []
    words = f" (Bằng chữ: {form.fee_in_words})" if form.fee_in_words else ""
    status = f" – {form.fee_status}" if form.fee_status and form.fee_total else form.fee_status
    total = ((Face.REGULAR, "7. Phí, lệ phí: "), (Face.BOLD, form.fee_total), (Face.ITALIC, words))
    return [
        column.paragraph(*total, (Face.REGULAR, status), keep_next=bool(form.fees)),
        *column.amounts([(fee.name, fee.amount) for fee in form.fees]),
    ]


def _changes(form: ReceiptForm, column: Column) -> list[Block]:
    if not (form.changes or form.change_reason):
        return []
    blocks: list[Block] = [column.gap(0.2)]
    if column.narrow and form.changes:
        blocks += [column.paragraph((Face.BOLD, "Nội dung thay đổi:"), keep_next=True)]
        blocks += [
            column.paragraph(
                (Face.REGULAR, f"{row.field}: {row.new} "), (Face.ITALIC, f"(giấy trước ghi: {row.old})"), indent=0.8
            )
            for row in form.changes
        ]
    elif form.changes:
        rows = [(row.field, row.old, row.new) for row in form.changes]
        blocks += [*table(column, _CHANGE_COLUMNS, rows), column.gap(_TABLE_GAP)]
    return [*blocks, *column.field("Lý do cấp lại:", form.change_reason)]


def _notes(form: ReceiptForm, column: Column) -> list[Block]:
    notes = list(form.notes)
    if form.unit_phone:
        notes.append(f"Điện thoại liên hệ: {form.unit_phone}.")
    if not notes:
        return []
    text = ((Face.BOLD, "Ghi chú: "), (Face.ITALIC, " ".join(notes)))
    return [column.gap(0.1), column.paragraph(*text, size=0.88)]


def _signatures(form: ReceiptForm, column: Column) -> list[Block]:
    signers = (
        Signature("NGƯỜI NỘP HỒ SƠ", form.submitter_name),
        Signature("NGƯỜI TIẾP NHẬN HỒ SƠ", form.clerk_name),
    )
    return [column.gap(0.5, keep_next=True), *signature_block(column, signers, _SIGNING_EM)]
