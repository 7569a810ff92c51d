"""Acts on a dossier that exists: correct, print again, fee, result ready, return."""

from dataclasses import dataclass

from desktop.domain.acts.correcting import decide_correct
from desktop.domain.commands import Correct, MarkResultReady, PrintReceipt, ReturnResult, TakeFee
from desktop.domain.decide import decide
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.units import check_paper
from desktop.domain.users import Action, User, require
from desktop.services.changes import Changes, Kind, dossier_changed
from desktop.services.ports import Act, Desk, PrintJob
from desktop.services.receive import RECEIPT_FORM, find_procedure, rules_at

RETURN_SLIP_FORM = "return_slip"

_ACTIONS = {
    TakeFee: Action.TAKE_FEE,
    MarkResultReady: Action.MARK_RESULT_READY,
}


@dataclass(frozen=True, slots=True)
class Followed:
    """Hand back the dossier after the act, a print job if there is one, and what changed."""

    dossier: Dossier
    job: PrintJob | None
    changes: Changes


def correct(desk: Desk, actor: User, code: str, command: Correct, paper: str = "") -> Followed:
    """Correct a dossier and queue the next version of its receipt.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``; see
            :func:`~desktop.domain.acts.correcting.decide_correct`.
    """
    require(actor, Action.CORRECT)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = rules_at(desk, actor, act.now, state.pack)
        chosen = check_paper(paper or rules.unit.paper)
        current = find_procedure(desk, state.procedure.code, state.received_at)
        dossier = act.record(state.dossier_id, decide_correct(state, command, current, rules))
        job = _job(act, dossier, chosen, 0)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def print_receipt(desk: Desk, actor: User, code: str, paper: str) -> Followed:
    """Queue one more copy of the receipt, marked "IN LẠI LẦN n".

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``, ``no_receipt``.
    """
    require(actor, Action.PRINT_RECEIPT)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = rules_at(desk, actor, act.now, state.pack)
        command = PrintReceipt(check_paper(paper or rules.unit.paper))
        dossier = act.record(state.dossier_id, decide(state, command, rules))
        job = _job(act, dossier, command.paper, dossier.receipt.reprints)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def take_fee(desk: Desk, actor: User, code: str, command: TakeFee) -> Followed:
    """Record money taken for a dossier, or a waiver."""
    return _follow(desk, actor, code, command)


def mark_result_ready(desk: Desk, actor: User, code: str, command: MarkResultReady) -> Followed:
    """Put a result at the counter; from here on the dossier counts as solved."""
    return _follow(desk, actor, code, command)


def return_result(desk: Desk, actor: User, code: str, command: ReturnResult) -> Followed:
    """Hand a result to the citizen, with recipient and proof, and queue the slip that says so.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``; see
            :func:`~desktop.domain.acts.results.decide_return`.
    """
    require(actor, Action.RETURN_RESULT)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = rules_at(desk, actor, act.now, state.pack)
        dossier = act.record(state.dossier_id, decide(state, command, rules))
        job = act.queue_print(dossier, RETURN_SLIP_FORM, check_paper(rules.unit.paper), 0)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def found(act: Act, code: str) -> Dossier:
    """Return the dossier of a code.

    Raises:
        UserError: ``dossier_unknown``.
    """
    state = act.find(code.strip().upper())
    if state is None:
        raise UserError("dossier_unknown", code=code)
    return state


def _follow(desk: Desk, actor: User, code: str, command: TakeFee | MarkResultReady) -> Followed:
    require(actor, _ACTIONS[type(command)])
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        facts = decide(state, command, rules_at(desk, actor, act.now, state.pack))
        dossier = act.record(state.dossier_id, facts)
    return Followed(dossier, None, dossier_changed(dossier.dossier_id))


def _job(act: Act, dossier: Dossier, paper: str, copy_no: int) -> PrintJob | None:
    if dossier.receipt.number == 0:
        return None
    return act.queue_print(dossier, RECEIPT_FORM, paper, copy_no)
