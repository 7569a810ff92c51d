"""The page "Quản trị": who works here, who signs for whom, what the unit is set to, verify and back up."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.domain.users import Action, User, may
from desktop.services.changes import Kind
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.admin_access import AccessView
from desktop.ui.pages.admin_calendar import CalendarView
from desktop.ui.pages.admin_city import CityView
from desktop.ui.pages.admin_delegations import DelegationsView
from desktop.ui.pages.admin_leftovers import LeftoversView
from desktop.ui.pages.admin_machine import MachineView
from desktop.ui.pages.admin_ports import Caretaker
from desktop.ui.pages.admin_safety import SafetyView
from desktop.ui.pages.admin_two import TwoPeopleView
from desktop.ui.pages.admin_unit import UnitView
from desktop.ui.pages.admin_update import UpdateView
from desktop.ui.pages.admin_upkeep import UpkeepView
from desktop.ui.pages.admin_users import UsersView
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.theme import name_it
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.tabs import KeyedTabs
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

USERS: Final = "users"
DELEGATIONS: Final = "delegations"
LEFTOVERS: Final = "leftovers"
UNIT: Final = "unit"
CALENDAR: Final = "calendar"
CITY: Final = "city"
UPKEEP: Final = "upkeep"
SAFETY: Final = "safety"
MACHINE: Final = "machine"
UPDATE: Final = "update"
ACCESS: Final = "access"
TWO_PEOPLE: Final = "two_people"

#: Key, words, shortcut, any of the actions that show it.
_SIDES: Final = (
    (USERS, QT_TRANSLATE_NOOP(CONTEXT, "Người dùng"), "Alt+N", (Action.MANAGE_USERS,)),
    (
        DELEGATIONS,
        QT_TRANSLATE_NOOP(CONTEXT, "Ủy quyền ký"),
        "Alt+Y",
        (Action.VIEW_DELEGATIONS, Action.MANAGE_DELEGATIONS),
    ),
    (LEFTOVERS, QT_TRANSLATE_NOOP(CONTEXT, "Giao lại hồ sơ"), "Alt+G", (Action.ASSIGN_CUSTODY,)),
    (UNIT, QT_TRANSLATE_NOOP(CONTEXT, "Đơn vị"), "Alt+D", (Action.VIEW_DELEGATIONS, Action.CONFIGURE_UNIT)),
    (
        CALENDAR,
        QT_TRANSLATE_NOOP(CONTEXT, "Lịch nghỉ"),
        "Alt+L",
        (Action.VIEW_DELEGATIONS, Action.CONFIGURE_UNIT),
    ),
    (CITY, QT_TRANSLATE_NOOP(CONTEXT, "Thành phố"), "Alt+T", (Action.CONFIGURE_UNIT,)),
    (SAFETY, QT_TRANSLATE_NOOP(CONTEXT, "An toàn dữ liệu"), "Alt+A", (Action.BACK_UP,)),
    (UPKEEP, QT_TRANSLATE_NOOP(CONTEXT, "Kiểm tra, sao lưu"), "Alt+K", (Action.VERIFY, Action.BACK_UP)),
    (ACCESS, QT_TRANSLATE_NOOP(CONTEXT, "Nhật ký xem"), "Alt+X", (Action.VERIFY,)),
    (TWO_PEOPLE, QT_TRANSLATE_NOOP(CONTEXT, "Việc hai người"), "Alt+V", (Action.VERIFY,)),
    (MACHINE, QT_TRANSLATE_NOOP(CONTEXT, "Máy này"), "Alt+M", (Action.BACK_UP,)),
    (UPDATE, QT_TRANSLATE_NOOP(CONTEXT, "Cập nhật"), "Alt+C", (Action.BACK_UP,)),
)
#: Whoever may do any of these sees the page.
ACTIONS: Final = frozenset(action for *_, actions in _SIDES for action in actions)

_LEAST_LIST_PX: Final = 140

_AnySide = (
    UsersView
    | DelegationsView
    | LeftoversView
    | UnitView
    | CalendarView
    | CityView
    | SafetyView
    | UpkeepView
    | MachineView
    | UpdateView
    | AccessView
    | TwoPeopleView
)


class Side(Protocol):
    """Be one side of the page; it is a widget."""

    def refresh(self) -> None:
        """Read what it shows again."""
        ...

    def focus(self) -> None:
        """Take the keys."""
        ...

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell its keys."""
        ...


