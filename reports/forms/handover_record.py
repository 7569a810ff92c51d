"""BIÊN BẢN GIAO NHẬN HỒ SƠ: the batch variant of the handover slip, for dossiers of several units at once.

Source: Decree 61/2018 art. 18 (handing over); no national form, the record provinces print every
day, A4 with the long side across.

This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.flow import Align
from reports.elements.handing import HandingForm, list_plan
from reports.elements.page import Paper
from reports.elements.tables import TableColumn
from reports.elements.tabular import render_on
from reports.elements.text import cleaned, missing_glyphs
from reports.forms.handover_slip import CAPTION

__all__ = ["HandoverRecordForm", "HandoverRecordRow", "Paper", "missing_glyphs", "render"]

_COLUMNS = (
    TableColumn("STT", 2.8, Align.CENTRE),
    TableColumn("Nội dung"),
    TableColumn("Đơn vị", 10.0),
    TableColumn("Ngày nhận", 5.6, Align.CENTRE),
    TableColumn("Ngày hẹn trả", 5.6, Align.CENTRE),
    TableColumn("Thời hạn xử lý", 6.0, Align.CENTRE),
    TableColumn("Số lượng hồ sơ", 4.6, Align.CENTRE),
    TableColumn("Họ và tên", 10.0),
)


@dataclass(frozen=True, slots=True)
class HandoverRecordRow:
    """Hold one line of the record.

    Attributes:
        no: Ordinal.
        content: Procedure, with the dossier's code.
        unit: The section or agency it goes to.
        received_on: "09/07/2025".
        promised_on: "16/07/2025".
        limit: "05 ngày làm việc".
        sets: How many sets.
        name: Whose dossier it is.
    """

    no: str
    content: str
    unit: str
    received_on: str
    promised_on: str
    limit: str
    sets: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRecordForm(HandingForm):
    """Hold every text of the record, finished; more in `HandingForm` and `TabularForm`.

    Attributes:
        rows: The dossiers.
    """

    rows: tuple[HandoverRecordRow, ...]


def render(form: HandoverRecordForm, paper: Paper = Paper.A4) -> bytes:
    """Print the record with the long side across.

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
    return render_on(list_plan(form, CAPTION, _COLUMNS, form.rows), paper)
