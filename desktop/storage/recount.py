"""Count everything anew from the log and compare: rows, codes, payments, counters, numbers, slips, files.

A part of :mod:`desktop.storage.verification`; memory stays at one dossier and the counters.
"""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, create_engine, select, text

from desktop.domain.dossiers import Dossier
from desktop.domain.tally import Cell, contributions
from desktop.storage import order, projections
from desktop.storage.blob_rows import coming
from desktop.storage.followers import counters, payment_rows
from desktop.storage.tables import (
    ATTACHMENT,
    DOSSIER,
    DOSSIER_CODE,
    FORM_NUMBER,
    HOLDER,
    ORDINAL,
    PAYMENT,
    SLIP,
    TURNED_AWAY,
    UNIT_STATE,
    UNREAD,
)

_BOOKS = (ORDINAL, FORM_NUMBER, UNIT_STATE, SLIP, TURNED_AWAY)


@dataclass(frozen=True, slots=True)
class Entry:
    """Name one entry of the log, as far as it can still be read.

    Attributes:
        position: Its place in this database.
        seq: Its place in the log of its PC.
        device: Name of the PC that wrote it.
        type: What it says.
        code: Of the dossier, where the entry itself says it.
    """

    position: int
    event_id: str
    epoch: str
    seq: int
    device: str = ""
    type: str = ""
    dossier_id: str = ""
    code: str = ""

    def __str__(self) -> str:
        """Return it as one line for a person."""
        parts = (f"máy {self.device}" if self.device else "", f"số {self.seq}", self.type, self.code or self.dossier_id)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one thing that is wrong.

    Attributes:
        code: Stable English identifier of the check; its sentence is the message of that code.
        where: Position, event id, dossier id or table it is about.
        entry: The entry of the log; None for what is about no single one.
    """

    code: str
    where: str
    entry: Entry | None = None


@dataclass(slots=True)
class Walk:
    """Count while walking."""

    events: int = 0
    dossiers: int = 0
    head_hash: str = ""


def refolded(connection: Connection, walk: Walk) -> Iterator[Finding]:
    """Compare every dossier's row, payments and counters with a fold made anew, and the other way round."""
    stored = connection.execution_options(yield_per=1_000).execute(select(DOSSIER).order_by(DOSSIER.c.dossier_id))
    rows = iter(stored.mappings())
    row = next(rows, None)
    counted: Counter[Cell] = Counter()
    files: set[str] = set()
    codes = 0
    paid, named = _Paid(connection), _Named(connection)
    marks: set[tuple[str, str, str]] = set()
    for folded in order.all_folded(connection):
        dossier = folded.state
        marks |= {("holder", folded.dossier_id, folded.holder), ("unread", folded.dossier_id, folded.unread)}
        if dossier is None:
            continue
        walk.dossiers += 1
        counted.update(contributions(dossier))
        files.update(file.sha256 for file in dossier.attachments)
        codes += 1 + len(dossier.aliases)
        yield from paid.compare(dossier)
        yield from named.compare(dossier)
        while row is not None and row["dossier_id"] < dossier.dossier_id:
            yield Finding("row_without_events", str(row["dossier_id"]))
            row = next(rows, None)
        if row is None or row["dossier_id"] != dossier.dossier_id:
            yield Finding("row_missing", dossier.dossier_id)
            continue
        yield from _row_differs(dossier, row)
        row = next(rows, None)
    while row is not None:
        yield Finding("row_without_events", str(row["dossier_id"]))
        row = next(rows, None)
    yield from paid.rest()
    yield from _counters(connection, counted)
    yield from _files(connection, files)
    yield from _marks(connection, {each for each in marks if each[2]})
    if connection.execute(text("SELECT count(*) FROM dossier_code")).scalar() != codes:
        yield Finding("table_differs", DOSSIER_CODE.name)


