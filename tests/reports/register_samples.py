"""Books of dossiers of the shortest, usual, longest and second-page kind."""

from collections.abc import Iterator
from dataclasses import replace

from reports.elements.page import Paper
from reports.elements.tabular import TabularForm
from reports.forms import register
from tests.reports.handing_samples import HEAD, LONG_CODE, LONG_HEAD, LONG_NAME, NAMES, PROCEDURES, SECTION, code

ADDRESS = "Số 1234/567/89/10 Đường Nguyễn Thị Minh Khai nối dài, Phường Phan Rang – Tháp Chàm, Tỉnh Khánh Hòa"


def entry(number: int) -> register.RegisterRow:
    """Return the n-th entry of the book."""
    return (
        f"{number:02d}",
        code(number),
        PROCEDURES[number % len(PROCEDURES)],
        f"{number % 3 + 1:02d}",
        NAMES[number % len(NAMES)],
        f"{number}/80 Hoàng Diệu, Phường Bến Thành; 0903 {number % 1000:03d} 456",
        SECTION,
        "09/07/2025",
        "16/07/2025",
        "" if number % 5 == 0 else "15/07/2025",
        "Trực tiếp" if number % 2 else "Qua bưu chính công ích",
        "",
        "Không sử dụng" if number % 11 == 0 else "",
    )


def entries(count: int) -> Iterator[register.RegisterRow]:
    """Return the first entries of the book, one by one."""
    return map(entry, range(1, count + 1))


def tall_entry(words: int) -> register.RegisterRow:
    """Return an entry with a note of so many words."""
    return (*entry(1)[:-1], " ".join(f"ghi{number}" for number in range(words)))


OPEN = register.RegisterForm(
    **HEAD,
    title="SỔ THEO DÕI HỒ SƠ",
    legal_line="Mẫu số 07, ban hành kèm theo Thông tư số 03/2025/TT-VPCP ngày 15/9/2025 của Văn phòng Chính phủ",
    year="Năm 2025",
    volume="Quyển số: 01",
    opened_on="ngày 01 tháng 07 năm 2025",
)
USUAL = replace(
    OPEN,
    volume="Quyển số: 02",
    span="Từ số 01 đến số 24",
    period="Từ ngày 01 tháng 07 năm 2025 đến ngày 31 tháng 12 năm 2025",
    closed_on="ngày 31 tháng 12 năm 2025",
    entries="24 hồ sơ",
    entries_in_words="Hai mươi bốn hồ sơ",
    signer_titles=("GIÁM ĐỐC",),
    signer="Nguyễn Thị Ngọc Ở",
    closing_mark=f"Đầu nhật ký khi đóng sổ, quầy 1: số 182.345 · {' '.join(['4F2A'] * 16)}",
)
BOOKS: dict[str, TabularForm] = {
    "shortest": replace(OPEN, legal_line=""),
    "usual": USUAL,
    "longest": replace(
        USUAL,
        **LONG_HEAD,
        volume="Quyển số: 03",
        entries="09 hồ sơ",
        signer_titles=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        signer=LONG_NAME,
    ),
    "second_page": replace(USUAL, volume="Quyển số: 04", entries="200 hồ sơ"),
}
ROWS: dict[str, tuple[register.RegisterRow, ...]] = {
    "Quyển số: 01": (),
    "Quyển số: 02": tuple(entries(24)),
    "Quyển số: 03": (
        *(
            (str(number), LONG_CODE, PROCEDURES[2], "01", LONG_NAME, ADDRESS, *entry(number)[6:])
            for number in range(1, 9)
        ),
        tall_entry(160),
    ),
    "Quyển số: 04": tuple(entries(200)),
}


def print_book(form: register.RegisterForm, paper: Paper) -> bytes:
    """Print a sample with its rows; a book knows one paper only."""
    assert paper is Paper.A4
    return register.render(form, ROWS[form.volume])
