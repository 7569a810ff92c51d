"""Mark a page as worthless: training papers must never be taken for real ones."""

from math import cos, radians, sin

from reports.elements.fonts import Face
from reports.elements.page import Ink
from reports.elements.text import Line, width

_ANGLE, _FLAT_ANGLE = radians(50), radians(28)
"""On an upright page, and on one with the long side across."""
_SPAN = 0.86
_EVERY = 260.0
_LARGEST = 60.0


def draw_watermark(ink: Ink, text: str, page: tuple[float, float]) -> None:
    """Draw clean text across the page in light grey; call it before anything else, so that it lies beneath.

    Args:
        ink: The page.
        text: What it says; nothing is drawn when empty.
        page: Width and height of the page in points; a long roll gets the text every 9 cm.
    """
    if not text:
        return
    across, down = page
    em = width(text, Face.BOLD)
    angle = _ANGLE if down > across else _FLAT_ANGLE
    size = min(_LARGEST, _SPAN * across / cos(angle) / em, _SPAN * down / sin(angle) / em)
    length = size * em
    line = Line(((Face.BOLD, text),), em)
    count = max(1, int(down // max(_EVERY, length * sin(angle))))
    for number in range(count):
        middle = down * (2 * number + 1) / (2 * count)
        x = across / 2 - length / 2 * cos(angle) + size / 3 * sin(angle)
        baseline = middle + length / 2 * sin(angle) + size / 3 * cos(angle)
        ink.turned(x, baseline, line, size, (cos(angle), sin(angle)))
