"""The ten exercises: what each is about, which are done, begin one or go on with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_WIDTH_PX: Final = 760
_HEIGHT_PX: Final = 520


@dataclass(frozen=True, slots=True)
class ExerciseRow:
    """Hold one exercise of the list.

    Attributes:
        key: Stable name.
        title: With its number.
        goal: What it is about.
        steps: How many steps it has.
        is_done: It was finished on this PC.
        is_current: It was begun and is not finished.
    """

    key: str
    title: str
    goal: str
    steps: int
    is_done: bool
    is_current: bool


class ExerciseDialog(QDialog):
    """Show the exercises.

    Signals:
        begun(str): Begin this exercise, from its first step.
        left(): Do no exercise any more.
    """

    begun = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, rows: Sequence[ExerciseRow], parent: QWidget) -> None:
        """Take the exercises; show it by ``open``."""
        super().__init__(parent)
        self._rows = {row.key: row for row in rows}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Bài tập"))
        name_it(self, "exerciseDialog", tr("Bài tập"))
        heads = (
            Head(tr("Bài"), "10. Trả cho người được ủy quyền", share=1),
            Head(tr("Đã làm"), "Đang làm", has_icon=True),
        )
        tip = tr("Mũi tên: chọn bài; Enter: bắt đầu")
        self.table = ShortTable(theme, heads, name="exerciseTable", title=tr("Mười bài tập"), tip=tip)
        self.goal = text_label("", wraps=True)
        begin = ActionButton(theme, tr("Bắt đầu bài này"), icon="next", shortcut="Ctrl+Return", name="beginExercise")
        leave = ActionButton(theme, tr("Thôi làm bài tập"), name="leaveExercise")
        close = ActionButton(theme, tr("Đóng"), name="closeExercises")
        begin.clicked.connect(self._begin)
        leave.clicked.connect(self._leave)
        close.clicked.connect(self.close)
        self.table.entered.connect(self._begin)
        self.table.moved.connect(self._show)
        buttons = QHBoxLayout()
        buttons.addWidget(leave)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(begin)
        column = QVBoxLayout(self)
        told = tr(
            "Người và giấy tờ trong bài đều không có thật. Làm trong cửa sổ chính; thanh phía trên nói bước tiếp theo."
        )
        column.addWidget(Muted(told))
        column.addWidget(self.table, 1)
        column.addWidget(self.goal)
        column.addLayout(buttons)
        current = next((row.key for row in rows if row.is_current), "")
        undone = next((row.key for row in rows if not row.is_done), "")
        self.table.set_lines([_line(row) for row in rows], current or undone)
        self._show(self.table.current_key())
        room = parent.size()
        self.resize(min(theme.scaled(_WIDTH_PX), room.width()), min(theme.scaled(_HEIGHT_PX), room.height()))
        self.table.setFocus()

    def _show(self, key: str) -> None:
        row = self._rows.get(key)
        if row is not None:
            self.goal.setText(tr("{goal} ({n} bước)", goal=row.goal, n=row.steps))

    def _begin(self) -> None:
        key = self.table.current_key()
        if key:
            self.begun.emit(key)
            self.close()

    def _leave(self) -> None:
        self.left.emit()
        self.close()


def _line(row: ExerciseRow) -> Line:
    if row.is_current:
        state = Cell(tr("Đang làm"), "work", Role.ACCENT)
    else:
        state = Cell(tr("Xong"), "check", Role.OK) if row.is_done else Cell("")
    return Line(row.key, (Cell(row.title), state))
