"""The unit (ward) as its provisioning file describes it: headings, sections, signers, numbers, defaults."""

from dataclasses import dataclass
from datetime import date

from desktop.domain.codes import format_code
from desktop.domain.detectors.findings import THRESHOLD_NAMES
from desktop.domain.errors import UserError
from desktop.domain.scans import is_dossier_code

#: Section of the leaders where the unit names no other.
LEADERS = "lanh_dao"
BANK_ID_DIGITS = 6
#: Papers a receipt can be printed on.
PAPERS = ("A5", "A4", "A4x2", "80mm")


@dataclass(frozen=True, slots=True)
class Section:
    """Name a section of the ward's staff, such as Tư pháp - Hộ tịch."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Give the two heading lines of printed forms from a date on.

    Attributes:
        since: First day these lines are printed.
        agency: Upper line, caps, not bold.
        office: Lower line, caps, bold.
        name: What the counter is called inside a sentence.
    """

    since: date
    agency: str
    office: str
    name: str


@dataclass(frozen=True, slots=True)
class LocalFee:
    """State a fee the local council sets for a procedure."""

    procedure: str
    amount_vnd: int


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Name the account that fees are transferred to.

    Attributes:
        bank_id: Six digits of the bank in the national switch (NAPAS BIN).
        account: Account number.
        holder: Name of the account, capitals without tone marks.
        bank_name: As people call it.
    """

    bank_id: str
    account: str
    holder: str
    bank_name: str = ""


@dataclass(frozen=True, slots=True)
class LateTarget:
    """State which share of late dossiers a field must stay under.

    Attributes:
        field: Field code.
        below_per_mille: The share must be below so many thousandths (land: 1).
    """

    field: str
    below_per_mille: int


@dataclass(frozen=True, slots=True)
class OwnThreshold:
    """Set another figure from where on the detectors ask; the change stands in the unit's log.

    Attributes:
        name: A field of :class:`desktop.domain.detectors.findings.Thresholds`.
        value: 0 or more.
    """

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Unit:
    """Describe a unit.

    Attributes:
        unit_id: UUID, the same on every PC of the unit.
        name: Full name ("Phường Bến Thành").
        place: Place name printed before a date ("Phường Bến Thành").
        address: Of the counter.
        phone: Printed on receipts.
        agency_code: As it stands in dossier codes ("000.16.27.H29").
        code_template: ``{agency}``, ``{yymmdd}``, ``{seq}`` in the unit's order.
        lookup_base: Address before ``/tra-cuu/``; "" while there is no city page.
        counter_section: Section code that holds received dossiers.
        leaders_section: Section code of the leaders; "" for the section ``lanh_dao``.
        sections: All sections, the counter's among them.
        headings: By date, oldest first.
        paper: Default paper of receipts.
        saturday_morning: Whether the counter receives on Saturday mornings.
        southern_words: Amounts in words the southern way ("lẻ" for "linh").
        favourites: Procedure codes behind the numbers 1 to 9.
        local_fees: Fees the local council sets.
        bank: Account that fees are transferred to; None when transfers are not taken.
        late_targets: Target share of late dossiers by field, for the deadline board.
        thresholds: Figures of the detectors that are the unit's own.
    """

    unit_id: str
    name: str
    place: str
    address: str
    phone: str
    agency_code: str
    code_template: str
    lookup_base: str
    counter_section: str
    sections: tuple[Section, ...]
    headings: tuple[Heading, ...]
    paper: str = "A5"
    saturday_morning: bool = False
    southern_words: bool = True
    favourites: tuple[str, ...] = ()
    local_fees: tuple[LocalFee, ...] = ()
    leaders_section: str = ""
    bank: BankAccount | None = None
    late_targets: tuple[LateTarget, ...] = ()
    thresholds: tuple[OwnThreshold, ...] = ()

    def leaders(self) -> str:
        """Return the code of the leaders' section."""
        return self.leaders_section or LEADERS

    def heading(self, on: date) -> Heading:
        """Return the heading in force on a day (the oldest one before it began)."""
        return next((line for line in reversed(self.headings) if line.since <= on), self.headings[0])

    def section_name(self, code: str) -> str:
        """Return a section's name, or its code when the unit no longer has it."""
        return next((section.name for section in self.sections if section.code == code), code)


def check_unit(unit: Unit) -> None:
    """Refuse a unit that could not issue a code or print a form.

    Raises:
        UserError: ``bad_unit`` naming the field.
    """
    if not unit.headings or list(unit.headings) != sorted(unit.headings, key=lambda line: line.since):
        raise UserError("bad_unit", field="headings")
    if not all(part in unit.code_template for part in ("{agency}", "{yymmdd}", "{seq}")):
        raise UserError("bad_unit", field="code_template")
    if unit.counter_section not in {section.code for section in unit.sections}:
        raise UserError("bad_unit", field="counter_section")
    if not unit.agency_code.strip():
        raise UserError("bad_unit", field="agency_code")
    if not _is_scannable(_sample_code(unit)):
        raise UserError("bad_unit", field="code_template, agency_code")
    if unit.paper not in PAPERS:
        raise UserError("bad_unit", field="paper")
    if unit.leaders_section and unit.leaders_section not in {section.code for section in unit.sections}:
        raise UserError("bad_unit", field="leaders_section")
    if unit.bank is not None and not (_is_digits(unit.bank.bank_id, BANK_ID_DIGITS) and unit.bank.account.strip()):
        raise UserError("bad_unit", field="bank")
    _check_figures(unit)


def _check_figures(unit: Unit) -> None:
    if any(each.name not in THRESHOLD_NAMES or each.value < 0 for each in unit.thresholds):
        raise UserError("bad_unit", field="thresholds")
    if any(fee.amount_vnd < 0 for fee in unit.local_fees):
        raise UserError("bad_unit", field="local_fees")


def check_paper(paper: str) -> str:
    """Return a paper a receipt can be printed on.

    Raises:
        UserError: ``unknown_paper`` with what is allowed.
    """
    if paper not in PAPERS:
        raise UserError("unknown_paper", paper=paper, allowed=list(PAPERS))
    return paper


def _sample_code(unit: Unit) -> str:
    """Return a code as the unit would print it; "" when its template names a part nobody knows."""
    try:
        return format_code(unit.code_template, unit.agency_code, unit.headings[0].since, 1)
    except (LookupError, ValueError, AttributeError):
        return ""


def _is_digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _is_scannable(code: str) -> bool:
    """Tell whether a printed code is one of ours to the scanner and to the search, as it stands on the paper."""
    return code == code.upper() and is_dossier_code(code)