class AdminPage(Page):
    """Show the sides a user's roles allow.

    Attributes:
        sides: By key, in the order of the tabs.
    """

    reads_after = frozenset({Kind.USER, Kind.DELEGATION, Kind.UNIT, Kind.DOSSIER})

    def __init__(self, kit: Kit, desk: Desk, actor: User, caretaker: Caretaker) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who looks after the ward.
            caretaker: What concerns this PC rather than the log.
        """
        super().__init__(kit, key="admin", title=tr("Quản trị"), scrolls=False)
        makers: dict[str, Callable[[], _AnySide]] = {
            USERS: lambda: UsersView(self, desk, actor, caretaker),
            DELEGATIONS: lambda: DelegationsView(self, desk, actor),
            LEFTOVERS: lambda: LeftoversView(self, desk, actor),
            UNIT: lambda: UnitView(self, desk),
            CALENDAR: lambda: CalendarView(self, desk, actor),
            CITY: lambda: CityView(self, actor, caretaker),
            UPKEEP: lambda: UpkeepView(self, actor, caretaker),
            ACCESS: lambda: AccessView(self, desk, actor),
            TWO_PEOPLE: lambda: TwoPeopleView(self, desk, actor),
        }
        if (keeper := caretaker.safekeeper) is not None:
            makers[SAFETY] = lambda: SafetyView(self, actor, keeper)
        if (machine := caretaker.machine) is not None:
            makers[MACHINE] = lambda: MachineView(self, actor, machine)
        if (updater := caretaker.updater) is not None:
            makers[UPDATE] = lambda: UpdateView(self, actor, updater)
        self._tabs = KeyedTabs()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        name_it(self._tabs, "adminTabs", tr("Các mục quản trị"), tr("Mũi tên trái phải để chuyển"))
        self._stack = QStackedWidget()
        self.sides: dict[str, Side] = {}
        for key, words, keys, actions in _SIDES:
            if key not in makers or not any(may(actor.roles, action) for action in actions):
                continue
            side = makers[key]()
            self.sides[key] = side
            self._stack.addWidget(self._roomy(side))
            self._tabs.addTab(tr("{title}  ({key})", title=tr(words), key=keys))
            self._bind(keys, key)
        self.body.addWidget(self._tabs)
        self.body.addWidget(self._stack, 1)
        self._tabs.currentChanged.connect(self._tab_changed)

    def side(self) -> str:
        """Return the key of the side in front."""
        return tuple(self.sides)[self._stack.currentIndex()]

    def go_to(self, key: str) -> None:
        """Bring a side to the front and give it the keys."""
        at = tuple(self.sides).index(key)
        self.clear_error()
        self._stack.setCurrentIndex(at)
        self._tabs.setCurrentIndex(at)
        self.sides[key].refresh()
        self.sides[key].focus()

    # Answers to the shell.

    def shown(self) -> None:
        """Read the side in front and give it the keys."""
        self.go_to(self.side())

    def open_item(self, item: object) -> bool:
        """Open a side by its key."""
        if not isinstance(item, str) or item not in self.sides:
            return False
        self.go_to(item)
        return True

    def handle_scan(self, scan: Scan) -> bool:
        """Take a scan where the scanner is tried; everywhere else it is for the page of dossiers."""
        side = self.sides[self.side()]
        return isinstance(side, MachineView) and side.take_scan(scan)

    def go_back(self) -> bool:
        """Take an error away."""
        if self.error_text():
            self.clear_error()
            return True
        return False

    def reload(self) -> None:
        """Read the side in front again."""
        super().reload()
        self.sides[self.side()].refresh()

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        tabs = tuple(ShortcutHint(keys, tr(words)) for key, words, keys, _ in _SIDES if key in self.sides)
        return (*tabs, *self.sides[self.side()].hints())

    def _roomy(self, side: QWidget) -> QWidget:
        """Let a side with a list scroll as a whole where nothing of the list would be left."""
        tables = side.findChildren(ShortTable)
        for table in tables:
            table.setMinimumHeight(self.kit.theme.scaled(_LEAST_LIST_PX))
        return scrolled(side, f"{tables[0].objectName()}Scroll") if tables else side

    def _bind(self, keys: str, key: str) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setProperty("side", key)
        shortcut.activated.connect(self._side_by_key)

    def _side_by_key(self) -> None:
        self.go_to(str(self.sender().property("side")))

    def _tab_changed(self, at: int) -> None:
        """Show the side without taking the focus from the tabs: arrows go on."""
        if at != self._stack.currentIndex():
            self.clear_error()
            self._stack.setCurrentIndex(at)
            self.sides[self.side()].refresh()


__all__ = ["ACTIONS", "AdminPage"]
