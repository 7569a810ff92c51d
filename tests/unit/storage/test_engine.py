import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import dbapi2

from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem
from desktop.storage.engine import OLDEST_SQLITE, connect_raw, open_engine, os_problem, translated

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "x.db"
    engine = open_engine(file, KEY)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (n INTEGER UNIQUE)"))
        connection.execute(text("INSERT INTO t VALUES (1)"))
    engine.dispose()
    return file


def pragma(path: Path, name: str, *, read_only: bool = False) -> object:
    connection = connect_raw(path, KEY, read_only=read_only)
    try:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("secure_delete", 1),
        ("busy_timeout", 5_000),
        ("cache_size", -65_536),
    ],
)
def test_a_writer_has_the_pragmas_of_the_decision(path: Path, name: str, value: object) -> None:
    assert pragma(path, name) == value


def test_the_sqlite_inside_has_no_wal_reset_bug() -> None:
    assert tuple(int(part) for part in dbapi2.sqlite_version.split(".")) >= OLDEST_SQLITE


def test_a_reader_writes_nothing(path: Path) -> None:
    engine = open_engine(path, KEY, read_only=True)
    with translated(), engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM t")).scalar() == 1
    with pytest.raises(EnvironmentProblem, match="disk_read_only"), translated(), engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (2)"))
    engine.dispose()


def test_a_reader_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentProblem, match="database_cannot_open"):
        connect_raw(tmp_path / "none.db", KEY, read_only=True)

    assert not (tmp_path / "none.db").exists()


def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    file = tmp_path / "secret.db"
    engine = open_engine(file, KEY)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE t (name TEXT)"))
        connection.execute(text("INSERT INTO t VALUES ('Nguyen Thi Bi Mat')"))
    engine.dispose()

    whole = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"Bi Mat" not in whole
    assert b"SQLite format 3" not in whole


def test_another_key_opens_nothing(path: Path) -> None:
    with pytest.raises(DamagedData, match="database_damaged"):
        connect_raw(path, bytes(32), read_only=False)


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"x" * 8_192)

    with pytest.raises(DamagedData, match="database_damaged"):
        connect_raw(tmp_path / "x.db", KEY, read_only=False)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)])
def test_a_key_has_32_bytes(tmp_path: Path, key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        open_engine(tmp_path / "x.db", key)


def test_a_second_writer_is_told_to_wait_and_not_given_half_a_transaction(path: Path) -> None:
    first, second = (connect_raw(path, KEY, read_only=False) for _ in range(2))
    second.execute("PRAGMA busy_timeout = 1")
    first.execute("BEGIN IMMEDIATE")

    with pytest.raises(EnvironmentProblem, match="database_busy"), translated():
        second.execute("BEGIN IMMEDIATE")

    first.close()
    second.close()


def test_our_own_mistakes_stay_mistakes(path: Path) -> None:
    engine = open_engine(path, KEY)

    with pytest.raises(IntegrityError), translated(), engine.begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))
    with pytest.raises(dbapi2.OperationalError), translated():
        raise dbapi2.OperationalError("no such table")

    engine.dispose()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "disk_read_only"),
        (errno.EACCES, "disk_read_only"),
        (errno.EPERM, "disk_read_only"),
        (errno.EIO, "disk_error"),
        (None, "disk_error"),
    ],
)
def test_what_the_system_says_is_said_in_our_words(number: int | None, code: str) -> None:
    error = OSError(number, "x") if number else OSError("x")

    assert os_problem(error).code == code
    with pytest.raises(EnvironmentProblem, match=code), translated():
        raise error


def _failing(sqlite_code: int) -> Callable[[], None]:
    def fail() -> None:
        error = dbapi2.OperationalError("x")
        error.sqlite_errorcode = sqlite_code
        raise error

    return fail


@pytest.mark.parametrize(
    ("sqlite_code", "kind", "code"),
    [
        (13, EnvironmentProblem, "disk_full"),
        (10, EnvironmentProblem, "disk_error"),
        (10 | 1 << 8, EnvironmentProblem, "disk_error"),
        (8, EnvironmentProblem, "disk_read_only"),
        (5, EnvironmentProblem, "database_busy"),
        (11, DamagedData, "database_damaged"),
        (26, DamagedData, "database_damaged"),
    ],
)
def test_what_sqlite_says_is_said_in_our_words(sqlite_code: int, kind: type[AppError], code: str) -> None:
    with pytest.raises(kind) as caught, translated():
        _failing(sqlite_code)()

    assert (type(caught.value), caught.value.code) == (kind, code)
