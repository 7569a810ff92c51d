"""The page "Trực tuyến": what citizens filed online, next due first, answered within eight working hours."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import number
from desktop.services import online
from desktop.services.changes import Kind
from desktop.services.online import Answered, OnlineRow
from desktop.services.ports import Desk
from desktop.services.receive import find_procedure
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.kept import KeptTexts
from desktop.ui.dialogs.online import AcceptDialog, AskDialog, Asked, DeclineDialog, MergeDialog
from desktop.ui.kit import Kit
from desktop.ui.models.short_table import ShortTable
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.online_words import about, heads, lines, warning
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

#: The hours go on even when nobody acts.
_LOOK_MS: Final = 60_000
_OPEN, _SETTLED = range(2)
_LEAST_ROWS: Final = 3
#: What each answer to a filing needs.
_NEEDED: Final = {
    "ask": Action.REQUEST_SUPPLEMENT,
    "decline": Action.TURN_AWAY,
    "merge": Action.RECEIVE,
    "accept": Action.RECEIVE,
}


class OnlinePage(Page):
    """Show the inbox and answer it.

    Attributes:
        table: The list in front.
        rows: What it shows, by filing.

    Signals:
        receipt_ready(object): PrintJob of the receipt of a filing taken in.
    """

    receipt_ready = Signal(object)
    reads_after = frozenset({Kind.ONLINE, Kind.UNIT})

    def __init__(self, kit: Kit, desk: Desk, actor: User) -> None:
        """Take the services."""
        super().__init__(kit, key="online", title=tr("Trực tuyến"))
        self._desk, self._actor = desk, actor
        self.rows: dict[str, OnlineRow] = {}
        theme = kit.theme
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        name_it(self._tabs, "onlineTabs", tr("Danh sách"), tr("Mũi tên trái phải để chuyển"))
        self._allowed = {key: may(actor.roles, action) for key, action in _NEEDED.items()}
        tip = tr("Enter để tiếp nhận") if self._allowed["accept"] else tr("Mũi tên để xem từng hồ sơ")
        self.table = ShortTable(theme, heads(), name="onlineTable", title=tr("Hồ sơ trực tuyến"), tip=tip)
        self.table.show_at_least(_LEAST_ROWS)
        self._list = ListOrAdvice(self.table, _nothing(theme, _OPEN))
        self._list.addWidget(_nothing(theme, _SETTLED))
        self._warning = Callout(theme, "soon", name="onlineWarning")
        self._about = text_label("", wraps=True)
        name_it(self._about, "onlineAbout", tr("Hồ sơ đang chọn"))
        self._buttons: dict[str, ActionButton] = {}
        self._kept = KeptTexts()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.reload)
        self._build()
        self._connect()

    # Answers to the shell.

    def shown(self) -> None:
        """Read the list again and give it the keys."""
        self._timer.start()
        self.reload()
        self.table.setFocus()

    def go_back(self) -> bool:
        """Leave the settled ones, then take an error away."""
        if self._tabs.currentIndex() == _SETTLED:
            self._tabs.setCurrentIndex(_OPEN)
            self.table.setFocus()
            return True
        had_error = bool(self.error_text())
        self.clear_error()
        return had_error

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        own = {
            "accept": ShortcutHint("Return", tr("Tiếp nhận hồ sơ đang chọn")),
            "ask": ShortcutHint("Alt+B", tr("Yêu cầu bổ sung")),
            "decline": ShortcutHint("Alt+T", tr("Từ chối")),
            "merge": ShortcutHint("Alt+N", tr("Nhập vào hồ sơ tại quầy")),
        }
        return (
            *(hint for key, hint in own.items() if self._allowed[key]),
            ShortcutHint("Alt+D", tr("Chuyển giữa chờ trả lời và đã xử lý")),
            ShortcutHint("Alt+M", tr("Mở hồ sơ đã nhận")),
        )

    def row(self) -> OnlineRow | None:
        """Return the current filing."""
        return self.rows.get(self.table.current_key())

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking at the clock."""
        self._timer.stop()
        super().hideEvent(event)

    # Building.

    def _build(self) -> None:
        for title in (tr("Chờ trả lời"), tr("Đã xử lý")):
            self._tabs.addTab(title)
        self._side = QWidget()
        column = QVBoxLayout(self._side)
        column.setContentsMargins(0, SPACE_S, 0, 0)
        column.setSpacing(SPACE_S)
        column.addWidget(self._warning)
        column.addWidget(self._about)
        self.body.addWidget(self._tabs)
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self._side)
        self.footer.addStretch(1)
        verbs = (
            ("ask", tr("Yêu cầu bổ sung"), "edit", "Alt+B"),
            ("decline", tr("Từ chối"), "close", "Alt+T"),
            ("merge", tr("Nhập chung"), "check", "Alt+N"),
            ("accept", tr("Tiếp nhận"), "receive", "Ctrl+Return"),
        )
        for key, verb, icon, keys in verbs:
            button = ActionButton(
                self.kit.theme,
                verb,
                icon=icon,
                shortcut=keys,
                primary=key == "accept",
                name=f"online{key.capitalize()}",
                status_tip=verb,
            )
            self._buttons[key] = button
            self.footer.addWidget(button)
        self._open_dossier = ActionButton(
            self.kit.theme,
            tr("Mở hồ sơ"),
            icon="dossiers",
            shortcut="Alt+M",
            name="onlineOpen",
            status_tip=tr("Mở hồ sơ đã nhận"),
        )
        self.footer.addWidget(self._open_dossier)

    def _connect(self) -> None:
        self._tabs.currentChanged.connect(self.reload)
        self.table.moved.connect(self._tell)
        self.table.entered.connect(self._enter)
        for key, work in (
            ("accept", self._accept),
            ("ask", self._ask),
            ("decline", self._decline),
            ("merge", self._merge),
        ):
            self._buttons[key].clicked.connect(work)
        self._open_dossier.clicked.connect(self._show_dossier)
        other = QShortcut(QKeySequence("Alt+D"), self)
        other.activated.connect(self._other_list)

    # Reading.

    def reload(self) -> None:
        """Read the list in front again."""
        super().reload()
        read = online.settled if self._tabs.currentIndex() == _SETTLED else online.inbox
        self.run("read", partial(read, self._desk, self._actor), self._show, latest="online")

    def _show(self, rows: tuple[OnlineRow, ...]) -> None:
        self.rows = {row.filing.filing_id: row for row in rows}
        self.table.set_lines(lines(rows))
        self._list.show_list(has_rows=bool(rows))
        if not rows and self._tabs.currentIndex() == _SETTLED:
            self._list.setCurrentIndex(self._list.count() - 1)
        if self._tabs.currentIndex() == _OPEN:
            waiting = sum(row.filing.answered_at is None for row in rows)
            late = sum(row.is_late for row in rows)
            self._tabs.setTabText(_OPEN, tr("Chờ trả lời ({n})", n=number(waiting)))
            self.set_subtitle(tr("{n} hồ sơ quá 8 giờ làm việc", n=number(late)) if late else "")
        self._tell()

    def _tell(self) -> None:
        row = self.row()
        self._about.setText(about(row) if row else "")
        self._warning.say(warning(row) if row else "")
        self._side.setVisible(row is not None)
        is_open = row is not None and not row.filing.is_settled
        for key, button in self._buttons.items():
            button.setVisible(self._allowed[key] and self._tabs.currentIndex() == _OPEN)
            button.setEnabled(is_open)
        self._open_dossier.setVisible(row is not None and bool(row.filing.dossier_code))
        buttons = (*self._buttons.values(), self._open_dossier)
        self._footer_frame.setVisible(not all(button.isHidden() for button in buttons))

    def _other_list(self) -> None:
        self._tabs.setCurrentIndex(_OPEN if self._tabs.currentIndex() == _SETTLED else _SETTLED)
        self.table.setFocus()

    # Acting.

    def _enter(self) -> None:
        row = self.row()
        if row is not None and row.filing.dossier_code:
            self._show_dossier()
        elif self._allowed["accept"]:
            self._buttons["accept"].click()

    def _accept(self) -> None:
        row = self.row()
        if row is not None:
            self._ask_by(AcceptDialog(self.kit.theme, row), row, online.accept)

    def _ask(self) -> None:
        row = self.row()
        if row is None:
            return
        find = partial(find_procedure, self._desk, row.filing.procedure, row.filing.submitted_at)
        self.run("read", find, partial(self._ask_about, row), latest="ask")

    def _ask_about(self, row: OnlineRow, procedure: Procedure) -> None:
        self._ask_by(AskDialog(self.kit.theme, row, procedure), row, self._sent)

    def _sent(self, desk: Desk, actor: User, tracking: str, asked: Asked) -> Answered:
        return online.ask_supplement(desk, actor, tracking, asked.gaps, asked.reason)

    def _decline(self) -> None:
        row = self.row()
        if row is not None:
            self._ask_by(DeclineDialog(self.kit.theme, row), row, online.decline)

    def _merge(self) -> None:
        row = self.row()
        if row is not None:
            self._ask_by(MergeDialog(self.kit.theme, row), row, online.merge)

    def _ask_by(self, dialog: ActDialog, row: OnlineRow, act: Callable[..., Answered]) -> None:
        """Open a dialog; it stays open until the act is done."""

        def send(command: object) -> None:
            work = partial(act, self._desk, self._actor, row.filing.filing_id, command)
            self.run("db", work, partial(self._done, dialog), partial(self._not_done, dialog))

        self._kept.follow(dialog, f"{type(dialog).__name__} {row.filing.filing_id}")
        dialog.wanted.connect(send)
        dialog.show_over(self)

    def _done(self, dialog: ActDialog, done: Answered) -> None:
        dialog.accept()
        self.clear_error()
        code = done.dossier.code if done.dossier else done.filing.tracking
        self.kit.notices.say(tr("Đã trả lời hồ sơ trực tuyến {code}.", code=code))
        if done.job is not None:
            self.receipt_ready.emit(done.job)
        self.kit.changes.publish(done.changes, self)
        self.reload()
        self.table.setFocus()

    def _not_done(self, dialog: ActDialog, error: AppError) -> None:
        dialog.show_error(self.kit.words.error(error))

    def _show_dossier(self) -> None:
        row = self.row()
        if row is not None and row.filing.dossier_code:
            self.page_wanted.emit("dossiers", row.filing.dossier_code)


def _nothing(theme: Theme, tab: int) -> EmptyState:
    """Say why a list is empty."""
    if tab == _SETTLED:
        return EmptyState(
            theme, "online", tr("Chưa có hồ sơ trực tuyến nào đã xử lý"), tr("Hồ sơ đã trả lời xong hiện ở đây.")
        )
    advice = tr("Hồ sơ công dân nộp qua mạng hiện ở đây ngay khi máy đồng bộ với thành phố.")
    return EmptyState(theme, "online", tr("Không có hồ sơ trực tuyến nào chờ"), advice)
