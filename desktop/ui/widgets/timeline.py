"""What happened to a dossier: when, who, what; newest last, as it is read on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.labels import IconLabel, text_label
from desktop.ui.words import tr

_TOP: Final = Qt.AlignmentFlag.AlignTop
#: Lines made beforehand: making them for a scan costs half a frame.
_LINES: Final = 8


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
    """Show acts in order; the labels of one dossier serve the next."""

    def __init__(self, theme: Theme, *, name: str = "timeLine", parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[TimeEntry, ...] = ()
        self._lines: list[_Line] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(2, 1)
        name_it(self, name, tr("Diễn biến hồ sơ"))
        while len(self._lines) < _LINES:
            self._lines.append(self._new_line(2 * len(self._lines)))
            self._lines[-1].tell(None)

    def entries(self) -> tuple[TimeEntry, ...]:
        """Return what is shown."""
        return self._entries

    def set_entries(self, entries: Sequence[TimeEntry]) -> None:
        """Show other acts."""
        self._entries = tuple(entries)
        # A label that comes into sight would lay out everything around it at once, each one anew.
        self._grid.setEnabled(False)
        while len(self._lines) < len(self._entries):
            self._lines.append(self._new_line(2 * len(self._lines)))
        for line, entry in zip_longest(self._lines, self._entries):
            line.tell(entry)
        self._grid.setEnabled(True)
        self._grid.invalidate()
        self.updateGeometry()
        self.setAccessibleDescription("; ".join(f"{e.when} {e.who}: {e.what}" for e in self._entries))

    def _new_line(self, row: int) -> "_Line":
        line = _Line(self._theme)
        for column, label in enumerate((line.icon, line.when, line.what)):
            self._grid.addWidget(label, row, column, _TOP)
        self._grid.addWidget(line.below, row + 1, 2, _TOP)
        return line


class _Line:
    """Hold the labels of one act; only what differs is touched, since a label that stays costs nothing."""

    def __init__(self, theme: Theme) -> None:
        self._icon_name = "check"
        self.icon = IconLabel(theme, self._icon_name, Role.ACCENT)
        self.when = text_label("", "muted")
        self.what = text_label("", "strong", wraps=True)
        self.below = text_label("", "muted", wraps=True)

    def tell(self, entry: TimeEntry | None) -> None:
        """Tell an act; None hides the line."""
        below = ""
        if entry is not None:
            below = " · ".join(part for part in (entry.who, entry.note) if part)
            self.when.setText(entry.when)
            self.what.setText(entry.what)
            self.below.setText(below)
            if entry.icon != self._icon_name:
                self._icon_name = entry.icon
                self.icon.set_icon(entry.icon, Role.ACCENT)
        for label in (self.icon, self.when, self.what):
            _set_shown(label, is_shown=entry is not None)
        _set_shown(self.below, is_shown=bool(below))


def _set_shown(label: QLabel, *, is_shown: bool) -> None:
    if label.isHidden() is is_shown:
        label.setVisible(is_shown)
