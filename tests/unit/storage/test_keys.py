import random as pseudo
import stat
import tomllib
import unicodedata
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from desktop.devices.secret_store import KeyringStore, MemoryStore
from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData, UserError
from desktop.storage.keys import RECOVERY, TRAINING_NAME, KeyFile, KeyMode, ModeChoice, SecretStore, choose_mode
from desktop.storage.keys_file import (
    STRONG,
    WrapCost,
    new_recovery_key,
    parse_recovery_key,
    publish_once,
    write_private,
)

CHEAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
REPLICA = "0199-replica"
PASSWORD = "mặt trời lặn"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class ForgetfulStore(MemoryStore):
    def put(self, name: str, secret: bytes) -> None:
        """Take a secret and drop it, as the null keyring does."""


class LockedStore(MemoryStore):
    def get(self, name: str) -> bytes | None:
        raise EnvironmentProblem("keyring_unavailable", reason="KeyringLocked", name=name)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.toml", CHEAP)


def made(keys: KeyFile, mode: KeyMode, store: SecretStore | None = None) -> bytes:
    return keys.create(mode, store, REPLICA)


def test_the_keyring_keeps_the_key_and_the_file_does_not(keys: KeyFile) -> None:
    store = MemoryStore()

    key = made(keys, KeyMode.KEYRING, store)

    assert len(key) == 32
    assert keys.open(store) == key
    assert keys.mode() is KeyMode.KEYRING
    assert list(store.secrets.values()) == [key]
    assert keys.users() == frozenset()


def test_two_databases_on_one_pc_have_two_entries(tmp_path: Path) -> None:
    store = MemoryStore()
    first, second = KeyFile(tmp_path / "a.toml", CHEAP), KeyFile(tmp_path / "b.toml", CHEAP)

    key_a, key_b = first.create(KeyMode.KEYRING, store, "a"), second.create(KeyMode.KEYRING, store, "b")

    assert key_a != key_b
    assert (first.open(store), second.open(store)) == (key_a, key_b)


def test_a_key_is_exactly_what_randomness_gave(keys: KeyFile) -> None:
    assert keys.create(KeyMode.TRAINING, None, REPLICA, lambda n: b"\x07" * n) == b"\x07" * 32


def test_a_keyring_without_our_entry_has_no_key(keys: KeyFile) -> None:
    made(keys, KeyMode.KEYRING, MemoryStore())

    for store in (MemoryStore(), None):
        with pytest.raises(EnvironmentProblem) as caught:
            keys.open(store)
        assert caught.value.code == "key_missing"
        assert caught.value.details["mode"] == "keyring"


def test_a_password_opens_a_database_whose_keyring_forgot_it_or_stays_locked(keys: KeyFile) -> None:
    key = made(keys, KeyMode.KEYRING, MemoryStore())
    keys.add_wrap("lan", PASSWORD, key)

    for store in (MemoryStore(), LockedStore(), None):
        assert keys.open(store, ("lan", PASSWORD)) == key
    with pytest.raises(EnvironmentProblem) as caught:
        keys.open(LockedStore())
    assert caught.value.code == "keyring_unavailable"


def test_an_entry_of_another_length_is_damage(keys: KeyFile) -> None:
    store = MemoryStore()
    made(keys, KeyMode.KEYRING, store)
    store.secrets = dict.fromkeys(store.secrets, b"short")

    with pytest.raises(DamagedData) as caught:
        keys.open(store)

    assert caught.value.code == "keys_damaged"


