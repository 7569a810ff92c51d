"""How fast to go: when to try again after a failure, and how much to send at once."""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_DELAY_S = 2.0
LAST_DELAY_S = 900.0
#: A city that asks for more patience than this is asked again all the same.
MOST_PATIENCE_S = 3_600.0
_MOST_DOUBLINGS = 12

FIRST_BATCH = 50
LAST_BATCH = 500
_BATCH_STEP = 25
#: So many failures of the city on one batch in a row, and it is cut down to the event that it fails on.
PATIENCE = 5
_TRIES_ALONE = 2


class Backoff:
    """Wait longer after each failure, by chance, so that a thousand PCs do not come back in one second."""

    def __init__(self, random: Callable[[], float]) -> None:
        """Take a source of chance: numbers from 0 up to, but not with, 1."""
        self._random = random
        self._failures = 0

    def delay_s(self, retry_after_s: float = 0) -> float:
        """Count a failure; return how long to wait: what the city asked for, or full jitter from 2 s to 15 min."""
        self._failures += 1
        if retry_after_s > 0:
            return min(retry_after_s, MOST_PATIENCE_S)
        highest = min(FIRST_DELAY_S * 2.0 ** min(self._failures, _MOST_DOUBLINGS), LAST_DELAY_S)
        return FIRST_DELAY_S + self._random() * (highest - FIRST_DELAY_S)

    def reset(self) -> None:
        """Begin again with short waits."""
        self._failures = 0


@dataclass(slots=True)
class Batch:
    """Say how many events go at once: up to twice as many after a success, half after a failure that size may explain.

    Attributes:
        size: Events of the next batch.
        failures: How often in a row the city failed on a batch.
        alone: How often of these on a single event.
    """

    size: int = FIRST_BATCH
    failures: int = 0
    alone: int = 0

    def succeeded(self, most: int) -> None:
        """Grow, up to what the city takes."""
        self.failures = self.alone = 0
        self.size = min(self.size + max(self.size, _BATCH_STEP), LAST_BATCH, max(most, 1))

    def halve(self) -> None:
        """Shrink."""
        self.size = max(self.size // 2, 1)

    def city_failed(self) -> None:
        """Count a failure of the city; after some, look for the event it fails on."""
        self.failures += 1
        if self.failures < PATIENCE:
            return
        self.alone += self.size == 1
        self.halve()

    def drop_failures(self) -> None:
        """Forget the failures: the event the city failed on is out of the way."""
        self.failures = self.alone = 0

    @property
    def is_searching(self) -> bool:
        """Tell whether the event the city fails on is being looked for: no use in waiting long meanwhile."""
        return PATIENCE <= self.failures < 3 * PATIENCE

    @property
    def is_poisoned(self) -> bool:
        """Tell whether the city fails on a single event, and on that alone, again and again."""
        return self.alone >= _TRIES_ALONE
