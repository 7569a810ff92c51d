"""The receipt as a file, and as a picture that must not change unseen."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from reports.elements.page import MM
from reports.forms.receipt import Paper, render
from tests.reports import samples
from tests.reports.reading import pages_by_pdfium, picture

GOLDEN = Path(__file__).with_name("golden")
GOLDEN_DPI = 100
PICTURED = (
    ("usual", Paper.A5, 0),
    ("usual", Paper.A4, 0),
    ("usual", Paper.A4X2, 0),
    ("usual", Paper.ROLL, 0),
    ("shortest", Paper.A5, 0),
    ("certification", Paper.A5, 0),
    ("longest", Paper.A5, 0),
    ("longest", Paper.A5, 1),
    ("longest", Paper.ROLL, 0),
    ("second_page", Paper.A5, 1),
)
MEAN_TOLERANCE = 0.6
STRAY_TOLERANCE = 0.002
"""Share of pixels that may differ by more than a quarter of the scale."""


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", samples.ALL)
def test_file_is_sound(kind: str, paper: Paper, tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    assert qpdf, "install qpdf: a PDF nobody checked is not done"
    path = tmp_path / "receipt.pdf"
    path.write_bytes(render(samples.ALL[kind], paper))

    result = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "WARNING" not in result.stdout + result.stderr


def fonts_in(resources: pypdf.generic.DictionaryObject) -> Iterator[pypdf.generic.DictionaryObject]:
    for font in resources.get("/Font", {}).values():
        yield font.get_object()
    for part in resources.get("/XObject", {}).values():
        yield from fonts_in(part.get_object()["/Resources"])


@pytest.mark.parametrize("paper", Paper)
def test_all_fonts_are_embedded_subsets_of_ours(paper: Paper) -> None:
    reader = pypdf.PdfReader(BytesIO(render(samples.LONGEST, paper)))

    fonts = [font for page in reader.pages for font in fonts_in(page["/Resources"])]

    assert fonts
    for font in fonts:
        assert "+MotcuaSerif-" in font["/BaseFont"]
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


@pytest.mark.parametrize(
    ("paper", "width_mm", "height_mm"), [(Paper.A5, 148, 210), (Paper.A4, 210, 297), (Paper.A4X2, 297, 210)]
)
def test_pages_have_the_papers_size(paper: Paper, width_mm: int, height_mm: int) -> None:
    for page in pypdf.PdfReader(BytesIO(render(samples.LONGEST, paper))).pages:
        assert page.mediabox.width / MM == pytest.approx(width_mm, abs=0.05)
        assert page.mediabox.height / MM == pytest.approx(height_mm, abs=0.05)


def test_roll_is_as_long_as_its_content() -> None:
    shortest, longest = (
        pypdf.PdfReader(BytesIO(render(form, Paper.ROLL))).pages[0].mediabox
        for form in (samples.SHORTEST, samples.LONGEST)
    )

    assert shortest.width / MM == pytest.approx(80, abs=0.05)
    assert shortest.height < longest.height / 2


def boxes(data: bytes, page: int) -> list[tuple[float, float, float, float]]:
    """Return the tight boxes of lines of text: left, bottom, right, top."""
    document = pypdfium2.PdfDocument(data)
    try:
        text = document[page].get_textpage()
        return [text.get_rect(number) for number in range(text.count_rects())]
    finally:
        document.close()


@pytest.mark.parametrize(("paper", "margin_mm"), [(Paper.A5, 6), (Paper.A4, 10), (Paper.ROLL, 3.9)])
@pytest.mark.parametrize("kind", samples.ALL)
def test_lines_stay_on_the_paper_and_do_not_overlap(kind: str, paper: Paper, margin_mm: float) -> None:
    form = replace(samples.ALL[kind], watermark="", copy_labels=("Liên 1: Lưu",))
    data = render(form, paper)

    for number, page in enumerate(pypdf.PdfReader(BytesIO(data)).pages):
        lines = boxes(data, number)
        margin = margin_mm * MM
        for left, bottom, right, top in lines:
            assert left >= margin
            assert bottom >= 4 * MM
            assert right <= float(page.mediabox.width) - margin
            assert top <= float(page.mediabox.height) - 3.5 * MM
        for index, (left, bottom, right, top) in enumerate(lines):
            for other in lines[index + 1 :]:
                wide = min(right, other[2]) - max(left, other[0])
                high = min(top, other[3]) - max(bottom, other[1])
                assert not (wide > 0.5 and high > 0.5), (lines[index], other)


@pytest.mark.parametrize("paper", Paper)
@pytest.mark.parametrize("kind", samples.ALL)
def test_text_equals_golden_text(kind: str, paper: Paper, rebuilds: bool) -> None:
    path = GOLDEN / f"receipt_{kind}_{paper}.txt"
    pages = pages_by_pdfium(render(samples.ALL[kind], paper))
    text = "\f\n".join("\n".join(line.rstrip() for line in page.splitlines()) for page in pages) + "\n"
    if rebuilds:
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "paper", "page"), PICTURED)
def test_picture_equals_golden_picture(kind: str, paper: Paper, page: int, tmp_path: Path, rebuilds: bool) -> None:
    path = GOLDEN / f"receipt_{kind}_{paper}_{page + 1}.png"
    seen = picture(render(samples.ALL[kind], paper), page, GOLDEN_DPI)
    if rebuilds:
        seen.save(path, optimize=True)

    with Image.open(path) as stored:
        golden = stored.convert("L")
    seen.save(tmp_path / path.name)
    assert seen.size == golden.size
    difference = ImageChops.difference(seen, golden)
    assert ImageStat.Stat(difference).mean[0] < MEAN_TOLERANCE, tmp_path
    stray = sum(difference.histogram()[64:]) / (seen.width * seen.height)
    assert stray < STRAY_TOLERANCE, tmp_path
