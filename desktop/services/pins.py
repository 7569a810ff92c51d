"""A PIN of six digits: it opens the locked screen again and confirms a slip where a session is open; it begins none.

It belongs to one PC and one password: another PC does not know it, and a new password ends it. It is kept in the
encrypted database as argon2id, never sent, and a wrong one counts and waits like a wrong password.
"""

import hashlib
import re
from typing import Final

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import SessionOpened
from desktop.domain.users import User
from desktop.services import accounts
from desktop.services.ports import Desk
from desktop.services.records import Account

#: Among what a user keeps on this PC alone (its drafts): in the encrypted database, never sent.
KEPT_AS: Final = "pin"
_PIN: Final = re.compile(r"[0-9]{6}", re.ASCII)
_UP, _DOWN = "01234567890123456789", "98765432109876543210"
_BOUND_DIGITS: Final = 16


def is_pin(text: str) -> bool:
    """Tell whether a text is six digits; no password is (it has more signs)."""
    return _PIN.fullmatch(text) is not None


def has_pin(desk: Desk, user: User) -> bool:
    """Tell whether a user has set a PIN on this PC that still holds."""
    account = desk.reader.account(user.login)
    return account is not None and bool(_hash_of(desk, account))


def set_pin(desk: Desk, user: User, password: str, pin: str) -> None:
    """Set one's own PIN on this PC, "" to have none.

    Args:
        desk: What the use case works with.
        user: Whose.
        password: His password, as typed.
        pin: Six digits.

    Raises:
        UserError: ``bad_pin``, ``weak_pin``, ``wrong_password``, ``log_in_delayed``, ``log_in_locked``.
    """
    if pin and not is_pin(pin):
        raise UserError("bad_pin")
    if pin and (len(set(pin)) == 1 or pin in _UP or pin in _DOWN):
        raise UserError("weak_pin")
    account = accounts.proven(desk, user.login, password)
    value = f"{_bound_to(account)} {desk.passwords.hash_password(pin)}" if pin else ""
    desk.ledger.save_draft(user.user_id, KEPT_AS, value)
    _forget_failures(desk, account)


def confirm(desk: Desk, login: str, pin: str, how: str = "pin") -> User:
    """Return the user who proves by his PIN that he is here; a session must be open on this PC.

    Args:
        desk: What the use case works with.
        login: Of the one who confirms; he may be another than the one whose session is open.
        pin: As typed.
        how: What the log calls it: ``pin`` or ``unlock``.

    Raises:
        UserError: ``no_pin``, ``wrong_pin``, ``user_unknown``, ``user_inactive``, ``log_in_delayed``,
            ``log_in_locked``.
    """
    known = desk.reader.account(login)
    if known is not None and not _hash_of(desk, known):
        raise UserError("no_pin", name=known.user.name)
    fits = lambda account: desk.passwords.verify_password(_hash_of(desk, account), pin)  # noqa: E731 - one thought
    account = accounts.proven(desk, login, pin, fits, "wrong_pin")
    if not account.user.is_active:
        raise UserError("user_inactive", login=login)
    with desk.ledger.act(account.user) as act:
        act.record_unit((SessionOpened(account.user.user_id, how),))
    _forget_failures(desk, account)
    return account.user


def _hash_of(desk: Desk, account: Account) -> str:
    """Return the hash of a PIN that was set under the present password, "" for none."""
    bound, _, hashed = desk.reader.draft(account.user.user_id, KEPT_AS).partition(" ")
    return hashed if bound == _bound_to(account) else ""


def _bound_to(account: Account) -> str:
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:_BOUND_DIGITS]


def _forget_failures(desk: Desk, account: Account) -> None:
    if account.attempts != NO_ATTEMPTS:
        desk.ledger.save_attempts(account.user.user_id, NO_ATTEMPTS)
