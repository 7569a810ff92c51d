"""The results of ``motcua do``: pydantic models, so that ``--schema`` says what scripts can rely on."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from desktop.domain.catalogue import Procedure
from desktop.domain.deadlines import ExplainStep
from desktop.domain.dossiers import Dossier
from desktop.domain.limits import Limit
from desktop.domain.vietnamese import local
from desktop.services.records import DossierCard


class Answer(BaseModel):
    """Be a result."""

    model_config = ConfigDict(frozen=True)


class LimitOut(Answer):
    """Give a time limit."""

    n: int
    unit: str


class ExplainOut(Answer):
    """Give one reason why a day was skipped or counted otherwise."""

    date: date
    code: str
    reason: str


class DeadlineOut(Answer):
    """Answer ``deadline.compute``."""

    promised_at: str
    pack: str
    explain: list[ExplainOut]


class ComponentOut(Answer):
    """Give a component of a procedure."""

    code: str
    name: str
    required: bool


class FeeOut(Answer):
    """Give a fee rule of a procedure."""

    kind: str
    name: str
    amount_vnd: int
    needs_checking: bool


class ProcedureOut(Answer):
    """Answer ``procedure.show``; also an item of ``procedure.search``."""

    code: str
    name: str
    field: str
    field_name: str
    limit: LimitOut
    components: list[ComponentOut]
    fees: list[FeeOut]
    version: str
    source: str
    needs_checking: bool
    received_here: bool
    immediate_allowed: bool


class ProceduresOut(Answer):
    """Answer ``procedure.search``."""

    items: list[ProcedureOut]


class ReceiptOut(Answer):
    """Give a receipt: its number in the book, version, and PDF (absolute path, null when none is written)."""

    number: int
    book: int
    version: int
    pdf: str | None


class ReceivedOut(Answer):
    """Answer ``dossier.receive``; ``receipt`` is null for a result handed out at once."""

    dossier_id: str
    code: str
    is_provisional: bool
    status: str
    national_status: int
    received_at: str
    promised_at: str
    fee_vnd: int
    fee_owed_vnd: int
    receipt: ReceiptOut | None


class CorrectedOut(Answer):
    """Answer ``dossier.correct``."""

    code: str
    promised_at: str
    due_at: str
    receipt: ReceiptOut


class PrintedOut(Answer):
    """Answer ``receipt.print``; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    code: str
    pdf: str | None
    copy_no: int


class StatusOut(Answer):
    """Answer ``dossier.result_ready``: the national status."""

    code: str
    status: int


class ReturnedOut(Answer):
    """Answer ``dossier.return_result``: national status and return slip (absolute path, null when none is written)."""

    code: str
    status: int
    pdf: str | None


class LeaseOut(Answer):
    """Answer ``lease.declare_retired``: the last day on which codes are still provisional."""

    provisional_through: date


class ItemOut(Answer):
    """Give one dossier of a list."""

    code: str
    applicant: str
    procedure: str
    procedure_code: str
    status: str
    promised_at: str
    custodian: str


class ItemsOut(Answer):
    """Answer ``dossier.search``."""

    items: list[ItemOut]


def instant(at: datetime) -> str:
    """Return an instant as ISO 8601 with +07:00."""
    return local(at).isoformat()


def optional_instant(at: datetime | None) -> str | None:
    """Return an instant, or null."""
    return None if at is None else instant(at)


def explained(steps: tuple[ExplainStep, ...]) -> list[ExplainOut]:
    """Return the explanation of a deadline."""
    return [ExplainOut(date=step.on, code=step.code, reason=step.reason) for step in steps]


def limit_out(limit: Limit) -> LimitOut:
    """Return a limit."""
    return LimitOut(n=limit.n, unit=limit.unit.value)


def procedure_out(procedure: Procedure) -> ProcedureOut:
    """Return a catalogue entry."""
    return ProcedureOut(
        code=procedure.code,
        name=procedure.name,
        field=procedure.field,
        field_name=procedure.field_name,
        limit=limit_out(procedure.limit),
        components=[
            ComponentOut(code=entry.code, name=entry.name, required=entry.required) for entry in procedure.components
        ],
        fees=[
            FeeOut(kind=fee.kind.value, name=fee.name, amount_vnd=fee.amount_vnd, needs_checking=fee.needs_checking)
            for fee in procedure.fees
        ],
        version=procedure.version,
        source=procedure.source,
        needs_checking=procedure.needs_checking,
        received_here=procedure.received_here,
        immediate_allowed=procedure.immediate_allowed,
    )


def receipt_out(dossier: Dossier, pdf: str | None) -> ReceiptOut:
    """Return a receipt."""
    receipt = dossier.receipt
    return ReceiptOut(number=receipt.number, book=receipt.book, version=receipt.version, pdf=pdf)


def item_out(card: DossierCard, custodian: str) -> ItemOut:
    """Return one dossier of a list."""
    return ItemOut(
        code=card.code,
        applicant=card.applicant,
        procedure=card.procedure,
        procedure_code=card.procedure_code,
        status=card.status.value,
        promised_at=instant(card.promised_at),
        custodian=custodian,
    )
