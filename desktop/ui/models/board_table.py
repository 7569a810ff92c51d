"""The names of the deadline board as finished rows, and the model that shows them."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from desktop.domain.vietnamese import number
from desktop.ui.theme import Theme
from desktop.ui.tokens import Role
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr


class BoardColumn(IntEnum):
    """Name the columns from left to right."""

    CODE = 0
    OWNER = 1
    PROCEDURE = 2
    DUE = 3
    LEFT = 4
    APOLOGY = 5
    HOLDER = 6


HEADERS: Final = {
    BoardColumn.CODE: QT_TRANSLATE_NOOP(CONTEXT, "Mã hồ sơ"),
    BoardColumn.OWNER: QT_TRANSLATE_NOOP(CONTEXT, "Chủ hồ sơ"),
    BoardColumn.PROCEDURE: QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục"),
    BoardColumn.DUE: QT_TRANSLATE_NOOP(CONTEXT, "Hạn trả"),
    BoardColumn.LEFT: QT_TRANSLATE_NOOP(CONTEXT, "Trễ hoặc còn"),
    BoardColumn.APOLOGY: QT_TRANSLATE_NOOP(CONTEXT, "Phiếu xin lỗi"),
    BoardColumn.HOLDER: QT_TRANSLATE_NOOP(CONTEXT, "Đang giữ"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Show a state by word, icon and colour, each telling it alone."""

    text: str
    icon: str = ""
    role: Role = Role.TEXT


@dataclass(frozen=True, slots=True)
class BoardRow:
    """Hold one row ready to show.

    Attributes:
        left: How late it is, or how long there is left.
        apology: Whether the ward apologised in time.
    """

    code: str
    owner: str
    procedure: str
    due: str
    left: Mark
    apology: Mark
    holder: str

    def text(self, column: BoardColumn) -> str:
        """Return the text of a cell."""
        return (self.code, self.owner, self.procedure, self.due, self.left.text, self.apology.text, self.holder)[column]

    def mark(self, column: BoardColumn) -> Mark | None:
        """Return the mark of a cell, None where there is only text."""
        return {BoardColumn.LEFT: self.left, BoardColumn.APOLOGY: self.apology}.get(column)


Index = QModelIndex | QPersistentModelIndex


class BoardTableModel(QAbstractTableModel):
    """Show one list of the board."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[BoardRow, ...] = ()
        theme.changed.connect(self._repaint)

    def show(self, rows: tuple[BoardRow, ...]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, row: int) -> BoardRow | None:
        """Return a row, None where there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def texts(self, column: BoardColumn, most: int) -> list[str]:
        """Return the texts of a column, of so many rows at most: what it needs room for."""
        return [row.text(column) for row in self._rows[:most]]

    def place_of(self, code: str) -> int:
        """Return the row of a dossier, -1 when it is not on this list."""
        return next((at for at, row in enumerate(self._rows) if row.code == code), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many dossiers there are."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Return the number of columns."""
        return 0 if parent is not None and parent.isValid() else len(BoardColumn)

    def data(self, index: Index, role: int = 0) -> str | QIcon | QColor | None:
        """Return text, icon or colour of a cell."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        column = BoardColumn(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.text(column)
        mark = row.mark(column)
        if mark is None or not mark.icon:
            return None
        if role == Qt.ItemDataRole.DecorationRole:
            return self._theme.icon(mark.icon, mark.role)
        return self._theme.color(mark.role) if role == Qt.ItemDataRole.ForegroundRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: ANN401 - Qt
        """Return the head of a column."""
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(BoardColumn):
            if role == Qt.ItemDataRole.DisplayRole:
                return tr(HEADERS[BoardColumn(section)])
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(BoardColumn) - 1))


@dataclass(frozen=True, slots=True)
class Section:
    """Show one entry of the board's own list: a list of names, or a chart.

    Attributes:
        count: How many names; None for a chart.
    """

    key: str
    title: str
    icon: str
    role: Role
    count: int | None = None


class SectionsModel(QAbstractListModel):
    """Show what the board has: lists with their counts, and charts."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._sections: tuple[Section, ...] = ()
        theme.changed.connect(self._repaint)

    def show(self, sections: tuple[Section, ...]) -> None:
        """Show the same entries with other counts, or other entries."""
        if [each.key for each in sections] == [each.key for each in self._sections]:
            self._sections = sections
            self._repaint()
            return
        self.beginResetModel()
        self._sections = sections
        self.endResetModel()

    def section(self, row: int) -> Section | None:
        """Return an entry, None where there is none."""
        return self._sections[row] if 0 <= row < len(self._sections) else None

    def place_of(self, key: str) -> int:
        """Return the row of an entry, -1 when there is none."""
        return next((at for at, each in enumerate(self._sections) if each.key == key), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        """Return how many entries there are."""
        return 0 if parent is not None and parent.isValid() else len(self._sections)

    def data(self, index: Index, role: int = 0) -> str | QIcon | None:
        """Return text or icon of an entry."""
        section = self.section(index.row()) if index.isValid() else None
        if section is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            title = tr(section.title)
            return title if section.count is None else f"{title}  ·  {number(section.count)}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._theme.icon(section.icon, section.role if section.count != 0 else Role.MUTED)
        return None

    def _repaint(self) -> None:
        if self._sections:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._sections) - 1, 0))
