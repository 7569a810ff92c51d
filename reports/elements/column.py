"""Set text into a column: the vocabulary a form is written in.

A form says `column.field("Địa chỉ:", form.address)` and gets rows for `reports.elements.flow`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.elements.flow import Align, Block, Cell, Gap, Row, flowing
from reports.elements.fonts import Face
from reports.elements.text import Line, Run, balance, width, wrap

PARAGRAPH_GAP = 0.1
"""White below a paragraph, in em."""
_LIST_INDENT = 1.2


@dataclass(frozen=True, slots=True)
class Column:
    """Know how wide the text is and how big its letters are.

    Attributes:
        width: Width in points.
        size: Size of running text in points.
        narrow: A roll: tables become lists, pairs stand below each other.
    """

    width: float
    size: float
    narrow: bool = False

    def paragraph(
        self,
        *runs: Run,
        size: float = 1.0,
        indent: float = 0.0,
        align: Align = Align.LEFT,
        above: float = 0.0,
        keep_next: bool = False,
    ) -> Row:
        """Set runs as one paragraph.

        Args:
            runs: Clean runs.
            size: Size relative to the running text.
            indent: Left indent in em of the running text.
            align: Where lines stand; centred lines are balanced.
            above: White above in em.
            keep_next: Keep on one page with the next block.
        """
        points, left = self.size * size, self.size * indent
        breaker = balance if align is Align.CENTRE else wrap
        lines = breaker(runs, (self.width - left) / points)
        cell = Cell(left, self.width - left, lines, align)
        return Row((cell,), points, above * self.size, PARAGRAPH_GAP * self.size, keep_next=keep_next)

    def field(self, label: str, value: str, face: Face = Face.REGULAR, *, keep_next: bool = False) -> list[Block]:
        """Set a label and its value; nothing when the value is empty."""
        if not value:
            return []
        return [self.paragraph((Face.REGULAR, f"{label} "), (face, value), keep_next=keep_next)]

    def explained(self, label: str, text: str, *, keep_next: bool = False) -> list[Block]:
        """Set a bold label and a text of any length that may run over to the next page; nothing when it is empty."""
        if not text:
            return []
        runs = ((Face.BOLD, f"{label} " if label else ""), (Face.REGULAR, text))
        return flowing(self.paragraph(*runs, keep_next=keep_next))

    def numbered(self, label: str, items: Sequence[str]) -> list[Block]:
        """Set a label and below it each item with its number; nothing without items."""
        if not items:
            return []
        lines = [(Face.REGULAR, f"{number}) {item}") for number, item in enumerate(items, 1)]
        return [
            self.paragraph((Face.REGULAR, label), keep_next=True),
            *(self.paragraph(line, indent=_LIST_INDENT) for line in lines),
        ]

    def pair(self, left: tuple[str, str], right: tuple[str, str], share: float = 0.45) -> list[Block]:
        """Set two short fields side by side, or below each other when one is empty or too long.

        Args:
            left: Label and value.
            right: Label and value.
            share: Part of the width the left field may take.
        """
        if self.narrow or not left[1] or not right[1]:
            return [*self.field(*left), *self.field(*right)]
        middle = self.width * share
        cells = []
        for (label, value), x, room in ((left, 0.0, middle), (right, middle, self.width - middle)):
            line = f"{label} {value}"
            size = width(line, Face.REGULAR)
            if size * self.size > room - self.size / 2:
                return [*self.field(*left), *self.field(*right)]
            cells.append(Cell(x, room, (Line(((Face.REGULAR, line),), size),)))
        return [Row(tuple(cells), self.size, below=PARAGRAPH_GAP * self.size)]

    def amounts(self, rows: Sequence[tuple[str, str]], indent: float = 1.2) -> list[Block]:
        """Set names on the left and amounts on the right edge."""
        blocks: list[Block] = []
        left = indent * self.size
        for name, amount in rows:
            size = width(amount, Face.REGULAR)
            room = self.width - left - (size + 1.0) * self.size
            lines = wrap(((Face.REGULAR, f"– {name}"),), room / self.size)
            end = (Line(((Face.REGULAR, amount),), size),) if amount else ()
            cells = (Cell(left, room, lines), Cell(left + room, self.width - left - room, end, Align.RIGHT))
            blocks.append(Row(cells, self.size, below=PARAGRAPH_GAP * self.size))
        return blocks

    def boxed(self, *paragraphs: Sequence[Run], size: float = 1.0) -> list[Block]:
        """Set paragraphs within one frame, kept on one page: what the reader must not miss."""
        points = self.size * size
        inset = 0.5 * points
        verticals = (0.0, self.width)
        lines = tuple(line for runs in paragraphs for line in wrap(runs, (self.width - 2 * inset) / points))
        cell = Cell(inset, self.width - 2 * inset, lines)
        return [Row((cell,), points, 0.2 * points, 0.34 * points, verticals, top_rule=True)]

    def gap(self, em: float, *, keep_next: bool = False) -> Gap:
        """Leave white, in em."""
        return Gap(em * self.size, keep_next)
