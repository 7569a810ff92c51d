from itertools import combinations

import pytest

from desktop.domain.errors import UserError
from desktop.domain.users import MATRIX, Action, Role, User, is_login, may, require

# The table as the regulations and the unit's statute have it, typed a second time on purpose.
EXPECTED: dict[Action, str] = {
    Action.RECEIVE: "reception",
    Action.CORRECT: "reception chair vice_chair",
    Action.MOVE_PROMISE_LATER: "chair vice_chair",
    Action.PRINT_RECEIPT: "reception cashier chair vice_chair",
    Action.MARK_RESULT_READY: "specialist",
    Action.RETURN_RESULT: "reception",
    Action.TAKE_FEE: "reception cashier",
    Action.VIEW_DOSSIERS: "reception specialist cashier chair vice_chair inspector",
    Action.VIEW_ID_NUMBERS: "reception specialist chair vice_chair",
    Action.COMPUTE_DEADLINE: "reception specialist cashier chair vice_chair it inspector",
    Action.BROWSE_CATALOGUE: "reception specialist cashier chair vice_chair it inspector",
    Action.KEEP_DRAFT: "reception specialist cashier",
    Action.MANAGE_USERS: "it",
    Action.CONFIGURE_UNIT: "it",
    Action.BACK_UP: "it",
    Action.VERIFY: "chair vice_chair it inspector",
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
