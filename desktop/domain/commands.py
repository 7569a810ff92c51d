"""What a person may ask for: one frozen dataclass per act, already parsed and normalised at the border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from desktop.domain.catalogue import Procedure
from desktop.domain.dossiers import (
    CertifiedDocument,
    Channel,
    FeeMethod,
    Party,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)


@dataclass(frozen=True, slots=True)
class ComponentCount:
    """Count the papers handed in for a component of the procedure.

    Attributes:
        code: Component code; "" for a paper outside the list (then ``name`` and ``reason`` are required).
        originals: 0 to 999.
        certified: 0 to 999.
        copies: 0 to 999.
        name: Name of a paper outside the list.
        reason: Why it is taken in although the list does not name it (Decree 61/2018 art. 5).
    """

    code: str
    originals: int = 0
    certified: int = 0
    copies: int = 0
    name: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Receive:
    """Receive a dossier.

    Attributes:
        procedure: The published catalogue entry.
        owner: In whose name it runs.
        submitter: Who stands at the counter.
        components: Papers handed in.
        documents: Documents to certify, for the page fee.
        exemption: Reason for waiving the fee, "" for none.
        paid_vnd: Money taken now; 0 for none.
        is_immediate: The result is handed out at once, no receipt is wanted (Decree 61/2018 art. 17.4).
        duplicate_reason: Why an open dossier of the same person and procedure is no mistake; "" = not asked yet.
    """

    procedure: Procedure
    channel: Channel
    owner: Party
    submitter: Submitter
    components: tuple[ComponentCount, ...]
    sets: int = 1
    note: str = ""
    result_by: ResultBy = ResultBy.COUNTER
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""
    paid_vnd: int = 0
    paid_method: FeeMethod = FeeMethod.CASH
    is_immediate: bool = False
    duplicate_reason: str = ""


@dataclass(frozen=True, slots=True)
class Correct:
    """Correct what was printed wrongly; the receipt is issued again as version n + 1.

    Attributes:
        changes: Dotted field (``applicant.name``) to its new value as text.
        procedure: The right procedure, when ``procedure`` is among the changes.
        promised_at: The right promise, when it is corrected by hand.
        components: The right counts, when they are corrected.
        reason: At least 5 characters.
    """

    changes: Mapping[str, str]
    reason: str
    procedure: Procedure | None = None
    promised_at: datetime | None = None
    components: tuple[ComponentCount, ...] | None = None
    documents: tuple[CertifiedDocument, ...] | None = None


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print the receipt again, marked as a copy."""

    paper: str


@dataclass(frozen=True, slots=True)
class TakeFee:
    """Take money, or waive the fee with a reason."""

    amount_vnd: int
    method: FeeMethod
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MarkResultReady:
    """Put the result at the counter."""

    shelf: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReturnResult:
    """Hand the result to the citizen.

    Attributes:
        recipient: Who takes it.
        relation: Owner or authorised person.
        proof: What proves it.
        proof_reference: Number or description of the proof (postal number, "Ký trên liên lưu").
        authorisation: The authorised person's paper; required for him.
        originals_returned: Components whose originals went back.
        without_receipt_reason: Why the receipt is not shown; "" when it is.
        paid_vnd: Fee settled now.
        proof_sha256: Hash of a stored photo or scan that proves it, "" for none.
    """

    recipient: Party
    relation: Relation
    proof: Proof
    proof_reference: str
    authorisation: str = ""
    originals_returned: tuple[str, ...] = ()
    without_receipt_reason: str = ""
    paid_vnd: int = 0
    paid_method: FeeMethod = FeeMethod.CASH
    fee_reason: str = field(default="")
    proof_sha256: str = ""


Command = Receive | Correct | PrintReceipt | TakeFee | MarkResultReady | ReturnResult
