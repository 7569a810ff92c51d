"""What the use cases need from outside: narrow protocols, implemented by storage, devices and printing."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from desktop.domain.attempts import Attempts
from desktop.domain.calendars import Calendar
from desktop.domain.codes import Lease
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event, Fact
from desktop.domain.rule_packs import RulePack
from desktop.domain.slips import Slip
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.services.books import CashSheet, RegisterBook, RegisterEntry, ReportPaper
from desktop.services.records import (
    Access,
    Account,
    AllottedCode,
    Anchors,
    DossierCard,
    DossierFilter,
    JobState,
    PrintJob,
    TurnedAwayPaper,
    WorkOf,
)
from desktop.services.reference import Reference
from desktop.services.way_port import WayReader


class Clock(Protocol):
    """Tell the time."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        ...


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

    def queue_print(
        self, dossier: Dossier | None, form: str, paper: str, copy_no: int, *, reference: str = ""
    ) -> PrintJob:
        """Put a paper of a dossier, or of the unit (None), into the print queue."""
        ...

    def slip(self, name: str) -> Slip | None:
        """Return a slip by its name or id."""
        ...

    def sign(self, message: bytes) -> str:
        """Return this PC's signature of a message, hexadecimal."""
        ...

    def store_file(self, sha256: str, content: bytes) -> None:
        """Keep a file by the hash of its content."""
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

    def declare_lease(self, actor: User, lease: Lease, reason: str) -> Lease:
        """Take a lease by an administrator's word; return what was taken."""
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

    def note_reminders(self, user_id: str, seen: Sequence[tuple[str, str]]) -> None:
        """Keep which reminders (subject, stage) a user has seen."""
        ...

    def note_access(self, user_id: str, act: str, subject: str, reason: str = "") -> None:
        """Write into the access log who looked at what; it is no part of the synced log."""
        ...

    def save_attempts(self, user_id: str, attempts: Attempts) -> None:
        """Store failed log-ins at once, so that they survive a restart."""
        ...

    def save_stranger_attempts(self, login: str, attempts: Attempts) -> None:
        """Store failed log-ins under a name nobody has."""
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

    def left_account(self, login: str) -> str:
        """Return the id of who had a log-in here and is no user of the ward, "" for nobody."""
        ...

    def own_passwords(self) -> frozenset[str]:
        """Return the ids of users who set a password of their own, on whichever PC (a walk over the unit's events)."""
        ...

    def stranger_attempts(self, login: str) -> Attempts:
        """Return the failed log-ins under a name nobody has."""
        ...

    def jobs(self, *states: JobState) -> tuple[PrintJob, ...]:
        """Return print jobs in the given states, oldest first."""
        ...

    def accesses(self, since: datetime, until: datetime, limit: int) -> tuple[Access, ...]:
        """Return the entries of the access log of some time, newest first."""
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

    def paper(self, request: "PaperRequest") -> bytes:
        """Return any other paper as PDF bytes.

        Raises:
            UserError: ``unknown_form``, ``unknown_paper``, ``form_not_in_pack``.
        """
        ...

    def sizes(self, form: str) -> tuple[str, ...]:
        """Return the paper sizes a form is drawn on.

        Raises:
            UserError: ``unknown_form``.
        """
        ...

    def register(self, book: RegisterBook, entries: Iterable[RegisterEntry]) -> bytes:
        """Return the register as PDF bytes; entries are taken one by one.

        Raises:
            UserError: ``form_not_in_pack``.
        """
        ...

    def register_worksheet(self, book: RegisterBook, entries: Iterable[RegisterEntry], target: Path) -> None:
        """Write the register as an xlsx file; entries are taken one by one.

        Raises:
            OSError: The file cannot be written.
        """
        ...

    def report(self, paper: ReportPaper) -> bytes:
        """Return the quarterly table as PDF bytes."""
        ...

    def report_worksheet(self, paper: ReportPaper, target: Path) -> None:
        """Write the quarterly table as an xlsx file.

        Raises:
            OSError: The file cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """Show a dossier of a list as it was when the list was made, with its events up to then."""

    dossier: Dossier
    history: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class PaperRequest:
    """Hold everything a paper other than receipt and return slip may say.

    Attributes:
        form: Form key of the rule pack.
        paper: Paper size.
        copy_no: 0 for the original, n for "IN LẠI LẦN n".
        reference: Which of several of this form: a wait's id, an apology's place, a slip's id.
        names: User id to name, for everybody.
        titles: User id to office.
        sections: User id to section.
        pack: The dossier's rule pack; for a paper of the unit the pack of its day.
        dossier: The dossier as it was when the paper was made, None for a paper of the unit.
        history: Its events up to then.
        slip: The slip, for slips.
        slip_dossiers: The dossiers on it.
        turned_away: The citizen who got a form before a code was spent.
        cash: The cash sheet.
        listed: The dossiers a list names, in its order.
    """

    form: str
    paper: str
    copy_no: int
    reference: str
    unit: Unit
    pack: RulePack
    calendar: Calendar
    names: Mapping[str, str]
    titles: Mapping[str, str]
    sections: Mapping[str, str]
    dossier: Dossier | None = None
    history: tuple[Event, ...] = ()
    slip: Slip | None = None
    slip_dossiers: tuple[Dossier, ...] = ()
    turned_away: TurnedAwayPaper | None = None
    cash: CashSheet | None = None
    listed: tuple[Listed, ...] = ()


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
class Desk:
    """Bundle what every use case works with; built once in ``wiring``.

    Attributes:
        way: Reads what lies between counter and citizen.
        is_training: Papers are marked worthless and instants may be given.
    """

    ledger: Ledger
    reader: Reader
    way: WayReader
    reference: Reference
    forms: Forms
    passwords: Passwords
    clock: Clock
    is_training: bool
