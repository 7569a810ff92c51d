"""The checklist of papers: what the procedure asks for and how many of each kind lie on the counter."""

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.domain.acts.receiving import MAX_COUNT
from desktop.domain.catalogue import Component, PaperKind, Procedure
from desktop.domain.vietnamese import fold
from desktop.ui.pages.intake_command import all_papers
from desktop.ui.pages.intake_state import CountText
from desktop.ui.theme import Role, Theme
from desktop.ui.words import QT_TRANSLATE_NOOP, tr

AnyIndex = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """Name the columns."""

    NAME = 0
    ORIGINALS = 1
    CERTIFIED = 2
    COPIES = 3


_HEADS: Final = {
    Column.NAME: QT_TRANSLATE_NOOP("motcua", "Giấy tờ"),
    Column.ORIGINALS: QT_TRANSLATE_NOOP("motcua", "Bản chính"),
    Column.CERTIFIED: QT_TRANSLATE_NOOP("motcua", "Chứng thực"),
    Column.COPIES: QT_TRANSLATE_NOOP("motcua", "Bản sao"),
}
_FIELDS: Final = {Column.ORIGINALS: "originals", Column.CERTIFIED: "certified", Column.COPIES: "copies"}
#: An optional paper whose name says so itself needs no further word.
_OPTIONAL: Final = "neu "
_USUAL: Final = {
    PaperKind.ORIGINAL: Column.ORIGINALS,
    PaperKind.CERTIFIED: Column.CERTIFIED,
    PaperKind.COPY: Column.COPIES,
}


class ComponentsModel(QAbstractTableModel):
    """Count papers, row by row; rows after the published list are papers outside it."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        """Begin without a procedure."""
        super().__init__(parent)
        self._theme = theme
        self._components: tuple[Component, ...] = ()
        self._counts: list[CountText] = []
        self._all: tuple[CountText, ...] = ()

    def set_procedure(self, procedure: Procedure | None) -> None:
        """Show the papers of a procedure, none counted."""
        self.beginResetModel()
        self._components = procedure.components if procedure is not None else ()
        self._all = all_papers(procedure) if procedure is not None else ()
        self._counts = [CountText(component.code) for component in self._components]
        self.endResetModel()

    def set_counts(self, counts: Sequence[CountText]) -> None:
        """Show other counts; those of components the procedure does not have are left out."""
        self.beginResetModel()
        known = {count.code: count for count in counts if count.code}
        self._counts = [known.get(component.code, CountText(component.code)) for component in self._components]
        self._counts += [count for count in counts if not count.code]
        self.endResetModel()

    def counts(self) -> tuple[CountText, ...]:
        """Return what was counted: nothing for a component that is not there."""
        return tuple(count for count in self._counts if count.total or not count.code)

    def fill_all(self) -> None:
        """Count one of its usual kind for every required paper that is not there yet."""
        filled = {count.code: count for count in self._all}
        self._counts = [
            filled.get(count.code, count) if count.code and not count.total else count for count in self._counts
        ]
        self._tell_all()

    def add_extra(self, name: str, reason: str) -> int:
        """Add a paper outside the list, one original, and return its row."""
        row = len(self._counts)
        self.beginInsertRows(QModelIndex(), row, row)
        self._counts.append(CountText("", originals=1, name=name, reason=reason))
        self.endInsertRows()
        return row

    def set_count(self, row: int, column: int, value: int) -> None:
        """Set one count, 0 to 999; an extra paper counted down to nothing goes away."""
        if column == Column.NAME or not 0 <= row < len(self._counts):
            return
        count = _with_count(self._counts[row], Column(column), min(max(value, 0), MAX_COUNT))
        if not count.code and not count.total:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._counts[row]
            self.endRemoveRows()
            return
        self._counts[row] = count
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(Column) - 1))

    def count(self, row: int, column: int) -> int:
        """Return one count."""
        if column == Column.NAME:
            return self._counts[row].total
        value: int = getattr(self._counts[row], _FIELDS[Column(column)])
        return value

    def usual_column(self, row: int) -> Column:
        """Return the column in which a paper is usually counted."""
        if row < len(self._components):
            return _USUAL[self._components[row].kind_hint]
        return Column.ORIGINALS

    def missing_rows(self) -> tuple[int, ...]:
        """Return the rows of required papers that are not counted."""
        return tuple(
            row for row, component in enumerate(self._components) if component.required and not self._counts[row].total
        )

    def has_counts(self) -> bool:
        """Tell whether anything was counted."""
        return any(count.total for count in self._counts)

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Count the rows."""
        return 0 if parent is not None and parent.isValid() else len(self._counts)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        """Count the columns."""
        return 0 if parent is not None and parent.isValid() else len(Column)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows and what a screen reader says."""
        if not index.isValid() or index.row() >= len(self._counts):
            return None
        row, column = index.row(), Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column is Column.NAME:
            return self._sign(row)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is not Column.NAME:
            return Qt.AlignmentFlag.AlignCenter
        if role == Qt.ItemDataRole.FontRole and column is not Column.NAME:
            return self._theme.font(is_bold=True)
        if role == Qt.ItemDataRole.ToolTipRole and column is Column.NAME:
            return self._text(row, column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the head of a column."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADS[Column(section)])
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            return left if section == Column.NAME else Qt.AlignmentFlag.AlignCenter
        return None

    def _text(self, row: int, column: Column) -> str:
        if column is not Column.NAME:
            return str(self.count(row, column) or "")
        if row >= len(self._components):
            extra = self._counts[row]
            return tr("{name} (ngoài danh mục: {reason})", name=extra.name, reason=extra.reason)
        component = self._components[row]
        says_so = component.required or _OPTIONAL in fold(component.name)
        return component.name if says_so else tr("{name} (nếu có)", name=component.name)

    def _spoken(self, row: int, column: Column) -> str:
        name = self._text(row, Column.NAME)
        if column is Column.NAME:
            return tr("{name}: đã có {n} bản", name=name, n=self.count(row, column))
        return tr("{name}, {kind}: {n}", name=name, kind=tr(_HEADS[column]), n=self.count(row, column))

    def _sign(self, row: int) -> object:
        """Show by a sign, not by colour alone, whether a paper is there."""
        if self._counts[row].total:
            return self._theme.icon("check", Role.OK)
        is_missing = row < len(self._components) and self._components[row].required
        return self._theme.icon("warning", Role.SOON) if is_missing else self._theme.icon("minus", Role.MUTED)

    def _tell_all(self) -> None:
        if self._counts:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._counts) - 1, len(Column) - 1))


def _with_count(count: CountText, column: Column, value: int) -> CountText:
    if column is Column.ORIGINALS:
        return replace(count, originals=value)
    return replace(count, certified=value) if column is Column.CERTIFIED else replace(count, copies=value)


__all__ = ["Column", "ComponentsModel"]
