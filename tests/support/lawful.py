"""Say, apart from the program, what may happen to a dossier: judged from the log, not from the acts that wrote it.

Every rule is written a second time here, from the regulation's side: a guard that is switched off in
:mod:`desktop.domain.acts` lets a fact into the log that :func:`judge` objects to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from desktop.domain.authority import Delegation
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.content import content_hash
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Channel, Custodian, CustodianKind, Dossier, FeeMethod, Party, Relation, Status
from desktop.domain.events import Event, Fact
from desktop.domain.facts.counter import Corrected, FeeTaken, Received, ResultReady, Returned
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    Refused,
    Rejected,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.fold import apply
from desktop.domain.rules import Rules
from desktop.domain.slips import Slip
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import fold as folded_text
from desktop.domain.vietnamese import local
from desktop.domain.way import AttachmentRole, AuthorityUsed, DecisionKind, SigningForm, SigningMeans, WaitKind

WORK = {Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS}
OPEN = WORK | {Status.SUBMITTED, Status.APPROVED}
LEADERS = {Role.CHAIR, Role.VICE_CHAIR}
SHORTEST_REASON = 5
#: Judged by rules of their own; a slip that is taken back says so even to what a leader took off it long ago.
_ELSEWHERE = (Returned, FeeTaken, FileAttached, HandoverDropped)


@dataclass(frozen=True, slots=True)
class Scene:
    """Hold what an act is judged by.

    Attributes:
        rules: Of the actor, at the instant, by the dossier's pack.
        slips: Every slip as it was before the act, by id.
        reworked: Whether the dossier has ever left the counter.
    """

    rules: Rules
    slips: Mapping[str, Slip]
    delegations: tuple[Delegation, ...] = ()
    reworked: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def actor(self) -> User:
        """Return who acts."""
        return self.rules.actor

    def need(self, holds: object, what: str) -> None:
        """Note what does not hold."""
        if not holds:
            self.wrong.append(what)

    def has(self, custodian: Custodian) -> bool:
        """Tell whether the actor has what a custodian holds."""
        if custodian.kind is CustodianKind.USER:
            return custodian.holder == self.actor.user_id
        return custodian.kind is CustodianKind.SECTION and custodian.holder == self.actor.section

    def known(self, custodian: Custodian) -> bool:
        """Tell whether somebody can hold papers."""
        if custodian.kind is CustodianKind.SECTION:
            return custodian.holder in {section.code for section in self.rules.unit.sections}
        return custodian.holder in {user.user_id for user in self.rules.users if user.is_active}

    def held(self, before: Dossier) -> None:
        """Demand that the paper is in the actor's hands and on no slip."""
        self.need(self.has(before.custodian), "a stranger acts on a paper")
        self.need(not before.offered_on, "a paper on a slip is acted on")

    def going_on(self, before: Dossier) -> None:
        """Demand that nothing holds up the work."""
        self.need(not held_up(before), "work goes on while it is held up")

    def reason(self, text: str) -> None:
        """Demand a reason."""
        self.need(len(text.strip()) >= SHORTEST_REASON, "no reason")

    def apology(self, before: Dossier) -> None:
        """Demand an apology for what is late."""
        late = is_late(self.rules.now, before.due_at, before.procedure.limit.unit)
        self.need(before.apologies or not late, "a late dossier is decided without an apology")

    def authority(self, before: Dossier, used: AuthorityUsed) -> None:
        """Demand that a signature stands in a right that covers dossier and day."""
        own = Role.CHAIR in self.actor.roles
        self.need(own == (used.form is SigningForm.OWN), "a form of signing that is not his")
        if own:
            return
        mine = next((each for each in self.delegations if each.delegation_id == used.delegation_id), None)
        on = local(self.rules.now).date()
        self.need(mine and mine.delegate == self.actor.user_id, "a delegation of somebody else")
        if mine:
            self.need(_is_in_force(mine, on), "a delegation that is not in force")
            self.need(_is_about(mine, before), "a delegation about other matters")

    def may_sign(self, before: Dossier) -> bool:
        """Tell whether somebody's right to sign covers dossier and day."""
        on = local(self.rules.now).date()
        mine = [each for each in self.delegations if each.delegate == self.actor.user_id]
        return any(_is_in_force(each, on) and _is_about(each, before) for each in mine)

    def originals(self, before: Dossier, returned: Iterable[str]) -> None:
        """Demand that every original goes back, and nothing else."""
        given = {line.code or line.name for line in before.components if line.originals}
        self.need(set(returned) == given, "originals stay behind")


