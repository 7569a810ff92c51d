"""The window lets go of what a day has shown: nothing is kept by the number of log-ins, screens or pictures.

Counted are objects, never bytes or times: a day's memory is measured by ``tests/bench/soak.py`` (fault F27).
"""

import gc
from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QTableView, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.shortcuts import trigger_shortcut
from desktop.ui.theme import Theme
from desktop.ui.tokens import Mode, Role
from desktop.ui.tree import within
from desktop.ui.widgets.labels import IconLabel
from tests.ui.desk_kit import let_go
from tests.ui.window_kit import training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def shadows() -> int:
    """Count what Python still holds of things that Qt has destroyed."""
    gc.collect()
    return sum(isinstance(each, QObject) and not shiboken6.isValid(each) for each in gc.get_objects())


class Page(QWidget):
    """Hold what Qt fills with parts of its own: a scroll area, and a field with a button in it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        line = QLineEdit()
        line.setClearButtonEnabled(True)
        column = QVBoxLayout(self)
        for widget in (QTableView(), line):
            column.addWidget(widget)


def pages_come_and_go(window: QWidget, look: Callable[[QWidget], object]) -> int:
    """Look for something in a window whose pages change; return how many shadows of their parts stay."""
    before = shadows()
    for _ in range(5):
        page = Page(window)
        page.show()
        look(window)
        page.deleteLater()
        del page
        let_go()
    return shadows() - before


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_pyside_finds_in_a_window_stays_as_long_as_the_window(window: QWidget) -> None:
    # Why there is a search of our own.
    assert pages_come_and_go(window, lambda each: each.findChildren(QWidget)) >= 5


def test_looking_through_a_window_keeps_nothing_of_it(window: QWidget) -> None:
    page = Page(window)
    expected = set(map(shiboken6.getCppPointer, page.findChildren(QObject)))

    assert set(map(shiboken6.getCppPointer, within(page))) == expected
    assert len(list(within(page))) == len(expected) > 10
    assert pages_come_and_go(window, lambda each: list(within(each))) == 0


def test_looking_for_the_owner_of_a_key_keeps_nothing(window: QWidget) -> None:
    keys = QKeySequence("Alt+F10")

    assert pages_come_and_go(window, lambda each: trigger_shortcut(each, keys)) == 0


def test_a_day_of_log_ins_and_locks_keeps_nothing_of_the_pages_before(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    with training_ward(qapp, qtbot, tmp_path).window() as stage:

        def turn(login: str) -> None:
            stage.log_in(login)
            stage.press("F4", "F12", "Return", "F12", "Alt+U")
            stage.until(lambda: stage.window.shell.session is None)

        turn("lan")
        turn("hung")
        before = shadows()
        for _ in range(2):
            turn("lan")
            turn("hung")
        let_go()

        assert shadows() <= before


def test_a_picture_shown_again_is_the_same_picture(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp)
    label = IconLabel(theme, "check", Role.OK)
    qtbot.addWidget(label)

    seen = set()
    for _ in range(5):
        label.show()
        label.set_icon("warning", Role.SOON)
        label.set_icon("check", Role.OK)
        label.hide()
        seen.add(theme.pixmap("check", "ok", theme.icon_size().width(), label.devicePixelRatioF()).cacheKey())

    # Qt keeps what a label paints by the key of its picture: a new one each time fills ten megabytes in a day.
    assert len(seen) == 1
    light = label.pixmap().toImage()
    theme.apply(Mode.DARK, 100)
    assert label.pixmap().toImage() != light
    theme.apply(Mode.LIGHT, 100)
    assert label.pixmap().toImage() == light
