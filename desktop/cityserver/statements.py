"""Statements whose words differ between PostgreSQL and SQLite: insert, or replace what stands there."""

from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from desktop.cityserver.schema import ADOPTION, CODE, DEVICE, DOSSIER, EPOCH, REPLACED

#: Bytes of events in one page of the feed.
PAGE_BYTES: Final = 4_000_000
_INSERTS: Final = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Statements:
    """Hold the upserts of one dialect.

    Attributes:
        save_*: Insert a row or replace the columns given.
        page_bytes: How many bytes of events a page of the feed may have before its last one.
    """

    def __init__(self, dialect: str) -> None:
        """Build them once; SQLAlchemy keeps their compiled form."""
        self.page_bytes = PAGE_BYTES
        self.save_device = upsert(dialect, DEVICE, ("public_key", "counter", "install", "is_revoked"))
        self.save_epoch = upsert(dialect, EPOCH, _others(EPOCH))
        self.save_standing = upsert(dialect, DOSSIER, _others(DOSSIER))
        self.save_code = upsert(dialect, CODE, ())
        self.save_replaced = upsert(dialect, REPLACED, ())
        self.save_adoption = upsert(dialect, ADOPTION, ("version", "adopted_ms"))


def upsert(dialect: str, table: Table, replaced: tuple[str, ...]) -> Any:  # noqa: ANN401 - either dialect's insert
    """Return an insert that replaces some columns of the row that stands there; none: leaves it."""
    statement: Any = _INSERTS[dialect](table)
    key = list(table.primary_key.columns)
    if not replaced:
        return statement.on_conflict_do_nothing(index_elements=key)
    return statement.on_conflict_do_update(
        index_elements=key, set_={name: statement.excluded[name] for name in replaced}
    )


def count_up(dialect: str, table: Table, counter: str) -> Any:  # noqa: ANN401 - either dialect's insert
    """Return an insert that adds one to a column of the row that stands there."""
    statement: Any = _INSERTS[dialect](table)
    key = list(table.primary_key.columns)
    return statement.on_conflict_do_update(index_elements=key, set_={counter: table.c[counter] + 1})


def _others(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns if not column.primary_key)
