"""What happens in the unit: epochs, leases, settings, users, sessions, slips, delegations, closings."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.authority import Delegation
from desktop.domain.calendars import CalendarOverlay
from desktop.domain.codes import Lease
from desktop.domain.dossiers import Party, ProcedureSnapshot, Submitter
from desktop.domain.own_calendar import DayChange
from desktop.domain.slips import Slip, SlipState, Unexpected
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.domain.way import FormNumber, MissingPaper


@dataclass(frozen=True, slots=True)
class EpochOpened:
    """A log began, or began again after a restore or copy (docs/decisions/0004).

    A new epoch opens a new book of the register, because nobody here knows the last number of the old one.
    """

    reason: str
    counter: int
    lease: Lease
    public_key: str
    previous_epoch: str = ""
    previous_seq: int = 0
    previous_hash: str = ""
    book: int = 0


@dataclass(frozen=True, slots=True)
class LeaseDeclared:
    """An administrator declared that the old PC of a copied database is retired: its blocks are this PC's."""

    lease: Lease
    reason: str


@dataclass(frozen=True, slots=True)
class UnitConfigured:
    """The unit's data were set or changed."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class CalendarOverlaid:
    """The unit's own closures, make-up days or sessions were set.

    Attributes:
        overlay: All of them as this PC knew them then.
        reason: Why a day was taken back; "" when one was added, for it names its own reason.
        changes: The days that changed, so that what another PC declared meanwhile stands too; None of an older
            program, whose overlay took the place of the one before.
    """

    overlay: CalendarOverlay
    reason: str = ""
    changes: tuple[DayChange, ...] | None = None


@dataclass(frozen=True, slots=True)
class UserSaved:
    """A user was added or changed; his password is never part of it.

    Attributes:
        witness: The second person who stood by it, where one is asked for; "" otherwise.
    """

    user: User
    witness: str = ""


@dataclass(frozen=True, slots=True)
class PasswordSet:
    """A user's password was set; the hash stays out of the log."""

    user_id: str
    is_one_time: bool


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A user logged in, unlocked, or took the counter over."""

    user_id: str
    how: str


@dataclass(frozen=True, slots=True)
class SessionClosed:
    """A user logged out or the counter was locked."""

    user_id: str
    how: str


@dataclass(frozen=True, slots=True)
class LogInRefused:
    """Somebody tried a wrong password."""

    login: str
    failed: int


@dataclass(frozen=True, slots=True)
class ClockConfirmed:
    """A user confirmed the date although the clock is behind the last event."""

    shown: datetime


@dataclass(frozen=True, slots=True)
class SlipMade:
    """A handover slip was made (in two copies)."""

    slip: Slip


@dataclass(frozen=True, slots=True)
class SlipClosed:
    """A handover slip was confirmed by its receiver, differences named, or withdrawn by its giver.

    Attributes:
        state: ``confirmed`` or ``withdrawn``.
    """

    slip_id: str
    state: SlipState
    missing: tuple[str, ...] = ()
    unexpected: tuple[Unexpected, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SlipPrinted:
    """A slip was printed again; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    slip_id: str
    copy_no: int


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A citizen was asked for papers (Mẫu 02) or refused (Mẫu 03) at the counter before any code was spent."""

    paper_id: str
    form: FormNumber
    pack: str
    procedure: ProcedureSnapshot
    owner: Party
    submitter: Submitter
    missing: tuple[MissingPaper, ...]
    reason: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class DelegationGranted:
    """The chair delegated signing."""

    delegation: Delegation


@dataclass(frozen=True, slots=True)
class DelegationRevoked:
    """A delegation ends: from a day on it no longer holds."""

    delegation_id: str
    revoked_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class CashCounted:
    """A collector's day was closed: what the log says he took, and what he counted.

    Attributes:
        day: Day of the sheet.
        since: Day of the oldest payment on it; earlier than ``day`` when something was left over.
        sheet: 1 for the first sheet of the day, 2 for what came after it was closed.
        payments: Every payment on it, by the id of its event: each stands on one sheet for ever. Older sheets have
            ``<dossier id>:<place>``.
        counted_vnd: Cash in the drawer.
        note: Why counted and taken differ, "" when they do not.
    """

    form: FormNumber
    day: date
    since: date
    sheet: int
    collector: str
    counted_at: datetime
    payments: tuple[str, ...]
    cash_vnd: int
    transfer_vnd: int
    counted_vnd: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RegisterClosed:
    """The register of a year was closed in a book: the last number, how many entries."""

    year: int
    book: int
    entries: int
    last_number: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class UnitPaperPrinted:
    """A paper of no dossier was printed again; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    form: str
    reference: str
    copy_no: int


@dataclass(frozen=True, slots=True)
class BookExported:
    """A register or report left the database as a file: who took what out, of which days, how much and why.

    Attributes:
        book: ``register`` or ``report``; ``national`` for the records of the national exchange, ``everything`` for all.
        file_format: ``pdf``, ``xlsx``, ``csv`` or ``json``.
        reason: Why; "" before it was asked for.
        rows: How many entries; 0 before they were counted.
        witness: The second person who stood by it, where one is asked for; "" otherwise.
    """

    book: str
    first: date
    last: date
    file_format: str
    reason: str = ""
    rows: int = 0
    witness: str = ""


@dataclass(frozen=True, slots=True)
class RecoveryKeyMade:
    """A recovery key was made: backups are sealed to it from now on.

    Attributes:
        key_id: Names it, as the sheet and each backup do.
        witness: The second person who stood by it, where one is asked for; "" otherwise.
    """

    key_id: str
    witness: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseKeyChanged:
    """The key of this PC's database was changed.

    Attributes:
        key_id: Names the new one; it tells nothing about it.
        asked_by: User id of who had it changed.
    """

    key_id: str
    asked_by: str
