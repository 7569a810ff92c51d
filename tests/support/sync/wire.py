"""Take events apart and put entries and verdicts together once each: what comes over the simulated wire is shared.

What is remembered are results of pure functions, by the very object they were made of; a PC still proves every hash it
has not seen proven. The city's own functions have tests over real messages.
"""

from collections.abc import Iterable

from desktop.cityserver.answers import wire_event, wire_verdicts
from desktop.cityserver.judging import Offer
from desktop.cityserver.ports import Stored
from desktop.domain.events import chain_hash
from desktop.protocol.messages import Digest, FeedEntry, WireEvent, WireVerdict
from tests.support.sync.disk import Kept, Reader, Told


class Wire:
    """Remember what pure functions of an event give."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._offers: dict[int, tuple[WireEvent, Offer | None]] = {}
        self._events: dict[tuple[bytes, bytes], WireEvent] = {}
        self._kept: dict[int, Kept] = {}
        self._entries: dict[int, tuple[Stored, FeedEntry, WireVerdict]] = {}
        self._told: dict[int, tuple[FeedEntry, Told]] = {}
        self._digests: dict[tuple[str, str, str], Digest] = {}

    def offer(self, event: WireEvent) -> Offer | None:
        """Read an event; None when its hash is not its own."""
        known = self._offers.get(id(event))
        if known is None:
            known = self._offers[id(event)] = (event, self._offer(event))
        return known[1]

    def _offer(self, event: WireEvent) -> Offer | None:
        body, offered, signature = event.body.encode(), bytes.fromhex(event.hash), bytes.fromhex(event.sig)
        reading = self._read(body)
        if chain_hash(bytes.fromhex(reading.envelope.prev_hash), body) != offered:
            return None
        self._events[offered, signature] = event
        return Offer(offered, signature, body, reading)

    def kept(self, event: WireEvent) -> Kept:
        """Return an event of the feed as a PC keeps it."""
        known = self._kept.get(id(event))
        if known is None:
            known = self._kept[id(event)] = Kept(event, self._read(event.body.encode()))
        return known

    def told(self, entry: FeedEntry, kept: Kept) -> Told:
        """Return an entry of the feed as PCs read it."""
        known = self._told.get(id(entry))
        if known is None:
            known = self._told[id(entry)] = (entry, Told(entry, kept))
        return known[1]

    def entry(self, stored: Stored) -> FeedEntry:
        """Return an entry of the feed as it is told."""
        return self._of(stored)[1]

    def verdicts(self, stored: Iterable[Stored]) -> list[WireVerdict]:
        """Return the verdicts on events as they are answered."""
        return [self._of(each)[2] for each in stored]

    def _of(self, stored: Stored) -> tuple[Stored, FeedEntry, WireVerdict]:
        known = self._entries.get(id(stored))
        if known is None:
            event = self._events.get((stored.hash, stored.sig)) or wire_event(stored)
            verdict = wire_verdicts([stored])[0]
            entry = FeedEntry(
                gseq=stored.gseq,
                event=event,
                kind=verdict.kind,
                code=verdict.code,
                blocked_by=verdict.blocked_by,
                feed_hash=stored.feed_hash.hex(),
            )
            known = self._entries[id(stored)] = (stored, entry, verdict)
        return known

    def digest(self, *, dossier_id: str, code: str, digest: str) -> Digest:
        """Return what is said of a dossier's state."""
        key = (dossier_id, code, digest)
        if key not in self._digests:
            self._digests[key] = Digest(dossier_id=dossier_id, code=code, digest=digest)
        return self._digests[key]
