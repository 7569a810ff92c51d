"""The second person of an act that nobody does alone: asked for where a use case wants him, proven by his password."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.services.witnessing import ELSEWHERE, JUST_LET_IN, NEW_HERE, Witness, is_of_the_second
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_L
from desktop.ui.widgets.areas import move_into_sight
from desktop.ui.widgets.fields import ChoiceBox, Field
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

T = TypeVar("T")

_NOTES: Final = {
    ELSEWHERE: QT_TRANSLATE_NOOP(CONTEXT, "chưa đặt mật khẩu trên máy này"),
    JUST_LET_IN: QT_TRANSLATE_NOOP(CONTEXT, "vừa vào máy này bằng mã một người cấp"),
    NEW_HERE: QT_TRANSLATE_NOOP(CONTEXT, "vừa vào máy này lần đầu"),
}


class WitnessDialog(ActDialog):
    """Let the second person read what is done and type his password. Emits a Witness."""

    def __init__(self, theme: Theme, about: str, people: Sequence[Mapping[str, str]]) -> None:
        """Offer who may stand by it.

        Args:
            theme: The look.
            about: What is done, for him to read.
            people: ``login``, ``name``, ``title`` of each, and why he cannot stand by it at this PC (``note``).
        """
        super().__init__(
            theme,
            tr("Việc này cần hai người"),
            tr("Cùng chịu trách nhiệm"),
            name="witness",
            icon="check",
            about=about,
        )
        # A password of somebody who has no session here does not lie behind the lock screen.
        self.comes_back = False
        self.say_effect(
            tr("Người thứ hai đọc việc ghi trên đây rồi tự gõ mật khẩu của mình. Nhật ký ghi tên cả hai người.")
        )
        self.who = ChoiceBox(name="witnessWho")
        for each in people:
            self.who.add_choice(each["login"], _person_words(each))
        self.password = PasswordEdit(theme, name="witnessPassword")
        title = tr("Mật khẩu của người thứ hai")
        self.password.line.setAccessibleName(title)
        self.password.line.setStatusTip(title)
        self.column.addWidget(Field(tr("Người thứ hai"), self.who, name="witnessWho"))
        self.column.addWidget(Field(title, self.password, required=True, name="witnessPassword"))
        self.password.line.entered.connect(self.finish.setFocus)

    def first(self) -> QWidget:
        """Begin with the password where nobody has to be chosen."""
        return self.password.line if self.who.count() == 1 else self.who

    def command(self) -> Witness | None:
        """Return who stands by it, None while the password lacks."""
        if not self.password.text():
            self.go_to(self.password.line)
            return None
        return Witness(self.who.key(), self.password.text())

    def show_error(self, text: str) -> None:
        """Show why it was refused; what was typed stays and the next key takes its place."""
        is_first = not self.error_text()
        super().show_error(text)
        if is_first:
            self._make_room()
        self.go_to(self.password.line)
        self.password.line.selectAll()

    def _make_room(self) -> None:
        """Grow by what the line of the error took, as far as the screen allows: what he reads stays in sight."""
        layout, view = self.layout(), self._area.viewport()
        if layout is not None:
            layout.activate()
        lacks = self._area.widget().heightForWidth(view.width()) - view.height()
        room = self.screen().availableSize().height() - 2 * SPACE_L
        self.resize(self.width(), min(self.height() + max(lacks, 0), room))
        move_into_sight(self)


@dataclass(frozen=True, slots=True)
class Shared(Generic[T]):
    """Describe an act that may need a second person.

    Attributes:
        about: What is done, for him to read.
        work: Does it; None while nobody was asked. Threads: lane db.
        on_done: Takes the result.
        on_error: Takes a refusal of the act itself, whether or not somebody stood by it.
        on_put_off: The second person was not there: nothing was done.
    """

    about: str
    work: Callable[[Witness | None], T]
    on_done: Callable[[T], None]
    on_error: Callable[[AppError], None]
    on_put_off: Callable[[], None]


def do_shared(page: "Page", over: QWidget, act: Shared[T]) -> None:
    """Do an act; where it needs a second person ask for him, and do it with him.

    Args:
        page: Runs the work.
        over: What the question lies over: the page, or the dialog that began the act.
        act: What is done.
    """
    page.run("db", partial(act.work, None), act.on_done, partial(_ask_or_tell, page, over, act))


def _ask_or_tell(page: "Page", over: QWidget, act: Shared[T], error: AppError) -> None:
    if error.code != "witness_needed":
        act.on_error(error)
        return
    dialog = WitnessDialog(page.kit.theme, act.about, error.details["people"])
    dialog.wanted.connect(partial(_do_with, page, dialog, act))
    dialog.rejected.connect(act.on_put_off)
    dialog.show_over(over)


def _do_with(page: "Page", dialog: WitnessDialog, act: Shared[T], witness: Witness) -> None:
    refused = partial(_refused, page, dialog, act, witness)
    page.run("db", partial(act.work, witness), partial(_done, dialog, act), refused)


def _done(dialog: WitnessDialog, act: Shared[T], result: T) -> None:
    dialog.accept()
    act.on_done(result)


def _refused(page: "Page", dialog: WitnessDialog, act: Shared[T], witness: Witness, error: AppError) -> None:
    """Tell the second person what is his; what is wrong with the act itself stands where it was begun."""
    if is_of_the_second(error, witness):
        dialog.show_error(page.kit.words.error(error))
        return
    dialog.accept()
    act.on_error(error)


def _person_words(person: Mapping[str, str]) -> str:
    words = [each for each in (person["name"], person["title"]) if each]
    note = _NOTES.get(person.get("note", ""))
    return " · ".join([*words, tr(note)] if note else words)
