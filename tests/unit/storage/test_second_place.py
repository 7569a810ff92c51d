"""Segments and full copies in a second place, and the database brought back from them."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from desktop.devices import signing_key
from desktop.domain.commands import Correct
from desktop.domain.errors import DamagedData, EnvironmentProblem, UserError
from desktop.services import accounts, follow, staff
from desktop.storage import durable
from desktop.storage.keys import KeyFile
from desktop.storage.marker import Judgement
from desktop.storage.restoring import Rebuilt, drill, restore_place
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import look_into, ship_full, tidy
from tests.support.backups import BY_KEY, CHEAP_WRAP, MINUTE, full, locked_up, segment, shelf_of
from tests.support.samples import NINE, REASON
from tests.support.wards import KEY, PASSWORD, Ward, opened, person


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "usb"


@pytest.fixture
def paper(ward: Ward) -> str:
    """Give the recovery key of a ward that was locked up."""
    return locked_up(ward)


def brought_back(place: Path, folder: Path, held: Secrets = BY_KEY) -> Rebuilt:
    return restore_place(place, folder, held, signing_key.verify)


def codes(ward: Ward) -> set[str]:
    return {card.code for card in ward.desk.reader.search("190718", 99)}


@pytest.mark.usefixtures("paper")
def test_what_was_done_before_the_last_segment_comes_back(ward: Ward, place: Path, tmp_path: Path) -> None:
    given = {ward.receive(owner=person(1)).code}
    full(ward, place, NINE)
    for n in range(2, 6):
        given.add(ward.receive(owner=person(n)).code)
        assert segment(ward, place, NINE + n * MINUTE) is not None
    lost = ward.receive(owner=person(9)).code

    rebuilt = brought_back(place, tmp_path / "new")

    assert (rebuilt.segments, rebuilt.safe_until, rebuilt.passed_over) == (4, NINE + 5 * MINUTE, ())
    assert rebuilt.events > rebuilt.from_full
    ward.database.close()
    with opened(tmp_path / "new", ward.state) as restored:
        assert restored.database.judgement is Judgement.RESTORED
        assert codes(restored) == given
        again = restored.receive(owner=person(10)).code
        assert again.startswith("T-")
        assert again not in given | {lost}
        assert restored.verify().is_clean


def test_the_recovery_key_alone_opens_everything_elsewhere(ward: Ward, paper: str, place: Path, tmp_path: Path) -> None:
    full(ward, place, NINE)
    code = ward.receive(owner=person(2)).code
    segment(ward, place, NINE + MINUTE)

    rebuilt = brought_back(place, tmp_path / "new", Secrets(recovery=paper))

    assert rebuilt.key == KEY
    with opened(tmp_path / "new", tmp_path / "another PC") as restored:
        assert restored.database.judgement is Judgement.COPIED
        assert code in codes(restored)


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("held", [Secrets(), Secrets(database_key=bytes(32))], ids=["nothing", "another key"])
def test_a_thief_of_the_stick_reads_nothing(ward: Ward, place: Path, tmp_path: Path, held: Secrets) -> None:
    full(ward, place, NINE)

    with pytest.raises(UserError, match="backup_other_key"):
        brought_back(place, tmp_path / "new", held)

    content = b"".join(path.read_bytes() for path in place.rglob("*.mcs"))
    assert b"SQLite format" not in content
    assert b"motcua.db" not in content


def test_a_new_recovery_key_opens_new_copies_and_the_old_one_the_old(
    ward: Ward, paper: str, place: Path, tmp_path: Path
) -> None:
    full(ward, place, NINE)
    shutil.copytree(place, tmp_path / "old")
    newer = KeyFile(ward.folder / "keys.toml", CHEAP_WRAP).recovery_key(KEY)
    full(ward, place, NINE + MINUTE)

    assert brought_back(tmp_path / "old", tmp_path / "a", Secrets(recovery=paper)).key == KEY
    assert brought_back(place, tmp_path / "b", Secrets(recovery=newer)).safe_until == NINE + MINUTE
    with pytest.raises(UserError, match="backup_other_key"):
        brought_back(tmp_path / "old", tmp_path / "c", Secrets(recovery=newer))


@pytest.fixture
def dropped() -> Iterator[list[str]]:
    """Hear which tables of any database are dropped: whoever folds a whole log anew begins so."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "DROP TABLE" in statement and "temp." not in statement:  # the check looks at the search index through one
            heard.append(statement.rsplit(maxsplit=1)[-1])

    event.listen(Engine, "before_cursor_execute", hear)
    yield heard
    event.remove(Engine, "before_cursor_execute", hear)


