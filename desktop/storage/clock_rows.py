"""Find in the log where a PC's clock went back: SQL looks at instants only, what it names is read."""

from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, text

from desktop.domain.detectors.clocks import Behind
from desktop.domain.errors import DamagedData
from desktop.storage.order import read_event

#: All instants are written alike (UTC), so that texts compare as they do.
_BEHIND: Final = text(
    """
    SELECT e.replica_id, e.epoch, e.body, back.latest
    FROM (
        SELECT position, acted_at, max(acted_at) OVER (
            PARTITION BY replica_id, epoch ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS latest
        FROM event
    ) AS back
    JOIN event AS e ON e.position = back.position
    WHERE back.acted_at < back.latest
    ORDER BY e.replica_id, e.epoch, e.seq
    """
)


def read_behind(connection: Connection) -> tuple[tuple[Behind, ...], ...]:
    """Return, of each (replica, epoch), the acts that go back, in the order of its log; none that was said again."""
    rows = connection.execute(_BEHIND)
    found = []
    for _, group in groupby(rows, key=lambda row: (row.replica_id, row.epoch)):
        acts = (_act(row) for row in group)
        found.append(tuple(act for act in acts if act is not None))
    return tuple(found)


def _act(row: Any) -> Behind | None:  # noqa: ANN401 - a row
    try:
        event = read_event(row.body)
    except DamagedData:  # `verify` names it
        return None
    if event is None or event.envelope.replaces:
        return None
    return Behind(event, datetime.fromisoformat(row.latest))
