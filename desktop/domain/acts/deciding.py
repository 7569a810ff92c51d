"""Put a dossier before the leaders; approve it, send it back, or decide against it.

Source: Decree 61/2018/NĐ-CP art. 19; Decree 30/2020/NĐ-CP art. 13; ASVS 5.0 2.3.5 (author and approver differ).
"""

from collections.abc import Iterable
from dataclasses import replace

from desktop.domain.acts.checks import (
    holder_name,
    holds,
    need_custody,
    need_holder,
    need_open,
    need_reason,
    need_running,
)
from desktop.domain.authority import Delegation, find_authority
from desktop.domain.content import content_hash
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import DossierFact
from desktop.domain.facts.way import Approved, FileAttached, Rejected, SentBack, Submitted
from desktop.domain.rules import Rules
from desktop.domain.vietnamese import local, screen_datetime
from desktop.domain.way import AttachmentRole, AuthorityUsed, DecisionKind, Submission
from desktop.domain.way_commands import Approve, AttachFile, Reject, SendBack, Submit

_SUBMITTABLE = frozenset({Status.WITH_SECTION, Status.IN_PROGRESS})
_MOST_FILES = 50


def decide_attach(state: Dossier, command: AttachFile, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what attaching a file makes happen; a draft only by who holds the paper.

    Raises:
        Conflict: ``dossier_closed``, ``not_custodian``, ``on_open_slip``, ``still_submitted`` for a draft while the
            leaders read another.
        UserError: ``too_many_files``.
    """
    role = command.attachment.role
    if role is AttachmentRole.DRAFT:
        need_open(state)
        need_custody(state, rules)
        if state.base_status is Status.SUBMITTED:
            raise Conflict("still_submitted", code=state.code)
    elif state.is_closed:
        raise Conflict("dossier_closed", code=state.code, status=state.status.value)
    if len(state.attachments) >= _MOST_FILES:
        raise UserError("too_many_files", most=_MOST_FILES)
    return (FileAttached(command.attachment),)


def decide_submit(state: Dossier, command: Submit, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what putting a dossier before the leaders makes happen.

    Raises:
        Conflict: ``dossier_closed``, ``not_at_section`` before the section has the paper, ``still_submitted``,
            ``still_waiting``, ``not_custodian``, ``on_open_slip``, ``rejected_already``.
        UserError: ``unknown_holder`` in a unit without a section of leaders: nobody would hold the paper.
    """
    need_open(state)
    if state.base_status in (Status.SUBMITTED, Status.APPROVED):
        raise Conflict("still_submitted", code=state.code)
    if state.base_status not in _SUBMITTABLE:
        raise Conflict("not_at_section", code=state.code, holder=holder_name(state.custodian, rules))
    need_custody(state, rules)
    need_running(state)
    if state.decision is not None and state.decision.kind is DecisionKind.REJECTED:
        raise Conflict("rejected_already", code=state.code)
    facts: tuple[DossierFact, ...] = ()
    if command.draft is not None:
        facts = decide_attach(state, AttachFile(command.draft), rules)
        # The submission is made on the dossier with the draft that comes with it.
        state = replace(state, attachments=(*state.attachments, command.draft))
    leaders = need_holder(Custodian(CustodianKind.SECTION, rules.unit.leaders()), rules.unit, rules.users)
    return (*facts, Submitted(leaders, content_hash(state), command.note.strip()))


def decide_approve(
    state: Dossier, command: Approve, delegations: Iterable[Delegation], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what an approval makes happen.

    Raises:
        Conflict: ``not_submitted``, ``not_custodian``, ``own_work``, ``content_changed``, ``still_waiting``,
            ``apology_missing`` for a late dossier nobody apologised for.
        UserError: see :func:`desktop.domain.authority.find_authority`.
    """
    delegations = tuple(delegations)
    submission = _need_submitted(state, rules, delegations)
    current = content_hash(state)
    if current != submission.content_hash or command.content_hash not in ("", current):
        raise Conflict("content_changed", code=state.code)
    need_running(state)
    need_apology(state, rules)
    return (Approved(current, authority_for(state, delegations, rules), command.means),)


def decide_send_back(
    state: Dossier, command: SendBack, delegations: Iterable[Delegation], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what sending a dossier back makes happen; also the way to undo a decision nobody has acted on.

    A leader may always; whom the chair let sign may where he could sign.

    Raises:
        Conflict: ``not_submitted``, ``not_custodian``, ``own_work``.
        UserError: ``missing_reason``; ``no_authority`` to undo a decision for anybody but a leader and who took it;
            see :func:`desktop.domain.authority.find_authority`.
    """
    decision = state.decision
    is_decided = decision is not None and decision.kind is not DecisionKind.SENT_BACK
    if decision is not None and is_decided and state.base_status in (Status.APPROVED, Status.IN_PROGRESS):
        if state.submission is not None and state.submission.by == rules.actor.user_id:
            raise Conflict("own_work", code=state.code)
        if rules.actor.user_id != decision.by and rules.actor.section != rules.unit.leaders():
            raise UserError("no_authority", name=rules.actor.name)
        return (SentBack(need_reason(command.reason)),)
    delegations = tuple(delegations)
    _need_submitted(state, rules, delegations)
    if not holds(rules.actor, state.custodian):
        authority_for(state, delegations, rules)
    return (SentBack(need_reason(command.reason)),)


def decide_reject(
    state: Dossier, command: Reject, delegations: Iterable[Delegation], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what a decision against the request makes happen: the author writes the refusal.

    Raises:
        Conflict: ``not_submitted``, ``not_custodian``, ``own_work``, ``apology_missing``.
        UserError: ``missing_reason``; see :func:`desktop.domain.authority.find_authority`.
    """
    delegations = tuple(delegations)
    _need_submitted(state, rules, delegations)
    need_apology(state, rules)
    return (Rejected(need_reason(command.reason), authority_for(state, delegations, rules)),)


def authority_for(state: Dossier, delegations: Iterable[Delegation], rules: Rules) -> AuthorityUsed:
    """Return the right under which the actor signs for a dossier today."""
    return find_authority(
        rules.actor, state.procedure.code, state.procedure.field, local(rules.now).date(), delegations, rules.pack
    )


def need_apology(state: Dossier, rules: Rules) -> None:
    """Refuse a decision on a late dossier while nobody has apologised.

    An apology after its day opens the way too, marked as late; when the new day passes as well, no second one is
    asked for (docs/decisions/0006).

    Raises:
        Conflict: ``apology_missing``.
    """
    if is_late(rules.now, state.due_at, state.procedure.limit.unit) and not state.apologies:
        raise Conflict("apology_missing", code=state.code, due_at=screen_datetime(state.due_at))


def _need_submitted(state: Dossier, rules: Rules, delegations: tuple[Delegation, ...]) -> Submission:
    if state.base_status is not Status.SUBMITTED or state.submission is None:
        raise Conflict("not_submitted", code=state.code, status=state.status.value)
    # Whom the chair let sign need not sit in the leaders' section; whether he may today says find_authority.
    is_delegate = any(each.delegate == rules.actor.user_id for each in delegations)
    if not is_delegate and not holds(rules.actor, state.custodian):
        raise Conflict("not_custodian", code=state.code, holder=holder_name(state.custodian, rules))
    if state.submission.by == rules.actor.user_id:
        raise Conflict("own_work", code=state.code)
    return state.submission
