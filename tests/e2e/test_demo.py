"""The README's first command where there is no display: a day at the counter leaves papers and pictures to look at."""

import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.lint.repository import ROOT

pytestmark = pytest.mark.timeout(600)

#: Dots per millimetre of a 203 dpi printer, in points.
SCALE = 203 / 72
DAY = "000.16.27.H29-261123"


def test_a_day_at_the_counter_leaves_its_papers_and_pictures(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_STATE_HOME": str(tmp_path / "state"), "XDG_CONFIG_HOME": str(tmp_path / "config")}

    ended = subprocess.run(
        [sys.executable, "-m", "desktop", "demo", "--out", str(tmp_path / "out")],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    assert [line[:4] for line in lines] == [f"[{n:02d}]" for n in range(1, len(lines) + 1)]
    assert all("mọi chữ ký đúng" in line for line in lines[-2:])
    assert ended.stderr == ""
    receipts = sorted((tmp_path / "out" / "Giay-hen").glob(f"{DAY}-*-v1-A5.pdf"))
    assert [receipt.name[: len(DAY) + 5] for receipt in receipts] == [f"{DAY}-{n:04d}" for n in range(1, 6)]
    assert all(any(receipt.name.startswith(code) for code in codes_on(receipt)) for receipt in receipts)
    pictures = sorted((tmp_path / "out" / "man-hinh").glob("*.png"))
    assert len(pictures) >= 20
    # No page is blank, and none is the picture of another: the window went where the keys sent it.
    assert all(Image.open(picture).getcolors(64) is None for picture in pictures)
    assert len({picture.read_bytes() for picture in pictures}) == len(pictures)


def codes_on(pdf: Path) -> list[str]:
    """Read the codes of a paper's first page as a black-and-white printer of 203 dpi prints it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=SCALE, grayscale=True).to_pil()
    finally:
        document.close()
    return [found.text for found in zxingcpp.read_barcodes(page.point(lambda value: 255 if value > 127 else 0))]