@pytest.mark.parametrize("store", [ForgetfulStore(), LockedStore(), None, KeyringStore()])
def test_a_keyring_that_keeps_nothing_makes_no_database(
    keys: KeyFile, store: SecretStore | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")

    with pytest.raises(EnvironmentProblem) as caught:
        made(keys, KeyMode.KEYRING, store)

    assert caught.value.code == "keyring_unavailable"
    assert not keys.path.exists()


def test_a_password_opens_what_was_wrapped_under_it(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)
    keys.add_wrap("hung", "tre xanh bờ ao", key)

    assert keys.users() == {"lan", "hung"}
    assert keys.open(password=("lan", PASSWORD)) == key
    assert keys.open(password=("lan", unicodedata.normalize("NFD", PASSWORD))) == key
    assert keys.open(MemoryStore(), ("hung", "tre xanh bờ ao")) == key


def test_a_wrong_password_opens_nothing(keys: KeyFile) -> None:
    keys.add_wrap("lan", PASSWORD, made(keys, KeyMode.PASSWORD))

    for text in ("", "mặt trời mọc", PASSWORD + " "):
        with pytest.raises(UserError) as caught:
            keys.open(password=("lan", text))
        assert caught.value.code == "wrong_password"
        assert caught.value.details == {}


def test_a_user_who_never_logged_in_here_is_told_so(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)
    recovery = keys.recovery_key(key)

    for user_id in ("hung", RECOVERY):
        with pytest.raises(UserError) as caught:
            keys.open(password=(user_id, recovery))
        assert caught.value.code == "user_not_on_this_pc"


def test_password_mode_without_a_password_has_no_key(keys: KeyFile) -> None:
    made(keys, KeyMode.PASSWORD)

    with pytest.raises(EnvironmentProblem) as caught:
        keys.open(MemoryStore())

    assert caught.value.code == "key_missing"
    assert caught.value.details["mode"] == "password"


def test_a_new_wrap_replaces_the_users_old_one(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)

    keys.add_wrap("lan", "mật khẩu sau", key)

    assert keys.open(password=("lan", "mật khẩu sau")) == key
    with pytest.raises(UserError):
        keys.open(password=("lan", PASSWORD))


def test_a_wrap_moved_to_another_user_or_database_opens_nothing(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)
    table = tomllib.loads(keys.path.read_text("utf-8"))
    table["wraps"]["chutich"] = table["wraps"]["lan"]
    keys.path.write_text(tomli_w.dumps(table), "utf-8")
    assert keys.open(password=("lan", PASSWORD)) == key

    with pytest.raises(UserError):
        keys.open(password=("chutich", PASSWORD))

    keys.path.write_text(tomli_w.dumps({**table, "replica_id": "another"}), "utf-8")
    with pytest.raises(UserError):
        keys.open(password=("lan", PASSWORD))


def test_a_removed_wrap_opens_nothing_and_removing_it_again_is_harmless(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)
    keys.add_wrap("hung", PASSWORD, key)

    keys.remove_wrap("hung")
    keys.remove_wrap("hung")

    assert keys.users() == {"lan"}
    assert keys.open(password=("lan", PASSWORD)) == key
    with pytest.raises(UserError):
        keys.open(password=("hung", PASSWORD))


def test_the_last_way_to_the_key_is_not_removed(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)
    keys.add_wrap("lan", PASSWORD, key)

    with pytest.raises(UserError) as caught:
        keys.remove_wrap("lan")

    assert caught.value.code == "last_key_wrap"
    assert keys.open(password=("lan", PASSWORD)) == key


def test_the_last_wrap_may_go_where_the_keyring_holds_the_key(keys: KeyFile) -> None:
    store = MemoryStore()
    key = made(keys, KeyMode.KEYRING, store)
    keys.add_wrap("lan", PASSWORD, key)

    keys.remove_wrap("lan")

    assert keys.open(store) == key


def test_the_printed_key_opens_the_database_in_every_mode(tmp_path: Path) -> None:
    for mode in KeyMode:
        keys = KeyFile(tmp_path / f"{mode}.toml", CHEAP)
        key = made(keys, mode, MemoryStore())

        printed = keys.recovery_key(key)

        assert keys.open_with_recovery(printed) == key
        assert keys.open_with_recovery(printed.lower().replace("-", " ")) == key
        assert printed not in keys.path.read_text("utf-8")
        assert keys.users() == frozenset()


def test_a_later_printed_key_ends_the_earlier_one(keys: KeyFile) -> None:
    key = made(keys, KeyMode.TRAINING)
    earlier, later = keys.recovery_key(key), keys.recovery_key(key)

    assert keys.open_with_recovery(later) == key
    with pytest.raises(UserError) as caught:
        keys.open_with_recovery(earlier)
    assert caught.value.code == "wrong_recovery_key"


def test_a_database_without_a_printed_key_takes_none(keys: KeyFile) -> None:
    made(keys, KeyMode.TRAINING)

    with pytest.raises(UserError) as caught:
        keys.open_with_recovery(new_recovery_key(pseudo.Random(1).randbytes))

    assert caught.value.code == "wrong_recovery_key"


def test_nobody_may_be_called_recovery(keys: KeyFile) -> None:
    key = made(keys, KeyMode.PASSWORD)

    with pytest.raises(ValueError, match="recovery"):
        keys.add_wrap(RECOVERY, PASSWORD, key)


def test_something_shorter_than_a_key_is_not_wrapped(keys: KeyFile) -> None:
    made(keys, KeyMode.PASSWORD)

    with pytest.raises(ValueError, match="32"):
        keys.add_wrap("lan", PASSWORD, b"short")


def test_the_training_key_lies_open_in_the_data_folder_and_says_so(keys: KeyFile) -> None:
    key = made(keys, KeyMode.TRAINING)

    text = (keys.path.parent / TRAINING_NAME).read_text("utf-8")

    assert key.hex() in text
    assert "chỉ dùng để tập" in text
    assert keys.open() == key


@pytest.mark.parametrize("content", [b"", b"no hex\n", b"00ff\n", b"\xff\xfe"])
def test_a_damaged_training_key_is_damage(keys: KeyFile, content: bytes) -> None:
    made(keys, KeyMode.TRAINING)
    (keys.path.parent / TRAINING_NAME).write_bytes(content)

    with pytest.raises(DamagedData):
        keys.open()


def test_a_missing_training_key_is_missing(keys: KeyFile) -> None:
    made(keys, KeyMode.TRAINING)
    (keys.path.parent / TRAINING_NAME).unlink()

    with pytest.raises(EnvironmentProblem) as caught:
        keys.open()

    assert caught.value.code == "key_missing"


@pytest.mark.parametrize("mode", list(KeyMode))
def test_key_files_are_for_their_owner_only(keys: KeyFile, mode: KeyMode) -> None:
    key = made(keys, mode, MemoryStore())
    keys.add_wrap("lan", PASSWORD, key)

    for path in keys.path.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [KeyMode.KEYRING, KeyMode.PASSWORD])
