"""Change the key of a database: on a copy under the new key, which takes the old file's place in one step.

Who asks for it leaves ``keys.next.toml``: the new key, wrapped under the one in force. It is carried out when the
database is opened the next time, before anybody works in it. Whoever is killed when, the database opens by one of the
two keys, and both are at hand until the change is finished:

1. the copy takes the old file's place: from here on the new key opens it, got out of ``keys.next.toml`` by the old one;
2. keyring, recovery box and ``keys.toml`` take the new key, in this order;
3. the old key leaves the keyring, and ``keys.next.toml`` goes.

What was sealed before the change stays sealed to the recovery key; its copy of ``keys.toml`` leads to the old key.
"""

import base64
import secrets
import shutil
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import tomli_w
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem
from desktop.storage.database import BACKUP_FOLDER, DATABASE_NAME
from desktop.storage.durable import make_durable
from desktop.storage.engine import connect_raw, translated
from desktop.storage.key_places import KEY_BYTES, KeyMode, SecretStore, keep, key_name, stored_name
from desktop.storage.keys import RECOVERY, TRAINING_NAME, KeyFile, binding, stored_name_of, write_training_key
from desktop.storage.keys_file import KeyRecords, sync_folder, wrap, write_private, write_records
from desktop.storage.process_lock import ProcessLock
from desktop.storage.renewal import STAGE_NAME, log_of, quiet, staged
from desktop.storage.sealed import seal_key

NEXT_NAME: Final = "keys.next.toml"
_UNFINISHED: Final = (f".{NEXT_NAME}.", ".keys.toml.", f".{TRAINING_NAME}.")
_NONCE_BYTES: Final = 12
_BOUND: Final = b"motcua next database key 1"


@dataclass(frozen=True, slots=True)
class Asked:
    """State a change of the key that was asked for and is not finished.

    Attributes:
        key_id: Names the new key.
        asked_by: User id of who wants it.
        former_id: Names the key it takes the place of, "" for a database's first.
        box: The new key under the former one.
    """

    key_id: str
    asked_by: str
    former_id: str
    box: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ways:
    """Hold what opens the database on this PC.

    Attributes:
        store: The keyring; None for none.
        password: User id and password of who opens it; None when nobody typed one.
    """

    store: SecretStore | None = None
    password: tuple[str, str] | None = field(default=None, repr=False)


