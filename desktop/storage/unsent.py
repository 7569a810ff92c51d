"""Count what lies on this PC only, without walking a backlog at every act."""

from collections import Counter, deque
from datetime import datetime

from sqlalchemy import Connection, text

from desktop.protocol.replica import Unsent

_BETWEEN = text(
    "SELECT dossier_id FROM event WHERE replica_id = :replica_id AND epoch = :epoch AND seq > :after AND seq <= :last "
    "ORDER BY seq"
)
_ACTED_AT = text("SELECT acted_at FROM event WHERE replica_id = :replica_id AND epoch = :epoch AND seq = :seq")


class UnsentCount:
    """Remember which dossiers the unsent events are about; only what came since is read.

    Threads: lane db only.
    """

    def __init__(self, replica_id: str) -> None:
        """Take the own replica's id."""
        self._replica_id = replica_id
        self._epoch = ""
        self._acked = 0
        self._last = 0
        self._waiting: deque[str] = deque()
        self._dossiers: Counter[str] = Counter()

    def count(self, connection: Connection, epoch: str, acked: int, last: int) -> Unsent:
        """Return the count for an own log that ends at ``last`` and is acknowledged up to ``acked``."""
        if epoch != self._epoch or acked < self._acked or acked > self._last or last < self._last:
            self._epoch, self._acked, self._last = epoch, acked, acked
            self._waiting.clear()
            self._dossiers.clear()
        of = {"replica_id": self._replica_id, "epoch": epoch}
        if last > self._last:
            rows = connection.execute(_BETWEEN, of | {"after": self._last, "last": last}).scalars().all()
            self._waiting.extend(rows)
            self._dossiers.update(rows)
            self._last = last
        while self._acked < acked:
            gone = self._waiting.popleft()
            self._dossiers[gone] -= 1
            if not self._dossiers[gone]:
                del self._dossiers[gone]
            self._acked += 1
        if not self._waiting:
            return Unsent()
        oldest = connection.execute(_ACTED_AT, of | {"seq": acked + 1}).scalar()
        dossiers = len(self._dossiers) - ("" in self._dossiers)
        return Unsent(len(self._waiting), dossiers, datetime.fromisoformat(oldest) if oldest else None)
