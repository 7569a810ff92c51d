"""Set tables with a repeated head; on a roll the same rows become a list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from reports.elements.column import Column
from reports.elements.flow import LEADING, Align, Block, Cell, Row, draw_cell
from reports.elements.fonts import Face
from reports.elements.page import Ink
from reports.elements.text import balance, wrap

_PADDING = 0.32
"""White beside text in a cell, in em."""
_LIST_INDENT = 0.8
_ABOVE, _BELOW = 0.06, 0.2
_TEXT_SIZE, _HEAD_SIZE = 0.96, 0.9
"""Relative to running text."""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """Describe one column.

    Attributes:
        title: Head of the column.
        em: Width in em; 0 takes what the others leave.
        align: Where the text of its cells stands.
        group: Head above this and the neighbours with the same group.
    """

    title: str
    em: float = 0.0
    align: Align = Align.LEFT
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Head:
    """Draw the heads of columns; a group's title spans its columns above their own heads.

    Attributes:
        cells: One per column.
        edges: Left edges of the columns and the right edge of the last.
        size: Size of the letters in points.
        groups: Title of each group, its first column and the one after its last.
        numbers: A second head row that numbers the columns, or nothing.
    """

    cells: tuple[Cell, ...]
    edges: tuple[float, ...]
    size: float
    groups: tuple[tuple[Cell, int, int], ...] = ()
    numbers: tuple[Cell, ...] = ()

    @property
    def _numbered(self) -> float:
        return (_ABOVE + LEADING + _BELOW) * self.size if self.numbers else 0.0

    @property
    def _lower(self) -> float:
        count = max(len(cell.lines) for cell in self.cells)
        return (_ABOVE + count * LEADING + _BELOW) * self.size

    @property
    def _upper(self) -> float:
        return (_ABOVE + LEADING + _BELOW) * self.size if self.groups else 0.0

    @property
    def height(self) -> float:
        return self._upper + self._lower + self._numbered

    @property
    def keep_next(self) -> bool:
        return True

    @property
    def header(self) -> Block | None:
        return None

    def draw(self, ink: Ink, x: float, y: float) -> None:
        grouped = {number for _, first, after in self.groups for number in range(first, after)}
        inner = {number for _, first, after in self.groups for number in range(first + 1, after)}
        above, padding, bottom = _ABOVE * self.size, (_ABOVE + _BELOW) * self.size, y + self._upper + self._lower
        for number, cell in enumerate(self.cells):
            top = y + self._upper if number in grouped else y
            draw_cell(ink, cell, self.size, (x, top + above), bottom - top - padding)
        for number, edge in enumerate(self.edges):
            ink.rule(x + edge, y + self._upper if number in inner else y, x + edge, y + self.height)
        for level in (y, bottom, y + self.height) if self.numbers else (y, bottom):
            ink.rule(x + self.edges[0], level, x + self.edges[-1], level)
        for cell in self.numbers:
            draw_cell(ink, cell, self.size, (x, bottom + above), self._numbered - padding)
        middle = y + self._upper
        for title, first, after in self.groups:
            draw_cell(ink, title, self.size, (x, y + above), self._upper - padding)
            ink.rule(x + self.edges[first], middle, x + self.edges[after], middle)

    def split(self, room: float) -> tuple[Block, Block] | None:  # noqa: ARG002 - the protocol's parameter
        return None


def table(
    column: Column,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[str]],
    total: Sequence[str] = (),
    *,
    is_numbered: bool = False,
) -> list[Block]:
    """Set a ruled table.

    Args:
        column: Where it stands.
        columns: The columns.
        rows: Clean texts, one per column.
        total: Texts of a bold last row that stays with the row before it, or nothing: the first one takes the
            place of as many columns as there are texts too few.
        is_numbered: Numbers (1), (2), … stand under the heads.

    Returns:
        The head and one block per row.
    """
    edges, size = table_edges(column, columns), column.size * _TEXT_SIZE
    head = table_head(column, columns, is_numbered=is_numbered)
    blocks: list[Block] = [head]
    for number, texts in enumerate(rows):
        row = _row(columns, texts, edges, size, Face.REGULAR)
        # The last two rows stay together, so that a page never opens with one row.
        is_kept = (len(rows) > 1 and number == len(rows) - 2) or (bool(total) and number == len(rows) - 1)
        blocks.append(replace(row, header=head, keep_next=is_kept))
    if total:
        spanned = len(columns) - len(total)
        blocks.append(_row(columns[spanned:], total, (edges[0], *edges[spanned + 1 :]), size, Face.BOLD))
    return blocks


def kept(blocks: Sequence[Block]) -> list[Block]:
    """Return a table's blocks of which the last row stays on one page with what follows the table."""
    *before, last = blocks
    return [*before, replace(last, keep_next=True) if isinstance(last, Row) else last]