def _is_in_force(delegation: Delegation, on: date) -> bool:
    ends, revoked_on = delegation.to_on, delegation.revoked_on
    last = ends if revoked_on is None else min(revoked_on, ends or revoked_on)
    is_over = last is not None and (on > last if revoked_on is None else on >= last)
    return delegation.from_on <= on and not is_over


def _is_about(delegation: Delegation, dossier: Dossier) -> bool:
    is_about_all = not (delegation.fields or delegation.procedures)
    return (
        is_about_all
        or dossier.procedure.field in delegation.fields
        or (dossier.procedure.code in delegation.procedures)
    )


def held_up(state: Dossier) -> bool:
    """Tell whether a wait holds up the work."""
    holding = {WaitKind.SUPPLEMENT, WaitKind.OBLIGATION, WaitKind.STOP}
    return any(wait.kind in holding or wait.effect is not ClockEffect.NONE for wait in state.open_waits)


def judge(before: Dossier, fact: Fact, scene: Scene) -> list[str]:
    """Return what is wrong about a fact that was recorded for a dossier."""
    rule = _RULES.get(type(fact))
    if rule is not None:
        scene.need(before.base_status in OPEN or isinstance(fact, _ELSEWHERE), "it is over")
        rule(before, fact, scene)
    return scene.wrong


def folded(before: Dossier | None, event: Event) -> Dossier:
    """Return the state after an event."""
    return apply(before, event)


def is_twin(state: Dossier, owner: Party, procedure: str) -> bool:
    """Tell whether an open dossier is about the same for the same person."""
    same = (state.owner.id_number, state.owner.name) == (owner.id_number, owner.name)
    return not state.is_closed and same and state.procedure.code == procedure


def judge_receipt(fact: Received, others: Iterable[Dossier]) -> list[str]:
    """Return what is wrong about a receipt."""
    wrong = []
    has_twin = any(is_twin(state, fact.owner, fact.procedure.code) for state in others)
    if has_twin and len(fact.duplicate_reason.strip()) < SHORTEST_REASON:
        wrong.append("a twin without a reason")
    if not fact.owner.name.strip() or not fact.submitter.party.name.strip():
        wrong.append("received from nobody")
    if fact.channel is not Channel.ONLINE and any(line.required and not line.total for line in fact.components):
        wrong.append("received without its papers")
    if fact.sets < 1:
        wrong.append("nothing was received")
    return wrong


def _offered(before: Dossier, fact: HandoverOffered, scene: Scene) -> None:
    scene.held(before)
    scene.need(before.base_status is not Status.SUBMITTED, "a submitted dossier is handed on")
    scene.need(fact.to != before.custodian and scene.known(fact.to), "handed to nobody")
    scene.need(fact.to != Custodian(CustodianKind.USER, scene.actor.user_id), "handed to oneself")


def _confirmed(before: Dossier, fact: HandoverConfirmed, scene: Scene) -> None:
    slip = scene.slips[fact.slip_id]
    scene.need(scene.has(fact.to) and fact.to == slip.to, "confirmed by a stranger")
    scene.need(scene.actor.user_id != slip.made_by, "giver and receiver are one")
    scene.need(slip.is_open, "a closed slip is confirmed")
    scene.need(before.offered_on == slip.name, "a dossier that is not on the slip passes")


def _dropped(_before: Dossier, fact: HandoverDropped, scene: Scene) -> None:
    slip = scene.slips[fact.slip_id]
    scene.need(slip.is_open, "a closed slip is taken back")
    if fact.reason == "withdrawn":
        scene.need(scene.actor.user_id == slip.made_by or scene.has(slip.giver), "taken back by a stranger")
    else:
        scene.need(scene.has(slip.to), "missed by a stranger")


def _assigned(before: Dossier, fact: CustodyAssigned, scene: Scene) -> None:
    scene.need(before.base_status is not Status.SUBMITTED, "a submitted dossier is moved")
    scene.need(scene.known(fact.to), "given to nobody")
    scene.reason(fact.reason)


