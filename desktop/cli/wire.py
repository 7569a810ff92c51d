"""The commands of ``motcua do`` and their answers, as pydantic models: the one border where typed data is parsed.

Text becomes NFC without control characters; codes, ID numbers, phones, dates and amounts are checked here, once.
The names are a promise to scripts: fields are only ever added.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from desktop.domain import identity
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import (
    ApplicantKind,
    CertifiedDocument,
    Channel,
    FeeMethod,
    Party,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.vietnamese import nfc

_SPACES = re.compile(r"\s+")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_YEAR_FIRST = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
MOST_VND = 10**15
EARLIEST_YEAR, LATEST_YEAR = 2_000, 2_100


def clean_text(text: object) -> object:
    """Return text as NFC on one line without control characters; anything else unchanged."""
    if not isinstance(text, str):
        return text
    plain = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in nfc(text))
    return _SPACES.sub(" ", plain).strip()


def clean_id_number(text: object) -> object:
    """Return a checked ID number, "" unchanged."""
    cleaned = clean_text(text)
    return identity.check_id_number(cleaned).value if isinstance(cleaned, str) and cleaned else cleaned


def clean_phone(text: object) -> object:
    """Return a checked phone number in national form, "" unchanged."""
    cleaned = clean_text(text)
    return identity.normalise_phone(cleaned) if isinstance(cleaned, str) and cleaned else cleaned


def clean_birth_date(text: object) -> object:
    """Return a birth date as ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, "" unchanged.

    Raises:
        UserError: ``bad_birth_date``.
    """
    cleaned = clean_text(text)
    if not isinstance(cleaned, str) or not cleaned:
        return cleaned
    if match := _DAY_FIRST.fullmatch(cleaned):
        day, month, year = (int(part) for part in match.groups())
        cleaned = f"{year:04d}-{month:02d}-{day:02d}"
    if not _YEAR_FIRST.fullmatch(cleaned):
        raise UserError("bad_birth_date", value=cleaned)
    try:
        date.fromisoformat((cleaned + "-01-01")[:10])
    except ValueError:
        raise UserError("bad_birth_date", value=cleaned) from None
    return cleaned


def check_instant(at: datetime) -> datetime:
    """Return an instant of this century: far from the ends of what a date can hold.

    Raises:
        UserError: ``bad_instant``.
    """
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        raise UserError("bad_instant", value=at.isoformat())
    return at


Line = Annotated[str, BeforeValidator(clean_text), Field(max_length=300)]
Note = Annotated[str, BeforeValidator(clean_text), Field(max_length=2_000)]
Code = Annotated[str, BeforeValidator(clean_text), Field(min_length=1, max_length=80)]
IdNumber = Annotated[str, BeforeValidator(clean_id_number), Field(max_length=20)]
Phone = Annotated[str, BeforeValidator(clean_phone), Field(max_length=20)]
BirthDate = Annotated[str, BeforeValidator(clean_birth_date), Field(max_length=10)]
Instant = Annotated[AwareDatetime, AfterValidator(check_instant)]
Count = Annotated[int, Field(ge=0, le=999)]
Vnd = Annotated[int, Field(ge=0, le=MOST_VND)]


class Strict(BaseModel):
    """Refuse fields nobody declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonIn(Strict):
    """Describe a person or body as a command gives him."""

    name: Line
    kind: ApplicantKind = ApplicantKind.CITIZEN
    id_number: IdNumber = ""
    birth_date: BirthDate = ""
    phone: Phone = ""
    email: Line = ""
    address: Line = ""
    sex: Line = ""

    def party(self) -> Party:
        """Return the domain's party."""
        return Party(
            name=self.name,
            kind=self.kind,
            id_number=self.id_number,
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            address=self.address,
            sex=self.sex,
        )


class SubmitterIn(PersonIn):
    """Describe who stands at the counter when it is not the owner."""

    relation: Relation = Relation.AUTHORISED
    authorisation: Line = ""

    def submitter(self) -> Submitter:
        """Return the domain's submitter."""
        return Submitter(self.party(), self.relation, self.authorisation)


