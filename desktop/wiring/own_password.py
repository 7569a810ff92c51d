"""Take a user's new password: for the log-in, and for the key of the database on this PC."""

from desktop.domain.users import User
from desktop.services import accounts
from desktop.wiring import Ward, wrap_key


def take_password(ward: Ward, user: User, old: str, new: str) -> None:
    """Take a new password of a user; from now on it opens the database on this PC. Threads: lane db.

    Raises:
        UserError: see :func:`desktop.services.accounts.change_password`.
    """
    accounts.change_password(ward.desk, user, old, new)
    wrap_key(ward, user.login, new)
