"""The side "Giao lại hồ sơ": what people who left still hold; a leader says who holds it from now on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.domain.vietnamese import number, screen_datetime
from desktop.domain.way_commands import AssignCustody
from desktop.services import handing, staff
from desktop.services.handing import AssignedAll
from desktop.services.ports import Desk
from desktop.services.staff import LeftBehind
from desktop.ui.dialogs.witness import Shared, do_shared
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable, translated
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit, field_row
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Mã hồ sơ"), "000.00.00.H00-000000-0000"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Chủ hồ sơ"), "Nguyễn Thị Ngọc Hường", share=1),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Thủ tục"), "Đăng ký khai sinh", share=2, give_up=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Hẹn trả"), "00:00 00/00/0000", give_up=1),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Người đã nghỉ"), "Nguyễn Thị Hường", share=1),
)


@dataclass(frozen=True, slots=True)
class _Found:
    left: tuple[LeftBehind, ...]
    holders: tuple[tuple[Custodian, str], ...]


class LeftoversView(QWidget):
    """List what is left behind and give it on.

    Attributes:
        table: The list.
    """

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            page: Runs the work and shows errors.
            desk: What the use cases work with.
            actor: The leader.
        """
        super().__init__()
        self._page, self._desk, self._actor = page, desk, actor
        self._found = _Found((), ())
        self._is_chosen = False
        theme = page.kit.theme
        self.table = ShortTable(
            theme,
            translated(_HEADS),
            name="leftTable",
            title=tr("Hồ sơ của người đã nghỉ"),
            tip=tr("Mũi tên: chọn; Enter: chọn người nhận"),
        )
        self._to = ChoiceBox(name="leftTo")
        self._reason = LineEdit(theme, name="leftReason")
        self._reason.setText(tr("Người giữ đã ngừng làm việc tại đơn vị"))
        self._one = ActionButton(
            theme, tr("Giao lại hồ sơ này"), icon="handover", shortcut="Ctrl+Return", primary=True, name="giveOne"
        )
        self._all = ActionButton(
            theme,
            tr("Giao lại tất cả"),
            icon="handover",
            shortcut="Ctrl+Shift+Return",
            name="giveAll",
            status_tip=tr("Giao mọi hồ sơ trong danh sách cho người nhận đã chọn"),
        )
        self._build()
        self._one.clicked.connect(self._give_one)
        self._all.clicked.connect(self._give_all)
        self.table.entered.connect(self._to.setFocus)
        self.table.moved.connect(self._propose)
        self._to.activated.connect(self._choose)
        self._reason.entered.connect(self._one.setFocus)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+Return", tr("Giao lại hồ sơ đang chọn")),
            ShortcutHint("Ctrl+Shift+Return", tr("Giao lại tất cả")),
        )

    def focus(self) -> None:
        """Take the keys."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read the list again."""
        self._page.run("read", partial(_read, self._desk, self._actor), self._show, latest="left")

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(
                self._page.kit.theme,
                "check",
                tr("Không có hồ sơ nào phải giao lại"),
                tr("Khi một người ngừng dùng tài khoản mà còn giữ hồ sơ, các hồ sơ đó hiện ở đây."),
            )
        )
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.table, 1)
        hint = tr("Ít nhất {n} chữ", n=MIN_REASON)
        column.addLayout(
            field_row(
                Field(tr("Giao cho"), self._to, required=True, name="leftTo"),
                Field(tr("Lý do"), self._reason, hint, required=True, name="leftReason"),
            )
        )
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        row.addWidget(self._all)
        row.addWidget(self._one)
        column.addLayout(row)
        self._stack.addWidget(side)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    def _show(self, found: _Found) -> None:
        self._found = found
        chosen = self._to.key()
        self._to.clear()
        for custodian, name in found.holders:
            self._to.add_choice(_key(custodian), name)
        if self._is_chosen:
            self._to.set_key(chosen)
        self.table.set_lines([_line(each) for each in found.left])
        self._stack.setCurrentIndex(int(bool(found.left)))
        self._all.setEnabled(len(found.left) > 1)
        self._page.set_subtitle(tr("{n} hồ sơ phải giao lại", n=number(len(found.left))), self)
        self._propose()

    def _propose(self) -> None:
        """Propose the section of the one who left, until the leader chooses."""
        if self._is_chosen:
            return
        code = self.table.current_key()
        section = next((each.holder.section for each in self._found.left if each.card.code == code), "")
        if section:
            self._to.set_key(_key(Custodian(CustodianKind.SECTION, section)))

    def _choose(self) -> None:
        self._is_chosen = True

    def _give_one(self) -> None:
        code = self.table.current_key()
        if code:
            self._give((code,))

    def _give_all(self) -> None:
        self._give(tuple(each.card.code for each in self._found.left))

    def _give(self, codes: tuple[str, ...]) -> None:
        to = next((custodian for custodian, _ in self._found.holders if _key(custodian) == self._to.key()), None)
        if to is None:
            self._to.setFocus()
            return
        self._page.clear_error()
        for button in (self._one, self._all):
            button.setEnabled(False)
        command = AssignCustody(to, self._reason.value())
        work = partial(handing.assign_all, self._desk, self._actor, codes, command)
        what = codes[0] if len(codes) == 1 else tr("{n} hồ sơ", n=number(len(codes)))
        about = tr(
            "Giao lại {what} cho {name} · {reason}", what=what, name=self._to.currentText(), reason=command.reason
        )
        do_shared(self._page, self, Shared(about, work, self._given, self._not_given, self._put_off))

    def _put_off(self) -> None:
        self._one.setEnabled(True)
        self._all.setEnabled(len(self._found.left) > 1)
        self._one.setFocus()

    def _given(self, done: AssignedAll) -> None:
        self._one.setEnabled(True)
        if done.dossiers:
            self._page.kit.notices.say(
                tr("Đã giao lại {n} hồ sơ cho {name}.", n=number(done.dossiers), name=self._to.currentText())
            )
        if done.refused is not None:
            self._page.fail(done.refused)
        self._page.kit.changes.publish(done.changes, self._page)
        self.refresh()
        self.table.setFocus()

    def _not_given(self, error: AppError) -> None:
        """Let it be tried again: how far it came is not known."""
        self._one.setEnabled(True)
        self._page.fail(error)
        self.refresh()


def _read(desk: Desk, actor: User) -> _Found:
    """Threads: lane read."""
    return _Found(staff.left_behind(desk, actor), handing.holders(desk, actor))


def _key(custodian: Custodian) -> str:
    return f"{custodian.kind.value}:{custodian.holder}"


def _line(each: LeftBehind) -> Line:
    card = each.card
    texts = (card.code, card.applicant, card.procedure, screen_datetime(card.promised_at), each.holder.name)
    return Line(card.code, tuple(Cell(text) for text in texts))
