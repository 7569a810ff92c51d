"""SỔ THEO DÕI HỒ SƠ: the year's book of dossiers, with cover and closing.

Source: Circular 01/2018/TT-VPCP art. 10.2 and form 06 (rule pack 2018), Circular 03/2025/TT-VPCP annex I form 07 (rule
pack 2025): opened per year, pages numbered, no blanks, closed and signed at the year's end; the next volume goes on
counting. A4 with the long side across.

A book has tens of thousands of rows: they are taken one by one, and each page is finished before the next begins.
This module prints finished texts; it counts only pages and rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.elements.book import BookPages, grouped
from reports.elements.column import Column
from reports.elements.flow import LEADING, Align, Block, Cell, draw_cell
from reports.elements.fonts import Face
from reports.elements.letterhead import draw_letterhead
from reports.elements.page import A4_TURNED, MM, Document, Ink
from reports.elements.signatures import NOBODY, SIGN_AND_SEAL, Signature, signature_block
from reports.elements.tables import TableColumn
from reports.elements.tabular import TabularForm, letterhead_of
from reports.elements.text import balance, cleaned, missing_glyphs
from reports.elements.watermark import draw_watermark

__all__ = ["COLUMNS", "RegisterForm", "RegisterRow", "missing_glyphs", "render"]

RegisterRow = tuple[str, ...]
"""One text per column of `COLUMNS`, in their order."""

_DATES = "Ngày, tháng, năm"
COLUMNS = (
    TableColumn("TT", 3.6, Align.CENTRE),
    TableColumn("Mã hồ sơ", 10.6),
    TableColumn("Tên thủ tục hành chính"),
    TableColumn("Số lượng hồ sơ (bộ)", 3.6, Align.CENTRE),
    TableColumn("Tên cá nhân, tổ chức", 10.4),
    TableColumn("Địa chỉ, số điện thoại"),
    TableColumn("Cơ quan chủ trì giải quyết", 8.0),
    TableColumn("Nhận hồ sơ", 5.7, Align.CENTRE, _DATES),
    TableColumn("Hẹn trả kết quả", 5.7, Align.CENTRE, _DATES),
    TableColumn("Trả kết quả", 5.7, Align.CENTRE, _DATES),
    TableColumn("Phương thức nhận kết quả", 6.2),
    TableColumn("Ký nhận", 5.6),
    TableColumn("Ghi chú", 6.0),
)
"""What a row's texts mean, from left to right."""
_SIZE = 8.0
_COVER_TEXT = 14.0
_TITLE = 34.0
_CLOSING_TEXT = 11.0
_CLOSING_SIGNING_EM = 4.0
_FRAME_INSET = 5 * MM
_COVER_TITLE = 0.36
_LOG_MARK = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterForm(TabularForm):
    """Hold the texts of cover and closing, finished; more in `TabularForm`.

    Attributes:
        year: "Năm 2025".
        volume: "Quyển số: 01".
        span: "Từ số 01 đến số 30.000".
        period: "Từ ngày 01 tháng 7 năm 2025 đến ngày 31 tháng 12 năm 2025".
        opened_on: "Ngày 01 tháng 7 năm 2025".
        closed_on: The same for the closing; empty while the book is open, then there is no closing.
        entries: "30.000 hồ sơ".
        entries_in_words: "Ba mươi nghìn hồ sơ".
        signer_titles: Lines above the closing signature: ("GIÁM ĐỐC",).
        signer: Name of the head of the counter.
        log_mark: "Đầu nhật ký quầy 1: số 1.234 · 4F2A 91C0 …", small at the foot of the cover; empty for none.
        closing_mark: The same of the entry that closed the book, above the closing signature; empty for none.
    """

    year: str
    volume: str
    span: str = ""
    period: str = ""
    opened_on: str = ""
    closed_on: str = ""
    entries: str = ""
    entries_in_words: str = ""
    signer_titles: tuple[str, ...] = ()
    signer: str = ""
    log_mark: str = ""
    closing_mark: str = ""


