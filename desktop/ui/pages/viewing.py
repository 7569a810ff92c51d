"""Write down that a dossier was opened on a page by somebody who does not handle it."""

import logging
from functools import partial

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.services.access import note_view
from desktop.services.ports import Desk
from desktop.ui.pages.base import Page

log = logging.getLogger(__name__)


def note_opened(page: Page, desk: Desk, actor: User, dossier: Dossier) -> None:
    """Write a view down on lane db; the user reads on meanwhile, and also when the disk is full.

    Args:
        page: Runs the work.
        desk: What the use case works with.
        actor: Who looks.
        dossier: What he opened.
    """
    page.run("db", partial(note_view, desk, actor, dossier), _noted, _not_noted)


def _noted(_was_a_stranger: bool) -> None:
    """Do nothing more."""


def _not_noted(error: AppError) -> None:
    log.info("a view was not written down", extra={"code": error.code})
