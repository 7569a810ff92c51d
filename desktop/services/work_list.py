"""List the work that lies before a person: open dossiers, next due first."""

from desktop.domain.users import Action, User, require
from desktop.services.ports import Desk
from desktop.services.records import DossierCard, WorkOf


def open_work(desk: Desk, actor: User, limit: int, *, offset: int = 0) -> tuple[DossierCard, ...]:
    """Return the open dossiers that the actor or his section holds, next due first; without a section, everybody's.

    Args:
        desk: What the use case works with.
        actor: Whose work it is; without a section he sees everybody's.
        limit: At most so many.
        offset: Leave out so many of the first.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.open_cards(_mine(actor), limit=limit, offset=offset)


def count_open_work(desk: Desk, actor: User) -> int:
    """Return how many dossiers :func:`open_work` has.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VIEW_DOSSIERS)
    return desk.reader.count_open(_mine(actor))


def _mine(actor: User) -> WorkOf:
    return WorkOf(actor.user_id, actor.section)
