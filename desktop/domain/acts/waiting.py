"""Let a dossier wait, and let it go on: supplements, money, opinions, verifications, stops.

Source: Decree 61/2018/NĐ-CP art. 11.2c (papers are asked for once), 15.3 (everything at once), 19.4 (the time limit
begins anew once everything is there), 19.5 (opinions); what each wait does to the clock says the rule pack.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from desktop.domain.acts.checks import HOLDING, need_custody, need_open, need_reason, need_running
from desktop.domain.acts.receiving import check_count
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount
from desktop.domain.deadlines import ClockEffect, due_after_wait
from desktop.domain.dossiers import ComponentLine, Dossier, Status
from desktop.domain.errors import Conflict, UserError
from desktop.domain.events import DossierFact
from desktop.domain.facts.way import WaitClosed, WaitOpened
from desktop.domain.rules import Rules
from desktop.domain.users import Action, require
from desktop.domain.way import FormNumber, MissingPaper, Wait, WaitKind
from desktop.domain.way_commands import CloseWait, Gap, OpenWait, RequestSupplement

_AT_WORK = frozenset({Status.RECEIVED, Status.WITH_SECTION, Status.IN_PROGRESS})


def effect_of(kind: WaitKind, rules: Rules) -> ClockEffect:
    """Return what a wait does to the clock by the dossier's rule pack."""
    clock = rules.pack.clock
    return {
        WaitKind.SUPPLEMENT: clock.supplement,
        WaitKind.OBLIGATION: clock.obligation,
        WaitKind.OPINIONS: clock.opinions,
        WaitKind.VERIFICATION: clock.verification,
        WaitKind.STOP: clock.stop,
    }[kind]


def gaps_of(given: Sequence[Gap], procedure: str, names: dict[str, str]) -> tuple[MissingPaper, ...]:
    """Return gaps with their printed names.

    Raises:
        UserError: ``nothing_missing`` when there is none, ``unknown_component`` naming them.
    """
    found = tuple(dict.fromkeys(gap for gap in given if gap.code or gap.text.strip()))
    if not found:
        raise UserError("nothing_missing")
    strangers = sorted({gap.code for gap in found if gap.code} - names.keys())
    if strangers:
        raise UserError("unknown_component", components=strangers, procedure=procedure)
    return tuple(
        MissingPaper(gap.code, names[gap.code], gap.text.strip()) if gap.code else MissingPaper("", gap.text.strip())
        for gap in found
    )


def supplements_so_far(state: Dossier) -> int:
    """Return how often papers were asked for."""
    return sum(wait.kind is WaitKind.SUPPLEMENT for wait in state.waits)


