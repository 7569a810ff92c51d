"""Printers of this PC. Every call may take seconds (a dead network printer), so all of it runs on lane io."""

import logging
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.domain.errors import EnvironmentProblem
from desktop.ui.pdf_pages import MM_PER_INCH, PageSize, draw_page, page_sizes

log = logging.getLogger(__name__)

#: Above this the picture of a page takes more memory than a small office PC has, and nobody sees the difference.
MAX_RASTER_DPI: Final = 600


class QtPrinters:
    """Print PDF bytes on the printers of the system.

    Threads:
        Lane io only.
    """

    def names(self) -> Sequence[str]:
        """Return the names of all printers, the default one first."""
        default = self.default_name()
        others = sorted(name for name in QPrinterInfo.availablePrinterNames() if name != default)
        return [default, *others] if default else others

    def default_name(self) -> str:
        """Return the name of the default printer, the only one when there is no default, "" when there is none."""
        default = QPrinterInfo.defaultPrinterName()
        if default:
            return default
        names = QPrinterInfo.availablePrinterNames()
        return names[0] if len(names) == 1 else ""

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Print a PDF at its own size in millimetres.

        Args:
            pdf: The PDF.
            printer: Name of the printer.
            paper: Name of the paper, for the log; the size is the PDF's own.
            title: Name of the job: a code, never a person.

        Raises:
            EnvironmentProblem: ``printer_failed`` with the printer; ``pdf_unreadable``.
        """
        info = QPrinterInfo.printerInfo(printer)
        if info.isNull():
            raise EnvironmentProblem("printer_failed", printer=printer)
        device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        device.setDocName(title)
        if not paint_pdf(device, pdf):
            raise EnvironmentProblem("printer_failed", printer=printer)
        log.info("Printed", extra={"paper": paper})


def paint_pdf(device: QPrinter, pdf: bytes) -> bool:
    """Paint every page of a PDF on a printer at its own size.

    The resolution of a printer may change when painting begins (Windows scaling): it is asked afterwards, and every
    length is made from millimetres.

    Args:
        device: The printer; its page size is set from the PDF.
        pdf: The PDF.

    Returns:
        False when the printer does not take it.
    """
    sizes = page_sizes(pdf)
    device.setFullPage(True)
    _set_paper(device, sizes[0])
    painter = QPainter()
    if not painter.begin(device):
        return False
    try:
        for at, size in enumerate(sizes):
            if at:
                _set_paper(device, size)
                if not device.newPage():
                    return False
            _paint_page(painter, device, pdf, at, size)
    finally:
        is_done = painter.end()
    return is_done and device.printerState() not in (QPrinter.PrinterState.Error, QPrinter.PrinterState.Aborted)


def _set_paper(device: QPrinter, size: PageSize) -> None:
    """Set paper and orientation; drivers know upright sizes only."""
    is_wide = size.width_mm > size.height_mm
    short_mm, long_mm = sorted((size.width_mm, size.height_mm))
    paper = QPageSize(QSizeF(short_mm, long_mm), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    turn = QPageLayout.Orientation.Landscape if is_wide else QPageLayout.Orientation.Portrait
    device.setPageLayout(QPageLayout(paper, turn, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter))
    device.setFullPage(True)


def _paint_page(painter: QPainter, device: QPrinter, pdf: bytes, at: int, size: PageSize) -> None:
    """Paint one page from the corner of the paper."""
    dots_per_mm = device.resolution() / MM_PER_INCH
    picture = draw_page(pdf, at, min(device.resolution(), MAX_RASTER_DPI), is_grey=True)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, device.resolution() > MAX_RASTER_DPI)
    painter.drawImage(QRectF(0, 0, size.width_mm * dots_per_mm, size.height_mm * dots_per_mm), picture)
