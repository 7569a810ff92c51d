"""The lock screen: the page is blanked, the clipboard is emptied, the same user or another one goes on."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QTouchEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.ui.dialogs.card import Card, centre_card
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.dialogs.ports import Accounts, Session
from desktop.ui.dialogs.wait import Wait
from desktop.ui.kit import Kit
from desktop.ui.theme import Role, name_it
from desktop.ui.tokens import SPACE_M, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field
from desktop.ui.widgets.labels import ErrorLine, IconLabel, Muted, text_label
from desktop.ui.words import tr

#: A clerk who is away longer leaves citizens' data on the screen.
IDLE_S = 5 * 60

_LOOK_MS = 5_000
_BOX_PX = 400
_ICON_PX = 40

# By class: Qt sends hover events of its own when a page changes under a resting mouse.
_SIGNS_OF_LIFE = (QKeyEvent, QMouseEvent, QTouchEvent, QWheelEvent)


class IdleWatch(QObject):
    """Tell when nobody has touched keys or mouse for a while.

    Signals:
        idle(): Once per absence.
    """

    idle = Signal()

    def __init__(self, app: QApplication, kit: Kit, idle_s: int = IDLE_S) -> None:
        """Take the injected clock; watching begins with ``start``."""
        super().__init__(app)
        self._app = app
        self._now = kit.now
        self._idle_s = idle_s
        self._last = kit.now()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to watch."""
        self._last = self._now()
        self._app.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Stop watching."""
        self._app.removeEventFilter(self)
        self._timer.stop()

    def note_life(self) -> None:
        """Note that somebody is there: a key, a click, a scan of a serial scanner."""
        self._last = self._now()

    def look(self) -> None:
        """Look at the clock."""
        if (self._now() - self._last).total_seconds() >= self._idle_s:
            self.stop()
            self.idle.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Note signs of life."""
        if isinstance(event, _SIGNS_OF_LIFE):
            self.note_life()
        return False


class LockScreen(QWidget):
    """Stand in the place of the pages until somebody shows who he is.

    Signals:
        unlocked(): The same user goes on.
        switch_wanted(): Another user wants to log in; what was typed stays in the draft of the first one.
    """

    unlocked = Signal()
    switch_wanted = Signal()

    def __init__(self, kit: Kit, accounts: Accounts, parent: QWidget | None = None) -> None:
        """Build it; the shell puts it in the place of the pages, so no key and no shortcut reaches them."""
        super().__init__(parent)
        self._kit = kit
        self._accounts = accounts
        self._session: Session | None = None
        self._wait = Wait(kit.now, self)
        self._wait.ticked.connect(self._show_wait)
        self.setProperty("class", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name_it(self, "lockScreen", tr("Màn hình khóa"))
        self._who = text_label("", "section", wraps=True)
        self._error = ErrorLine(kit.theme)
        self._password = PasswordEdit(kit.theme, name="unlockField")
        self._password.line.setAccessibleName(tr("Mật khẩu"))
        self._password.line.setStatusTip(tr("Gõ mật khẩu rồi nhấn Enter để mở khóa"))
        self._unlock = ActionButton(kit.theme, tr("Mở khóa"), primary=True, icon="lock", name="unlockButton")
        self._switch = ActionButton(
            kit.theme, tr("Đổi người dùng"), icon="switch", shortcut="Alt+U", name="switchButton"
        )
        self._password.line.entered.connect(self._try)
        self._unlock.clicked.connect(self._try)
        self._switch.clicked.connect(self._give_way)
        self._place()

    @property
    def is_locked(self) -> bool:
        """Tell whether somebody has to show who he is."""
        return self._session is not None

    def lock(self, session: Session) -> None:
        """Ask for the password of this user and empty the clipboard."""
        self._session = session
        QGuiApplication.clipboard().clear()
        self._who.setText(tr("{name} đang tạm rời máy", name=session.name))
        self._error.set_text("")
        self._password.clear()
        self._password.setFocus()

    def release(self) -> None:
        """Forget the user and what was typed."""
        self._session = None
        self._wait.stop()
        self._password.clear()

    def _place(self) -> None:
        card = Card(self._kit.theme, _BOX_PX)
        inner = QVBoxLayout(card)
        inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        inner.setSpacing(SPACE_M)
        inner.addWidget(IconLabel(self._kit.theme, "lock", Role.ACCENT, _ICON_PX))
        inner.addWidget(self._who)
        inner.addWidget(Muted(tr("Mọi điều đang gõ được giữ nguyên.")))
        inner.addWidget(self._error)
        inner.addWidget(Field(tr("Mật khẩu hoặc mã PIN"), self._password))
        inner.addWidget(self._unlock)
        inner.addWidget(self._switch)
        centre_card(self, card)

    def _try(self) -> None:
        if self._session is None or self._wait.left_s() or not self._unlock.isEnabled():
            return
        if self._session.needs_password and not self._password.text():
            # An empty try would only count as a failed one.
            return
        self._unlock.setEnabled(False)
        work = partial(self._accounts.unlock, self._session.login, self._password.text())
        self._kit.tasks.run("db", work, self._opened, self._fail, owner=self)

    def _opened(self, _nothing: None) -> None:
        self._unlock.setEnabled(True)
        self.release()
        self.unlocked.emit()

    def _give_way(self) -> None:
        self.release()
        self.switch_wanted.emit()

    def _fail(self, error: AppError) -> None:
        self._unlock.setEnabled(True)
        self._error.set_text(self._kit.words.error(error))
        self._password.line.selectAll()
        self._password.setFocus()
        wait_s = error.details.get("wait_s", 0)
        if isinstance(wait_s, int) and wait_s > 0:
            self._wait.begin(wait_s)

    def _show_wait(self, left_s: int) -> None:
        self._unlock.setEnabled(not left_s)
        self._unlock.set_verb(tr("Chờ {seconds} giây rồi thử lại", seconds=left_s) if left_s else tr("Mở khóa"))
