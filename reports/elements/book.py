"""Fill the pages of a book row by row: tens of thousands of rows, one page in memory.

A row costs a look-up per cell where its text was set before (procedures, dates, agencies), else one cheap breaking of
lines; what all pages show alike (head of the table, watermark) is stored once in the document.
"""

from collections.abc import Callable, Sequence

from reports.elements.column import Column
from reports.elements.flow import ASCENT, LEADING, Align, Block, Cell, draw_cell, total
from reports.elements.fonts import Face
from reports.elements.page import HAIRLINE, Document, Ink, Sheet
from reports.elements.tables import TableColumn, table_edges, table_head
from reports.elements.text import Line, clean, plain_lines, width, wrap
from reports.elements.watermark import draw_watermark

_PADDING, _ABOVE, _BELOW = 0.3, 0.1, 0.25
_RUNNING_SIZE, _FOOT_SIZE = 8.5, 8.5
_PART = "table-head"
_REMEMBERED = 2048
"""Texts a column remembers; then it forgets them all, so that a book of any length needs the same memory."""

_Set = tuple[int, str]
"""How many lines a text takes, and the operators that show them from the cell's first base line on."""


class _Setter:
    """Break one column's texts into lines and turn them into operators."""

    def __init__(self, document: Document, place: tuple[float, float], size: float, align: Align) -> None:
        left, self._room = place
        self.prefix = f"1 0 0 1 {left:.2f} "
        self._document, self._size, self._align = document, size, align
        self._known: dict[str, _Set] = {}

    def set(self, text: str) -> _Set:
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[text] = self.shown(self.lines(text))
        return found

    def lines(self, text: str) -> list[str]:
        return plain_lines(clean(text), Face.REGULAR, self._room / self._size)

    def shown(self, lines: Sequence[str]) -> _Set:
        plain, size = self._document.plain, self._size
        shown = [plain(Face.REGULAR, line, size) for line in lines]
        if self._align is Align.LEFT:
            return len(lines), " T* ".join(shown)
        leading, before, parts = 0.0, 0.0, []
        for line, operators in zip(lines, shown, strict=True):
            indent = (self._room - width(line, Face.REGULAR) * size) * self._align.value
            parts.append(f"{indent - before:.2f} {-leading:.2f} Td {operators}")
            leading, before = size * LEADING, indent
        return len(lines), " ".join(parts)


