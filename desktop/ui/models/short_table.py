"""A short list of finished texts as a table: rows by key, cells with icon and word, columns that give way."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_S, Role
from desktop.ui.widgets.tables import show_whole_rows
from desktop.ui.words import tr

_ROW_PAD_PX: Final = 14
_CELL_PAD_PX: Final = 3 * SPACE_S
_FRAME_PX: Final = 6
_AT_RIGHT: Final = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell.

    Attributes:
        icon: Name of the icon before the text, "" for none.
        role: Colour of icon and text, None for the plain one.
    """

    text: str
    icon: str = ""
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one row.

    Attributes:
        key: What the page gets.
        cells: One per column.
    """

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Describe one column.

    Attributes:
        title: Its head.
        sample: Widest text that is not cut.
        share: Part of the spare width it takes; 0 for none.
        give_up: The higher, the sooner it is left out where room is short; 0 for never.
        has_icon: Its cells have icons.
        is_number: Its cells are amounts or counts: they stand at the right, digit below digit.
    """

    title: str
    sample: str
    share: int = 0
    give_up: int = 0
    has_icon: bool = False
    is_number: bool = False


def translated(heads: Sequence[Head]) -> tuple[Head, ...]:
    """Return heads that were only marked for translation with their titles in the user's language."""
    return tuple(replace(head, title=tr(head.title)) for head in heads)


class ShortTableModel(QAbstractTableModel):
    """Hold the rows."""

    def __init__(self, theme: Theme, heads: Sequence[Head], parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self.heads = tuple(heads)
        self.lines: tuple[Line, ...] = ()
        theme.changed.connect(self._redraw)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def row_of(self, key: str) -> int:
        """Return the row of a key, -1 when it is not there."""
        return next((row for row, line in enumerate(self.lines) if line.key == key), -1)

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: AnyIndex = _NOWHERE) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(self.heads)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return text, icon, colour, tip of a cell."""
        if not index.isValid():
            return None
        cell = self.lines[index.row()].cells[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleTextRole:
                return cell.text
            case Qt.ItemDataRole.DecorationRole if cell.icon:
                return self._theme.icon(cell.icon, cell.role or Role.TEXT)
            case Qt.ItemDataRole.ForegroundRole if cell.role is not None:
                return self._theme.color(cell.role)
            case Qt.ItemDataRole.TextAlignmentRole if self.heads[index.column()].is_number:
                return _AT_RIGHT
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the head of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self.heads[section].title
        is_number = orientation is Qt.Orientation.Horizontal and self.heads[section].is_number
        return _AT_RIGHT if role == Qt.ItemDataRole.TextAlignmentRole and is_number else None

    def _redraw(self) -> None:
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(self.heads) - 1))


class ShortTable(QTableView):
    """Show the rows; keys act on the current one.

    Signals:
        entered(str): Enter or a double click.
        picked(str): Space.
        dropped(str): Delete.
        moved(str): Another row is the current one, by whatever means.
    """

    entered = Signal(str)
    picked = Signal(str)
    dropped = Signal(str)
    moved = Signal(str)

    def __init__(
        self, theme: Theme, heads: Sequence[Head], *, name: str, title: str, tip: str, parent: QWidget | None = None
    ) -> None:
        """Take columns and names.

        Args:
            theme: The look.
            heads: The columns.
            name: Object name.
            title: What a screen reader says.
            tip: What the keys do, for the status line.
            parent: Parent widget.
        """
        super().__init__(parent)
        self._theme = theme
        self._least_rows = 0
        self.rows = ShortTableModel(theme, heads, self)
        self.setModel(self.rows)
        show_whole_rows(self)
        self.horizontalHeader().setMinimumSectionSize(1)
        name_it(self, name, title, tip)
        self.doubleClicked.connect(self._enter)
        self.selectionModel().currentRowChanged.connect(self._tell)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_lines(self, lines: Sequence[Line], current: str = "") -> None:
        """Show other rows and keep the current one where it is still there.

        Args:
            lines: The rows.
            current: Key to make the current row instead.
        """
        before = current or self.current_key()
        at = self.currentIndex().row()
        self.rows.set_lines(lines)
        row = self.rows.row_of(before)
        if row < 0 and lines:
            row = min(max(at, 0), len(lines) - 1)
        if row >= 0:
            self.setCurrentIndex(self.rows.index(row, 0))
            self.scrollTo(self.rows.index(row, 0))

    def show_at_least(self, rows: int) -> None:
        """Keep room for so many rows; an area around the list scrolls where there is not even that."""
        self._least_rows = rows
        self._restyle()

    def current_key(self) -> str:
        """Return the key of the current row, "" when there is none."""
        row = self.currentIndex().row()
        return self.rows.lines[row].key if 0 <= row < len(self.rows.lines) else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Space and Delete act on the row; everything else is Qt's."""
        signals = {
            Qt.Key.Key_Return.value: self.entered,
            Qt.Key.Key_Enter.value: self.entered,
            Qt.Key.Key_Space.value: self.picked,
            Qt.Key.Key_Delete.value: self.dropped,
        }
        signal = signals.get(event.key())
        is_plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if signal is not None and is_plain and self.current_key():
            signal.emit(self.current_key())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Leave letters alone: they may be the beginning of a scan."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up or take back columns."""
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self.setFont(self._theme.font())
        self.setIconSize(self._theme.icon_size())
        height = QFontMetrics(self.font()).height() + _ROW_PAD_PX
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        if self._least_rows:
            self.setMinimumHeight((self._least_rows + 1) * height + _FRAME_PX)
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self._theme.font())
        icon_px = self._theme.icon_size().width() + SPACE_S
        heads = self.rows.heads
        titles = QFontMetrics(self.horizontalHeader().font())
        least = [
            max(
                metrics.horizontalAdvance(head.sample) + (icon_px if head.has_icon else 0),
                titles.horizontalAdvance(head.title),
            )
            + _CELL_PAD_PX
            for head in heads
        ]
        room = self.viewport().width()
        shown = list(range(len(heads)))
        for column in sorted((c for c in shown if heads[c].give_up), key=lambda c: -heads[c].give_up):
            if sum(least[c] for c in shown) > room:
                shown.remove(column)
        over = max(sum(least[c] for c in shown) - room, 0)
        for column in sorted((c for c in shown if heads[c].share), key=lambda c: -least[c]):
            cut = min(over, least[column] // 2)  # what is still too wide is cut with …
            least[column], over = least[column] - cut, over - cut
        spare = max(room - sum(least[c] for c in shown), 0)
        shares = sum(heads[c].share for c in shown) or 1
        for column, head in enumerate(heads):
            self.setColumnHidden(column, column not in shown)
            if column in shown:
                self.setColumnWidth(column, least[column] + spare * head.share // shares)

    def _enter(self, index: QModelIndex) -> None:
        self.entered.emit(self.rows.lines[index.row()].key)

    def _tell(self, current: QModelIndex) -> None:
        if current.isValid():
            self.moved.emit(self.rows.lines[current.row()].key)
