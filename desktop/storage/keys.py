"""The key of the database: 32 random bytes, and the ways to get at them.

``keys.toml`` beside the database names the way and holds nothing that opens the database by itself: for each
user a salt and the key wrapped (AES-256-GCM) under his password (argon2id). The key itself lies

* in the operating system's keyring (mode ``keyring``, the usual one),
* nowhere but in those wraps (mode ``password``),
* or openly in ``training.key`` in the data folder (mode ``training``, for exercises and nothing else).

In every mode one more wrap, of the user id ``recovery``, belongs to the recovery key printed at set-up. A key that was
changed is sealed to the public half of that recovery key instead (:mod:`desktop.storage.key_change`).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.storage.key_places import (
    KEY_BYTES,
    KeyMode,
    ModeChoice,
    SecretStore,
    choose_mode,
    keep,
    stored_name,
)
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
from desktop.storage.sealed import Readers, public_half, recovery_id, unseal_key

__all__ = ["KEY_BYTES", "KeyFile", "KeyMode", "ModeChoice", "SecretStore", "choose_mode", "stored_name"]

RECOVERY = "recovery"
TRAINING_NAME = "training.key"

_TRAINING_NOTE = "# Khóa để ngỏ, chỉ dùng để tập. Whoever reads this file can read the training database.\n"


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
            keep(store, stored_name(replica_id), key)
        elif mode is KeyMode.TRAINING:
            write_training_key(self.path, key)
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
        records = self.records()
        mode = KeyMode(records.mode)
        if mode is KeyMode.TRAINING:
            return self._training_key()
        if mode is KeyMode.KEYRING and store is not None:
            key = self._stored_key(store, records, is_required=password is None)
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
        records = self.records()
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
        return frozenset(self.records().wraps) - {RECOVERY}

    def lacks(self, user_id: str) -> bool:
        """Tell whether a user's password does not open the database here and should."""
        records = self.records()
        return records.mode != KeyMode.TRAINING and user_id not in records.wraps

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
        records = self.records()
        is_open = records.mode == KeyMode.TRAINING
        public = None if is_open and not records.recovery_public else bytes.fromhex(self.recovery_public())
        return Readers(public, _whole(key), is_open=is_open)

    def replica_id(self) -> str:
        """Return the database the keys are for.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        return self.records().replica_id

    def recovery_id(self) -> str:
        """Name the recovery key in force, "" when there is none."""
        public = self.records().recovery_public
        return recovery_id(bytes.fromhex(public)) if public else ""

    def settle_in(self, key: bytes, store: SecretStore | None) -> KeyMode:
        """Put the key where this PC keeps it, after a restore; return the mode from now on.

        Args:
            key: The database's key.
            store: This PC's keyring; without one the users' passwords open the database.

        Raises:
            OSError: The disk refused.
        """
        records = self.records()
        if records.mode == KeyMode.TRAINING:
            return KeyMode.TRAINING
        choice = choose_mode(store)
        if choice.mode is KeyMode.KEYRING:
            keep(store, stored_name_of(records), key)
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
        records = self.records()
        if RECOVERY in records.wraps:
            return _unwrapped(records, RECOVERY, secret, "wrong_recovery_key")
        key = unseal_key(records.recovery_box, secret, binding(records.replica_id, RECOVERY))
        if key is None:
            raise UserError("wrong_recovery_key")
        return key

    def recovery_public(self) -> str:
        """Return the public half of the recovery key, hex.

        Raises:
            EnvironmentProblem: ``recovery_key_needed``: none was made yet.
        """
        public = self.records().recovery_public
        if not public:
            raise EnvironmentProblem("recovery_key_needed")
        return public

    def mode(self) -> KeyMode:
        """Say where the key lies.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        return KeyMode(self.records().mode)

    def records(self) -> KeyRecords:
        """Return what the file says.

        Raises:
            EnvironmentProblem: ``key_missing``: there is no key file.
        """
        records = read_records(self.path, frozenset(KeyMode))
        if records is None:
            raise EnvironmentProblem("key_missing", mode="none")
        return records

    def _store_wrap(
        self, user_id: str, secret: str, key: bytes, random: Callable[[int], bytes], recovery_public: str = ""
    ) -> None:
        """Wrap the key under a secret and keep it with the others."""
        records = self.records()
        public = recovery_public or records.recovery_public
        made = wrap(_whole(key), secret, bound_to=binding(records.replica_id, user_id), cost=self.cost, random=random)
        box = {} if recovery_public else records.recovery_box
        wraps = {**records.wraps, user_id: made}
        write_records(self.path, replace(records, wraps=wraps, recovery_public=public, recovery_box=box))

    def _stored_key(self, store: SecretStore, records: KeyRecords, *, is_required: bool) -> bytes | None:
        """Ask the keyring; one that does not answer is no hindrance where a password was given."""
        try:
            key = store.get(stored_name_of(records))
        except EnvironmentProblem:
            if is_required:
                raise
            return None
        if key is not None and len(key) != KEY_BYTES:
            raise DamagedData("keys_damaged", path=stored_name_of(records))
        return key

    def _training_key(self) -> bytes:
        """Read the open key of a training database."""
        try:
            text = self.path.with_name(TRAINING_NAME).read_text("utf-8")
            return _whole(bytes.fromhex(text.splitlines()[-1]))
        except FileNotFoundError as error:
            raise EnvironmentProblem("key_missing", mode=KeyMode.TRAINING.value) from error
        except (ValueError, IndexError) as error:
            raise DamagedData("keys_damaged", path=str(self.path.with_name(TRAINING_NAME))) from error


def write_training_key(keys: Path, key: bytes) -> None:
    """Write the open key of a training database beside its key file."""
    write_private(keys.with_name(TRAINING_NAME), (_TRAINING_NOTE + key.hex() + "\n").encode())


def _unwrapped(records: KeyRecords, user_id: str, secret: str, wrong: str) -> bytes:
    """Undo a user's wrap; ``wrong`` is the code of a secret that does not fit."""
    key = unwrap(records.wraps[user_id], secret, bound_to=binding(records.replica_id, user_id))
    if key is None:
        raise UserError(wrong)
    return key


def stored_name_of(records: KeyRecords) -> str:
    """Name a database's key in the keyring."""
    return stored_name(records.replica_id, records.key_id)


def binding(replica_id: str, user_id: str) -> bytes:
    """Say what a wrap belongs to, so that it opens nothing elsewhere."""
    return f"{replica_id}\n{user_id}".encode()


def _whole(key: bytes) -> bytes:
    """Return the key if it has the length of one."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(key)}")
    return key
