"""The same transaction on a unit, in PostgreSQL's own words: few statements, prepared once, whole batches as arrays.

It runs on psycopg's cursor inside SQLAlchemy's transaction: building and binding a statement of hundreds of values
costs more there than PostgreSQL takes to run it. Look-ups by a list of ids probe the index once per id, whatever the
planner knows of a table that has just begun to grow.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from psycopg.rows import namedtuple_row
from sqlalchemy import Table

from desktop.cityserver.filings import follow_filings
from desktop.cityserver.ports import Device, EpochState, Stored
from desktop.cityserver.rows import (
    STORED_COLUMNS,
    device_of,
    epoch_of,
    epoch_row,
    event_row,
    last_days,
    standing_of,
    standing_row,
    stored_of,
)
from desktop.cityserver.schema import CODE, DOSSIER, EPOCH, EVENT, REPLACED
from desktop.cityserver.sql_unit import SqlUnitTransaction, in_parts
from desktop.domain.feed import Place
from desktop.domain.judging import Standing

Row = Any  # a named tuple of the columns asked for

#: Rows from which on COPY is cheaper than its two round trips.
_COPY_FROM: Final = 8
_KINDS: Final = {
    "VARCHAR": "text",
    "TEXT": "text",
    "BIGINT": "int8",
    "INTEGER": "int4",
    "BOOLEAN": "bool",
    "BLOB": "bytea",
}
#: Ids looked up at once.
_PART: Final = 2_000
#: Stands in no id and no code: one text of all costs a tenth of an array.
_BETWEEN: Final = "\x1f"


def _kind(table: Table, name: str) -> str:
    return _KINDS[str(table.columns[name].type)]


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _others(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.primary_key]


def _by_ids(table: Table, key: str, names: Sequence[str]) -> str:
    """Return a look-up of rows of a unit by a list of keys: one probe of the index per key."""
    columns = ", ".join(names)
    return (
        f"SELECT found.* FROM unnest(string_to_array(%s, '{_BETWEEN}')) AS wanted(id) CROSS JOIN LATERAL "
        f"(SELECT {columns} FROM {table.name} WHERE unit_id = %s AND {key} = wanted.id LIMIT 1) AS found"
    )


def _upsert(table: Table, changed: Sequence[str]) -> str:
    """Return an insert of rows given as one array per column; it replaces some columns of a row that stands there."""
    names = [name for name in _names(table) if name != "unit_id"]
    arrays = ", ".join(f"%b::{_kind(table, name)}[]" for name in names)
    keys = ", ".join(column.name for column in table.primary_key.columns)
    sets = ", ".join(f"{name} = excluded.{name}" for name in changed)
    then = f"UPDATE SET {sets}" if sets else "NOTHING"
    return (
        f"INSERT INTO {table.name} (unit_id, {', '.join(names)}) SELECT %s, * FROM unnest({arrays}) "
        f"ON CONFLICT ({keys}) DO {then}"
    )


_STORED: Final = [column.name for column in STORED_COLUMNS]
_STANDING: Final = ["dossier_id", "custody", "exclusive_gseq", "exclusive_by", "exclusive_seq", "refused", "state"]
_HEAD: Final = "SELECT gseq, feed_hash FROM feed WHERE unit_id = %s"
_LOCKED_HEAD: Final = f"{_HEAD} FOR UPDATE"
_MOVE_HEAD: Final = "UPDATE feed SET gseq = %s, feed_hash = %s WHERE unit_id = %s"
_DEVICE: Final = (
    "SELECT replica_id, unit_id, public_key, counter, install, is_revoked, "
    # Nearly every unit has none: asked along, it saves a look-up of every event.
    "EXISTS (SELECT 1 FROM replaced WHERE replaced.unit_id = device.unit_id) AS has_replaced FROM device "
    "WHERE unit_id = %s AND replica_id = %s"
)
_MOVE_DAY: Final = "UPDATE device SET max_day = %s WHERE unit_id = %s AND replica_id = %s AND max_day < %s"
_EPOCH: Final = f"SELECT {', '.join(_names(EPOCH))} FROM epoch WHERE unit_id = %s AND replica_id = %s AND epoch = %s"
_MOVE_EPOCH: Final = (
    f"INSERT INTO epoch ({', '.join(_names(EPOCH))}) VALUES ({', '.join(f'%({name})s' for name in _names(EPOCH))}) "
    f"ON CONFLICT (unit_id, replica_id, epoch) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in _others(EPOCH))}"
)
_EVENTS: Final = _by_ids(EVENT, "event_id", _STORED)
_REPLACEMENTS: Final = _by_ids(REPLACED, "event_id", ["event_id", "replaced_by"])
_STANDINGS: Final = _by_ids(DOSSIER, "dossier_id", _STANDING)
_OWNERS: Final = _by_ids(CODE, "code", ["code", "dossier_id"])
_AT: Final = (
    f"SELECT {', '.join(_STORED)} FROM event "
    "WHERE unit_id = %s AND replica_id = %s AND epoch = %s AND seq BETWEEN %s AND %s ORDER BY seq"
)
_PLACE_AT: Final = "SELECT feed_hash FROM event WHERE unit_id = %s AND gseq = %s"
_PAGE: Final = (
    f"SELECT {', '.join(_STORED)} FROM (SELECT {', '.join(_STORED)}, "
    "sum(length(body)) OVER (ORDER BY gseq) - length(body) AS before FROM event "
    "WHERE unit_id = %s AND gseq > %s AND gseq <= %s) AS page WHERE before < %s ORDER BY gseq"
)
_COPY: Final = f"COPY event ({', '.join(_names(EVENT))}) FROM STDIN (FORMAT BINARY)"
_INSERT: Final = (
    f"INSERT INTO event ({', '.join(_names(EVENT))}) VALUES ({', '.join(f'%({n})b' for n in _names(EVENT))})"
)
_EVENT_KINDS: Final = [_kind(EVENT, name) for name in _names(EVENT)]
_SAVE_STANDINGS: Final = _upsert(DOSSIER, _others(DOSSIER))
_SAVE_CODES: Final = _upsert(CODE, ())
_SAVE_REPLACED: Final = _upsert(REPLACED, ())


class PostgresUnitTransaction(SqlUnitTransaction):
    """One transaction on one unit; see :class:`desktop.cityserver.ports.UnitTransaction`."""

    def _read_head(self, *, write: bool) -> Place | None:
        driver: Any = self._connection.connection.driver_connection  # psycopg's own
        self._driver = driver
        self._cursor = driver.cursor(binary=True, row_factory=namedtuple_row)
        self._has_replaced = True
        row = self._one(_LOCKED_HEAD if write else _HEAD, (self._unit_id,))
        return None if row is None else Place(row.gseq, row.feed_hash)

    def _one(self, statement: str, values: Sequence[Any]) -> Row | None:
        return self._cursor.execute(statement, values, prepare=True).fetchone()

    def _all(self, statement: str, values: Sequence[Any]) -> list[Row]:
        found: list[Row] = self._cursor.execute(statement, values, prepare=True).fetchall()
        return found

    def _by_ids(self, statement: str, ids: Iterable[str]) -> list[Row]:
        found: list[Row] = []
        for some in in_parts(ids, _PART):
            found += self._all(statement, (_BETWEEN.join(some), self._unit_id))
        return found

    def device(self, replica_id: str) -> Device | None:
        """Return a device of this unit."""
        row = self._one(_DEVICE, (self._unit_id, replica_id))
        if row is None:
            return None
        self._has_replaced = row.has_replaced
        return device_of(row)

    def epoch(self, replica_id: str, epoch: str) -> EpochState | None:
        """Return an epoch."""
        row = self._one(_EPOCH, (self._unit_id, replica_id, epoch))
        return None if row is None else epoch_of(row)

    def save_epoch(self, state: EpochState) -> None:
        """Insert or replace an epoch."""
        self._cursor.execute(_MOVE_EPOCH, epoch_row(self._unit_id, state), prepare=True)

    def stored(self, event_ids: Iterable[str]) -> Mapping[str, Stored]:
        """Return the events that are in the feed."""
        return {row.event_id: stored_of(row) for row in self._by_ids(_EVENTS, event_ids)}

    def at(self, replica_id: str, epoch: str, first: int, last: int) -> Sequence[Stored]:
        """Return events of an epoch by seq."""
        return [stored_of(row) for row in self._all(_AT, (self._unit_id, replica_id, epoch, first, last))]

    def replacements(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        """Return, for events that were said again and accepted, the id of the event that replaced them."""
        if not self._has_replaced:
            return {}
        return {row.event_id: row.replaced_by for row in self._by_ids(_REPLACEMENTS, event_ids)}

    def standings(self, dossier_ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return what is known of dossiers; unknown ones are left out."""
        return {row.dossier_id: standing_of(row) for row in self._by_ids(_STANDINGS, dossier_ids)}

    def code_owners(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Return code → dossier id for codes that were accepted."""
        return {row.code: row.dossier_id for row in self._by_ids(_OWNERS, codes)}

    def append(
        self,
        entries: Sequence[Stored],
        standings: Mapping[str, Standing],
        codes: Mapping[str, str],
        replaced: Mapping[str, str],
    ) -> None:
        """Append entries in order of gseq with everything that follows from them, in few statements."""
        rows = [event_row(self._unit_id, entry, self._now_ms) for entry in entries]
        if len(rows) >= _COPY_FROM:
            with self._cursor.copy(_COPY) as target:
                target.set_types(_EVENT_KINDS)
                for row in rows:
                    target.write_row(tuple(row.values()))
            rows = []
        # All that is left goes out in one piece.
        with self._driver.pipeline():
            if rows:
                self._cursor.executemany(_INSERT, rows)
            self._write(entries, standings, codes, replaced)
        follow_filings(self._connection, self._unit_id, entries)

    def _write(
        self,
        entries: Sequence[Stored],
        standings: Mapping[str, Standing],
        codes: Mapping[str, str],
        replaced: Mapping[str, str],
    ) -> None:
        """Send what follows from entries."""
        unit, execute = self._unit_id, self._cursor.execute
        if entries:
            self._head = Place(entries[-1].gseq, entries[-1].feed_hash)
            execute(_MOVE_HEAD, (self._head.gseq, self._head.feed_hash, unit), prepare=True)
        if standings:
            # In one order everywhere: two transactions never wait for each other's rows.
            rows = [standing_row(unit, dossier_id, each) for dossier_id, each in sorted(standings.items())]
            arrays = [[row[name] for row in rows] for name in _names(DOSSIER) if name != "unit_id"]
            execute(_SAVE_STANDINGS, (unit, *arrays), prepare=True)
        if codes:
            execute(_SAVE_CODES, (unit, list(codes), list(codes.values())), prepare=True)
        if replaced:
            self._has_replaced = True
            execute(_SAVE_REPLACED, (unit, list(replaced), list(replaced.values())), prepare=True)
        for replica_id, day in last_days(entries).items():
            execute(_MOVE_DAY, (day, unit, replica_id, day), prepare=True)

    def feed(self, after: int, limit: int) -> Sequence[Stored]:
        """Return entries after a place; fewer than asked for when they are large, at least one when there is any."""
        values = (self._unit_id, after, after + limit, self._statements.page_bytes)
        return [stored_of(row) for row in self._all(_PAGE, values)]

    def _feed_hash_at(self, gseq: int) -> bytes | None:
        row = self._one(_PLACE_AT, (self._unit_id, gseq))
        return None if row is None else row.feed_hash
