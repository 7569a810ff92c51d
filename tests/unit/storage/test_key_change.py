"""The key of a database is changed: what opens it afterwards, what does not, and what a stop in between leaves."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.devices.secret_store import MemoryStore
from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.services import keykeeping
from desktop.storage import key_change
from desktop.storage.backup import restore_backup, write_backup
from desktop.storage.database import BACKUP_FOLDER, DATABASE_NAME
from desktop.storage.key_change import Ways, carry_out, opens, settled
from desktop.storage.keys import KeyFile, KeyMode
from desktop.storage.keys_file import WrapCost
from desktop.storage.sealed import Secrets
from tests.support.wards import KEY, make_ward, new_replica

CHEAP = WrapCost(memory_kib=8, rounds=1, lanes=1)
AT = datetime(2019, 7, 18, 10, tzinfo=UTC)
HUNG = ("hung", "mặt trời lặn")


class Failing(MemoryStore):
    """Refuse to keep what comes after so many secrets."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def put(self, name: str, secret: bytes) -> None:
        if not self.left:
            raise EnvironmentProblem("keyring_unavailable", reason="KeyringLocked")
        self.left -= 1
        super().put(name, secret)


@dataclass(frozen=True, slots=True)
class Office:
    """Hold a ward's folder, closed, with its keys."""

    folder: Path
    keys: KeyFile
    store: MemoryStore
    paper: str

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME

    def changed(self, ways: Ways | None = None) -> bytes:
        """Change the key; return the new one."""
        key_change.ask(self.keys, KEY, "u1")
        return carry_out(self.keys, KEY, ways or Ways(self.store))


def office(tmp_path: Path, mode: KeyMode = KeyMode.KEYRING, store: MemoryStore | None = None) -> Office:
    ward = make_ward(tmp_path, is_training=mode is KeyMode.TRAINING)
    ward.database.close()
    store = MemoryStore() if store is None else store
    keys = KeyFile(ward.folder / "keys.toml", CHEAP)
    keys.create(mode, store, new_replica().replica_id, lambda n: KEY[:n])
    paper = "" if mode is KeyMode.TRAINING else keys.recovery_key(KEY)
    return Office(ward.folder, keys, store, paper)


def test_the_new_key_opens_the_database_and_the_old_one_is_nowhere(tmp_path: Path) -> None:
    place = office(tmp_path)
    place.keys.add_wrap("lan", "mật khẩu của lan", KEY)

    key = place.changed()

    assert key != KEY
    assert (opens(place.database, key), opens(place.database, KEY)) == (True, False)
    assert list(place.store.secrets.values()) == [key]
    assert place.keys.open(place.store) == key
    assert place.keys.open_with_recovery(place.paper) == key
    assert place.keys.users() == frozenset()
    assert not (place.folder / key_change.NEXT_NAME).exists()
    assert KEY.hex() not in place.keys.path.read_text("utf-8")


def test_each_step_is_told_as_it_begins_and_nothing_where_nothing_was_asked_for(tmp_path: Path) -> None:
    place, steps = office(tmp_path), list[str]()

    carry_out(place.keys, KEY, Ways(place.store), steps.append)
    untold = list(steps)
    key_change.ask(place.keys, KEY, "u1")
    carry_out(place.keys, KEY, Ways(place.store), steps.append)

    assert (untold, steps) == ([], ["copy", "encrypt", "check", "switch"])


def test_a_second_change_takes_the_place_of_the_first(tmp_path: Path) -> None:
    place = office(tmp_path)
    first = place.changed()

    key_change.ask(place.keys, first, "u1")
    second = carry_out(place.keys, first, Ways(place.store))

    assert (opens(place.database, second), opens(place.database, first)) == (True, False)
    assert list(place.store.secrets.values()) == [second]


def test_in_password_mode_whoever_opens_it_comes_in_and_the_others_after_him(tmp_path: Path) -> None:
    place = office(tmp_path, KeyMode.PASSWORD)
    for login in ("lan", "hung"):
        place.keys.add_wrap(login, HUNG[1], KEY)

    key = place.changed(Ways(None, HUNG))

    assert place.keys.open(None, HUNG) == key
    assert place.keys.lacks("lan")
    assert not place.keys.lacks("hung")
    with pytest.raises(UserError, match="user_not_on_this_pc"):
        place.keys.open(None, ("lan", HUNG[1]))


def test_a_training_database_changes_its_open_key(tmp_path: Path) -> None:
    place = office(tmp_path, KeyMode.TRAINING)

    key = place.changed()

    assert place.keys.open() == key
    assert opens(place.database, key)


def test_the_paper_opens_backups_of_before_and_after(tmp_path: Path) -> None:
    place = office(tmp_path)
    write_backup(place.folder, KEY, tmp_path / "before.mcs", AT)
    key = place.changed()
    write_backup(place.folder, key, tmp_path / "after.mcs", AT)

    for name, its_key in (("before", KEY), ("after", key)):
        folder = tmp_path / name
        restore_backup(tmp_path / f"{name}.mcs", folder, Secrets(recovery=place.paper))

        assert KeyFile(folder / "keys.toml").open_with_recovery(place.paper) == its_key
        assert opens(folder / DATABASE_NAME, its_key)


