"""Check, inside a call's own transaction, that the PC behind a token is still one of its unit's."""

from sqlalchemy import Connection, select

from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.tokens import Caller


def check_device(connection: Connection, caller: Caller) -> None:
    """Refuse a PC that is unknown or revoked.

    Raises:
        Refusal: ``device-unknown``, ``device-revoked``.
    """
    query = select(DEVICE.c.is_revoked).where(
        DEVICE.c.unit_id == caller.unit_id, DEVICE.c.replica_id == caller.replica_id
    )
    is_revoked = connection.execute(query).scalar_one_or_none()
    if is_revoked is None:
        raise Refusal("device-unknown")
    if is_revoked:
        raise Refusal("device-revoked")
