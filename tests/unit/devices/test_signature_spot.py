from io import BytesIO

import pypdf
import pytest

from desktop.devices.signature_spot import HEIGHT_MM, WIDTH_MM, find_signature_place
from tests.support.signing import CHAIR, named_paper, paper

_MM_PER_POINT = 25.4 / 72


def test_the_signature_stands_above_the_last_place_of_the_name() -> None:
    place = find_signature_place(named_paper(CHAIR), CHAIR)

    assert place is not None
    assert place.page == 0
    assert (place.width_mm, place.height_mm) == (WIDTH_MM, HEIGHT_MM)
    assert place.left_mm + WIDTH_MM / 2 == pytest.approx(425 * _MM_PER_POINT, abs=1)
    assert 150 * _MM_PER_POINT < place.bottom_mm < 150 * _MM_PER_POINT + 8
    assert place.bottom_mm + HEIGHT_MM < 252 * _MM_PER_POINT


def test_a_paper_without_the_name_has_no_place() -> None:
    assert find_signature_place(paper(2), CHAIR) is None
    assert find_signature_place(named_paper(CHAIR), " ") is None


def test_what_is_no_pdf_has_no_place() -> None:
    assert find_signature_place(b"no paper", CHAIR) is None


def test_a_turned_page_is_not_guessed() -> None:
    writer = pypdf.PdfWriter(BytesIO(named_paper(CHAIR)))
    writer.pages[0].rotate(90)
    stream = BytesIO()
    writer.write(stream)

    assert find_signature_place(stream.getvalue(), CHAIR) is None