def _row(
    columns: Sequence[TableColumn], texts: Sequence[str], edges: tuple[float, ...], size: float, face: Face
) -> Row:
    pad = _PADDING * size
    cells = []
    for spec, text, (left, right) in zip(columns, texts, pairwise(edges), strict=True):
        lines = wrap(((face, text),), (right - left - 2 * pad) / size)
        cells.append(Cell(left + pad, right - left - 2 * pad, lines, spec.align, spec.align is not Align.LEFT))
    return Row(tuple(cells), size, _ABOVE * size, _BELOW * size, edges)


def as_list(column: Column, rows: Sequence[tuple[str, str]]) -> list[Block]:
    """Set rows of a table as a list for narrow paper: text, then its figures in italics."""
    return [
        column.paragraph((Face.REGULAR, f"{text}: " if figures else text), (Face.ITALIC, figures), indent=_LIST_INDENT)
        for text, figures in rows
    ]


def table_edges(column: Column, columns: Sequence[TableColumn]) -> tuple[float, ...]:
    """Return the left edges of the columns and the right edge of the last, in points from the column's left."""
    fixed = sum(spec.em for spec in columns) * column.size
    flexible = (column.width - fixed) / max(1, sum(not spec.em for spec in columns))
    edges = [0.0]
    for spec in columns:
        edges.append(edges[-1] + (spec.em * column.size if spec.em else flexible))
    return tuple(edges)


def table_head(column: Column, columns: Sequence[TableColumn], *, is_numbered: bool = False) -> Block:
    """Set the head of a table; a numbered one has a second row (1), (2), …."""
    edges, size = table_edges(column, columns), column.size * _HEAD_SIZE
    cells: list[Cell] = []
    for spec, left, right in zip(columns, edges, edges[1:], strict=False):
        lines = balance(((Face.BOLD, spec.title),), (right - left - 0.3 * size) / size)
        cells.append(Cell(left, right - left, lines, Align.CENTRE, middle=True))
    numbers: tuple[Cell, ...] = ()
    if is_numbered:
        texts = [f"({number})" for number in range(1, len(columns) + 1)]
        numbers = tuple(
            replace(cell, lines=wrap(((Face.ITALIC, text),), cell.width / size))
            for cell, text in zip(cells, texts, strict=True)
        )
    return _Head(tuple(cells), edges, size, _groups(columns, edges, size), numbers)


def _groups(columns: Sequence[TableColumn], edges: tuple[float, ...], size: float) -> tuple[tuple[Cell, int, int], ...]:
    """Return the title of each run of neighbours with one group."""
    found = []
    for name, run in groupby(enumerate(columns), key=lambda numbered: numbered[1].group):
        if name:
            numbers = [number for number, _ in run]
            first, after = numbers[0], numbers[-1] + 1
            span = edges[after] - edges[first]
            title = wrap(((Face.BOLD, name),), span / size)[:1]
            found.append((Cell(edges[first], span, title, Align.CENTRE), first, after))
    return tuple(found)
