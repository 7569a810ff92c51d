"""Units of work on lane db stay short: what is long is read a part at a time, and comes out the same."""

from collections.abc import Callable
from typing import TypeVar, cast

import pytest

from desktop.protocol.messages import WireEvent
from desktop.sync.ports import Replica
from desktop.sync.runner import LaneReplica

T = TypeVar("T")
#: Bytes of own events: one is larger than all others together.
LENGTHS = [100] * 130 + [90_000] + [100] * 70


class Log:
    """Be a replica with a log, and note how much is read at once."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self._events = [
            WireEvent(body="đ" * (length // 2), hash=f"{seq:064x}", sig="00" * 64)
            for seq, length in enumerate(LENGTHS, 1)
        ]

    def pending(self, after_seq: int, max_events: int, max_bytes: int) -> tuple[WireEvent, ...]:
        """Return what follows, at least one when there is any."""
        self.asked.append(max_events)
        chosen, size = [], 0
        for event in self._events[after_seq : after_seq + max_events]:
            size += len(event.body.encode())
            if chosen and size > max_bytes:
                break
            chosen.append(event)
        return tuple(chosen)


def at_once(work: Callable[[], T]) -> T:
    return work()


@pytest.mark.parametrize(
    ("after", "most_events", "most_bytes"),
    [
        (0, 500, 250_000),
        (0, 200, 10**9),
        (0, 50, 250_000),
        (0, 51, 250_000),
        (0, 1, 250_000),
        (0, 500, 5_000),
        (0, 500, 4_950),
        (100, 500, 50_000),
        (129, 500, 50_000),
        (130, 500, 50_000),
        (201, 500, 250_000),
        (0, 500, 0),
    ],
)
def test_own_events_read_in_parts_are_those_read_at_once(after: int, most_events: int, most_bytes: int) -> None:
    log = Log()
    expected = log.pending(after, most_events, most_bytes)
    log.asked.clear()

    found = LaneReplica(cast("Replica", log), at_once).pending(after, most_events, most_bytes)

    assert found == expected
    assert max(log.asked) <= 50
