"""What the commands of ``motcua do`` between counter and citizen answer; see :mod:`desktop.cli.answers`."""

from collections.abc import Mapping
from datetime import date

from desktop.cli.answers import Answer, ReceiptOut, instant, optional_instant
from desktop.domain.authority import Delegation
from desktop.domain.dossiers import NATIONAL_STATUS, Dossier
from desktop.domain.rule_packs import RulePack
from desktop.domain.slips import Slip, slip_qr
from desktop.domain.way import AuthorityUsed, FormNumber, SigningForm
from desktop.services.deciding import WaitingForDecision


class FormOut(Answer):
    """Give a paper: the form's key and number of its regulation, its own number in the book, and PDF."""

    form: str
    name: str
    title: str
    number: int
    book: int
    year: int
    printed_number: str
    pdf: str | None


class FormIssuedOut(Answer):
    """Answer ``dossier.request_supplement`` and ``dossier.refuse``; without a code the first three are null."""

    code: str | None
    status: str | None
    national_status: int | None
    form: FormOut


class StandingOut(Answer):
    """Give where a dossier stands now; also the answer of ``dossier.withdraw`` and others."""

    code: str
    status: str
    national_status: int
    promised_at: str
    due_at: str


class StoppedOut(StandingOut):
    """Answer ``dossier.stop``; ``form`` is null where the dossier's rule pack knows no such paper."""

    form: FormOut | None


class WaitOpenedOut(StandingOut):
    """Answer ``wait.open``."""

    wait_id: str


class WaitClosedOut(StandingOut):
    """Answer ``dossier.receive_supplement``, ``dossier.resume`` and ``wait.close``; its PDF is null if unchanged."""

    receipt: ReceiptOut


class ApologisedOut(StandingOut):
    """Answer ``dossier.apologise``."""

    is_late: bool
    form: FormOut
    authority: str
    on_behalf_of: str | None


class VoucherOut(Answer):
    """Give an internal fee voucher."""

    number: int
    book: int
    year: int
    pdf: str | None


class FeeTakenOut(Answer):
    """Answer ``fee.take``; ``voucher`` is null where none is written."""

    code: str
    fee_vnd: int
    paid_vnd: int
    fee_owed_vnd: int
    voucher: VoucherOut | None


class PaperOut(Answer):
    """Answer ``paper.print`` and ``handover.print``; ``copy_no`` is the n of "IN LẠI LẦN n", 0 for one made anew."""

    name: str
    form: str
    pdf: str | None
    copy_no: int


class DifferenceOut(Answer):
    """Name a dossier in which a slip and what came differ."""

    code: str
    kind: str
    holder: str


class SlipOut(Answer):
    """Give a handover slip; answer of ``handover.show`` and ``handover.withdraw``."""

    slip: str
    slip_id: str
    state: str
    giver: str
    to: str
    made_at: str
    made_by: str
    codes: list[str]
    note: str
    qr: str
    accepted: list[str]
    missing: list[str]
    unexpected: list[str]
    differences: list[DifferenceOut]
    closed_at: str | None
    closed_by: str


class SlipMadeOut(Answer):
    """Answer ``handover.create``."""

    slip: str
    slip_id: str
    to: str
    codes: list[str]
    pdf: str | None


class SlipConfirmedOut(Answer):
    """Answer ``handover.confirm``."""

    slip: str
    accepted: list[str]
    missing: list[str]
    unexpected: list[str]
    differences: list[DifferenceOut]


class SlipsOut(Answer):
    """Answer ``handover.list``."""

    incoming: list[SlipOut]
    outgoing: list[SlipOut]
    recent: list[SlipOut]


class CustodyOut(StandingOut):
    """Answer ``custody.assign``."""

    custodian: str


class FileOut(Answer):
    """Give an attached file."""

    sha256: str
    media_type: str
    size: int
    pages: int
    role: str
    title: str


class AttachedOut(Answer):
    """Answer ``file.attach``."""

    code: str
    file: FileOut


class DecidedOut(Answer):
    """Give one dossier after a decision: in whose right it was signed, and for whom."""

    code: str
    status: str
    national_status: int
    authority: str | None
    on_behalf_of: str | None
    document: str
    signer: str


class BatchOut(Answer):
    """Answer ``dossier.submit``, ``approve``, ``send_back``, ``reject``; for one dossier its fields stand here too."""

    items: list[DecidedOut]
    code: str | None
    status: str | None
    national_status: int | None
    authority: str | None
    on_behalf_of: str | None


class WaitingOut(Answer):
    """Give one dossier that lies before the leaders."""

    code: str
    applicant: str
    procedure: str
    procedure_code: str
    field: str
    author: str
    submitted_at: str | None
    due_at: str
    promised_at: str
    days_left: int
    is_late: bool
    lacks_apology: bool
    is_changed: bool
    is_own: bool
    is_ready: bool
    content_hash: str
    authority: str | None
    on_behalf_of: str | None
    refusal: str


class WaitingListOut(Answer):
    """Answer ``dossier.waiting``, what hurts first."""

    items: list[WaitingOut]
    total: int


