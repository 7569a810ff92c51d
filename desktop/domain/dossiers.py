"""A dossier: what it is made of, and the state its events fold into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from desktop.domain.fees import FeeLine
from desktop.domain.limits import Limit
from desktop.domain.processes import Process
from desktop.domain.vietnamese import local
from desktop.domain.way import Apology, Attachment, Decision, Ending, FormNumber, Submission, Wait

#: Before anything happened; only states written by an older program hold it.
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Status(StrEnum):
    """Name the state of a dossier inside the ward."""

    RECEIVED = "received"
    WITH_SECTION = "with_section"
    IN_PROGRESS = "in_progress"
    WAITING_SUPPLEMENT = "waiting_supplement"
    WAITING_PAYMENT = "waiting_payment"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RESULT_READY = "result_ready"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


#: Status of the national exchange (``TrangThaiHoSo`` 1-10) for each status of ours.
NATIONAL_STATUS: Mapping[Status, int] = {
    Status.RECEIVED: 2,
    Status.REFUSED: 3,
    Status.WITH_SECTION: 4,
    Status.IN_PROGRESS: 4,
    Status.SUBMITTED: 4,
    Status.APPROVED: 4,
    Status.WAITING_SUPPLEMENT: 5,
    Status.WAITING_PAYMENT: 6,
    Status.WITHDRAWN: 7,
    Status.STOPPED: 8,
    Status.RESULT_READY: 9,
    Status.RETURNED: 10,
}

#: Statuses in which nobody holds the paper any more. A stopped dossier is none: it can be taken up again.
CLOSED = frozenset({Status.RETURNED, Status.REFUSED, Status.WITHDRAWN})


class Channel(StrEnum):
    """Say how the dossier came in."""

    DIRECT = "direct"
    ONLINE = "online"
    POST = "post"


class ResultBy(StrEnum):
    """Say how the result goes out."""

    COUNTER = "counter"
    POST = "post"
    ELECTRONIC = "electronic"


class ApplicantKind(StrEnum):
    """Say what kind of person applies (``LoaiDoiTuong`` 1-4)."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    AGENCY = "agency"
    ORGANISATION = "organisation"


class Relation(StrEnum):
    """Say in whose right a person hands in or collects."""

    OWNER = "owner"
    AUTHORISED = "authorised"


class Proof(StrEnum):
    """Name what proves that the result reached the citizen."""

    SIGNATURE = "signature"
    PHOTO = "photo"
    POSTAL = "postal"
    ELECTRONIC = "electronic"


class FeeMethod(StrEnum):
    """Say how a fee was settled."""

    CASH = "cash"
    TRANSFER = "transfer"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Party:
    """Describe a person or body.

    Attributes:
        name: As on the identity paper, NFC.
        kind: Citizen, business, agency or other organisation.
        id_number: Identity, passport or tax number as text, "" when there is none (a newborn).
        birth_date: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; "" when unknown.
        phone: National form ("0912345678"), "" when unknown.
        email: "" when unknown.
        address: One line, "" when unknown.
        sex: "Nam", "Nữ" or "".
    """

    name: str
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: str = ""
    birth_date: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Submitter:
    """Say who stood at the counter: the owner, or somebody with the owner's paper."""

    party: Party
    relation: Relation
    authorisation: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureSnapshot:
    """Keep what a dossier must remember of its procedure for life.

    Attributes:
        code: National code.
        name: Official name on the day of receipt.
        field: Field code.
        field_name: Field name.
        version: Version of the catalogue entry.
        limit: Time limit in force for the channel.
        section: Section that solves it.
        result_name: What the citizen gets.
        process: Steps it was to go through; None when nobody had divided its time, and in older data.
    """

    code: str
    name: str
    field: str
    field_name: str
    version: str
    limit: Limit
    section: str = ""
    result_name: str = ""
    process: Process | None = None


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """Count the papers handed in for one component.

    Attributes:
        code: Code of the catalogue's component; "" for a paper outside the list.
        name: As printed on the receipt.
        required: Whether the procedure demands it.
        originals: Originals handed in.
        certified: Certified copies handed in.
        copies: Plain copies handed in.
    """

    code: str
    name: str
    required: bool
    originals: int = 0
    certified: int = 0
    copies: int = 0

    @property
    def total(self) -> int:
        """Return how many sheets of any kind were handed in."""
        return self.originals + self.certified + self.copies


@dataclass(frozen=True, slots=True)
class CertifiedDocument:
    """Describe one document to certify: its pages and the copies wanted."""

    pages: int
    copies: int


@dataclass(frozen=True, slots=True)
class Payment:
    """Record money taken (or an exemption, with its reason) for a dossier.

    Attributes:
        event_id: Of the event that recorded it first: its name for ever, whatever place it has among the others.
    """

    amount_vnd: int
    method: FeeMethod
    at: datetime
    by: str
    reason: str = ""
    voucher: FormNumber | None = None
    event_id: str = ""


