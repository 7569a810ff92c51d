"""F9, F10 and a database of a newer program: refused with exit 3 and one sentence, and nothing is touched."""

import hashlib
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop.storage.engine import connect_raw
from desktop.wiring import read_key
from tests.faults.lab import Lab, Outcome, Place, start_cold, write_commands
from tests.faults.scenario import forty_acts, next_day

pytestmark = pytest.mark.faults

NO_DATABASE = 3
FIRST = [act.command for act in forty_acts()[:3]]


def digest(place: Place) -> str:
    return hashlib.sha256(place.database.read_bytes()).hexdigest()


def assert_refused(outcome: Outcome, word: str) -> None:
    assert (outcome.code, outcome.answers) == (NO_DATABASE, ())
    assert outcome.error.count("\n") == 1
    assert word in outcome.error


def test_a_second_program_is_refused_while_the_first_is_open(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    first = lab.start(place, "do")
    first.typing.write(b'{"do": "dossier.search", "as": "lan", "with": {"q": "le"}}\n')
    assert first.read()[0]["ok"]

    warm = lab.do(place, FIRST)
    cold = start_cold(place, "do", write_commands(place, FIRST)).finish()
    beside = (lab.findings(place)[0], lab.run(place, "backup", place.data.parent / "b.tar").code)
    ended = first.finish()
    after = lab.do(place, FIRST)

    assert_refused(warm, "đang được")
    assert_refused(cold, "đang được")
    assert beside == (0, 0)
    assert (ended.code, after.code) == (0, 0)


def test_a_killed_program_leaves_no_lock(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    first = lab.start(place, "do")
    first.typing.write(b'{"do": "dossier.search", "as": "lan", "with": {"q": "le"}}\n')
    first.read()
    first.kill()
    first.finish()

    assert lab.do(place, FIRST).code == 0


def test_control_without_a_lock_the_second_program_gets_in(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    first = lab.start(place, "do", variant="without_a_lock")
    first.typing.write(b'{"do": "dossier.search", "as": "lan", "with": {"q": "le"}}\n')
    first.read()

    second = lab.do(place, FIRST, "without_a_lock")
    first.finish()

    assert (second.code, len(second.answers)) == (0, 3)


def test_a_network_share_is_refused(lab: Lab, fresh: Callable[[], Place], tmp_path: Path) -> None:
    place = fresh()
    before = digest(place)

    work = lab.do(place, FIRST, "on_a_network_share")
    new = lab.run(replace(place, data=tmp_path / "new"), "init", "--training", "--sample", variant="on_a_network_share")

    assert_refused(work, "ổ đĩa mạng")
    assert_refused(new, "ổ đĩa mạng")
    assert digest(place) == before
    assert not (tmp_path / "new" / "motcua.db").exists()
    assert lab.do(place, FIRST).code == 0


@pytest.mark.parametrize("folder", ["OneDrive - UBND phường", "Dropbox", "Google Drive"])
def test_a_synced_folder_is_refused(lab: Lab, fresh: Callable[[], Place], tmp_path: Path, folder: str) -> None:
    place = fresh()
    synced = replace(place, data=tmp_path / folder / "data")
    synced.data.parent.mkdir()
    place.data.rename(synced.data)

    outcome = lab.do(synced, FIRST)

    assert_refused(outcome, "đồng bộ")


def test_a_database_of_a_newer_program_is_refused_and_stays_as_it_is(lab: Lab, fresh: Callable[[], Place]) -> None:
    place = fresh()
    assert lab.do(place, FIRST).code == 0
    revision = set_revision(place, "9999")
    before = digest(place)

    refused = lab.do(place, [act.command for act in next_day()])
    after = digest(place)
    set_revision(place, revision)

    assert_refused(refused, "9999")
    assert after == before
    assert lab.do(place, [act.command for act in next_day()]).code == 0


def set_revision(place: Place, revision: str) -> str:
    """Write another schema revision into a database; return the one before."""
    path = place.database
    with closing(connect_raw(path, read_key(place.data), read_only=False)) as connection:
        (before,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.commit()
    return str(before)
