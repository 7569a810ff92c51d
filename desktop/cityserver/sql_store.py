"""The city's database as the rules see it: transactions on a unit, or on what belongs to none.

A transaction on a unit is :class:`desktop.cityserver.sql_unit.SqlUnitTransaction`; on PostgreSQL the same in its own
words.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine

from desktop.cityserver.postgres_unit import PostgresUnitTransaction
from desktop.cityserver.sql_unit import SqlUnitTransaction
from desktop.cityserver.statements import Statements
from desktop.cityserver.vault import NO_VAULT, Vault


class SqlStore:
    """Hand out transactions on a database; see :class:`desktop.cityserver.ports.Store`.

    Attributes:
        vault: Opens what the database keeps sealed.
    """

    def __init__(self, engine: Engine, now_ms: Callable[[], int], vault: Vault = NO_VAULT) -> None:
        """Keep the engine, the clock (milliseconds since 1970) and the vault."""
        self.engine = engine
        self.vault = vault
        self._now_ms = now_ms
        self._statements = Statements(engine.dialect.name)
        is_postgres = engine.dialect.name == "postgresql"
        self._transaction = PostgresUnitTransaction if is_postgres else SqlUnitTransaction
        # A reader sees one moment of the feed however many statements it needs.
        level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        self._reader = engine.execution_options(is_read=True, **level)

    def unit(self, unit_id: str, *, write: bool) -> AbstractContextManager[SqlUnitTransaction]:
        """Open a transaction on a unit; leaving it commits, an exception rolls it back.

        Raises:
            UnknownUnit: There is no such unit.
        """
        return self._unit(unit_id, write=write)

    @contextmanager
    def _unit(self, unit_id: str, *, write: bool) -> Iterator[SqlUnitTransaction]:
        with (self.engine if write else self._reader).begin() as connection:
            try:
                yield self._transaction(connection, unit_id, self._statements, self._now_ms(), write=write)
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                # The unit speaks with the driver itself: SQLAlchemy does not learn of a line that is gone.
                driver: Any = connection.connection.driver_connection
                if driver is not None and driver.closed:
                    connection.invalidate(error)
                raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads, on no unit in particular."""
        with self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes what belongs to no feed."""
        with self.engine.begin() as connection:
            yield connection