@pytest.mark.usefixtures("paper")
def test_only_what_came_after_the_full_copy_is_folded(
    ward: Ward, place: Path, tmp_path: Path, dropped: list[str]
) -> None:
    old = ward.receive(owner=person(1)).code
    full(ward, place, NINE)
    follow.correct(ward.desk, ward.user("lan"), old, Correct({"applicant.name": "Tên Đúng"}, REASON))
    new = ward.receive(owner=person(2)).code
    segment(ward, place, NINE + MINUTE)

    brought_back(place, tmp_path / "new")

    assert dropped == []
    with opened(tmp_path / "new", tmp_path / "elsewhere") as restored:
        assert restored.verify().is_clean
        assert codes(restored) == {old, new}
        assert [card.code for card in restored.desk.reader.search("ten dung", 5)] == [old]


@pytest.mark.usefixtures("paper")
def test_tables_that_were_wrong_in_the_full_copy_are_folded_anew(
    ward: Ward, place: Path, tmp_path: Path, dropped: list[str]
) -> None:
    code = ward.receive(owner=person(1)).code
    with ward.database._engine.begin() as connection:
        connection.execute(text("UPDATE dossier SET status = 'returned'"))
    full(ward, place, NINE)
    ward.receive(owner=person(2))
    segment(ward, place, NINE + MINUTE)

    brought_back(place, tmp_path / "new")

    assert "dossier" in dropped
    with opened(tmp_path / "new", tmp_path / "elsewhere") as restored:
        assert restored.verify().is_clean
        assert code in codes(restored)


@pytest.mark.usefixtures("paper")
def test_nothing_new_makes_no_segment(ward: Ward, place: Path) -> None:
    full(ward, place, NINE)

    assert segment(ward, place, NINE + MINUTE) is None


@pytest.mark.usefixtures("paper")
def test_a_segment_needs_a_full_copy_to_follow(ward: Ward, place: Path) -> None:
    place.mkdir()

    with pytest.raises(EnvironmentProblem, match="backup_full_needed"):
        segment(ward, place, NINE)


@pytest.mark.usefixtures("paper")
def test_a_place_that_is_not_there_or_lies_in_the_data_is_refused(ward: Ward, place: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="backup_place_absent"):
        ship_full(ward.folder, KEY, place, NINE)
    with pytest.raises(EnvironmentProblem, match="backup_place_inside"):
        ship_full(ward.folder, KEY, ward.folder, NINE)


@pytest.mark.usefixtures("paper")
def test_a_damaged_full_copy_is_made_up_for_by_the_one_before_and_the_segments(
    ward: Ward, place: Path, tmp_path: Path
) -> None:
    full(ward, place, NINE)
    first = ward.receive(owner=person(1)).code
    segment(ward, place, NINE + MINUTE)
    full(ward, place, NINE + 2 * MINUTE)
    second = ward.receive(owner=person(2)).code
    segment(ward, place, NINE + 3 * MINUTE)
    newest = look_into(shelf_of(ward, place)).fulls[-1].path
    flip(newest)

    rebuilt = brought_back(place, tmp_path / "new")

    assert rebuilt.passed_over == (newest.name,)
    with opened(tmp_path / "new", tmp_path / "elsewhere") as restored:
        assert codes(restored) == {first, second}
        assert restored.verify().is_clean


@pytest.mark.usefixtures("paper")
def test_a_damaged_or_missing_segment_ends_what_comes_back(ward: Ward, place: Path, tmp_path: Path) -> None:
    full(ward, place, NINE)
    whole = ward.receive(owner=person(1)).code
    segment(ward, place, NINE + MINUTE)
    for n in (2, 3):
        ward.receive(owner=person(n))
        segment(ward, place, NINE + n * MINUTE)
    made = look_into(shelf_of(ward, place)).segments
    flip(made[1].path)

    rebuilt = brought_back(place, tmp_path / "damaged")
    made[1].path.unlink()
    without = brought_back(place, tmp_path / "missing")

    assert rebuilt.passed_over == (made[1].path.name, made[2].path.name)
    assert without.passed_over == (made[2].path.name,)
    assert rebuilt.safe_until == without.safe_until == NINE + MINUTE
    with opened(tmp_path / "damaged", tmp_path / "elsewhere") as restored:
        assert codes(restored) == {whole}


