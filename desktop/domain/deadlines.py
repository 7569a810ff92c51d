"""Compute when a dossier is due, and say day by day why.

Counting follows articles 147-148 of the Civil Code 2015: the day of receipt is day 0, the first working day
after it day 1. Limits in days end at the close of the last session of their last day and lateness is judged
by date; hours and sessions count working minutes and lateness is judged by the minute. All results are local
to Vietnam; nothing reads a clock.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from desktop.domain.calendars import Calendar, DayKind
from desktop.domain.clock_policy import ClockEffect, ClockPolicy
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.vietnamese import VIETNAM, local, paper_datetime, screen_date

__all__ = [
    "BY_THE_MINUTE",
    "ClockEffect",
    "ClockPolicy",
    "Deadline",
    "ExplainStep",
    "add_working_days",
    "apology_due_on",
    "compute",
    "days_left",
    "due_after_wait",
    "due_at",
    "due_dates",
    "is_late",
    "transfer_due",
    "working_days_between",
    "working_minutes_between",
]

#: Units judged by the minute; all others are judged by date.
BY_THE_MINUTE: Final = frozenset({LimitUnit.HOUR, LimitUnit.SESSION})

_ONE_DAY: Final = timedelta(days=1)
_ONE_MINUTE: Final = timedelta(minutes=1)
_MINUTES_PER_HOUR: Final = 60


@dataclass(frozen=True, slots=True)
class ExplainStep:
    """Give one reason on the way from receipt to deadline.

    Attributes:
        on: The day it is about.
        code: Stable English identifier (``holiday``, ``weekend``, ``after_cut_off``, …).
        reason: The phrase for people, in Vietnamese.
    """

    on: date
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """State an instant and why it is that one.

    Attributes:
        due_at: Aware local instant in Vietnam.
        explain: Reasons in order of days; every day skipped is named.
    """

    due_at: datetime
    explain: tuple[ExplainStep, ...]


def opens_at(on: date, calendar: Calendar) -> datetime:
    """Give the instant at which work starts on a working day."""
    return datetime.combine(on, calendar.sessions_on(on)[0].opens, VIETNAM)


def closes_at(on: date, calendar: Calendar) -> datetime:
    """Give the instant at which the last session of a working day ends."""
    return datetime.combine(on, calendar.sessions_on(on)[-1].closes, VIETNAM)


def add_working_days(on: date, n: int, calendar: Calendar) -> date:
    """Give the n-th working day after a day; see :meth:`Calendar.add_working_days`."""
    return calendar.add_working_days(on, n)


def working_days_between(after: date, until: date, calendar: Calendar) -> int:
    """Count the working days after one day up to and including another; negative backwards."""
    return calendar.working_days_between(after, until)


def working_minutes_between(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Count the whole working minutes from one instant to another; negative backwards."""
    return calendar.working_minute(end) - calendar.working_minute(start)


