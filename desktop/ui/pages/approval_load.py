"""Read what the page "Ký duyệt" shows, whole, on lane read."""

from dataclasses import dataclass

from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.domain.way import Attachment, AttachmentRole
from desktop.services.deciding import WaitingForDecision, file_of, waiting_for_decision
from desktop.services.look_up import DossierView, show
from desktop.services.ports import Desk
from desktop.services.result_signing import unsigned_approvals
from desktop.services.signature_waits import SignatureWaits, signature_waits, waited_minutes


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """Hold one row of the list.

    Attributes:
        waiting: The dossier with everything that decides whether it can be approved.
        waited_minutes: Working minutes since it was submitted.
    """

    waiting: WaitingForDecision
    waited_minutes: int

    @property
    def code(self) -> str:
        """Return the dossier's code."""
        return self.waiting.dossier.code

    @property
    def dossier_id(self) -> str:
        """Return the dossier's id."""
        return self.waiting.dossier.dossier_id

    @property
    def shown_as(self) -> tuple[str, str]:
        """Return dossier and content: what was seen, and nothing else."""
        return self.dossier_id, self.waiting.content_hash


@dataclass(frozen=True, slots=True)
class ApprovalList:
    """Hold the whole list.

    Attributes:
        rows: What waits, by what hurts first.
        waits: How fast the leader decides.
        unsigned: Codes of what he approved to be signed digitally and has not signed yet.
    """

    rows: tuple[ApprovalRow, ...]
    waits: SignatureWaits
    unsigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """Hold what lies before the leader: one dossier with its draft.

    Attributes:
        draft: The latest draft; None for a result on paper.
        content: Its file; empty when there is none or it could not be read.
        problem: Why the file could not be read.
    """

    row: ApprovalRow
    view: DossierView
    draft: Attachment | None
    content: bytes
    problem: AppError | None = None


def load_list(desk: Desk, actor: User, *, signs: bool = False) -> ApprovalList:
    """Return everything that waits for the leaders.

    Args:
        desk: What the services work with.
        actor: The leader.
        signs: This PC has a signing device.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    waiting = waiting_for_decision(desk, actor)
    rows = tuple(ApprovalRow(each, waited_minutes(desk, each.dossier)) for each in waiting)
    return ApprovalList(rows, signature_waits(desk, actor), unsigned_approvals(desk, actor) if signs else ())


def load_sheet(desk: Desk, actor: User, row: ApprovalRow) -> Sheet:
    """Return one dossier with its draft.

    Raises:
        UserError: ``not_permitted``, ``dossier_unknown``.
    """
    view = show(desk, actor, row.code)
    draft = draft_of(row)
    if draft is None:
        return Sheet(row, view, None, b"")
    try:
        return Sheet(row, view, draft, file_of(desk, actor, draft.sha256))
    except AppError as problem:
        return Sheet(row, view, draft, b"", problem)


def draft_of(row: ApprovalRow) -> Attachment | None:
    """Return the draft that is decided on: the latest one."""
    drafts = [file for file in row.waiting.dossier.attachments if file.role is AttachmentRole.DRAFT]
    return drafts[-1] if drafts else None