def test_nothing_beside_the_database_tells_key_or_password(keys: KeyFile, mode: KeyMode) -> None:
    key = made(keys, mode, MemoryStore())
    keys.add_wrap("lan", PASSWORD, key)

    written = b"".join(path.read_bytes() for path in keys.path.parent.iterdir())

    assert [path.name for path in keys.path.parent.iterdir()] == ["keys.toml"]
    assert key not in written
    assert key.hex().encode() not in written
    assert PASSWORD.encode() not in written


def test_an_existing_key_file_is_never_written_over(keys: KeyFile) -> None:
    key = made(keys, KeyMode.TRAINING)

    with pytest.raises(EnvironmentProblem) as caught:
        made(keys, KeyMode.PASSWORD)

    assert caught.value.code == "keys_exist"
    assert keys.open() == key


def test_without_a_key_file_there_is_no_key(keys: KeyFile) -> None:
    for call in (keys.open, keys.mode, keys.users, lambda: keys.remove_wrap("lan")):
        with pytest.raises(EnvironmentProblem) as caught:
            call()
        assert caught.value.code == "key_missing"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("mode", "cloud"),
        ("mode", 3),
        ("replica_id", 3),
        ("replica_id", None),
        ("format", "1"),
        ("format", None),
        ("wraps", []),
        ("wraps", {"lan": 3}),
        ("wraps", {"lan": {}}),
    ],
)
def test_a_key_file_that_says_something_else_is_damage(keys: KeyFile, name: str, value: object) -> None:
    made(keys, KeyMode.PASSWORD)
    table = {**tomllib.loads(keys.path.read_text("utf-8")), name: value}
    keys.path.write_text(
        tomli_w.dumps({field: content for field, content in table.items() if content is not None}), "utf-8"
    )

    with pytest.raises(DamagedData) as caught:
        keys.mode()

    assert caught.value.code == "keys_damaged"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("salt", "AAAA"),
        ("salt", "%%%%"),
        ("nonce", ""),
        ("box", "AAAA"),
        ("memory_kib", 2**40),
        ("memory_kib", 0),
        ("rounds", True),
        ("rounds", 10**6),
        ("lanes", "1"),
    ],
)
def test_a_wrap_that_is_none_of_ours_is_damage(keys: KeyFile, name: str, value: object) -> None:
    keys.add_wrap("lan", PASSWORD, made(keys, KeyMode.PASSWORD))
    table = tomllib.loads(keys.path.read_text("utf-8"))
    table["wraps"]["lan"][name] = value
    keys.path.write_text(tomli_w.dumps(table), "utf-8")

    with pytest.raises(DamagedData):
        keys.open(password=("lan", PASSWORD))


@pytest.mark.parametrize("content", [b"format = 1\nmode = [", b"\xff\xfe\x00", b""])
def test_a_key_file_that_cannot_be_read_is_damage(keys: KeyFile, content: bytes) -> None:
    keys.path.write_bytes(content)

    with pytest.raises(DamagedData):
        keys.open()


def test_a_key_file_of_a_newer_program_is_refused(keys: KeyFile) -> None:
    keys.path.write_text('format = 3\nmode = "card"\n', "utf-8")

    with pytest.raises(NewerData) as caught:
        keys.open()

    assert caught.value.code == "keys_newer"