def due_dates(received_days: Iterable[int], n: int, calendar: Calendar) -> list[int]:
    """Give the due days of many receipts at once, for reports over whole registers.

    Args:
        received_days: Ordinals (:meth:`datetime.date.toordinal`) of the days of receipt.
        n: The limit in working days, 1 or more.
        calendar: The unit's calendar.

    Returns:
        Ordinals of the days the limits end on, as :func:`compute` gives them.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    return calendar.due_days(received_days, n)


def _is_after_cut_off(here: datetime, calendar: Calendar, policy: ClockPolicy) -> bool:
    """Tell whether a working day is over for new same-day work.

    The law says "sau 15 giờ", so 15:00:00 itself is before. A day that closes earlier (a unit's short day) is
    over at its close: nothing falls due before it was received.
    """
    return here.time() > policy.cut_off or here >= closes_at(here.date(), calendar)


def _due_same_day(here: datetime, calendar: Calendar, policy: ClockPolicy) -> datetime:
    on = here.date()
    day = calendar.add_working_days(on, 0)
    if day == on and _is_after_cut_off(here, calendar, policy):
        day = calendar.add_working_days(on, 1)
    return closes_at(day, calendar)


def _counting_starts(here: datetime, calendar: Calendar, policy: ClockPolicy) -> date:
    """Give day 0 of a limit in working days.

    Where a procedure shifts late receipts, a receipt on a day off counts as made on the next working day too:
    Saturday's dossier must not be due before Friday evening's.
    """
    on = here.date()
    if not policy.after_cutoff_shifts:
        return on
    return calendar.add_working_days(on, 1) if here.time() > policy.cut_off else calendar.add_working_days(on, 0)


def _due_sessions(here: datetime, n: int, calendar: Calendar) -> datetime:
    """End the n-th half-day session that opens after the instant of receipt."""
    on = here.date()
    coming = [session for session in calendar.sessions_on(on) if session.opens > here.time()]
    while len(coming) < n:
        n -= len(coming)
        on = calendar.add_working_days(on, 1)
        coming = list(calendar.sessions_on(on))
    return datetime.combine(on, coming[n - 1].closes, VIETNAM)


def due_at(received_at: datetime, limit: Limit, calendar: Calendar, policy: ClockPolicy) -> datetime:
    """Give only the instant of :func:`compute`, without its reasons.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    here = local(received_at)
    match limit.unit:
        case LimitUnit.WORKING_DAY:
            start = _counting_starts(here, calendar, policy)
            return closes_at(calendar.add_working_days(start, limit.n), calendar)
        case LimitUnit.DAY:
            last = here.date() + limit.n * _ONE_DAY
            return closes_at(calendar.add_working_days(last, 0), calendar)
        case LimitUnit.HOUR:
            minutes = limit.n * _MINUTES_PER_HOUR
            return calendar.at_working_minute(calendar.working_minute(here) + minutes)
        case LimitUnit.SESSION:
            return _due_sessions(here, limit.n, calendar)
        case LimitUnit.SAME_DAY:
            return _due_same_day(here, calendar, policy)
        case _:  # LimitUnit.IMMEDIATE
            return here


def _explain_receipt(here: datetime, limit: Limit, calendar: Calendar, policy: ClockPolicy) -> list[ExplainStep]:
    on = here.date()
    steps = [ExplainStep(on, "received", f"nhận lúc {paper_datetime(here)}")]
    after = f"nhận sau {policy.cut_off.hour} giờ"
    if policy.cut_off.minute:
        after += f" {policy.cut_off.minute:02d} phút"
    is_late_in_day, works = here.time() > policy.cut_off, calendar.is_working_day(on)
    if limit.unit is LimitUnit.WORKING_DAY:
        start = _counting_starts(here, calendar, policy)
        if start != on:
            why, code = (after, "after_cut_off") if works else ("nhận vào ngày nghỉ", "day_off")
            steps.append(ExplainStep(on, code, f"{why}: coi như nhận ngày {screen_date(start)}"))
    if limit.unit is LimitUnit.SAME_DAY and works and _is_after_cut_off(here, calendar, policy):
        why = after if is_late_in_day else "nhận sau giờ làm việc"
        steps.append(ExplainStep(on, "after_cut_off", f"{why}: tính từ ngày làm việc tiếp theo"))
    return steps


def _explain_days(after: date, until: date, calendar: Calendar) -> list[ExplainStep]:
    """Name every day off, and every make-up day, after one day up to and including another."""
    steps = []
    for offset in range((until - after).days):
        day = after + (offset + 1) * _ONE_DAY
        note = calendar.note(day)
        if note.kind is not DayKind.USUAL:
            steps.append(ExplainStep(day, note.kind.value, note.reason))
    return steps


def _last_plain_day(on: date, limit: Limit, calendar: Calendar) -> date:
    """Give the day after which days off move the deadline; calendar days count until their last one."""
    if limit.unit is LimitUnit.DAY:
        return on + (limit.n - 1) * _ONE_DAY
    return on if calendar.is_working_day(on) else on - _ONE_DAY


def compute(received_at: datetime, limit: Limit, calendar: Calendar, policy: ClockPolicy) -> Deadline:
    """Compute when a dossier is due and why.

    Args:
        received_at: Aware instant of receipt; seconds do not count for hours.
        limit: The time limit of the procedure.
        calendar: The unit's calendar, overlay included.
        policy: The clock rules of the dossier's rule pack.

    Returns:
        The deadline; its instant is never outside working time, except for ``immediate``, which is
        the instant of receipt itself.

    Raises:
        UserError: ``calendar_not_covered`` when a day needed lies beyond the calendar.

    Source:
        Civil Code 2015, art. 147-148; Law on Civil Status 2014, art. 5 s. 3; Decree 23/2015, art. 7.
    """
    here = local(received_at)
    due = due_at(here, limit, calendar, policy)
    if limit.unit is LimitUnit.IMMEDIATE:
        return Deadline(due, (ExplainStep(here.date(), "immediate", "trả kết quả ngay khi tiếp nhận"),))
    steps = _explain_receipt(here, limit, calendar, policy)
    steps += _explain_days(_last_plain_day(here.date(), limit, calendar), due.date(), calendar)
    if due.year in calendar.estimated_years:
        reason = f"lịch nghỉ năm {due.year} là dự kiến, có thể thay đổi khi có quyết định"
        steps.append(ExplainStep(due.date(), "estimated", reason))
    steps.append(ExplainStep(due.date(), "due", f"hạn trả: {paper_datetime(due)}"))
    return Deadline(due, tuple(steps))


def transfer_due(received_at: datetime, calendar: Calendar, policy: ClockPolicy) -> datetime:
    """Give the latest instant at which the counter hands a dossier over to the section.

    Returns:
        The close of the same working day; the start of the next working day for a receipt after the cut-off,
        after the close or on a day off.

    Raises:
        UserError: ``calendar_not_covered``.

    Source:
        Decree 61/2018, art. 18.
    """
    here = local(received_at)
    on = here.date()
    if calendar.is_working_day(on) and not _is_after_cut_off(here, calendar, policy):
        return closes_at(on, calendar)
    return opens_at(calendar.add_working_days(on, 1), calendar)


def apology_due_on(promised_on: date, calendar: Calendar, policy: ClockPolicy) -> date:
    """Give the last working day on which an apology is still in time for a promise.

    Source:
        Decree 61/2018, art. 19 s. 9: at the latest one day before the term ends.
    """
    latest = promised_on - policy.apology_days_before * _ONE_DAY
    return latest if calendar.is_working_day(latest) else calendar.add_working_days(latest, -1)


def due_after_wait(
    effect: ClockEffect,
    due: datetime,
    limit: Limit,
    wait: tuple[datetime, datetime],
    calendar: Calendar,
    policy: ClockPolicy,
) -> Deadline:
    """Compute what the law demands after a wait (papers, financial obligation, opinions).

    Args:
        effect: What the rule pack says the wait does.
        due: The deadline before the wait.
        limit: The limit of the procedure.
        wait: Aware instants at which the waiting began and ended.
        calendar: The unit's calendar.
        policy: The clock rules of the dossier's rule pack.

    Returns:
        ``restart``: the whole limit from the end of the wait. ``pause``: what was left at its beginning, from
        its end. ``none``, or a wait that began after the deadline: the deadline as it was.

    Raises:
        UserError: ``calendar_not_covered``.
    """
    asked, resumed = local(wait[0]), local(wait[1])
    if effect is ClockEffect.RESTART:
        return compute(resumed, limit, calendar, policy)
    if effect is ClockEffect.NONE or is_late(asked, due, limit.unit):
        return Deadline(local(due), ())
    if limit.unit in BY_THE_MINUTE:
        moved = _resume_minutes(asked, resumed, local(due), limit.unit, calendar)
    else:
        moved = closes_at(_resume_days(asked, resumed, local(due), limit.unit, calendar), calendar)
    moved = max(moved, local(due))
    reason = f"tạm dừng tính giờ từ {screen_date(asked)} đến {screen_date(resumed)}"
    steps = (
        ExplainStep(asked.date(), "paused", reason),
        *_explain_days(resumed.date(), moved.date(), calendar),
        ExplainStep(moved.date(), "due", f"hạn trả: {paper_datetime(moved)}"),
    )
    return Deadline(moved, steps)


def _resume_days(asked: datetime, resumed: datetime, due: datetime, unit: LimitUnit, calendar: Calendar) -> date:
    if unit is LimitUnit.DAY:
        return calendar.add_working_days(resumed.date() + (due.date() - asked.date()), 0)
    left = calendar.working_days_between(asked.date(), due.date())
    return calendar.add_working_days(resumed.date(), left)


def _resume_minutes(asked: datetime, resumed: datetime, due: datetime, unit: LimitUnit, calendar: Calendar) -> datetime:
    left = max(working_minutes_between(asked, due, calendar), 1)
    moved = calendar.at_working_minute(calendar.working_minute(resumed) + left)
    if unit is LimitUnit.HOUR:
        return moved
    close = next(s.closes for s in calendar.sessions_on(moved.date()) if moved.time() <= s.closes)
    return datetime.combine(moved.date(), close, VIETNAM)


def is_late(solved_at: datetime, due: datetime, unit: LimitUnit) -> bool:
    """Tell whether a result came late.

    Args:
        solved_at: Aware instant at which the result was there (status 9), not when the citizen came.
        due: The deadline.
        unit: Unit of the limit: hours and sessions are judged by the minute, all others by date.
    """
    solved, latest = local(solved_at), local(due)
    if unit in BY_THE_MINUTE:
        return solved >= latest + _ONE_MINUTE
    return solved.date() > latest.date()


def days_left(due: datetime, now: datetime, calendar: Calendar) -> int:
    """Count the working days left: 0 on the day it is due, below 0 for working days overdue."""
    return calendar.working_days_between(local(now).date(), local(due).date())
