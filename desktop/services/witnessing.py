"""The second person of an act that nobody does alone (four eyes): he proves himself by his own log-in and password.

Asked for are the others of the ward who lead it or look after its programs and have begun to work: they set a password
of their own, on whichever PC. While there are none, a ward sets itself up and nobody is asked (docs/decisions/0021).
"""

from dataclasses import dataclass, field
from typing import NoReturn

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.users import Action, User, may, require
from desktop.services import accounts
from desktop.services.ports import Desk
from desktop.services.records import Account


@dataclass(frozen=True, slots=True)
class Witness:
    """Hold what the second person typed.

    Attributes:
        login: His log-in name.
        password: His own; never a one-time code.
    """

    login: str
    password: str = field(repr=False)


def candidates(desk: Desk, actor: User, concerned: str = "") -> tuple[User, ...]:
    """Return who may stand by an act: neither who does it nor whom it is about.

    Args:
        desk: What the use case works with.
        actor: Who does it.
        concerned: User id of whom it is about, "" for nobody.
    """
    if desk.is_training:
        return ()
    others = [user for user in desk.reader.users() if user.user_id not in (actor.user_id, concerned)]
    called = [user for user in others if user.is_active and may(user.roles, Action.VOUCH)]
    at_work = desk.reader.own_passwords() if called else frozenset()
    return tuple(user for user in called if user.user_id in at_work)


def proven(desk: Desk, actor: User, witness: Witness | None, *, concerned: str = "", is_always: bool = False) -> str:
    """Return the user id of the second person, "" where none is asked for: in training, and while nobody else could be.

    What is wrong counts and waits as at the log-in.

    Args:
        desk: What the use case works with.
        actor: Who does the act.
        witness: What the second person typed, None when he was not asked yet.
        concerned: User id of whom the act is about: he does not stand by it.
        is_always: Refuse when there is nobody who could.

    Raises:
        UserError: ``witness_needed`` with ``names`` and ``people``; ``witness_absent``, ``witness_is_actor``,
            ``witness_is_concerned``, ``witness_without_password``, ``not_permitted``, ``user_inactive``,
            ``user_unknown``, ``wrong_password``, ``log_in_delayed``, ``log_in_locked``.
    """
    if desk.is_training:
        return ""
    if witness is None or not witness.login.strip():
        found = candidates(desk, actor, concerned)
        if found:
            _ask(found)
        if is_always:
            raise UserError("witness_absent")
        return ""
    login = witness.login.strip().lower()
    if login == actor.login:
        raise UserError("witness_is_actor", name=actor.name)
    _need_own_password_here(desk.reader.account(login))
    account = accounts.proven(desk, login, witness.password)
    user = account.user
    require(user, Action.VOUCH)
    if user.user_id == concerned:
        raise UserError("witness_is_concerned", name=user.name)
    if account.attempts != NO_ATTEMPTS:
        desk.ledger.save_attempts(user.user_id, NO_ATTEMPTS)
    return user.user_id


def _need_own_password_here(account: Account | None) -> None:
    """Refuse who set his password on another PC only: what he types cannot fit here, and is no wrong try.

    Raises:
        UserError: ``witness_without_password``.
    """
    if account is None or not account.user.is_active or not may(account.user.roles, Action.VOUCH):
        return
    if account.is_one_time or not account.password_hash:
        raise UserError("witness_without_password", name=account.user.name)


def _ask(found: tuple[User, ...]) -> NoReturn:
    people = [{"login": user.login, "name": user.name, "title": user.title} for user in found]
    raise UserError("witness_needed", names=", ".join(user.name for user in found), people=people)
