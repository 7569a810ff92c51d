"""Make the papers of print jobs, and say what became of them."""

from collections.abc import Sequence
from dataclasses import replace

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.events import Event
from desktop.domain.fold import fold
from desktop.domain.rule_packs import RulePack, pack_for, pack_named
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import local
from desktop.services.books import CASH_FORM
from desktop.services.cash import sheet_of
from desktop.services.changes import Changes, Kind
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.listing import LIST_FORMS, listed
from desktop.services.ports import Desk, PaperRequest
from desktop.services.receive import RECEIPT_FORM
from desktop.services.records import JobState, PrintJob

OPEN_STATES = (JobState.WAITING, JobState.FAILED)
_OF_THE_COUNTER = (RECEIPT_FORM, RETURN_SLIP_FORM)


def paper_of(desk: Desk, job: PrintJob) -> bytes:
    """Return the PDF of a print job: the dossier as it was when the job was made, whatever came later.

    Raises:
        UserError: ``dossier_unknown``; see :func:`paper_for`.
    """
    if not job.dossier_id:
        return desk.forms.paper(_unit_request(desk, job))
    dossier = fold(_known_then(desk.reader.history(job.dossier_id), job))
    if dossier is None:
        raise UserError("dossier_unknown", code=job.code)
    return paper_for(desk, job, dossier)


def _known_then(history: Sequence[Event], job: PrintJob) -> Sequence[Event]:
    """Return the events a paper shows: those up to the act that made it, wherever the feed has put others since."""
    before = history[: job.dossier_version]
    if not before or before[-1].envelope.acted_at == job.created_at:
        return before
    made = [place for place, event in enumerate(history) if event.envelope.acted_at == job.created_at]
    return history[: made[-1] + 1] if made else before


def paper_for(desk: Desk, job: PrintJob, dossier: Dossier) -> bytes:
    """Return the PDF of a print job of a dossier at hand.

    Raises:
        UserError: ``unknown_form``, ``unknown_paper``, ``unknown_pack``, ``not_returned``.
    """
    if job.form == RECEIPT_FORM:
        return receipt_of(desk, dossier, paper=job.paper, copy_no=job.copy_no)
    if job.form == RETURN_SLIP_FORM:
        return return_slip_of(desk, dossier, paper=job.paper, copy_no=job.copy_no)
    return desk.forms.paper(_dossier_request(desk, job, dossier))


def receipt_of(desk: Desk, dossier: Dossier, *, paper: str, copy_no: int) -> bytes:
    """Return a dossier's receipt as PDF bytes."""
    return desk.forms.receipt(
        dossier,
        unit=desk.reader.unit(),
        pack=_pack_of(desk, dossier),
        clerk=_name_of(desk, dossier.received_by),
        paper=paper,
        copy_no=copy_no,
    )


def return_slip_of(desk: Desk, dossier: Dossier, *, paper: str, copy_no: int) -> bytes:
    """Return a returned dossier's slip as PDF bytes."""
    return desk.forms.return_slip(
        dossier,
        unit=desk.reader.unit(),
        pack=_pack_of(desk, dossier),
        clerk=_name_of(desk, dossier.returned.by if dossier.returned else ""),
        paper=paper,
        copy_no=copy_no,
    )


def _dossier_request(desk: Desk, job: PrintJob, dossier: Dossier) -> PaperRequest:
    return replace(
        _request(desk, job, _pack_of(desk, dossier)),
        dossier=dossier,
        listed=listed(desk, job) if job.form in LIST_FORMS else (),
        history=desk.reader.history(dossier.dossier_id)[: dossier.version],
    )


def _unit_request(desk: Desk, job: PrintJob) -> PaperRequest:
    """Return what a paper without a dossier says: a slip, or the form of a citizen who was sent home.

    Raises:
        UserError: ``unknown_form`` when nothing here is found by the job's reference.
    """
    if job.form == CASH_FORM:
        sheet = sheet_of(desk, job.reference)
        pack = pack_for(desk.reference.packs, local(sheet.counted.counted_at).date())
        return replace(_request(desk, job, pack), cash=sheet)
    turned_away = desk.way.turned_away(job.reference)
    if turned_away is not None:
        pack = pack_named(desk.reference.packs, turned_away.fact.pack)
        return replace(_request(desk, job, pack), turned_away=turned_away)
    slip = desk.way.slip(job.reference)
    if slip is None:
        raise UserError("unknown_form", form=job.form)
    dossiers = tuple(found for code in slip.codes if (found := desk.reader.find(code)) is not None)
    pack = pack_for(desk.reference.packs, local(slip.made_at).date())
    return replace(_request(desk, job, pack), slip=slip, slip_dossiers=dossiers)


def _request(desk: Desk, job: PrintJob, pack: RulePack) -> PaperRequest:
    users = desk.reader.users()
    return PaperRequest(
        form=job.form,
        paper=job.paper,
        copy_no=job.copy_no,
        reference=job.reference,
        unit=desk.reader.unit(),
        pack=pack,
        calendar=desk.reader.calendar(),
        names={user.user_id: user.name for user in users},
        titles={user.user_id: user.title for user in users},
        sections={user.user_id: user.section for user in users},
    )


def open_jobs(desk: Desk, actor: User) -> tuple[PrintJob, ...]:
    """Return the jobs that still wait or failed and are the actor's to print, oldest first.

    A paper of no dossier is called by its own name. Receipts are left to those who may print them.
    """
    require(actor, Action.PRINT_PAPER)
    prints_receipts = may(actor.roles, Action.PRINT_RECEIPT)
    jobs = (job for job in desk.reader.jobs(*OPEN_STATES) if prints_receipts or job.form not in _OF_THE_COUNTER)
    return tuple(named_job(desk, job) for job in jobs)


def named_job(desk: Desk, job: PrintJob) -> PrintJob:
    """Return a job with the name people call its paper by in place of the code it has not."""
    if job.code or not job.reference:
        return job
    if job.form == CASH_FORM:
        form = sheet_of(desk, job.reference).counted.form
        return replace(job, code=f"{form.in_book}/{form.year}")
    slip = desk.way.slip(job.reference)
    return job if slip is None else replace(job, code=slip.name)


def settle_job(desk: Desk, actor: User, job_id: str, state: JobState, reason: str = "") -> Changes:
    """Record what became of a print job."""
    require(actor, Action.PRINT_PAPER)
    desk.ledger.settle_job(job_id, state, reason)
    return Changes(frozenset({Kind.PRINT_JOB}))


def _pack_of(desk: Desk, dossier: Dossier) -> RulePack:
    return pack_named(desk.reference.packs, dossier.pack)


def _name_of(desk: Desk, user_id: str) -> str:
    return next((user.name for user in desk.reader.users() if user.user_id == user_id), "")
