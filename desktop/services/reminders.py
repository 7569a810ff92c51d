"""Remind each user once per stage of what waits for him: plain data that the window shows without stopping anybody.

A reminder counts as seen when the user says so; until then it comes again, after a restart too. Nobody is reminded on a
day off. Stages belong to a deadline: when a wait moves it, the new one reminds anew.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from desktop.domain.acts.checks import holds
from desktop.domain.board import next_working_day
from desktop.domain.calendar_days import DayClash
from desktop.domain.calendars import Calendar
from desktop.domain.dossiers import Status
from desktop.domain.publications import Publication
from desktop.domain.slips import SlipState
from desktop.domain.users import Action, Role, User, may
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services.board import UNCOLLECTED_DAYS, days_ago
from desktop.services.own_days import overlay_of
from desktop.services.own_years import ends_soon
from desktop.services.ports import Desk
from desktop.services.records import DossierCard, WorkOf
from desktop.services.two_people import What, to_be_told

#: More than so many come as one digest.
MOST_SINGLE = 5
#: A PC that joins late reminds nobody of changes that are everyday work by now.
NEWS_DAYS = 14
#: Nobody is helped by more; a ward that never closes its dossiers must not keep search waiting.
_MOST_OPEN = 5_000
_PAGE = 200
_MOST = 500
#: They answer for the whole ward; a specialist for what he or his section holds; the others for no dossier.
_OF_THE_WARD = frozenset({Role.RECEPTION, Role.HEAD, Role.CHAIR, Role.VICE_CHAIR})


class Stage(StrEnum):
    """Name what is reminded of, the worst first."""

    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_NEXT = "due_next"
    ALONE = "alone"
    CAME_IN = "came_in"
    CATALOGUE = "catalogue"
    BAD_PUBLICATION = "bad_publication"
    DAYS_DIFFER = "days_differ"
    CALENDAR_ENDS = "calendar_ends"
    SLIP_UNCONFIRMED = "slip_unconfirmed"
    UNCOLLECTED = "uncollected"


@dataclass(frozen=True, slots=True)
class Reminder:
    """Remind of one dossier or slip, of what the city published, or of what nobody should do alone.

    Attributes:
        subject: Id of the dossier, slip or act, or hash of the document.
        key: What is kept once it was seen: stage and deadline.
        name: Code of the dossier, or name of the slip: what opens it. Of an act who did it; of a coming in the PC.
        about: The applicant, "" for a slip. Of an act whom it is about.
        at: Deadline, making of the slip, day of the result, or day the first change counts from.
        publication: The document, None for all others.
        clash: The day of which two PCs said different things, None for all others.
    """

    stage: Stage
    subject: str
    key: str
    name: str
    about: str
    at: datetime
    publication: Publication | None = None
    clash: DayClash | None = None


@dataclass(frozen=True, slots=True)
class Reminders:
    """Hold what a user has not seen yet, the worst first."""

    items: tuple[Reminder, ...] = ()

    @property
    def is_digest(self) -> bool:
        """Tell whether they are too many to be read one by one."""
        return len(self.items) > MOST_SINGLE

    def counts(self) -> tuple[tuple[Stage, int], ...]:
        """Return how many there are of each stage that has any."""
        counted = Counter(item.stage for item in self.items)
        return tuple((stage, counted[stage]) for stage in Stage if counted[stage])


def reminders_for(desk: Desk, actor: User) -> Reminders:
    """Return what the user has to be reminded of now, without what he has seen.

    Beyond the calendar no day is known to be worked: then he is reminded of that alone.
    """
    now, calendar = desk.clock.now(), desk.reader.calendar()
    today = local(now).date()
    if not actor.is_active or (today <= calendar.last_day and not calendar.is_working_day(today)):
        return Reminders()
    seen = desk.way.reminders_seen(actor.user_id)
    found: list[Reminder] = []
    if today <= calendar.last_day and calendar.working_days_between(today, calendar.last_day) > 0:
        dossiers, published = _dossiers(desk, actor, now), _published(desk, actor, today)
        found += (*dossiers, *_alone(desk, actor, now), *published)
        found += (*_slips(desk, actor, now), *_uncollected(desk, actor))
    found += _of_calendar(calendar, actor, today)
    return Reminders(tuple(item for item in found if (item.subject, item.key) not in seen))


def note_seen(desk: Desk, actor: User, reminders: Reminders) -> None:
    """Keep that the user has seen reminders: none of them comes again. Threads: lane db."""
    desk.ledger.note_reminders(actor.user_id, [(item.subject, item.key) for item in reminders.items])


def _dossiers(desk: Desk, actor: User, now: datetime) -> tuple[Reminder, ...]:
    today, next_day = local(now).date(), next_working_day(now, desk.reader.calendar())
    found = []
    for card in _work(desk, actor):
        due_on = local(card.due_at).date()
        if due_on > next_day:
            break
        if card.is_waiting:
            continue
        stage = Stage.OVERDUE if card.late_from <= now else Stage.DUE_TODAY if due_on <= today else Stage.DUE_NEXT
        key = f"{stage.value}:{local(card.due_at).isoformat(timespec='minutes')}"
        found.append(Reminder(stage, card.dossier_id, key, card.code, card.applicant, card.due_at))
    order = list(Stage)
    return tuple(sorted(found, key=lambda item: (order.index(item.stage), item.at, item.name)))


def _work(desk: Desk, actor: User) -> Iterator[DossierCard]:
    """Yield the open dossiers a user answers for, next due first."""
    if _OF_THE_WARD.intersection(actor.roles):
        mine = WorkOf(actor.user_id, "")
    elif Role.SPECIALIST in actor.roles:
        mine = WorkOf(actor.user_id, actor.section)
    else:
        return
    offset = 0
    while offset < _MOST_OPEN and (cards := desk.reader.open_cards(mine, limit=_PAGE, offset=offset)):
        yield from cards
        offset += len(cards)


def _alone(desk: Desk, actor: User, now: datetime) -> Iterator[Reminder]:
    """Yield what was done about users with nobody beside it: for leaders, and for whom it is about."""
    for each in to_be_told(desk, actor, now - timedelta(days=NEWS_DAYS)):
        who, about = (user.name if user else "" for user in (each.who, each.after))
        if each.what is What.PASSWORD_SET:
            yield Reminder(Stage.CAME_IN, each.event_id, Stage.CAME_IN.value, each.workstation, who, each.at)
        else:
            yield Reminder(Stage.ALONE, each.event_id, Stage.ALONE.value, who, about, each.at)


def _published(desk: Desk, actor: User, today: date) -> Iterator[Reminder]:
    """Yield what the city published that changes something, for who works by the catalogue; faults for who mends."""
    publications = desk.reference.publications
    for each in publications:
        if any(_replaces(later, each, today) for later in publications):
            continue
        if each.problem and may(actor.roles, Action.CONFIGURE_UNIT):
            yield _of_publication(Stage.BAD_PUBLICATION, each, min(each.effective_on, today))
        elif may(actor.roles, Action.BROWSE_CATALOGUE) and _is_news(each.counts_from, today):
            yield _of_publication(Stage.CATALOGUE, each, each.counts_from or today)


def _replaces(later: Publication, each: Publication, today: date) -> bool:
    """Tell whether a version left nothing to tell of one before.

    Of days and rules it says all there is from its day on; a version nobody could use is mended by any that can be.
    """
    if each.problem:
        return later.replaces(each, today)
    is_whole = bool(later.days or later.decided_years or later.rules) and not each.changes
    return is_whole and later.replaces(each, each.effective_on)


def _is_news(on: date | None, today: date) -> bool:
    return on is not None and on >= today - timedelta(days=NEWS_DAYS)


def _of_publication(stage: Stage, each: Publication, on: date) -> Reminder:
    at = datetime.combine(on, time.min, VIETNAM)
    return Reminder(stage, each.sha256, f"{stage.value}:{each.effective_on}", each.name, "", at, each)


def _of_calendar(calendar: Calendar, actor: User, today: date) -> Iterator[Reminder]:
    """Yield, for who can mend it, days that two PCs said different things of, and that the calendar ends soon.

    The end comes again each month, and each day once it is there: then nobody can be promised anything.
    """
    if may(actor.roles, Action.CONFIGURE_UNIT):
        for clash in overlay_of(calendar).clashes:
            if _is_news(clash.on, today):
                key = f"{Stage.DAYS_DIFFER.value}:{clash.stands.value}:{clash.lost.value}"
                at = datetime.combine(clash.on, time.min, VIETNAM)
                yield Reminder(Stage.DAYS_DIFFER, clash.on.isoformat(), key, "", "", at, clash=clash)
    if ends_soon(calendar, actor, today):
        last = calendar.last_day
        key = f"{Stage.CALENDAR_ENDS.value}:{today:%Y-%m}" if today <= last else f"{Stage.CALENDAR_ENDS.value}:{today}"
        at = datetime.combine(last, time.min, VIETNAM)
        yield Reminder(Stage.CALENDAR_ENDS, last.isoformat(), key, str(last.year + 1), "", at)


def _slips(desk: Desk, actor: User, now: datetime) -> tuple[Reminder, ...]:
    """Return slips nobody confirmed for four working hours, for giver and receiver."""
    if not may(actor.roles, Action.HAND_OVER):
        return ()
    return tuple(
        Reminder(Stage.SLIP_UNCONFIRMED, slip.slip_id, Stage.SLIP_UNCONFIRMED.value, slip.name, "", slip.made_at)
        for slip in reversed(desk.way.slips(SlipState.OPEN))
        if slip.reminded_from <= now
        and (slip.made_by == actor.user_id or holds(actor, slip.giver) or holds(actor, slip.to))
    )


def _uncollected(desk: Desk, actor: User) -> tuple[Reminder, ...]:
    """Return results nobody fetched for two working weeks, for those who give them out."""
    if not may(actor.roles, Action.RETURN_RESULT):
        return ()
    since = days_ago(desk, UNCOLLECTED_DAYS)
    cards = desk.way.with_status(Status.RESULT_READY, limit=_MOST, solved_before=since)
    return tuple(
        Reminder(
            Stage.UNCOLLECTED,
            card.dossier_id,
            Stage.UNCOLLECTED.value,
            card.code,
            card.applicant,
            card.solved_at or card.due_at,
        )
        for card in cards
    )
