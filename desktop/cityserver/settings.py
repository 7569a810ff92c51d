"""How much the city takes at once, and how long things hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the city's limits.

    Attributes:
        max_events: Events in one push, relay or page of the feed.
        max_bytes: Bytes of events in one page of the feed, and what a PC should keep a push under.
        max_body: Bytes of a request's body, expanded.
        blob_chunk: Bytes of one piece of an attachment.
        max_blob: Bytes of an attachment.
        token_s: How long a token holds.
        skew_s: How far an assertion's instant may lie from the city's.
        wait_s: Longest wait of a long poll.
        waiters: Long polls at once; who comes later is answered at once.
        device_per_s, device_burst: Calls of one PC.
        address_per_s, address_burst: Calls of one address without a token.
        threads: Calls that work at once.
    """

    max_events: int = 1_000
    max_bytes: int = 2_000_000
    max_body: int = 8_000_000
    blob_chunk: int = 1_048_576
    max_blob: int = 64_000_000
    token_s: int = 600
    skew_s: int = 300
    wait_s: int = 25
    waiters: int = 2_000
    device_per_s: float = 50
    device_burst: float = 300
    address_per_s: float = 20
    address_burst: float = 200
    threads: int = 16
