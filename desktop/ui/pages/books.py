"""The page "Sổ và thu phí": today's takings and their sheet; registers and reports as files; closing a year."""

from collections.abc import Sequence
from typing import Final, Protocol

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar

from desktop.domain.users import Action, User, may
from desktop.services.changes import Kind
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.books_cash import CashView
from desktop.ui.pages.books_export import ExportView
from desktop.ui.theme import name_it
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

CASH, FILES = "cash", "files"
#: Key, title, keys and what lets a user see it.
_SIDES: Final = (
    (CASH, QT_TRANSLATE_NOOP(CONTEXT, "Thu trong ngày"), "Alt+T", (Action.COUNT_CASH, Action.EXPORT_REGISTER)),
    (FILES, QT_TRANSLATE_NOOP(CONTEXT, "Sổ theo dõi, báo cáo"), "Alt+S", (Action.EXPORT_REGISTER,)),
)
#: Whoever may do any of these sees the page.
ACTIONS: Final = (Action.COUNT_CASH, Action.EXPORT_REGISTER)


class Side(Protocol):
    """Be one side of the page; it is a widget."""

    def refresh(self) -> None:
        """Read what it shows again."""
        ...

    def focus(self) -> None:
        """Give the keys to where the work begins."""
        ...


class BooksPage(Page):
    """Show the sides a user's roles allow.

    Attributes:
        sides: By key, in the order of the tabs.

    Signals:
        sheet_ready(object): PrintJob of a cash sheet.
    """

    sheet_ready = Signal(object)
    reads_after = frozenset({Kind.DOSSIER, Kind.BOOK})

    def __init__(self, kit: Kit, desk: Desk, actor: User, folder: str = "") -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who works.
            folder: Where files go unless another folder is chosen; "" for the user's documents.
        """
        super().__init__(kit, key="books", title=tr("Sổ và thu phí"), scrolls=False)
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        name_it(self._tabs, "booksTabs", tr("Các mục của sổ"), tr("Mũi tên trái phải để chuyển"))
        self._stack = QStackedWidget()
        self.sides: dict[str, CashView | ExportView] = {}
        for key, words, keys, actions in _SIDES:
            if not any(may(actor.roles, action) for action in actions):
                continue
            side = CashView(self, desk, actor) if key == CASH else ExportView(self, desk, actor, folder)
            self.sides[key] = side
            self._stack.addWidget(side)
            self._tabs.addTab(tr("{title}  ({key})", title=tr(words), key=keys))
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setProperty("side", key)
            shortcut.activated.connect(self._side_by_key)
        self.body.addWidget(self._tabs)
        self._tabs.setVisible(len(self.sides) > 1)
        self.body.addWidget(self._stack, 1)
        self._tabs.currentChanged.connect(self._tab_changed)
        cash = self.sides.get(CASH)
        if isinstance(cash, CashView):
            cash.sheet_ready.connect(self.sheet_ready)

    def go_to(self, key: str) -> None:
        """Bring a side to the front and give it the keys."""
        at = tuple(self.sides).index(key)
        self.clear_error()
        self._stack.setCurrentIndex(at)
        self._tabs.setCurrentIndex(at)
        self.sides[key].refresh()
        self.sides[key].focus()

    def shown(self) -> None:
        """Read the side in front and give it the keys."""
        self.go_to(tuple(self.sides)[self._stack.currentIndex()])

    def go_back(self) -> bool:
        """Take an error away."""
        if self.error_text():
            self.clear_error()
            return True
        return False

    def reload(self) -> None:
        """Read the takings again: money or sheets moved."""
        super().reload()
        if CASH in self.sides:
            self.sides[CASH].refresh()

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys of this page."""
        sides = [ShortcutHint(keys, tr(words)) for key, words, keys, _ in _SIDES if key in self.sides]
        return (
            *sides,
            ShortcutHint("Ctrl+Return", tr("Khóa ngày và in bảng kê, hoặc xuất tệp")),
            ShortcutHint("Ctrl+P", tr("In lại bảng kê đang chọn")),
        )

    def _side_by_key(self) -> None:
        self.go_to(str(self.sender().property("side")))

    def _tab_changed(self, at: int) -> None:
        """Show the side without taking the focus from the tabs: arrows go on."""
        if at != self._stack.currentIndex():
            self._stack.setCurrentIndex(at)
            self.sides[tuple(self.sides)[at]].refresh()
