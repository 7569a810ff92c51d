"""The preview of a paper: the PDF itself, drawn on lane io at the pixel ratio of the screen."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.ui.kit import Kit
from desktop.ui.pdf_pages import MM_PER_INCH, draw_page, page_sizes
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

_REST_MS: Final = 120
_LEAST_PX: Final = 160
_FIRST_PX: Final = QSize(420, 560)
#: A small paper is not blown up beyond this.
_MOST_DPI: Final = 144


def draw_pages(pdf: bytes, width_px: int, ratio: float) -> list[QImage]:
    """Draw every page as wide as the room. Threads: lane io."""
    pictures = []
    for at, size in enumerate(page_sizes(pdf)):
        dpi = min(width_px / (size.width_mm / MM_PER_INCH), _MOST_DPI) * ratio
        picture = draw_page(pdf, at, dpi)
        picture.setDevicePixelRatio(ratio)
        pictures.append(picture)
    return pictures


class PdfPreview(QScrollArea):
    """Show a PDF page below page; Page Up and Page Down scroll.

    Signals:
        drawn(): The pages are on the screen.
    """

    drawn = Signal()

    def __init__(
        self,
        kit: Kit,
        *,
        draw: Callable[[bytes, int, float], list[QImage]] = draw_pages,
        name: str = "pdfPreview",
        parent: QWidget | None = None,
    ) -> None:
        """Begin empty.

        Args:
            kit: The tools.
            draw: Draws every page for a width in pixels and a pixel ratio, on lane io.
            name: Object name.
            parent: Parent widget.
        """
        super().__init__(parent)
        self._kit = kit
        self._draw_pages = draw
        self._pdf = b""
        self._drawn_px = 0
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name_it(self, name, tr("Xem trước tờ in"))
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        self._column.setSpacing(SPACE_M)
        self.setWidget(inner)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._draw)

    def show_pdf(self, pdf: bytes) -> None:
        """Show a PDF."""
        self._pdf = pdf
        self._draw()

    def clear(self) -> None:
        """Show nothing; a drawing on its way is dropped."""
        self._pdf = b""
        self._rest.stop()
        self._replace([])

    def page_count(self) -> int:
        """Return how many pages are drawn."""
        return len(self._labels())

    def sizeHint(self) -> QSize:
        """Ask for room for a page."""
        return _FIRST_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw again once the size rests."""
        super().resizeEvent(event)
        if self._pdf and self._room_px() != self._drawn_px:
            self._rest.start()

    def _room_px(self) -> int:
        return max(self.viewport().width() - 2 * SPACE_M, _LEAST_PX)

    def _draw(self) -> None:
        if not self._pdf:
            return
        self._drawn_px = self._room_px()
        work = partial(self._draw_pages, self._pdf, self._drawn_px, self.devicePixelRatioF())
        self._kit.tasks.run("io", work, self._show, self._fail, owner=self, latest="pdf")

    def _show(self, pictures: list[QImage]) -> None:
        if not self._pdf:
            return
        labels: list[QWidget] = []
        for at, picture in enumerate(pictures):
            label = QLabel()
            label.setPixmap(QPixmap.fromImage(picture))
            label.setFrameShape(QFrame.Shape.Box)
            label.setSizePolicy(label.sizePolicy().Policy.Fixed, label.sizePolicy().Policy.Fixed)
            name_it(label, f"pdfPage{at + 1}", tr("Trang {page}", page=at + 1))
            labels.append(label)
        self._replace(labels)
        self.drawn.emit()

    def _fail(self, error: AppError) -> None:
        self._replace([Muted(self._kit.words.error(error))])

    def _labels(self) -> list[QWidget]:
        widgets = (self._column.itemAt(at).widget() for at in range(self._column.count()))
        return [widget for widget in widgets if widget is not None and widget.objectName().startswith("pdfPage")]

    def _replace(self, widgets: list[QWidget]) -> None:
        while self._column.count():
            old = self._column.takeAt(0).widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for widget in widgets:
            self._column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(1)
