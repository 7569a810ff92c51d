"""A PC of a ward in memory: what :class:`desktop.sync.ports.Replica` asks for, over a disk and a marker beside it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.codes import Lease, Ordinal, next_ordinal
from desktop.domain.digests import state_digest
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import (
    EVENT_TYPES,
    GENESIS_HASH,
    ClockState,
    Envelope,
    Event,
    Fact,
    Reading,
    chain_hash,
    encode_body,
    read_event,
)
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.domain.facts.unit import EpochOpened, LeaseDeclared
from desktop.domain.feed import Place, Verdict, VerdictKind
from desktop.domain.fold import apply
from desktop.domain.judging import ADDITIVE, Standing, follow
from desktop.domain.records import maker, replace
from desktop.protocol.messages import Digest, DigestAnswer, FeedAnswer, FeedEntry, WireEvent
from desktop.storage.marker import Judgement, Marker, judge
from desktop.sync.ports import Applied, OwnHead, Unsent, UntrustedFeed
from tests.support.sync.disk import Begun, Disk, Kept, Told

_NOT_SAID_AGAIN = (EpochOpened, LeaseDeclared)
_ACCEPTED = VerdictKind.ACCEPTED
_NO_HEAD = (0, GENESIS_HASH)
_NOTHING_UNSENT = Unsent()
#: What is known of a dossier nobody has heard of.
UNKNOWN = Standing()
_envelope: Callable[..., Envelope] = maker(Envelope)


@dataclass(slots=True)
class Machine:
    """What belongs to one PC and not to the database.

    Attributes:
        marker: As the running system reads it.
        synced: As it lies on the disk for good.
    """

    name: str
    replica_id: str
    install: str
    counter: int
    public_key: str
    marker: Marker | None = None
    synced: Marker | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A dossier as a person at this PC sees it: the feed's truth with own pending acts on top.

    Attributes:
        parent: The last exclusive event known here.
    """

    standing: Standing
    parent: str

    @property
    def state(self) -> Dossier | None:
        return self.standing.state


def kept_of(wire: WireEvent) -> Kept:
    """Return an event as it is kept."""
    return Kept(wire, read_event(wire.body.encode()))


def followed(
    standing: Standing,
    event: Event,
    gseq: int,
    fold: Callable[[Dossier | None, Event], Dossier] = apply,
) -> Standing:
    """Return what is known of a dossier after an accepted event.

    Raises:
        DamagedData: it cannot follow.
    """
    return replace(follow(standing, event, gseq), state=fold(standing.state, event))


@dataclass(frozen=True, slots=True)
class Tools:
    """What a replica needs of its surroundings.

    Attributes:
        write: Makes the body of an event.
        kept: Reads an event.
        told: Reads an entry of the feed.
        follow: Folds an accepted event: state, custody, last exclusive act.
        sign: Signs a hash.
        new_id: Makes an event id.
        new_epoch: Makes an epoch.
        now: Tells the time.
    """

    sign: Callable[[bytes], bytes]
    new_id: Callable[[], str]
    new_epoch: Callable[[], str]
    now: Callable[[], datetime]
    write: Callable[[Event], bytes] = encode_body
    kept: Callable[[WireEvent], Kept] = kept_of
    told: Callable[[FeedEntry, Kept], Told] = Told
    digest: Callable[[Dossier], str] = state_digest
    follow: Callable[[Standing, Event, int], Standing] = followed


