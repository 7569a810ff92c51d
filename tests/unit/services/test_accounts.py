from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from desktop.domain.errors import UserError
from desktop.domain.events import decode_body
from desktop.domain.facts.unit import LogInRefused, PasswordSet, SessionClosed, SessionOpened
from desktop.domain.users import Role, User
from desktop.services import accounts, staff
from desktop.services.changes import Kind
from tests.support.samples import NINE
from tests.support.wards import PASSWORD, Ward, opened

WRONG = "sai rồi"
NEW = "một mật khẩu khác hẳn"


def refusal(ward: Ward, login: str = "lan", password: str = WRONG) -> UserError:
    with pytest.raises(UserError) as caught:
        accounts.log_in(ward.desk, login, password)
    return caught.value


def facts(ward: Ward) -> list[object]:
    with ward.database._engine.begin() as connection:
        bodies = connection.exec_driver_sql("SELECT body FROM event ORDER BY position").scalars().all()
    return [decode_body(body).fact for body in bodies]


@pytest.fixture
def it(real_ward: Ward) -> User:
    return real_ward.user("quantri")


def test_the_right_password_opens_a_session(real_ward: Ward) -> None:
    session = accounts.log_in(real_ward.desk, " LAN ", PASSWORD)

    assert (session.user.login, session.opened_at, session.must_change_password) == ("lan", NINE, True)
    assert facts(real_ward)[-1] == SessionOpened(session.user.user_id, "log_in")


@pytest.mark.parametrize("how", ["log_out", "lock", "idle", "switch"])
def test_how_a_session_ended_is_recorded(real_ward: Ward, how: str) -> None:
    lan = real_ward.user("lan")

    accounts.close_session(real_ward.desk, lan, how)

    assert facts(real_ward)[-1] == SessionClosed(lan.user_id, how)


def test_a_wrong_password_is_refused_and_recorded_without_the_password(real_ward: Ward) -> None:
    assert refusal(real_ward).code == "wrong_password"
    assert facts(real_ward)[-1] == LogInRefused("lan", 1)


def test_an_unknown_login_gets_the_answer_of_a_wrong_password(real_ward: Ward) -> None:
    known, unknown = refusal(real_ward), refusal(real_ward, "nobody")

    assert (known.code, dict(known.details)) == (unknown.code, dict(unknown.details))


def test_one_time_codes_fit_in_any_spelling(real_ward: Ward, it: User) -> None:
    staff.save_user(real_ward.desk, it, real_ward.user("lan"), "ABCDE-FGHJK")

    assert accounts.log_in(real_ward.desk, "lan", "abcde fghjk").must_change_password


@pytest.mark.parametrize(
    ("failures", "code", "seconds"),
    [
        (2, "wrong_password", 0),
        (3, "log_in_delayed", 5),
        (4, "log_in_delayed", 15),
        (5, "log_in_delayed", 30),
        (6, "log_in_locked", 900),
    ],
)
def test_wrong_passwords_cost_a_wait_that_a_restart_does_not_shorten(
    real_ward: Ward, failures: int, code: str, seconds: int
) -> None:
    for n in range(failures):
        real_ward.clock.set(NINE + timedelta(hours=n))
        assert refusal(real_ward).code == "wrong_password"
    at = real_ward.clock.now()
    real_ward.database.close()

    with opened(real_ward.folder, real_ward.state, at=at) as again:
        waiting = refusal(again)
        assert waiting.code == code
        assert waiting.details.get("wait_s", 0) == seconds
        if seconds:
            again.clock.advance(timedelta(seconds=seconds - 1))
            assert refusal(again, password=PASSWORD).details["wait_s"] == 1
            again.clock.advance(timedelta(seconds=1))
            assert accounts.log_in(again.desk, "lan", PASSWORD)


def test_the_lock_is_told_in_minutes(real_ward: Ward) -> None:
    for n in range(6):
        real_ward.clock.set(NINE + timedelta(hours=n))
        refusal(real_ward)

    assert refusal(real_ward, password=PASSWORD).details["minutes"] == 15


def test_a_good_log_in_forgets_the_failures_before(real_ward: Ward) -> None:
    refusal(real_ward)
    refusal(real_ward)
    accounts.log_in(real_ward.desk, "lan", PASSWORD)
    refusal(real_ward)

    assert refusal(real_ward).code == "wrong_password"


def test_the_failures_of_one_user_do_not_delay_another(real_ward: Ward) -> None:
    for _ in range(3):
        refusal(real_ward)

    assert accounts.log_in(real_ward.desk, "hung", PASSWORD)


def test_a_clock_that_ran_ahead_does_not_lock_for_ever(real_ward: Ward) -> None:
    real_ward.clock.set(NINE + timedelta(days=3_000))
    for _ in range(3):
        refusal(real_ward)
    real_ward.clock.set(NINE)

    assert refusal(real_ward).code == "log_in_delayed"
    real_ward.clock.advance(timedelta(seconds=5))
    assert accounts.log_in(real_ward.desk, "lan", PASSWORD)


def test_a_password_is_changed_with_the_old_one(real_ward: Ward) -> None:
    lan = real_ward.user("lan")

    changes = accounts.change_password(real_ward.desk, lan, PASSWORD, NEW)

    assert changes.kinds == {Kind.USER}
    assert refusal(real_ward, password=PASSWORD).code == "wrong_password"
    assert not accounts.log_in(real_ward.desk, "lan", NEW).must_change_password
    assert PasswordSet(lan.user_id, is_one_time=False) in facts(real_ward)


