"""F5 "Bàn giao": give dossiers by a slip, receive slips, look slips up."""

from collections.abc import Sequence
from dataclasses import replace
from enum import IntEnum
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.users import Action, User, may
from desktop.services.changes import Kind
from desktop.services.handing import HandedOver
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.handover_give import GiveView
from desktop.ui.pages.handover_keeper import HandoverKeeper
from desktop.ui.pages.handover_papers import HINTS, HandoverPapers
from desktop.ui.pages.handover_parts import code_of
from desktop.ui.pages.handover_slips import SlipsView
from desktop.ui.pages.handover_take import TakeView
from desktop.ui.pages.handover_work import HandoverWork, OpenedSlip, Receiver
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_XL
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import tr


class Side(IntEnum):
    """Name the three sides of the page, in the order of their tabs."""

    GIVE = 0
    TAKE = 1
    SLIPS = 2


_TABS = {Side.GIVE: tr("Giao  (Alt+G)"), Side.TAKE: tr("Nhận  (Alt+N)"), Side.SLIPS: tr("Giấy bàn giao  (Alt+B)")}


class HandoverPage(Page):
    """Pass papers from hand to hand.

    Attributes:
        give: Scan and make a slip.
        take: Confirm slips.
        slips: Look slips up.

    Signals:
        slip_ready(object): A PrintJob was committed; the print queue takes it.
    """

    slip_ready = Signal(object)
    reads_after = frozenset({Kind.DOSSIER, Kind.SLIP, Kind.UNIT, Kind.USER})

    def __init__(self, kit: Kit, desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who gives and receives.
        """
        super().__init__(kit, key="handover", title=tr("Bàn giao"), scrolls=False)
        self._work = HandoverWork(desk, actor)
        self._is_new = True
        self.give = GiveView(self, self._work)
        self.take = TakeView(self, self._work)
        self.slips = SlipsView(self, self._work)
        self._keeper = HandoverKeeper(self, self._work, self.give, self.take)
        self._build()
        self._connect()
        # Whoever receives dossiers gives them away most of the day; everybody else receives.
        self.go_to(Side.GIVE if may(actor.roles, Action.RECEIVE) else Side.TAKE)

    @property
    def side(self) -> Side:
        """Return the side in front."""
        return Side(self._stack.currentIndex())

    def go_to(self, side: Side) -> None:
        """Bring a side to the front."""
        self._tabs.setCurrentIndex(side)
        self._stack.setCurrentIndex(side)
        self._show_buttons()
        self._focus()

    # Answers to the shell.

    def shown(self) -> None:
        """Read what is new and take the keys."""
        if self._is_new:
            self._is_new = False
            self.run("read", self._work.receivers, self._receivers_read)
            self._keeper.read()
        self.reload_if_stale()
        self._focus()

    def handle_scan(self, scan: Scan) -> bool:
        """Take a dossier into the list in front, or open the slip whose QR was scanned."""
        reading = scan.reading
        if not isinstance(reading, Reading):
            return False
        if reading.kind is ScanKind.HANDOVER_SLIP:
            self._open_slip(reading.text)
            return True
        if reading.kind in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            self._take_dossier(reading.code)
            return True
        return False

    def open_item(self, item: object) -> bool:
        """Open a slip by its name, or put a dossier on the list to give."""
        if not isinstance(item, str) or not item:
            return False
        code = code_of(item)
        if code:
            self.go_to(Side.GIVE)
            self.give.take(code)
        else:
            self._open_slip(item)
        return True

    def go_back(self) -> bool:
        """Go one step back inside the side in front; nothing scanned is lost."""
        if self.error_text():
            self.clear_error()
            return True
        if self.side is Side.GIVE:
            return self.give.step_back()
        return self.take.step_back() if self.side is Side.TAKE else self.slips.step_back()

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Alt+G", tr("Giao")),
            ShortcutHint("Alt+N", tr("Nhận")),
            ShortcutHint("Alt+B", tr("Giấy bàn giao")),
            ShortcutHint("Ctrl+Return", tr("Lập và in giấy, hoặc xác nhận đã nhận")),
            ShortcutHint("Alt+R", tr("Chọn bên nhận")),
            ShortcutHint("Alt+1 … Alt+9", tr("Đưa hồ sơ cần giao vào danh sách, hoặc mở giấy chờ nhận")),
            ShortcutHint("Space", tr("Đưa vào danh sách, đánh dấu đã nhận")),
            ShortcutHint("Delete", tr("Bỏ hồ sơ khỏi danh sách giao")),
            ShortcutHint("Ctrl+P", tr("In lại giấy bàn giao")),
            *HINTS,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the sides stand below one another where room is short."""
        super().resizeEvent(event)
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what still waits to be kept."""
        self._keeper.flush()
        super().hideEvent(event)

    # Building.

    def _build(self) -> None:
        theme = self.kit.theme
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for text in _TABS.values():
            self._tabs.addTab(text)
        name_it(self._tabs, "handoverTabs", tr("Giao, nhận, giấy bàn giao"), tr("Mũi tên trái phải để chuyển"))
        self.body.addWidget(self._tabs)
        self._stack = QStackedWidget()
        for view, name, title in (
            (self.give, "handoverGive", tr("Giao")),
            (self.take, "handoverTake", tr("Nhận")),
            (self.slips, "handoverSlips", tr("Giấy bàn giao")),
        ):
            name_it(view, name, title)
            self._stack.addWidget(scrolled(_with_margin(view), f"{view.objectName()}Scroll"))
        self.body.addWidget(self._stack, 1)
        # The bar of the page stands at the edge of the window, apart from those of its lists.
        margins = self.body.contentsMargins()
        margins.setRight(0)
        self.body.setContentsMargins(margins)
        self._make = ActionButton(
            theme,
            tr("Lập và in giấy bàn giao"),
            icon="handover",
            shortcut="Ctrl+Return",
            primary=True,
            name="makeSlip",
            status_tip=tr("Lập giấy cho các hồ sơ trong danh sách và in hai liên"),
        )
        self._confirm = ActionButton(
            theme,
            tr("Xác nhận đã nhận"),
            icon="check",
            shortcut="Ctrl+Return",
            primary=True,
            name="confirmSlip",
            status_tip=tr("Từ lúc này các hồ sơ đã quét do bạn hoặc bộ phận của bạn giữ"),
        )
        self._print = ActionButton(
            theme,
            tr("In lại"),
            icon="print",
            shortcut="Ctrl+P",
            name="printSlip",
            status_tip=tr("In lại giấy đang xem, có ghi IN LẠI LẦN n"),
        )
        self.papers = HandoverPapers(self, self._work, self.slips, self.slip_ready)
        self.footer.addStretch(1)
        for button in (self._print, self._confirm, self._make):
            self.footer.addWidget(button)

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self._tab_changed)
        for keys, side in (("Alt+G", Side.GIVE), ("Alt+N", Side.TAKE), ("Alt+B", Side.SLIPS)):
            key = QShortcut(QKeySequence(keys), self)
            key.setProperty("side", int(side))
            key.activated.connect(self._side_by_key)
        self.give.made.connect(self.slips.show_newest)
        self.give.made.connect(self._acted)
        self.take.confirmed.connect(self._acted)
        self.slips.acted.connect(self._acted)
        self.give.moved.connect(self._show_buttons)
        self.take.moved.connect(self._show_buttons)
        self.slips.moved.connect(self._show_buttons)
        self.slips.dossier_wanted.connect(self._open_dossier)
        self._make.clicked.connect(self.give.finish)
        self._confirm.clicked.connect(self.take.finish)
        self._print.clicked.connect(self.slips.print_again)
        self.kit.theme.changed.connect(self._fit)

    # Going between the sides.

    def _tab_changed(self, at: int) -> None:
        if at != self._stack.currentIndex():
            self._stack.setCurrentIndex(at)
            self.clear_error()
            self._show_buttons()
            if at == Side.SLIPS:
                self.slips.refresh()

    def _side_by_key(self) -> None:
        side = Side(int(self.sender().property("side")))
        self.clear_error()
        self.go_to(side)
        if side is Side.SLIPS:
            self.slips.refresh()

    def _focus(self) -> None:
        if self.side is Side.GIVE:
            self.give.code.setFocus()
        elif self.side is Side.TAKE:
            self.take.focus_list()
        else:
            self.slips.table.setFocus()

    def _show_buttons(self) -> None:
        n, to = len(self.give.given.items), self.give.receiver.name()
        self.set_subtitle(tr("{n} hồ sơ giao {to}", n=n, to=to) if self.side is Side.GIVE and n and to else "")
        self._make.setVisible(self.side is Side.GIVE)
        self._confirm.setVisible(self.side is Side.TAKE and self.take.is_open())
        is_slip_shown = self.side is Side.SLIPS and self.slips.opened is not None
        self._print.setVisible(is_slip_shown)
        self.papers.show_for(is_slip_shown=is_slip_shown)
        waiting = self.take.waiting()
        text = tr("Nhận: {n} giấy  (Alt+N)", n=waiting) if waiting else _TABS[Side.TAKE]
        self._tabs.setTabText(Side.TAKE, text)
        buttons = (self._make, self._confirm, self._print, self.papers.results, self.papers.record)
        self._footer_frame.setVisible(not all(button.isHidden() for button in buttons))

    def _fit(self) -> None:
        width_px = self.width()
        self.give.fit(width_px)
        self.slips.fit(width_px)

    # Scans.

    def _take_dossier(self, code: str) -> None:
        if self.side is Side.GIVE:
            self.give.take(code)
        elif self.side is Side.SLIPS:
            self.slips.open_with(code)
        elif self.take.is_open():
            self.take.take(code)
        else:
            self.take.open_with(code)

    def _open_slip(self, name: str) -> None:
        work = partial(self._work.open, name, dict(self.take.begun))
        self.run("read", work, self._slip_opened, self._slip_unknown, latest="slip")

    def _slip_opened(self, opened: OpenedSlip) -> None:
        self.clear_error()
        if (names := opened.names).is_mine_to_take:
            self.go_to(Side.TAKE)
            self.take.show_slip(opened)
            return
        self.go_to(Side.SLIPS)
        self.slips.refresh()
        self.slips.show_slip(opened)
        self.kit.sounds.play("wrong_custody" if names.slip.is_open else "not_found")
        if names.slip.is_open:
            self.show_error(tr("Giấy {slip} chờ {to} nhận, không phải bạn.", slip=names.slip.name, to=names.to))

    def _slip_unknown(self, error: AppError) -> None:
        self.kit.sounds.play("not_found")
        self.fail(error)

    # What was read, what was done.

    def reload(self) -> None:
        """Read what waits on every side again."""
        super().reload()
        self.run("read", self._work.due, self.give.set_due, latest="due")
        self.take.refresh()
        self.slips.refresh()

    def _receivers_read(self, receivers: tuple[Receiver, ...]) -> None:
        self.give.set_receivers(receivers)

    def _acted(self, done: HandedOver) -> None:
        self.kit.changes.publish(done.changes, self)
        if done.job is not None:
            # A slip has no dossier: in the print queue it goes by its own name.
            self.slip_ready.emit(replace(done.job, code=done.slip.name))

    def _open_dossier(self, code: str) -> None:
        self.page_wanted.emit("dossiers", code)


def _with_margin(view: QWidget) -> QWidget:
    """Give a view the page's right margin inside the area that scrolls it."""
    inner = QWidget()
    inner.setProperty("class", "scrolled")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, SPACE_XL, 0)
    column.addWidget(view)
    return inner
