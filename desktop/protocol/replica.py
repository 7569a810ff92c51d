"""What a replica says of itself to the sync engine: where its log ends, what a batch changed, what was not sent."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.feed import Place


@dataclass(frozen=True, slots=True)
class OwnHead:
    """Say where the replica's own log ends.

    Attributes:
        acked: Last seq the city has acknowledged by hash.
        previous_*: Where the epoch before this one ended when this one was opened.
        void_through: Day up to which this PC may have given numbers that its log does not know; None for none.
    """

    epoch: str
    seq: int
    hash: bytes
    acked: int
    opened_reason: str
    previous_epoch: str = ""
    previous_seq: int = 0
    previous_hash: bytes = bytes(32)
    void_through: date | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """Say what a batch of the feed changed.

    Attributes:
        dossiers: Ids of dossiers whose state changed here.
        is_unit_changed: Users, slips, settings or delegations changed.
        attention: How many of this replica's own events were not accepted.
    """

    place: Place
    dossiers: tuple[str, ...]
    is_unit_changed: bool
    attention: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """Say what lies on this PC only.

    Attributes:
        events: Own events the city has not acknowledged.
        dossiers: How many dossiers they are about.
        oldest_at: When the oldest of them happened; None when there are none.
    """

    events: int = 0
    dossiers: int = 0
    oldest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blob:
    """Name an attachment.

    Attributes:
        sha256: Of its content, hexadecimal.
        size: Bytes.
    """

    sha256: str
    size: int


class UntrustedFeed(Exception):
    """A feed answer contradicts itself: it is not used, whatever it says."""
