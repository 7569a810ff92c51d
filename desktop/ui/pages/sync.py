"""The page "Đồng bộ": how this PC stands with the city, what the city did not take, where the two differ."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabBar

from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.domain.vietnamese import number
from desktop.services import attention
from desktop.services.attention import Remedy
from desktop.services.changes import Changes, Kind
from desktop.services.ports import Desk
from desktop.services.sync_port import AttentionItem, Difference, SyncReader
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.kit import Kit
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.pages.sync_words import (
    REMEDY_MEANS,
    REMEDY_WORDS,
    WAITING_KINDS,
    attention_about,
    attention_heads,
    attention_lines,
    difference_heads,
    difference_lines,
    standing,
    waiting_about,
)
from desktop.ui.sync_view import SyncView
from desktop.ui.theme import name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

_ATTENTION, _DIFFERENCES = range(2)
_LEAST_ROWS: Final = 3
_KEYS: Final = {Remedy.SAY_AGAIN: "Alt+G", Remedy.TAKE_OTHER: "Alt+N", Remedy.RECORD: "Alt+L"}
_ICONS: Final = {Remedy.SAY_AGAIN: "refresh", Remedy.TAKE_OTHER: "check", Remedy.RECORD: "edit"}


@dataclass(frozen=True, slots=True)
class SyncSource:
    """Give the page what it shows of the exchange.

    Attributes:
        reader: What the exchange left.
        view: How it goes now.
        retry: Tries at once.
    """

    reader: SyncReader
    view: Callable[[], SyncView]
    retry: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what was read."""

    items: tuple[AttentionItem, ...]
    differences: tuple[Difference, ...]
    names: dict[str, str]


class RemedyDialog(ActDialog):
    """Say what a remedy does and ask for the reason. Emits the reason."""

    def __init__(self, kit: Kit, remedy: Remedy, about: str) -> None:
        """Ask; only a record needs its reason."""
        verb = tr(REMEDY_WORDS[remedy])
        super().__init__(kit.theme, verb, verb, name="syncRemedy", icon=_ICONS[remedy], about=about)
        self.say_effect(tr(REMEDY_MEANS[remedy]), "late" if remedy is Remedy.TAKE_OTHER else "due")
        least = attention.MIN_REASON if remedy is Remedy.RECORD else 0
        self.add_reason(tr("Lý do"), (), hint="" if least else tr("Không bắt buộc"), least=least)

    def command(self) -> str:
        """Return the reason."""
        return self.reason_text()


