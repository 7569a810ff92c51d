"""Open the city's database: PostgreSQL in production, SQLite for a demo or a pilot; make or migrate its tables."""

import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from desktop.cityserver.schema import METADATA, SCHEMA_VERSION, SETTING
from desktop.cityserver.vault import NO_VAULT, Vault
from desktop.domain.errors import EnvironmentProblem, NewerData, UserError

#: Name of the setting that holds the city's Ed25519 key.
SIGNING_KEY: Final = "signing_key"
#: Two processes starting at once must not both make the tables (any constant number will do).
_ADVISORY_LOCK: Final = 0x6D6F7463
_SQLITE_WAIT_MS: Final = 15_000
_POSTGRES_OPTIONS: Final = (
    "-c lock_timeout=15s -c statement_timeout=60s -c idle_in_transaction_session_timeout=60s -c jit=off"
)

#: A host that is gone without a word is given up: seconds to connect, milliseconds for sent data, seconds of silence.
_LINE: Final = {
    "connect_timeout": 10,
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}


def _doubts(connection: Connection) -> None:
    """Let the national exchange remember which steps nobody acknowledged."""
    for column in ("doubt_gseq BIGINT", "retold INTEGER"):
        connection.execute(text(f"ALTER TABLE national_dossier ADD COLUMN {column} NOT NULL DEFAULT 0"))


#: What brings a database of version n to n + 1.
MIGRATIONS: Final[Mapping[int, Callable[[Connection], None]]] = {1: _doubts}


def open_database(url: str, *, connections: int = 16, vault: Vault = NO_VAULT) -> Engine:
    """Return an engine on a database whose tables are made, at the newest version.

    Args:
        url: ``postgresql+psycopg://…`` or ``sqlite:///FILE``.
        connections: How many at most at once.
        vault: Seals the signing key of a new city.

    Raises:
        UserError: ``bad_database_url``.
        EnvironmentProblem: ``city_database_absent`` when it cannot be reached.
        NewerData: ``database_newer``.
    """
    try:
        parsed = make_url(url)
    except ValueError as error:
        raise UserError("bad_database_url", url=url) from error
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and parsed.database:
        engine = _open_sqlite(Path(parsed.database), connections)
    elif parsed.drivername == "postgresql+psycopg":
        engine = create_engine(
            parsed,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=20,
            # After a restart or a fail-over every pooled line is dead: one ping a call is cheaper than one 503 a line.
            pool_pre_ping=True,
            connect_args={"options": _POSTGRES_OPTIONS, "application_name": "motcua-city", **_LINE},
        )
    else:
        raise UserError("bad_database_url", url=parsed.render_as_string(hide_password=True))
    try:
        _prepare(engine, vault)
    except DBAPIError as error:
        engine.dispose()
        raise EnvironmentProblem("city_database_absent", url=parsed.render_as_string(hide_password=True)) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def _open_sqlite(path: Path, connections: int) -> Engine:
    """Return an engine on a plain SQLite file, by the driver without the WAL-reset bug (decision 0002)."""

    def connect() -> Any:  # noqa: ANN401 - a DBAPI connection
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        for pragma in (
            f"busy_timeout = {_SQLITE_WAIT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "recursive_triggers = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine(
        "sqlite:///" + str(path), creator=connect, module=dbapi2, pool_size=connections, max_overflow=0, pool_timeout=20
    )
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    is_read = connection.get_execution_options().get("is_read", False)
    connection.connection.cursor().execute("BEGIN" if is_read else "BEGIN IMMEDIATE")


def _prepare(engine: Engine, vault: Vault) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        is_new = not engine.dialect.has_table(connection, SETTING.name)
        METADATA.create_all(connection)
        if is_new:
            first = {
                "schema_version": str(SCHEMA_VERSION),
                "incarnation": secrets.token_hex(16),
                SIGNING_KEY: vault.seal(SIGNING_KEY, secrets.token_hex(32)),
            }
            connection.execute(insert(SETTING), [{"name": name, "value": value} for name, value in first.items()])
            return
        version = int(read_setting(connection, "schema_version"))
        if version > SCHEMA_VERSION:
            raise NewerData("database_newer", revision=str(version))
        for step in range(version, SCHEMA_VERSION):
            MIGRATIONS[step](connection)
        if version < SCHEMA_VERSION:
            write_setting(connection, "schema_version", str(SCHEMA_VERSION))


def read_setting(connection: Connection, name: str) -> str:
    """Return a setting of the city."""
    return str(connection.execute(select(SETTING.c.value).where(SETTING.c.name == name)).scalar_one())


def write_setting(connection: Connection, name: str, value: str) -> None:
    """Change a setting of the city."""
    connection.execute(update(SETTING).where(SETTING.c.name == name).values(value=value))
