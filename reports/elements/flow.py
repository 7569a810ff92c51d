"""Stack blocks on pages: the small layout engine of all forms.

A `Row` is cells side by side, each a few broken lines; paragraphs, fields, table rows and signatures are rows.
`paginate` distributes rows over pages, repeats a table's head and keeps together what belongs together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from reports.elements.page import Ink
from reports.elements.text import Line

LEADING = 1.15
"""Line height in em. The tallest letter (Ẫ bold) is 0.91 above, the deepest 0.22 below the base line."""
ASCENT = 0.93
_SHORTEST_FLOWING = 4
"""Lines a paragraph must have to be divided: two stay on one page, two go to the next."""


class Align(Enum):
    """Say where a line stands in its cell."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


class Block(Protocol):
    """Be something that takes height on a page."""

    @property
    def height(self) -> float:
        """Return the height in points."""

    @property
    def keep_next(self) -> bool:
        """Return whether the next block must stand on the same page."""

    @property
    def header(self) -> "Block | None":
        """Return what is repeated when this block opens a page."""

    def draw(self, ink: Ink, x: float, y: float) -> None:
        """Draw with the top left corner there."""

    def split(self, room: float) -> "tuple[Block, Block] | None":
        """Divide so that the first part takes at most this height, or return None."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold broken lines beside other cells.

    Attributes:
        x: Left edge within the row.
        width: Width of the cell.
        lines: What it shows.
        align: Where lines stand.
        middle: Centre the lines in the row's height.
    """

    x: float
    width: float
    lines: tuple[Line, ...]
    align: Align = Align.LEFT
    middle: bool = False


def draw_cell(ink: Ink, cell: Cell, size: float, corner: tuple[float, float], room: float) -> None:
    """Draw a cell's lines into a row whose top left corner and height are given."""
    leading = size * LEADING
    baseline = corner[1] + ASCENT * size
    if cell.middle:
        baseline += (room - len(cell.lines) * leading) / 2
    for line in cell.lines:
        indent = (cell.width - line.width * size) * cell.align.value
        ink.text(corner[0] + cell.x + indent, baseline, line, size)
        baseline += leading


@dataclass(frozen=True, slots=True)
class Row:
    """Lay out cells side by side.

    Attributes:
        cells: The cells.
        size: Size of the letters in points.
        above: White above the first line.
        below: White below the last line.
        verticals: Where vertical rules stand; with any, a rule is drawn below too.
        top_rule: Draw the rule above as well.
        keep_next: The next block must stand on the same page.
        header: Repeated when this row opens a page.
    """

    cells: tuple[Cell, ...]
    size: float
    above: float = 0.0
    below: float = 0.0
    verticals: tuple[float, ...] = ()
    top_rule: bool = False
    keep_next: bool = False
    header: Block | None = None

    @property
    def _line_count(self) -> int:
        return max((len(cell.lines) for cell in self.cells), default=0)

    @property
    def height(self) -> float:
        """Return the height in points."""
        return self.above + self._line_count * self.size * LEADING + self.below

    def draw(self, ink: Ink, x: float, y: float) -> None:
        """Draw lines and rules."""
        room = self._line_count * self.size * LEADING
        for cell in self.cells:
            draw_cell(ink, cell, self.size, (x, y + self.above), room)
        if self.verticals:
            left, right, bottom = x + self.verticals[0], x + self.verticals[-1], y + self.height
            ink.rule(left, bottom, right, bottom)
            if self.top_rule:
                ink.rule(left, y, right, y)
            for vertical in self.verticals:
                ink.rule(x + vertical, y, x + vertical, bottom)

    def split(self, room: float) -> tuple["Row", "Row"] | None:
        """Divide between lines."""
        fitting = int((room - self.above - self.below) / (self.size * LEADING))
        if not 0 < fitting < self._line_count:
            return None
        first = tuple(replace(cell, lines=cell.lines[:fitting], middle=False) for cell in self.cells)
        rest = tuple(replace(cell, lines=cell.lines[fitting:], middle=False) for cell in self.cells)
        return replace(self, cells=first, keep_next=False), replace(self, cells=rest)


