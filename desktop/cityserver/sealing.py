"""Bring the secrets of a city's database under a key, or under another one, and say which lie in the clear."""

from sqlalchemy import Connection

from desktop.cityserver.database import SIGNING_KEY, read_setting, write_setting
from desktop.cityserver.national_settings import keep_national, read_national, stored_password
from desktop.cityserver.vault import Vault, is_sealed


def reseal(connection: Connection, before: Vault, after: Vault) -> None:
    """Seal every secret anew.

    Args:
        connection: A transaction that writes: all of them, or none.
        before: Opens them as they are.
        after: Seals them.

    Raises:
        EnvironmentProblem: as :meth:`desktop.cityserver.vault.Vault.open`.
    """
    key = before.open(SIGNING_KEY, read_setting(connection, SIGNING_KEY))
    write_setting(connection, SIGNING_KEY, after.seal(SIGNING_KEY, key))
    national = read_national(connection, before)
    if national is not None:
        keep_national(connection, national, after)


def lying(connection: Connection) -> dict[str, str]:
    """Return how each secret lies: ``sealed``, ``plain``, or ``none`` for one there is not."""
    password = stored_password(connection)
    return {
        "signing_key": _how(read_setting(connection, SIGNING_KEY)),
        "national_password": "none" if password is None else _how(password),
    }


def _how(stored: str) -> str:
    return "sealed" if is_sealed(stored) else "plain"
