"""Every service function against every role, exactly as the matrix of ``desktop.domain.users`` says."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

import desktop.services
from desktop.domain.commands import Correct, MarkResultReady, ReturnResult, TakeFee
from desktop.domain.dossiers import Dossier, FeeMethod, Proof, Relation
from desktop.domain.errors import UserError
from desktop.domain.users import MATRIX, Action, Role, User
from desktop.services import accounts, drafts, follow, leases, look_up, papers, receive, work_list
from desktop.services.ports import DossierFilter, JobState
from tests.support.wards import Ward, command, make_ward, person

_numbers = count(1)
#: How many events each preparation of a call has written.
_prepared: list[int] = []


def fresh(ward: Ward, *, ready: bool = False) -> Dossier:
    """Return a new dossier that owes 8.000 đồng."""
    before = ward.database.ledger.head.seq
    dossier = ward.receive(owner=person(next(_numbers)), **_paying(ward))
    if ready:
        follow.mark_result_ready(ward.desk, ward.user("hung"), dossier.code, MarkResultReady())
    _prepared.append(ward.database.ledger.head.seq - before)
    return dossier


def _paying(ward: Ward) -> dict[str, object]:
    of = command(ward.desk, "2.000635")
    return {"procedure": of.procedure, "components": of.components}


def do_receive(ward: Ward, user: User) -> None:
    receive.receive(ward.desk, user, command(ward.desk, owner=person(next(_numbers))))


def do_preview(ward: Ward, user: User) -> None:
    receive.preview(ward.desk, user, command(ward.desk))


def do_correct(ward: Ward, user: User) -> None:
    follow.correct(ward.desk, user, fresh(ward).code, Correct({"note": "mới"}, "ghi thiếu"))


def do_print_receipt(ward: Ward, user: User) -> None:
    follow.print_receipt(ward.desk, user, fresh(ward).code, "A4")


def do_take_fee(ward: Ward, user: User) -> None:
    follow.take_fee(ward.desk, user, fresh(ward).code, TakeFee(1_000, FeeMethod.CASH))


def do_mark_result_ready(ward: Ward, user: User) -> None:
    follow.mark_result_ready(ward.desk, user, fresh(ward).code, MarkResultReady())


def do_return_result(ward: Ward, user: User) -> None:
    dossier = fresh(ward, ready=True)
    given = ReturnResult(dossier.owner, Relation.OWNER, Proof.SIGNATURE, "ký", paid_vnd=dossier.owed_vnd)
    follow.return_result(ward.desk, user, dossier.code, given)


def do_show(ward: Ward, user: User) -> None:
    look_up.show(ward.desk, user, fresh(ward).code)


def do_cards(ward: Ward, user: User) -> None:
    look_up.cards(ward.desk, user, DossierFilter(), at_or_before=9, limit=1)


def do_settle_job(ward: Ward, user: User) -> None:
    papers.settle_job(ward.desk, user, ward.desk.reader.jobs(JobState.WAITING)[0].job_id, JobState.PRINTED)


def do_save_user(ward: Ward, user: User) -> None:
    login = f"moi{next(_numbers)}"
    accounts.save_user(ward.desk, user, User(f"id-{login}", login, "Mới", (Role.RECEPTION,)), "ABCDE-FGHJK")


def do_declare_old_pc_retired(ward: Ward, user: User) -> None:
    try:
        leases.declare_old_pc_retired(ward.desk, user, "máy cũ đã hỏng")
    except UserError as refusal:
        # This ward has its own numbers: whoever may declare is refused for that alone.
        if refusal.code != "lease_not_needed":
            raise


#: Service function → the action it needs, and a call of it that succeeds when the action is allowed.
TABLE: dict[str, tuple[Action, Callable[[Ward, User], object]]] = {
    "receive.receive": (Action.RECEIVE, do_receive),
    "receive.preview": (Action.RECEIVE, do_preview),
    "follow.correct": (Action.CORRECT, do_correct),
    "follow.print_receipt": (Action.PRINT_RECEIPT, do_print_receipt),
    "follow.take_fee": (Action.TAKE_FEE, do_take_fee),
    "follow.mark_result_ready": (Action.MARK_RESULT_READY, do_mark_result_ready),
    "follow.return_result": (Action.RETURN_RESULT, do_return_result),
    "look_up.show": (Action.VIEW_DOSSIERS, do_show),
    "look_up.search": (Action.VIEW_DOSSIERS, lambda ward, user: look_up.search(ward.desk, user, "tran")),
    "look_up.positions": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: look_up.positions(ward.desk, user, DossierFilter()),
    ),
    "look_up.cards": (Action.VIEW_DOSSIERS, do_cards),
    "look_up.preview_correction": (
        Action.CORRECT,
        lambda ward, user: look_up.preview_correction(
            ward.desk, user, fresh(ward).code, Correct({"note": "mới"}, "ghi thiếu")
        ),
    ),
    "look_up.anchors": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: look_up.anchors(ward.desk, user, DossierFilter(), 128),
    ),
    "work_list.open_work": (Action.VIEW_DOSSIERS, lambda ward, user: work_list.open_work(ward.desk, user, 5)),
    "work_list.count_open_work": (
        Action.VIEW_DOSSIERS,
        lambda ward, user: work_list.count_open_work(ward.desk, user),
    ),
    "leases.declare_old_pc_retired": (Action.CONFIGURE_UNIT, do_declare_old_pc_retired),
    "papers.open_jobs": (Action.PRINT_RECEIPT, lambda ward, user: papers.open_jobs(ward.desk, user)),
    "papers.settle_job": (Action.PRINT_RECEIPT, do_settle_job),
    "drafts.keep_draft": (Action.KEEP_DRAFT, lambda ward, user: drafts.keep_draft(ward.desk, user, "p", "x")),
    "drafts.kept_draft": (Action.KEEP_DRAFT, lambda ward, user: drafts.kept_draft(ward.desk, user, "p")),
    "accounts.save_user": (Action.MANAGE_USERS, do_save_user),
}

#: Service functions that ask for no action, and why.
OPEN = {
    "accounts.log_in": "it makes the user known",
    "accounts.close_session": "everybody may leave",
    "accounts.change_password": "everybody's own, with the old one",
    "accounts.user_of": "names a user of a training database",
    "clock_check.confirm_clock": "whoever works at the PC looks at its clock",
    "clock_check.clock_doubt": "whoever works at the PC looks at its clock",
    "leases.has_official_codes": "says what the next receipt will show",
    "look_up.custodian_name": "a section's or colleague's name",
    "papers.paper_for": "takes a job that open_jobs or an act gave out",
    "papers.paper_of": "takes a job that open_jobs or an act gave out",
    "papers.receipt_of": "takes a dossier that was shown or made",
    "papers.return_slip_of": "takes a dossier that was shown or made",
    "receive.find_procedure": "the published catalogue",
    "receive.rules_at": "the published rules",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Give one ward for the whole table, with a print job in it."""
    path: Path = tmp_path_factory.mktemp("permissions")
    ward = make_ward(path)
    for _ in range(8):
        fresh(ward)
    yield ward
    ward.database.close()


