"""The city's store in memory: what :class:`desktop.cityserver.ports.Store` asks for, and a snapshot of all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.cityserver.ports import Device, EpochState, Stored
from desktop.domain.events import read_event
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.domain.feed import Place
from desktop.domain.judging import Standing
from tests.support.sync.disk import Reader


@dataclass(slots=True)
class Tables:
    """Everything the city knows of one unit.

    Attributes:
        places: The place after each entry of the feed, from the one before the first.
    """

    devices: dict[str, Device] = field(default_factory=dict)
    epochs: dict[tuple[str, str], EpochState] = field(default_factory=dict)
    feed: list[Stored] = field(default_factory=list)
    places: list[Place] = field(default_factory=lambda: [Place()])
    by_id: dict[str, Stored] = field(default_factory=dict)
    by_seq: dict[tuple[str, str, int], Stored] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, str] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """Return a backup: the records themselves never change."""
        return Tables(
            dict(self.devices),
            dict(self.epochs),
            list(self.feed),
            list(self.places),
            dict(self.by_id),
            dict(self.by_seq),
            dict(self.standings),
            dict(self.codes),
            dict(self.replaced),
            dict(self.days),
        )


class MemoryTransaction:
    """One transaction; what it wrote is undone by the store when it fails."""

    def __init__(self, tables: Tables, read: Reader) -> None:
        self.tables = tables
        self.before: Tables | None = None
        self._read = read

    def _begin(self) -> Tables:
        """Remember everything before the first change."""
        if self.before is None:
            self.before = self.tables.copy()
        return self.tables

    @property
    def head(self) -> Place:
        return self.tables.places[-1]

    def device(self, replica_id: str) -> Device | None:
        return self.tables.devices.get(replica_id)

    def enrolled_within(self, replica_id: str, ms: int) -> bool:
        del replica_id, ms
        return False

    def devices(self) -> Sequence[Device]:
        return list(self.tables.devices.values())

    def save_device(self, device: Device) -> None:
        self._begin().devices[device.replica_id] = device

    def epoch(self, replica_id: str, epoch: str) -> EpochState | None:
        return self.tables.epochs.get((replica_id, epoch))

    def epochs(self, replica_id: str = "") -> Sequence[EpochState]:
        return [state for state in self.tables.epochs.values() if replica_id in ("", state.replica_id)]

    def save_epoch(self, state: EpochState) -> None:
        self._begin().epochs[state.replica_id, state.epoch] = state

    def stored(self, event_ids: Iterable[str]) -> Mapping[str, Stored]:
        known = self.tables.by_id
        return {event_id: known[event_id] for event_id in event_ids if event_id in known}

    def at(self, replica_id: str, epoch: str, first: int, last: int) -> Sequence[Stored]:
        known = self.tables.by_seq
        keys = ((replica_id, epoch, seq) for seq in range(first, last + 1))
        return [known[key] for key in keys if key in known]

    def replacements(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        known = self.tables.replaced
        return {event_id: known[event_id] for event_id in event_ids if event_id in known}

    def standings(self, dossier_ids: Iterable[str]) -> Mapping[str, Standing]:
        known = self.tables.standings
        return {dossier_id: known[dossier_id] for dossier_id in dossier_ids if dossier_id in known}

    def code_owners(self, codes: Iterable[str]) -> Mapping[str, str]:
        known = self.tables.codes
        return {code: known[code] for code in codes if code in known}

    def append(
        self,
        entries: Sequence[Stored],
        standings: Mapping[str, Standing],
        codes: Mapping[str, str],
        replaced: Mapping[str, str],
    ) -> None:
        tables = self._begin()
        for entry in entries:
            assert entry.gseq == len(tables.feed) + 1, "a gap in the feed"
            assert entry.event_id not in tables.by_id, "an event twice in the feed"
            key = (entry.replica_id, entry.epoch, entry.seq)
            assert key not in tables.by_seq, "a seq twice in an epoch"
            tables.feed.append(entry)
            tables.places.append(Place(entry.gseq, entry.feed_hash))
            tables.by_id[entry.event_id] = tables.by_seq[key] = entry
            fact = self._read(entry.body).fact
            if isinstance(fact, Received | CodeBound):
                tables.days[entry.replica_id] = max(fact.day.isoformat(), tables.days.get(entry.replica_id, ""))
        tables.standings.update(standings)
        for code, owner in codes.items():
            assert tables.codes.setdefault(code, owner) == owner, "a code for two dossiers"
        tables.replaced.update(replaced)

    def feed(self, after: int, limit: int) -> Sequence[Stored]:
        return self.tables.feed[after : after + limit]

    def said_of_unit(self, types: Iterable[str]) -> Sequence[Stored]:
        wanted = set(types)
        return [each for each in self.tables.feed if each.type in wanted and each.verdict.is_accepted]

    def place_at(self, gseq: int) -> Place | None:
        return self.tables.places[gseq] if gseq < len(self.tables.places) else None

    def max_day(self, replica_id: str) -> str:
        return self.tables.days.get(replica_id, "")


@dataclass(slots=True)
class _Opened:
    """A transaction under way."""

    store: "MemoryStore"
    transaction: MemoryTransaction

    def __enter__(self) -> MemoryTransaction:
        return self.transaction

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        before = self.transaction.before
        if kind is not None and before is not None:
            self.store.tables = before


class MemoryStore:
    """A city of one unit in memory."""

    def __init__(self, read: Reader = read_event) -> None:
        self.tables = Tables()
        self._read = read

    def unit(self, unit_id: str, *, write: bool) -> "_Opened":
        """Open a transaction; a failed one leaves nothing behind."""
        del unit_id, write
        return _Opened(self, MemoryTransaction(self.tables, self._read))

    def revoke(self, replica_id: str) -> None:
        """Let the city trust a PC no more."""
        self.tables.devices[replica_id] = replace(self.tables.devices[replica_id], is_revoked=True)