def ask(keys: KeyFile, key: bytes, asked_by: str, random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Ask for another key; it is in force after the database was opened the next time. Return its name.

    Args:
        keys: Key file of the database.
        key: The key in force.
        asked_by: User id.
        random: Gives that many random bytes.

    Raises:
        EnvironmentProblem: ``recovery_key_needed``: no paper could open the database afterwards; ``key_missing``.
        OSError: The disk refused.
    """
    records = keys.records()
    if records.mode != KeyMode.TRAINING:
        keys.recovery_public()
    following, nonce = random(KEY_BYTES), random(_NONCE_BYTES)
    box = nonce + AESGCM(key).encrypt(nonce, following, _BOUND)
    named = key_name(following)
    table = {
        "key_id": named,
        "asked_by": asked_by,
        "former_id": records.key_id,
        "box": base64.b64encode(box).decode("ascii"),
    }
    write_private(_next_of(keys), tomli_w.dumps(table).encode())
    return named


def asked(keys: KeyFile) -> Asked | None:
    """Return the change that was asked for and is not finished, None when there is none.

    Raises:
        DamagedData: ``keys_damaged``.
        OSError: The disk refused.
    """
    path = _next_of(keys)
    try:
        table = tomllib.loads(path.read_text("utf-8"))
        box = base64.b64decode(table["box"], validate=True)
        return Asked(str(table["key_id"]), str(table["asked_by"]), str(table["former_id"]), box)
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedData("keys_damaged", path=str(path)) from error


def settled(keys: KeyFile, key: bytes, ways: Ways) -> bytes:
    """Return the key that opens the database while a change is under way, and finish what a kill interrupted.

    Args:
        keys: Key file of the database.
        key: What it gave.
        ways: Where the new key goes.

    Raises:
        DamagedData: ``keys_damaged``.
        EnvironmentProblem: ``keyring_unavailable``.
        OSError: The disk refused.
    """
    change = asked(keys)
    if change is None:
        return key
    if key_name(key) == change.key_id:
        _put_in_force(keys, change, key, ways)
        return key
    if opens(keys.path.with_name(DATABASE_NAME), key):
        return key
    following = _following(change, key)
    if following is None or not opens(keys.path.with_name(DATABASE_NAME), following):
        return key
    _put_in_force(keys, change, following, ways)
    return following


def tell_nobody(_step: str) -> None:
    """Take a step of the change and say nothing."""


def carry_out(keys: KeyFile, key: bytes, ways: Ways, told: Callable[[str], None] = tell_nobody) -> bytes:
    """Do what was asked for, when it was; return the key that opens the database then.

    Args:
        keys: Key file of the database; nobody else may work in its folder.
        key: The key in force, as :func:`settled` gives it.
        ways: Where the new key goes.
        told: Called with each step as it begins: ``copy``, ``encrypt``, ``check``, ``switch``.

    Raises:
        EnvironmentProblem: ``database_in_use``, ``disk_full`` …; ``keyring_unavailable``.
        DamagedData: ``key_change_refused``: the copy is not what the database is; that one stands.
    """
    change = asked(keys)
    following = None if change is None else _following(change, key)
    if change is None or following is None:
        return key
    folder, records = keys.path.parent, keys.records()
    if records.mode == KeyMode.KEYRING:
        # Before anything is changed: a keyring that takes nothing ends it here.
        keep(ways.store, stored_name(records.replica_id, change.key_id), following)
    with ProcessLock(folder), quiet(folder, key) as database, staged(folder) as stage:
        copy = stage / DATABASE_NAME
        told("copy")
        with translated():
            shutil.copyfile(database, copy)
        told("encrypt")
        _rekey(copy, key, following)
        told("check")
        _check(copy, following)
        if log_of(copy, following) != log_of(database, key):
            raise DamagedData("key_change_refused", finding="event_missing")
        told("switch")
        # Reading leaves traces beside a file: none may be there when another takes its name.
        with quiet(stage, following), quiet(folder, key), translated():
            make_durable(copy)
            copy.replace(database)
            sync_folder(folder)
    _put_in_force(keys, change, following, ways)
    return following


def told(keys: KeyFile) -> None:
    """Remember that the log says who had the key changed."""
    write_records(keys.path, replace(keys.records(), asked_by=""))


def tidy(folder: Path) -> None:
    """Remove what a killed change or a killed write of a key file left; the caller holds the lock of the folder."""
    shutil.rmtree(folder / STAGE_NAME, ignore_errors=True)
    for path in folder.glob(".*"):
        if path.name.startswith(_UNFINISHED):
            path.unlink(missing_ok=True)


def drop_older_copies(folder: Path, key: bytes) -> tuple[str, ...]:
    """Remove copies of the database in the data folder that the key in force does not open; return their names.

    They were kept by updates. Who has the former key could read them, and nobody else can.
    """
    dropped = []
    for path in sorted((folder / BACKUP_FOLDER).glob("*.db")):
        if not opens(path, key):
            path.unlink()
            dropped.append(path.name)
    return tuple(dropped)


def opens(database: Path, key: bytes) -> bool:
    """Tell whether a key opens a database file; one that is not there or broken is opened by none."""
    try:
        connection = connect_raw(database, key, read_only=True)
    except AppError:
        return False
    try:
        with translated():
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except AppError:
        return False
    finally:
        connection.close()
    return True


def _put_in_force(keys: KeyFile, change: Asked, key: bytes, ways: Ways) -> None:
    """Put the new key where this PC keeps it, then take the former one away; done again after a kill, it is the same.

    Only the password given here opens the database from now on; the other users' are wrapped when they log in.
    """
    records = keys.records()
    mode = KeyMode(records.mode)
    if records.key_id != change.key_id:
        box = {}
        if mode is not KeyMode.TRAINING:
            box = seal_key(key, bytes.fromhex(keys.recovery_public()), binding(records.replica_id, RECOVERY))
        wraps = {}
        if ways.password is not None and mode is not KeyMode.TRAINING:
            user_id, text = ways.password
            bound = binding(records.replica_id, user_id)
            wraps = {user_id: wrap(key, text, bound_to=bound, cost=keys.cost, random=secrets.token_bytes)}
        following = replace(records, wraps=wraps, recovery_box=box, key_id=change.key_id, asked_by=change.asked_by)
        if mode is KeyMode.KEYRING:
            following = _kept(following, key, ways.store)
        elif mode is KeyMode.TRAINING:
            write_training_key(keys.path, key)
        write_records(keys.path, following)
    if mode is KeyMode.KEYRING and ways.store is not None:
        # A keyring that does not answer keeps a key that opens nothing here any more.
        with suppress(EnvironmentProblem):
            ways.store.delete(stored_name(records.replica_id, change.former_id))
    _next_of(keys).unlink(missing_ok=True)
    sync_folder(keys.path.parent)


def _kept(records: KeyRecords, key: bytes, store: SecretStore | None) -> KeyRecords:
    """Put a key into the keyring; where that stopped working after the copy took its place, the password opens it."""
    try:
        keep(store, stored_name_of(records), key)
    except EnvironmentProblem:
        if not records.wraps:
            raise
        return replace(records, mode=KeyMode.PASSWORD.value)
    return records


def _rekey(copy: Path, key: bytes, following: bytes) -> None:
    """Encrypt a copy anew, page by page; a kill leaves a copy that nobody looks at."""
    with translated():
        connection = connect_raw(copy, key, read_only=False)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(f"PRAGMA rekey = \"x'{following.hex()}'\"")
        finally:
            connection.close()


def _check(copy: Path, key: bytes) -> None:
    """Check every page of a copy.

    Raises:
        DamagedData: ``key_change_refused``.
    """
    with translated():
        connection = connect_raw(copy, key, read_only=False)
        try:
            problems = connection.execute("PRAGMA cipher_integrity_check").fetchall()
            is_whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        finally:
            connection.close()
    if problems or not is_whole:
        raise DamagedData("key_change_refused", finding="page_damaged")


def _following(change: Asked, key: bytes) -> bytes | None:
    """Get the new key by the former one; None when that is another."""
    try:
        return AESGCM(key).decrypt(change.box[:_NONCE_BYTES], change.box[_NONCE_BYTES:], _BOUND)
    except (InvalidTag, ValueError):
        return None


def _next_of(keys: KeyFile) -> Path:
    return keys.path.with_name(NEXT_NAME)
