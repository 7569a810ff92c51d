"""Draw the pages of a PDF by PDFium, for preview and for paper alike, so both show the same.

PDFium is not safe for threads: one lock guards every use of it.
"""

from dataclasses import dataclass
from typing import Final

import pypdfium2
from PySide6.QtGui import QImage

from desktop.domain.errors import EnvironmentProblem
from desktop.services.pdfium import PDFIUM_LOCK

POINTS_PER_INCH: Final = 72
MM_PER_INCH: Final = 25.4
#: A0 at 300 dpi; a page that says it is larger is drawn more coarsely, whatever was asked for.
MOST_DOTS: Final = 140_000_000


@dataclass(frozen=True, slots=True)
class PageSize:
    """Tell the size of a page.

    Attributes:
        width_mm: Width in millimetres.
        height_mm: Height in millimetres.
    """

    width_mm: float
    height_mm: float


def page_sizes(pdf: bytes) -> tuple[PageSize, ...]:
    """Return the size of every page.

    Raises:
        EnvironmentProblem: ``pdf_unreadable``.

    Threads:
        Any.
    """
    with PDFIUM_LOCK:
        document = _open(pdf)
        try:
            to_mm = MM_PER_INCH / POINTS_PER_INCH
            sizes = (document.get_page_size(at) for at in range(len(document)))
            return tuple(PageSize(width * to_mm, height * to_mm) for width, height in sizes)
        finally:
            document.close()


def draw_page(pdf: bytes, page: int, dpi: float, *, is_grey: bool = False) -> QImage:
    """Draw a page.

    Args:
        pdf: The PDF.
        page: Number of the page, from 0.
        dpi: Dots per inch.
        is_grey: One byte per dot instead of four, for paper.

    Returns:
        A picture that owns its memory.

    Raises:
        EnvironmentProblem: ``pdf_unreadable``.

    Threads:
        Any; slow, so never the UI thread.
    """
    with PDFIUM_LOCK:
        document = _open(pdf)
        try:
            width, height = document.get_page_size(page)
            fits = (MOST_DOTS / max(width * height, 1.0)) ** 0.5
            bitmap = document[page].render(scale=min(dpi / POINTS_PER_INCH, fits), grayscale=is_grey, prefer_bgrx=True)
            form = QImage.Format.Format_Grayscale8 if is_grey else QImage.Format.Format_RGB32
            picture = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, form).copy()
            bitmap.close()
            return picture
        finally:
            document.close()


def _open(pdf: bytes) -> "pypdfium2.PdfDocument":
    """Open a PDF from memory."""
    try:
        return pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise EnvironmentProblem("pdf_unreadable") from error
