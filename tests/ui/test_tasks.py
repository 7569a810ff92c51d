import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest
from PySide6.QtCore import QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.domain.errors import AppError, UserError
from desktop.ui.tasks import Tasks

WAIT_S = 5


class Listener(QObject):
    """Keep what came back and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[object] = []
        self.failed: list[AppError] = []
        self.on_ui_thread: list[bool] = []

    def take(self, result: object) -> None:
        self.done.append(result)
        self.on_ui_thread.append(QThread.currentThread() is self.thread())

    def fail(self, error: AppError) -> None:
        self.failed.append(error)
        self.on_ui_thread.append(QThread.currentThread() is self.thread())


class Time:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def time_s() -> Time:
    return Time()


@pytest.fixture
def tasks(qapp: QApplication, time_s: Time) -> Iterator[Tasks]:  # noqa: ARG001
    lanes = Tasks(monotonic=time_s)
    yield lanes
    lanes.shutdown()


@pytest.fixture
def listener(qapp: QApplication) -> Listener:  # noqa: ARG001
    return Listener()


class Gate:
    """Work that begins when the test says so."""

    def __init__(self, result: object = "done") -> None:
        self.begun, self.open = threading.Event(), threading.Event()
        self._result = result

    def __call__(self) -> object:
        self.begun.set()
        assert self.open.wait(WAIT_S)
        return self._result


def test_a_result_comes_back_on_the_ui_thread(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    names: list[str] = []

    tasks.run(
        "io", lambda: names.append(threading.current_thread().name) or 42, listener.take, listener.fail, owner=listener
    )
    qtbot.waitUntil(lambda: listener.done == [42])

    assert (listener.on_ui_thread, names[0].startswith("lane-io")) == ([True], True)


def test_an_app_error_comes_back_on_the_ui_thread(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    def refuse() -> None:
        raise UserError("missing_component", component="TP01")

    tasks.run("db", refuse, listener.take, listener.fail, owner=listener)
    qtbot.waitUntil(lambda: bool(listener.failed))

    assert (listener.failed[0].code, listener.on_ui_thread) == ("missing_component", [True])


def test_a_bug_is_told_as_internal_error_and_handed_to_the_crash_handler(
    qtbot: QtBot, tasks: Tasks, listener: Listener, expect_log: Callable[..., None]
) -> None:
    expect_log("A task failed by a bug", level=logging.ERROR)
    crashes: list[BaseException] = []
    tasks.crashed.connect(crashes.append)

    tasks.run("db", lambda: 1 // 0, listener.take, listener.fail, owner=listener)
    qtbot.waitUntil(lambda: bool(listener.failed))

    assert listener.failed[0].code == "internal_error"
    assert isinstance(crashes[0], ZeroDivisionError)


@pytest.mark.parametrize("lane", ["db", "read"])
def test_a_single_lane_keeps_the_order(qtbot: QtBot, tasks: Tasks, listener: Listener, lane: str) -> None:
    for n in range(200):
        tasks.run(lane, lambda n=n: n, listener.take, listener.fail, owner=listener)
    qtbot.waitUntil(lambda: len(listener.done) == 200)

    assert listener.done == list(range(200))


def test_lanes_do_not_wait_for_each_other(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gates = [Gate() for _ in range(3)]
    for gate in gates:
        tasks.run("io", gate, listener.take, listener.fail, owner=listener)

    tasks.run("db", lambda: "saved", listener.take, listener.fail, owner=listener)
    tasks.run("read", lambda: "found", listener.take, listener.fail, owner=listener)
    qtbot.waitUntil(lambda: len(listener.done) == 2)
    came_first = sorted(map(str, listener.done))
    for gate in gates:
        gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert came_first == ["found", "saved"]


def test_the_event_loop_runs_while_work_runs(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, ticks = Gate(), []
    timer = QTimer()
    timer.setInterval(1)
    timer.timeout.connect(lambda: ticks.append(1))

    tasks.run("db", gate, listener.take, listener.fail, owner=listener)
    timer.start()
    qtbot.waitUntil(lambda: len(ticks) >= 20)
    still_running = not listener.done
    gate.open.set()
    qtbot.waitUntil(lambda: bool(listener.done))
    timer.stop()

    assert still_running


def test_only_the_latest_request_is_answered(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, begun = Gate("first"), []
    tasks.run("read", gate, listener.take, listener.fail, owner=listener, latest="search")
    assert gate.begun.wait(WAIT_S)

    tasks.run(
        "read", lambda: begun.append(2) or "second", listener.take, listener.fail, owner=listener, latest="search"
    )
    tasks.run("read", lambda: begun.append(3) or "third", listener.take, listener.fail, owner=listener, latest="search")
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert (listener.done, begun) == (["third"], [3])


def test_another_owner_or_key_is_not_outdated(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    other = Listener()

    tasks.run("read", lambda: 1, listener.take, listener.fail, owner=listener, latest="search")
    tasks.run("read", lambda: 2, listener.take, listener.fail, owner=listener, latest="list")
    tasks.run("read", lambda: 3, other.take, other.fail, owner=other, latest="search")
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert (listener.done, other.done) == ([1, 2], [3])


def test_an_act_on_lane_db_is_done_even_when_a_newer_one_comes(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, done = Gate(), []
    tasks.run("db", gate, listener.take, listener.fail, owner=listener)

    tasks.run("db", lambda: done.append("first"), listener.take, listener.fail, owner=listener, latest="save")
    tasks.run("db", lambda: done.append("second"), listener.take, listener.fail, owner=listener, latest="save")
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert done == ["first", "second"]


def test_a_result_for_an_owner_who_is_gone_is_dropped(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, owner = Gate(), QObject()
    tasks.run("io", gate, listener.take, listener.fail, owner=owner)

    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert (listener.done, listener.failed) == ([], [])


def test_a_cancelled_task_answers_nothing(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate = Gate()
    task = tasks.run("io", gate, listener.take, listener.fail, owner=listener)
    assert gate.begun.wait(WAIT_S)

    task.cancel()
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert (listener.done, listener.failed) == ([], [])


def test_a_task_cancelled_before_its_start_leaves_the_books(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, begun = Gate(), []
    tasks.run("read", gate, listener.take, listener.fail, owner=listener)
    task = tasks.run("read", lambda: begun.append(1), listener.take, listener.fail, owner=listener)

    task.cancel()
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert begun == []


def test_slow_work_is_told_after_400_ms_and_not_before(
    qtbot: QtBot, tasks: Tasks, listener: Listener, time_s: Time
) -> None:
    told: list[bool] = []
    tasks.slow.connect(told.append)
    gate = Gate()
    tasks.run("io", gate, listener.take, listener.fail, owner=listener)

    time_s.now_s = 0.399
    qtbot.wait(250)
    before = list(told)
    time_s.now_s = 0.4
    qtbot.waitUntil(lambda: told == [True])
    gate.open.set()
    qtbot.waitUntil(lambda: told == [True, False])

    assert before == []


def test_pending_counts_by_owner(qtbot: QtBot, tasks: Tasks, listener: Listener) -> None:
    gate, other = Gate(), Listener()
    tasks.run("io", gate, listener.take, listener.fail, owner=listener)
    tasks.run("io", gate, other.take, other.fail, owner=other)

    counts = (tasks.pending(), tasks.pending(listener), tasks.pending(other))
    gate.open.set()
    qtbot.waitUntil(lambda: tasks.pending() == 0)

    assert counts == (2, 1, 1)


def test_shutdown_finishes_acts_and_drops_results(qtbot: QtBot, qapp: QApplication, listener: Listener) -> None:  # noqa: ARG001
    tasks, done = Tasks(), []
    for n in range(5):
        tasks.run("db", lambda n=n: done.append(n), listener.take, listener.fail, owner=listener)

    tasks.shutdown()
    tasks.shutdown()
    qtbot.wait(20)

    assert (done, listener.done, tasks.pending()) == ([0, 1, 2, 3, 4], [], 0)


def test_work_refused_after_shutdown_is_an_error_of_ours(tasks: Tasks, listener: Listener) -> None:
    tasks.shutdown()

    with pytest.raises(RuntimeError):
        tasks.run("db", Future, listener.take, listener.fail, owner=listener)

    assert tasks.pending() == 0
