"""Token buckets per PC and per address, in this process: they protect, they are no state of the city."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from desktop.cityserver.problems import Refusal

_MOST_NAMES = 20_000


class Buckets:
    """Give each name so many calls a second, with a burst."""

    def __init__(self, per_s: float, burst: float, clock: Callable[[], float]) -> None:
        """Set the rate; the clock counts seconds from anywhere."""
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> None:
        """Count one call.

        Raises:
            Refusal: ``rate-limited``, with when to come again.
        """
        now = self._clock()
        with self._lock:
            level, at = self._levels.pop(name, (self._burst, now))
            level = min(self._burst, level + (now - at) * self._per_s)
            allowed = level >= 1
            self._levels[name] = (level - 1 if allowed else level, now)
            if len(self._levels) > _MOST_NAMES:
                self._levels.popitem(last=False)
        if not allowed:
            wait_s = int((1 - level) / self._per_s) + 1
            raise Refusal("rate-limited", retry_after_s=wait_s)
