"""Every command of ``motcua do`` against every role."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from PIL import Image

from desktop.cli.do import Runner
from desktop.cli.handlers import HANDLERS
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.commands import ComponentCount
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import MATRIX, Action, Role, User
from desktop.domain.way import SigningForm, WaitKind
from desktop.domain.way_commands import CloseWait, Gap, GrantDelegation, MakeSlip, OpenWait, RequestSupplement
from desktop.services import delegating, handing, online, own_days, waiting
from desktop.services.own_days import OwnDay
from desktop.services.records import Account
from desktop.services.wording import Wording
from tests.support.samples import NINE, REASON
from tests.support.wards import BIRTH, Ward, command, make_ward, person
from tests.support.way import bring

AT = NINE.isoformat()
ALL = [f"TP0{n}" for n in range(1, 7)]
COPY = "2.000635"
_numbers = count(1)
#: Mondays of years without an estimate; each is declared off once.
_weeks = count(1)


def _fresh(ward: Ward, *, to: Status | None = None, procedure: str = BIRTH) -> Dossier:
    """Receive a dossier of a citizen of its own, and bring it along its way."""
    given = command(ward.desk, procedure)
    made = ward.receive(
        NINE, owner=person(next(_numbers)), procedure=given.procedure, components=given.components, sets=1
    )
    return made if to is None else bring(ward.desk, made.code, to=to)[0]


def _waiting(ward: Ward, kind: WaitKind) -> str:
    made = _fresh(ward)
    lan = ward.user("lan")
    if kind is WaitKind.SUPPLEMENT:
        waiting.request_supplement(ward.desk, lan, made.code, RequestSupplement((Gap("TP02"),), REASON))
    else:
        waiting.open_wait(ward.desk, lan, made.code, OpenWait(kind, REASON, of="Công an phường"))
    return made.code


def _slip(ward: Ward, to: str = "tu_phap") -> tuple[str, str]:
    made = _fresh(ward)
    holder = handing.parse_holder(ward.desk, to)
    return handing.make_slip(ward.desk, ward.user("lan"), MakeSlip(holder, (made.code,))).slip.name, made.code


def _filed(ward: Ward) -> str:
    return online.practise(ward.desk, ward.user("lan"), BIRTH, person(next(_numbers))).tracking


def _merge(ward: Ward) -> dict[str, Any]:
    made = _fresh(ward)
    filing = online.practise(ward.desk, ward.user("lan"), BIRTH, made.owner)
    return {"tracking": filing.tracking, "code": made.code}


def _confirm(ward: Ward) -> dict[str, Any]:
    slip, code = _slip(ward)
    return {"slip": slip, "codes": [code]}


def _delegation(ward: Ward) -> str:
    given = GrantDelegation(SigningForm.TL, ward.user("hung").user_id, "7/QĐ", date(2019, 7, 1), date(2019, 7, 1))
    return delegating.grant(ward.desk, ward.user("chutich"), given)[0].delegation_id


def _file(ward: Ward) -> str:
    path = ward.folder / "a.png"
    Image.new("RGB", (40, 20), "white").save(path)
    return str(path)


def _declared_day(ward: Ward) -> str:
    """Return a Monday that was declared off."""
    day = OwnDay(_monday(), is_worked=False, name=REASON, document=REASON)
    return own_days.declare(ward.desk, ward.user("quantri"), day).day.on.isoformat()


def _monday() -> date:
    """Return a Monday nobody has declared anything for."""
    return date(2021, 5, 10) + timedelta(weeks=next(_weeks))


def _receive(ward: Ward) -> dict[str, Any]:
    del ward
    n = next(_numbers)
    return {
        "procedure": "1.001193",
        "applicant": {"name": f"Lê Văn {n}"},
        "components": [{"code": f"TP0{m}", "originals": 1} for m in (1, 2, 3)],
    }


def _return(ward: Ward) -> dict[str, Any]:
    made = _fresh(ward, to=Status.RESULT_READY)
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
    "dossier.result_ready": (
        Action.MARK_RESULT_READY,
        lambda ward: {"code": _fresh(ward, to=Status.APPROVED).code},
    ),
    "dossier.return_result": (Action.RETURN_RESULT, _return),
    "lease.declare_retired": (Action.CONFIGURE_UNIT, lambda _: {"reason": "máy cũ đã hỏng"}),
    "calendar.show": (Action.COMPUTE_DEADLINE, lambda _: {}),
    "calendar.touched": (Action.COMPUTE_DEADLINE, lambda _: {"on": "2019-07-24"}),
    "calendar.declare": (
        Action.CONFIGURE_UNIT,
        lambda _: {"on": _monday().isoformat(), "name": REASON, "document": REASON},
    ),
    "calendar.declare_year": (Action.CONFIGURE_UNIT, lambda _: {"year": 2029, "document": REASON, "days": []}),
    "calendar.take_back": (Action.CONFIGURE_UNIT, lambda ward: {"on": _declared_day(ward), "reason": REASON}),
    "dossier.show": (Action.VIEW_DOSSIERS, lambda ward: {"code": _fresh(ward).code}),
    "dossier.search": (Action.VIEW_DOSSIERS, lambda _: {"q": "tran"}),
    "handover.create": (Action.HAND_OVER, lambda ward: {"to": "tu_phap", "codes": [_fresh(ward).code]}),
    "handover.confirm": (Action.HAND_OVER, _confirm),
    "handover.show": (Action.HAND_OVER, lambda ward: {"slip": _slip(ward)[0]}),
    "handover.list": (Action.HAND_OVER, lambda _: {}),
    "handover.print": (Action.PRINT_PAPER, lambda ward: {"slip": _slip(ward)[0]}),
    "handover.withdraw": (Action.HAND_OVER, lambda ward: {"slip": _slip(ward)[0], "reason": REASON}),
    "custody.assign": (
        Action.ASSIGN_CUSTODY,
        lambda ward: {"code": _fresh(ward).code, "to": "hung", "reason": REASON},
    ),
    "dossier.request_supplement": (
        Action.REQUEST_SUPPLEMENT,
        lambda ward: {"code": _fresh(ward).code, "missing": ["TP02"], "reason": REASON},
    ),
    "dossier.receive_supplement": (
        Action.RECEIVE_SUPPLEMENT,
        lambda ward: {
            "code": _waiting(ward, WaitKind.SUPPLEMENT),
            "components": [{"code": "TP02", "copies": 1}],
        },
    ),
    "dossier.refuse": (
        Action.REFUSE,
        lambda ward: {"code": _fresh(ward).code, "reason": REASON, "originals_returned": ALL},
    ),
    "dossier.withdraw": (
        Action.WITHDRAW,
        lambda ward: {"code": _fresh(ward).code, "reason": REASON, "originals_returned": ALL},
    ),
    "dossier.stop": (Action.STOP, lambda ward: {"code": _fresh(ward).code, "reason": REASON}),
    "dossier.resume": (Action.STOP, lambda ward: {"code": _waiting(ward, WaitKind.STOP)}),
    "wait.open": (
        Action.WAIT,
        lambda ward: {"code": _fresh(ward).code, "kind": "obligation", "reason": REASON},
    ),
    "wait.close": (
        Action.WAIT,
        lambda ward: {"code": _waiting(ward, WaitKind.VERIFICATION), "kind": "verification"},
    ),
    "online.list": (Action.VIEW_DOSSIERS, lambda _: {}),
    "online.file": (Action.RECEIVE, lambda _: {"procedure": BIRTH, "applicant": {"name": "Trần Thị Hoa"}}),
    "online.accept": (Action.RECEIVE, lambda ward: {"tracking": _filed(ward)}),
    "online.supplement": (
        Action.REQUEST_SUPPLEMENT,
        lambda ward: {"tracking": _filed(ward), "missing": ["TP02"]},
    ),
    "online.decline": (Action.TURN_AWAY, lambda ward: {"tracking": _filed(ward), "reason": REASON + " của phường này"}),
    "online.merge": (Action.RECEIVE, _merge),
    "national.export": (Action.EXPORT_REGISTER, lambda _: {"first": "2019-07-18", "last": "2019-07-18"}),
    "citizen.notify": (
        Action.NOTIFY_CITIZEN,
        lambda ward: {"code": _fresh(ward).code, "channel": "điện thoại", "text": "đã có kết quả"},
    ),
    "dossier.apologise": (
        Action.APOLOGISE,
        lambda ward: {"code": _fresh(ward).code, "reason": REASON, "cause": "ward", "new_promise": "2019-07-22"},
    ),
    "fee.take": (Action.TAKE_FEE, lambda ward: {"code": _fresh(ward, procedure=COPY).code, "amount_vnd": 8_000}),
    "paper.print": (Action.PRINT_PAPER, lambda ward: {"code": _fresh(ward).code, "form": "control_sheet"}),
    "file.attach": (Action.ATTACH_FILE, lambda ward: {"code": _fresh(ward).code, "file": _file(ward)}),
    "dossier.submit": (Action.SUBMIT, lambda ward: {"code": _fresh(ward, to=Status.WITH_SECTION).code}),
    "dossier.approve": (Action.APPROVE, lambda ward: {"code": _fresh(ward, to=Status.SUBMITTED).code}),
    "dossier.send_back": (
        Action.APPROVE,
        lambda ward: {"code": _fresh(ward, to=Status.SUBMITTED).code, "reason": REASON},
    ),
    "dossier.reject": (
        Action.APPROVE,
        lambda ward: {"code": _fresh(ward, to=Status.SUBMITTED).code, "reason": REASON},
    ),
    "dossier.waiting": (Action.APPROVE, lambda _: {}),
    "delegation.grant": (
        Action.MANAGE_DELEGATIONS,
        lambda _: {
            "delegate": "hung",
            "form": "tl",
            "document": "8/QĐ",
            "document_on": "2019-07-01",
            "from_on": "2019-07-01",
        },
    ),
    "delegation.revoke": (
        Action.MANAGE_DELEGATIONS,
        lambda ward: {"delegation_id": _delegation(ward), "reason": REASON},
    ),
    "delegation.list": (Action.VIEW_DELEGATIONS, lambda _: {}),
    "board.show": (Action.VIEW_BOARD, lambda _: {}),
    "register.export": (Action.EXPORT_REGISTER, lambda _: {"from": "2018-07-01", "to": "2018-07-02"}),
    "register.close": (Action.CLOSE_REGISTER, lambda _: {"year": 2018}),
    "dossier.id_numbers": (
        Action.VIEW_ID_NUMBERS,
        lambda ward: {"code": _fresh(ward).code, "reason": "đối chiếu thẻ"},
    ),
    "access.list": (Action.VERIFY, lambda _: {"from": "2019-07-18", "to": "2019-07-18"}),
    "witness.list": (Action.VERIFY, lambda _: {"from": "2019-07-18", "to": "2019-07-18"}),
    "integrity.findings": (Action.VIEW_OWN_FINDINGS, lambda _: {}),
    "report.export": (Action.EXPORT_REGISTER, lambda _: {"from": "2018-07-01", "to": "2018-07-02"}),
    "cash.show": (Action.COUNT_CASH, lambda _: {}),
    "cash.close": (Action.COUNT_CASH, lambda _: {"counted_vnd": 0, "note": REASON}),
}

#: What a role is refused for although it may do the act: it does not hold the paper, or may not sign.
FOR_ANOTHER_REASON = frozenset(
    {
        "lease_not_needed",
        "register_empty",
        "nothing_to_count",
        "not_custodian",
        "not_receiver",
        "not_giver",
        "no_authority",
        "year_not_to_declare",
    }
)
#: What nobody may do on an ordinary day of July 2019; each succeeds in the tests of its own.
IN_ITS_TIME = frozenset({"lease.declare_retired", "register.close", "cash.close", "calendar.declare_year"})
#: The command's other half, at intake before a code is spent, needs another permission.
AT_INTAKE = ("dossier.request_supplement", "dossier.refuse")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    ward = make_ward(tmp_path_factory.mktemp("roles"))
    yield ward
    ward.database.close()


def test_every_command_stands_in_the_table() -> None:
    assert set(TABLE) == set(HANDLERS)


def _user_of(ward: Ward, role: Role) -> User:
    """Return the sample user of a role; the sample ward has no head of the counter, so one is made."""
    known = next((user for user in ward.desk.reader.users() if user.roles == (role,)), None)
    if known is not None:
        return known
    made = User("u9-head", "truong", "Lý Trưởng Phòng", (role,), "mot_cua", "Trưởng bộ phận")
    with ward.desk.ledger.act(None) as act:
        act.record_unit((UserSaved(made),))
        act.save_account(Account(made, "", is_one_time=False, attempts=NO_ATTEMPTS))
    return made


def _answer(ward: Ward, name: str, role: Role, with_: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps({"do": name, "as": _user_of(ward, role).login, "at": AT, "with": with_})
    out = ward.folder / "out" if name in {"register.export", "report.export", "national.export"} else None
    given, _ = Runner(ward, Wording(), out, None).answer(text)  # type: ignore[arg-type]
    return given


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", TABLE)
def test_a_command_is_allowed_to_exactly_the_roles_of_the_matrix(shared: Ward, name: str, role: Role) -> None:
    action, with_ = TABLE[name]

    given = _answer(shared, name, role, with_(shared))

    if action in MATRIX[role]:
        assert given["ok"] or given["error"]["code"] in FOR_ANOTHER_REASON, given
    else:
        assert (given["error"]["code"], given["error"]["details"]["action"]) == ("not_permitted", action.value)


@pytest.mark.parametrize("name", TABLE)
def test_every_command_succeeds_for_somebody(shared: Ward, name: str) -> None:
    action, with_ = TABLE[name]

    given = [_answer(shared, name, role, with_(shared)) for role in Role if action in MATRIX[role]]

    assert any(each["ok"] for each in given) or name in IN_ITS_TIME, given


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", AT_INTAKE)
def test_only_the_counter_sends_citizens_home(shared: Ward, name: str, role: Role) -> None:
    applicant = {"name": "Lê Văn Tám"}

    given = _answer(shared, name, role, {"procedure": BIRTH, "applicant": applicant, "reason": REASON})

    if Action.TURN_AWAY in MATRIX[role]:
        assert given["ok"], given
    else:
        assert given["error"]["details"]["action"] == "turn_away"


@pytest.mark.parametrize("role", Role)
def test_a_second_request_for_papers_is_the_leaders(shared: Ward, role: Role) -> None:
    code = _waiting(shared, WaitKind.SUPPLEMENT)
    papers = (ComponentCount("TP02", originals=1),)
    waiting.close_wait(shared.desk, shared.user("lan"), code, CloseWait(WaitKind.SUPPLEMENT, components=papers))

    given = _answer(shared, "dossier.request_supplement", role, {"code": code, "missing": ["TP03"], "reason": REASON})

    if Action.REQUEST_SUPPLEMENT_AGAIN in MATRIX[role]:
        assert given["ok"], given
    else:
        assert given["error"]["code"] == "not_permitted"
