"""One handler per command of ``motcua do``: wire data in, a use case, an answer out.

The commands between counter and citizen stand in modules of their own, by area; all of them meet in ``HANDLERS``.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter, ValidationError

from desktop.cli import (
    answers,
    answers_dossier,
    handlers_access,
    handlers_board,
    handlers_books,
    handlers_calendar,
    handlers_deciding,
    handlers_handing,
    handlers_integrity,
    handlers_online,
    handlers_waiting,
    wire,
)
from desktop.cli.context import Context, Handler, parse
from desktop.domain import commands
from desktop.domain.acts.correcting import CORRECTABLE
from desktop.domain.acts.receiving import limit_of
from desktop.domain.catalogue import Procedure
from desktop.domain.deadlines import compute
from desktop.domain.dossiers import NATIONAL_STATUS, Relation, Submitter
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.users import Action, require
from desktop.domain.vietnamese import local
from desktop.services import access, follow, leases, look_up, receive


def compute_deadline(context: Context, with_: wire.ComputeDeadline) -> answers.DeadlineOut:
    """Answer ``deadline.compute``."""
    require(context.actor, Action.COMPUTE_DEADLINE)
    if (with_.limit is None) == (with_.procedure is None):
        raise UserError("bad_command", place="with.limit | with.procedure")
    rules = receive.rules_at(context.desk, context.actor, with_.received_at, with_.pack or "")
    if with_.limit is not None:
        limit = with_.limit.limit()
    else:
        limit = limit_of(_procedure(context, with_.procedure or "", with_.received_at), with_.channel)
    deadline = compute(with_.received_at, limit, rules.calendar, rules.pack.clock)
    return answers.DeadlineOut(
        promised_at=answers.instant(deadline.due_at),
        pack=rules.pack.id,
        explain=answers.explained(deadline.explain),
    )


def search_procedures(context: Context, with_: wire.SearchProcedures) -> answers.ProceduresOut:
    """Answer ``procedure.search``."""
    require(context.actor, Action.BROWSE_CATALOGUE)
    on = with_.on or local(context.desk.clock.now()).date()
    favourites = context.desk.reader.unit().favourites
    found = context.desk.reference.catalogue.search(with_.q, on, with_.limit, favourites)
    return answers.ProceduresOut(items=[answers.procedure_out(procedure) for procedure in found])


def show_procedure(context: Context, with_: wire.ShowProcedure) -> answers.ProcedureOut:
    """Answer ``procedure.show``."""
    require(context.actor, Action.BROWSE_CATALOGUE)
    on = with_.on or local(context.desk.clock.now()).date()
    return answers.procedure_out(context.desk.reference.catalogue.procedure(with_.procedure, on))


def receive_dossier(context: Context, with_: wire.ReceiveDossier) -> answers.ReceivedOut:
    """Answer ``dossier.receive``."""
    owner = with_.applicant.party()
    command = commands.Receive(
        procedure=_procedure(context, with_.procedure, context.desk.clock.now()),
        channel=with_.channel,
        owner=owner,
        submitter=with_.submitter.submitter() if with_.submitter else Submitter(owner, Relation.OWNER),
        components=tuple(component.count() for component in with_.components),
        sets=with_.sets,
        note=with_.note,
        result_by=with_.result_by,
        documents=tuple(document.document() for document in with_.documents),
        exemption=with_.exemption,
        paid_vnd=with_.paid_vnd,
        paid_method=with_.paid_by,
        is_immediate=with_.immediate,
        duplicate_reason=with_.duplicate_reason,
    )
    done = receive.receive(context.desk, context.actor, command, with_.paper or "")
    dossier, pdf = done.dossier, context.write_pdf(done.dossier, done.job)
    return answers.ReceivedOut(
        dossier_id=dossier.dossier_id,
        code=dossier.code,
        is_provisional=dossier.code.startswith("T-"),
        status=dossier.status.value,
        national_status=NATIONAL_STATUS[dossier.status],
        received_at=answers.instant(dossier.received_at),
        promised_at=answers.instant(dossier.promised_at),
        fee_vnd=dossier.fee_vnd,
        fee_owed_vnd=dossier.owed_vnd,
        receipt=answers.receipt_out(dossier, pdf) if dossier.receipt.number else None,
    )


def correct_dossier(context: Context, with_: wire.CorrectDossier) -> answers.CorrectedOut:
    """Answer ``dossier.correct``."""
    command = _correction(context, with_)
    done = follow.correct(context.desk, context.actor, with_.code, command, with_.paper or "")
    return answers.CorrectedOut(
        code=done.dossier.code,
        promised_at=answers.instant(done.dossier.promised_at),
        due_at=answers.instant(done.dossier.due_at),
        receipt=answers.receipt_out(done.dossier, context.write_pdf(done.dossier, done.job)),
    )


def print_receipt(context: Context, with_: wire.PrintReceipt) -> answers.PrintedOut:
    """Answer ``receipt.print``."""
    done = follow.print_receipt(context.desk, context.actor, with_.code, with_.paper or "")
    return answers.PrintedOut(
        code=done.dossier.code,
        pdf=context.write_pdf(done.dossier, done.job),
        copy_no=done.dossier.receipt.reprints,
    )


def result_ready(context: Context, with_: wire.ResultReady) -> answers.StatusOut:
    """Answer ``dossier.result_ready``."""
    command = commands.MarkResultReady(with_.shelf, with_.note)
    done = follow.mark_result_ready(context.desk, context.actor, with_.code, command)
    return answers.StatusOut(code=done.dossier.code, status=NATIONAL_STATUS[done.dossier.status])


def return_result(context: Context, with_: wire.ReturnResult) -> answers.ReturnedOut:
    """Answer ``dossier.return_result``."""
    command = commands.ReturnResult(
        recipient=with_.recipient.party(),
        relation=with_.recipient.relation,
        proof=with_.proof.kind,
        proof_reference=with_.proof.ref,
        authorisation=with_.recipient.authorisation,
        originals_returned=with_.originals_returned,
        without_receipt_reason=with_.without_receipt_reason,
        paid_vnd=with_.paid_vnd,
        paid_method=with_.paid_by,
        fee_reason=with_.fee_reason,
    )
    done = follow.return_result(context.desk, context.actor, with_.code, command)
    return answers.ReturnedOut(
        code=done.dossier.code,
        status=NATIONAL_STATUS[done.dossier.status],
        pdf=context.write_pdf(done.dossier, done.job),
    )


def show_dossier(context: Context, with_: wire.ShowDossier) -> answers_dossier.DossierOut:
    """Answer ``dossier.show``."""
    view = look_up.show(context.desk, context.actor, with_.code)
    with suppress(EnvironmentProblem):  # a full disk keeps nobody from reading
        access.note_view(context.desk, context.actor, view.dossier)
    names = {user.user_id: user.name for user in context.desk.reader.users()}
    return answers_dossier.dossier_out(view, names)


def search_dossiers(context: Context, with_: wire.SearchDossiers) -> answers.ItemsOut:
    """Answer ``dossier.search``."""
    cards = look_up.search(context.desk, context.actor, with_.q, with_.limit)
    return answers.ItemsOut(
        items=[answers.item_out(card, look_up.custodian_name(context.desk, card.custodian)) for card in cards]
    )


def declare_retired(context: Context, with_: wire.DeclareOldPcRetired) -> answers.LeaseOut:
    """Answer ``lease.declare_retired``."""
    through = leases.declare_old_pc_retired(context.desk, context.actor, with_.reason)
    return answers.LeaseOut(provisional_through=through)


HANDLERS: Mapping[str, Handler] = {
    "deadline.compute": Handler(wire.ComputeDeadline, answers.DeadlineOut, compute_deadline),
    "procedure.search": Handler(wire.SearchProcedures, answers.ProceduresOut, search_procedures),
    "procedure.show": Handler(wire.ShowProcedure, answers.ProcedureOut, show_procedure),
    "dossier.receive": Handler(wire.ReceiveDossier, answers.ReceivedOut, receive_dossier),
    "dossier.correct": Handler(wire.CorrectDossier, answers.CorrectedOut, correct_dossier),
    "receipt.print": Handler(wire.PrintReceipt, answers.PrintedOut, print_receipt),
    "dossier.result_ready": Handler(wire.ResultReady, answers.StatusOut, result_ready),
    "dossier.return_result": Handler(wire.ReturnResult, answers.ReturnedOut, return_result),
    "lease.declare_retired": Handler(wire.DeclareOldPcRetired, answers.LeaseOut, declare_retired),
    "dossier.show": Handler(wire.ShowDossier, answers_dossier.DossierOut, show_dossier),
    "dossier.search": Handler(wire.SearchDossiers, answers.ItemsOut, search_dossiers),
    **handlers_handing.HANDLERS,
    **handlers_waiting.HANDLERS,
    **handlers_deciding.HANDLERS,
    **handlers_board.HANDLERS,
    **handlers_books.HANDLERS,
    **handlers_online.HANDLERS,
    **handlers_integrity.HANDLERS,
    **handlers_access.HANDLERS,
    **handlers_calendar.HANDLERS,
}


_TEXT_FIELDS: Mapping[str, TypeAdapter[str]] = {
    "name": TypeAdapter(wire.Line),
    "id_number": TypeAdapter(wire.IdNumber),
    "birth_date": TypeAdapter(wire.BirthDate),
    "phone": TypeAdapter(wire.Phone),
    "note": TypeAdapter(wire.Note),
}
_LINE = TypeAdapter[str](wire.Line)


def _correction(context: Context, with_: wire.CorrectDossier) -> commands.Correct:
    changes = dict(with_.changes)
    if strangers := sorted(set(changes) - CORRECTABLE):
        raise UserError("not_correctable", field=", ".join(strangers))
    taken: dict[str, Any] = {}
    if "procedure" in changes:
        received = look_up.show(context.desk, context.actor, with_.code).dossier.received_at
        taken["procedure"] = _procedure(context, str(changes.pop("procedure")), received)
    if "promised_at" in changes:
        taken["promised_at"] = wire.parsed_instant(changes.pop("promised_at"))
    if "components" in changes:
        taken["components"] = tuple(
            parse(wire.ComponentIn, entry).count() for entry in _listed(changes.pop("components"))
        )
    if "documents" in changes:
        taken["documents"] = tuple(
            parse(wire.DocumentIn, entry).document() for entry in _listed(changes.pop("documents"))
        )
    texts = {name: _text(name, value) for name, value in changes.items()}
    return commands.Correct(changes=texts, reason=with_.reason, **taken)


def _text(name: str, value: object) -> str:
    adapter = _TEXT_FIELDS.get(name.rpartition(".")[2], _LINE)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UserError("bad_command", place=f"changes.{name}")
    try:
        return adapter.validate_python(str(value))
    except ValidationError:
        raise UserError("bad_command", place=f"changes.{name}") from None


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise UserError("bad_command", place="changes")
    return value


def _procedure(context: Context, code: str, at: Any) -> Procedure:  # noqa: ANN401 - aware datetime
    return receive.find_procedure(context.desk, code, at)
