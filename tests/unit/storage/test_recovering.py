"""A broken database file: kept aside, replaced from the second place, what can still be read saved, the rest named."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.devices import signing_key
from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.storage.database import DATABASE_NAME
from desktop.storage.marker import Judgement
from desktop.storage.recovering import Recovery, recover
from tests.support.backups import BY_KEY, MINUTE, full, locked_up, segment, shelf_of
from tests.support.samples import NINE
from tests.support.wards import Ward, opened, person

PAGE = 4_096


@pytest.fixture
def place(ward: Ward, tmp_path: Path) -> Path:
    """Give a second place with a full copy (one dossier) and a segment (another one); two more are only here."""
    locked_up(ward)
    ward.receive(owner=person(1))
    full(ward, tmp_path / "usb", NINE)
    ward.receive(owner=person(2))
    segment(ward, tmp_path / "usb", NINE + MINUTE)
    ward.receive(owner=person(3))
    ward.receive(owner=person(4))
    ward.database.checkpoint()
    ward.database.close()
    return tmp_path / "usb"


def recovered(ward: Ward, place: Path) -> Recovery:
    return recover(ward.folder, shelf_of(ward, place), BY_KEY, signing_key.verify, ward.state, NINE + 9 * MINUTE)


def codes(ward: Ward) -> list[str]:
    return sorted(card.code for card in ward.desk.reader.search("190718", 99))


def whole_file_of_zeros(content: bytearray) -> None:
    content[:] = bytes(len(content))


def last_pages(content: bytearray) -> None:
    """Break what was written last: the entries that are only here lie there."""
    content[-3 * PAGE :] = bytes(3 * PAGE)


def test_a_file_that_cannot_be_read_at_all_loses_only_what_came_after_the_last_segment(ward: Ward, place: Path) -> None:
    before = (ward.folder / DATABASE_NAME).read_bytes()
    broken(ward, whole_file_of_zeros)

    found = recovered(ward, place)

    assert (found.rebuilt.segments, found.from_broken, found.is_clean) == (1, 0, True)
    assert found.lost == 2
    assert [change.source for change in found.changes] == ["segment"]
    assert len((found.aside / DATABASE_NAME).read_bytes()) == len(before)
    with opened(ward.folder, ward.state) as again:
        assert again.database.judgement is Judgement.RESTORED
        assert len(codes(again)) == 2
        assert again.receive(owner=person(5)).code.startswith("T-")
        assert again.verify().is_clean


def test_what_the_broken_file_still_holds_is_saved(ward: Ward, place: Path) -> None:
    (ward.folder / f"{DATABASE_NAME}-wal").unlink(missing_ok=True)

    found = recovered(ward, place)

    assert (found.from_broken, found.lost, found.is_clean) == (2, 0, True)
    assert [change.source for change in found.changes] == ["segment", "broken_file", "broken_file"]
    assert all(change.code for change in found.changes)
    with opened(ward.folder, ward.state) as again:
        assert len(codes(again)) == 4
        assert again.verify().is_clean


@pytest.mark.parametrize("at", range(0, 100, 20))
def test_wherever_the_file_is_broken_what_comes_back_is_sound_and_counted(ward: Ward, place: Path, at: int) -> None:
    def one_page(content: bytearray) -> None:
        start = len(content) * at // 100 // PAGE * PAGE
        content[start : start + PAGE] = bytes(PAGE)

    broken(ward, one_page)

    found = recovered(ward, place)

    assert found.is_clean
    assert found.lost == 2 - found.from_broken
    with opened(ward.folder, ward.state) as again:
        assert len(codes(again)) == 2 + found.from_broken


def test_nothing_is_touched_while_somebody_works_in_it(ward: Ward, place: Path) -> None:
    with opened(ward.folder, ward.state), pytest.raises(EnvironmentProblem, match="database_in_use"):
        recovered(ward, place)

    assert not list(ward.folder.glob("hong-*"))


def test_a_place_without_a_whole_copy_leaves_the_broken_file_where_it_was(ward: Ward, place: Path) -> None:
    broken(ward, last_pages)
    before = (ward.folder / DATABASE_NAME).read_bytes()
    for path in place.rglob("toan-bo-*.mcs"):
        path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(DamagedData, match="backup_damaged"):
        recovered(ward, place)

    assert (ward.folder / DATABASE_NAME).read_bytes() == before
    assert (ward.folder / "keys.toml").exists()
    assert not list(ward.folder.glob("hong-*"))


def test_a_file_that_cannot_be_put_aside_leaves_the_others_where_they_were(
    ward: Ward, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Path.rename

    def stuck(path: Path, target: Path) -> Path:
        if path.name == "keys.toml" and target.parent.name.startswith("hong-"):
            raise PermissionError(errno.EACCES, "in use", str(path))
        return plain(path, target)

    monkeypatch.setattr(Path, "rename", stuck)

    with pytest.raises(EnvironmentProblem, match="disk_read_only"):
        recovered(ward, place)

    assert (ward.folder / DATABASE_NAME).exists()
    assert not list(ward.folder.glob("hong-*"))


def broken(ward: Ward, harm: Callable[[bytearray], None]) -> None:
    path = ward.folder / DATABASE_NAME
    content = bytearray(path.read_bytes())
    harm(content)
    path.write_bytes(content)