class BookPages:
    """Take a book's rows and add its numbered pages to a document.

    Attributes:
        rows: How many rows there are so far.
        page: Number of the page being filled.

    Args:
        document: Where the pages go.
        columns: The columns; their numbers stand in a second row of the head.
        sheet: The page.
        size: Size of the letters in points.
        running_head: Clean text above the table.
        watermark: Clean text across each page; empty for none.
    """

    def __init__(
        self,
        document: Document,
        columns: Sequence[TableColumn],
        sheet: Sheet,
        size: float,
        running_head: str,
        watermark: str,
    ) -> None:
        self.rows, self.page = 0, 1
        self._document, self._sheet, self._size = document, sheet, size
        column = Column(sheet.measure, size)
        self._edges = [sheet.left + edge for edge in table_edges(column, columns)]
        pad = _PADDING * size
        self._setters = [
            _Setter(document, (left + pad, right - left - 2 * pad), size, spec.align)
            for spec, left, right in zip(columns, self._edges, self._edges[1:], strict=False)
        ]
        head = table_head(column, columns, is_numbered=True)
        head_top = sheet.top + _RUNNING_SIZE * LEADING
        self._top = head_top + head.height
        self._bottom = sheet.height - sheet.bottom - _FOOT_SIZE * LEADING * 1.2
        self._show_head = self._stored(head, head_top, running_head, watermark)
        document.show(((Face.REGULAR, "0123456789"),), size)  # from now on the face has its name in the document
        self._start = f"{document.font(Face.REGULAR, size)} {size * LEADING:.3f} TL"
        self._begin_page()

    def _stored(self, head: Block, top: float, running_head: str, watermark: str) -> str:
        """Store what all pages show alike."""
        sheet = self._sheet
        ink = Ink(self._document, sheet.height)
        draw_watermark(ink, watermark, (sheet.width, sheet.height))
        lines = wrap(((Face.ITALIC, running_head),), sheet.measure / _RUNNING_SIZE)[:1]
        draw_cell(ink, Cell(sheet.left, sheet.measure, lines, Align.CENTRE), _RUNNING_SIZE, (0.0, sheet.top - 2.0), 0.0)
        head.draw(ink, sheet.left, top)
        return self._document.add_part(_PART, (sheet.width, sheet.height), ink.finished())

    def _begin_page(self) -> None:
        self._y = self._top
        self._texts: list[str] = []
        self._rules: list[str] = []
        self._on_page = 0

    def add(self, row: Sequence[str]) -> None:
        """Append a row.

        Args:
            row: One text per column.

        Raises:
            ValueError: There are more or fewer.
        """
        cells = [setter.set(text) for setter, text in zip(self._setters, row, strict=True)]
        if self._y + self._height(cells) > self._bottom:
            if self._on_page:
                self._finish_page()
            if self._top + self._height(cells) > self._bottom:
                self._add_tall(row)
                return
        self._place(cells)
        self._count()

    def _height(self, cells: Sequence[_Set]) -> float:
        return (max(cells)[0] * LEADING + _ABOVE + _BELOW) * self._size

    def _count(self) -> None:
        self.rows += 1
        self._on_page += 1

    def _place(self, cells: Sequence[_Set]) -> None:
        """Draw set cells below what the page has."""
        height = self._sheet.height
        baseline = f"{height - self._y - (_ABOVE + ASCENT) * self._size:.2f} Tm "
        for setter, (count, shown) in zip(self._setters, cells, strict=True):
            if count:
                self._texts.append(setter.prefix + baseline + shown)
        self._y += self._height(cells)
        level = f"{height - self._y:.2f}"
        self._rules.append(f"{self._edges[0]:.2f} {level} m {self._edges[-1]:.2f} {level} l")

    def _add_tall(self, row: Sequence[str]) -> None:
        """Draw a row higher than a page piece by piece."""
        lines = [setter.lines(text) for setter, text in zip(self._setters, row, strict=True)]
        fitting = int((self._bottom - self._top) / (self._size * LEADING) - _ABOVE - _BELOW)
        most = max(map(len, lines))
        for start in range(0, most, fitting):
            if start:
                self._finish_page()
            pieces = [
                setter.shown(its[start : start + fitting]) for setter, its in zip(self._setters, lines, strict=True)
            ]
            self._place(pieces)
        self._count()

    def close(self, closing: Callable[[Column, int], list[Block]] | None = None) -> None:
        """Finish the last page.

        Args:
            closing: Sets what stands below the last row, told the number of the last page with rows; it goes to a
                page of its own when there is no room.
        """
        blocks = closing(Column(self._sheet.measure, self._size), self.page) if closing else []
        if self._y + total(blocks) > self._bottom:
            self._finish_page()
        self._finish_page(blocks)

    def _finish_page(self, blocks: Sequence[Block] = ()) -> None:
        sheet, top = self._sheet, f"{self._sheet.height - self._top:.2f}"
        ink = Ink(self._document, sheet.height)
        self._draw_foot(ink)
        end = self._y
        for block in blocks:
            block.draw(ink, sheet.left, self._y)
            self._y += block.height
        level = f"{sheet.height - end:.2f}"
        verticals = [f"{edge:.2f} {top} m {edge:.2f} {level} l" for edge in self._edges] if self._rules else []
        content = [
            self._show_head,
            f"BT {self._start}",
            *self._texts,
            f"ET {HAIRLINE} w",
            *self._rules,
            *verticals,
            "S",
            *ink.finished(),
        ]
        self._document.add_packed_page((sheet.width, sheet.height), "\n".join(content), [_PART])
        self.page += 1
        self._begin_page()

    def _draw_foot(self, ink: Ink) -> None:
        sheet, size = self._sheet, _FOOT_SIZE
        y = sheet.height - sheet.bottom - size * LEADING
        counted = f"Trang này: {grouped(self._on_page)} mục – Cộng dồn: {grouped(self.rows)} mục"
        for text, align in ((counted, Align.LEFT), (f"Trang {grouped(self.page)}", Align.RIGHT)):
            line = Line(((Face.REGULAR, text),), width(text, Face.REGULAR))
            draw_cell(ink, Cell(sheet.left, sheet.measure, (line,), align), size, (0.0, y), 0.0)


def grouped(number: int) -> str:
    """Write a count as Vietnamese do: 2.143."""
    return f"{number:,}".replace(",", ".")
