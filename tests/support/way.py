"""Bring a dossier of a test ward along its way, by the services a window calls."""

from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Status
from desktop.domain.facts.hub import CodeBound
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.domain.way_commands import Approve, MakeSlip, Submit
from desktop.services import deciding, follow, handing
from desktop.services.ports import Desk

STAGES = (Status.WITH_SECTION, Status.SUBMITTED, Status.APPROVED, Status.RESULT_READY)
SECTION = Custodian(CustodianKind.SECTION, "tu_phap")


def bring(desk: Desk, *codes: str, to: Status = Status.RESULT_READY) -> tuple[Dossier, ...]:
    """Bring received dossiers to a stage: lan hands over, hung works and submits, the chair approves.

    Args:
        desk: A ward with the sample users.
        codes: Dossiers that the counter holds.
        to: One of ``STAGES``.
    """
    lan, hung, chair = (_user(desk, login) for login in ("lan", "hung", "chutich"))
    last = STAGES.index(to)
    slip = handing.make_slip(desk, lan, MakeSlip(SECTION, codes)).slip
    handing.confirm_slip(desk, hung, slip.name, codes)
    if last >= 1:
        deciding.submit(desk, hung, codes, Submit())
    if last >= 2:
        deciding.approve(desk, chair, codes, [Approve()])
    if last == len(STAGES) - 1:
        for code in codes:
            follow.mark_result_ready(desk, hung, code, MarkResultReady("Kệ A1"))
    found = (desk.reader.find(code) for code in codes)
    return tuple(dossier for dossier in found if dossier is not None)


def rename(desk: Desk, dossier: Dossier) -> str:
    """Give a dossier a code as its official one, and return it; what it had finds it further on."""
    code = f"{dossier.code[:-2]}7{dossier.code[-1]}"
    with desk.ledger.act(None) as act:
        act.record(dossier.dossier_id, (CodeBound(code, local(act.now).date(), 0, 70 + int(dossier.code[-1])),))
    return code


def _user(desk: Desk, login: str) -> User:
    return next(user for user in desk.reader.users() if user.login == login)
