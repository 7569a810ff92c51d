"""Find and trigger the shortcut of a key that has waited, the way Qt does when a key comes from the system."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.ui.tree import within


def key_sequence(event: QKeyEvent) -> QKeySequence:
    """Return the keys of an event as a shortcut would name them; the keypad counts as the main keys."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Enter:
        key = Qt.Key.Key_Return
    return QKeySequence(modifiers.value | key.value)


def trigger_shortcut(focus: QWidget, keys: QKeySequence) -> bool:
    """Trigger the shortcut of these keys in the window of the focus.

    The narrowest context wins, so two shortcuts of one key are never both dead, as they are in Qt.

    Args:
        focus: The widget the key was for.
        keys: The keys.

    Returns:
        Whether one was found.
    """
    window = focus.window()
    # Qt itself makes no shortcut, but it makes actions and buttons inside fields and tables.
    found = sorted(_shortcuts(window, focus, keys), key=lambda pair: pair[0])
    if found:
        found[0][1].activated.emit()
        return True
    inside = list(within(window))
    for action in inside:
        if isinstance(action, QAction) and keys in action.shortcuts() and action.isEnabled():
            action.trigger()
            return True
    for button in inside:
        if not isinstance(button, QAbstractButton) or not button.isVisible() or button.window() is not window:
            continue
        if button.shortcut() == keys and button.isEnabled():
            button.click()
            return True
    return False


def _shortcuts(window: QWidget, focus: QWidget, keys: QKeySequence) -> Iterator[tuple[int, QShortcut]]:
    """Yield the shortcuts that hear these keys now, with the width of their context."""
    for shortcut in window.findChildren(QShortcut):
        if not shortcut.isEnabled() or keys not in shortcut.keys():  # noqa: SIM118 - the list of its key sequences
            continue
        owner = shortcut.parent()
        if not isinstance(owner, QWidget) or not owner.isVisible() or not owner.isEnabled():
            continue
        if owner.window() is not window:
            continue
        context = shortcut.context()
        if context == Qt.ShortcutContext.WidgetShortcut:
            if owner is focus:
                yield 0, shortcut
        elif context == Qt.ShortcutContext.WidgetWithChildrenShortcut:
            if owner is focus or owner.isAncestorOf(focus):
                yield 1, shortcut
        else:
            yield 2, shortcut
