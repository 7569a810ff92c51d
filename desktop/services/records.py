"""Plain records that cross from storage to services and windows: cards, filters, print jobs, accounts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from desktop.domain.attempts import Attempts
from desktop.domain.dossiers import Custodian, Payment, Status
from desktop.domain.facts.unit import TurnedAway
from desktop.domain.users import User


@dataclass(frozen=True, slots=True)
class DossierCard:
    """Show a dossier in a list.

    Attributes:
        position: Place in the log's order of receipt; larger is newer.
        applicant: The owner's name.
        late_from: From here on a result counts as late, by the unit of the dossier's limit.
        is_open: Somebody still has to work on it: no result yet, not closed.
        is_waiting: Its clock stands still.
        seen_at: When anything happened to it last.
        fee_owed_vnd: Still to be paid.
    """

    position: int
    dossier_id: str
    code: str
    applicant: str
    procedure_code: str
    procedure: str
    field: str
    status: Status
    received_at: datetime
    promised_at: datetime
    due_at: datetime
    late_from: datetime
    solved_at: datetime | None
    is_open: bool
    is_waiting: bool
    seen_at: datetime
    custodian: Custodian
    fee_owed_vnd: int


@dataclass(frozen=True, slots=True)
class DossierFilter:
    """Narrow a list of dossiers; empty fields do not narrow.

    Attributes:
        statuses: Any of these.
        field: Field code.
        procedure: Procedure code.
        received_from: First local day of receipt.
        received_to: Last local day of receipt.
        late_at: Only open dossiers that are late at this instant.
        query: Words as typed into the search box.
    """

    statuses: tuple[Status, ...] = ()
    field: str = ""
    procedure: str = ""
    received_from: date | None = None
    received_to: date | None = None
    late_at: datetime | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Say how long a list is and where each of its pages begins, as far as it was walked.

    Attributes:
        total: Number of rows.
        starts: Position of the first row of each page.
        head: Positions of the first page.
        below: The walk goes on at this position; 0 when it has come to the end.
    """

    total: int = 0
    starts: tuple[int, ...] = ()
    head: tuple[int, ...] = ()
    below: int = 0


@dataclass(frozen=True, slots=True)
class WorkOf:
    """Narrow open dossiers to whose work they are.

    Attributes:
        user_id: Those this user holds.
        section: Those it holds, too; "" for everybody's.
    """

    user_id: str
    section: str


class JobState(StrEnum):
    """Say where a print job stands."""

    WAITING = "waiting"
    PRINTED = "printed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class PrintJob:
    """Describe a paper that must come out of a printer.

    Attributes:
        dossier_version: How many events of the dossier the paper shows; a later correction does not change it.
        copy_no: 0 for the original, n for "IN LẠI LẦN n".
        reason: Why it failed last, an error code.
        reference: Which of several papers of the form it is: the number of a supplement, the id of a slip; "" when
            there is one only.
    """

    job_id: str
    dossier_id: str
    dossier_version: int
    code: str
    form: str
    paper: str
    copy_no: int
    state: JobState
    created_at: datetime
    attempts: int = 0
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AllottedCode:
    """Give a code taken from the lease (or a provisional one) inside the transaction."""

    code: str
    is_provisional: bool
    block: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class Account:
    """Pair a user with what a log-in needs."""

    user: User
    password_hash: str
    is_one_time: bool
    attempts: Attempts


@dataclass(frozen=True, slots=True)
class DueBetween:
    """Narrow open dossiers whose clock runs by their deadline; instants are aware, both ends may be None.

    Attributes:
        late_from: Late from here on or later.
        late_before: Late before this instant.
        field: Field code, "" for every one.
    """

    late_from: datetime | None = None
    late_before: datetime | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """Name one payment of a day, for the cash sheet and the fee book.

    Attributes:
        payer: Name of the dossier's owner.
        dossier_id: Of its dossier.
        place: Which of the dossier's payments, from 0.
    """

    code: str
    payer: str
    procedure: str
    payment: Payment
    dossier_id: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True)
class TurnedAwayPaper:
    """Give a citizen who was sent home with Mẫu 02 or 03 before a code was spent."""

    at: datetime
    by: str
    fact: TurnedAway


@dataclass(frozen=True, slots=True)
class Access:
    """Hold one entry of the access log.

    Attributes:
        code: Of the dossier that was looked at, "" when there is none.
    """

    at: datetime
    user_id: str
    act: str
    code: str
    reason: str
