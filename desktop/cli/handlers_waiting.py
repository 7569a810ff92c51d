"""Answer the commands of ``motcua do`` on waits, endings, apologies, fees and papers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time

from desktop.cli import answers, answers_way, wire_way
from desktop.cli.context import Context, Handler
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import TakeFee
from desktop.domain.deadlines import closes_at
from desktop.domain.dossiers import Dossier, Party, Relation, Submitter
from desktop.domain.errors import UserError
from desktop.domain.rule_packs import RulePack, pack_named
from desktop.domain.units import check_paper
from desktop.domain.users import Action, require
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import FormNumber, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    CloseWait,
    Gap,
    NotifyCitizen,
    OpenWait,
    PrintPaper,
    Refuse,
    RequestSupplement,
    TurnAway,
    Withdraw,
)
from desktop.services import apologising, ending, follow, listing, look_up, receive, waiting
from desktop.services.acting import Acted

_CLOSING = time(17)


def request_supplement(context: Context, with_: wire_way.RequestSupplement) -> answers_way.FormIssuedOut:
    """Answer ``dossier.request_supplement``."""
    if _is_at_intake(with_):
        require(context.actor, Action.TURN_AWAY)
        procedure = receive.find_procedure(context.desk, with_.procedure or "", context.desk.clock.now())
        return _turned_away(context, with_, procedure, _gaps(with_.missing, procedure))
    require(context.actor, Action.REQUEST_SUPPLEMENT)
    state = look_up.show(context.desk, context.actor, with_.code or "").dossier
    procedure = receive.find_procedure(context.desk, state.procedure.code, state.received_at)
    command = RequestSupplement(_gaps(with_.missing, procedure), with_.reason, with_.legal_basis)
    done = waiting.request_supplement(context.desk, context.actor, state.code, command)
    return _issued(context, done, done.dossier.waits[-1].form)


def refuse(context: Context, with_: wire_way.RefuseDossier) -> answers_way.FormIssuedOut:
    """Answer ``dossier.refuse``."""
    if _is_at_intake(with_):
        require(context.actor, Action.TURN_AWAY)
        procedure = receive.find_procedure(context.desk, with_.procedure or "", context.desk.clock.now())
        return _turned_away(context, with_, procedure, None)
    command = Refuse(with_.reason, with_.legal_basis, with_.originals_returned)
    done = ending.refuse(context.desk, context.actor, with_.code or "", command)
    return _issued(context, done, done.dossier.ending.form if done.dossier.ending else None)


def receive_supplement(context: Context, with_: wire_way.ReceiveSupplement) -> answers_way.WaitClosedOut:
    """Answer ``dossier.receive_supplement``."""
    counts = tuple(component.count() for component in with_.components)
    return _closed(context, with_.code, CloseWait(WaitKind.SUPPLEMENT, with_.note, counts))


def stop(context: Context, with_: wire_way.StopDossier) -> answers_way.StoppedOut:
    """Answer ``dossier.stop``."""
    command = OpenWait(WaitKind.STOP, with_.reason, legal_basis=with_.legal_basis)
    done = waiting.open_wait(context.desk, context.actor, with_.code, command)
    number = done.dossier.waits[-1].form
    pdf = context.write_pdf(done.dossier, done.job)
    return answers_way.StoppedOut(
        form=None if number is None else answers_way.form_out(number, _pack(context, done.dossier), pdf),
        **answers_way.standing_of(done.dossier).model_dump(),
    )


def resume(context: Context, with_: wire_way.ResumeDossier) -> answers_way.WaitClosedOut:
    """Answer ``dossier.resume``."""
    return _closed(context, with_.code, CloseWait(WaitKind.STOP, with_.reason))


def open_wait(context: Context, with_: wire_way.OpenWait) -> answers_way.WaitOpenedOut:
    """Answer ``wait.open``."""
    command = OpenWait(with_.kind, with_.reason, with_.of, with_.answer_due, with_.legal_basis)
    done = waiting.open_wait(context.desk, context.actor, with_.code, command)
    context.write_pdf(done.dossier, done.job)
    standing = answers_way.standing_of(done.dossier).model_dump()
    return answers_way.WaitOpenedOut(wait_id=waiting.latest_wait(done.dossier), **standing)


def close_wait(context: Context, with_: wire_way.CloseWait) -> answers_way.WaitClosedOut:
    """Answer ``wait.close``."""
    return _closed(context, with_.code, CloseWait(with_.kind, with_.answer))


def withdraw(context: Context, with_: wire_way.WithdrawDossier) -> answers_way.StandingOut:
    """Answer ``dossier.withdraw``."""
    command = Withdraw(with_.reason, with_.originals_returned)
    return answers_way.standing_of(ending.withdraw(context.desk, context.actor, with_.code, command).dossier)


def notify_citizen(context: Context, with_: wire_way.NotifyCitizen) -> answers_way.StandingOut:
    """Answer ``citizen.notify``."""
    command = NotifyCitizen(with_.channel, with_.text)
    return answers_way.standing_of(ending.notify_citizen(context.desk, context.actor, with_.code, command).dossier)


def apologise(context: Context, with_: wire_way.Apologise) -> answers_way.ApologisedOut:
    """Answer ``dossier.apologise``."""
    require(context.actor, Action.APOLOGISE)
    command = Apologise(with_.reason, with_.cause, _promise(context, with_))
    done = apologising.apologise(context.desk, context.actor, with_.code, command)
    apology = done.dossier.apologies[-1]
    pdf = context.write_pdf(done.dossier, done.job)
    return answers_way.ApologisedOut(
        is_late=apology.is_late,
        form=answers_way.form_out(apology.form, _pack(context, done.dossier), pdf),
        authority=apology.authority.form.value,
        on_behalf_of=answers_way.on_behalf_of(apology.authority),
        **answers_way.standing_of(done.dossier).model_dump(),
    )


def take_fee(context: Context, with_: wire_way.TakeFee) -> answers_way.FeeTakenOut:
    """Answer ``fee.take``."""
    paper = check_paper(with_.paper) if with_.paper else ""
    command = TakeFee(with_.amount_vnd, with_.method, with_.reason)
    done = follow.take_fee(context.desk, context.actor, with_.code, command, paper)
    number = done.dossier.payments[-1].voucher
    pdf = context.write_pdf(done.dossier, done.job)
    return answers_way.FeeTakenOut(
        code=done.dossier.code,
        fee_vnd=done.dossier.fee_vnd,
        paid_vnd=done.dossier.paid_vnd,
        fee_owed_vnd=done.dossier.owed_vnd,
        voucher=None
        if number is None
        else answers_way.VoucherOut(number=number.number, book=number.book, year=number.year, pdf=pdf),
    )


def print_paper(context: Context, with_: wire_way.PrintPaper) -> answers_way.PaperOut:
    """Answer ``paper.print``."""
    paper = check_paper(with_.paper) if with_.paper else ""
    if with_.form in listing.LIST_FORMS:
        return _print_list(context, with_, paper)
    if with_.code is None or with_.codes:
        raise UserError("bad_command", place="with.code")
    done = follow.print_paper(context.desk, context.actor, with_.code, PrintPaper(with_.form, paper, with_.reference))
    return answers_way.PaperOut(
        name=done.dossier.code,
        form=with_.form,
        pdf=context.write_pdf(done.dossier, done.job),
        copy_no=0 if done.job is None else done.job.copy_no,
    )


def _print_list(context: Context, with_: wire_way.PrintPaper, paper: str) -> answers_way.PaperOut:
    """Print a list of the dossiers named; the one ``code`` of a person's list stands for all he handed in that day.

    Raises:
        UserError: ``bad_command`` unless exactly one of code and codes is given, and no reference.
    """
    if (with_.code is None) != bool(with_.codes) or with_.reference:
        raise UserError("bad_command", place="with.code | with.codes")
    codes = with_.codes
    if with_.code is not None:
        is_visit = with_.form == listing.LIST_FORM
        codes = listing.of_visit(context.desk, context.actor, with_.code) if is_visit else (with_.code,)
    done = listing.print_list(context.desk, context.actor, codes, with_.form, paper)
    return answers_way.PaperOut(
        name=done.dossiers[0].code,
        form=with_.form,
        pdf=context.write_pdf(done.dossiers[0], done.job),
        copy_no=done.job.copy_no,
    )


def _is_at_intake(with_: wire_way.SupplementOrRefusal) -> bool:
    """Tell whether no code exists yet.

    Raises:
        UserError: ``bad_command`` unless exactly one of code and procedure is given, a procedure with its applicant.
    """
    if (with_.code is None) == (with_.procedure is None):
        raise UserError("bad_command", place="with.code | with.procedure")
    if with_.procedure is not None and with_.applicant is None:
        raise UserError("bad_command", place="with.applicant")
    return with_.procedure is not None


def _gaps(missing: Sequence[str | wire_way.GapIn], procedure: Procedure) -> tuple[Gap, ...]:
    """Return gaps; a text that is a component's code names the component."""
    codes = {component.code.upper(): component.code for component in procedure.components}
    found = []
    for each in missing:
        if isinstance(each, wire_way.GapIn):
            found.append(each.gap())
        else:
            code = codes.get(each.upper())
            found.append(Gap(code) if code else Gap(text=each))
    return tuple(found)


