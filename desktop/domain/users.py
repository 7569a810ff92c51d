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
    HEAD = "head"


class Action(StrEnum):
    """Name an act that needs permission."""

    RECEIVE = "receive"
    CORRECT = "correct"
    MOVE_PROMISE_LATER = "move_promise_later"
    PRINT_RECEIPT = "print_receipt"
    MARK_RESULT_READY = "mark_result_ready"
    RETURN_RESULT = "return_result"
    TAKE_FEE = "take_fee"
    COUNT_CASH = "count_cash"
    TURN_AWAY = "turn_away"
    HAND_OVER = "hand_over"
    ASSIGN_CUSTODY = "assign_custody"
    REQUEST_SUPPLEMENT = "request_supplement"
    REQUEST_SUPPLEMENT_AGAIN = "request_supplement_again"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    WAIT = "wait"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    STOP = "stop"
    ATTACH_FILE = "attach_file"
    SUBMIT = "submit"
    APPROVE = "approve"
    APOLOGISE = "apologise"
    NOTIFY_CITIZEN = "notify_citizen"
    PRINT_PAPER = "print_paper"
    MANAGE_DELEGATIONS = "manage_delegations"
    VIEW_DELEGATIONS = "view_delegations"
    VIEW_BOARD = "view_board"
    EXPORT_REGISTER = "export_register"
    CLOSE_REGISTER = "close_register"
    VIEW_DOSSIERS = "view_dossiers"
    VIEW_ID_NUMBERS = "view_id_numbers"
    COMPUTE_DEADLINE = "compute_deadline"
    BROWSE_CATALOGUE = "browse_catalogue"
    KEEP_DRAFT = "keep_draft"
    MANAGE_USERS = "manage_users"
    CONFIGURE_UNIT = "configure_unit"
    BACK_UP = "back_up"
    VERIFY = "verify"
    VIEW_FINDINGS = "view_findings"
    VIEW_OWN_FINDINGS = "view_own_findings"
    VOUCH = "vouch"


_READ = frozenset(
    {
        Action.VIEW_DOSSIERS,
        Action.VIEW_BOARD,
        Action.VIEW_DELEGATIONS,
        Action.VIEW_OWN_FINDINGS,
        Action.COMPUTE_DEADLINE,
        Action.BROWSE_CATALOGUE,
    }
)
#: Whoever holds papers passes them on, waits for what lacks, and ends what the citizen takes back.
_HOLDER = frozenset(
    {
        Action.HAND_OVER,
        Action.REQUEST_SUPPLEMENT,
        Action.RECEIVE_SUPPLEMENT,
        Action.WAIT,
        Action.STOP,
        Action.REFUSE,
        Action.WITHDRAW,
        Action.ATTACH_FILE,
        Action.NOTIFY_CITIZEN,
        Action.PRINT_PAPER,
        Action.VIEW_ID_NUMBERS,
        Action.KEEP_DRAFT,
    }
)
_COUNTER = frozenset(
    {
        Action.RECEIVE,
        Action.TURN_AWAY,
        Action.CORRECT,
        Action.PRINT_RECEIPT,
        Action.RETURN_RESULT,
        Action.TAKE_FEE,
        Action.COUNT_CASH,
        Action.EXPORT_REGISTER,
    }
)
_SIGNER = frozenset({Action.APPROVE, Action.APOLOGISE})
_LEADER = (
    _READ
    | _SIGNER
    | {
        Action.VIEW_ID_NUMBERS,
        Action.MOVE_PROMISE_LATER,
        Action.CORRECT,
        Action.VERIFY,
        Action.PRINT_RECEIPT,
        Action.PRINT_PAPER,
        Action.HAND_OVER,
        Action.ASSIGN_CUSTODY,
        Action.REQUEST_SUPPLEMENT,
        Action.REQUEST_SUPPLEMENT_AGAIN,
        Action.ATTACH_FILE,
        Action.NOTIFY_CITIZEN,
        Action.EXPORT_REGISTER,
        Action.CLOSE_REGISTER,
        Action.KEEP_DRAFT,
        Action.VIEW_FINDINGS,
        Action.VOUCH,
    }
)

#: What each role may do. A user may do what any of his roles may do.
MATRIX: Mapping[Role, frozenset[Action]] = {
    Role.RECEPTION: _READ | _HOLDER | _COUNTER,
    Role.SPECIALIST: _READ | _HOLDER | {Action.SUBMIT, Action.MARK_RESULT_READY},
    Role.CASHIER: _READ
    | {Action.TAKE_FEE, Action.COUNT_CASH, Action.PRINT_RECEIPT, Action.PRINT_PAPER, Action.KEEP_DRAFT},
    Role.CHAIR: _LEADER | {Action.MANAGE_DELEGATIONS},
    Role.VICE_CHAIR: _LEADER,
    # The head of the counter signs only where a delegation (TL., TUQ.) names him.
    Role.HEAD: _READ | _HOLDER | _COUNTER | _SIGNER | {Action.CLOSE_REGISTER, Action.VOUCH},
    # The IT officer sees settings, never the content of a dossier (ASVS 8.2, reliability §3.2).
    Role.IT: frozenset(
        {
            Action.BROWSE_CATALOGUE,
            Action.COMPUTE_DEADLINE,
            Action.MANAGE_USERS,
            Action.CONFIGURE_UNIT,
            Action.BACK_UP,
            Action.VERIFY,
            Action.VOUCH,
        }
    ),
    Role.INSPECTOR: _READ | {Action.VERIFY, Action.EXPORT_REGISTER, Action.VIEW_FINDINGS},
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
