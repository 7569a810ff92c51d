"""What a person may ask for between counter and citizen: one frozen dataclass per act, parsed at the border."""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import Channel, Custodian, Party, Submitter
from desktop.domain.way import Attachment, LateCause, SigningForm, SigningMeans, WaitKind


@dataclass(frozen=True, slots=True)
class Gap:
    """Name a gap by component code or in words.

    Attributes:
        code: Component code of the procedure, "" for words.
        text: The gap in words, or what to do about the component.
    """

    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RequestSupplement:
    """Ask for everything that is missing, at once (Mẫu 02)."""

    missing: tuple[Gap, ...]
    reason: str
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class OpenWait:
    """Begin to wait for money, an opinion or a verification, or stop the dossier.

    Attributes:
        kind: Any kind but ``supplement``, which has its own command.
        of: Who is asked.
        answer_due: When the answer is expected.
    """

    kind: WaitKind
    reason: str
    of: str = ""
    answer_due: datetime | None = None
    legal_basis: str = ""


@dataclass(frozen=True, slots=True)
class CloseWait:
    """What was waited for is there.

    Attributes:
        kind: Which wait; the oldest open one of its kind is closed.
        components: Papers that came with a supplement, added to those at hand.
    """

    kind: WaitKind
    answer: str = ""
    components: tuple[ComponentCount, ...] = ()


@dataclass(frozen=True, slots=True)
class Refuse:
    """Refuse a dossier with Mẫu 03."""

    reason: str
    legal_basis: str = ""
    originals_returned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Give a dossier back at the citizen's wish."""

    reason: str
    originals_returned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnAway:
    """Ask for papers or refuse at the counter, before a code is spent.

    Attributes:
        is_refusal: Mẫu 03; otherwise Mẫu 02.
        missing: For Mẫu 02: gaps besides the required components that were not handed in.
    """

    procedure: Procedure
    channel: Channel
    owner: Party
    submitter: Submitter
    components: tuple[ComponentCount, ...]
    reason: str
    legal_basis: str = ""
    missing: tuple[Gap, ...] = ()
    is_refusal: bool = False


@dataclass(frozen=True, slots=True)
class MakeSlip:
    """Put dossiers on a handover slip.

    Attributes:
        to: The section or user who shall hold them.
        codes: Dossier codes as scanned.
    """

    to: Custodian
    codes: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssignCustody:
    """Say as a leader who holds a paper from now on.

    Attributes:
        witness: The second person who stood by it; :mod:`desktop.services.witnessing` proves him.
    """

    to: Custodian
    reason: str
    witness: str = ""


@dataclass(frozen=True, slots=True)
class AttachFile:
    """Attach a file that was checked and stored."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class Submit:
    """Put a dossier before the leaders.

    Attributes:
        draft: The draft result, checked and stored; None when it is on paper or attached already.
    """

    draft: Attachment | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Approve:
    """Approve what was seen.

    Attributes:
        content_hash: Of what the leader saw; "" where the command line names no other content.
        means: Signed on paper, or to be signed digitally.
    """

    content_hash: str = ""
    means: SigningMeans = SigningMeans.PAPER


@dataclass(frozen=True, slots=True)
class SendBack:
    """Send a dossier back to its author."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Decide that the request is not granted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Apologise:
    """Apologise for a delay and name one new day."""

    reason: str
    cause: LateCause
    new_promise: datetime


@dataclass(frozen=True, slots=True)
class NotifyCitizen:
    """Record that the citizen was told."""

    channel: str
    text: str


@dataclass(frozen=True, slots=True)
class PrintPaper:
    """Print a paper other than the receipt again.

    Attributes:
        reference: Which of several papers of the form: its number, "" for the latest.
    """

    form: str
    paper: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class GrantDelegation:
    """Delegate signing."""

    form: SigningForm
    delegate: str
    document: str
    document_on: date
    from_on: date
    to_on: date | None = None
    fields: tuple[str, ...] = ()
    procedures: tuple[str, ...] = ()
