"""A card in the middle of the window, that scrolls where text is large and the window small."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_L
from desktop.ui.widgets.areas import scrolled


class Card(QFrame):
    """Be as wide as its text size asks for, also when that is changed while it is shown."""

    def __init__(self, theme: Theme, width_px: int) -> None:
        """Take the width.

        Args:
            theme: The look.
            width_px: Greatest width at 100 % of text.
        """
        super().__init__()
        self._theme, self._width_px = theme, width_px
        self.setProperty("class", "card")
        theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setMaximumWidth(self._theme.scaled(self._width_px))


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
    area = scrolled(inner, scrolls_across=True)
    outer = QVBoxLayout(owner)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)
