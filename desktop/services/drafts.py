"""Keep what a user has typed, so that a crash or a power cut loses nothing."""

from enum import StrEnum

from desktop.domain.users import Action, User, require
from desktop.services.ports import Desk


class DraftPage(StrEnum):
    """Name the pages that keep what was typed; what else is kept by user and name (a PIN) is none of theirs."""

    INTAKE = "intake"
    HANDOVER = "handover"
    APPROVAL = "approval"


def keep_draft(desk: Desk, actor: User, page: DraftPage, content: str) -> None:
    """Keep the typed content of a page (any text, usually JSON); "" drops it.

    Raises:
        ValueError: A name that is no page's.
    """
    require(actor, Action.KEEP_DRAFT)
    desk.ledger.save_draft(actor.user_id, DraftPage(page).value, content)


def kept_draft(desk: Desk, actor: User, page: DraftPage) -> str:
    """Return what the user had typed on a page, "" when nothing is kept.

    Raises:
        ValueError: A name that is no page's.
    """
    require(actor, Action.KEEP_DRAFT)
    return desk.reader.draft(actor.user_id, DraftPage(page).value)
