"""The side "Thu trong ngày": what was taken and stands on no sheet yet, its sums, the drawer, the sheets closed."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import local, money, screen_date
from desktop.services.cash import CashClosed, CashDay, close_day, collectors, day_of, print_sheet
from desktop.services.ports import Desk
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page
from desktop.ui.pages.books_words import SHEET_HEADS, TAKEN_HEADS, difference, sheet_lines, sums, taken_lines
from desktop.ui.pages.handover_parts import ListOrAdvice, focus_in_view
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, LineEdit, MoneyEdit, field_row
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

_LEAST_ROWS = 3


class CashView(QWidget):
    """Show a collector's day and close it.

    Attributes:
        taken: What stands on no sheet yet.
        sheets: Closed sheets of the day.
        day: The day shown, None before it was read.

    Signals:
        sheet_ready(object): PrintJob of a sheet closed or printed again.
    """

    sheet_ready = Signal(object)

    def __init__(self, page: Page, desk: Desk, actor: User) -> None:
        """Take the page that runs the work."""
        super().__init__()
        self.setProperty("class", "scrolled")
        self._page, self._desk, self._actor = page, desk, actor
        self.day: CashDay | None = None
        self._is_saving = False
        self._wants_focus = False
        theme = page.kit.theme
        self._date = DateEdit(theme, name="cashDay")
        self._date.set_date(local(desk.clock.now()).date())
        self._who = ChoiceBox(name="cashCollector", accessible_name=tr("Người thu"))
        self.taken = ShortTable(
            theme, TAKEN_HEADS, name="cashTaken", title=tr("Khoản thu chưa lên bảng kê"), tip=tr("Mũi tên để xem")
        )
        self.sheets = ShortTable(
            theme, SHEET_HEADS, name="cashSheets", title=tr("Bảng kê đã khóa"), tip=tr("Ctrl+P in lại bảng kê")
        )
        self._sums = text_label("", "section", wraps=True)
        self._counted = MoneyEdit(theme, name="cashCounted")
        self._counted_field = Field(tr("Tiền mặt kiểm đếm"), self._counted, name="cashCounted")
        self._note = LineEdit(theme, name="cashNote")
        self._note_field = Field(
            tr("Lý do chênh lệch"), self._note, tr("Ít nhất 5 chữ, khi tiền đếm khác số đã thu"), name="cashNote"
        )
        self._close = ActionButton(
            theme,
            tr("Khóa ngày và in bảng kê"),
            icon="print",
            shortcut="Ctrl+Return",
            primary=True,
            name="cashClose",
            status_tip=tr("Đánh số bảng kê cho mọi khoản chưa lên bảng kê; khoản thu sau đó vào bảng kê kế tiếp"),
        )
        self._again = ActionButton(
            theme, tr("In lại bảng kê"), icon="print", shortcut="Ctrl+P", name="cashAgain",
            status_tip=tr("In lại bảng kê đang chọn, ghi IN LẠI LẦN n"),
        )  # fmt: skip
        for waits in (self._counted, self._close):  # until the day was read
            waits.setEnabled(False)
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Read the day again."""
        day = self._date.date()
        if day is None:
            return
        if self._who.count() == 0:
            self._page.run("read", partial(collectors, self._desk, self._actor), self._know_collectors, latest="who")
            return
        work = partial(day_of, self._desk, self._actor, day, self._who.key())
        self._page.run("read", work, self._shown, latest="cash")

    def focus(self) -> None:
        """Give the keys to the money to be counted, or to the list where nothing can be closed."""
        self._wants_focus = self.day is None
        focus_in_view(self._counted if self._counted.isEnabled() else self._date)

    def _know_collectors(self, users: tuple[User, ...]) -> None:
        for user in users:
            self._who.add_choice(user.user_id, user.name)
        self._who_field.setVisible(len(users) > 1)
        if users:
            self.refresh()

    def _shown(self, day: CashDay) -> None:
        is_other = self.day is None or (self.day.day, self.day.collector) != (day.day, day.collector)
        self.day = day
        self.taken.set_lines(taken_lines(day))
        self._list.show_list(has_rows=bool(day.open_lines))
        self.sheets.set_lines(sheet_lines(day))
        self._sheets_title.setVisible(bool(day.sheets))
        self.sheets.setVisible(bool(day.sheets))
        self._again.setVisible(bool(day.sheets))
        self._sums.setText(sums(day.takings) if day.open_lines else "")
        if is_other:
            self._counted.clear()
            self._note.clear()
        self._compare()
        is_own = day.collector == self._actor.user_id
        self._can_close = may(self._actor.roles, Action.COUNT_CASH if is_own else Action.CLOSE_REGISTER)
        for widget in (self._counted_field, self._note_field, self._close):
            widget.setVisible(self._can_close)
        is_ready = bool(day.open_lines) and self._can_close and not self._is_saving
        self._close.setEnabled(is_ready)
        self._counted.setEnabled(is_ready)
        if self._wants_focus:
            self.focus()

    def _compare(self) -> None:
        if self.day is None:
            return
        cash_vnd, counted = self.day.takings.cash_vnd, self._counted.amount_vnd()
        hint = tr("Số đã thu: {amount}", amount=money(cash_vnd))
        apart = "" if counted is None else difference(counted, cash_vnd)
        self._counted_field.set_hint(f"{hint}; {apart}" if apart else hint)
        self._counted_field.set_error("")
        self._note_field.set_error("")

    def _close_it(self) -> None:
        counted = self._counted.amount_vnd()
        if self.day is None or self._is_saving:
            return
        if counted is None:
            self._counted_field.set_error(tr("Đếm tiền trong ngăn rồi gõ số tiền; không có thì gõ 0"))
            self._counted.setFocus()
            return
        self._is_saving = True
        self._close.setEnabled(False)
        day = self.day
        work = partial(close_day, self._desk, self._actor, day.day, counted, self._note.value(), day.collector)
        self._page.run("db", work, self._closed, self._not_closed)

    def _closed(self, done: CashClosed) -> None:
        self._is_saving = False
        self._page.clear_error()
        self._counted.clear()
        self._note.clear()
        self._page.kit.notices.say(
            tr("Đã khóa bảng kê {n} ngày {day}.", n=done.counted.form.in_book, day=screen_date(done.counted.day))
        )
        self.sheet_ready.emit(done.job)
        self._page.kit.changes.publish(done.changes, self._page)

    def _not_closed(self, error: object) -> None:
        self._is_saving = False
        self._close.setEnabled(True)
        self._page.fail(error)  # type: ignore[arg-type] # the lane hands over an AppError
        if getattr(error, "code", "") == "cash_differs":
            self._note_field.set_error(tr("Ghi lý do tiền đếm khác số đã thu"))
            self._note.setFocus()

    def _print_again(self) -> None:
        key = self.sheets.current_key()
        if key:
            self._page.run("db", partial(print_sheet, self._desk, self._actor, key), self._printed)

    def _printed(self, done: CashClosed) -> None:
        self.sheet_ready.emit(done.job)
        self._page.kit.changes.publish(done.changes, self._page)

    def _connect(self) -> None:
        self._date.editingFinished.connect(self._other_day)
        self._who.currentIndexChanged.connect(self._other_collector)
        self._counted.textChanged.connect(self._compare)
        self._counted.entered.connect(self._note.setFocus)
        self._note.entered.connect(self._close.setFocus)
        self._close.clicked.connect(self._close_it)
        self._again.clicked.connect(self._print_again)
        self.sheets.entered.connect(self._print_again)

    def _other_day(self) -> None:
        self._date_field.set_error("" if self._date.date() else tr("Gõ ngày như 18/07/2019"))
        if self.day is None or self._date.date() != self.day.day:
            self.refresh()

    def _other_collector(self) -> None:
        if self.day is not None and self._who.key() != self.day.collector:
            self.refresh()

    def _build(self) -> None:
        theme = self._page.kit.theme
        self._date_field = Field(tr("Ngày"), self._date, name="cashDay")
        self._who_field = Field(tr("Người thu"), self._who, name="cashCollector")
        self._who_field.hide()
        empty = EmptyState(
            theme,
            "fee",
            tr("Không còn khoản thu nào chưa lên bảng kê"),
            tr("Thu phí ở trang Tiếp nhận hoặc Trả kết quả."),
        )
        self._list = ListOrAdvice(self.taken, empty)
        self.taken.show_at_least(_LEAST_ROWS)
        for grows in (self.taken, self.sheets):
            grows.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.sheets.show_at_least(2)
        self._sheets_title = text_label(tr("Bảng kê đã khóa trong ngày"), "section")
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        column.addLayout(field_row(self._date_field, self._who_field, QWidget(), stretches=(1, 2, 1)))
        column.addWidget(self._list, 2)
        column.addWidget(self._sums)
        column.addLayout(field_row(self._counted_field, self._note_field, stretches=(1, 2)))
        row = QHBoxLayout()
        row.setContentsMargins(0, SPACE_S, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._close)
        row.addWidget(self._again)
        row.addStretch(1)
        column.addWidget(self._sheets_title)
        column.addWidget(self.sheets, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled(inner, "cashArea"), 1)
        outer.addLayout(row)
