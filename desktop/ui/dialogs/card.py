"""A card in the middle of the window, that scrolls where text is large and the window small."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.tokens import SPACE_L


def centre_card(owner: QWidget, card: QFrame) -> None:
    """Lay a card out in the middle of its owner, a little above the centre.

    Args:
        owner: A widget without a layout.
        card: The card; its maximum width is respected.
    """
    inner = QWidget()
    inner.setProperty("class", "scrolled")
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(card, 4)
    row.addStretch(1)
    column = QVBoxLayout(inner)
    column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
    column.addStretch(1)
    column.addLayout(row)
    column.addStretch(2)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    outer = QVBoxLayout(owner)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)
