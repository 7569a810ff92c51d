"""Hear a barcode gun or an ID-card reader anywhere in the program, whatever has the focus.

One filter on the application carries out the verdicts of :class:`desktop.domain.bursts.BurstRecogniser`: text keys go
through at once and are put back when they turn out to be a scan; keys that act wait 40 ms.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.domain.bursts import BurstRecogniser, KeyKind, Stroke, Verdict, clean_scan
from desktop.ui.put_back import KeptText, editor_of, keep, put_back
from desktop.ui.shortcuts import key_sequence, trigger_shortcut

_Key = Qt.Key
_Mod = Qt.KeyboardModifier

_HEARD: Final = (QKeyEvent, QInputMethodEvent)

_MODIFIER_KEYS: Final = frozenset(
    key.value
    for key in (
        _Key.Key_Shift,
        _Key.Key_Control,
        _Key.Key_Alt,
        _Key.Key_Meta,
        _Key.Key_AltGr,
        _Key.Key_CapsLock,
        _Key.Key_NumLock,
        _Key.Key_ScrollLock,
        _Key.Key_unknown,
    )
)

#: Keys no scanner sends; they keep Qt's own way.
_MOVING_KEYS: Final = frozenset(
    key.value
    for key in (
        _Key.Key_Left,
        _Key.Key_Right,
        _Key.Key_Up,
        _Key.Key_Down,
        _Key.Key_Home,
        _Key.Key_End,
        _Key.Key_PageUp,
        _Key.Key_PageDown,
        _Key.Key_Insert,
        _Key.Key_Delete,
        _Key.Key_Print,
        _Key.Key_Menu,
    )
)

#: Alt with these belongs to the desktop: close, system menu, next window.
_SYSTEM_KEYS: Final = frozenset(key.value for key in (_Key.Key_F4, _Key.Key_Space, _Key.Key_Tab))

_END_KEYS: Final = frozenset(key.value for key in (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Tab))


class KeyClock(Protocol):
    """Tell when keys were pressed, and wake the scanner after a silence."""

    def stamp_ms(self, event: QEvent) -> int:
        """Return when this key was pressed."""
        ...

    def now_ms(self) -> int:
        """Return the present time of the same clock."""
        ...

    def wake_after(self, wait_ms: int, call: Callable[[], None]) -> None:
        """Call once after this time; a new request takes the place of the old one."""
        ...

    def stop(self) -> None:
        """Forget the request."""
        ...


class EventClock(QObject):
    """Take the time from the events themselves: keys that queue up behind a busy window are no burst."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Prepare the timer."""
        super().__init__(parent)
        self._stamp_ms = 0
        self._handled_s = time.monotonic()
        self._call: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._let_events_in)
        self._after_events = QTimer(self)
        self._after_events.setSingleShot(True)
        self._after_events.setInterval(0)
        self._after_events.timeout.connect(self._wake)

    def stamp_ms(self, event: QEvent) -> int:
        """Return the system's time stamp; the time it is handled when it has none or the stamps run backwards."""
        own_ms = event.timestamp() if isinstance(event, QKeyEvent) else 0
        self._stamp_ms = own_ms if own_ms > self._stamp_ms else self.now_ms()
        self._handled_s = time.monotonic()
        return self._stamp_ms

    def now_ms(self) -> int:
        """Return the last stamp and what has passed since it was handled."""
        return self._stamp_ms + round((time.monotonic() - self._handled_s) * 1000)

    def wake_after(self, wait_ms: int, call: Callable[[], None]) -> None:
        """Start the timer anew."""
        self._call = call
        self._after_events.stop()
        self._timer.start(wait_ms)

    def stop(self) -> None:
        """Stop the timer."""
        self._call = None
        self._timer.stop()
        self._after_events.stop()

    def _let_events_in(self) -> None:
        # Keys may already lie in the system's queue: they come before the verdict.
        self._after_events.start()

    def _wake(self) -> None:
        call, self._call = self._call, None
        if call is not None:
            call()