def _turned_away(
    context: Context, with_: wire_way.SupplementOrRefusal, procedure: Procedure, gaps: tuple[Gap, ...] | None
) -> answers_way.FormIssuedOut:
    """Send somebody home; no gaps means a refusal."""
    owner = with_.applicant.party() if with_.applicant else Party("")
    command = TurnAway(
        procedure=procedure,
        channel=with_.channel,
        owner=owner,
        submitter=with_.submitter.submitter() if with_.submitter else Submitter(owner, Relation.OWNER),
        components=tuple(component.count() for component in with_.components),
        reason=with_.reason,
        legal_basis=with_.legal_basis,
        missing=gaps or (),
        is_refusal=gaps is None,
    )
    done = ending.turn_away(context.desk, context.actor, command)
    number = done.fact.form
    pack = pack_named(context.desk.reference.packs, done.fact.pack)
    form = answers_way.form_out(number, pack, context.write_unit_pdf(number.name, done.job))
    return answers_way.FormIssuedOut(code=None, status=None, national_status=None, form=form)


def _issued(context: Context, done: Acted, number: FormNumber | None) -> answers_way.FormIssuedOut:
    if number is None:
        raise RuntimeError("an act that issues a form gives it a number")
    standing = answers_way.standing_of(done.dossier)
    pdf = context.write_pdf(done.dossier, done.job)
    return answers_way.FormIssuedOut(
        code=standing.code,
        status=standing.status,
        national_status=standing.national_status,
        form=answers_way.form_out(number, _pack(context, done.dossier), pdf),
    )


