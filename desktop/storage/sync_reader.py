"""Answer what people ask of the exchange with the city: the :class:`~desktop.services.sync_port.SyncReader` port."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from desktop.domain.dossiers import Dossier
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event
from desktop.domain.facts.counter import Received
from desktop.domain.facts.hub import CodeBound
from desktop.protocol.replica import Unsent
from desktop.services.sync_port import AttentionItem, Difference, HolderPc
from desktop.storage import custody, epochs, order, projections
from desktop.storage.reading import Reading
from desktop.storage.sync_state import CITY_URL, acked_key, read_state
from desktop.storage.tables import ATTENTION, DOSSIER, EVENT, RECONCILIATION, UNREAD

_OPEN_ITEMS = (
    select(ATTENTION, EVENT.c.body, EVENT.c.dossier_id)
    .join(EVENT, EVENT.c.event_id == ATTENTION.c.event_id)
    .where(ATTENTION.c.closed_at == "")
    .order_by(EVENT.c.position)
)
_OWN_CODES = select(EVENT.c.dossier_id, EVENT.c.body).where(
    EVENT.c.dossier_id.in_(bindparam("ids", expanding=True)),
    EVENT.c.type.in_(("dossier.received", "dossier.code_bound")),
)
_UNSENT = text(
    "SELECT count(*), count(DISTINCT nullif(dossier_id, '')), min(acted_at) FROM event "
    "WHERE replica_id = :replica_id AND epoch = :epoch AND seq > :acked"
)
_ONLY_HERE = text(
    """
    SELECT dossier_id, min(acted_at) AS since FROM event
    WHERE replica_id = :replica_id AND epoch = :epoch AND seq > :acked AND dossier_id <> ''
    GROUP BY dossier_id ORDER BY min(seq) LIMIT :limit
    """
)
_IN_FEED = text(
    "SELECT DISTINCT e.dossier_id FROM event e JOIN feed f ON f.position = e.position WHERE e.dossier_id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_PROVISIONAL = text(
    """
    SELECT d.state FROM dossier_code c JOIN dossier d ON d.dossier_id = c.dossier_id AND d.code = c.code
    LEFT JOIN holder h ON h.dossier_id = d.dossier_id
    WHERE c.code >= 'T-' AND c.code < 'T.' AND h.dossier_id IS NULL AND EXISTS (
        SELECT 1 FROM event e WHERE e.dossier_id = d.dossier_id AND e.type = 'dossier.received'
            AND e.replica_id = (SELECT replica_id FROM replica)
            AND json_extract(CAST(e.body AS TEXT), '$.fact.is_provisional')
    ) ORDER BY d.position LIMIT :limit
    """
)


class StorageSyncReader(Reading):
    """Read from read-only connections, one per thread that asks."""

    def is_joined(self) -> bool:
        """Tell whether this PC belongs to a city."""
        with self._reading() as connection:
            return bool(read_state(connection, CITY_URL))

    def attention(self) -> Sequence[AttentionItem]:
        """Return what waits for a person, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(_OPEN_ITEMS).all()
            ids = sorted({row.dossier_id for row in rows} - {""})
            now = projections.stored_states(connection, ids)
            codes = _codes(connection, ids)
        waits: dict[str, list[str]] = {}
        for row in rows:
            if row.blocked_by:
                waits.setdefault(row.blocked_by, []).append(row.event_id)
        return [_item(row, now.get(row.dossier_id), codes, tuple(waits.get(row.event_id, ()))) for row in rows]

    def differences(self) -> Sequence[Difference]:
        """Return dossiers that differ from the city's, oldest first."""
        statement = select(RECONCILIATION).where(RECONCILIATION.c.closed_at == "")
        with self._reading() as connection:
            rows = connection.execute(statement.order_by(RECONCILIATION.c.opened_at)).all()
            mine = projections.stored_states(connection, [row.dossier_id for row in rows])
        return [
            Difference(
                row.dossier_id, row.code, row.kind, datetime.fromisoformat(row.opened_at), mine.get(row.dossier_id)
            )
            for row in rows
        ]

    def only_here(self, limit: int) -> Sequence[Difference]:
        """Return dossiers of which the city does not have all, oldest first; none while there is no city."""
        with self._reading() as connection:
            if not read_state(connection, CITY_URL):
                return []
            rows = connection.execute(_ONLY_HERE, {**_own_log(connection), "limit": limit}).all()
            ids = [row.dossier_id for row in rows]
            known = set(connection.execute(_IN_FEED, {"ids": ids}).scalars()) if ids else set()
            mine = projections.stored_states(connection, ids)
        return [
            Difference(
                row.dossier_id,
                state.code if (state := mine.get(row.dossier_id)) is not None else "",
                "unsent" if row.dossier_id in known else "only_here",
                datetime.fromisoformat(row.since),
                state,
            )
            for row in rows
        ]

    def unsent(self) -> Unsent:
        """Return what lies on this PC only."""
        with self._reading() as connection:
            row = connection.execute(_UNSENT, _own_log(connection)).one()
        return Unsent(row[0], row[1], datetime.fromisoformat(row[2]) if row[2] else None)

    def unread(self, dossier_id: str) -> str:
        """Return why this program cannot show all of a dossier, "" when it can."""
        return self._scalar(select(UNREAD.c.reason).where(UNREAD.c.dossier_id == dossier_id)) or ""

    def holder(self, dossier_id: str) -> HolderPc | None:
        """Return which other PC alone may do exclusive acts on a dossier, None when this one may."""
        with self._reading() as connection:
            found = custody.holder_of(connection, dossier_id)
        return None if found is None else HolderPc(found.replica_id, found.name, found.counter)

    def provisional(self, limit: int) -> Sequence[Dossier]:
        """Return dossiers received here that have a provisional code only and are not held elsewhere, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(_PROVISIONAL, {"limit": limit}).scalars()
            return [projections.read_dossier(state) for state in rows]


def _own_log(connection: Connection) -> dict[str, str | int]:
    """Name the own log, and how much of it the city has."""
    own = order.own_replica(connection)
    epoch = epochs.read_epoch(connection, own)
    return {"replica_id": own, "epoch": epoch, "acked": int(read_state(connection, acked_key(epoch)) or 0)}


def _codes(connection: Connection, ids: Sequence[str]) -> Mapping[str, str]:
    """Return the codes dossiers had on this PC's papers, those too that the city gave to another dossier."""
    found: dict[str, str] = {}
    if not ids:
        return found
    for row in connection.execute(_OWN_CODES.order_by(EVENT.c.position), {"ids": list(ids)}):
        event = _read(row.body)
        if event is not None and isinstance(event.fact, Received | CodeBound):
            found[row.dossier_id] = event.fact.code
    stated = select(DOSSIER.c.dossier_id, DOSSIER.c.code).where(DOSSIER.c.dossier_id.in_(ids))
    return found | {row.dossier_id: row.code for row in connection.execute(stated)}


def _item(row: Any, now: Dossier | None, codes: Mapping[str, str], waits: tuple[str, ...]) -> AttentionItem:  # noqa: ANN401 - a row
    return AttentionItem(
        event_id=row.event_id,
        event=_read(row.body),
        kind=row.kind,
        reason=row.code,
        blocked_by=row.blocked_by,
        opened_at=datetime.fromisoformat(row.opened_at),
        code=codes.get(row.dossier_id, ""),
        now=now,
        waits=waits,
    )


def _read(body: bytes) -> Event | None:
    try:
        return order.read_event(body)
    except DamagedData:
        return None
