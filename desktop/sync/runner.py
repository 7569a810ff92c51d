"""Drive the sync engine beside somebody who works: network on lane io, the database in short units of work on lane db.

The engine blocks on the network; the database has one writer, lane db, which a person waits for. So the engine runs on
lane io and sees the replica through :class:`LaneReplica`, which hands each call to lane db and cuts pages of the feed
into slices of at most 50 ms. Who owns the timer calls :meth:`SyncRunner.tick` when it said so, and after a commit.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol, TypeVar, cast

from desktop.domain.errors import AppError
from desktop.protocol.messages import DigestAnswer, FeedEntry, WireEvent
from desktop.sync.engine import SyncEngine
from desktop.sync.ports import Applied, CityRefused, LinkFailed, Replica, Unsent
from desktop.sync.status import Phase, SyncStatus

log = logging.getLogger(__name__)

T = TypeVar("T")

#: How long a unit of work may keep lane db (definitions 15), and what is aimed at.
LONGEST_UNIT_S: Final = 0.050
_AIM_S: Final = 0.025
#: At least so many: a transaction costs as much as they do, whatever is in it.
_FIRST_SLICE: Final = 5
_LAST_SLICE: Final = 200
#: Dossiers whose digests are compared in one unit of work.
_COMPARED: Final = 15
#: Own events read in one unit of work: of a backlog each may lie on a page that was not read for weeks.
_READ: Final = 50
#: Between two tries of a machine whose disk refuses.
_AFTER_FAULT_S: Final = 60.0


class Stopped(Exception):
    """The window is closing: lane db takes nothing more."""


class OnLane(Protocol):
    """Run a function on lane db and wait for what it returns."""

    def __call__(self, work: Callable[[], T]) -> T:
        """Run it.

        Raises:
            Stopped: the lane is shut.
        """
        ...


class OnLaneDb:
    """Be an object whose every call runs on lane db. Threads: lane io."""

    def __init__(self, inner: object, on_lane: OnLane) -> None:
        """Take the object and the lane."""
        self._inner = inner
        self._on_lane = on_lane

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the object's attribute is
        """Return a method, bound to the lane."""
        found = getattr(self._inner, name)
        return lambda *arguments: self._on_lane(partial(found, *arguments))


class LaneReplica:
    """Be a replica whose every call runs on lane db. Threads: lane io.

    Attributes:
        slice: Entries of the feed that are applied in one unit of work.
        longest_s: The longest unit of work so far, without the wait for the lane.
        longest_cpu_s: The most processor time of one; the rest of it waits for the disk and for other threads.
    """

    def __init__(self, replica: Replica, on_lane: OnLane, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the replica and the lane."""
        self._replica = replica
        self._on_lane = on_lane
        self._monotonic = monotonic
        self.slice = _FIRST_SLICE
        self.longest_s = 0.0
        self.longest_cpu_s = 0.0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the replica's attribute is
        """Return a method of the replica, bound to the lane; plain facts as they are."""
        found = getattr(self._replica, name)
        return partial(self._run, found) if callable(found) else found

    def apply(self, entries: Sequence[FeedEntry]) -> Applied:
        """Apply a page in slices: each is a transaction of its own, so a person never waits for the whole page."""
        applied: list[Applied] = []
        place = 0
        while place < len(entries):
            part = entries[place : place + self.slice]
            begun = self.longest_s
            self.longest_s = 0.0
            applied.append(self._run(self._replica.apply, part))
            taken_s, self.longest_s = self.longest_s, max(begun, self.longest_s)
            place += len(part)
            wanted = int(len(part) * _AIM_S / max(taken_s, 1e-6))
            self.slice = min(max(wanted, _FIRST_SLICE), self.slice * 2, _LAST_SLICE)
        return _joined(applied) if applied else self._run(self._replica.apply, entries)

    def pending(self, after_seq: int, max_events: int, max_bytes: int) -> tuple[WireEvent, ...]:
        """Read the next own events a part at a time; a log only grows, so the parts belong together."""
        chosen: list[WireEvent] = []
        size = 0
        while len(chosen) < max_events:
            wanted = min(_READ, max_events - len(chosen))
            part = self._run(self._replica.pending, after_seq + len(chosen), wanted, max_bytes - size)
            size += sum(len(event.body.encode()) for event in part)
            if chosen and size > max_bytes:
                break  # the first of a part is given whatever its size
            chosen += part
            if len(part) < wanted:
                break
        return tuple(chosen)

    def unsent(self) -> Unsent:
        """Count what lies on this PC only, a part of a backlog at a time."""
        while not self._run(self._replica.read_unsent):
            pass
        return self._run(self._replica.unsent)

    def compare(self, theirs: DigestAnswer) -> int:
        """Compare digests a few at a time: each dossier is compared by itself."""
        parts = range(0, len(theirs.digests), _COMPARED)
        cut = (theirs.model_copy(update={"digests": theirs.digests[place : place + _COMPARED]}) for place in parts)
        return sum(self._run(self._replica.compare, part) for part in cut)

    def _run(self, work: Callable[..., T], *arguments: Any) -> T:  # noqa: ANN401 - handed on as they are
        def timed() -> T:
            begun, cpu_s = self._monotonic(), time.thread_time()
            try:
                return work(*arguments)
            finally:
                taken_s = self._monotonic() - begun
                self.longest_cpu_s = max(self.longest_cpu_s, time.thread_time() - cpu_s)
                if taken_s > LONGEST_UNIT_S:
                    log.info("a unit of work was long", extra={"work": work.__name__, "ms": int(taken_s * 1_000)})
                self.longest_s = max(self.longest_s, taken_s)

        return self._on_lane(timed)


