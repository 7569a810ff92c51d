"""What happens to a dossier at the counter: received, corrected, printed, paid, ready, returned."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.dossiers import (
    CertifiedDocument,
    Change,
    Channel,
    ComponentLine,
    FeeMethod,
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.fees import FeeLine
from desktop.domain.way import FormNumber


@dataclass(frozen=True, slots=True)
class Received:
    """A dossier was received and its receipt issued (Decree 61/2018 art. 17).

    Attributes:
        online_id: What it was filed online as, "" when it came another way.
    """

    unit_id: str
    code: str
    is_provisional: bool
    book: int
    receipt_number: int
    lookup_key: str
    pack: str
    procedure: ProcedureSnapshot
    channel: Channel
    owner: Party
    submitter: Submitter
    components: tuple[ComponentLine, ...]
    sets: int
    result_by: ResultBy
    fees: tuple[FeeLine, ...]
    due_at: datetime
    counter_section: str
    day: date
    block: int = -1
    ordinal: int = 0
    note: str = ""
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""
    is_immediate: bool = False
    duplicate_reason: str = ""
    online_id: str = ""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A printed fact was wrong: the whole new state of what can change, old and new value, reason."""

    owner: Party
    submitter: Submitter
    procedure: ProcedureSnapshot
    channel: Channel
    components: tuple[ComponentLine, ...]
    sets: int
    note: str
    result_by: ResultBy
    fees: tuple[FeeLine, ...]
    due_at: datetime
    changes: tuple[Change, ...]
    reason: str
    receipt_version: int
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPrinted:
    """A receipt was printed again; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    version: int
    copy_no: int
    paper: str


@dataclass(frozen=True, slots=True)
class FeeTaken:
    """Money was taken, or the fee waived with a reason."""

    amount_vnd: int
    method: FeeMethod
    reason: str = ""
    voucher: FormNumber | None = None


@dataclass(frozen=True, slots=True)
class ResultReady:
    """The result lies at the counter: national status 9, the moment lateness is decided by."""

    counter_section: str
    shelf: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The citizen has the result, with a recipient and a proof: national status 10."""

    recipient: Party
    relation: Relation
    proof: Proof
    proof_reference: str
    authorisation: str = ""
    originals_returned: tuple[str, ...] = ()
    without_receipt_reason: str = ""
    proof_sha256: str = ""
