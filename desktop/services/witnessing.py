"""The second person of an act that nobody does alone (four eyes): he proves himself by his own log-in and password.

Asked for are the others of the ward who lead it or look after its programs and have begun to work: they set a password
of their own, on whichever PC. While there are none, a ward sets itself up and nobody is asked (docs/decisions/0021).

Who came in at this PC by a code the other gave him alone may be the other himself, by a code from setting it up whoever
did that, by the printed key alone whoever holds it: for a week they stand by nothing together here. The list of acts of
two says longer how he came in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NoReturn

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.comings import LET_IN_ALONE, TOLD_BY, Coming, Comings
from desktop.domain.errors import AppError, UserError
from desktop.domain.events import EVENT_TYPES
from desktop.domain.facts.unit import SessionOpened
from desktop.domain.users import Action, User, may, require
from desktop.services import accounts
from desktop.services.ports import Desk
from desktop.services.records import Account

#: Who came in at a PC within this time is there to be asked when somebody is let in by the printed key.
HERE_LATELY: Final = timedelta(days=7)
#: Said of a person by a refusal that asks for him: he cannot prove himself at this PC, or not beside this actor.
ELSEWHERE: Final = "elsewhere"
JUST_LET_IN: Final = "just_let_in"
NEW_HERE: Final = "new_here"
_TWO: Final = 2

#: What only the second person is refused for, never the act he stands by.
_OF_THE_SECOND: Final = frozenset(
    {
        "witness_needed",
        "witness_absent",
        "witness_is_actor",
        "witness_is_concerned",
        "witness_without_password",
        "witness_just_let_in",
        "witness_new_here",
        "wrong_password",
        "log_in_delayed",
        "log_in_locked",
    }
)


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold what the second person typed.

    Attributes:
        login: His log-in name.
        password: His own; never a one-time code.
    """

    login: str
    password: str = field(repr=False)


def candidates(desk: Desk, actor: User, concerned: str = "", *, is_here: bool = False) -> tuple[User, ...]:
    """Return who may stand by an act: neither who does it nor whom it is about.

    Args:
        desk: What the use case works with.
        actor: Who does it.
        concerned: User id of whom it is about, "" for nobody.
        is_here: Only those who can prove themselves at this PC.
    """
    if desk.is_training:
        return ()
    others = [user for user in desk.reader.users() if user.user_id not in (actor.user_id, concerned)]
    called = [user for user in others if user.is_active and may(user.roles, Action.VOUCH)]
    at_work = desk.reader.own_passwords() if called else frozenset()
    found = tuple(user for user in called if user.user_id in at_work)
    if not is_here or not found:
        return found
    notes = _notes(desk, actor, found, is_here=True)
    return tuple(user for user in found if not notes[user.user_id])


def proven(
    desk: Desk,
    actor: User,
    witness: Witness | None,
    *,
    concerned: str = "",
    is_always: bool = False,
    is_here: bool = False,
) -> str:
    """Return the user id of the second person, "" where none is asked for: in training, and while nobody else could be.

    What is wrong counts and waits as at the log-in.

    Args:
        desk: What the use case works with.
        actor: Who does the act.
        witness: What the second person typed, None when he was not asked yet.
        concerned: User id of whom the act is about: he does not stand by it.
        is_always: Refuse when there is nobody who could.
        is_here: Ask only when somebody can prove himself at this PC: what somebody must begin with there.

    Raises:
        UserError: ``witness_needed`` with ``names`` and ``people``; ``witness_absent``, ``witness_is_actor``,
            ``witness_is_concerned``, ``witness_without_password``, ``witness_just_let_in``, ``witness_new_here``,
            ``not_permitted``, ``user_inactive``, ``user_unknown``, ``wrong_password``, ``log_in_delayed``,
            ``log_in_locked``.
    """
    if desk.is_training:
        return ""
    if witness is None or not witness.login.strip():
        found = candidates(desk, actor, concerned, is_here=is_here)
        if found:
            _ask(found, _notes(desk, actor, found, is_here=is_here))
        if is_always:
            raise UserError("witness_absent")
        return ""
    account = _account_of(desk, actor, witness, concerned)
    _refuse_new_here(desk, actor, account.user, is_here=is_here)
    return _taken(desk, account)


def beside_paper(desk: Desk, rescued: User, people: Sequence[Witness]) -> tuple[User, ...]:
    """Return who stands by it that somebody is let in by the printed key: two, where so many are there.

    Who has the paper may be one of those who could stand by. There is who came in at this PC within a week: where the
    others left, or forgot their passwords as well, fewer do or none, else a ward could be shut out of its own data.

    Args:
        desk: What the use case works with.
        rescued: Who is let in.
        people: What was typed; nobody counts twice.

    Raises:
        UserError: ``rescue_needs_people`` with ``names`` and ``count``; of those who typed as :func:`proven`.
    """
    if desk.is_training:
        return ()
    comings = Comings(desk.way.unit_acts(TOLD_BY))
    stood_by = {}
    for each in people:
        account = _account_of(desk, rescued, each, rescued.user_id)
        days = _days_new(comings.of(account.user.user_id, desk.way.own_replica(), desk.clock.now()), desk.clock.now())
        if days:
            raise UserError("witness_new_here", name=account.user.name, days=days)
        stood_by[_taken(desk, account)] = account.user
    there = _there_lately(desk, comings, rescued)
    lacking = min(_TWO, len(there)) - len(stood_by)
    if lacking > 0:
        names = ", ".join(user.name for user in there if user.user_id not in stood_by)
        raise UserError("rescue_needs_people", names=names, count=lacking)
    return tuple(stood_by.values())


