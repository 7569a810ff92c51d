"""What lies on a PC's disk: the log, the feed as read, and what follows from both. Copied whole in no time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from desktop.domain.events import GENESIS_HASH, Envelope, Event, Fact, Reading, chain_hash
from desktop.domain.feed import ACCEPTED, Place, Verdict, VerdictKind, next_place
from desktop.domain.judging import Standing
from desktop.protocol.messages import FeedEntry, WireEvent


class Kept:
    """An event as kept: the bytes, and what could be read of them. It never changes; all disks share it.

    Attributes:
        follows: The hash its own one binds it to; None when its hash is not its own.
    """

    __slots__ = ("envelope", "event", "event_id", "fact", "follows", "hash", "wire")

    def __init__(self, wire: WireEvent, reading: Reading) -> None:
        self.wire = wire
        self.hash = bytes.fromhex(wire.hash)
        self.envelope: Envelope = reading.envelope
        self.fact: Fact | None = reading.fact
        self.event: Event | None = reading.event
        self.event_id = reading.envelope.event_id
        previous = bytes.fromhex(reading.envelope.prev_hash)
        self.follows = previous if chain_hash(previous, wire.body.encode()) == self.hash else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.hash == other.hash and self.fact == other.fact

    def __hash__(self) -> int:
        return hash(self.hash)


class Told:
    """An entry of the feed as PCs read it; all of them share what its bytes prove."""

    __slots__ = ("_proven", "kept", "place", "verdict")

    def __init__(self, entry: FeedEntry, kept: Kept) -> None:
        self.kept = kept
        verdict = Verdict(VerdictKind(entry.kind), entry.code, entry.blocked_by)
        self.verdict = ACCEPTED if verdict == ACCEPTED else verdict
        self.place = Place(entry.gseq, bytes.fromhex(entry.feed_hash))
        self._proven: Place | None = None

    def is_after(self, place: Place) -> bool:
        """Tell whether the entry is bound to a place."""
        if place != self._proven:
            if next_place(place, self.kept.hash, self.verdict) != self.place:
                return False
            self._proven = place
        return True


@dataclass(frozen=True, slots=True)
class Begun:
    """An epoch of the own log and how it began."""

    epoch: str
    reason: str
    previous_epoch: str = ""
    previous_seq: int = 0
    previous_hash: bytes = GENESIS_HASH
    void_through: date | None = None


@dataclass(slots=True)
class Disk:
    """The database.

    Attributes:
        log: Own events by epoch, as written here.
        feed: Entries with their verdicts; ``places[n]`` is the place after n of them.
        heads: By replica and epoch: where the feed stands with it.
        verdicts: By event id, for what the feed shows.
        lost: What the city had and has no more, in the order it had there.
        offered: By event id: place of the feed at which it was offered again.
        superseded: Own events that were said again, or need not be.
        used: Highest ordinal given, by day and block.
        attention: Own events that were not accepted and wait for a person, by id.
        standings: What the accepted events of the feed fold into.
        last_exclusive: By dossier: the last exclusive event the feed accepted.
    """

    begun: list[Begun] = field(default_factory=list)
    log: dict[str, list[Kept]] = field(default_factory=dict)
    acked: int = 0
    feed: list[tuple[Kept, Verdict]] = field(default_factory=list)
    places: list[Place] = field(default_factory=lambda: [Place()])
    heads: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    lost: list[Kept] = field(default_factory=list)
    offered: dict[str, int] = field(default_factory=dict)
    superseded: dict[str, str] = field(default_factory=dict)
    blocks: tuple[int, ...] = ()
    void_through: date | None = None
    used: dict[tuple[date, int], int] = field(default_factory=dict)
    attention: dict[str, Verdict] = field(default_factory=dict)
    provisional: int = 0
    last_date: date = date.min
    standings: dict[str, Standing] = field(default_factory=dict)
    last_exclusive: dict[str, str] = field(default_factory=dict)
    incarnation: str = ""

    def copy(self) -> "Disk":
        """Return an image: the records themselves never change."""
        return Disk(
            list(self.begun),
            {epoch: list(events) for epoch, events in self.log.items()},
            self.acked,
            list(self.feed),
            list(self.places),
            dict(self.heads),
            dict(self.verdicts),
            list(self.lost),
            dict(self.offered),
            dict(self.superseded),
            self.blocks,
            self.void_through,
            dict(self.used),
            dict(self.attention),
            self.provisional,
            self.last_date,
            dict(self.standings),
            dict(self.last_exclusive),
            self.incarnation,
        )

    def head(self) -> tuple[str, int, bytes]:
        """Return epoch, seq and hash of the last own event."""
        epoch = self.begun[-1].epoch
        events = self.log[epoch]
        return (epoch, len(events), events[-1].hash) if events else (epoch, 0, GENESIS_HASH)

    def is_acknowledged(self) -> bool:
        """Tell whether the city has all of the present log."""
        return self.acked == len(self.log[self.begun[-1].epoch])

    def own(self) -> list[Kept]:
        """Return all events written here, oldest first."""
        return [kept for begun in self.begun for kept in self.log[begun.epoch]]


Reader = Callable[[bytes], Reading]
