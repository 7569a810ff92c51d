"""No part of a page is ever shown as a window of its own: it would flash on the screen and take the keys."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.pages.admin import AdminPage
from desktop.ui.shell import Shell
from tests.ui.window_kit import Stage, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

#: Between them they see every page and every side of the page "Quản trị".
WHO = ("lan", "hung", "chutich", "quantri")


class Strays(QObject):
    """Note what is shown as a window though nobody made it one.

    Attributes:
        found: Class and name of each.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at what is shown."""
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and is_stray(watched):
            self.found.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


def is_stray(widget: QWidget) -> bool:
    is_window = widget.isWindow() and widget.windowType() in (Qt.WindowType.Widget, Qt.WindowType.Window)
    return is_window and not isinstance(widget, Shell | QDialog)


def test_a_part_that_is_shown_before_it_lies_in_a_page_is_found(qapp: QApplication, qtbot: QtBot) -> None:
    part, strays = QWidget(), Strays()
    qtbot.addWidget(part)
    qapp.installEventFilter(strays)

    part.setVisible(True)

    qapp.removeEventFilter(strays)
    assert strays.found == ["QWidget "]


def test_no_page_shows_a_part_of_itself_as_a_window(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    strays, seen = Strays(), set()
    with training_ward(qapp, qtbot, tmp_path).window() as stage:
        qapp.installEventFilter(strays)
        for login in WHO:
            stage.log_in(login)
            for key in stage.pages():
                stage.window.shell.work.show_page(key)
                stage.rest()
                seen |= {key, *sides_of(stage)}
            stage.press("F12", "Alt+U")
        qapp.removeEventFilter(strays)

    assert strays.found == []
    assert {"intake", "handover", "work", "approval", "return_result", "board", "admin", "calendar", "safety"} <= seen


def sides_of(stage: Stage) -> set[str]:
    """Show every side of the page "Quản trị"; return their keys."""
    page = stage.window.shell.work.page()
    if not isinstance(page, AdminPage):
        return set()
    for side in page.sides:
        page.go_to(side)
        stage.rest()
    return set(page.sides)