def is_of_the_second(error: AppError, witness: Witness) -> bool:
    """Tell whether a refusal is about the second person, rather than about the act he stands by."""
    if error.code in _OF_THE_SECOND:
        return True
    is_about_a_user = error.code in ("not_permitted", "user_inactive", "user_unknown")
    return is_about_a_user and error.details.get("login") == witness.login.strip().lower()


def _there_lately(desk: Desk, comings: Comings, rescued: User) -> tuple[User, ...]:
    """Return who else came in at this PC within a week by a password of his own, and may stand by."""
    now, here = desk.clock.now(), desk.way.own_replica()
    sessions = desk.way.unit_acts((EVENT_TYPES[SessionOpened][0],), now - HERE_LATELY)
    lately = {
        event.fact.user_id
        for event in sessions
        if isinstance(event.fact, SessionOpened) and event.envelope.replica_id == here
    }
    return tuple(
        user
        for user in candidates(desk, rescued)
        if user.user_id in lately
        and _has_own_password(desk.reader.account(user.login))
        and not _days_new(comings.of(user.user_id, here, now), now)
    )


def _account_of(desk: Desk, actor: User, witness: Witness, concerned: str) -> Account:
    """Return the account of a second person who has proven himself.

    Raises:
        UserError: as :func:`proven`.
    """
    login = witness.login.strip().lower()
    if login == actor.login:
        raise UserError("witness_is_actor", name=actor.name)
    _need_own_password_here(desk.reader.account(login))
    account = accounts.proven(desk, login, witness.password)
    require(account.user, Action.VOUCH)
    if account.user.user_id == concerned:
        raise UserError("witness_is_concerned", name=account.user.name)
    return account


def _taken(desk: Desk, account: Account) -> str:
    """End the counting of wrong tries; return the user id."""
    if account.attempts != NO_ATTEMPTS:
        desk.ledger.save_attempts(account.user.user_id, NO_ATTEMPTS)
    return account.user.user_id


def _need_own_password_here(account: Account | None) -> None:
    """Refuse who set his password on another PC only: what he types cannot fit here, and is no wrong try.

    Raises:
        UserError: ``witness_without_password``.
    """
    if account is None or not account.user.is_active or not may(account.user.roles, Action.VOUCH):
        return
    if not _has_own_password(account):
        raise UserError("witness_without_password", name=account.user.name)


def _refuse_new_here(desk: Desk, actor: User, second: User, *, is_here: bool) -> None:
    """Refuse two of whom one came in at this PC by a code that proves nobody, not long ago: they may be one.

    Raises:
        UserError: ``witness_just_let_in``, ``witness_new_here``.
    """
    barred = _barred(desk, Comings(desk.way.unit_acts(TOLD_BY)), actor, second)
    if barred is None or (is_here and barred.is_set_up):
        return
    if barred.why == NEW_HERE:
        raise UserError("witness_new_here", name=barred.user.name, days=barred.days)
    raise UserError("witness_just_let_in", name=barred.user.name, giver=barred.other.name, days=barred.days)


@dataclass(frozen=True, slots=True)
class _Barred:
    """Say whose coming keeps two apart, and for how many days more, begun ones too.

    Attributes:
        is_set_up: He came by a code of the PC's set-up: he may stand by new codes, which one gives alone otherwise.
    """

    user: User
    other: User
    why: str
    days: int
    is_set_up: bool


def _barred(desk: Desk, comings: Comings, actor: User, second: User) -> _Barred | None:
    """Return what keeps two apart at this PC."""
    now, here = desk.clock.now(), desk.way.own_replica()
    for user, other in ((second, actor), (actor, second)):
        coming = comings.of(user.user_id, here, now)
        days = _days_new(coming, now)
        if coming is None or not days or coming.giver not in ("", other.user_id):
            continue
        is_set_up = not coming.giver and not coming.is_paper
        return _Barred(user, other, JUST_LET_IN if coming.giver else NEW_HERE, days, is_set_up)
    return None


def _days_new(coming: Coming | None, now: datetime) -> int:
    """Return for how many days more, begun ones too, somebody stands by nothing with who may have let him in alone."""
    if coming is None or not coming.is_lone:
        return 0
    return max(0, -((now - coming.at - LET_IN_ALONE) // timedelta(days=1)))


def _notes(desk: Desk, actor: User, found: tuple[User, ...], *, is_here: bool) -> dict[str, str]:
    """Return why each cannot prove himself here beside the actor, "" for who can, by user id."""
    comings, notes = Comings(desk.way.unit_acts(TOLD_BY)), {}
    for user in found:
        account, barred = desk.reader.account(user.login), _barred(desk, comings, actor, user)
        if not _has_own_password(account):
            notes[user.user_id] = ELSEWHERE
        elif barred is None or (is_here and barred.is_set_up):
            notes[user.user_id] = ""
        else:
            notes[user.user_id] = barred.why
    return notes


def _has_own_password(account: Account | None) -> bool:
    return account is not None and bool(account.password_hash) and not account.is_one_time


def _ask(found: tuple[User, ...], notes: dict[str, str]) -> NoReturn:
    """Ask, those first who can prove themselves at this PC."""
    able_first = sorted(found, key=lambda user: bool(notes[user.user_id]))
    people = [
        {"login": user.login, "name": user.name, "title": user.title, "note": notes[user.user_id]}
        for user in able_first
    ]
    raise UserError("witness_needed", names=", ".join(user.name for user in able_first), people=people)
