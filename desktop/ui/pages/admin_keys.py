"""The cards of the keys on the side "An toàn dữ liệu": the printed recovery key, and the key of the data itself."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, require
from desktop.services.witnessing import Witness
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.dialogs.witness import Shared, do_shared
from desktop.ui.pages.admin_ports import NewRecoveryKey, Safekeeper
from desktop.ui.pages.admin_safety_parts import button, row
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.fields import Field
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page


class KeyCards(QWidget):
    """Make and print a recovery key, and have the key of the data changed.

    Attributes:
        said: What became of a new recovery key.
        data_said: What became of the wish for another key of the data.
    """

    def __init__(self, page: "Page", actor: User, keeper: Safekeeper, printed: Callable[[], None]) -> None:
        """Take the tools.

        Args:
            page: Runs the work and shows errors.
            actor: Who looks after the PC.
            keeper: Does it.
            printed: Called when a recovery key was printed: a full copy is due.
        """
        super().__init__()
        self._page, self._actor, self._keeper, self._printed = page, actor, keeper, printed
        self._is_busy = False
        theme = page.kit.theme
        self.said = Callout(theme, "due", name="recoveryKeySaid")
        self.data_said = Callout(theme, "due", name="dataKeySaid")
        self._recovery = text_label("", wraps=True)
        self._recovery.setObjectName("safety_key")
        self._password = PasswordEdit(theme, name="dataKeyPassword")
        self._new_key = button(
            page, "newRecoveryKey", tr("Tạo và in khóa khôi phục mới"), "print", "Ctrl+M", tr("Khóa cũ vẫn mở bản cũ")
        )
        self._change = button(
            page,
            "changeDataKey",
            tr("Đổi khóa dữ liệu"),
            "lock",
            "Ctrl+Shift+K",
            tr("Mã hóa lại dữ liệu bằng khóa mới"),
        )
        self._build()
        self._new_key.clicked.connect(self._start_key)
        self._change.clicked.connect(self._start_change)
        self._password.line.entered.connect(self._change.setFocus)

    def show_recovery(self, key_id: str) -> None:
        """Name the recovery key in force, "" for none."""
        self._recovery.setText(
            tr("Khóa đang dùng: {key}", key=key_id) if key_id else tr("Chưa có khóa khôi phục: chưa sao lưu được.")
        )

    def refresh(self) -> None:
        """Say what was asked for and is not done yet."""
        self._page.run("io", self._keeper.asked_key, self._tell_asked, latest="asked_key")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        key = Card(tr("Khóa khôi phục"), name="recoveryCard")
        told = tr("Tờ giấy duy nhất mở được bản sao lưu khi máy hỏng. Cất trong két, xa ổ đĩa sao lưu.")
        key.column.addWidget(Muted(told))
        key.column.addWidget(self._recovery)
        key.column.addLayout(row(self._new_key))
        key.column.addWidget(self.said)
        column.addWidget(key)
        data = Card(tr("Khóa dữ liệu của máy này"), name="dataKeyCard")
        told = tr(
            "Đổi khi nghi có người biết khóa, hoặc theo định kỳ của cơ quan. Tờ khóa khôi phục vẫn dùng được. "
            "Dữ liệu được mã hóa lại khi mở chương trình lần sau; sau đó một bản đầy đủ mới được chép sang nơi sao lưu."
        )
        data.column.addWidget(Muted(told))
        if self._keeper.asks_password:
            hint = tr("Để chắc là chính bạn đổi")
            data.column.addWidget(
                Field(tr("Mật khẩu của bạn"), self._password, hint, required=True, name="dataKeyPassword")
            )
        else:
            self._password.setParent(self)  # it goes with the page
            self._password.hide()
        data.column.addLayout(row(self._change))
        data.column.addWidget(self.data_said)
        column.addWidget(data)

    # The recovery key.

    def _start_key(self) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        self.said.say(tr("Đang tạo khóa…"), "due")
        work = partial(_new_key, self._actor, self._keeper)
        about = tr("Tạo và in khóa khôi phục mới: ai giữ tờ khóa mở được mọi bản sao lưu từ nay")
        do_shared(self._page, self._page, Shared(about, work, self._print_key, self._key_failed, self._put_off))

    def _put_off(self) -> None:
        self._is_busy = False
        self.said.say("", "due")
        self._new_key.setFocus()

    def _print_key(self, made: NewRecoveryKey) -> None:
        self._page.run(
            "io", partial(self._keeper.print_key, made), partial(self._tell_printed, made), self._not_printed(made)
        )

    def _tell_printed(self, made: NewRecoveryKey, printer: str) -> None:
        self._is_busy = False
        told = tr(
            "Đã in tờ khóa {key} ra máy {printer}. Cất ngay vào két; bản sao lưu từ nay cần khóa này.",
            key=made.key_id,
            printer=printer,
        )
        self.said.say(told, "ok")
        self._printed()

    def _not_printed(self, made: NewRecoveryKey) -> Callable[[AppError], None]:
        def say(error: AppError) -> None:
            self._is_busy = False
            told = tr(
                "{why} Chép tay khóa {key} rồi cất vào két, nó không hiện lại: {groups}",
                why=self._page.kit.words.error(error),
                key=made.key_id,
                groups=made.groups,
            )
            self.said.say(told, "soon")

        return say

    def _key_failed(self, error: AppError) -> None:
        self._is_busy = False
        self.said.say(self._page.kit.words.error(error), "late")

    # The key of the data.

    def _start_change(self) -> None:
        if self._is_busy:
            return
        password = self._password.text()
        if self._keeper.asks_password and not password:
            self._password.setFocus()
            return
        self._is_busy = True
        self.data_said.say(tr("Đang tạo khóa…"), "due")
        work = partial(_ask_key, self._actor, self._keeper, password)
        self._page.run("db", work, self._asked, self._change_failed)

    def _asked(self, key_id: str) -> None:
        self._is_busy = False
        self._password.clear()
        self._tell_asked(key_id)

    def _tell_asked(self, key_id: str) -> None:
        if key_id:
            told = tr(
                "Khóa {key} đã sẵn sàng. Đóng chương trình rồi mở lại để mã hóa lại dữ liệu; "
                "với nhiều hồ sơ việc này mất vài phút.",
                key=key_id,
            )
            self.data_said.say(told, "soon")

    def _change_failed(self, error: AppError) -> None:
        self._is_busy = False
        self._password.clear()
        self._password.setFocus()
        self.data_said.say(self._page.kit.words.error(error), "late")


def _new_key(actor: User, keeper: Safekeeper, witness: Witness | None) -> NewRecoveryKey:
    """Threads: lane db."""
    require(actor, Action.BACK_UP)
    return keeper.new_key(actor, witness)


def _ask_key(actor: User, keeper: Safekeeper, password: str) -> str:
    """Threads: lane db."""
    require(actor, Action.BACK_UP)
    return keeper.ask_key(actor, password)
