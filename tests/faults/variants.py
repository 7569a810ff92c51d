"""Patched pieces of the product for controls: each takes away one thing that a fault test must miss."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sqlcipher3 import dbapi2

from desktop.cli import handlers
from desktop.devices import program_folder
from desktop.storage import database, engine, key_change, location, renewal
from desktop.storage.marker import Judgement
from tests.support.next_release import next_release as being_the_next_release

_EVERY = 64
#: What a variant began and nobody ends: the process does.
_for_ever = ExitStack()


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


def next_release() -> None:
    """Be the release after this one: it must take the data over."""
    _for_ever.enter_context(being_the_next_release(Path(tempfile.gettempdir()) / "next"))


def next_release_without_a_copy() -> None:
    """Be the next release, and let a checked copy take the database's place byte by byte."""
    next_release()

    def put_over(copy: Path, database: Path, _key: bytes, _name: str, _now: datetime) -> Path:
        with copy.open("rb") as source, database.open("wb") as target:
            # By small writes, as a copy over a slow disk goes.
            while block := source.read(1 << 16):
                target.write(block)
                target.flush()
        return database

    renewal.put_in_place = put_over


def returning() -> None:
    """Be started again after a later release did not prove good."""
    os.environ["MOTCUA_RETURNED_FROM"] = "9.9.9"


def pointer_written_over() -> None:
    """Write the pointer where it stands, not beside it."""

    def write(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content)

    program_folder.replace_durably = write


def versions_unpacked_in_place() -> None:
    """Unpack a version under its own name from the beginning, and use it before all of it is there."""

    def unpack(folder: program_folder.ProgramFolder, source: Path, head: Any) -> None:
        target = folder.root / program_folder.VERSIONS / head.release.version
        folder.point(program_folder.Pointer(head.release.version, folder.pointer().current, head.release.floor))
        program_folder.copy_program(source, head, folder.root / "packed")
        shutil.rmtree(target, ignore_errors=True)
        program_folder.unpack_program(folder.root / "packed", target)

    program_folder.ProgramFolder.unpack = unpack  # type: ignore[method-assign]


def forgetting_the_next_key() -> None:
    """Take away where the next key of the database waits, and die before keyring and key file know it."""
    plain = key_change._rekey

    def forgetful(copy: Path, key: bytes, following: bytes) -> None:
        plain(copy, key, following)
        (copy.parents[1] / key_change.NEXT_NAME).unlink()

    def die(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    key_change._rekey, key_change._put_in_force = forgetful, die


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
        next_release,
        next_release_without_a_copy,
        returning,
        pointer_written_over,
        versions_unpacked_in_place,
        forgetting_the_next_key,
    )
}
