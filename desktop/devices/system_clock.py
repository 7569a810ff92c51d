"""The clocks: the machine's, one that stands still, one that a training exercise sets.

Everything below the composition root takes one of these and never asks the machine.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """Tell the time of the machine."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine; all others are given a clock


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Stand still at one instant.

    Attributes:
        at: Aware instant, in any zone.
    """

    at: datetime

    def __post_init__(self) -> None:
        """Refuse an instant without a zone."""
        _as_utc(self.at)

    def now(self) -> datetime:
        """Return that instant, in UTC."""
        return _as_utc(self.at)


class SettableClock:
    """Tell the time it was last set to, backwards too; unset it follows another clock.

    A training database takes ``at`` of each command from here (definitions.md 6).
    """

    def __init__(self, otherwise: Clock, at: datetime | None = None) -> None:
        """Keep the clock to follow and the instant to begin with.

        Args:
            otherwise: Tells the time while this clock is not set.
            at: Aware instant to stand at; None follows ``otherwise``.
        """
        self._otherwise = otherwise
        self._at = None if at is None else _as_utc(at)

    def now(self) -> datetime:
        """Return the set instant in UTC, else what the other clock says."""
        return self._otherwise.now() if self._at is None else self._at

    def set(self, at: datetime | None) -> None:
        """Stand at an instant; None follows the other clock again.

        Args:
            at: Aware instant, in any zone; may lie before the last one.

        Raises:
            ValueError: The instant has no zone.
        """
        self._at = None if at is None else _as_utc(at)

    def advance(self, by: timedelta) -> None:
        """Stand this much after the present instant.

        Args:
            by: How much later; negative is earlier.
        """
        self._at = self.now() + by


def _as_utc(at: datetime) -> datetime:
    """Return the same instant in UTC; an instant without a zone is a bug of the caller."""
    if at.utcoffset() is None:
        message = "an instant needs a time zone"
        raise ValueError(message)
    return at.astimezone(UTC)
