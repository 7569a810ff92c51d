from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from desktop.domain.errors import NewerData
from desktop.storage.engine import open_engine
from desktop.storage.schema import HEAD, REVISIONS, migrate, revision_of
from desktop.storage.tables import KEPT
from tests.support.wards import KEY, Ward


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(tmp_path / "x.db", KEY)
    with engine.begin() as opened:
        yield opened
    engine.dispose()


def test_an_empty_database_becomes_todays_without_a_backup(connection: Connection) -> None:
    called: list[str] = []

    assert migrate(connection, before=lambda: called.append("backup"))
    assert revision_of(connection) == HEAD
    assert called == []


def test_a_database_of_today_is_left_alone(connection: Connection) -> None:
    migrate(connection, before=lambda: None)

    assert not migrate(connection, before=lambda: pytest.fail("nothing to back up"))


def test_the_migrations_make_exactly_the_kept_tables(connection: Connection) -> None:
    migrate(connection, before=lambda: None)

    assert compare_metadata(MigrationContext.configure(connection), KEPT) == []


def test_a_database_of_a_newer_program_is_refused(connection: Connection) -> None:
    migrate(connection, before=lambda: None)
    connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerData) as caught:
        migrate(connection, before=lambda: None)

    assert (caught.value.code, caught.value.details["revision"]) == ("database_newer", "9999")


def test_revisions_are_append_only() -> None:
    assert REVISIONS[0] == "0001"
    assert len(set(REVISIONS)) == len(REVISIONS)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET acted_at = 'x'",
        "UPDATE event SET body = x'00' WHERE position = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE position = (SELECT max(position) FROM event)",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE position = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(ward: Ward, statement: str) -> None:
    engine = ward.database._engine
    with engine.begin() as connection:
        before = connection.execute(text("SELECT * FROM event")).all()

    with pytest.raises(Exception, match="events are never changed"), engine.begin() as connection:
        connection.execute(text(statement))

    with engine.begin() as connection:
        assert connection.execute(text("SELECT * FROM event")).all() == before
