"""BẢNG KÊ THU PHÍ, LỆ PHÍ CUỐI NGÀY: every voucher of one clerk's day, with the sums to hand in.

Source: no national form; Decree 61/2018 art. 12 wants fees settled, and a cashier cannot take money without a list.

This module prints finished texts and adds nothing up: the sums come with the rows.
"""

from dataclasses import astuple, dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.handing import closing_notes
from reports.elements.page import A4, Paper
from reports.elements.signatures import Signature, signature_block
from reports.elements.tables import TableColumn, kept, table
from reports.elements.tabular import Naming, Sheets, TabularForm, plan_of, render_on
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["CashRow", "CashSheetForm", "Paper", "missing_glyphs", "render"]

_COLUMNS = (
    TableColumn("TT", 2.4, Align.CENTRE),
    TableColumn("Số phiếu", 6.2, Align.CENTRE),
    TableColumn("Giờ", 3.0, Align.CENTRE),
    TableColumn("Mã hồ sơ", 6.4),
    TableColumn("Người nộp tiền"),
    TableColumn("Nội dung thu"),
    TableColumn("Tiền mặt", 5.1, Align.RIGHT, "Số tiền (đồng)"),
    TableColumn("Chuyển khoản", 5.1, Align.RIGHT, "Số tiền (đồng)"),
)
_SIGNING_EM = 3.2
_SHEETS: Sheets = {Paper.A4: (A4, (11.0, 10.5, 10.0))}


@dataclass(frozen=True, slots=True)
class CashRow:
    """Hold one voucher: one of the two amounts, or "0" with the reason of an exemption in its item."""

    no: str
    voucher: str
    time: str
    code: str
    payer: str
    item: str
    cash: str = ""
    transfer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CashSheetForm(TabularForm):
    """Hold every text of the sheet, finished; more in `TabularForm`.

    Attributes:
        number: "0123/BK", without "Số:"; also the PDF's title.
        day_line: "Ngày 09 tháng 7 năm 2025", below the title.
        clerk: Whose day it is.
        counter: "Quầy số 03".
        rows: The vouchers in their order.
        total_cash: Sum of the cash.
        total_transfer: Sum of the transfers.
        total: Both together: "1.325.000 đồng".
        total_in_words: The same in words.
        count: "40 phiếu thu".
        exempted: "03 hồ sơ được miễn", empty for none.
        cancelled: "Phiếu hủy: 0123/PT (ghi nhầm số tiền)", empty for none.
        handed_in: "Tiền mặt nộp thủ quỹ: 1.000.000 đồng", empty when not yet.
        collector_title: Above the first signature.
        accountant_title: Above the second.
        accountant: Name, or empty to sign by hand.
        head_title: Above the third.
        head: Name, or empty.
        notes: Notes at the end.
    """

    number: str
    day_line: str
    clerk: str
    rows: tuple[CashRow, ...]
    total_cash: str
    total_transfer: str
    total: str
    total_in_words: str
    count: str
    counter: str = ""
    exempted: str = ""
    cancelled: str = ""
    handed_in: str = ""
    collector_title: str = "NGƯỜI THU"
    accountant_title: str = "KẾ TOÁN – THỦ QUỸ"
    accountant: str = ""
    head_title: str = "LÃNH ĐẠO ĐƠN VỊ"
    head: str = ""
    notes: tuple[str, ...] = ()


def render(form: CashSheetForm, paper: Paper = Paper.A4) -> bytes:
    """Print the sheet.

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
    naming = Naming("Số:", form.number, (form.day_line,))
    return render_on(plan_of(form, naming, lambda column: _body(form, column)), paper, _SHEETS)


def _body(form: CashSheetForm, column: Column) -> list[Block]:
    signers = (
        Signature(form.collector_title, form.clerk),
        Signature(form.accountant_title, form.accountant),
        Signature(form.head_title, form.head),
    )
    total = ("Cộng", form.total_cash, form.total_transfer)
    return [
        *column.pair(("Người thu:", form.clerk), ("Nơi thu:", form.counter), 0.6),
        column.gap(0.25, keep_next=True),
        *kept(table(column, _COLUMNS, [astuple(row) for row in form.rows], total)),
        column.gap(0.25, keep_next=True),
        *_sums(form, column),
        *closing_notes(column, form.notes),
        column.gap(0.5, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]


def _sums(form: CashSheetForm, column: Column) -> list[Block]:
    words = f" (Bằng chữ: {form.total_in_words})"
    others = (form.exempted, form.cancelled, form.handed_in)
    return [
        *column.field("Số phiếu trong bảng kê:", form.count, keep_next=True),
        column.paragraph((Face.BOLD, f"Tổng số tiền đã thu: {form.total}"), (Face.ITALIC, words), keep_next=True),
        *(column.paragraph((Face.REGULAR, line), keep_next=True) for line in others if line),
    ]
