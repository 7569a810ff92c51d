"""Make the papers of print jobs, and say what became of them."""

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.fold import fold
from desktop.domain.rule_packs import RulePack
from desktop.domain.users import Action, User, require
from desktop.services.changes import Changes, Kind
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.ports import Desk, JobState, PrintJob
from desktop.services.receive import RECEIPT_FORM

OPEN_STATES = (JobState.WAITING, JobState.FAILED)


def paper_of(desk: Desk, job: PrintJob) -> bytes:
    """Return the PDF of a print job: the dossier as it was when the job was made, whatever came later.

    Raises:
        UserError: ``dossier_unknown``; see :func:`paper_for`.
    """
    history = desk.reader.history(job.dossier_id)[: job.dossier_version]
    dossier = fold(history)
    if dossier is None:
        raise UserError("dossier_unknown", code=job.code)
    return paper_for(desk, job, dossier)


def paper_for(desk: Desk, job: PrintJob, dossier: Dossier) -> bytes:
    """Return the PDF of a print job of a dossier at hand.

    Raises:
        UserError: ``unknown_form``, ``unknown_paper``, ``unknown_pack``, ``not_returned``.
    """
    if job.form == RECEIPT_FORM:
        return receipt_of(desk, dossier, paper=job.paper, copy_no=job.copy_no)
    if job.form == RETURN_SLIP_FORM:
        return return_slip_of(desk, dossier, paper=job.paper, copy_no=job.copy_no)
    raise UserError("unknown_form", form=job.form)


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


def open_jobs(desk: Desk, actor: User) -> tuple[PrintJob, ...]:
    """Return the jobs that still wait or failed, oldest first."""
    require(actor, Action.PRINT_RECEIPT)
    return desk.reader.jobs(*OPEN_STATES)


def settle_job(desk: Desk, actor: User, job_id: str, state: JobState, reason: str = "") -> Changes:
    """Record what became of a print job."""
    require(actor, Action.PRINT_RECEIPT)
    desk.ledger.settle_job(job_id, state, reason)
    return Changes(frozenset({Kind.PRINT_JOB}))


def _pack_of(desk: Desk, dossier: Dossier) -> RulePack:
    pack = next((pack for pack in desk.reference.packs if pack.id == dossier.pack), None)
    if pack is None:
        raise UserError("unknown_pack", pack=dossier.pack)
    return pack


def _name_of(desk: Desk, user_id: str) -> str:
    return next((user.name for user in desk.reader.users() if user.user_id == user_id), "")
