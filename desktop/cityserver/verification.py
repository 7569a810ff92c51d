"""Check a unit from its log alone: feed hashes, every epoch's chain and last signature, and the states folded again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from desktop.cityserver.judging import city_replica
from desktop.cityserver.keys import is_signed
from desktop.cityserver.ports import Stored
from desktop.cityserver.sql_store import SqlStore
from desktop.cityserver.sql_unit import SqlUnitTransaction
from desktop.domain.digests import state_digest
from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH, chain_hash, decode_body
from desktop.domain.feed import FEED_START, Place, next_place
from desktop.domain.fold import apply
from desktop.domain.judging import Standing, follow

_PAGE: Final = 1_000
_MOST_PROBLEMS: Final = 50


@dataclass(frozen=True, slots=True)
class Found:
    """What a check of one unit found.

    Attributes:
        problems: A short code and the place, at most fifty.
    """

    events: int
    dossiers: int
    problems: tuple[str, ...]


def verify_unit(store: SqlStore, city_key: str, unit_id: str) -> Found:
    """Check a unit; the check reads one moment of the database while the city goes on."""
    with store.unit(unit_id, write=False) as unit:
        check = _Check(unit, unit_id, city_key)
        for entry in _entries(unit):
            check.take(entry)
        check.end()
    return Found(check.place.gseq, len(check.standings), tuple(check.problems[:_MOST_PROBLEMS]))


def _entries(unit: SqlUnitTransaction) -> Iterator[Stored]:
    after = 0
    while page := unit.feed(after, _PAGE):
        yield from page
        after = page[-1].gseq


class _Check:
    """Follow a feed from its start."""

    def __init__(self, unit: SqlUnitTransaction, unit_id: str, city_key: str) -> None:
        self._unit = unit
        self._keys: Mapping[str, str] = {
            **{device.replica_id: device.public_key for device in unit.devices()},
            city_replica(unit_id): city_key,
        }
        self._last: dict[tuple[str, str], Stored] = {}
        self.place = Place(0, FEED_START)
        self.standings: dict[str, Standing] = {}
        self.problems: list[str] = []

    def take(self, entry: Stored) -> None:
        """Check one entry against what went before."""
        self.place = next_place(self.place, entry.hash, entry.verdict)
        if (entry.gseq, entry.feed_hash) != (self.place.gseq, self.place.feed_hash):
            self.problems.append(f"feed_hash at {entry.gseq}")
            self.place = Place(entry.gseq, entry.feed_hash)
        before = self._last.get((entry.replica_id, entry.epoch))
        self._last[entry.replica_id, entry.epoch] = entry
        if entry.seq != (before.seq if before else 0) + 1:
            self.problems.append(f"seq at {entry.gseq}")
        if chain_hash(before.hash if before else GENESIS_HASH, entry.body) != entry.hash:
            self.problems.append(f"chain at {entry.gseq}")
        if entry.verdict.is_accepted:
            self._fold(entry)

    def _fold(self, entry: Stored) -> None:
        try:
            event = decode_body(entry.body)
            if (event.envelope.event_id, event.envelope.dossier_id) != (entry.event_id, entry.dossier_id):
                self.problems.append(f"columns at {entry.gseq}")
            if entry.dossier_id:
                standing = self.standings.get(entry.dossier_id) or Standing()
                state = apply(standing.state, event)
                self.standings[entry.dossier_id] = replace(follow(standing, event, entry.gseq), state=state)
        except DamagedData as error:
            self.problems.append(f"{error.code} at {entry.gseq}")

    def end(self) -> None:
        """Check heads, signatures and states once the whole feed was read."""
        if self.place != self._unit.head:
            self.problems.append(f"head at {self._unit.head.gseq}")
        for (replica_id, epoch), entry in self._last.items():
            if not is_signed(self._keys.get(replica_id, ""), entry.hash, entry.sig):
                self.problems.append(f"signature at {entry.gseq}")
            state = self._unit.epoch(replica_id, epoch)
            if state is None or (state.last, state.head) != (entry.seq, entry.hash):
                self.problems.append(f"epoch {epoch} of {replica_id}")
        kept = self._unit.standings(self.standings)
        for dossier_id, standing in self.standings.items():
            if not _is_same(standing, kept.get(dossier_id)):
                self.problems.append(f"state of {dossier_id}")


def _is_same(folded: Standing, kept: Standing | None) -> bool:
    if kept is None or kept.state is None or folded.state is None:
        return False
    same = (folded.custody, folded.exclusive_gseq, folded.exclusive_by, folded.exclusive_seq) == (
        kept.custody,
        kept.exclusive_gseq,
        kept.exclusive_by,
        kept.exclusive_seq,
    )
    return same and state_digest(folded.state) == state_digest(kept.state)
