"""A short list one picks from by Alt+1 … Alt+9, by arrows or by mouse."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.words import tr

#: Alt+1 to Alt+9.
NUMBERED: Final = 9


@dataclass(frozen=True, slots=True)
class Choice:
    """Offer one row of a short list.

    Attributes:
        key: What the page gets.
        text: What the user reads.
        hint: What is told in the status line.
    """

    key: str
    text: str
    hint: str = ""


class _Row(QPushButton):
    """Be one row; arrows move to the next one, Enter picks."""

    moved = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by arrows, pick by Enter."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Right):
            self.moved.emit(1)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Left):
            self.moved.emit(-1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        else:
            super().keyPressEvent(event)


class ShortPicker(QWidget):
    """Pick one of a few.

    Signals:
        picked(str): The key of the choice, by the user only.
    """

    picked = Signal(str)

    def __init__(self, theme: Theme, *, columns: int = 1, name: str = "picker", parent: QWidget | None = None) -> None:
        """Begin empty.

        Args:
            theme: The look.
            columns: Choices side by side.
            name: Object name; rows are called ``<name>1``, ``<name>2``, …
            parent: Parent widget.
        """
        super().__init__(parent)
        self._theme = theme
        self._columns = columns
        self._choices: tuple[Choice, ...] = ()
        self._rows: list[_Row] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._pick)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_S)
        name_it(self, name, tr("Danh sách chọn"))
        self._keys = [QShortcut(QKeySequence(f"Alt+{n}"), self) for n in range(1, NUMBERED + 1)]
        for n, key in enumerate(self._keys):
            key.setContext(Qt.ShortcutContext.WindowShortcut)
            key.setEnabled(False)
            key.setProperty("row", n)
            key.activated.connect(self._pick_by_key)

    def set_choices(self, choices: Sequence[Choice], current: str = "") -> None:
        """Offer other choices.

        Args:
            choices: In the order of their numbers; those after the ninth have no number.
            current: Key of the one that is chosen.
        """
        for row in self._rows:
            self._group.removeButton(row)
            self._grid.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._choices = tuple(choices)
        self._rows = [self._row(n, choice) for n, choice in enumerate(self._choices)]
        for n, key in enumerate(self._keys):
            key.setEnabled(n < len(self._rows))
        self.set_current(current)

    def choices(self) -> tuple[Choice, ...]:
        """Return what is offered."""
        return self._choices

    def current(self) -> str:
        """Return the key of the choice, "" when nothing is chosen."""
        at = self._group.checkedId()
        return self._choices[at].key if at >= 0 else ""

    def set_current(self, key: str) -> None:
        """Choose by key without a signal; an unknown key chooses nothing."""
        self._group.setExclusive(False)
        for row, choice in zip(self._rows, self._choices, strict=True):
            row.setChecked(bool(key) and choice.key == key)
        self._group.setExclusive(True)
        chosen = next((row for row in self._rows if row.isChecked()), self._rows[0] if self._rows else None)
        self.setFocusProxy(chosen)  # type: ignore[arg-type] # Qt takes None, the stub does not say so

    def _row(self, n: int, choice: Choice) -> _Row:
        label = f"{n + 1}   {choice.text}" if n < NUMBERED else choice.text
        row = _Row(label.replace("&", "&&"), self)
        row.setCheckable(True)
        row.setAutoDefault(False)
        row.setProperty("class", "choice")
        keys = tr("Alt+{n} chọn: {text}", n=n + 1, text=choice.hint or choice.text)
        name_it(row, f"{self.objectName()}{n + 1}", choice.text, keys if n < NUMBERED else choice.text)
        row.moved.connect(self._move)
        self._group.addButton(row, n)
        self._grid.addWidget(row, n // self._columns, n % self._columns)
        row.show()
        return row

    def _move(self, by: int) -> None:
        at = next((n for n, row in enumerate(self._rows) if row.hasFocus()), 0)
        self._rows[(at + by) % len(self._rows)].setFocus(Qt.FocusReason.TabFocusReason)

    def _pick(self, n: int) -> None:
        self.setFocusProxy(self._rows[n])
        self.picked.emit(self._choices[n].key)

    def _pick_by_key(self) -> None:
        key = self.sender()
        n = int(key.property("row"))
        if n < len(self._rows) and self.isVisible() and self.isEnabled():
            self._rows[n].setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._rows[n].click()
