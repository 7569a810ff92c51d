"""The catalogue of procedures: what may be received on a day, with its papers, fees and time limit.

Every entry is valid from a day on and perhaps to a day; on any day a code has one version at most. A dossier
keeps a copy of the entry it was received under, so a later catalogue never moves an older promise.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.domain import procedure_search
from desktop.domain.errors import UserError
from desktop.domain.limits import Limit
from desktop.domain.processes import Process, check_process

_CODE: Final = re.compile(r"[0-9]\.[0-9]{6}", re.ASCII)


class PaperKind(StrEnum):
    """Say in which shape a paper is usually handed in."""

    ORIGINAL = "original"
    CERTIFIED = "certified"
    COPY = "copy"


class FeeKind(StrEnum):
    """Say how a fee is computed."""

    FREE = "free"
    FIXED = "fixed"
    PER_COPY = "per_copy"
    PAGES = "pages"
    LOCAL = "local"


# Kinds whose amount stands in the catalogue; ``free`` and ``pages`` have none, ``local`` may have one.
_PRICED: Final = frozenset({FeeKind.FIXED, FeeKind.PER_COPY})
_UNPRICED: Final = frozenset({FeeKind.FREE, FeeKind.PAGES})


@dataclass(frozen=True, slots=True)
class Component:
    """Describe a paper of the published list.

    Attributes:
        code: Unique within the procedure ("TP01").
        name: As printed on the receipt.
        required: The dossier is incomplete without it.
        kind_hint: Shape it usually has; the clerk counts what really lies there.
    """

    code: str
    name: str
    required: bool
    kind_hint: PaperKind = PaperKind.ORIGINAL


@dataclass(frozen=True, slots=True)
class FeeRule:
    """State one fee of a procedure.

    Attributes:
        kind: How it is computed.
        name: As printed ("Phí chứng thực bản sao").
        amount_vnd: Đồng per case (``fixed``), per copy (``per_copy``), or as the unit set it (``local``).
        needs_checking: The amount is not confirmed by a published decision.

    Raises:
        ValueError: The amount does not fit the kind.
    """

    kind: FeeKind
    name: str
    amount_vnd: int = 0
    needs_checking: bool = False

    def __post_init__(self) -> None:
        """Refuse amounts that contradict the kind."""
        is_wrong = (self.kind in _PRICED and self.amount_vnd == 0) or (self.kind in _UNPRICED and self.amount_vnd != 0)
        if is_wrong or self.amount_vnd < 0:
            raise ValueError(f"amount {self.amount_vnd} does not fit the fee kind {self.kind.value}")


@dataclass(frozen=True, slots=True)
class ChannelLimit:
    """Give another time limit for one channel (``direct``, ``online`` or ``post``)."""

    channel: str
    limit: Limit


@dataclass(frozen=True, slots=True)
class Procedure:
    """Describe one version of a procedure.

    Attributes:
        code: National code, seven digits ("1.001193").
        name: Official name.
        field: Code of the field ("ho_tich").
        field_name: Name of the field ("Hộ tịch").
        limit: Ordinary time limit.
        components: Papers of the published list, in its order.
        fees: Fees, in the order they are printed.
        version: Version of the entry, raised with every published decision.
        effective_from: First day it may be received.
        effective_to: Last day it may be received; None while in force.
        source: Where the data comes from.
        updated_on: When the data was last compared with its source.
        needs_checking: Time, fee or papers are not confirmed by a published decision.
        received_here: False when another agency receives it in its own system.
        legal_basis: Laws it rests on.
        result_name: What the citizen gets.
        section: Code of the section that solves it.
        immediate_allowed: Whether the result may be handed out at once (Decree 61/2018 art. 17.4).
        channel_limits: Limits of single channels that differ from ``limit``.
        process: How the time limit is divided among the hands; None when nobody divided it.

    Raises:
        ValueError: A malformed code, two components with one code, an end before the beginning, or a process that
            takes longer than a limit.
    """

    code: str
    name: str
    field: str
    field_name: str
    limit: Limit
    components: tuple[Component, ...]
    fees: tuple[FeeRule, ...]
    version: str
    effective_from: date
    source: str
    updated_on: date
    needs_checking: bool
    legal_basis: str
    result_name: str
    section: str
    effective_to: date | None = None
    received_here: bool = True
    immediate_allowed: bool = False
    channel_limits: tuple[ChannelLimit, ...] = ()
    process: Process | None = None

    def __post_init__(self) -> None:
        """Refuse entries that contradict themselves."""
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"malformed procedure code {self.code!r}")
        codes = [component.code for component in self.components]
        if len(set(codes)) != len(codes):
            raise ValueError("two components have the same code")
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to lies before effective_from")
        if self.process is not None:
            check_process(self.process, (self.limit, *(other.limit for other in self.channel_limits)))

    def is_in_force(self, day: date) -> bool:
        """Tell whether the entry may be received on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def overlaps(self, other: "Procedure") -> bool:
        """Tell whether both entries have the same code and a common day."""
        first, second = sorted((self, other), key=lambda procedure: procedure.effective_from)
        return first.code == second.code and first.is_in_force(second.effective_from)

    def limit_for(self, channel: str) -> Limit:
        """Return the time limit for a channel (``direct``, ``online``, ``post``)."""
        return next((other.limit for other in self.channel_limits if other.channel == channel), self.limit)

    def component(self, code: str) -> Component | None:
        """Return the component with a code, None when the list has none such."""
        return next((component for component in self.components if component.code == code), None)


