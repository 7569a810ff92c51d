"""GIẤY BÀN GIAO HỒ SƠ: which dossiers one side handed to another, when, and what the receiver found.

Source: no national form; the slip provinces print every day, and Decree 61/2018 art. 18 (dossiers pass to the solving
unit the same working day). Two copies, one for each side. The QR code carries the custody without a network.

This module prints finished texts and formats nothing.
"""

from dataclasses import astuple, dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.fonts import Face
from reports.elements.handing import HandingForm, closing, handed_list, naming, parties
from reports.elements.page import Paper
from reports.elements.tables import TableColumn
from reports.elements.tabular import plan_of, render_upright
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["HandoverConfirmation", "HandoverRow", "HandoverSlipForm", "Paper", "missing_glyphs", "render"]

CAPTION = "Quét để nhận bàn giao"
#: A note that is longer gets a wider column: one word to a line is no note.
_SHORT_NOTE = 20
_WIDE_NOTE_EM = 7.2
_COLUMNS = (
    TableColumn("TT", 2.3, Align.CENTRE),
    TableColumn("Mã hồ sơ", 6.4),
    TableColumn("Chủ hồ sơ, người nộp"),
    TableColumn("Thủ tục hành chính"),
    TableColumn("Ngày nhận", 5.2, Align.CENTRE),
    TableColumn("Hẹn trả", 5.2, Align.CENTRE),
    TableColumn("Ghi chú", 3.8),
)


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """Hold one dossier of the slip."""

    no: str
    code: str
    owner: str
    procedure: str
    received_on: str
    promised_at: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverConfirmation:
    """Hold what the receiver confirmed.

    Attributes:
        confirmed_at: "15 giờ 40 phút, ngày …".
        confirmed_by: Who, and how: "Trần Văn An (đăng nhập)".
        total: "39 hồ sơ".
        differences: Each one named: "Thiếu: H29.26.17-250702-0015, đang ở …".
        without_differences: Said when there is none.
    """

    confirmed_at: str
    confirmed_by: str
    total: str
    differences: tuple[str, ...] = ()
    without_differences: str = "Đủ, đúng như danh sách."


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSlipForm(HandingForm):
    """Hold every text of the slip, finished; more in `HandingForm` and `TabularForm`.

    Attributes:
        rows: The dossiers, in the order they were scanned.
        due_line: "Chuyển chậm nhất 09 giờ 00 phút, ngày …".
        confirmation: What the receiver confirmed; None leaves lines to fill in by hand.
    """

    rows: tuple[HandoverRow, ...]
    due_line: str = ""
    confirmation: HandoverConfirmation | None = None


def render(form: HandoverSlipForm, paper: Paper = Paper.A4) -> bytes:
    """Print the slip.

    Args:
        form: Its texts.
        paper: A4, A5, or two copies on one A4.

    Returns:
        A PDF file, the same to the byte for the same form.

    Raises:
        ValueError: The paper is a roll.

    Threads: any.
    """
    form = cleaned(form)
    plan = plan_of(form, naming(form, CAPTION), lambda column: _body(form, column))
    return render_upright(plan, paper)


def _body(form: HandoverSlipForm, column: Column) -> list[Block]:
    rows = [astuple(row) for row in form.rows]
    return [
        *parties(form, column),
        *column.field("Thời hạn chuyển:", form.due_line),
        column.gap(0.2, keep_next=True),
        column.paragraph((Face.BOLD, "I. GIAO"), keep_next=True),
        *handed_list(form, column, _columns(form), rows),
        *_confirmation(form.confirmation, column),
        *closing(form, column),
    ]


def _columns(form: HandoverSlipForm) -> tuple[TableColumn, ...]:
    if all(len(row.note) <= _SHORT_NOTE for row in form.rows):
        return _COLUMNS
    return (*_COLUMNS[:-1], TableColumn(_COLUMNS[-1].title, _WIDE_NOTE_EM))


def _confirmation(found: HandoverConfirmation | None, column: Column) -> list[Block]:
    """Set what the receiver confirmed, or room to write it down."""
    heading = column.paragraph((Face.BOLD, "II. NHẬN"), above=0.3, keep_next=True)
    if found is None:
        received = "Đã nhận …… hồ sơ, lúc …… giờ …… phút, ngày …… tháng …… năm ………"
        return [
            heading,
            column.paragraph((Face.REGULAR, received), keep_next=True),
            column.paragraph((Face.REGULAR, "Thừa, thiếu (ghi mã hồ sơ):"), keep_next=True),
            column.gap(1.4, keep_next=True),
        ]
    lines = column.field("Đã nhận:", found.total, Face.BOLD, keep_next=True)
    lines += column.field("Xác nhận lúc:", found.confirmed_at, keep_next=True)
    lines += column.field("Người xác nhận:", found.confirmed_by, keep_next=True)
    if not found.differences:
        return [heading, *lines, *column.field("Chênh lệch:", found.without_differences, keep_next=True)]
    label = column.paragraph((Face.REGULAR, "Chênh lệch:"), keep_next=True)
    *others, last = [column.paragraph((Face.BOLD, f"– {each}"), indent=1.2) for each in found.differences]
    last = column.paragraph((Face.BOLD, f"– {found.differences[-1]}"), indent=1.2, keep_next=True)
    return [heading, *lines, label, *others, last]
