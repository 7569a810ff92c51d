"""Correct a dossier from a page: the dialog stays open until the correction is done."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.domain.commands import Correct
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.services.follow import Followed, correct
from desktop.services.ports import Desk
from desktop.ui.dialogs.correct import CorrectDialog
from desktop.ui.dialogs.correct_state import Basis, basis_of
from desktop.ui.pages.base import Page
from desktop.ui.words import tr


class Correcting(QObject):
    """Ask for a correction, make it, print the new receipt.

    Signals:
        paper_ready(object): A PrintJob was committed; the print queue takes it.
    """

    paper_ready = Signal(object)

    def __init__(self, page: Page, desk: Desk, actor: User) -> None:
        """Take the page that runs the work."""
        super().__init__(page)
        self._page = page
        self._desk = desk
        self._actor = actor

    def begin(self, dossier: Dossier) -> None:
        """Ask what was wrong."""
        offer = partial(self._offer, dossier)
        self._page.run("read", partial(basis_of, self._desk, dossier), offer, latest="correct")

    def _offer(self, dossier: Dossier, basis: Basis) -> None:
        dialog = CorrectDialog(self._page.kit, self._desk, self._actor, dossier, basis, self._page)
        dialog.wanted.connect(partial(self._correct, dialog, dossier.code))
        dialog.open()

    def _correct(self, dialog: CorrectDialog, code: str, command: Correct) -> None:
        work = partial(correct, self._desk, self._actor, code, command)
        self._page.run("db", work, partial(self._done, dialog), partial(self._refused, dialog))

    def _done(self, dialog: CorrectDialog, done: Followed) -> None:
        dialog.accept()
        if done.job is not None:
            self.paper_ready.emit(done.job)
        self._page.kit.notices.say(
            tr(
                "Đã đính chính {code}, đang in giấy hẹn bản {n}.",
                code=done.dossier.code,
                n=done.dossier.receipt.version,
            )
        )
        self._page.kit.changes.publish(done.changes, self._page)

    def _refused(self, dialog: CorrectDialog, error: AppError) -> None:
        dialog.show_error(self._page.kit.words.error(error))
