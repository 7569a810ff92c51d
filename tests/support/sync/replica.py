"""A PC of a ward in memory: what :class:`desktop.sync.ports.Replica` asks for, over a disk and a marker beside it."""

from collections.abc import Iterable, Sequence

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH
from desktop.domain.feed import Place, Verdict, VerdictKind
from desktop.domain.judging import ADDITIVE
from desktop.protocol.messages import Digest, DigestAnswer, FeedAnswer, FeedEntry, WireEvent
from desktop.sync.ports import Applied, UntrustedFeed
from tests.support.sync.disk import Kept
from tests.support.sync.machine import UNKNOWN, View
from tests.support.sync.own_log import OwnLog

_ACCEPTED = VerdictKind.ACCEPTED
_NO_HEAD = (0, GENESIS_HASH)


class MemoryReplica(OwnLog):
    """The database as the engine sees it, and what the people at this PC see of it."""

    # --- the port: the feed ----------------------------------------------------------------------------------------

    def place(self) -> Place:
        return self.disk.places[-1]

    def place_at(self, gseq: int) -> Place | None:
        return self.disk.places[gseq] if gseq < len(self.disk.places) else None

    def incarnation(self) -> str:
        return self.disk.incarnation

    def keep_incarnation(self, incarnation: str) -> None:
        self.disk.incarnation = incarnation

    def keep_checkpoint(self, answer: FeedAnswer) -> None:
        """Have nothing to keep it in: a simulated disk has no folder beside it."""

    def apply(self, entries: Sequence[FeedEntry]) -> Applied:
        place, heads, read = self.disk.places[-1], dict(self.disk.heads), []
        for entry in entries:
            told = self.tools.told(entry, self._kept(entry.event))
            kept = told.kept
            envelope = kept.envelope
            key = (envelope.replica_id, envelope.epoch)
            seq, head = heads.get(key, _NO_HEAD)
            if envelope.seq != seq + 1 or kept.follows != head or not told.is_after(place):
                raise UntrustedFeed
            place = told.place
            heads[key] = (envelope.seq, kept.hash)
            read.append(told)
        for told in read:
            self._append(told.kept, told.verdict, told.place)
        self.disk.heads = heads
        self._mark()
        ids = (told.kept.envelope.dossier_id for told in read)
        touched = tuple(dict.fromkeys(dossier_id for dossier_id in ids if dossier_id))
        return Applied(place, touched, is_unit_changed=False, attention=len(self.disk.attention))

    def rewind(self, to: Place) -> int:
        disk = self.disk
        gone = disk.feed[to.gseq :]
        ids = {kept.event_id for kept, _ in gone}
        disk.lost = [kept for kept, _ in gone] + [kept for kept in disk.lost if kept.event_id not in ids]
        disk.offered = {}
        kept_entries, places = disk.feed[: to.gseq], disk.places[: to.gseq + 1]
        disk.feed, disk.places, disk.verdicts, disk.heads, disk.attention = [], [Place()], {}, {}, {}
        disk.standings, disk.last_exclusive = {}, {}
        lost = list(disk.lost)
        for (kept, verdict), place in zip(kept_entries, places[1:], strict=True):
            self._append(kept, verdict, place)
            disk.heads[kept.envelope.replica_id, kept.envelope.epoch] = (kept.envelope.seq, kept.hash)
        disk.lost = lost
        self._mark()
        return len(gone)

    def lost(self, limit: int) -> tuple[WireEvent, ...]:
        disk, now = self.disk, self.disk.places[-1].gseq
        epoch = disk.begun[-1].epoch
        unsent = [kept for kept in self.waiting() if kept.envelope.epoch != epoch]
        known = {kept.event_id for kept in disk.lost}
        wanted = [*disk.lost, *(kept for kept in unsent if kept.event_id not in known)]
        fresh = [kept.wire for kept in wanted if disk.offered.get(kept.wire.hash) != now]
        return tuple(fresh[:limit])

    def offered(self, events: Sequence[WireEvent]) -> None:
        for event in events:
            self.disk.offered[event.hash] = self.disk.places[-1].gseq

    # --- the port: digests -----------------------------------------------------------------------------------------

    def digests(self, after_gseq: int, limit: int) -> DigestAnswer:
        del limit
        entries = self.disk.feed[after_gseq:]
        states = self._settled(kept.envelope.dossier_id for kept, verdict in entries if verdict.is_accepted)
        here = self.disk.places[-1].gseq
        return DigestAnswer(
            place=here,
            head=here,
            digests=[
                Digest(dossier_id=each, code=state.code, digest=self.tools.digest(state))
                for each, state in states.items()
            ],
        )

    def compare(self, theirs: DigestAnswer) -> int:
        states, digest = self._settled(each.dossier_id for each in theirs.digests), self.tools.digest
        there = {each.dossier_id: each.digest for each in theirs.digests}
        return sum(digest(state) != there[dossier_id] for dossier_id, state in states.items())

    def _settled(self, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
        """Return the states of dossiers of which nothing waits here."""
        waiting = {kept.envelope.dossier_id for kept in self.waiting()}
        return {
            each: standing.state
            for each in dict.fromkeys(dossier_ids)
            if each and each not in waiting and (standing := self.disk.standings.get(each)) and standing.state
        }

    # --- what people see -------------------------------------------------------------------------------------------

    def view(self, dossier_id: str) -> View:
        """Return a dossier as a person here sees it."""
        if dossier_id not in self._views:
            self._views[dossier_id] = self._rebased(dossier_id)
        return self._views[dossier_id]

    def _rebased(self, dossier_id: str) -> View:
        """Put own pending acts on top of what the feed says (rule 8)."""
        standing = self.disk.standings.get(dossier_id, UNKNOWN)
        parent = self.disk.last_exclusive.get(dossier_id, "")
        for kept in self.waiting():
            if kept.envelope.dossier_id != dossier_id or kept.event is None:
                continue
            try:
                standing = self.tools.follow(standing, kept.event, 0)
            except DamagedData:
                continue
            if type(kept.fact) not in ADDITIVE:
                parent = kept.event_id
        return View(standing, parent)

    def attention(self) -> dict[str, Verdict]:
        """Return own events that were not accepted and wait for a person, by id."""
        return self.disk.attention

    # --- inside ----------------------------------------------------------------------------------------------------

    def _kept(self, wire: WireEvent) -> Kept:
        return self.tools.kept(wire)

    def _append(self, kept: Kept, verdict: Verdict, place: Place) -> None:
        disk, event_id = self.disk, kept.event_id
        disk.feed.append((kept, verdict))
        disk.places.append(place)
        disk.verdicts[event_id] = verdict
        if disk.lost:
            disk.lost = [each for each in disk.lost if each.event_id != event_id]
        dossier_id, event = kept.envelope.dossier_id, kept.event
        if verdict.kind is not _ACCEPTED:
            if verdict.code != "said_already" and kept.envelope.replica_id == self.machine.replica_id:
                disk.attention[event_id] = verdict
            return
        if not dossier_id or event is None:
            return
        standing = disk.standings.get(dossier_id, UNKNOWN)
        try:
            disk.standings[dossier_id] = self.tools.follow(standing, event, place.gseq)
        except DamagedData:
            return  # An accepted event that does not apply: the comparison of digests shows it.
        if type(kept.fact) not in ADDITIVE:
            disk.last_exclusive[dossier_id] = event_id
