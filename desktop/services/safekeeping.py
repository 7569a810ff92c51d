"""When the data of this PC is brought to safety, what stays of older copies, and what to say about it.

Nothing here touches a disk: storage does the work (:mod:`desktop.storage.second_place`), the window and the command
line ask here what is due.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from desktop.domain.vietnamese import local

DRILL_EVERY: Final = timedelta(days=7)
#: A night copy is made after the day's work; one that was missed (the PC was off) is made up for in the morning.
FULL_AT_LATEST: Final = timedelta(hours=24)
#: A try that failed is made again so soon, no matter what was due.
TRY_AGAIN_AFTER: Final = timedelta(minutes=5)
#: A segment may be late by so much (a PC asleep, a stick pulled) before anybody is told.
SEGMENT_GRACE: Final = timedelta(minutes=15)
DAYS_KEPT: Final = 7
WEEKS_KEPT: Final = 5
MONTHS_KEPT: Final = 12
DRILLS_KEPT: Final = 20


class Task(StrEnum):
    """Name what can be due."""

    SEGMENT = "segment"
    FULL = "full"
    DRILL = "drill"


class Safety(StrEnum):
    """Say how safe the data is."""

    SAFE = "safe"
    LATE = "late"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what the settings of this PC ask for.

    Attributes:
        place: Folder on another disk, a stick or a share; "" for none.
        segment_every: How long unsaved work may be only here.
        full_hour: Hour of the evening (local) from which the day's full copy is made.
    """

    place: str = ""
    segment_every: timedelta = timedelta(minutes=15)
    full_hour: int = 17


@dataclass(frozen=True, slots=True)
class Drill:
    """Say what a restore drill gave.

    Attributes:
        at: When.
        is_good: Everything came back and verified.
        events: Entries of the log that came back.
        seconds: How long it took.
        code: What went wrong, "" when nothing did.
    """

    at: datetime
    is_good: bool
    events: int
    seconds: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """State what has been brought to safety.

    Attributes:
        place: Where to.
        safe_until: Everything done here before this instant lies in the second place.
        segment_at: When a segment was looked after last, even if there was nothing new.
        full_at: When the last full copy was made and checked.
        full_events: How many entries it holds.
        recovery_id: Names the recovery key that opens it.
        drills: The last drills, oldest first.
        failing_since: Since when nothing works, None when all is well.
        failed_at: The last failure.
        failure: Its code, "" for none.
    """

    place: str = ""
    safe_until: datetime | None = None
    segment_at: datetime | None = None
    full_at: datetime | None = None
    full_events: int = 0
    recovery_id: str = ""
    drills: tuple[Drill, ...] = ()
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    failure: str = ""

    @property
    def last_drill(self) -> Drill | None:
        """Return the last drill, None before the first."""
        return self.drills[-1] if self.drills else None


@dataclass(frozen=True, slots=True)
class Advice:
    """Say how safe the data is and what to do next.

    Attributes:
        safety: How safe.
        code: Of the sentence.
        facts: Its facts.
    """

    safety: Safety
    code: str
    facts: dict[str, Any] = field(default_factory=dict)


def due(plan: Plan, status: Status, now: datetime, recovery_id: str) -> tuple[Task, ...]:
    """Return what has to be done now, in this order.

    Args:
        plan: What the settings ask for.
        status: What was done.
        now: The present instant.
        recovery_id: Names the recovery key in force: a new one wants a full copy of its own.
    """
    if not plan.place or _failed_just_now(status, now):
        return ()
    if status.place != plan.place or status.full_at is None or status.recovery_id != recovery_id:
        return (Task.FULL,)
    tasks = []
    if status.segment_at is None or now - status.segment_at >= plan.segment_every or now < status.segment_at:
        tasks.append(Task.SEGMENT)
    if _wants_full(plan, status.full_at, now):
        tasks.append(Task.FULL)
    last = status.last_drill
    if last is None or now - last.at >= DRILL_EVERY or (not last.is_good and now - last.at >= timedelta(days=1)):
        tasks.append(Task.DRILL)
    return tuple(tasks)