def procedure_code(text: str) -> str:
    """Return the national code inside a typed or scanned procedure code.

    Args:
        text: ``1.000494`` or, with a portal's suffix, ``1.000494.000.00.00.H29``.

    Raises:
        UserError: ``procedure_unknown`` when the text is no procedure code.
    """
    found = procedure_search.short_code(text)
    if found is None:
        raise UserError("procedure_unknown", procedure=text.strip())
    return found


class PublishedCatalogue:
    """Show the catalogue as it is in force on one day.

    Attributes:
        day: The local day.
        procedures: Every procedure in force, by field and code.
    """

    def __init__(self, day: date, indexed: Iterable[tuple[Procedure, procedure_search.Entry]]) -> None:
        pairs = tuple(indexed)
        self.day = day
        self.procedures = tuple(procedure for procedure, _ in pairs)
        self._entries = tuple(entry for _, entry in pairs)

    def search(
        self,
        q: str,
        limit: int = 20,
        favourites: Sequence[str] = (),
        usage: Mapping[str, int] | None = None,
    ) -> tuple[Procedure, ...]:
        """Find procedures by code, words of the name, initials or favourite number.

        An empty query lists the favourites, then the most used.

        Args:
            q: What the clerk typed; marks and case do not count.
            limit: How many to return at most.
            favourites: Procedure codes behind the numbers 1 to 9.
            usage: How often each code was used.

        Returns:
            Exact code first, then favourites, then by kind of match, use, and length of the name.
        """
        best = procedure_search.ranked(self._entries, q, favourites, usage or {})
        return tuple(self.procedures[position] for position in best[: max(limit, 0)])


class Catalogue:
    """Hold every version of every procedure.

    Raises:
        ValueError: Two versions of a procedure are in force on the same day.
    """

    def __init__(self, procedures: Iterable[Procedure]) -> None:
        ordered = sorted(procedures, key=lambda each: (each.field, each.code, each.effective_from))
        versions: defaultdict[str, list[Procedure]] = defaultdict(list)
        for procedure in ordered:
            if any(procedure.overlaps(other) for other in versions[procedure.code]):
                raise ValueError(f"{procedure.code}: two versions are in force on the same day")
            versions[procedure.code].append(procedure)
        self._versions: Mapping[str, Sequence[Procedure]] = dict(versions)
        self._indexed = tuple(
            (
                each,
                procedure_search.entry(each.code, each.name, each.field_name, is_elsewhere=not each.received_here),
            )
            for each in ordered
        )

    @property
    def procedures(self) -> tuple[Procedure, ...]:
        """Return every version of every procedure, by field, code and day."""
        return tuple(procedure for procedure, _ in self._indexed)

    def on(self, day: date) -> PublishedCatalogue:
        """Return the catalogue as it is in force on a local day."""
        return PublishedCatalogue(day, (pair for pair in self._indexed if pair[0].is_in_force(day)))

    def procedure(self, code: str, on: date) -> Procedure:
        """Return the version of a procedure that is in force on a local day.

        Raises:
            UserError: ``procedure_unknown`` for a code the catalogue has never had,
                ``procedure_not_published`` for one that is not in force on the day.
        """
        short = procedure_code(code)
        versions = self._versions.get(short)
        if versions is None:
            raise UserError("procedure_unknown", procedure=short)
        found = next((version for version in versions if version.is_in_force(on)), None)
        if found is None:
            raise UserError("procedure_not_published", procedure=short, name=versions[-1].name, on=on.isoformat())
        return found

    def search(
        self,
        q: str,
        on: date,
        limit: int = 20,
        favourites: Sequence[str] = (),
        usage: Mapping[str, int] | None = None,
    ) -> tuple[Procedure, ...]:
        """Find procedures in force on a day; see :meth:`PublishedCatalogue.search`."""
        return self.on(on).search(q, limit, favourites, usage)
