"""Switch one rule off at a time: a simulation that does not notice proves nothing.

The switches live here only: methods and functions of the program are replaced while a history runs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from desktop.cityserver import core, epochs
from desktop.cityserver import judging as city_judging
from desktop.cityserver.founding import Founding
from desktop.domain import judging
from desktop.domain.feed import Place
from desktop.protocol.messages import FeedAnswer, WireVerdict
from desktop.storage.marker import Judgement
from desktop.sync import work
from desktop.sync.engine import SyncEngine
from desktop.sync.pace import Batch
from desktop.sync.ports import OwnHead, UntrustedFeed
from desktop.sync.work import Work
from tests.support.sync.city import UNIT, FaultyCity
from tests.support.sync.own_log import OwnLog
from tests.support.sync.replica import MemoryReplica

_NEVER = 1e8


@dataclass(frozen=True, slots=True)
class Ablation:
    """One rule switched off.

    Attributes:
        rule: What no longer holds.
        source: Number of the rule in the design (R: reliability, S: sync page, D: decision 0012).
        plans: Classes of histories in which it matters.
        patches: Owner, name, and what stands in its place.
    """

    rule: str
    source: str
    plans: tuple[str, ...]
    patches: tuple[tuple[Any, str, Any], ...]


@contextmanager
def switched_off(ablation: Ablation) -> Iterator[None]:
    """Run without a rule."""
    before = [(owner, name, owner.__dict__[name]) for owner, name, _ in ablation.patches]
    for owner, name, value in ablation.patches:
        setattr(owner, name, value)
    try:
        yield
    finally:
        for owner, name, value in before:
            setattr(owner, name, value)


def _acknowledge(*, downwards: bool, beyond: bool, by_hash: bool) -> Callable[..., None]:
    def acknowledge(self: Work, head: OwnHead, last: int, head_hash: str, max_day: str = "") -> None:
        if last > head.seq and not beyond:
            last = head.seq
            head_hash = head.hash.hex()
        mine = self._replica.hash_at(head.epoch, last) if last <= head.seq else None
        if mine is None or (by_hash and mine.hex() != head_hash):
            self.begin_log("rolled_back", max_day)
        elif last > head.acked or downwards:
            self._replica.acknowledge(last)

    return acknowledge


def _feed_by_number(self: FaultyCity, after: Place, limit: int) -> FeedAnswer:
    def ask() -> FeedAnswer:
        places = self._live.store.tables.places
        at = places[min(after.gseq, len(places) - 1)]
        answer = self._live.core.feed(UNIT, self._replica_id, at, limit)
        return answer if at == after else answer.model_copy(update={"entries": [], "head": after.gseq})

    answer: FeedAnswer = self._call(ask)
    return answer


def _deaf(self: Work) -> None:
    self.known.has_nothing_lost = True


def _silent(self: Work) -> None:
    self.known.has_said_again = True


def _blind(self: OwnLog) -> Judgement:
    return Judgement.SAME if self.disk.begun else Judgement.FRESH


def _any_ordinal(original: Callable[..., Any]) -> Callable[..., Any]:
    def next_ordinal(self: OwnLog, day: Any, *, is_void_too: bool = False) -> Any:
        del is_void_too
        return original(self, day, is_void_too=True)

    return next_ordinal


def _never_again(self: SyncEngine, code: str, retry_after_s: float = 0) -> None:
    _FAIL(self, code, retry_after_s)
    self._due += _NEVER


def _duplicates(transaction: Any, state: Any, offers: Any) -> list[WireVerdict]:
    return [
        each.model_copy(update={"kind": "rejected", "code": "duplicate"})
        for each in _STORED(transaction, state, offers)
    ]


def _skipping(self: OwnLog, after_seq: int, max_events: int, max_bytes: int) -> Any:
    events = _PENDING(self, after_seq, max_events, max_bytes)
    return events[1:] if len(events) > 1 else events


def _only_known(self: MemoryReplica, wire: Any) -> Any:
    kept = _KEPT(self, wire)
    if kept.fact is None:
        raise UntrustedFeed
    return kept


def _same_replica(self: Any, replica_id: str, epoch: str) -> Mapping[str, int]:
    del epoch
    return {state.epoch: 10**9 for state in self._transaction.epochs(replica_id)}


def _next_free(counter: int, taken: Sequence[int], wanted: int) -> tuple[int, ...]:
    del counter
    had = set(taken)
    return tuple(block for block in range(20, 99) if block not in had)[:wanted]


_FAIL = SyncEngine._fail
_STORED = core._stored_verdicts
_PENDING = OwnLog.pending
_KEPT = MemoryReplica._kept

ABLATIONS: Mapping[str, Ablation] = {
    "order": Ablation("own events go in the order of seq", "R1, S1", ("network",), ((OwnLog, "pending", _skipping),)),
    "downwards": Ablation(
        "the city's number is believed downwards",
        "R2, S3",
        ("city",),
        ((Work, "_acknowledge", _acknowledge(downwards=False, beyond=True, by_hash=True)),),
    ),
    "beyond": Ablation(
        "a city that knows more than the PC: the PC was rolled back",
        "R3, S3",
        ("image",),
        ((Work, "_acknowledge", _acknowledge(downwards=True, beyond=False, by_hash=True)),),
    ),
    "by_hash": Ablation(
        "acknowledged by hash, never by number alone",
        "R4, S3",
        ("early_image",),
        ((Work, "_acknowledge", _acknowledge(downwards=True, beyond=True, by_hash=False)),),
    ),
    "say_again": Ablation("a broken log says its events again", "R5, D", ("clone",), ((Work, "say_again", _silent),)),
    "in_order": Ablation(
        "what a broken log says again comes before what rests on it",
        "D",
        ("clone",),
        ((OwnLog, "is_out_of_order", lambda _self: False),),
    ),
    "feed_hash": Ablation(
        "a place in the feed is a number and a hash", "R6, R7", ("city",), ((FaultyCity, "feed", _feed_by_number),)
    ),
    "relay": Ablation("what the city lost is offered again", "R7, R10", ("city_and_image",), ((Work, "relay", _deaf),)),
    "ask_again": Ablation(
        "a new incarnation, and time, make the PC ask where the city stands",
        "R2, S3",
        ("calm_city",),
        ((Work, "_see_incarnation", lambda _self, _incarnation: None), (work, "POLLS_PER_ASK", 10**9)),
    ),
    "marker": Ablation(
        "the marker outside tells a restored database",
        "R8, S5",
        ("database", "copy"),
        ((OwnLog, "judgement", _blind),),
    ),
    "void": Ablation(
        "a restore voids the leased numbers of its day",
        "R9, S6",
        ("database",),
        ((OwnLog, "next_ordinal", _any_ordinal(OwnLog.next_ordinal)),),
    ),
    "ladder": Ablation(
        "further blocks depend on the counter, not on what is free",
        "R9, D",
        ("calm_city",),
        (
            (epochs, "free_blocks", _next_free),
            (epochs, "blocks_of_copy", lambda counter, taken, _epoch, wanted: _next_free(counter, taken, wanted)),
            (core, "ladder", lambda _counter: iter(range(100))),
        ),
    ),
    "timer": Ablation(
        "the machine has a timer of its own after a failure",
        "S10",
        ("network",),
        ((SyncEngine, "_fail", _never_again),),
    ),
    "stored_verdict": Ablation(
        "a retry gets the stored verdict", "S2", ("network",), ((core, "_stored_verdicts", _duplicates),)
    ),
    "park": Ablation(
        "an event the city fails on is parked",
        "S2",
        ("poison",),
        ((Batch, "is_poisoned", property(lambda _self: False)),),
    ),
    "unknown_type": Ablation(
        "an unknown type is kept raw and the cursor moves", "S9", ("poison",), ((MemoryReplica, "_kept", _only_known),)
    ),
    "said_already": Ablation(
        "what was said again counts once",
        "D",
        ("clone", "everything"),
        ((city_judging.Sitting, "_said_already", lambda _self, _offer: None),),
    ),
    "custody": Ablation(
        "exclusive acts need custody and knowledge",
        "S7",
        ("network",),
        ((judging, "_objection", lambda _event, _standing, _state, _known: ""),),
    ),
    "blocked": Ablation(
        "what rests on a refused event is blocked",
        "S2, D",
        ("poison",),
        (
            (judging, "refuse", lambda standing, _envelope, _gseq: standing),
            (city_judging, "refuse", lambda standing, _envelope, _gseq: standing),
        ),
    ),
    "by_epoch": Ablation(
        "a cloned PC does not know what its twin did",
        "D",
        ("clone",),
        ((city_judging.Sitting, "_known", _same_replica),),
    ),
    "said_before": Ablation(
        "what is said again knows no log that came after it",
        "D",
        ("everything",),
        ((city_judging, "_known_to_writer", lambda _envelope, known: known),),
    ),
    "one_code": Ablation(
        "a code is accepted for one dossier",
        "S6",
        ("clone", "image"),
        ((city_judging, "_code_of", lambda _reading: ""),),
    ),
    "set_up": Ablation(
        "a ward's people are set up once",
        "D",
        ("everything",),
        ((Founding, "objection", lambda _self, _event, _taken: ""),),
    ),
}
