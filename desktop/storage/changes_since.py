"""What changed in the kept tables since a point of the database's life, as rows, and those rows put back.

Tables that only grow are told from their last row on; a feed that the city cut is told from its beginning; every other
kept table is told whole. Projections follow from the events and are not told.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Column, Connection, Integer, Table, delete, func, insert, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain.errors import DamagedData
from desktop.storage.projections import VERSION_KEY
from desktop.storage.tables import ACCESS, ATTACHMENT, EVENT, FEED, KEPT, META, PRINT_JOB, REMINDER

#: One row: its table, and its values by column.
Row = tuple[str, dict[str, Any]]

#: Jobs move on for a while after they were made; the last ones are told again each time.
_JOBS_TOLD_AGAIN: Final = 1_000
_GROWING: Final = {table.name: table for table in (EVENT, FEED, ATTACHMENT, PRINT_JOB, ACCESS)}
#: Told on nobody's account: a reminder that was seen comes once more.
_LEFT_OUT: Final = frozenset({REMINDER.name})
#: Rows in memory at once; an attachment may take megabytes.
_BATCH: Final = 500
_FILES_AT_ONCE: Final = 4
_ROWID: Final[Column[int]] = Column("rowid", Integer)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Name a point of the database's life.

    Attributes:
        event: Position of the last event.
        event_hash: Its hash, hex; "" before the first.
        feed: Last place of the city's feed; 0 for none.
        feed_hash: Its hash, hex.
        attachment: Row of the last attachment.
        print_job: Row of the last print job.
        access: Row of the access log's last entry.
    """

    event: int = 0
    event_hash: str = ""
    feed: int = 0
    feed_hash: str = ""
    attachment: int = 0
    print_job: int = 0
    access: int = 0

    def as_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return asdict(self)


def whole_tables() -> tuple[Table, ...]:
    """Return the kept tables that are told whole, by name."""
    names = sorted(set(KEPT.tables) - set(_GROWING) - _LEFT_OUT)
    return tuple(KEPT.tables[name] for name in names)


def cursor_at(connection: Connection) -> Cursor:
    """Return where a database stands."""
    event = connection.execute(
        select(EVENT.c.position, EVENT.c.hash).order_by(EVENT.c.position.desc()).limit(1)
    ).first()
    feed = connection.execute(select(FEED.c.gseq, FEED.c.feed_hash).order_by(FEED.c.gseq.desc()).limit(1)).first()
    return Cursor(
        event=event.position if event else 0,
        event_hash=event.hash.hex() if event else "",
        feed=feed.gseq if feed else 0,
        feed_hash=feed.feed_hash.hex() if feed else "",
        attachment=_last_row(connection, ATTACHMENT),
        print_job=_last_row(connection, PRINT_JOB),
        access=_last_row(connection, ACCESS),
    )


def goes_on_from(connection: Connection, cursor: Cursor) -> bool:
    """Tell whether this database is the one a point belongs to: its log holds that event."""
    if not cursor.event:
        return True
    found = connection.execute(select(EVENT.c.hash).where(EVENT.c.position == cursor.event)).scalar()
    return found is not None and found.hex() == cursor.event_hash


def rows_since(connection: Connection, since: Cursor) -> Iterator[Row]:
    """Yield what changed since a point, events first; inside one read transaction.

    Args:
        connection: Open transaction: all rows are of one moment.
        since: A point of this database's life.
    """
    feed_since = since.feed if _feed_goes_on(connection, since) else 0
    yield from _rows(connection, EVENT, EVENT.c.position > since.event, EVENT.c.position)
    yield from _rows(connection, FEED, FEED.c.gseq > feed_since, FEED.c.gseq)
    yield from _rows(connection, ATTACHMENT, since.attachment < _ROWID, _ROWID)
    yield from _rows(connection, PRINT_JOB, since.print_job - _JOBS_TOLD_AGAIN < _ROWID, _ROWID)
    yield from _rows(connection, ACCESS, ACCESS.c.access_id > since.access, ACCESS.c.access_id)
    for table in whole_tables():
        yield from _rows(connection, table, sql("1"), sql("1"))


def put_back(connection: Connection, rows: Iterable[Row]) -> int:
    """Put rows back that :func:`rows_since` told; return how many events were new here.

    The projections are stale afterwards.

    Raises:
        DamagedData: ``backup_does_not_fit``: an event here is another one, or one in between is missing.
    """
    new, emptied = 0, set()
    for name, group in groupby(rows, key=lambda row: row[0]):
        table = KEPT.tables.get(name)
        if table is None:
            raise DamagedData("backup_does_not_fit", where=name)
        for batch in _batches((values for _, values in group), _size(table)):
            if table is EVENT:
                new += _append(connection, batch)
                continue
            if table is FEED and batch[0]["gseq"] == 1 and FEED.name not in emptied:
                # Told from its beginning: the city had cut it.
                connection.execute(delete(FEED))
            elif name not in _GROWING and name not in emptied:
                connection.execute(delete(table))
            emptied.add(name)
            if table is ACCESS:
                connection.execute(upsert(ACCESS).on_conflict_do_nothing(), batch)
            else:
                _replace(connection, table, batch)
    connection.execute(delete(META).where(META.c.key == VERSION_KEY))
    return new


def _append(connection: Connection, batch: list[dict[str, Any]]) -> int:
    """Append events; those that are here must be the same."""
    last = connection.execute(select(func.max(EVENT.c.position))).scalar() or 0
    known = [row for row in batch if row["position"] <= last]
    for row in known:
        here = connection.execute(select(EVENT.c.hash).where(EVENT.c.position == row["position"])).scalar()
        if here != row["hash"]:
            raise DamagedData("backup_does_not_fit", where=str(row["position"]))
    fresh = batch[len(known) :]
    if [row["position"] for row in fresh] != list(range(last + 1, last + 1 + len(fresh))):
        raise DamagedData("backup_does_not_fit", where=str(last + 1))
    if fresh:
        connection.execute(insert(EVENT), fresh)
    return len(fresh)


def _replace(connection: Connection, table: Table, batch: list[dict[str, Any]]) -> None:
    """Write rows over those of the same key."""
    statement = upsert(table)
    keys = [column.name for column in table.primary_key]
    others = {name: statement.excluded[name] for name in batch[0] if name not in keys}
    if others:
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=others), batch)
    else:
        connection.execute(statement.on_conflict_do_nothing(), batch)


def _rows(connection: Connection, table: Table, where: Any, order: Any) -> Iterator[Row]:  # noqa: ANN401 - SQL
    statement = select(table).where(where).order_by(order)
    for row in connection.execution_options(yield_per=_size(table)).execute(statement).mappings():
        yield table.name, dict(row)


def _feed_goes_on(connection: Connection, since: Cursor) -> bool:
    found = connection.execute(select(FEED.c.feed_hash).where(FEED.c.gseq == since.feed)).scalar()
    return found is not None and found.hex() == since.feed_hash


def _last_row(connection: Connection, table: Table) -> int:
    found: int | None = connection.execute(select(func.max(_ROWID)).select_from(table)).scalar()
    return found or 0


def _size(table: Table) -> int:
    return _FILES_AT_ONCE if table is ATTACHMENT else _BATCH


def _batches(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def readable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values as JSON-able data: bytes as hex under a name with a mark."""
    return {
        (f"{name}:hex" if isinstance(value, bytes) else name): value.hex() if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def read_back(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values as :func:`readable` took them."""
    return {
        name.removesuffix(":hex"): bytes.fromhex(value) if name.endswith(":hex") else value
        for name, value in plain.items()
    }
