"""Assemble a form's head, body and code strip on any paper, in copies.

A form module says what stands in the head and in the body (`Plan`); this module chooses the size of the letters,
breaks pages, numbers them and repeats the strip, so that every form behaves alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from reports.elements.barcode import Strip
from reports.elements.column import Column
from reports.elements.flow import LEADING, Align, Block, Cell, Gap, Placed, draw_cell, paginate, total
from reports.elements.fonts import Face
from reports.elements.page import A4, A4_LANDSCAPE, A5, MM, ROLL, Document, Ink, Paper, Sheet
from reports.elements.text import Line, width, wrap
from reports.elements.title import Spot
from reports.elements.watermark import draw_watermark

_SIZES = {
    Paper.A5: (11.5, 11.0, 10.5, 10.25, 10.0, 9.75, 9.5),
    Paper.A4: (13.5, 13.0, 12.5, 12.0, 11.5),
}
"""Sizes of running text to try, largest first; A5 as production prints it (10-11.5), A4 by Decree 30/2020."""
_ROLL_SIZE = 10.0
_FOOTER_TEXT = 7.5
_FOOTER_GAP = 1.5 * MM
_RUNNING_SIZE = 8.5
_SHRINKS_BY = 1.7
"""Halving the letters divides a page's text by about 2 to this power."""
_ABOVE_FOOT = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what a form consists of.

    Attributes:
        code: The dossier's code: document title, foot of each page.
        strip_content: What the Code 128 strip says.
        running_head: Top of each page after the first.
        copy_labels: One printed copy for each: "Liên 1: Lưu".
        watermark: Printed beneath everything; empty for none.
        draw_head: Draws the head into (ink, sheet) and returns its height and the place of the copy's label.
        body: Sets what follows the head into a column.
    """

    code: str
    strip_content: str
    running_head: str
    copy_labels: tuple[str, ...]
    watermark: str
    draw_head: Callable[[Ink, Sheet], tuple[float, Spot]]
    body: Callable[[Column], list[Block]]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Hold a page without what differs between copies, stored once in the document, and where that goes."""

    name: str
    show: str
    spots: tuple[tuple[Spot, Align], ...]
    height: float


def render_plan(plan: Plan, paper: Paper, sizes: Mapping[Paper, Sequence[float]] = _SIZES) -> bytes:
    """Print a form.

    Args:
        plan: Its parts, with clean texts.
        paper: A5, A4 and the roll give pages per copy, one copy after the other; A4x2 gives sheets with two copies
            side by side.
        sizes: Sizes of running text to try on A5 and A4, largest first.

    Returns:
        A PDF file.
    """
    document = Document(plan.code or plan.running_head)
    labels = plan.copy_labels or ("",)
    if paper is Paper.A4X2:
        _side_by_side(document, _leaves(document, plan, A5, sizes[Paper.A5]), labels)
        return document.finish()
    if paper is Paper.ROLL:
        return _copies(document, [_roll(document, plan)], labels, ROLL.width)
    return render_sheets(plan, A4 if paper is Paper.A4 else A5, sizes[paper])


def render_sheets(plan: Plan, sheet: Sheet, sizes: Sequence[float]) -> bytes:
    """Print a form on a sheet of any size, one copy after the other.

    Args:
        plan: Its parts, with clean texts.
        sheet: The page.
        sizes: Sizes of running text to try, largest first.

    Returns:
        A PDF file.
    """
    document = Document(plan.code or plan.running_head)
    return _copies(document, _leaves(document, plan, sheet, sizes), plan.copy_labels or ("",), sheet.width)


def _copies(document: Document, leaves: Sequence[_Leaf], labels: Sequence[str], across: float) -> bytes:
    for label in labels:
        for leaf in leaves:
            document.add_page((across, leaf.height), _labelled(document, leaf, label), [leaf.name])
    return document.finish()


def _leaves(document: Document, plan: Plan, sheet: Sheet, sizes: Sequence[float]) -> list[_Leaf]:
    strip = Strip(plan.strip_content)
    foot = _footer_height(strip, sheet)
    first = Ink(document, sheet.height)
    draw_watermark(first, plan.watermark, (sheet.width, sheet.height))
    head, spot = plan.draw_head(first, sheet)
    room = sheet.height - sheet.top - sheet.bottom - foot - _ABOVE_FOOT
    rooms = (room - head, room - _RUNNING_SIZE * 2.2)
    pages = _best(plan.body, sheet.measure, sizes, rooms)
    leaves = []
    for number, page in enumerate(pages):
        ink, y = (first, sheet.top + head) if number == 0 else _later_page(document, plan, sheet)
        for offset, block in _stretched(page, rooms[min(number, 1)]):
            block.draw(ink, sheet.left, y + offset)
        foot_spot = _draw_footer(ink, strip, sheet, plan.code, f"Trang {number + 1}/{len(pages)}")
        spots = ((foot_spot, Align.LEFT),) if number else ((spot, Align.CENTRE), (foot_spot, Align.LEFT))
        leaves.append(_leaf(document, f"page{number + 1}", (sheet.width, sheet.height), ink, spots))
    return leaves


