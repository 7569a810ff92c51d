"""The record of what administrators did: who, when, what, to which unit, and whether it was allowed."""

import json
import secrets

from sqlalchemy import Connection, insert

from desktop.cityserver.schema import AUDIT
from desktop.domain.ids import uuid7


def record(
    connection: Connection,
    now_ms: int,
    actor: str,
    action: str,
    *,
    unit_id: str = "",
    target: str = "",
    outcome: str = "done",
    **details: object,
) -> None:
    """Write one line of the record, in the transaction of the act itself.

    Args:
        connection: The transaction.
        now_ms: When.
        actor: Login of the administrator, or ``cli:<user of the machine>``.
        action: Name of the act (``create-unit``).
        unit_id: Unit it concerns, "" for the whole city.
        target: Replica, document or code it concerns; never a secret.
        outcome: ``done`` or ``refused``.
        details: Facts, JSON-able.
    """
    values = {
        "audit_id": uuid7(now_ms, secrets.token_bytes(10)),
        "at_ms": now_ms,
        "actor": actor,
        "action": action,
        "unit_id": unit_id,
        "target": target,
        "outcome": outcome,
        "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
    }
    connection.execute(insert(AUDIT), values)