@pytest.mark.usefixtures("paper")
def test_a_segment_that_another_signed_is_not_taken(
    ward: Ward, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(ward, place, NINE)
    ward.receive(owner=person(1))
    stranger, _ = signing_key.generate()
    own = signing_key.Signer
    monkeypatch.setattr(signing_key, "Signer", lambda _private: own(stranger))
    segment(ward, place, NINE + MINUTE)
    monkeypatch.undo()

    rebuilt = brought_back(place, tmp_path / "new")

    assert rebuilt.segments == 0
    assert len(rebuilt.passed_over) == 1


@pytest.mark.usefixtures("paper")
def test_two_sticks_used_by_turns_each_go_on_from_where_they_ended(ward: Ward, place: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    full(ward, place, NINE)
    full(ward, other, NINE)
    ward.receive(owner=person(1))
    segment(ward, place, NINE + MINUTE)
    ward.receive(owner=person(2))
    segment(ward, other, NINE + 2 * MINUTE)
    ward.receive(owner=person(3))
    segment(ward, place, NINE + 3 * MINUTE)

    assert [brought_back(each, tmp_path / each.name / "new").segments for each in (place, other)] == [2, 1]


@pytest.mark.usefixtures("paper")
def test_passwords_that_changed_after_the_full_copy_come_back(ward: Ward, place: Path, tmp_path: Path) -> None:
    full(ward, place, NINE)
    staff.save_user(ward.desk, ward.user("quantri"), ward.user("lan"), "MOTLAN-CODE")
    segment(ward, place, NINE + MINUTE)

    brought_back(place, tmp_path / "new")

    with opened(tmp_path / "new", tmp_path / "elsewhere") as restored:
        assert accounts.log_in(restored.desk, "lan", "MOTLAN-CODE").must_change_password
        with pytest.raises(UserError, match="wrong_password"):
            accounts.log_in(restored.desk, "lan", PASSWORD)


@pytest.mark.usefixtures("paper")
def test_a_draft_that_was_dropped_after_the_full_copy_stays_dropped(ward: Ward, place: Path, tmp_path: Path) -> None:
    lan = ward.user("lan").user_id
    ward.database.ledger.save_draft(lan, "intake", "typed and dropped")
    full(ward, place, NINE)
    ward.database.ledger.save_draft(lan, "intake", "")
    ward.receive()
    segment(ward, place, NINE + MINUTE)

    brought_back(place, tmp_path / "new")

    with opened(tmp_path / "new", tmp_path / "elsewhere") as restored:
        assert restored.desk.reader.draft(lan, "intake") == ""


@pytest.mark.usefixtures("paper")
def test_a_drill_proves_it_and_leaves_nothing(ward: Ward, place: Path) -> None:
    full(ward, place, NINE)
    ward.receive(owner=person(1))
    segment(ward, place, NINE + MINUTE)

    rebuilt, report = drill(shelf_of(ward, place), ward.folder, BY_KEY, signing_key.verify)

    assert report.is_clean
    assert rebuilt.events == report.events == ward.database.ledger.head.seq
    assert not list(ward.folder.glob(".dien-tap-*"))


@pytest.mark.usefixtures("paper")
def test_a_file_that_was_not_written_as_meant_does_not_stay(
    ward: Ward, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(ward, place, NINE)
    ward.receive(owner=person(1))
    replace = Path.replace

    def badly(self: Path, target: Path) -> Path:
        done = replace(self, target)
        if target.suffix == ".mcs":
            flip(target)
        return done

    monkeypatch.setattr(durable.Path, "replace", badly)

    with pytest.raises(DamagedData, match="backup_not_kept"):
        segment(ward, place, NINE + MINUTE)

    assert look_into(shelf_of(ward, place)).segments == ()


@pytest.mark.usefixtures("paper")
def test_old_copies_and_the_segments_before_them_are_dropped(ward: Ward, place: Path) -> None:
    for day in (0, 38, 39):
        at = NINE + timedelta(days=day)
        full(ward, place, at)
        ward.receive(owner=person(day))
        segment(ward, place, at + MINUTE)
    folder = shelf_of(ward, place)
    (folder / ".motcua-half").write_bytes(b"half")
    (folder / ".motcua-killed").mkdir()
    (folder / ".motcua-killed" / "motcua.db").write_bytes(b"half")

    tidy(folder, NINE + timedelta(days=400))

    left = look_into(folder)
    newest = [NINE + timedelta(days=38), NINE + timedelta(days=39)]
    assert [each.made_at for each in left.fulls] == newest
    assert [each.made_at for each in left.segments] == [at + MINUTE for at in newest]
    assert list(folder.glob(".motcua-*")) == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)
