"""The key of the database: 32 random bytes, and the ways to get at them.

``keys.toml`` beside the database names the way and holds nothing that opens the database by itself: for each
user a salt and the key wrapped (AES-256-GCM) under his password (argon2id). The key itself lies

* in the operating system's keyring (mode ``keyring``, the usual one),
* nowhere but in those wraps (mode ``password``),
* or openly in ``training.key`` in the data folder (mode ``training``, for exercises and nothing else).

In every mode one more wrap, of the user id ``recovery``, belongs to the recovery key printed at set-up.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.storage.keys_file import (
    STRONG,
    KeyRecords,
    WrapCost,
    new_recovery_key,
    parse_recovery_key,
    read_records,
    unwrap,
    wrap,
    write_private,
    write_records,
)
from desktop.storage.sealed import Readers, public_half, recovery_id

KEY_BYTES = 32
RECOVERY = "recovery"
TRAINING_NAME = "training.key"

_TRAINING_NOTE = "# Khóa để ngỏ, chỉ dùng để tập. Whoever reads this file can read the training database.\n"
_PROBE = "probe"


class KeyMode(StrEnum):
    """Name where the key lies."""

    KEYRING = "keyring"
    PASSWORD = "password"  # noqa: S105 - the name of a mode
    TRAINING = "training"


class SecretStore(Protocol):
    """Keep small secrets by name, as the operating system's keyring does."""

    def get(self, name: str) -> bytes | None:
        """Return a secret; None when there is none of that name."""
        ...

    def put(self, name: str, secret: bytes) -> None:
        """Keep a secret, over one of the same name."""
        ...

    def delete(self, name: str) -> None:
        """Forget a secret; nothing happens when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ModeChoice:
    """Say which mode a new database gets, and why.

    Attributes:
        mode: ``keyring`` or ``password``.
        reason: ``keyring_works``, or why not: ``no_store``, ``forgetful`` or what the store said.
    """

    mode: KeyMode
    reason: str


def choose_mode(store: SecretStore | None) -> ModeChoice:
    """Try the keyring out with a throw-away secret and fall back to passwords.

    Args:
        store: The keyring; None where the office forbids it.

    Threads: lane io or the start only; a keyring may wait for its user.
    """
    if store is None:
        return ModeChoice(KeyMode.PASSWORD, "no_store")
    secret = secrets.token_bytes(KEY_BYTES)
    try:
        store.put(_PROBE, secret)
        is_kept = store.get(_PROBE) == secret
        store.delete(_PROBE)
    except EnvironmentProblem as problem:
        return ModeChoice(KeyMode.PASSWORD, str(problem.details.get("reason", problem.code)))
    return ModeChoice(KeyMode.KEYRING, "keyring_works") if is_kept else ModeChoice(KeyMode.PASSWORD, "forgetful")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Make, find and wrap the key of one database.

    One process writes it: the holder of the database's lock.

    Attributes:
        path: ``keys.toml`` beside the database.
        cost: How dear a guess at a password is in new wraps.

    Threads: lane io or the start; keyring calls may wait for the user, wraps take 0.15 s and 64 MiB.
    """

    path: Path
    cost: WrapCost = STRONG

    def create(
        self,
        mode: KeyMode,
        store: SecretStore | None,
        replica_id: str,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> bytes:
        """Make a new key and put it where the mode says.

        In mode ``password`` it lies nowhere until :meth:`add_wrap`: call that before the database is made.

        Args:
            mode: Where the key goes.
            store: The keyring; needed in mode ``keyring`` only.
            replica_id: The database it is for; binds key and wraps to it.
            random: Gives that many random bytes.

        Returns:
            The key.

        Raises:
            EnvironmentProblem: ``keys_exist`` when there is a key file already; ``keyring_unavailable``.
            OSError: The disk refused.
        """
        if self.path.exists():
            raise EnvironmentProblem("keys_exist", path=str(self.path))
        key = random(KEY_BYTES)
        if mode is KeyMode.KEYRING:
            _keep(store, stored_name(replica_id), key)
        elif mode is KeyMode.TRAINING:
            write_private(self._training_path, (_TRAINING_NOTE + key.hex() + "\n").encode())
        write_records(self.path, KeyRecords(mode.value, replica_id, {}))
        return key

    def open(self, store: SecretStore | None = None, password: tuple[str, str] | None = None) -> bytes:
        """Get the key the way the mode says; a password also opens a database whose keyring forgot it.

        Args:
            store: The keyring, for mode ``keyring``.
            password: User id and what was typed.

        Returns:
            The key.

        Raises:
            EnvironmentProblem: ``key_missing`` (mode): no key file, no keyring entry, or a password is
                needed; ``keyring_unavailable``.
            UserError: ``wrong_password``, or ``user_not_on_this_pc`` when this user has no wrap here yet.
            DamagedData: ``keys_damaged``.
            NewerData: ``keys_newer``.
        """
        records = self._read()
        mode = KeyMode(records.mode)
        if mode is KeyMode.TRAINING:
            return self._training_key()
        if mode is KeyMode.KEYRING and store is not None:
            key = self._stored_key(store, records.replica_id, is_required=password is None)
            if key is not None:
                return key
        if password is None:
            raise EnvironmentProblem("key_missing", mode=mode.value)
        user_id, text = password
        if user_id not in records.wraps or user_id == RECOVERY:
            raise UserError("user_not_on_this_pc")
        return _unwrapped(records, user_id, text, "wrong_password")

    def add_wrap(
        self,
        user_id: str,
        password: str,
        key: bytes,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """Wrap the key under a user's password, over his wrap before.

        Args:
            user_id: The user; not ``recovery``.
            password: What he typed, already found right.
            key: The open database's key.
            random: Gives that many random bytes.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
            OSError: The disk refused; the wraps before stand.
        """
        if user_id == RECOVERY:
            raise ValueError("the user id «recovery» belongs to the recovery key")
        self._store_wrap(user_id, password, key, random)

    def remove_wrap(self, user_id: str) -> None:
        """Take a user's way to the key away; nothing happens when he has none.

        Args:
            user_id: The user.

        Raises:
            UserError: ``last_key_wrap``: in mode ``password`` nothing else would open the database.
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        records = self._read()
        left = {each: kept for each, kept in records.wraps.items() if each != user_id}
        if len(left) == len(records.wraps):
            return
        if not left and records.mode == KeyMode.PASSWORD:
            raise UserError("last_key_wrap")
        write_records(self.path, replace(records, wraps=left))

    def users(self) -> frozenset[str]:
        """Name the user ids whose password opens the database here.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        return frozenset(self._read().wraps) - {RECOVERY}

    def recovery_key(self, key: bytes, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
        """Make the recovery key, to be printed once; an earlier one opens only the backups of its time.

        Args:
            key: The open database's key.
            random: Gives that many random bytes.

        Returns:
            Eight groups of four letters and a check character, 160 random bits.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        printed = new_recovery_key(random)
        secret = parse_recovery_key(printed)
        self._store_wrap(RECOVERY, secret, key, random, recovery_public=public_half(secret).hex())
        return printed

    def readers(self, key: bytes) -> Readers:
        """Say who may open what this PC backs up.

        Args:
            key: The database's key.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file; ``recovery_key_needed``: no recovery key was
                made yet that a backup could be sealed to.
        """
        records = self._read()
        is_open = records.mode == KeyMode.TRAINING
        if not is_open and not records.recovery_public:
            raise EnvironmentProblem("recovery_key_needed")
        public = bytes.fromhex(records.recovery_public) if records.recovery_public else None
        return Readers(public, _whole(key), is_open=is_open)

    def replica_id(self) -> str:
        """Return the database the keys are for.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        return self._read().replica_id

    def recovery_id(self) -> str:
        """Name the recovery key in force, "" when there is none."""
        public = self._read().recovery_public
        return recovery_id(bytes.fromhex(public)) if public else ""

    def settle_in(self, key: bytes, store: SecretStore | None) -> KeyMode:
        """Put the key where this PC keeps it, after a restore; return the mode from now on.

        Args:
            key: The database's key.
            store: This PC's keyring; without one the users' passwords open the database.

        Raises:
            OSError: The disk refused.
        """
        records = self._read()
        if records.mode == KeyMode.TRAINING:
            return KeyMode.TRAINING
        choice = choose_mode(store)
        if choice.mode is KeyMode.KEYRING:
            _keep(store, stored_name(records.replica_id), key)
        write_records(self.path, replace(records, mode=choice.mode.value))
        return choice.mode

    def open_with_recovery(self, printed: str) -> bytes:
        """Get the key by the printed recovery key.

        Args:
            printed: As typed from the paper.

        Raises:
            UserError: ``bad_recovery_key`` (group) for a slip of the pen, ``wrong_recovery_key`` for the key
                of another database or an earlier one.
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        secret = parse_recovery_key(printed)
        records = self._read()
        if RECOVERY not in records.wraps:
            raise UserError("wrong_recovery_key")
        return _unwrapped(records, RECOVERY, secret, "wrong_recovery_key")

    def mode(self) -> KeyMode:
        """Say where the key lies.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        return KeyMode(self._read().mode)

    @property
    def _training_path(self) -> Path:
        return self.path.with_name(TRAINING_NAME)

    def _read(self) -> KeyRecords:
        """Read the key file; without one there is no key."""
        records = read_records(self.path, frozenset(KeyMode))
        if records is None:
            raise EnvironmentProblem("key_missing", mode="none")
        return records

    def _store_wrap(
        self, user_id: str, secret: str, key: bytes, random: Callable[[int], bytes], recovery_public: str = ""
    ) -> None:
        """Wrap the key under a secret and keep it with the others."""
        records = self._read()
        public = recovery_public or records.recovery_public
        made = wrap(_whole(key), secret, bound_to=_binding(records.replica_id, user_id), cost=self.cost, random=random)
        write_records(self.path, replace(records, wraps={**records.wraps, user_id: made}, recovery_public=public))

    def _stored_key(self, store: SecretStore, replica_id: str, *, is_required: bool) -> bytes | None:
        """Ask the keyring; one that does not answer is no hindrance where a password was given."""
        try:
            key = store.get(stored_name(replica_id))
        except EnvironmentProblem:
            if is_required:
                raise
            return None
        if key is not None and len(key) != KEY_BYTES:
            raise DamagedData("keys_damaged", path=stored_name(replica_id))
        return key

    def _training_key(self) -> bytes:
        """Read the open key of a training database."""
        try:
            text = self._training_path.read_text("utf-8")
            return _whole(bytes.fromhex(text.splitlines()[-1]))
        except FileNotFoundError as error:
            raise EnvironmentProblem("key_missing", mode=KeyMode.TRAINING.value) from error
        except (ValueError, IndexError) as error:
            raise DamagedData("keys_damaged", path=str(self._training_path)) from error


def _unwrapped(records: KeyRecords, user_id: str, secret: str, wrong: str) -> bytes:
    """Undo a user's wrap; ``wrong`` is the code of a secret that does not fit."""
    key = unwrap(records.wraps[user_id], secret, bound_to=_binding(records.replica_id, user_id))
    if key is None:
        raise UserError(wrong)
    return key


def _binding(replica_id: str, user_id: str) -> bytes:
    """Say what a wrap belongs to, so that it opens nothing elsewhere."""
    return f"{replica_id}\n{user_id}".encode()


def stored_name(replica_id: str) -> str:
    """Name the key in the keyring."""
    return f"database-key/{replica_id}"


def _whole(key: bytes) -> bytes:
    """Return the key if it has the length of one."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key


def _keep(store: SecretStore | None, name: str, key: bytes) -> None:
    """Put a key into the keyring and see that it is there."""
    if store is None:
        raise EnvironmentProblem("keyring_unavailable", reason="no_store")
    store.put(name, key)
    if store.get(name) != key:
        raise EnvironmentProblem("keyring_unavailable", reason="forgetful")
