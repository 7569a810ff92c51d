"""Take events apart and put feed entries together once each: what comes over the simulated wire is shared by all."""

from desktop.cityserver.answers import feed_entry
from desktop.cityserver.judging import Offer
from desktop.cityserver.ports import Stored
from desktop.domain.events import chain_hash
from desktop.protocol.messages import FeedEntry, WireEvent
from tests.support.sync.disk import Reader


class Wire:
    """Remember what pure functions of an event give; the city's own ones have tests over real messages."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._offers: dict[tuple[str, str, str], Offer | None] = {}
        self._entries: dict[int, tuple[Stored, FeedEntry]] = {}

    def offer(self, event: WireEvent) -> Offer | None:
        """Read an event; None when its hash is not its own."""
        key = (event.body, event.hash, event.sig)
        if key not in self._offers:
            self._offers[key] = self._offer(event)
        return self._offers[key]

    def _offer(self, event: WireEvent) -> Offer | None:
        body, offered = event.body.encode(), bytes.fromhex(event.hash)
        reading = self._read(body)
        if chain_hash(bytes.fromhex(reading.envelope.prev_hash), body) != offered:
            return None
        return Offer(offered, bytes.fromhex(event.sig), body, reading)

    def entry(self, stored: Stored) -> FeedEntry:
        """Return an entry of the feed as it is told."""
        known = self._entries.get(id(stored))
        if known is None:
            known = self._entries[id(stored)] = (stored, feed_entry(stored))
        return known[1]
