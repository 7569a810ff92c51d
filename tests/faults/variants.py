"""Patched pieces of the product for controls: each takes away one thing that a fault test must miss."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy.orm
from sqlcipher3 import dbapi2

from desktop.cli import handlers
from desktop.storage import database, engine, location
from desktop.storage.marker import Judgement

_EVERY = 6


class _LazyConnection(dbapi2.Connection):  # type: ignore[misc]  # the driver has no types
    """Commit only every sixth time."""

    commits = 0

    def commit(self) -> None:
        if self.in_transaction:
            self.commits += 1
            if self.commits % _EVERY == 0:
                super().commit()

    def rollback(self) -> None:
        """Keep what was not committed."""

    def execute(self, statement: str, *arguments: Any) -> Any:
        if statement.startswith("BEGIN") and self.in_transaction:
            return super().execute("SELECT 1")
        return super().execute(statement, *arguments)


class _LazyCursor(dbapi2.Cursor):  # type: ignore[misc]  # the driver has no types
    def execute(self, statement: str, *arguments: Any) -> Any:
        if statement.startswith("BEGIN") and self.connection.in_transaction:
            return super().execute("SELECT 1")
        return super().execute(statement, *arguments)


def answers_before_the_commit() -> None:
    """Answer acts whose transaction is committed later, with others."""
    connect = dbapi2.connect

    def lazily(path: str, **options: Any) -> Any:
        if "mode=ro" in path:
            return connect(path, **options)
        return connect(path, factory=_LazyConnection, **options)

    _LazyConnection.cursor = lambda self: _LazyCursor(self)  # type: ignore[method-assign]
    dbapi2.connect = lazily


def synchronous_off() -> None:
    """Leave it to the system when a commit reaches the disk."""
    strict = engine._set_pragmas

    def loosely(connection: Any, key: bytes, **options: bool) -> None:
        strict(connection, key, **options)
        connection.execute("PRAGMA synchronous = OFF")

    engine._set_pragmas = loosely


def deaf_to_the_disk() -> None:
    """Take a failed commit for a good one."""
    commit = sqlalchemy.orm.Session.commit

    def deafly(session: sqlalchemy.orm.Session) -> None:
        try:
            commit(session)
        except sqlalchemy.exc.DBAPIError:
            session.rollback()

    sqlalchemy.orm.Session.commit = deafly  # type: ignore[method-assign]


def trusting_every_copy() -> None:
    """Never look at the marker."""
    database.judge = lambda *_: Judgement.SAME


def on_a_network_share() -> None:
    """Say that every folder lies on a share."""
    location.machine_mounts = lambda: [location.Mount(PurePosixPath("/"), "nfs4")]


def without_a_lock() -> None:
    """Let everybody in."""

    class Open:
        def __init__(self, *_: object) -> None: ...
        def acquire(self) -> "Open":
            return self

        def release(self) -> None: ...

    database.ProcessLock = Open  # type: ignore[misc,assignment]


def crashing() -> None:
    """Fail with a bug whose text quotes what was typed."""

    def search(_context: object, with_: Any) -> None:
        raise RuntimeError(f"nothing for {with_.q}")

    known = handlers.HANDLERS["dossier.search"]
    handlers.HANDLERS["dossier.search"] = replace(known, run=search)  # type: ignore[index,arg-type]


VARIANTS: dict[str, Callable[[], None]] = {
    made.__name__: made
    for made in (
        answers_before_the_commit,
        synchronous_off,
        deaf_to_the_disk,
        trusting_every_copy,
        on_a_network_share,
        without_a_lock,
        crashing,
    )
}