def _wait_opened(before: Dossier, fact: WaitOpened, scene: Scene) -> None:
    clock = scene.rules.pack.clock
    is_supplement = fact.kind is WaitKind.SUPPLEMENT
    asked = sum(wait.kind is WaitKind.SUPPLEMENT for wait in before.waits)
    if is_supplement and asked >= clock.supplement_limit:
        scene.need(set(scene.actor.roles) & LEADERS, "papers are asked for again without a leader")
    else:
        scene.held(before)
    scene.need(before.base_status in WORK, "a wait after the work")
    scene.need(fact.effect is getattr(clock, fact.kind.value), "another effect than the pack's")
    if fact.effect is not ClockEffect.NONE or fact.kind in (WaitKind.SUPPLEMENT, WaitKind.OBLIGATION, WaitKind.STOP):
        scene.going_on(before)
    scene.need(not is_supplement or (fact.form and fact.missing), "papers are asked for without their form")
    asks = fact.kind in (WaitKind.OPINIONS, WaitKind.VERIFICATION)
    scene.need(fact.of or not asks, "nobody is asked")
    scene.reason(fact.reason)


def _wait_closed(before: Dossier, fact: WaitClosed, scene: Scene) -> None:
    wait = next((each for each in before.open_waits if each.wait_id == fact.wait_id), None)
    scene.need(wait, "a wait ends that is not open")
    if wait and wait.kind is WaitKind.SUPPLEMENT:
        had = {line.code: line.total for line in before.components}
        came = {line.code for line in fact.components if line.total > had.get(line.code, 0)}
        scene.need({paper.code for paper in wait.missing if paper.code} <= came, "papers still lack")


def _attached(before: Dossier, fact: FileAttached, scene: Scene) -> None:
    scene.need(not before.is_closed, "it is over")
    if fact.attachment.role is AttachmentRole.DRAFT:
        scene.held(before)
        scene.need(before.base_status in WORK | {Status.APPROVED}, "a draft under the leaders' eyes")


def _submitted(before: Dossier, fact: Submitted, scene: Scene) -> None:
    scene.held(before)
    scene.going_on(before)
    scene.need(before.base_status in (Status.WITH_SECTION, Status.IN_PROGRESS), "submitted from elsewhere")
    scene.need(fact.to.holder == scene.rules.unit.leaders(), "submitted to somebody else")
    scene.need(fact.content_hash == content_hash(before), "another content")
    rejected = before.decision is not None and before.decision.kind is DecisionKind.REJECTED
    scene.need(not rejected, "submitted after a rejection")


def _decided(before: Dossier, scene: Scene) -> None:
    submission = before.submission
    scene.need(before.base_status is Status.SUBMITTED and submission, "decided without a submission")
    scene.need(submission and submission.by != scene.actor.user_id, "author and leader are one")
    scene.need(scene.has(before.custodian) or _is_delegate(scene), "decided by a stranger")


def _is_delegate(scene: Scene) -> bool:
    return any(each.delegate == scene.actor.user_id for each in scene.delegations)


def _approved(before: Dossier, fact: Approved, scene: Scene) -> None:
    _decided(before, scene)
    seen = before.submission.content_hash if before.submission else ""
    scene.need(fact.content_hash == seen == content_hash(before), "something else was submitted")
    scene.going_on(before)
    scene.apology(before)
    scene.authority(before, fact.authority)


def _sent_back(before: Dossier, fact: SentBack, scene: Scene) -> None:
    scene.reason(fact.reason)
    author = before.submission.by if before.submission else ""
    scene.need(author and author != scene.actor.user_id, "author and leader are one")
    decision = before.decision
    if decision is not None and decision.kind is not DecisionKind.SENT_BACK:
        leads = scene.actor.section == scene.rules.unit.leaders()
        scene.need(leads or scene.actor.user_id == decision.by, "a decision undone by a stranger")
    else:
        scene.need(before.base_status is Status.SUBMITTED, "sent back before it was submitted")
        scene.need(scene.has(before.custodian) or scene.may_sign(before), "sent back by a stranger")


def _rejected(before: Dossier, fact: Rejected, scene: Scene) -> None:
    _decided(before, scene)
    scene.reason(fact.reason)
    scene.apology(before)
    scene.authority(before, fact.authority)


def _is_at_work(at: datetime, scene: Scene) -> bool:
    calendar = scene.rules.calendar
    hours = calendar.sessions_on(at.date()) if calendar.is_working_day(at.date()) else ()
    return any(session.opens <= at.time() <= session.closes for session in hours)


