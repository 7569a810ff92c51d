"""Users, their roles, and who may do what: one matrix, checked by every service."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.errors import UserError


class Role(StrEnum):
    """Name a role of the ward's staff."""

    RECEPTION = "reception"
    SPECIALIST = "specialist"
    CASHIER = "cashier"
    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    IT = "it"
    INSPECTOR = "inspector"


class Action(StrEnum):
    """Name an act that needs permission."""

    RECEIVE = "receive"
    CORRECT = "correct"
    MOVE_PROMISE_LATER = "move_promise_later"
    PRINT_RECEIPT = "print_receipt"
    MARK_RESULT_READY = "mark_result_ready"
    RETURN_RESULT = "return_result"
    TAKE_FEE = "take_fee"
    VIEW_DOSSIERS = "view_dossiers"
    VIEW_ID_NUMBERS = "view_id_numbers"
    COMPUTE_DEADLINE = "compute_deadline"
    BROWSE_CATALOGUE = "browse_catalogue"
    KEEP_DRAFT = "keep_draft"
    MANAGE_USERS = "manage_users"
    CONFIGURE_UNIT = "configure_unit"
    BACK_UP = "back_up"
    VERIFY = "verify"


_READ = frozenset({Action.VIEW_DOSSIERS, Action.COMPUTE_DEADLINE, Action.BROWSE_CATALOGUE})
_LEADER = _READ | {
    Action.VIEW_ID_NUMBERS,
    Action.MOVE_PROMISE_LATER,
    Action.CORRECT,
    Action.VERIFY,
    Action.PRINT_RECEIPT,
}

#: What each role may do. A user may do what any of his roles may do.
MATRIX: Mapping[Role, frozenset[Action]] = {
    Role.RECEPTION: _READ
    | {
        Action.RECEIVE,
        Action.CORRECT,
        Action.PRINT_RECEIPT,
        Action.RETURN_RESULT,
        Action.TAKE_FEE,
        Action.VIEW_ID_NUMBERS,
        Action.KEEP_DRAFT,
    },
    Role.SPECIALIST: _READ | {Action.MARK_RESULT_READY, Action.VIEW_ID_NUMBERS, Action.KEEP_DRAFT},
    Role.CASHIER: _READ | {Action.TAKE_FEE, Action.PRINT_RECEIPT, Action.KEEP_DRAFT},
    Role.CHAIR: _LEADER,
    Role.VICE_CHAIR: _LEADER,
    # The IT officer sees settings, never the content of a dossier (ASVS 8.2, reliability §3.2).
    Role.IT: frozenset(
        {
            Action.BROWSE_CATALOGUE,
            Action.COMPUTE_DEADLINE,
            Action.MANAGE_USERS,
            Action.CONFIGURE_UNIT,
            Action.BACK_UP,
            Action.VERIFY,
        }
    ),
    Role.INSPECTOR: _READ | {Action.VERIFY},
}


#: Taken by the printed recovery key among the ways to open the database.
RESERVED_LOGINS = frozenset({"recovery"})


@dataclass(frozen=True, slots=True)
class User:
    """Describe one named user.

    Attributes:
        user_id: UUIDv7.
        login: Short name typed at log-in, lower case ASCII.
        name: Full name as printed on papers.
        roles: At least one role.
        section: Code of the section he belongs to, "" for none.
        title: Office as printed under a signature, "" for none.
        is_active: False once he has left; he stays in the history.
    """

    user_id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    section: str = ""
    title: str = ""
    is_active: bool = True


def is_login(text: str) -> bool:
    """Tell whether a text can be a log-in name: lower case ASCII letters and digits, as it is looked for."""
    return text.isascii() and text.isalnum() and text == text.lower() and text not in RESERVED_LOGINS


def may(roles: tuple[Role, ...], action: Action) -> bool:
    """Tell whether any of ``roles`` allows ``action``."""
    return any(action in MATRIX[role] for role in roles)


def require(user: User, action: Action) -> None:
    """Refuse ``action`` unless the active user's roles allow it.

    Raises:
        UserError: ``not_permitted`` with the action; ``user_inactive``.
    """
    if not user.is_active:
        raise UserError("user_inactive", login=user.login)
    if not may(user.roles, action):
        raise UserError("not_permitted", action=action.value, login=user.login)
