"""Texts with a meaning: heads, tags, key chips, icons, and what an empty list says."""

from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.theme import Role, Theme, name_it, set_class
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS


class TagKind(StrEnum):
    """Name a state that is shown by icon, word and colour together."""

    PLAIN = "plain"
    DUE = "due"
    SOON = "soon"
    LATE = "late"
    OK = "ok"


TAG_ICONS: Final[dict[TagKind, str]] = {
    TagKind.PLAIN: "info",
    TagKind.DUE: "clock",
    TagKind.SOON: "warning",
    TagKind.LATE: "late",
    TagKind.OK: "check",
}

_TAG_ROLES: Final[dict[TagKind, Role]] = {
    TagKind.PLAIN: Role.TEXT,
    TagKind.DUE: Role.DUE,
    TagKind.SOON: Role.SOON,
    TagKind.LATE: Role.LATE,
    TagKind.OK: Role.OK,
}

_EMPTY_ICON_PX: Final = 48
#: From here on the words need the room.
_NO_ICON_PERCENT: Final = 175
_LEAST_LINES: Final = 3
_LEAST_NAME_PX: Final = 60
#: A beginning that is shorter says nothing.
_LEAST_CHARS: Final = 8


def text_label(text: str, classes: str = "", *, wraps: bool = False) -> QLabel:
    """Return a label of plain text in QSS classes."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if classes:
        label.setProperty("class", classes)
    return label


class Muted(QLabel):
    """Show a text of the second rank."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Wrap long text."""
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setProperty("class", "muted")


class SectionHeader(QLabel):
    """Head a section of a page."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        """Take the text."""
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("class", "section")


class IconLabel(QLabel):
    """Show an icon that follows the theme and the pixel ratio of its screen."""

    def __init__(
        self,
        theme: Theme,
        name: str,
        role: Role | str = Role.TEXT,
        size_px: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Take the icon; without a size it is as large as an icon beside text."""
        super().__init__(parent)
        self._theme = theme
        self._name = name
        self._role = Role(role)
        self._size_px = size_px
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, name: str, role: Role | str) -> None:
        """Show another icon."""
        self._name = name
        self._role = Role(role)
        self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw for the screen it is on."""
        self._draw()
        super().showEvent(event)

    def _draw(self) -> None:
        size_px = self._theme.icon_size().width() if self._size_px is None else self._theme.scaled(self._size_px)
        self.setPixmap(self._theme.pixmap(self._name, self._role, size_px, self.devicePixelRatioF()))
        self.setFixedSize(QSize(size_px, size_px))


class Tag(QFrame):
    """Show a state by icon, word and colour."""

    def __init__(
        self, theme: Theme, kind: TagKind | str, text: str, *, icon: str = "", parent: QWidget | None = None
    ) -> None:
        """Take the state; its kind has an icon of its own unless another is given."""
        super().__init__(parent)
        self._icon = IconLabel(theme, icon or TAG_ICONS[TagKind(kind)])
        self._text = text_label("")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_S, SPACE_XS, SPACE_S, SPACE_XS)
        row.setSpacing(SPACE_XS)
        row.addWidget(self._icon)
        row.addWidget(self._text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.set_state(kind, text, icon=icon)

    def set_state(self, kind: TagKind | str, text: str, *, icon: str = "") -> None:
        """Show another state."""
        kind = TagKind(kind)
        self._icon.set_icon(icon or TAG_ICONS[kind], _TAG_ROLES[kind])
        self._text.setText(text)
        self.setAccessibleName(text)
        set_class(self, f"tag tag-{kind.value}")

    def text(self) -> str:
        """Return the word."""
        return self._text.text()


class ElidedLabel(QLabel):
    """Show one line, cut with … where room is short; the whole is in its tip."""

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        """Take the text."""
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        """Give way."""
        return QSize(_LEAST_NAME_PX, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint what fits; nothing where that is no word any more."""
        metrics = self.fontMetrics()
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        if text != self.text() and len(text) < _LEAST_CHARS:
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), (self.alignment() | Qt.AlignmentFlag.AlignVCenter).value, text)
        painter.end()


class KeyHint(QLabel):
    """Show the key of an action as a small chip."""

    def __init__(self, keys: str, parent: QWidget | None = None) -> None:
        """Take the keys as Qt writes them: ``Ctrl+Return``."""
        super().__init__(spoken_keys(keys), parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("class", "key")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)


def spoken_keys(keys: str) -> str:
    """Write keys as they stand on the keyboard: ``Ctrl+Return`` is ``Ctrl+Enter``."""
    return keys.replace("Return", "Enter").replace("Escape", "Esc").replace("Space", "Phím cách")


def divider(parent: QWidget | None = None) -> QFrame:
    """Return a thin line."""
    line = QFrame(parent)
    line.setProperty("class", "divider")
    return line


class EmptyState(QWidget):
    """Say why a list is empty and what to do now."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        title: str,
        advice: str,
        action: QPushButton | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Take icon, one line, one sentence of advice and perhaps the button that does it."""
        super().__init__(parent)
        self._theme = theme
        name_it(self, "emptyState", f"{title} {advice}")
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addStretch(1)
        self._icon = IconLabel(theme, icon, Role.MUTED, _EMPTY_ICON_PX)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for text, classes in ((title, "section"), (advice, "muted")):
            label = text_label(text, classes, wraps=True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        if action is not None:
            column.addSpacing(SPACE_L - SPACE_M)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)

    def minimumSizeHint(self) -> QSize:
        """Give way: a list behind it, and a page around it, need not be as high as all it says."""
        return QSize(super().minimumSizeHint().width(), _LEAST_LINES * self.fontMetrics().lineSpacing())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the icon up where it would lie over the words, then the room around them."""
        super().resizeEvent(event)
        width_px, height_px = event.size().width() - 2 * SPACE_XL, event.size().height()
        words_px = sum(label.heightForWidth(width_px) + SPACE_M for label in self.findChildren(QLabel) if label.text())
        needed_px = words_px + self._icon.sizeHint().height() + 2 * SPACE_XL
        self._icon.setVisible(needed_px <= height_px and self._theme.text_percent < _NO_ICON_PERCENT)
        edge_px = SPACE_XL if words_px + 2 * SPACE_XL <= height_px else SPACE_XS
        self._column.setContentsMargins(SPACE_XL, edge_px, SPACE_XL, edge_px)


class ErrorLine(QFrame):
    """Show one error sentence of a page, or nothing at all."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self.setProperty("class", "messagebar")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_S)
        row.addWidget(IconLabel(theme, "warning", Role.LATE), 0, Qt.AlignmentFlag.AlignTop)
        self._text = text_label("", wraps=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._text, 1)
        name_it(self, "pageError", "Lỗi")
        self.hide()

    def text(self) -> str:
        """Return the sentence, "" when there is none."""
        return self._text.text()

    def set_text(self, text: str) -> None:
        """Show a sentence; "" hides the line."""
        self._text.setText(text)
        self.setAccessibleDescription(text)
        self.setVisible(bool(text))
