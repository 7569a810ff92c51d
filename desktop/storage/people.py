"""The accounts of a database that nobody has opened: of a copy that is to take a broken one's place."""

import json
from pathlib import Path

from desktop.domain import codec
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.users import User
from desktop.services.records import Account
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw, translated


def accounts_in(folder: Path, key: bytes) -> tuple[Account, ...]:
    """Return the users with a log-in there; waits after wrong passwords are left out.

    Args:
        folder: Holds the database.
        key: Of it.

    Raises:
        DamagedData: it cannot be read.
    """
    connection = connect_raw(folder / DATABASE_NAME, key, read_only=True)
    try:
        with translated():
            rows = connection.execute(
                "SELECT s.value, a.password_hash, a.is_one_time FROM account a "
                "JOIN unit_state s ON s.key = 'user:' || a.user_id ORDER BY a.login"
            ).fetchall()
    finally:
        connection.close()
    return tuple(Account(codec.load(User, json.loads(row[0])), row[1], bool(row[2]), NO_ATTEMPTS) for row in rows)
