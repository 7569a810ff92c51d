"""The only owner of threads: plain functions go to a lane, results come back on the UI thread.

Lane ``db`` is one thread and the only writer, lane ``read`` is one thread with a read-only connection, lane ``io`` is
a small pool for network, PDF, printers and files.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, Literal, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from desktop.domain.errors import AppError, EnvironmentProblem

log = logging.getLogger(__name__)

Lane = Literal["db", "read", "io"]

T = TypeVar("T")

#: Threads per lane. The io pool is small: two printers and one network call at a time are plenty.
LANE_THREADS: Final[dict[Lane, int]] = {"db": 1, "read": 1, "io": 3}

#: A person notices waiting after this long; before it, a progress sign only flickers.
SLOW_AFTER_S: Final = 0.4

_SLOW_TICK_MS: Final = 100


class Task:
    """Hold one piece of work on its way: cancel it or ask whether it is still wanted.

    Attributes:
        lane: The lane it was given to.
        owner: The object it works for.
        started_s: Monotonic time it was handed over.
    """

    __slots__ = ("_future", "is_cancelled", "lane", "latest", "on_done", "on_error", "owner", "started_s")

    def __init__(
        self,
        lane: Lane,
        owner: QObject,
        latest: str | None,
        on_done: Callable[[Any], None],
        on_error: Callable[[AppError], None],
        started_s: float,
    ) -> None:
        """Remember who wants the result and since when."""
        self.lane = lane
        self.owner = owner
        self.latest = latest
        self.on_done = on_done
        self.on_error = on_error
        self.started_s = started_s
        self.is_cancelled = False
        self._future: Future[None] | None = None

    def cancel(self) -> None:
        """Drop the result; work that has not begun is not begun, except on lane db, where an act is never lost."""
        self.is_cancelled = True
        if self._future is not None and self.lane != "db":
            self._future.cancel()

    def bind(self, future: "Future[None]") -> None:
        """Tie the task to its future."""
        self._future = future

    @property
    def was_stopped_before_start(self) -> bool:
        """Tell whether the work never began."""
        return self._future is not None and self._future.cancelled()


class Tasks(QObject):
    """Run work on lanes and hand results back on the UI thread.

    Attributes:
        pending: Number of tasks whose result has not been handed back.

    Signals:
        slow(bool): True when some task has run for over 400 ms, False when none does any more.
        refused(object): The AppError of a task, after its owner was told.
        crashed(object): The exception of a task that failed by a bug, for the crash handler.
    """

    slow = Signal(bool)
    refused = Signal(object)
    crashed = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start no thread yet: executors start theirs with the first work."""
        super().__init__(parent)
        self._monotonic = monotonic
        self._executors = {
            lane: ThreadPoolExecutor(threads, thread_name_prefix=f"lane-{lane}")
            for lane, threads in LANE_THREADS.items()
        }
        self._tasks: dict[Task, None] = {}
        self._latest: dict[tuple[int, str], Task] = {}
        self._is_slow = False
        self._is_shut = False
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._slow_timer = QTimer(self)
        self._slow_timer.setInterval(_SLOW_TICK_MS)
        self._slow_timer.timeout.connect(self._look_at_waiting)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[AppError], None],
        *,
        owner: QObject,
        latest: str | None = None,
    ) -> Task:
        """Run a plain function on a lane.

        Args:
            lane: ``db``, ``read`` or ``io``.
            work: Function of plain data; it touches no widget.
            on_done: Called with the result on the UI thread.
            on_error: Called with an AppError on the UI thread; a bug comes as ``internal_error``.
            owner: The result is dropped when this object is gone.
            latest: Only the newest request of this owner with this key is delivered; older ones that wait are not
                begun, but on lane db, where an act is never lost.

        Returns:
            The task, to cancel it.

        Raises:
            RuntimeError: The lanes are shut down: a bug of the caller.

        Threads:
            Call it on the UI thread.
        """
        task = Task(lane, owner, latest, on_done, on_error, self._monotonic())
        task.bind(self._executors[lane].submit(self._work_on_lane, task, work))
        self._tasks[task] = None
        if latest is not None:
            self._replace_older(task, latest)
        if not self._slow_timer.isActive():
            self._slow_timer.start()
        return task

    def submit(self, lane: Lane, work: Callable[[], T]) -> "Future[T]":
        """Run a plain function on a lane for work that is on another one: the caller waits for the future.

        Threads:
            Any but the UI's and the lane's own, which would wait for itself.

        Raises:
            RuntimeError: The lanes are shut down.
        """
        return self._executors[lane].submit(work)

    def pending(self, owner: QObject | None = None) -> int:
        """Count the tasks that have not come back, of everybody or of one owner."""
        return sum(1 for task in self._tasks if owner is None or task.owner is owner)

    def shutdown(self) -> None:
        """Let running work end, drop what waits on lanes read and io, and join every thread; results are dropped."""
        if self._is_shut:
            return
        self._is_shut = True
        self._slow_timer.stop()
        for lane, executor in self._executors.items():
            executor.shutdown(wait=True, cancel_futures=lane != "db")
        self._tasks.clear()
        self._latest.clear()

    def _work_on_lane(self, task: Task, work: Callable[[], object]) -> None:
        """Call the work on the lane's thread and send its outcome to the UI thread."""
        result: object = None
        error: BaseException | None = None
        try:
            result = work()
        except BaseException as caught:  # noqa: BLE001 - carried to the UI thread, never swallowed
            error = caught
        self._finished.emit((task, result, error))

    def _replace_older(self, task: Task, latest: str) -> None:
        """Cancel the older request of the same owner and key."""
        key = (id(task.owner), latest)
        older = self._latest.get(key)
        self._latest[key] = task
        if older is not None:
            older.cancel()
            if older.was_stopped_before_start:
                self._forget(older)

    def _forget(self, task: Task) -> None:
        """Take a task off the books."""
        self._tasks.pop(task, None)
        if task.latest is not None:
            key = (id(task.owner), task.latest)
            if self._latest.get(key) is task:
                del self._latest[key]
        if not self._tasks:
            self._slow_timer.stop()
            self._show_slow(is_slow=False)

    @Slot(object)
    def _deliver(self, outcome: tuple[Task, Any, BaseException | None]) -> None:
        """Hand one outcome back, if somebody still wants it."""
        task, result, error = outcome
        self._forget(task)
        is_wanted = not (self._is_shut or task.is_cancelled) and shiboken6.isValid(task.owner)
        if error is None:
            if is_wanted:
                task.on_done(result)
            return
        if isinstance(error, AppError):
            if is_wanted:
                task.on_error(error)
                self.refused.emit(error)
            return
        log.error("A task failed by a bug", extra={"lane": task.lane}, exc_info=error)
        self.crashed.emit(error)
        if is_wanted:
            task.on_error(EnvironmentProblem("internal_error", kind=type(error).__name__))

    def _look_at_waiting(self) -> None:
        """Tell when somebody has waited long enough to be told so, and drop tasks cancelled before their start."""
        for task in [task for task in self._tasks if task.was_stopped_before_start]:
            self._forget(task)
        now_s = self._monotonic()
        self._show_slow(is_slow=any(now_s - task.started_s >= SLOW_AFTER_S for task in self._tasks))

    def _show_slow(self, *, is_slow: bool) -> None:
        """Emit the change once."""
        if is_slow != self._is_slow:
            self._is_slow = is_slow
            self.slow.emit(is_slow)
