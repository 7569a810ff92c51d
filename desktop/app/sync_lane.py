"""The exchange with the city beside the person who works: owns the timer, wakes after commits, tells what came."""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.app.seat import Seat
from desktop.domain.errors import AppError, UserError
from desktop.services.changes import Changes, Kind
from desktop.ui.kit import Kit
from desktop.ui.sync_view import SyncState, SyncView

if TYPE_CHECKING:
    from desktop.sync.ports import Applied
    from desktop.sync.runner import SyncRunner
    from desktop.sync.status import SyncStatus
    from desktop.wiring import Ward
    from desktop.wiring.city import Link
    from desktop.wiring.learning import Learned

log = logging.getLogger(__name__)

T = TypeVar("T")

#: After a commit others may follow (a slip, a receipt): they go together.
_GATHERING_MS = 500
_LONGEST_MS = 3_600_000


def view_of(status: "SyncStatus", now: datetime) -> SyncView:
    """Return what the pill says."""
    unsent = status.unsent
    if status.is_connected:
        return SyncView(
            SyncState.SYNCED,
            waiting=unsent.events,
            only_here=unsent.dossiers,
            oldest_at=unsent.oldest_at,
            last_success_at=status.last_success_at,
        )
    since = status.last_success_at
    return SyncView(
        SyncState.OFFLINE,
        waiting=unsent.events,
        since=since if since is not None and since.date() == now.date() else None,
        only_here=unsent.dossiers,
        oldest_at=unsent.oldest_at,
        last_success_at=status.last_success_at,
    )


class SyncLane(QObject):
    """Run the exchange of an open ward; a ward that joined no city has none.

    Attributes:
        status: How it goes; None while there is no city.

    Signals:
        told(object): The new SyncStatus.
    """

    told = Signal(object)
    _came = Signal(object)
    _new = Signal(object)

    def __init__(self, kit: Kit, seat: Seat, parent: QObject) -> None:
        """Wait for :meth:`begin`."""
        super().__init__(parent)
        self._kit = kit
        self._seat = seat
        self._runner: SyncRunner | None = None
        self._link: Link | None = None
        self._is_begun = False
        self._is_out = False
        self.status: SyncStatus | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._send_out)
        self._came.connect(self._tell_of)
        self._new.connect(self._tell_of_new)
        kit.changes.changed.connect(self._wake)

    def begin(self) -> None:
        """Begin, when a ward is open; later calls do nothing."""
        if not self._is_begun:
            self._is_begun = True
            self._kit.tasks.run("db", self._linked, self._start, self._stay_alone, owner=self)

    def begin_again(self) -> None:
        """Begin when the ward has joined a city meanwhile."""
        if self._runner is None:
            self._is_begun = False
            self.begin()

    def retry(self) -> None:
        """Try at once: a person asks for it."""
        if self._runner is not None:
            self._runner.retry()
            self._timer.start(0)

    def stop(self) -> None:
        """Stop; the call under way is cut, lanes can come to rest."""
        self._timer.stop()
        if self._runner is not None:
            self._runner.stop()

    def close(self) -> None:
        """Let go of the connection; the lanes must have come to rest."""
        if self._link is not None:
            self._link.close()

    def _linked(self) -> "tuple[Ward, Link]":
        """Read which city this ward belongs to. Threads: lane db."""
        from desktop.wiring.city import link_of  # noqa: PLC0415 - only where a city is

        return self._seat.ward, link_of(self._seat.ward)

    def _start(self, made: "tuple[Ward, Link]") -> None:
        _, self._link = made
        self._kit.tasks.run("io", self._made_runner, self._run, self._stay_alone, owner=self)

    def _made_runner(self) -> "SyncRunner":
        """Make the engine. Threads: lane io."""
        from desktop.sync.blob_lane import BlobLane  # noqa: PLC0415 - only where a city is
        from desktop.sync.runner import LaneReplica, OnLaneDb, SyncRunner, as_replica  # noqa: PLC0415 - the same
        from desktop.wiring.city import engine_of  # noqa: PLC0415 - the same

        link = self._link
        if link is None:
            raise UserError("city_not_joined")
        replica = as_replica(LaneReplica(link.replica, self._on_lane_db))
        engine = engine_of(replica, link.city, applied=self._came.emit)
        blobs = BlobLane(OnLaneDb(link.blobs, self._on_lane_db), link.city)
        return SyncRunner(engine, link.city, round_done=partial(self._round_done, link), move_blob=blobs.step)

    def _round_done(self, link: "Link") -> None:
        """Do what follows a round. Threads: lane io."""
        if learned := link.round_done(self._on_lane_db):
            self._new.emit(learned)

    def _run(self, runner: "SyncRunner") -> None:
        self._runner = runner
        self._timer.start(0)

    def _stay_alone(self, error: AppError) -> None:
        if error.code != "city_not_joined":
            log.warning("no exchange with the city", extra={"code": error.code})

    def _on_lane_db(self, work: Callable[[], T]) -> T:
        """Run a function on lane db and wait for it. Threads: lane io."""
        from desktop.sync.runner import Stopped  # noqa: PLC0415 - only where a city is

        try:
            future: Future[T] = self._kit.tasks.submit("db", work)
        except RuntimeError as error:
            raise Stopped from error
        return future.result()

    def _send_out(self) -> None:
        """Let lane io do what is due."""
        if self._runner is not None and not self._is_out:
            self._is_out = True
            self._kit.tasks.run("io", self._runner.tick, self._come_back, self._fall_back, owner=self)

    def _come_back(self, wait_s: float) -> None:
        self._is_out = False
        if self._runner is None:
            return
        if self._runner.status != self.status:
            self.status = self._runner.status
            self.told.emit(self.status)
        if not self._timer.isActive():
            self._timer.start(min(int(wait_s * 1_000), _LONGEST_MS))

    def _fall_back(self, error: AppError) -> None:
        log.warning("exchange failed", extra={"code": error.code})
        self._come_back(_LONGEST_MS / 60_000)

    def _wake(self, _changes: Changes, initiator: object) -> None:
        """Go on soon after somebody's commit; not after what came from the city itself."""
        if self._runner is not None and initiator is not self:
            self._runner.wake()
            self._timer.start(_GATHERING_MS)

    def _tell_of(self, applied: "Applied") -> None:
        """Tell every page what came."""
        kinds = {Kind.DOSSIER} if applied.dossiers else set()
        if applied.is_unit_changed:
            kinds |= {Kind.UNIT, Kind.USER, Kind.SLIP, Kind.DELEGATION, Kind.ONLINE}
        if applied.attention:
            kinds.add(Kind.ATTENTION)
        if kinds:
            self._kit.changes.publish(Changes(frozenset(kinds), frozenset(applied.dossiers)), self)

    def _tell_of_new(self, learned: "Learned") -> None:
        """Tell every page what the city publishes; an address that came is an act of this PC and goes out."""
        kinds = {Kind.CATALOGUE} if learned.publications else set()
        if any(each.days or each.decided_years or each.rules for each in learned.publications):
            kinds.add(Kind.UNIT)  # what the unit's calendar and rules are read for is read again
        if learned.is_unit_changed:
            kinds.add(Kind.UNIT)
        self._kit.changes.publish(Changes(frozenset(kinds)), self)
        if learned.is_unit_changed and self._runner is not None:
            self._runner.wake()
            self._timer.start(_GATHERING_MS)
