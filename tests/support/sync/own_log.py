"""The own log of a PC in memory: its epochs, its chain, its numbers, and the marker beside the database."""

from collections.abc import Callable, Sequence
from datetime import date

from desktop.domain.codes import Lease, Ordinal, next_ordinal
from desktop.domain.events import (
    EVENT_TYPES,
    GENESIS_HASH,
    ClockState,
    Envelope,
    Event,
    Fact,
    Reading,
    chain_hash,
)
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.domain.facts.unit import EpochOpened, LeaseDeclared
from desktop.domain.records import maker, replace
from desktop.protocol.messages import WireEvent
from desktop.storage.marker import Judgement, Marker, judge
from desktop.sync.ports import OwnHead, Unsent
from tests.support.sync.disk import Begun, Disk, Kept
from tests.support.sync.machine import Machine, Tools, View

_NOT_SAID_AGAIN = (EpochOpened, LeaseDeclared)
_NOTHING_UNSENT = Unsent()
_envelope: Callable[..., Envelope] = maker(Envelope)


class OwnLog:
    """Write the own log, and answer the engine about it."""

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

    def read_unsent(self) -> bool:
        return True

    def unsent(self) -> Unsent:
        waiting = self.disk.log[self.disk.begun[-1].epoch][self.disk.acked :]
        if not waiting:
            return _NOTHING_UNSENT
        dossiers = {kept.envelope.dossier_id for kept in waiting} - {""}
        oldest = min((kept.envelope.acted_at for kept in waiting), default=None)
        return Unsent(len(waiting), len(dossiers), oldest)

    # --- numbers ---------------------------------------------------------------------------------------------------

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

    # --- what waits ------------------------------------------------------------------------------------------------

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

    def is_open(self, kept: Kept) -> bool:
        """Tell whether the feed does not show an own event, and it was not said again."""
        return kept.event_id not in self.disk.verdicts and kept.event_id not in self.disk.superseded

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

    def sync_marker(self) -> None:
        """Make the marker durable, as an idle PC does."""
        self.machine.synced = self.machine.marker

    # --- inside ----------------------------------------------------------------------------------------------------

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
