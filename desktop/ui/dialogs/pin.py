"""The PIN of a user: set under his own menu, asked for where a receiver confirms a slip at the giver's PC."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QWidget

from desktop.domain.errors import AppError
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.dialogs.ports import Accounts, Session
from desktop.ui.kit import Kit
from desktop.ui.theme import Theme
from desktop.ui.widgets.fields import ChoiceBox, Field
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

PIN_DIGITS = 6


@dataclass(frozen=True, slots=True)
class NewPin:
    """Hold what sets a PIN; "" takes it away."""

    password: str
    pin: str


@dataclass(frozen=True, slots=True)
class GivenPin:
    """Hold who confirms and by which digits."""

    login: str
    pin: str


@dataclass(frozen=True, slots=True)
class Taker:
    """Offer one who may confirm."""

    login: str
    name: str


def _digits(theme: Theme, name: str, title: str) -> PasswordEdit:
    edit = PasswordEdit(theme, name=name)
    edit.line.setMaxLength(PIN_DIGITS)
    edit.line.setValidator(QRegularExpressionValidator(f"[0-9]{{0,{PIN_DIGITS}}}", edit))
    edit.line.setAccessibleName(title)
    edit.line.setStatusTip(title)
    return edit


class SetPinDialog(ActDialog):
    """Set one's own PIN on this PC. Emits a NewPin."""

    def __init__(self, theme: Theme, *, has_pin: bool, needs_password: bool) -> None:
        """Take whether there is one already and whether a password proves who he is."""
        super().__init__(theme, tr("Mã PIN của tôi"), tr("Đặt mã PIN"), name="setPin", icon="lock")
        self._needs_password = needs_password
        self.say_effect(
            tr("Mã PIN chỉ dùng trên máy này: mở khóa phiên đang mở và xác nhận đã nhận hồ sơ. Không thay mật khẩu."),
            "due",
        )
        self.password = PasswordEdit(theme, name="pinPassword")
        self.password.line.setAccessibleName(tr("Mật khẩu"))
        self._password_field = Field(tr("Mật khẩu"), self.password, required=True, name="pinPassword")
        self._password_field.setVisible(needs_password)
        self.pin = _digits(theme, "newPin", tr("Mã PIN mới"))
        self.again = _digits(theme, "repeatPin", tr("Gõ lại mã PIN"))
        hint = tr("Để trống cả hai ô: bỏ mã PIN đang có") if has_pin else tr("6 chữ số, đừng dùng ngày sinh")
        self._again_field = Field(tr("Gõ lại mã PIN"), self.again, name="repeatPin")
        self.column.addWidget(self._password_field)
        self.column.addWidget(Field(tr("Mã PIN mới"), self.pin, hint, name="newPin"))
        self.column.addWidget(self._again_field)
        self._has_pin = has_pin
        self.password.line.entered.connect(self.pin.setFocus)  # past the eye
        self.pin.line.entered.connect(self.again.setFocus)
        self.again.line.entered.connect(self.finish.setFocus)

    def first(self) -> QWidget:
        """Begin with the password."""
        return self.password.line if self._needs_password else self.pin.line

    def command(self) -> NewPin | None:
        """Return what was typed, None while the two differ."""
        self._again_field.set_error("")
        if self.pin.text() != self.again.text():
            self._again_field.set_error(tr("Hai lần gõ chưa giống nhau, hãy gõ lại."))
            self.go_to(self.again.line)
            return None
        if not self.pin.text() and not self._has_pin:
            self.go_to(self.pin.line)
            return None
        return NewPin(self.password.text(), self.pin.text())


class ConfirmByPinDialog(ActDialog):
    """Let a receiver confirm a whole slip by his PIN. Emits a GivenPin."""

    def __init__(self, theme: Theme, slip: str, dossiers: int, takers: Sequence[Taker]) -> None:
        """Offer who may confirm."""
        super().__init__(
            theme,
            tr("Bên nhận xác nhận giấy {slip}", slip=slip),
            tr("Xác nhận đã nhận"),
            name="pinConfirm",
            icon="check",
        )
        self.say_effect(
            tr(
                "Người nhận đếm đủ {n} hồ sơ theo giấy rồi tự gõ mã PIN. Thiếu hồ sơ thì quét nhận ở phiên của mình.",
                n=dossiers,
            )
        )
        self.who = ChoiceBox(name="pinWho")
        for taker in takers:
            self.who.add_choice(taker.login, taker.name)
        self.pin = _digits(theme, "pinDigits", tr("Mã PIN của người nhận"))
        self.column.addWidget(Field(tr("Người nhận"), self.who, name="pinWho"))
        self.column.addWidget(Field(tr("Mã PIN"), self.pin, required=True, name="pinDigits"))
        self.column.addWidget(Muted(tr("Chưa có mã PIN: đăng nhập, mở trình đơn người dùng, chọn Mã PIN của tôi.")))
        self.pin.line.entered.connect(self.finish.setFocus)

    def first(self) -> QWidget:
        """Begin with the digits where there is one receiver only."""
        return self.pin.line if self.who.count() == 1 else self.who

    def command(self) -> GivenPin | None:
        """Return who confirms, None while the digits lack."""
        if len(self.pin.text()) != PIN_DIGITS:
            self.go_to(self.pin.line)
            return None
        return GivenPin(self.who.key(), self.pin.text())

    def show_error(self, text: str) -> None:
        """Show why it was refused and ask for the digits again."""
        super().show_error(text)
        self.pin.clear()
        self.go_to(self.pin.line)


class PinSetting:
    """Ask for a new PIN and set it, the dialog stays open until it is."""

    def __init__(self, kit: Kit, accounts: Accounts, window: QWidget) -> None:
        """Take the port of accounts."""
        self._kit, self._accounts, self._window = kit, accounts, window

    def begin(self, session: Session) -> None:
        """Ask, once it is known whether there is a PIN."""
        work = partial(self._accounts.has_pin, session.login)
        self._kit.tasks.run("db", work, partial(self._ask, session), self._fail, owner=self._window)

    def _ask(self, session: Session, has_pin: bool) -> None:
        dialog = SetPinDialog(self._kit.theme, has_pin=has_pin, needs_password=session.needs_password)
        dialog.wanted.connect(partial(self._set, session, dialog))
        dialog.show_over(self._window)

    def _set(self, session: Session, dialog: SetPinDialog, wanted: NewPin) -> None:
        work = partial(self._accounts.set_pin, session.login, wanted.password, wanted.pin)
        done = partial(self._done, dialog, wanted)
        self._kit.tasks.run("db", work, done, partial(self._refused, dialog), owner=dialog)

    def _done(self, dialog: SetPinDialog, wanted: NewPin, _nothing: None) -> None:
        dialog.accept()
        self._kit.notices.say(tr("Đã đặt mã PIN trên máy này.") if wanted.pin else tr("Đã bỏ mã PIN trên máy này."))

    def _refused(self, dialog: SetPinDialog, error: AppError) -> None:
        dialog.show_error(self._kit.words.error(error))

    def _fail(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))
