"""Put events into a unit's feed: each gets its place, its verdict and everything that follows from it.

A :class:`Sitting` reads what a batch needs in few statements, judges one event after the other and writes once.
Nothing here raises because of what an event says: an event that is wrong is refused by a verdict and the feed goes on.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.cityserver import witnesses
from desktop.cityserver.founding import SAID_ALREADY, Founding
from desktop.cityserver.ports import EpochState, Stored, UnitTransaction
from desktop.domain.errors import DamagedData
from desktop.domain.events import Envelope, Event, Reading, chain_hash, is_about_dossier
from desktop.domain.facts.unit import EpochOpened, LeaseDeclared
from desktop.domain.feed import ACCEPTED, Verdict, VerdictKind, next_place
from desktop.domain.judging import Standing, given_code, judge, refuse
from desktop.domain.records import maker, replace
from desktop.protocol.json_text import parsed
from desktop.protocol.messages import WireEvent
from desktop.protocol.reading import read_event

#: What only the city says.
_OF_CITY = frozenset({"custody.taken", "online.submitted", "online.supplied"})
#: Five ids that must be there and two that may be, a line each.
_IDS = re.compile(r"(?:[A-Za-z0-9._:-]{1,64}\n){5}(?:[A-Za-z0-9._:-]{0,64}\n){2}")
_stored: Callable[..., Stored] = maker(Stored)
_SAID_ALREADY = Verdict(VerdictKind.REJECTED, SAID_ALREADY)
_UNKNOWN = Standing()


def city_replica(unit_id: str) -> str:
    """Return the replica the city's own events of a unit are written under."""
    return f"city-{unit_id}"


@dataclass(frozen=True, slots=True)
class Offer:
    """An event as somebody sent it, read as far as possible.

    Attributes:
        reading: Its envelope, and its fact where the city understands it.
    """

    hash: bytes
    sig: bytes
    body: bytes
    reading: Reading


def offer_of(event: WireEvent) -> Offer | None:
    """Read an event; None when its envelope is none or its hash is not its own."""
    body = event.body.encode("utf-8", "surrogatepass")
    try:
        reading = read_event(body)
        previous = bytes.fromhex(reading.envelope.prev_hash)
    except (DamagedData, ValueError):
        return None
    offered = bytes.fromhex(event.hash)
    if chain_hash(previous, body) != offered or not _has_ids(reading.envelope):
        return None
    if reading.fact is not None and not _is_writable(body):
        reading = Reading(reading.envelope, None, "event_unreadable")
    return Offer(offered, bytes.fromhex(event.sig), body, reading)


