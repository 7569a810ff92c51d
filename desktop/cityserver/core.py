"""The city's rules of the exchange with a ward's PCs, over a store: what is pushed, told, relayed, leased, passed on.

Pure of HTTP and SQL; the same rules run in the simulation (docs/sync-simulation.md) and behind the service.

Source: docs/decisions/0012-sync.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.cityserver.answers import feed_entry, wire_verdicts
from desktop.cityserver.blocks import ladder
from desktop.cityserver.epochs import further_blocks, opened
from desktop.cityserver.judging import Offer, Sitting, city_replica, moved, offer_of
from desktop.cityserver.ports import Device, EpochState, Store, Stored, UnitTransaction
from desktop.cityserver.problems import Refusal
from desktop.cityserver.relaying import Keys, Relay, implicit
from desktop.domain.digests import state_digest
from desktop.domain.events import (
    EVENT_TYPES,
    ClockState,
    Envelope,
    Event,
    Fact,
    Reading,
    chain_hash,
    encode_body,
)
from desktop.domain.facts.hub import CustodyTaken
from desktop.domain.feed import Place, Verdict, VerdictKind
from desktop.domain.ids import uuid7
from desktop.domain.judging import OPEN, Standing
from desktop.protocol.messages import (
    CustodyAnswer,
    CustodyRequest,
    Digest,
    DigestAnswer,
    EpochAnswer,
    EpochRequest,
    FeedAnswer,
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
from desktop.protocol.signing_words import checkpoint_words

_DIGEST_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Say how much the city takes and gives at once."""

    max_events: int = 500
    max_bytes: int = 1_000_000
    max_feed: int = 1_000


