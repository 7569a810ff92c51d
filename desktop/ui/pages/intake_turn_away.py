"""The ways out while a required paper lacks: Mẫu 02 or Mẫu 03, before any code is spent (Decree 61/2018 art. 17.1)."""

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.way_commands import TurnAway
from desktop.services.ending import SentHome
from desktop.ui.dialogs.kept import KeptTexts
from desktop.ui.dialogs.turn_away import TurnAwayDialog
from desktop.ui.pages.base import Page
from desktop.ui.pages.intake_command import COMPONENTS, DOCUMENTS, read, read_for_promise
from desktop.ui.pages.intake_form import IntakeForm
from desktop.ui.pages.intake_work import IntakeWork, day_of
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.flow import FlowRow
from desktop.ui.widgets.labels import text_label
from desktop.ui.words import tr

#: What lacks in these does not keep anybody from being sent home: it is what the form is about.
_LACKING: Final = frozenset({COMPONENTS, DOCUMENTS})


class TurningAway(QObject):
    """Offer the two forms below the checklist.

    Signals:
        sent(object): A SentHome: the form was committed and waits for the printer.
    """

    sent = Signal(object)

    def __init__(self, page: Page, work: IntakeWork, form: IntakeForm) -> None:
        """Put the buttons below the checklist, hidden until something lacks."""
        super().__init__(page)
        self._page = page
        self._work = work
        self._form = form
        self._kept = KeptTexts()
        theme = page.kit.theme
        self.row = QWidget()
        name_it(self.row, "turnAwayRow", tr("Thiếu giấy tờ bắt buộc"))
        column = QVBoxLayout(self.row)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(tr("Không nhận được khi còn thiếu giấy tờ bắt buộc; in cho công dân:"), wraps=True))
        buttons = FlowRow()
        theme.changed.connect(buttons.fit)
        self.supplement = ActionButton(
            theme, tr("Yêu cầu bổ sung (Mẫu 02)"), icon="print", shortcut="Ctrl+2", name="turnAwaySupplementButton"
        )
        self.refusal = ActionButton(
            theme,
            tr("Từ chối (Mẫu 03)"),
            icon="close",
            shortcut="Ctrl+3",
            danger=True,
            name="turnAwayRefusalButton",
        )
        for button, is_refusal in ((self.supplement, False), (self.refusal, True)):
            buttons.flow.addWidget(button)
            button.clicked.connect(partial(self._ask, is_refusal))
        column.addWidget(buttons)
        self.row.hide()
        form.checklist.column.addWidget(self.row)
        form.edited.connect(self.look)
        form.procedure_changed.connect(self.look)

    def look(self) -> None:
        """Show the ways out once it is seen that a required paper lacks: something was counted, or it was refused."""
        checklist = self._form.checklist
        is_lacking = self._form.procedure.procedure is not None and not checklist.is_complete()
        is_begun = any(count.total for count in checklist.counts()) or bool(checklist.error())
        self.row.setVisible(is_lacking and is_begun)

    def _ask(self, is_refusal: bool) -> None:
        page, form = self._page, self._form
        procedure = form.procedure.procedure
        if procedure is None:
            return
        page.clear_error()
        today = day_of(page.kit.now())
        reading = read(form.state(), procedure, today, form.fee_vnd)
        others = [problem for problem in reading.problems if problem.field not in _LACKING]
        if others:
            page.show_error(form.show_problems(others, page.kit.words.error))
            self.look()
            return
        dialog = TurnAwayDialog(page.kit.theme, read_for_promise(form.state(), procedure, today), is_refusal=is_refusal)
        person = form.owner.person()
        self._kept.follow(dialog, f"{is_refusal} {procedure.code} {person.name} {person.id_number}")
        dialog.wanted.connect(partial(self._send, dialog))
        dialog.show_over(page)

    def _send(self, dialog: TurnAwayDialog, command: TurnAway) -> None:
        work = partial(self._work.turn_away, command)
        self._page.run("db", work, partial(self._sent, dialog), partial(self._refused, dialog))

    def _sent(self, dialog: TurnAwayDialog, sent: SentHome) -> None:
        dialog.accept()
        self.sent.emit(sent)

    def _refused(self, dialog: TurnAwayDialog, error: AppError) -> None:
        dialog.show_error(self._page.kit.words.error(error))
