"""Take a PC's rights away for good: one operator asks, another does it by the same call (docs/decisions/0021).

What was asked stands in the record of acts and nowhere else, so that nobody asks unseen.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select, update

from desktop.cityserver import audit
from desktop.cityserver.admins import ALLOWED, Action, Admin, Role
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import ADMIN, AUDIT, DEVICE

#: How long what one operator asked waits for another.
HOURS: Final = 72
_ASKED: Final = "asked"
_MS_PER_HOUR: Final = 3_600_000


def revoke(connection: Connection, replica_id: str, by: Admin, now_ms: int) -> bool:
    """Ask for a PC's revocation, or carry out what another operator asked; tell whether it is revoked now.

    Args:
        connection: The transaction; the record is written in it.
        replica_id: The PC.
        by: An operator, known by his token.
        now_ms: When.

    Raises:
        Refusal: ``role-forbidden``, ``device-unknown``.
    """
    if not by.may(Action.REVOKE):
        raise Refusal("role-forbidden", role=by.role)
    query = select(DEVICE.c.unit_id, DEVICE.c.is_revoked).where(DEVICE.c.replica_id == replica_id)
    device = connection.execute(query).one_or_none()
    if device is None:
        raise Refusal("device-unknown")
    if device.is_revoked:
        return True
    unit_id = str(device.unit_id)
    asked_by = next((login for login in asked(connection, now_ms).get(replica_id, ()) if login != by.login), "")
    if not asked_by:
        audit.record(
            connection, now_ms, by.login, Action.REVOKE, unit_id=unit_id, target=replica_id, outcome=_ASKED, hours=HOURS
        )
        return False
    where = (DEVICE.c.unit_id == unit_id, DEVICE.c.replica_id == replica_id)
    connection.execute(update(DEVICE).where(*where).values(is_revoked=True))
    audit.record(connection, now_ms, by.login, Action.REVOKE, unit_id=unit_id, target=replica_id, asked_by=asked_by)
    return True


def asked(connection: Connection, now_ms: int) -> Mapping[str, tuple[str, ...]]:
    """Return by PC the operators who asked for its revocation and wait for another, who are operators still."""
    may = [role.value for role in Role if Action.REVOKE in ALLOWED[role]]
    operators = select(ADMIN.c.login).where(ADMIN.c.is_active, ADMIN.c.role.in_(may))
    query = (
        select(AUDIT.c.target, AUDIT.c.actor)
        .distinct()
        .where(
            AUDIT.c.action == Action.REVOKE.value,
            AUDIT.c.outcome == _ASKED,
            AUDIT.c.at_ms > now_ms - HOURS * _MS_PER_HOUR,
            AUDIT.c.actor.in_(operators),
        )
        .order_by(AUDIT.c.target, AUDIT.c.actor)
    )
    found: dict[str, tuple[str, ...]] = {}
    for row in connection.execute(query):
        found[row.target] = (*found.get(row.target, ()), row.actor)
    return found