class Aborting(Protocol):
    """A link whose call can be cut from another thread."""

    def abort(self) -> None:
        """Cut the call under way and refuse further ones."""
        ...


class SyncRunner:
    """Own the engine of an open window.

    Attributes:
        status: How it goes, for a person; a frozen snapshot.

    Threads: ``tick`` on lane io, one at a time; everything else on any.
    """

    def __init__(
        self,
        engine: SyncEngine,
        city: Aborting,
        *,
        round_done: Callable[[], None] = lambda: None,
        move_blob: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        Args:
            engine: Over a :class:`LaneReplica`.
            city: The link of the engine.
            round_done: Called on lane io when everything was sent and read.
            move_blob: Moves one piece of an attachment on lane io; False when there is none. It runs while the engine
                rests: events never wait for bytes.
            monotonic: The engine's clock.
        """
        self._engine = engine
        self._city = city
        self._round_done = round_done
        self._move_blob = move_blob
        self._blobs_at = 0.0
        self._monotonic = monotonic
        self._is_nudged = threading.Event()
        self._is_asked = threading.Event()
        self._is_stopped = threading.Event()

    @property
    def status(self) -> SyncStatus:
        """Return how it goes."""
        return self._engine.status

    def wake(self) -> None:
        """Say that something was committed here; the next tick looks at it."""
        self._is_nudged.set()

    def retry(self) -> None:
        """Say that a person wants a try now."""
        self._is_asked.set()

    def tick(self) -> float:
        """Do what is due, one step; return the seconds until the next tick, 0 for at once."""
        if self._is_stopped.is_set():
            return _AFTER_FAULT_S
        try:
            return self._ticked()
        except Stopped:
            return _AFTER_FAULT_S
        except AppError as error:
            log.warning("sync stopped at the database", extra={"code": error.code})
            return _AFTER_FAULT_S

    def stop(self) -> None:
        """Cut what is under way; no tick does anything any more."""
        self._is_stopped.set()
        self._city.abort()

    def _ticked(self) -> float:
        engine = self._engine
        if self._is_asked.is_set():
            self._is_asked.clear()
            engine.retry_now()
        if self._is_nudged.is_set():
            self._is_nudged.clear()
            engine.nudge()
        if engine.next_at() <= self._monotonic():
            before = engine.phase
            engine.step()
            if engine.phase is Phase.IDLE and before is not Phase.IDLE:
                self._round_done()
                self._blobs_at = 0.0
        elif engine.phase is Phase.IDLE and self._blobs_at <= self._monotonic():
            return self._moved()
        if engine.phase is Phase.IDLE and self._blobs_at <= self._monotonic():
            return 0.0
        return max(engine.next_at() - self._monotonic(), 0.0)

    def _moved(self) -> float:
        """Move a piece; when there is none, or the city does not answer, look again after the next round."""
        try:
            if self._move_blob():
                return 0.0
        except (LinkFailed, CityRefused) as failure:
            log.info("attachments wait", extra={"code": failure.code})
        self._blobs_at = math.inf
        return max(self._engine.next_at() - self._monotonic(), 0.0)


def _joined(applied: Sequence[Applied]) -> Applied:
    """Return what slices of one page changed, as if it were one."""
    dossiers = dict.fromkeys(dossier for each in applied for dossier in each.dossiers)
    return Applied(
        place=applied[-1].place,
        dossiers=tuple(dossiers),
        is_unit_changed=any(each.is_unit_changed for each in applied),
        attention=sum(each.attention for each in applied),
    )


def as_replica(replica: LaneReplica) -> Replica:
    """Return it as what the engine takes: it has every method of the replica behind it."""
    return cast("Replica", replica)
