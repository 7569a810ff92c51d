"""What the hub and a joined PC say about a dossier: custody through the hub, an official code bound later."""

from dataclasses import dataclass
from datetime import date


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
