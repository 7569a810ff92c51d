"""Draw what opens a form on any paper: letterhead, then the title block with its QR code."""

from reports.elements.letterhead import Letterhead, draw_letterhead, draw_stacked_letterhead
from reports.elements.page import A4, A4_TURNED, A5_TURNED, MM, ROLL, Ink, Sheet
from reports.elements.title import Spot, Title, draw_stacked_title, draw_title

_ROLL_AIR = (2.0, 2.0)
_LARGE_AIR = (3.5, 3.0)
_SMALL = (8.6, 13.0, 18.5 * MM)
"""Sizes of letterhead, title and QR code on A5."""
_SIZES = {A4: (11.5, 16.0, 25 * MM), A4_TURNED: (11.5, 15.0, 22 * MM), A5_TURNED: (9.5, 14.0, 22 * MM)}


def draw_head(
    ink: Ink, sheet: Sheet, letterhead: Letterhead, title: Title, air_mm: tuple[float, float]
) -> tuple[float, Spot]:
    """Draw the head of a first page.

    Args:
        ink: The page.
        sheet: Its measures.
        letterhead: Who issues the form.
        title: What it is.
        air_mm: White above and below the title on A5, in millimetres; the other papers have their own.

    Returns:
        Its height in points and where the copy's label goes.
    """
    x, y = sheet.left, sheet.top
    if sheet is ROLL:
        above, below = (air * MM for air in _ROLL_AIR)
        height = draw_stacked_letterhead(ink, letterhead, x, y, sheet.measure) + above
        block, spot = draw_stacked_title(ink, title, (x, y + height), sheet.measure)
        return height + block + below, spot
    is_large = sheet is A4
    above, below = (air * MM for air in (_LARGE_AIR if is_large else air_mm))
    capitals, size, qr_side = _SIZES.get(sheet, _SMALL)
    height = draw_letterhead(ink, letterhead, x, y, sheet.measure, capitals) + above
    block, spot = draw_title(ink, title, (x, y + height), sheet.measure, size, qr_side)
    return height + block + below, spot
