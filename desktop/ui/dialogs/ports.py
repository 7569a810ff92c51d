"""What log-in and lock need from the services layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UserCard:
    """Show a user in the list one picks from.

    Attributes:
        user_id: UUIDv7.
        login: Short name typed at log-in.
        name: Full name.
        role_names: Roles in Vietnamese, for people.
        needs_password: False for a training user.
    """

    user_id: str
    login: str
    name: str
    role_names: tuple[str, ...]
    needs_password: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """Tell who works now.

    Attributes:
        user_id: UUIDv7.
        login: Short name.
        name: Full name.
        roles: Codes of the roles, for ``PageSpec.allowed``.
        role_names: Roles in Vietnamese, for people.
        unit_name: Name of the unit, for the top bar.
        must_change_password: A one-time code was used: a password comes before anything else.
        needs_password: False for a training user, who is let in again without one.
    """

    user_id: str
    login: str
    name: str
    roles: tuple[str, ...]
    role_names: tuple[str, ...]
    unit_name: str
    must_change_password: bool = False
    needs_password: bool = True


class Accounts(Protocol):
    """Check who is there. Every call runs on lane db."""

    def users(self) -> Sequence[UserCard]:
        """Return the active users, sorted by given name."""
        ...

    def log_in(self, login: str, password: str) -> Session:
        """Begin the work of a user.

        Raises:
            UserError: ``wrong_password``, ``login_wait`` with ``wait_s``, or another code with its sentence.
        """
        ...

    def change_password(self, login: str, old: str, new: str) -> None:
        """Take a new password in place of a password or a one-time code.

        Raises:
            UserError: ``weak_password`` or ``wrong_password``.
        """
        ...

    def has_pin(self, login: str) -> bool:
        """Tell whether a user has a PIN on this PC."""
        ...

    def set_pin(self, login: str, password: str, pin: str) -> None:
        """Set a user's own PIN on this PC, "" to have none.

        Raises:
            UserError: ``bad_pin``, ``weak_pin``, ``wrong_password``, ``login_wait`` with ``wait_s``.
        """
        ...

    def unlock(self, login: str, password: str) -> None:
        """Check the password, or the PIN, of the user who locked the screen.

        Raises:
            UserError: ``wrong_password``, ``login_wait`` with ``wait_s``, ``user_inactive``; ``rights_changed``: he
                must log in anew.
        """
        ...

    def log_out(self) -> None:
        """End the work of the user."""
        ...
