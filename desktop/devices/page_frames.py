"""Turn places on a page as it is seen into rectangles of its own coordinates, and back.

Imported with pyHanko only: slow to load.
"""

from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.rw_common import PdfHandler

from desktop.domain.errors import UserError
from desktop.services.signing_port import StampPlace

POINTS_PER_MM: Final = 72 / 25.4

#: Pages nested deeper than this are an attack, not a document.
_DEEPEST: Final = 50

Rectangle = tuple[float, float, float, float]

#: What turns a drawing made upright on a turned page: the factors a, b, c, d of PDF's matrix.
_TURNS: Final = {0: (1, 0, 0, 1), 90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}


@dataclass(frozen=True, slots=True)
class PageFrame:
    """Know what of a page is seen, and how it is turned.

    Attributes:
        page: Number of the page, from 0.
        seen: The visible rectangle in the page's coordinates, points: left, bottom, right, top.
        turned: Clockwise turn when shown: 0, 90, 180 or 270 degrees.
    """

    page: int
    seen: Rectangle
    turned: int

    @property
    def width_mm(self) -> float:
        """Return the width as seen."""
        return self._size()[0] / POINTS_PER_MM

    @property
    def height_mm(self) -> float:
        """Return the height as seen."""
        return self._size()[1] / POINTS_PER_MM

    def _size(self) -> tuple[float, float]:
        left, bottom, right, top = self.seen
        width, height = right - left, top - bottom
        return (height, width) if self.turned in (90, 270) else (width, height)

    def rectangle(self, place: StampPlace) -> Rectangle:
        """Return a place as a rectangle in the page's coordinates.

        Raises:
            UserError: ``stamp_outside_page``.
        """
        low = (place.left_mm * POINTS_PER_MM, place.bottom_mm * POINTS_PER_MM)
        high = (low[0] + place.width_mm * POINTS_PER_MM, low[1] + place.height_mm * POINTS_PER_MM)
        width, height = self._size()
        is_inside = -1 <= low[0] < high[0] <= width + 1 and -1 <= low[1] < high[1] <= height + 1
        if not is_inside:
            raise UserError("stamp_outside_page", page=self.page + 1)
        across, up = zip(*(self._point(*low), self._point(*high)), strict=True)
        return min(across), min(up), max(across), max(up)

    def _point(self, across: float, up: float) -> tuple[float, float]:
        left, bottom, right, top = self.seen
        return {
            0: (left + across, bottom + up),
            90: (right - up, bottom + across),
            180: (right - across, top - up),
            270: (left + up, top - across),
        }[self.turned]

    def place(self, rectangle: Rectangle) -> StampPlace:
        """Return a rectangle in the page's coordinates as a place."""
        left, bottom, right, top = self.seen
        across, up, across_end, up_end = {
            0: (rectangle[0] - left, rectangle[1] - bottom, rectangle[2] - left, rectangle[3] - bottom),
            90: (rectangle[1] - bottom, right - rectangle[2], rectangle[3] - bottom, right - rectangle[0]),
            180: (right - rectangle[2], top - rectangle[3], right - rectangle[0], top - rectangle[1]),
            270: (top - rectangle[3], rectangle[0] - left, top - rectangle[1], rectangle[2] - left),
        }[self.turned]
        return StampPlace(
            page=self.page,
            left_mm=across / POINTS_PER_MM,
            bottom_mm=up / POINTS_PER_MM,
            width_mm=(across_end - across) / POINTS_PER_MM,
            height_mm=(up_end - up) / POINTS_PER_MM,
        )

    def turning(self, width: float, height: float) -> tuple[float, ...]:
        """Return the matrix that puts an upright drawing into a box of this page.

        Args:
            width: Of the box in the page's coordinates, points.
            height: The same.
        """
        shift = {0: (0.0, 0.0), 90: (width, 0.0), 180: (width, height), 270: (0.0, height)}[self.turned]
        return (*_TURNS[self.turned], *shift)


def count_pages(document: PdfHandler) -> int:
    """Return how many pages a document says it has."""
    return int(document.root["/Pages"]["/Count"])


def page_frame(document: PdfHandler, page: int) -> PageFrame:
    """Read the frame of a page.

    Raises:
        UserError: ``stamp_outside_page`` when there is no such page.
        PdfError: The page tree is broken.
    """
    if not 0 <= page < count_pages(document):
        raise UserError("stamp_outside_page", page=page + 1)
    return frame_of(document.find_page_for_modification(page)[0].get_object(), page)


def frame_of(dictionary: DictionaryObject, page: int) -> PageFrame:
    """Read the frame from a page's dictionary.

    Raises:
        PdfError: It has no usable box.
    """
    box = _inherited(dictionary, "/CropBox") or _inherited(dictionary, "/MediaBox")
    try:
        numbers = [float(number) for number in box]
        left, right = sorted((numbers[0], numbers[2]))
        bottom, top = sorted((numbers[1], numbers[3]))
        turned = int(_inherited(dictionary, "/Rotate") or 0) % 360
    except (TypeError, ValueError, IndexError) as error:
        raise PdfError("a page without a usable box") from error
    return PageFrame(page, (left, bottom, right, top), turned if turned in _TURNS else 0)


def _inherited(dictionary: DictionaryObject, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    """Look a page attribute up in the page and its ancestors."""
    node = dictionary
    for _ in range(_DEEPEST):
        if name in node:
            return node[name]
        if "/Parent" not in node:
            return None
        node = node["/Parent"]
    raise PdfError("the page tree is too deep")
