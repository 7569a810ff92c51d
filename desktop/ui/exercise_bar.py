"""The exercise a trainee is at: which step, and what to do next, above every page."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import IconLabel, text_label
from desktop.ui.words import tr


class ExerciseBar(QFrame):
    """Tell the next step.

    Signals:
        list_wanted(): Show all exercises.
    """

    list_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self.setProperty("class", "messagebar")
        name_it(self, "exerciseBar", tr("Bài tập đang làm"))
        self._icon = IconLabel(theme, "tasks", Role.ACCENT)
        self._text = text_label("", wraps=True)
        self._list = ActionButton(theme, tr("Các bài tập"), icon="tasks", name="exerciseListButton")
        self._list.clicked.connect(self.list_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._list)
        self.hide()

    def text(self) -> str:
        """Return what is told, "" when nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def tell(self, title: str, step: str, *, is_finished: bool) -> None:
        """Tell how an exercise stands.

        Args:
            title: Of the exercise, with the step's number.
            step: What to do next, or praise.
            is_finished: No step is left.
        """
        self._icon.set_icon("check" if is_finished else "tasks", Role.OK if is_finished else Role.ACCENT)
        self._text.setText(f"{title}\n{step}")
        self.setAccessibleDescription(f"{title}. {step}")
        self.show()
