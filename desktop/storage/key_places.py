"""Where the key of a database can lie: the system's keyring, the users' passwords, or open for training."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from desktop.domain.errors import EnvironmentProblem

KEY_BYTES = 32

_PROBE = "probe"


class KeyMode(StrEnum):
    """Name where the key lies."""

    KEYRING = "keyring"
    PASSWORD = "password"  # noqa: S105 - the name of a mode
    TRAINING = "training"


class SecretStore(Protocol):
    """Keep small secrets by name, as the operating system's keyring does."""

    def get(self, name: str) -> bytes | None:
        """Return a secret; None when there is none of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, over one of the same name."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """Say which mode a new database gets, and why.

    Attributes:
        mode: ``keyring`` or ``password``.
        reason: ``keyring_works``, or why not: ``no_store``, ``forgetful`` or what the store said.
    """

    mode: KeyMode
    reason: str


def choose_mode(store: SecretStore | None) -> ModeChoice:
    """Try the keyring out with a throw-away secret and fall back to passwords.

    Args:
        store: The keyring; None where the office forbids it.

    Threads: lane io or the start only; a keyring may wait for its user.
    """
    if store is None:
        return ModeChoice(KeyMode.PASSWORD, "no_store")
    secret = secrets.token_bytes(KEY_BYTES)
    try:
        store.put(_PROBE, secret)
        is_kept = store.get(_PROBE) == secret
        store.delete(_PROBE)
    except EnvironmentProblem as problem:
        return ModeChoice(KeyMode.PASSWORD, str(problem.details.get("reason", problem.code)))
    return ModeChoice(KeyMode.KEYRING, "keyring_works") if is_kept else ModeChoice(KeyMode.PASSWORD, "forgetful")


def stored_name(replica_id: str, key_id: str = "") -> str:
    """Name a key in the keyring.

    Args:
        replica_id: The database it is of.
        key_id: Names it since it was changed, "" for the first: the one after lies beside it until it is in force.
    """
    return f"database-key/{replica_id}" + (f"/{key_id}" if key_id else "")


def key_name(key: bytes) -> str:
    """Name a key by eight characters that tell nothing about it."""
    digest = hashlib.sha256(b"motcua name of a database key\n" + key).hexdigest().upper()
    return f"{digest[:4]}-{digest[4:8]}"


def keep(store: SecretStore | None, name: str, key: bytes) -> None:
    """Put a key into the keyring and see that it is there."""
    if store is None:
        raise EnvironmentProblem("keyring_unavailable", reason="no_store")
    store.put(name, key)
    if store.get(name) != key:
        raise EnvironmentProblem("keyring_unavailable", reason="forgetful")
