"""Log in, lock, unlock, change a password: named users only, delays that survive a restart."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from desktop.domain.attempts import NO_ATTEMPTS, Attempts, after_failure, is_locked, rebased, wait_s
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import LogInRefused, PasswordSet, SessionClosed, SessionOpened
from desktop.domain.users import User
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.records import Account


@dataclass(frozen=True, slots=True)
class Session:
    """Hold an open session.

    Attributes:
        user: Who is at the counter.
        opened_at: When he logged in.
        must_change_password: He came in with a one-time code.
    """

    user: User
    opened_at: datetime
    must_change_password: bool


def log_in(desk: Desk, login: str, password: str, how: str = "log_in") -> Session:
    """Open a session.

    Args:
        desk: What the use case works with.
        login: As typed.
        password: As typed; a one-time code for the first time.
        how: ``log_in``, ``unlock`` or ``switch``; recorded.

    Raises:
        UserError: ``wrong_password`` (also for an unknown login), ``log_in_delayed`` with ``wait_s``,
            ``log_in_locked`` with ``minutes``, ``user_inactive``.
    """
    account = desk.reader.account(login.strip().lower())
    now = desk.clock.now()
    if account is None:
        raise _stranger_refused(desk, login.strip().lower(), password, now)
    account = _on_todays_clock(desk, account, now)
    _refuse_waiting(account.attempts, now)
    if not _fits(desk, account, password):
        _count_failure(desk, account, now)
        raise UserError("wrong_password")
    if not account.user.is_active:
        raise UserError("user_inactive", login=account.user.login)
    with desk.ledger.act(account.user) as act:
        act.record_unit((SessionOpened(account.user.user_id, how),))
        if account.attempts != NO_ATTEMPTS:
            act.save_account(replace(account, attempts=NO_ATTEMPTS))
    return Session(account.user, now, account.is_one_time)


def need_own_password(session: Session) -> None:
    """Refuse whoever came in with a one-time code: another person has seen it, so it proves nobody yet.

    Raises:
        UserError: ``password_not_set``.
    """
    if session.must_change_password:
        raise UserError("password_not_set", login=session.user.login)


def close_session(desk: Desk, user: User, how: str) -> None:
    """Record that a session ended: ``log_out``, ``lock``, ``idle`` or ``switch``.

    It also ends for one who was deactivated meanwhile, or is no user any more: he acts no more, the program writes it.
    """
    known = next((each for each in desk.reader.users() if each.user_id == user.user_id), None)
    with desk.ledger.act(known if known is not None and known.is_active else None) as act:
        act.record_unit((SessionClosed(user.user_id, how),))


def change_password(desk: Desk, user: User, old: str, new: str) -> Changes:
    """Set one's own password.

    Raises:
        UserError: ``wrong_password``, ``weak_password``, ``log_in_delayed``, ``log_in_locked``.
    """
    account = proven(desk, user.login, old)
    desk.passwords.check_new_password(new, user.login)
    hashed = desk.passwords.hash_password(new)
    with desk.ledger.act(user) as act:
        act.record_unit((PasswordSet(user.user_id, is_one_time=False),))
        act.save_account(replace(account, password_hash=hashed, is_one_time=False, attempts=NO_ATTEMPTS))
    return Changes(frozenset({Kind.USER}))


def proven(
    desk: Desk, login: str, secret: str, fits: Callable[[Account], bool] | None = None, refusal: str = "wrong_password"
) -> Account:
    """Return the account of somebody who proves who he is; what is wrong counts, and waits outlive a restart.

    Args:
        desk: What the use case works with.
        login: Of the user.
        secret: As typed.
        fits: Checks the secret in another way than as his password.
        refusal: Code of what is said when it is wrong.

    Raises:
        UserError: ``refusal``, ``user_unknown``, ``log_in_delayed``, ``log_in_locked``.
    """
    account, now = _account(desk, login), desk.clock.now()
    account = _on_todays_clock(desk, account, now)
    _refuse_waiting(account.attempts, now)
    if not (fits(account) if fits is not None else _fits(desk, account, secret)):
        _count_failure(desk, account, now)
        raise UserError(refusal)
    return account


def named_user(desk: Desk, login: str) -> User:
    """Return a user by login, also one who has left.

    Raises:
        UserError: ``user_unknown``.
    """
    user = next((user for user in desk.reader.users() if user.login == login), None)
    if user is None:
        raise UserError("user_unknown", login=login)
    return user


def user_of(desk: Desk, login: str) -> User:
    """Return a user by login who may act.

    Raises:
        UserError: ``user_unknown``, ``user_inactive``.
    """
    user = named_user(desk, login)
    if not user.is_active:
        raise UserError("user_inactive", login=login)
    return user


def _account(desk: Desk, login: str) -> Account:
    account = desk.reader.account(login)
    if account is None:
        raise UserError("user_unknown", login=login)
    return account


def _fits(desk: Desk, account: Account, password: str) -> bool:
    if not account.password_hash:
        # A training user has no password: he is chosen from the list. A real user always has one.
        return desk.is_training
    return desk.passwords.verify_password(account.password_hash, password)


def _on_todays_clock(desk: Desk, account: Account, now: datetime) -> Account:
    """Take a failure stamped by a clock that ran ahead as one of now, so that the wait ends."""
    attempts = rebased(account.attempts, now)
    if attempts != account.attempts:
        desk.ledger.save_attempts(account.user.user_id, attempts)
    return replace(account, attempts=attempts)


def _refuse_waiting(attempts: Attempts, now: datetime) -> None:
    seconds = wait_s(attempts, now)
    if seconds and is_locked(attempts, now):
        raise UserError("log_in_locked", minutes=-(-seconds // 60), wait_s=seconds)
    if seconds:
        raise UserError("log_in_delayed", wait_s=seconds)


def _stranger_refused(desk: Desk, login: str, password: str, now: datetime) -> UserError:
    """Return the refusal of a login nobody has, with the same work and waits as a wrong password costs.

    What was typed stays out of the log: it may be a password typed into the wrong field.

    Raises:
        UserError: ``log_in_delayed``, ``log_in_locked``.
    """
    stored = desk.reader.stranger_attempts(login)
    attempts = rebased(stored, now)
    if attempts != stored:
        desk.ledger.save_stranger_attempts(login, attempts)
    _refuse_waiting(attempts, now)
    # The same work as for a known login, so that the answer's time tells nothing.
    desk.passwords.verify_password(_NOBODY_HASH, password)
    attempts = after_failure(attempts, now)
    desk.ledger.save_stranger_attempts(login, attempts)
    with desk.ledger.act(None) as act:
        act.record_unit((LogInRefused("", attempts.failed),))
    return UserError("wrong_password")


def _count_failure(desk: Desk, account: Account, now: datetime) -> None:
    attempts = after_failure(account.attempts, now)
    desk.ledger.save_attempts(account.user.user_id, attempts)
    with desk.ledger.act(None) as act:
        act.record_unit((LogInRefused(account.user.login, attempts.failed),))


#: An argon2id hash of nothing anybody knows.
_NOBODY_HASH = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
