"""What the city publishes, laid over what the program ships with, and what that changes.

From its day on a document speaks for the procedures it names, and for no other. What was in force before that day stays
what it was, so a dossier received then is still explained, and one that keeps its own copy is touched by nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from desktop.domain.calendar_days import PublishedDay
from desktop.domain.catalogue import Procedure
from desktop.domain.pack_names import Rule

T = TypeVar("T")

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """Hold what a version of a document says, and from which day on.

    Attributes:
        unit_id: Unit it is for, "" for all.
    """

    unit_id: str
    name: str
    version: int
    effective_on: date
    said: T


def laid_in_order(documents: Iterable[Dated[T]]) -> tuple[Dated[T], ...]:
    """Return documents as they are laid on: those for all first, by name, older versions first."""
    return tuple(sorted(documents, key=lambda each: (each.unit_id, each.name, each.version)))


def in_force(documents: Iterable[Dated[T]], on: date) -> tuple[Dated[T], ...]:
    """Return the version of each document in force on a day, in the order they are laid on."""
    found = {(each.unit_id, each.name): each for each in laid_in_order(documents) if each.effective_on <= on}
    return tuple(found.values())


class Aspect(StrEnum):
    """Name what changes of a procedure."""

    NEW = "new"
    ENDED = "ended"
    LIMIT = "limit"
    FEES = "fees"
    COMPONENTS = "components"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ProcedureChange:
    """Say what changes of a procedure, and from which day on.

    Attributes:
        name: As it is called from then on.
    """

    code: str
    name: str
    on: date
    aspects: tuple[Aspect, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """Describe a document of the city as this PC holds it.

    Attributes:
        unit_id: Unit it is for, "" for all.
        effective_on: Day it comes into force.
        sha256: Of its content.
        changes: What it changes in the catalogue, by day and code.
        problem: Where it cannot be used, "" when it can.
        is_used: It is about procedures, days or rules; this program leaves other documents lie.
        days: What it says of days off and days worked.
        decided_years: Years it says are decided.
        pack: Rule pack it changes, "" for none.
        rules: What it changes of it.
    """

    name: str
    unit_id: str
    version: int
    effective_on: date
    sha256: str
    changes: tuple[ProcedureChange, ...] = ()
    problem: str = ""
    is_used: bool = True
    days: tuple[PublishedDay, ...] = ()
    decided_years: tuple[int, ...] = ()
    pack: str = ""
    rules: tuple[tuple[str, Rule], ...] = ()

    @property
    def counts_from(self) -> date | None:
        """Return the first day on which it changes something, None when it changes nothing."""
        days = [change.on for change in self.changes] + [day.on for day in self.days]
        if self.rules or self.decided_years:
            days.append(self.effective_on)
        return min(days, default=None)

    def replaces(self, earlier: "Publication", today: date) -> bool:
        """Tell whether this version stands in the place of an earlier one of the same document by a day.

        One that cannot be used takes no place; one that could never be used gives its own up like every other.
        """
        is_later = (self.unit_id, self.name) == (earlier.unit_id, earlier.name) and self.version > earlier.version
        return is_later and not self.problem and self.effective_on <= max(today, earlier.effective_on)


def overlaid(
    base: Iterable[Procedure], entries: Iterable[Procedure], effective_on: date
) -> tuple[tuple[Procedure, ...], tuple[ProcedureChange, ...]]:
    """Lay a document over a catalogue; return the new entries and what changes.

    Args:
        base: Every version of every procedure so far.
        entries: What the document says; those of one code share no day.
        effective_on: From here on it counts, whatever earlier day an entry gives.
    """
    below = tuple(base)
    said: dict[str, list[Procedure]] = {}
    for entry in entries:
        said.setdefault(entry.code, []).append(entry)
    result = [each for each in below if each.code not in said]
    changes: list[ProcedureChange] = []
    for code, versions in said.items():
        before = sorted((each for each in below if each.code == code), key=_day_of)
        begins_on = min(max(entry.effective_from, effective_on) for entry in versions)
        after = sorted(_in_force_from(versions, effective_on), key=_day_of)
        result += [*_before(before, begins_on), *after]
        changes += _changes(before, after, begins_on, versions[-1])
    return tuple(result), tuple(sorted(changes, key=lambda change: (change.on, change.code)))


def _day_of(entry: Procedure) -> date:
    return entry.effective_from


def _in_force_from(entries: Iterable[Procedure], day: date) -> Iterator[Procedure]:
    for entry in entries:
        begins_on = max(entry.effective_from, day)
        if entry.effective_to is None or entry.effective_to >= begins_on:
            yield replace(entry, effective_from=begins_on)


def _before(entries: Iterable[Procedure], day: date) -> Iterator[Procedure]:
    for entry in entries:
        if entry.effective_from < day:
            last = day - _A_DAY
            ends_on = last if entry.effective_to is None else min(entry.effective_to, last)
            yield replace(entry, effective_to=ends_on)


def _changes(
    before: Sequence[Procedure], after: Sequence[Procedure], begins_on: date, told: Procedure
) -> Iterator[ProcedureChange]:
    for entry in after:
        was = _on(before, entry.effective_from)
        aspects = (Aspect.NEW,) if was is None else what_changes(was, entry)
        if aspects:
            yield ProcedureChange(entry.code, entry.name, entry.effective_from, aspects)
    over_on = _day_after(after[-1].effective_to) if after else begins_on
    if over_on is not None and _on(before, over_on) is not None:
        yield ProcedureChange(told.code, told.name, over_on, (Aspect.ENDED,))


def _day_after(last: date | None) -> date | None:
    """Return the first day without an entry, None for one that never ends, or ends with the calendar."""
    return None if last is None or last == date.max else last + _A_DAY


def _on(entries: Iterable[Procedure], day: date) -> Procedure | None:
    return next((entry for entry in entries if entry.is_in_force(day)), None)


def what_changes(was: Procedure, now: Procedure) -> tuple[Aspect, ...]:
    """Return what is another in a later entry of a procedure; its days, version and source are nobody's concern."""
    return tuple(_aspects(was, now))


def _aspects(was: Procedure, now: Procedure) -> Iterator[Aspect]:
    if (was.limit, was.channel_limits) != (now.limit, now.channel_limits):
        yield Aspect.LIMIT
    if was.fees != now.fees:
        yield Aspect.FEES
    if was.components != now.components:
        yield Aspect.COMPONENTS
    if _rest(was) != _rest(now):
        yield Aspect.OTHER


def _rest(entry: Procedure) -> tuple[object, ...]:
    return (
        entry.name,
        entry.field,
        entry.section,
        entry.received_here,
        entry.immediate_allowed,
        entry.result_name,
        entry.process,
    )
