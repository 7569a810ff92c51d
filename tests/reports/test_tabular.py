"""What papers that are mainly tables say, read back by independent readers."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from io import BytesIO
from typing import Any

import pypdf
import pytest

from reports.elements.page import Paper
from reports.elements.text import texts
from reports.forms import control_sheet, fee_voucher, handover_slip
from tests.reports.counter_samples import SHEET, VOUCHER, cash_row, list_of, sheet_of
from tests.reports.handing_samples import DIGITS, NAMES, SLIP, TRAINING, slip_row
from tests.reports.reading import pages_by_pdfium, pages_by_pypdf, picture, squeezed
from tests.reports.tabular_samples import CASES, KINDS, printed

READERS = (pages_by_pdfium, pages_by_pypdf)
NOT_TEXT = {"qr_content", "payment_qr"}
PAGED = [name for name in KINDS if name != "register"]
LISTED = [name for name in PAGED if KINDS[name].last and name != "fee_voucher"]
ONE_BY_ONE = [case for case in CASES if case[0] in PAGED and case[2] is not Paper.A4X2]
FOOT = re.compile(r"Trang (\d+)/(\d+)")


def decomposed(value: Any) -> Any:
    """Return a form with every text decomposed, at any depth."""
    if isinstance(value, str):
        return unicodedata.normalize("NFD", value)
    if isinstance(value, tuple):
        return tuple(map(decomposed, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: decomposed(getattr(value, field.name)) for field in fields(value)})
    return value


def copies(data: bytes) -> list[list[str]]:
    """Return the pages of each copy: a copy begins where the page number is 1."""
    found: list[list[str]] = []
    for page in pages_by_pdfium(data):
        if "Trang 1/" in page:
            found.append([])
        found[-1].append(page)
    return found


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_every_text_is_printed(name: str, sample: str, paper: Paper, reader: Callable[[bytes], list[str]]) -> None:
    form = KINDS[name].samples[sample]

    text = squeezed("".join(reader(printed(name, sample, paper, watermark=""))))

    for field in fields(form):
        if field.name not in NOT_TEXT | {"watermark"}:
            for value in texts(getattr(form, field.name)):
                assert squeezed(value) in text or is_torn(value, text), (field.name, value)


def is_torn(value: str, text: str) -> bool:
    """Tell whether a text that runs over a page's end is there word by word."""
    return all(squeezed(word) in text for word in value.split())


@pytest.mark.parametrize(("name", "sample", "paper"), ONE_BY_ONE)
def test_each_copy_counts_its_pages(name: str, sample: str, paper: Paper) -> None:
    labels = KINDS[name].samples[sample].copy_labels

    found = copies(printed(name, sample, paper))

    assert len(found) == len(labels)
    for label, pages in zip(labels, found, strict=True):
        assert [FOOT.search(page).groups() for page in pages] == [  # type: ignore[union-attr]
            (str(number), str(len(pages))) for number in range(1, len(pages) + 1)
        ]
        assert all(label in page for page in pages)


@pytest.mark.parametrize("rows", range(1, 34))
@pytest.mark.parametrize("name", LISTED)
def test_signatures_stand_on_the_last_page_below_a_row(name: str, rows: int) -> None:
    kind = KINDS[name]
    form: Any = kind.samples["second_page"]
    form = replace(form, rows=form.rows[:rows], copy_labels=("Liên 1",))

    *earlier, last = pages_by_pdfium(kind.render(form, Paper.A4))

    for title in kind.last:
        assert last.count(title) == 1
        assert not any(title in page for page in earlier)
    newest = form.rows[-1]
    mark = newest.voucher if name == "cash_sheet" else newest.name if name == "handover_record" else newest.code
    assert squeezed(mark) in squeezed(last)


@pytest.mark.parametrize("name", [*LISTED, "control_sheet"])
def test_table_head_is_repeated_on_every_page_with_rows(name: str) -> None:
    pages = pages_by_pdfium(printed(name, "second_page", Paper.A4, copy_labels=("Liên 1",)))
    head = "TÊN CƠ QUAN" if name == "control_sheet" else "Mã hồ sơ" if name != "handover_record" else "Ngày hẹn trả"

    assert len(pages) > 2
    for page in pages:
        assert squeezed(head) in squeezed(page)


@pytest.mark.parametrize("name", KINDS)
def test_marks_of_training_and_reprint_are_printed(name: str) -> None:
    pages = pages_by_pdfium(printed(name, "longest", KINDS[name].papers[0]))

    assert len(pages) > 1
    assert all(TRAINING in page for page in pages)
    assert "IN LẠI LẦN 12" in pages[0]


@pytest.mark.parametrize("name", PAGED)
def test_paper_a_table_does_not_fit_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="80mm"):
        printed(name, "usual", Paper.ROLL)


