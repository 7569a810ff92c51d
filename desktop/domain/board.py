"""The deadline board: what it holds, and how a share is compared with its target: in whole numbers, never rounded.

How it is computed from folded dossiers stands in :mod:`desktop.domain.board_count`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from desktop.domain.calendars import Calendar
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Custodian, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.units import LateTarget
from desktop.domain.vietnamese import local, share

_PER_MILLE: Final = 1_000
_HALF_YEAR_MONTHS: Final = 6


class Denominator(StrEnum):
    """Say what late dossiers are compared with."""

    SOLVED = "solved"
    RECEIVED = "received"


class Roster(StrEnum):
    """Name a list of the board, in the order in which it is read."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WAITING = "waiting"
    SOLVED_LATE = "solved_late"
    NO_APOLOGY = "no_apology"
    BROKEN_PROMISE = "broken_promise"


class ApologyMark(StrEnum):
    """Say whether the ward apologised, and whether it did so in time."""

    NONE = "none"
    IN_TIME = "in_time"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Period:
    """Bound what is counted over time: local days, both included."""

    first: date
    last: date

    def has(self, on: date) -> bool:
        """Tell whether a day lies within."""
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True)
class Name:
    """Show one dossier on the board; instants are whole seconds.

    Attributes:
        applicant: The owner's name.
        field: Field code.
        solved_at: None while there is no result.
        seen_at: When anything happened to it last.
        apology: Whether an apology was issued, and in time.
        is_promise_broken: The day named in an apology has passed too ("vi phạm hẹn lại").
    """

    dossier_id: str
    code: str
    applicant: str
    procedure: str
    field: str
    status: Status
    custodian: Custodian
    received_at: datetime
    promised_at: datetime
    due_at: datetime
    solved_at: datetime | None
    seen_at: datetime
    apology: ApologyMark
    is_promise_broken: bool


