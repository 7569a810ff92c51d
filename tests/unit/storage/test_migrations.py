"""Databases of every release open in this program; see ``tests.support.release_database``."""

import json
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from desktop import __version__
from desktop.domain.vietnamese import local
from desktop.services.records import JobState
from desktop.storage import projections
from desktop.storage.engine import connect_raw
from desktop.storage.schema import HEAD, revision_of
from desktop.storage.tables import KEPT
from tests.support.release_database import FILE, FOLDER, summary
from tests.support.samples import NINE
from tests.support.wards import KEY, Ward, opened, person

RELEASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def copied(release: str, folder: Path) -> Path:
    (folder / "data").mkdir()
    shutil.copy(FOLDER / release / FILE, folder / "data" / "motcua.db")
    return folder / "data"


def is_kept(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or name in KEPT.tables


def as_expected(ward: Ward, release: str) -> bool:
    expected = json.loads((FOLDER / release / "expected.json").read_text("utf-8"))
    found = [ward.desk.reader.find(entry["code"]) for entry in expected]
    return [summary(dossier) for dossier in found if dossier] == expected


def test_this_release_has_its_database() -> None:
    assert __version__ in RELEASES


@pytest.mark.parametrize("release", RELEASES)
def test_a_database_of_a_release_opens_verifies_and_says_the_same(tmp_path: Path, release: str) -> None:
    folder = copied(release, tmp_path)

    with opened(folder, tmp_path / "state", at=NINE) as ward:
        assert as_expected(ward, release)
        assert ward.verify().findings == ()
        assert ward.desk.reader.search("kdam", 5)[0].applicant == "H'Hen Niê Kđăm"


@pytest.mark.parametrize("release", RELEASES)
def test_a_database_of_a_release_folds_into_the_same_tables(tmp_path: Path, release: str) -> None:
    folder = copied(release, tmp_path)

    with opened(folder, tmp_path / "state", at=NINE) as ward:
        with ward.database._engine.begin() as connection:
            projections.refold(connection)
        assert as_expected(ward, release)
        assert ward.verify().is_clean


@pytest.mark.parametrize("release", RELEASES)
def test_a_database_of_a_release_gets_todays_kept_tables_and_a_copy_of_itself(tmp_path: Path, release: str) -> None:
    folder = copied(release, tmp_path)
    path = folder / "motcua.db"
    plain = connect_raw(path, KEY, read_only=True)
    (before,) = plain.execute("SELECT version_num FROM alembic_version").fetchone()
    plain.close()

    with opened(folder, tmp_path / "state", at=NINE) as ward:
        jobs = ward.desk.reader.jobs(*JobState)
        with ward.database._engine.begin() as connection:
            assert revision_of(connection) == HEAD
            context = MigrationContext.configure(connection, opts={"include_name": is_kept})
            assert compare_metadata(context, KEPT) == []

    assert {job.reference for job in jobs} == {""}
    copies = list(tmp_path.rglob("truoc-nang-cap-*"))
    assert len(copies) == (before != HEAD)


@pytest.mark.parametrize("release", RELEASES)
def test_work_goes_on_in_a_database_of_a_release(tmp_path: Path, release: str) -> None:
    folder = copied(release, tmp_path)

    with opened(folder, tmp_path / "state", at=NINE) as ward:
        old = [ward.desk.reader.find(card.code) for card in ward.desk.reader.search("000", 99)]
        numbers = {(each.receipt.book, each.receipt.number) for each in old if each}
        made = ward.receive(NINE, owner=person(77))
        assert ward.desk.reader.find(made.code) == made
        assert (made.receipt.book, made.receipt.number) not in numbers
        assert local(made.received_at).date().isoformat() == "2019-07-18"
        assert ward.verify().is_clean
        with ward.database._engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM print_job")).scalar() == 8