@dataclass(frozen=True, slots=True)
class Beside:
    """Stand two stacks of blocks side by side, never divided between pages.

    Attributes:
        left: Blocks from top to bottom.
        right: The same beside them.
        shift: Where the right stack begins, in points.
        keep_next: The next block must stand on the same page.
    """

    left: tuple[Block, ...]
    right: tuple[Block, ...]
    shift: float
    keep_next: bool = False

    @property
    def height(self) -> float:
        """Return the height of the taller stack in points."""
        return max(total(self.left), total(self.right))

    @property
    def header(self) -> Block | None:
        """Return nothing: what stands side by side repeats nothing."""
        return None

    def draw(self, ink: Ink, x: float, y: float) -> None:
        """Draw both stacks from the same top."""
        for stack, left in ((self.left, x), (self.right, x + self.shift)):
            top = y
            for block in stack:
                block.draw(ink, left, top)
                top += block.height

    def split(self, room: float) -> tuple[Block, Block] | None:  # noqa: ARG002 - the protocol's parameter
        """Refuse: the stacks belong together."""
        return None


@dataclass(frozen=True, slots=True)
class Gap:
    """Leave white.

    Attributes:
        height: How much.
        keep_next: The next block must stand on the same page.
        stretch: How much more there may be when the page has room.
    """

    height: float
    keep_next: bool = False
    stretch: float = 0.0

    @property
    def header(self) -> Block | None:
        """Return nothing: white repeats nothing."""
        return None

    def draw(self, ink: Ink, x: float, y: float) -> None:
        """Draw nothing."""

    def split(self, room: float) -> tuple[Block, Block] | None:  # noqa: ARG002 - the protocol's parameter
        """Refuse: white is not divided."""
        return None


Placed = tuple[float, Block]


def total(blocks: Sequence[Block]) -> float:
    """Return the height of blocks in one stack."""
    return sum(block.height for block in blocks)


def flowing(row: Row) -> list[Block]:
    """Divide a paragraph into its lines, so that a page may end within it.

    Args:
        row: One cell without rules.

    Returns:
        The same lines at the same places; two at least stay together at either end.
    """
    (cell,) = row.cells
    last = len(cell.lines) - 1
    if last < _SHORTEST_FLOWING - 1:
        return [row]
    return [
        replace(
            row,
            cells=(replace(cell, lines=(line,)),),
            above=0.0 if number else row.above,
            below=row.below if number == last else 0.0,
            keep_next=row.keep_next if number == last else number in (0, last - 1),
        )
        for number, line in enumerate(cell.lines)
    ]


def paginate(blocks: Sequence[Block], first: float, following: float) -> list[list[Placed]]:
    """Distribute blocks over pages.

    Args:
        blocks: From top to bottom.
        first: Height for them on the first page.
        following: Height on each later page.

    Returns:
        Per page the blocks with their distance from the top of the page's room.
    """
    pages: list[list[Placed]] = [[]]
    used, room = 0.0, first
    queue = list(reversed(blocks))
    while queue:
        group = _take_group(queue)
        if pages[-1] and used + total(group) > room:
            pages.append([])
            used, room = 0.0, following
            if group[0].header is not None:
                group.insert(0, group[0].header)
        if total(group) > room - used:
            group = _cut(group, room - used, queue)
        for block in group:
            if pages[-1] or not isinstance(block, Gap):
                pages[-1].append((used, block))
                used += block.height
    return pages


def _take_group(queue: list[Block]) -> list[Block]:
    group = [queue.pop()]
    while group[-1].keep_next and queue:
        group.append(queue.pop())
    return group


def _cut(group: list[Block], room: float, queue: list[Block]) -> list[Block]:
    """Take from a group higher than a page what fits; put the rest back."""
    taken: list[Block] = []
    while group and total(taken) + group[0].height <= room:
        taken.append(group.pop(0))
    parts = group[0].split(room - total(taken)) if group else None
    if parts is not None:
        taken.append(parts[0])
        group[0] = parts[1]
    if not taken or all(block is taken[0].header for block in taken):
        taken.append(group.pop(0))  # nothing smaller exists: let it stand out rather than vanish
    queue.extend(reversed(group))
    return taken
