"""The head of a page: its title, and a subtitle beside it or, where it would break there, below it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.ui.tokens import SPACE_M, SPACE_XS
from desktop.ui.widgets.labels import Muted, text_label


class PageHead(QWidget):
    """Show title and subtitle of a page.

    Attributes:
        subtitle: What is said beside the title.
    """

    def __init__(self, title: str) -> None:
        """Say nothing beside the title yet."""
        super().__init__()
        self._title = text_label(title, "title")
        self.subtitle = Muted()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_M)
        self._row.addWidget(self._title, 0, Qt.AlignmentFlag.AlignBottom)
        self._row.addWidget(self.subtitle, 1, Qt.AlignmentFlag.AlignBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Look again where the subtitle fits."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Look again when a text or its size has changed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        words_px = self.subtitle.fontMetrics().horizontalAdvance(self.subtitle.text())
        is_narrow = self._title.sizeHint().width() + SPACE_M + words_px > self.width()
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if direction is not self._row.direction():
            self._row.setDirection(direction)
            self._row.setSpacing(SPACE_XS if is_narrow else SPACE_M)
