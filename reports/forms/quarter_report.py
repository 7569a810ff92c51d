"""TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH: the table every quarter asks for, by field.

Source: Circular 02/2017/TT-VPCP, form II.06a/VPCP/KSTT. A4 with the long side across, columns numbered 1 to 13.

This module prints finished texts and adds nothing up.
"""

from dataclasses import dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.handing import closing_notes
from reports.elements.page import Paper
from reports.elements.signatures import SIGN_AND_SEAL, Signature, signature_block
from reports.elements.tables import TableColumn, kept, table
from reports.elements.tabular import Naming, TabularForm, plan_of, render_on
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["Paper", "QuarterReportForm", "missing_glyphs", "render"]

_TAKEN, _SOLVED, _OPEN = "Số lượng hồ sơ tiếp nhận", "Số lượng hồ sơ đã giải quyết", "Số lượng hồ sơ đang giải quyết"
_FIGURE = 5.2
COLUMNS = (
    TableColumn("TT", 2.6, Align.CENTRE),
    TableColumn("Lĩnh vực, công việc giải quyết theo cấp"),
    TableColumn("Tổng số", _FIGURE, Align.RIGHT, _TAKEN),
    TableColumn("Trực tuyến", _FIGURE, Align.RIGHT, _TAKEN),
    TableColumn("Trực tiếp, dịch vụ bưu chính", _FIGURE, Align.RIGHT, _TAKEN),
    TableColumn("Từ kỳ trước", _FIGURE, Align.RIGHT, _TAKEN),
    TableColumn("Tổng số", _FIGURE, Align.RIGHT, _SOLVED),
    TableColumn("Trước hạn", _FIGURE, Align.RIGHT, _SOLVED),
    TableColumn("Đúng hạn", _FIGURE, Align.RIGHT, _SOLVED),
    TableColumn("Quá hạn", _FIGURE, Align.RIGHT, _SOLVED),
    TableColumn("Tổng số", _FIGURE, Align.RIGHT, _OPEN),
    TableColumn("Trong hạn", _FIGURE, Align.RIGHT, _OPEN),
    TableColumn("Quá hạn", _FIGURE, Align.RIGHT, _OPEN),
)
"""What a row's texts mean, from left to right."""
_SIGNING_EM = 3.2


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterReportForm(TabularForm):
    """Hold every text of the table, finished; more in `TabularForm`.

    Attributes:
        period_line: "Từ ngày 01 tháng 7 năm 2025 đến ngày 30 tháng 9 năm 2025", below the title.
        unit_line: "Đơn vị tính: Số hồ sơ TTHC".
        rows: One text per column of `COLUMNS`.
        total: Texts of the last row but for the first two columns.
        notes: Notes at the end.
        writer: Who made it.
        signer_titles: Lines above the right signature.
        signer: Name below it.
    """

    period_line: str
    unit_line: str
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...]
    notes: tuple[str, ...] = ()
    writer: str = ""
    signer_titles: tuple[str, ...] = ()
    signer: str = ""


def render(form: QuarterReportForm, paper: Paper = Paper.A4) -> bytes:
    """Print the table with the long side across.

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
    naming = Naming("", "", (form.period_line, form.unit_line))
    return render_on(plan_of(form, naming, lambda column: _body(form, column)), paper)


def _body(form: QuarterReportForm, column: Column) -> list[Block]:
    *above, title = form.signer_titles or ("",)
    signers = (
        Signature("NGƯỜI LẬP BIỂU", form.writer),
        Signature(title, form.signer, SIGN_AND_SEAL, tuple(above)),
    )
    return [
        *kept(table(column, COLUMNS, form.rows, ("Cộng", *form.total), is_numbered=True)),
        column.gap(0.25, keep_next=True),
        *closing_notes(column, form.notes),
        column.gap(0.5, keep_next=True),
        *signature_block(column, signers, _SIGNING_EM),
    ]
