"""PHIẾU BÀN GIAO KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH: results a section hands to the counter.

Source: Decree 61/2018 art. 20 (results at the counter); no national form, the slip provinces print
every day, A4 with the long side across.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.flow import Align
from reports.elements.handing import HandingForm, list_plan
from reports.elements.page import Paper
from reports.elements.tables import TableColumn
from reports.elements.tabular import render_on
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
    """

    rows: tuple[ResultRow, ...]


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
    return render_on(list_plan(form, "Quét để nhận kết quả", _COLUMNS, form.rows), paper)
