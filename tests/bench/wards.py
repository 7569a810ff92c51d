"""Open generated wards, take intakes at their counters, and replay the very same rows by the bare driver."""

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import CACHE, NOW, use_state
from generate import ward_of
from people import People

from desktop import wiring
from desktop.domain.catalogue import Procedure
from desktop.domain.commands import ComponentCount, Receive
from desktop.domain.dossiers import Channel, Relation, Submitter
from desktop.domain.users import User
from desktop.domain.vietnamese import local
from desktop.services import accounts
from desktop.services import receive as intake
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import READER_CACHE_KIB, connect_raw
from desktop.storage.tables import DOSSIER, EVENT, PRINT_JOB

_EVENT = [column.name for column in EVENT.columns]
_DOSSIER = [column.name for column in DOSSIER.columns]
_JOB = [column.name for column in PRINT_JOB.columns]
_UPSERT = "INSERT INTO {} VALUES ({}) ON CONFLICT DO UPDATE SET last = excluded.last"
_SMALL = ("print_job", "ordinal", "form_number")


@dataclass(frozen=True, slots=True)
class Counter:
    """Take dossiers in through the services.

    Attributes:
        dice: Seeded, so that runs are alike.
    """

    ward: wiring.Ward
    clerk: User
    procedures: tuple[Procedure, ...]
    dice: random.Random

    def command(self) -> Receive:
        """Return the dossier of the next citizen, as typed."""
        owner = People(self.dice).draw()
        procedure = self.dice.choice(self.procedures)
        papers = tuple(ComponentCount(part.code, originals=1) for part in procedure.components if part.required)
        return Receive(
            procedure, Channel.DIRECT, owner, Submitter(owner, Relation.OWNER), papers, duplicate_reason="hồ sơ khác"
        )

    def receive(self, command: Receive) -> intake.Received:
        """Receive a dossier."""
        return intake.receive(self.ward.desk, self.clerk, command)


@contextmanager
def copied(dossiers: int, name: str) -> Iterator[Path]:
    """Lend a copy of a generated ward's data folder; its marker is a copy too."""
    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    try:
        shutil.copytree(ward_of(dossiers), folder)
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def opened(data: Path, *, auto_checkpoint: bool = True) -> Iterator[Counter]:
    """Open a ward on the first working day after everything in it."""
    use_state(data.parent / "state")
    with wiring.opened_ward(data, auto_checkpoint=auto_checkpoint) as ward:
        ward.clock.set(NOW)
        published = ward.desk.reference.catalogue.on(local(NOW).date()).procedures
        procedures = tuple(each for each in published if each.received_here)
        yield Counter(ward, accounts.user_of(ward.desk, "lan"), procedures, random.Random(len(procedures)))


@dataclass(frozen=True, slots=True)
class Rows:
    """Hold what one intake wrote, ready to be written again."""

    event: tuple[Any, ...]
    dossier: tuple[Any, ...]
    job: tuple[Any, ...] | None
    ordinal: tuple[Any, ...]
    number: tuple[Any, ...]


def rows_of(connection: Any, code: str) -> Rows:
    """Read what the intake of a code wrote."""

    def one(sql: str, *values: object) -> tuple[Any, ...] | None:
        found: tuple[Any, ...] | None = connection.execute(sql, values).fetchone()
        return found

    owner = one("SELECT dossier_id FROM dossier_code WHERE code = ?", code)
    assert owner is not None
    dossier = one(f"SELECT {', '.join(_DOSSIER)} FROM dossier WHERE dossier_id = ?", *owner)
    event = one(f"SELECT {', '.join(_EVENT)} FROM event WHERE dossier_id = ?", *owner)
    job = one(f"SELECT {', '.join(_JOB)} FROM print_job WHERE dossier_id = ?", *owner)
    today = local(NOW).date()
    ordinal = one("SELECT * FROM ordinal WHERE day = ?", today.isoformat())
    number = one("SELECT * FROM form_number WHERE year = ?", today.year)
    assert dossier is not None
    assert event is not None
    assert ordinal is not None
    assert number is not None
    return Rows(event, dossier, job, ordinal, number)


class BareWriter:
    """Write an intake's rows by the driver alone: seven prepared statements in one transaction.

    Attributes:
        connection: DBAPI connection.
    """

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._event, self._dossier, self._job = (
            f"INSERT INTO {table}({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            for table, names in (("event", _EVENT), ("dossier", _DOSSIER), ("print_job", _JOB))
        )
        self._ordinal, self._number = _UPSERT.format("ordinal", "?, ?, ?"), _UPSERT.format("form_number", "?, ?, ?, ?")
        self._code = _DOSSIER.index("code")
        self._id = _DOSSIER.index("dossier_id")
        self._tokens = _DOSSIER.index("search_text")

    def write(self, rows: Rows) -> None:
        """Write and commit."""
        execute, dossier = self.connection.execute, rows.dossier
        execute("BEGIN IMMEDIATE")
        execute(self._event, rows.event)
        execute(self._ordinal, rows.ordinal)
        execute(self._number, rows.number)
        if rows.job:
            execute(self._job, rows.job)
        execute(self._dossier, dossier)
        execute("INSERT INTO dossier_code(code, dossier_id) VALUES (?, ?)", (dossier[self._code], dossier[self._id]))
        execute("INSERT INTO dossier_search(rowid, tokens) VALUES (?, ?)", (dossier[0], dossier[self._tokens]))
        execute("COMMIT")


def plain_copy(data: Path, target: Path) -> None:
    """Write the database without a key, by the same library."""
    connection = connect_raw(data / DATABASE_NAME, wiring.read_key(data), read_only=False)
    connection.execute("ATTACH DATABASE ? AS plain KEY ''", (str(target),))
    connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    connection.execute("DETACH DATABASE plain")
    connection.close()


def connect_plain(path: Path) -> Any:
    """Open a database without a key, with the program's other settings."""
    from sqlcipher3 import dbapi2  # noqa: PLC0415 - the driver is met here only

    connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
    for pragma in (
        "foreign_keys = ON",
        f"cache_size = -{READER_CACHE_KIB}",
        "temp_store = MEMORY",
        "journal_mode = WAL",
        "synchronous = FULL",
        "secure_delete = ON",
        "wal_autocheckpoint = 0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def contents(connection: Any, after: int) -> list[list[tuple[Any, ...]]]:
    """Return everything written after a dossier's position, to compare two databases."""
    newest = [
        connection.execute(f"SELECT {', '.join(_DOSSIER)} FROM dossier WHERE position > ?", (after,)).fetchall(),
        connection.execute(
            "SELECT event.*, dossier_code.* FROM dossier JOIN event USING (dossier_id) JOIN dossier_code USING (code) "
            "WHERE dossier.position > ? ORDER BY event.position",
            (after,),
        ).fetchall(),
        *(connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in _SMALL),
    ]
    counts = [connection.execute(f"SELECT max(rowid) FROM {table}").fetchall() for table in ("event", "dossier")]
    found = connection.execute("SELECT rowid FROM dossier_search WHERE rowid > ?", (after,)).fetchall()
    return [*newest, *counts, found]
