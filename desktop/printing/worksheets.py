"""Write the register and the quarterly table as worksheets: rows one by one, text always as text.

No cell ever starts a formula: texts are written as strings, never guessed at, and one that a spreadsheet program would
compute after a copy or an export to CSV gets an apostrophe before it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from desktop.domain.vietnamese import paper_date, unformulated
from desktop.printing.quarter_reports import figures_of, report_form
from desktop.printing.registers import RESULT_BY, notes_of, register_form, shown_number
from desktop.services.books import RegisterBook, RegisterEntry, ReportPaper
from reports.forms.quarter_report import COLUMNS

HEADINGS = (
    "TT",
    "Mã hồ sơ",
    "Tên thủ tục hành chính",
    "Số lượng hồ sơ (bộ)",
    "Tên cá nhân, tổ chức",
    "Địa chỉ, số điện thoại",
    "Cơ quan chủ trì giải quyết",
    "Nhận hồ sơ",
    "Hẹn trả kết quả",
    "Trả kết quả",
    "Phương thức nhận kết quả",
    "Ký nhận",
    "Ghi chú",
)
_WIDTHS = (7, 27, 46, 9, 26, 40, 24, 12, 12, 12, 18, 12, 34)
_REPORT_WIDTHS = (5, 34, *[12] * 11)
_HEAD_ROWS = 4
_A4 = 9
_Cells = Sequence[str | int | date | None]


def write_register(book: RegisterBook, entries: Iterable[RegisterEntry], target: Path, watermark: str) -> None:
    """Write the register; its unfinished parts lie beside the target, nowhere else.

    Raises:
        OSError: The file cannot be written.
    """
    form = register_form(book, watermark)
    period = f"Từ {paper_date(book.first)} đến {paper_date(book.last)}"
    title = f"{form.title} – {form.volume}".rstrip(" –")
    with _opened(target, title) as workbook:
        sheet = workbook.add_worksheet("Sổ theo dõi")
        _lay_out(sheet, _WIDTHS)
        heading, cell, day = _formats(workbook)
        _write_head(workbook, sheet, (form.office, title, " – ".join(filter(None, (period, watermark)))))
        for column, text in enumerate(HEADINGS):
            sheet.write_string(_HEAD_ROWS - 1, column, text, heading)
        for row, entry in enumerate(entries, _HEAD_ROWS):
            _write_row(sheet, row, _cells(book, entry), cell, day)


def write_report(paper: ReportPaper, target: Path, watermark: str) -> None:
    """Write the quarterly table.

    Raises:
        OSError: The file cannot be written.
    """
    form = report_form(paper, watermark)
    with _opened(target, form.title) as workbook:
        sheet = workbook.add_worksheet("II.06a")
        _lay_out(sheet, _REPORT_WIDTHS)
        heading, cell, day = _formats(workbook)
        unit_line = " – ".join(filter(None, (form.period_line, form.unit_line, watermark)))
        _write_head(workbook, sheet, (form.office, f"{form.title} ({form.form_mark})", unit_line))
        for column, spec in enumerate(COLUMNS):
            text = f"{spec.group}: {spec.title}" if spec.group else spec.title
            sheet.write_string(_HEAD_ROWS - 1, column, text, heading)
        lines: list[_Cells] = [
            (place, line.name, *figures_of(line)) for place, line in enumerate(paper.report.lines, 1)
        ]
        total: _Cells = ("", "Cộng", *figures_of(paper.report.total))
        for row, values in enumerate((*lines, total), _HEAD_ROWS):
            _write_row(sheet, row, values, cell, day)
        for row, note in enumerate(form.notes, _HEAD_ROWS + len(lines) + 2):
            sheet.write_string(row, 0, safe(note))


@contextmanager
def _opened(target: Path, title: str) -> Iterator[Any]:
    options = {"constant_memory": True, "tmpdir": str(target.parent), "strings_to_formulas": False}
    try:
        with xlsxwriter.Workbook(str(target), options) as workbook:
            workbook.set_properties({"title": title})
            yield workbook
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0]  # the system's own error: full, or not to be written
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error


def _formats(workbook: Any) -> tuple[Any, Any, Any]:  # noqa: ANN401 - xlsxwriter has no types
    """Return the formats of heads, of cells and of days."""
    return (
        workbook.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center"}),
        workbook.add_format({"text_wrap": True, "valign": "top", "border": 1}),
        workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1}),
    )


def _write_head(workbook: Any, sheet: Any, lines: Sequence[str]) -> None:  # noqa: ANN401 - the same
    bold = workbook.add_format({"bold": True})
    for row, text in enumerate(lines):
        sheet.write_string(row, 0, safe(text), bold)


def safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return unformulated(text)


def _lay_out(sheet: Any, widths: Sequence[int]) -> None:  # noqa: ANN401 - the same
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROWS - 1)
    sheet.freeze_panes(_HEAD_ROWS, 2)
    sheet.set_footer("&C&P/&N")
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _cells(book: RegisterBook, entry: RegisterEntry) -> _Cells:
    if entry.is_unused:
        return (shown_number(book, entry), *[""] * (len(HEADINGS) - 2), "Không sử dụng")
    return (
        shown_number(book, entry),
        entry.code,
        entry.procedure,
        entry.sets,
        entry.owner,
        entry.contact,
        entry.section,
        entry.received_on,
        entry.promised_on,
        entry.returned_on,
        RESULT_BY[entry.result_by],
        "",
        notes_of(entry),
    )


def _write_row(sheet: Any, row: int, cells: _Cells, cell: Any, day: Any) -> None:  # noqa: ANN401 - the same
    for column, value in enumerate(cells):
        if value is None or value == "":
            sheet.write_blank(row, column, None, cell)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, cell)
        else:
            sheet.write_string(row, column, safe(value), cell)
