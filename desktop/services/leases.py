"""Take over the numbers of a PC that is retired, when its database was copied to this one."""

from datetime import date

from desktop.domain.acts.checks import need_reason
from desktop.domain.codes import FIRST_COUNTER_LEASE, Lease
from desktop.domain.errors import UserError
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local
from desktop.services.ports import Desk


def has_official_codes(desk: Desk) -> bool:
    """Tell whether a dossier received now gets an official code, or a provisional one."""
    return desk.ledger.has_lease(local(desk.clock.now()).date())


def declare_old_pc_retired(desk: Desk, actor: User, reason: str) -> date:
    """Declare that the PC this database was copied from is retired for good.

    Its numbers are this PC's from the next day on: today it may have given some that no copy knows.

    Returns:
        The last day with provisional codes.

    Raises:
        UserError: ``not_permitted``, ``missing_reason``, ``lease_not_needed``, ``lease_from_city``.
    """
    require(actor, Action.CONFIGURE_UNIT)
    why = need_reason(reason)
    today = local(desk.clock.now()).date()
    if desk.ledger.has_lease(date.max):
        raise UserError("lease_not_needed")
    taken = desk.ledger.declare_lease(actor, Lease(FIRST_COUNTER_LEASE.blocks, void_through=today), why)
    return taken.void_through or today
