"""The side "Ủy quyền ký": who signs what in whose right, since when, until when; grant and revoke."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.authority import Delegation
from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import local, screen_date
from desktop.domain.way_commands import GrantDelegation
from desktop.services import delegating
from desktop.services.board import field_names
from desktop.services.changes import Changes
from desktop.services.delegating import Standing, standing
from desktop.services.ports import Desk
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable, translated
from desktop.ui.pages.admin_delegation_form import GrantDialog, RevokeDialog
from desktop.ui.pages.admin_words import FORM_SIGNS, document_words, end_words, scope_words, standing_cell
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.tokens import Role as Colour
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Người ký"), "Nguyễn Thị Ngọc Hường", share=1),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Ký"), "TUQ."),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Văn bản"), "01/QĐ-UBND (mẫu)", share=1, give_up=3),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Từ ngày"), "00/00/0000"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Đến ngày"), "00/00/0000", give_up=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Lĩnh vực"), "Hộ tịch, Chứng thực", share=3, give_up=4),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Tình trạng"), "Đã thu hồi từ 00/00/0000", has_icon=True),
)
#: Those that hold stand first, then those that will, then what is over.
_ORDER: Final = (Standing.ENDS_SOON, Standing.HOLDS, Standing.COMING, Standing.ENDED, Standing.REVOKED)


@dataclass(frozen=True, slots=True)
class _Found:
    delegations: tuple[Delegation, ...]
    users: tuple[User, ...]
    fields: Mapping[str, str]


class DelegationsView(QWidget):
    """Show the delegations; the chair grants and revokes.

    Attributes:
        table: The list.
        dialog: What is open over the page, None for nothing.
    """

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            page: Runs the work and shows errors.
            desk: What the use cases work with.
            actor: Who looks.
        """
        super().__init__()
        self._page, self._desk, self._actor = page, desk, actor
        self._found = _Found((), (), {})
        self.dialog: GrantDialog | RevokeDialog | None = None
        self._may_manage = may(actor.roles, Action.MANAGE_DELEGATIONS)
        theme = page.kit.theme
        self.table = ShortTable(
            theme,
            translated(_HEADS),
            name="delegationsTable",
            title=tr("Ủy quyền ký"),
            tip=tr("Mũi tên: xem từng văn bản; nội dung đầy đủ ở dưới"),
        )
        self.whole = Muted()
        name_it(self.whole, "delegationWhole", tr("Nội dung văn bản đang chọn"))
        self._add = ActionButton(
            theme,
            tr("Thêm ủy quyền"),
            icon="plus",
            shortcut="Ctrl+N",
            name="addDelegation",
            status_tip=tr("Ghi văn bản giao ký thay, ký thừa lệnh hoặc thừa ủy quyền"),
        )
        self._end = ActionButton(
            theme,
            tr("Thu hồi"),
            icon="close",
            shortcut="Ctrl+D",
            name="revokeDelegation",
            status_tip=tr("Từ một ngày văn bản không còn hiệu lực; chữ ký trước đó vẫn đúng"),
        )
        self._build()
        self.table.moved.connect(self._show_whole)
        self._add.clicked.connect(self._ask_new)
        self._end.clicked.connect(self._ask_end)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        if not self._may_manage:
            return ()
        return (ShortcutHint("Ctrl+N", tr("Thêm ủy quyền")), ShortcutHint("Ctrl+D", tr("Thu hồi văn bản đang chọn")))

    def focus(self) -> None:
        """Take the keys."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read the delegations again."""
        self._page.run("read", partial(_read, self._desk, self._actor), self._show, latest="delegations")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.table, 1)
        column.addWidget(self.whole)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        column.addLayout(row)
        for button in (self._add, self._end):
            row.addWidget(button)
            button.setVisible(self._may_manage)
        row.addStretch(1)

    def _today(self) -> date:
        return local(self._page.kit.now()).date()

    def _show(self, found: _Found) -> None:
        self._found = found
        today = self._today()
        names = {user.user_id: user.name for user in found.users}
        ordered = sorted(found.delegations, key=lambda each: (_ORDER.index(standing(each, today)), each.from_on))
        self.table.set_lines([_line(each, names, found.fields, today) for each in ordered])
        self._show_whole()
        standings = [standing(each, today) for each in found.delegations]
        n = sum(each in (Standing.HOLDS, Standing.ENDS_SOON) for each in standings)
        soon = standings.count(Standing.ENDS_SOON)
        text = tr("{n} văn bản còn hiệu lực", n=n)
        if soon:
            limit = delegating.ENDS_SOON_DAYS
            text = tr("{text}, {soon} hết trong {limit} ngày", text=text, soon=soon, limit=limit)
        self._page.set_subtitle(text, self)

    def _chosen(self) -> Delegation | None:
        key = self.table.current_key()
        return next((each for each in self._found.delegations if each.delegation_id == key), None)

    def _show_whole(self) -> None:
        chosen = self._chosen()
        over = (Standing.REVOKED, Standing.ENDED)
        self._end.setEnabled(
            chosen is not None and chosen.revoked_on is None and standing(chosen, self._today()) not in over
        )
        if chosen is None:
            self.whole.setText(tr("Chưa có văn bản nào. Chủ tịch thêm bằng Ctrl+N."))
            return
        self.whole.setText(
            tr(
                "{document}, từ {start} đến {end}: {scope}.",
                document=document_words(chosen),
                start=screen_date(chosen.from_on),
                end=end_words(chosen),
                scope=scope_words(chosen, self._found.fields),
            )
        )

    # Granting and revoking.

    def _ask_new(self) -> None:
        signers = [user for user in self._found.users if user.is_active and may(user.roles, Action.APPROVE)]
        others = [user for user in signers if user.user_id != self._actor.user_id]
        catalogue = self._desk.reference.catalogue
        dialog = GrantDialog(self._page.kit, others, self._found.fields, catalogue, self._today(), self)
        dialog.wanted.connect(self._grant)
        self._open(dialog)

    def _grant(self, command: GrantDelegation) -> None:
        work = partial(delegating.grant, self._desk, self._actor, command)
        self._page.run("db", work, self._granted, self._refused)

    def _granted(self, done: tuple[Delegation, Changes]) -> None:
        delegation, changes = done
        self._done(tr("Đã ghi {document}.", document=document_words(delegation)), changes)

    def _ask_end(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        dialog = RevokeDialog(self._page.kit, document_words(chosen), self._today(), self)
        dialog.wanted.connect(partial(self._revoke, chosen))
        self._open(dialog)

    def _revoke(self, chosen: Delegation, on: date, reason: str) -> None:
        work: Callable[[], Changes] = partial(
            delegating.revoke, self._desk, self._actor, chosen.delegation_id, on, reason
        )
        self._page.run("db", work, partial(self._revoked, chosen), self._refused)

    def _revoked(self, chosen: Delegation, changes: Changes) -> None:
        self._done(tr("Đã thu hồi {document}.", document=document_words(chosen)), changes)

    def _open(self, dialog: GrantDialog | RevokeDialog) -> None:
        self._page.clear_error()
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None
        self.table.setFocus()

    def _done(self, said: str, changes: Changes) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._page.kit.notices.say(said)
        self._page.kit.changes.publish(changes, self._page)

    def _refused(self, error: AppError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(self._page.kit.words.error(error))
        else:
            self._page.fail(error)


def _read(desk: Desk, actor: User) -> _Found:
    """Threads: lane read."""
    return _Found(delegating.delegations(desk, actor), desk.reader.users(), field_names(desk))


def _line(each: Delegation, names: Mapping[str, str], fields: Mapping[str, str], on: date) -> Line:
    is_over = standing(each, on) in (Standing.ENDED, Standing.REVOKED)
    role = Colour.MUTED if is_over else None
    texts = (
        names.get(each.delegate, "–"),
        FORM_SIGNS[each.form],
        each.document,
        screen_date(each.from_on),
        end_words(each),
        scope_words(each, fields),
    )
    return Line(each.delegation_id, (*(Cell(text, role=role) for text in texts), standing_cell(each, on)))
