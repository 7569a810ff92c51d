"""A clerk of software: types, presses keys and scans, for key tests and for the scripted exercises.

Its clock runs only when it does something: 80 ms per key of a person, 5 ms per key of a scanner.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QKeyCombination, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

HUMAN_MS: Final = 80
SCANNER_MS: Final = 5
_REST_MS: Final = 200


class RobotClock:
    """Be the clock of a scanner in tests: time passes only by ``advance``."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._now_ms = 0
        self._due_ms: int | None = None
        self._call: Callable[[], None] | None = None

    def stamp_ms(self, event: QEvent) -> int:  # noqa: ARG002 - the port's signature
        """Return the present time."""
        return self._now_ms

    def now_ms(self) -> int:
        """Return the present time."""
        return self._now_ms

    def wake_after(self, wait_ms: int, call: Callable[[], None]) -> None:
        """Remember whom to wake."""
        self._due_ms = self._now_ms + wait_ms
        self._call = call

    def stop(self) -> None:
        """Forget it."""
        self._due_ms = None
        self._call = None

    def advance(self, passed_ms: int) -> None:
        """Let time pass and wake who is due."""
        end_ms = self._now_ms + passed_ms
        while self._call is not None and self._due_ms is not None and self._due_ms <= end_ms:
            self._now_ms = self._due_ms
            call = self._call
            self.stop()
            call()
        self._now_ms = end_ms


class Robot:
    """Press keys at the widget with the focus, as a person or as a scanner does.

    Attributes:
        clock: Give it to the Scanner.
        keystrokes: How many keys the person pressed: a chord or Enter is one, a scan none.
    """

    def __init__(self, window: QWidget, clock: RobotClock) -> None:
        """Take the window and the clock of its scanner."""
        self._window = window
        self.clock = clock
        self.keystrokes = 0

    def type(self, text: str) -> None:
        """Type a text, one key per letter."""
        for char in text:
            self.clock.advance(HUMAN_MS)
            self._send_char(char)
            self.keystrokes += 1
        self.rest()

    def press(self, *keys: str) -> None:
        """Press keys or chords, named as Qt does: ``Tab``, ``Ctrl+Return``, ``F8``."""
        for name in keys:
            self.clock.advance(HUMAN_MS)
            combination = _combination(name)
            QTest.keyClick(self._target(), combination.key(), combination.keyboardModifiers())
            self.keystrokes += 1
            self.rest()

    def scan(self, text: str, end: str = "Return") -> None:
        """Scan a text; ``end`` is ``Return``, ``Tab`` or "" for a scanner that sends none."""
        self.clock.advance(_REST_MS)
        for char in text:
            self.clock.advance(SCANNER_MS)
            self._send_char(char)
        self.clock.advance(SCANNER_MS)
        if end:
            QTest.keyClick(self._target(), _combination(end).key())
        self.rest()

    def commit(self, text: str) -> None:
        """Commit text as a typing tool does."""
        self.clock.advance(HUMAN_MS)
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self._target(), event)
        self.keystrokes += 1

    def rest(self) -> None:
        """Let waiting keys act and deferred work run."""
        self.clock.advance(_REST_MS)
        QCoreApplication.sendPostedEvents()

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _send_char(self, char: str) -> None:
        # QTest.keyClicks aborts on letters beyond ASCII: these come as key events with a text.
        if char.isascii() and char.isprintable():
            QTest.keyClick(self._target(), char)  # type: ignore[call-overload] # a letter is allowed, the stub forgets it
            return
        key = ord(char.upper()) if char.isprintable() else Qt.Key.Key_unknown.value + ord(char)
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(self._target(), QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, char))


def _combination(name: str) -> QKeyCombination:
    """Return key and modifiers of a name as Qt writes it."""
    combination: QKeyCombination = QKeySequence(name)[0]  # type: ignore[index] # the stub forgets __getitem__
    return combination