@pytest.mark.parametrize("name", PAGED)
def test_decomposed_text_prints_like_composed(name: str) -> None:
    kind = KINDS[name]
    form = kind.samples["longest"]

    data = kind.render(decomposed(form), kind.papers[0])

    assert decomposed(form) != form
    assert picture(data, 0, 150).tobytes() == picture(kind.render(form, kind.papers[0]), 0, 150).tobytes()


@pytest.mark.parametrize("name", KINDS)
def test_file_names_no_person(name: str) -> None:
    metadata = pypdf.PdfReader(BytesIO(printed(name, "usual", KINDS[name].papers[0]))).metadata

    assert metadata is not None
    assert metadata.title
    assert not any(person in str(value) for person in NAMES if len(person) > 3 for value in metadata.values())


@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_same_form_gives_same_bytes(name: str, sample: str, paper: Paper) -> None:
    assert printed(name, sample, paper) == printed(name, sample, paper)


# Handover slip


def test_unconfirmed_slip_leaves_room_to_write_the_receipt_down() -> None:
    text = squeezed(pages_by_pdfium(handover_slip.render(SLIP))[0])

    assert squeezed("II. NHẬN Đã nhận …… hồ sơ, lúc …… giờ …… phút") in text
    assert squeezed("Thừa, thiếu (ghi mã hồ sơ):") in text


def test_confirmed_slip_names_every_difference() -> None:
    differences = ("Thiếu: H29.26.17-250709-0002, đang ở quầy số 3", "Thừa: H29.26.17-250709-0077")
    found = handover_slip.HandoverConfirmation("15 giờ 40 phút", "Đỗ Quỳnh Ỷ (mã PIN)", "04 hồ sơ", differences)

    text = squeezed(pages_by_pdfium(handover_slip.render(replace(SLIP, confirmation=found)))[0])

    assert all(squeezed(f"– {difference}") in text for difference in differences)
    assert squeezed("Người xác nhận: Đỗ Quỳnh Ỷ (mã PIN)") in text
    assert squeezed(found.without_differences) not in text


def test_confirmed_slip_without_difference_says_so() -> None:
    found = handover_slip.HandoverConfirmation("15 giờ 40 phút", "Đỗ Quỳnh Ỷ", "05 hồ sơ")

    text = squeezed(pages_by_pdfium(handover_slip.render(replace(SLIP, confirmation=found)))[0])

    assert squeezed("Chênh lệch: Đủ, đúng như danh sách.") in text
    assert squeezed("Thừa, thiếu") not in text


def test_hundreds_of_differences_are_all_named() -> None:
    differences = tuple(f"Thiếu: H29.26.17-250709-{number:04d}" for number in range(200))
    found = handover_slip.HandoverConfirmation("15 giờ 40 phút", "Ý", "00 hồ sơ", differences)

    text = "".join(pages_by_pdfium(handover_slip.render(replace(SLIP, confirmation=found, copy_labels=("Liên 1",)))))

    assert all(difference in text for difference in differences)


def test_digits_only_code_of_a_slip_stays_small() -> None:
    longer = replace(SLIP, qr_content=DIGITS + "x")

    sides = [side_of_code(handover_slip.render(form, Paper.A4)) for form in (SLIP, longer)]

    assert len(DIGITS) == 120
    assert sides[0] == 33
    assert sides[0] < sides[1]


def side_of_code(data: bytes) -> int:
    """Return the modules along one side of a page's QR code, from its drawing."""
    content = pypdf.PdfReader(BytesIO(data)).pages[0]["/Resources"]["/XObject"]
    operators = next(iter(content.values())).get_object().get_data().decode("latin-1")
    across = re.search(r"1 g -4 -4 (\d+) (\d+) re f", operators)
    assert across
    return int(across[1]) - 8


def test_every_row_keeps_its_order() -> None:
    form = replace(SLIP, rows=tuple(map(slip_row, range(1, 120))), copy_labels=("Liên 1",))

    text = squeezed("".join(pages_by_pdfium(handover_slip.render(form))))

    places = [text.index(row.code) for row in form.rows]
    assert places == sorted(places)


# Control sheet


def test_title_and_form_number_come_from_the_pack() -> None:
    old, new = (pages_by_pdfium(printed("control_sheet", sample, Paper.A5))[0] for sample in ("pack_2018", "usual"))

    assert "Mẫu số 05" in old
    assert "Mẫu số 06" in new


def test_each_hand_is_printed_with_its_place_to_sign() -> None:
    by_hand = replace(SHEET.hops[0], giver_signed="", receiver_signed="")
    form = replace(SHEET, hops=(by_hand,) * 17)

    text = "".join(pages_by_pdfium(control_sheet.render(form, Paper.A5)))

    assert text.count("Người giao (Ký)") == text.count("Người nhận (Ký)") == text.count("1. Giao:") == 17


