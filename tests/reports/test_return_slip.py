"""What the return slip says, read back by two independent readers."""

import unicodedata
from collections.abc import Callable
from dataclasses import fields, replace
from io import BytesIO

import pypdf
import pytest

from reports.elements.text import texts
from reports.forms.return_slip import Paper, ReturnSlipForm, missing_glyphs, render
from tests.reports import return_slip_samples as samples
from tests.reports.reading import pages_by_pdfium, pages_by_pypdf, picture, squeezed

READERS = (pages_by_pdfium, pages_by_pypdf)
LOST = "Người nhận không xuất trình giấy hẹn:"
FEE = "Phí, lệ phí đã thu:"


def nfd(form: ReturnSlipForm) -> ReturnSlipForm:
    """Return the form with every text decomposed."""
    changes: dict[str, object] = {}
    for field in fields(form):
        value = getattr(form, field.name)
        decomposed = [unicodedata.normalize("NFD", text) for text in texts(value)]
        changes[field.name] = tuple(decomposed) if isinstance(value, tuple) else decomposed[0]
    return replace(form, **changes)  # type: ignore[arg-type]


def printed(form: ReturnSlipForm, paper: Paper = Paper.A5) -> str:
    """Return all text of a slip without white space."""
    return squeezed("".join(pages_by_pdfium(render(form, paper))))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", samples.ALL)
def test_every_field_is_printed(kind: str, paper: Paper, reader: Callable[[bytes], list[str]]) -> None:
    form = samples.ALL[kind]

    text = squeezed("".join(reader(render(form, paper))))

    for field in fields(form):
        if field.name != "qr_content":
            for value in texts(getattr(form, field.name)):
                assert squeezed(value) in text, field.name


LINES = (
    "1. Tên thủ tục hành chính: Đăng ký khai sinh có yếu tố nước ngoài (1.000894)",
    "Chủ hồ sơ: Nguyễn Thị Hồng Đường",
    "Hẹn trả kết quả: 09 giờ 00 phút, ngày 09 tháng 07 năm 2025",
    "Có kết quả lúc: 15 giờ 40 phút, ngày 08 tháng 07 năm 2025",
    "2. Người trả kết quả: Trần Quyền Khánh",
    "Điện thoại liên hệ: (028) 3829 1234",
    "3. Người nhận kết quả: Nguyễn Thị Hồng Đường",
    "Số định danh/Hộ chiếu: 079185012345",
    "Tư cách: Chủ hồ sơ",
    "Điện thoại: 0903 123 456",
    "Loại kết quả: Giấy khai sinh (bản chính)",
    "Ghi chú kết quả: Số 123/2025, cấp ngày 08/07/2025",
    "Bản chính trả lại: 1) Giấy chứng sinh do cơ sở y tế cấp 2) Giấy chứng nhận kết hôn của cha, mẹ",
    "5. Thời điểm trả: 09 giờ 05 phút, ngày 09 tháng 07 năm 2025",
    "Bằng chứng: Chữ ký của người nhận (Ký trên liên lưu)",
    "6. Phí, lệ phí đã thu: 75.000 đ (Bằng chữ: Bảy mươi lăm nghìn đồng) – tiền mặt",
)


@pytest.mark.parametrize("paper", Paper)
def test_every_label_stands_before_its_value(paper: Paper) -> None:
    text = printed(samples.USUAL, paper)

    assert [line for line in LINES if squeezed(line) not in text] == []


def test_a_lost_receipt_is_said_with_its_reason() -> None:
    form = replace(samples.USUAL, without_receipt_reason="Mất giấy hẹn")

    assert squeezed(f"{LOST} Mất giấy hẹn") in printed(form)
    assert squeezed(LOST) not in printed(samples.USUAL)


def test_without_a_fee_no_fee_is_mentioned() -> None:
    form = replace(samples.USUAL, fee_total="", fee_in_words="", fee_status="")

    assert squeezed(FEE) in printed(samples.USUAL)
    assert squeezed(FEE) not in printed(form)


def test_no_originals_are_said_to_be_none() -> None:
    form = replace(samples.USUAL, originals=())

    assert squeezed("Bản chính trả lại: không có") in printed(form)


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4, Paper.ROLL])
@pytest.mark.parametrize("kind", ["shortest", "usual"])
def test_usual_slip_takes_one_page_per_copy(kind: str, paper: Paper) -> None:
    pages = pages_by_pdfium(render(samples.ALL[kind], paper))

    assert len(pages) == 2
    assert "Liên 1: Lưu" in pages[0]
    assert "Liên 2: Giao cho người nhận" in pages[1]


def test_two_copies_share_one_a4() -> None:
    (page,) = pages_by_pdfium(render(samples.USUAL, Paper.A4X2))

    assert "Liên 1: Lưu" in page
    assert "Liên 2: Giao cho người nhận" in page


@pytest.mark.parametrize("kind", ["longest", "second_page"])
def test_both_signatures_stand_on_the_last_page_with_something_else(kind: str) -> None:
    form = replace(samples.ALL[kind], copy_labels=("Liên 1: Lưu",), acknowledgement="Đã nhận đủ.")

    *earlier, last = map(squeezed, pages_by_pdfium(render(form, Paper.A5)))

    assert earlier
    for title in ("NGƯỜI TRẢ KẾT QUẢ", "NGƯỜI NHẬN KẾT QUẢ"):
        assert squeezed(title) in last
        assert not any(squeezed(title) in page for page in earlier)
    assert squeezed(form.acknowledgement) in last


def test_recipient_who_was_not_there_is_not_asked_to_sign() -> None:
    form = replace(samples.USUAL, recipient_hint="(Nhận qua bưu chính)", copy_labels=("Liên 1",))

    text = printed(form)

    assert text.count(squeezed("(Ký và ghi rõ họ tên)")) == 1
    assert squeezed("(Nhận qua bưu chính)") in text


def test_watermark_is_on_every_page() -> None:
    pages = pages_by_pdfium(render(samples.LONGEST, Paper.A5))

    assert len(pages) > 2
    assert all(samples.LONGEST.watermark in page for page in pages)


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", ["usual", "longest"])
def test_decomposed_text_prints_like_composed(kind: str, paper: Paper) -> None:
    form = samples.ALL[kind]

    decomposed = render(nfd(form), paper)

    assert nfd(form) != form
    assert picture(decomposed, 0, 150).tobytes() == picture(render(form, paper), 0, 150).tobytes()


def test_letters_outside_the_typeface_are_replaced_and_named() -> None:
    form = replace(samples.USUAL, recipient="陈 Đại 文")

    assert missing_glyphs(form) == ("文", "陈")
    assert squeezed("□ Đại □") in printed(form)


def test_document_is_named_by_code_and_never_by_person() -> None:
    reader = pypdf.PdfReader(BytesIO(render(samples.USUAL, Paper.A5)))
    metadata = reader.metadata

    assert metadata is not None
    assert metadata.title == samples.USUAL.code
    assert not any(samples.USUAL.recipient in str(value) for value in metadata.values())


@pytest.mark.parametrize("paper", Paper)
def test_same_form_gives_same_bytes(paper: Paper) -> None:
    assert render(samples.LONGEST, paper) == render(samples.LONGEST, paper)
