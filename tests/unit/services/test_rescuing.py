"""The last administrator comes in again by the recovery key, and the log tells."""

import json
from dataclasses import replace

import pytest

from desktop.domain.errors import UserError
from desktop.services import accounts, rescuing
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
        act.record_unit((accounts.UserSaved(gone),))

    assert rescuing.rescue(real_ward.desk, "quantri", CODE).is_active


@pytest.mark.parametrize(("login", "code"), [("chutich", "not_permitted"), ("ai", "user_unknown")])
def test_nobody_else_comes_in_by_the_paper(real_ward: Ward, login: str, code: str) -> None:
    before = real_ward.database.ledger.head.seq

    with pytest.raises(UserError, match=code):
        rescuing.rescue(real_ward.desk, login, CODE)

    assert real_ward.database.ledger.head.seq == before
