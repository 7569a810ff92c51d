"""Know which days and hours the ward works: holidays, swapped days, sessions, the city's and a unit's own changes.

A calendar is typed data with sources (``resources/calendars``) that covers stated days only; beyond them it
refuses to answer. Everything a deadline needs is counted once, when the calendar is built, into plain lists
of integers, so that each question costs one or two look-ups.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate

from desktop.domain.calendar_days import (
    AFTERNOON,
    MORNING,
    CalendarOverlay,
    DayKind,
    DayNote,
    NamedDay,
    PublishedDay,
    Session,
    Sessions,
    Swap,
    WeekPlan,
    minute_of,
)
from desktop.domain.errors import UserError
from desktop.domain.vietnamese import VIETNAM, local, screen_date, weekday

__all__ = [
    "AFTERNOON",
    "MORNING",
    "Calendar",
    "CalendarOverlay",
    "DayKind",
    "DayNote",
    "NamedDay",
    "Session",
    "Sessions",
    "Swap",
    "WeekPlan",
]

_DECEMBER, _LAST = 12, 31


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answer questions about working days and working minutes.

    Attributes:
        id: Name of the data file.
        first_day: First day covered.
        last_day: Last day covered.
        holidays: Public holidays, days in lieu included.
        swaps: Swapped days.
        plans: The usual weeks by date; the first one is also valid before its day.
        estimated_years: Years that no decision fixes yet.
        overlays: Changes of the unit, later ones win.
        published: What the city's documents say of days; a unit's own changes win over it.
    """

    id: str
    first_day: date
    last_day: date
    holidays: tuple[NamedDay, ...] = ()
    swaps: tuple[Swap, ...] = ()
    plans: tuple[WeekPlan, ...] = (WeekPlan(date.min),)
    estimated_years: frozenset[int] = frozenset()
    overlays: tuple[CalendarOverlay, ...] = ()
    published: tuple[PublishedDay, ...] = ()
    _notes: dict[int, DayNote] = field(init=False, repr=False, compare=False)
    _plans: list[WeekPlan] = field(init=False, repr=False, compare=False)
    _plan_starts: list[int] = field(init=False, repr=False, compare=False)
    _working: list[int] = field(init=False, repr=False, compare=False)
    _before: list[int] = field(init=False, repr=False, compare=False)
    _minutes: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Count everything once."""
        plans = sorted(
            (*self.plans, *(plan for overlay in self.overlays for plan in overlay.plans)),
            key=lambda plan: plan.starts_on,
        )
        first, last = self.first_day.toordinal(), self.last_day.toordinal()
        object.__setattr__(self, "_plans", plans)
        object.__setattr__(self, "_plan_starts", [plan.starts_on.toordinal() for plan in plans[1:]])
        object.__setattr__(self, "_notes", self._named_days())
        sessions = [self._sessions(date.fromordinal(day)) for day in range(first, last + 1)]
        object.__setattr__(self, "_working", [first + i for i, day in enumerate(sessions) if day])
        object.__setattr__(self, "_before", [0, *accumulate(bool(day) for day in sessions)])
        minutes = (sum(session.minutes for session in day) for day in sessions)
        object.__setattr__(self, "_minutes", [0, *accumulate(minutes)])

    def _named_days(self) -> dict[int, DayNote]:
        notes: dict[int, DayNote] = {}

        def note(on: date, kind: DayKind, words: str) -> None:
            notes[on.toordinal()] = DayNote(kind, f"{screen_date(on)} {words}")

        for holiday in self.holidays:
            note(holiday.on, DayKind.HOLIDAY, f"nghỉ lễ: {holiday.name}")
        for swap in self.swaps:
            note(swap.off, DayKind.SWAP_OFF, swap.off_words)
            note(swap.worked, DayKind.MAKE_UP, swap.worked_words)
        for said in self.published:
            note(said.on, said.kind, f"{said.words} (theo {said.source}, tài liệu {said.document} của thành phố)")
        for overlay in self.overlays:
            for day in overlay.closed:
                note(day.on, DayKind.CLOSED, f"đơn vị nghỉ: {day.name}")
            for day in overlay.worked:
                note(day.on, DayKind.WORKED, f"đơn vị làm việc: {day.name}, được tính")
        return notes

    def _plan(self, on: date) -> WeekPlan:
        return self._plans[bisect_right(self._plan_starts, on.toordinal())]

    def _sessions(self, on: date) -> Sessions:
        note = self._notes.get(on.toordinal())
        if note is None:
            return self._plan(on).working[on.weekday()]
        return self._plan(on).full_day if note.kind.is_working else ()

    def _offset(self, day: int) -> int:
        """Turn an ordinal into a place in the tables.

        Raises:
            UserError: ``calendar_not_covered`` beyond the first and last day.
        """
        offset = day - self.first_day.toordinal()
        if not 0 <= offset < len(self._before) - 1:
            raise self._not_covered()
        return offset

    def _not_covered(self) -> UserError:
        return UserError("calendar_not_covered", first=screen_date(self.first_day), last=screen_date(self.last_day))

    def note(self, on: date) -> DayNote:
        """Say what a day is and why."""
        self._offset(on.toordinal())
        named = self._notes.get(on.toordinal())
        if named is not None:
            return named
        kind = DayKind.USUAL if self._sessions(on) else DayKind.WEEKEND
        return DayNote(kind, f"{screen_date(on)} {weekday(on)}")

    def is_working_day(self, on: date) -> bool:
        """Tell whether a day is counted in working days."""
        return self.note(on).kind.is_working

    def sessions_on(self, on: date) -> Sessions:
        """Give the working sessions of a day, none on a day off."""
        self._offset(on.toordinal())
        return self._sessions(on)

    def reception_on(self, on: date) -> Sessions:
        """Give the sessions in which the counter receives: the working ones, or Saturday morning's."""
        note = self.note(on)
        if note.kind is DayKind.WEEKEND:
            return self._plan(on).reception[on.weekday()]
        return self._sessions(on)

    def add_working_days(self, on: date, n: int) -> date:
        """Give the n-th working day after a day.

        Args:
            on: Day 0, itself worked or not.
            n: How many; 0 is the day itself or the first working day after it, below 0 counts back.

        Raises:
            UserError: ``calendar_not_covered``.
        """
        offset = self._offset(on.toordinal())
        index = self._before[offset + 1] + n - 1 if n > 0 else self._before[offset] + n
        if not 0 <= index < len(self._working):
            raise self._not_covered()
        return date.fromordinal(self._working[index])

    def due_days(self, days: Iterable[int], n: int) -> list[int]:
        """Give the n-th working day after each of many days, all as ordinals.

        Args:
            days: Ordinals (:meth:`datetime.date.toordinal`) of the days of receipt.
            n: How many working days, 1 or more.

        Raises:
            UserError: ``calendar_not_covered``.
        """
        reachable = len(self._working) - n
        # A table by the day's own number: a look-up hashes and compares nothing.
        due = [0] * self.first_day.toordinal()
        due += (self._working[count + n - 1] for count in self._before[1:] if count <= reachable)
        try:
            found = list(map(due.__getitem__, days))
        except IndexError:
            raise self._not_covered() from None
        if not all(found):
            raise self._not_covered()
        return found

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days after one day up to and including another; negative backwards."""
        return self._before[self._offset(until.toordinal()) + 1] - self._before[self._offset(after.toordinal()) + 1]

    def working_minute(self, at: datetime) -> int:
        """Count the working minutes from the calendar's first day to an instant, seconds left out."""
        here = local(at)
        offset = self._offset(here.toordinal())
        now = minute_of(here.time())
        spent = sum(
            max(0, min(now, minute_of(session.closes)) - minute_of(session.opens))
            for session in self._sessions(here.date())
        )
        return self._minutes[offset] + spent

    def at_working_minute(self, minute: int) -> datetime:
        """Give the first local instant at which so many working minutes have passed.

        A count that falls between two sessions gives the end of the earlier one.

        Args:
            minute: As :meth:`working_minute` counts, 1 or more.

        Raises:
            UserError: ``calendar_not_covered``.
        """
        if minute > self._minutes[-1]:
            raise self._not_covered()
        offset = bisect_left(self._minutes, minute) - 1
        on = self.first_day + timedelta(days=offset)
        left = minute - self._minutes[offset]
        sessions = self._sessions(on)
        index = 0
        while left > sessions[index].minutes:
            left -= sessions[index].minutes
            index += 1
        return datetime.combine(on, sessions[index].opens, VIETNAM) + timedelta(minutes=left)

    def with_overlay(self, overlay: CalendarOverlay) -> "Calendar":
        """Merge a unit's changes into a new calendar; this one stays as it is."""
        last_day = reached(self.last_day, (each.year for each in overlay.years))
        return replace(self, overlays=(*self.overlays, overlay), last_day=last_day)


def reached(last_day: date, decided: Iterable[int]) -> date:
    """Return the last day that can be counted to when further years are decided; none is left out on the way."""
    years = set(decided)
    while last_day.year + 1 in years:
        last_day = date(last_day.year + 1, _DECEMBER, _LAST)
    return last_day
