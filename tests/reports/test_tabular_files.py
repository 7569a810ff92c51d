"""Papers that are mainly tables as files, their codes, and as pictures that must not change unseen."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from reports.elements.page import MM
from reports.forms.fee_voucher import Paper
from tests.reports.golden_files import assert_golden_picture, assert_golden_text, outside, overlapping
from tests.reports.handing_samples import TRAINING
from tests.reports.reading import codes, pages_by_pdfium
from tests.reports.tabular_samples import CASES, KINDS, printed
from tests.reports.test_receipt_file import fonts_in

PICTURED = [(name, *place) for name, kind in KINDS.items() for place in kind.pictured]
CODED = [case for case in CASES if KINDS[case[0]].qr(KINDS[case[0]].samples[case[1]])]
UPRIGHT_A4, ACROSS_A4, UPRIGHT_A5, ACROSS_A5 = (210, 297), (297, 210), (148, 210), (210, 148)
SIZES = {
    ("handover_slip", Paper.A4): UPRIGHT_A4,
    ("handover_slip", Paper.A5): UPRIGHT_A5,
    ("control_sheet", Paper.A4): UPRIGHT_A4,
    ("control_sheet", Paper.A5): UPRIGHT_A5,
    ("cash_sheet", Paper.A4): UPRIGHT_A4,
    ("fee_voucher", Paper.A5): ACROSS_A5,
}
"""What is not A4 with the long side across."""


@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_file_is_sound(name: str, sample: str, paper: Paper, tmp_path: Path) -> None:
    qpdf = shutil.which("qpdf")
    assert qpdf, "install qpdf: a PDF nobody checked is not done"
    path = tmp_path / "paper.pdf"
    path.write_bytes(printed(name, sample, paper))

    result = subprocess.run([qpdf, "--check", str(path)], capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "WARNING" not in result.stdout + result.stderr


@pytest.mark.parametrize("name", KINDS)
def test_all_fonts_are_embedded_subsets_of_ours(name: str) -> None:
    for paper in KINDS[name].papers:
        reader = pypdf.PdfReader(BytesIO(printed(name, "longest", paper)))

        fonts = [font for page in reader.pages for font in fonts_in(page["/Resources"])]

        assert fonts
        for font in fonts:
            assert "+MotcuaSerif-" in font["/BaseFont"]
            assert "/FontFile2" in font["/FontDescriptor"]
            assert "/ToUnicode" in font


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(("name", "sample", "paper"), CODED)
def test_code_is_read_from_the_first_page(name: str, sample: str, paper: Paper, dpi: int) -> None:
    kind = KINDS[name]

    data = printed(name, sample, paper, watermark=TRAINING)

    assert codes(data, 0, dpi) == {"QRCode": {kind.qr(kind.samples[sample])}}


@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_pages_have_the_papers_size(name: str, sample: str, paper: Paper) -> None:
    size = SIZES.get((name, paper), ACROSS_A4)

    for page in pypdf.PdfReader(BytesIO(printed(name, sample, paper))).pages:
        assert (page.mediabox.width / MM, page.mediabox.height / MM) == pytest.approx(size, abs=0.05)


@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_lines_stay_on_the_paper_and_do_not_overlap(name: str, sample: str, paper: Paper) -> None:
    across, down = SIZES.get((name, paper), ACROSS_A4)
    data = printed(name, sample, paper, watermark="")

    for page in range(len(pages_by_pdfium(data))):
        assert outside(data, page, (across * MM, down * MM), 5) == []
        assert overlapping(data, page) == []


@pytest.mark.parametrize(("name", "sample", "paper"), CASES)
def test_text_equals_golden_text(name: str, sample: str, paper: Paper, rebuilds: bool) -> None:
    assert_golden_text(f"{name}_{sample}_{paper}", printed(name, sample, paper), rebuilds=rebuilds)


@pytest.mark.parametrize(("name", "sample", "paper", "page"), PICTURED)
def test_picture_equals_golden_picture(
    name: str, sample: str, paper: Paper, page: int, tmp_path: Path, rebuilds: bool
) -> None:
    data = printed(name, sample, paper)

    assert_golden_picture(f"{name}_{sample}_{paper}", data, page, tmp_path, rebuilds=rebuilds)
