"""Tell from a few bytes that a dossier went the plain way, so that only the others are folded and looked at closely.

Nine in ten dossiers are received, handed over, approved, put at the counter and returned, and nothing else. Whatever
is not exactly that is looked at closely; a test holds that a glance never hides what a close look finds.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from desktop.domain import codec
from desktop.domain.detectors.between import Done, Trace, person_of
from desktop.domain.detectors.findings import Subject
from desktop.domain.detectors.scene import Scene
from desktop.domain.detectors.single import lacking_proof, made
from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.events import EVENT_TYPES
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.facts.way import (
    Approved,
    CitizenNotified,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    PaperPrinted,
    Submitted,
)
from desktop.domain.vietnamese import local
from desktop.domain.way import SigningMeans


class Logged(Protocol):
    """One event as it is stored: who keeps the log gives its rows."""

    @property
    def type(self) -> str:
        """Return the name of its type."""
        ...

    @property
    def body(self) -> bytes:
        """Return its exact bytes."""
        ...


def _name(kind: type) -> str:
    return EVENT_TYPES[kind][0]


_RECEIVED, _READY, _RETURNED = _name(Received), _name(ResultReady), _name(Returned)
_SUBMITTED, _APPROVED, _ATTACHED = _name(Submitted), _name(Approved), _name(FileAttached)
#: What changes neither custody nor content nor any day.
_ASIDE: Final = frozenset({_name(kind) for kind in (ReceiptPrinted, FeeTaken, CitizenNotified, PaperPrinted)})
_HANDED: Final = frozenset({_name(kind) for kind in (HandoverOffered, HandoverConfirmed, HandoverDropped)})
#: Each of these at most once, and in this order.
_ONCE: Final = (_SUBMITTED, _APPROVED, _READY, _RETURNED)
_PLAIN: Final = frozenset({*_ASIDE, *_HANDED, *_ONCE, _ATTACHED})


def glance(rows: Sequence[Logged], scene: Scene) -> Trace | None:
    """Return the trace of a dossier that went the plain way; None for one that must be looked at closely."""
    types = [row.type for row in rows]
    if types[:1] != [_RECEIVED] or not _PLAIN.issuperset(types[1:]) or scene.thresholds.needs_result_file:
        return None
    try:
        return _plain_trace(types, [row.body for row in rows], scene)
    except (ValueError, TypeError, KeyError, AttributeError, UserError):
        return None


def _plain_trace(types: Sequence[str], bodies: Sequence[bytes], scene: Scene) -> Trace | None:
    begun = json.loads(bodies[0])
    if not _is_plainly_received(begun, scene):
        return None
    if not _is_in_order(types) or not _is_plainly_solved(types, bodies, begun, scene):
        return None
    returns: tuple[Done, ...] = ()
    if types.count(_RETURNED):
        plain = json.loads(bodies[types.index(_RETURNED)])
        if lacking_proof(codec.load(Returned, plain["fact"])):
            return None
        returns = (_done(plain),)
    fact = begun["fact"]
    return Trace(
        subject=Subject(begun["dossier_id"], fact["code"]),
        person=person_of(codec.load(Party, fact["owner"])),
        procedure=fact["procedure"]["code"],
        received=_done(begun),
        due_at=datetime.fromisoformat(fact["due_at"]),
        returns=returns,
    )


def _is_plainly_received(begun: Any, scene: Scene) -> bool:  # noqa: ANN401 - parsed JSON
    at = datetime.fromisoformat(begun["acted_at"])
    made_at = made(begun["event_id"])
    allowed = timedelta(minutes=scene.thresholds.back_dated_minutes)
    is_dated = made_at is None or bool(begun.get("replaces")) or abs(made_at - at) <= allowed
    return is_dated and bool(begun["fact"]["day"] == local(at).date().isoformat())


def _is_in_order(types: Sequence[str]) -> bool:
    """Tell whether each stage comes once, in its order, and nothing but asides after the result was ready."""
    places = [at for name in _ONCE for at, each in enumerate(types) if each == name]
    if places != sorted(places) or any(types.count(name) > 1 for name in _ONCE):
        return False
    if _RETURNED in types and _READY not in types:
        return False
    ready_at = types.index(_READY) if _READY in types else len(types)
    return _ASIDE.issuperset(set(types[ready_at + 1 :]) - {_RETURNED})


def _is_plainly_solved(types: Sequence[str], bodies: Sequence[bytes], begun: Any, scene: Scene) -> bool:  # noqa: ANN401 - parsed JSON
    """Tell whether a result lay at the counter after somebody had approved it on paper."""
    if _READY not in types:
        return True
    fact = begun["fact"]
    ready = json.loads(bodies[types.index(_READY)])
    if ready["fact"]["counter_section"] not in {scene.counter, fact["counter_section"]}:
        return False
    if fact.get("is_immediate"):
        return True
    if _APPROVED not in types or _SUBMITTED not in types or _ATTACHED in types[types.index(_APPROVED) :]:
        return False
    approved = json.loads(bodies[types.index(_APPROVED)])
    return bool(approved["fact"].get("means", SigningMeans.PAPER.value) == SigningMeans.PAPER.value)


def _done(plain: Any) -> Done:  # noqa: ANN401 - parsed JSON
    at = datetime.fromisoformat(plain["acted_at"])
    return Done(at, plain["actor"], plain["event_id"], plain["act_id"])
