"""The side "Người dùng": who works here, in which roles; add, change, let go, give a new code."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.units import Unit
from desktop.domain.users import User
from desktop.services import staff
from desktop.services.changes import Changes
from desktop.services.ports import Desk
from desktop.services.staff import Held, Person
from desktop.services.witnessing import Witness
from desktop.ui.dialogs.witness import Shared, do_shared
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable, translated
from desktop.ui.pages.admin_dialogs import CodeDialog, FormDialog, QuestionDialog
from desktop.ui.pages.admin_ports import Caretaker
from desktop.ui.pages.admin_user_form import UserDialog
from desktop.ui.pages.admin_words import held_words, role_words, section_word, state_cell
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.tokens import Role as Colour
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

T = TypeVar("T")

_HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Họ tên"), "Nguyễn Thị Ngọc Hường", share=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Đăng nhập"), "phochutich"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Vai trò"), "Tiếp nhận, Chuyên môn", share=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Bộ phận"), "Tư pháp - Hộ tịch", share=2, give_up=1),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Chức danh"), "Công chức tiếp nhận", share=1, give_up=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Tài khoản"), "Đang dùng", has_icon=True),
)


class UsersView(QWidget):
    """Show the staff and change it.

    Attributes:
        table: The list.
        dialog: What is open over the page, None for nothing.
    """

    def __init__(self, page: "Page", desk: Desk, actor: User, caretaker: Caretaker) -> None:
        """Take the services.

        Args:
            page: Runs the work and shows errors.
            desk: What the use cases work with.
            actor: Who manages.
            caretaker: Codes, keys and the printer.
        """
        super().__init__()
        self._page, self._desk, self._actor, self._caretaker = page, desk, actor, caretaker
        self._users: dict[str, User] = {}
        self._unit: Unit | None = None
        self.dialog: FormDialog | None = None
        theme = page.kit.theme
        self.table = ShortTable(
            theme,
            translated(_HEADS),
            name="usersTable",
            title=tr("Người dùng"),
            tip=tr("Mũi tên: chọn; Enter: sửa"),
        )
        self._add = self._button(
            tr("Thêm người dùng"), "plus", "Ctrl+N", "addUser", tr("Thêm một người và cấp mã đăng nhập một lần")
        )
        self._edit = self._button(tr("Sửa"), "edit", "Ctrl+E", "editUser", tr("Đổi họ tên, vai trò, bộ phận"))
        self._reset = self._button(
            tr("Cấp lại mã"), "lock", "Ctrl+R", "resetUser", tr("Thay mật khẩu đã quên bằng mã một lần")
        )
        self._leave = self._button(
            tr("Ngừng dùng"), "minus", "Ctrl+D", "leaveUser", tr("Không cho đăng nhập nữa; lịch sử giữ nguyên")
        )
        self._build()
        self._connect()

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+N", tr("Thêm người dùng")),
            ShortcutHint("Return", tr("Sửa người đang chọn (cũng là Ctrl+E)")),
            ShortcutHint("Ctrl+R", tr("Cấp lại mã một lần")),
            ShortcutHint("Ctrl+D", tr("Ngừng dùng, dùng lại")),
        )

    def focus(self) -> None:
        """Take the keys."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read the staff again."""
        self._page.run("read", partial(_read, self._desk, self._actor), self._show, latest="staff")

    # Building.

    def _button(self, text: str, icon: str, keys: str, name: str, tip: str) -> ActionButton:
        return ActionButton(self._page.kit.theme, text, icon=icon, shortcut=keys, name=name, status_tip=tip)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        for button in (self._add, self._edit, self._reset, self._leave):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _connect(self) -> None:
        self._add.clicked.connect(self._ask_new)
        self._edit.clicked.connect(self._ask_change)
        self._reset.clicked.connect(self._ask_reset)
        self._leave.clicked.connect(self._ask_leave)
        self.table.entered.connect(self._ask_change)
        self.table.moved.connect(self._show_buttons)

    # The list.

    def _show(self, found: tuple[tuple[User, ...], Unit]) -> None:
        users, self._unit = found
        self._users = {user.user_id: user for user in users}
        self.table.set_lines([_line(user, self._unit) for user in users])
        self._show_buttons()
        at_work = sum(user.is_active for user in users)
        self._page.set_subtitle(tr("{n} người đang dùng, {m} đã ngừng", n=at_work, m=len(users) - at_work), self)

    def _show_buttons(self) -> None:
        user = self._chosen()
        is_other = user is not None and user.user_id != self._actor.user_id
        self._edit.setEnabled(user is not None)
        self._leave.setEnabled(is_other)
        self._leave.set_verb(tr("Dùng lại") if user is not None and not user.is_active else tr("Ngừng dùng"))
        has_password = not self._desk.is_training
        self._reset.setEnabled(user is not None and is_other and user.is_active and has_password)

    def _chosen(self) -> User | None:
        return self._users.get(self.table.current_key())

    # Adding and changing.

    def _ask_new(self) -> None:
        self._ask_person(None)

    def _ask_change(self) -> None:
        user = self._chosen()
        if user is not None:
            self._ask_person(user)

    def _ask_person(self, user: User | None) -> None:
        if self._unit is None:
            return
        is_own = user is not None and user.user_id == self._actor.user_id
        dialog = UserDialog(self._page.kit, self._unit, user, is_own=is_own, parent=self)
        dialog.wanted.connect(self._save_new if user is None else partial(self._save_changed, user))
        self._open(dialog)

    def _save_new(self, login: str, person: Person) -> None:
        code = self._caretaker.new_code()
        work = partial(_add, self._desk, self._actor, self._caretaker, login, person, code)
        words = [tr("Thêm {name} ({login}) · vai trò: {roles}", name=person.name, login=login, roles=_roles(person))]
        if person.section and self._unit is not None:
            words.append(tr("bộ phận: {section}", section=section_word(self._unit, person.section)))
        if person.title:
            words.append(tr("chức danh: {title}", title=person.title))
        self._do(" · ".join(words), work, partial(self._added, code))

    def _added(self, code: str, done: tuple[User, Changes]) -> None:
        user, changes = done
        self._close()
        self._page.kit.notices.say(tr("Đã thêm {name}.", name=user.name))
        self._page.kit.changes.publish(changes, self._page)
        self._show_code(user, code)

    def _save_changed(self, user: User, _login: str, person: Person) -> None:
        work = partial(staff.change_user, self._desk, self._actor, user.user_id, person)
        self._do(self._change_words(user, person), work, self._changed)

    def _change_words(self, user: User, person: Person) -> str:
        """Say all that becomes different, for who stands by it."""
        before, now = role_words(user.roles), _roles(person)
        if set(user.roles) == set(person.roles):
            words = [tr("Sửa {name} · vai trò: {roles}", name=user.name, roles=now)]
        else:
            words = [
                tr("Đổi vai trò của {name} · trước: {before} · từ nay: {now}", name=user.name, before=before, now=now)
            ]
        if person.name != user.name:
            words.append(tr("họ tên mới: {name}", name=person.name))
        if person.section != user.section and self._unit is not None:
            words.append(tr("bộ phận mới: {section}", section=section_word(self._unit, person.section)))
        if person.title != user.title:
            words.append(tr("chức danh mới: {title}", title=person.title or "–"))
        return " · ".join(words)

    def _changed(self, done: tuple[User, Changes]) -> None:
        user, changes = done
        self._close()
        self._page.kit.notices.say(tr("Đã sửa {name}; vai trò mới có từ lần đăng nhập sau.", name=user.name))
        self._page.kit.changes.publish(changes, self._page)

    # A new code.

    def _ask_reset(self) -> None:
        user = self._chosen()
        if user is None:
            return
        told = (tr("Mật khẩu cũ hết dùng được ngay. Người này đăng nhập bằng mã mới rồi đặt mật khẩu khác."),)
        title = tr("Cấp lại mã cho {name}?", name=user.name)
        about = tr("Cấp lại mã cho {name} · vai trò: {roles}", name=user.name, roles=role_words(user.roles))
        self._ask(title, told, tr("Cấp lại mã"), partial(self._reset_code, user, about))

    def _reset_code(self, user: User, about: str) -> None:
        code = self._caretaker.new_code()
        work = partial(_renew, self._desk, self._actor, self._caretaker, user, code)
        self._do(about, work, partial(self._renewed, user, code))

    def _renewed(self, user: User, code: str, changes: Changes) -> None:
        self._close()
        self._page.kit.changes.publish(changes, self._page)
        self._show_code(user, code)

    # Leaving and coming back.

    def _ask_leave(self) -> None:
        user = self._chosen()
        if user is None:
            return
        if not user.is_active:
            told = (tr("Người này đăng nhập lại được bằng mã mới, với vai trò và bộ phận như trước."),)
            title = tr("Cho {name} dùng lại?", name=user.name)
            about = tr("Cho {name} dùng lại · vai trò: {roles}", name=user.name, roles=role_words(user.roles))
            self._ask(title, told, tr("Dùng lại"), partial(self._reset_code, user, about))
            return
        work = partial(staff.held_by, self._desk, self._actor, user.user_id)
        self._page.run("read", work, partial(self._ask_leave_knowing, user), latest="held")

    def _ask_leave_knowing(self, user: User, held: tuple[Held, ...]) -> None:
        holding = held_words(held)
        told = [tr("Người này không đăng nhập được nữa, phiên đang mở dừng ở thao tác kế tiếp. Lịch sử giữ nguyên.")]
        if holding:
            told += [holding, tr("Lãnh đạo giao lại các hồ sơ đó ở mục Giao lại hồ sơ.")]
        else:
            told.append(tr("Không giữ hồ sơ nào chưa xong."))
        title = tr("Ngừng dùng tài khoản {name}?", name=user.name)
        self._ask(title, tuple(told), tr("Ngừng dùng"), partial(self._deactivate, user, holding))

    def _deactivate(self, user: User, holding: str) -> None:
        work = partial(_let_go, self._desk, self._actor, self._caretaker, user)
        about = tr("Ngừng dùng tài khoản {name} · vai trò: {roles}", name=user.name, roles=role_words(user.roles))
        self._do(about, work, partial(self._left, user, holding))

    def _left(self, user: User, holding: str, changes: Changes) -> None:
        self._close()
        self._page.kit.notices.say(tr("Đã ngừng dùng tài khoản {name}. {held}", name=user.name, held=holding).strip())
        self._page.kit.changes.publish(changes, self._page)

    # Dialogs.

    def _ask(self, title: str, told: tuple[str, ...], verb: str, act: Callable[[], None]) -> None:
        dialog = QuestionDialog(self._page.kit, title, told, verb, self)
        dialog.wanted.connect(act)
        self._open(dialog)

    def _open(self, dialog: FormDialog) -> None:
        self._page.clear_error()
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None
        self.table.setFocus()

    def _close(self) -> None:
        if self.dialog is not None:
            self.dialog.accept()

    def _do(self, about: str, work: Callable[[Witness | None], T], on_done: Callable[[T], None]) -> None:
        over = self if self.dialog is None else self.dialog
        do_shared(self._page, over, Shared(about, work, on_done, self._refused, self._put_off))

    def _put_off(self) -> None:
        if self.dialog is not None:
            self.dialog.show_error("")

    def _refused(self, error: AppError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(self._page.kit.words.error(error))
        else:
            self._page.fail(error)

    def _show_code(self, user: User, code: str) -> None:
        if not code:
            return
        who = tr("{name} · tên đăng nhập: {login}", name=user.name, login=user.login)
        CodeDialog(self._page.kit, who, code, self._caretaker.print_sheet, self).open()


def _roles(person: Person) -> str:
    return role_words(person.roles)


def _line(user: User, unit: Unit) -> Line:
    role = None if user.is_active else Colour.MUTED
    texts = (user.name, user.login, role_words(user.roles), section_word(unit, user.section), user.title)
    return Line(user.user_id, (*(Cell(text, role=role) for text in texts), state_cell(user)))


def _read(desk: Desk, actor: User) -> tuple[tuple[User, ...], Unit]:
    """Threads: lane read."""
    return staff.staff(desk, actor), desk.reader.unit()


def _add(
    desk: Desk, actor: User, caretaker: Caretaker, login: str, person: Person, code: str, witness: Witness | None
) -> tuple[User, Changes]:
    """Threads: lane db."""
    user, changes = staff.add_user(desk, actor, login, person, code, witness)
    caretaker.share_key(user.login, code)
    return user, changes


def _renew(desk: Desk, actor: User, caretaker: Caretaker, user: User, code: str, witness: Witness | None) -> Changes:
    """Threads: lane db."""
    renew = staff.reset_password if user.is_active else staff.reactivate
    changes = renew(desk, actor, user.user_id, code, witness)
    caretaker.share_key(user.login, code)
    return changes


def _let_go(desk: Desk, actor: User, caretaker: Caretaker, user: User, witness: Witness | None) -> Changes:
    """Threads: lane db."""
    changes = staff.deactivate(desk, actor, user.user_id, witness)
    caretaker.take_key(user.login)
    return changes
