"""Draw a Code 128 strip as one path.

At 0.169 mm per module a 203 dpi printer's bars were not read at all; 0.25 mm is two dots there and read by every gun
we know of. The strip stands alone across the page, because a gun must not catch two codes at once.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from barcode.codex import Code128

from reports.elements.page import MM, Ink

MODULE = 0.25 * MM
QUIET_MODULES = 10
_HEIGHT_MODULES = 32
"""8 mm: what a gun held by hand still finds."""


class _Code128(Code128):  # type: ignore[misc]  # python-barcode has no types
    """Keep a leading 99.

    WORKAROUND python-barcode 0.16: a content that begins with the digits 99 loses them silently, because in character
    set C the pair has the same value as the switch into that set. Remove when the random codes pass without this.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        return encoded if self.code.startswith("99") else super()._try_to_optimize(encoded)


@dataclass(frozen=True)
class Strip:
    """Hold a Code 128 strip.

    Attributes:
        content: What it says; anything Code 128 cannot say makes `is_encodable` false.
    """

    content: str

    @cached_property
    def _pattern(self) -> str:
        return str(_Code128(self.content).build()[0]) if self.is_encodable else ""

    @property
    def is_encodable(self) -> bool:
        """Return whether there is something and all of it is printable ASCII."""
        return bool(self.content) and self.content.isascii() and self.content.isprintable()

    @property
    def width(self) -> float:
        """Return the width in points with both quiet zones."""
        return (len(self._pattern) + 2 * QUIET_MODULES) * MODULE

    @property
    def height(self) -> float:
        """Return the height in points."""
        return _HEIGHT_MODULES * MODULE

    def fits(self, room: float) -> bool:
        """Return whether the strip may be printed in this width; if not, it is left out and the QR must do."""
        return self.is_encodable and self.width <= room

    def draw(self, ink: Ink, x: float, y: float) -> None:
        """Draw with the quiet zone's top left corner there."""
        bars: list[str] = []
        position = 0
        for colour, run in groupby(self._pattern):
            length = len(list(run))
            if colour == "1":
                bars.append(f"{position} 0 {length} {_HEIGHT_MODULES}")
            position += length
        size = (len(self._pattern), _HEIGHT_MODULES)
        ink.modules((x + QUIET_MODULES * MODULE, y), MODULE, size, bars, (QUIET_MODULES, 1))
