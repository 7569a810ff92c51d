"""Draw a QR code as one path.

Every mask is legal and readable (ISO/IEC 18004 asks for the least penalty only to help poor cameras); taking a fixed
one spares seven trials, which were half of the time a receipt took.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

import segno

from reports.elements.page import MM, Ink

MIN_MODULE = 0.375 * MM
QUIET_MODULES = 4
_MASK = 3
_DARK = re.compile(rb"\x01+")


@lru_cache(maxsize=32)
def _matrix(content: str) -> tuple[bytearray, ...]:
    """Make the code; a roll draws its head twice, a reprint comes soon after the print."""
    return tuple(segno.make(content, error="m", mask=_MASK, boost_error=False, micro=False).matrix)


@dataclass(frozen=True)
class QrCode:
    """Hold a QR code of error level M.

    Attributes:
        content: What it says: at most some 2,000 bytes; below 110 it stays under 19 mm.
    """

    content: str

    @cached_property
    def _matrix(self) -> tuple[bytearray, ...]:
        return _matrix(self.content)

    @property
    def modules(self) -> int:
        """Return the modules along one side without quiet zone."""
        return len(self._matrix)

    def module(self, side: float) -> float:
        """Return the size of a module, in points, when a square of this side is wanted; never below the least."""
        return max(MIN_MODULE, side / (self.modules + 2 * QUIET_MODULES))

    def side(self, wanted: float) -> float:
        """Return the side with quiet zone, in points: as wanted, or what the least module needs."""
        return self.module(wanted) * (self.modules + 2 * QUIET_MODULES)

    def draw(self, ink: Ink, x: float, y: float, wanted: float) -> None:
        """Draw with the quiet zone's top left corner there."""
        pitch = self.module(wanted)
        quiet = QUIET_MODULES * pitch
        size, ground = (self.modules, self.modules), (QUIET_MODULES, QUIET_MODULES)
        ink.modules((x + quiet, y + quiet), pitch, size, self._rects(), ground)

    def _rects(self) -> Iterator[str]:
        """Yield one rectangle per run of dark modules in a row."""
        for number, row in enumerate(self._matrix):
            up = self.modules - 1 - number
            for run in _DARK.finditer(row):
                yield f"{run.start()} {up} {run.end() - run.start()} 1"
