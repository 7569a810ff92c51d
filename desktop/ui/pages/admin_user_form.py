"""The form of a user: login, name, roles, section, title."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.domain.units import Unit
from desktop.domain.users import Role, User
from desktop.services.staff import Person
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_dialogs import CheckGrid, FormDialog
from desktop.ui.role_words import ROLE_NAMES
from desktop.ui.theme import name_it
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_SIZE_PX: Final = (640, 660)


class UserDialog(FormDialog):
    """Ask for a user; it stays open until he is saved.

    Signals:
        wanted(str, object): Login and Person as typed.
    """

    wanted = Signal(str, object)

    def __init__(self, kit: Kit, unit: Unit, user: User | None, *, is_own: bool, parent: QWidget | None = None) -> None:
        """Show a user, or an empty form.

        Args:
            kit: The tools.
            unit: Its sections.
            user: Who is changed; None for a new one.
            is_own: It is the one who works: his roles stay as they are.
            parent: The page.
        """
        title = tr("Thêm người dùng") if user is None else tr("Sửa người dùng {login}", login=user.login)
        verb = tr("Thêm") if user is None else tr("Lưu")
        super().__init__(kit, name="userDialog", title=title, verb=verb, size_px=_SIZE_PX, parent=parent)
        self._login = LineEdit(kit.theme, name="userLogin")
        self._name = LineEdit(kit.theme, name="userName")
        self._section = ChoiceBox(name="userSection", accessible_name=tr("Bộ phận"))
        self._section.add_choice("", tr("Không thuộc bộ phận nào"))
        for section in unit.sections:
            self._section.add_choice(section.code, section.name)
        self._title = LineEdit(kit.theme, name="userTitle")
        self._roles: dict[Role, QCheckBox] = {}
        self._build(is_new=user is None, is_own=is_own)
        if user is not None:
            self._load(user)
        for line in (self._login, self._name, self._title):
            line.entered.connect(self.move_on)
        self.go.clicked.connect(self._send)
        (self._login if user is None else self._name).setFocus()

    def _build(self, *, is_new: bool, is_own: bool) -> None:
        hint = tr("Chữ thường không dấu và chữ số, ví dụ lan hoặc hung2; không đổi về sau")
        login = Field(tr("Tên đăng nhập"), self._login, hint if is_new else "", required=is_new, name="userLogin")
        if not is_new:
            self._login.setReadOnly(True)
        self.fields.addWidget(login)
        self.fields.addWidget(
            Field(tr("Họ tên"), self._name, tr("Như in trên giấy tờ"), required=True, name="userName")
        )
        self.fields.addWidget(text_label(tr("Vai trò (bắt buộc)")))
        self.add_grid(self._build_roles(is_own=is_own))
        if is_own:
            self.fields.addWidget(Muted(tr("Không ai tự đổi vai trò của mình; nhờ người quản trị khác.")))
        self.fields.addWidget(Field(tr("Bộ phận"), self._section, name="userSection"))
        hint = tr("In dưới chữ ký, ví dụ Công chức Tư pháp - Hộ tịch")
        self.fields.addWidget(Field(tr("Chức danh"), self._title, hint, name="userTitle"))
        self.fields.addStretch(1)

    def _build_roles(self, *, is_own: bool) -> CheckGrid:
        for value, text in ROLE_NAMES.items():
            box = QCheckBox(tr(text))
            name_it(box, f"role_{value}", tr(text), tr("Phím cách: chọn hoặc bỏ vai trò"))
            box.setEnabled(not is_own)
            self._roles[Role(value)] = box
        return CheckGrid(tuple(self._roles.values()), name="userRoles", title=tr("Vai trò"))

    def _load(self, user: User) -> None:
        self._login.setText(user.login)
        self._name.setText(user.name)
        self._section.set_key(user.section)
        self._title.setText(user.title)
        for role, box in self._roles.items():
            box.setChecked(role in user.roles)

    def _send(self) -> None:
        self.show_error("")
        roles = tuple(role for role, box in self._roles.items() if box.isChecked())
        self.begin_act(self.go)
        person = Person(self._name.value(), roles, self._section.key(), self._title.value())
        self.wanted.emit(self._login.value(), person)
