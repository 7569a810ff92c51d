"""Seal what the city's database keeps secret under a key that lies outside it: its signing key, the national password.

Whoever gets the database alone (a backup, a standby, a look by SQL) can then neither speak in the city's name nor log
in at the national service. A city that was never given a key keeps them in the clear, as before, and says so.
"""

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import EnvironmentProblem

#: Where the package puts it; used when nobody names another file and it is there.
DEFAULT_FILE: Final = Path("/etc/motcua-city/city.key")
KEY_BYTES: Final = 32
_SEALED: Final = "sealed:"
_NONCE_BYTES: Final = 12


class Vault:
    """Seal and open values by name: a value put in another's place does not open.

    Attributes:
        has_key: Whether there is a key; without one everything stays in the clear.
    """

    def __init__(self, key: bytes | None = None) -> None:
        """Take the key, 32 bytes; None for none."""
        self._box = None if key is None else AESGCM(key)

    @property
    def has_key(self) -> bool:
        """Tell whether there is a key."""
        return self._box is not None

    def seal(self, name: str, text: str) -> str:
        """Return a value as it is stored."""
        if self._box is None:
            return text
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _SEALED + (nonce + self._box.encrypt(nonce, text.encode(), name.encode())).hex()

    def open(self, name: str, stored: str) -> str:
        """Return a stored value in the clear.

        Raises:
            EnvironmentProblem: ``city_key_missing``, ``city_key_wrong``.
        """
        if not is_sealed(stored):
            return stored
        if self._box is None:
            raise EnvironmentProblem("city_key_missing", path=str(DEFAULT_FILE))
        try:
            sealed = bytes.fromhex(stored.removeprefix(_SEALED))
            return self._box.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise EnvironmentProblem("city_key_wrong", name=name) from error

    def __repr__(self) -> str:
        return f"Vault(has_key={self.has_key})"


#: Keeps everything in the clear.
NO_VAULT: Final = Vault()


def is_sealed(stored: str) -> bool:
    """Tell whether a stored value is sealed."""
    return stored.startswith(_SEALED)


def read_vault(file: Path | None = None) -> Vault:
    """Return the vault of a key file: 64 hexadecimal digits, for the service's user and root alone.

    Args:
        file: None for the package's own, where it is there.

    Raises:
        EnvironmentProblem: ``city_key_unreadable``, ``city_key_open`` when everybody may read it.
    """
    if file is None and not DEFAULT_FILE.exists():
        return NO_VAULT
    chosen = file or DEFAULT_FILE
    try:
        text = chosen.read_text("ascii").strip()
        mode = chosen.stat().st_mode
        key = bytes.fromhex(text)
    except (OSError, ValueError) as error:
        raise EnvironmentProblem("city_key_unreadable", path=str(chosen)) from error
    if len(key) != KEY_BYTES:
        raise EnvironmentProblem("city_key_unreadable", path=str(chosen))
    if os.name == "posix" and mode & (stat.S_IROTH | stat.S_IWOTH):
        raise EnvironmentProblem("city_key_open", path=str(chosen))
    return Vault(key)
