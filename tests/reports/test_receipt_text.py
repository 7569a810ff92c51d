"""What the receipt says, read back by two independent readers."""

import random
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from io import BytesIO

import pypdf
import pytest

from reports.elements.text import texts
from reports.forms.receipt import ComponentRow, Paper, ReceiptForm, missing_glyphs, render
from tests.reports import samples
from tests.reports.reading import pages_by_pdfium, pages_by_pypdf, picture, squeezed

READERS = (pages_by_pdfium, pages_by_pypdf)
SHEETS = (Paper.A5, Paper.A4, Paper.A4X2)
NOT_PRINTED = {"qr_content", "legal_line", "form_mark"}
"""Codes are tested apart; a roll leaves out the mark and the regulation."""


def nfd(form: ReceiptForm) -> ReceiptForm:
    changes = {
        field.name: unicodedata.normalize("NFD", getattr(form, field.name))
        for field in fields(form)
        if isinstance(getattr(form, field.name), str)
    }
    rows = tuple(replace(row, name=unicodedata.normalize("NFD", row.name)) for row in form.components)
    return replace(form, **changes, components=rows)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", samples.ALL)
def test_every_field_is_printed(kind: str, paper: Paper, reader: Callable[[bytes], list[str]]) -> None:
    form = samples.ALL[kind]

    printed = squeezed("".join(reader(render(form, paper))))

    for field in fields(form):
        if field.name not in NOT_PRINTED:
            for text in texts(getattr(form, field.name)):
                assert squeezed(text) in printed, field.name


@pytest.mark.parametrize("paper", SHEETS)
@pytest.mark.parametrize("kind", ["usual", "longest", "second_page"])
def test_every_component_stands_in_its_row_with_its_quantities(kind: str, paper: Paper) -> None:
    form = samples.ALL[kind]

    printed = squeezed("".join(pages_by_pdfium(render(form, paper))))

    for row in form.components:
        assert squeezed(f"{row.no}{row.name}{row.originals}{row.certified}{row.copies}") in printed
    assert squeezed(f"{form.form_mark} {form.legal_line}") in printed


def test_roll_says_how_many_of_each_kind() -> None:
    component = ComponentRow("1", "Sơ đồ nhà ở", "1", "0", "10")

    printed = squeezed(pages_by_pdfium(render(replace(samples.USUAL, components=(component,)), Paper.ROLL))[0])

    assert squeezed("1. Sơ đồ nhà ở: 1 bản chính, 10 bản photo") in printed


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4, Paper.ROLL])
def test_usual_receipt_takes_one_page_per_copy(paper: Paper) -> None:
    pages = pages_by_pdfium(render(samples.USUAL, paper))

    assert len(pages) == 2
    assert "Liên 1: Lưu" in pages[0]
    assert "Liên 2: Giao cho người nộp" in pages[1]


def test_two_copies_share_one_a4() -> None:
    (page,) = pages_by_pdfium(render(samples.USUAL, Paper.A4X2))

    assert "Liên 1: Lưu" in page
    assert "Liên 2: Giao cho người nộp" in page


def test_three_copies_take_a_second_a4() -> None:
    form = replace(samples.USUAL, copy_labels=("Liên 1", "Liên 2", "Liên 3"))

    pages = pages_by_pdfium(render(form, Paper.A4X2))

    assert ["Liên 3" in page for page in pages] == [False, True]


def test_later_pages_repeat_head_of_table_and_code_and_count() -> None:
    form = replace(samples.SECOND_PAGE, copy_labels=("Liên 1: Lưu",))

    pages = pages_by_pdfium(render(form, Paper.A5))

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Trang {number}/{len(pages)}" in page
        assert form.code in page
    assert all("Thành phần hồ sơ" in page for page in pages[:-1])


@pytest.mark.parametrize("kind", ["longest", "second_page"])
def test_signatures_stand_on_the_last_page_with_something_else(kind: str) -> None:
    form = replace(samples.ALL[kind], copy_labels=("Liên 1: Lưu",))

    *earlier, last = map(squeezed, pages_by_pdfium(render(form, Paper.A5)))

    assert squeezed("NGƯỜI TIẾP NHẬN HỒ SƠ") in last
    assert squeezed(form.notes[0]) in last
    assert not any(squeezed("(Ký và ghi rõ họ tên)") in page for page in earlier)


def test_a_text_longer_than_a_page_goes_on_on_the_next() -> None:
    words = " ".join(f"từ{number}" for number in range(3000))
    row = ComponentRow("1", words, "1", "", "")

    printed = "".join(pages_by_pdfium(render(replace(samples.USUAL, procedure=words, components=(row,)), Paper.A5)))

    assert all(printed.count(f"từ{number}") >= 2 for number in (0, 1500, 2999))


def test_watermark_is_on_every_page() -> None:
    pages = pages_by_pdfium(render(samples.LONGEST, Paper.A5))

    assert len(pages) > 2
    assert all(samples.LONGEST.watermark in page for page in pages)


@pytest.mark.parametrize("paper", Paper)
def test_decomposed_text_prints_like_composed(paper: Paper) -> None:
    form = replace(samples.USUAL, owner="Nguyễn Thị Ngọc Ở")

    decomposed = render(nfd(form), paper)

    assert picture(decomposed, 0, 150).tobytes() == picture(render(form, paper), 0, 150).tobytes()


@pytest.mark.parametrize("name", ["Ở", "H'Hen Niê Kđăm", "Đỗ Quỳnh Ỷ", "Nguyễn Thị Ngọc Ở", "Y Bhăm Êban", "Ẫ"])
def test_names_of_all_kinds_come_back(name: str) -> None:
    form = replace(samples.USUAL, owner=name, submitter_name=name)

    data = render(form, Paper.A5)

    assert missing_glyphs(form) == ()
    assert all(squeezed(name) in squeezed(reader(data)[0]) for reader in READERS)


def test_letters_outside_the_typeface_are_replaced_and_named() -> None:
    form = replace(samples.USUAL, owner="陈 Đại 文")

    printed = pages_by_pdfium(render(form, Paper.A5))[0]

    assert missing_glyphs(form) == ("文", "陈")
    assert "□ Đại □" in printed


def test_line_breaks_and_invisible_signs_do_not_reach_the_paper() -> None:
    form = replace(samples.USUAL, owner="Nguyễn\r\nThị\u200b Ở\x00")

    assert missing_glyphs(form) == ()
    assert "Nguyễn Thị Ở" in pages_by_pdfium(render(form, Paper.A5))[0]


def test_document_is_named_by_code_and_never_by_person() -> None:
    reader = pypdf.PdfReader(BytesIO(render(samples.USUAL, Paper.A5)))
    metadata = reader.metadata

    assert metadata is not None
    assert metadata.title == samples.USUAL.code
    assert not any(samples.USUAL.owner in str(value) for value in metadata.values())
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"


@pytest.mark.parametrize("paper", Paper)
def test_same_form_gives_same_bytes(paper: Paper) -> None:
    assert render(samples.LONGEST, paper) == render(samples.LONGEST, paper)


def test_threads_do_not_disturb_each_other() -> None:
    forms = list(samples.ALL.values()) * 6
    random.Random(3).shuffle(forms)
    alone = [render(form, Paper.A5) for form in forms]

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda form: render(form, Paper.A5), forms))

    assert together == alone
