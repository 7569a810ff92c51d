"""Ask a read-only engine: the one way every reader runs its statements."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select

from desktop.storage.engine import translated


class Reading:
    """Run statements on read-only connections, one per thread that asks."""

    def __init__(self, engine: Engine) -> None:
        """Take a read-only engine."""
        self._engine = engine

    def close(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    def _fetched(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement on the bare connection: what is asked at every key or act pays for nothing else."""
        with translated():
            connection = self._engine.raw_connection()
            try:
                found: list[tuple[Any, ...]] = connection.cursor().execute(sql, values).fetchall()
            finally:
                connection.close()
        return found

    def _scalar(self, statement: Select[Any]) -> Any:  # noqa: ANN401 - one column of any type
        with self._reading() as connection:
            return connection.execute(statement).scalar()

    def _rows(self, statement: Select[Any]) -> Sequence[Row[Any]]:
        with self._reading() as connection:
            return connection.execute(statement).all()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """Open a short read transaction on this thread's connection."""
        with translated(), self._engine.connect() as connection:
            yield connection
