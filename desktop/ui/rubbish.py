"""Collect what only circles of references keep, on the UI thread and nowhere else.

Python looks for such circles on whichever thread happens to make many objects. A closed dialog may lie in one; found
on a lane, its widgets would be destroyed there while the UI thread sends them events, which ends the process.
"""

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

#: Between two looks; nearly everything goes at once, without being looked for.
LOOK_EVERY_MS: Final = 1_000
#: Each so many looks it looks at everything. By Python's counts alone, one generation a look, the pages of a hundred
#: log-ins lie there before the oldest generation is due: nearly a megabyte each.
LOOKS_TO_A_FULL_ONE: Final = 60


class Rubbish(QObject):
    """Take over from Python's own collector, from :meth:`begin` to :meth:`end`."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Do nothing yet."""
        super().__init__(parent)
        self._was_automatic = gc.isenabled()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._looks = 0

    def begin(self) -> None:
        """Look from time to time, on this thread."""
        gc.disable()
        self._timer.start()

    def look(self) -> None:
        """Collect what is due, each minute everything."""
        self._looks += 1
        if self._looks % LOOKS_TO_A_FULL_ONE == 0:
            gc.collect()
        else:
            collect_due()

    def end(self) -> None:
        """Leave the collector as it was found."""
        self._timer.stop()
        if self._was_automatic:
            gc.enable()


def collect_due() -> None:
    """Collect the oldest generation that is due by Python's own counts."""
    for generation, (count, most) in reversed(list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))):
        if count > most:
            gc.collect(generation)
            return