@dataclass(frozen=True, slots=True)
class _HeldKey:
    """Keep a key to deliver it later.

    Attributes:
        receiver: The widget it was for.
        was_focus: That widget had the focus, so the key follows the focus.
        event: A copy of the press.
    """

    receiver: QWidget
    was_focus: bool
    event: QKeyEvent | QInputMethodEvent


class Scanner(QObject):
    """Tell scans from typing, for the whole application.

    Signals:
        scanned(str): What was read, without control characters.
    """

    scanned = Signal(str)

    def __init__(self, app: QApplication, clock: KeyClock | None = None) -> None:
        """Begin to listen.

        Args:
            app: The application whose keys are heard.
            clock: The injected clock; the system's own time stamps without it.
        """
        super().__init__(app)
        self._app = app
        self._clock: KeyClock = clock if clock is not None else EventClock(self)
        self._recogniser: BurstRecogniser[_HeldKey] = BurstRecogniser()
        self._kept: KeptText | None = None
        self._taken_keys: set[int] = set()
        self._passed: tuple[int, int, QWidget] | None = None
        self._is_delivering = False
        app.installEventFilter(self)

    def stop(self) -> None:
        """Stop listening; keys that wait are dropped."""
        self._app.removeEventFilter(self)
        self._clock.stop()

    def feed(self, text: str) -> None:
        """Take a whole scan from a serial reader."""
        text = clean_scan(text)
        if text:
            self.scanned.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Judge keys on their way to a widget; everything else passes."""
        # By class first: it is the cheapest question, and every event of the program comes through here.
        if not isinstance(event, _HEARD) or self._is_delivering or not isinstance(watched, QWidget):
            return False
        if isinstance(event, QInputMethodEvent):
            return self._hear_input_method(watched, event)
        if not isinstance(event, QKeyEvent) or event.key() in _MODIFIER_KEYS:
            return False
        kind = event.type()
        if kind == QEvent.Type.KeyRelease:
            self._passed = None
            return self._hear_release(event)
        if kind == QEvent.Type.ShortcutOverride:
            return self._hear_override(watched, event)
        return self._hear_press(watched, event)

    def _hear_override(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Claim keys that act before Qt's shortcuts see them: they come again as a press, and wait."""
        kind, _ = _classify(watched, event)
        is_claimed = kind in (KeyKind.ACT, KeyKind.END) or self._recogniser.is_collecting or self._recogniser.is_waiting
        if is_claimed:
            event.accept()
        return is_claimed

    def _hear_press(self, watched: QWidget, event: QKeyEvent) -> bool:
        """Judge a press once; on its way up to the parents of its widget it passes."""
        identity = shiboken6.getCppPointer(event)[0]
        if self._passed is not None:
            last_identity, last_key, last_receiver = self._passed
            is_same = (identity, event.key()) == (last_identity, last_key)
            if is_same and shiboken6.isValid(last_receiver) and watched.isAncestorOf(last_receiver):
                return False
        kind, text = _classify(watched, event)
        passes = self._judge(watched, Stroke(kind, text, _copy(watched, event)), event)
        self._passed = (identity, event.key(), watched) if passes else None
        if not passes:
            self._taken_keys.add(event.key())
        return not passes

    def _hear_release(self, event: QKeyEvent) -> bool:
        """Take the release of a key whose press was taken; a delivered press brings its own."""
        if event.key() not in self._taken_keys:
            return False
        if not event.isAutoRepeat():
            self._taken_keys.discard(event.key())
        return True

    def _hear_input_method(self, watched: QWidget, event: QInputMethodEvent) -> bool:
        """Judge text that a typing tool commits; one letter at a time may be a scanner behind the tool."""
        text = event.commitString()
        if not text and not event.preeditString():
            return False
        is_plain = len(text) == 1 and not event.preeditString() and not event.replacementLength()
        is_key = is_plain and editor_of(watched) is not None
        stroke = Stroke(KeyKind.TEXT if is_key else KeyKind.OTHER, text, _copy(watched, event))
        return not self._judge(watched, stroke, event)

    def _judge(self, watched: QWidget, stroke: Stroke[_HeldKey], event: QEvent) -> bool:
        """Carry out the verdict on a key and tell whether it passes."""
        verdict = self._recogniser.press(stroke, self._clock.stamp_ms(event))
        self._carry_out(verdict)
        if verdict.begins:
            editor = editor_of(watched)
            self._kept = None if editor is None else keep(editor)
        return verdict.passes

    def _carry_out(self, verdict: Verdict[_HeldKey]) -> None:
        """Do what a verdict says, but for the present key."""
        if verdict.put_back and self._kept is not None:
            put_back(self._kept)
            self._kept = None
        for key in verdict.deliver:
            self._deliver(key)
        if verdict.wake_ms is None:
            self._clock.stop()
        else:
            self._clock.wake_after(verdict.wake_ms, self._wake)
        if verdict.scan:
            self.scanned.emit(verdict.scan)

    def _wake(self) -> None:
        """Judge a silence."""
        self._carry_out(self._recogniser.silence(self._clock.now_ms()))

    def _deliver(self, key: _HeldKey) -> None:
        """Give a key that waited to the widget with the focus, with its shortcut first, as Qt would have."""
        focus = self._app.focusWidget() if key.was_focus else None
        target = focus if focus is not None else key.receiver
        if not shiboken6.isValid(target):
            return
        self._is_delivering = True
        try:
            _send(target, key.event)
        finally:
            self._is_delivering = False


