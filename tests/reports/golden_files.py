"""Compare printed papers with the golden files, or write these anew."""

from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from reports.elements.page import MM
from tests.reports.reading import pages_by_pdfium, picture
from tests.reports.test_receipt_file import GOLDEN, GOLDEN_DPI, MEAN_TOLERANCE, STRAY_TOLERANCE, boxes

Box = tuple[float, float, float, float]


def assert_golden_text(name: str, data: bytes, *, rebuilds: bool) -> None:
    """Compare the text of all pages with the file of this name."""
    path = GOLDEN / f"{name}.txt"
    text = "\f\n".join("\n".join(line.rstrip() for line in page.splitlines()) for page in pages_by_pdfium(data)) + "\n"
    if rebuilds:
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")


def assert_golden_picture(name: str, data: bytes, page: int, folder: Path, *, rebuilds: bool) -> None:
    """Compare a page with the picture of this name; what was seen stays in the folder."""
    path = GOLDEN / f"{name}_{page + 1}.png"
    seen = picture(data, page, GOLDEN_DPI)
    seen.save(folder / path.name)
    if rebuilds:
        seen.save(path, optimize=True)

    with Image.open(path) as stored:
        golden = stored.convert("L")
    assert seen.size == golden.size
    difference = ImageChops.difference(seen, golden)
    assert ImageStat.Stat(difference).mean[0] < MEAN_TOLERANCE, folder
    stray = sum(difference.histogram()[64:]) / (seen.width * seen.height)
    assert stray < STRAY_TOLERANCE, folder


def overlapping(data: bytes, page: int) -> list[tuple[Box, Box]]:
    """Return the pairs of lines of a page that lie over each other."""
    lines = boxes(data, page)
    return [
        (line, other) for number, line in enumerate(lines) for other in lines[number + 1 :] if _overlap(line, other)
    ]


def outside(data: bytes, page: int, paper: tuple[float, float], margin_mm: float) -> list[Box]:
    """Return the lines of a page that reach into its margins."""
    side, (width, height) = margin_mm * MM, paper
    return [
        (left, bottom, right, top)
        for left, bottom, right, top in boxes(data, page)
        if left < side or right > width - side or bottom < 4 * MM or top > height - 3.5 * MM
    ]


def _overlap(line: Box, other: Box) -> bool:
    wide = min(line[2], other[2]) - max(line[0], other[0])
    high = min(line[3], other[3]) - max(line[1], other[1])
    return wide > 0.5 and high > 0.5
