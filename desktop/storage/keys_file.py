"""What lies in ``keys.toml``: wraps of the database key, how they are made, and how the file is written.

A wrap is the key under AES-256-GCM, whose own key comes from a password by argon2id with a salt of its own.
The file is written whole or not at all, for its owner's eyes only.
"""

import base64
import os
import tempfile
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData, UserError
from desktop.domain.vietnamese import nfc

#: 2 since the key of a database can be changed; 1 is written as long as it was not.
FORMAT = 2
_FIRST_FORMAT = 1

_SALT_BYTES = 16
_NONCE_BYTES = 12
_WRAPPING_BYTES = 32
_BOX_BYTES = 32 + 16
_PUBLIC_BYTES = 32
#: No wrap of ours asks for more; a file that does is not ours.
_MEMORY_LIMIT_KIB = 1024 * 1024
_ROUNDS_LIMIT = 50
_LANES_LIMIT = 16

#: 32 letters without I, L, O and U, so that a slip of the eye can be put right.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
_RECOVERY_BYTES = 20
_GROUPS = 8
_GROUP = 5


@dataclass(frozen=True, slots=True)
class WrapCost:
    """Say how dear one guess at a password is.

    Attributes:
        memory_kib: Memory in KiB.
        rounds: Passes over that memory.
        lanes: Threads.
    """

    memory_kib: int
    rounds: int
    lanes: int


STRONG = WrapCost(memory_kib=64 * 1024, rounds=3, lanes=1)


@dataclass(frozen=True, slots=True)
class Wrap:
    """Keep the database key under one password.

    Attributes:
        salt: 16 bytes for argon2id.
        nonce: 12 bytes for AES-GCM.
        box: The wrapped key with its tag, 48 bytes.
        cost: How dear a guess is.
    """

    salt: bytes
    nonce: bytes
    box: bytes
    cost: WrapCost


@dataclass(frozen=True, slots=True)
class KeyRecords:
    """State what ``keys.toml`` says.

    Attributes:
        mode: Where the key lies.
        replica_id: The database it is for.
        wraps: By user id.
        recovery_public: Public half of the recovery key (hex), to which backups are sealed; "" when there is none.
        recovery_box: The key sealed to that half, where it was changed without the paper at hand; else a wrap has it.
        key_id: Names the key since it was changed, "" for a database's first.
        asked_by: User id of who had the key changed, until the log says so.
    """

    mode: str
    replica_id: str
    wraps: Mapping[str, Wrap]
    recovery_public: str = ""
    recovery_box: Mapping[str, str] = field(default_factory=dict)
    key_id: str = ""
    asked_by: str = ""


def wrap(key: bytes, secret: str, *, bound_to: bytes, cost: WrapCost, random: Callable[[int], bytes]) -> Wrap:
    """Wrap a key under a secret.

    Args:
        key: 32 bytes.
        secret: A password or a recovery key.
        bound_to: What the wrap belongs to; it opens for nothing else.
        cost: How dear a guess at the secret is.
        random: Gives that many random bytes.

    Raises:
        EnvironmentProblem: ``not_enough_memory``.
    """
    salt, nonce = random(_SALT_BYTES), random(_NONCE_BYTES)
    box = AESGCM(_wrapping_key(secret, salt, cost)).encrypt(nonce, key, bound_to)
    return Wrap(salt, nonce, box, cost)


def unwrap(wrapped: Wrap, secret: str, *, bound_to: bytes) -> bytes | None:
    """Get a key out of its wrap.

    Args:
        wrapped: What :func:`wrap` made.
        secret: The same secret.
        bound_to: The same belonging.

    Returns:
        The key; None when secret or belonging are others, or the wrap was changed.

    Raises:
        EnvironmentProblem: ``not_enough_memory``.
    """
    try:
        return AESGCM(_wrapping_key(secret, wrapped.salt, wrapped.cost)).decrypt(wrapped.nonce, wrapped.box, bound_to)
    except InvalidTag:
        return None


