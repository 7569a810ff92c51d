"""Every command of ``motcua do`` against every role."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from desktop.cli.do import Runner
from desktop.cli.handlers import HANDLERS
from desktop.domain.dossiers import Dossier
from desktop.domain.users import MATRIX, Action, Role
from desktop.services import follow
from desktop.services.wording import Wording
from tests.support.samples import NINE
from tests.support.wards import Ward, make_ward, person

AT = NINE.isoformat()
_numbers = count(1)


def _fresh(ward: Ward, *, ready: bool = False) -> Dossier:
    made = ward.receive(NINE, owner=person(next(_numbers)))
    if ready:
        follow.mark_result_ready(ward.desk, ward.user("hung"), made.code, follow.MarkResultReady())
    return made


def _receive(ward: Ward) -> dict[str, Any]:
    del ward
    n = next(_numbers)
    return {
        "procedure": "1.001193",
        "applicant": {"name": f"Lê Văn {n}"},
        "components": [{"code": f"TP0{m}", "originals": 1} for m in (1, 2, 3)],
    }


def _return(ward: Ward) -> dict[str, Any]:
    made = _fresh(ward, ready=True)
    recipient = {"name": made.owner.name, "id_number": made.owner.id_number}
    return {"code": made.code, "recipient": recipient, "proof": {"kind": "signature", "ref": "ký"}}


#: Command → the action it needs, and what it is given.
TABLE: dict[str, tuple[Action, Any]] = {
    "deadline.compute": (
        Action.COMPUTE_DEADLINE,
        lambda _: {"received_at": AT, "limit": {"n": 1, "unit": "day"}},
    ),
    "procedure.search": (Action.BROWSE_CATALOGUE, lambda _: {"q": "khai sinh"}),
    "procedure.show": (Action.BROWSE_CATALOGUE, lambda _: {"procedure": "1.001193"}),
    "dossier.receive": (Action.RECEIVE, _receive),
    "dossier.correct": (
        Action.CORRECT,
        lambda ward: {"code": _fresh(ward).code, "changes": {"note": "x"}, "reason": "ghi thiếu"},
    ),
    "receipt.print": (Action.PRINT_RECEIPT, lambda ward: {"code": _fresh(ward).code}),
    "dossier.result_ready": (Action.MARK_RESULT_READY, lambda ward: {"code": _fresh(ward).code}),
    "dossier.return_result": (Action.RETURN_RESULT, _return),
    "lease.declare_retired": (Action.CONFIGURE_UNIT, lambda _: {"reason": "máy cũ đã hỏng"}),
    "dossier.show": (Action.VIEW_DOSSIERS, lambda ward: {"code": _fresh(ward).code}),
    "dossier.search": (Action.VIEW_DOSSIERS, lambda _: {"q": "tran"}),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    ward = make_ward(tmp_path_factory.mktemp("roles"))
    yield ward
    ward.database.close()


def test_every_command_stands_in_the_table() -> None:
    assert set(TABLE) == set(HANDLERS)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", TABLE)
def test_a_command_is_allowed_to_exactly_the_roles_of_the_matrix(shared: Ward, name: str, role: Role) -> None:
    action, with_ = TABLE[name]
    login = next(user.login for user in shared.desk.reader.users() if user.roles == (role,))
    text = json.dumps({"do": name, "as": login, "at": AT, "with": with_(shared)})

    given, _ = Runner(shared, Wording(), None, None).answer(text)  # type: ignore[arg-type]

    if action in MATRIX[role]:
        # A PC that has its own numbers is refused for that, not for the role.
        assert given["ok"] or given["error"]["code"] == "lease_not_needed", given
    else:
        assert (given["error"]["code"], given["error"]["details"]["action"]) == ("not_permitted", action.value)
