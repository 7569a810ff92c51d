"""The left rail: icon and word of every page the user may use."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.ui.pages.base import PageSpec
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.labels import KeyHint
from desktop.ui.words import tr

_HINT_PX = 44
#: Longer keys would make the rail wider; they stand in its tips and in the overlay of all keys.
_LONGEST_CHIP = 3


class RailItem(QPushButton):
    """Stand for one page."""

    def __init__(self, theme: Theme, spec: PageSpec) -> None:
        """Take the page."""
        super().__init__(f" {spec.title}")
        self._theme = theme
        self._spec = spec
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("class", "railitem")
        tip = tr("{page} ({key})", page=spec.title, key=spec.shortcut) if spec.shortcut else spec.title
        name_it(self, spec.name_id, spec.title, tr("Mở trang {page}", page=tip))
        self._hint = KeyHint(spec.shortcut, self)
        self._hint.setVisible(self._has_chip())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, SPACE_S, 0)
        row.addStretch(1)
        row.addWidget(self._hint)
        theme.changed.connect(self.draw)
        self.toggled.connect(self.draw)
        self.draw()

    @property
    def spec(self) -> PageSpec:
        """Return the page it stands for."""
        return self._spec

    def set_compact(self, is_compact: bool) -> None:
        """Leave the key chip out where room is short."""
        self._hint.setVisible(self._has_chip() and not is_compact)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Leave room for the key chip behind the word."""
        hint = super().sizeHint()
        bold_px = self._theme.scaled(SPACE_S)
        room_px = self._theme.scaled(_HINT_PX) if not self._hint.isHidden() else 0
        return QSize(hint.width() + room_px + bold_px, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Never cut the word."""
        return self.sizeHint()

    def draw(self) -> None:
        """Draw the icon in the colour of the state."""
        self.setIcon(self._theme.icon(self._spec.icon, Role.ON_ACCENT_SOFT if self.isChecked() else Role.TEXT))
        self.setIconSize(self._theme.icon_size())

    def _has_chip(self) -> bool:
        return 0 < len(self._spec.shortcut) <= _LONGEST_CHIP


class Rail(QFrame):
    """Choose a page.

    Signals:
        wanted(str): Key of the page.
    """

    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._items: dict[str, RailItem] = {}
        self._is_compact = False
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._group.buttonClicked.connect(self._clicked)
        self.setProperty("class", "rail")
        name_it(self, "rail", tr("Các trang"))
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._area = scrolled(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._area)
        theme.changed.connect(self._fit)

    def set_pages(self, specs: Sequence[PageSpec]) -> None:
        """Offer these pages."""
        for item in self._items.values():
            self._group.removeButton(item)
            self._column.removeWidget(item)
            item.hide()
            item.deleteLater()
        self._items = {spec.key: RailItem(self._theme, spec) for spec in specs}
        for at, item in enumerate(self._items.values()):
            item.set_compact(self._is_compact)
            self._group.addButton(item)
            self._column.insertWidget(at, item)
        self._fit()

    def keys(self) -> tuple[str, ...]:
        """Return the pages offered, in order."""
        return tuple(self._items)

    def item(self, key: str) -> RailItem:
        """Return the item of a page."""
        return self._items[key]

    def set_current(self, key: str) -> None:
        """Mark a page and bring its item into view."""
        item = self._items.get(key)
        if item is not None:
            item.setChecked(True)
            self._area.ensureWidgetVisible(item)

    def set_compact(self, is_compact: bool) -> None:
        """Leave the key chips out."""
        if is_compact == self._is_compact:
            return
        self._is_compact = is_compact
        for item in self._items.values():
            item.set_compact(is_compact)
        self._fit()

    def _fit(self) -> None:
        widths = [item.sizeHint().width() for item in self._items.values()]
        self.setFixedWidth(max(widths, default=0) + self._area.verticalScrollBar().sizeHint().width())

    def _clicked(self, item: RailItem) -> None:
        self.wanted.emit(item.spec.key)
