"""What use cases and windows read of the exchange with the city."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event
from desktop.protocol.replica import Unsent


@dataclass(frozen=True, slots=True)
class AttentionItem:
    """Show an own act that is not part of the truth and waits for a person.

    Attributes:
        event: The act; None when this program can no longer read it.
        kind: ``rejected``, ``blocked``, ``parked``, or ``stumbled``: it no longer applies and was not judged yet.
        reason: Why, as a stable code: ``conflict``, ``not_custodian``, ``code_taken``, ``does_not_apply`` …
        blocked_by: Id of the refused act it rests on, "" for none.
        code: The dossier's code as it stood on this PC's papers, "" for an act about no dossier.
        now: The dossier as it stands now; None when the city has none.
        waits: Acts that rest on this one and are refused with it, in their order.
    """

    event_id: str
    event: Event | None
    kind: str
    reason: str
    blocked_by: str
    opened_at: datetime
    code: str
    now: Dossier | None
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Show a dossier that city and PC do not have alike.

    Attributes:
        kind: ``differs`` or ``only_there`` where the two were compared; ``only_here`` when the city never had it, and
            ``unsent`` when it does not have all of it yet: nothing is wrong with these two but that they wait.
        opened_at: Since when.
        mine: As it stands here; None when it is not here.
    """

    dossier_id: str
    code: str
    kind: str
    opened_at: datetime
    mine: Dossier | None


@dataclass(frozen=True, slots=True)
class HolderPc:
    """Name the PC that alone may do exclusive acts on a dossier.

    Attributes:
        name: Of the PC, "" when it is not known.
        counter: Its counter's number, 0 when it is not known.
    """

    replica_id: str
    name: str
    counter: int


class SyncReader(Protocol):
    """Read what the exchange left. Threads: lane read, or the caller's own connection."""

    def is_joined(self) -> bool:
        """Tell whether this PC belongs to a city."""
        ...

    def attention(self) -> Sequence[AttentionItem]:
        """Return what waits for a person, oldest first."""
        ...

    def differences(self) -> Sequence[Difference]:
        """Return dossiers that differ from the city's, oldest first."""
        ...

    def only_here(self, limit: int) -> Sequence[Difference]:
        """Return dossiers of which the city does not have all, ``only_here`` or ``unsent``, oldest first."""
        ...

    def unsent(self) -> Unsent:
        """Return what lies on this PC only."""
        ...

    def unread(self, dossier_id: str) -> str:
        """Return why this program cannot show all of a dossier ("cần cập nhật phần mềm"), "" when it can."""
        ...

    def holder(self, dossier_id: str) -> HolderPc | None:
        """Return which other PC alone may do exclusive acts on a dossier, None when this one may."""
        ...

    def provisional(self, limit: int) -> Sequence[Dossier]:
        """Return dossiers received here that have a provisional code only and are not held elsewhere, oldest first."""
        ...