@dataclass(frozen=True, slots=True)
class FieldFigures:
    """Count one field, or all of them.

    Attributes:
        field: Field code, "" for the sum.
        received: Received in the period.
        solved: Results of the period, refusals among them.
        solved_late: Of these, late.
        withdrawn: Taken back by citizens in the period.
        open: Without a result at the instant of the board.
        late_open: Of these, late.
        waiting: Of these, with a clock that stands still.
        received_late: Received in the period, and late by now, with or without a result.
        numerator: What is late, by the chosen denominator.
        denominator: What it is compared with.
        below_per_mille: Target; None where the unit set none.
    """

    field: str
    received: int = 0
    solved: int = 0
    solved_late: int = 0
    withdrawn: int = 0
    open: int = 0
    late_open: int = 0
    waiting: int = 0
    received_late: int = 0
    numerator: int = 0
    denominator: int = 0
    below_per_mille: int | None = None

    @property
    def share(self) -> str:
        """Return the share as it is printed, a dash for nothing."""
        return share(self.numerator, self.denominator)

    @property
    def target(self) -> str:
        """Return the target as it is printed, "" where there is none."""
        if self.below_per_mille is None:
            return ""
        return f"< {share(self.below_per_mille, _PER_MILLE)}"

    @property
    def meets(self) -> bool | None:
        """Tell whether the target is met; None without a target or with nothing to compare."""
        if self.below_per_mille is None or self.denominator == 0:
            return None
        return meets(self.numerator, self.denominator, self.below_per_mille)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Count one day: what came in, what was solved, and how much of that late."""

    day: date
    received: int
    solved: int
    solved_late: int


@dataclass(frozen=True, slots=True)
class Board:
    """Hold everything the board shows.

    Attributes:
        as_of: The instant it is true for.
        period: What is counted over time.
        field: What names, sum and days are narrowed to, "" for nothing.
        next_day: The working day after the instant's own: its dossiers are warned of.
        late: Without a result, and late, longest late first.
        today: Due on the instant's own day.
        tomorrow: Due up to the next working day.
        waiting: With a clock that stands still, longest untouched first.
        solved_late: Late results of the period, newest first.
        total: The sum.
        by_field: Every field with something to count, or with a target; never narrowed.
        days: Days of the period on which anything came in or was solved.
    """

    as_of: datetime
    period: Period
    field: str
    denominator: Denominator
    next_day: date
    late: tuple[Name, ...]
    today: tuple[Name, ...]
    tomorrow: tuple[Name, ...]
    waiting: tuple[Name, ...]
    solved_late: tuple[Name, ...]
    total: FieldFigures
    by_field: tuple[FieldFigures, ...]
    days: tuple[DayFigures, ...]

    @property
    def no_apology(self) -> tuple[Name, ...]:
        """Return late dossiers, with or without a result, that no apology dated in time belongs to.

        Source: Decision 5157/QĐ-UBND; Decree 61/2018 art. 19.9.
        """
        return tuple(name for name in (*self.late, *self.solved_late) if name.apology is not ApologyMark.IN_TIME)

    @property
    def broken_promise(self) -> tuple[Name, ...]:
        """Return late dossiers whose day named in an apology has passed too."""
        return tuple(name for name in (*self.late, *self.solved_late) if name.is_promise_broken)

    def roster(self, which: Roster) -> tuple[Name, ...]:
        """Return a list by its name."""
        found: tuple[Name, ...] = getattr(self, which.value)
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say which board is wanted.

    Attributes:
        as_of: Aware instant.
        period: Local days.
        field: Field code, "" for all.
        targets: Of the unit.
    """

    as_of: datetime
    period: Period
    field: str = ""
    denominator: Denominator = Denominator.SOLVED
    targets: tuple[LateTarget, ...] = ()

    def figures(self, field: str, **counted: int) -> FieldFigures:
        """Return figures with numerator, denominator and target by what is wanted."""
        plain = FieldFigures(field, **counted)
        is_solved = self.denominator is Denominator.SOLVED
        return FieldFigures(
            field,
            **counted,
            numerator=plain.solved_late if is_solved else plain.received_late,
            denominator=plain.solved if is_solved else plain.received,
            below_per_mille=next((line.below_per_mille for line in self.targets if line.field == field), None),
        )

    def total(self, by_field: Sequence[FieldFigures]) -> FieldFigures:
        """Return the sum of fields, or the one field that is wanted."""
        if self.field:
            return next((each for each in by_field if each.field == self.field), self.figures(self.field))
        return self.figures("", **{name: sum(getattr(each, name) for each in by_field) for name in COUNTED})


#: What is counted by field.
COUNTED: Final = (
    "received",
    "solved",
    "solved_late",
    "withdrawn",
    "open",
    "late_open",
    "waiting",
    "received_late",
)


def meets(numerator: int, denominator: int, below_per_mille: int) -> bool:
    """Tell whether a share lies below so many thousandths: 32 of 32.000 is not below one."""
    return numerator * _PER_MILLE < below_per_mille * denominator


def half_year(on: date) -> Period:
    """Return the half-year of a day, up to that day: what the city's figures cover."""
    return Period(date(on.year, 1 if on.month <= _HALF_YEAR_MONTHS else 1 + _HALF_YEAR_MONTHS, 1), on)


def apology_mark(in_time: Sequence[bool]) -> ApologyMark:
    """Return what apologies amount to, each given by whether it was in time."""
    if not in_time:
        return ApologyMark.NONE
    return ApologyMark.IN_TIME if any(in_time) else ApologyMark.TOO_LATE


def is_promise_broken(end: datetime, promised_at: datetime, unit: LimitUnit, apology: ApologyMark) -> bool:
    """Tell whether the day named in an apology has passed without a result (definitions: "vi phạm hẹn lại")."""
    return apology is not ApologyMark.NONE and is_late(end, promised_at, unit)


def next_working_day(as_of: datetime, calendar: Calendar) -> date:
    """Return the working day after an instant's own day.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    return calendar.add_working_days(local(as_of).date(), 1)
