"""Take events that others carry: chained and signed, so it does not matter who brings them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desktop.cityserver.judging import Offer, Sitting, city_replica, moved
from desktop.cityserver.ports import EpochState, UnitTransaction
from desktop.domain.events import GENESIS_HASH, Fact
from desktop.domain.facts.unit import EpochOpened
from desktop.protocol.messages import RelayAnswer


@dataclass(frozen=True, slots=True)
class Keys:
    """Check and make signatures.

    Attributes:
        verify: Tells whether a signature (public key in hex, hash, signature) is good.
        sign: Signs with the city's key.
        public_key: The city's key, hex.
    """

    verify: Callable[[str, bytes, bytes], bool]
    sign: Callable[[bytes], bytes]
    public_key: str


class Relay:
    """Take what others carry, epoch by epoch, as far as it follows."""

    def __init__(self, keys: Keys, unit_id: str, transaction: UnitTransaction, offers: Sequence[Offer]) -> None:
        self._keys = keys
        self._unit_id = unit_id
        self._transaction = transaction
        self._sitting = Sitting(unit_id, transaction, offers)
        self._states: dict[tuple[str, str], EpochState] = {}
        self._forged = self._segments_without_signature(offers)

    def take_all(self, offers: Sequence[Offer]) -> RelayAnswer:
        """Take events in the order given; say how many were new and which cannot follow."""
        accepted, refused = 0, []
        for offer in offers:
            envelope = offer.reading.envelope
            stored = self._sitting.has(envelope.event_id)
            if stored is not None:
                if stored.hash != offer.hash:
                    refused.append(offer.hash.hex())
                continue
            state = self._state(offer)
            if not follows(state, offer) or (envelope.replica_id, envelope.epoch) in self._forged:
                refused.append(offer.hash.hex())
                continue
            self._states[envelope.replica_id, envelope.epoch] = moved(state, self._sitting.take(offer))
            accepted += 1
        if accepted:
            self._sitting.write()
            for state in self._states.values():
                if state.last:
                    self._transaction.save_epoch(state)
        return RelayAnswer(accepted=accepted, refused=refused)

    def _state(self, offer: Offer) -> EpochState:
        envelope = offer.reading.envelope
        key = (envelope.replica_id, envelope.epoch)
        if key not in self._states:
            self._states[key] = self._transaction.epoch(*key) or implicit(*key, offer.reading.fact)
        return self._states[key]

    def _segments_without_signature(self, offers: Sequence[Offer]) -> set[tuple[str, str]]:
        """Return the epochs whose last event that follows is not signed by its owner."""
        ends: dict[tuple[str, str], tuple[EpochState, Offer]] = {}
        for offer in offers:
            envelope = offer.reading.envelope
            key = (envelope.replica_id, envelope.epoch)
            state = ends[key][0] if key in ends else self._state(offer)
            if follows(state, offer):
                ends[key] = (replace(state, last=envelope.seq, head=offer.hash), offer)
        return {key for key, (_, offer) in ends.items() if not self._is_signed(key[0], offer)}

    def _is_signed(self, replica_id: str, offer: Offer) -> bool:
        if replica_id == city_replica(self._unit_id):
            return self._keys.verify(self._keys.public_key, offer.hash, offer.sig)
        device = self._transaction.device(replica_id)
        return device is not None and self._keys.verify(device.public_key, offer.hash, offer.sig)


def follows(state: EpochState, offer: Offer) -> bool:
    """Tell whether an event is the next one of an epoch."""
    envelope = offer.reading.envelope
    return envelope.seq == state.last + 1 and envelope.prev_hash == state.head.hex()


def implicit(replica_id: str, epoch: str, fact: Fact | None = None) -> EpochState:
    """Return an epoch nobody opened here: the city's own, or one that is known from relayed events only."""
    opened = fact if isinstance(fact, EpochOpened) else None
    return EpochState(
        replica_id=replica_id,
        epoch=epoch,
        last=0,
        head=GENESIS_HASH,
        is_open=True,
        blocks=(),
        void_through="",
        install="",
        reason="relayed",
        previous_epoch=opened.previous_epoch if opened else "",
        previous_seq=opened.previous_seq if opened else 0,
    )
