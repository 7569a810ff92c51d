"""What the ward's books are made of: cash sheets, registers, their entries and closings; and where they are kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.dossiers import ResultBy, Status
from desktop.domain.facts.unit import CashCounted, RegisterClosed
from desktop.domain.quarter import Report
from desktop.domain.rule_packs import RulePack
from desktop.domain.units import Unit
from desktop.domain.vietnamese import number
from desktop.services.records import PaymentLine

CASH_FORM = "cash_sheet"
REGISTER_FORM = "register"
#: The quarterly table; no form of a rule pack.
REPORT = "report"


def cash_keys_of(collector: str) -> str:
    """Return what the keys of a collector's sheets begin with."""
    return f"cash:{collector}:"


def cash_key(counted: CashCounted) -> str:
    """Return the key a cash sheet is kept and printed by; sheets of one collector sort by day."""
    form = counted.form
    number = f"{form.year}-{form.book:02d}-{form.number:06d}"
    return f"{cash_keys_of(counted.collector)}{counted.day.isoformat()}:{number}"


def register_keys_of(year: int) -> str:
    """Return what the keys of a year's closings begin with."""
    return f"register:{year}:"


def register_key(year: int, book: int) -> str:
    """Return the key a closing is kept by."""
    return f"{register_keys_of(year)}{book:04d}"


def copies_key(form: str, reference: str) -> str:
    """Return the key that keeps how often a paper of no dossier was printed again."""
    return f"copies:{form}:{reference}"


def payment_key(line: PaymentLine) -> str:
    """Return what names a payment on a sheet for ever: its event, which no order of the feed moves."""
    return line.payment.event_id


def is_among(line: PaymentLine, named: Collection[str]) -> bool:
    """Tell whether a sheet names a payment; older sheets name it by dossier and place."""
    return payment_key(line) in named or f"{line.dossier_id}:{line.place}" in named


@dataclass(frozen=True, slots=True)
class CashSheet:
    """Pair a closed sheet with its payments, in their order."""

    counted: CashCounted
    lines: tuple[PaymentLine, ...]


@dataclass(frozen=True, slots=True)
class LogEnd:
    """Say where a PC's own log ends.

    Attributes:
        seq: Number of its last entry.
        hash: That entry's hash, 64 hexadecimal digits.
    """

    counter: int
    seq: int
    hash: str

    @property
    def mark(self) -> str:
        """Return it for people: number and hash in groups of four."""
        return f"{number(self.seq)} · {' '.join(self.hash[at : at + 4] for at in range(0, len(self.hash), 4))}".upper()


@dataclass(frozen=True, slots=True)
class BookSpan:
    """Say which numbers of a book some days have.

    Attributes:
        book: 0 for dossiers without a receipt.
        entries: How many dossiers.
    """

    book: int
    first_number: int
    last_number: int
    entries: int


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """Hold one line of the register.

    Attributes:
        book: 0 where no receipt was wanted.
        number: Number in the book, 0 where no receipt was wanted.
        sets: How many sets of papers.
        contact: Address and telephone.
        section: Name of who solves it.
        returned_on: When the result, or the refused or withdrawn papers, went back; None before.
        is_unused: The number was never given to a dossier; everything else is empty.
        is_after_closing: It was numbered after the book of its year was closed.
        ending: ``refused`` or ``withdrawn``, None otherwise.
        adjusted_on: When it was corrected last, None when it never was.
        adjustment: Why.
        is_late_adjustment: It was corrected after the book of its year was closed.
    """

    book: int
    number: int
    code: str = ""
    procedure: str = ""
    sets: int = 0
    owner: str = ""
    contact: str = ""
    section: str = ""
    received_on: date | None = None
    promised_on: date | None = None
    returned_on: date | None = None
    result_by: ResultBy = ResultBy.COUNTER
    is_immediate: bool = False
    is_unused: bool = False
    is_after_closing: bool = False
    ending: Status | None = None
    adjusted_on: date | None = None
    adjustment: str = ""
    is_late_adjustment: bool = False


@dataclass(frozen=True, slots=True)
class RegisterBook:
    """Hold what cover and closing of a register say.

    Attributes:
        book: The one book wanted, 0 for every one.
        books: The books found, without the dossiers that have no receipt.
        entries: Dossiers of the span, those without a receipt included.
        closings: Of the year the span is, when every book of it is closed; empty otherwise.
        opened_on: First day with an entry, or the span's first.
        head: Name of the head of the counter, "" when nobody has that role.
        log: Where this PC's log ended when the book was taken out: printed, so that paper can prove a cut.
        closed_by: The entry of the log that closed the last of the books; None while ``closings`` is empty.
    """

    unit: Unit
    pack: RulePack
    first: date
    last: date
    book: int
    books: tuple[BookSpan, ...]
    entries: int
    closings: tuple[RegisterClosed, ...]
    printed_on: date
    head: str
    is_training: bool
    log: LogEnd
    closed_by: LogEnd | None = None


@dataclass(frozen=True, slots=True)
class ReportPaper:
    """Hold what the printed quarterly table says besides its figures.

    Attributes:
        writer: Who made it.
        signer: Name of the head of the counter, "" when nobody has that role.
    """

    report: Report
    unit: Unit
    printed_at: datetime
    writer: str
    signer_titles: tuple[str, ...]
    signer: str