class CustodianKind(StrEnum):
    """Say what kind of holder has the paper."""

    SECTION = "section"
    USER = "user"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Custodian:
    """Name the one holder of the dossier's paper.

    Attributes:
        kind: A section (any member may act), a user, or nobody once it is closed.
        holder: Section code or user id; "" for nobody.
    """

    kind: CustodianKind
    holder: str = ""


NOBODY = Custodian(CustodianKind.NOBODY)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Follow the receipt through its life.

    Attributes:
        book: Book of the register (the counter's number).
        number: Gap-free number within form, year and book; 0 when none was wanted (Decree 61 art. 17.4).
        version: 1, and one more with each correction.
        issued_at: When this version was issued.
        previous_at: When the version before it was issued; None for version 1.
        reprints: How often this version was printed again.
    """

    book: int
    number: int
    version: int
    issued_at: datetime
    previous_at: datetime | None = None
    reprints: int = 0


@dataclass(frozen=True, slots=True)
class ReturnRecord:
    """Record who got the result, how it was proven, and what went back."""

    at: datetime
    by: str
    recipient: Party
    relation: Relation
    proof: Proof
    proof_reference: str
    authorisation: str = ""
    originals_returned: tuple[str, ...] = ()
    without_receipt_reason: str = ""
    proof_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """State one corrected field with its old and new value, as printed."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Hold a dossier's present state: a pure fold of its events.

    Attributes:
        dossier_id: UUIDv7.
        unit_id: Unit that received it.
        code: Its one primary code.
        aliases: Other codes that find it.
        pack: Id of the rule pack it was received under.
        due_at: What the law demands now; lateness counts against it.
        promised_at: What the citizen was told last.
        first_promised_at: What was printed first; shown for ever.
        solved_at: When the result lay at the counter (status 9), or the refusal was written.
        version: How many events it has folded.
        seen_at: When its last event happened.
        base_status: Where it stands beside its waits; what it goes back to when the last one ends.
        custody_since: Since when the present custodian has it.
        offered_on: Name of the slip it lies on until the receiver confirms, "" for none.
        waits: Every wait, in order; several opinions may be open at once, one that stops the clock only.
        submission: What lies before the leaders, or was decided last.
        decision: The last word of the leaders; None before, and after a change that voids it.
        ending: The refusal or withdrawal.
    """

    dossier_id: str
    unit_id: str
    code: str
    pack: str
    procedure: ProcedureSnapshot
    channel: Channel
    owner: Party
    submitter: Submitter
    components: tuple[ComponentLine, ...]
    sets: int
    note: str
    result_by: ResultBy
    fees: tuple[FeeLine, ...]
    lookup_key: str
    received_at: datetime
    received_by: str
    due_at: datetime
    promised_at: datetime
    first_promised_at: datetime
    receipt: Receipt
    status: Status
    custodian: Custodian
    version: int
    aliases: tuple[str, ...] = ()
    documents: tuple[CertifiedDocument, ...] = ()
    exemption: str = ""
    payments: tuple[Payment, ...] = ()
    changes: tuple[Change, ...] = ()
    correction_reason: str = ""
    is_immediate: bool = False
    solved_at: datetime | None = None
    result_note: str = ""
    shelf: str = ""
    returned: ReturnRecord | None = None
    seen_at: datetime = _LONG_AGO
    base_status: Status = Status.RECEIVED
    custody_since: datetime = _LONG_AGO
    offered_on: str = ""
    waits: tuple[Wait, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    submission: Submission | None = None
    decision: Decision | None = None
    apologies: tuple[Apology, ...] = ()
    ending: Ending | None = None

    @property
    def fee_vnd(self) -> int:
        """Return the whole fee in đồng."""
        return sum(line.amount_vnd for line in self.fees)

    @property
    def paid_vnd(self) -> int:
        """Return what has been paid in đồng."""
        return sum(payment.amount_vnd for payment in self.payments)

    @property
    def is_exempt(self) -> bool:
        """Tell whether the fee was waived with a reason."""
        return bool(self.exemption) or any(payment.method is FeeMethod.EXEMPT for payment in self.payments)

    @property
    def owed_vnd(self) -> int:
        """Return what is still to be paid in đồng; 0 when exempt."""
        return 0 if self.is_exempt else max(self.fee_vnd - self.paid_vnd, 0)

    @property
    def is_closed(self) -> bool:
        """Tell whether nobody holds the paper any more."""
        return self.status in CLOSED

    @property
    def open_waits(self) -> tuple[Wait, ...]:
        """Return the waits that still last."""
        return tuple(wait for wait in self.waits if wait.is_open)

    @property
    def is_clock_stopped(self) -> bool:
        """Tell whether the deadline stands still now."""
        return any(wait.stops_clock for wait in self.open_waits)

    @property
    def year(self) -> int:
        """Return the year of receipt, as the register counts it."""
        return self.received_on.year

    @property
    def received_on(self) -> date:
        """Return the local day of receipt."""
        return local(self.received_at).date()
