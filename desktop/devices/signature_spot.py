"""Find where a person signs in a PDF: the blank between title and name, above the last place the name stands."""

from typing import TYPE_CHECKING, Final

from desktop.services.pdfium import PDFIUM_LOCK
from desktop.services.signing_port import StampPlace

if TYPE_CHECKING:
    import pypdfium2

#: Decree 30/2020, annex I leaves about this much between title and name.
WIDTH_MM: Final = 55.0
HEIGHT_MM: Final = 22.0
_ABOVE_NAME_MM: Final = 1.5
_MM_PER_POINT: Final = 25.4 / 72

_Box = tuple[float, float, float, float]


def find_signature_place(pdf: bytes, name: str) -> StampPlace | None:
    """Return the place above the last line that holds a name.

    Args:
        pdf: The document.
        name: As it is printed under the signature.

    Returns:
        None when no upright page holds the name as text (a scan, letters of an old font).

    Threads:
        Lane io.
    """
    import pypdfium2  # noqa: PLC0415 - slow to load

    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return None
        try:
            for number in reversed(range(len(document))):
                place = _on_page(document[number], number, name)
                if place is not None:
                    return place
            return None
        finally:
            document.close()


def _on_page(page: "pypdfium2.PdfPage", number: int, name: str) -> StampPlace | None:
    if page.get_rotation():
        return None
    text = page.get_textpage()
    box = _last_box(text, name)
    text.close()
    if box is None:
        return None
    left, bottom, right, top = (side * _MM_PER_POINT for side in page.get_cropbox())
    middle = (box[0] + box[2]) / 2 * _MM_PER_POINT - left
    above = box[3] * _MM_PER_POINT - bottom + _ABOVE_NAME_MM
    return StampPlace(
        page=number,
        left_mm=min(max(middle - WIDTH_MM / 2, 0.0), max(right - left - WIDTH_MM, 0.0)),
        bottom_mm=min(above, max(top - bottom - HEIGHT_MM, 0.0)),
        width_mm=WIDTH_MM,
        height_mm=HEIGHT_MM,
    )


def _last_box(text: "pypdfium2.PdfTextPage", name: str) -> _Box | None:
    """Return the rectangle of the lowest place of a name on a page, in points."""
    if not name.strip():
        return None
    boxes: list[_Box] = []
    search = text.search(name, match_case=False)
    while (found := search.get_next()) is not None:
        start, length = found
        boxes += [text.get_rect(at) for at in range(text.count_rects(start, length))]
    search.close()
    return min(boxes, key=lambda box: box[1], default=None)
