"""Compute every figure of the deadline board from folded dossiers.

What is late is said in one place, :func:`desktop.domain.deadlines.is_late`. The board of the present is read from
counters; what stands here is the definition it must equal, and the way to a board of the past.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from desktop.domain.board import (
    Board,
    DayFigures,
    Name,
    Roster,
    Wanted,
    apology_mark,
    is_promise_broken,
    next_working_day,
)
from desktop.domain.calendars import Calendar
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.limits import LimitUnit
from desktop.domain.tally import Measure, timeliness
from desktop.domain.vietnamese import local


def name_of(dossier: Dossier, as_of: datetime) -> Name:
    """Return a dossier as the board shows it."""
    mark = apology_mark([not apology.is_late for apology in dossier.apologies])
    end = dossier.solved_at or as_of
    return Name(
        dossier_id=dossier.dossier_id,
        code=dossier.code,
        applicant=dossier.owner.name,
        procedure=dossier.procedure.name,
        field=dossier.procedure.field,
        status=dossier.status,
        custodian=dossier.custodian,
        received_at=_whole(dossier.received_at),
        promised_at=_whole(dossier.promised_at),
        due_at=_whole(dossier.due_at),
        solved_at=None if dossier.solved_at is None else _whole(dossier.solved_at),
        seen_at=_whole(dossier.seen_at),
        apology=mark,
        is_promise_broken=is_promise_broken(end, dossier.promised_at, dossier.procedure.limit.unit, mark),
    )


def board_of(dossiers: Iterable[Dossier], wanted: Wanted, calendar: Calendar) -> Board:
    """Compute the board from dossiers as they stood at its instant.

    Args:
        dossiers: All of the unit's, each folded up to the instant.
        wanted: Which board.
        calendar: The unit's calendar, for the next working day.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    next_day = next_working_day(wanted.as_of, calendar)
    count = _Count(wanted, next_day)
    for dossier in dossiers:
        count.add(dossier)
    targets = {line.field for line in wanted.targets}
    by_field = tuple(
        wanted.figures(code, **count.fields.get(code, Counter())) for code in sorted(count.fields.keys() | targets)
    )
    return Board(
        as_of=wanted.as_of,
        period=wanted.period,
        field=wanted.field,
        denominator=wanted.denominator,
        next_day=next_day,
        late=tuple(sorted(count.names[Roster.LATE], key=by_due)),
        today=tuple(sorted(count.names[Roster.TODAY], key=by_due)),
        tomorrow=tuple(sorted(count.names[Roster.TOMORROW], key=by_due)),
        waiting=tuple(sorted(count.names[Roster.WAITING], key=lambda name: (name.seen_at, name.code))),
        solved_late=tuple(sorted(count.names[Roster.SOLVED_LATE], key=_newest_result)),
        total=wanted.total(by_field),
        by_field=by_field,
        days=tuple(DayFigures(day, *count.days[day]) for day in sorted(count.days)),
    )


def by_due(name: Name) -> tuple[datetime, str]:
    """Return what orders names: next due first, then by code."""
    return name.due_at, name.code


def running_roster(due_at: datetime, unit: LimitUnit, as_of: datetime, next_day: date) -> Roster | None:
    """Return the list of a dossier whose clock runs; None when it is due later."""
    if is_late(as_of, due_at, unit):
        return Roster.LATE
    due_on = local(due_at).date()
    if due_on <= local(as_of).date():
        return Roster.TODAY
    return Roster.TOMORROW if due_on <= next_day else None


@dataclass(slots=True)
class _Count:
    """Gather names and figures dossier by dossier."""

    wanted: Wanted
    next_day: date
    names: dict[Roster, list[Name]] = field(default_factory=lambda: {roster: [] for roster in Roster})
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    days: dict[date, list[int]] = field(default_factory=dict)

    def add(self, dossier: Dossier) -> None:
        period, code = self.wanted.period, dossier.procedure.field
        counted: Counter[str] = Counter()
        if period.has(dossier.received_on):
            counted["received"] = 1
            self._day(dossier.received_on, code)[0] += 1
        if dossier.status is Status.WITHDRAWN and dossier.ending and period.has(local(dossier.ending.at).date()):
            counted["withdrawn"] = 1
        if dossier.solved_at is not None:
            self._solved(dossier, dossier.solved_at, counted)
        elif not dossier.is_closed:
            self._open(dossier, counted)
        if counted:
            self.fields.setdefault(code, Counter()).update(counted)

    def _solved(self, dossier: Dossier, solved_at: datetime, counted: Counter[str]) -> None:
        late = timeliness(dossier) is Measure.SOLVED_LATE
        if late and counted["received"]:
            counted["received_late"] = 1
        on = local(solved_at).date()
        if not self.wanted.period.has(on):
            return
        counted["solved"] = 1
        counted["solved_late"] = int(late)
        day = self._day(on, dossier.procedure.field)
        day[1] += 1
        day[2] += int(late)
        if late:
            self._name(Roster.SOLVED_LATE, dossier)

    def _open(self, dossier: Dossier, counted: Counter[str]) -> None:
        counted["open"] = 1
        if dossier.is_clock_stopped:
            counted["waiting"] = 1
            self._name(Roster.WAITING, dossier)
            return
        unit = dossier.procedure.limit.unit
        roster = running_roster(dossier.due_at, unit, self.wanted.as_of, self.next_day)
        if roster is Roster.LATE:
            counted["late_open"] = 1
            counted["received_late"] = counted["received"]
        if roster is not None:
            self._name(roster, dossier)

    def _name(self, roster: Roster, dossier: Dossier) -> None:
        if self.wanted.field in ("", dossier.procedure.field):
            self.names[roster].append(name_of(dossier, self.wanted.as_of))

    def _day(self, on: date, code: str) -> list[int]:
        if self.wanted.field not in ("", code):
            return [0, 0, 0]
        return self.days.setdefault(on, [0, 0, 0])


def _newest_result(name: Name) -> tuple[int, str]:
    solved_at = name.solved_at or name.due_at
    return -int(solved_at.timestamp()), name.code


def _whole(at: datetime) -> datetime:
    """Leave out what is below a second: lists are kept in whole seconds."""
    return at.replace(microsecond=0)
