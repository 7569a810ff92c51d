"""Keep what is typed on the page within a second, so that a crash or a power cut loses nothing."""

from functools import partial
from typing import Final

from PySide6.QtCore import QTimer

from desktop.ui.pages.base import Page
from desktop.ui.pages.intake_form import IntakeForm
from desktop.ui.pages.intake_state import to_json
from desktop.ui.pages.intake_work import IntakeWork

#: Typed text is kept this long after the first key that is not kept yet.
KEEP_AFTER_MS: Final = 700


class DraftKeeper:
    """Keep the draft of one page."""

    def __init__(self, page: Page, work: IntakeWork, form: IntakeForm) -> None:
        """Take the page that runs the work and the form to read."""
        self._page = page
        self._work = work
        self._form = form
        self._kept = ""
        self._timer = QTimer(page)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep)

    def note_edit(self) -> None:
        """Keep soon; a clerk who types on and on is kept in between."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Keep now what still waits."""
        if self._timer.isActive():
            self.keep()

    def pause(self) -> None:
        """Keep nothing while the dossier is being saved."""
        self._timer.stop()

    def was_read(self, *, is_there: bool) -> None:
        """Note whether a draft lies in the database."""
        self._kept = "?" if is_there else ""

    def keep(self) -> None:
        """Keep what is typed; an empty page drops the draft."""
        self._timer.stop()
        content = to_json(self._form.state(), self._page.kit.now())
        if content or self._kept:
            self._kept = content
            self._page.run("db", partial(self._work.keep, content), _done)


def _done(_result: None) -> None:
    """Take the result of a draft that was kept."""
