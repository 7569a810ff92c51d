"""What ``dossier.show`` answers: a dossier with its way and its time line; see :mod:`desktop.cli.answers`."""

from collections.abc import Mapping
from typing import Any

from desktop.cli.answers import Answer, ReceiptOut, instant, limit_out, optional_instant, receipt_out
from desktop.cli.answers_way import FileOut, on_behalf_of
from desktop.domain.content import content_hash
from desktop.domain.dossiers import NATIONAL_STATUS, Dossier, Party, Payment
from desktop.domain.identity import mask_id_number
from desktop.domain.way import Apology, Attachment, Wait
from desktop.services.look_up import DossierView, TimelineEntry


class PersonOut(Answer):
    """Give a person; the ID number is masked for roles that may not see it."""

    name: str
    kind: str
    id_number: str
    birth_date: str
    phone: str
    email: str
    address: str


class LineOut(Answer):
    """Give the papers handed in for a component."""

    code: str
    name: str
    originals: int
    certified: int
    copies: int


class EventOut(Answer):
    """Give one entry of a time line."""

    at: str
    actor: str
    type: str
    details: dict[str, str]


class MissingOut(Answer):
    """Give one gap that a supplement names."""

    code: str
    name: str
    note: str


class WaitOut(Answer):
    """Give one wait of a dossier."""

    wait_id: str
    kind: str
    effect: str
    began_at: str
    by: str
    reason: str
    legal_basis: str
    missing: list[MissingOut]
    of: str
    answer_due: str | None
    number: int | None
    ended_at: str | None
    answer: str


class SubmissionOut(Answer):
    """Give what lies before the leaders, or was decided last."""

    at: str
    by: str
    content_hash: str
    note: str


class DecisionOut(Answer):
    """Give the last word of the leaders."""

    kind: str
    at: str
    by: str
    reason: str
    means: str
    waited_since: str
    document: str
    title_lines: list[str]
    signer: str


class ApologyOut(Answer):
    """Give one apology."""

    number: int
    at: str
    by: str
    reason: str
    cause: str
    old_promise: str
    new_promise: str
    is_late: bool


class PaymentOut(Answer):
    """Give money taken, or a waiver."""

    at: str
    by: str
    amount_vnd: int
    method: str
    reason: str
    voucher: int | None


class EndingOut(Answer):
    """Give a refusal or a withdrawal."""

    at: str
    by: str
    reason: str
    legal_basis: str
    number: int | None
    originals_returned: list[str]


class DossierOut(Answer):
    """Answer ``dossier.show``."""

    dossier_id: str
    code: str
    aliases: list[str]
    procedure: dict[str, Any]
    pack: str
    channel: str
    applicant: PersonOut
    submitter: PersonOut
    relation: str
    components: list[LineOut]
    sets: int
    note: str
    result_by: str
    fee_vnd: int
    paid_vnd: int
    fee_owed_vnd: int
    received_at: str
    promised_at: str
    first_promised_at: str
    due_at: str
    solved_at: str | None
    returned_at: str | None
    status: str
    national_status: int
    custodian: str
    shelf: str
    receipt: ReceiptOut
    timeline: list[EventOut]
    held_since: str
    offered_on: str
    clock_stopped: bool
    waits: list[WaitOut]
    attachments: list[FileOut]
    content_hash: str
    submission: SubmissionOut | None
    decision: DecisionOut | None
    authority: str | None
    on_behalf_of: str | None
    apologies: list[ApologyOut]
    payments: list[PaymentOut]
    ending: EndingOut | None


