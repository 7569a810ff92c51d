"""A key that was asked for at work is in force after the next start, whatever the ward's key mode; the log tells."""

from pathlib import Path

import pytest

from desktop import wiring
from desktop.devices.passwords import HashCost
from desktop.devices.secret_store import MemoryStore
from desktop.domain.errors import AppError, UserError
from desktop.domain.facts.unit import DatabaseKeyChanged, RecoveryKeyMade
from desktop.domain.users import User
from desktop.services import keykeeping
from desktop.services.accounts import change_password
from desktop.services.safekeeping import Plan, Status, Task, due
from desktop.services.witnessing import Witness
from desktop.storage.backup_status import STATUS_NAME, read_status, write_status
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import sample_provisioning
from desktop.wiring import key_changing

CHEAP = HashCost(memory_kib=8, rounds=1, lanes=1)
CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)


@pytest.fixture(params=["keyring", "password"])
def made(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[wiring.Created, MemoryStore | None]:
    store = MemoryStore() if request.param == "keyring" else None
    created = wiring.create_ward(
        tmp_path / "ward",
        sample_provisioning(),
        is_training=False,
        store=store,
        cost=CHEAP,
        wrap_cost=CHEAP_WRAP,
    )
    return created, store


def user_of(ward: wiring.Ward, login: str) -> User:
    return next(user for user in ward.desk.reader.users() if user.login == login)


def test_the_next_start_puts_the_new_key_in_force_and_the_log_says_who_asked(
    made: tuple[wiring.Created, MemoryStore | None],
) -> None:
    created, store = made
    codes = dict(created.one_time_codes)
    opening = {"store": store, "password": ("quantri", codes["quantri"]), "cost": CHEAP}
    with wiring.opened_ward(created.folder, **opening) as ward:
        before, officer = ward.database.key, user_of(ward, "quantri")
        with pytest.raises(UserError, match="wrong_password"):
            key_changing.ask(ward.desk, ward.database, ward.keys, officer, "sai")
        with pytest.raises(UserError, match="not_permitted"):
            key_changing.ask(ward.desk, ward.database, ward.keys, user_of(ward, "lan"), codes["lan"])
        assert key_changing.asked(ward.keys) == ""
        named = key_changing.ask(ward.desk, ward.database, ward.keys, officer, codes["quantri"])
        assert key_changing.asked(ward.keys) == named
        status = Status(place="E:/", full_at=ward.clock.now(), recovery_id=ward.keys.recovery_id())
        write_status(created.folder, status)

    with wiring.opened_ward(created.folder, **opening) as ward:
        told = ward.desk.reader.last_of_type("database_key.changed")
        now, is_asked = ward.database.key, key_changing.asked(ward.keys)
        tasks = due(Plan("E:/"), read_status(created.folder), ward.clock.now(), ward.keys.recovery_id())

    assert now != before
    assert is_asked == ""
    assert told is not None
    assert told.fact == DatabaseKeyChanged(named, officer.user_id)
    assert tasks == (Task.FULL,)
    with wiring.opened_ward(created.folder, **opening) as ward:
        assert ward.database.key == now
        assert ward.keys.open_with_recovery(created.recovery_key) == now
        assert ward.keys.lacks("lan")


def test_a_start_that_fails_lets_go_of_the_data_so_that_the_next_one_comes_in(tmp_path: Path) -> None:
    folder = wiring.create_ward(tmp_path / "ward", sample_provisioning(), is_training=True, cost=CHEAP).folder
    with wiring.opened_ward(folder) as ward:
        key_changing.ask(ward.desk, ward.database, ward.keys, keykeeping.acting_in_training(ward.desk), "")
    status = folder / STATUS_NAME
    status.mkdir()

    with pytest.raises((AppError, OSError)):
        wiring.open_ward(folder)
    status.rmdir()

    with wiring.opened_ward(folder) as ward:
        assert ward.desk.reader.last_of_type("database_key.changed") is not None


def test_a_recovery_key_nobody_stood_by_is_not_made(made: tuple[wiring.Created, MemoryStore | None]) -> None:
    created, store = made
    code = dict(created.one_time_codes)["chutich"]
    with wiring.opened_ward(created.folder, store=store, password=("chutich", code), cost=CHEAP) as ward:
        chair, it, own = user_of(ward, "chutich"), user_of(ward, "quantri"), "hoa phượng đỏ tháng năm"
        change_password(ward.desk, chair, code, own)
        before, written = ward.keys.recovery_id(), ward.database.ledger.head.seq

        with pytest.raises(UserError, match="witness_needed"):
            key_changing.make_recovery_key(ward.desk, ward.database, ward.keys, it)
        assert (ward.keys.recovery_id(), ward.database.ledger.head.seq) == (before, written)
        _, named = key_changing.make_recovery_key(ward.desk, ward.database, ward.keys, it, Witness("chutich", own))

        told = ward.desk.reader.last_of_type("recovery_key.made")
        assert told is not None
        assert (told.fact, told.envelope.actor) == (RecoveryKeyMade(named, chair.user_id), it.user_id)


def test_a_new_recovery_key_is_an_entry_of_its_own(made: tuple[wiring.Created, MemoryStore | None]) -> None:
    created, store = made
    password = ("quantri", dict(created.one_time_codes)["quantri"])
    with wiring.opened_ward(created.folder, store=store, password=password, cost=CHEAP) as ward:
        groups, named = key_changing.make_recovery_key(ward.desk, ward.database, ward.keys, user_of(ward, "quantri"))
        told = ward.desk.reader.last_of_type("recovery_key.made")

        assert told is not None
        assert (told.fact, told.envelope.actor) == (RecoveryKeyMade(named), user_of(ward, "quantri").user_id)
        assert groups not in repr(told)
