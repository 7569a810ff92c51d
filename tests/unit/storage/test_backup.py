import io
import json
import tarfile
from pathlib import Path

import pytest

from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.storage import backup
from desktop.storage.backup import copy_before_migration, restore_backup, write_backup
from desktop.storage.engine import connect_raw
from desktop.storage.marker import Judgement
from desktop.storage.sealed import unsealed
from tests.support.backups import BY_KEY, locked_up
from tests.support.samples import NINE
from tests.support.wards import KEY, Ward, opened, person


@pytest.fixture
def saved(ward: Ward, tmp_path: Path) -> Path:
    """Give a backup of a ward with two dossiers, made while it is open."""
    locked_up(ward)
    ward.receive()
    ward.receive(owner=person(1))
    target = tmp_path / "saved.motcua"
    write_backup(ward.folder, KEY, target, NINE)
    return target


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(b"".join(unsealed(path, BY_KEY)))) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive}  # type: ignore[union-attr]


def packed(path: Path, contents: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size, info.type = len(content) if kind == tarfile.REGTYPE else 0, kind
            archive.addfile(info, io.BytesIO(content))
    return path


def test_a_backup_says_what_it_holds(ward: Ward, tmp_path: Path) -> None:
    locked_up(ward)
    ward.receive()

    report = write_backup(ward.folder, KEY, tmp_path / "b", NINE)

    assert (report.path, report.size) == (tmp_path / "b", (tmp_path / "b").stat().st_size)
    assert (report.events, report.head_hash) == (ward.database.ledger.head.seq, ward.database.ledger.head.hash.hex())
    assert not list(tmp_path.glob(".motcua-*"))


def test_a_backup_is_as_unreadable_as_the_database(saved: Path) -> None:
    assert b"Ngoc" not in saved.read_bytes()
    assert b"SQLite format 3" not in saved.read_bytes()
    assert set(members(saved)) == {"motcua.db", "keys.toml", "manifest.json"}


def test_a_training_key_goes_with_its_database(ward: Ward, tmp_path: Path) -> None:
    locked_up(ward)
    (ward.folder / "training.key").write_text("key")

    write_backup(ward.folder, KEY, tmp_path / "b", NINE)
    restore_backup(tmp_path / "b", tmp_path / "new", BY_KEY)

    assert (tmp_path / "new" / "training.key").read_text() == "key"


def test_a_restored_database_holds_everything_and_opens_a_new_epoch(ward: Ward, saved: Path, tmp_path: Path) -> None:
    lost = ward.receive(owner=person(2))
    ward.database.close()

    events = restore_backup(saved, tmp_path / "new", BY_KEY)

    assert (tmp_path / "new" / "keys.toml").read_bytes() == (ward.folder / "keys.toml").read_bytes()
    with opened(tmp_path / "new", ward.state) as restored:
        assert restored.database.judgement is Judgement.RESTORED
        assert restored.desk.reader.find(lost.code) is None
        assert len(restored.desk.reader.search("190718", 9)) == 2
        assert restored.receive(owner=person(3)).code.startswith("T-")
        assert restored.verify().is_clean
        assert restored.verify().events == events + 2


def test_a_backup_is_not_restored_over_a_database(ward: Ward, saved: Path) -> None:
    before = (ward.folder / "motcua.db").read_bytes()

    with pytest.raises(EnvironmentProblem, match="database_exists"):
        restore_backup(saved, ward.folder)

    assert (ward.folder / "motcua.db").read_bytes() == before


def test_a_backup_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="backup_absent"):
        restore_backup(tmp_path / "none", tmp_path / "new")


def test_a_backup_elsewhere_replaces_the_one_before_whole(ward: Ward, saved: Path) -> None:
    before = saved.read_bytes()
    ward.receive(owner=person(5))

    write_backup(ward.folder, KEY, saved, NINE)

    assert saved.read_bytes() != before
    assert json.loads(members(saved)["manifest.json"])["events"] == ward.database.ledger.head.seq


def test_a_copy_that_fails_its_check_leaves_the_old_backup(
    ward: Ward, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, make = saved.read_bytes(), backup._vacuum_into

    def make_badly(source: Path, key: bytes, target: Path) -> None:
        make(source, key, target)
        content = bytearray(target.read_bytes())
        content[-100] ^= 1
        target.write_bytes(content)

    monkeypatch.setattr(backup, "_vacuum_into", make_badly)

    with pytest.raises(DamagedData):
        write_backup(ward.folder, KEY, saved, NINE)
    assert saved.read_bytes() == before


@pytest.mark.parametrize("cut", [0, 100, 600, 5_000, 60_000])
def test_a_cut_backup_is_refused_and_leaves_nothing(saved: Path, tmp_path: Path, cut: int) -> None:
    saved.write_bytes(saved.read_bytes()[:cut])

    with pytest.raises(DamagedData, match="backup_damaged"):
        restore_backup(saved, tmp_path / "new", BY_KEY)

    assert not (tmp_path / "new" / "motcua.db").exists()


def test_a_flipped_bit_in_a_backup_is_found(saved: Path, tmp_path: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)

    with pytest.raises(DamagedData, match="backup_damaged"):
        restore_backup(saved, tmp_path / "new", BY_KEY)


@pytest.mark.parametrize(
    "change",
    [
        {"manifest.json": b"{"},
        {"manifest.json": b"[]"},
        {"manifest.json": b"\xff"},
        {"manifest.json": b'{"format": "other"}'},
        {"../evil": b"x"},
        {"extra": b"x"},
    ],
    ids=str,
)
def test_a_crafted_backup_is_refused(saved: Path, tmp_path: Path, change: dict[str, bytes]) -> None:
    crafted = packed(tmp_path / "crafted", members(saved) | change)

    with pytest.raises(DamagedData, match="backup_damaged"):
        restore_backup(crafted, tmp_path / "new")

    assert not (tmp_path / "evil").exists()


def test_a_backup_of_the_time_before_sealed_files_is_still_taken(saved: Path, tmp_path: Path) -> None:
    older = packed(tmp_path / "older", members(saved))

    assert restore_backup(older, tmp_path / "new") == json.loads(members(saved)["manifest.json"])["events"]


def test_a_crafted_backup_that_is_sealed_with_another_key_is_not_opened(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="backup_other_key"):
        restore_backup(saved, tmp_path / "new")


def test_links_are_no_members_of_a_backup(saved: Path, tmp_path: Path) -> None:
    crafted = packed(tmp_path / "crafted", members(saved), kind=tarfile.SYMTYPE)

    with pytest.raises(DamagedData, match="backup_damaged"):
        restore_backup(crafted, tmp_path / "new")


def test_a_copy_before_a_migration_is_the_database_of_that_moment(ward: Ward, tmp_path: Path) -> None:
    ward.receive()

    copy = copy_before_migration(ward.folder / "motcua.db", KEY, tmp_path / "backups", NINE)

    assert copy.name == "truoc-nang-cap-20190718-090000.db"
    connection = connect_raw(copy, KEY, read_only=True)
    assert connection.execute("SELECT count(*) FROM dossier").fetchone() == (1,)
    connection.close()
