"""Failed log-ins under names nobody has, so that an unknown name waits like a known one.

Kept beside the log, not in it: what was typed may be a password, so only a hash of it is stored.
"""

import hashlib
from datetime import datetime
from typing import Final

from desktop.domain.attempts import NO_ATTEMPTS, Attempts

_PREFIX: Final = "stranger:"


def stranger_key(login: str) -> str:
    """Return the key of a name in the table ``meta``."""
    return _PREFIX + hashlib.sha256(login.encode()).hexdigest()


def read_stranger(value: str | None) -> Attempts:
    """Read what is stored under the key, None for nothing."""
    if value is None:
        return NO_ATTEMPTS
    failed, _, at = value.partition(" ")
    return Attempts(int(failed), datetime.fromisoformat(at))


def write_stranger(attempts: Attempts) -> str:
    """Write what is stored under the key; there was a failure, so there is its instant."""
    at = attempts.last_failed_at
    if at is None:
        raise ValueError("nothing failed")
    return f"{attempts.failed} {at.isoformat()}"