def advice(plan: Plan, status: Status, now: datetime) -> Advice:
    """Return how safe the data is, the worst first."""
    if not plan.place:
        return Advice(Safety.UNSAFE, "backup_no_place")
    if status.full_at is None or status.place != plan.place:
        code = "backup_failing" if status.failure else "backup_not_yet"
        return Advice(Safety.UNSAFE, code, _failure(status))
    if status.last_drill is not None and not status.last_drill.is_good:
        return Advice(Safety.UNSAFE, "backup_drill_failed", {"at": status.last_drill.at})
    if status.failure:
        age = now - (status.safe_until or status.full_at)
        safety = Safety.UNSAFE if age > FULL_AT_LATEST else Safety.LATE
        return Advice(safety, "backup_failing", _failure(status))
    if status.segment_at is None or now - status.segment_at > plan.segment_every + SEGMENT_GRACE:
        return Advice(Safety.LATE, "backup_late", {"at": status.safe_until or status.full_at})
    return Advice(Safety.SAFE, "backup_safe", {"at": status.safe_until or status.full_at})


def done(status: Status, plan: Plan, task: Task, now: datetime, **known: Any) -> Status:  # noqa: ANN401 - its fields
    """Return the status after a task that went well.

    Args:
        status: Before.
        plan: What the settings ask for.
        task: What was done.
        now: The instant before it began: everything until then is safe.
        known: Fields of :class:`Status` that it changed.
    """
    before = status if status.place == plan.place else Status(place=plan.place, drills=status.drills)
    fields: dict[str, Any] = {"failing_since": None, "failed_at": None, "failure": ""} | known
    if task is not Task.DRILL:
        fields |= {"segment_at": now, "safe_until": now}
    if task is Task.FULL:
        fields["full_at"] = now
    return replace(before, **fields)


def failed(status: Status, code: str, now: datetime) -> Status:
    """Return the status after a task that failed."""
    return replace(status, failing_since=status.failing_since or now, failed_at=now, failure=code)


def drilled(status: Status, drill: Drill) -> Status:
    """Return the status after a drill."""
    return replace(status, drills=(*status.drills, drill)[-DRILLS_KEPT:])


def copies_kept(made: Sequence[datetime], now: datetime) -> frozenset[datetime]:
    """Return which full copies stay: one a day for a week, one a week for five, one a month for a year.

    The two newest always stay: one may turn out to be damaged.

    Args:
        made: When each was made.
        now: The present instant.
    """
    ordered = sorted(made, reverse=True)
    today = local(now).date()
    kept = set(ordered[:2])
    kept |= _newest_of(ordered, lambda day: day if (today - day).days < DAYS_KEPT else None)
    kept |= _newest_of(ordered, lambda day: day.isocalendar()[:2] if (today - day).days < 7 * WEEKS_KEPT else None)
    kept |= _newest_of(ordered, lambda day: (day.year, day.month) if _months(today, day) < MONTHS_KEPT else None)
    return frozenset(kept)


def _newest_of(ordered: Iterable[datetime], group_of: Any) -> set[datetime]:  # noqa: ANN401 - a key of any kind
    found: dict[Any, datetime] = {}
    for at in ordered:
        group = group_of(local(at).date())
        if group is not None:
            found.setdefault(group, at)
    return set(found.values())


def _months(today: date, day: date) -> int:
    return (today.year - day.year) * 12 + today.month - day.month


def _wants_full(plan: Plan, last: datetime, now: datetime) -> bool:
    if now - last >= FULL_AT_LATEST or now < last:
        return True
    evening = local(now).replace(hour=plan.full_hour, minute=0, second=0, microsecond=0)
    return local(now) >= evening > local(last)


def _failed_just_now(status: Status, now: datetime) -> bool:
    return status.failed_at is not None and timedelta(0) <= now - status.failed_at < TRY_AGAIN_AFTER


def _failure(status: Status) -> dict[str, Any]:
    if not status.failure:
        return {}
    return {"reason": status.failure, "at": status.safe_until or status.full_at, "since": status.failing_since}
