"""End a dossier without its result: refuse it, give it back at the citizen's wish; or turn a citizen away.

Source: Decree 61/2018/NĐ-CP art. 17.1 (three exits of the reception), 19.8 (a refusal is written, with its reason,
inside the deadline), 20.2 (originals go back).
"""

from desktop.domain.acts.checks import need_custody, need_open, need_originals, need_reason
from desktop.domain.acts.receiving import snapshot
from desktop.domain.acts.waiting import gaps_of
from desktop.domain.dossiers import Channel, Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import DossierFact
from desktop.domain.facts.unit import TurnedAway
from desktop.domain.facts.way import CitizenNotified, Refused, Withdrawn
from desktop.domain.rules import Rules
from desktop.domain.way import AuthorityUsed, DecisionKind, FormNumber, MissingPaper
from desktop.domain.way_commands import Gap, NotifyCitizen, Refuse, TurnAway, Withdraw

_BEFORE_DECISION = frozenset({Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS})


def decide_refuse(state: Dossier, command: Refuse, form: FormNumber, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what a refusal makes happen.

    The counter refuses what it still holds itself; once a section has worked on it, the leaders decide first.

    Raises:
        Conflict: ``dossier_closed``, ``still_submitted``, ``not_custodian``, ``on_open_slip``,
            ``refusal_needs_decision``.
        UserError: ``missing_reason``, ``unknown_component``, ``originals_not_returned``.
    """
    need_open(state)
    if state.base_status not in _BEFORE_DECISION:
        raise Conflict("still_submitted", code=state.code)
    need_custody(state, rules)
    authority: AuthorityUsed | None = None
    if state.decision is not None and state.decision.kind is DecisionKind.REJECTED:
        authority = state.decision.authority
    elif state.base_status is not Status.RECEIVED or state.custody_since != state.received_at:
        # Also once the paper has come back from a section.
        raise Conflict("refusal_needs_decision", code=state.code)
    need_originals(state, command.originals_returned)
    return (
        Refused(
            form=form,
            reason=need_reason(command.reason),
            legal_basis=command.legal_basis.strip(),
            originals_returned=command.originals_returned,
            authority=authority,
        ),
    )


def decide_withdraw(state: Dossier, command: Withdraw, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what giving a dossier back at the citizen's wish makes happen.

    Raises:
        Conflict: ``dossier_closed``, ``still_submitted``, ``not_custodian``, ``on_open_slip``.
        UserError: ``missing_reason``, ``unknown_component``, ``originals_not_returned`` naming what is still here.
    """
    need_open(state)
    if state.base_status not in _BEFORE_DECISION:
        raise Conflict("still_submitted", code=state.code)
    need_custody(state, rules)
    need_originals(state, command.originals_returned)
    return (Withdrawn(need_reason(command.reason), command.originals_returned),)


def decide_turn_away(command: TurnAway, paper_id: str, form: FormNumber, rules: Rules) -> TurnedAway:
    """Return what sending a citizen home with Mẫu 02 or 03 makes happen; no code is spent.

    Mẫu 02 names every required component that was not handed in, and what the clerk adds.

    Raises:
        UserError: ``missing_name``, ``missing_reason``, ``nothing_missing``, ``unknown_component``.
    """
    if not command.owner.name.strip():
        raise UserError("missing_name", field="applicant.name")
    procedure = command.procedure
    names = {component.code: component.name for component in procedure.components}
    missing: tuple[MissingPaper, ...] = ()
    if not command.is_refusal:
        missing = gaps_of((*_lacking(command), *command.missing), procedure.code, names)
    return TurnedAway(
        paper_id=paper_id,
        form=form,
        pack=rules.pack.id,
        procedure=snapshot(procedure, command.channel),
        owner=command.owner,
        submitter=command.submitter,
        missing=missing,
        reason=need_reason(command.reason),
        legal_basis=command.legal_basis.strip(),
    )


def decide_notify(command: NotifyCitizen) -> tuple[DossierFact, ...]:
    """Return the record that the citizen was told.

    Raises:
        UserError: ``missing_reason`` when nothing is said.
    """
    return (CitizenNotified(command.channel.strip(), need_reason(command.text)),)


def _lacking(command: TurnAway) -> tuple[Gap, ...]:
    """Return the required components that were not handed in and that nobody has named yet."""
    came = {count.code for count in command.components if count.originals + count.certified + count.copies}
    named = {gap.code for gap in command.missing}
    electronic = command.channel is Channel.ONLINE
    return tuple(
        Gap(component.code)
        for component in command.procedure.components
        if component.required and component.code not in came and component.code not in named and not electronic
    )
