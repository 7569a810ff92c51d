"""The receiver confirms a slip at the giver's PC by his PIN, without a session of his own."""

from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.domain.errors import AppError
from desktop.services.handing import HandedOver
from desktop.ui.dialogs.pin import ConfirmByPinDialog, GivenPin, Taker
from desktop.ui.pages.base import Page
from desktop.ui.pages.handover_work import HandoverWork, OpenedSlip
from desktop.ui.words import tr


class PinConfirming(QObject):
    """Ask the receiver for his PIN and confirm the slip in his name.

    Signals:
        confirmed(object): A HandedOver.
    """

    confirmed = Signal(object)

    def __init__(self, page: Page, work: HandoverWork) -> None:
        """Take the page that runs the work."""
        super().__init__(page)
        self._page, self._work = page, work

    def begin(self, opened: OpenedSlip) -> None:
        """Read who may confirm, then ask."""
        work = partial(self._work.takers, opened.names.slip.slip_id)
        self._page.run("read", work, partial(self._ask, opened), latest="takers")

    def _ask(self, opened: OpenedSlip, takers: tuple[Taker, ...]) -> None:
        slip = opened.names.slip
        if not takers:
            self._page.show_error(tr("Không có ai khác nhận được giấy {slip} ở đây.", slip=slip.name))
            return
        dialog = ConfirmByPinDialog(self._page.kit.theme, slip.name, len(slip.lines), takers)
        dialog.wanted.connect(partial(self._send, slip.slip_id, dialog))
        dialog.show_over(self._page)

    def _send(self, slip_id: str, dialog: ConfirmByPinDialog, given: GivenPin) -> None:
        work = partial(self._work.confirm_by_pin, slip_id, given.login, given.pin)
        self._page.run("db", work, partial(self._done, dialog), partial(self._refused, dialog))

    def _done(self, dialog: ConfirmByPinDialog, done: HandedOver) -> None:
        dialog.accept()
        text = tr("Đã nhận {n} hồ sơ của giấy {slip}.", n=len(done.slip.accepted), slip=done.slip.name)
        self._page.kit.notices.say(text)
        self.confirmed.emit(done)

    def _refused(self, dialog: ConfirmByPinDialog, error: AppError) -> None:
        dialog.show_error(self._page.kit.words.error(error))
