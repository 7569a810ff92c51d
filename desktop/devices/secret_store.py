"""Where the operating system keeps our secrets: its keyring, by name and never by chance.

The ``keyring`` package picks a backend by priority, by an environment variable or by a configuration file,
and some of the backends it finds write plain text. So we name the operating system's own stores and take no
other.
"""

import base64
import binascii
import importlib
import sys
from collections.abc import Iterable
from typing import Protocol

from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import PasswordDeleteError

from desktop.domain.errors import EnvironmentProblem

SERVICE = "motcua"
#: Windows' credential store takes 2,560 bytes of UTF-16: 1,280 characters.
SECRET_CHARACTERS = 1_200

_SECRET_SERVICE = "keyring.backends.SecretService.Keyring"  # noqa: S105 - the name of a class
_KWALLET = "keyring.backends.kwallet.DBusKeyring"
_WINDOWS = "keyring.backends.Windows.WinVaultKeyring"
_MACOS = "keyring.backends.macOS.Keyring"
#: The stores we trust, by the exact class; a class derived from one of them may do anything.
TRUSTED = frozenset({_SECRET_SERVICE, _KWALLET, _WINDOWS, _MACOS})


class SecretStore(Protocol):
    """Keep small secrets by name."""

    def get(self, name: str) -> bytes | None:
        """Return a secret; None when there is none of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, over one of the same name."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        ...


class KeyringStore:
    """Keep secrets in the operating system's keyring.

    The keyring is looked for at the first call, so making one costs nothing.

    Threads: lane io or the start only; every call may wait for the user to unlock his keyring.
    """

    def __init__(self, backend: KeyringBackend | None = None) -> None:
        """Choose the backend.

        Args:
            backend: None looks for the operating system's own; anything else must be one of those.
        """
        self._given = backend
        self._found: KeyringBackend | None = None

    def get(self, name: str) -> bytes | None:
        """Return a secret; None when there is none of that name.

        Args:
            name: Our name of the secret.

        Raises:
            EnvironmentProblem: ``keyring_unavailable`` (reason): no trusted keyring, or it stayed locked, or
                it answered something that we never wrote.
        """
        backend = self._backend()
        try:
            text = backend.get_password(SERVICE, name)
        except Exception as error:  # drivers raise kinds of their own, which other systems cannot even import
            raise _unavailable(type(error).__name__) from error
        try:
            return None if text is None else base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise _unavailable("unreadable_entry") from error

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, over one of the same name.

        Args:
            name: Our name of the secret.
            secret: Up to 900 bytes.

        Raises:
            EnvironmentProblem: ``keyring_unavailable`` (reason).
            ValueError: The secret is too long for some keyrings.
        """
        text = base64.b64encode(secret).decode("ascii")
        if len(text) > SECRET_CHARACTERS:
            raise ValueError(f"a secret has {len(text)} characters, more than {SECRET_CHARACTERS}")
        backend = self._backend()
        try:
            backend.set_password(SERVICE, name, text)
        except Exception as error:  # as in get
            raise _unavailable(type(error).__name__) from error

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none.

        Args:
            name: Our name of the secret.

        Raises:
            EnvironmentProblem: ``keyring_unavailable`` (reason).
        """
        backend = self._backend()
        try:
            backend.delete_password(SERVICE, name)
        except PasswordDeleteError as error:
            if self.get(name) is not None:
                raise _unavailable(type(error).__name__) from error
        except Exception as error:  # as in get
            raise _unavailable(type(error).__name__) from error

    def _backend(self) -> KeyringBackend:
        """Find the backend once and keep it."""
        if self._found is None:
            self._found = system_backend() if self._given is None else trusted_backend(self._given)
        return self._found


class MemoryStore:
    """Keep secrets in memory: for tests and for nothing else."""

    def __init__(self) -> None:
        """Begin empty."""
        self.secrets: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        """Return a secret; None when there is none of that name."""
        return self.secrets.get(name)

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, over one of the same name."""
        self.secrets[name] = secret

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        self.secrets.pop(name, None)


def system_backend(platform: str = sys.platform) -> KeyringBackend:
    """Find the keyring of the operating system, whatever configuration or environment say.

    Args:
        platform: As :data:`sys.platform` names it.

    Raises:
        EnvironmentProblem: ``keyring_unavailable`` (reason): there is none, or it does not answer.

    Threads: lane io or the start only; it asks the session bus.
    """
    if platform == "win32":
        names = [_WINDOWS]
    elif platform == "darwin":
        names = [_MACOS]
    else:
        names = [_SECRET_SERVICE, _KWALLET]
    return first_viable(names)


def first_viable(names: Iterable[str]) -> KeyringBackend:
    """Make the first backend that works here.

    Args:
        names: Full names of classes, the best first.

    Raises:
        EnvironmentProblem: ``keyring_unavailable`` (reason): none works.
    """
    for name in names:
        module, _, kind = name.rpartition(".")
        backend: type[KeyringBackend] = getattr(importlib.import_module(module), kind)
        if backend.viable:
            return backend()
    raise _unavailable("no_backend")


def trusted_backend(backend: KeyringBackend) -> KeyringBackend:
    """Return the operating system's keyring behind a backend.

    Args:
        backend: A trusted one, or a chain of nothing but trusted ones.

    Returns:
        The backend itself, or the first of the chain.

    Raises:
        EnvironmentProblem: ``keyring_unavailable`` (reason, backend): it writes plain text, or nothing, or is
            unknown.
    """
    chain = list(backend.backends) if isinstance(backend, ChainerBackend) else [backend]
    for each in chain:
        name = f"{type(each).__module__}.{type(each).__qualname__}"
        if name not in TRUSTED:
            raise _unavailable("untrusted_backend", backend=name)
    if not chain:
        raise _unavailable("no_backend")
    return chain[0]


def _unavailable(reason: str, **details: str) -> EnvironmentProblem:
    """Say that there is no keyring to trust; never what it holds."""
    return EnvironmentProblem("keyring_unavailable", reason=reason, **details)
