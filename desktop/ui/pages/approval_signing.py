"""Sign digitally what was approved: one PIN for all, lane io signs, lane db attaches; a failure loses nothing."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import User
from desktop.domain.vietnamese import number
from desktop.services.acting import Acted
from desktop.services.ports import Desk
from desktop.services.result_signing import Signed, Signing, ToSign, attach_signed, drafts_to_sign, sign_drafts
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_WIDTH_PX: Final = 460
_MOST_NAMED: Final = 3


class SecretDialog(QDialog):
    """Ask for PIN or passphrase; it is handed over once and kept nowhere.

    Signals:
        given(str): The secret.
    """

    given = Signal(str)

    def __init__(self, kit: Kit, n: int, parent: QWidget | None = None) -> None:
        """Say for how many files it is."""
        super().__init__(parent)
        self.setWindowTitle(tr("Ký số {n} hồ sơ", n=number(n)))
        name_it(self, "secretDialog", self.windowTitle())
        self.setMinimumWidth(min(kit.theme.scaled(_WIDTH_PX), self.screen().availableSize().width() - 2 * SPACE_L))
        self._secret = LineEdit(kit.theme, name="signingSecret")
        self._secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._field = Field(tr("Mã PIN hoặc mật khẩu của khóa ký"), self._secret, required=True, name="signingSecret")
        go = ActionButton(kit.theme, tr("Ký số"), icon="sign", shortcut="Ctrl+Return", primary=True, name="signingGo")
        cancel = ActionButton(kit.theme, tr("Thôi"), name="signingCancel")
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(self.windowTitle(), "title", wraps=True))
        column.addWidget(Muted(tr("Chương trình không lưu mã này. Hồ sơ bản giấy trong lô ghi là đã ký giấy.")))
        column.addWidget(self._field)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(go)
        column.addLayout(row)
        cancel.clicked.connect(self.reject)
        go.clicked.connect(self._give)
        self._secret.entered.connect(self._give)
        self._secret.setFocus()

    def _give(self) -> None:
        secret = self._secret.text()
        if not secret:
            self._field.set_error(tr("Nhập mã PIN hoặc mật khẩu."))
            return
        self._secret.clear()
        self.given.emit(secret)
        self.accept()


class SigningDesk:
    """Sign approved results, one batch at a time."""

    def __init__(self, page: Page, desk: Desk, actor: User, signing: Signing) -> None:
        """Take the device of this PC."""
        self._page = page
        self._desk = desk
        self._actor = actor
        self._signing = signing
        self._is_signing = False

    def ask(self, n: int, then: Callable[[str], None]) -> SecretDialog:
        """Ask for the secret and hand it on."""
        dialog = SecretDialog(self._page.kit, n, self._page)
        dialog.given.connect(then)
        dialog.open()
        return dialog

    def sign(self, codes: Sequence[str], secret: str) -> None:
        """Sign what was approved."""
        if self._is_signing:
            return
        self._is_signing = True
        self._page.kit.notices.say(tr("Đang ký số…"))
        work = partial(drafts_to_sign, self._desk, self._actor, tuple(codes))
        self._page.run("read", work, partial(self._read, secret), self._not_signed)

    def _read(self, secret: str, drafts: tuple[ToSign, ...]) -> None:
        now = self._page.kit.now()
        work = partial(sign_drafts, self._signing, drafts, secret, now)
        self._page.run("io", work, self._signed, self._not_signed)

    def _signed(self, results: tuple[Signed, ...]) -> None:
        self._is_signing = False
        good = [result for result in results if result.attachment is not None]
        for result in good:
            work = partial(attach_signed, self._desk, self._actor, result)
            self._page.run("db", work, self._attached, self._not_signed)
        bad = [result for result in results if result.problem is not None]
        if bad:
            self._complain_of(bad)
        elif good:
            self._page.kit.notices.say(tr("Đã ký số và kiểm tra {n} hồ sơ.", n=number(len(good))))

    def _attached(self, done: Acted) -> None:
        self._page.kit.changes.publish(done.changes, self._page)

    def _not_signed(self, error: AppError) -> None:
        self._is_signing = False
        why = self._page.kit.words.error(error)
        self._page.show_error(tr("Đã duyệt, chưa ký số: {why} Hồ sơ vẫn chờ ký số, nhấn S để ký lại.", why=why))

    def _complain_of(self, bad: Sequence[Signed]) -> None:
        words = self._page.kit.words
        named = [f"{one.code}: {words.error(one.problem)}" for one in bad[:_MOST_NAMED] if one.problem is not None]
        text = tr("{n} hồ sơ đã duyệt, chưa ký số, vẫn chờ ký số (nhấn S để ký lại).", n=number(len(bad)))
        self._page.show_error(" ".join((text, *named)))