def read_records(path: Path, modes: Collection[str]) -> KeyRecords | None:
    """Read ``keys.toml``.

    Args:
        path: The file.
        modes: The modes this program knows.

    Returns:
        What it says; None when there is no file.

    Raises:
        DamagedData: ``keys_damaged`` (path).
        NewerData: ``keys_newer`` (path): a newer program wrote it.
        OSError: The disk refused.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        if table["format"] > FORMAT:
            raise NewerData("keys_newer", path=str(path))
        wraps = {user_id: _wrap_of(fields) for user_id, fields in table.get("wraps", {}).items()}
        mode, replica_id = table["mode"], table["replica_id"]
        public = bytes.fromhex(table.get("recovery_public", "")).hex()
        box = {name: bytes.fromhex(text).hex() for name, text in table.get("recovery_box", {}).items()}
        key_id, asked_by = table.get("key_id", ""), table.get("asked_by", "")
    except FileNotFoundError:
        return None
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
    ) as error:  # TOML, UTF-8 and base64 errors are ValueErrors
        raise DamagedData("keys_damaged", path=str(path)) from error
    are_texts = all(isinstance(text, str) for text in (replica_id, key_id, asked_by))
    if mode not in modes or not are_texts or len(public) not in {0, 2 * _PUBLIC_BYTES}:
        raise DamagedData("keys_damaged", path=str(path))
    return KeyRecords(mode, replica_id, wraps, public, box, key_id, asked_by)


def write_records(path: Path, records: KeyRecords) -> None:
    """Write ``keys.toml``, durably, whole or not at all.

    Args:
        path: The file.
        records: What it shall say.

    Raises:
        OSError: The disk refused; the old file stands.
    """
    seldom = {name: getattr(records, name) for name in ("recovery_public", "recovery_box", "key_id", "asked_by")}
    table = {
        # An earlier program does not know a changed key, and would lose the way to it.
        "format": FORMAT if records.key_id else _FIRST_FORMAT,
        "mode": records.mode,
        "replica_id": records.replica_id,
        **{name: value for name, value in seldom.items() if value},
        "wraps": {user_id: _fields_of(each) for user_id, each in sorted(records.wraps.items())},
    }
    write_private(path, tomli_w.dumps(table).encode())


def new_recovery_key(random: Callable[[int], bytes]) -> str:
    """Make a recovery key: 160 random bits in eight groups of four letters and a check letter.

    Args:
        random: Gives that many random bytes.
    """
    number = int.from_bytes(random(_RECOVERY_BYTES), "big")
    values = [number >> 5 * place & 31 for place in reversed(range(_GROUPS * (_GROUP - 1)))]
    groups = [values[at : at + _GROUP - 1] for at in range(0, len(values), _GROUP - 1)]
    return "-".join(
        "".join(_LETTERS[value] for value in (*group, _check_value(group, index))) for index, group in enumerate(groups)
    )


def parse_recovery_key(text: str) -> str:
    """Read a recovery key as typed: any case, any spaces and hyphens, O for 0 and I or L for 1.

    Args:
        text: What was typed from the paper.

    Returns:
        The key as :func:`new_recovery_key` prints it.

    Raises:
        UserError: ``bad_recovery_key`` (group, groups): the first group, from 1, that was mistyped or is
            missing.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(_MISREAD)
    letters = "".join(letter for letter in plain if letter.isalnum())
    # One group too many is looked at, so that a surplus letter is seen.
    groups = [letters[at : at + _GROUP] for at in range(0, max(len(letters), _GROUPS * _GROUP), _GROUP)]
    for index, group in enumerate(groups):
        if index >= _GROUPS or not _is_good_group(group, index):
            raise UserError("bad_recovery_key", group=min(index + 1, _GROUPS), groups=_GROUPS)
    return "-".join(groups)


def write_private(path: Path, content: bytes) -> None:
    """Put content into a file, durably: a crash leaves the old file or the new one.

    Args:
        path: The file to make or replace; its folder must exist. On Unix only its owner may read it; on
            Windows the folder's rights apply.
        content: All of it.

    Raises:
        OSError: The disk refused; the old file stands.
    """
    temporary = _written_beside(path, content)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink()
        raise
    sync_folder(path.parent)


def publish_once(path: Path, content: bytes) -> bool:
    """Put content into a new file, durably, unless a file of that name is there already.

    Args:
        path: The file to make; its folder must exist.
        content: All of it.

    Returns:
        False when somebody else's file was there first; it is left alone.

    Raises:
        OSError: The disk refused.
    """
    temporary = _written_beside(path, content)
    try:
        if os.name == "nt":
            temporary.rename(path)  # refuses an existing target on Windows, replaces it on Unix
        else:
            path.hardlink_to(temporary)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make a folder's list of names durable; Windows does that by itself.

    Args:
        folder: An existing folder.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written_beside(path: Path, content: bytes) -> Path:
    """Write a durable file of a fresh name in the same folder, readable by its owner only."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink()
        raise
    return temporary


def _wrapping_key(secret: str, salt: bytes, cost: WrapCost) -> bytes:
    """Derive the key of a wrap from a secret."""
    try:
        return hash_secret_raw(
            nfc(secret).encode(),
            salt,
            time_cost=cost.rounds,
            memory_cost=cost.memory_kib,
            parallelism=cost.lanes,
            hash_len=_WRAPPING_BYTES,
            type=Type.ID,
        )
    except HashingError as error:
        raise EnvironmentProblem("not_enough_memory") from error


def _fields_of(wrapped: Wrap) -> dict[str, str | int]:
    """Write a wrap as a TOML table."""
    return {
        "salt": base64.b64encode(wrapped.salt).decode("ascii"),
        "nonce": base64.b64encode(wrapped.nonce).decode("ascii"),
        "box": base64.b64encode(wrapped.box).decode("ascii"),
        "memory_kib": wrapped.cost.memory_kib,
        "rounds": wrapped.cost.rounds,
        "lanes": wrapped.cost.lanes,
    }


def _wrap_of(fields: Mapping[str, Any]) -> Wrap:
    """Read a wrap from a TOML table; a ValueError when it is none of ours."""
    cost = WrapCost(fields["memory_kib"], fields["rounds"], fields["lanes"])
    limits = (_MEMORY_LIMIT_KIB, _ROUNDS_LIMIT, _LANES_LIMIT)
    for number, limit in zip((cost.memory_kib, cost.rounds, cost.lanes), limits, strict=True):
        if type(number) is not int or not 1 <= number <= limit:
            raise ValueError("a cost beyond all measure")
    salt, nonce, box = (base64.b64decode(fields[name], validate=True) for name in ("salt", "nonce", "box"))
    if (len(salt), len(nonce), len(box)) != (_SALT_BYTES, _NONCE_BYTES, _BOX_BYTES):
        raise ValueError("a part of a wrong length")
    return Wrap(salt, nonce, box, cost)


def _check_value(group: list[int], index: int) -> int:
    """Compute the check letter of a group: it sees one wrong letter, one swap, a group out of its place."""
    total = index
    for value in group:
        total = _times_two(total ^ value)
    return total


def _times_two(value: int) -> int:
    """Multiply by x in the field of 32 elements (x^5 + x^2 + 1)."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 32 else doubled


def _is_good_group(group: str, index: int) -> bool:
    """Tell whether the check letter of a typed group fits."""
    if len(group) != _GROUP or not set(group) <= set(_LETTERS):
        return False
    values = [_LETTERS.index(letter) for letter in group]
    return _check_value(values[:-1], index) == values[-1]
