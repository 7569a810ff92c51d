"""What happens to a dossier between counter and citizen: custody, waits, work, decisions, apologies, endings."""

from dataclasses import dataclass
from datetime import datetime

from desktop.domain.clock_policy import ClockEffect
from desktop.domain.dossiers import ComponentLine, Custodian, Status
from desktop.domain.way import (
    Attachment,
    AuthorityUsed,
    FormNumber,
    LateCause,
    MissingPaper,
    SigningMeans,
    WaitKind,
)


@dataclass(frozen=True, slots=True)
class HandoverOffered:
    """A dossier was put on a handover slip; its paper stays with the giver until the receiver confirms."""

    slip_id: str
    slip: str
    to: Custodian


@dataclass(frozen=True, slots=True)
class HandoverConfirmed:
    """The receiver confirmed a dossier: custody passed to him.

    Attributes:
        status: Where the dossier stands from now on, beside its waits.
    """

    slip_id: str
    slip: str
    to: Custodian
    status: Status


@dataclass(frozen=True, slots=True)
class HandoverDropped:
    """A dossier of a slip did not come, or the slip was withdrawn: it stays with the giver."""

    slip_id: str
    slip: str
    reason: str


@dataclass(frozen=True, slots=True)
class CustodyAssigned:
    """A leader said who holds a paper from now on, with a reason: a holder is ill or has left.

    Attributes:
        status: Where the dossier stands from now on, beside its waits; None for where it stood.
        witness: The second person who stood by it, where one is asked for; "" otherwise.
    """

    to: Custodian
    reason: str
    status: Status | None = None
    witness: str = ""


@dataclass(frozen=True, slots=True)
class WaitOpened:
    """The dossier waits: for papers (Mẫu 02), money, opinions, a verification, or it was stopped."""

    wait_id: str
    kind: WaitKind
    effect: ClockEffect
    reason: str
    legal_basis: str = ""
    missing: tuple[MissingPaper, ...] = ()
    of: str = ""
    answer_due: datetime | None = None
    form: FormNumber | None = None


@dataclass(frozen=True, slots=True)
class WaitClosed:
    """What was waited for has come; the receipt is issued again when the deadline moved.

    Attributes:
        receipt_version: Version of the receipt from now on.
        components: All papers at hand from now on; empty when none came.
    """

    wait_id: str
    kind: WaitKind
    due_at: datetime
    receipt_version: int
    answer: str = ""
    components: tuple[ComponentLine, ...] = ()


@dataclass(frozen=True, slots=True)
class FileAttached:
    """A file was attached: a draft result, the signed result, a paper, a proof."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class Submitted:
    """The dossier was put before the leaders with what they decide on."""

    to: Custodian
    content_hash: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """A leader approved the content he saw."""

    content_hash: str
    authority: AuthorityUsed
    means: SigningMeans = SigningMeans.PAPER


@dataclass(frozen=True, slots=True)
class SentBack:
    """A leader sent the dossier back to its author with a reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A leader decided that the request is not granted; the refusal is written and given to the citizen."""

    reason: str
    authority: AuthorityUsed


@dataclass(frozen=True, slots=True)
class Apologised:
    """The ward apologised and named one new day (Mẫu 04)."""

    form: FormNumber
    reason: str
    cause: LateCause
    new_promise: datetime
    is_late: bool
    authority: AuthorityUsed


@dataclass(frozen=True, slots=True)
class Refused:
    """The dossier was refused with Mẫu 03; what was handed in goes back."""

    form: FormNumber
    reason: str
    legal_basis: str
    originals_returned: tuple[str, ...] = ()
    authority: AuthorityUsed | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The citizen took his dossier back."""

    reason: str
    originals_returned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitizenNotified:
    """The citizen was told something, by telephone, message or at the counter."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperPrinted:
    """A paper other than the receipt was printed again; ``copy_no`` is the n of "IN LẠI LẦN n"."""

    form: str
    reference: str
    copy_no: int
    paper: str
