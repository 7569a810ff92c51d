"""Write the register as a worksheet: rows one by one, text always as text.

No cell ever starts a formula: texts are written as strings, never guessed at, and one that a spreadsheet program would
compute after a copy or an export to CSV gets an apostrophe before it.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from desktop.domain.vietnamese import paper_date
from desktop.printing.registers import RESULT_BY, notes_of, register_form, shown_number
from desktop.services.books import RegisterBook, RegisterEntry

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
_HEAD_ROWS = 4
_A4 = 9
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_register(book: RegisterBook, entries: Iterable[RegisterEntry], target: Path, watermark: str) -> None:
    """Write the worksheet; its unfinished parts lie beside the target, nowhere else.

    Raises:
        OSError: The file cannot be written.
    """
    form = register_form(book, watermark)
    try:
        with xlsxwriter.Workbook(
            str(target), {"constant_memory": True, "tmpdir": str(target.parent), "strings_to_formulas": False}
        ) as workbook:
            workbook.set_properties({"title": f"{form.title} {form.year} {form.volume}".strip()})
            sheet = workbook.add_worksheet("Sổ theo dõi")
            bold = workbook.add_format({"bold": True})
            heading = workbook.add_format({"bold": True, "text_wrap": True, "border": 1, "align": "center"})
            cell = workbook.add_format({"text_wrap": True, "valign": "top", "border": 1})
            day = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top", "border": 1})
            _lay_out(sheet)
            period = f"Từ {paper_date(book.first)} đến {paper_date(book.last)}"
            lines = (
                form.office,
                f"{form.title} – {form.volume}".rstrip(" –"),
                " – ".join(filter(None, (period, watermark))),
            )
            for row, text in enumerate(lines):
                sheet.write_string(row, 0, safe(text), bold)
            for column, text in enumerate(HEADINGS):
                sheet.write_string(_HEAD_ROWS - 1, column, text, heading)
            for row, entry in enumerate(entries, _HEAD_ROWS):
                _write_row(sheet, row, _cells(book, entry), cell, day)
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OSError(str(error)) from error


def safe(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _lay_out(sheet: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROWS - 1)
    sheet.freeze_panes(_HEAD_ROWS, 2)
    sheet.set_footer("&C&P/&N")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)


def _cells(book: RegisterBook, entry: RegisterEntry) -> Sequence[str | int | date | None]:
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


def _write_row(sheet: Any, row: int, cells: Sequence[str | int | date | None], cell: Any, day: Any) -> None:  # noqa: ANN401 - the same
    for column, value in enumerate(cells):
        if value is None or value == "":
            sheet.write_blank(row, column, None, cell)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, datetime.combine(value, time()), day)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, cell)
        else:
            sheet.write_string(row, column, safe(value), cell)