def decide_request_supplement(
    state: Dossier, command: RequestSupplement, current: Procedure, new: tuple[str, FormNumber], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what asking for papers makes happen: Mẫu 02 with every gap at once.

    Args:
        state: The dossier.
        command: The gaps and the reason.
        current: Catalogue entry the dossier was received under.
        new: Id of the wait and number of the form.
        rules: The dossier's own rule pack.

    Raises:
        Conflict: ``dossier_closed``, ``still_submitted``, ``still_waiting``, ``not_custodian``, ``on_open_slip``.
        UserError: ``missing_reason``, ``nothing_missing``, ``unknown_component``; ``not_permitted`` for a second
            request by anybody but a leader.
    """
    need_open(state)
    _need_work(state)
    need_running(state)
    if supplements_so_far(state) >= rules.pack.clock.supplement_limit:
        require(rules.actor, Action.REQUEST_SUPPLEMENT_AGAIN)
    else:
        need_custody(state, rules)
    names = {component.code: component.name for component in current.components}
    missing = gaps_of(command.missing, state.procedure.code, names)
    wait_id, form = new
    return (
        WaitOpened(
            wait_id=wait_id,
            kind=WaitKind.SUPPLEMENT,
            effect=effect_of(WaitKind.SUPPLEMENT, rules),
            reason=need_reason(command.reason),
            legal_basis=command.legal_basis.strip(),
            missing=missing,
            form=form,
        ),
    )


def decide_open_wait(
    state: Dossier, command: OpenWait, new: tuple[str, FormNumber | None], rules: Rules
) -> tuple[DossierFact, ...]:
    """Return what beginning to wait makes happen.

    Raises:
        Conflict: ``dossier_closed``, ``still_submitted``, ``still_waiting`` (one wait that stops the clock at a time),
            ``not_custodian``, ``on_open_slip``.
        UserError: ``missing_reason``; ``missing_asked`` when nobody is named who is asked; ``nothing_missing`` for a
            supplement, which has its own command.
    """
    need_open(state)
    _need_work(state)
    need_custody(state, rules)
    effect = effect_of(command.kind, rules)
    if command.kind is WaitKind.SUPPLEMENT:
        # Papers are asked for with their form, which names them: decide_request_supplement.
        raise UserError("nothing_missing")
    if effect is not ClockEffect.NONE or command.kind in HOLDING:
        need_running(state)
    if command.kind in (WaitKind.OPINIONS, WaitKind.VERIFICATION) and not command.of.strip():
        raise UserError("missing_asked")
    wait_id, form = new
    return (
        WaitOpened(
            wait_id=wait_id,
            kind=command.kind,
            effect=effect,
            reason=need_reason(command.reason),
            legal_basis=command.legal_basis.strip(),
            of=command.of.strip(),
            answer_due=command.answer_due,
            form=form,
        ),
    )


def decide_close_wait(state: Dossier, command: CloseWait, current: Procedure, rules: Rules) -> tuple[DossierFact, ...]:
    """Return what the end of a wait makes happen: the deadline as the rule pack says, a new receipt when it moved.

    Raises:
        Conflict: ``not_waiting``.
        UserError: ``supplement_incomplete`` naming the papers that still lack, ``unknown_component``, ``bad_count``,
            ``calendar_not_covered``.
    """
    wait = next((each for each in state.open_waits if each.kind is command.kind), None)
    if wait is None:
        raise Conflict("not_waiting", code=state.code, kind=command.kind.value)
    components: tuple[ComponentLine, ...] = ()
    if command.kind is WaitKind.SUPPLEMENT:
        components = _with_papers(state, command.components, current)
        _need_complete(wait, command.components)
    due_at = moved_deadline(state, wait, rules.now, rules)
    is_told_anew = due_at != state.due_at and state.receipt.number > 0
    return (
        WaitClosed(
            wait_id=wait.wait_id,
            kind=wait.kind,
            due_at=due_at,
            receipt_version=state.receipt.version + is_told_anew,
            answer=command.answer.strip(),
            components=components,
        ),
    )


def moved_deadline(state: Dossier, wait: Wait, ended_at: datetime, rules: Rules) -> datetime:
    """Return the deadline after a wait."""
    began_at = min(wait.began_at, ended_at)  # a clock that was set back makes no wait of negative length
    limit = state.procedure.limit
    moved = due_after_wait(wait.effect, state.due_at, limit, (began_at, ended_at), rules.calendar, rules.pack.clock)
    return moved.due_at


def _need_work(state: Dossier) -> None:
    if state.base_status not in _AT_WORK:
        raise Conflict("still_submitted", code=state.code)


def _with_papers(state: Dossier, given: Sequence[ComponentCount], current: Procedure) -> tuple[ComponentLine, ...]:
    """Return all papers at hand once those of a supplement have come."""
    names = {component.code: component for component in current.components}
    strangers = sorted({count.code for count in given if count.code} - names.keys())
    if strangers:
        raise UserError("unknown_component", components=strangers, procedure=state.procedure.code)
    lines = list(state.components)
    for count in given:
        name = names[count.code].name if count.code else count.name.strip()
        if not name:
            raise UserError("missing_reason", least=1)
        found = (n for n, line in enumerate(lines) if line.code == count.code and (count.code or line.name == name))
        at = next(found, len(lines))
        if at == len(lines):
            lines.append(ComponentLine(count.code, name, bool(count.code) and names[count.code].required))
        lines[at] = _added(lines[at], count)
    return tuple(lines)


def _added(known: ComponentLine, count: ComponentCount) -> ComponentLine:
    for field, value in (("originals", count.originals), ("certified", count.certified), ("copies", count.copies)):
        check_count(field, value)
    return replace(
        known,
        originals=check_count("originals", known.originals + count.originals),
        certified=check_count("certified", known.certified + count.certified),
        copies=check_count("copies", known.copies + count.copies),
    )


def _need_complete(wait: Wait, given: Sequence[ComponentCount]) -> None:
    came = {count.code for count in given if count.originals + count.certified + count.copies}
    lacking = [paper.name for paper in wait.missing if paper.code and paper.code not in came]
    if lacking:
        raise UserError("supplement_incomplete", components=lacking)