class Sitting:
    """Judge a batch of events of one unit inside one transaction.

    Attributes:
        place: The feed's last place, as moved by what was taken so far.
    """

    def __init__(self, unit_id: str, transaction: UnitTransaction, offers: Sequence[Offer]) -> None:
        """Read what the events need, in few statements."""
        self._unit_id = unit_id
        self._transaction = transaction
        envelopes = [offer.reading.envelope for offer in offers]
        ids = {envelope.event_id for envelope in envelopes}
        replaced = {envelope.replaces for envelope in envelopes} - {""}
        codes = {code for offer in offers if (code := _code_of(offer.reading))}
        self._stored = dict(transaction.stored(ids | replaced))
        self._replacements = dict(transaction.replacements(ids | replaced))
        self._standings = dict(transaction.standings({each.dossier_id for each in envelopes} - {""}))
        self._owners = dict(transaction.code_owners(codes))
        self._ancestors: dict[tuple[str, str], Mapping[str, int]] = {}
        self._entries: list[Stored] = []
        self._taken: dict[tuple[str, str, int], Stored] = {}
        self._changed: set[str] = set()
        self._codes: dict[str, str] = {}
        self._replaced: dict[str, str] = {}
        self._founding = Founding(transaction, read_event)
        self.place = transaction.head

    def has(self, event_id: str) -> Stored | None:
        """Return an event of the batch, or one it replaces, if it is in the feed."""
        return self._stored.get(event_id)

    def take(self, offer: Offer, verdict: Verdict | None = None) -> Stored:
        """Give an event its place and its verdict; the caller has checked its chain.

        Args:
            offer: The event.
            verdict: Given beforehand (parked without being read).
        """
        envelope, event = offer.reading.envelope, offer.reading.event
        gseq = self.place.gseq + 1
        said = self._said_already(envelope)
        verdict = said or verdict or self._judge(offer.reading, event, gseq)
        if said is None and not verdict.is_accepted and envelope.dossier_id and event is None:
            self._keep(envelope.dossier_id, refuse(self._standing(envelope.dossier_id), envelope, gseq))
        if verdict.is_accepted:
            self._follow(offer.reading)
        self.place = next_place(self.place, offer.hash, verdict)
        entry = _stored(
            envelope.event_id,
            envelope.replica_id,
            envelope.epoch,
            envelope.seq,
            offer.hash,
            offer.sig,
            offer.body,
            envelope.dossier_id,
            envelope.type,
            self.place.gseq,
            verdict,
            self.place.feed_hash,
        )
        self._stored[entry.event_id] = entry
        self._entries.append(entry)
        self._taken[entry.replica_id, entry.epoch, entry.seq] = entry
        return entry

    def write(self) -> None:
        """Append what was taken."""
        changed = {dossier_id: self._standings[dossier_id] for dossier_id in self._changed}
        self._transaction.append(self._entries, changed, self._codes, self._replaced)

    def _said_already(self, envelope: Envelope) -> Verdict | None:
        """Return the verdict on an event whose twin stands in the feed: the truth has it once."""
        original = self._stored.get(envelope.replaces) if envelope.replaces else None
        is_said = original is not None and original.verdict.is_accepted
        if is_said or envelope.event_id in self._replacements or envelope.replaces in self._replacements:
            return _SAID_ALREADY
        return None

    def _judge(self, reading: Reading, event: Event | None, gseq: int) -> Verdict:
        envelope = reading.envelope
        if envelope.unit_id != self._unit_id:
            return Verdict(VerdictKind.REJECTED, "wrong_unit")
        if event is None:
            return Verdict(VerdictKind.PARKED, reading.problem)
        if envelope.type in _OF_CITY and envelope.replica_id != city_replica(self._unit_id):
            return Verdict(VerdictKind.REJECTED, "not_owner")
        if is_about_dossier(event.fact) != bool(envelope.dossier_id):
            return Verdict(VerdictKind.REJECTED, "does_not_apply")
        if not envelope.dossier_id:
            return self._judge_unit(event)
        if objection := witnesses.objection(event, self._said, self._transaction.enrolled_within):
            self._keep(envelope.dossier_id, refuse(self._standing(envelope.dossier_id), envelope, gseq))
            return Verdict(VerdictKind.REJECTED, objection)
        owner = self._owners.get(given_code(event.fact), "")
        known = self._known(envelope.replica_id, envelope.epoch)
        before = self._inherited(envelope, self._standing(envelope.dossier_id), known)
        verdict, standing = judge(event, before, gseq, owner, _known_to_writer(envelope, known))
        self._keep(envelope.dossier_id, standing)
        return verdict

    def _inherited(self, envelope: Envelope, standing: Standing, known: Mapping[str, int]) -> Standing:
        """Let an act rest on the refused events of the logs its own grew out of, as far as that one had them."""
        place, by = standing.refused.get(envelope.epoch, (0, ""))
        for epoch, last in known.items():
            if standing.refused.get(epoch, (0, ""))[0] <= max(place, envelope.base_gseq):
                continue
            stored = self._transaction.at(envelope.replica_id, epoch, 1, last)
            taken = [self._taken[key] for key in self._taken if key[:2] == (envelope.replica_id, epoch)]
            for entry in (*stored, *taken):
                is_refused = not entry.verdict.is_accepted and entry.verdict != _SAID_ALREADY
                if is_refused and entry.dossier_id == envelope.dossier_id and entry.seq <= last:
                    place, by = max((place, by), (entry.gseq, entry.event_id))
        if not place:
            return standing
        return replace(standing, refused={**standing.refused, envelope.epoch: (place, by)})

    def _judge_unit(self, event: Event) -> Verdict:
        """Judge an event of the unit: all commute, but for what says who may do what without knowing the ward.

        Nobody may declare himself a block somebody has, either.
        """
        if not isinstance(event.fact, LeaseDeclared):
            objection = self._founding.objection(event, self._entries)
            objection = objection or witnesses.objection(event, self._said, self._transaction.enrolled_within)
            return Verdict(VerdictKind.REJECTED, objection) if objection else ACCEPTED
        wanted, envelope = frozenset(event.fact.lease.blocks), event.envelope
        for state in self._transaction.epochs():
            is_own = (state.replica_id, state.epoch) == (envelope.replica_id, envelope.epoch)
            if not is_own and state.is_open and not wanted.isdisjoint(state.blocks):
                return Verdict(VerdictKind.REJECTED, "lease_held")
        return ACCEPTED

    def _said(self, types: frozenset[str]) -> Iterator[Event]:
        """Yield what was accepted of some types about the unit, as far as it can be read."""
        for entry in (*self._transaction.said_of_unit(types), *self._entries):
            event = read_event(entry.body).event if entry.type in types and entry.verdict.is_accepted else None
            if event is not None:
                yield event

    def _follow(self, reading: Reading) -> None:
        """Note what follows from an accepted event."""
        envelope, code = reading.envelope, _code_of(reading)
        if code:
            self._owners[code] = self._codes[code] = envelope.dossier_id
        if envelope.replaces:
            self._replacements[envelope.replaces] = self._replaced[envelope.replaces] = envelope.event_id

    def _standing(self, dossier_id: str) -> Standing:
        return self._standings.get(dossier_id) or _UNKNOWN

    def _keep(self, dossier_id: str, standing: Standing) -> None:
        self._standings[dossier_id] = standing
        self._changed.add(dossier_id)

    def _known(self, replica_id: str, epoch: str) -> Mapping[str, int]:
        """Return the epochs an epoch grew out of, with the last seq it had of each."""
        key = (replica_id, epoch)
        if key not in self._ancestors:
            self._ancestors[key] = self._find_ancestors(replica_id, epoch)
        return self._ancestors[key]

    def _find_ancestors(self, replica_id: str, epoch: str) -> Mapping[str, int]:
        """Believe that an epoch grew out of another one only where the feed has the very event it names as the last."""
        known: dict[str, int] = {}
        first = self._at(replica_id, epoch, 1)
        while first is not None:
            fact = read_event(first.body).fact
            if not isinstance(fact, EpochOpened) or not fact.previous_epoch or fact.previous_epoch in known:
                break
            last = self._at(replica_id, fact.previous_epoch, fact.previous_seq)
            if last is None or last.hash.hex() != fact.previous_hash:
                break
            known[fact.previous_epoch] = fact.previous_seq
            first = self._at(replica_id, fact.previous_epoch, 1)
        return known

    def _at(self, replica_id: str, epoch: str, seq: int) -> Stored | None:
        """Return an event of the feed, or of what was taken so far."""
        taken = self._taken.get((replica_id, epoch, seq))
        if taken is not None or seq < 1:
            return taken
        return next(iter(self._transaction.at(replica_id, epoch, seq, seq)), None)


def moved(state: EpochState, entry: Stored) -> EpochState:
    """Return where an epoch stands after an event."""
    return replace(state, last=entry.seq, head=entry.hash)


def _known_to_writer(envelope: Envelope, known: Mapping[str, int]) -> Mapping[str, int]:
    """Return which logs the writer of an event knew: none for what is said again, it was written before them."""
    return {} if envelope.replaces else known


def _has_ids(envelope: Envelope) -> bool:
    """Tell whether an envelope's ids are such as every database and every path holds."""
    needed = f"{envelope.event_id}\n{envelope.replica_id}\n{envelope.epoch}\n{envelope.unit_id}\n{envelope.type}\n"
    return _IDS.fullmatch(f"{needed}{envelope.dossier_id}\n{envelope.replaces}\n") is not None


def _is_writable(body: bytes) -> bool:
    """Tell whether every database holds an event's text: NUL and lone surrogates can only come as escapes."""
    if b"\\u" not in body:
        return True
    escapes = body.lower()
    if b"\\u0000" in escapes:
        return False
    if b"\\ud" not in escapes:
        return True
    try:
        json.dumps(parsed(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _code_of(reading: Reading) -> str:
    return given_code(reading.fact) if reading.fact is not None else ""
