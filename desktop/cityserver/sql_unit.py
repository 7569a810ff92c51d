"""The feed in SQL: one transaction on one unit, with the unit's feed row locked while it writes.

``BEGIN IMMEDIATE`` locks SQLite's whole file; for PostgreSQL see :mod:`desktop.cityserver.postgres_unit`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, func, insert, select, update

from desktop.cityserver.filings import follow_filings
from desktop.cityserver.ports import Device, EpochState, Stored
from desktop.cityserver.rows import (
    STORED_COLUMNS,
    device_of,
    device_row,
    epoch_of,
    epoch_row,
    event_row,
    last_days,
    standing_of,
    standing_row,
    stored_of,
)
from desktop.cityserver.schema import CODE, DEVICE, DOSSIER, EPOCH, EVENT, FEED, REPLACED
from desktop.cityserver.statements import Statements
from desktop.domain.feed import FEED_START, Place, VerdictKind
from desktop.domain.judging import Standing


class UnknownUnit(LookupError):
    """The city has no such unit."""


class SqlUnitTransaction:
    """One transaction on one unit; see :class:`desktop.cityserver.ports.UnitTransaction`."""

    def __init__(
        self, connection: Connection, unit_id: str, statements: Statements, now_ms: int, *, write: bool
    ) -> None:
        """Read the feed's head, and lock it for a write.

        Raises:
            UnknownUnit: There is no such unit.
        """
        self._connection, self._unit_id, self._statements, self._now_ms = connection, unit_id, statements, now_ms
        head = self._read_head(write=write)
        if head is None:
            raise UnknownUnit(unit_id)
        self._head = head

    def _read_head(self, *, write: bool) -> Place | None:
        query = select(FEED.c.gseq, FEED.c.feed_hash).where(FEED.c.unit_id == self._unit_id)
        row = self._connection.execute(query.with_for_update() if write else query).one_or_none()
        return None if row is None else Place(row.gseq, bytes(row.feed_hash))

    @property
    def connection(self) -> Connection:
        """Return the connection, for what is kept in the same transaction."""
        return self._connection

    @property
    def head(self) -> Place:
        """Return the feed's last place, as moved by this transaction."""
        return self._head

    def device(self, replica_id: str) -> Device | None:
        """Return a device of this unit."""
        query = select(DEVICE).where(DEVICE.c.unit_id == self._unit_id, DEVICE.c.replica_id == replica_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else device_of(row)

    def enrolled_within(self, replica_id: str, ms: int) -> bool:
        """Tell whether a device was enrolled within so many milliseconds before now; nobody's was not."""
        query = select(DEVICE.c.enrolled_ms).where(DEVICE.c.unit_id == self._unit_id, DEVICE.c.replica_id == replica_id)
        enrolled_ms = self._connection.execute(query).scalar_one_or_none()
        return enrolled_ms is not None and self._now_ms - int(enrolled_ms) < ms

    def devices(self) -> Sequence[Device]:
        """Return all devices of this unit."""
        query = select(DEVICE).where(DEVICE.c.unit_id == self._unit_id).order_by(DEVICE.c.counter)
        return [device_of(row) for row in self._connection.execute(query)]

    def save_device(self, device: Device) -> None:
        """Insert or replace a device."""
        self._connection.execute(self._statements.save_device, device_row(self._unit_id, device))

    def epoch(self, replica_id: str, epoch: str) -> EpochState | None:
        """Return an epoch."""
        query = select(EPOCH).where(
            EPOCH.c.unit_id == self._unit_id, EPOCH.c.replica_id == replica_id, EPOCH.c.epoch == epoch
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else epoch_of(row)

    def epochs(self, replica_id: str = "") -> Sequence[EpochState]:
        """Return the epochs of a replica, or of all replicas of the unit."""
        query = select(EPOCH).where(EPOCH.c.unit_id == self._unit_id).order_by(EPOCH.c.replica_id, EPOCH.c.epoch)
        if replica_id:
            query = query.where(EPOCH.c.replica_id == replica_id)
        return [epoch_of(row) for row in self._connection.execute(query)]

    def save_epoch(self, state: EpochState) -> None:
        """Insert or replace an epoch."""
        self._connection.execute(self._statements.save_epoch, epoch_row(self._unit_id, state))

    def stored(self, event_ids: Iterable[str]) -> Mapping[str, Stored]:
        """Return the events that are in the feed."""
        found = {}
        for some in in_parts(event_ids):
            query = select(*STORED_COLUMNS).where(EVENT.c.unit_id == self._unit_id, EVENT.c.event_id.in_(some))
            found.update({row.event_id: stored_of(row) for row in self._connection.execute(query)})
        return found

    def at(self, replica_id: str, epoch: str, first: int, last: int) -> Sequence[Stored]:
        """Return events of an epoch by seq."""
        query = (
            select(*STORED_COLUMNS)
            .where(
                EVENT.c.unit_id == self._unit_id,
                EVENT.c.replica_id == replica_id,
                EVENT.c.epoch == epoch,
                EVENT.c.seq.between(first, last),
            )
            .order_by(EVENT.c.seq)
        )
        return [stored_of(row) for row in self._connection.execute(query)]

    def replacements(self, event_ids: Iterable[str]) -> Mapping[str, str]:
        """Return, for events that were said again and accepted, the id of the event that replaced them."""
        found: dict[str, str] = {}
        for some in in_parts(event_ids):
            query = select(REPLACED.c.event_id, REPLACED.c.replaced_by).where(
                REPLACED.c.unit_id == self._unit_id, REPLACED.c.event_id.in_(some)
            )
            found.update({row.event_id: row.replaced_by for row in self._connection.execute(query)})
        return found

    def standings(self, dossier_ids: Iterable[str]) -> Mapping[str, Standing]:
        """Return what is known of dossiers; unknown ones are left out."""
        found = {}
        for some in in_parts(dossier_ids):
            query = select(
                DOSSIER.c.dossier_id,
                DOSSIER.c.custody,
                DOSSIER.c.exclusive_gseq,
                DOSSIER.c.exclusive_by,
                DOSSIER.c.exclusive_seq,
                DOSSIER.c.refused,
                DOSSIER.c.state,
            ).where(DOSSIER.c.unit_id == self._unit_id, DOSSIER.c.dossier_id.in_(some))
            found.update({row.dossier_id: standing_of(row) for row in self._connection.execute(query)})
        return found

    def code_owners(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Return code → dossier id for codes that were accepted."""
        found: dict[str, str] = {}
        for some in in_parts(codes):
            query = select(CODE.c.code, CODE.c.dossier_id).where(CODE.c.unit_id == self._unit_id, CODE.c.code.in_(some))
            found.update({row.code: row.dossier_id for row in self._connection.execute(query)})
        return found

    def append(
        self,
        entries: Sequence[Stored],
        standings: Mapping[str, Standing],
        codes: Mapping[str, str],
        replaced: Mapping[str, str],
    ) -> None:
        """Append entries in order of gseq with everything that follows from them, in few statements."""
        unit, execute = self._unit_id, self._connection.execute
        if entries:
            execute(insert(EVENT), [event_row(unit, entry, self._now_ms) for entry in entries])
            self._head = Place(entries[-1].gseq, entries[-1].feed_hash)
            execute(
                update(FEED).where(FEED.c.unit_id == unit).values(gseq=self._head.gseq, feed_hash=self._head.feed_hash)
            )
        if standings:
            execute(
                self._statements.save_standing,
                [standing_row(unit, dossier_id, standing) for dossier_id, standing in sorted(standings.items())],
            )
        if codes:
            rows = [{"code": code, "unit_id": unit, "dossier_id": owner} for code, owner in codes.items()]
            execute(self._statements.save_code, rows)
        if replaced:
            rows = [{"unit_id": unit, "event_id": old, "replaced_by": new} for old, new in replaced.items()]
            execute(self._statements.save_replaced, rows)
        follow_filings(self._connection, unit, entries)
        for replica_id, day in last_days(entries).items():
            execute(
                update(DEVICE)
                .where(DEVICE.c.unit_id == unit, DEVICE.c.replica_id == replica_id, DEVICE.c.max_day < day)
                .values(max_day=day)
            )

    def feed(self, after: int, limit: int) -> Sequence[Stored]:
        """Return entries after a place; fewer than asked for when they are large, at least one when there is any."""
        size = func.length(EVENT.c.body)
        before = (func.sum(size).over(order_by=EVENT.c.gseq) - size).label("before")
        page = (
            select(*STORED_COLUMNS, before)
            .where(EVENT.c.unit_id == self._unit_id, EVENT.c.gseq > after, EVENT.c.gseq <= after + limit)
            .subquery()
        )
        query = select(page).where(page.c.before < self._statements.page_bytes).order_by(page.c.gseq)
        return [stored_of(row) for row in self._connection.execute(query)]

    def said_of_unit(self, types: Iterable[str]) -> Sequence[Stored]:
        """Return the accepted entries of some types about the unit itself, in the order of the feed.

        A walk over the unit's log, for which there is no index: hardly ever asked for.
        """
        query = select(*STORED_COLUMNS).where(
            EVENT.c.unit_id == self._unit_id,
            EVENT.c.dossier_id == "",
            EVENT.c.type.in_(sorted(types)),
            EVENT.c.kind == VerdictKind.ACCEPTED.value,
        )
        return [stored_of(row) for row in self._connection.execute(query.order_by(EVENT.c.gseq))]

    def place_at(self, gseq: int) -> Place | None:
        """Return a place of the feed, None when it lies ahead."""
        if gseq == 0:
            return Place(0, FEED_START)
        if gseq == self._head.gseq:
            return self._head
        found = self._feed_hash_at(gseq)
        return None if found is None else Place(gseq, found)

    def _feed_hash_at(self, gseq: int) -> bytes | None:
        query = select(EVENT.c.feed_hash).where(EVENT.c.unit_id == self._unit_id, EVENT.c.gseq == gseq)
        found = self._connection.execute(query).scalar_one_or_none()
        return None if found is None else bytes(found)

    def max_day(self, replica_id: str) -> str:
        """Return the latest ISO day of any code a replica was seen to give, "" for none."""
        query = select(DEVICE.c.max_day).where(DEVICE.c.unit_id == self._unit_id, DEVICE.c.replica_id == replica_id)
        return self._connection.execute(query).scalar_one_or_none() or ""


def in_parts(ids: Iterable[str], most: int = 500) -> Iterator[list[str]]:
    """Return ids without repetition in parts that fit one statement."""
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), most):
        yield wanted[start : start + most]
