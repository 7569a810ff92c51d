import base64
from typing import Any, ClassVar

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, fail, kwallet, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from desktop.devices.secret_store import (
    SERVICE,
    KeyringStore,
    MemoryStore,
    SecretStore,
    first_viable,
    system_backend,
    trusted_backend,
)
from desktop.domain.errors import EnvironmentProblem

KEY = bytes(range(32))


class PlaintextKeyring(KeyringBackend):
    priority = 9

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.entries:
            raise PasswordDeleteError("none")
        del self.entries[service, username]


class DerivedKeyring(SecretService.Keyring):
    """Look like the trusted one."""


class BrokenKeyring(PlaintextKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked {service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise ConnectionError(f"no bus for {service} {username} {len(password)}")

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked(f"locked {service} {username}")


class StubbornKeyring(PlaintextKeyring):
    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError(f"will not delete {service} {username}")


class Chain(ChainerBackend):
    backends: ClassVar[list[KeyringBackend]] = []


def chain(*backends: KeyringBackend) -> ChainerBackend:
    made = Chain()
    made.__dict__["backends"] = list(backends)
    return made


def store_over(backend: KeyringBackend) -> KeyringStore:
    """Give a store whose keyring was already found."""
    store = KeyringStore()
    store._found = backend
    return store


def refused(backend: KeyringBackend) -> dict[str, Any]:
    with pytest.raises(EnvironmentProblem) as caught:
        trusted_backend(backend)
    assert caught.value.code == "keyring_unavailable"
    return dict(caught.value.details)


def test_the_operating_systems_keyrings_are_accepted() -> None:
    for backend in (SecretService.Keyring(), kwallet.DBusKeyring()):
        assert trusted_backend(backend) is backend


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring, PlaintextKeyring, DerivedKeyring])
def test_keyrings_that_keep_nothing_or_keep_it_plainly_are_refused(kind: type[KeyringBackend]) -> None:
    details = refused(kind())

    assert details["reason"] == "untrusted_backend"
    assert kind.__name__ in details["backend"]


def test_a_chain_is_accepted_for_its_first_keyring_if_all_are_trusted() -> None:
    first, second = SecretService.Keyring(), kwallet.DBusKeyring()

    assert trusted_backend(chain(first, second)) is first


def test_a_chain_that_may_reach_plain_text_is_refused() -> None:
    assert refused(chain(SecretService.Keyring(), PlaintextKeyring()))["reason"] == "untrusted_backend"
    assert refused(chain(PlaintextKeyring(), SecretService.Keyring()))["reason"] == "untrusted_backend"


def test_an_empty_chain_is_refused() -> None:
    assert refused(chain())["reason"] == "no_backend"


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring(), PlaintextKeyring()])
def test_a_store_over_an_untrusted_keyring_does_nothing(backend: KeyringBackend) -> None:
    store = KeyringStore(backend)

    for call in (lambda: store.get("a"), lambda: store.put("a", KEY), lambda: store.delete("a")):
        with pytest.raises(EnvironmentProblem) as caught:
            call()
        assert caught.value.code == "keyring_unavailable"


def test_without_a_bus_there_is_no_keyring_whatever_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")

    with pytest.raises(EnvironmentProblem) as caught:
        KeyringStore().put("a", KEY)

    assert caught.value.code == "keyring_unavailable"
    assert caught.value.details["reason"] == "no_backend"


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_another_systems_keyring_does_not_work_here(platform: str) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        system_backend(platform)

    assert caught.value.details["reason"] == "no_backend"


def test_the_first_keyring_that_works_is_taken() -> None:
    here = f"{__name__}."
    assert isinstance(
        first_viable(["keyring.backends.Windows.WinVaultKeyring", "keyring.backends.null.Keyring"]),
        null.Keyring,
    )
    assert here


def test_a_secret_comes_back_as_it_was_put_and_goes_when_deleted() -> None:
    keyring = PlaintextKeyring()
    store = store_over(keyring)

    assert store.get("database-key/1") is None
    store.put("database-key/1", b"old")
    store.put("database-key/1", KEY)
    assert store.get("database-key/1") == KEY
    assert keyring.entries == {(SERVICE, "database-key/1"): base64.b64encode(KEY).decode()}

    store.delete("database-key/1")
    store.delete("database-key/1")
    assert store.get("database-key/1") is None


def test_the_longest_secret_fits_every_keyring_and_one_more_byte_is_a_bug() -> None:
    keyring = PlaintextKeyring()
    store = store_over(keyring)

    store.put("a", b"x" * 900)
    assert len(keyring.entries[SERVICE, "a"]) == 1_200

    with pytest.raises(ValueError, match="1204 characters"):
        store.put("a", b"x" * 901)


def test_a_keyring_that_fails_is_unavailable_and_tells_no_secret() -> None:
    store = store_over(BrokenKeyring())

    for call, reason in (
        (lambda: store.get("a"), "KeyringLocked"),
        (lambda: store.put("a", KEY), "ConnectionError"),
        (lambda: store.delete("a"), "KeyringLocked"),
    ):
        with pytest.raises(EnvironmentProblem) as caught:
            call()
        assert caught.value.code == "keyring_unavailable"
        assert caught.value.details == {"reason": reason}


def test_a_secret_that_will_not_go_is_told() -> None:
    store = store_over(StubbornKeyring())
    store.put("a", KEY)

    with pytest.raises(EnvironmentProblem) as caught:
        store.delete("a")

    assert caught.value.details["reason"] == "PasswordDeleteError"


def test_an_entry_we_never_wrote_is_no_secret() -> None:
    keyring = PlaintextKeyring()
    keyring.entries[SERVICE, "a"] = "đây không phải khóa"

    with pytest.raises(EnvironmentProblem) as caught:
        store_over(keyring).get("a")

    assert caught.value.details["reason"] == "unreadable_entry"


def test_the_memory_store_behaves_alike() -> None:
    store: SecretStore = MemoryStore()

    assert store.get("a") is None
    store.put("a", KEY)
    assert store.get("a") == KEY
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None
