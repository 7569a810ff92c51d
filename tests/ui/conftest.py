"""What every window test gets: a check that nothing of Qt outlives it.

Only objects with a Python side are seen; Qt's own helpers inside a widget go with the widget.
"""

import gc
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

_HAS_QT = importlib.util.find_spec("PySide6") is not None
collect_ignore_glob = [] if _HAS_QT else ["*.py"]

if _HAS_QT:
    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QThreadPool, QTimer
    from PySide6.QtWidgets import QApplication, QWidget


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("ui")


def _alive() -> "dict[int, QObject]":
    """Find running timers and threads and the top-level widgets."""
    found: dict[int, QObject] = {id(w): w for w in QApplication.topLevelWidgets()}
    for thing in shiboken6.getAllValidWrappers():
        if not isinstance(thing, (QTimer, QThread)):
            continue
        running = thing.isActive() if isinstance(thing, QTimer) else thing.isRunning()
        if running and thing is not QThread.currentThread():
            found[id(thing)] = thing
    return found


def _describe(thing: "QObject") -> str:
    kind = "widget" if isinstance(thing, QWidget) else "running"
    return f"{kind} {type(thing).__name__} {thing.objectName()!r}, parent {type(thing.parent()).__name__}"


@pytest.fixture(autouse=True)
def nothing_of_qt_left(qapp: "QApplication") -> Iterator[None]:  # noqa: ARG001 - it must exist
    """Fail the test that leaves a window, a running timer, a thread or pool work behind."""
    # From here on circles are looked for between tests and on this thread only, as in the program: pytest's workers
    # and our lanes have other threads, and a widget must not die on one of them.
    gc.disable()
    before = _alive()
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = {key: thing for key, thing in _alive().items() if key not in before}
    if left:
        left.clear()
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        left = {key: thing for key, thing in _alive().items() if key not in before}
    names = sorted(_describe(thing) for thing in left.values())
    for thing in left.values():
        if isinstance(thing, QWidget):
            thing.deleteLater()
    if not QThreadPool.globalInstance().waitForDone(1000):
        names.append("work in the global QThreadPool")
    if names:
        pytest.fail("left behind: " + "; ".join(names), pytrace=False)
