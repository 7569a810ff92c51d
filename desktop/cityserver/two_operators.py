"""What one operator of the city asks for and another one does by the same call (docs/decisions/0021).

What was asked stands in the record of acts and nowhere else, so that nobody asks unseen.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from desktop.cityserver.admins import Action, Role
from desktop.cityserver.schema import ADMIN, AUDIT

#: How long what one operator asked waits for another.
HOURS: Final = 72
ASKED: Final = "asked"
_MS_PER_HOUR: Final = 3_600_000


def operators(connection: Connection) -> frozenset[str]:
    """Return the log-in names of all who run the city."""
    query = select(ADMIN.c.login).where(ADMIN.c.is_active, ADMIN.c.role == Role.OPERATOR.value)
    return frozenset(connection.execute(query).scalars())


def asked(connection: Connection, action: Action, now_ms: int) -> Mapping[str, tuple[str, ...]]:
    """Return by what an act is about which operators asked for it and wait for another.

    What was done since needs asking anew: one word of a second operator is good for one act.
    """
    query = (
        select(AUDIT.c.target, AUDIT.c.actor, AUDIT.c.outcome, AUDIT.c.at_ms)
        .where(AUDIT.c.action == action.value, AUDIT.c.at_ms > now_ms - HOURS * _MS_PER_HOUR)
        # What was asked and done within one millisecond was asked first.
        .order_by(AUDIT.c.at_ms, AUDIT.c.outcome)
    )
    found: dict[str, set[str]] = {}
    for row in connection.execute(query):
        if row.outcome == ASKED:
            found.setdefault(row.target, set()).add(row.actor)
        elif row.outcome == "done":
            found.pop(row.target, None)
    still = operators(connection)
    waiting = {target: tuple(sorted(logins & still)) for target, logins in found.items()}
    return {target: logins for target, logins in waiting.items() if logins}
