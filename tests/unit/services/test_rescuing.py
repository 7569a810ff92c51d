"""The last administrator comes in again by the recovery key, and the log tells."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role, User
from desktop.services import accounts, rescuing, staff, witnessing
from desktop.services.records import Account
from desktop.services.way_port import WayReader
from desktop.services.witnessing import Witness
from desktop.storage.engine import connect_raw
from tests.support.wards import KEY, PASSWORD, Ward

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


# Who else is there

OWN = "mật khẩu tự đặt"
CHAIR, VICE = Witness("chutich", OWN), Witness(" PhoChuTich", OWN)


def come_in(ward: Ward, *logins: str) -> None:
    """Let people set passwords of their own at this PC, and begin to work."""
    for login in logins:
        accounts.change_password(ward.desk, ward.user(login), PASSWORD, OWN)
        accounts.log_in(ward.desk, login, OWN)


def refused(ward: Ward, *people: Witness) -> UserError:
    before = ward.desk.reader.account("quantri")
    with pytest.raises(UserError) as caught:
        rescuing.rescue(ward.desk, "quantri", CODE, people)
    assert ward.desk.reader.account("quantri") == before
    return caught.value


def let_in_by(ward: Ward) -> tuple[str, str]:
    """Return who gave the last code and who stood by that, as the log says."""
    event = ward.desk.reader.last_of_type("user.saved")
    assert event is not None
    assert isinstance(event.fact, UserSaved)
    logins = {user.user_id: user.login for user in ward.desk.reader.users()} | {"": ""}
    return logins[event.envelope.actor], logins[event.fact.witness]


def test_an_it_officers_account_is_not_taken_over_by_the_paper_while_others_are_there(real_ward: Ward) -> None:
    """One who could vouch himself may hold the paper: so another one has to be there as well."""
    come_in(real_ward, "quantri", "chutich", "phochutich", "lan")

    error = refused(real_ward)

    assert (error.code, error.details["count"]) == ("rescue_needs_people", 2)
    assert error.details["names"] == ", ".join(real_ward.user(login).name for login in ("chutich", "phochutich"))
    for too_few in ((CHAIR,), (CHAIR, CHAIR)):
        error = refused(real_ward, *too_few)
        assert (error.code, error.details) == (
            "rescue_needs_people",
            {"names": real_ward.user("phochutich").name, "count": 1},
        )
    assert accounts.log_in(real_ward.desk, "quantri", OWN).must_change_password is False

    rescuing.rescue(real_ward.desk, "quantri", CODE, (CHAIR, VICE))

    assert let_in_by(real_ward) == ("chutich", "phochutich")
    assert accounts.log_in(real_ward.desk, "quantri", CODE).must_change_password
    assert real_ward.verify().is_clean


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (Witness("quantri", OWN), "witness_is_actor"),
        (Witness("phochutich", "sai"), "wrong_password"),
        (Witness("lan", OWN), "not_permitted"),
        (Witness("ai", OWN), "user_unknown"),
    ],
)
def test_nobody_else_stands_by_a_rescue(real_ward: Ward, second: Witness, code: str) -> None:
    come_in(real_ward, "quantri", "chutich", "phochutich", "lan")

    assert refused(real_ward, CHAIR, second).code == code


def test_where_one_is_there_he_stands_by_it_and_by_nothing_else_with_the_officer_for_a_week(real_ward: Ward) -> None:
    """He may hold the paper and use the code himself."""
    come_in(real_ward, "quantri", "chutich")
    accounts.change_password(real_ward.desk, real_ward.user("phochutich"), PASSWORD, OWN)
    assert refused(real_ward).details["count"] == 1

    rescuing.rescue(real_ward.desk, "quantri", CODE, (CHAIR,))
    accounts.change_password(real_ward.desk, real_ward.user("quantri"), CODE, OWN)

    assert let_in_by(real_ward) == ("chutich", "")
    it, chair, vice = (real_ward.user(login) for login in ("quantri", "chutich", "phochutich"))
    for actor, witness in ((it, CHAIR), (chair, Witness("quantri", OWN))):
        with pytest.raises(UserError, match="witness_just_let_in"):
            witnessing.proven(real_ward.desk, actor, witness)
    assert witnessing.proven(real_ward.desk, it, VICE) == vice.user_id
    real_ward.clock.advance(timedelta(days=7))
    assert witnessing.proven(real_ward.desk, it, CHAIR) == chair.user_id


def test_the_officer_two_let_in_stands_by_things_with_them_at_once(real_ward: Ward) -> None:
    come_in(real_ward, "quantri", "chutich", "phochutich")

    rescuing.rescue(real_ward.desk, "quantri", CODE, (CHAIR, VICE))
    accounts.change_password(real_ward.desk, real_ward.user("quantri"), CODE, OWN)

    assert witnessing.proven(real_ward.desk, real_ward.user("quantri"), CHAIR)


def test_a_ward_is_not_shut_out_when_all_left_or_forgot_their_passwords(real_ward: Ward) -> None:
    come_in(real_ward, "quantri", "chutich", "phochutich")
    real_ward.clock.advance(timedelta(days=6, hours=23))
    assert refused(real_ward).code == "rescue_needs_people"

    real_ward.clock.advance(timedelta(hours=2))
    rescuing.rescue(real_ward.desk, "quantri", CODE)

    assert let_in_by(real_ward) == ("", "")
    assert logged(real_ward)[-1] == "recovery_key"


def test_who_left_or_has_a_code_only_is_not_there(real_ward: Ward) -> None:
    come_in(real_ward, "chutich", "phochutich")
    hashed = real_ward.desk.passwords.hash_password(CODE)
    with real_ward.desk.ledger.act(None) as act:
        act.record_unit((UserSaved(replace(real_ward.user("chutich"), is_active=False)),))
        act.save_account(Account(real_ward.user("phochutich"), hashed, is_one_time=True, attempts=NO_ATTEMPTS))

    assert refused(real_ward, VICE).code == "witness_without_password"
    assert rescuing.rescue(real_ward.desk, "quantri", CODE)


def test_who_came_in_by_a_code_of_one_may_be_that_one_and_does_not_count(real_ward: Ward) -> None:
    come_in(real_ward, "quantri", "chutich")
    with real_ward.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE account SET password_hash = '' WHERE login = 'chutich'")
    staff.reset_password(real_ward.desk, real_ward.user("quantri"), real_ward.user("phochutich").user_id, CODE)
    accounts.change_password(real_ward.desk, real_ward.user("phochutich"), CODE, OWN)
    accounts.log_in(real_ward.desk, "phochutich", OWN)

    assert refused(real_ward, VICE).code == "witness_new_here"
    assert rescuing.rescue(real_ward.desk, "quantri", CODE)


class AtAnotherPc:
    """Read the same log at another PC."""

    def __init__(self, way: WayReader) -> None:
        self._way = way

    def __getattr__(self, name: str) -> object:
        return getattr(self._way, name)

    def own_replica(self) -> str:
        return "another PC"


def test_who_came_in_at_another_pc_is_not_here(real_ward: Ward) -> None:
    come_in(real_ward, "chutich", "phochutich")
    elsewhere = replace(real_ward.desk, way=cast("WayReader", AtAnotherPc(real_ward.desk.way)))

    assert rescuing.rescue(elsewhere, "quantri", CODE)


def test_in_training_nobody_stands_by_a_rescue(ward: Ward) -> None:
    accounts.log_in(ward.desk, "chutich", "")

    assert rescuing.rescue(ward.desk, "quantri", CODE)


# Standing by a recovery


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
        (("chutich", "khac"), OWN, False, "recovery_without_password"),
        (("chutich", "ai"), OWN, False, "user_unknown"),
        (("chutich", "lan"), OWN, False, "not_permitted"),
        (("chutich", "cu"), OWN, False, "user_inactive"),
        (("chutich", "moi"), OWN, True, "recovery_without_password"),
    ],
)
def test_less_than_two_stand_by_no_recovery(logins: tuple[str, ...], password: str, has_paper: bool, code: str) -> None:
    with pytest.raises(UserError, match=code):
        stood_by(*logins, password=password, has_paper=has_paper)


def test_a_copy_in_which_nobody_has_begun_to_work_needs_the_paper() -> None:
    for logins in ((), ("moi", "khac")):
        with pytest.raises(UserError, match="recovery_needs_paper"):
            stood_by(*logins, known=COPY[2:])

    assert stood_by(known=COPY[2:], has_paper=True) == []


def test_who_stood_by_a_recovery_stands_in_the_log(real_ward: Ward) -> None:
    rescuing.note_recovery(real_ward.desk, [real_ward.user("chutich"), real_ward.user("quantri")])

    assert logged(real_ward) == ["recovery", "recovery"]
