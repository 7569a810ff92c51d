"""Read for the city's pages from its tables; see :class:`desktop.cityserver.page_ports.PageStore`."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, func, or_, select

from desktop.cityserver.filings import FILING
from desktop.cityserver.page_ports import FleetLine, PageUnit, UnitBoard
from desktop.cityserver.procedures import lacking_of
from desktop.cityserver.ratings import add_rating, has_rating
from desktop.cityserver.rows import milliseconds
from desktop.cityserver.schema import CODE, DEVICE, DOSSIER, UNIT
from desktop.cityserver.sql_store import SqlStore
from desktop.domain import codec
from desktop.domain.board import Period
from desktop.domain.dossiers import CLOSED, Dossier
from desktop.domain.online import Filing
from desktop.domain.ratings import Opinion
from desktop.domain.units import LateTarget
from desktop.domain.vietnamese import VIETNAM

_CLOSED: Final = tuple(sorted(status.value for status in CLOSED))


class SqlPages:
    """Read for pages, and keep ratings. Each call is one short transaction."""

    def __init__(self, store: SqlStore) -> None:
        """Keep the store."""
        self._store = store

    def dossier_of(self, code: str) -> Dossier | None:
        """Return the dossier an accepted code belongs to, of any unit."""
        query = (
            select(DOSSIER.c.unit_id, DOSSIER.c.dossier_id, DOSSIER.c.state)
            .join(CODE, (CODE.c.unit_id == DOSSIER.c.unit_id) & (CODE.c.dossier_id == DOSSIER.c.dossier_id))
            .where(CODE.c.code == code, DOSSIER.c.state != "")
        )
        with self._store.reading() as connection:
            row = connection.execute(query).first()
        # Whose it is says the city's own row: a state repeats what a PC wrote, and could name another ward.
        return None if row is None else replace(_dossier(row.state), unit_id=row.unit_id, dossier_id=row.dossier_id)

    def filing_of(self, tracking: str) -> Filing | None:
        """Return what was filed online under a tracking code."""
        with self._store.reading() as connection:
            found = connection.execute(select(FILING.c.value).where(FILING.c.tracking == tracking)).scalars().first()
        return None if found is None else codec.load(Filing, json.loads(found))

    def unit(self, unit_id: str) -> PageUnit | None:
        """Return a unit."""
        query = select(UNIT.c.unit_id, UNIT.c.name, UNIT.c.provisioning).where(UNIT.c.unit_id == unit_id)
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _unit(row)

    def boards(self, period: Period, as_of: datetime) -> Sequence[UnitBoard]:
        """Return what the board of every unit is counted from; training units are left out."""
        first = milliseconds(datetime.combine(period.first, time(), VIETNAM))
        after = milliseconds(datetime.combine(period.last + timedelta(days=1), time(), VIETNAM))
        query = select(UNIT.c.unit_id, UNIT.c.name, UNIT.c.provisioning).where(UNIT.c.is_training.is_(False))
        with self._store.reading() as connection:
            units = [_unit(row) for row in connection.execute(query.order_by(UNIT.c.name))]
            received = _counted(connection, DOSSIER.c.received_ms >= first, DOSSIER.c.received_ms < after)
            solved = _counted(connection, DOSSIER.c.solved_ms >= first, DOSSIER.c.solved_ms < after)
            is_open = (DOSSIER.c.solved_ms == 0, DOSSIER.c.status.not_in(("", *_CLOSED)))
            still_open = _counted(connection, *is_open)
            suspects = _suspects(connection, first, after, milliseconds(as_of))
        return [
            UnitBoard(
                unit,
                received.get(unit.unit_id, {}),
                solved.get(unit.unit_id, {}),
                still_open.get(unit.unit_id, {}),
                tuple(suspects.get(unit.unit_id, ())),
            )
            for unit in units
        ]

    def fleet(self) -> Sequence[FleetLine]:
        """Return every PC there is, by unit and counter."""
        query = select(DEVICE, UNIT.c.name).join(UNIT, UNIT.c.unit_id == DEVICE.c.unit_id)
        with self._store.reading() as connection:
            lacking = lacking_of(connection)
            rows = connection.execute(query.order_by(UNIT.c.name, DEVICE.c.counter))
            return [replace(_fleet_line(row), lacking=_dated(lacking.get(row.replica_id, ()))) for row in rows]

    def is_rated(self, dossier: Dossier) -> bool:
        """Tell whether a dossier has its rating."""
        with self._store.reading() as connection:
            return has_rating(connection, dossier)

    def rate(self, dossier: Dossier, opinion: Opinion, at: datetime, address: str = "") -> bool:
        """Keep the rating of a returned dossier; False, and nothing is changed, when it has one."""
        with self._store.writing() as connection:
            return add_rating(connection, dossier, opinion, milliseconds(at), address)


def _counted(connection: Connection, *conditions: Any) -> Mapping[str, Mapping[str, int]]:  # noqa: ANN401 - conditions
    query = select(DOSSIER.c.unit_id, DOSSIER.c.field, func.count()).where(*conditions)
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for unit_id, field, n in connection.execute(query.group_by(DOSSIER.c.unit_id, DOSSIER.c.field)):
        found[unit_id][field] = n
    return found


def _suspects(connection: Connection, first: int, after: int, now: int) -> Mapping[str, Sequence[Dossier]]:
    """Return dossiers past their deadline; whether they are late is for the domain to say."""
    is_open_late = (DOSSIER.c.solved_ms == 0) & (DOSSIER.c.due_ms < now) & DOSSIER.c.status.not_in(("", *_CLOSED))
    is_in_period = (DOSSIER.c.solved_ms >= first) & (DOSSIER.c.solved_ms < after) | (
        (DOSSIER.c.received_ms >= first) & (DOSSIER.c.received_ms < after) & (DOSSIER.c.solved_ms > 0)
    )
    is_solved_late = is_in_period & (DOSSIER.c.solved_ms > DOSSIER.c.due_ms)
    query = select(DOSSIER.c.unit_id, DOSSIER.c.state).where(or_(is_open_late, is_solved_late))
    found: dict[str, list[Dossier]] = defaultdict(list)
    for unit_id, state in connection.execute(query):
        found[unit_id].append(_dossier(state))
    return found


def _dossier(state: str) -> Dossier:
    return codec.load(Dossier, json.loads(state))


def _unit(row: Row[*tuple[Any, ...]]) -> PageUnit:
    try:
        said: dict[str, Any] = tomllib.loads(row.provisioning).get("unit", {})
    except tomllib.TOMLDecodeError:
        said = {}
    targets = tuple(
        LateTarget(str(line["field"]), int(line["below_per_mille"])) for line in said.get("late_targets", ())
    )
    return PageUnit(row.unit_id, row.name, str(said.get("address", "")), str(said.get("phone", "")), targets)


def _fleet_line(row: Row[*tuple[Any, ...]]) -> FleetLine:
    report = json.loads(row.report or "{}")
    unsent = report.get("unsent")
    return FleetLine(
        unit_name=row.name,
        replica_id=row.replica_id,
        counter=row.counter,
        workstation=row.workstation,
        version=str(report.get("program") or row.program),
        last_contact=_instant(row.seen_ms),
        unsent=unsent if isinstance(unsent, int) else None,
        oldest_unsent_at=_instant(report.get("oldest_unsent_ms", 0)),
        backup_at=_instant(report.get("backup_ms", 0)),
        is_revoked=bool(row.is_revoked),
    )


def _dated(lacking: Iterable[tuple[str, int]]) -> tuple[tuple[str, datetime], ...]:
    return tuple((name, datetime.fromtimestamp(ms / 1000, UTC)) for name, ms in lacking)


def _instant(ms: object) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if isinstance(ms, int) and ms > 0 else None
