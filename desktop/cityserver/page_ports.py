"""What the city's pages need of its store: dossiers by code, the units, the PCs to read, ratings to add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from desktop.domain.board import Period
from desktop.domain.dossiers import Dossier
from desktop.domain.online import Filing
from desktop.domain.ratings import Opinion
from desktop.domain.units import LateTarget


@dataclass(frozen=True, slots=True)
class PageUnit:
    """A unit as citizens and the board know it."""

    unit_id: str
    name: str
    address: str = ""
    phone: str = ""
    targets: tuple[LateTarget, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitBoard:
    """What the board of one unit is counted from.

    Attributes:
        received: Dossiers received in the period, by field.
        solved: Results of the period, by field.
        open: Without a result now, by field.
        suspects: Every dossier that may be late by now, or had a result of the period that may have been.
    """

    unit: PageUnit
    received: Mapping[str, int] = field(default_factory=dict)
    solved: Mapping[str, int] = field(default_factory=dict)
    open: Mapping[str, int] = field(default_factory=dict)
    suspects: tuple[Dossier, ...] = ()


@dataclass(frozen=True, slots=True)
class FleetLine:
    """How one PC stood when it was heard last.

    Attributes:
        version: Of its program, "" when it never said.
        last_contact: None before the first.
        unsent: Acts it had to send, as it said itself; None when it never said.
        oldest_unsent_at: When the oldest of them was done.
        backup_at: When its last backup was made; None when it never said.
        lacking: Published documents it does not say it uses, with when they were published.
    """

    unit_name: str
    replica_id: str
    counter: int
    workstation: str = ""
    version: str = ""
    last_contact: datetime | None = None
    unsent: int | None = None
    oldest_unsent_at: datetime | None = None
    backup_at: datetime | None = None
    is_revoked: bool = False
    lacking: tuple[tuple[str, datetime], ...] = ()


class PageStore(Protocol):
    """Read for pages, and keep ratings. Each call is one short transaction."""

    def dossier_of(self, code: str) -> Dossier | None:
        """Return the dossier an accepted code belongs to, of any unit."""
        ...

    def filing_of(self, tracking: str) -> Filing | None:
        """Return what was filed online under a tracking code."""
        ...

    def unit(self, unit_id: str) -> PageUnit | None:
        """Return a unit."""
        ...

    def boards(self, period: Period, as_of: datetime) -> Sequence[UnitBoard]:
        """Return what the board of every unit is counted from."""
        ...

    def fleet(self) -> Sequence[FleetLine]:
        """Return every PC there is, by unit and counter."""
        ...

    def is_rated(self, dossier: Dossier) -> bool:
        """Tell whether a dossier has its rating."""
        ...

    def rate(self, dossier: Dossier, opinion: Opinion, at: datetime, address: str = "") -> bool:
        """Keep the rating of a returned dossier; False, and nothing is changed, when it has one.

        The address is kept of nobody: it only tells whether one of the ward's own PCs rated.
        """
        ...