class MemoryReplica:
    """The database as the engine sees it, and the acts of the people at this PC."""

    def __init__(self, machine: Machine, disk: Disk, unit_id: str, tools: Tools) -> None:
        """Open the database: a restored or copied one begins a new epoch before anything else."""
        self.machine = machine
        self.disk = disk
        self._unit_id = unit_id
        self.tools = tools
        self._views: dict[str, View] = {}
        self._open: list[Kept] | None = None
        self._head: OwnHead | None = None
        self.open()

    def open(self) -> None:
        """Compare the database with the marker beside it."""
        judgement = self.judgement()
        if judgement is Judgement.FRESH:
            self._begin("first", None)
            return
        if judgement.needs_new_epoch:
            mark = self.machine.marker
            last = max(self.tools.now().date(), self.disk.last_date, mark.last_date if mark else date.min)
            self.open_epoch(judgement.value, last)
        self._mark()

    def judgement(self) -> Judgement:
        """Return what the marker says of the database."""
        if not self.disk.begun:
            return Judgement.FRESH
        epoch, seq, _ = self.disk.head()
        return judge(self.machine.marker, self.machine.install, epoch, seq, lambda at: self.hash_at(epoch, at))

    # --- the port: the own log -------------------------------------------------------------------------------------

    @property
    def replica_id(self) -> str:
        return self.machine.replica_id

    @property
    def unit_id(self) -> str:
        return self._unit_id

    @property
    def install(self) -> str:
        return self.machine.install

    def head(self) -> OwnHead:
        if self._head is None:
            self._head = self._look()
        return self._head

    def _look(self) -> OwnHead:
        begun = self.disk.begun[-1]
        epoch, seq, head = self.disk.head()
        return OwnHead(
            epoch=epoch,
            seq=seq,
            hash=head,
            acked=self.disk.acked,
            opened_reason=begun.reason,
            previous_epoch=begun.previous_epoch,
            previous_seq=begun.previous_seq,
            previous_hash=begun.previous_hash,
            void_through=begun.void_through,
        )

    def hash_at(self, epoch: str, seq: int) -> bytes | None:
        if seq == 0:
            return GENESIS_HASH
        events = self.disk.log.get(epoch, ())
        return events[seq - 1].hash if 0 < seq <= len(events) else None

    def pending(self, after_seq: int, max_events: int, max_bytes: int) -> tuple[WireEvent, ...]:
        events = self.disk.log[self.disk.begun[-1].epoch][after_seq : after_seq + max_events]
        size, chosen = 0, []
        for kept in events:
            size += len(kept.wire.body)
            if chosen and size > max_bytes:
                break
            chosen.append(kept.wire)
        return tuple(chosen)

    def acknowledge(self, seq: int) -> None:
        self.disk.acked = seq
        self._head = None

    def unsent(self) -> Unsent:
        waiting = self.disk.log[self.disk.begun[-1].epoch][self.disk.acked :]
        if not waiting:
            return _NOTHING_UNSENT
        dossiers = {kept.envelope.dossier_id for kept in waiting} - {""}
        oldest = min((kept.envelope.acted_at for kept in waiting), default=None)
        return Unsent(len(waiting), len(dossiers), oldest)

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

    def is_out_of_order(self) -> bool:
        epoch = self.disk.begun[-1].epoch
        now = {kept.envelope.dossier_id for kept in self.waiting() if kept.envelope.epoch == epoch} - {""}
        return any(kept.envelope.epoch != epoch and kept.envelope.dossier_id in now for kept in self.waiting())

    def say_again(self) -> int:
        disk, count = self.disk, 0
        for begun in disk.begun[:-1]:
            for kept in disk.log[begun.epoch]:
                if not self.is_open(kept):
                    continue
                disk.superseded[kept.event_id] = ""
                if kept.fact is None or not isinstance(kept.fact, _NOT_SAID_AGAIN):
                    copy = self._copy(kept)
                    disk.superseded[kept.event_id] = copy.event_id
                    count += 1
        self._mark()
        return count

    # --- the port: numbers, digests --------------------------------------------------------------------------------

    def open_epoch(self, reason: str, void_through: date | None) -> None:
        disk = self.disk
        if reason in ("copied", "fork"):
            disk.blocks = ()
        days = [day for day in (void_through, disk.void_through) if day is not None]
        disk.void_through = max(days, default=None)
        self._begin(reason, disk.void_through)

    def blocks(self) -> tuple[int, ...]:
        return self.disk.blocks

    def take_lease(self, blocks: Sequence[int], void_through: date | None) -> None:
        days = [day for day in (void_through, self.disk.void_through) if day is not None]
        is_same = bool(set(blocks) & set(self.disk.blocks))
        self.disk.blocks = tuple(blocks)
        self.disk.void_through = max(days, default=None) if is_same or void_through is not None else None

    def needs_lease(self) -> bool:
        return not self.disk.blocks or self.next_ordinal(self.tools.now().date(), is_void_too=True) is None

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

    # --- what people do --------------------------------------------------------------------------------------------

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

    def waiting(self) -> list[Kept]:
        """Return own events the feed does not show; remembered until something is written or read."""
        if self._open is None:
            known, superseded = self.disk.verdicts, self.disk.superseded
            self._open = [
                kept
                for begun in self.disk.begun
                for kept in self.disk.log[begun.epoch]
                if kept.event_id not in known and kept.event_id not in superseded
            ]
        return self._open

    def write(self, fact: Fact, dossier_id: str = "", actor: str = "lan", **more: str) -> Kept:
        """Write an act of one event, as a transaction with the marker after it."""
        kept = self._write(fact, dossier_id, actor, **more)
        self._mark()
        return kept

    def next_ordinal(self, day: date, *, is_void_too: bool = False) -> Ordinal | None:
        """Return the next ordinal of a day, None when the lease has none."""
        void = None if is_void_too else self.disk.void_through
        given, blocks = self.disk.used, self.disk.blocks
        used = {block: given[day, block] for block in blocks if (day, block) in given}
        return next_ordinal(Lease(blocks, void), day, used)

    def attention(self) -> dict[str, Verdict]:
        """Return own events that were not accepted and wait for a person, by id."""
        return self.disk.attention

    def sync_marker(self) -> None:
        """Make the marker durable, as an idle PC does."""
        self.machine.synced = self.machine.marker

    # --- inside ----------------------------------------------------------------------------------------------------

    def _kept(self, wire: WireEvent) -> Kept:
        return self.tools.kept(wire)

    def is_open(self, kept: Kept) -> bool:
        """Tell whether the feed does not show an own event, and it was not said again."""
        return kept.event_id not in self.disk.verdicts and kept.event_id not in self.disk.superseded

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

    def _begin(self, reason: str, void_through: date | None) -> None:
        disk = self.disk
        epoch = self.tools.new_epoch()
        if disk.begun:
            before, seq, head = disk.head()
            disk.begun.append(Begun(epoch, reason, before, seq, head, void_through))
        else:
            before, seq, head = "", 0, GENESIS_HASH
            disk.begun.append(Begun(epoch, reason, void_through=void_through))
        disk.log[epoch] = []
        disk.acked = 0
        lease = Lease(disk.blocks, void_through)
        fact = EpochOpened(
            reason, self.machine.counter, lease, self.machine.public_key, before, seq, head.hex() if before else ""
        )
        self._write(fact, "", "")
        self._mark()

    def _write(self, fact: Fact, dossier_id: str, actor: str, **more: str) -> Kept:
        epoch, seq, head = self.disk.head()
        event_id = self.tools.new_id()
        kind, version = EVENT_TYPES[type(fact)]
        envelope = _envelope(
            event_id=event_id,
            replica_id=self.machine.replica_id,
            epoch=epoch,
            seq=seq + 1,
            prev_hash=head.hex(),
            unit_id=self._unit_id,
            dossier_id=dossier_id,
            type=more.get("kind", kind),
            type_version=version,
            base_version=0,
            acted_at=self.tools.now(),
            clock_state=ClockState.OK,
            actor=actor,
            on_behalf_of="",
            workstation=self.machine.name,
            act_id=event_id,
            act_size=1,
            base_gseq=self.disk.places[-1].gseq,
            replaces="",
        )
        if isinstance(fact, Received | CodeBound) and fact.block >= 0:
            self.disk.used[fact.day, fact.block] = fact.ordinal
            self.disk.last_date = max(self.disk.last_date, fact.day)
        return self._seal(Event(envelope, fact), head)

    def _copy(self, kept: Kept) -> Kept:
        """Say an event of a closed epoch again in the present one."""
        epoch, seq, head = self.disk.head()
        envelope = replace(
            kept.envelope,
            event_id=self.tools.new_id(),
            epoch=epoch,
            seq=seq + 1,
            prev_hash=head.hex(),
            replaces=kept.envelope.replaces or kept.event_id,
        )
        if kept.fact is None:
            raise AssertionError("an own event that cannot be read here")
        return self._seal(Event(envelope, kept.fact), head)

    def _seal(self, event: Event, head: bytes) -> Kept:
        body = self.tools.write(event)
        chained = chain_hash(head, body)
        wire = WireEvent(body=body.decode(), hash=chained.hex(), sig=self.tools.sign(chained).hex())
        kept = Kept(wire, Reading(event.envelope, event.fact))
        self.disk.log[event.envelope.epoch].append(kept)
        return kept

    def _mark(self) -> None:
        """Take down outside the database how far the log has come: after each commit."""
        self._views.clear()
        self._open = self._head = None
        epoch, seq, head = self.disk.head()
        self.machine.marker = Marker(epoch, seq, head, self.disk.last_date, self.machine.install)
