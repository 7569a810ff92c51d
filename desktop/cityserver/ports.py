"""What the city's rules need of a store: one transaction on one unit, in SQL or (for the simulator) in memory."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from desktop.domain.feed import Place, Verdict
from desktop.domain.judging import Standing


@dataclass(frozen=True, slots=True)
class Device:
    """A PC that may speak for a unit.

    Attributes:
        public_key: Ed25519, hex.
        counter: Counter number.
    """

    replica_id: str
    unit_id: str
    public_key: str
    counter: int
    install: str
    is_revoked: bool = False


@dataclass(frozen=True, slots=True)
class EpochState:
    """Where one epoch of a replica stands.

    Attributes:
        last: Last seq the city has.
        head: Its hash.
        is_open: False once another epoch of the replica was opened.
        blocks: Blocks of ordinals its PC may give codes from.
        void_through: ISO date, "" for none.
        install: Installation that opened it.
        previous_epoch: The epoch it grew out of, "" for the first.
        previous_seq: Last seq of that epoch it grew out of.
    """

    replica_id: str
    epoch: str
    last: int
    head: bytes
    is_open: bool
    blocks: tuple[int, ...]
    void_through: str
    install: str
    reason: str
    previous_epoch: str
    previous_seq: int


@dataclass(frozen=True, slots=True)
class Stored:
    """An event with its place and verdict, as the feed has it."""

    event_id: str
    replica_id: str
    epoch: str
    seq: int
    hash: bytes
    sig: bytes
    body: bytes
    dossier_id: str
    type: str
    gseq: int
    verdict: Verdict
    feed_hash: bytes


class UnitTransaction(Protocol):
    """One transaction that holds the unit's feed row locked: gseq is given in commit order, without a gap."""

    @property
    def head(self) -> Place:
        """Return the feed's last place, as moved by this transaction."""
        ...

    def device(self, replica_id: str) -> Device | None:
        """Return a device of this unit."""
        ...

    def enrolled_within(self, replica_id: str, ms: int) -> bool:
        """Tell whether a device was enrolled within so many milliseconds before now; nobody's was not."""
        ...

    def devices(self) -> Sequence[Device]:
        """Return all devices of this unit."""
        ...

    def save_device(self, device: Device) -> None:
        """Insert or replace a device."""
        ...

    def epoch(self, replica_id: str, epoch: str) -> EpochState | None:
        """Return an epoch."""
        ...

    def epochs(self, replica_id: str = "") -> Sequence[EpochState]:
        """Return the epochs of a replica, or of all replicas of the unit."""
        ...

    def save_epoch(self, state: EpochState) -> None:
        """Insert or replace an epoch."""
        ...

    def stored(self, event_ids: Iterable[str]) -> Mapping[str, Stored]:
        """Return the events that are in the feed."""
        ...

    def at(self, replica_id: str, epoch: str, first: int, last: int) -> Sequence[Stored]:
        """Return events of an epoch by seq."""
        ...

    def replacements(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        """Return, for events that were said again and accepted, the id of the event that replaced them."""
        ...

    def standings(self, dossier_ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return what is known of dossiers; unknown ones are left out."""
        ...

    def code_owners(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Return code → dossier id for codes that were accepted."""
        ...

    def append(
        self,
        entries: Sequence[Stored],
        standings: Mapping[str, Standing],
        codes: Mapping[str, str],
        replaced: Mapping[str, str],
    ) -> None:
        """Append entries in order of gseq with everything that follows from them, in few statements."""
        ...

    def feed(self, after: int, limit: int) -> Sequence[Stored]:
        """Return entries after a place."""
        ...

    def said_of_unit(self, types: Iterable[str]) -> Sequence[Stored]:
        """Return the accepted entries of some types about the unit itself, in the order of the feed."""
        ...

    def place_at(self, gseq: int) -> Place | None:
        """Return a place of the feed, None when it lies ahead."""
        ...

    def max_day(self, replica_id: str) -> str:
        """Return the latest ISO day of any code a replica was seen to give, "" for none."""
        ...


class Store(Protocol):
    """Hand out transactions. Two processes may do so at once: the state lives in the database only."""

    def unit(self, unit_id: str, *, write: bool) -> AbstractContextManager[UnitTransaction]:
        """Open a transaction on a unit; leaving it commits, an exception rolls it back."""
        ...