def _roll(document: Document, plan: Plan) -> _Leaf:
    blocks = plan.body(Column(ROLL.measure, _ROLL_SIZE, narrow=True))
    # The length is known only after the head is drawn, so it is drawn once to measure.
    head, _ = plan.draw_head(Ink(document, 0.0), ROLL)
    height = ROLL.top + head + total(blocks) + ROLL.bottom
    ink = Ink(document, height)
    draw_watermark(ink, plan.watermark, (ROLL.width, height))
    head, spot = plan.draw_head(ink, ROLL)
    y = ROLL.top + head
    for block in blocks:
        block.draw(ink, ROLL.left, y)
        y += block.height
    return _leaf(document, "page1", (ROLL.width, height), ink, ((spot, Align.CENTRE),))


def _leaf(
    document: Document, name: str, size: tuple[float, float], ink: Ink, spots: tuple[tuple[Spot, Align], ...]
) -> _Leaf:
    return _Leaf(name, document.add_part(name, size, ink.finished()), spots, size[1])


def _best(
    body: Callable[[Column], list[Block]], measure: float, sizes: Sequence[float], rooms: tuple[float, float]
) -> list[list[Placed]]:
    """Choose the largest letters with which one page is enough, or else the fewest pages.

    One trial in the middle tells where to look, so most papers are set twice.
    """
    middle = sizes[len(sizes) // 2]
    height = total(body(Column(measure, middle)))
    likely = middle * (rooms[0] / height) ** (1 / _SHRINKS_BY)
    for size in sizes:
        if size <= likely or size == sizes[-1]:
            blocks = body(Column(measure, size))
            if total(blocks) <= rooms[0]:
                return paginate(blocks, *rooms)
    return min((paginate(body(Column(measure, size)), *rooms) for size in sizes), key=len)


def _stretched(page: list[Placed], room: float) -> list[Placed]:
    """Give the white left on a page to its elastic gaps."""
    if not page:
        return page
    slack = room - page[-1][0] - page[-1][1].height
    placed: list[Placed] = []
    shift = 0.0
    for offset, block in page:
        placed.append((offset + shift, block))
        if isinstance(block, Gap) and block.stretch:
            extra = max(0.0, min(block.stretch, slack - shift))
            placed[-1] = (offset + shift, replace(block, height=block.height + extra))
            shift += extra
    return placed


def _later_page(document: Document, plan: Plan, sheet: Sheet) -> tuple[Ink, float]:
    ink = Ink(document, sheet.height)
    draw_watermark(ink, plan.watermark, (sheet.width, sheet.height))
    lines = wrap(((Face.ITALIC, plan.running_head),), sheet.measure / _RUNNING_SIZE)[:1]
    cell = Cell(sheet.left, sheet.measure, lines, Align.CENTRE)
    draw_cell(ink, cell, _RUNNING_SIZE, (0.0, sheet.top), 0.0)
    y = sheet.top + _RUNNING_SIZE * 1.4
    ink.rule(sheet.left, y, sheet.width - sheet.right, y)
    return ink, sheet.top + _RUNNING_SIZE * 2.2


def _footer_height(strip: Strip, sheet: Sheet) -> float:
    bars = strip.height + 1.5 if strip.fits(sheet.measure) else 0.0
    return _FOOTER_GAP + bars + _FOOTER_TEXT * LEADING


def _draw_footer(ink: Ink, strip: Strip, sheet: Sheet, code: str, page_of: str) -> Spot:
    """Draw the strip alone across the page; below it copy, code and page number."""
    y = sheet.height - sheet.bottom - _footer_height(strip, sheet) + _FOOTER_GAP
    if strip.fits(sheet.measure):
        strip.draw(ink, sheet.left + (sheet.measure - strip.width) / 2, y)
        y += strip.height + 1.5
    size = _FOOTER_TEXT
    for text, face, align in ((code, Face.BOLD, Align.CENTRE), (page_of, Face.REGULAR, Align.RIGHT)):
        line = Line(((face, text),), width(text, face))
        draw_cell(ink, Cell(sheet.left, sheet.measure, (line,), align), size, (0.0, y), 0.0)
    return Spot(sheet.left, y, size)


def _labelled(document: Document, leaf: _Leaf, label: str) -> list[str]:
    if not label:
        return [leaf.show]
    ink = Ink(document, leaf.height)
    for spot, align in leaf.spots:
        text = f"({label})" if align is Align.CENTRE else label
        lines = (Line(((Face.ITALIC, text),), width(text, Face.ITALIC)),)
        draw_cell(ink, Cell(spot.centre, 0.0, lines, align), spot.size, (0.0, spot.top), 0.0)
    return [leaf.show, *ink.finished()]


def _side_by_side(document: Document, leaves: Sequence[_Leaf], labels: Sequence[str]) -> None:
    """Put two copies on each sheet, with a cut line between them."""
    across, down = A4_LANDSCAPE
    middle = across / 2
    for pair in range(0, len(labels), 2):
        for leaf in leaves:
            ink = Ink(document, down)
            ink.dashes(middle, 0.0, middle, down)
            operators = ink.finished()
            for half, label in enumerate(labels[pair : pair + 2]):
                shift = half * middle + (middle - A5.width) / 2
                operators += [f"q 1 0 0 1 {shift:.3f} 0 cm", *_labelled(document, leaf, label), "Q"]
            document.add_page(A4_LANDSCAPE, operators, [leaf.name])
