"""Judge an event that comes from a ward's PC: the rules by which the city, and nobody else, orders the truth.

Additive acts (a fee, a print, a file) commute: they are accepted wherever they apply. Exclusive acts (decide,
return, pass on) need custody of the dossier and knowledge of every exclusive act before them. A PC has custody when it
wrote the last act that keeps it, or took the dossier through the hub; acts that pass the work to a role (submit,
approve, result ready) release it, and the first PC that acts with knowledge of them has it.

What an act knew is its ``base_gseq``: the place in the feed its PC had folded when the act was done.

Source: docs/decisions/0012-sync.md; definitions 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from desktop.domain.content import content_hash
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event, Fact
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

#: Acts that commute with everything: accepted wherever the dossier's state lets them follow.
ADDITIVE: frozenset[type] = frozenset({ReceiptPrinted, FeeTaken, FileAttached, CitizenNotified, PaperPrinted})

#: Acts that pass the work to a role: any PC that knows of them may do the next one.
RELEASING: frozenset[type] = frozenset({Submitted, Approved, SentBack, Rejected, ResultReady, CustodyAssigned})

#: Acts that leave custody where it was.
_KEEPING: frozenset[type] = frozenset({WaitClosed, CodeBound})

#: Nobody has custody: the next act with knowledge takes it.
OPEN = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what is known of one dossier beside its state.

    Attributes:
        state: Folded state, None while nothing was accepted.
        custody: Replica that may do exclusive acts, ``OPEN`` when any PC may.
        exclusive_gseq: Place in the feed of the last accepted exclusive act; 0 before the first.
        exclusive_by: Replica that wrote it.
        refused: Per replica: place and id of its last event here that was not accepted.
    """

    state: Dossier | None = None
    custody: str = OPEN
    exclusive_gseq: int = 0
    exclusive_by: str = ""
    refused: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def judge(event: Event, standing: Standing, gseq: int, code_owner: str = "") -> tuple[Verdict, Standing]:
    """Return the verdict on an event about a dossier, and what is known of the dossier after it.

    Args:
        event: The event; its chain and signature are checked by the caller.
        standing: What is known of its dossier.
        gseq: The place the event takes in the feed.
        code_owner: Id of the dossier that has the code this event gives, "" when the code is free or none is given.
    """
    verdict, state = _judged(event, standing, code_owner)
    if verdict.is_accepted:
        return verdict, replace(follow(standing, event, gseq), state=state)
    refused = {**standing.refused, event.envelope.replica_id: (gseq, event.envelope.event_id)}
    return verdict, replace(standing, refused=refused)


def follow(standing: Standing, event: Event, gseq: int) -> Standing:
    """Return custody and last exclusive act after an accepted event; the state is left to the caller."""
    kind, replica = type(event.fact), event.envelope.replica_id
    if kind in ADDITIVE:
        return standing
    custody = OPEN if kind in RELEASING else replica
    if isinstance(event.fact, CustodyTaken):
        custody = event.fact.replica_id
    elif kind in _KEEPING:
        custody = standing.custody
    return replace(standing, custody=custody, exclusive_gseq=gseq, exclusive_by=replica)


def given_code(fact: Fact) -> str:
    """Return the code a fact gives to its dossier, "" when it gives none."""
    return fact.code if isinstance(fact, Received | CodeBound) else ""


def _judged(event: Event, standing: Standing, code_owner: str) -> tuple[Verdict, Dossier | None]:
    envelope, kind, state = event.envelope, type(event.fact), standing.state
    refused_at, refused_id = standing.refused.get(envelope.replica_id, (0, ""))
    if refused_at > envelope.base_gseq and (kind not in ADDITIVE or state is None):
        return Verdict(VerdictKind.BLOCKED, "rests_on_refused", refused_id), state
    if code_owner and code_owner != envelope.dossier_id:
        return Verdict(VerdictKind.REJECTED, "code_taken"), state
    if kind not in ADDITIVE and state is not None:
        objection = _objection(event, standing, state)
        if objection:
            return Verdict(VerdictKind.REJECTED, objection), state
    try:
        return ACCEPTED, apply(state, event)
    except DamagedData:
        return Verdict(VerdictKind.REJECTED, "does_not_apply"), state


def _objection(event: Event, standing: Standing, state: Dossier) -> str:
    """Return why an exclusive act may not follow, "" when it may."""
    envelope, fact = event.envelope, event.fact
    if _shows_knowledge(fact, state):
        return ""
    is_foreign = standing.exclusive_by != envelope.replica_id
    if is_foreign and standing.exclusive_gseq > envelope.base_gseq:
        return "conflict"
    is_free = isinstance(fact, CustodyTaken | CustodyAssigned | HandoverConfirmed)
    if not is_free and standing.custody not in (OPEN, envelope.replica_id):
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
