"""Small parts of the page "Trả kết quả": a check box whose text wraps."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QWidget

from desktop.ui.tokens import SPACE_XS


def check_line(box: QCheckBox, text: str) -> QWidget:
    """Return a check box whose text wraps; Qt's own would push the page wider."""
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
    row.setSpacing(SPACE_XS)
    row.addWidget(box)
    row.addWidget(_Pressable(text, box), 1)
    return line


class _Pressable(QLabel):
    """Be the wrapping text of a check box: a click on it is a click on the box."""

    def __init__(self, text: str, box: QCheckBox) -> None:
        super().__init__(text)
        self._box = box
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Wait for the release, as a button does."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tick or untick."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self._box.click()
