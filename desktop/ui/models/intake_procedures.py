"""The short list of procedures below the search field: number, name, code, field, limit, fee."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.catalogue import Procedure
from desktop.domain.units import Unit
from desktop.ui.pages.intake_words import fee_text, limit_text
from desktop.ui.theme import Role, Theme
from desktop.ui.words import QT_TRANSLATE_NOOP, tr

AnyIndex = QModelIndex | QPersistentModelIndex

#: Alt+1 to Alt+9.
NUMBERED: Final = 9


class Column(IntEnum):
    """Name the columns."""

    NUMBER = 0
    CODE = 1
    NAME = 2
    FIELD = 3
    LIMIT = 4
    FEE = 5


_HEADS: Final = {
    Column.NUMBER: QT_TRANSLATE_NOOP("motcua", "Phím"),
    Column.CODE: QT_TRANSLATE_NOOP("motcua", "Mã"),
    Column.NAME: QT_TRANSLATE_NOOP("motcua", "Thủ tục"),
    Column.FIELD: QT_TRANSLATE_NOOP("motcua", "Lĩnh vực"),
    Column.LIMIT: QT_TRANSLATE_NOOP("motcua", "Thời hạn"),
    Column.FEE: QT_TRANSLATE_NOOP("motcua", "Phí, lệ phí"),
}


class ProceduresModel(QAbstractTableModel):
    """Hold the procedures a search found."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._found: tuple[Procedure, ...] = ()
        self._unit: Unit | None = None

    def set_found(self, found: Sequence[Procedure], unit: Unit | None) -> None:
        """Show other procedures."""
        self.beginResetModel()
        self._found = tuple(found)
        self._unit = unit
        self.endResetModel()

    def procedure(self, row: int) -> Procedure | None:
        """Return the procedure of a row, None when there is no such row."""
        return self._found[row] if 0 <= row < len(self._found) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Count the rows."""
        return 0 if parent is not None and parent.isValid() else len(self._found)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Count the columns."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return text, tip or alignment of a cell."""
        procedure = self.procedure(index.row()) if index.isValid() else None
        if procedure is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(procedure, index.row(), Column(index.column()))
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{procedure.code} {procedure.name}"
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != Column.NAME:
            return self._theme.color(Role.MUTED)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the head of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADS[Column(section)])
        return None

    def _text(self, procedure: Procedure, row: int, column: Column) -> str:
        if column is Column.NUMBER:
            return f"Alt+{row + 1}" if row < NUMBERED else ""
        if column in (Column.CODE, Column.NAME):
            return procedure.code if column is Column.CODE else procedure.name
        if column is Column.FIELD:
            return procedure.field_name
        return limit_text(procedure.limit) if column is Column.LIMIT else fee_text(procedure, self._unit)