def _apologised(before: Dossier, fact: Apologised, scene: Scene) -> None:
    clock = scene.rules.pack.clock
    scene.need(len(before.apologies) < clock.reappointment_limit, "an apology too many")
    scene.need(fact.new_promise > max(before.promised_at, scene.rules.now), "no later day")
    scene.need(_is_at_work(local(fact.new_promise), scene), "an hour is promised at which nobody works")
    scene.reason(fact.reason)
    scene.authority(before, fact.authority)


def _refused(before: Dossier, fact: Refused, scene: Scene) -> None:
    scene.held(before)
    scene.need(before.base_status in WORK, "refused after the work")
    rejected = before.decision is not None and before.decision.kind is DecisionKind.REJECTED
    untouched = before.base_status is Status.RECEIVED and not scene.reworked
    scene.need(rejected or untouched, "refused without a decision")
    scene.originals(before, fact.originals_returned)
    scene.reason(fact.reason)


def _withdrawn(before: Dossier, fact: Withdrawn, scene: Scene) -> None:
    scene.held(before)
    scene.need(before.base_status in WORK, "withdrawn after the work")
    scene.originals(before, fact.originals_returned)
    scene.reason(fact.reason)


def _ready(before: Dossier, _fact: ResultReady, scene: Scene) -> None:
    decision = before.decision
    if before.is_immediate and before.version <= 2:
        return
    scene.held(before)
    scene.going_on(before)
    approved = decision is not None and decision.kind is DecisionKind.APPROVED
    scene.need(approved and before.base_status is Status.APPROVED, "a result nobody approved")
    if decision is not None:
        scene.need(decision.content_hash == content_hash(before), "another content was approved")
        later = before.attachments[decision.files_before :]
        signed = any(file.role is AttachmentRole.SIGNED for file in later)
        scene.need(signed or decision.means is SigningMeans.PAPER, "a result that is not signed")


def _returned(before: Dossier, fact: Returned, scene: Scene) -> None:
    scene.need(before.status is Status.RESULT_READY, "given before it was ready")
    scene.need(fact.recipient.name.strip(), "given to nobody")
    scene.need(fact.proof_reference.strip(), "given without a proof")
    scene.need(before.owed_vnd == 0, "given before it was paid")
    if before.is_immediate:
        return
    scene.need(scene.has(before.custodian), "given by a stranger")
    owner, recipient = before.owner, fact.recipient
    if fact.relation is Relation.AUTHORISED:
        scene.need(fact.authorisation.strip() and recipient.id_number.strip(), "given without an authorisation")
    elif owner.id_number:
        same = (
            owner.id_number == recipient.id_number
            if recipient.id_number
            else folded_text(owner.name) == folded_text(recipient.name)
        )
        scene.need(same, "given to somebody else")
    scene.need(recipient.id_number or not fact.without_receipt_reason, "neither receipt nor identity")
    originals = {line.code or line.name for line in before.components if line.originals}
    scene.need(set(fact.originals_returned) <= originals, "papers go back that never came")


def _paid(before: Dossier, fact: FeeTaken, scene: Scene) -> None:
    if fact.method is FeeMethod.EXEMPT:
        scene.reason(fact.reason)
        scene.need(fact.amount_vnd == 0, "a waiver of money taken")
    else:
        scene.need(0 < fact.amount_vnd <= before.owed_vnd, "money nobody owes")


def _corrected(before: Dossier, fact: Corrected, scene: Scene) -> None:
    scene.reason(fact.reason)
    scene.need(fact.changes, "nothing is corrected")
    is_later = fact.due_at > before.due_at
    scene.need(not is_later or set(scene.actor.roles) & LEADERS, "a later deadline without a leader")


_RULES: dict[type, Callable[..., None]] = {
    HandoverOffered: _offered,
    HandoverConfirmed: _confirmed,
    HandoverDropped: _dropped,
    CustodyAssigned: _assigned,
    WaitOpened: _wait_opened,
    WaitClosed: _wait_closed,
    FileAttached: _attached,
    Submitted: _submitted,
    Approved: _approved,
    SentBack: _sent_back,
    Rejected: _rejected,
    Apologised: _apologised,
    Refused: _refused,
    Withdrawn: _withdrawn,
    ResultReady: _ready,
    Returned: _returned,
    FeeTaken: _paid,
    Corrected: _corrected,
}
