"""Acts on a dossier that exists: correct, print again, fee, result ready, return."""

from collections.abc import Sequence
from dataclasses import dataclass

from desktop.domain.acts.correcting import decide_correct
from desktop.domain.commands import Correct, MarkResultReady, PrintReceipt, ReturnResult, TakeFee
from desktop.domain.decide import decide
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import Event
from desktop.domain.facts.way import PaperPrinted
from desktop.domain.units import check_paper
from desktop.domain.users import Action, User, require
from desktop.domain.way import FormNumber, WaitKind
from desktop.domain.way_commands import PrintPaper
from desktop.services.acting import found, next_number
from desktop.services.changes import Changes, Kind, dossier_changed
from desktop.services.ports import Act, Desk
from desktop.services.receive import FEE_FORM, RECEIPT_FORM, find_procedure, full_rules, rules_at
from desktop.services.records import PrintJob
from desktop.services.sizes import size_of

RETURN_SLIP_FORM = "return_slip"
#: Which fee slip: the one that says what is still to be paid.
DUE = "due"
#: Papers that show the dossier as it is now: every print is an original.
ALWAYS_ANEW = frozenset({"control_sheet"})


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


def take_fee(desk: Desk, actor: User, code: str, command: TakeFee, paper: str = "") -> Followed:
    """Record money taken for a dossier, or a waiver, and queue the internal voucher.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``, ``unknown_paper``; see
            :func:`~desktop.domain.acts.results.decide_take_fee`.
    """
    require(actor, Action.TAKE_FEE)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = rules_at(desk, actor, act.now, state.pack)
        size = size_of(desk, rules.pack, FEE_FORM, paper)
        voucher = next_number(act, FEE_FORM)
        dossier = act.record(state.dossier_id, decide(state, command, rules, voucher))
        job = act.queue_print(dossier, FEE_FORM, size, 0, reference=voucher.name)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def mark_result_ready(desk: Desk, actor: User, code: str, command: MarkResultReady) -> Followed:
    """Put a result at the counter; from here on the dossier counts as solved.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``; see
            :func:`~desktop.domain.acts.results.decide_result_ready`.
    """
    require(actor, Action.MARK_RESULT_READY)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        facts = decide(state, command, full_rules(desk, actor, act.now, state.pack))
        dossier = act.record(state.dossier_id, facts)
    return Followed(dossier, None, dossier_changed(dossier.dossier_id))


def print_paper(desk: Desk, actor: User, code: str, command: PrintPaper) -> Followed:
    """Queue one more copy of a paper other than the receipt, marked "IN LẠI LẦN n".

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``, ``form_not_in_pack``, ``unknown_form``, ``unknown_paper``,
            ``no_such_paper`` when the dossier never got one.
    """
    require(actor, Action.PRINT_PAPER)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = rules_at(desk, actor, act.now, state.pack)
        size = size_of(desk, rules.pack, command.form, command.paper)
        reference = _reference(state, command)
        known_as = (reference, place_of(state, command.form, reference))
        copy_no = 1 + copies_so_far(desk.reader.history(state.dossier_id), command.form, *known_as)
        if command.form in ALWAYS_ANEW or (command.form == FEE_FORM and reference == DUE):
            copy_no = 0
        dossier = act.record(state.dossier_id, (PaperPrinted(command.form, reference, copy_no, size),))
        job = act.queue_print(dossier, command.form, size, copy_no, reference=reference)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def _reference(state: Dossier, command: PrintPaper) -> str:
    """Return which paper of a form is meant: the one named, else the last; what is owed, where nothing was paid yet.

    Raises:
        UserError: ``no_such_paper`` when the dossier has none such.
    """
    known = references(state, command.form)
    wanted = paper_name(state, command.form, command.reference)
    if not known or wanted not in ("", *known):
        raise UserError("no_such_paper", code=state.code, form=command.form)
    return wanted or known[-1]


def references(state: Dossier, form: str) -> list[str]:
    """Return which papers of a form a dossier has, the latest last; "" where there is one only."""
    kind = {"supplement": WaitKind.SUPPLEMENT, "stop": WaitKind.STOP}.get(form)
    return {
        "apology": [apology.form.name for apology in state.apologies],
        FEE_FORM: [*([DUE] if state.owed_vnd else []), *_vouchers(state)],
        "refusal": [""] if state.ending and state.ending.form else [],
        RETURN_SLIP_FORM: [""] if state.returned else [],
        "control_sheet": [""],
    }.get(form, [wait.wait_id for wait in state.waits if wait.kind is kind and wait.form is not None])


def _vouchers(state: Dossier) -> list[str]:
    return [paid.voucher.name for paid in state.payments if paid.voucher]


def paper_name(state: Dossier, form: str, reference: str) -> str:
    """Return a paper's name; print jobs and events of before told its place among the others of the dossier.

    A place is no name: what another PC did earlier comes in before it.
    """
    place = int(reference) if reference.isdigit() else 0
    numbered = _numbered(state, form)
    number = numbered[place - 1] if 0 < place <= len(numbered) else None
    return number.name if number is not None else reference


def place_of(state: Dossier, form: str, name: str) -> str:
    """Return the place by which a paper was known before, its name where it had none."""
    numbered = enumerate(_numbered(state, form), 1)
    return next((str(place) for place, number in numbered if number is not None and number.name == name), name)


def _numbered(state: Dossier, form: str) -> list[FormNumber | None]:
    if form == FEE_FORM:
        return [paid.voucher for paid in state.payments]
    return [apology.form for apology in state.apologies] if form == "apology" else []


def copies_so_far(history: Sequence[Event], form: str, *references: str) -> int:
    """Return how often a paper was printed again, under any of its names."""
    return sum(
        isinstance(event.fact, PaperPrinted) and event.fact.form == form and event.fact.reference in references
        for event in history
    )


def return_result(desk: Desk, actor: User, code: str, command: ReturnResult) -> Followed:
    """Hand a result to the citizen, with recipient and proof, and queue the slip that says so.

    Raises:
        UserError: ``dossier_unknown``, ``not_permitted``; see
            :func:`~desktop.domain.acts.results.decide_return`.
    """
    require(actor, Action.RETURN_RESULT)
    with desk.ledger.act(actor) as act:
        state = found(act, code)
        rules = full_rules(desk, actor, act.now, state.pack)
        voucher = next_number(act, FEE_FORM) if command.paid_vnd else None
        dossier = act.record(state.dossier_id, decide(state, command, rules, voucher))
        job = act.queue_print(dossier, RETURN_SLIP_FORM, check_paper(rules.unit.paper), 0)
    return Followed(dossier, job, dossier_changed(dossier.dossier_id, Kind.PRINT_JOB))


def _job(act: Act, dossier: Dossier, paper: str, copy_no: int) -> PrintJob | None:
    if dossier.receipt.number == 0:
        return None
    return act.queue_print(dossier, RECEIPT_FORM, paper, copy_no)
