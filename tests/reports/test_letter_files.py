"""The letter-like forms as files, their codes, and as pictures that must not change unseen."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from reports.elements.page import MM
from reports.forms.supplement import LETTER_PAPERS, Paper
from tests.reports.golden_files import assert_golden_picture, assert_golden_text, outside, overlapping
from tests.reports.letter_samples import CASES
from tests.reports.reading import codes, pages_by_pdfium
from tests.reports.test_receipt_file import fonts_in

CODED = [name for name, case in CASES.items() if case.form.code]
PICTURED = (
    ("supplement_usual", Paper.A5, 0),
    ("supplement_usual", Paper.A4, 0),
    ("supplement_at_intake", Paper.A5, 0),
    ("supplement_longest", Paper.A5, 0),
    ("supplement_longest", Paper.A5, 1),
    ("refusal_usual", Paper.A5, 0),
    ("refusal_usual", Paper.A4X2, 0),
    ("refusal_by_leader", Paper.A5, 0),
    ("refusal_second_page", Paper.A5, 1),
    ("apology_usual", Paper.A5, 0),
    ("apology_usual", Paper.A4, 0),
    ("apology_late_2018", Paper.A5, 0),
    ("apology_longest", Paper.A5, 1),
    ("stop_notice_shortest", Paper.A5, 0),
    ("stop_notice_usual", Paper.A5, 0),
    ("stop_notice_longest", Paper.A4, 1),
)


@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_file_is_sound(name: str, paper: Paper, tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    assert qpdf, "install qpdf: a PDF nobody checked is not done"
    path = tmp_path / "letter.pdf"
    path.write_bytes(CASES[name].printed(paper))

    result = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "WARNING" not in result.stdout + result.stderr


@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_all_fonts_are_embedded_subsets_of_ours(name: str, paper: Paper) -> None:
    reader = pypdf.PdfReader(BytesIO(CASES[name].printed(paper)))

    fonts = [font for page in reader.pages for font in fonts_in(page["/Resources"])]

    assert fonts
    for font in fonts:
        assert "+MotcuaSerif-" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CODED)
def test_codes_are_read_from_every_paper(name: str, paper: Paper, dpi: int) -> None:
    case = CASES[name]

    data = case.printed(paper, watermark="HỌC – KHÔNG GIÁ TRỊ", copy_labels=())

    assert codes(data, 0, dpi) == {"QRCode": {case.form.qr_content}, "Code128": {case.form.code}}
    for page in range(1, len(pages_by_pdfium(data))):
        assert codes(data, page, dpi) == {"Code128": {case.form.code}}


@pytest.mark.parametrize(
    ("paper", "size_mm"), [(Paper.A5, (148, 210)), (Paper.A4, (210, 297)), (Paper.A4X2, (297, 210))]
)
@pytest.mark.parametrize("name", CASES)
def test_pages_have_the_papers_size(name: str, paper: Paper, size_mm: tuple[int, int]) -> None:
    for page in pypdf.PdfReader(BytesIO(CASES[name].printed(paper))).pages:
        assert (page.mediabox.width / MM, page.mediabox.height / MM) == pytest.approx(size_mm, abs=0.05)


@pytest.mark.parametrize(("paper", "margin_mm", "size_mm"), [(Paper.A5, 6, (148, 210)), (Paper.A4, 10, (210, 297))])
@pytest.mark.parametrize("name", CASES)
def test_lines_stay_on_the_paper_and_do_not_overlap(
    name: str, paper: Paper, margin_mm: float, size_mm: tuple[int, int]
) -> None:
    data = CASES[name].printed(paper, watermark="", copy_labels=("Liên 1: Lưu",))
    size = (size_mm[0] * MM, size_mm[1] * MM)

    for page in range(len(pages_by_pdfium(data))):
        assert outside(data, page, size, margin_mm) == []
        assert overlapping(data, page) == []


@pytest.mark.parametrize("paper", LETTER_PAPERS)
@pytest.mark.parametrize("name", CASES)
def test_text_equals_golden_text(name: str, paper: Paper, rebuilds: bool) -> None:
    assert_golden_text(f"{name}_{paper}", CASES[name].printed(paper), rebuilds=rebuilds)


@pytest.mark.parametrize(("name", "paper", "page"), PICTURED)
def test_picture_equals_golden_picture(name: str, paper: Paper, page: int, tmp_path: Path, rebuilds: bool) -> None:
    assert_golden_picture(f"{name}_{paper}", CASES[name].printed(paper), page, tmp_path, rebuilds=rebuilds)
