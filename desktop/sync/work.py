"""The work of the sync engine: what each phase asks the city and changes in the database.

Every method makes at most one call to the city and one change of the database. The order of work is the one of
:meth:`Work.choose`: where the city stands, the feed, what the city lost, what a broken log must say again, own events,
numbers, comparison.

Source: docs/decisions/0012-sync.md; what each rule is good for: docs/sync-simulation.md.
"""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desktop.domain.vietnamese import local
from desktop.protocol.messages import (
    EpochRequest,
    FeedAnswer,
    LeaseRequest,
    ParkRequest,
    PushRequest,
    RelayRequest,
    WireEvent,
)
from desktop.sync.pace import Batch
from desktop.sync.ports import Applied, City, CityRefused, OwnHead, Replica, SyncClock, UntrustedFeed
from desktop.sync.status import Phase

#: Every so many polls the city is asked where it stands, although nothing seems to be the matter.
POLLS_PER_ASK = 10
PAGE = 500
RELAY_PAGE = 200
MOST_BYTES = 250_000
#: After so many refusals an event is not offered again before the next start; it stays on this PC.
RELAY_TRIES = 5
REVOKED = "device-revoked"
#: Reasons of epochs that begin without the blocks of the log before.
_WITHOUT_BLOCKS = frozenset({"copied", "fork"})


@dataclass(slots=True)
class Known:
    """Say what is settled in this round; nearly everything is asked again after a failure."""

    is_greeted: bool = False
    is_standing_known: bool = False
    must_open: bool = False
    must_lease: bool = False
    is_at_head: bool = False
    is_feed_behind: bool = False
    has_nothing_lost: bool = False
    has_said_again: bool = False
    has_leased: bool = False
    has_compared: bool = False


