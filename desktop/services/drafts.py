"""Keep what a user has typed, so that a crash or a power cut loses nothing."""

from desktop.domain.users import Action, User, require
from desktop.services.ports import Desk


def keep_draft(desk: Desk, actor: User, page: str, content: str) -> None:
    """Keep the typed content of a page (any text, usually JSON); "" drops it."""
    require(actor, Action.KEEP_DRAFT)
    desk.ledger.save_draft(actor.user_id, page, content)


def kept_draft(desk: Desk, actor: User, page: str) -> str:
    """Return what the user had typed on a page, "" when nothing is kept."""
    require(actor, Action.KEEP_DRAFT)
    return desk.reader.draft(actor.user_id, page)
