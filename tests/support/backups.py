"""Backups of a test's ward: its key file with a recovery key, and a second place."""

from datetime import datetime, timedelta
from pathlib import Path

from desktop.devices import signing_key
from desktop.storage.keys import KeyFile, KeyMode
from desktop.storage.keys_file import WrapCost
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import folder_of, ship_full, ship_segment
from desktop.storage.segments import Link
from tests.support.wards import KEY, Ward

CHEAP_WRAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
MINUTE = timedelta(minutes=1)
BY_KEY = Secrets(database_key=KEY)


def locked_up(ward: Ward) -> str:
    """Give a ward its key file in mode ``password``; return the printed recovery key."""
    keys = KeyFile(ward.folder / "keys.toml", CHEAP_WRAP)
    keys.create(KeyMode.PASSWORD, None, ward.database.replica.replica_id, lambda _: KEY)
    return keys.recovery_key(KEY)


def full(ward: Ward, place: Path, at: datetime) -> None:
    """Make a full copy."""
    place.mkdir(exist_ok=True)
    ship_full(ward.folder, KEY, place, at)


def segment(ward: Ward, place: Path, at: datetime) -> Link | None:
    """Bring what is new to the second place."""
    return ship_segment(ward.folder, KEY, place, at, lambda private: signing_key.Signer(private).sign)


def shelf_of(ward: Ward, place: Path) -> Path:
    """Return the ward's folder in the second place."""
    return folder_of(place, ward.database.replica.replica_id)
