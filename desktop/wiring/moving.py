"""Take a ward's data out into plain files, and make a ward of such files on another PC."""

import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop.devices import passwords, signing_key
from desktop.devices.passwords import STRONG, HashCost
from desktop.devices.system_clock import SettableClock, SystemClock
from desktop.domain.attempts import NO_ATTEMPTS
from desktop.domain.facts.unit import PasswordSet
from desktop.services.records import Account
from desktop.storage.database import Database, Replica, open_database
from desktop.storage.keys import KeyFile, KeyMode, SecretStore, stored_name
from desktop.storage.keys_file import STRONG as STRONG_WRAP
from desktop.storage.keys_file import WrapCost
from desktop.storage.open_import import Manifest, build_from_export, read_manifest
from desktop.storage.setting_up import setting_up
from desktop.wiring import KEYS_NAME, Argon2Passwords, chosen_mode, surroundings


@dataclass(frozen=True, slots=True)
class Imported:
    """Say what an import gave, to be printed once.

    Attributes:
        events: Entries that came back.
        head_hash: Of the last of them, hex: the same as in the export.
        recovery_key: To be printed once and locked away; "" in training.
        one_time_codes: (login, code) of each user; empty in training.
    """

    unit_id: str
    events: int
    head_hash: str
    key_mode: KeyMode
    recovery_key: str = field(default="", repr=False)
    one_time_codes: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def import_data(
    folder: Path,
    source: Path,
    *,
    store: SecretStore | None = None,
    cost: HashCost = STRONG,
    wrap_cost: WrapCost = STRONG_WRAP,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Imported:
    """Make a ward of an export in a folder without a database: whole, or not at all.

    The PC gets a signing key and a new epoch of its own; the users get one-time codes, for no password left the old PC.

    Raises:
        EnvironmentProblem: ``export_absent``, ``database_exists``, ``keys_exist``, ``disk_full`` …
        DamagedData: ``export_damaged``, ``restored_unsound``.
    """
    manifest = read_manifest(source)
    private, public = signing_key.generate()
    replica = Replica(
        manifest.replica_id, manifest.unit_id, private, public.hex(), manifest.counter, manifest.is_training
    )
    mode = _mode(manifest, store)
    with setting_up(folder.absolute()) as stage:
        keys = KeyFile(stage / KEYS_NAME, wrap_cost)
        try:
            key = keys.create(mode, store, replica.replica_id, random)
            build_from_export(source, stage, key, replica, signing_key.verify)
            codes = _settled(stage, key, keys, cost, random)
            recovery = "" if manifest.is_training else keys.recovery_key(key, random)
        except BaseException:
            if mode is KeyMode.KEYRING and store is not None:
                store.delete(stored_name(replica.replica_id))
            raise
    return Imported(manifest.unit_id, manifest.events, manifest.head_hash, mode, recovery, codes)


def _mode(manifest: Manifest, store: SecretStore | None) -> KeyMode:
    """Choose where the new key goes; never over the key of the database the export is of."""
    if manifest.is_training:
        return KeyMode.TRAINING
    if store is not None and store.get(stored_name(manifest.replica_id)) is not None:
        return KeyMode.PASSWORD
    return chosen_mode(store)[0]


def _settled(
    stage: Path, key: bytes, keys: KeyFile, cost: HashCost, random: Callable[[int], bytes]
) -> tuple[tuple[str, str], ...]:
    """Open the new epoch and give the users codes to log in with; none in training.

    No marker of this PC is touched: it may be the PC the export was written on.
    """
    around = surroundings(SettableClock(SystemClock()), random)
    with tempfile.TemporaryDirectory(prefix="motcua-") as nowhere:
        database = open_database(stage, key, replace(around, state_folder=Path(nowhere)))
        try:
            return _codes(database, keys, cost, random)
        finally:
            database.close()


def _codes(
    database: Database, keys: KeyFile, cost: HashCost, random: Callable[[int], bytes]
) -> tuple[tuple[str, str], ...]:
    hasher, is_training, codes = Argon2Passwords(cost), database.replica.is_training, []
    for user in database.reader.users():
        # In training nobody is asked for a password; no stored hash means none fits.
        code = "" if is_training else passwords.one_time_code(random)
        with database.ledger.act(None) as act:
            if code:
                act.record_unit((PasswordSet(user.user_id, is_one_time=True),))
            hashed = hasher.hash_password(code) if code else ""
            act.save_account(Account(user, hashed, is_one_time=bool(code), attempts=NO_ATTEMPTS))
        if code and user.is_active:
            keys.add_wrap(user.login, code, database.key, random)
            codes.append((user.login, code))
    return tuple(codes)
