"""Set a form's title between its QR code and the right edge."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.elements.flow import ASCENT, LEADING, Align, Cell, draw_cell
from reports.elements.fonts import Face
from reports.elements.page import HAIRLINE, MM, Ink
from reports.elements.qr import QUIET_MODULES, QrCode
from reports.elements.text import Line, Run, balance, width, wrap

CAPTION = "Quét mã tra cứu"
_CAPTION_SIZE = 6.6
_CAPTION_OVERHANG = 4 * MM
"""A caption may be a little wider than its code."""
_QR_GAP = 2 * MM
_ROLL_QR_SIDE = 30 * MM
_TWO_LINES = 1.9


@dataclass(frozen=True, slots=True)
class Spot:
    """Say where each copy's label is put when the rest of the page is done.

    Attributes:
        centre: Horizontal middle.
        top: Upper edge of the line.
        size: Size of the letters in points.
    """

    centre: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class Title:
    """Hold a title block's clean texts.

    Attributes:
        title: In capitals.
        code_line: The code, below the title: label and value.
        marks: Bold lines below: "Cấp lại lần 1, thay giấy ngày …".
        framed: A mark that must not be overlooked, in a frame: "IN LẠI LẦN 1".
        qr_content: What the QR code says; empty for none.
        caption: Below the QR code: what it is for.
        has_label: Leave a line for the copy's label.
    """

    title: str
    code_line: Sequence[Run]
    marks: tuple[str, ...] = ()
    framed: str = ""
    qr_content: str = ""
    caption: str = CAPTION
    has_label: bool = True


def draw_title(
    ink: Ink, title: Title, corner: tuple[float, float], measure: float, size: float, qr_side: float
) -> tuple[float, Spot]:
    """Draw title, code, place for the copy's label and marks, with the QR code at the left.

    Args:
        ink: The page.
        title: The texts.
        corner: Top left corner.
        measure: Width of the text column.
        size: Size of the title in points.
        qr_side: Wanted side of the QR code with its quiet zone, in points.

    Returns:
        The height in points and where the copy's label goes.
    """
    x, y = corner
    beside = qr_bottom = 0.0
    if title.qr_content:
        code = QrCode(title.qr_content)
        side, quiet = code.side(qr_side), code.module(qr_side) * QUIET_MODULES
        code.draw(ink, x - quiet, y, qr_side)
        beside = side - quiet + _QR_GAP
        qr_bottom = side - quiet + _caption(ink, title.caption, (x, y + side - quiet), side - 2 * quiet)
    room = measure - 2 * beside
    left = x + beside
    if width(title.title, Face.BOLD) * size > room * _TWO_LINES:
        room = measure - beside  # no longer in the middle of the page, but not in three lines either
    bottom, spot = _lines(ink, title, (left, y + 0.25 * size), room, size)
    return max(bottom - y, qr_bottom), spot


def draw_stacked_title(ink: Ink, title: Title, corner: tuple[float, float], measure: float) -> tuple[float, Spot]:
    """Draw the same for a roll: title, code and marks, with the QR code below; return height and label's place."""
    x, y = corner
    bottom, spot = _lines(ink, title, corner, measure, 11.5)
    if title.qr_content:
        code = QrCode(title.qr_content)
        side = code.side(_ROLL_QR_SIDE)
        code.draw(ink, x + (measure - side) / 2, bottom, _ROLL_QR_SIDE)
        bottom += side - QUIET_MODULES * code.module(_ROLL_QR_SIDE)
        bottom += _caption(ink, title.caption, (x, bottom), measure)
    return bottom - y, spot


def _caption(ink: Ink, text: str, corner: tuple[float, float], room: float) -> float:
    lines = balance(((Face.ITALIC, text),), (room + _CAPTION_OVERHANG) / _CAPTION_SIZE)
    draw_cell(ink, Cell(corner[0], room, lines, Align.CENTRE), _CAPTION_SIZE, (0.0, corner[1] + 2.0), 0.0)
    return 2.0 + len(lines) * _CAPTION_SIZE * LEADING


def _lines(ink: Ink, title: Title, corner: tuple[float, float], room: float, size: float) -> tuple[float, Spot]:
    x, y = corner
    y = _centred(ink, (x, y), room, balance(((Face.BOLD, title.title),), room / size), size)
    small = size * 0.8
    y = _centred(ink, (x, y + 0.3 * small), room, balance(title.code_line, room / small), small)
    label = small * 0.94
    spot = Spot(x + room / 2, y + 0.1 * small, label)
    y = spot.top + label * LEADING * title.has_label
    for mark in title.marks:
        if mark:
            y = _centred(ink, (x, y + 0.1 * small), room, balance(((Face.BOLD, mark),), room / label), label)
    return (_framed(ink, title.framed, (x, y), room, small) if title.framed else y), spot


def _centred(ink: Ink, corner: tuple[float, float], room: float, lines: tuple[Line, ...], size: float) -> float:
    draw_cell(ink, Cell(corner[0], room, lines, Align.CENTRE), size, (0.0, corner[1]), 0.0)
    return corner[1] + len(lines) * size * LEADING


def _framed(ink: Ink, text: str, corner: tuple[float, float], room: float, size: float) -> float:
    x, y = corner
    lines = wrap(((Face.BOLD, text),), (room - 2 * size) / size)
    across = max(line.width for line in lines) * size + 1.2 * size
    top = y + 0.35 * size
    height = ((len(lines) - 1) * LEADING + ASCENT + 0.42) * size
    ink.frame(x + (room - across) / 2, top, across, height, 2 * HAIRLINE)
    _centred(ink, (x, top + 0.04 * size), room, lines, size)
    return top + height
