"""How long a person waits after wrong passwords.

Pure counting: the caller stores :class:`Attempts` in the database, so that closing the program does not
shorten a wait. Three wrong passwords cost a short wait, six a quarter of an hour.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

#: Wait in seconds after the third, fourth and fifth wrong password in a row.
SHORT_WAITS_S = (5, 15, 30)
#: The first wrong password that costs a wait.
FIRST_WAIT_AT = 3
#: The wrong password from which on the account is locked for a while.
LOCKED_AT = FIRST_WAIT_AT + len(SHORT_WAITS_S)
#: How long it is locked then, in seconds.
LOCK_WAIT_S = 15 * 60


@dataclass(frozen=True, slots=True)
class Attempts:
    """Count wrong passwords of one user since the last right one.

    Attributes:
        failed: How many in a row.
        last_failed_at: Aware UTC instant of the last one; None before the first.
    """

    failed: int = 0
    last_failed_at: datetime | None = None


#: What the caller stores after a right password.
NO_ATTEMPTS = Attempts()


def wait_s(attempts: Attempts, now: datetime) -> int:
    """Say how many seconds this user still has to wait before the next try.

    A clock that stands before the last failure ends no wait: it counts as the very moment of that failure.
    Use :func:`rebased` so that such a wait still ends.

    Args:
        attempts: What was stored for this user.
        now: Aware UTC instant.

    Returns:
        Whole seconds, rounded up; 0 when the next try is allowed.
    """
    if attempts.last_failed_at is None:
        return 0
    elapsed = max(now - attempts.last_failed_at, timedelta(0))
    return max(0, ceil((_whole_wait(attempts.failed) - elapsed).total_seconds()))


def is_locked(attempts: Attempts, now: datetime) -> bool:
    """Tell whether the wait is the long one, which the screen words otherwise.

    Args:
        attempts: What was stored for this user.
        now: Aware UTC instant.
    """
    return attempts.failed >= LOCKED_AT and wait_s(attempts, now) > 0


def after_failure(attempts: Attempts, now: datetime) -> Attempts:
    """Count one more wrong password.

    Args:
        attempts: What was stored for this user.
        now: Aware UTC instant of the failure.
    """
    return Attempts(attempts.failed + 1, now)


def rebased(attempts: Attempts, now: datetime) -> Attempts:
    """Bring a stamp from a clock that ran ahead back to now, so that its wait ends once the clock is right.

    Args:
        attempts: What was stored for this user.
        now: Aware UTC instant.

    Returns:
        The same object, or one to store in its place.
    """
    if attempts.last_failed_at is None or attempts.last_failed_at <= now:
        return attempts
    return replace(attempts, last_failed_at=now)


def _whole_wait(failed: int) -> timedelta:
    """Say how long the wait is that the last failure costs."""
    if failed < FIRST_WAIT_AT:
        return timedelta(0)
    if failed >= LOCKED_AT:
        return timedelta(seconds=LOCK_WAIT_S)
    return timedelta(seconds=SHORT_WAITS_S[failed - FIRST_WAIT_AT])
