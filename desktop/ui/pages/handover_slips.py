"""The side "Giấy bàn giao": the newest slips, one of them with its dossiers; print again, take back."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.errors import AppError
from desktop.domain.slips import SlipState
from desktop.domain.vietnamese import number, screen_datetime
from desktop.services.handing import HandedOver
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page
from desktop.ui.pages.dossier_detail import Fact, FactSheet
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.pages.handover_pin import PinConfirming
from desktop.ui.pages.handover_words import (
    LINE_HEADS,
    RECENT_HEADS,
    difference_counts,
    is_overdue,
    recent_lines,
    slip_lines,
    state_cell,
)
from desktop.ui.pages.handover_work import HandoverWork, OpenedSlip, SlipNames
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

_SIDE_PX = 420
_SIDE_BY_SIDE_PX = 820
_LEAST_ROWS, _LEAST_LINES = 4, 3


class SlipsView(QWidget):
    """Look slips up.

    Attributes:
        table: The newest slips.
        opened: The slip beside the list, None while there is none.
        reason: Why a slip is taken back.

    Signals:
        moved(): Another slip is shown; the buttons change.
        acted(object): A HandedOver: a slip was taken back or its paper queued again.
        dossier_wanted(str): Code of a dossier to open.
    """

    moved = Signal()
    acted = Signal(object)
    dossier_wanted = Signal(str)

    def __init__(self, page: Page, work: HandoverWork) -> None:
        """Take the page that runs the work."""
        super().__init__()
        self.setProperty("class", "scrolled")
        self._page, self._kit, self._work = page, page.kit, work
        self.opened: OpenedSlip | None = None
        self._recent: tuple[SlipNames, ...] = ()
        self._wants_newest = False
        self._is_saving = False
        theme = page.kit.theme
        self.table = ShortTable(
            theme,
            RECENT_HEADS,
            name="slipTable",
            title=tr("Giấy bàn giao gần đây"),
            tip=tr("Mũi tên để xem từng giấy; Ctrl+P in lại"),
        )
        self.lines = ShortTable(
            theme,
            LINE_HEADS,
            name="slipLines",
            title=tr("Hồ sơ trên giấy"),
            tip=tr("Enter mở hồ sơ đang chọn"),
        )
        self._title = text_label("", "section", wraps=True)
        self._facts = FactSheet("slipFacts", tr("Giấy bàn giao"))
        self._said = Callout(theme, "soon", name="slipDifferences")
        self.reason = LineEdit(theme, name="withdrawReason")
        self._reason_field = Field(
            tr("Lý do rút giấy, ít nhất {n} chữ", n=MIN_REASON), self.reason, name="withdrawReason"
        )
        self.withdraw_button = ActionButton(
            theme,
            tr("Rút giấy"),
            icon="back",
            danger=True,
            name="withdrawSlip",
            status_tip=tr("Rút giấy chưa ai nhận: hồ sơ ở lại với bên giao"),
        )
        self.confirm_button = ActionButton(
            theme,
            tr("Bên nhận gõ PIN"),
            icon="check",
            shortcut="Ctrl+Shift+N",
            name="confirmByPin",
            status_tip=tr("Người nhận đứng tại đây xác nhận đủ hồ sơ bằng mã PIN của mình"),
        )
        self._by_pin = PinConfirming(page, work)
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Read the newest slips again."""
        self._page.run("read", self._work.recent, self._listed, latest="recent")

    def open(self, name: str) -> None:
        """Show a slip beside the list."""
        self._page.run("read", partial(self._work.open, name), self.show_slip, latest="slip")

    def show_slip(self, opened: OpenedSlip) -> None:
        """Show a slip that was read."""
        names, slip = opened.names, opened.names.slip
        is_other = self.opened is None or self.opened.names.slip.slip_id != slip.slip_id
        self.opened = opened
        if is_other:
            self.reason.clear()
            self._reason_field.set_error("")
        self._title.setText(tr("Giấy {slip}: {n} hồ sơ", slip=slip.name, n=number(len(slip.lines))))
        self._facts.set_facts(self._fact_lines(names))
        self._said.say(*self._words(opened))
        self.lines.set_lines(slip_lines(opened))
        self._reason_field.setVisible(names.is_mine_to_withdraw)
        self.withdraw_button.setVisible(names.is_mine_to_withdraw)
        self.confirm_button.setVisible(names.is_mine_to_withdraw)
        self._side.setCurrentIndex(1)
        row = self.table.rows.row_of(slip.slip_id)
        if row >= 0 and row != self.table.currentIndex().row():
            self.table.setCurrentIndex(self.table.rows.index(row, 0))
        self.moved.emit()

    def open_with(self, code: str) -> None:
        """Show the newest slip a scanned dossier is on."""
        work = partial(self._work.open_with, code, self._recent)
        self._page.run("read", work, partial(self._opened_with, code), latest="slip")

    def show_newest(self) -> None:
        """Show the newest slip when the list is read the next time."""
        self.opened = None
        self._wants_newest = True

    def print_again(self) -> None:
        """Queue the paper of the slip shown once more."""
        if self.opened is not None:
            work = partial(self._work.print_again, self.opened.names.slip.slip_id)
            self._page.run("db", work, self._printed)

    def withdraw(self) -> None:
        """Take the slip back; the reason is asked for first."""
        if self.opened is None or not self.opened.names.is_mine_to_withdraw or self._is_saving:
            return
        if len(self.reason.value()) < MIN_REASON:
            self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON))
            self.reason.setFocus()
            return
        self._reason_field.set_error("")
        self._is_saving = True
        work = partial(self._work.withdraw, self.opened.names.slip.slip_id, self.reason.value())
        self._page.run("db", work, self._withdrawn, self._not_withdrawn)

    def step_back(self) -> bool:
        """Go from the slip to the list."""
        if not self.table.hasFocus() and self.table.isVisible():
            self.table.setFocus()
            return True
        return False

    # Building.

    def fit(self, width_px: int) -> None:
        """Put the slip below the list where there is no room beside it."""
        is_narrow = width_px < self._kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        side_px = min(self._kit.theme.scaled(_SIDE_PX), width_px // 2)
        self._side.setMinimumWidth(0 if is_narrow else side_px)
        self._side.setMaximumWidth(width_px if is_narrow else side_px)
        # Below the list the whole view scrolls; beside it, the slip does.
        self._side.setMinimumHeight(self._card.sizeHint().height() if is_narrow else 0)

    def _build(self) -> None:
        theme = self._kit.theme
        self._list = ListOrAdvice(
            self.table,
            EmptyState(
                theme,
                "handover",
                tr("Chưa có giấy bàn giao nào"),
                tr("Giấy bạn lập, giao cho bạn hoặc bộ phận của bạn sẽ hiện ở đây."),
            ),
        )
        self._card = card = QFrame()
        card.setProperty("class", "card")
        column = QVBoxLayout(card)
        column.setSpacing(SPACE_S)
        name_it(self._title, "slipTitle", tr("Giấy đang xem"))
        self.lines.show_at_least(_LEAST_LINES)
        self.table.show_at_least(_LEAST_ROWS)
        for part in (self._title, self._facts, self._said):
            column.addWidget(part)
        column.addWidget(self.lines, 1)
        taking_back = QHBoxLayout()
        taking_back.addWidget(self._reason_field, 1, Qt.AlignmentFlag.AlignTop)
        taking_back.addWidget(self.withdraw_button, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(taking_back)
        column.addWidget(self.confirm_button, 0, Qt.AlignmentFlag.AlignRight)
        self._side = QStackedWidget()
        self._side.addWidget(
            EmptyState(theme, "handover", tr("Chưa chọn giấy"), tr("Chọn một giấy bằng mũi tên, hoặc quét mã QR."))
        )
        self._side.addWidget(scrolled(card, "slipScroll"))
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._halves.setContentsMargins(0, 0, 0, 0)
        self._halves.setSpacing(SPACE_M)
        self._halves.addWidget(self._list, 1)
        self._halves.addWidget(self._side, 1)

    def _connect(self) -> None:
        self.table.moved.connect(self._row_chosen)
        self.table.entered.connect(self._go_to_slip)
        self.lines.entered.connect(self._dossier_chosen)
        self.reason.entered.connect(self.withdraw_button.setFocus)
        self.withdraw_button.clicked.connect(self.withdraw)
        self.confirm_button.clicked.connect(self._ask_pin)
        self._by_pin.confirmed.connect(self._confirmed_by_pin)

    # Showing.

    def _listed(self, slips: tuple[SlipNames, ...]) -> None:
        self._recent = slips
        had_focus = self._list.currentWidget().hasFocus()
        newest = slips[0].slip.slip_id if slips and self._wants_newest else ""
        self._wants_newest = False
        self.table.set_lines(recent_lines(slips, self._kit.now()), newest)
        self._list.show_list(has_rows=bool(slips))
        if had_focus:
            self.table.setFocus()
        if slips and (self.opened is None or self.table.current_key() == self.opened.names.slip.slip_id):
            self.open(self.table.current_key())
        self.moved.emit()

    def _opened_with(self, code: str, opened: OpenedSlip | None) -> None:
        self._kit.sounds.play("not_found" if opened is None else "found")
        if opened is None:
            self._page.show_error(tr("Không có giấy bàn giao gần đây nào ghi hồ sơ {code}.", code=code))
        else:
            self._page.clear_error()
            self.show_slip(opened)

    def _row_chosen(self, key: str) -> None:
        if self.isVisible() and (self.opened is None or key != self.opened.names.slip.slip_id):
            self.open(key)

    def _go_to_slip(self, _key: str) -> None:
        self.lines.setFocus()

    def _dossier_chosen(self, key: str) -> None:
        self.dossier_wanted.emit(key.removeprefix("+"))

    def _fact_lines(self, names: SlipNames) -> tuple[Fact, ...]:
        slip = names.slip
        closed = f"{screen_datetime(slip.closed_at)}, {names.closed_by}" if slip.closed_at else ""
        return (
            Fact(tr("Tình trạng"), state_cell(slip, self._kit.now()).text, "strong"),
            Fact(tr("Bên giao"), names.giver),
            Fact(tr("Bên nhận"), names.to),
            Fact(tr("Đã lập"), f"{screen_datetime(slip.made_at)}, {names.made_by}"),
            Fact(tr("Đã rút") if slip.state is SlipState.WITHDRAWN else tr("Đã nhận"), closed),
            Fact(tr("Ghi chú"), slip.note),
            Fact(tr("In lại"), tr("{n} lần", n=slip.reprints) if slip.reprints else ""),
        )

    def _words(self, opened: OpenedSlip) -> tuple[str, str]:
        slip = opened.names.slip
        found = difference_counts(slip.missing, slip.unexpected)
        if found:
            return found, "soon"
        if is_overdue(slip, self._kit.now()):
            return tr("Quá 4 giờ làm việc chưa ai nhận. Nhắc {to}, hoặc rút giấy.", to=opened.names.to), "late"
        return "", ""

    # Acting.

    def _printed(self, done: HandedOver) -> None:
        self._kit.notices.say(tr("Đang in lại giấy {slip}, lần {n}.", slip=done.slip.name, n=done.slip.reprints + 1))
        self.acted.emit(done)
        self.refresh()

    def _withdrawn(self, done: HandedOver) -> None:
        self._is_saving = False
        self.reason.clear()
        self._kit.notices.say(tr("Đã rút giấy {slip}; hồ sơ ở lại với bên giao.", slip=done.slip.name))
        self.acted.emit(done)
        self.table.setFocus()
        self.refresh()

    def _ask_pin(self) -> None:
        if self.opened is not None:
            self._by_pin.begin(self.opened)

    def _confirmed_by_pin(self, done: HandedOver) -> None:
        self.acted.emit(done)
        self.table.setFocus()
        self.refresh()

    def _not_withdrawn(self, error: AppError) -> None:
        self._is_saving = False
        self._page.fail(error)
        self.refresh()
