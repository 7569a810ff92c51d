"""Small parts of the page "Tiếp nhận": cards, call-outs, and the bar that asks before anything is overwritten."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.theme import Role, Theme, name_it, set_class
from desktop.ui.tokens import SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import IconLabel, SectionHeader, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import tr

#: Icon and colour of each kind of call-out.
CALLOUTS: Final = {
    "due": ("info", Role.DUE),
    "soon": ("warning", Role.SOON),
    "late": ("late", Role.LATE),
    "ok": ("check", Role.OK),
}


class Card(QFrame):
    """Frame a part of the page.

    Attributes:
        column: Where its content goes.
    """

    def __init__(self, title: str = "", *, name: str, parent: QWidget | None = None) -> None:
        """Take the title."""
        super().__init__(parent)
        set_class(self, "card")
        name_it(self, name, title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        self.column.setSpacing(SPACE_S)
        self.head = QHBoxLayout()
        self.head.setSpacing(SPACE_S)
        if title:
            self.head.addWidget(SectionHeader(title))
            self.head.addStretch(1)
            self.column.addLayout(self.head)


class Callout(QFrame):
    """Say one sentence with an icon; hidden while there is nothing to say."""

    def __init__(self, theme: Theme, kind: str, *, name: str, parent: QWidget | None = None) -> None:
        """Take the kind: ``due``, ``soon``, ``late`` or ``ok``."""
        super().__init__(parent)
        self._icon = IconLabel(theme, *CALLOUTS[kind])
        self._text = text_label("", wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        self.row.setSpacing(SPACE_S)
        self.row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self.row.addWidget(self._text, 1)
        name_it(self, name, "")
        set_class(self, f"tag tag-{kind}")
        self.hide()

    def say(self, text: str, kind: str = "") -> None:
        """Say a sentence; "" hides the call-out."""
        if kind:
            self._icon.set_icon(*CALLOUTS[kind])
            set_class(self, f"tag tag-{kind}")
            self._text.style().unpolish(self._text)
            self._text.style().polish(self._text)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """Return the sentence, "" when there is none."""
        return self._text.text()


class QuestionBar(QFrame):
    """Ask one question on the page itself, with numbered answers and perhaps a reason.

    Signals:
        answered(str, str): Key of the answer and the reason typed.
        asked(bool): A question is open, or no longer; Alt+number belongs to it meanwhile.
    """

    answered = Signal(str, str)
    asked = Signal(bool)

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        set_class(self, "card")
        name_it(self, "questionBar", tr("Câu hỏi cần trả lời"))
        self._topic = ""
        self._question = text_label("", "strong", wraps=True)
        self._picker = ShortPicker(theme, columns=2, name="questionAnswer")
        self._picker.picked.connect(self._pick)
        self._reason = LineEdit(theme, name="questionReason")
        self._reason.entered.connect(self._enter)
        self._reason_field = Field(tr("Lý do"), self._reason, name="questionReason")
        self._reason_answer = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(IconLabel(theme, "warning", Role.SOON), 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._question, 1)
        column.addLayout(head)
        column.addWidget(self._reason_field)
        column.addWidget(self._picker)
        self.hide()

    @property
    def topic(self) -> str:
        """Return what is asked, "" when nothing is."""
        return self._topic

    def ask(self, topic: str, question: str, choices: Sequence[Choice], reason_for: str = "", hint: str = "") -> None:
        """Ask.

        Args:
            topic: What it is about, for the page.
            question: One or two sentences.
            choices: The answers.
            reason_for: Key of the answer that needs a reason; Enter in the reason gives it.
            hint: What to write as a reason.
        """
        self._topic = topic
        self._question.setText(question)
        self.setAccessibleName(question)
        self._picker.set_choices(choices)
        self._reason_answer = reason_for
        self._reason.clear()
        self._reason_field.set_error("")
        self._reason_field.set_hint(hint)
        self._reason_field.setVisible(bool(reason_for))
        self.asked.emit(True)
        self.show()
        (self._reason if reason_for else self._picker).setFocus(Qt.FocusReason.OtherFocusReason)

    def complain(self, text: str) -> None:
        """Say what is wrong with the reason."""
        self._reason_field.set_error(text)
        self._reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self) -> None:
        """Give the answer that needs the reason, as Ctrl+Enter does."""
        if self._reason_answer:
            self._enter()

    def dismiss(self) -> None:
        """Ask no more."""
        self._topic = ""
        self._picker.set_choices(())
        self.hide()
        self.asked.emit(False)

    def question(self) -> QLabel:
        """Return the label of the question."""
        return self._question

    def _pick(self, key: str) -> None:
        self.answered.emit(key, self._reason.value())

    def _enter(self) -> None:
        self.answered.emit(self._reason_answer, self._reason.value())
