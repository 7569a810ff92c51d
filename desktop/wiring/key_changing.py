"""Get at the key of a ward's database, and change it: asked for at work, done when the ward is opened the next time."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from desktop.devices import passwords
from desktop.domain.errors import AppError, EnvironmentProblem, UserError
from desktop.domain.users import User
from desktop.services import keykeeping
from desktop.services.ports import Desk
from desktop.services.safekeeping import Status
from desktop.services.witnessing import Witness
from desktop.storage import key_change
from desktop.storage.backup_status import read_status, write_status
from desktop.storage.database import Database
from desktop.storage.key_change import Ways
from desktop.storage.keys import KeyFile, SecretStore

log = logging.getLogger(__name__)

_KEYS_NAME = "keys.toml"
#: What no recovery key is called: a full copy is due.
_OTHER_KEY = "-"


def read_key(folder: Path, *, store: SecretStore | None = None, password: tuple[str, str] | None = None) -> bytes:
    """Return the database key of a data folder.

    Raises:
        EnvironmentProblem: ``database_absent``, ``key_missing``, ``keyring_unavailable``.
    """
    keys = KeyFile(folder / _KEYS_NAME)
    if not keys.path.exists() and not (folder / "motcua.db").exists():
        raise EnvironmentProblem("database_absent", path=str(folder))
    return key_change.settled(keys, _stored_key(keys, store, password), ways_of(store, password))


def ways_of(store: SecretStore | None, password: tuple[str, str] | None) -> Ways:
    """Return where a new key goes on this PC."""
    return Ways(store, None if password is None else (password[0].strip().lower(), password[1]))


def _stored_key(keys: KeyFile, store: SecretStore | None, password: tuple[str, str] | None) -> bytes:
    if password is None:
        return keys.open(store)
    login, text = password[0].strip().lower(), password[1]
    try:
        return keys.open(store, (login, text))
    except UserError as refusal:
        code = passwords.plain_code(text)
        if refusal.code != "wrong_password" or code == text:
            raise
    # A one-time code may be typed in any spelling.
    return keys.open(store, (login, code))


def ask(desk: Desk, database: Database, keys: KeyFile, actor: User, password: str) -> str:
    """Ask for another key of an open database; return its name. It is in force after the next start.

    Raises:
        UserError: ``not_permitted``, ``wrong_password`` …
        EnvironmentProblem: ``recovery_key_needed``, ``disk_full`` …

    Threads: lane db.
    """
    keykeeping.permit_key_change(desk, actor, password)
    return key_change.ask(keys, database.key, actor.user_id)


def make_recovery_key(
    desk: Desk, database: Database, keys: KeyFile, actor: User, witness: Witness | None = None
) -> tuple[str, str]:
    """Make a recovery key; return its letters, to be printed once, and its name. The log says who had it made.

    Args:
        desk: What the use case works with.
        database: Of the key it is for.
        keys: Where its public half goes.
        actor: Who has it made.
        witness: The second person, None when he was not asked yet.

    Raises:
        UserError: ``not_permitted``; ``witness_needed`` …, see :func:`desktop.services.witnessing.proven`.
        EnvironmentProblem: ``disk_full`` …

    Threads: lane db.
    """
    stood_by = keykeeping.permit_recovery_key(desk, actor, witness)
    groups = keys.recovery_key(database.key)
    keykeeping.note_recovery_key(desk, actor, keys.recovery_id(), stood_by)
    return groups, keys.recovery_id()


def asked(keys: KeyFile) -> str:
    """Name the key that was asked for and is not in force yet, "" for none."""
    change = key_change.asked(keys)
    return "" if change is None else change.key_id


def carry_out(folder: Path, key: bytes, ways: Ways, told: Callable[[str], None] = key_change.tell_nobody) -> bytes:
    """Do what was asked for, if anything was; return the key that opens the database.

    What goes wrong before the new key is in force keeps nobody from work: it is tried again at the next start.

    Args:
        folder: Data folder.
        key: The key in force.
        ways: Where the new key goes.
        told: Called with each step as it begins; see :func:`desktop.storage.key_change.carry_out`.

    Raises:
        AppError: the new key is in force, and cannot be put where this PC keeps it.
    """
    keys = KeyFile(folder / _KEYS_NAME)
    try:
        return key_change.carry_out(keys, key, ways, told)
    except AppError as error:
        if error.code != "database_in_use":
            log.warning("key not changed", extra={"code": error.code})
        return key_change.settled(keys, key, ways)


def finish(desk: Desk, database: Database, keys: KeyFile) -> None:
    """Write down a change that was made, and bring the copies of the data under the new key.

    Copies in the data folder that only the former key opens are removed; the second place gets a full copy.
    """
    key_change.tidy(database.folder)
    records = keys.records()
    if not records.asked_by:
        return
    dropped = key_change.drop_older_copies(database.folder, database.key)
    keykeeping.tell_key_changed(desk, records.key_id, records.asked_by)
    write_status(database.folder, _wanting_a_copy(read_status(database.folder)))
    key_change.told(keys)
    log.info("key changed", extra={"dropped": len(dropped)})


def _wanting_a_copy(status: Status) -> Status:
    """Forget by which key the last full copy opens, so that one is due."""
    return replace(status, recovery_id=_OTHER_KEY)
