"""Turn what the store holds into what goes over the wire."""

from desktop.cityserver.ports import Stored
from desktop.protocol.messages import FeedEntry, WireEvent, WireVerdict


def wire_event(entry: Stored) -> WireEvent:
    """Return an event as it was sent."""
    return WireEvent(body=entry.body.decode("utf-8", "surrogatepass"), hash=entry.hash.hex(), sig=entry.sig.hex())


def wire_verdict(entry: Stored) -> WireVerdict:
    """Return the verdict on an event."""
    verdict = entry.verdict
    return WireVerdict(
        event_id=entry.event_id,
        gseq=entry.gseq,
        kind=verdict.kind.value,
        code=verdict.code,
        blocked_by=verdict.blocked_by,
    )


def feed_entry(entry: Stored) -> FeedEntry:
    """Return an entry of the feed as PCs get it."""
    verdict = entry.verdict
    return FeedEntry(
        gseq=entry.gseq,
        event=wire_event(entry),
        kind=verdict.kind.value,
        code=verdict.code,
        blocked_by=verdict.blocked_by,
        feed_hash=entry.feed_hash.hex(),
    )