class Work:
    """Do the phases.

    Attributes:
        known: What is settled in this round.
        batch: How much goes at once of own events.
        offering: How much is offered again at once.
        search: Places between which the feeds part: the lower is shared, the higher is not; None when none is sought.
        refusals: How often the city refused to take an event back, by its hash.
        differing: Dossiers found to differ.
    """

    def __init__(
        self,
        replica: Replica,
        city: City,
        clock: SyncClock,
        *,
        applied: Callable[[Applied], None],
        compare_from: int | None,
    ) -> None:
        """Take the parts; see :class:`desktop.sync.engine.SyncEngine`."""
        self._replica = replica
        self._city = city
        self._clock = clock
        self._applied = applied
        self.known = Known()
        self.batch = Batch()
        self.offering = Batch(RELAY_PAGE)
        self.search: tuple[int, int] | None = None
        self.refusals: dict[str, int] = {}
        self.differing = 0
        self._page = PAGE
        self._most_events = self.batch.size
        self._most_bytes = MOST_BYTES
        self._polls = 0
        self._compared = replica.place().gseq if compare_from is None else compare_from

    # --- what comes next -------------------------------------------------------------------------------------------

    def choose(self) -> Phase:
        """Return the first thing in the order of work that is not done."""
        known = self.known
        if not known.is_greeted:
            return Phase.HELLO
        if known.must_open:
            return Phase.EPOCH
        if not known.is_standing_known:
            return Phase.ASK
        if self.search is not None:
            return Phase.FIND
        if not known.is_at_head:
            return Phase.PULL
        if not known.has_nothing_lost:
            return Phase.RELAY
        return self._choose_of_own()

    def _choose_of_own(self) -> Phase:
        """Return what comes next once the whole feed was read and nothing is left to offer again."""
        known = self.known
        if not known.has_said_again:
            return Phase.SAY_AGAIN
        head = self._replica.head()
        if head.seq > head.acked:
            return Phase.PARK if self.batch.is_poisoned else Phase.PUSH
        if known.is_feed_behind:
            return Phase.PULL
        if known.must_lease or (not known.has_leased and self._replica.needs_lease()):
            return Phase.LEASE
        if not known.has_compared and self._compared < self._replica.place().gseq:
            return Phase.COMPARE
        return Phase.IDLE

    def forget(self) -> None:
        """After a failure nothing is known but what must be done."""
        self.known = Known(must_open=self.known.must_open, must_lease=self.known.must_lease)

    def ask_less(self) -> None:
        """Send and fetch less at once."""
        self.batch.halve()
        self.offering.halve()
        self._page = max(self._page // 2, 1)

    def part_ways(self, phase: Phase, head: int) -> None:
        """Take note that the city does not have the place it was asked about."""
        if phase is Phase.FIND and self.search is not None:
            lowest, highest = self.search
            self.search = (lowest, (lowest + highest) // 2)
        else:
            self.search = (0, max(min(self._replica.place().gseq, head + 1), 1))

    # --- where we stand --------------------------------------------------------------------------------------------

    def hello(self) -> None:
        """Ask what the city is, and how much it takes at once."""
        hello = self._city.hello()
        if hello.revoked:
            raise CityRefused(REVOKED)
        self._see_incarnation(hello.incarnation)
        self._most_events, self._most_bytes = max(hello.max_events, 1), max(hello.max_bytes, 1)
        self.batch.size = min(self.batch.size, self._most_events)
        self.known.is_greeted = True

    def _see_incarnation(self, incarnation: str) -> None:
        """Take note of a city that was restored: it may have forgotten what it acknowledged."""
        if incarnation != self._replica.incarnation():
            self._replica.keep_incarnation(incarnation)
            self.known.is_standing_known = False

    def ask(self) -> None:
        """Ask where the city stands with the own log (rules 3 and 4): by hash, downwards too."""
        head = self._replica.head()
        standing = self._city.standing(head.epoch)
        self.known.is_standing_known = True
        if not standing.is_open:
            self.begin_log("fork")
        else:
            self._acknowledge(head, standing.last, standing.head_hash, standing.max_day)

    def _acknowledge(self, head: OwnHead, last: int, head_hash: str, max_day: str = "") -> None:
        """Believe a number only together with the hash of the own event that has it."""
        mine = self._replica.hash_at(head.epoch, last) if last <= head.seq else None
        if mine is None or mine.hex() != head_hash:
            self.begin_log("rolled_back", max_day)
        elif last != head.acked:
            self._replica.acknowledge(last)

    def begin_log(self, reason: str, max_day: str = "") -> None:
        """Begin a new epoch: the log the city knows under this one is not the log that lies here."""
        today = local(self._clock.now()).date()
        self._replica.open_epoch(reason, max(today, date.fromisoformat(max_day)) if max_day else today)
        self.known = Known(is_greeted=True, must_open=True)

    def epoch(self) -> None:
        """Open the present epoch at the city; one that it had known before has its numbers already."""
        head = self._replica.head()
        # Blocks of a copy or a fork were given to this very epoch: a city that forgot it must not give others instead.
        was_open = head.acked or (head.opened_reason in _WITHOUT_BLOCKS and self._replica.blocks())
        reason = "recovered" if was_open else head.opened_reason
        request = EpochRequest(
            epoch=head.epoch,
            reason=reason,
            install=self._replica.install,
            previous_epoch=head.previous_epoch,
            previous_seq=head.previous_seq,
            previous_hash=head.previous_hash.hex(),
            void_through=head.void_through.isoformat() if head.void_through else "",
        )
        answer = self._city.open_epoch(request)
        if answer.blocks:
            self._replica.take_lease(answer.blocks, _day(answer.void_through))
        else:
            self.known.must_lease = True
        self.known.must_open = False
        self.known.is_standing_known = False

    # --- the feed --------------------------------------------------------------------------------------------------

    def pull(self) -> None:
        """Read the next page; the city's order is the order here."""
        place = self._replica.place()
        answer = self._city.feed(place, self._page)
        self._see_incarnation(answer.incarnation)
        if answer.entries:
            changed = self._replica.apply(answer.entries)
            place = changed.place
            self.known.has_nothing_lost = False
            self._applied(changed)
        self._check_head(answer, place.gseq, place.feed_hash.hex())
        self.known.is_feed_behind = self.known.is_feed_behind and place.gseq < answer.head
        self.known.is_at_head = place.gseq >= answer.head
        if self.known.is_at_head and answer.head:
            self._replica.keep_checkpoint(answer)
        self._page = min(self._page * 2, PAGE)

    def _check_head(self, answer: FeedAnswer, gseq: int, feed_hash: str) -> None:
        if gseq > answer.head or (gseq == answer.head and feed_hash != answer.head_hash):
            raise UntrustedFeed
        if not answer.entries and gseq < answer.head:
            raise UntrustedFeed

    def find(self) -> None:
        """Look for the last place both feeds share, by halves; then forget what the city no longer has."""
        lowest, highest = self.search or (0, 1)
        if highest - lowest > 1:
            middle = (lowest + highest) // 2
            place = self._replica.place_at(middle)
            if place is None:
                self.search = (lowest, middle)
                return
            self._city.feed(place, 0)
            self.search = (middle, highest)
            return
        shared = self._replica.place_at(lowest)
        if shared is None:
            raise UntrustedFeed
        self._replica.rewind(shared)
        self.search = None
        self._compared = min(self._compared, shared.gseq)
        known = self.known
        known.is_standing_known = known.is_at_head = known.has_nothing_lost = False
        # What a broken log had said may be among what the city lost, and its chain may never take it back.
        known.has_said_again = False

    def relay(self) -> None:
        """Offer the city what it lost, in the order it had: whoever wrote it signed it."""
        events = self._replica.lost(self.offering.size)
        hopeful = [event for event in events if self.refusals.get(event.hash, 0) < RELAY_TRIES]
        if hopeful and self.offering.is_poisoned:
            self.refusals[hopeful[0].hash] = RELAY_TRIES
            self.offering.drop_failures()
            return
        if hopeful:
            answer = self._city.relay(RelayRequest(events=hopeful))
            self.offering.succeeded(RELAY_PAGE)
            for refused in answer.refused:
                self.refusals[refused] = self.refusals.get(refused, 0) + 1
            if answer.accepted:
                self.known.is_standing_known = self.known.is_at_head = False
        if events:
            self._replica.offered(events)
        else:
            self.known.has_nothing_lost = True

    def say_again(self) -> None:
        """Say events of broken logs again that the whole feed does not show.

        Where somebody has gone on with such a dossier meanwhile, the present log is left too: everything is said in
        one more log, in the order it was written.
        """
        if self._replica.is_out_of_order():
            self.begin_log("fork")
        else:
            self.known.has_said_again = True
        self._replica.say_again()

    # --- own events ------------------------------------------------------------------------------------------------

    def push(self) -> None:
        """Send the next batch and believe the answer by hash."""
        head = self._replica.head()
        events = self._replica.pending(head.acked, self.batch.size, self._most_bytes)
        answer = self._city.push(PushRequest(epoch=head.epoch, events=list(events)))
        self.known.is_feed_behind = True
        self.batch.succeeded(self._most_events)
        self._acknowledge(head, answer.last, answer.head_hash)

    def park(self) -> None:
        """Hand over the event the city fails on as opaque bytes, so that the others can follow."""
        head = self._replica.head()
        (event,) = self._replica.pending(head.acked, 1, self._most_bytes)
        self._city.park(park_request(head, event, self._replica.hash_at(head.epoch, head.acked)))
        self.known.is_feed_behind = True
        self.batch.drop_failures()
        self._acknowledge(head, head.acked + 1, event.hash)

    # --- numbers and comparison ------------------------------------------------------------------------------------

    def lease(self) -> None:
        """Ask for more numbers, and tell which ones are here already."""
        held = self._replica.blocks()
        wanted = 1 if self._replica.needs_lease() else 0
        head = self._replica.head()
        answer = self._city.lease(LeaseRequest(epoch=head.epoch, held=list(held), wanted=wanted))
        if tuple(answer.blocks) != held:
            self._replica.take_lease(answer.blocks, _day(answer.void_through))
        self.known.must_lease, self.known.has_leased = False, True

    def compare(self) -> None:
        """Compare digests of what changed; a difference is an item for a person, never a silent repair."""
        answer = self._city.digests(self._compared)
        place = self._replica.place().gseq
        if answer.head != place:
            self.known.has_compared = True
            return
        differing = self._replica.compare(answer)
        self._compared = answer.place if answer.place > self._compared else place
        self.differing += differing

    def idle(self) -> None:
        """Begin another round."""
        self._polls += 1
        has_said_again = self.known.has_said_again
        self.known = Known(is_greeted=True, is_standing_known=True, has_said_again=has_said_again)
        if self._polls % POLLS_PER_ASK == 0:
            self.known = Known()


def park_request(head: OwnHead, event: WireEvent, previous: bytes | None) -> ParkRequest:
    """Return the request that hands an event over unread."""
    return ParkRequest(
        epoch=head.epoch,
        seq=head.acked + 1,
        hash=event.hash,
        prev_hash=(previous or bytes(32)).hex(),
        sig=event.sig,
        body_base64=b64encode(event.body.encode("utf-8", "surrogatepass")).decode(),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