def _send(target: QWidget, event: QKeyEvent | QInputMethodEvent) -> None:
    """Send a key: shortcut override, shortcut, press, release."""
    if isinstance(event, QInputMethodEvent):
        QApplication.sendEvent(target, event)
        return
    override = _key_event(QEvent.Type.ShortcutOverride, event)
    override.ignore()
    QApplication.sendEvent(target, override)
    if not override.isAccepted() and trigger_shortcut(target, key_sequence(event)):
        return
    QApplication.sendEvent(target, event)
    if shiboken6.isValid(target):
        QApplication.sendEvent(target, _key_event(QEvent.Type.KeyRelease, event))


def _key_event(kind: QEvent.Type, event: QKeyEvent) -> QKeyEvent:
    """Return a key event of another kind with the same key."""
    return QKeyEvent(
        kind,
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
    )


def _copy(receiver: QWidget, event: QKeyEvent | QInputMethodEvent) -> _HeldKey:
    """Return a copy of a key that outlives its event."""
    was_focus = receiver.hasFocus()
    if isinstance(event, QInputMethodEvent):
        copy = QInputMethodEvent(event.preeditString(), [])
        copy.setCommitString(event.commitString())
        return _HeldKey(receiver, was_focus, copy)
    return _HeldKey(receiver, was_focus, _key_event(QEvent.Type.KeyPress, event))


def _classify(receiver: QWidget, event: QKeyEvent) -> tuple[KeyKind, str]:
    """Say what a key does at this widget, and what it would write into a scan."""
    key, text = event.key(), event.text()
    modifiers = event.modifiers() & ~(_Mod.KeypadModifier | _Mod.ShiftModifier)
    is_shifted = bool(event.modifiers() & _Mod.ShiftModifier)
    if event.isAutoRepeat() or key in _MOVING_KEYS or (modifiers == _Mod.AltModifier and key in _SYSTEM_KEYS):
        return KeyKind.OTHER, ""
    if key == _Key.Key_Backspace.value and not modifiers:
        return KeyKind.CORRECTION, ""
    if key in _END_KEYS and not modifiers and not is_shifted:
        return KeyKind.END, ""
    is_printable = bool(text) and text.isprintable()
    # AltGr is Ctrl and Alt together on Windows, and writes.
    is_chord = bool(modifiers) and modifiers != (_Mod.ControlModifier | _Mod.AltModifier)
    if is_chord or not is_printable:
        # Ctrl+M and Ctrl+J are how some scanners send CR and LF.
        return (KeyKind.END if text in ("\r", "\n") and key not in _END_KEYS else KeyKind.ACT), ""
    return (KeyKind.TEXT if editor_of(receiver) is not None else KeyKind.ACT), text
