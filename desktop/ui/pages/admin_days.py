"""The frame of a log of some days on the page "Quản trị": from, to, the entries newest first, how many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.vietnamese import local
from desktop.services.ports import Desk
from desktop.ui.models.short_table import Head, Line, ShortTable
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import DateEdit, Field
from desktop.ui.widgets.labels import EmptyState, Muted
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

T = TypeVar("T")

_DAYS: Final = timedelta(days=30)
_LEAST_ROWS: Final = 6


@dataclass(frozen=True, slots=True)
class DaysLog(Generic[T]):
    """Describe a log of some days.

    Attributes:
        name: Begins the object names.
        title: What it is called.
        verb: What the button does.
        heads: Of the columns.
        empty: Said when nothing happened: a title and a sentence.
        read: Reads the entries of days, newest first. Threads: lane read.
        line: Shows one, with its place.
        count: Says how many there are.
        whole: Says all of one below the list, where columns may cut it; None where they do not.
    """

    name: str
    title: str
    verb: str
    heads: tuple[Head, ...]
    empty: tuple[str, str]
    read: Callable[[date, date], tuple[T, ...]]
    line: Callable[[int, T], Line]
    count: Callable[[int], str]
    whole: Callable[[T], str] | None = None


class DaysView(QWidget):
    """Read a log of some days.

    Attributes:
        table: The entries, newest first.
        said: How many there are.
        told: All of the one that is chosen.
    """

    def __init__(self, page: "Page", desk: Desk, log: DaysLog[Any]) -> None:  # Any: the log knows what it reads
        """Take the page that runs the work, the clock, and the log."""
        super().__init__()
        self._page, self._log = page, log
        theme, today, name = page.kit.theme, local(desk.clock.now()).date(), log.name
        self._first, self._last = DateEdit(theme, name=f"{name}First"), DateEdit(theme, name=f"{name}Last")
        self._first.set_date(today - _DAYS)
        self._last.set_date(today)
        self._first_field = Field(tr("Từ ngày"), self._first, name=f"{name}First")
        self._last_field = Field(tr("Đến ngày"), self._last, name=f"{name}Last")
        self._read = ActionButton(
            theme, log.verb, icon="search", shortcut="Ctrl+Return", name=f"{name}Read", status_tip=tr("Đọc lại")
        )
        tip = tr("Mũi tên để xem từng dòng")
        self.table = ShortTable(theme, log.heads, name=f"{name}Table", title=log.title, tip=tip)
        self.table.show_at_least(_LEAST_ROWS)
        self._list = ListOrAdvice(self.table, EmptyState(theme, "check", *log.empty))
        self.said, self.told = Muted(), Muted()
        self._entries: tuple[Any, ...] = ()
        self._build()
        self.table.moved.connect(self._tell)
        self._read.clicked.connect(self.refresh)
        self._first.entered.connect(self._last.setFocus)
        self._last.entered.connect(self._read.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (ShortcutHint("Ctrl+Return", self._log.verb),)

    def focus(self) -> None:
        """Take the keys."""
        self._first.setFocus()

    def refresh(self) -> None:
        """Read the days again."""
        first, last = self._first.date(), self._last.date()
        self._first_field.set_error("" if first else tr("Gõ ngày như 01/01/2019"))
        self._last_field.set_error("" if last else tr("Gõ ngày như 31/12/2019"))
        if first is not None and last is not None:
            self._page.run("read", partial(self._log.read, first, last), self._show, latest=self._log.name)

    def _show(self, entries: tuple[Any, ...]) -> None:
        self._entries = entries
        self.table.set_lines([self._log.line(n, each) for n, each in enumerate(entries)])
        self._list.show_list(has_rows=bool(entries))
        self.said.setText(self._log.count(len(entries)))
        self._tell(self.table.current_key())

    def _tell(self, key: str) -> None:
        whole = self._log.whole
        is_one = whole is not None and key.isdigit() and int(key) < len(self._entries)
        self.told.setText(whole(self._entries[int(key)]) if whole is not None and is_one else "")
        self.told.setVisible(is_one)

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
        column.addWidget(self.told)
        column.addWidget(self.said)
