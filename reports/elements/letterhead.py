"""Set the head every paper of an authority bears.

Source: Decree 30/2020, annex I: national title in bold capitals, motto with a rule as long as itself, superior agency
in capitals, issuing agency in bold capitals with a rule of a third to a half of its length, place and date in italics.
Sizes are scaled down for A5, as Circular 01/2018 art. 9 wants the forms there.
"""

from dataclasses import dataclass

from reports.elements.flow import ASCENT, LEADING, Align, Cell, Row, draw_cell
from reports.elements.fonts import Face
from reports.elements.page import Ink
from reports.elements.text import Line, balance, width, wrap

_RULE_SHARE = 0.42
_MOTTO = 1.1
_BETWEEN = 16.0
_RULE_BELOW = 0.42
"""From base line to rule in em: clear of the dots below Ụ and Ậ."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Hold the head's clean texts.

    Attributes:
        parent_agency: Superior agency in capitals; may be empty.
        office: Issuing agency in capitals.
        national_title: CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM.
        national_motto: Độc lập - Tự do - Hạnh phúc.
        number_line: "Số: …" under the office; may be empty.
        place_and_date: Under the motto.
        form_mark: "Mẫu số 01", in the top right corner; may be empty.
        legal_line: The regulation it comes from, behind the mark; may be empty.
    """

    parent_agency: str
    office: str
    national_title: str
    national_motto: str
    number_line: str
    place_and_date: str
    form_mark: str = ""
    legal_line: str = ""


def draw_letterhead(ink: Ink, head: Letterhead, x: float, y: float, measure: float, size: float) -> float:
    """Draw the head.

    Args:
        ink: The page.
        head: The texts.
        x: Left edge.
        y: Top edge.
        measure: Width of the text column.
        size: Size of the capitals in points.

    Returns:
        Its height in points.
    """
    mark = _mark_row(head, measure, size)
    mark.draw(ink, x, y)
    top = y + mark.height
    right_width = width(head.national_title, Face.BOLD) * size
    left_width = measure - right_width - _BETWEEN
    left = _draw_office(ink, head, (x, top), left_width, size)
    right = _draw_nation(ink, head, (x + measure - right_width, top), right_width, size)
    bottom = max(left, right) + 0.4 * size
    number = _small_line(ink, head.number_line, Face.REGULAR, (x, bottom, left_width), size)
    date = _small_line(ink, head.place_and_date, Face.ITALIC, (x + measure - right_width, bottom, right_width), size)
    return max(number, date) - y


def draw_stacked_letterhead(ink: Ink, head: Letterhead, x: float, y: float, measure: float) -> float:
    """Draw the head for a roll: nation above, office below, all centred; return its height in points."""
    size = min(8.2, measure / (width(head.national_title, Face.BOLD) + 0.2))
    bottom = _draw_nation(ink, head, (x, y), measure, size) + 0.5 * size
    bottom = _draw_office(ink, head, (x, bottom), measure, size) + 0.4 * size
    bottom = _small_line(ink, head.number_line, Face.REGULAR, (x, bottom, measure), size / _MOTTO)
    bottom = _small_line(ink, head.place_and_date, Face.ITALIC, (x, bottom, measure), size / _MOTTO)
    return bottom - y


def _small_line(ink: Ink, text: str, face: Face, place: tuple[float, float, float], size: float) -> float:
    """Draw number or date under a column (left, top, width), a little larger where it fits on one line."""
    x, y, room = place
    size = size * _MOTTO if width(text, face) * size * _MOTTO <= room else size
    lines = balance(((face, text),), room / size)
    draw_cell(ink, Cell(x, room, lines, Align.CENTRE), size, (0.0, y), 0.0)
    return y + len(lines) * size * LEADING


def _mark_row(head: Letterhead, measure: float, size: float) -> Row:
    small = size * 0.82
    runs = ((Face.BOLD, head.form_mark), (Face.ITALIC, f" {head.legal_line}" if head.legal_line else ""))
    lines = wrap(runs, measure / small)
    return Row((Cell(0.0, measure, lines, Align.RIGHT),), small, below=0.25 * small)


def _draw_office(ink: Ink, head: Letterhead, corner: tuple[float, float], room: float, size: float) -> float:
    x, y = corner
    agency = balance(((Face.REGULAR, head.parent_agency),), room / size)
    office = balance(((Face.BOLD, head.office),), room / size)
    lines = (*agency, *office)
    draw_cell(ink, Cell(x, room, lines, Align.CENTRE), size, (0.0, y), 0.0)
    bottom = y + ((len(lines) - 1) * LEADING + ASCENT + _RULE_BELOW) * size
    length = max((line.width for line in office), default=0.0) * size * _RULE_SHARE
    ink.rule(x + (room - length) / 2, bottom, x + (room + length) / 2, bottom)
    return bottom


def _draw_nation(ink: Ink, head: Letterhead, corner: tuple[float, float], room: float, size: float) -> float:
    x, y = corner
    motto_size = size * _MOTTO
    motto = Line(((Face.BOLD, head.national_motto),), width(head.national_motto, Face.BOLD))
    title = wrap(((Face.BOLD, head.national_title),), room / size + 0.1)
    draw_cell(ink, Cell(x, room, title, Align.CENTRE), size, (0.0, y), 0.0)
    below_title = y + len(title) * size * LEADING
    draw_cell(ink, Cell(x, room, (motto,), Align.CENTRE), motto_size, (0.0, below_title), 0.0)
    bottom = below_title + (ASCENT + _RULE_BELOW) * motto_size
    length = motto.width * motto_size
    ink.rule(x + (room - length) / 2, bottom, x + (room + length) / 2, bottom)
    return bottom
