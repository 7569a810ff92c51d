from dataclasses import replace
from datetime import timedelta

import pytest

from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.errors import AppError, UserError
from desktop.domain.events import decode_body
from desktop.domain.facts.unit import PasswordSet, UserSaved
from desktop.domain.users import Role, User
from desktop.domain.way_commands import AssignCustody
from desktop.services import accounts, handing, receive, staff
from desktop.services.changes import Kind
from desktop.services.staff import Held, Person
from tests.support.samples import NINE
from tests.support.wards import PASSWORD, Ward, command, person

CODE = "ABCDE-FGHJK"
BINH = Person("  Trần   Văn Bình ", (Role.SPECIALIST, Role.HEAD), "tu_phap", " Công chức ")


@pytest.fixture
def it(real_ward: Ward) -> User:
    return real_ward.user("quantri")


def facts(ward: Ward) -> list[object]:
    with ward.database._engine.begin() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM event ORDER BY position").scalars().all()
    return [decode_body(body).fact for body in bodies]


def refused(call: object, *arguments: object) -> str:
    with pytest.raises(AppError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value.code


def give(ward: Ward, code: str, login: str) -> None:
    """Let a leader give a dossier to somebody."""
    to = Custodian(CustodianKind.USER, ward.user(login).user_id)
    handing.assign_custody(ward.desk, ward.user("chutich"), code, AssignCustody(to, "phân công lại"))


# Adding


def test_a_new_user_is_recorded_and_comes_in_with_his_code(real_ward: Ward, it: User) -> None:
    user, changes = staff.add_user(real_ward.desk, it, " Binh ", BINH, CODE)

    assert (user.login, user.name, user.title) == ("binh", "Trần Văn Bình", "Công chức")
    assert facts(real_ward)[-2:] == [UserSaved(user), PasswordSet(user.user_id, is_one_time=True)]
    assert changes.kinds == {Kind.USER}
    session = accounts.log_in(real_ward.desk, "binh", CODE)
    assert (session.user, session.must_change_password) == (user, True)


def test_a_new_user_of_a_training_ward_needs_no_code(ward: Ward) -> None:
    user, _ = staff.add_user(ward.desk, ward.user("quantri"), "binh", BINH, "")

    assert accounts.log_in(ward.desk, "binh", "").user == user


@pytest.mark.parametrize(
    ("login", "person", "code"),
    [
        ("binh", replace(BINH, name="  "), "missing_name"),
        ("binh", replace(BINH, section="khong_co"), "unknown_section"),
        ("binh", replace(BINH, roles=()), "no_role"),
        ("lan", BINH, "login_taken"),
        ("bình", BINH, "bad_login"),
    ],
)
def test_a_person_who_could_not_work_is_not_added(
    real_ward: Ward, it: User, login: str, person: Person, code: str
) -> None:
    before = real_ward.desk.reader.users()

    assert refused(staff.add_user, real_ward.desk, it, login, person, CODE) == code
    assert real_ward.desk.reader.users() == before


# Changing


def test_a_changed_user_keeps_login_and_password(real_ward: Ward, it: User) -> None:
    lan = real_ward.user("lan")

    changed, _ = staff.change_user(real_ward.desk, it, lan.user_id, replace(BINH, roles=(Role.CASHIER,)))

    assert (changed.user_id, changed.login, changed.roles) == (lan.user_id, "lan", (Role.CASHIER,))
    assert accounts.log_in(real_ward.desk, "lan", PASSWORD).user == changed


def test_nobody_changes_his_own_roles(real_ward: Ward, it: User) -> None:
    more = Person(it.name, (*it.roles, Role.CHAIR), it.section, it.title)

    assert refused(staff.change_user, real_ward.desk, it, it.user_id, more) == "own_account"
    assert real_ward.user("quantri").roles == (Role.IT,)


def test_everybody_may_mend_his_own_title(real_ward: Ward, it: User) -> None:
    staff.change_user(real_ward.desk, it, it.user_id, Person(it.name, it.roles, it.section, "Công chức CNTT"))

    assert real_ward.user("quantri").title == "Công chức CNTT"


# Leaving


def test_the_last_administrator_at_work_stays(real_ward: Ward, it: User) -> None:
    assert refused(staff.deactivate, real_ward.desk, it, it.user_id) == "last_it_user"
    second, _ = staff.add_user(real_ward.desk, it, "binh", replace(BINH, roles=(Role.IT,)), CODE)
    assert refused(staff.deactivate, real_ward.desk, it, it.user_id) == "own_account"

    staff.deactivate(real_ward.desk, second, it.user_id)

    assert refused(staff.deactivate, real_ward.desk, second, second.user_id) == "last_it_user"
    less = replace(BINH, roles=(Role.SPECIALIST,))
    assert refused(staff.change_user, real_ward.desk, second, second.user_id, less) == "last_it_user"


@pytest.mark.parametrize("change", [{"roles": (Role.CASHIER,)}, {"section": "tu_phap"}], ids=["roles", "section"])
def test_a_session_with_former_rights_acts_no_more_and_can_be_left(
    real_ward: Ward, it: User, change: dict[str, object]
) -> None:
    lan = accounts.log_in(real_ward.desk, "lan", PASSWORD).user
    now = replace(Person(lan.name, lan.roles, lan.section, lan.title), **change)  # type: ignore[arg-type]

    staff.change_user(real_ward.desk, it, lan.user_id, now)

    with pytest.raises(UserError, match="rights_changed"):
        receive.receive(real_ward.desk, lan, command(real_ward.desk))
    accounts.close_session(real_ward.desk, lan, "log_out")
    assert accounts.log_in(real_ward.desk, "lan", PASSWORD).user.roles == now.roles


def test_a_deactivated_user_is_let_in_no_more_and_his_open_session_acts_no_more(real_ward: Ward, it: User) -> None:
    lan = accounts.log_in(real_ward.desk, "lan", PASSWORD).user

    staff.deactivate(real_ward.desk, it, lan.user_id)

    with pytest.raises(UserError, match="user_inactive"):
        real_ward.receive()
    with pytest.raises(UserError, match="user_inactive"), real_ward.desk.ledger.act(lan):
        pass
    assert refused(accounts.log_in, real_ward.desk, "lan", PASSWORD) == "user_inactive"
    assert refused(staff.deactivate, real_ward.desk, it, lan.user_id) == "user_was_inactive"


def test_the_session_of_a_deactivated_user_is_still_closed_in_the_log(real_ward: Ward, it: User) -> None:
    lan = accounts.log_in(real_ward.desk, "lan", PASSWORD).user
    staff.deactivate(real_ward.desk, it, lan.user_id)
    before = len(facts(real_ward))

    accounts.close_session(real_ward.desk, lan, "log_out")

    assert len(facts(real_ward)) == before + 1


def test_a_user_who_comes_back_needs_a_fresh_code(real_ward: Ward, it: User) -> None:
    lan = real_ward.user("lan")
    staff.deactivate(real_ward.desk, it, lan.user_id)
    assert refused(staff.reactivate, real_ward.desk, it, lan.user_id, "") == "code_needed"

    staff.reactivate(real_ward.desk, it, lan.user_id, CODE)

    assert refused(accounts.log_in, real_ward.desk, "lan", PASSWORD) == "wrong_password"
    assert accounts.log_in(real_ward.desk, "lan", CODE).must_change_password


# Passwords


def test_a_reset_password_is_a_code_that_works_once_and_ends_every_wait(real_ward: Ward, it: User) -> None:
    for _ in range(3):
        refused(accounts.log_in, real_ward.desk, "lan", "sai rồi")
    assert refused(accounts.log_in, real_ward.desk, "lan", PASSWORD) == "log_in_delayed"

    staff.reset_password(real_ward.desk, it, real_ward.user("lan").user_id, CODE)

    assert accounts.log_in(real_ward.desk, "lan", CODE).must_change_password
    assert refused(accounts.log_in, real_ward.desk, "lan", PASSWORD) == "wrong_password"


@pytest.mark.parametrize(("login", "code"), [("quantri", "own_account"), ("ai", "user_unknown")])
def test_a_password_is_reset_only_for_somebody_else_who_is_there(
    real_ward: Ward, it: User, login: str, code: str
) -> None:
    user_id = it.user_id if login == it.login else login

    assert refused(staff.reset_password, real_ward.desk, it, user_id, CODE) == code


def test_nobody_gives_himself_a_code_by_another_way_either(real_ward: Ward, it: User) -> None:
    desk = real_ward.desk

    assert refused(staff.reactivate, desk, it, it.user_id, CODE) == "own_account"
    assert refused(staff.save_user, desk, it, it, CODE) == "own_account"

    stored = desk.reader.account(it.login)
    assert stored is not None
    assert not desk.passwords.verify_password(stored.password_hash, CODE)


# Unknown names


@pytest.mark.parametrize("failures", [2, 3, 6])
def test_an_unknown_name_waits_exactly_as_a_known_one(real_ward: Ward, failures: int) -> None:
    answers: dict[str, list[object]] = {"lan": [], "khongai": []}
    for n in range(failures):
        real_ward.clock.set(NINE + timedelta(hours=n))
        for login in answers:
            refused(accounts.log_in, real_ward.desk, login, "sai rồi")

    for login, told in answers.items():
        for later_s in (0, 4, 20, 1_000):
            real_ward.clock.set(NINE + timedelta(hours=failures - 1, seconds=later_s))
            with pytest.raises(UserError) as caught:
                accounts.log_in(real_ward.desk, login, "sai rồi")
            told.append((caught.value.code, dict(caught.value.details)))

    assert answers["lan"] == answers["khongai"]


def test_the_waits_of_one_unknown_name_do_not_delay_another(real_ward: Ward) -> None:
    for _ in range(3):
        refused(accounts.log_in, real_ward.desk, "khongai", "x")

    assert refused(accounts.log_in, real_ward.desk, "khongai", "x") == "log_in_delayed"
    assert refused(accounts.log_in, real_ward.desk, "chualaai", "x") == "wrong_password"


def test_a_clock_that_ran_ahead_does_not_lock_an_unknown_name_for_ever(real_ward: Ward) -> None:
    real_ward.clock.set(NINE + timedelta(days=3_000))
    for _ in range(3):
        refused(accounts.log_in, real_ward.desk, "khongai", "x")
    real_ward.clock.set(NINE)
    assert refused(accounts.log_in, real_ward.desk, "khongai", "x") == "log_in_delayed"

    real_ward.clock.advance(timedelta(seconds=5))

    assert refused(accounts.log_in, real_ward.desk, "khongai", "x") == "wrong_password"


def test_what_was_typed_as_an_unknown_name_stays_out_of_the_log(real_ward: Ward) -> None:
    refused(accounts.log_in, real_ward.desk, "matkhaucualan", "x")

    with real_ward.database._engine.begin() as connection:
        whole = b"".join(connection.exec_driver_sql("SELECT body FROM event").scalars())
        kept = "".join(connection.exec_driver_sql("SELECT key || value FROM meta").scalars())
    assert b"matkhaucualan" not in whole
    assert "matkhaucualan" not in kept
    assert real_ward.verify().is_clean


# What somebody who leaves still holds


def test_what_a_user_holds_is_counted_by_the_section_that_solves_it(real_ward: Ward, it: User) -> None:
    for n in range(3):
        give(real_ward, real_ward.receive(owner=person(n)).code, "hung" if n else "lan")
    hung = real_ward.user("hung")

    held = staff.held_by(real_ward.desk, it, hung.user_id)

    assert held == (Held("tu_phap", "Tư pháp - Hộ tịch", 2),)


def test_a_leader_sees_what_people_who_left_still_hold_and_gives_it_on(real_ward: Ward, it: User) -> None:
    chair, hung = real_ward.user("chutich"), real_ward.user("hung")
    code = real_ward.receive().code
    give(real_ward, code, "hung")
    assert staff.left_behind(real_ward.desk, chair) == ()
    staff.deactivate(real_ward.desk, it, hung.user_id)

    left = staff.left_behind(real_ward.desk, chair)
    give(real_ward, code, "lan")

    assert [(each.card.code, each.holder.login) for each in left] == [(code, "hung")]
    assert staff.left_behind(real_ward.desk, chair) == ()


def test_the_administrator_does_not_see_which_dossiers_somebody_left(real_ward: Ward, it: User) -> None:
    assert refused(staff.left_behind, real_ward.desk, it) == "not_permitted"


def test_users_at_work_come_first_by_given_name(real_ward: Ward, it: User) -> None:
    staff.deactivate(real_ward.desk, it, real_ward.user("chutich").user_id)

    names = [user.name for user in staff.staff(real_ward.desk, it)]

    assert names[:2] == ["Bùi Ngọc Ánh", "Võ Thị Hạnh"]
    assert names[-1] == "Phạm Văn Minh"
