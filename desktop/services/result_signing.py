"""Sign approved results digitally: one unlocked key for the whole batch, each file verified, then attached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.domain.acts.checks import has_signed_result
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.errors import AppError, UserError
from desktop.domain.users import Action, User, require
from desktop.domain.way import Attachment, AttachmentRole, DecisionKind, SigningMeans
from desktop.services.acting import Acted
from desktop.services.attachment_port import MediaType
from desktop.services.deciding import attach_file, file_of
from desktop.services.ports import Desk
from desktop.services.signing_port import PdfSigner, SigningRequest, Stamp, StampKind, StampPlace, UnlockedKey

#: No leader approves more in a day; what is beyond comes when these are signed.
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Signing:
    """Hold the signing device of this PC.

    Attributes:
        signer: The key: a file or a token.
        find_place: Says where in a PDF the signature of this name stands; None when it does not know.
    """

    signer: PdfSigner
    find_place: Callable[[bytes, str], StampPlace | None]


@dataclass(frozen=True, slots=True)
class ToSign:
    """Hold one approved draft.

    Attributes:
        pdf: The draft that was approved.
        sha256: Its hash, as it was shown.
        name: Name under the signature.
    """

    code: str
    pdf: bytes
    sha256: str
    pages: int
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Hold one draft after signing: its signed file, or why there is none."""

    code: str
    attachment: Attachment | None = None
    content: bytes = b""
    problem: AppError | None = None


def signable_draft(dossier: Dossier) -> Attachment | None:
    """Return the draft that can be signed digitally: the latest one, when it is a PDF."""
    drafts = [file for file in dossier.attachments if file.role is AttachmentRole.DRAFT]
    return drafts[-1] if drafts and drafts[-1].media_type == MediaType.PDF.value else None


def unsigned_approvals(desk: Desk, actor: User) -> tuple[str, ...]:
    """Return the codes of what the actor approved to be signed digitally and has not signed yet.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.APPROVE)
    found = (desk.reader.find(card.code) for card in desk.way.with_status(Status.APPROVED, limit=_MOST))
    return tuple(dossier.code for dossier in found if dossier is not None and _waits_for(actor, dossier))


def drafts_to_sign(desk: Desk, actor: User, codes: Sequence[str]) -> tuple[ToSign, ...]:
    """Return the approved drafts of dossiers; what need not be signed digitally is left out.

    Raises:
        UserError: ``not_permitted``, ``file_missing``.
    """
    require(actor, Action.APPROVE)
    found = []
    for code in codes:
        dossier = desk.reader.find(code)
        draft = signable_draft(dossier) if dossier is not None else None
        if dossier is None or draft is None or not _waits_for(actor, dossier):
            continue
        decision = dossier.decision
        name = decision.authority.signer_name if decision and decision.authority else actor.name
        pdf = file_of(desk, actor, draft.sha256)
        found.append(ToSign(dossier.code, pdf, draft.sha256, draft.pages, draft.title, name))
    return tuple(found)


def sign_drafts(signing: Signing, drafts: Sequence[ToSign], secret: str, at: datetime) -> tuple[Signed, ...]:
    """Sign drafts with one unlocked key; one that fails does not keep the others back.

    Args:
        signing: The device.
        drafts: What was approved.
        secret: PIN or passphrase; used at once and forgotten.
        at: Instant to be written, aware.

    Raises:
        AppError: The key could not be opened: nothing was signed.

    Threads:
        Lane io.
    """
    with signing.signer.unlock(secret) as key:
        return tuple(_signed(signing, key, draft, at) for draft in drafts)


def attach_signed(desk: Desk, actor: User, signed: Signed) -> Acted:
    """Attach a signed file to its dossier.

    Raises:
        UserError: see :func:`desktop.services.deciding.attach_file`.
    """
    if signed.attachment is None:
        raise UserError("file_missing")
    return attach_file(desk, actor, signed.code, signed.attachment, signed.content)


def _signed(signing: Signing, key: UnlockedKey, draft: ToSign, at: datetime) -> Signed:
    place = signing.find_place(draft.pdf, draft.name)
    stamp = Stamp(StampKind.PERSON, draft.name, place=place)
    try:
        done = key.sign(SigningRequest(draft.pdf, draft.sha256, stamp, at))
    except AppError as problem:
        return Signed(draft.code, problem=problem)
    attachment = Attachment(
        sha256=done.sha256,
        media_type=MediaType.PDF.value,
        size=len(done.content),
        pages=draft.pages,
        role=AttachmentRole.SIGNED,
        title=draft.title,
    )
    return Signed(draft.code, attachment, done.content)


def _waits_for(actor: User, dossier: Dossier) -> bool:
    decision = dossier.decision
    return (
        decision is not None
        and decision.kind is DecisionKind.APPROVED
        and decision.means is SigningMeans.DIGITAL
        and decision.by == actor.user_id
        and dossier.base_status is Status.APPROVED
        and not has_signed_result(dossier)
    )
