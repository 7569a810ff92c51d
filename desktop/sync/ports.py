"""What the sync engine needs from outside: the replica on disk and the link to the city.

Both are plain synchronous protocols: the simulator gives in-memory ones, the product SQLCipher and HTTPS.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from desktop.domain.feed import Place
from desktop.protocol.messages import (
    CustodyAnswer,
    CustodyRequest,
    DigestAnswer,
    EpochAnswer,
    EpochRequest,
    FeedAnswer,
    FeedEntry,
    Hello,
    LeaseAnswer,
    LeaseRequest,
    ParkRequest,
    PushAnswer,
    PushRequest,
    RelayAnswer,
    RelayRequest,
    ReplicaStanding,
    WireEvent,
    WireVerdict,
)
from desktop.protocol.replica import Applied, OwnHead, Unsent, UntrustedFeed

__all__ = [
    "Applied",
    "City",
    "CityRefused",
    "LinkFailed",
    "OwnHead",
    "Replica",
    "SyncClock",
    "Unsent",
    "UntrustedFeed",
]


class LinkFailed(Exception):
    """No trustworthy answer came: nothing is known about what the other side did.

    Attributes:
        code: ``offline``, ``tls_*``, ``server_error``, ``busy``, ``not_the_city`` (a captive portal), ``timed_out`` …
        retry_after_s: What the city asked for, 0 when it said nothing.
    """

    def __init__(self, code: str, retry_after_s: float = 0) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s


class CityRefused(Exception):
    """The city answered with a problem; ``code`` says which (``epoch-fork``, ``feed-diverged`` …)."""

    def __init__(self, code: str, facts: dict[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts or {}


class SyncClock(Protocol):
    """Tell two times: the one people read, which may jump, and the one timers run by."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...


class Replica(Protocol):
    """The database as the sync engine sees it. Threads: lane db; each call is at most one short transaction."""

    @property
    def replica_id(self) -> str:
        """Return the replica's id."""
        ...

    @property
    def unit_id(self) -> str:
        """Return the unit's id."""
        ...

    @property
    def install(self) -> str:
        """Return the id of this installation."""
        ...

    def head(self) -> OwnHead:
        """Return where the own log ends."""
        ...

    def hash_at(self, epoch: str, seq: int) -> bytes | None:
        """Return the hash of an own event; for 0 the hash before the first; None when there is none."""
        ...

    def pending(self, after_seq: int, max_events: int, max_bytes: int) -> tuple[WireEvent, ...]:
        """Return own events of the current epoch after a seq, in order, at least one when there is any."""
        ...

    def acknowledge(self, seq: int) -> None:
        """Keep that the city has everything up to ``seq`` of the current epoch; it may go down."""
        ...

    def place(self) -> Place:
        """Return the place in the feed up to which this replica has folded."""
        ...

    def place_at(self, gseq: int) -> Place | None:
        """Return an earlier place of the feed, None when it lies ahead."""
        ...

    def incarnation(self) -> str:
        """Return the city's incarnation as last seen, "" before first contact."""
        ...

    def keep_incarnation(self, incarnation: str) -> None:
        """Remember the city's incarnation."""
        ...

    def keep_checkpoint(self, answer: FeedAnswer) -> None:
        """Keep what the city signed of the feed that was read to its end, outside the database."""
        ...

    def apply(self, entries: Sequence[FeedEntry]) -> Applied:
        """Append entries that follow ``place()``, keep verdicts, fold, put own pending acts on top: one transaction.

        Entries whose hash does not follow, or whose event does not hash to its place in its own epoch, are refused.
        The feed may show other events under this replica's own epoch than its log has (a disk image that went on
        twice): they are kept beside each other, by id.

        Raises:
            UntrustedFeed: nothing was changed.
        """
        ...

    def rewind(self, to: Place) -> int:
        """Forget the feed after a place (the city lost it); the events stay and are offered again. Return how many.

        Own events among them are without a verdict again; how far the city has the own log says ``acknowledge``.
        """
        ...

    def lost(self, limit: int) -> tuple[WireEvent, ...]:
        """Return every event that was in the feed and is not any more (own and of others), in the order it had there.

        After them come own events of closed epochs that the feed never showed, by epoch and seq: the city takes them
        in their own epoch as long as nothing else was said there; else :meth:`say_again` is left. Events that were
        offered since the feed last moved are left out.
        """
        ...

    def offered(self, events: Sequence[WireEvent]) -> None:
        """Keep that these were offered to the city; what it took comes back in the feed."""
        ...

    def open_epoch(self, reason: str, void_through: date | None) -> None:
        """Begin a new epoch; numbers leased before are void up to a day, after ``fork`` or ``copied`` for good."""
        ...

    def take_lease(self, blocks: Sequence[int], void_through: date | None) -> None:
        """Use these blocks of ordinals from now on, void up to a day, or up to the later one known here."""
        ...

    def blocks(self) -> tuple[int, ...]:
        """Return the blocks in use."""
        ...

    def read_unsent(self) -> bool:
        """Read a part of what lies on this PC only; False while ``unsent()`` has more to read, and takes longer."""
        ...

    def unsent(self) -> Unsent:
        """Return what lies on this PC only."""
        ...

    def needs_lease(self) -> bool:
        """Tell whether there are no blocks, or fewer than a tenth of today's ordinals are left."""
        ...

    def is_out_of_order(self) -> bool:
        """Tell whether the present log has an act that waits, on a dossier of which a broken log has something to say.

        The broken log was before it: what it says again must come first, and a log cannot be changed.
        """
        ...

    def say_again(self) -> int:
        """Write own events of closed epochs that the whole feed does not show into the current epoch; return how many.

        Called only when ``place()`` is the feed's head and :meth:`lost` has nothing left to offer. The copies carry
        ``replaces`` (of a copy of a copy: the first one's id); the originals are superseded. What only a log itself
        can say (``epoch.opened``, ``lease.declared``) is not said again, it is superseded.
        """
        ...

    def digests(self, after_gseq: int, limit: int) -> DigestAnswer:
        """Return digests of dossiers without pending acts that the feed changed after a place."""
        ...

    def compare(self, theirs: DigestAnswer) -> int:
        """Compare the city's digests with one's own; open a reconciliation item per difference; return how many."""
        ...


