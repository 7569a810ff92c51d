import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.rubbish import LOOK_EVERY_MS, LOOKS_TO_A_FULL_ONE, Rubbish


@pytest.fixture
def automatic() -> Iterator[None]:
    """Let Python's own collector work, as in a program that does not care."""
    was_automatic = gc.isenabled()
    gc.enable()
    yield
    if not was_automatic:
        gc.disable()


def drop_in_circle(died_on: list[str]) -> None:
    """Leave a widget that only its own circle of references keeps."""
    widget = QWidget()
    widget.itself = widget  # type: ignore[attr-defined]
    weakref.finalize(widget, lambda: died_on.append(threading.current_thread().name))


def on_a_lane() -> list[list[int]]:
    """Make many objects on a thread of its own, as reading a long list does."""
    made: list[list[int]] = []

    def work() -> None:
        for n in range(20_000):
            made.append([n])  # noqa: PERF401 - one at a time, as the collector counts them

    lane = threading.Thread(target=work, name="lane")
    lane.start()
    lane.join()
    return made


@pytest.mark.usefixtures("automatic")
def test_python_alone_destroys_a_widget_on_the_lane_that_makes_objects() -> None:
    died_on: list[str] = []
    gc.collect()

    drop_in_circle(died_on)
    on_a_lane()

    # Why there is a collector of our own.
    assert died_on == ["lane"]


@pytest.mark.usefixtures("automatic")
def test_a_widget_in_a_circle_dies_on_the_ui_thread(qtbot: QtBot) -> None:
    died_on: list[str] = []
    gc.collect()
    rubbish = Rubbish()
    rubbish.begin()

    drop_in_circle(died_on)
    made = on_a_lane()
    died_at_work = list(died_on)
    qtbot.waitUntil(lambda: bool(died_on), timeout=20 * LOOK_EVERY_MS)
    rubbish.end()

    assert made
    assert died_at_work == []
    assert died_on == [threading.main_thread().name]


@pytest.mark.usefixtures("automatic")
def test_the_collector_is_left_as_it_was_found() -> None:
    rubbish = Rubbish()

    rubbish.begin()
    is_automatic_at_work = gc.isenabled()
    rubbish.end()

    assert not is_automatic_at_work
    assert gc.isenabled()


@pytest.mark.usefixtures("automatic")
def test_what_has_grown_old_is_found_within_a_minute_though_nothing_new_is_made() -> None:
    died_on: list[str] = []
    rubbish = Rubbish()
    rubbish.begin()
    old = QWidget()
    old.itself = old  # type: ignore[attr-defined]
    weakref.finalize(old, lambda: died_on.append(threading.current_thread().name))
    gc.collect()  # what it does not find grows old
    del old

    for _ in range(LOOKS_TO_A_FULL_ONE - 1):
        rubbish.look()
    died_before = list(died_on)
    rubbish.look()
    rubbish.end()

    # By Python's counts alone the oldest are due after a hundred and twenty-one times seven hundred new ones.
    assert (died_before, died_on) == ([], [threading.main_thread().name])
    assert LOOKS_TO_A_FULL_ONE * LOOK_EVERY_MS <= 60_000