def test_a_recovery_key_made_after_the_change_was_asked_for_opens_the_database(tmp_path: Path) -> None:
    place = office(tmp_path)
    key_change.ask(place.keys, KEY, "u1")
    paper = place.keys.recovery_key(KEY)

    key = carry_out(place.keys, KEY, Ways(place.store))

    assert place.keys.open_with_recovery(paper) == key
    with pytest.raises(UserError, match="wrong_recovery_key"):
        place.keys.open_with_recovery(place.paper)
    newest = place.keys.recovery_key(key)
    assert place.keys.open_with_recovery(newest) == key


def test_without_a_recovery_key_no_change_is_asked_for(tmp_path: Path) -> None:
    place = office(tmp_path)
    place.keys.path.unlink()
    place.keys.create(KeyMode.KEYRING, place.store, new_replica().replica_id)

    with pytest.raises(EnvironmentProblem, match="recovery_key_needed"):
        key_change.ask(place.keys, KEY, "u1")


def test_a_keyring_that_takes_nothing_leaves_everything_as_it_was(tmp_path: Path) -> None:
    place = office(tmp_path, store=Failing(after=1))

    with pytest.raises(EnvironmentProblem, match="keyring_unavailable"):
        place.changed()

    assert opens(place.database, KEY)
    assert settled(place.keys, place.keys.open(place.store), Ways(place.store)) == KEY


def test_a_keyring_that_fails_after_the_file_took_its_place_is_made_up_for(tmp_path: Path) -> None:
    place = office(tmp_path, store=Failing(after=2))
    with pytest.raises(EnvironmentProblem, match="keyring_unavailable"):
        place.changed()
    old = place.keys.open(place.store)
    assert (old, opens(place.database, old)) == (KEY, False)

    place.store.left = 9  # type: ignore[attr-defined]
    key = settled(place.keys, old, Ways(place.store))

    assert opens(place.database, key)
    assert place.keys.open(place.store) == key
    assert list(place.store.secrets.values()) == [key]


def test_a_keyring_that_fails_for_good_leaves_the_password(tmp_path: Path) -> None:
    place = office(tmp_path, store=Failing(after=2))
    place.keys.add_wrap(*HUNG, KEY)

    key = place.changed(Ways(place.store, HUNG))

    assert place.keys.mode() is KeyMode.PASSWORD
    assert place.keys.open(None, HUNG) == key


def test_a_change_that_was_asked_for_keeps_nobody_from_reading(tmp_path: Path) -> None:
    place = office(tmp_path)
    named = key_change.ask(place.keys, KEY, "u1")

    change = key_change.asked(place.keys)

    assert change is not None
    assert (change.key_id, change.asked_by) == (named, "u1")
    assert settled(place.keys, KEY, Ways(place.store)) == KEY


def test_a_next_key_that_was_changed_is_not_taken(tmp_path: Path) -> None:
    place = office(tmp_path)
    key_change.ask(place.keys, KEY, "u1")
    waiting = place.folder / key_change.NEXT_NAME
    text = waiting.read_text("utf-8")
    waiting.write_text(text.replace('box = "', 'box = "AAAA'), "utf-8")

    assert carry_out(place.keys, KEY, Ways(place.store)) == KEY
    waiting.write_text("box = 1", "utf-8")
    with pytest.raises(DamagedData, match="keys_damaged"):
        carry_out(place.keys, KEY, Ways(place.store))


def test_copies_that_only_the_former_key_opens_are_dropped(tmp_path: Path) -> None:
    place = office(tmp_path)
    kept = place.folder / BACKUP_FOLDER / "truoc-nang-cap-1.db"
    kept.parent.mkdir(exist_ok=True)
    kept.write_bytes(place.database.read_bytes())

    key = place.changed()

    assert key_change.drop_older_copies(place.folder, key) == (kept.name,)
    assert not kept.exists()


def test_what_a_killed_write_of_a_key_file_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".keys.next.toml.abc"
    stays = tmp_path / ".dang-tao-1"
    for path in (left, stays):
        path.touch()

    key_change.tidy(tmp_path)

    assert (left.exists(), stays.exists()) == (False, True)


def test_the_log_tells_of_a_change_once_and_who_asked(tmp_path: Path) -> None:
    ward = make_ward(tmp_path)

    told = [keykeeping.tell_key_changed(ward.desk, name, "u5") for name in ("A", "A", "B")]

    assert told == [True, False, True]
    last = ward.desk.reader.last_of_type("database_key.changed")
    assert last is not None
    assert (last.fact.key_id, last.fact.asked_by, last.envelope.actor) == ("B", "u5", "")  # type: ignore[union-attr]
    ward.database.close()
