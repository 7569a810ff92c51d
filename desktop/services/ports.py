"""What the use cases need from outside: narrow protocols, implemented by storage, devices and printing."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from desktop.domain.attempts import Attempts
from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import Catalogue
from desktop.domain.codes import Lease
from desktop.domain.dossiers import Custodian, Dossier, Status
from desktop.domain.events import Event, Fact
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.users import User


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...


@dataclass(frozen=True, slots=True)
class DossierCard:
    """Show a dossier in a list.

    Attributes:
        position: Place in the log's order of receipt; larger is newer.
        applicant: The owner's name.
        late_from: From here on a result counts as late, by the unit of the dossier's limit.
        is_open: Somebody still has to work on it: no result yet, not closed.
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
        section: Those of procedures this section solves, and those it holds; "" for everybody's.
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


class Act(Protocol):
    """One open act: one ``BEGIN IMMEDIATE`` transaction that commits whole or not at all."""

    @property
    def now(self) -> datetime:
        """Return the instant of the act, aware UTC."""
        ...

    def find(self, code: str) -> Dossier | None:
        """Return the dossier that a primary code or alias finds."""
        ...

    def open_twin(self, *, owner_id: str, owner_name: str, procedure_code: str) -> str:
        """Return the code of an open dossier of the same owner and procedure, "" when there is none."""
        ...

    def allot_code(self, day: date, unit: Unit) -> AllottedCode:
        """Return the next code of a day."""
        ...

    def allot_number(self, form: str, year: int) -> tuple[int, int]:
        """Return (book, number): the next gap-free number of a form in a year and this PC's book."""
        ...

    def random_digits(self, n: int) -> str:
        """Return n random decimal digits."""
        ...

    def new_id(self) -> str:
        """Return a new UUIDv7."""
        ...

    def record(self, dossier_id: str, facts: Sequence[Fact]) -> Dossier:
        """Append facts about a dossier and return its new state."""
        ...

    def record_unit(self, facts: Sequence[Fact]) -> None:
        """Append facts about the unit."""
        ...

    def queue_print(self, dossier: Dossier, form: str, paper: str, copy_no: int) -> PrintJob:
        """Put a paper into the print queue."""
        ...

    def save_account(self, account: Account) -> None:
        """Store a user's log-in data."""
        ...


class Ledger(Protocol):
    """Write acts. Threads: lane db only."""

    def act(self, actor: User | None) -> AbstractContextManager[Act]:
        """Open an act; leaving the block commits it, an exception rolls it back."""
        ...

    def has_lease(self, day: date) -> bool:
        """Tell whether official codes can be given on a day."""
        ...

    def declare_lease(self, actor: User, lease: Lease, reason: str) -> None:
        """Take a lease by an administrator's word."""
        ...

    def latest_act_at(self) -> datetime | None:
        """Return the latest instant of an own event, None for an empty log."""
        ...

    def save_draft(self, user_id: str, page: str, content: str) -> None:
        """Keep what a user has typed on a page; "" drops it."""
        ...

    def settle_job(self, job_id: str, state: JobState, reason: str = "") -> None:
        """Record what became of a print job."""
        ...

    def save_attempts(self, user_id: str, attempts: Attempts) -> None:
        """Store failed log-ins at once, so that they survive a restart."""
        ...


class Reader(Protocol):
    """Read without writing. Threads: lane read, or the caller's own connection."""

    def find(self, code: str) -> Dossier | None:
        """Return the dossier that a primary code or alias finds."""
        ...

    def history(self, dossier_id: str) -> tuple[Event, ...]:
        """Return a dossier's events in order."""
        ...

    def search(self, query: str, limit: int) -> tuple[DossierCard, ...]:
        """Return the newest dossiers that match every word, with or without tone marks."""
        ...

    def positions(self, narrowed: DossierFilter) -> Sequence[int]:
        """Return the positions of all dossiers in a filter, newest first."""
        ...

    def cards(self, narrowed: DossierFilter, *, at_or_before: int, limit: int) -> tuple[DossierCard, ...]:
        """Return cards of a filter from a position downwards."""
        ...

    def anchors(self, narrowed: DossierFilter, every: int = 128, *, so_far: Anchors | None = None) -> Anchors:
        """Walk one slice of a filter from the newest position down, short enough not to keep anybody waiting.

        Args:
            narrowed: The filter.
            every: Rows of a page.
            so_far: The answer before; while its ``below`` is not 0 there is more to walk.
        """
        ...

    def open_cards(self, mine: WorkOf, *, limit: int, offset: int = 0) -> tuple[DossierCard, ...]:
        """Return cards of open dossiers, next due first."""
        ...

    def count_open(self, mine: WorkOf) -> int:
        """Return how many open dossiers there are."""
        ...

    def latest_of_person(self, id_number: str) -> Dossier | None:
        """Return the newest dossier whose owner has this ID number."""
        ...

    def last_received_by(self, user_id: str) -> Dossier | None:
        """Return the newest dossier a user received."""
        ...

    def unit(self) -> Unit:
        """Return the unit as configured."""
        ...

    def users(self) -> tuple[User, ...]:
        """Return all users, inactive ones too."""
        ...

    def account(self, login: str) -> Account | None:
        """Return a user's log-in data."""
        ...

    def jobs(self, *states: JobState) -> tuple[PrintJob, ...]:
        """Return print jobs in the given states, oldest first."""
        ...

    def draft(self, user_id: str, page: str) -> str:
        """Return what a user had typed on a page, "" when nothing is kept."""
        ...

    def last_of_type(self, event_type: str) -> Event | None:
        """Return the newest event of a type, None when there is none."""
        ...

    def calendar(self) -> Calendar:
        """Return the calendar with the unit's overlay."""
        ...


class Forms(Protocol):
    """Make papers. Threads: any; it does no I/O."""

    def receipt(self, dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, paper: str, copy_no: int) -> bytes:
        """Return the receipt as PDF bytes.

        Raises:
            UserError: ``unknown_paper``.
        """
        ...

    def return_slip(
        self, dossier: Dossier, *, unit: Unit, pack: RulePack, clerk: str, paper: str, copy_no: int
    ) -> bytes:
        """Return the slip for a result handed over, as PDF bytes.

        Raises:
            UserError: ``unknown_paper``, ``not_returned``, ``form_not_in_pack``.
        """
        ...


class Passwords(Protocol):
    """Hash and check passwords. Slow on purpose (≈ 150 ms): never on the UI thread."""

    def hash_password(self, text: str) -> str:
        """Return an argon2id hash."""
        ...

    def verify_password(self, hashed: str, text: str) -> bool:
        """Tell whether a password matches."""
        ...

    def check_new_password(self, text: str, login: str) -> None:
        """Refuse a weak password.

        Raises:
            UserError: ``weak_password``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reference:
    """Hold the dated data the program ships with."""

    packs: tuple[RulePack, ...]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """Bundle what every use case works with; built once in ``wiring.py``.

    Attributes:
        is_training: Papers are marked worthless and instants may be given.
    """

    ledger: Ledger
    reader: Reader
    reference: Reference
    forms: Forms
    passwords: Passwords
    clock: Clock
    is_training: bool
