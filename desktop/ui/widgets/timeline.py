"""What happened to a dossier: when, who, what; newest last, as it is read on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.labels import IconLabel, text_label
from desktop.ui.words import tr


@dataclass(frozen=True, slots=True)
class TimeEntry:
    """Tell one act.

    Attributes:
        when: Written for people: ``09:05 18/07/2019``.
        who: Name of the person.
        what: One sentence.
        icon: Name of an icon.
        note: Reason or paper, in the second rank.
    """

    when: str
    who: str
    what: str
    icon: str = "check"
    note: str = ""


class TimeLine(QWidget):
    """Show acts in order."""

    def __init__(self, theme: Theme, *, name: str = "timeLine", parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[TimeEntry, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(2, 1)
        name_it(self, name, tr("Diễn biến hồ sơ"))

    def entries(self) -> tuple[TimeEntry, ...]:
        """Return what is shown."""
        return self._entries

    def set_entries(self, entries: Sequence[TimeEntry]) -> None:
        """Show other acts."""
        while self._grid.count():
            old = self._grid.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        self._entries = tuple(entries)
        top = Qt.AlignmentFlag.AlignTop
        for row, entry in enumerate(self._entries):
            self._grid.addWidget(IconLabel(self._theme, entry.icon, Role.ACCENT), 2 * row, 0, top)
            self._grid.addWidget(text_label(entry.when, "muted"), 2 * row, 1, top)
            self._grid.addWidget(text_label(entry.what, "strong", wraps=True), 2 * row, 2, top)
            below = " · ".join(part for part in (entry.who, entry.note) if part)
            if below:
                self._grid.addWidget(text_label(below, "muted", wraps=True), 2 * row + 1, 2, top)
        self.setAccessibleDescription("; ".join(f"{e.when} {e.who}: {e.what}" for e in self._entries))
