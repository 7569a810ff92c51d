"""What a user sees once he is in: rail, top bar, the page, help beside it, one status line."""

from collections.abc import Sequence
from datetime import time

import shiboken6
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.bars import MessageBar, StatusLine, TrainingBanner
from desktop.ui.dialogs.keys import HintGroup, KeysOverlay
from desktop.ui.dialogs.ports import Session
from desktop.ui.help_pane import HelpPane
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page, PageSpec, ShortcutHint
from desktop.ui.rail import Rail
from desktop.ui.theme import name_it
from desktop.ui.topbar import ROOMY_PX, TopBar
from desktop.ui.words import tr

_HELP_SHARE = 340
#: Below this width, at 100 % of text, the help lies over the page: beside it, fields would be cut.
_HELP_BESIDE_PX = 800


class Workplace(QWidget):
    """Show pages and go between them.

    Attributes:
        top: The top bar.
        rail: The pages.
        status: The status line.
        messages: The message bar.
        help: The help pane.

    Signals:
        searched(str): Enter was pressed in the scan-and-search box.
        lock_wanted(): F12.
    """

    searched = Signal(str)
    lock_wanted = Signal()

    def __init__(self, kit: Kit, *, is_training: bool, parent: QWidget | None = None) -> None:
        """Build it without a page."""
        super().__init__(parent)
        self._kit = kit
        self._specs: dict[str, PageSpec] = {}
        self._pages: dict[str, Page] = {}
        self._trail: list[str] = []
        self._bar: QWidget | None = None
        self._before_help: QWidget | None = None
        self._page_keys: list[QShortcut] = []
        self.setProperty("class", "window")
        name_it(self, "workplace", tr("Nơi làm việc"))
        self.top = TopBar(kit.theme, kit.now)
        self.rail = Rail(kit.theme)
        self.status = StatusLine(kit.theme, kit.now)
        self.messages = MessageBar(kit.theme)
        self.help = HelpPane(kit.theme)
        self._stack = QStackedWidget()
        self._place(is_training=is_training)
        self._connect()
        self._bind_keys()

    def begin(self, session: Session, specs: Sequence[PageSpec]) -> None:
        """Offer a user his pages and show the first one."""
        self.end()
        self._specs = {spec.key: spec for spec in specs if spec.allowed(session.roles)}
        self.top.set_session(session)
        self.rail.set_pages(tuple(self._specs.values()))
        for spec in self._specs.values():
            if spec.shortcut:
                key = QShortcut(QKeySequence(spec.shortcut), self)
                key.setProperty("page", spec.key)
                key.activated.connect(self._page_by_key)
                self._page_keys.append(key)
        self.top.clock.start()
        if self._specs:
            self.show_page(next(iter(self._specs)))

    def end(self) -> None:
        """Take every page away; drafts are the pages' own care."""
        self.top.clock.stop()
        self.top.search.clear()
        self.top.set_session(None)
        self.messages.clear()
        self.status.say("")
        for key in self._page_keys:
            key.deleteLater()
        self._page_keys.clear()
        for page in self._pages.values():
            self._stack.removeWidget(page)
            page.hide()
            page.deleteLater()
        self._pages.clear()
        self._trail.clear()
        self._specs = {}

    def page(self) -> Page | None:
        """Return the page in front."""
        widget = self._stack.currentWidget()
        return widget if isinstance(widget, Page) else None

    def has_page(self, key: str) -> bool:
        """Tell whether the user may see a page."""
        return key in self._specs

    def get_page(self, key: str) -> Page:
        """Return a page, made now when it is first wanted."""
        found = self._pages.get(key)
        if found is None:
            found = self._specs[key].factory(self._kit)
            found.page_wanted.connect(self.show_page)
            self._pages[key] = found
            self._stack.addWidget(found)
        return found

    def show_page(self, key: str, item: object = None) -> bool:
        """Bring a page to the front.

        Args:
            key: Key of the page.
            item: What to open there.

        Returns:
            False when the user may not see it, the page in front must not be left, or it cannot open the item.
        """
        if key not in self._specs:
            return False
        before = self.page()
        if before is not None and before.key != key:
            if not before.can_leave():
                self.rail.set_current(before.key)
                return False
            self._trail.append(before.key)
        page = self.get_page(key)
        if self._stack.currentWidget() is not page or not page.isVisible():
            self._stack.setCurrentWidget(page)
        self.rail.set_current(key)
        if self._middle.isHidden():
            self._turn_help(is_shown=False)  # it lay over the page
        elif self.help.isVisible():
            self.help.show_topic(key)
        page.shown()
        return True if item is None else page.open_item(item)

    def go_back(self) -> None:
        """Go one step back (Esc): out of the search box, inside the page, to the page before."""
        page = self.page()
        if self.top.search.hasFocus() and page is not None:
            page.shown()
            return
        if page is not None and page.go_back():
            return
        if self.help.isVisible():
            self.toggle_help()
            return
        while self._trail:
            key = self._trail.pop()
            if key in self._specs and (page is None or key != page.key):
                length = len(self._trail)
                self.show_page(key)
                del self._trail[length:]
                return

    def toggle_help(self) -> None:
        """Open or close the help of this page (F1)."""
        page = self.page()
        if self.help.isVisible() or page is None:
            reader = self.window().focusWidget()
            self._turn_help(is_shown=False)
            if page is not None and (reader is None or self.help.isAncestorOf(reader)):
                before = self._before_help
                is_there = before is not None and shiboken6.isValid(before) and before.isVisible()
                (before if before is not None and is_there else page).setFocus()
            return
        self._before_help = self.window().focusWidget()
        self.help.show_topic(page.key)
        self._turn_help(is_shown=True)

    def show_keys(self) -> KeysOverlay:
        """Show every key (Ctrl+/)."""
        overlay = KeysOverlay(self._kit.theme, self.hint_groups(), self.window())
        overlay.open()
        return overlay

    def hint_groups(self) -> tuple[HintGroup, ...]:
        """Return every key that works now."""
        page = self.page()
        everywhere = (
            ShortcutHint("Ctrl+K", tr("Quét hoặc tìm (cũng là F3)")),
            ShortcutHint("F1", tr("Trợ giúp của màn hình này")),
            ShortcutHint("Shift+F1", tr("Sách hướng dẫn, đúng chỗ")),
            ShortcutHint("Ctrl+/", tr("Danh sách phím tắt")),
            ShortcutHint("Esc", tr("Quay lại, không mất chữ đã gõ")),
            ShortcutHint("Enter", tr("Sang ô tiếp theo")),
            ShortcutHint("Ctrl+Enter", tr("Hoàn tất")),
            ShortcutHint("Alt+1…9", tr("Chọn trong danh sách ngắn")),
            ShortcutHint("F12", tr("Khóa máy")),
            ShortcutHint("Ctrl++", tr("Chữ to hơn")),
            ShortcutHint("Ctrl+-", tr("Chữ nhỏ hơn")),
        )
        pages = tuple(ShortcutHint(s.shortcut, s.title) for s in self._specs.values() if s.shortcut)
        own = tuple(page.shortcuts()) if page is not None else ()
        return (
            HintGroup(page.title if page is not None else "", own),
            HintGroup(tr("Các trang"), pages),
            HintGroup(tr("Mọi nơi"), everywhere),
        )

    def set_cut_off(self, cut_off: time | None) -> None:
        """Take the hour after which a promise begins the next working day."""
        self.top.clock.set_cut_off(cut_off)

    def place_bar(self, bar: QWidget) -> None:
        """Put a bar above the status line, in place of the one before."""
        if self._bar is not None:
            self._bar.hide()
            self._bar.deleteLater()
        self._bar = bar
        self._outer.insertWidget(self._outer.count() - 1, bar)

    def focus_search(self) -> None:
        """Go to the scan-and-search box (Ctrl+K, F3)."""
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give way where room is short."""
        super().resizeEvent(event)
        self._fit()

    def _turn_help(self, *, is_shown: bool) -> None:
        self.help.setVisible(is_shown)
        self._fit()
        if self._middle.isHidden():
            self.help.browser.setFocus()

    def _fit(self) -> None:
        self.top.fit(self.width())
        width_px = self.width() * 100 // self._kit.theme.text_percent
        self.rail.set_compact(width_px < ROOMY_PX)
        self._middle.setVisible(self.help.isHidden() or width_px >= _HELP_BESIDE_PX)

    def _place(self, *, is_training: bool) -> None:
        self._middle = QWidget()
        column = QVBoxLayout(self._middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self._stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._middle)
        splitter.addWidget(self.help)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([3 * _HELP_SHARE, _HELP_SHARE])
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(splitter, 1)
        self._outer = outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if is_training:
            outer.addWidget(TrainingBanner(self._kit.theme))
        outer.addWidget(self.top)
        outer.addLayout(row, 1)
        outer.addWidget(self.status)

    def _connect(self) -> None:
        self.rail.wanted.connect(self.show_page)
        self.top.search.entered.connect(self._search)
        self.top.help_button.clicked.connect(self.toggle_help)
        self.top.lock_button.clicked.connect(self.lock_wanted)
        self.help.closed.connect(self.toggle_help)
        self._kit.notices.said.connect(self.status.say)
        self._kit.notices.failed.connect(self.messages.show_notice)
        self._kit.notices.cleared.connect(self.messages.clear)
        self._kit.tasks.slow.connect(self.status.set_busy)
        self._kit.theme.changed.connect(self._fit)

    def _bind_keys(self) -> None:
        for keys, slot in (
            ("F1", self.toggle_help),
            ("Ctrl+K", self.focus_search),
            ("F3", self.focus_search),
            ("Ctrl+/", self.show_keys),
            ("Escape", self.go_back),
            ("F12", self.lock_wanted.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    def _search(self) -> None:
        text = self.top.search.value()
        if text:
            self.searched.emit(text)

    def _page_by_key(self) -> None:
        self.show_page(str(self.sender().property("page")))
