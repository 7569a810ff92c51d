"""Taking the data of an earlier release over, and going back from a later one without losing an act."""

import json
from pathlib import Path

import pytest

from desktop.devices import signing_key
from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData
from desktop.domain.events import chain_hash
from desktop.storage.engine import connect_raw
from desktop.storage.going_back import Return, go_back
from desktop.storage.renewal import STAGE_NAME, renew_if_older
from tests.support.next_release import next_release
from tests.support.samples import NINE
from tests.support.wards import KEY, make_ward, opened, person

_CHANGED = """op.execute("DROP TRIGGER event_refuses_update")
    op.execute("UPDATE event SET acted_at = 'x' WHERE position = 2")"""
_SHORTENED = """op.execute("DROP TRIGGER event_refuses_delete")
    op.execute("DELETE FROM event WHERE position = (SELECT max(position) FROM event)")"""
_BAD_MIGRATION = """
from alembic import op

revision = "9001"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {damage}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ward = make_ward(tmp_path)
    ward.receive(owner=person(1))
    ward.database.close()
    return tmp_path / "data"


def renew(folder: Path) -> Path | None:
    return renew_if_older(folder, KEY, folder.parent / "state", signing_key.verify, NINE)


def back(folder: Path) -> Return:
    return go_back(folder, KEY, folder.parent / "state", signing_key.verify, NINE)


def tables(folder: Path) -> set[str]:
    connection = connect_raw(folder / "motcua.db", KEY, read_only=True)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    finally:
        connection.close()


def bad_migration(damage: str) -> str:
    from desktop.storage import schema  # noqa: PLC0415 - the release of today

    return _BAD_MIGRATION.format(before=schema.HEAD, damage=damage)


def test_the_next_release_takes_the_data_over_and_keeps_the_old_file_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = (folder / "motcua.db").read_bytes()

    with next_release(tmp_path / "next"):
        kept = renew(folder)
        again = renew(folder)
        with opened(folder, tmp_path / "state") as ward:
            assert ward.verify().is_clean
            assert len(ward.desk.reader.search("tran", 9)) == 1

    assert kept is not None
    assert kept.read_bytes() == before
    assert again is None
    assert "wish" in tables(folder)
    assert not (folder / STAGE_NAME).exists()


def test_todays_data_is_left_alone(folder: Path) -> None:
    before = (folder / "motcua.db").read_bytes()

    assert renew(folder) is None
    assert (folder / "motcua.db").read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        ("raise KeyError('x')", "KeyError"),
        (_CHANGED, "columns_differ"),
        (_SHORTENED, "event_missing"),
    ],
)
def test_a_copy_that_does_not_pass_leaves_the_data_as_it_was(
    folder: Path, tmp_path: Path, damage: str, finding: str
) -> None:
    before = (folder / "motcua.db").read_bytes()

    with next_release(tmp_path / "next", bad_migration(damage)), pytest.raises(DamagedData) as refused:
        renew(folder)

    assert (refused.value.code, refused.value.details["finding"]) == ("update_data_refused", finding)
    assert (folder / "motcua.db").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    with opened(folder, tmp_path / "state") as ward:
        assert ward.verify().is_clean


def test_data_that_somebody_reads_is_taken_over_later(folder: Path, tmp_path: Path) -> None:
    reader = connect_raw(folder / "motcua.db", KEY, read_only=True)
    reader.execute("SELECT count(*) FROM event").fetchone()

    with next_release(tmp_path / "next"), pytest.raises(EnvironmentProblem, match="database_in_use"):
        renew(folder)
    reader.close()
    with next_release(tmp_path / "next"):
        assert renew(folder) is not None


def test_an_unfinished_update_is_swept_away(folder: Path, tmp_path: Path) -> None:
    (folder / STAGE_NAME).mkdir()
    (folder / STAGE_NAME / "motcua.db").write_bytes(b"half")

    with next_release(tmp_path / "next"):
        assert renew(folder) is not None

    assert not (folder / STAGE_NAME).exists()


def test_going_back_loses_no_act_and_uses_no_number_twice(folder: Path, tmp_path: Path) -> None:
    with next_release(tmp_path / "next"):
        renew(folder)
        with opened(folder, tmp_path / "state") as ward:
            meanwhile = ward.receive(owner=person(2))
            before = ward.verify()
    with pytest.raises(NewerData, match="database_newer"), opened(folder, tmp_path / "state"):
        pytest.fail("a later release's data is refused")

    done = back(folder)

    assert done.left_behind == ("draft.colour", "wish")
    assert done.kept.exists()
    with opened(folder, tmp_path / "state") as ward:
        after = ward.verify()
        found = ward.desk.reader.find(meanwhile.code)
        following = ward.receive(owner=person(3))
    assert (after.findings, after.events, after.head_hash) == ((), before.events, before.head_hash)
    assert found is not None
    assert found.owner.name == "Trần Văn 2"
    assert int(following.code[-4:]) == int(meanwhile.code[-4:]) + 1
    assert following.receipt.number != meanwhile.receipt.number


def test_the_next_release_takes_over_again_what_went_back(folder: Path, tmp_path: Path) -> None:
    with next_release(tmp_path / "next"):
        renew(folder)
    back(folder)
    with next_release(tmp_path / "next"):
        assert renew(folder) is not None
        with opened(folder, tmp_path / "state") as ward:
            assert ward.verify().is_clean


def test_going_back_is_refused_when_the_later_release_wrote_acts_nobody_here_knows(
    folder: Path, tmp_path: Path
) -> None:
    with next_release(tmp_path / "next"):
        renew(folder)
    connection = connect_raw(folder / "motcua.db", KEY, read_only=False)
    row = connection.execute("SELECT replica_id, epoch, seq, hash, body FROM event ORDER BY position DESC LIMIT 1")
    replica, epoch, seq, head, body = row.fetchone()
    later = json.dumps(json.loads(body) | {"type": "dossier.dreamt_of", "seq": seq + 1}).encode()
    connection.execute(
        "INSERT INTO event (event_id, replica_id, epoch, seq, hash, sig, dossier_id, type, acted_at, body) "
        "VALUES ('e', ?, ?, ?, ?, x'', '', 'dossier.dreamt_of', '', ?)",
        (replica, epoch, seq + 1, chain_hash(head, later), later),
    )
    connection.close()
    before = (folder / "motcua.db").read_bytes()

    with pytest.raises(NewerData) as refused:
        back(folder)

    assert (refused.value.code, refused.value.details["type"]) == ("return_would_lose", "dossier.dreamt_of")
    assert (folder / "motcua.db").read_bytes() == before
