"""TRANG IN THỬ: does this printer print Vietnamese, true millimetres, and codes that a scanner reads?

No national form. A frame stands five millimetres from the edge and a ruler of 100 mm across: cut off or shrunk by the
driver, both show it. This module prints finished texts and formats nothing.
"""

from dataclasses import dataclass

from reports.elements.barcode import Strip
from reports.elements.fonts import Face
from reports.elements.page import A5, MM, Document, Ink
from reports.elements.qr import QrCode
from reports.elements.text import Line, cleaned, width
from reports.elements.watermark import draw_watermark

__all__ = ["TestPageForm", "render"]

_EDGE = 5 * MM
_LEFT = 15 * MM
_RULER_MM = 100
_QR = 28 * MM


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPageForm:
    """Hold every text of the page, finished.

    Attributes:
        title: What it is.
        lines: Printer, PC, date; a sentence with every stacked mark.
        code: What both codes say, ASCII.
        notes: What to look at.
        watermark: Across the page, "" for nothing.
    """

    __test__ = False  # not a test, whatever it is called

    title: str
    lines: tuple[str, ...]
    code: str
    notes: tuple[str, ...]
    watermark: str = ""


def render(form: TestPageForm) -> bytes:
    """Print the page on A5.

    Returns:
        A PDF file, the same to the byte for the same form.

    Threads: any.
    """
    form = cleaned(form)
    document = Document("trang-in-thu")
    ink = Ink(document, A5.height)
    draw_watermark(ink, form.watermark, (A5.width, A5.height))
    ink.frame(_EDGE, _EDGE, A5.width - 2 * _EDGE, A5.height - 2 * _EDGE)
    y = 22 * MM
    _write(ink, Face.BOLD, form.title, y, 15)
    for text in form.lines:
        y += 8 * MM
        _write(ink, Face.REGULAR, text, y, 11)
    y += 12 * MM
    _ruler(ink, y)
    y += 14 * MM
    Strip(form.code).draw(ink, _LEFT, y)
    QrCode(form.code).draw(ink, _LEFT, y + 14 * MM, _QR)
    y += 22 * MM + _QR
    for text in form.notes:
        _write(ink, Face.REGULAR, text, y, 10)
        y += 6 * MM
    document.add_page((A5.width, A5.height), ink.finished())
    return document.finish()


def _write(ink: Ink, face: Face, text: str, baseline: float, size: float) -> None:
    ink.text(_LEFT, baseline, Line(((face, text),), width(text, face)), size)


def _ruler(ink: Ink, y: float) -> None:
    ink.rule(_LEFT, y, _LEFT + _RULER_MM * MM, y)
    for mark in range(0, _RULER_MM + 1, 10):
        ink.rule(_LEFT + mark * MM, y - 3 * MM, _LEFT + mark * MM, y)
