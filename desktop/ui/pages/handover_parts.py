"""Small parts of the page "Bàn giao": the field for a code, a list with its empty state, Alt and a number."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget

from desktop.domain.scans import ScanKind, classify
from desktop.ui.models.short_table import ShortTable
from desktop.ui.theme import Theme, name_it
from desktop.ui.widgets.fields import LineEdit
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr

#: Alt+1 to Alt+9.
NUMBERED = 9


class CodeEdit(LineEdit):
    """Take a code typed by hand when its bars cannot be read.

    Signals:
        typed(str): Enter was pressed behind a whole code, or behind its last digits.
    """

    typed = Signal(str)

    def __init__(self, theme: Theme, *, name: str) -> None:
        """Take the object name."""
        super().__init__(theme, tr("Quét, hoặc gõ mã hồ sơ rồi Enter"), name=name)
        name_it(self, name, tr("Mã hồ sơ"), tr("Quét giấy hẹn hoặc bìa hồ sơ; mã vạch hỏng thì gõ mã rồi Enter"))
        self.entered.connect(self._enter)

    def _enter(self) -> None:
        text = self.value()
        if text:
            self.typed.emit(text)


def code_of(text: str) -> str:
    """Return the dossier code inside a typed text, "" when it is none."""
    reading = classify(text)
    return reading.code if reading.kind in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR) else ""


def focus_in_view(widget: QWidget) -> None:
    """Give a control the focus and scroll every area around it until it is seen."""
    widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget)
        around = around.parentWidget()


class ListOrAdvice(QStackedWidget):
    """Show a list, or what to do while it is empty."""

    def __init__(self, table: ShortTable, empty: EmptyState, parent: QWidget | None = None) -> None:
        """Take both."""
        super().__init__(parent)
        self.addWidget(empty)
        self.addWidget(table)

    def show_list(self, *, has_rows: bool) -> None:
        """Show the list when there is one."""
        self.setCurrentIndex(int(has_rows))


class NumberKeys(QObject):
    """Hear Alt+1 … Alt+9 while their owner is seen.

    Signals:
        picked(str): Key of the row with that number.
    """

    picked = Signal(str)

    def __init__(self, owner: QWidget, table: ShortTable) -> None:
        """Take the widget whose keys they are and the list they pick from."""
        super().__init__(owner)
        self._table = table
        for row in range(NUMBERED):
            key = QShortcut(QKeySequence(f"Alt+{row + 1}"), owner)
            key.setProperty("row", row)
            key.activated.connect(self._pick)

    def _pick(self) -> None:
        row = int(self.sender().property("row"))
        lines = self._table.rows.lines
        if row < len(lines):
            self.picked.emit(lines[row].key)
