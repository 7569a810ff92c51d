"""No key of a page means something else in the window around it."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.window_kit import training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def keys_below(widget: QWidget) -> set[str]:
    """Return the keys that act wherever the focus is in the window."""
    here_only = Qt.ShortcutContext.WidgetShortcut
    return names(each for each in widget.findChildren(QShortcut) if each.context() != here_only)


def names(shortcuts: Iterable[QShortcut]) -> set[str]:
    return {keys.toString() for each in shortcuts for keys in each.keys()}  # noqa: SIM118 - the list of its key sequences


#: Between them they see every page; the first sees most of them, and every push asks it.
LOGINS = ("lan", *(pytest.param(login, marks=pytest.mark.slow) for login in ("hung", "chutich", "quantri")))


@pytest.mark.parametrize("login", LOGINS)
def test_every_page_has_its_key_and_no_key_of_a_page_is_a_key_of_the_window(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, login: str
) -> None:
    with training_ward(qapp, qtbot, tmp_path).window() as stage:
        stage.log_in(login)
        work = stage.window.shell.work
        inside = {key: keys_below(work.get_page(key)) for key in stage.pages()}
        stage.rest()
        actions = {keys.toString() for action in work.actions() for keys in action.shortcuts()}
        pages = {shortcut for page in inside for shortcut in work.get_page(page).findChildren(QShortcut)}
        around = names(each for each in work.findChildren(QShortcut) if each not in pages)
        taken = {page: sorted(keys & (around | actions)) for page, keys in inside.items()}
        items = [work.rail.item(key) for key in work.rail.keys()]  # noqa: SIM118 - not a mapping
        chips = {item.spec.shortcut for item in items if not item._hint.isHidden()}

    assert {"Ctrl+K", "F12", "Ctrl+I", "Ctrl+Q"} <= around
    assert {page: keys for page, keys in taken.items() if keys} == {}
    assert all(item.spec.shortcut for item in items)
    assert len({item.spec.shortcut for item in items}) == len(items)
    assert chips == {item.spec.shortcut for item in items if len(item.spec.shortcut) == len("F9")}
