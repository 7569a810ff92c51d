"""The side "Nhật ký xem": who looked at dossiers not his to handle, who asked for whole numbers, and why."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.users import User
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services import access
from desktop.services.access import Seen
from desktop.services.ports import Desk
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import DateEdit, Field
from desktop.ui.widgets.labels import EmptyState, Muted
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_ACTS: Final = {
    access.VIEW: (QT_TRANSLATE_NOOP(CONTEXT, "Mở hồ sơ"), "dossiers"),
    access.ID_NUMBERS: (QT_TRANSLATE_NOOP(CONTEXT, "Xem số đầy đủ"), "eye"),
}
_DAYS: Final = timedelta(days=30)
_LEAST_ROWS: Final = 6


class AccessView(QWidget):
    """Read the access log of some days.

    Attributes:
        table: The entries, newest first.
        said: How many there are.
    """

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services."""
        super().__init__()
        self._page, self._desk, self._actor = page, desk, actor
        theme, today = page.kit.theme, local(desk.clock.now()).date()
        self._first, self._last = DateEdit(theme, name="accessFirst"), DateEdit(theme, name="accessLast")
        self._first.set_date(today - _DAYS)
        self._last.set_date(today)
        self._first_field = Field(tr("Từ ngày"), self._first, name="accessFirst")
        self._last_field = Field(tr("Đến ngày"), self._last, name="accessLast")
        self._read = ActionButton(
            theme, tr("Xem nhật ký"), icon="search", shortcut="Ctrl+Return", name="accessRead", status_tip=tr("Đọc lại")
        )
        heads = (
            Head(tr("Lúc"), "09:00 18/07/2019"),
            Head(tr("Người xem"), "Nguyễn Thị Lan (lan)", share=1),
            Head(tr("Việc"), "Xem số đầy đủ", has_icon=True),
            Head(tr("Hồ sơ"), "000.00.00.H00-000000-00000"),
            Head(tr("Lý do"), "Đối chiếu giấy tờ", share=2, give_up=1),
        )
        tip = tr("Mũi tên để xem từng dòng")
        self.table = ShortTable(theme, heads, name="accessTable", title=tr("Nhật ký xem"), tip=tip)
        self.table.show_at_least(_LEAST_ROWS)
        advice = tr("Không ai mở hồ sơ ngoài phần việc của mình trong những ngày này.")
        self._list = ListOrAdvice(self.table, EmptyState(theme, "check", tr("Không có lượt xem nào"), advice))
        self.said = Muted()
        self._build()
        self._read.clicked.connect(self.refresh)
        self._first.entered.connect(self._last.setFocus)
        self._last.entered.connect(self._read.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (ShortcutHint("Ctrl+Return", tr("Xem nhật ký")),)

    def focus(self) -> None:
        """Take the keys."""
        self._first.setFocus()

    def refresh(self) -> None:
        """Read the days again."""
        first, last = self._first.date(), self._last.date()
        self._first_field.set_error("" if first else tr("Gõ ngày như 01/01/2019"))
        self._last_field.set_error("" if last else tr("Gõ ngày như 31/12/2019"))
        if first is not None and last is not None:
            self._page.run("read", partial(self._seen, first, last), self._show, latest="access")

    def _seen(self, first: date, last: date) -> tuple[Seen, ...]:
        return access.seen(self._desk, self._actor, first, last)

    def _show(self, entries: tuple[Seen, ...]) -> None:
        self.table.set_lines([_line(n, each) for n, each in enumerate(entries)])
        self._list.show_list(has_rows=bool(entries))
        if len(entries) < access.MOST_SHOWN:
            self.said.setText(tr("{n} lượt. Chỉ những lượt trên máy này.", n=number(len(entries))))
        else:
            self.said.setText(tr("{n} lượt mới nhất; chọn ít ngày hơn để xem hết.", n=number(len(entries))))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_M)
        top = QHBoxLayout()
        top.setSpacing(SPACE_M)
        for field in (self._first_field, self._last_field):
            top.addWidget(field)
        top.addWidget(self._read)
        top.addStretch(1)
        column.addLayout(top)
        column.addWidget(self._list, 1)
        column.addWidget(self.said)


def _line(place: int, entry: Seen) -> Line:
    act, icon = _ACTS.get(entry.act, (entry.act, ""))
    who = tr("{name} ({login})", name=entry.who, login=entry.login) if entry.who else tr("không rõ")
    return Line(
        str(place),
        (
            Cell(screen_datetime(local(entry.at))),
            Cell(who),
            Cell(tr(act), icon),
            Cell(entry.code),
            Cell(entry.reason),
        ),
    )
