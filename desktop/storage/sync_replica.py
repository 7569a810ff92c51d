"""The encrypted database as the sync engine sees it: :class:`desktop.sync.ports.Replica` over SQLCipher.

Threads: lane db only; each call is at most one short transaction.

Source: docs/decisions/0012-sync.md.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from desktop.domain.codes import BLOCK_SIZE, Lease, next_ordinal
from desktop.domain.feed import Place
from desktop.domain.vietnamese import local
from desktop.protocol.messages import DigestAnswer, FeedAnswer, FeedEntry, WireEvent
from desktop.protocol.replica import Applied, OwnHead, Unsent
from desktop.services.ports import Clock
from desktop.storage import attention_rows, comparing, epochs, feed_rows, rebase, settling
from desktop.storage.checkpoints import Checkpoint, CheckpointFile
from desktop.storage.incoming import CheckSignature, Incoming, Lines, read_entries
from desktop.storage.ledger import Ledger
from desktop.storage.sync_state import CITY_KEY, INCARNATION, acked_key, keep_state, read_state
from desktop.storage.unsent import UnsentCount

logger = logging.getLogger(__name__)

_PENDING = text(
    "SELECT position, body, hash, sig FROM event WHERE replica_id = :replica_id AND epoch = :epoch AND seq > :seq "
    "ORDER BY seq LIMIT :limit"
)
#: A tenth of a block's ordinals.
_FEW = 100
#: What only a log itself can say.
_NOT_SAID_AGAIN = frozenset({"epoch.opened", "lease.declared"})


@dataclass(frozen=True, slots=True)
class Own:
    """Say who the replica is.

    Attributes:
        public_key: Hex.
        install: Id of this installation.
        claim_book: Returns a book of the register nobody has written into, for a log whose numbers may be known
            elsewhere.
        checkpoints: Where the city's word on the feed is kept, outside the database.
    """

    replica_id: str
    unit_id: str
    public_key: str
    counter: int
    install: str
    claim_book: Callable[[], int]
    checkpoints: CheckpointFile


class SyncReplica:
    """Give the sync engine the database."""

    def __init__(self, ledger: Ledger, own: Own, clock: Clock, check_signature: CheckSignature) -> None:
        """Take the ledger that writes the own log, who we are, the clock and the verifier of signatures."""
        self._ledger = ledger
        self._own = own
        self._clock = clock
        self._check = check_signature
        self._unsent = UnsentCount(own.replica_id)

    # --- the own log -----------------------------------------------------------------------------------------------

    @property
    def replica_id(self) -> str:
        """Return the replica's id."""
        return self._own.replica_id

    @property
    def unit_id(self) -> str:
        """Return the unit's id."""
        return self._own.unit_id

    @property
    def install(self) -> str:
        """Return the id of this installation."""
        return self._own.install

    def head(self) -> OwnHead:
        """Return where the own log ends."""
        head = self._ledger.head
        with self._ledger.writing() as connection:
            opened = epochs.opening(connection, head.epoch)
            acked = int(read_state(connection, acked_key(head.epoch)) or 0)
        return OwnHead(
            epoch=head.epoch,
            seq=head.seq,
            hash=head.hash,
            acked=acked,
            opened_reason=opened.reason if opened else "first",
            previous_epoch=opened.previous_epoch if opened else "",
            previous_seq=opened.previous_seq if opened else 0,
            previous_hash=bytes.fromhex(opened.previous_hash) if opened and opened.previous_hash else bytes(32),
            void_through=opened.lease.void_through if opened else None,
        )

    def hash_at(self, epoch: str, seq: int) -> bytes | None:
        """Return the hash of an own event; for 0 the hash before the first; None when there is none."""
        with self._ledger.writing() as connection:
            return epochs.hash_at(connection, self._own.replica_id, epoch, seq)

    def pending(self, after_seq: int, max_events: int, max_bytes: int) -> tuple[WireEvent, ...]:
        """Return own events of the current epoch after a seq, in order, at least one when there is any."""
        wanted = {
            "replica_id": self._own.replica_id,
            "epoch": self._ledger.head.epoch,
            "seq": after_seq,
            "limit": max_events,
        }
        chosen: list[WireEvent] = []
        size = 0
        with self._ledger.writing() as connection:
            for row in connection.execute(_PENDING, wanted):
                size += len(row.body)
                if chosen and size > max_bytes:
                    break
                chosen.append(feed_rows.wire(row))
        return tuple(chosen)

    def acknowledge(self, seq: int) -> None:
        """Keep that the city has everything up to ``seq`` of the current epoch; it may go down."""
        with self._ledger.writing() as connection:
            keep_state(connection, acked_key(self._ledger.head.epoch), str(seq))

    def read_unsent(self) -> bool:
        """Read a part of what lies on this PC only; False while ``unsent()`` has more to read."""
        head = self._ledger.head
        with self._ledger.writing() as connection:
            acked = int(read_state(connection, acked_key(head.epoch)) or 0)
            return self._unsent.read_on(connection, head.epoch, acked, head.seq)

    def unsent(self) -> Unsent:
        """Return what lies on this PC only."""
        head = self._ledger.head
        with self._ledger.writing() as connection:
            acked = int(read_state(connection, acked_key(head.epoch)) or 0)
            return self._unsent.count(connection, head.epoch, acked, head.seq)

    # --- the feed --------------------------------------------------------------------------------------------------

    def place(self) -> Place:
        """Return the place in the feed up to which this replica has folded."""
        with self._ledger.writing() as connection:
            return feed_rows.read_place(connection)

    def place_at(self, gseq: int) -> Place | None:
        """Return an earlier place of the feed, None when it lies ahead."""
        with self._ledger.writing() as connection:
            return feed_rows.read_place_at(connection, gseq)

    def incarnation(self) -> str:
        """Return the city's incarnation as last seen, "" before first contact."""
        with self._ledger.writing() as connection:
            return read_state(connection, INCARNATION)

    def keep_incarnation(self, incarnation: str) -> None:
        """Remember the city's incarnation."""
        with self._ledger.writing() as connection:
            keep_state(connection, INCARNATION, incarnation)

    def keep_checkpoint(self, answer: FeedAnswer) -> None:
        """Keep what the city signed of the feed that was read to its end; a disk that refuses costs the checkpoint."""
        seen_on = local(self._clock.now()).date().isoformat()
        new = Checkpoint(answer.head, answer.head_hash, answer.incarnation, answer.signature, seen_on)
        try:
            self._own.checkpoints.keep(new)
        except OSError as error:
            logger.warning("checkpoint not written", extra={"errno": error.errno})

    def apply(self, entries: Sequence[FeedEntry]) -> Applied:
        """Append entries that follow ``place()``, keep verdicts, fold, put own pending acts on top.

        Raises:
            UntrustedFeed: nothing was changed.
        """
        batch = read_entries(entries, self.place(), self._own.unit_id)
        with self._ledger.writing() as connection:
            city_key = bytes.fromhex(read_state(connection, CITY_KEY))
            lines = Lines(connection, (self._own.replica_id, self._ledger.head.epoch), self._check, city_key)
            rows = lines.place(batch, feed_rows.last_position(connection))
            waiting = rebase.waiting_of(connection, batch)
            feed_rows.append(connection, rows, batch)
            changed = rebase.fold_in(connection, batch, waiting, self._own.replica_id)
            own = self._of_own(batch)
            attention = attention_rows.judge_own(connection, own, self._clock.now())
            settling.note_closings(connection, [each.event for each in own if each.is_new and each.event])
            place = feed_rows.read_place(connection)
        return Applied(place, tuple(changed.dossiers), changed.is_unit_changed, attention)

    def _of_own(self, batch: Sequence[Incoming]) -> list[Incoming]:
        return [each for each in batch if each.replica_id == self._own.replica_id]

    def rewind(self, to: Place) -> int:
        """Forget the feed after a place (the city lost it); the events stay and are offered again. Return how many.

        What the city refused among them is without a verdict again, and may apply here.
        """
        self._own.checkpoints.forget_after(to.gseq)
        with self._ledger.writing() as connection:
            refused = feed_rows.refused_after(connection, to)
            count = feed_rows.forget(connection, to)
            attention_rows.drop(connection, [row.event_id for row in refused])
            rebase.refold_many(connection, [row.dossier_id for row in refused], self._own.replica_id)
            if any(not row.dossier_id for row in refused):
                rebase.refold_unit(connection)
        return count

    def lost(self, limit: int) -> tuple[WireEvent, ...]:
        """Return what was in the feed and is not any more, then what own closed epochs still hold."""
        with self._ledger.writing() as connection:
            return feed_rows.lost(connection, self._own.replica_id, self._ledger.head.epoch, limit)

    def offered(self, events: Sequence[WireEvent]) -> None:
        """Keep that these were offered to the city; what it took comes back in the feed."""
        with self._ledger.writing() as connection:
            feed_rows.keep_offered(connection, events)

    # --- epochs and numbers ----------------------------------------------------------------------------------------

    def open_epoch(self, reason: str, void_through: date | None) -> None:
        """Begin a new epoch; numbers leased before are void up to a day, after ``fork`` or ``copied`` for good."""
        lease, own = self._ledger.identity.lease, self._own
        days = [day for day in (void_through, lease.void_through) if day is not None]
        blocks = () if reason in ("copied", "fork") else lease.blocks
        # Whoever went on with this log elsewhere may have written on in the same book.
        book = own.claim_book() if reason != "recovered" else self._ledger.identity.book
        new = Lease(blocks, void_through=max(days, default=None))
        self._ledger.open_epoch(reason, own.public_key, own.counter, new, book)

    def take_lease(self, blocks: Sequence[int], void_through: date | None) -> None:
        """Use these blocks of ordinals from now on, void up to a day, or up to the later one known here."""
        lease = self._ledger.identity.lease
        days = [day for day in (void_through, lease.void_through) if day is not None]
        is_same = bool(set(blocks) & set(lease.blocks))
        until = max(days, default=None) if is_same or void_through is not None else None
        new = Lease(tuple(blocks), until)
        if new != lease:
            self._ledger.take_lease(new, "hub")

    def blocks(self) -> tuple[int, ...]:
        """Return the blocks in use."""
        return self._ledger.identity.lease.blocks

    def needs_lease(self) -> bool:
        """Tell whether there are no blocks, or fewer than a tenth of a block of today's ordinals are left."""
        blocks = self.blocks()
        if not blocks:
            return True
        day = local(self._clock.now()).date()
        with self._ledger.writing() as connection:
            used = epochs.used_on(connection, day)
        for block in blocks:
            last = next_ordinal(Lease((block,)), day, used)
            if last is not None and (block + 1) * BLOCK_SIZE - last.value >= _FEW:
                return False
        return True

    def is_out_of_order(self) -> bool:
        """Tell whether an act of the present log waits on a dossier of which a closed log has something left to say."""
        own = self._own.replica_id
        with self._ledger.writing() as connection:
            left = feed_rows.left_open(connection, own, self._ledger.head.epoch)
            ids = {row.dossier_id for row in left} - {""}
            return bool(ids) and feed_rows.waits_on(connection, own, self._ledger.head.epoch, ids)

    def say_again(self) -> int:
        """Write own events of closed epochs that the whole feed does not show into the current epoch.

        What the city lost and would not take back is folded no longer: from here on the feed is the truth.
        """
        with self._ledger.writing() as connection:
            left = feed_rows.left_open(connection, self._own.replica_id, self._ledger.head.epoch)
            dropped = feed_rows.drop_lost(connection, self._own.replica_id)
            rebase.refold_many(connection, dropped, self._own.replica_id)
        if not left:
            return 0
        with self._ledger.act(None) as act:
            said = [act.say_again(row.position, row.body) for row in left if row.type not in _NOT_SAID_AGAIN]
            for row in left:
                if row.type in _NOT_SAID_AGAIN:
                    act.supersede(row.position, "")
            rebase.refold_many(act.connection, [row.dossier_id for row in left], self._own.replica_id)
        return len(said)

    # --- comparison ------------------------------------------------------------------------------------------------

    def digests(self, after_gseq: int, limit: int) -> DigestAnswer:
        """Return digests of dossiers without pending acts that the feed changed after a place."""
        with self._ledger.writing() as connection:
            return comparing.digests(connection, self._own.replica_id, after_gseq, limit)

    def compare(self, theirs: DigestAnswer) -> int:
        """Compare the city's digests with one's own; open a reconciliation item per difference; return how many."""
        with self._ledger.writing() as connection:
            return comparing.compare(connection, self._own.replica_id, theirs, self._clock.now())

    # --- joining ---------------------------------------------------------------------------------------------------

    def keep_city(self, key: str, value: str) -> None:
        """Keep what the enrolment told of the city, by the names of :mod:`desktop.storage.sync_state`."""
        with self._ledger.writing() as connection:
            keep_state(connection, key, value)

    def city(self, key: str) -> str:
        """Return what is kept of the city, "" for nothing."""
        with self._ledger.writing() as connection:
            return read_state(connection, key)
