"""Describe the days of a calendar: sessions, weeks, holidays, swaps and a unit's own changes.

The plain data that :mod:`desktop.domain.calendars` counts with.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Final

from desktop.domain.errors import UserError
from desktop.domain.vietnamese import screen_date, weekday

_MINUTES_PER_HOUR: Final = 60
#: New Year, Tết (5), the Hùng Kings, 30/4, 1/5, National Day (2): no lawful year has fewer days off (Labour Code
#: 45/2019/QH14 art. 112).
LEAST_DAYS_OFF: Final = 11


def minute_of(at: time) -> int:
    """Count the minutes since midnight, seconds left out."""
    return at.hour * _MINUTES_PER_HOUR + at.minute


@dataclass(frozen=True, slots=True, order=True)
class Session:
    """State a half-day session of work.

    Attributes:
        opens: Local time of its start.
        closes: Local time of its end; later than ``opens``.

    Raises:
        UserError: ``bad_session`` when it does not end after it starts, or is not told in whole minutes.
    """

    opens: time
    closes: time

    def __post_init__(self) -> None:
        """Refuse an empty or backward session."""
        whole = all(at.second == at.microsecond == 0 for at in (self.opens, self.closes))
        if not (whole and self.opens < self.closes):
            raise UserError("bad_session", opens=self.opens.isoformat(), closes=self.closes.isoformat())

    @property
    def minutes(self) -> int:
        """Count the minutes of the session."""
        return minute_of(self.closes) - minute_of(self.opens)


Sessions = tuple[Session, ...]

MORNING: Final = Session(time(7, 30), time(11, 30))
AFTERNOON: Final = Session(time(13, 0), time(17, 0))


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """State the usual week from a day on.

    Attributes:
        starts_on: First day the plan is valid.
        working: Sessions of Monday to Sunday; an empty tuple is a day off.
        full_day: Sessions of a make-up day, whatever its weekday.
        reception: Sessions of Monday to Sunday in which the counter also receives without working time being
            counted (Saturday mornings).

    Raises:
        UserError: ``bad_week_plan`` when a list has not seven days, sessions overlap, or nobody ever works.
    """

    starts_on: date
    working: tuple[Sessions, ...] = ((MORNING, AFTERNOON),) * 5 + ((),) * 2
    full_day: Sessions = (MORNING, AFTERNOON)
    reception: tuple[Sessions, ...] = ((),) * 5 + ((MORNING,), ())

    def __post_init__(self) -> None:
        """Refuse a plan no clock could follow."""
        days = (*self.working, *self.reception, self.full_day)
        apart = all(earlier.closes <= later.opens for sessions in days for earlier, later in pairwise(sessions))
        complete = len(self.working) == len(self.reception) == 7  # noqa: PLR2004 - days of a week
        if not (apart and complete and self.full_day and any(self.working)):
            raise UserError("bad_week_plan", starts_on=self.starts_on.isoformat())


@dataclass(frozen=True, slots=True)
class NamedDay:
    """Name a day that is off, or worked, against the usual week.

    Attributes:
        on: The day.
        name: Why, in Vietnamese (``Quốc khánh``).
        source: The decision it was typed from.
    """

    on: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Swap:
    """State a decided swap: one working day off for one day of rest worked.

    Attributes:
        off: The day that is off.
        worked: The make-up day, with full sessions.
        source: The decision it was typed from.
    """

    off: date
    worked: date
    source: str

    @property
    def off_words(self) -> str:
        """Say, in Vietnamese, what its day off is."""
        return f"nghỉ hoán đổi, làm bù ngày {screen_date(self.worked)}"

    @property
    def worked_words(self) -> str:
        """Say, in Vietnamese, what its make-up day is."""
        return f"{weekday(self.worked)} làm bù cho ngày {screen_date(self.off)}, được tính"


class OwnKind(StrEnum):
    """Say what a unit itself says of a day."""

    NONE = ""
    CLOSED = "closed"
    WORKED = "worked"


@dataclass(frozen=True, slots=True)
class DayClash:
    """Name a day of which two PCs said different things before they heard of each other.

    Attributes:
        stands: What counts, for it came later in the feed.
        lost: What the other PC had said.
        name: Why the other PC had said it, "" where it took the day back.
        source: The decision it rested on, "" there too.
    """

    on: date
    stands: OwnKind
    lost: OwnKind
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class DecidedYear:
    """State a year the unit declared with all its days off, because the program's calendar ends before it.

    Attributes:
        year: The year.
        source: The decision its days were typed from.
    """

    year: int
    source: str


@dataclass(frozen=True, slots=True)
class CalendarOverlay:
    """State a unit's own changes to the country's calendar.

    Attributes:
        closed: Extra days off (flood, local closure).
        worked: Extra working days, with full sessions.
        plans: Changed weeks, each from its day on.
        years: Years beyond the program's calendar that the unit declared.
        clashes: Days of which two PCs said different things.

    Raises:
        UserError: ``overlay_conflict`` when a day is both closed and worked.
    """

    closed: tuple[NamedDay, ...] = ()
    worked: tuple[NamedDay, ...] = ()
    plans: tuple[WeekPlan, ...] = ()
    years: tuple[DecidedYear, ...] = ()
    clashes: tuple[DayClash, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a day that is said to be both."""
        both = {day.on for day in self.closed} & {day.on for day in self.worked}
        if both:
            raise UserError("overlay_conflict", on=min(both).isoformat())


class DayKind(StrEnum):
    """Say why a day is worked or not."""

    USUAL = "usual"
    MAKE_UP = "make_up"
    WORKED = "worked"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SWAP_OFF = "swap_off"
    CLOSED = "closed"

    @property
    def is_working(self) -> bool:
        """Tell working days from days off."""
        return self in _WORKING_KINDS


_WORKING_KINDS: Final = frozenset({DayKind.USUAL, DayKind.MAKE_UP, DayKind.WORKED})


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """State a day as a document of the city has it.

    Attributes:
        on: The day.
        kind: ``HOLIDAY``, ``SWAP_OFF``, ``MAKE_UP`` or ``WORKED``.
        name: Why, in Vietnamese (``Quốc khánh``).
        source: The decision the document was typed from.
        document: Name and version of the document.
    """

    on: date
    kind: DayKind
    name: str
    source: str
    document: str = ""

    @property
    def words(self) -> str:
        """Say, in Vietnamese, what the day is; the name of a swapped one says it."""
        if self.kind is DayKind.HOLIDAY:
            return f"nghỉ: {self.name}"
        return f"làm việc: {self.name}, được tính" if self.kind is DayKind.WORKED else self.name


@dataclass(frozen=True, slots=True)
class DayNote:
    """Say of one day what it is and, in Vietnamese, why.

    Attributes:
        kind: What the day is.
        reason: The phrase for people, starting with the date.
    """

    kind: DayKind
    reason: str
