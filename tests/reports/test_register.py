"""The book of dossiers: its pages, its numbers, its closing, and that it takes rows one by one."""

import re
import tracemalloc
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.elements.fonts import Face
from reports.elements.text import plain_lines, wrap
from reports.forms import register
from tests.reports.reading import pages_by_pdfium, picture, squeezed
from tests.reports.register_samples import OPEN, USUAL, entries, entry, tall_entry

WORDS = st.text(alphabet="aiêởỹ. -ABĐW\u00a0", max_size=120)
FOOT = re.compile(r"Trang này: (\S+) mục – Cộng dồn: (\S+) mục\s+Trang (\S+)")
SEVERAL_PAGES = 150


def pages_of(form: register.RegisterForm, rows: Iterator[register.RegisterRow]) -> list[str]:
    return pages_by_pdfium(register.render(form, rows))


def feet(pages: list[str]) -> list[tuple[int, int, int]]:
    """Return rows on the page, rows up to it, and number of each page with rows."""
    found = [FOOT.search(page) for page in pages]
    assert all(found)
    return [tuple(int(part.replace(".", "")) for part in foot.groups()) for foot in found if foot]  # type: ignore[misc]


def test_cover_says_year_volume_and_when_the_book_was_opened_and_closed() -> None:
    cover = squeezed(pages_of(USUAL, entries(3))[0])

    for text in ("SỔ THEO DÕI HỒ SƠ Năm 2025 Quyển số: 02", USUAL.span, USUAL.period):
        assert squeezed(text) in cover
    assert squeezed("Mở sổ: ngày 01 tháng 07 năm 2025 Đóng sổ: ngày 31 tháng 12 năm 2025") in cover


def test_every_text_of_every_row_is_printed_in_order() -> None:
    pages = pages_of(USUAL, entries(SEVERAL_PAGES))

    text = squeezed("".join(pages))
    places = [text.index(squeezed(entry(number)[1])) for number in range(1, SEVERAL_PAGES + 1)]
    assert places == sorted(places)
    for number in range(1, SEVERAL_PAGES + 1):
        for value in entry(number):
            assert squeezed(value) in text


def test_every_page_has_all_thirteen_heads_and_their_numbers() -> None:
    _, *pages = pages_of(USUAL, entries(SEVERAL_PAGES))

    assert len(register.COLUMNS) == 13
    for page in pages:
        text = squeezed(page)
        assert all(squeezed(column.title) in text for column in register.COLUMNS)
        assert "".join(f"({number})" for number in range(1, 14)) in text


def test_pages_are_numbered_and_count_their_rows() -> None:
    _, *pages = pages_of(replace(USUAL, closed_on=""), entries(SEVERAL_PAGES))

    found = feet(pages)

    assert [number for _, _, number in found] == list(range(1, len(pages) + 1))
    running = 0
    for page, (here, so_far, _) in zip(pages, found, strict=True):
        running += here
        assert so_far == running
        assert here == len(re.findall(r"H29\.26\.17-250709-\d{4}", page))
    assert running == SEVERAL_PAGES


@pytest.mark.parametrize("count", range(1, 40))
def test_closing_stands_once_at_the_end_and_knows_the_last_page(count: int) -> None:
    pages = pages_of(USUAL, entries(count))
    with_rows = [page for page in pages[1:] if "H29.26.17" in page]

    *earlier, last = map(squeezed, pages)

    said = f"Sổ gồm {len(with_rows)} trang ghi, đánh số từ trang 1 đến trang {len(with_rows)}; có {USUAL.entries}"
    assert squeezed(said) in last
    assert squeezed(f"(Bằng chữ: {USUAL.entries_in_words})") in last
    assert squeezed("GIÁM ĐỐC (Ký tên và đóng dấu)") in last
    assert squeezed(USUAL.closing_mark) in last
    assert not any(squeezed("ĐÓNG SỔ:") in page for page in earlier[1:])


def test_open_book_has_no_closing() -> None:
    pages = pages_of(OPEN, entries(3))

    assert len(pages) == 2
    assert "ĐÓNG SỔ" not in pages[1]


def test_book_without_rows_has_a_cover_and_an_empty_page() -> None:
    pages = pages_of(OPEN, entries(0))

    assert feet(pages[1:]) == [(0, 0, 1)]


def test_row_higher_than_a_page_goes_on_over_pages_and_counts_once() -> None:
    rows = [entry(1), tall_entry(400), entry(2)]

    _, *pages = pages_by_pdfium(register.render(OPEN, rows))

    text = squeezed("".join(pages))
    assert all(f"ghi{number}" in text for number in range(400))
    assert feet(pages)[-1][1] == 3


@pytest.mark.parametrize("row", [entry(1)[:-1], (*entry(1), "")])
def test_row_with_too_few_or_too_many_texts_is_refused(row: register.RegisterRow) -> None:
    with pytest.raises(ValueError, match="zip"):
        register.render(OPEN, [row])


def test_decomposed_text_prints_like_composed() -> None:
    rows = list(entries(10))
    decomposed = [tuple(unicodedata.normalize("NFD", text) for text in row) for row in rows]

    composed_data, decomposed_data = register.render(OPEN, rows), register.render(OPEN, decomposed)

    assert decomposed != rows
    assert picture(decomposed_data, 1, 100).tobytes() == picture(composed_data, 1, 100).tobytes()


def test_letters_of_more_than_one_font_subset_are_all_printed() -> None:
    every = "".join(chr(code) for code in (*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x1EA0, 0x1EFA)))
    rows = [(*entry(number)[:2], every, *entry(number)[3:]) for number in range(1, 4)]

    text = squeezed("".join(pages_by_pdfium(register.render(OPEN, rows))[1:]))

    assert len(set(every)) > 256
    for letter in "ỹỸảạđĐ()\\":
        assert text.count(letter) >= 3
    assert text.count(squeezed(entry(3)[5])) == 1


def test_rows_are_taken_one_by_one_in_little_memory() -> None:
    tracemalloc.start()
    try:
        size = len(register.render(OPEN, entries(1500)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    # The rows as texts and operators alone would be some 3 MB, twice that with their pages; the file is in it thrice.
    assert peak < 4_500_000 + 3 * size


@given(WORDS, st.floats(1.6, 40))
def test_cheap_breaking_breaks_as_the_thorough_one(text: str, limit: float) -> None:
    thorough = ["".join(part for _, part in line.runs) for line in wrap(((Face.REGULAR, text.strip(" ")),), limit)]

    assert [" ".join(line.split(" ")) for line in plain_lines(text, Face.REGULAR, limit)] == [
        re.sub(" +", " ", line).strip(" ") for line in thorough
    ]
