"""Take a PC's rights away for good: one operator asks, another does it by the same call (docs/decisions/0021)."""

from sqlalchemy import Connection, select, update

from desktop.cityserver import audit
from desktop.cityserver.admins import Action, Admin
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.two_operators import ASKED, HOURS, asked


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
    waiting = asked(connection, Action.REVOKE, now_ms).get(replica_id, ())
    asked_by = next((login for login in waiting if login != by.login), "")
    if not asked_by:
        audit.record(
            connection, now_ms, by.login, Action.REVOKE, unit_id=unit_id, target=replica_id, outcome=ASKED, hours=HOURS
        )
        return False
    where = (DEVICE.c.unit_id == unit_id, DEVICE.c.replica_id == replica_id)
    connection.execute(update(DEVICE).where(*where).values(is_revoked=True))
    audit.record(connection, now_ms, by.login, Action.REVOKE, unit_id=unit_id, target=replica_id, asked_by=asked_by)
    return True
