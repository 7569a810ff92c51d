"""A wait after failed log-ins, shown second by second."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

_TICK_MS = 500


class Wait(QObject):
    """Count down the seconds one has to wait.

    Signals:
        ticked(int): Seconds left; 0 when the wait is over.
    """

    ticked = Signal(int)

    def __init__(self, now: Callable[[], datetime], parent: QObject) -> None:
        """Take the injected clock."""
        super().__init__(parent)
        self._now = now
        self._until: datetime | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.look)

    def begin(self, wait_s: int) -> None:
        """Begin to wait."""
        self._until = self._now() + timedelta(seconds=wait_s)
        self._timer.start()
        self.look()

    def left_s(self) -> int:
        """Return the seconds left."""
        return 0 if self._until is None else max(0, ceil((self._until - self._now()).total_seconds()))

    def stop(self) -> None:
        """Forget the wait."""
        self._until = None
        self._timer.stop()

    def look(self) -> None:
        """Look at the clock."""
        left_s = self.left_s()
        if not left_s:
            self.stop()
        self.ticked.emit(left_s)
