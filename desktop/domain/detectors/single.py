"""Tricks that show in the history of one dossier: each detector looks at one act, before and after."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from desktop.domain.acts.checks import has_signed_result
from desktop.domain.deadlines import due_after_wait, is_late
from desktop.domain.detectors.findings import Finding, Severity, Subject, Trick
from desktop.domain.detectors.scene import Scene, Step
from desktop.domain.dossiers import CustodianKind, Dossier, Proof, Relation
from desktop.domain.errors import UserError
from desktop.domain.events import Event
from desktop.domain.facts.counter import Corrected, Received, ResultReady, Returned
from desktop.domain.facts.way import Apologised, WaitClosed, WaitOpened
from desktop.domain.vietnamese import local
from desktop.domain.way import AttachmentRole, DecisionKind, SigningMeans, WaitKind

Detector = Callable[[Step, Scene], Iterator[Finding]]

_MINUTE: Final = timedelta(minutes=1)
_TIME_ORDERED: Final = 7


def returned_without_proof(step: Step, _scene: Scene) -> Iterator[Finding]:
    """1: a result was given with nothing that proves it, or to nobody."""
    fact = step.event.fact
    if not isinstance(fact, Returned):
        return
    if lacking := lacking_proof(fact):
        yield step.found(Trick.NO_PROOF, Severity.GRAVE, lacking, proof=fact.proof.value)


def lacking_proof(fact: Returned) -> str:
    """Return what a return lacks, "" when it is proven: a dash or a dot proves nothing."""
    if not _says_something(fact.recipient.name):
        return "nobody"
    is_shown = fact.proof is Proof.PHOTO and bool(fact.proof_sha256)
    if not is_shown and not _says_something(fact.proof_reference):
        return "no_reference"
    if fact.relation is Relation.AUTHORISED and not _says_something(fact.authorisation):
        return "no_authorisation"
    return ""


def _says_something(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def never_at_counter(step: Step, scene: Scene) -> Iterator[Finding]:
    """3: a return was logged although the counter did not have the result."""
    if not isinstance(step.event.fact, Returned):
        return
    before, at = step.before, step.event.envelope.acted_at
    counters = {scene.counter, step.counter}
    holder = before.custodian
    section = scene.sections.get(holder.holder, "") if holder.kind is CustodianKind.USER else holder.holder
    is_there = section in counters and before.solved_at is not None
    if is_there:
        return
    left = int((before.due_at - at) / _MINUTE)
    is_close = 0 <= left <= scene.thresholds.minutes_before_due
    severity = Severity.GRAVE if is_close or before.solved_at is None else Severity.DOUBTFUL
    reason = "not_ready" if before.solved_at is None else "elsewhere"
    yield step.found(Trick.NEVER_AT_COUNTER, severity, reason, due_at=before.due_at, minutes_left=left)


def second_supplement(step: Step, scene: Scene) -> Iterator[Finding]:
    """5: papers were asked for more often than the rule pack allows."""
    fact = step.event.fact
    clock = scene.clock_of(step.before)
    if clock is None or not _is_supplement(fact):
        return
    asked = sum(wait.kind is WaitKind.SUPPLEMENT for wait in step.after.waits)
    if asked > clock.supplement_limit:
        by_leader = step.event.envelope.actor in scene.leaders
        severity = Severity.DOUBTFUL if by_leader else Severity.GRAVE
        yield step.found(Trick.SECOND_SUPPLEMENT, severity, "again", times=asked, allowed=clock.supplement_limit)


def last_day_supplement(step: Step, scene: Scene) -> Iterator[Finding]:
    """6: papers were asked for when the deadline came; a dossier due on the day it came in has no other day."""
    if not _is_supplement(step.event.fact):
        return
    before, on = step.before, _day(step.event.envelope.acted_at)
    due_on = _day(before.due_at)
    first = due_on - timedelta(days=scene.thresholds.last_days)
    is_over = is_late(step.event.envelope.acted_at, before.due_at, before.procedure.limit.unit)
    if first <= on <= due_on and before.received_on != due_on and not is_over:
        yield step.found(Trick.LAST_DAY_SUPPLEMENT, Severity.DOUBTFUL, "last_day", due_at=before.due_at)


def late_pause(step: Step, _scene: Scene) -> Iterator[Finding]:
    """7: the clock was stopped when the dossier was late already."""
    fact, at = step.event.fact, step.event.envelope.acted_at
    due, unit = step.before.due_at, step.before.procedure.limit.unit
    if isinstance(fact, WaitOpened) and step.after.waits[-1].stops_clock and is_late(at, due, unit):
        late_days = (_day(at) - _day(due)).days
        yield step.found(Trick.LATE_PAUSE, Severity.GRAVE, fact.kind.value, due_at=due, late_days=late_days)


def silent_promise(step: Step, scene: Scene) -> Iterator[Finding]:
    """8: what the citizen was told, or what the law demands, moved later without the paper that may move it."""
    fact = step.event.fact
    reason = ""
    if isinstance(fact, Corrected):
        reason = _corrected_away(step, scene)
    elif isinstance(fact, WaitOpened):
        clock = scene.clock_of(step.before)
        reason = "effect" if clock is not None and fact.effect is not getattr(clock, fact.kind.value) else ""
    elif isinstance(fact, WaitClosed):
        reason = _waited_away(step, fact, scene)
    elif isinstance(fact, Apologised):
        reason = _apologised_away(step, fact, scene)
    if reason:
        is_weak = reason == "date_only" and step.event.envelope.actor in scene.leaders
        severity = Severity.DOUBTFUL if is_weak else Severity.GRAVE
        before, after = step.before, step.after
        yield step.found(
            Trick.SILENT_PROMISE,
            severity,
            reason,
            old=max(before.promised_at, before.due_at),
            new=max(after.promised_at, after.due_at),
        )


def _corrected_away(step: Step, scene: Scene) -> str:
    """Return what is wrong about a correction: a later day needs a leader, another time limit, and time left."""
    before, after = step.before, step.after
    if after.due_at <= before.due_at:
        return ""
    if step.event.envelope.actor not in scene.leaders:
        return "no_leader"
    if is_late(step.event.envelope.acted_at, before.due_at, before.procedure.limit.unit):
        return "after_due"
    return "date_only" if after.procedure.limit == before.procedure.limit else ""


def _waited_away(step: Step, fact: WaitClosed, scene: Scene) -> str:
    before, after = step.before, step.after
    wait = next((each for each in before.waits if each.wait_id == fact.wait_id), None)
    if after.due_at <= before.due_at:
        return ""
    if wait is None or not wait.stops_clock:
        return "no_wait"
    if after.promised_at == before.promised_at and before.receipt.number > 0 and after.due_at > before.promised_at:
        return "no_receipt"
    clock = scene.clock_of(before)
    if clock is None or scene.calendar is None:
        return ""
    span = (min(wait.began_at, step.event.envelope.acted_at), step.event.envelope.acted_at)
    try:
        lawful = due_after_wait(wait.effect, before.due_at, before.procedure.limit, span, scene.calendar, clock).due_at
    except UserError:  # a calendar that ends before the day says nothing
        return ""
    return "too_far" if after.due_at > lawful + timedelta(days=scene.thresholds.moved_slack_days) else ""


def _apologised_away(step: Step, fact: Apologised, scene: Scene) -> str:
    clock = scene.clock_of(step.before)
    if fact.form.number <= 0:
        return "no_form"
    return "again" if clock is not None and len(step.after.apologies) > clock.reappointment_limit else ""


def no_result(step: Step, scene: Scene) -> Iterator[Finding]:
    """11: the result was put at the counter although nobody had approved or signed one."""
    before = step.before
    if not isinstance(step.event.fact, ResultReady) or before.is_immediate:
        return
    reason = _lacks_result(before, scene)
    if reason:
        yield step.found(Trick.NO_RESULT, Severity.GRAVE, reason, due_at=before.due_at)


def _lacks_result(before: Dossier, scene: Scene) -> str:
    decision = before.decision
    if decision is None or decision.kind is not DecisionKind.APPROVED:
        return "not_approved"
    if decision.means is SigningMeans.DIGITAL and not has_signed_result(before):
        return "not_signed"
    kept = {AttachmentRole.DRAFT, AttachmentRole.SIGNED}
    has_file = any(file.role in kept for file in before.attachments)
    return "no_file" if scene.thresholds.needs_result_file and not has_file else ""


def back_dated(event: Event, scene: Scene) -> Iterator[Finding]:
    """9: a receipt says another day than its code or its id; what its place in the log says is for the clock."""
    fact, envelope = event.fact, event.envelope
    if not isinstance(fact, Received):
        return
    allowed = timedelta(minutes=scene.thresholds.back_dated_minutes)
    made_at = None if envelope.replaces else made(envelope.event_id)
    subject = (Subject(envelope.dossier_id, fact.code),)
    actors = (envelope.actor,) if envelope.actor else ()
    severity, at = Severity.GRAVE, envelope.acted_at
    told = (Trick.BACK_DATED, severity, envelope.event_id, at, actors, subject)
    if fact.day != _day(at):
        yield Finding(*told, "other_day", (("received_at", at), ("code_day", fact.day.strftime("%d/%m/%Y"))))
    elif made_at is not None and abs(made_at - at) > allowed:
        yield Finding(*told, "other_id", (("received_at", at), ("made_at", made_at)))


def made(event_id: str) -> datetime | None:
    """Return when an id was made, None for an id that does not say."""
    try:
        uuid = UUID(event_id)
    except ValueError:
        return None
    if uuid.version != _TIME_ORDERED:
        return None
    return _EPOCH + timedelta(milliseconds=uuid.int >> 80)


_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

DETECTORS: Final[Mapping[Trick, Detector]] = {
    Trick.NO_PROOF: returned_without_proof,
    Trick.NEVER_AT_COUNTER: never_at_counter,
    Trick.SECOND_SUPPLEMENT: second_supplement,
    Trick.LAST_DAY_SUPPLEMENT: last_day_supplement,
    Trick.LATE_PAUSE: late_pause,
    Trick.SILENT_PROMISE: silent_promise,
    Trick.NO_RESULT: no_result,
}


def _is_supplement(fact: object) -> bool:
    return isinstance(fact, WaitOpened) and fact.kind is WaitKind.SUPPLEMENT


def _day(at: datetime) -> date:
    return local(at).date()
