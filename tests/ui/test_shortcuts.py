from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.shortcuts import key_sequence, trigger_shortcut

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


class Window(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.line, self.panel, self.button = QLineEdit(), QWidget(), QPushButton("Đóng")
        self.inner = QLineEdit()
        QVBoxLayout(self.panel).addWidget(self.inner)
        column = QVBoxLayout(self)
        for widget in (self.line, self.panel, self.button):
            column.addWidget(widget)
        self.acted: list[str] = []

    def bind(self, owner: QWidget, keys: str, name: str, context: Qt.ShortcutContext) -> QShortcut:
        shortcut = QShortcut(QKeySequence(keys), owner)
        shortcut.setContext(context)
        shortcut.setObjectName(name)
        shortcut.activated.connect(self._note)
        return shortcut

    def _note(self) -> None:
        self.acted.append(self.sender().objectName())


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    return made


F5 = QKeySequence("F5")
ANYWHERE = Qt.ShortcutContext.WindowShortcut
INSIDE = Qt.ShortcutContext.WidgetWithChildrenShortcut
HERE = Qt.ShortcutContext.WidgetShortcut


def test_the_narrowest_context_wins(window: Window) -> None:
    window.bind(window, "F5", "window", ANYWHERE)
    window.bind(window.panel, "F5", "panel", INSIDE)
    window.bind(window.inner, "F5", "inner", HERE)

    found = [trigger_shortcut(widget, F5) for widget in (window.inner, window.panel, window.line)]

    assert (found, window.acted) == ([True] * 3, ["inner", "panel", "window"])


def test_what_is_hidden_disabled_or_elsewhere_does_not_act(window: Window, qtbot: QtBot) -> None:
    window.bind(window.line, "F5", "disabled", ANYWHERE).setEnabled(False)
    window.bind(window.panel, "F5", "hidden", ANYWHERE)
    window.bind(window.button, "F5", "owner disabled", ANYWHERE)
    window.bind(window, "F6", "another key", ANYWHERE)
    other = Window()
    qtbot.addWidget(other)
    other.show()
    other.bind(other, "F5", "another window", ANYWHERE)
    window.panel.hide()
    window.button.setEnabled(False)

    assert not trigger_shortcut(window.line, F5)
    assert window.acted == other.acted == []


def test_actions_and_buttons_act_too(window: Window) -> None:
    action = QAction("Chữ to hơn", window)
    action.setShortcuts([QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")])
    action.triggered.connect(lambda: window.acted.append("action"))
    window.button.setShortcut("Alt+D")
    window.button.clicked.connect(lambda: window.acted.append("button"))

    found = [trigger_shortcut(window.line, QKeySequence(keys)) for keys in ("Ctrl+=", "Alt+D")]

    assert (found, window.acted) == ([True, True], ["action", "button"])


@pytest.mark.parametrize(
    ("key", "modifiers", "name"),
    [
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ControlModifier, "Ctrl+Return"),
        (Qt.Key.Key_1, Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.AltModifier, "Alt+1"),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, "F2"),
    ],
)
def test_the_keypad_counts_as_the_main_keys(
    qapp: QApplication,  # noqa: ARG001
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier,
    name: str,
) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key.value, modifiers)

    assert key_sequence(event) == QKeySequence(name)