def test_a_wrong_old_password_counts_like_a_wrong_log_in(real_ward: Ward) -> None:
    lan = real_ward.user("lan")
    for _ in range(3):
        with pytest.raises(UserError, match="wrong_password"):
            accounts.change_password(real_ward.desk, lan, "sai rồi", NEW)

    with pytest.raises(UserError, match="log_in_delayed"):
        accounts.change_password(real_ward.desk, lan, PASSWORD, NEW)


def test_a_weak_password_changes_nothing(real_ward: Ward) -> None:
    with pytest.raises(UserError, match="weak_password"):
        accounts.change_password(real_ward.desk, real_ward.user("lan"), PASSWORD, "12345678")

    assert accounts.log_in(real_ward.desk, "lan", PASSWORD)


def test_nobody_changes_the_password_of_a_user_the_database_does_not_know(real_ward: Ward) -> None:
    with pytest.raises(UserError, match="user_unknown"):
        accounts.change_password(real_ward.desk, User("x", "ai", "Ai", (Role.IT,)), PASSWORD, NEW)


def test_a_new_user_comes_in_with_his_code(real_ward: Ward, it: User) -> None:
    new = User("id-moi", "moi", "Người Mới", (Role.RECEPTION,))

    staff.save_user(real_ward.desk, it, new, "ABCDE-FGHJK")

    assert accounts.log_in(real_ward.desk, "moi", "ABCDE-FGHJK").user == new
    assert new in real_ward.desk.reader.users()


@pytest.mark.parametrize(
    ("user", "code"),
    [
        (User("id", "moi", "Mới", ()), "no_role"),
        (User("id", "moi", "Mới", (Role.RECEPTION,)), "code_needed"),
        (User("id", "lan", "Mới", (Role.RECEPTION,)), "login_taken"),
        (User("id", "Moi", "Mới", (Role.RECEPTION,)), "bad_login"),
        (User("id", "người mới", "Mới", (Role.RECEPTION,)), "bad_login"),
        (User("id", "recovery", "Mới", (Role.RECEPTION,)), "bad_login"),
    ],
)
def test_a_user_nobody_could_log_in_as_is_not_saved(real_ward: Ward, it: User, user: User, code: str) -> None:
    with pytest.raises(UserError) as caught:
        staff.save_user(real_ward.desk, it, user)

    assert caught.value.code == code
    assert user not in real_ward.desk.reader.users()


def test_a_changed_user_keeps_his_password(real_ward: Ward, it: User) -> None:
    changed = replace(real_ward.user("lan"), name="Nguyễn Thị Lan Anh", roles=(Role.CASHIER,))

    staff.save_user(real_ward.desk, it, changed)

    assert accounts.log_in(real_ward.desk, "lan", PASSWORD).user == changed


def test_another_login_gives_nobody_rights_of_his_own_making(real_ward: Ward, it: User) -> None:
    more = replace(it, login="quantri2", roles=(*it.roles, Role.CHAIR))

    with pytest.raises(UserError, match="own_account"):
        staff.save_user(real_ward.desk, it, more, "ABCDE-FGHJK")

    assert it in real_ward.desk.reader.users()


def test_a_user_under_another_login_keeps_his_password(real_ward: Ward, it: User) -> None:
    renamed = replace(real_ward.user("lan"), login="lan2")

    staff.save_user(real_ward.desk, it, renamed)

    assert accounts.log_in(real_ward.desk, "lan2", PASSWORD).user == renamed
    assert refusal(real_ward, "lan", PASSWORD).code == "wrong_password"


def test_a_user_who_left_stays_in_the_history_and_comes_in_no_more(real_ward: Ward, it: User) -> None:
    left = replace(real_ward.user("lan"), is_active=False)

    staff.save_user(real_ward.desk, it, left)

    assert refusal(real_ward, password=PASSWORD).code == "user_inactive"
    assert refusal(real_ward, password="sai rồi").code == "wrong_password"
    assert left in real_ward.desk.reader.users()
    with pytest.raises(UserError, match="user_inactive"):
        accounts.user_of(real_ward.desk, "lan")


def test_a_training_user_is_chosen_by_name(ward: Ward) -> None:
    assert accounts.user_of(ward.desk, "lan").roles == (Role.RECEPTION,)
    with pytest.raises(UserError, match="user_unknown"):
        accounts.user_of(ward.desk, "nobody")


def test_a_real_user_without_a_password_is_not_let_in(real_ward: Ward) -> None:
    with real_ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login = 'lan'")

    assert refusal(real_ward, password="").code == "wrong_password"


def test_passwords_stay_out_of_the_log(real_ward: Ward, it: User) -> None:
    staff.save_user(real_ward.desk, it, real_ward.user("lan"), "ABCDE-FGHJK")
    accounts.change_password(real_ward.desk, real_ward.user("lan"), "ABCDE-FGHJK", NEW)
    refusal(real_ward, password="bí mật sai")

    with real_ward.database._engine.begin() as connection:
        whole = b"".join(connection.exec_driver_sql("SELECT body FROM event").scalars())
    assert not any(secret.encode() in whole for secret in (NEW, "ABCDE-FGHJK", "bí mật sai", "$argon2"))


def test_acts_are_stamped_by_the_injected_clock(real_ward: Ward) -> None:
    real_ward.clock.set(datetime.fromisoformat("2020-01-02T08:00:00+07:00"))

    assert accounts.log_in(real_ward.desk, "lan", PASSWORD).opened_at.isoformat() == "2020-01-02T01:00:00+00:00"
