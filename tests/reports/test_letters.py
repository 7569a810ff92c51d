"""What the letter-like forms say, read back by two independent readers."""

import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from io import BytesIO
from typing import Any

import pypdf
import pytest

from reports.elements.text import texts
from reports.forms.supplement import LETTER_PAPERS, GapRow, Paper, missing_glyphs
from tests.reports.letter_samples import CASES, CODE, COPIES, GUIDE, SUBMITTER, Case
from tests.reports.reading import codes, pages_by_pdfium, pages_by_pypdf, picture, squeezed

READERS = (pages_by_pdfium, pages_by_pypdf)
USUAL = ("supplement_usual", "refusal_usual", "apology_usual", "stop_notice_usual")
UNCODED = ("supplement_at_intake", "refusal_at_intake")
LONG = [name for name in CASES if name.endswith(("longest", "second_page"))]
LINES = {
    "supplement_usual": (
        "Số: 05/HDHS",
        "Hồ sơ của: Nguyễn Thị Ngọc Ở",
        "Người nộp hồ sơ: Đỗ Quỳnh Ỷ",
        "Địa chỉ: 849/80 Hoàng Diệu",
        "Số điện thoại: 0903 123 456",
        "Email: hongduong.1985@example.vn",
        "Nội dung yêu cầu giải quyết: Đăng ký khai sinh có yếu tố nước ngoài (1.000894)",
        "Thời gian nhận hồ sơ: 14 giờ 05 phút",
        "Thời gian hẹn trả kết quả: 09 giờ 00 phút",
        "Lý do: Hồ sơ chưa đủ thành phần",
        "Căn cứ: Khoản 2 Điều 16",
        "NGƯỜI HƯỚNG DẪN (Ký và ghi rõ họ tên) Trần Quyền Khánh",
    ),
    "refusal_usual": (
        "Số: 07/PTC",
        "Tiếp nhận hồ sơ của: Nguyễn Thị Ngọc Ở",
        "với lý do cụ thể như sau: Lý do: Người yêu cầu cư trú tại phường khác",
        "Căn cứ: Khoản 2 Điều 16",
        "Giấy tờ bản chính trả lại người nộp hồ sơ: 1) Giấy chứng sinh do cơ sở y tế cấp 2) Giấy chứng nhận kết hôn",
        "Phí, lệ phí: trả lại 75.000 đồng",
    ),
    "apology_usual": (
        "Số: 05/VBXL-UBND",
        "Kính gửi: Ông/Bà Đỗ Quỳnh Ỷ",
        "Giấy tiếp nhận hồ sơ số: 000123/TNHS",
        "Đơn vị giải quyết hồ sơ: Phòng Văn hóa – Xã hội",
        "Đã hẹn trả kết quả: 09 giờ 00 phút, ngày 09 tháng 7 năm 2025",
        "Nơi trả kết quả: Quầy số 03",
        "PHÓ CHỦ TỊCH",
    ),
    "stop_notice_usual": (
        "Số: 05/TB-UBND",
        "Người đề nghị dừng giải quyết: Nguyễn Thị Ngọc Ở (chủ hồ sơ)",
        "Thời điểm đề nghị: 10 giờ 20 phút",
        "Văn bản đề nghị: Đơn xin rút hồ sơ",
        "Giai đoạn giải quyết: Phòng Văn hóa – Xã hội đang thẩm định",
        "Quyết định: Dừng giải quyết hồ sơ kể từ 10 giờ 30 phút",
        "Lý do: Chủ hồ sơ xin rút",
        "Phí, lệ phí đã thu: 75.000 đồng",
        "Phí, lệ phí trả lại: 75.000 đồng",
        "Cách xử lý phí, lệ phí: trả bằng tiền mặt",
        "Giấy tờ trả lại người nộp hồ sơ: 1) Giấy chứng sinh do cơ sở y tế cấp 2) Giấy chứng nhận kết hôn của cha, mẹ",
    ),
}
UNPRINTED = ("qr_content",)
LONGEST_UNDIVIDED = 150
SEVEN_CONTENTS = (
    "Người nộp hồ sơ: Đỗ Quỳnh Ỷ",
    "Nội dung yêu cầu giải quyết: Đăng ký khai sinh",
    f"Mã hồ sơ: {CODE}",
    "Tình trạng hồ sơ: Đang xác minh",
    "Lý do chậm trả kết quả: Cơ quan được xác minh chưa trả lời",
    "Hẹn lại ngày trả kết quả: 09 giờ 00 phút, ngày 14 tháng 7 năm 2025",
    "xin lỗi Ông/Bà về sự chậm trễ này",
)


