"""Keep what is being handed over and received, so that a lock, a change of users or a power cut loses nothing."""

from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop.services.handing_list import OnHand
from desktop.ui.pages.base import Page
from desktop.ui.pages.handover_give import GiveView
from desktop.ui.pages.handover_state import Draft
from desktop.ui.pages.handover_take import TakeView
from desktop.ui.pages.handover_work import HandoverWork

#: What is scanned is kept this long after the first scan that is not kept yet.
KEEP_AFTER_MS = 700


class HandoverKeeper(QObject):
    """Read the draft of the page once, then keep it whenever it has changed."""

    def __init__(self, page: Page, work: HandoverWork, give: GiveView, take: TakeView) -> None:
        """Take the two sides whose work is kept."""
        super().__init__(page)
        self._page, self._work, self._give, self._take = page, work, give, take
        self._is_read = False
        self._kept = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_AFTER_MS)
        self._soon.timeout.connect(self.keep)
        give.edited.connect(self.note_edit)
        take.edited.connect(self.note_edit)

    def read(self) -> None:
        """Read what was kept."""
        self._page.run("read", self._work.kept, self._show)

    def note_edit(self) -> None:
        """Keep soon."""
        if not self._soon.isActive():
            self._soon.start()

    def flush(self) -> None:
        """Keep now what still waits to be kept."""
        if self._soon.isActive():
            self.keep()

    def keep(self) -> None:
        """Keep the draft if it is another one than before."""
        self._soon.stop()
        if not self._is_read:
            self._soon.start()
            return
        begun = {key: codes for key, codes in self._take.begun.items() if codes}
        draft = Draft(self._give.given.codes, self._give.last_receiver(), self._give.note.value(), begun)
        content = draft.to_json()
        if content != self._kept:
            self._kept = content
            self._page.run("db", partial(self._work.keep, content), _done)

    def _show(self, kept: tuple[Draft, tuple[OnHand, ...]]) -> None:
        draft, items = kept
        self._is_read = True
        self._kept = draft.to_json()
        self._take.begun = {**(draft.begun or {}), **self._take.begun}
        self._give.restore(items, draft.receiver, draft.note)


def _done(_result: None) -> None:
    """Take the result of a draft that was kept."""