def render(form: RegisterForm, rows: Iterable[RegisterRow]) -> bytes:
    """Print the book on A4 with the long side across.

    Args:
        form: Cover and closing.
        rows: Entries in their order, each with one text per column; they may come straight from the database.

    Returns:
        A PDF file, the same to the byte for the same texts.

    Raises:
        ValueError: A row has more or fewer texts than there are columns.

    Threads: any.
    """
    form = cleaned(form)
    document = Document(f"{form.title} {form.year} {form.volume}".strip())
    _add_cover(document, form)
    running_head = " – ".join(text for text in (form.title, form.year, form.volume) if text)
    pages = BookPages(document, COLUMNS, A4_TURNED, _SIZE, running_head, form.watermark)
    for row in rows:
        pages.add(row)
    pages.close((lambda column, last: _closing(form, column, last)) if form.closed_on else None)
    return document.finish()


def _add_cover(document: Document, form: RegisterForm) -> None:
    sheet = A4_TURNED
    ink = Ink(document, sheet.height)
    draw_watermark(ink, form.watermark, (sheet.width, sheet.height))
    inset = _FRAME_INSET
    ink.frame(inset, inset, sheet.width - 2 * inset, sheet.height - 2 * inset, 1.2)
    draw_letterhead(ink, letterhead_of(form), sheet.left, sheet.top, sheet.measure, 12.0)
    lines = (
        (form.title, Face.BOLD, _TITLE, 0.0),
        (form.year, Face.BOLD, 24.0, 8.0),
        (form.volume, Face.BOLD, 20.0, 6.0),
        (form.copy_mark, Face.BOLD, 16.0, 6.0),
        (form.span, Face.REGULAR, _COVER_TEXT, 18.0),
        (form.period, Face.REGULAR, _COVER_TEXT, 4.0),
        (f"Mở sổ: {form.opened_on}" if form.opened_on else "", Face.REGULAR, _COVER_TEXT, 4.0),
        (f"Đóng sổ: {form.closed_on}" if form.closed_on else "", Face.REGULAR, _COVER_TEXT, 4.0),
    )
    if form.log_mark:
        broken = balance(((Face.REGULAR, form.log_mark),), sheet.measure / _LOG_MARK)
        foot = sheet.height - inset - len(broken) * _LOG_MARK * LEADING - _LOG_MARK
        draw_cell(ink, Cell(sheet.left, sheet.measure, broken, Align.CENTRE), _LOG_MARK, (0.0, foot), 0.0)
    y = sheet.height * _COVER_TITLE
    for text, face, size, above in lines:
        if text:
            broken = balance(((face, text),), sheet.measure / size)
            draw_cell(ink, Cell(sheet.left, sheet.measure, broken, Align.CENTRE), size, (0.0, y + above), 0.0)
            y += above + len(broken) * size * LEADING
    document.add_page((sheet.width, sheet.height), ink.finished())


def _closing(form: RegisterForm, column: Column, last: int) -> list[Block]:
    """Close the book below its last row."""
    wide = Column(column.width, _CLOSING_TEXT)
    words = f" (Bằng chữ: {form.entries_in_words})" if form.entries_in_words else ""
    pages = f"Sổ gồm {grouped(last)} trang ghi, đánh số từ trang 1 đến trang {grouped(last)}"
    *above, title = form.signer_titles or ("",)
    signer = Signature(title, form.signer, SIGN_AND_SEAL, tuple(above))
    return [
        wide.gap(0.8),
        wide.paragraph((Face.BOLD, "ĐÓNG SỔ: "), (Face.REGULAR, form.closed_on)),
        wide.paragraph((Face.REGULAR, f"{pages}; có {form.entries}"), (Face.ITALIC, words), (Face.REGULAR, ".")),
        *([column.paragraph((Face.REGULAR, form.closing_mark))] if form.closing_mark else []),
        wide.gap(0.4),
        *signature_block(wide, (NOBODY, signer), _CLOSING_SIGNING_EM),
    ]
