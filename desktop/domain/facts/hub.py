"""What the hub and a joined PC say: custody through the hub, an official code bound later, dossiers filed online.

What is filed online is the unit's until a PC makes a dossier of it: those facts are about no dossier.
"""

from dataclasses import dataclass
from datetime import date, datetime

from desktop.domain.dossiers import Party
from desktop.domain.online import OnlineFile
from desktop.domain.way import MissingPaper


@dataclass(frozen=True, slots=True)
class CustodyTaken:
    """The right to do exclusive acts on a dossier passed to another PC through the hub.

    Attributes:
        replica_id: PC that has it from now on.
        reason: Why; "" when the holder gave it.
        is_forced: The holder's PC did not give it: a leader and IT said so together.
        approved_by: The second person of a forced take.
    """

    replica_id: str
    reason: str
    is_forced: bool
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class CodeBound:
    """A dossier with a provisional code got its official one; the provisional stays an alias for ever."""

    code: str
    day: date
    block: int
    ordinal: int


@dataclass(frozen=True, slots=True)
class OnlineSubmitted:
    """A citizen filed online; the city says so.

    Attributes:
        filing_id: UUIDv7 given by the city.
        tracking: Code the citizen follows it by.
        lookup_key: Ten digits beside it.
        procedure: National code.
        applicant: The citizen: he stays the filer, whoever helped him to type.
        submitted_at: When the city had all of it.
    """

    filing_id: str
    tracking: str
    lookup_key: str
    procedure: str
    applicant: Party
    files: tuple[OnlineFile, ...]
    note: str
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class OnlineSupplied:
    """The citizen sent what was missing; the city says so, and the ward's time runs anew."""

    filing_id: str
    files: tuple[OnlineFile, ...]
    note: str
    supplied_at: datetime


@dataclass(frozen=True, slots=True)
class OnlineAccepted:
    """A PC made a dossier of a filing, or found that the citizen had handed in the same at the counter.

    Attributes:
        dossier_id: The dossier it is from now on.
        code: Its code.
        is_merged: The dossier was there before.
    """

    filing_id: str
    dossier_id: str
    code: str
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class OnlineSupplementAsked:
    """The ward told the citizen, once and in full, what is missing."""

    filing_id: str
    missing: tuple[MissingPaper, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OnlineDeclined:
    """The ward does not take a filing, and says why."""

    filing_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class AttentionClosed:
    """A person settled what the city did not take, or where city and PC differed.

    Attributes:
        subject: Id of the event that was refused, or of the dossier that differs.
        about: ``event`` or ``dossier``.
        remedy: ``say_again``, ``take_other`` or ``record``.
        reason: What he found, "" where the remedy says it.
    """

    subject: str
    about: str
    remedy: str
    reason: str = ""