class CityCore:
    """Answer the PCs of all units; every call is one transaction on one unit.

    Every method takes the unit and the replica that calls, as the token proves them, and may raise
    :class:`~desktop.cityserver.problems.Refusal`.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        incarnation: str,
        *,
        now: Callable[[], datetime],
        random: Callable[[int], bytes],
        limits: Limits | None = None,
    ) -> None:
        """Take the parts.

        Args:
            store: Holds everything.
            keys: Checks the PCs' signatures and makes the city's.
            incarnation: New after each restore of the city's database; epoch of the city's own events.
            now: Returns the present instant, aware UTC.
            random: Returns n random bytes.
            limits: How much at once.
        """
        self._store = store
        self._keys = keys
        self._incarnation = incarnation
        self._now = now
        self._random = random
        self._limits = limits or Limits()

    # --- where a PC stands -----------------------------------------------------------------------------------------

    def standing(self, unit_id: str, replica_id: str, epoch: str) -> ReplicaStanding:
        """Say where the city stands with an epoch."""
        with self._store.unit(unit_id, write=False) as transaction:
            _device(transaction, replica_id)
            state = _epoch(transaction, replica_id, epoch)
            day = transaction.max_day(replica_id)
        return ReplicaStanding(
            epoch=epoch, last=state.last, head_hash=state.head.hex(), is_open=state.is_open, max_day=day
        )

    def open_epoch(self, unit_id: str, replica_id: str, request: EpochRequest) -> EpochAnswer:
        """Open an epoch and say which blocks its PC may use; repeating it gives the same answer."""
        with self._store.unit(unit_id, write=True) as transaction:
            device = _device(transaction, replica_id)
            state = transaction.epoch(replica_id, request.epoch)
            if state is None or not state.install:
                state = opened(transaction, device, request, state)
        return EpochAnswer(epoch=state.epoch, blocks=list(state.blocks), void_through=state.void_through)

    # --- own events ------------------------------------------------------------------------------------------------

    def push(self, unit_id: str, replica_id: str, request: PushRequest) -> PushAnswer:
        """Take own events in the order of seq; a retry gets the stored verdicts again."""
        self._refuse_too_much(request.events)
        offers = _offers(request.events)
        with self._store.unit(unit_id, write=True) as transaction:
            device = _device(transaction, replica_id)
            state = _epoch(transaction, replica_id, request.epoch)
            self._check(device, state, offers, transaction)
            new = [offer for offer in offers if offer.reading.envelope.seq > state.last]
            verdicts = _stored_verdicts(transaction, state, offers)
            if new:
                state, taken = self._take(unit_id, transaction, state, new)
                verdicts += wire_verdicts(taken)
        return PushAnswer(last=state.last, head_hash=state.head.hex(), verdicts=verdicts)

    def park(self, unit_id: str, replica_id: str, request: ParkRequest, body: bytes) -> WireVerdict:
        """Take an event the city fails on without reading its fact.

        Args:
            unit_id: Unit.
            replica_id: Who calls.
            request: Its place, hash and signature.
            body: The decoded bytes.
        """
        wire = WireEvent(body=_text(body), hash=request.hash, sig=request.sig)
        (offer,) = _offers([wire])
        with self._store.unit(unit_id, write=True) as transaction:
            device = _device(transaction, replica_id)
            state = _epoch(transaction, replica_id, request.epoch)
            self._check(device, state, [offer], transaction)
            if offer.reading.envelope.seq <= state.last:
                return _stored_verdicts(transaction, state, [offer])[0]
            unread = replace(offer, reading=Reading(offer.reading.envelope, None, "event_unreadable"))
            parked = Verdict(VerdictKind.PARKED, "city_failed")
            _, (entry,) = self._take(unit_id, transaction, state, [unread], parked)
        return wire_verdicts([entry])[0]

    def _refuse_too_much(self, events: Sequence[WireEvent]) -> None:
        size = sum(len(event.body) for event in events)
        if len(events) > self._limits.max_events or (len(events) > 1 and size > self._limits.max_bytes):
            raise Refusal("batch-too-large", max_events=self._limits.max_events, max_bytes=self._limits.max_bytes)

    def _check(self, device: Device, state: EpochState, offers: Sequence[Offer], transaction: UnitTransaction) -> None:
        """Refuse what is not the next part of the epoch's chain, or not signed by the PC."""
        known = {entry.seq: entry.hash for entry in _known(transaction, state, offers)}
        last, head = state.last, state.head
        for offer in offers:
            envelope = offer.reading.envelope
            if (envelope.replica_id, envelope.epoch) != (state.replica_id, state.epoch):
                raise Refusal("bad-message", event_id=envelope.event_id)
            if envelope.seq <= state.last:
                if known.get(envelope.seq) != offer.hash:
                    raise Refusal("epoch-fork", last=state.last, head_hash=state.head.hex())
                continue
            if envelope.seq != last + 1:
                raise Refusal("seq-gap", last=last, head_hash=head.hex())
            if bytes.fromhex(envelope.prev_hash) != head:
                raise Refusal("epoch-fork", last=state.last, head_hash=state.head.hex())
            last, head = envelope.seq, offer.hash
        if last == state.last:
            return
        if not state.is_open:
            raise Refusal("epoch-closed")
        if not self._keys.verify(device.public_key, offers[-1].hash, offers[-1].sig):
            raise Refusal("bad-signature", event_id=offers[-1].reading.envelope.event_id)

    def _take(
        self,
        unit_id: str,
        transaction: UnitTransaction,
        state: EpochState,
        offers: Sequence[Offer],
        verdict: Verdict | None = None,
    ) -> tuple[EpochState, list[Stored]]:
        """Put checked events of one epoch into the feed."""
        sitting = Sitting(unit_id, transaction, offers)
        ids = [offer.reading.envelope.event_id for offer in offers]
        if len(set(ids)) < len(ids) or any(sitting.has(event_id) for event_id in ids):
            # An id names one event for ever; a log that uses one twice has forked.
            raise Refusal("epoch-fork", last=state.last, head_hash=state.head.hex())
        taken = [sitting.take(offer, verdict) for offer in offers]
        sitting.write()
        state = moved(state, taken[-1])
        transaction.save_epoch(state)
        return state, taken

    # --- the feed --------------------------------------------------------------------------------------------------

    def feed(self, unit_id: str, replica_id: str, after: Place, limit: int) -> FeedAnswer:
        """Tell what follows a place."""
        with self._store.unit(unit_id, write=False) as transaction:
            _device(transaction, replica_id)
            head = transaction.head
            if transaction.place_at(after.gseq) != after:
                raise Refusal("feed-diverged", head=head.gseq, head_hash=head.feed_hash.hex())
            entries = transaction.feed(after.gseq, min(limit, self._limits.max_feed)) if limit else []
        words = checkpoint_words(head.gseq, head.feed_hash.hex(), self._incarnation)
        return FeedAnswer(
            entries=[feed_entry(entry) for entry in entries],
            head=head.gseq,
            head_hash=head.feed_hash.hex(),
            incarnation=self._incarnation,
            signature=self._keys.sign(words).hex(),
        )

    def relay(self, unit_id: str, replica_id: str, request: RelayRequest) -> RelayAnswer:
        """Take signed events of anybody, in the order given: each that follows what the city has of its epoch."""
        read = [(event, offer_of(event)) for event in request.events]
        offers = [offer for _, offer in read if offer is not None]
        with self._store.unit(unit_id, write=True) as transaction:
            _device(transaction, replica_id)
            relay = Relay(self._keys, unit_id, transaction, offers)
            answer = relay.take_all(offers)
        unread = [event.hash for event, offer in read if offer is None]
        return answer.model_copy(update={"refused": [*answer.refused, *unread]})

    def digests(self, unit_id: str, replica_id: str, after_gseq: int) -> DigestAnswer:
        """Return digests of the dossiers that changed after a place, a page at a time."""
        with self._store.unit(unit_id, write=False) as transaction:
            _device(transaction, replica_id)
            entries = transaction.feed(after_gseq, _DIGEST_PAGE)
            ids = {entry.dossier_id for entry in entries if entry.verdict.is_accepted} - {""}
            standings = transaction.standings(sorted(ids))
            head = transaction.head.gseq
        states = {key: standing.state for key, standing in standings.items() if standing.state is not None}
        return DigestAnswer(
            place=entries[-1].gseq if entries else after_gseq,
            digests=[
                Digest(dossier_id=key, code=state.code, digest=state_digest(state)) for key, state in states.items()
            ],
            head=head,
        )

    # --- leases and custody ----------------------------------------------------------------------------------------

    def lease(self, unit_id: str, replica_id: str, request: LeaseRequest) -> LeaseAnswer:
        """Give more blocks; a retry gets no more than the first answer gave."""
        with self._store.unit(unit_id, write=True) as transaction:
            device = _device(transaction, replica_id)
            state = _epoch(transaction, replica_id, request.epoch)
            if not state.is_open:
                raise Refusal("epoch-closed")
            others = {
                block
                for each in transaction.epochs()
                if (each.replica_id, each.epoch) != (replica_id, request.epoch)
                for block in each.blocks
            }
            # What the PC holds and nobody else does is its own: a restored city may have forgotten it.
            own = {block for block in ladder(device.counter) if block in set(request.held) - others}
            blocks = (*state.blocks, *sorted(own - set(state.blocks)))
            missing = request.wanted - len(set(blocks) - set(request.held))
            blocks += further_blocks(device.counter, state, request.held, {*others, *blocks}, max(missing, 0))
            if blocks != state.blocks:
                state = replace(state, blocks=blocks)
                transaction.save_epoch(state)
        return LeaseAnswer(blocks=list(state.blocks), void_through=state.void_through)

    def custody(self, unit_id: str, replica_id: str, dossier_id: str, request: CustodyRequest) -> CustodyAnswer:
        """Pass the right to exclusive acts on a dossier to a PC; repeating it changes nothing."""
        with self._store.unit(unit_id, write=True) as transaction:
            _device(transaction, replica_id)
            standing = transaction.standings([dossier_id]).get(dossier_id) or Standing()
            if standing.state is None:
                raise Refusal("dossier-unknown")
            to = request.to if request.action == "give" else replica_id
            if standing.custody == to:
                return CustodyAnswer(gseq=standing.exclusive_gseq)
            _check_custody(transaction, replica_id, standing, request)
            fact = CustodyTaken(to, request.reason, request.action == "force", request.approved_by)
            entry = self.say(unit_id, transaction, dossier_id, fact, request.by)
        if not entry.verdict.is_accepted:
            raise Refusal("conflict", reason=entry.verdict.code)
        return CustodyAnswer(gseq=entry.gseq)

    def say(self, unit_id: str, transaction: UnitTransaction, dossier_id: str, fact: Fact, actor: str) -> Stored:
        """Write an event of the city's own into the feed: its epoch is the incarnation."""
        replica_id = city_replica(unit_id)
        state = transaction.epoch(replica_id, self._incarnation) or implicit(replica_id, self._incarnation)
        now = self._now()
        kind, version = EVENT_TYPES[type(fact)]
        event_id = uuid7(int(now.timestamp() * 1000), self._random(10))
        envelope = Envelope(
            event_id=event_id,
            replica_id=replica_id,
            epoch=self._incarnation,
            seq=state.last + 1,
            prev_hash=state.head.hex(),
            unit_id=unit_id,
            dossier_id=dossier_id,
            type=kind,
            type_version=version,
            base_version=0,
            acted_at=now,
            clock_state=ClockState.OK,
            actor=actor,
            on_behalf_of="",
            workstation="city",
            act_id=event_id,
            act_size=1,
            base_gseq=transaction.head.gseq,
        )
        body = encode_body(Event(envelope, fact))
        chained = chain_hash(state.head, body)
        offer = Offer(chained, self._keys.sign(chained), body, Reading(envelope, fact))
        _, (entry,) = self._take(unit_id, transaction, state, [offer])
        return entry


