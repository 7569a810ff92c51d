"""PHIẾU BÀN GIAO KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH: results a section hands to the counter.

Source: no national form; the slip provinces print every day, A4 with the long side across.

This module prints finished texts and formats nothing.
"""

from dataclasses import astuple, dataclass

from reports.elements.column import Column
from reports.elements.flow import Align, Block
from reports.elements.handing import HandingForm, closing, handed_list, parties
from reports.elements.page import Paper
from reports.elements.tables import TableColumn
from reports.elements.tabular import Naming, plan_of, render_on
from reports.elements.text import cleaned, missing_glyphs

__all__ = ["Paper", "ResultRow", "ResultSlipForm", "missing_glyphs", "render"]

_COLUMNS = (
    TableColumn("TT", 2.5, Align.CENTRE),
    TableColumn("Mã hồ sơ", 7.2),
    TableColumn("Nội dung giải quyết thủ tục hành chính"),
    TableColumn("Kết quả giải quyết thủ tục hành chính", 11.0),
    TableColumn("Họ tên chủ hồ sơ", 9.0),
    TableColumn("Địa chỉ chủ hồ sơ", 11.0),
    TableColumn("Phí, lệ phí (X là có)", 4.6, Align.CENTRE),
    TableColumn("Trả qua bưu điện (X là có)", 4.8, Align.CENTRE),
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """Hold one result: "X" or nothing in the last two texts."""

    no: str
    code: str
    procedure: str
    result: str
    owner: str
    address: str
    has_fee: str = ""
    by_post: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultSlipForm(HandingForm):
    """Hold every text of the slip, finished; more in `HandingForm` and `TabularForm`.

    Attributes:
        rows: The results.
        qr_content: Digits only; empty for none.
    """

    rows: tuple[ResultRow, ...]
    qr_content: str = ""
    copy_labels: tuple[str, ...] = ("Liên 1: bên giao", "Liên 2: bên nhận")


def render(form: ResultSlipForm, paper: Paper = Paper.A4) -> bytes:
    """Print the slip with the long side across.

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
    naming = Naming("Số:", form.number, qr_content=form.qr_content, caption="Quét để nhận kết quả")
    return render_on(plan_of(form, naming, lambda column: _body(form, column)), paper)


def _body(form: ResultSlipForm, column: Column) -> list[Block]:
    rows = [astuple(row) for row in form.rows]
    return [*parties(form, column), *handed_list(form, column, _COLUMNS, rows), *closing(form, column)]
