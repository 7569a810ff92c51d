"""Bars of the window: training, trouble, what waits for an answer, and the one line for everything that went well."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.domain.vietnamese import screen_time
from desktop.ui.notices import Notice
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from desktop.ui.widgets.buttons import ActionButton, IconButton
from desktop.ui.widgets.labels import ElidedLabel, IconLabel, KeyHint, text_label
from desktop.ui.words import tr


class TrainingBanner(QFrame):
    """Say that nothing done here counts."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Show the words."""
        super().__init__(parent)
        self.setProperty("class", "training")
        name_it(self, "trainingBanner", tr("HỌC – KHÔNG GIÁ TRỊ"))
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_XS, SPACE_L, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        row.addWidget(IconLabel(theme, "warning", Role.ON_TRAINING))
        row.addWidget(text_label(tr("HỌC – KHÔNG GIÁ TRỊ")))
        row.addStretch(1)


class MessageBar(QFrame):
    """Show one trouble until it is over or closed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._retry: Callable[[], None] | None = None
        self.setProperty("class", "messagebar")
        name_it(self, "messageBar", tr("Báo lỗi"))
        self._text = text_label("", wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._again = ActionButton(theme, tr("Thử lại"), icon="refresh", name="retryButton")
        self._again.clicked.connect(self._try_again)
        close = IconButton(theme, "close", tr("Đóng thông báo"), name="closeMessageButton")
        close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(IconLabel(theme, "warning", Role.LATE), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._again)
        row.addWidget(close)
        self.hide()

    def text(self) -> str:
        """Return the sentence shown, "" when there is none."""
        return self._text.text() if not self.isHidden() else ""

    def show_notice(self, notice: Notice) -> None:
        """Show a trouble in place of the one before."""
        self._retry = notice.retry
        self._text.setText(notice.text)
        self.setAccessibleDescription(notice.text)
        self._again.setVisible(notice.retry is not None)
        self.show()

    def clear(self) -> None:
        """Take it away."""
        self._retry = None
        self.hide()

    def _try_again(self) -> None:
        retry = self._retry
        self.clear()
        if retry is not None:
            retry()


class AskingBar(QFrame):
    """Say what waits for an answer, with the buttons that give it; the work goes on meanwhile."""

    def __init__(self, icon: IconLabel, answers: Sequence[ActionButton], parent: QWidget | None = None) -> None:
        """Begin hidden; who makes it names it.

        Args:
            icon: What it is about.
            answers: From left to right.
            parent: As Qt has it.
        """
        super().__init__(parent)
        self.setProperty("class", "messagebar")
        self._text = text_label("", "strong", wraps=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(icon)
        row.addWidget(self._text, 1)
        for answer in answers:
            row.addWidget(answer)
        self.hide()

    def text(self) -> str:
        """Return what is said, "" when nothing is."""
        return "" if self.isHidden() else self._text.text()

    def say(self, text: str) -> None:
        """Say it, without taking the focus; "" takes the bar away."""
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.setVisible(bool(text))


class StatusLine(QFrame):
    """Say what went well, what the control under the cursor does, and that work is going on."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Take the injected clock."""
        super().__init__(parent)
        self._now = now
        self._said = ""
        self.setProperty("class", "statusline")
        name_it(self, "statusLine", tr("Dòng trạng thái"))
        self._icon = IconLabel(theme, "check", Role.OK)
        self._text = ElidedLabel()
        self._tip_text = ElidedLabel()
        self._tip_text.setProperty("class", "muted")
        self._tip_text.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._busy = text_label(tr("Đang làm…"), "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_XS, SPACE_L, SPACE_XS)
        row.setSpacing(SPACE_S)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        row.addWidget(self._tip_text, 1)
        row.addWidget(self._busy)
        for keys, text in (("F1", tr("Trợ giúp")), ("Ctrl+/", tr("Phím tắt"))):
            row.addWidget(KeyHint(keys))
            row.addWidget(text_label(text, "muted small"))
        self._icon.hide()
        self._busy.hide()

    def text(self) -> str:
        """Return all that is shown."""
        return "  ".join(part for part in (self._said, self._tip_text.text()) if part)

    def said(self) -> str:
        """Return the last success, with its time."""
        return self._said

    def say(self, text: str) -> None:
        """Show a success, with its time."""
        self._said = f"{screen_time(self._now())}  {text}" if text else ""
        self._text.setText(self._said)
        self._icon.setVisible(bool(self._said))
        self.setAccessibleDescription(self._said)

    def show_tip(self, tip: str) -> None:
        """Show what a control does, beside the last success."""
        self._tip_text.setText(tip)

    def set_busy(self, is_busy: bool) -> None:
        """Say that work takes longer than 400 ms."""
        self._busy.setVisible(is_busy)