def _check_custody(transaction: UnitTransaction, replica_id: str, standing: Standing, request: CustodyRequest) -> None:
    """Refuse to pass custody that its holder has not released."""
    if request.action == "force":
        if not request.reason or not request.approved_by or request.approved_by == request.by:
            raise Refusal("bad-action")
        return
    if request.base_gseq < standing.exclusive_gseq and standing.custody != replica_id:
        raise Refusal("conflict", gseq=standing.exclusive_gseq)
    if request.action == "give":
        if transaction.device(request.to) is None:
            raise Refusal("device-unknown", replica_id=request.to)
        if standing.custody not in (OPEN, replica_id):
            raise Refusal("not-custodian", holder=standing.custody)
        return
    if request.action != "take":
        raise Refusal("bad-action")
    holder = transaction.device(standing.custody) if standing.custody != OPEN else None
    if standing.custody != OPEN and (holder is None or not holder.is_revoked):
        raise Refusal("not-custodian", holder=standing.custody)


def _device(transaction: UnitTransaction, replica_id: str) -> Device:
    device = transaction.device(replica_id)
    if device is None:
        raise Refusal("device-unknown")
    if device.is_revoked:
        raise Refusal("device-revoked")
    return device


def _epoch(transaction: UnitTransaction, replica_id: str, epoch: str) -> EpochState:
    state = transaction.epoch(replica_id, epoch)
    if state is None:
        raise Refusal("epoch-unknown")
    return state


def _offers(events: Sequence[WireEvent]) -> list[Offer]:
    offers = [offer_of(event) for event in events]
    read = [offer for offer in offers if offer is not None]
    if len(read) != len(offers):
        raise Refusal("bad-message", index=offers.index(None))
    return read


def _known(transaction: UnitTransaction, state: EpochState, offers: Sequence[Offer]) -> Sequence[Stored]:
    """Return what the feed has already of the events offered."""
    seqs = [seq for offer in offers if (seq := offer.reading.envelope.seq) <= state.last]
    return transaction.at(state.replica_id, state.epoch, min(seqs), max(seqs)) if seqs else ()


def _stored_verdicts(transaction: UnitTransaction, state: EpochState, offers: Sequence[Offer]) -> list[WireVerdict]:
    return wire_verdicts(_known(transaction, state, offers))


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Refusal("bad-message") from error
