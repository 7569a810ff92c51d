"""The judgement of a long run: what grew is said, what only came and went is not; and a few turns of one."""

import gc
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.support.soaking import DAY, MINUTE_S, MOST_GROWN_MB, Held, grown, used_mb
from tests.ui.desk_kit import let_go
from tests.ui.window_kit import CARD, OWNER_ID, training_ward

needs_a_telling_library = pytest.mark.skipif(used_mb() is None, reason="this C library does not tell what is used")

STEADY = Held(at_s=0.0, dossiers=0, memory_mb=240.0, files=40, widgets=660, timers=30, threads=12, cpu_s=0.0)


def day(minutes: int = 100) -> list[Held]:
    """Return the lines of a run that holds what it held."""
    return [replace(STEADY, at_s=n * MINUTE_S, dossiers=2 * n) for n in range(1, minutes + 1)]


def test_what_stays_or_comes_and_goes_is_no_growth() -> None:
    lines = [replace(each, widgets=660 + n % 2 * 30, memory_mb=240 + n % 7) for n, each in enumerate(day())]

    assert grown(lines) == []


def test_what_is_held_before_the_warm_up_ends_is_not_counted() -> None:
    lines = day()
    lines[0] = replace(lines[0], memory_mb=150, widgets=300, files=20)

    assert grown(lines) == []


@pytest.mark.parametrize("name", ["files", "widgets", "timers", "threads"])
def test_one_more_of_a_kind_at_the_end_is_found(name: str) -> None:
    lines = day()
    lines[60:] = [replace(each, **{name: getattr(each, name) + 1}) for each in lines[60:]]

    assert grown(lines) == [f"{name} grew from {getattr(STEADY, name)} to {getattr(STEADY, name) + 1}"]


@pytest.mark.parametrize(("each_minute_mb", "is_found"), [(0.5, False), (0.7, True)])
def test_memory_may_grow_by_fifty_megabytes_after_the_warm_up(each_minute_mb: float, is_found: bool) -> None:
    lines = [replace(each, memory_mb=240 + n * each_minute_mb) for n, each in enumerate(day())]

    assert bool(grown(lines)) is is_found


@pytest.mark.parametrize(("days", "is_found"), [(2.0, False), (1.0, True), (0.1, True)])
def test_two_days_may_grow_by_twice_as_much_and_a_part_of_one_by_no_less(days: float, is_found: bool) -> None:
    lines = [replace(each, memory_mb=240 + n * 0.9) for n, each in enumerate(day())]

    assert bool(grown(lines, days)) is is_found
    assert grown([replace(each, memory_mb=240 + n * 0.5) for n, each in enumerate(day())], days) == []


def test_a_run_too_short_to_tell_is_not_called_good() -> None:
    assert grown(day(minutes=12)) == ["only 3 lines after the warm-up: too short to tell"]
    assert grown([]) != []


@needs_a_telling_library
def test_what_is_used_is_known_to_the_byte() -> None:
    before = used_mb() or 0.0
    kept = bytearray(9_000_000)

    assert 8.9 < (used_mb() or 0.0) - before < 10
    del kept
    assert abs((used_mb() or 0.0) - before) < 0.5


@needs_a_telling_library
@pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window
def test_a_citizen_and_a_log_in_hold_no_more_than_a_day_of_them_may(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    # Measured on 1/12/2026 over 12 turns: 31 kB each; 168 while PySide kept the parts of pages and Qt every picture.
    used = []
    with training_ward(qapp, qtbot, tmp_path).window() as stage:
        for number in range(9):
            stage.log_in("lan")
            received = stage.receive(CARD.replace(OWNER_ID, f"{int(OWNER_ID) + number:012d}"))
            stage.scan(received.code)
            stage.press("F4", "F12", "Return", "F12", "Alt+U")
            stage.until(lambda: stage.window.shell.session is None)
            let_go()
            gc.collect()
            used.append(used_mb() or 0.0)

    warm_up = 4
    assert (used[-1] - used[warm_up - 1]) / (len(used) - warm_up) < MOST_GROWN_MB / DAY