class DelegationOut(Answer):
    """Give a delegation; answer of ``delegation.grant`` and ``delegation.revoke``."""

    delegation_id: str
    delegate: str
    name: str
    form: str
    document: str
    document_on: date
    from_on: date
    to_on: date | None
    revoked_on: date | None
    fields: list[str]
    procedures: list[str]
    is_in_force: bool


class DelegationsOut(Answer):
    """Answer ``delegation.list``."""

    items: list[DelegationOut]


def form_out(number: FormNumber, pack: RulePack, pdf: str | None) -> FormOut:
    """Return a paper; a form its pack does not know has no name."""
    rule = pack.forms.get(number.form)
    return FormOut(
        form=number.form,
        name=rule.number if rule else "",
        title=rule.title if rule else "",
        number=number.number,
        book=number.book,
        year=number.year,
        printed_number=rule.numbered(number.number, number.year) if rule else str(number.number),
        pdf=pdf,
    )


def standing_of(dossier: Dossier) -> StandingOut:
    """Return where a dossier stands."""
    return StandingOut(
        code=dossier.code,
        status=dossier.status.value,
        national_status=NATIONAL_STATUS[dossier.status],
        promised_at=instant(dossier.promised_at),
        due_at=instant(dossier.due_at),
    )


def on_behalf_of(used: AuthorityUsed | None) -> str | None:
    """Return for whom somebody signs, as the paper says it; null in one's own right."""
    if used is None or used.form is SigningForm.OWN or not used.title_lines:
        return None
    return used.title_lines[0].partition(". ")[2]


def decided_out(dossier: Dossier, used: AuthorityUsed | None) -> DecidedOut:
    """Return a dossier after a decision."""
    return DecidedOut(
        code=dossier.code,
        status=dossier.status.value,
        national_status=NATIONAL_STATUS[dossier.status],
        authority=None if used is None else used.form.value,
        on_behalf_of=on_behalf_of(used),
        document="" if used is None else used.document,
        signer="" if used is None else used.signer_name,
    )


def batch_out(items: list[DecidedOut]) -> BatchOut:
    """Return a batch after a decision."""
    only = items[0] if len(items) == 1 else None
    return BatchOut(
        items=items,
        code=only.code if only else None,
        status=only.status if only else None,
        national_status=only.national_status if only else None,
        authority=only.authority if only else None,
        on_behalf_of=only.on_behalf_of if only else None,
    )


def slip_out(slip: Slip, giver: str, to: str, names: Mapping[str, str]) -> SlipOut:
    """Return a slip; ``names`` maps user ids to names."""
    return SlipOut(
        slip=slip.name,
        slip_id=slip.slip_id,
        state=slip.state.value,
        giver=giver,
        to=to,
        made_at=instant(slip.made_at),
        made_by=names.get(slip.made_by, ""),
        codes=list(slip.codes),
        note=slip.note,
        qr=slip_qr(slip),
        accepted=list(slip.accepted),
        missing=list(slip.missing),
        unexpected=[each.code for each in slip.unexpected],
        differences=differences_of(slip, giver),
        closed_at=optional_instant(slip.closed_at),
        closed_by=names.get(slip.closed_by, ""),
    )


def differences_of(slip: Slip, giver: str) -> list[DifferenceOut]:
    """Return in what a slip and what came differ, and who has each of them."""
    return [
        *(DifferenceOut(code=code, kind="missing", holder=giver) for code in slip.missing),
        *(DifferenceOut(code=each.code, kind="unexpected", holder=each.holder) for each in slip.unexpected),
    ]


def waiting_out(row: WaitingForDecision) -> WaitingOut:
    """Return one dossier that lies before the leaders."""
    dossier = row.dossier
    return WaitingOut(
        code=dossier.code,
        applicant=dossier.owner.name,
        procedure=dossier.procedure.name,
        procedure_code=dossier.procedure.code,
        field=dossier.procedure.field,
        author=row.author,
        submitted_at=optional_instant(dossier.submission.at if dossier.submission else None),
        due_at=instant(dossier.due_at),
        promised_at=instant(dossier.promised_at),
        days_left=row.days_left,
        is_late=row.is_late,
        lacks_apology=row.lacks_apology,
        is_changed=row.is_changed,
        is_own=row.is_own,
        is_ready=row.is_ready,
        content_hash=row.content_hash,
        authority=None if row.authority is None else row.authority.form.value,
        on_behalf_of=on_behalf_of(row.authority),
        refusal="" if row.refusal is None else row.refusal.code,
    )


def delegation_out(delegation: Delegation, login: str, name: str, today: date) -> DelegationOut:
    """Return a delegation."""
    return DelegationOut(
        delegation_id=delegation.delegation_id,
        delegate=login,
        name=name,
        form=delegation.form.value,
        document=delegation.document,
        document_on=delegation.document_on,
        from_on=delegation.from_on,
        to_on=delegation.to_on,
        revoked_on=delegation.revoked_on,
        fields=list(delegation.fields),
        procedures=list(delegation.procedures),
        is_in_force=delegation.holds_on(today),
    )
