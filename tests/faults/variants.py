"""Patched pieces of the product for controls: each takes away one thing that a fault test must miss."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from sqlcipher3 import dbapi2

from desktop.cli import handlers
from desktop.storage import database, engine, location
from desktop.storage.marker import Judgement

_EVERY = 64


class _LazyConnection(dbapi2.Connection):  # type: ignore[misc]  # the driver has no types
    """Commit only every 64th time."""

    commits = 0

    def cursor(self) -> Any:
        return _LazyCursor(self)

    def commit(self) -> None:
        if self.in_transaction:
            self.commits += 1
            if self.commits % _EVERY == 0:
                super().commit()

    def rollback(self) -> None:
        """Keep what was not committed."""


class _LazyCursor(dbapi2.Cursor):  # type: ignore[misc]  # the driver has no types
    def execute(self, statement: str, *arguments: Any) -> Any:
        if statement.startswith("BEGIN") and self.connection.in_transaction:
            return self
        return super().execute(statement, *arguments)


class _DeafConnection(dbapi2.Connection):  # type: ignore[misc]  # the driver has no types
    """Take a failed commit for a good one."""

    def commit(self) -> None:
        try:
            super().commit()
        except dbapi2.Error:
            self.rollback()


def answers_before_the_commit() -> None:
    """Answer acts whose transaction is committed later, with others."""
    _write_through(_LazyConnection)


def deaf_to_the_disk() -> None:
    """Take a failed commit for a good one."""
    _write_through(_DeafConnection)


def _write_through(kind: type) -> None:
    connect = dbapi2.connect

    def connected(path: str, **options: Any) -> Any:
        return connect(path, **options) if "mode=ro" in path else connect(path, factory=kind, **options)

    dbapi2.connect = connected


def synchronous_off() -> None:
    """Leave it to the system when a commit reaches the disk."""
    strict = engine._set_pragmas

    def loosely(connection: Any, key: bytes, **options: bool) -> None:
        strict(connection, key, **options)
        connection.execute("PRAGMA synchronous = OFF")

    engine._set_pragmas = loosely


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
