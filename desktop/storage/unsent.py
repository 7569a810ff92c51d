"""Count what lies on this PC only, without walking a backlog at every act."""

from collections import Counter, deque
from datetime import datetime

from sqlalchemy import Connection, text

from desktop.protocol.replica import Unsent

_BETWEEN = text(
    "SELECT dossier_id FROM event WHERE replica_id = :replica_id AND epoch = :epoch AND seq > :after AND seq <= :last "
    "ORDER BY seq"
)
#: Events read at once: a cold row of an encrypted database takes half a millisecond.
_PART = 50
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

    def read_on(self, connection: Connection, epoch: str, acked: int, last: int) -> bool:
        """Read a part of what came since; False while some is left: a backlog of weeks takes seconds to read.

        Args:
            connection: Of the database.
            epoch: Of the own log.
            acked: Up to where the city has it.
            last: Where it ends.
        """
        if epoch != self._epoch or acked < self._acked or acked > self._last or last < self._last:
            self._epoch, self._acked, self._last = epoch, acked, acked
            self._waiting.clear()
            self._dossiers.clear()
        until = min(last, self._last + _PART)
        if until > self._last:
            part = self._own_log() | {"after": self._last, "last": until}
            rows = connection.execute(_BETWEEN, part).scalars().all()
            self._waiting.extend(rows)
            self._dossiers.update(rows)
            self._last = until
        return until == last

    def count(self, connection: Connection, epoch: str, acked: int, last: int) -> Unsent:
        """Return the count for an own log that ends at ``last`` and is acknowledged up to ``acked``."""
        while not self.read_on(connection, epoch, acked, last):
            pass
        while self._acked < acked:
            gone = self._waiting.popleft()
            self._dossiers[gone] -= 1
            if not self._dossiers[gone]:
                del self._dossiers[gone]
            self._acked += 1
        if not self._waiting:
            return Unsent()
        oldest = connection.execute(_ACTED_AT, self._own_log() | {"seq": acked + 1}).scalar()
        dossiers = len(self._dossiers) - ("" in self._dossiers)
        return Unsent(len(self._waiting), dossiers, datetime.fromisoformat(oldest) if oldest else None)

    def _own_log(self) -> dict[str, str | int]:
        return {"replica_id": self._replica_id, "epoch": self._epoch}
