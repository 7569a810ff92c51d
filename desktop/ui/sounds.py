"""Three sounds of the scanner, told apart by the number of beeps: found, not found, held by somebody else."""

from typing import Final, Literal

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

Sound = Literal["found", "not_found", "wrong_custody"]

BEEPS: Final[dict[Sound, int]] = {"found": 1, "not_found": 2, "wrong_custody": 3}

_GAP_MS: Final = 180


class Sounds(QObject):
    """Beep, without a sound library: essentials has no QtMultimedia."""

    def __init__(self, parent: QObject | None = None, *, is_on: bool = True) -> None:
        """Prepare the timer between two beeps."""
        super().__init__(parent)
        self.is_on = is_on
        self._left = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_GAP_MS)
        self._timer.timeout.connect(self._beep)

    def play(self, sound: Sound) -> None:
        """Play a sound; a sound that still plays is cut."""
        self._left = BEEPS[sound] if self.is_on else 0
        self._beep()

    def _beep(self) -> None:
        """Beep once and go on until the count is done."""
        if self._left <= 0:
            self._timer.stop()
            return
        self._left -= 1
        QApplication.beep()
        if self._left and not self._timer.isActive():
            self._timer.start()
