"""The list of the page "Ký duyệt" as a model: rows, what was seen, what is chosen, what was refused."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.ui.pages.approval_load import ApprovalRow
from desktop.ui.pages.approval_words import Mark, days_words, marks, obstacle, right_words, wait_words
from desktop.ui.tokens import Role
from desktop.ui.words import Words, tr

Index = QModelIndex | QPersistentModelIndex

_NOWHERE: Final = QModelIndex()


class ApprovalModel(QAbstractListModel):
    """Hold the rows in the order of the service.

    What was seen and chosen hangs on dossier and content together: new content is unseen and not chosen.

    Signals:
        chosen_changed(): Other rows are chosen.
    """

    chosen_changed = Signal()

    def __init__(self, words: Words, parent: QObject | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._words = words
        self._rows: tuple[ApprovalRow, ...] = ()
        self._seen: set[tuple[str, str]] = set()
        self._chosen: set[tuple[str, str]] = set()
        self._problems: dict[str, str] = {}

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Return how many dossiers wait."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own types
        """Return what a screen reader and a tip say of a row; the view paints from :meth:`row`."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.code
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.spoken(row)
        return None

    def set_rows(self, rows: Sequence[ApprovalRow]) -> None:
        """Show another list; what was seen and chosen of unchanged content stays so."""
        self.beginResetModel()
        self._rows = tuple(rows)
        there = {row.shown_as for row in rows}
        self._seen &= there
        self._chosen &= {row.shown_as for row in rows if row.waiting.is_ready}
        self._problems = {code: text for code, text in self._problems.items() if self.place_of(code) >= 0}
        self.endResetModel()
        self.chosen_changed.emit()

    def row(self, at: int) -> ApprovalRow | None:
        """Return a row, None beyond the list."""
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def rows(self) -> tuple[ApprovalRow, ...]:
        """Return all rows."""
        return self._rows

    def place_of(self, code: str) -> int:
        """Return the place of a dossier by any of its codes, -1 when it does not wait."""
        for at, row in enumerate(self._rows):
            if code in (row.code, *row.waiting.dossier.aliases):
                return at
        return -1

    def note_seen(self, shown_as: tuple[str, str]) -> None:
        """Note that a dossier with this content lay before the leader."""
        self._seen.add(shown_as)
        self._touch()

    def is_seen(self, row: ApprovalRow) -> bool:
        """Tell whether this very content lay before the leader."""
        return row.shown_as in self._seen

    def is_chosen(self, row: ApprovalRow) -> bool:
        """Tell whether a row is chosen for the batch."""
        return row.shown_as in self._chosen

    def chosen(self) -> tuple[ApprovalRow, ...]:
        """Return the rows chosen, in the order of the list."""
        return tuple(row for row in self._rows if self.is_chosen(row))

    def choose(self, row: ApprovalRow, *, is_chosen: bool) -> bool:
        """Choose a row or leave it out; False for one that was not seen or cannot be approved."""
        if is_chosen and not (self.is_seen(row) and row.waiting.is_ready):
            return False
        if is_chosen:
            self._chosen.add(row.shown_as)
        else:
            self._chosen.discard(row.shown_as)
        self._touch()
        self.chosen_changed.emit()
        return True

    def choose_seen(self) -> int:
        """Choose every row that was seen and can be approved; return how many are chosen."""
        self._chosen |= {row.shown_as for row in self._rows if row.waiting.is_ready and self.is_seen(row)}
        self._touch()
        self.chosen_changed.emit()
        return len(self._chosen)

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Write below each dossier why it was refused, and leave it out of what is chosen."""
        self.layoutAboutToBeChanged.emit()
        self._problems = dict(problems)
        self._chosen -= {row.shown_as for row in self._rows if row.code in problems}
        self.layoutChanged.emit()  # a refused row is one line higher
        self.chosen_changed.emit()

    def problem(self, row: ApprovalRow) -> str:
        """Return why a row was refused last, "" when it was not."""
        return self._problems.get(row.code, "")

    def marks(self, row: ApprovalRow) -> tuple[Mark, ...]:
        """Return the marks of a row, a refusal first."""
        problem = self.problem(row)
        refused = (Mark("warning", Role.LATE, problem),) if problem else ()
        return refused + marks(row.waiting, self._words)

    def spoken(self, row: ApprovalRow) -> str:
        """Return a row as one sentence, for screen readers and tips."""
        waiting = row.waiting
        states = [mark.text for mark in self.marks(row)]
        if self.is_chosen(row):
            states.insert(0, tr("đã chọn"))
        elif self.is_seen(row) and obstacle(waiting) is None:
            states.insert(0, tr("đã xem"))
        return "; ".join(
            (
                row.code,
                waiting.dossier.owner.name,
                waiting.dossier.procedure.name,
                tr("người soạn: {name}", name=waiting.author),
                days_words(waiting),
                tr("chờ ký {time} làm việc", time=wait_words(row.waited_minutes)),
                tr("ký: {right}", right=right_words(waiting.authority)),
                *states,
            )
        )

    def _touch(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
