"""What a dossier gathers on its way: waits, papers, submissions, decisions, apologies, its ending.

Plain records; the rules that make them stand in :mod:`desktop.domain.acts`, what they do in :mod:`desktop.domain.fold`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from desktop.domain.clock_policy import ClockEffect


@dataclass(frozen=True, slots=True)
class FormNumber:
    """Give a paper its place in the books: gap-free within form, year and book.

    Attributes:
        form: Form key of the rule pack (``supplement``, ``refusal``, ``apology``, ``handover_slip``, …).
        year: Local year.
        book: Book of the register (the counter's number).
        number: 1, 2, 3 …
    """

    form: str
    year: int
    book: int
    number: int

    @property
    def name(self) -> str:
        """Name the paper among those of its form, whatever its place in a dossier: ``2019-01-0007``."""
        return f"{self.year}-{self.book:02d}-{self.number:04d}"

    @property
    def in_book(self) -> str:
        """Name the paper among those of its form and year: two counters both have a number 7. ``01-0007``."""
        return f"{self.book:02d}-{self.number:04d}"


class WaitKind(StrEnum):
    """Say what a dossier waits for."""

    SUPPLEMENT = "supplement"
    OBLIGATION = "obligation"
    OPINIONS = "opinions"
    VERIFICATION = "verification"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class MissingPaper:
    """Name one gap of a dossier.

    Attributes:
        code: Component code, "" for a gap described in words.
        name: As printed.
        note: What to do about it, "" for none.
    """

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Follow one wait from its paper to its end.

    Attributes:
        wait_id: UUIDv7.
        effect: What it does to the clock, by the dossier's rule pack on the day it began.
        began_at: Aware instant at which the clock was touched.
        by: User who opened it.
        of: Who is asked, for opinions and verifications; "" otherwise.
        answer_due: When the answer is expected; None when nobody said so.
        form: Number of the paper that opened it; None when the pack knows no paper for it.
        ended_at: None while it lasts.
        answer: What came back.
    """

    wait_id: str
    kind: WaitKind
    effect: ClockEffect
    began_at: datetime
    by: str
    reason: str
    legal_basis: str = ""
    missing: tuple[MissingPaper, ...] = ()
    of: str = ""
    answer_due: datetime | None = None
    form: FormNumber | None = None
    ended_at: datetime | None = None
    answer: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it still lasts."""
        return self.ended_at is None

    @property
    def stops_clock(self) -> bool:
        """Tell whether the deadline stands still while it lasts."""
        return self.effect is not ClockEffect.NONE


class AttachmentRole(StrEnum):
    """Say what an attached file is for."""

    DRAFT = "draft"
    SIGNED = "signed"
    PAPER = "paper"
    PROOF = "proof"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Point at a stored file by the hash of its content.

    Attributes:
        sha256: 64 hexadecimal digits of the plain content.
        media_type: ``application/pdf``, ``image/png`` or ``image/jpeg``.
        size: Bytes.
        pages: Pages of a PDF, 1 for a picture.
        title: What people call it.
    """

    sha256: str
    media_type: str
    size: int
    pages: int
    role: AttachmentRole
    title: str = ""


@dataclass(frozen=True, slots=True)
class Submission:
    """Record what was put before the leaders, and by whom.

    Attributes:
        by: The author; he never approves it himself.
        content_hash: Of everything the decision rests on; see :mod:`desktop.domain.content`.
    """

    at: datetime
    by: str
    content_hash: str
    note: str = ""


class SigningForm(StrEnum):
    """Say in whose right a signature stands (Decree 30/2020 art. 13)."""

    OWN = "own"
    KT = "kt"
    TL = "tl"
    TUQ = "tuq"


@dataclass(frozen=True, slots=True)
class AuthorityUsed:
    """State the right under which a decision was taken.

    Attributes:
        form: Own right, KT., TL. or TUQ.
        delegation_id: The delegation it rests on, "" for one's own right.
        document: Number and date of that document, "" for one's own right.
        title_lines: Lines printed above the signature, capitals.
        signer_name: Name printed under it.
    """

    form: SigningForm
    delegation_id: str
    document: str
    title_lines: tuple[str, ...]
    signer_name: str


class DecisionKind(StrEnum):
    """Say what the leaders decided."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"
    REJECTED = "rejected"


class SigningMeans(StrEnum):
    """Say how a result is signed."""

    PAPER = "paper"
    DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class Decision:
    """Record the last word of the leaders on a submission.

    Attributes:
        content_hash: What was decided on; a change of the dossier voids an approval.
        authority: None for a dossier that was sent back.
        waited_since: When it was submitted: the wait for a signature is measured from there.
        files_before: How many files were attached when it was taken; a signed result comes after them.
    """

    kind: DecisionKind
    at: datetime
    by: str
    content_hash: str
    authority: AuthorityUsed | None
    waited_since: datetime
    reason: str = ""
    means: SigningMeans = SigningMeans.PAPER
    files_before: int = 0


class LateCause(StrEnum):
    """Say who caused a delay."""

    WARD = "ward"
    OTHER_AGENCY = "other_agency"
    SUBMITTER = "submitter"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Apology:
    """Record one apology with its re-appointment (Decree 61/2018 art. 19.9).

    Attributes:
        is_late: Issued after the last day on which it was in time ("xin lỗi muộn").
        old_promise: What the citizen had been told (NgayHenTraTruoc).
        new_promise: What he is told now (NgayHenTraMoi).
    """

    form: FormNumber
    at: datetime
    by: str
    reason: str
    cause: LateCause
    old_promise: datetime
    new_promise: datetime
    is_late: bool
    authority: AuthorityUsed


@dataclass(frozen=True, slots=True)
class Ending:
    """Record a refusal or a withdrawal.

    Attributes:
        form: Number of Mẫu 03; None for a withdrawal.
        originals_returned: Components whose originals went back.
    """

    at: datetime
    by: str
    reason: str
    legal_basis: str = ""
    form: FormNumber | None = None
    originals_returned: tuple[str, ...] = ()
    authority: AuthorityUsed | None = None
