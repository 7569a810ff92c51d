"""Open the encrypted SQLite database: driver, pragmas, transactions, and errors in our own words.

Every write is ``BEGIN IMMEDIATE``: a deferred transaction that upgrades fails with BUSY_SNAPSHOT and cannot be
retried in place (docs/decisions/0002).
"""

import errno
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import SingletonThreadPool, StaticPool
from sqlalchemy.sql import ClauseElement
from sqlcipher3 import dbapi2

from desktop.domain.errors import AppError, DamagedData, EnvironmentProblem

#: First SQLite without the WAL-reset bug (3.7.0 to 3.51.2).
OLDEST_SQLITE = (3, 51, 3)
CACHE_KIB = 65_536
#: Searches in a million dossiers decrypt pages again and again with less; it is taken page by page as they are read.
READER_CACHE_KIB = 131_072
#: Whoever reads each page once keeps few: fresh memory for every page costs as much as a third of its decryption.
SCAN_CACHE_KIB = 2_048
BUSY_TIMEOUT_MS = 5_000
KEY_BYTES = 32
MOST_READERS = 16

_FULL, _IO_ERROR, _READ_ONLY, _CORRUPT, _NOT_A_DATABASE, _CANNOT_OPEN, _BUSY = 13, 10, 8, 11, 26, 14, 5
_CODES = {
    _FULL: ("disk_full", EnvironmentProblem),
    _IO_ERROR: ("disk_error", EnvironmentProblem),
    _READ_ONLY: ("disk_read_only", EnvironmentProblem),
    _CANNOT_OPEN: ("database_cannot_open", EnvironmentProblem),
    _BUSY: ("database_busy", EnvironmentProblem),
    _CORRUPT: ("database_damaged", DamagedData),
    _NOT_A_DATABASE: ("database_damaged", DamagedData),
}


def open_engine(path: Path, key: bytes, *, read_only: bool = False, auto_checkpoint: bool = True) -> Engine:
    """Return an engine on an encrypted database.

    Args:
        path: The file; created when absent and not ``read_only``.
        key: 32 raw bytes.
        read_only: Refuse writes on this engine's connections.
        auto_checkpoint: False when the caller checkpoints in idle time.

    Raises:
        EnvironmentProblem: ``sqlite_too_old``.
        ValueError: the key is not 32 bytes.
    """
    if tuple(int(part) for part in dbapi2.sqlite_version.split(".")) < OLDEST_SQLITE:
        raise EnvironmentProblem("sqlite_too_old", version=dbapi2.sqlite_version)
    if len(key) != KEY_BYTES:
        raise ValueError("a database key has 32 bytes")

    def connect() -> Any:  # noqa: ANN401 - a DBAPI connection
        return connect_raw(path, key, read_only=read_only, auto_checkpoint=auto_checkpoint)

    engine = create_engine(
        "sqlite://",
        creator=connect,
        module=dbapi2,
        # A reader keeps one connection per thread: opening costs a warm page cache.
        **({"poolclass": SingletonThreadPool, "pool_size": MOST_READERS} if read_only else {"poolclass": StaticPool}),
    )
    event.listen(engine, "begin", _begin_read if read_only else _begin_write)
    return engine


def connect_raw(path: Path, key: bytes, *, read_only: bool, auto_checkpoint: bool = True) -> Any:  # noqa: ANN401
    """Return a keyed DBAPI connection with our pragmas set."""
    mode = "ro" if read_only else "rwc"
    with translated():
        connection = dbapi2.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        try:
            _set_pragmas(connection, key, read_only=read_only, auto_checkpoint=auto_checkpoint)
        except BaseException:
            connection.close()
            raise
    return connection


def connect_for_scan(path: Path, key: bytes) -> Any:  # noqa: ANN401 - a DBAPI connection
    """Return a read-only connection for reading much of a database once, from its first page to its last."""
    connection = connect_raw(path, key, read_only=True)
    connection.execute(f"PRAGMA cache_size = -{SCAN_CACHE_KIB}")
    return connection


def _set_pragmas(connection: Any, key: bytes, *, read_only: bool, auto_checkpoint: bool) -> None:  # noqa: ANN401
    execute = connection.execute
    execute("PRAGMA cipher_log_level = NONE")
    execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    execute("PRAGMA trusted_schema = OFF")
    execute("PRAGMA cell_size_check = ON")
    execute("PRAGMA foreign_keys = ON")
    execute(f"PRAGMA cache_size = -{READER_CACHE_KIB if read_only else CACHE_KIB}")
    execute("PRAGMA temp_store = MEMORY")
    if read_only:
        execute("PRAGMA query_only = ON")
        return
    execute("PRAGMA journal_mode = WAL")
    execute("PRAGMA synchronous = FULL")
    execute("PRAGMA secure_delete = ON")
    # Else INSERT OR REPLACE would delete an event past the trigger that refuses it.
    execute("PRAGMA recursive_triggers = ON")
    if not auto_checkpoint:
        execute("PRAGMA wal_autocheckpoint = 0")


def _begin_write(connection: Connection) -> None:
    connection.connection.cursor().execute("BEGIN IMMEDIATE")


def _begin_read(connection: Connection) -> None:
    connection.connection.cursor().execute("BEGIN")


class Prepared:
    """Run one statement on the bare cursor of a connection, inside its transaction.

    It is compiled once. Through the engine every run costs five times what SQLite needs for a look-up by key, and an
    intake has ten of them (docs/performance.md).
    """

    def __init__(self, statement: ClauseElement, columns: Sequence[str] | None = None) -> None:
        """Compile a statement.

        Args:
            statement: Core construct; its parameters are ``bindparam`` or the columns of an insert.
            columns: Columns of an insert; None for anything else.
        """
        compiled = statement.compile(dialect=sqlite.dialect(), column_keys=columns)
        self._sql = str(compiled)
        self._names: tuple[str, ...] = tuple(getattr(compiled, "positiontup", None) or ())

    def run(self, connection: Connection, values: Mapping[str, object]) -> Any:  # noqa: ANN401 - a DBAPI cursor
        """Run once and return the cursor.

        Raises:
            KeyError: a parameter is missing (a bug in the caller).
        """
        cursor = connection.connection.cursor()
        cursor.execute(self._sql, [values[name] for name in self._names])
        return cursor

    def run_many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Run once per row."""
        parameters = [[row[name] for name in self._names] for row in rows]
        connection.connection.cursor().executemany(self._sql, parameters)


def column_names(table: Table, *without: str) -> list[str]:
    """Name a table's columns, less those that SQLite fills in."""
    return [column.name for column in table.columns if column.name not in without]


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's and the system's errors into ours.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_error``, ``disk_read_only``, ``database_busy`` …
        DamagedData: ``database_damaged``.
    """
    try:
        yield
    except DBAPIError as error:
        raise _translate(error.orig) or error from error
    except dbapi2.Error as error:
        raise _translate(error) or error from error
    except OSError as error:
        raise os_problem(error) from error


def os_problem(error: OSError) -> EnvironmentProblem:
    """Return a system error in our words."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentProblem("disk_full")
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return EnvironmentProblem("disk_read_only")
    return EnvironmentProblem("disk_error", errno=error.errno or 0)


def _translate(error: object) -> AppError | None:
    code = getattr(error, "sqlite_errorcode", None)
    known = _CODES.get(code & 0xFF) if isinstance(code, int) else None
    return known[1](known[0]) if known else None
