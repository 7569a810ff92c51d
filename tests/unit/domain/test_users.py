from itertools import combinations

import pytest

from desktop.domain.errors import UserError
from desktop.domain.users import MATRIX, Action, Role, User, is_login, may, require

# The table as the regulations and the unit's statute have it, typed a second time on purpose.
_STAFF = "reception specialist cashier chair vice_chair head"
_HOLDERS = "reception specialist head"
_LEADERS = "chair vice_chair"
EXPECTED: dict[Action, str] = {
    Action.RECEIVE: "reception head",
    Action.TURN_AWAY: "reception head",
    Action.CORRECT: f"reception head {_LEADERS}",
    Action.MOVE_PROMISE_LATER: _LEADERS,
    Action.PRINT_RECEIPT: f"reception cashier head {_LEADERS}",
    Action.MARK_RESULT_READY: "specialist",
    Action.RETURN_RESULT: "reception head",
    Action.TAKE_FEE: "reception cashier head",
    Action.COUNT_CASH: "reception cashier head",
    Action.HAND_OVER: f"{_HOLDERS} {_LEADERS}",
    Action.ASSIGN_CUSTODY: _LEADERS,
    Action.REQUEST_SUPPLEMENT: f"{_HOLDERS} {_LEADERS}",
    Action.REQUEST_SUPPLEMENT_AGAIN: _LEADERS,
    Action.RECEIVE_SUPPLEMENT: _HOLDERS,
    Action.WAIT: _HOLDERS,
    Action.STOP: _HOLDERS,
    Action.REFUSE: _HOLDERS,
    Action.WITHDRAW: _HOLDERS,
    Action.ATTACH_FILE: f"{_HOLDERS} {_LEADERS}",
    Action.SUBMIT: "specialist",
    Action.APPROVE: f"head {_LEADERS}",
    Action.APOLOGISE: f"head {_LEADERS}",
    Action.NOTIFY_CITIZEN: f"{_HOLDERS} {_LEADERS}",
    Action.PRINT_PAPER: _STAFF,
    Action.MANAGE_DELEGATIONS: "chair",
    Action.VIEW_DELEGATIONS: f"{_STAFF} inspector",
    Action.VIEW_BOARD: f"{_STAFF} inspector",
    Action.EXPORT_REGISTER: f"reception head inspector {_LEADERS}",
    Action.CLOSE_REGISTER: f"head {_LEADERS}",
    Action.VIEW_DOSSIERS: f"{_STAFF} inspector",
    Action.VIEW_ID_NUMBERS: f"{_HOLDERS} {_LEADERS}",
    Action.COMPUTE_DEADLINE: f"{_STAFF} it inspector",
    Action.BROWSE_CATALOGUE: f"{_STAFF} it inspector",
    Action.KEEP_DRAFT: _STAFF,
    Action.MANAGE_USERS: "it",
    Action.CONFIGURE_UNIT: "it",
    Action.BACK_UP: "it",
    Action.VERIFY: f"it inspector {_LEADERS}",
    Action.VIEW_FINDINGS: f"inspector {_LEADERS}",
    Action.VIEW_OWN_FINDINGS: f"{_STAFF} inspector",
    Action.VOUCH: f"head it {_LEADERS}",
}


def person(*roles: Role, is_active: bool = True) -> User:
    return User("id", "lan", "Lan", roles, is_active=is_active)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_the_matrix_is_the_table_of_the_statute(role: Role, action: Action) -> None:
    assert may((role,), action) == (role.value in EXPECTED[action].split())


@pytest.mark.parametrize("pair", [*combinations(Role, 2)], ids=str)
def test_two_roles_allow_what_either_allows(pair: tuple[Role, Role]) -> None:
    for action in Action:
        assert may(pair, action) == (action in MATRIX[pair[0]] | MATRIX[pair[1]])


def test_nobody_without_a_role_may_do_anything() -> None:
    assert not any(may((), action) for action in Action)


def test_a_refusal_names_the_action_and_the_user() -> None:
    with pytest.raises(UserError) as caught:
        require(person(Role.INSPECTOR), Action.RECEIVE)

    assert (caught.value.code, dict(caught.value.details)) == ("not_permitted", {"action": "receive", "login": "lan"})


def test_an_allowed_action_passes_in_silence() -> None:
    require(person(Role.RECEPTION), Action.RECEIVE)


def test_a_user_who_left_may_do_nothing() -> None:
    with pytest.raises(UserError) as caught:
        require(person(*Role, is_active=False), Action.BROWSE_CATALOGUE)

    assert caught.value.code == "user_inactive"


@pytest.mark.parametrize(
    ("text", "fits"),
    [("lan", True), ("hung2", True), ("Lan", False), ("lân", False), ("", False), ("l n", False), ("recovery", False)],
)
def test_a_login_is_plain_lower_case(text: str, fits: bool) -> None:
    assert is_login(text) == fits
