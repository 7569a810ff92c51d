"""From the register's entries to finished texts: the printed book and the worksheet."""

from collections.abc import Iterable
from datetime import date

from desktop.domain.amount_words import count_in_words
from desktop.domain.dossiers import ResultBy, Status
from desktop.domain.vietnamese import local, number, paper_date, screen_date
from desktop.services.books import RegisterBook, RegisterEntry
from reports.forms import register
from reports.forms.register import RegisterForm, RegisterRow

RESULT_BY = {
    ResultBy.COUNTER: "Trực tiếp",
    ResultBy.POST: "Qua bưu chính công ích",
    ResultBy.ELECTRONIC: "Bản điện tử",
}
_ENDING = {Status.REFUSED: "Từ chối giải quyết", Status.WITHDRAWN: "Đã rút hồ sơ"}


def make_register(book: RegisterBook, entries: Iterable[RegisterEntry], watermark: str) -> bytes:
    """Return the book as PDF bytes; rows are taken one by one.

    Raises:
        UserError: ``form_not_in_pack``.
    """
    return register.render(register_form(book, watermark), (register_row(book, entry) for entry in entries))


def register_form(book: RegisterBook, watermark: str) -> RegisterForm:
    """Return the texts of cover and closing."""
    unit, rule = book.unit, book.pack.form("register")
    heading = unit.heading(book.last)
    is_year = (book.first, book.last) == (date(book.first.year, 1, 1), date(book.first.year, 12, 31))
    years = f"{book.first.year}" if book.first.year == book.last.year else f"{book.first.year}–{book.last.year}"
    closed_at = max((each.closed_at for each in book.closings), default=None)
    entries = sum(each.entries for each in book.closings) or book.entries
    return RegisterForm(
        parent_agency=heading.agency,
        office=heading.office,
        place_and_date=f"{unit.place}, {paper_date(book.printed_on)}",
        title=rule.title,
        form_mark="" if rule.number in rule.basis else rule.number,
        legal_line=rule.basis,
        watermark=watermark,
        year=f"Năm {years}",
        volume=_volume(book),
        span=_span(book),
        period="" if is_year and not book.closings else f"Từ {paper_date(book.first)} đến {paper_date(book.last)}",
        opened_on=paper_date(book.first) if is_year else "",
        closed_on=paper_date(local(closed_at).date()) if closed_at else "",
        entries=f"{number(entries)} hồ sơ",
        entries_in_words=f"{count_in_words(entries, southern=unit.southern_words)} hồ sơ",
        signer_titles=book.pack.signer_titles["head"],
        signer=book.head,
        log_mark=f"Đầu nhật ký quầy {book.log.counter}: số {book.log.mark}",
        closing_mark=_closing_mark(book),
    )


def register_row(book: RegisterBook, entry: RegisterEntry) -> RegisterRow:
    """Return the texts of a line."""
    if entry.is_unused:
        return (shown_number(book, entry), *[""] * (len(register.COLUMNS) - 2), "Không sử dụng")
    return (
        shown_number(book, entry),
        entry.code,
        entry.procedure,
        f"{entry.sets:02d}",
        entry.owner,
        entry.contact,
        entry.section,
        _day(entry.received_on),
        _day(entry.promised_on),
        _day(entry.returned_on),
        RESULT_BY[entry.result_by],
        "",
        notes_of(entry),
    )


def shown_number(book: RegisterBook, entry: RegisterEntry) -> str:
    """Return a number as the book shows it, behind its book's where there are several."""
    if not entry.number:
        return "–"
    return f"{entry.book:02d}-{entry.number:02d}" if len(book.books) > 1 else f"{entry.number:02d}"


def notes_of(entry: RegisterEntry) -> str:
    """Return what stands in the last column."""
    notes = []
    if entry.is_immediate:
        notes.append("Trả kết quả ngay, không lập giấy hẹn")
    if entry.ending is not None:
        notes.append(_ENDING[entry.ending])
    if entry.is_after_closing:
        notes.append("Ghi sau khi đóng sổ")
    if entry.adjusted_on is not None:
        what = "Điều chỉnh sau khi đóng sổ" if entry.is_late_adjustment else "Đã sửa"
        notes.append(f"{what} ngày {screen_date(entry.adjusted_on)}: {entry.adjustment}")
    return "; ".join(notes)


def _volume(book: RegisterBook) -> str:
    numbers = [span.book for span in book.books] or ([book.book] if book.book else [])
    return f"Quyển số: {', '.join(f'{n:02d}' for n in numbers)}" if numbers else ""


def _closing_mark(book: RegisterBook) -> str:
    """Return the log's end when the book was closed: whoever signs the page vouches for everything before it."""
    if book.closed_by is None:
        return ""
    return f"Đầu nhật ký khi đóng sổ, quầy {book.closed_by.counter}: số {book.closed_by.mark}"


def _span(book: RegisterBook) -> str:
    if len(book.books) != 1:
        return ""
    (only,) = book.books
    return f"Từ số {number(only.first_number).zfill(2)} đến số {number(only.last_number).zfill(2)}"


def _day(on: date | None) -> str:
    return "" if on is None else screen_date(on)
