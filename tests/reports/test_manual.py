"""The manuals on paper: how many pages, every word and picture there, every letter in the embedded faces."""

import re

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from desktop.printing.manuals import BOOKS, manual_pdf
from desktop.ui.dialogs.manual import manual_text
from reports.elements.fonts import loaded

#: Pages the books may have (issue 6: the clerk's ten, the chair's two).
PAGES = {"can-bo": range(9, 12), "lanh-dao": range(2, 3), "quan-tri": range(5, 10)}


@pytest.mark.parametrize("book", BOOKS)
def test_a_manual_on_paper_has_its_pages_its_words_and_its_pictures(book: str) -> None:
    markdown = manual_text(book)
    headings = re.findall(r"^## (.+)$", markdown, re.MULTILINE)
    sentences = re.findall(r"^[A-ZĐƯ][^*`|(\n]{20,60}\.", markdown, re.MULTILINE)

    with pypdfium2.PdfDocument(manual_pdf(book)) as made:
        pages = len(made)
        outline = [entry.get_title() for entry in made.get_toc()]
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in made).split())
        pictures = sum(1 for page in made for _ in page.get_objects([FPDF_PAGEOBJ_IMAGE]))

    assert pages in PAGES[book]
    assert outline == headings
    assert [heading for heading in headings if heading not in text] == []
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert pictures == len(re.findall(r"^!\[", markdown, re.MULTILINE))
    assert [letter for letter in set(markdown) - {"\n"} if letter not in loaded().letters] == []


def test_the_same_manual_gives_the_same_bytes() -> None:
    assert manual_pdf("lanh-dao") == manual_pdf("lanh-dao")