class City(Protocol):
    """The city as the sync engine sees it. Every call may raise :class:`LinkFailed` or :class:`CityRefused`."""

    def hello(self) -> Hello:
        """Ask what the city is."""
        ...

    def standing(self, epoch: str) -> ReplicaStanding:
        """Ask where the city stands with an own epoch.

        Raises:
            CityRefused: ``epoch-unknown``, ``device-revoked``, ``device-unknown``.
        """
        ...

    def open_epoch(self, request: EpochRequest) -> EpochAnswer:
        """Open an epoch; the one before is closed for ever. Repeating it gives the same answer."""
        ...

    def push(self, request: PushRequest) -> PushAnswer:
        """Send own events.

        Raises:
            CityRefused: ``epoch-fork``, ``epoch-closed``, ``epoch-unknown``, ``seq-gap`` (facts last, head_hash),
                ``batch-too-large``, ``bad-signature``.
        """
        ...

    def feed(self, after: Place, limit: int) -> FeedAnswer:
        """Fetch what follows a place.

        Raises:
            CityRefused: ``feed-diverged``.
        """
        ...

    def relay(self, request: RelayRequest) -> RelayAnswer:
        """Offer signed events the city lost."""
        ...

    def lease(self, request: LeaseRequest) -> LeaseAnswer:
        """Ask for more blocks."""
        ...

    def custody(self, dossier_id: str, request: CustodyRequest) -> CustodyAnswer:
        """Take, give or force custody.

        Raises:
            CityRefused: ``not-custodian``, ``conflict``.
        """
        ...

    def park(self, request: ParkRequest) -> WireVerdict:
        """Hand over an event the city fails on."""
        ...

    def digests(self, after_gseq: int) -> DigestAnswer:
        """Fetch digests of dossiers that changed after a place."""
        ...
