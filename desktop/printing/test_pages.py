"""Fill the page that tries a printer."""

from datetime import datetime

from desktop.domain.vietnamese import screen_datetime
from desktop.printing.words import TRAINING_MARK
from reports.forms import test_page

#: What the scanner must say when it reads the page back.
TEST_CODE = "MOTCUA-IN-THU-2026"


def printer_test_page(printer: str, now: datetime, *, is_training: bool) -> bytes:
    """Return the PDF of the page that tries a printer.

    Args:
        printer: Its name.
        now: Aware instant.
        is_training: Every paper of a training ward says that it is worth nothing.
    """
    form = test_page.TestPageForm(
        title="TRANG IN THỬ",
        lines=(
            f"Máy in: {printer}",
            f"In lúc {screen_datetime(now)}",
            "Đỗ Quỳnh Ỷ, Nguyễn Thị Ngọc Ở, H'Hen Niê Kđăm",
        ),
        code=TEST_CODE,
        notes=(
            "1. Khung phải đủ bốn cạnh, cách mép giấy 5 mm.",
            "2. Thước phải đúng 100 mm: đặt thước kẻ lên đo.",
            "3. Ba tên trên phải đủ dấu, không ô vuông.",
            "4. Quét thử cả hai mã ở mục Máy này: phải báo Đúng.",
        ),
        watermark=TRAINING_MARK if is_training else "",
    )
    return test_page.render(form)
