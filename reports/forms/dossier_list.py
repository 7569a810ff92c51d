"""DANH SÁCH HỒ SƠ KÈM THEO: the many-dossier variant of Mẫu 01.

Source: one person who hands in many dossiers at once gets one receipt that says "(kèm theo danh sách)" and this list on
A4 with the long side across, as provinces print it.

This module prints finished texts and formats nothing.
"""

from dataclasses import astuple, dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.handing import closing_notes
from reports.elements.page import Paper
from reports.elements.signatures import SIGN_AND_NAME, Signature, signature_block
from reports.elements.tables import TableColumn, kept, table
from reports.elements.tabular import Naming, TabularForm, plan_of, render_on
from reports.elements.text import cleaned, missing_glyphs
from reports.elements.title import CAPTION

__all__ = ["DossierListForm", "ListedDossier", "Paper", "missing_glyphs", "render"]

_COLUMNS = (
    TableColumn("TT", 2.5, Align.CENTRE),
    TableColumn("Mã hồ sơ", 7.2),
    TableColumn("Nội dung yêu cầu giải quyết", 13.0),
    TableColumn("Chủ hồ sơ", 9.0),
    TableColumn("Thành phần hồ sơ"),
    TableColumn("Số lượng (bộ)", 4.4, Align.CENTRE),
    TableColumn("Hẹn trả kết quả", 6.0, Align.CENTRE),
    TableColumn("Phí, lệ phí", 6.0, Align.RIGHT),
    TableColumn("Ghi chú", 5.4),
)
_SIGNING_EM = 3.0


@dataclass(frozen=True, slots=True)
class ListedDossier:
    """Hold one dossier of the list."""

    no: str
    code: str
    procedure: str
    owner: str
    components: str
    sets: str
    promised_at: str
    fee: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierListForm(TabularForm):
    """Hold every text of the list, finished; more in `TabularForm`.

    Attributes:
        code: Code of the receipt's dossier; also the PDF's title.
        receipt_line: "(Kèm theo Giấy tiếp nhận hồ sơ và hẹn trả kết quả số 123/TNHS ngày 02 tháng 7 năm 2025)".
        submitter: Who handed the dossiers in.
        address: Address of the submitter.
        phone: Telephone of the submitter.
        id_number: Number of the submitter's identity paper.
        received_at: When.
        rows: The dossiers.
        total_sets: Sum of the sets, in the last row of the table.
        total_fee: Sum of the fees, there too.
        total: "20 hồ sơ".
        total_in_words: "Hai mươi hồ sơ".
        submitter_name: Printed under the left signature.
        submitter_hint: Below NGƯỜI NỘP HỒ SƠ.
        clerk_name: Printed under the right one.
        qr_content: Look-up address of the receipt, or its code; empty for none.
        notes: Notes at the end.
    """

    code: str
    receipt_line: str
    submitter: str
    received_at: str
    rows: tuple[ListedDossier, ...]
    total: str
    clerk_name: str
    address: str = ""
    phone: str = ""
    id_number: str = ""
    total_sets: str = ""
    total_fee: str = ""
    total_in_words: str = ""
    submitter_name: str = ""
    submitter_hint: str = SIGN_AND_NAME
    qr_content: str = ""
    notes: tuple[str, ...] = ()
    copy_labels: tuple[str, ...] = ("Liên 1: Lưu", "Liên 2: Giao cho người nộp")


def render(form: DossierListForm, paper: Paper = Paper.A4) -> bytes:
    """Print the list with the long side across.

    Args:
        form: Its texts.
        paper: A4.

    Returns:
        A PDF file, the same to the byte for the same form.

    Raises:
        ValueError: Another paper.

    Threads: any.
    """
    form = cleaned(form)
    naming = Naming("Mã hồ sơ:", form.code, (form.receipt_line,), form.qr_content, CAPTION)
    return render_on(plan_of(form, naming, lambda column: _body(form, column)), paper)


def _body(form: DossierListForm, column: Column) -> list[Block]:
    words = f" (Bằng chữ: {form.total_in_words})" if form.total_in_words else ""
    count = ((Face.BOLD, f"Tổng số: {form.total}"), (Face.ITALIC, words))
    signers = (
        Signature("NGƯỜI NỘP HỒ SƠ", form.submitter_name, form.submitter_hint),
        Signature("NGƯỜI TIẾP NHẬN HỒ SƠ", form.clerk_name),
    )
    rows = [astuple(row) for row in form.rows]
    total = ("Cộng", form.total_sets, "", form.total_fee, "") if form.total_sets or form.total_fee else ()
    return [
        *column.pair(("Người nộp hồ sơ:", form.submitter), ("Số định danh/Hộ chiếu:", form.id_number), 0.58),
        *column.pair(("Địa chỉ:", form.address), ("Số điện thoại:", form.phone), 0.58),
        *column.field("Thời gian nhận hồ sơ:", form.received_at),
        column.gap(0.25, keep_next=True),
        *kept(table(column, _COLUMNS, rows, total)),
        column.paragraph(*count, above=0.25, keep_next=True),
        *closing_notes(column, form.notes),
        column.gap(0.5, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]
