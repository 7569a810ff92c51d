"""What was done that nobody should do alone: by whom, about whom, who stood by it, and where that proves less.

What cannot be kept from happening is seen here. Nobody stood by an act while nobody else of the ward had begun to work;
and a second person who came in at a PC by a code of the other alone, or by one from setting the PC up, may have been
the other himself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.comings import TOLD_BY, Coming, Comings
from desktop.domain.dossiers import Custodian
from desktop.domain.events import EVENT_TYPES, Event
from desktop.domain.facts.unit import BookExported, PasswordSet, RecoveryKeyMade, SessionOpened, UserSaved
from desktop.domain.facts.way import CustodyAssigned
from desktop.domain.users import Action, User, may, require
from desktop.domain.vietnamese import VIETNAM
from desktop.services.look_up import custodian_name
from desktop.services.ports import Desk
from desktop.services.rescuing import BY_RECOVERY, BY_RECOVERY_KEY
from desktop.services.staff import needs_second

#: More than anybody reads in one go.
MOST_SHOWN: Final = 2_000
#: So long it is said of a second person by which code he came in.
TOLD_FOR: Final = timedelta(days=30)

_EVERYTHING: Final = "everything"
_OF_SOME_TIME: Final = tuple(EVENT_TYPES[fact][0] for fact in (BookExported, RecoveryKeyMade, SessionOpened))


class What(StrEnum):
    """Say what was done."""

    ACCOUNT_MADE = "account_made"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_ENDED = "account_ended"
    LET_IN_AGAIN = "let_in_again"
    CODE_GIVEN = "code_given"
    PASSWORD_SET = "password_set"  # noqa: S105 - what was done, not a secret
    CUSTODY = "custody"
    EXPORT = "export"
    RECOVERY = "recovery"
    RESCUE = "rescue"
    RECOVERY_KEY = "recovery_key"


class Mark(StrEnum):
    """Say why an act proves less than two people.

    ``alone``: nobody stood by it. ``code_of_one``: one of the two came in at that PC by a code the other gave alone.
    ``set_up``: by a code from setting that PC up, which whoever did it could read. ``paper``: the printed recovery key
    stands for the second person, or let one of the two in. ``refused``: the city did not take it, it counts nowhere.
    """

    NONE = ""
    ALONE = "alone"
    CODE_OF_ONE = "code_of_one"
    SET_UP = "set_up"
    PAPER = "paper"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """State one act.

    Attributes:
        event_id: Of the event that tells it.
        who: Who did it; None for the program itself, when a PC was set up. A password is set by whose it is.
        before: Whom it is about, as he was; None for a new one, and where it is about nobody.
        after: As he is since.
        code: The dossier it is about, "" for none.
        to: Name of who holds it since.
        witness: Who stood by it.
        workstation: Name of the PC.
        giver: Who gave the code that ``mark`` is about.
    """

    event_id: str
    at: datetime
    what: What
    who: User | None
    before: User | None = None
    after: User | None = None
    code: str = ""
    to: str = ""
    witness: User | None = None
    workstation: str = ""
    mark: Mark = Mark.NONE
    giver: User | None = None


def acts_of_two(desk: Desk, actor: User, first: date, last: date) -> tuple[TwoPeople, ...]:
    """Return what was done on some days that nobody should do alone, newest first.

    Args:
        desk: What the use case works with.
        actor: A leader, the inspector or the IT officer.
        first: First local day.
        last: Last local day.

    Raises:
        UserError: ``not_permitted``.
    """
    require(actor, Action.VERIFY)
    since = datetime.combine(first, time(), VIETNAM)
    until = datetime.combine(last + timedelta(days=1), time(), VIETNAM)
    comings = Comings()
    others = desk.way.unit_acts(_OF_SOME_TIME, since, until)
    found = [each for each in _about_users(desk, comings, others) if since <= each.at < until]
    found += _of_unit(others)
    found += _of_custody(desk.way.custody_assigned(since, until))
    found += _refused(desk.way.refused_users(since, until), comings)
    return _rows(desk, found, comings)


def to_be_told(desk: Desk, actor: User, since: datetime) -> tuple[TwoPeople, ...]:
    """Return what was done about users since an instant, with nobody beside it, that a user has to be told of.

    Leaders and inspector all that others did, everybody what is about himself: his code, his coming in at another PC.

    Args:
        desk: What the use case works with.
        actor: Who is told.
        since: The earliest.
    """
    if desk.is_training:
        return ()
    comings = Comings()
    sessions = desk.way.unit_acts((EVENT_TYPES[SessionOpened][0],), since)
    found = [each for each in _about_users(desk, comings, sessions) if each.at >= since]
    sees_all = may(actor.roles, Action.VIEW_FINDINGS)

    def is_his(each: TwoPeople) -> bool:
        if each.what is What.PASSWORD_SET:
            return sees_all or (each.who is not None and each.who.user_id == actor.user_id)
        who, about = (user.user_id if user else "" for user in (each.who, each.after))
        if each.what is What.RESCUE and who == about:
            # Nobody is known to have done what the paper alone did: it is told once somebody comes in by it.
            return False
        return (sees_all or about == actor.user_id) and who != actor.user_id

    return tuple(each for each in _rows(desk, found, comings) if each.mark is not Mark.NONE and is_his(each))


def _about_users(desk: Desk, comings: Comings, others: Iterable[Event]) -> "Iterator[_Told]":
    """Yield what was done about users, ever; of the other acts the sessions tell which were rescues."""
    rescues = frozenset(each.envelope.act_id for each in others if _is_rescue(each))
    return _of_users(desk.way.unit_acts(TOLD_BY), comings, rescues)


def _rows(desk: Desk, found: "list[_Told]", comings: Comings) -> tuple[TwoPeople, ...]:
    found.sort(key=lambda each: each.at)
    found.reverse()
    users = {user.user_id: user for user in desk.reader.users()}
    names = {user.user_id: user.name for user in users.values()}
    rows = []
    for each in found[:MOST_SHOWN]:
        mark = (Mark.NONE, "") if desk.is_training and not each.is_refused else _mark(each, comings)
        to = "" if each.to is None else custodian_name(desk, each.to, names)
        rows.append(_row(each, users, to, mark))
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Told:
    """Hold what an event tells, before it is judged.

    Attributes:
        who: User id.
        witness: User id, "" for nobody.
        coming: How somebody came in, where the act is that.
        is_refused: The city did not take it.
    """

    event: Event
    what: What
    who: str
    witness: str = ""
    before: User | None = None
    after: User | None = None
    code: str = ""
    to: Custodian | None = None
    coming: Coming | None = None
    is_refused: bool = False

    @property
    def at(self) -> datetime:
        return self.event.envelope.acted_at


def _is_rescue(event: Event) -> bool:
    return isinstance(event.fact, SessionOpened) and event.fact.how == BY_RECOVERY_KEY


def _of_users(told: Sequence[Event], comings: Comings, rescues: Collection[str]) -> Iterator[_Told]:
    """Yield what was done about users, each as he was before it; rescues are acts, told by the session they open."""
    coded: dict[str, set[str]] = defaultdict(set)
    for each in told:
        if isinstance(each.fact, PasswordSet) and each.fact.is_one_time:
            coded[each.envelope.act_id].add(each.fact.user_id)
    first_pc = told[0].envelope.replica_id if told else ""
    for event in told:
        fact, where = event.fact, event.envelope
        before = comings.users.get(fact.user.user_id) if isinstance(fact, UserSaved) else None
        coming = comings.take(event)
        if coming is not None and coming.is_lone:
            yield _Told(event, What.PASSWORD_SET, where.actor, coming=coming)
        if not isinstance(fact, UserSaved) or (not where.actor and where.replica_id == first_pc and before is None):
            continue
        if where.act_id in rescues:
            yield _Told(event, What.RESCUE, where.actor or fact.user.user_id, fact.witness, before, fact.user)
            continue
        has_code = fact.user.user_id in coded[where.act_id]
        if needs_second(before, fact.user, has_new_code=has_code):
            yield _Told(event, _what(before, fact.user), where.actor, fact.witness, before, fact.user)


def _of_unit(others: Iterable[Event]) -> Iterator[_Told]:
    """Yield exports, new recovery keys and recoveries; of the people of one the first is who did it."""
    recovered: dict[str, list[Event]] = defaultdict(list)
    for event in others:
        fact = event.fact
        if isinstance(fact, BookExported) and fact.book == _EVERYTHING:
            yield _Told(event, What.EXPORT, event.envelope.actor, fact.witness)
        elif isinstance(fact, RecoveryKeyMade):
            yield _Told(event, What.RECOVERY_KEY, event.envelope.actor, fact.witness)
        elif isinstance(fact, SessionOpened) and fact.how == BY_RECOVERY:
            recovered[event.envelope.act_id].append(event)
    for events in recovered.values():
        people = [event.fact.user_id for event in events if isinstance(event.fact, SessionOpened)]
        yield _Told(events[0], What.RECOVERY, people[0], people[1] if len(people) > 1 else "")


def _of_custody(assigned: Iterable[tuple[str, Event]]) -> Iterator[_Told]:
    for code, event in assigned:
        if isinstance(event.fact, CustodyAssigned):
            witness, to = event.fact.witness, event.fact.to
            yield _Told(event, What.CUSTODY, event.envelope.actor, witness, code=code, to=to)


def _refused(events: Iterable[Event], comings: Comings) -> Iterator[_Told]:
    for event in events:
        if isinstance(event.fact, UserSaved):
            after = event.fact.user
            before, by = comings.users.get(after.user_id), event.envelope.actor
            yield _Told(event, _what(before, after), by, event.fact.witness, before, after, is_refused=True)


def _what(before: User | None, after: User) -> What:
    if before is None:
        return What.ACCOUNT_MADE
    if before.is_active != after.is_active:
        return What.LET_IN_AGAIN if after.is_active else What.ACCOUNT_ENDED
    return What.CODE_GIVEN if before == after else What.ACCOUNT_CHANGED


def _mark(told: _Told, comings: Comings) -> tuple[Mark, str]:
    """Return why an act proves less than two people, and who gave the code that is about."""
    if told.is_refused:
        return Mark.REFUSED, ""
    if told.coming is not None:
        return _of_a_code(told.coming)
    if told.what in (What.RESCUE, What.RECOVERY) and not told.witness:
        return Mark.PAPER, ""
    if not told.who:
        return Mark.SET_UP, ""
    if not told.witness:
        return Mark.ALONE, ""
    where = told.event.envelope
    for user, other in ((told.witness, told.who), (told.who, told.witness)):
        coming = comings.of(user, where.replica_id, where.acted_at)
        if coming is None or not coming.is_lone or where.acted_at - coming.at > TOLD_FOR:
            continue
        if coming.giver in ("", other):
            return _of_a_code(coming)
    return Mark.NONE, ""


def _of_a_code(coming: Coming) -> tuple[Mark, str]:
    if coming.is_paper:
        return Mark.PAPER, ""
    return (Mark.CODE_OF_ONE if coming.giver else Mark.SET_UP), coming.giver


def _row(told: _Told, users: Mapping[str, User], to: str, mark: tuple[Mark, str]) -> TwoPeople:
    where = told.event.envelope
    return TwoPeople(
        event_id=where.event_id,
        at=where.acted_at,
        what=told.what,
        who=users.get(told.who),
        before=told.before,
        after=told.after,
        code=told.code,
        to=to,
        witness=users.get(told.witness),
        workstation=where.workstation,
        mark=mark[0],
        giver=users.get(mark[1]),
    )
