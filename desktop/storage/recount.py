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

from sqlalchemy import Connection, bindparam, create_engine, select, text

from desktop.domain.dossiers import Dossier
from desktop.domain.events import decode_body
from desktop.domain.tally import Cell, contributions
from desktop.storage import projections
from desktop.storage.engine import Prepared
from desktop.storage.followers import payment_rows
from desktop.storage.tables import (
    ATTACHMENT,
    DOSSIER,
    DOSSIER_CODE,
    EVENT,
    FORM_NUMBER,
    ORDINAL,
    PAYMENT,
    SLIP,
    TALLY,
    TURNED_AWAY,
    UNIT_STATE,
)

_CODES_OF = Prepared(select(DOSSIER_CODE.c.code).where(DOSSIER_CODE.c.dossier_id == bindparam("dossier_id")))
#: Facts of a dossier that take a number from a book.
_NUMBERED = ("dossier.received", "wait.opened", "dossier.apologised", "dossier.refused", "fee.taken")
_BOOKS = (ORDINAL, FORM_NUMBER, UNIT_STATE, SLIP, TURNED_AWAY)


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one thing that is wrong.

    Attributes:
        code: Stable English identifier; its sentence is the message of that code.
        where: Position, event id, dossier id or table it is about.
    """

    code: str
    where: str


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
    paid = _Paid(connection)
    for dossier in projections.folded_dossiers(connection):
        walk.dossiers += 1
        counted.update(contributions(dossier))
        files.update(file.sha256 for file in dossier.attachments)
        codes += 1 + len(dossier.aliases)
        yield from paid.compare(dossier)
        while row is not None and row["dossier_id"] < dossier.dossier_id:
            yield Finding("row_without_events", str(row["dossier_id"]))
            row = next(rows, None)
        if row is None or row["dossier_id"] != dossier.dossier_id:
            yield Finding("row_missing", dossier.dossier_id)
            continue
        yield from _row_differs(connection, dossier, row)
        row = next(rows, None)
    while row is not None:
        yield Finding("row_without_events", str(row["dossier_id"]))
        row = next(rows, None)
    yield from paid.rest()
    yield from _counters(connection, counted)
    yield from _files(connection, files)
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


def _row_differs(connection: Connection, dossier: Dossier, row: Any) -> Iterator[Finding]:  # noqa: ANN401 - a mapping
    values = projections.dossier_values(dossier)
    state = str(values.pop("state"))
    # A row written by this program holds the very same text; only another spelling of it is parsed.
    is_same = state == row["state"] or json.loads(state) == json.loads(row["state"])
    if not is_same or any(row[name] != values[name] for name in values):
        yield Finding("row_differs", dossier.dossier_id)
    known = {code for (code,) in _CODES_OF.run(connection, {"dossier_id": dossier.dossier_id}).fetchall()}
    if known != {dossier.code, *dossier.aliases}:
        yield Finding("code_missing", dossier.dossier_id)


def _counters(connection: Connection, counted: Counter[Cell]) -> Iterator[Finding]:
    stored = {
        (row.day, row.field, row.measure): row.n for row in connection.execute(select(TALLY).where(TALLY.c.n != 0))
    }
    anew = {(cell.day.isoformat(), cell.field, cell.measure.value): n for cell, n in counted.items() if n}
    if stored != anew:
        yield Finding("table_differs", TALLY.name)


def _files(connection: Connection, wanted: set[str]) -> Iterator[Finding]:
    """Compare every file with the hash it is kept by, and look for those the log names."""
    rows = connection.execution_options(yield_per=10).execute(select(ATTACHMENT.c.sha256, ATTACHMENT.c.content))
    known = set()
    for row in rows:
        known.add(row.sha256)
        if hashlib.sha256(row.content).hexdigest() != row.sha256:
            yield Finding("file_damaged", row.sha256)
    for missing in sorted(wanted - known):
        yield Finding("file_lost", missing)


def books(connection: Connection) -> Iterator[Finding]:
    """Compare numbers, unit, users, slips and papers without a dossier with a fold made anew in a scratch database."""
    scratch = create_engine("sqlite://", module=sqlite3)
    with scratch.begin() as mirror:
        for table in _BOOKS:
            table.create(mirror)
        rows = connection.execution_options(yield_per=2_000).execute(
            select(EVENT.c.body)
            .where((EVENT.c.dossier_id == "") | EVENT.c.type.in_(_NUMBERED))
            .order_by(EVENT.c.position)
        )
        for row in rows:
            projections.note_event(mirror, decode_body(row.body))
        for table in _BOOKS:
            if _all_rows(connection, table.name) != _all_rows(mirror, table.name):
                yield Finding("table_differs", table.name)
    scratch.dispose()


def _all_rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}")))