def decomposed(value: Any) -> Any:
    """Return a form with every text decomposed, at any depth."""
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value)
    if isinstance(value, tuple):
        return tuple(decomposed(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: decomposed(getattr(value, field.name)) for field in fields(value)})
    return value


def printed(case: Case, paper: Paper = Paper.A5, **changes: object) -> str:
    """Return all text of a letter without white space."""
    return squeezed("".join(pages_by_pdfium(case.printed(paper, **changes))))


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_every_field_is_printed(name: str, paper: Paper, reader: Callable[[bytes], list[str]]) -> None:
    case = CASES[name]

    text = squeezed("".join(reader(case.printed(paper))))

    for field in fields(case.form):
        if field.name not in UNPRINTED:
            for value in texts(getattr(case.form, field.name)):
                # A page may end within the paragraph: its foot then stands among the words.
                for word in [value] if len(value) < LONGEST_UNDIVIDED else value.split():
                    assert squeezed(word) in text, field.name


@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", USUAL)
def test_every_label_stands_before_its_value(name: str, paper: Paper) -> None:
    text = printed(CASES[name], paper, copy_labels=())

    assert [line for line in LINES[name] if squeezed(line) not in text] == []


@pytest.mark.parametrize("name", ["apology_usual", "apology_late_2018"])
def test_apology_of_either_pack_has_its_seven_contents(name: str) -> None:
    text = printed(CASES[name])

    assert squeezed(CASES[name].form.title) in text
    assert [line for line in SEVEN_CONTENTS if squeezed(line) not in text] == []


def test_only_a_late_apology_says_that_it_is_late() -> None:
    assert squeezed("Xin lỗi muộn") in printed(CASES["apology_late_2018"])
    assert squeezed("Xin lỗi muộn") not in printed(CASES["apology_usual"])


def test_only_a_second_request_says_so() -> None:
    mark = "Yêu cầu bổ sung lần 2"

    assert squeezed(mark) in printed(CASES["supplement_usual"], request_mark=mark)
    assert squeezed(mark) not in printed(CASES["supplement_usual"])


@pytest.mark.parametrize("name", USUAL)
def test_a_second_copy_says_so(name: str) -> None:
    mark = "BẢN SAO LẦN 2"

    assert squeezed(mark) in printed(CASES[name], copy_mark=mark)
    assert squeezed(mark) not in printed(CASES[name])


@pytest.mark.parametrize("name", UNCODED)
def test_without_a_dossier_the_number_names_the_paper(name: str) -> None:
    case = CASES[name]

    data = case.printed(Paper.A5)

    metadata = pypdf.PdfReader(BytesIO(data)).metadata
    text = squeezed("".join(pages_by_pdfium(data)))
    assert metadata is not None
    assert metadata.title == case.form.number_line
    assert squeezed("Mã hồ sơ") not in text
    assert squeezed("Quét mã tra cứu") not in text
    assert codes(data, 0, 300) == {}


def test_later_pages_of_an_uncoded_letter_bear_its_number() -> None:
    gaps = tuple(GapRow(str(number), f"Giấy tờ số {number}") for number in range(1, 61))

    _, *later = pages_by_pdfium(CASES["supplement_at_intake"].printed(Paper.A5, gaps=gaps, copy_labels=()))

    assert later
    assert all("HOÀN THIỆN HỒ SƠ – Số: 05/HDHS" in page for page in later)


def test_columns_of_gaps_nothing_stands_in_are_left_out() -> None:
    case = CASES["supplement_usual"]

    text = printed(case, gaps=(GapRow("1", "Tờ khai", note="Thiếu"),))

    assert squeezed("Ghi chú") in text
    assert squeezed("Số lượng") not in text
    assert squeezed("Số lượng") in printed(case)


def test_refusal_without_originals_mentions_none() -> None:
    assert squeezed("Giấy tờ bản chính trả lại") not in printed(CASES["refusal_usual"], originals=())