def test_the_product_wraps_with_64_mib_and_three_passes(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.toml")
    key = made(keys, KeyMode.PASSWORD)

    keys.add_wrap("lan", PASSWORD, key)

    fields = tomllib.loads(keys.path.read_text("utf-8"))["wraps"]["lan"]
    assert (fields["memory_kib"], fields["rounds"], fields["lanes"]) == (65_536, 3, 1)
    assert WrapCost(65_536, 3, 1) == STRONG
    assert keys.open(password=("lan", PASSWORD)) == key


def test_a_keyring_that_works_is_chosen() -> None:
    store = MemoryStore()

    assert choose_mode(store) == ModeChoice(KeyMode.KEYRING, "keyring_works")
    assert store.secrets == {}


@pytest.mark.parametrize(
    ("store", "reason"),
    [
        (None, "no_store"),
        (ForgetfulStore(), "forgetful"),
        (LockedStore(), "KeyringLocked"),
        (KeyringStore(), "no_backend"),
    ],
)
def test_without_a_keyring_that_works_passwords_are_chosen(
    store: SecretStore | None, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")

    assert choose_mode(store) == ModeChoice(KeyMode.PASSWORD, reason)


def test_a_printed_key_has_eight_groups_of_five() -> None:
    printed = new_recovery_key(pseudo.Random(1).randbytes)

    assert [len(group) for group in printed.split("-")] == [5] * 8
    assert set(printed) <= set(LETTERS + "-")


@given(st.binary(min_size=20, max_size=20))
def test_a_printed_key_reads_as_itself_however_it_is_typed(seed: bytes) -> None:
    printed = new_recovery_key(lambda _: seed)
    sloppy = printed.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert parse_recovery_key(printed) == printed
    assert parse_recovery_key(sloppy) == printed


@given(st.binary(min_size=20, max_size=20), st.binary(min_size=20, max_size=20))
def test_different_bits_give_different_keys(first: bytes, second: bytes) -> None:
    assert (new_recovery_key(lambda _: first) == new_recovery_key(lambda _: second)) == (first == second)


@given(st.binary(min_size=20, max_size=20), st.integers(0, 39), st.sampled_from(LETTERS))
def test_one_wrong_letter_is_found_in_its_group(seed: bytes, place: int, letter: str) -> None:
    letters = list(new_recovery_key(lambda _: seed).replace("-", ""))
    if letters[place] == letter:
        return
    letters[place] = letter

    with pytest.raises(UserError) as caught:
        parse_recovery_key("".join(letters))

    assert caught.value.code == "bad_recovery_key"
    assert caught.value.details == {"group": place // 5 + 1, "groups": 8}


@given(st.binary(min_size=20, max_size=20), st.integers(0, 38))
def test_two_swapped_letters_are_found(seed: bytes, place: int) -> None:
    letters = list(new_recovery_key(lambda _: seed).replace("-", ""))
    if letters[place] == letters[place + 1]:
        return
    letters[place], letters[place + 1] = letters[place + 1], letters[place]

    with pytest.raises(UserError) as caught:
        parse_recovery_key("".join(letters))

    assert caught.value.details["group"] == place // 5 + 1


@given(st.binary(min_size=20, max_size=20), st.integers(0, 7), st.integers(0, 7))
def test_two_swapped_groups_are_found(seed: bytes, one: int, other: int) -> None:
    groups = new_recovery_key(lambda _: seed).split("-")
    if one == other or groups[one] == groups[other]:
        return
    groups[one], groups[other] = groups[other], groups[one]

    with pytest.raises(UserError) as caught:
        parse_recovery_key("-".join(groups))

    assert caught.value.details["group"] == min(one, other) + 1


@pytest.mark.parametrize("extra", ["", "0", "00000"])
def test_a_key_cut_off_or_too_long_is_no_key(extra: str) -> None:
    printed = new_recovery_key(pseudo.Random(2).randbytes)

    with pytest.raises(UserError) as caught:
        parse_recovery_key(printed + extra if extra else printed[:-1])

    assert caught.value.details["group"] == 8


@given(st.text(max_size=60))
def test_text_that_is_no_key_is_refused_not_raised(text: str) -> None:
    with pytest.raises(UserError):
        parse_recovery_key(text)


def test_a_private_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "secret"

    write_private(path, b"one")
    write_private(path, b"two")

    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "secret" / "inside").mkdir(parents=True)

    with pytest.raises(OSError, match="secret"):
        write_private(tmp_path / "secret", b"one")

    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_the_first_file_of_a_name_stays(tmp_path: Path) -> None:
    assert publish_once(tmp_path / "id", b"first")
    assert not publish_once(tmp_path / "id", b"second")

    assert (tmp_path / "id").read_bytes() == b"first"
    assert len(list(tmp_path.iterdir())) == 1
