"""Declare days the ward is closed, or works, besides the country's calendar, and say which promises they touch.

Days that the city publishes lie below: they are told here too, and touch what was promised before them just as well.

A promise that was printed never moves by itself: the dossiers whose limit lies across such a day are named, and
whoever answers for them decides (a correction, or Mẫu 04). What is received afterwards is promised by the new calendar.

Source: Decree 61/2018/NĐ-CP art. 19; days in lieu and closures are decided from year to year.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from desktop.domain import deadlines
from desktop.domain.acts.checks import MIN_REASON, need_reason
from desktop.domain.calendar_days import CalendarOverlay, DayClash, DecidedYear, NamedDay, OwnKind
from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockEffect, ClockPolicy
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import Conflict, UserError
from desktop.domain.facts.unit import CalendarOverlaid
from desktop.domain.own_calendar import DayChange, changed, own_kind
from desktop.domain.rule_packs import clock_under
from desktop.domain.users import Action, User, require
from desktop.domain.vietnamese import local, nfc, screen_date
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.records import DueBetween

#: More dossiers than a ward has open; a list of them is looked at, never paged.
MOST_TOUCHED: Final = 5_000
_CHANGED: Final = Changes(frozenset({Kind.UNIT}))


@dataclass(frozen=True, slots=True)
class OwnDay:
    """State a day the unit declared, or the city published.

    Attributes:
        is_worked: A day of rest that is worked; False for a working day that is off.
        name: Why, as people are told it: ``Nghỉ tránh bão``.
        document: The decision it rests on.
        is_published: The city's, which the unit cannot take back.
        clash: What another PC had said of it before they heard of each other, None for nothing else.
    """

    on: date
    is_worked: bool
    name: str
    document: str
    is_published: bool = False
    clash: DayClash | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """Name an open dossier whose limit a day of the unit moves, by its code alone.

    Attributes:
        promised_at: What the citizen was told; it stays.
        would_be: Where the limit would end with the day; None when a wait or a correction has moved the deadline, so
            that the limit alone does not tell.
    """

    code: str
    promised_at: datetime
    due_at: datetime
    would_be: datetime | None


@dataclass(frozen=True, slots=True)
class DayDeclared:
    """Hand back a declared day, the dossiers it touches and what changed."""

    day: OwnDay
    touched: tuple[Touched, ...]
    changes: Changes


def own_days(desk: Desk, actor: User) -> tuple[OwnDay, ...]:
    """Return the unit's own days, the latest first.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.COMPUTE_DEADLINE)
    overlay = overlay_of(desk.reader.calendar())
    clashes = {each.on: each for each in overlay.clashes}
    found = [_own(day, clashes.get(day.on), is_worked=False) for day in overlay.closed]
    found += [_own(day, clashes.get(day.on), is_worked=True) for day in overlay.worked]
    return tuple(sorted(found, key=lambda day: day.on, reverse=True))


def published_days(desk: Desk, actor: User) -> tuple[OwnDay, ...]:
    """Return the days the city published for the unit, the latest first; a day of the unit's own wins over one of them.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.COMPUTE_DEADLINE)
    found = (
        OwnDay(
            day.on,
            day.kind.is_working,
            day.name[:1].upper() + day.name[1:],
            f"{day.document} (thành phố): {day.source}",
            is_published=True,
        )
        for day in desk.reader.calendar().published
    )
    return tuple(sorted(found, key=lambda day: day.on, reverse=True))


def touched_by(desk: Desk, actor: User, on: date, *, is_worked: bool) -> tuple[Touched, ...]:
    """Return the open dossiers whose limit would end elsewhere because of a day, those promised on it first.

    The day may be declared already, or only be thought of.

    Args:
        desk: What the use case works with.
        actor: Who wants to know.
        on: The day.
        is_worked: It is worked; False when it is off.

    Raises:
        UserError: ``not_permitted``, ``calendar_not_covered``.
    """
    require(actor, Action.COMPUTE_DEADLINE)
    calendar = desk.reader.calendar()
    calendar.note(on)
    own = changed(overlay_of(calendar), (DayChange(on, OwnKind.NONE),))
    earlier = _earlier(calendar, own, on)
    after = replace(calendar, overlays=(changed(own, (DayChange(on, _kind_of(is_worked)),)),))
    found = []
    for dossier in _running(desk, on):
        policy = clock_under(desk.reference.packs, dossier.pack)
        touched = None if policy is None else _touched(dossier, on, (earlier, after), policy)
        if touched is not None:
            found.append(touched)
    return tuple(sorted(found, key=lambda each: (local(each.promised_at).date() != on, each.promised_at, each.code)))


def declare(desk: Desk, actor: User, day: OwnDay) -> DayDeclared:
    """Declare a day: from now on promises are computed with it; those that were printed stay and are named.

    Raises:
        UserError: ``not_permitted``, ``bad_own_day`` with the field, ``calendar_not_covered``.
        Conflict: ``day_off_already``, ``day_worked_already``.
    """
    require(actor, Action.CONFIGURE_UNIT)
    day = replace(day, name=typed("day_name", day.name), document=typed("document", day.document))
    with desk.ledger.act(actor) as act:
        calendar = desk.reader.calendar()
        _need_change(calendar, day)
        act.record_unit((said(overlay_of(calendar), (day,)),))
    return DayDeclared(day, touched_by(desk, actor, day.on, is_worked=day.is_worked), _CHANGED)


def take_back(desk: Desk, actor: User, on: date, reason: str) -> DayDeclared:
    """Take a declared day back: the country's calendar holds again for what is promised from now on.

    Raises:
        UserError: ``not_permitted``, ``missing_reason``, ``own_day_unknown``.
    """
    require(actor, Action.CONFIGURE_UNIT)
    why = need_reason(reason)
    day = next((each for each in own_days(desk, actor) if each.on == on), None)
    if day is None:
        raise UserError("own_day_unknown", day=screen_date(on))
    with desk.ledger.act(actor) as act:
        overlay = overlay_of(desk.reader.calendar())
        change = DayChange(on, OwnKind.NONE, own_kind(overlay, on))
        act.record_unit((CalendarOverlaid(_whole(overlay, (change,)), why, (change,)),))
    return DayDeclared(day, (), _CHANGED)


def _need_change(calendar: Calendar, day: OwnDay) -> None:
    """Refuse a day that is so already.

    Raises:
        UserError: ``calendar_not_covered``.
        Conflict: ``day_off_already``, ``day_worked_already``.
    """
    note = calendar.note(day.on)
    if note.kind.is_working and day.is_worked:
        raise Conflict("day_worked_already", day=note.reason)
    if not note.kind.is_working and not day.is_worked:
        raise Conflict("day_off_already", day=note.reason)


def typed(field: str, text: str) -> str:
    """Return what was typed on one line.

    Raises:
        UserError: ``bad_own_day``.
    """
    found = " ".join(nfc(text).split())
    if len(found) < MIN_REASON:
        raise UserError("bad_own_day", field=field, least=MIN_REASON)
    return found


def overlay_of(calendar: Calendar) -> CalendarOverlay:
    """Return the unit's changes; there is one overlay, or none."""
    return calendar.overlays[-1] if calendar.overlays else CalendarOverlay()