def use_cases() -> set[str]:
    """Name every use case of the services package: what is handed a desk."""
    found = set()
    for module in pkgutil.iter_modules(desktop.services.__path__):
        loaded = importlib.import_module(f"desktop.services.{module.name}")
        found |= {
            f"{module.name}.{name}"
            for name, each in inspect.getmembers(loaded, inspect.isfunction)
            if each.__module__ == loaded.__name__
            and not name.startswith("_")
            and "desk" in inspect.signature(each).parameters
        }
    return found


def test_every_use_case_stands_in_the_table_or_says_why_not() -> None:
    assert use_cases() == set(TABLE) | set(OPEN)
    assert not set(TABLE) & set(OPEN)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", TABLE)
def test_a_function_is_allowed_to_exactly_the_roles_of_the_matrix(shared: Ward, name: str, role: Role) -> None:
    action, call = TABLE[name]
    user = next(user for user in shared.desk.reader.users() if user.roles == (role,))
    _prepared.clear()
    before = shared.database.ledger.head.seq

    if action in MATRIX[role]:
        call(shared, user)
        return
    with pytest.raises(UserError) as caught:
        call(shared, user)

    assert (caught.value.code, caught.value.details["action"]) == ("not_permitted", action.value)
    # What the call prepared as other users is there; the refused act added nothing.
    assert shared.database.ledger.head.seq - before == sum(_prepared)


@pytest.mark.parametrize("name", TABLE)
def test_a_user_who_left_is_refused_everywhere(shared: Ward, name: str) -> None:
    left = replace(shared.user("lan"), roles=tuple(Role), is_active=False)

    with pytest.raises(UserError) as caught:
        TABLE[name][1](shared, left)

    assert caught.value.code == "user_inactive"


@pytest.mark.parametrize("role", Role)
def test_id_numbers_are_shown_to_those_who_need_them(shared: Ward, role: Role) -> None:
    user = next(user for user in shared.desk.reader.users() if user.roles == (role,))

    shown = look_up.shown_id_number(user, "079090012345")

    assert shown == ("079090012345" if Action.VIEW_ID_NUMBERS in MATRIX[role] else "079******345")
