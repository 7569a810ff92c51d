"""The overlay of every shortcut (Ctrl+/)."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ui.pages.base import ShortcutHint
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import KeyHint, SectionHeader, text_label
from desktop.ui.words import tr

_COLUMNS = 2
_WIDTH_PX = 720
_HEIGHT_PX = 480


@dataclass(frozen=True, slots=True)
class HintGroup:
    """Head some keys.

    Attributes:
        title: "Trang này", "Mọi nơi".
        hints: The keys.
    """

    title: str
    hints: tuple[ShortcutHint, ...]


class KeysOverlay(QDialog):
    """Show every key that works now."""

    def __init__(self, theme: Theme, groups: Sequence[HintGroup], parent: QWidget) -> None:
        """Take the keys; show it by ``open``."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Phím tắt"))
        name_it(self, "keysOverlay", tr("Phím tắt"))
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_M)
        for group in groups:
            if group.hints:
                column.addWidget(SectionHeader(group.title))
                column.addLayout(_grid(group.hints))
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        close = ActionButton(theme, tr("Đóng"), name="closeKeysButton")
        close.clicked.connect(self.close)
        outer = QVBoxLayout(self)
        outer.addWidget(area, 1)
        outer.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = parent.size()
        self.resize(
            min(theme.scaled(_WIDTH_PX), room.width() - SPACE_XL),
            min(theme.scaled(_HEIGHT_PX), room.height() - SPACE_XL),
        )
        close.setFocus()


def _grid(hints: Sequence[ShortcutHint]) -> QGridLayout:
    """Return keys and words in columns."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(SPACE_S)
    grid.setVerticalSpacing(SPACE_S)
    rows = -(-len(hints) // _COLUMNS)
    for at, hint in enumerate(hints):
        row, column = at % rows, at // rows * 2
        grid.addWidget(KeyHint(hint.keys), row, column, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(text_label(hint.text, wraps=True), row, column + 1)
    for column in range(_COLUMNS):
        grid.setColumnStretch(2 * column + 1, 1)
    return grid