def said(overlay: CalendarOverlay, days: Sequence[OwnDay], years: tuple[DecidedYear, ...] = ()) -> CalendarOverlaid:
    """Return the fact that a unit says days of its own, and that it decides years."""
    changes = tuple(
        DayChange(day.on, _kind_of(day.is_worked), own_kind(overlay, day.on), day.name, day.document) for day in days
    )
    whole = _whole(overlay, changes)
    return CalendarOverlaid(replace(whole, years=(*whole.years, *years)), changes=changes)


def _whole(overlay: CalendarOverlay, changes: Sequence[DayChange]) -> CalendarOverlay:
    """Return an overlay as a fact says it: clashes are found by folding."""
    return replace(changed(overlay, changes), clashes=())


def _kind_of(is_worked: bool) -> OwnKind:
    return OwnKind.WORKED if is_worked else OwnKind.CLOSED


def _own(day: NamedDay, clash: DayClash | None, *, is_worked: bool) -> OwnDay:
    return OwnDay(day.on, is_worked, day.name, day.source, clash=clash)


def _earlier(calendar: Calendar, own: CalendarOverlay, on: date) -> tuple[Calendar, ...]:
    """Return what the calendar may have been before a day was known: none of the unit's days, or all but this one.

    The city's document that names the day was not there; the others were, or none of them.
    """
    documents = {day.document for day in calendar.published if day.on == on}
    others = tuple(day for day in calendar.published if day.document not in documents)
    bare = replace(own, closed=(), worked=())
    return tuple(
        replace(calendar, overlays=(overlay,), published=published)
        for overlay in dict.fromkeys((bare, own))
        for published in dict.fromkeys(((), others))
    )


def _running(desk: Desk, on: date) -> Sequence[Dossier]:
    """Return the open dossiers whose clock runs and whose deadline or promise is not past on a day."""
    cards = desk.way.due(DueBetween(), limit=MOST_TOUCHED)
    wanted = (card for card in cards if local(max(card.due_at, card.promised_at)).date() >= on)
    return [found for card in wanted if (found := desk.reader.find(card.code)) is not None]


def _touched(
    dossier: Dossier, on: date, calendars: tuple[tuple[Calendar, ...], Calendar], policy: ClockPolicy
) -> Touched | None:
    """Tell whether a day moves the end of a dossier's limit, or is the very day it was promised for."""
    earlier, after = calendars
    starts = [dossier.received_at]
    starts += [wait.ended_at for wait in dossier.waits if wait.effect is ClockEffect.RESTART and wait.ended_at]
    began, limit = max(starts), dossier.procedure.limit
    would_be = deadlines.due_at(began, limit, after, policy)
    is_day_off = local(dossier.promised_at).date() == on and not after.is_working_day(on)
    if dossier.due_at in [deadlines.due_at(began, limit, calendar, policy) for calendar in earlier]:
        return _named(dossier, would_be) if would_be != dossier.due_at or is_day_off else None
    if would_be == dossier.due_at and not _is_moved(dossier):
        return None  # received, or complete again, when the day was known
    is_across = local(began).date() < on <= local(dossier.due_at).date()
    return _named(dossier, None) if is_across or is_day_off else None


def _is_moved(dossier: Dossier) -> bool:
    """Tell whether a wait or a correction moved the deadline, so that it may equal another one by chance."""
    has_paused = any(wait.effect is ClockEffect.PAUSE and wait.ended_at for wait in dossier.waits)
    return has_paused or any(change.field == "promised_at" for change in dossier.changes)


def _named(dossier: Dossier, would_be: datetime | None) -> Touched:
    return Touched(dossier.code, dossier.promised_at, dossier.due_at, would_be)
