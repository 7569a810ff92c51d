"""The log-in box: pick or type a user, give the password, change a one-time code; painted before anything is loaded."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.ui.dialogs.card import Card, centre_card
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.dialogs.ports import Accounts, Session, UserCard
from desktop.ui.dialogs.wait import Wait
from desktop.ui.kit import Kit
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import ErrorLine, Muted, text_label
from desktop.ui.widgets.picker import NUMBERED, Choice, ShortPicker
from desktop.ui.words import tr

_BOX_PX = 440


class LoginBox(QWidget):
    """Let a user in.

    Signals:
        entered(object): The Session.
    """

    entered = Signal(object)

    def __init__(self, kit: Kit, accounts: Accounts, *, version: str = "", parent: QWidget | None = None) -> None:
        """Build the box; it asks for the users when it is shown."""
        super().__init__(parent)
        self._kit = kit
        self._accounts = accounts
        self._session: Session | None = None
        self._free: frozenset[str] = frozenset()
        self._wait = Wait(kit.now, self)
        self._wait.ticked.connect(self._show_wait)
        self.setProperty("class", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name_it(self, "loginBox", tr("Đăng nhập"))
        self._error = ErrorLine(kit.theme)
        self._under_way = Muted()
        self._under_way.hide()
        name_it(self._under_way, "loginUnderWay", tr("Việc đang làm khi mở dữ liệu"))
        self._steps = QStackedWidget()
        self._steps.addWidget(self._build_entry())
        self._steps.addWidget(self._build_change())
        self._steps.currentChanged.connect(self._fit_step)
        self._fit_step()
        self._place(version)

    def begin(self) -> None:
        """Start afresh: nobody is named, nothing is typed."""
        self._session = None
        self._wait.stop()
        self._password.clear()
        self._login.clear()
        self._picker.set_current("")
        self._error.set_text("")
        self._steps.setCurrentIndex(0)
        self._enter.setEnabled(True)
        self._login.setFocus()
        self._kit.tasks.run("db", self._accounts.users, self._offer, self._fail, owner=self, latest="users")

    def tell_under_way(self, sentence: str) -> None:
        """Say what opening the data takes so long for; it goes when the data is open."""
        self._under_way.setText(sentence)
        self._under_way.setVisible(bool(sentence))

    def _place(self, version: str) -> None:
        card = Card(self._kit.theme, _BOX_PX)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        inner.setSpacing(SPACE_M)
        inner.addWidget(text_label(tr("Một Cửa"), "figure"))
        inner.addWidget(Muted(tr("Bộ phận tiếp nhận và trả kết quả")))
        inner.addWidget(self._error)
        inner.addWidget(self._under_way)
        inner.addWidget(self._steps)
        if version:
            inner.addWidget(text_label(tr("Phiên bản {version}", version=version), "muted small"))
        centre_card(self, card)

    def _fit_step(self) -> None:
        """Leave no room for the step that is not in front."""
        for n in range(self._steps.count()):
            is_front = n == self._steps.currentIndex()
            height = QSizePolicy.Policy.Preferred if is_front else QSizePolicy.Policy.Ignored
            self._steps.widget(n).setSizePolicy(QSizePolicy.Policy.Preferred, height)

    def _build_entry(self) -> QWidget:
        theme = self._kit.theme
        page = QWidget()
        self._picker = ShortPicker(theme, name="userPicker")
        self._picker.hide()
        self._picker.picked.connect(self._pick)
        self._login = LineEdit(theme, name="loginField")
        self._password = PasswordEdit(theme, name="passwordField")
        self._enter = ActionButton(theme, tr("Đăng nhập"), primary=True, name="loginButton")
        self._login.entered.connect(self._password.setFocus)
        self._password.line.entered.connect(self._log_in)
        self._enter.clicked.connect(self._log_in)
        self._password_field = Field(tr("Mật khẩu"), self._password, tr("Lần đầu: gõ mã dùng một lần được phát"))
        self._password.line.setAccessibleName(tr("Mật khẩu"))
        self._password.line.setStatusTip(tr("Gõ mật khẩu rồi nhấn Enter"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self._picker)
        column.addWidget(Field(tr("Tên đăng nhập"), self._login, name="loginField"))
        column.addWidget(self._password_field)
        column.addWidget(self._enter)
        column.addStretch(1)
        return page

    def _build_change(self) -> QWidget:
        theme = self._kit.theme
        page = QWidget()
        self._new = PasswordEdit(theme, name="newPasswordField")
        self._again = PasswordEdit(theme, name="repeatPasswordField")
        self._change = ActionButton(theme, tr("Đặt mật khẩu và vào"), primary=True, name="changePasswordButton")
        self._new.line.entered.connect(self._again.setFocus)
        self._again.line.entered.connect(self._change_password)
        self._change.clicked.connect(self._change_password)
        self._again_field = Field(tr("Gõ lại mật khẩu mới"), self._again)
        for edit, text in ((self._new, tr("Mật khẩu mới")), (self._again, tr("Gõ lại mật khẩu mới"))):
            edit.line.setAccessibleName(text)
            edit.line.setStatusTip(text)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(Muted(tr("Mã dùng một lần chỉ dùng để đặt mật khẩu của riêng mình.")))
        column.addWidget(Field(tr("Mật khẩu mới"), self._new))
        column.addWidget(self._again_field)
        column.addWidget(self._change)
        column.addStretch(1)
        return page

    def _offer(self, users: Sequence[UserCard]) -> None:
        """Show the users of this PC, as many as have a number; none are known while the data is not open."""
        if users:
            self.tell_under_way("")
        self._free = frozenset(user.login for user in users if not user.needs_password)
        if self._free:
            self._password_field.set_hint(tr("Cơ sở tập huấn: không cần mật khẩu, nhấn Enter"))
        offered = users[:NUMBERED] if len(users) <= NUMBERED else ()
        choices = [Choice(u.login, f"{u.name} · {', '.join(u.role_names)}") for u in offered]
        self._picker.set_choices(choices)
        self._picker.setVisible(bool(offered))

    def _pick(self, login: str) -> None:
        self._login.setText(login)
        self._password.setFocus()

    def _log_in(self) -> None:
        login, password = self._login.value().lower(), self._password.text()
        if self._wait.left_s() or not self._enter.isEnabled():
            return
        if not login:
            self._login.setFocus()
            return
        if not password and login not in self._free:
            # An empty try would only count as a failed one.
            self._password.setFocus()
            return
        self._error.set_text("")
        self._enter.setEnabled(False)
        work = partial(self._accounts.log_in, login, password)
        self._kit.tasks.run("db", work, self._let_in, self._fail, owner=self)

    def _let_in(self, session: Session) -> None:
        self.tell_under_way("")
        self._enter.setEnabled(True)
        if session.must_change_password:
            self._session = session
            self._error.set_text("")
            self._steps.setCurrentIndex(1)
            self._new.setFocus()
            return
        self._password.clear()
        self.entered.emit(session)

    def _change_password(self) -> None:
        if self._session is None or not self._change.isEnabled():
            return
        if self._new.text() != self._again.text():
            self._again_field.set_error(tr("Hai lần gõ chưa giống nhau, hãy gõ lại."))
            self._again.setFocus()
            return
        self._again_field.set_error("")
        self._change.setEnabled(False)
        work = partial(self._accounts.change_password, self._session.login, self._password.text(), self._new.text())
        self._kit.tasks.run("db", work, self._changed, self._fail, owner=self)

    def _changed(self, _nothing: None) -> None:
        session = self._session
        self._session = None
        for edit in (self._new, self._again, self._password):
            edit.clear()
        self._change.setEnabled(True)
        if session is not None:
            self.entered.emit(replace(session, must_change_password=False))

    def _fail(self, error: AppError) -> None:
        self._change.setEnabled(True)
        self._enter.setEnabled(True)
        self._error.set_text(self._kit.words.error(error))
        wait_s = error.details.get("wait_s", 0)
        if self._steps.currentIndex() == 0:
            self._password.line.selectAll()
            self._password.setFocus()
        else:
            self._new.line.selectAll()
            self._new.setFocus()
        if isinstance(wait_s, int) and wait_s > 0:
            self._wait.begin(wait_s)

    def _show_wait(self, left_s: int) -> None:
        self._enter.setEnabled(not left_s)
        text = tr("Chờ {seconds} giây rồi thử lại", seconds=left_s) if left_s else tr("Đăng nhập")
        self._enter.set_verb(text)
