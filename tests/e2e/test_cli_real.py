"""A real ward through the composition root: keyring, passwords, one-time codes, recovery key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.services import accounts
from desktop.storage.keys import KeyMode
from desktop.storage.keys_file import WrapCost
from desktop.storage.reference.units import sample_provisioning
from desktop.wiring import Created, Ward, create_ward, open_ward, opened_ward, read_key, training_only, wrap_key
from tests.support.wards import CHEAP

CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
NEW = "một mật khẩu khác hẳn"


@dataclass
class MemoryStore:
    """Keep secrets in this process."""

    secrets: dict[str, bytes] = field(default_factory=dict)

    def get(self, name: str) -> bytes | None:
        return self.secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        self.secrets.pop(name, None)


def create(folder: Path, store: MemoryStore | None = None, *, is_training: bool = False) -> Created:
    return create_ward(
        folder, sample_provisioning(), is_training=is_training, store=store, cost=CHEAP, wrap_cost=CHEAP_WRAP
    )


@contextmanager
def real(folder: Path, password: tuple[str, str]) -> Iterator[Ward]:
    ward = open_ward(folder, password=password, cost=CHEAP)
    try:
        yield ward
    finally:
        ward.close()


def test_without_a_keyring_every_user_gets_a_code_that_opens_the_database(tmp_path: Path) -> None:
    created = create(tmp_path / "d")

    assert (created.key_mode, created.mode_reason) == (KeyMode.PASSWORD, "no_store")
    assert [login for login, _ in created.one_time_codes] == [user.login for user in sample_provisioning().users]
    for login, code in created.one_time_codes[:2]:
        with real(tmp_path / "d", (f" {login.upper()} ", code.lower().replace("-", " "))) as ward:
            assert accounts.log_in(ward.desk, login, code).must_change_password


def test_a_changed_password_replaces_the_code_after_it_is_wrapped(tmp_path: Path) -> None:
    code = dict(create(tmp_path / "d").one_time_codes)["lan"]
    with real(tmp_path / "d", ("lan", code)) as ward:
        lan = accounts.log_in(ward.desk, "lan", code).user
        accounts.change_password(ward.desk, lan, code, NEW)
        wrap_key(ward, "lan", NEW)

    with real(tmp_path / "d", ("lan", NEW)) as ward:
        assert not accounts.log_in(ward.desk, "lan", NEW).must_change_password
    with pytest.raises(UserError, match="wrong_password"):
        open_ward(tmp_path / "d", password=("lan", code))


@pytest.mark.parametrize(
    ("login", "password", "code"), [("lan", "sai", "wrong_password"), ("ai", "sai", "user_not_on_this_pc")]
)
def test_a_wrong_password_opens_nothing_and_holds_no_lock(tmp_path: Path, login: str, password: str, code: str) -> None:
    codes = dict(create(tmp_path / "d").one_time_codes)

    with pytest.raises(UserError, match=code):
        open_ward(tmp_path / "d", password=(login, password))

    with real(tmp_path / "d", ("lan", codes["lan"])):
        pass


def test_without_a_password_there_is_no_key(tmp_path: Path) -> None:
    create(tmp_path / "d")

    with pytest.raises(EnvironmentProblem, match="key_missing"):
        open_ward(tmp_path / "d")


def test_the_recovery_key_opens_the_same_database(tmp_path: Path) -> None:
    created = create(tmp_path / "d")
    code = dict(created.one_time_codes)["lan"]

    with real(tmp_path / "d", ("lan", code)) as ward:
        assert ward.keys.open_with_recovery(created.recovery_key) == ward.database.key


def test_with_a_keyring_the_database_opens_by_itself(tmp_path: Path) -> None:
    store = MemoryStore()

    created = create(tmp_path / "d", store)

    assert created.key_mode is KeyMode.KEYRING
    with opened_ward(tmp_path / "d", store=store, cost=CHEAP) as ward:
        assert store.secrets == {f"database-key/{ward.database.replica.replica_id}": ward.database.key}
        code = dict(created.one_time_codes)["hung"]
        assert accounts.log_in(ward.desk, "hung", code).user.login == "hung"
        with pytest.raises(UserError, match="training_only"):
            training_only(ward)


def test_a_keyring_that_forgot_is_told_and_a_password_still_opens(tmp_path: Path) -> None:
    code = dict(create(tmp_path / "d", MemoryStore()).one_time_codes)["lan"]

    with pytest.raises(EnvironmentProblem, match="key_missing"):
        open_ward(tmp_path / "d", store=MemoryStore())
    assert len(read_key(tmp_path / "d", store=MemoryStore(), password=("lan", code))) == 32


def test_no_key_lies_in_a_real_data_folder(tmp_path: Path) -> None:
    store = MemoryStore()
    create(tmp_path / "d", store)
    (key,) = store.secrets.values()

    whole = b"".join(path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file())
    assert key not in whole
    assert key.hex().encode() not in whole


def test_a_set_up_that_fails_leaves_neither_key_nor_database(tmp_path: Path) -> None:
    store = MemoryStore()
    (tmp_path / "d" / "motcua.db").mkdir(parents=True)

    with pytest.raises(EnvironmentProblem):
        create(tmp_path / "d", store)

    assert store.secrets == {}
    assert not (tmp_path / "d" / "keys.toml").exists()


def test_a_training_database_needs_no_password_and_says_so(tmp_path: Path) -> None:
    created = create(tmp_path / "d", is_training=True)

    assert (created.key_mode, created.one_time_codes, created.recovery_key) == (KeyMode.TRAINING, (), "")
    with opened_ward(tmp_path / "d") as ward:
        training_only(ward)
        wrap_key(ward, "lan", NEW)
        assert ward.desk.is_training
        assert ward.keys.users() == frozenset()
