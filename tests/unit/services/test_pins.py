"""A PIN confirms where a session is open: six digits, bound to PC and password, with the waits of a password."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.domain.attempts import LOCKED_AT
from desktop.domain.errors import UserError
from desktop.domain.facts.unit import SessionOpened
from desktop.domain.slips import SlipState
from desktop.domain.way_commands import MakeSlip
from desktop.services import accounts, handing, pins
from tests.support.wards import PASSWORD, Ward, person, reopened
from tests.support.way import SECTION

PIN = "482915"


def set_for(ward: Ward, login: str, pin: str = PIN) -> None:
    pins.set_pin(ward.desk, ward.user(login), PASSWORD, pin)


def refusal(ward: Ward, login: str, pin: str) -> str:
    with pytest.raises(UserError) as caught:
        pins.confirm(ward.desk, login, pin)
    return caught.value.code


def test_who_set_a_pin_is_known_by_it(real_ward: Ward) -> None:
    set_for(real_ward, "hung")

    assert pins.confirm(real_ward.desk, "hung", PIN).login == "hung"
    assert pins.has_pin(real_ward.desk, real_ward.user("hung"))
    assert not pins.has_pin(real_ward.desk, real_ward.user("lan"))
    assert refusal(real_ward, "lan", PIN) == "no_pin"
    assert refusal(real_ward, "hung", "482916") == "wrong_pin"


@pytest.mark.parametrize("pin", ["12345", "1234567", "48291a", "４８２９１５", "48 915"])
def test_a_pin_is_six_digits(real_ward: Ward, pin: str) -> None:
    with pytest.raises(UserError, match="bad_pin"):
        set_for(real_ward, "hung", pin)


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "890123"])
def test_a_pin_that_anybody_tries_first_is_refused(real_ward: Ward, pin: str) -> None:
    with pytest.raises(UserError, match="weak_pin"):
        set_for(real_ward, "hung", pin)


def test_a_pin_is_set_by_who_knows_the_password(real_ward: Ward) -> None:
    with pytest.raises(UserError, match="wrong_password"):
        pins.set_pin(real_ward.desk, real_ward.user("hung"), "sai", PIN)
    assert not pins.has_pin(real_ward.desk, real_ward.user("hung"))


def test_a_pin_begins_no_session(real_ward: Ward) -> None:
    set_for(real_ward, "hung")

    with pytest.raises(UserError, match="wrong_password"):
        accounts.log_in(real_ward.desk, "hung", PIN)


def test_wrong_pins_wait_and_lock_like_passwords_also_after_a_restart(real_ward: Ward) -> None:
    set_for(real_ward, "hung")
    for _ in range(LOCKED_AT):
        assert refusal(real_ward, "hung", "000001") == "wrong_pin"
        real_ward.clock.set(real_ward.clock.now() + timedelta(seconds=31))

    assert refusal(real_ward, "hung", PIN) == "log_in_locked"
    real_ward.database.close()
    again = reopened(real_ward.folder, real_ward.state, at=real_ward.clock.now())
    try:
        assert refusal(again, "hung", PIN) == "log_in_locked"
        with pytest.raises(UserError, match="log_in_locked"):
            accounts.log_in(again.desk, "hung", PASSWORD)
        again.clock.set(again.clock.now() + timedelta(minutes=15))
        assert pins.confirm(again.desk, "hung", PIN).login == "hung"
    finally:
        again.database.close()


def test_a_new_password_ends_the_pin(real_ward: Ward) -> None:
    set_for(real_ward, "hung")

    accounts.change_password(real_ward.desk, real_ward.user("hung"), PASSWORD, "một mật khẩu khác hẳn")

    assert refusal(real_ward, "hung", PIN) == "no_pin"


def test_no_pin_is_set_in_place_of_one(real_ward: Ward) -> None:
    set_for(real_ward, "hung")

    set_for(real_ward, "hung", "")

    assert not pins.has_pin(real_ward.desk, real_ward.user("hung"))


def test_the_digits_stand_nowhere(real_ward: Ward, tmp_path: Path) -> None:
    set_for(real_ward, "hung")

    kept = real_ward.desk.reader.draft(real_ward.user("hung").user_id, pins.KEPT_AS)

    assert kept.partition(" ")[2].startswith("$argon2id$")
    assert not any(PIN.encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_a_receiver_confirms_a_slip_by_pin_at_the_givers_pc(real_ward: Ward) -> None:
    set_for(real_ward, "hung")
    code = real_ward.receive(owner=person(1)).code
    slip = handing.make_slip(real_ward.desk, real_ward.user("lan"), MakeSlip(SECTION, (code,))).slip

    receiver = pins.confirm(real_ward.desk, "hung", PIN)
    done = handing.confirm_slip(real_ward.desk, receiver, slip.name, slip.codes)

    assert done.slip.state is SlipState.CONFIRMED
    assert done.slip.closed_by == receiver.user_id
    last = real_ward.desk.reader.last_of_type("session.opened")
    assert last is not None
    assert last.fact == SessionOpened(receiver.user_id, "pin")
