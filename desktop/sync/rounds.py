"""Run rounds by hand until nothing is left to send or fetch, or one fails: what ``motcua sync --once`` does."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from desktop.domain.errors import DamagedData
from desktop.domain.events import read_event
from desktop.domain.feed import VerdictKind
from desktop.protocol.messages import FeedEntry
from desktop.sync.ports import Applied, Replica
from desktop.sync.status import Phase, SyncStatus

if TYPE_CHECKING:
    from desktop.sync.engine import SyncEngine

#: The truth has it already, from another PC or another log.
_SAID_ALREADY = "said_already"
_REFUSED = (VerdictKind.REJECTED.value, VerdictKind.BLOCKED.value)


@dataclass(frozen=True, slots=True)
class RoundReport:
    """Say what rounds did.

    Attributes:
        sent: Own events the city acknowledged.
        accepted: Own events that became part of the truth.
        rejected: Own events that did not.
        pulled: Events of others that came.
        pending: Own events the city has not acknowledged.
        error: Code of what failed, "" for nothing.
    """

    sent: int = 0
    accepted: int = 0
    rejected: int = 0
    pulled: int = 0
    pending: int = 0
    error: str = ""

    def __add__(self, later: "RoundReport") -> "RoundReport":
        """Return what both did."""
        return RoundReport(
            sent=self.sent + later.sent,
            accepted=self.accepted + later.accepted,
            rejected=self.rejected + later.rejected,
            pulled=self.pulled + later.pulled,
            pending=later.pending,
            error=later.error,
        )

    def as_plain(self) -> dict[str, Any]:
        """Return it as JSON-able data; no error is null."""
        return {
            "sent": self.sent,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "pulled": self.pulled,
            "pending": self.pending,
            "error": self.error or None,
        }


class CountingReplica:
    """Be a replica and count what goes through it.

    Attributes:
        counts: ``sent``, ``accepted``, ``rejected``, ``pulled``.
    """

    def __init__(self, replica: Replica) -> None:
        """Take the replica that does the work."""
        self._replica = replica
        self.counts: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the replica's attribute is
        """Return what the replica has under a name."""
        return getattr(self._replica, name)

    def acknowledge(self, seq: int) -> None:
        """Count what the city has now and had not before."""
        before = self._replica.head().acked
        self._replica.acknowledge(seq)
        self.counts["sent"] += max(seq - before, 0)

    def apply(self, entries: Sequence[FeedEntry]) -> Applied:
        """Count own verdicts and what others wrote."""
        applied = self._replica.apply(entries)
        head = self._replica.head()
        for entry in entries:
            self.counts[self._kind(entry, head.epoch)] += 1
        return applied

    def report(self, status: SyncStatus) -> RoundReport:
        """Return what was done since the start."""
        counts = self.counts
        return RoundReport(
            sent=counts["sent"],
            accepted=counts["accepted"],
            rejected=counts["rejected"],
            pulled=counts["pulled"],
            pending=status.unsent.events,
            error=status.error,
        )

    def _kind(self, entry: FeedEntry, epoch: str) -> str:
        try:
            envelope = read_event(entry.event.body.encode()).envelope
        except (DamagedData, UnicodeEncodeError):
            return "pulled"
        if (envelope.replica_id, envelope.epoch) != (self._replica.replica_id, epoch):
            return "pulled"
        if entry.kind == VerdictKind.ACCEPTED or entry.code == _SAID_ALREADY:
            return "accepted"
        return "rejected" if entry.kind in _REFUSED else "parked"


def run_rounds(
    engine: "SyncEngine", replica: CountingReplica, goes_on: Callable[[], bool] = lambda: True
) -> RoundReport:
    """Step until the engine is idle or something failed.

    Args:
        engine: Built over ``replica``; it has not gone idle yet.
        replica: What counts.
        goes_on: Asked before each step; False ends it there.
    """
    engine.retry_now()
    while goes_on():
        engine.step()
        if engine.status.error or engine.phase is Phase.IDLE:
            break
    return replica.report(engine.status)