def dossier_out(view: DossierView, names: Mapping[str, str]) -> DossierOut:
    """Return a dossier with its time line; ``names`` maps user ids to names."""
    dossier = view.dossier
    used = None if dossier.decision is None else dossier.decision.authority
    return DossierOut(
        dossier_id=dossier.dossier_id,
        code=dossier.code,
        aliases=list(dossier.aliases),
        procedure={
            "code": dossier.procedure.code,
            "name": dossier.procedure.name,
            "field": dossier.procedure.field,
            "limit": limit_out(dossier.procedure.limit).model_dump(),
            "version": dossier.procedure.version,
        },
        pack=dossier.pack,
        channel=dossier.channel.value,
        applicant=_person(dossier.owner),
        submitter=_person(dossier.submitter.party),
        relation=dossier.submitter.relation.value,
        components=[
            LineOut(
                code=line.code,
                name=line.name,
                originals=line.originals,
                certified=line.certified,
                copies=line.copies,
            )
            for line in dossier.components
        ],
        sets=dossier.sets,
        note=dossier.note,
        result_by=dossier.result_by.value,
        fee_vnd=dossier.fee_vnd,
        paid_vnd=dossier.paid_vnd,
        fee_owed_vnd=dossier.owed_vnd,
        received_at=instant(dossier.received_at),
        promised_at=instant(dossier.promised_at),
        first_promised_at=instant(dossier.first_promised_at),
        due_at=instant(dossier.due_at),
        solved_at=optional_instant(dossier.solved_at),
        returned_at=optional_instant(dossier.returned.at if dossier.returned else None),
        status=dossier.status.value,
        national_status=NATIONAL_STATUS[dossier.status],
        custodian=view.custodian_name,
        shelf=dossier.shelf,
        receipt=receipt_out(dossier, None),
        timeline=[_event(entry) for entry in view.timeline],
        held_since=instant(dossier.custody_since),
        offered_on=dossier.offered_on,
        clock_stopped=dossier.is_clock_stopped,
        waits=[_wait(wait, names) for wait in dossier.waits],
        attachments=[file_out(file) for file in dossier.attachments],
        content_hash=content_hash(dossier),
        submission=_submission(dossier, names),
        decision=_decision(dossier, names),
        authority=None if used is None else used.form.value,
        on_behalf_of=on_behalf_of(used),
        apologies=[_apology(apology, names) for apology in dossier.apologies],
        payments=[_payment(payment, names) for payment in dossier.payments],
        ending=_ending(dossier, names),
    )


def file_out(file: Attachment) -> FileOut:
    """Return an attached file."""
    return FileOut(
        sha256=file.sha256,
        media_type=file.media_type,
        size=file.size,
        pages=file.pages,
        role=file.role.value,
        title=file.title,
    )


def _wait(wait: Wait, names: Mapping[str, str]) -> WaitOut:
    return WaitOut(
        wait_id=wait.wait_id,
        kind=wait.kind.value,
        effect=wait.effect.value,
        began_at=instant(wait.began_at),
        by=names.get(wait.by, ""),
        reason=wait.reason,
        legal_basis=wait.legal_basis,
        missing=[MissingOut(code=paper.code, name=paper.name, note=paper.note) for paper in wait.missing],
        of=wait.of,
        answer_due=optional_instant(wait.answer_due),
        number=None if wait.form is None else wait.form.number,
        ended_at=optional_instant(wait.ended_at),
        answer=wait.answer,
    )


def _submission(dossier: Dossier, names: Mapping[str, str]) -> SubmissionOut | None:
    given = dossier.submission
    if given is None:
        return None
    return SubmissionOut(
        at=instant(given.at), by=names.get(given.by, ""), content_hash=given.content_hash, note=given.note
    )


def _decision(dossier: Dossier, names: Mapping[str, str]) -> DecisionOut | None:
    taken = dossier.decision
    if taken is None:
        return None
    used = taken.authority
    return DecisionOut(
        kind=taken.kind.value,
        at=instant(taken.at),
        by=names.get(taken.by, ""),
        reason=taken.reason,
        means=taken.means.value,
        waited_since=instant(taken.waited_since),
        document="" if used is None else used.document,
        title_lines=[] if used is None else list(used.title_lines),
        signer="" if used is None else used.signer_name,
    )


def _apology(apology: Apology, names: Mapping[str, str]) -> ApologyOut:
    return ApologyOut(
        number=apology.form.number,
        at=instant(apology.at),
        by=names.get(apology.by, ""),
        reason=apology.reason,
        cause=apology.cause.value,
        old_promise=instant(apology.old_promise),
        new_promise=instant(apology.new_promise),
        is_late=apology.is_late,
    )


def _payment(payment: Payment, names: Mapping[str, str]) -> PaymentOut:
    return PaymentOut(
        at=instant(payment.at),
        by=names.get(payment.by, ""),
        amount_vnd=payment.amount_vnd,
        method=payment.method.value,
        reason=payment.reason,
        voucher=None if payment.voucher is None else payment.voucher.number,
    )


def _ending(dossier: Dossier, names: Mapping[str, str]) -> EndingOut | None:
    ended = dossier.ending
    if ended is None:
        return None
    return EndingOut(
        at=instant(ended.at),
        by=names.get(ended.by, ""),
        reason=ended.reason,
        legal_basis=ended.legal_basis,
        number=None if ended.form is None else ended.form.number,
        originals_returned=list(ended.originals_returned),
    )


def _person(party: Party) -> PersonOut:
    return PersonOut(
        name=party.name,
        kind=party.kind.value,
        id_number=mask_id_number(party.id_number),
        birth_date=party.birth_date,
        phone=party.phone,
        email=party.email,
        address=party.address,
    )


def _event(entry: TimelineEntry) -> EventOut:
    return EventOut(at=instant(entry.at), actor=entry.actor, type=entry.type, details=dict(entry.details))
