"""Judge an event that comes from a ward's PC: the rules by which the city, and nobody else, orders the truth.

Additive acts (a fee, a print, a file) commute: they are accepted wherever they apply. Exclusive acts (decide,
return, pass on) need custody of the dossier and knowledge of every exclusive act before them. A PC has custody when it
wrote the last act that keeps it, or took the dossier through the hub; acts that pass the work to a role (submit,
approve, result ready) release it, and the first PC that acts with knowledge of them has it.

What an act knew is its ``base_gseq``: the place in the feed its PC had folded when the act was done.

Source: docs/decisions/0012-sync.md; definitions 11.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from desktop.domain.content import content_hash
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Envelope, Event, Fact
from desktop.domain.facts.counter import FeeTaken, ReceiptPrinted, Received, ResultReady
from desktop.domain.facts.hub import CodeBound, CustodyTaken
from desktop.domain.facts.way import (
    Approved,
    CitizenNotified,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    PaperPrinted,
    Rejected,
    SentBack,
    Submitted,
    WaitClosed,
)
from desktop.domain.feed import ACCEPTED, Verdict, VerdictKind
from desktop.domain.fold import apply
from desktop.domain.records import maker, replace

#: Acts that commute with everything: accepted wherever the dossier's state lets them follow.
ADDITIVE: frozenset[type] = frozenset({ReceiptPrinted, FeeTaken, FileAttached, CitizenNotified, PaperPrinted})

#: Acts that pass the work to a role: any PC that knows of them may do the next one.
RELEASING: frozenset[type] = frozenset({Submitted, Approved, SentBack, Rejected, ResultReady, CustodyAssigned})

#: Acts that leave custody where it was.
KEEPING: frozenset[type] = frozenset({WaitClosed, CodeBound})

#: Acts that bring custody with them.
_FREE = CustodyTaken | CustodyAssigned | HandoverConfirmed

_NOTHING: Mapping[str, int] = MappingProxyType({})

#: Nobody has custody: the next act with knowledge takes it.
OPEN = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what is known of one dossier beside its state.

    Attributes:
        state: Folded state, None while nothing was accepted.
        custody: Replica that may do exclusive acts, ``OPEN`` when any PC may.
        exclusive_gseq: Place in the feed of the last accepted exclusive act; 0 before the first.
        exclusive_by: Epoch that wrote it: a cloned PC has the replica's id, but another epoch.
        exclusive_seq: Its seq there.
        refused: Per epoch: place and id of the last event not accepted here, its own or of a log it grew from.
    """

    state: Dossier | None = None
    custody: str = OPEN
    exclusive_gseq: int = 0
    exclusive_by: str = ""
    exclusive_seq: int = 0
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


_standing: Callable[..., Standing] = maker(Standing)


def judge(
    event: Event, standing: Standing, gseq: int, code_owner: str = "", known: Mapping[str, int] = _NOTHING
) -> tuple[Verdict, Standing]:
    """Return the verdict on an event about a dossier, and what is known of the dossier after it.

    Args:
        event: The event; its chain and signature are checked by the caller.
        standing: What is known of its dossier.
        gseq: The place the event takes in the feed.
        code_owner: Id of the dossier that has the code this event gives, "" when the code is free or none is given.
        known: Epochs before the event's own, with the last seq it grew out of.
    """
    verdict, state = _judged(event, standing, code_owner, known)
    if verdict.is_accepted:
        return verdict, _followed(standing, event, gseq, state)
    return verdict, refuse(standing, event.envelope, gseq)


def refuse(standing: Standing, envelope: Envelope, gseq: int) -> Standing:
    """Return what is known of a dossier after an event that was not accepted, or that nobody can read yet."""
    return replace(standing, refused={**standing.refused, envelope.epoch: (gseq, envelope.event_id)})


def follow(standing: Standing, event: Event, gseq: int) -> Standing:
    """Return custody and last exclusive act after an accepted event; the state is left to the caller."""
    return _followed(standing, event, gseq, standing.state)


def _followed(standing: Standing, event: Event, gseq: int, state: Dossier | None) -> Standing:
    kind, replica = type(event.fact), event.envelope.replica_id
    if kind in ADDITIVE:
        return replace(standing, state=state)
    custody = OPEN if kind in RELEASING else replica
    if isinstance(event.fact, CustodyTaken):
        custody = event.fact.replica_id
    elif kind in KEEPING:
        custody = standing.custody
    envelope = event.envelope
    return _standing(state, custody, gseq, envelope.epoch, envelope.seq, standing.refused)


def needs_custody(fact: Fact, state: Dossier | None) -> bool:
    """Tell whether an act may only be done by the PC that has custody."""
    if type(fact) in ADDITIVE or isinstance(fact, Received | _FREE):
        return False
    return state is not None and not _shows_knowledge(fact, state)


def given_code(fact: Fact) -> str:
    """Return the code a fact gives to its dossier, "" when it gives none."""
    return fact.code if isinstance(fact, Received | CodeBound) else ""


def _judged(
    event: Event, standing: Standing, code_owner: str, known: Mapping[str, int]
) -> tuple[Verdict, Dossier | None]:
    envelope, kind, state = event.envelope, type(event.fact), standing.state
    refused_at, refused_id = standing.refused.get(envelope.epoch, (0, ""))
    if refused_at > envelope.base_gseq and (kind not in ADDITIVE or state is None):
        return Verdict(VerdictKind.BLOCKED, "rests_on_refused", refused_id), state
    if code_owner and code_owner != envelope.dossier_id:
        return Verdict(VerdictKind.REJECTED, "code_taken"), state
    if kind not in ADDITIVE and state is not None:
        objection = _objection(event, standing, state, known)
        if objection:
            return Verdict(VerdictKind.REJECTED, objection), state
    try:
        return ACCEPTED, apply(state, event)
    except DamagedData:
        return Verdict(VerdictKind.REJECTED, "does_not_apply"), state


def _objection(event: Event, standing: Standing, state: Dossier, known: Mapping[str, int]) -> str:
    """Return why an exclusive act may not follow, "" when it may."""
    envelope, fact = event.envelope, event.fact
    if _shows_knowledge(fact, state):
        return ""
    last = standing.exclusive_by
    is_foreign = last != envelope.epoch and known.get(last, 0) < standing.exclusive_seq
    if is_foreign and standing.exclusive_gseq > envelope.base_gseq:
        return "conflict"
    if not isinstance(fact, _FREE) and standing.custody not in (OPEN, envelope.replica_id):
        return "not_custodian"
    if isinstance(fact, Approved) and fact.content_hash != content_hash(state):
        return "stale_approval"
    return ""


def _shows_knowledge(fact: Fact, state: Dossier) -> bool:
    """Tell whether an act proves by itself that it knows the state: the slip was scanned, the wait is the open one."""
    if isinstance(fact, HandoverConfirmed):
        return bool(fact.slip) and state.offered_on == fact.slip
    if isinstance(fact, WaitClosed):
        return any(wait.wait_id == fact.wait_id and wait.is_open for wait in state.waits)
    return False
