"""What is done when the usual way is shut, and for the log to tell.

Let an IT officer in again by the printed recovery key; stand by two that a broken database is replaced by its copy.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import PasswordSet, SessionOpened, UserSaved
from desktop.domain.users import Action, Role, User, may, require
from desktop.services import witnessing
from desktop.services.ports import Desk
from desktop.services.records import Account
from desktop.services.witnessing import Witness

#: Recorded as the way the session began: no password was there, the recovery key was.
BY_RECOVERY_KEY = "recovery_key"
#: Recorded for each who stood by a recovery: it ended before the database could be opened.
BY_RECOVERY = "recovery"
_TWO = 2


def rescue(desk: Desk, login: str, one_time_code: str, people: Sequence[Witness] = ()) -> User:
    """Give an IT officer a one-time code, and let him in again if he had left and no other is there; his waits end.

    The caller has opened the database by the recovery key: that is the right to do it, where nobody else is there. Of
    two who stand by it the log names the first as who gave the code.

    Args:
        desk: What the use case works with.
        login: Whose.
        one_time_code: Fresh.
        people: Who stand by it.

    Raises:
        UserError: ``user_unknown``; ``not_permitted`` for anybody but an IT officer: a key opens data, no other office;
            ``user_inactive`` for one who has left while another is at work: who has the paper makes no second person;
            ``rescue_needs_people`` …, see :func:`desktop.services.witnessing.beside_paper`.
    """
    users = desk.reader.users()
    known = next((user for user in users if user.login == login.strip().lower()), None)
    if known is None:
        raise UserError("user_unknown", login=login)
    if Role.IT not in known.roles:
        raise UserError("not_permitted", action="manage_users", login=known.login)
    if not known.is_active and any(user.is_active and Role.IT in user.roles for user in users):
        raise UserError("user_inactive", login=known.login)
    first, second = (*witnessing.beside_paper(desk, known, people), None, None)[:_TWO]
    user = replace(known, is_active=True)
    hashed = desk.passwords.hash_password(one_time_code)
    with desk.ledger.act(first) as act:
        act.record_unit((SessionOpened(user.user_id, BY_RECOVERY_KEY),))
        act.record_unit((UserSaved(user, second.user_id if second else ""),))
        act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
        act.save_account(Account(user, hashed, is_one_time=True, attempts=NO_ATTEMPTS))
    return user


def stand_by_recovery(
    known: Iterable[Account], people: Sequence[Witness], fits: Callable[[str, str], bool], *, has_paper: bool
) -> tuple[User, ...]:
    """Return who stands by a recovery: two people of the restored database, or one and the printed recovery key.

    Of a database in which nobody who could had begun to work the paper alone tells whose it is.

    Args:
        known: The accounts in the copy that is to take the broken one's place.
        people: What was typed; nobody counts twice.
        fits: Tells whether a hash and a password belong together.
        has_paper: The copy was opened by the printed recovery key.

    Raises:
        UserError: ``recovery_needs_two`` with ``names``, ``recovery_needs_paper``; ``user_unknown``,
            ``wrong_password``, ``user_inactive``, ``not_permitted``, ``recovery_without_password``.
    """
    accounts = {account.user.login: account for account in known}
    called = [each.user for each in accounts.values() if _has_begun(each) and may(each.user.roles, Action.VOUCH)]
    if not called and not has_paper:
        raise UserError("recovery_needs_paper")
    if not called:
        return ()
    proven = {}
    for each in people:
        login = each.login.strip().lower()
        account = accounts.get(login)
        if account is None:
            raise UserError("user_unknown", login=login)
        if not account.password_hash:
            raise UserError("recovery_without_password", name=account.user.name)
        if not fits(account.password_hash, each.password):
            raise UserError("wrong_password")
        require(account.user, Action.VOUCH)
        if account.is_one_time:
            raise UserError("recovery_without_password", name=account.user.name)
        proven[account.user.user_id] = account.user
    if len(proven) + has_paper < _TWO:
        raise UserError("recovery_needs_two", names=", ".join(user.name for user in called))
    return tuple(proven.values())


def note_recovery(desk: Desk, people: Sequence[User]) -> None:
    """Write down who stood by a recovery; the program calls it once the database can be opened again."""
    with desk.ledger.act(None) as act:
        act.record_unit([SessionOpened(user.user_id, BY_RECOVERY) for user in people])


def _has_begun(account: Account) -> bool:
    return account.user.is_active and bool(account.password_hash) and not account.is_one_time