class SyncPage(Page):
    """Show the exchange with the city and settle what waits for a person.

    Attributes:
        table: What the city did not take.
        differences: Dossiers that differ.
        found: What was read, None before.
    """

    reads_after = frozenset({Kind.ATTENTION, Kind.SYNC, Kind.DOSSIER})

    def __init__(self, kit: Kit, desk: Desk, actor: User, source: SyncSource) -> None:
        """Take the services."""
        super().__init__(kit, key="sync", title=tr("Đồng bộ"))
        self._desk, self._actor, self._source = desk, actor, source
        self.found: Found | None = None
        theme = kit.theme
        self._standing = text_label("", "section", wraps=True)
        name_it(self._standing, "syncStanding", tr("Tình trạng đồng bộ"))
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        name_it(self._tabs, "syncTabs", tr("Danh sách"), tr("Mũi tên trái phải để chuyển"))
        tip = tr("Alt+G gửi lại, Alt+N nhận bản kia, Alt+L lập biên bản")
        self.table = ShortTable(theme, attention_heads(), name="syncAttention", title=tr("Cần chú ý"), tip=tip)
        self.differences = ShortTable(theme, difference_heads(), name="syncDifferences", title=tr("Đối soát"), tip=tip)
        for table in (self.table, self.differences):
            table.show_at_least(_LEAST_ROWS)
        self._lists = (
            ListOrAdvice(
                self.table,
                EmptyState(
                    theme, "sync-ok", tr("Không có việc nào cần chú ý"), tr("Việc thành phố không nhận sẽ hiện ở đây.")
                ),
            ),
            ListOrAdvice(
                self.differences,
                EmptyState(theme, "check", tr("Hai bên khớp nhau"), tr("Máy tự đối soát sau mỗi lần đồng bộ.")),
            ),
        )
        self._about = text_label("", wraps=True)
        name_it(self._about, "syncAbout", tr("Mục đang chọn"))
        self._buttons: dict[Remedy, ActionButton] = {}
        self._build()

    # Answers to the shell.

    def shown(self) -> None:
        """Read again and give the list the keys."""
        self.reload()
        self._front().setFocus()

    def open_item(self, item: object) -> bool:
        """Show how things stand now."""
        del item
        self.reload()
        return True

    def go_back(self) -> bool:
        """Leave the reconciliation, then take an error away."""
        if self._tabs.currentIndex() == _DIFFERENCES:
            self._tabs.setCurrentIndex(_ATTENTION)
            return True
        had_error = bool(self.error_text())
        self.clear_error()
        return had_error

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            *(ShortcutHint(_KEYS[remedy], tr(REMEDY_WORDS[remedy])) for remedy in Remedy),
            ShortcutHint("Alt+D", tr("Chuyển giữa cần chú ý và đối soát")),
            ShortcutHint("Alt+S", tr("Đồng bộ ngay")),
        )

    def tell(self) -> None:
        """Write the standing anew: the exchange went on."""
        self._standing.setText(standing(self._source.view(), self.kit.now()))

    # Building.

    def _build(self) -> None:
        self.body.addWidget(self._standing)
        for title in (tr("Cần chú ý"), tr("Đối soát")):
            self._tabs.addTab(title)
        self.body.addWidget(self._tabs)
        for each in self._lists:
            self.body.addWidget(each, 1)
        self.body.addWidget(self._about)
        self.footer.addStretch(1)
        for remedy in Remedy:
            button = ActionButton(
                self.kit.theme,
                tr(REMEDY_WORDS[remedy]),
                icon=_ICONS[remedy],
                shortcut=_KEYS[remedy],
                name=f"sync{remedy.value.title().replace('_', '')}",
                status_tip=tr(REMEDY_MEANS[remedy]),
            )
            button.clicked.connect(partial(self._ask, remedy))
            self._buttons[remedy] = button
            self.footer.addWidget(button)
        again = ActionButton(
            self.kit.theme,
            tr("Đồng bộ ngay"),
            icon="refresh",
            shortcut="Alt+S",
            name="syncNow",
            status_tip=tr("Thử nối với thành phố ngay bây giờ"),
        )
        again.clicked.connect(self._try_now)
        self.footer.addWidget(again)
        self._tabs.currentChanged.connect(self._turn)
        self.table.moved.connect(self._tell_current)
        self.differences.moved.connect(self._tell_current)
        other = QShortcut(QKeySequence("Alt+D"), self)
        other.activated.connect(self._other)
        self._turn()

    def _front(self) -> ShortTable:
        return self.differences if self._tabs.currentIndex() == _DIFFERENCES else self.table

    def _other(self) -> None:
        self._tabs.setCurrentIndex(_ATTENTION if self._tabs.currentIndex() == _DIFFERENCES else _DIFFERENCES)
        self._front().setFocus()

    def _turn(self) -> None:
        for n, each in enumerate(self._lists):
            each.setVisible(n == self._tabs.currentIndex())
        self._tell_current()

    # Reading.

    def reload(self) -> None:
        """Read again what the exchange left."""
        super().reload()
        self.tell()
        self.run("read", self._found, self._show, latest="sync")

    def _found(self) -> Found:
        """Read everything. Threads: lane read."""
        reader = self._source.reader
        return Found(
            tuple(attention.waiting(self._desk, reader, self._actor)),
            (
                *attention.differing(self._desk, reader, self._actor),
                *attention.only_here(self._desk, reader, self._actor),
            ),
            {user.user_id: user.name for user in self._desk.reader.users()},
        )

    def _show(self, found: Found) -> None:
        self.found = found
        self.table.set_lines(attention_lines(found.items, lambda user_id: found.names.get(user_id, "")))
        self.differences.set_lines(difference_lines(found.differences))
        for n, (title, rows) in enumerate(
            ((tr("Cần chú ý ({n})"), found.items), (tr("Đối soát ({n})"), found.differences))
        ):
            self._tabs.setTabText(n, title.format(n=number(len(rows))))
            self._lists[n].show_list(has_rows=bool(rows))
        self._tell_current()

    def _tell_current(self) -> None:
        item, difference = self._item(), self._difference()
        allowed: tuple[Remedy, ...] = ()
        if item is not None:
            allowed = attention.remedies(item, self._actor)
            means = "" if allowed else tr("Người đã làm việc này, hoặc lãnh đạo, mới xử lý được.")
            self._about.setText(attention_about(item, means))
        elif difference is not None and difference.kind in WAITING_KINDS:
            self._about.setText(waiting_about(difference))
        elif difference is not None:
            allowed = tuple(Remedy)
            self._about.setText(tr("Hồ sơ {code}: chọn bản nào đúng, hoặc lập biên bản.", code=difference.code))
        else:
            self._about.setText("")
        self._about.setVisible(bool(self._about.text()))
        for remedy, button in self._buttons.items():
            button.setEnabled(remedy in allowed)

    def _item(self) -> AttentionItem | None:
        if self.found is None or self._tabs.currentIndex() != _ATTENTION:
            return None
        key = self.table.current_key()
        return next((each for each in self.found.items if each.event_id == key), None)

    def _difference(self) -> Difference | None:
        if self.found is None or self._tabs.currentIndex() != _DIFFERENCES:
            return None
        key = self.differences.current_key()
        return next((each for each in self.found.differences if each.dossier_id == key), None)

    # Acting.

    def _try_now(self) -> None:
        self._source.retry()
        self.kit.notices.say(tr("Đang thử đồng bộ."))

    def _ask(self, remedy: Remedy) -> None:
        item, difference = self._item(), self._difference()
        if item is None and difference is None:
            return
        about = item.code if item is not None else difference.code if difference is not None else ""
        dialog = RemedyDialog(self.kit, remedy, about)

        def send(reason: object) -> None:
            arguments = (self._desk, self._source.reader, self._actor)
            work: Callable[[], Changes]
            if item is not None:
                work = partial(attention.settle, *arguments, item.event_id, remedy, str(reason))
            else:
                key = difference.dossier_id if difference is not None else ""
                work = partial(attention.settle_difference, *arguments, key, remedy, str(reason))
            self.run("db", work, partial(self._done, dialog), partial(self._not_done, dialog))

        dialog.wanted.connect(send)
        dialog.show_over(self)

    def _done(self, dialog: RemedyDialog, changes: Changes) -> None:
        dialog.accept()
        self.clear_error()
        self.kit.notices.say(tr("Đã ghi nhận cách xử lý."))
        self.kit.changes.publish(changes, self)
        self.reload()
        self._front().setFocus()

    def _not_done(self, dialog: RemedyDialog, error: AppError) -> None:
        dialog.show_error(self.kit.words.error(error))