def test_signature_on_the_machine_needs_no_room_for_a_pen() -> None:
    confirmed = replace(SHEET.hops[0], giver_signed="Đã xác nhận", receiver_signed="Đã xác nhận")

    text = "".join(pages_by_pdfium(control_sheet.render(replace(SHEET, hops=(confirmed,)), Paper.A5)))

    assert "(Ký)" not in text
    assert text.count("Đã xác nhận") == 2


def test_note_of_any_length_is_printed_whole() -> None:
    words = [f"từ{number}" for number in range(2500)]
    form = replace(SHEET, hops=(replace(SHEET.hops[0], note=" ".join(words)),))

    text = squeezed("".join(pages_by_pdfium(control_sheet.render(form, Paper.A5))))

    assert squeezed("Ghi chú của lần giao, nhận thứ 1:") in text
    assert all(word in text for word in words)


def test_w06_allowed_and_used_time_stand_in_every_hand() -> None:
    (page,) = pages_by_pdfium(control_sheet.render(SHEET, Paper.A4))

    assert squeezed(page).count(squeezed("Cho phép 08 giờ làm việc, đã dùng")) == len(SHEET.hops)


def test_sheet_without_a_hop_has_only_its_head() -> None:
    (page,) = pages_by_pdfium(control_sheet.render(replace(SHEET, hops=()), Paper.A5))

    assert "TÊN CƠ QUAN" in page
    assert "Người giao" not in page


# Money


@pytest.mark.parametrize("sample", ["shortest", "usual", "longest", "second_page"])
def test_sums_of_the_cash_sheet_are_those_of_its_rows(sample: str) -> None:
    text = "\n".join(pages_by_pdfium(printed("cash_sheet", sample, Paper.A4, watermark="")))
    rows = [cash_row(number) for number in range(1, len(re.findall(r"\d{2}-\d{4}/2025", text)) + 1)]
    form: Any = KINDS["cash_sheet"].samples[sample]
    cash, transfer = (
        sum(int(amount.replace(".", "") or 0) for amount in side) for side in zip(*map(amounts, rows), strict=True)
    )

    if not form.cancelled:
        assert len(rows) == len(form.rows)
        assert squeezed(f"Cộng {cash:,} {transfer:,}".replace(",", ".")) in squeezed(text)
        assert squeezed(f"Tổng số tiền đã thu: {cash + transfer:,} đồng".replace(",", ".")) in squeezed(text)
    assert squeezed(f"Số phiếu trong bảng kê: {len(form.rows):02d} phiếu") in squeezed(text)


def amounts(row: Any) -> tuple[str, str]:
    return row.cash, row.transfer


def test_sums_of_the_list_are_those_of_its_rows() -> None:
    form = list_of(40, "Bốn mươi hồ sơ")
    sets = sum(int(row.sets) for row in form.rows)
    fee = sum(int(row.fee.replace(".", "")) for row in form.rows)

    text = squeezed("".join(pages_by_pdfium(KINDS["dossier_list"].render(form, Paper.A4))))

    assert squeezed(f"Cộng {sets} {fee:,}".replace(",", ".")) in text
    assert squeezed("Tổng số: 40 hồ sơ") in text


def test_total_row_stays_with_the_row_before() -> None:
    for count in range(30, 60):
        *_, last = pages_by_pdfium(KINDS["cash_sheet"].render(sheet_of(count, "…"), Paper.A4))

        assert f"-{count:04d}/2025" in last
        assert "Cộng" in last


def test_transfer_code_is_printed_only_while_something_is_to_be_paid() -> None:
    paid, unpaid = (pages_by_pdfium(printed("fee_voucher", sample, Paper.A5))[0] for sample in ("usual", "unpaid"))

    assert "Quét để chuyển khoản" in unpaid
    assert "Quét để chuyển khoản" not in paid


def test_exemption_says_nothing_was_taken_and_why() -> None:
    text = squeezed(pages_by_pdfium(printed("fee_voucher", "exempted", Paper.A5))[0])

    assert squeezed("Số tiền: 0 đồng Bằng chữ: Không đồng") in text
    assert squeezed("Lý do miễn, giảm: Người thuộc gia đình có công với cách mạng") in text
    assert squeezed("Lý do miễn") not in squeezed(pages_by_pdfium(fee_voucher.render(VOUCHER))[0])


@pytest.mark.parametrize("sample", ["shortest", "usual", "unpaid", "exempted"])
def test_usual_voucher_takes_one_page_per_copy(sample: str) -> None:
    pages = pages_by_pdfium(printed("fee_voucher", sample, Paper.A5))

    assert len(pages) == 2
    assert "Liên 1: Lưu" in pages[0]
    assert "Liên 2: Giao cho người nộp tiền" in pages[1]
