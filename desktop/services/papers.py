"""Make the papers of print jobs, and say what became of them."""

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import UserError
from desktop.domain.fold import fold
from desktop.domain.users import Action, User, require
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk, JobState, PrintJob

OPEN_STATES = (JobState.WAITING, JobState.FAILED)


def paper_of(desk: Desk, job: PrintJob) -> bytes:
    """Return the PDF of a print job: the dossier as it was when the job was made, whatever came later.

    Raises:
        UserError: ``dossier_unknown``, ``unknown_paper``.
    """
    history = desk.reader.history(job.dossier_id)[: job.dossier_version]
    dossier = fold(history)
    if dossier is None:
        raise UserError("dossier_unknown", code=job.code)
    return receipt_of(desk, dossier, paper=job.paper, copy_no=job.copy_no)


def receipt_of(desk: Desk, dossier: Dossier, *, paper: str, copy_no: int) -> bytes:
    """Return a dossier's receipt as PDF bytes."""
    names = {user.user_id: user.name for user in desk.reader.users()}
    pack = next((pack for pack in desk.reference.packs if pack.id == dossier.pack), None)
    if pack is None:
        raise UserError("unknown_pack", pack=dossier.pack)
    return desk.forms.receipt(
        dossier,
        unit=desk.reader.unit(),
        pack=pack,
        clerk=names.get(dossier.received_by, ""),
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
