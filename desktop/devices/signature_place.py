"""Find where the person's signature belongs on a paper: between title and name, as Decree 30/2020 has it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from desktop.services.pdfium import PDFIUM_LOCK
from desktop.services.signing_port import StampPlace

if TYPE_CHECKING:
    import pypdfium2

_POINTS_PER_MM: Final = 72 / 25.4

#: Room that forms leave for a signature when no title is found above the name.
_USUAL_HEIGHT_MM: Final = 24.0
_LEAST_HEIGHT_MM: Final = 8.0
_WIDTH_MM: Final = 50.0
_GAP_MM: Final = 1.0

#: A title farther above the name, or farther aside, belongs to another signature.
_FARTHEST_MM: Final = 70.0

Rectangle = tuple[float, float, float, float]


def find_signature_place(pdf: bytes, name: str, title: str = "") -> StampPlace | None:
    """Return the room above the last place where a name stands, below its title when that is there.

    Args:
        pdf: A document with text, not a scan.
        name: The signer's name as printed.
        title: The last line of his title as printed, such as "CHỦ TỊCH".

    Returns:
        None when the name is not found, the page is turned, or there is no room: then a person must say where.

    Threads:
        Any.
    """
    import pypdfium2  # noqa: PLC0415 - slow to load

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return None
        try:
            for number in reversed(range(len(document))):
                page = document[number]
                if names := list(_rectangles(page, name)):
                    return (
                        None if page.get_rotation() else _room(page, number, names[-1], list(_rectangles(page, title)))
                    )
        finally:
            document.close()
    return None


def _room(page: "pypdfium2.PdfPage", number: int, name: Rectangle, titles: list[Rectangle]) -> StampPlace | None:
    left, bottom, right, _ = page.get_cropbox()
    middle = (name[0] + name[2]) / 2
    width = min(_WIDTH_MM * _POINTS_PER_MM, 2 * (middle - left), 2 * (right - middle))
    low = name[3] + _GAP_MM * _POINTS_PER_MM
    above = [
        each[1] for each in titles if 0 < each[1] - name[3] < _FARTHEST_MM * _POINTS_PER_MM and _is_beside(each, middle)
    ]
    high = min(above) - _GAP_MM * _POINTS_PER_MM if above else low + _USUAL_HEIGHT_MM * _POINTS_PER_MM
    if high - low < _LEAST_HEIGHT_MM * _POINTS_PER_MM:
        return None
    return StampPlace(
        page=number,
        left_mm=(middle - width / 2 - left) / _POINTS_PER_MM,
        bottom_mm=(low - bottom) / _POINTS_PER_MM,
        width_mm=width / _POINTS_PER_MM,
        height_mm=(high - low) / _POINTS_PER_MM,
    )


def _is_beside(title: Rectangle, middle: float) -> bool:
    return title[0] - _WIDTH_MM <= middle <= title[2] + _WIDTH_MM


def _rectangles(page: "pypdfium2.PdfPage", words: str) -> Iterator[Rectangle]:
    """Find words on a page: left, bottom, right, top of each place in points."""
    if not words.strip():
        return
    text = page.get_textpage()
    searcher = text.search(words, match_case=True, match_whole_word=False)
    while found := searcher.get_next():
        first, count = found
        boxes = [text.get_charbox(at) for at in range(first, first + count)]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        yield min(lefts), min(bottoms), max(rights), max(tops)
