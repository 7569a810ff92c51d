"""The last administrator comes in again by the recovery key, and the log tells."""

import json
from dataclasses import replace

import pytest

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role, User
from desktop.services import accounts, rescuing
from desktop.services.records import Account
from desktop.services.witnessing import Witness
from desktop.storage.engine import connect_raw
from tests.support.wards import KEY, Ward

CODE = "ABCDE-FGHJK"


def logged(ward: Ward) -> list[str]:
    connection = connect_raw(ward.folder / "motcua.db", KEY, read_only=True)
    bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM event ORDER BY position")]
    connection.close()
    return [body["fact"]["how"] for body in bodies if body["type"] == "session.opened"]


def test_an_it_officer_who_forgot_his_password_gets_a_code(real_ward: Ward) -> None:
    for _ in range(6):
        real_ward.clock.set(real_ward.clock.now())
        with pytest.raises(UserError):
            accounts.log_in(real_ward.desk, "quantri", "sai")

    rescuing.rescue(real_ward.desk, " QuanTri ", CODE)

    assert logged(real_ward) == ["recovery_key"]
    assert accounts.log_in(real_ward.desk, "quantri", CODE).must_change_password


def test_an_it_officer_who_had_left_comes_back(real_ward: Ward) -> None:
    gone = replace(real_ward.user("quantri"), is_active=False)
    with real_ward.desk.ledger.act(None) as act:
        act.record_unit((UserSaved(gone),))

    assert rescuing.rescue(real_ward.desk, "quantri", CODE).is_active


def test_who_left_does_not_come_back_by_the_paper_while_another_it_officer_is_at_work(real_ward: Ward) -> None:
    gone = replace(real_ward.user("lan"), roles=(Role.IT,), is_active=False)
    with real_ward.desk.ledger.act(None) as act:
        act.record_unit((UserSaved(gone),))

    with pytest.raises(UserError, match="user_inactive"):
        rescuing.rescue(real_ward.desk, "lan", CODE)

    assert not real_ward.user("lan").is_active


@pytest.mark.parametrize(("login", "code"), [("chutich", "not_permitted"), ("ai", "user_unknown")])
def test_nobody_else_comes_in_by_the_paper(real_ward: Ward, login: str, code: str) -> None:
    before = real_ward.database.ledger.head.seq

    with pytest.raises(UserError, match=code):
        rescuing.rescue(real_ward.desk, login, CODE)

    assert real_ward.database.ledger.head.seq == before


# Standing by a recovery

OWN = "mật khẩu tự đặt"


def account(login: str, role: Role, hashed: str = OWN, *, is_one_time: bool = False, is_active: bool = True) -> Account:
    user = User(f"u-{login}", login, login.title(), (role,), is_active=is_active)
    return Account(user, hashed, is_one_time, NO_ATTEMPTS)


COPY = (
    account("chutich", Role.CHAIR),
    account("quantri", Role.IT),
    account("lan", Role.RECEPTION),
    account("moi", Role.HEAD, is_one_time=True),
    account("khac", Role.VICE_CHAIR, ""),
    account("cu", Role.VICE_CHAIR, is_active=False),
)


def stood_by(
    *logins: str, password: str = OWN, has_paper: bool = False, known: tuple[Account, ...] = COPY
) -> list[str]:
    people = [Witness(login, password) for login in logins]
    users = rescuing.stand_by_recovery(known, people, lambda hashed, text: hashed == text, has_paper=has_paper)
    return [user.login for user in users]


def test_two_people_or_one_and_the_paper_stand_by_a_recovery() -> None:
    assert stood_by("chutich", " QuanTri ") == ["chutich", "quantri"]
    assert stood_by("quantri", has_paper=True) == ["quantri"]


@pytest.mark.parametrize(
    ("logins", "password", "has_paper", "code"),
    [
        ((), OWN, False, "recovery_needs_two"),
        ((), OWN, True, "recovery_needs_two"),
        (("chutich",), OWN, False, "recovery_needs_two"),
        (("chutich", "ChuTich"), OWN, False, "recovery_needs_two"),
        (("chutich", "quantri"), "sai", False, "wrong_password"),
        (("chutich", "khac"), OWN, False, "wrong_password"),
        (("chutich", "ai"), OWN, False, "user_unknown"),
        (("chutich", "lan"), OWN, False, "not_permitted"),
        (("chutich", "cu"), OWN, False, "user_inactive"),
        (("chutich", "moi"), OWN, True, "witness_without_password"),
    ],
)
def test_less_than_two_stand_by_no_recovery(logins: tuple[str, ...], password: str, has_paper: bool, code: str) -> None:
    with pytest.raises(UserError, match=code):
        stood_by(*logins, password=password, has_paper=has_paper)


def test_a_copy_in_which_nobody_has_begun_to_work_is_taken_by_anybody() -> None:
    assert stood_by(known=COPY[2:]) == []


def test_who_stood_by_a_recovery_stands_in_the_log(real_ward: Ward) -> None:
    rescuing.note_recovery(real_ward.desk, [real_ward.user("chutich"), real_ward.user("quantri")])

    assert logged(real_ward) == ["recovery", "recovery"]