class ComponentIn(Strict):
    """Count the papers of a component; ``code`` "" with name and reason for a paper outside the list."""

    code: Line
    originals: Count = 0
    certified: Count = 0
    copies: Count = 0
    name: Line = ""
    reason: Line = ""

    def count(self) -> ComponentCount:
        """Return the domain's count."""
        return ComponentCount(self.code, self.originals, self.certified, self.copies, self.name, self.reason)


class DocumentIn(Strict):
    """Describe a document to certify."""

    pages: Annotated[int, Field(ge=1, le=10_000)]
    copies: Annotated[int, Field(ge=1, le=999)]

    def document(self) -> CertifiedDocument:
        """Return the domain's document."""
        return CertifiedDocument(self.pages, self.copies)


class LimitIn(Strict):
    """State a time limit."""

    n: int = 0
    unit: LimitUnit

    def limit(self) -> Limit:
        """Return the domain's limit."""
        return Limit(self.n, self.unit)


class ComputeDeadline(Strict):
    """``deadline.compute``: when a result would be due."""

    received_at: Instant
    limit: LimitIn | None = None
    procedure: Code | None = None
    pack: Line | None = None
    channel: Channel = Channel.DIRECT


class SearchProcedures(Strict):
    """``procedure.search``: by code, words without marks, initials or favourite number."""

    q: Line
    limit: Annotated[int, Field(ge=1, le=500)] = 20
    on: date | None = None


class ShowProcedure(Strict):
    """``procedure.show``: one catalogue entry on a day."""

    procedure: Code
    on: date | None = None


class ReceiveDossier(Strict):
    """``dossier.receive``: receive a dossier and make its receipt."""

    procedure: Code
    channel: Channel = Channel.DIRECT
    applicant: PersonIn
    submitter: SubmitterIn | None = None
    components: tuple[ComponentIn, ...] = ()
    documents: tuple[DocumentIn, ...] = ()
    sets: Annotated[int, Field(ge=1, le=999)] = 1
    note: Note = ""
    paid_vnd: Vnd = 0
    paid_by: FeeMethod = FeeMethod.CASH
    exemption: Line = ""
    result_by: ResultBy = ResultBy.COUNTER
    immediate: bool = False
    duplicate_reason: Line = ""
    paper: Code | None = None


class CorrectDossier(Strict):
    """``dossier.correct``: dotted fields to new values; the receipt is issued again."""

    code: Code
    changes: dict[str, Any] = Field(min_length=1, max_length=40)
    reason: Note
    paper: Code | None = None


class PrintReceipt(Strict):
    """``receipt.print``: one more copy, marked with its number."""

    code: Code
    paper: Code | None = None


class ResultReady(Strict):
    """``dossier.result_ready``: the result lies at the counter."""

    code: Code
    shelf: Line = ""
    note: Note = ""


class RecipientIn(PersonIn):
    """Describe who takes the result."""

    relation: Relation = Relation.OWNER
    authorisation: Line = ""


class ProofIn(Strict):
    """Say what proves the return."""

    kind: Proof
    ref: Line


class ReturnResult(Strict):
    """``dossier.return_result``: hand the result to the citizen."""

    code: Code
    recipient: RecipientIn
    proof: ProofIn
    originals_returned: tuple[Line, ...] = ()
    without_receipt_reason: Line = ""
    paid_vnd: Vnd = 0
    paid_by: FeeMethod = FeeMethod.CASH
    fee_reason: Line = ""


class ShowDossier(Strict):
    """``dossier.show``: a dossier with its time line."""

    code: Code


class SearchDossiers(Strict):
    """``dossier.search``: the newest dossiers that match every word."""

    q: Line
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class DeclareOldPcRetired(Strict):
    """``lease.declare_retired``: the PC this database was copied from is retired; its numbers become this PC's."""

    reason: Note


class CommandLine(Strict):
    """One line of ``motcua do``."""

    id: int | str | None = None
    do: str
    as_: str = Field(default="", alias="as")
    at: Instant | None = None
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")


def parsed_instant(value: object) -> datetime:
    """Return an aware instant of a command's free value.

    Raises:
        UserError: ``bad_instant``.
    """
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise UserError("bad_instant", value=str(value)[:40]) from None
    if at.tzinfo is None:
        raise UserError("bad_instant", value=str(value)[:40])
    return check_instant(at)
