"""Know promise and fee of what is typed, before anything is saved."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.errors import AppError
from desktop.services.receive import Promise
from desktop.ui.pages.base import Page
from desktop.ui.pages.intake_command import read_for_promise
from desktop.ui.pages.intake_form import IntakeForm
from desktop.ui.pages.intake_state import IntakeState
from desktop.ui.pages.intake_work import IntakeWork, day_of

#: Computed anew this often: the cut-off hour may pass while the page stands open.
REFRESH_MS: Final = 30_000


class Quote(QObject):
    """Ask for promise and fee whenever what they depend on changes.

    Attributes:
        promise: As shown; None while it is not known.
        southern: Say amounts the southern way.

    Signals:
        failed(object): The AppError of a promise that cannot be computed.
    """

    failed = Signal(object)

    def __init__(self, page: Page, work: IntakeWork, form: IntakeForm) -> None:
        """Take the page that runs the work and the form to read and to show on."""
        super().__init__(page)
        self.promise: Promise | None = None
        self.southern = True
        self._page = page
        self._work = work
        self._form = form
        self._asked: tuple[object, ...] = ()
        self._then: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(REFRESH_MS)
        self._timer.timeout.connect(self.refresh)

    def watch(self, *, is_seen: bool) -> None:
        """Keep fresh while the page is seen."""
        if is_seen:
            self._timer.start()
        else:
            self._timer.stop()

    def note_edit(self) -> None:
        """Ask anew if anything it depends on has changed."""
        if self._key(self._form.state()) != self._asked:
            self.refresh()

    def refresh(self) -> None:
        """Ask anew."""
        state = self._form.state()
        procedure = self._form.procedure.procedure
        if procedure is None:
            self.promise, self._asked, self._then = None, (), None
            return
        key = self._key(state)
        if key != self._asked:
            is_other = not self._asked or self._asked[0] is not procedure
            self.promise, self._asked = None, key
            if is_other:
                self._form.show_promise(None, southern=self.southern)
        command = read_for_promise(state, procedure, day_of(self._page.kit.now()))
        self._page.run("read", partial(self._work.promise, command), self._show, self._fail, latest="promise")

    def when_known(self, then: Callable[[], None]) -> bool:
        """Call once when the promise is known; one that could not be computed is tried again, and fails aloud again.

        Returns:
            Whether it is known already; then nothing is called.
        """
        if self.promise is not None:
            return True
        self._then = then
        if not self._asked:
            self.refresh()
        return False

    def _key(self, state: IntakeState) -> tuple[object, ...]:
        procedure = self._form.procedure.procedure
        if procedure is None:
            return ()
        return (procedure, state.channel, state.sets, state.documents, state.payment, state.exemption)

    def _show(self, promise: Promise) -> None:
        self.promise = promise
        self._form.show_promise(promise, southern=self.southern)
        then, self._then = self._then, None
        if then is not None:
            then()

    def _fail(self, error: AppError) -> None:
        self._asked, self._then = (), None
        self.failed.emit(error)