def test_leader_signs_a_refusal_below_his_capacity() -> None:
    text = printed(CASES["refusal_by_leader"], copy_labels=())

    assert text.index(squeezed("KT. CHỦ TỊCH")) < text.index(squeezed("PHÓ CHỦ TỊCH"))
    assert squeezed("(Ký tên và đóng dấu)") in text
    assert squeezed("NGƯỜI TIẾP NHẬN HỒ SƠ") not in text


@pytest.mark.parametrize("name", ["apology_usual", "stop_notice_usual"])
def test_recipients_are_listed_only_when_there_are_any(name: str) -> None:
    assert squeezed("Nơi nhận: - Như trên;") in printed(CASES[name], signer=replace(GUIDE, title="", hint="", name=""))
    assert squeezed("Nơi nhận") not in printed(CASES[name], recipients=())


@pytest.mark.parametrize("name", USUAL)
def test_usual_letter_takes_one_page_per_copy(name: str) -> None:
    for paper in (Paper.A5, Paper.A4):
        first, second = pages_by_pdfium(CASES[name].printed(paper, copy_labels=COPIES))

        assert COPIES[0] in first
        assert COPIES[1] in second


def test_letter_is_never_printed_on_a_roll() -> None:
    with pytest.raises(ValueError, match="80mm"):
        CASES["refusal_usual"].printed(Paper.ROLL)


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4])
@pytest.mark.parametrize("name", LONG)
def test_pages_are_numbered(name: str, paper: Paper) -> None:
    pages = pages_by_pdfium(CASES[name].printed(paper, copy_labels=()))

    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"Trang {number}/{len(pages)}" in page


@pytest.mark.parametrize("length", range(1, 41))
@pytest.mark.parametrize("name", USUAL)
def test_signatures_are_never_without_the_end_of_their_text(name: str, length: int) -> None:
    last_words = "Những chữ cuối cùng trước chữ ký."
    case = CASES[name]
    reason = "Giấy tờ nộp kèm không khớp với cơ sở dữ liệu quốc gia về dân cư và cần xác minh lại. " * length
    shown = {"signers": (SUBMITTER, GUIDE)} if hasattr(case.form, "signers") else {"signer": GUIDE}

    pages = pages_by_pdfium(case.printed(Paper.A5, reason=reason, notes=(last_words,), copy_labels=(), **shown))

    signed = [page for page in map(squeezed, pages) if squeezed(GUIDE.title) in page]
    assert len(signed) == 1
    assert squeezed(GUIDE.name) in signed[0]
    assert squeezed("trước chữ ký.") in signed[0]
    assert signed[0] == squeezed(pages[-1])


def test_long_reason_begins_on_the_page_of_its_heading() -> None:
    first, *later = pages_by_pdfium(CASES["refusal_second_page"].printed(Paper.A5, copy_labels=()))

    assert later
    assert "Lý do thứ 10:" in " ".join(first.split())


def test_watermark_is_on_every_page() -> None:
    for name in LONG:
        for page in pages_by_pdfium(CASES[name].printed(Paper.A5, watermark="HỌC – KHÔNG GIÁ TRỊ")):
            assert "HỌC – KHÔNG GIÁ TRỊ" in page


@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_decomposed_text_prints_like_composed(name: str, paper: Paper) -> None:
    case = CASES[name]
    other = replace(case, form=decomposed(case.form))

    data = other.printed(paper)

    assert other.form != case.form
    assert picture(data, 0, 100).tobytes() == picture(case.printed(paper), 0, 100).tobytes()


def test_letters_outside_the_typeface_are_replaced_and_named() -> None:
    case = CASES["refusal_usual"]
    form = replace(case.form, owner="陈 Đại 文")

    assert missing_glyphs(form) == ("文", "陈")
    assert squeezed("□ Đại □") in printed(case, owner="陈 Đại 文")


@pytest.mark.parametrize("name", USUAL)
def test_document_is_named_by_code_and_never_by_person(name: str) -> None:
    case = CASES[name]

    metadata = pypdf.PdfReader(BytesIO(case.printed(Paper.A5))).metadata

    assert metadata is not None
    assert metadata.title == CODE
    assert not any(case.form.owner in str(value) for value in metadata.values())


@pytest.mark.parametrize("name", USUAL)
def test_same_form_gives_same_bytes(name: str) -> None:
    assert CASES[name].printed(Paper.A5) == CASES[name].printed(Paper.A5)