class _Paid:
    """Walk along the payments as the dossiers go by, in the order of their ids."""

    def __init__(self, connection: Connection) -> None:
        statement = select(PAYMENT).order_by(PAYMENT.c.dossier_id, PAYMENT.c.place)
        self._rows = iter(connection.execution_options(yield_per=1_000).execute(statement).mappings())
        self._row = next(self._rows, None)

    def compare(self, dossier: Dossier) -> Iterator[Finding]:
        """Compare a dossier's payments with the rows that come next."""
        found = []
        while self._row is not None and self._row["dossier_id"] <= dossier.dossier_id:
            found.append(dict(self._row))
            self._row = next(self._rows, None)
        if found != payment_rows(dossier):
            yield Finding("payments_differ", dossier.dossier_id)

    def rest(self) -> Iterator[Finding]:
        """Name what belongs to no dossier."""
        if self._row is not None:
            yield Finding("payments_differ", str(self._row["dossier_id"]))


class _Named:
    """Walk along the codes as the dossiers go by: one sorted pass, as no index leads from a dossier to its codes."""

    def __init__(self, connection: Connection) -> None:
        statement = select(DOSSIER_CODE.c.dossier_id, DOSSIER_CODE.c.code).order_by(DOSSIER_CODE.c.dossier_id)
        self._rows = iter(connection.execution_options(yield_per=1_000).execute(statement))
        self._row = next(self._rows, None)

    def compare(self, dossier: Dossier) -> Iterator[Finding]:
        """Compare a dossier's codes with the rows that come next."""
        found = set()
        while self._row is not None and self._row.dossier_id <= dossier.dossier_id:
            if self._row.dossier_id == dossier.dossier_id:
                found.add(self._row.code)
            self._row = next(self._rows, None)
        if found != {dossier.code, *dossier.aliases}:
            yield Finding("code_missing", dossier.dossier_id)


def _row_differs(dossier: Dossier, row: Any) -> Iterator[Finding]:  # noqa: ANN401 - a mapping
    values = projections.dossier_values(dossier)
    state = str(values.pop("state"))
    # A row written by this program holds the very same text; only another spelling of it is parsed.
    is_same = state == row["state"] or json.loads(state) == json.loads(row["state"])
    if not is_same or any(row[name] != values[name] for name in values):
        yield Finding("row_differs", dossier.dossier_id)


def _counters(connection: Connection, counted: Counter[Cell]) -> Iterator[Finding]:
    for table, anew in counters(counted):
        stored = {tuple(row[:-1]): row.n for row in connection.execute(select(table).where(table.c.n != 0))}
        if stored != anew:
            yield Finding("table_differs", table.name)


def _marks(connection: Connection, anew: set[tuple[str, str, str]]) -> Iterator[Finding]:
    """Compare who holds dossiers, and which cannot be folded, with a count made anew."""
    for table in (HOLDER, UNREAD):
        wanted = {(dossier_id, value) for name, dossier_id, value in anew if name == table.name}
        if {tuple(row) for row in connection.execute(select(table))} != wanted:
            yield Finding("table_differs", table.name)


def _files(connection: Connection, wanted: set[str]) -> Iterator[Finding]:
    """Compare every file with the hash it is kept by, and look for those the log names; some may be on their way."""
    rows = connection.execution_options(yield_per=10).execute(select(ATTACHMENT.c.sha256, ATTACHMENT.c.content))
    known = set()
    for row in rows:
        known.add(row.sha256)
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield Finding("file_damaged", row.sha256)
    for missing in sorted(wanted - known - coming(connection)):
        yield Finding("file_lost", missing)


def books(connection: Connection) -> Iterator[Finding]:
    """Compare numbers, unit, users, slips and papers without a dossier with a fold made anew in a scratch database."""
    scratch = create_engine("sqlite://", module=sqlite3)
    with scratch.begin() as mirror:
        for table in _BOOKS:
            table.create(mirror)
        projections.note_every_number(connection, mirror)
        for event in order.unit_events(connection):
            projections.note_unit(mirror, event)
        for table in _BOOKS:
            if _all_rows(connection, table.name) != _all_rows(mirror, table.name):
                yield Finding("table_differs", table.name)
    scratch.dispose()


def _all_rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
