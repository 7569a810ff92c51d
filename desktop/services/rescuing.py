"""Let an IT officer in again when nobody is left who could: by the printed recovery key, and for the log to tell."""

from dataclasses import replace

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import PasswordSet, SessionOpened, UserSaved
from desktop.domain.users import Role, User
from desktop.services.ports import Desk
from desktop.services.records import Account

#: Recorded as the way the session began: no password was there, the recovery key was.
BY_RECOVERY_KEY = "recovery_key"


def rescue(desk: Desk, login: str, one_time_code: str) -> User:
    """Give an IT officer a one-time code, and let him in again if he had left; his waits end.

    The caller has opened the database by the recovery key: that is the right to do it.

    Args:
        desk: What the use case works with.
        login: Whose.
        one_time_code: Fresh.

    Raises:
        UserError: ``user_unknown``; ``not_permitted`` for anybody but an IT officer: a key opens data, no other office.
    """
    known = next((user for user in desk.reader.users() if user.login == login.strip().lower()), None)
    if known is None:
        raise UserError("user_unknown", login=login)
    if Role.IT not in known.roles:
        raise UserError("not_permitted", action="manage_users", login=known.login)
    user = replace(known, is_active=True)
    hashed = desk.passwords.hash_password(one_time_code)
    with desk.ledger.act(None) as act:
        act.record_unit((SessionOpened(user.user_id, BY_RECOVERY_KEY),))
        act.record_unit((UserSaved(user),))
        act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
        act.save_account(Account(user, hashed, is_one_time=True, attempts=NO_ATTEMPTS))
    return user
