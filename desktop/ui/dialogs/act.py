"""The frame of a dialog for one act on a dossier: what it does, reason with quick reasons, error line, two buttons.

It stays open until the act is done, so that a refusal loses nothing typed.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import FollowingArea, move_into_sight
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import ErrorLine, Muted, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import tr

_WIDTH_PX: Final = 640
_REASON_ROWS: Final = 3


class ActDialog(StayingDialog):
    """Ask what one act needs.

    Attributes:
        column: Where a dialog puts its own fields, above the reason.

    Signals:
        wanted(object): The command, complete; the owner closes the dialog by ``accept`` when it is done.
    """

    wanted = Signal(object)

    def __init__(self, theme: Theme, title: str, verb: str, *, name: str, icon: str = "", about: str = "") -> None:
        """Build the frame; its owner gives it a parent by :meth:`show_over`.

        Args:
            theme: The look.
            title: What is done.
            verb: The main button.
            name: Object name.
            icon: Icon of the main button.
            about: Code and person, read once more before anything is done.
        """
        super().__init__()
        self.theme = theme
        self.setWindowTitle(title)
        name_it(self, name, title)
        self._error = ErrorLine(theme)
        self._effect = Callout(theme, "due", name=f"{name}Effect")
        self.finish = ActionButton(
            theme, verb, icon=icon, shortcut="Ctrl+Return", primary=True, name=f"{name}Finish", status_tip=title
        )
        self.finish.clicked.connect(self._try)
        self.reason: TextEdit | None = None
        self._reason_field: Field | None = None
        self._least = MIN_REASON
        self._quick = ShortPicker(theme, name=f"{name}Quick")
        self._quick_texts: tuple[str, ...] = ()
        self.column = QVBoxLayout()
        self.column.setContentsMargins(0, 0, SPACE_S, 0)
        self.column.setSpacing(SPACE_M)
        self._build(title, about)

    def show_over(self, parent: QWidget) -> None:
        """Open the dialog over a page, no larger than its screen."""
        self.setParent(parent, self.windowFlags())
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.open()

    def say_effect(self, text: str, kind: str = "due") -> None:
        """Say what the act does, to the clock above all."""
        self._effect.say(text, kind)

    def add_reason(
        self, label: str, quick: Sequence[str], *, hint: str = "", least: int = MIN_REASON, rows: int = _REASON_ROWS
    ) -> TextEdit:
        """Add the reason with quick ones that Alt+number writes.

        Args:
            label: The word of the regulation.
            quick: Ready sentences.
            hint: What to write.
            least: So many letters at least; 0 for a text that may be left out.
            rows: Visible lines.
        """
        self.reason = TextEdit(rows, name=f"{self.objectName()}Reason")
        below = hint or (tr("Ít nhất {n} chữ", n=least) if least else "")
        name = f"{self.objectName()}Reason"
        self._reason_field = Field(label, self.reason, below, required=bool(least), name=name)
        self._least = least
        self.column.addWidget(self._reason_field)
        self._quick_texts = tuple(quick)
        self._quick.set_choices([Choice(str(n), text) for n, text in enumerate(quick)])
        self._quick.picked.connect(self._take_quick)
        if quick:
            self.column.addWidget(Muted(tr("Câu hay dùng:")))
            self.column.addWidget(self._quick)
        return self.reason

    def add_line(self, label: str, *, hint: str = "", name: str, required: bool = False) -> LineEdit:
        """Add a line of text; Enter moves on."""
        edit = LineEdit(self.theme, name=name)
        self.column.addWidget(Field(label, edit, hint, required=required, name=name))
        edit.entered.connect(self.focusNextChild)
        return edit

    def reason_text(self) -> str:
        """Return the reason as typed."""
        return self.reason.value() if self.reason is not None else ""

    def show_error(self, text: str) -> None:
        """Show why it was refused; nothing typed is lost."""
        self._error.set_text(text)
        self.end_act()

    def error_text(self) -> str:
        """Return the error sentence, "" when there is none."""
        return self._error.text()

    def effect_text(self) -> str:
        """Return what is said about the clock."""
        return self._effect.text()

    def typed(self) -> dict[str, str]:
        """Return what stands in the fields by their names, but for secrets."""
        found = {}
        for edit in self.findChildren(QLineEdit):
            if edit.objectName() and edit.echoMode() is QLineEdit.EchoMode.Normal:
                found[edit.objectName()] = edit.text()
        found |= {edit.objectName(): edit.toPlainText() for edit in self.findChildren(TextEdit)}
        found |= {box.objectName(): box.key() for box in self.findChildren(ChoiceBox)}
        return found | {box.objectName(): str(int(box.isChecked())) for box in self.findChildren(QCheckBox)}

    def put_back(self, typed: Mapping[str, str]) -> None:
        """Show what :meth:`typed` returned before; fields that are no longer there are left out."""
        for edit in self.findChildren(QLineEdit):
            edit.setText(typed.get(edit.objectName(), edit.text()))
        for text in self.findChildren(TextEdit):
            text.setPlainText(typed.get(text.objectName(), text.toPlainText()))
        for choice in self.findChildren(ChoiceBox):
            choice.set_key(typed.get(choice.objectName(), choice.key()))
        for box in self.findChildren(QCheckBox):
            if box.isEnabled():
                box.setChecked(typed.get(box.objectName(), str(int(box.isChecked()))) == "1")

    def command(self) -> object:
        """Return the command as entered, None while something is missing and has been said."""
        raise NotImplementedError

    def first(self) -> QWidget | None:
        """Return the field that takes the focus."""
        return self.reason

    def showEvent(self, event: QShowEvent) -> None:
        """Be as large as the content wants and the screen allows; begin in the first field."""
        super().showEvent(event)
        inner = self._area.widget()
        room = self.screen().availableSize() - QSize(2 * SPACE_L, 2 * SPACE_L)
        width = min(self.theme.scaled(_WIDTH_PX), room.width())
        inner_width = width - 3 * SPACE_L
        wanted = inner.heightForWidth(inner_width) if inner.hasHeightForWidth() else inner.sizeHint().height()
        around = self.sizeHint().height() - self._area.sizeHint().height()
        self.resize(width, min(wanted + around + SPACE_M, room.height()))
        move_into_sight(self)
        first = self.first()
        if first is not None:
            self.go_to(first)

    def go_to(self, widget: QWidget) -> None:
        """Give a field the focus and bring it into sight."""
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(widget)

    def _try(self) -> None:
        self._error.set_text("")
        if not self._has_reason():
            return
        command = self.command()
        if command is not None:
            self.begin_act(self.finish)
            self.wanted.emit(command)

    def _has_reason(self) -> bool:
        if self.reason is None or self._reason_field is None:
            return True
        is_there = len(self.reason.value()) >= self._least
        self._reason_field.set_error("" if is_there else tr("Ghi lý do, ít nhất {n} chữ.", n=self._least))
        if not is_there:
            self.go_to(self.reason)
        return is_there

    def _take_quick(self, key: str) -> None:
        """Write a quick reason, after what was typed already."""
        if self.reason is None:
            return
        text, typed = self._quick_texts[int(key)], self.reason.value()
        if not typed or typed in self._quick_texts:
            self.reason.setPlainText(text)
        elif text not in typed:
            self.reason.setPlainText(f"{typed.rstrip('.')}. {text}")
        self.reason.moveCursor(self.reason.textCursor().MoveOperation.End)
        self.go_to(self.reason)

    def _build(self, title: str, about: str) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        outer.setSpacing(SPACE_S)
        outer.addWidget(text_label(title, "title", wraps=True))
        if about:
            outer.addWidget(Muted(about))
        outer.addWidget(self._error)
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(SPACE_M)
        whole.addWidget(self._effect)
        whole.addLayout(self.column)
        whole.addStretch(1)
        self._area = FollowingArea(inner)
        outer.addWidget(self._area, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addStretch(1)
        cancel = ActionButton(self.theme, tr("Thôi"), name=f"{self.objectName()}Cancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        buttons.addWidget(self.finish)
        outer.addLayout(buttons)


def about_dossier(code: str, person: str, procedure: str) -> str:
    """Name a dossier in a dialog's head."""
    return tr("{code} · {person} · {procedure}", code=code, person=person, procedure=procedure)
