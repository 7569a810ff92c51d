"""The process of a procedure: which hand does what, and in how many working minutes.

A process is a setting of the ward, approved with its internal rules; the catalogue brings a usual division and says
so. A dossier keeps the process it was received under for life.

Source: Decree 61/2018/NĐ-CP art. 18-19; Circular 01/2018/TT-VPCP form 05.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.way import Wait

#: Places every unit has, whatever its sections are called; any other place is the code of a section.
COUNTER: Final = "counter"
SECTION: Final = "section"
LEADERS: Final = "leaders"

_HOUR: Final = 60
#: A working day of eight hours, a half-day session of four (Labour Code 2019 art. 105).
_DAY: Final = 8 * _HOUR
_SESSION: Final = 4 * _HOUR
_WEEK, _WORKED, _WEEKEND = 7, 5, 2


@dataclass(frozen=True, slots=True)
class ProcessStep:
    """Describe one step.

    Attributes:
        name: What is done ("Thẩm định hồ sơ").
        at: Who does it: ``counter``, ``section`` (the one that solves the procedure), ``leaders``, or the code of
            another section.
        minutes: Working minutes allowed.

    Raises:
        ValueError: A step without name or place, or without time.
    """

    name: str
    at: str
    minutes: int

    def __post_init__(self) -> None:
        """Refuse a step nobody could be measured by."""
        if not (self.name.strip() and self.at.strip()):
            raise ValueError("a step of the process has no name or no place")
        if self.minutes < 1:
            raise ValueError(f"step {self.name!r} of the process allows {self.minutes} minutes")


@dataclass(frozen=True, slots=True)
class Process:
    """Hold the steps of a procedure in their order.

    Attributes:
        steps: One or more.
        needs_checking: The division is usual, but not the one the ward approved.

    Raises:
        ValueError: A process without steps.
    """

    steps: tuple[ProcessStep, ...]
    needs_checking: bool = False

    def __post_init__(self) -> None:
        """Refuse a process that says nothing."""
        if not self.steps:
            raise ValueError("a process without steps")

    def share_of(self, at: str, *, is_decided: bool) -> ProcessStep | None:
        """Return what somewhere has to do, all its steps as one; None when the process has none there.

        The same section works before and after the leaders: what they decided tells its two shares apart.

        Args:
            at: As in :attr:`ProcessStep.at`.
            is_decided: The leaders have approved.
        """
        signing = max((place for place, step in enumerate(self.steps) if step.at == LEADERS), default=len(self.steps))
        found = [step for place, step in enumerate(self.steps) if step.at == at and (place > signing) == is_decided]
        if not found:
            return None
        return ProcessStep("; ".join(step.name for step in found), at, sum(step.minutes for step in found))


def working_minutes_of(limit: Limit) -> int:
    """Return the working minutes a limit leaves at the very least, whatever the day of receipt.

    Calendar days may hold every weekend they can; a limit within the day leaves nothing to divide.
    """
    match limit.unit:
        case LimitUnit.WORKING_DAY:
            return limit.n * _DAY
        case LimitUnit.DAY:
            weeks, rest = divmod(limit.n, _WEEK)
            return (weeks * _WORKED + max(rest - _WEEKEND, 0)) * _DAY
        case LimitUnit.HOUR:
            return limit.n * _HOUR
        case LimitUnit.SESSION:
            return limit.n * _SESSION
        case _:  # LimitUnit.SAME_DAY, LimitUnit.IMMEDIATE
            return 0


def check_process(process: Process, limits: Iterable[Limit]) -> None:
    """Refuse a process that takes longer than the procedure may.

    Args:
        process: The steps.
        limits: The procedure's limit, and those of single channels; the shortest counts.

    Raises:
        ValueError: Names the row with which the sum passes the limit, both sums, and the row's name.
    """
    allowed = min(map(working_minutes_of, limits))
    total = sum(step.minutes for step in process.steps)
    passed = 0
    for row, step in enumerate(process.steps, 1):
        passed += step.minutes
        if passed > allowed:
            raise ValueError(
                f"row {row} of the process ({step.name}) passes the time limit: {passed} working minutes up to it, "
                f"{total} in all, {allowed} allowed"
            )


def minutes_used(stays: Sequence[tuple[datetime, datetime]], waits: Sequence[Wait], calendar: Calendar) -> int:
    """Count the working minutes of a step, without those in which the clock stood still.

    Args:
        stays: Aware instants from which and until which the dossier lay there, in order.
        waits: Waits of the dossier; what was used before one that restarts the clock is forgotten.
        calendar: The unit's calendar.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    until = max(end for _, end in stays)
    ended = [wait.ended_at for wait in waits if wait.effect is ClockEffect.RESTART and wait.ended_at is not None]
    anew = max((at for at in ended if at <= until), default=None)
    stops = [(wait.began_at, wait.ended_at or until) for wait in waits if wait.stops_clock]
    counted = [(since if anew is None else max(since, anew), end) for since, end in stays]
    held = sum(_minutes(since, end, calendar) for since, end in counted)
    return held - sum(
        _minutes(max(since, began), min(end, over), calendar) for since, end in counted for began, over in stops
    )


def _minutes(since: datetime, until: datetime, calendar: Calendar) -> int:
    return max(calendar.working_minute(until) - calendar.working_minute(since), 0)