def _closed(context: Context, code: str, command: CloseWait) -> answers_way.WaitClosedOut:
    done = waiting.close_wait(context.desk, context.actor, code, command)
    receipt = answers.receipt_out(done.dossier, context.write_pdf(done.dossier, done.job))
    return answers_way.WaitClosedOut(receipt=receipt, **answers_way.standing_of(done.dossier).model_dump())


def _promise(context: Context, with_: wire_way.Apologise) -> datetime:
    """Return the new promise; a day means its last minute at the counter."""
    given = with_.new_promise
    if isinstance(given, datetime):
        return given
    calendar = context.desk.reader.calendar()
    if calendar.is_working_day(given):
        return closes_at(given, calendar)
    # Refused as a day nobody works: the rule says it, not the border.
    return datetime.combine(given, _CLOSING, VIETNAM)


def _pack(context: Context, dossier: Dossier) -> RulePack:
    return pack_named(context.desk.reference.packs, dossier.pack)


HANDLERS: Mapping[str, Handler] = {
    "dossier.request_supplement": Handler(wire_way.RequestSupplement, answers_way.FormIssuedOut, request_supplement),
    "dossier.receive_supplement": Handler(wire_way.ReceiveSupplement, answers_way.WaitClosedOut, receive_supplement),
    "dossier.refuse": Handler(wire_way.RefuseDossier, answers_way.FormIssuedOut, refuse),
    "dossier.withdraw": Handler(wire_way.WithdrawDossier, answers_way.StandingOut, withdraw),
    "dossier.stop": Handler(wire_way.StopDossier, answers_way.StoppedOut, stop),
    "dossier.resume": Handler(wire_way.ResumeDossier, answers_way.WaitClosedOut, resume),
    "dossier.apologise": Handler(wire_way.Apologise, answers_way.ApologisedOut, apologise),
    "wait.open": Handler(wire_way.OpenWait, answers_way.WaitOpenedOut, open_wait),
    "wait.close": Handler(wire_way.CloseWait, answers_way.WaitClosedOut, close_wait),
    "citizen.notify": Handler(wire_way.NotifyCitizen, answers_way.StandingOut, notify_citizen),
    "fee.take": Handler(wire_way.TakeFee, answers_way.FeeTakenOut, take_fee),
    "paper.print": Handler(wire_way.PrintPaper, answers_way.PaperOut, print_paper),
}
