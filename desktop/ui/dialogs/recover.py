"""Offer to recover when the database file is broken: from where, by which key, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.vietnamese import local, number, screen_datetime
from desktop.services.witnessing import Witness
from desktop.ui.dialogs.password import PasswordEdit
from desktop.ui.kit import Kit
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import FollowingArea, move_into_sight
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit, field_row
from desktop.ui.widgets.labels import text_label
from desktop.ui.words import tr

_WIDTH_PX: Final = 640
#: Refusals that only the printed key helps out of.
_OF_THE_KEY: Final = frozenset(
    {
        "key_missing",
        "keyring_unavailable",
        "backup_other_key",
        "bad_recovery_key",
        "wrong_recovery_key",
        "recovery_key_needed",
        "recovery_needs_paper",
    }
)
#: Refusals about who stands by it.
_OF_PEOPLE: Final = frozenset(
    {
        "recovery_needs_two",
        "user_unknown",
        "wrong_password",
        "user_inactive",
        "not_permitted",
        "recovery_without_password",
    }
)


@dataclass(frozen=True, slots=True)
class RecoveryTold:
    """Say what a recovery gave, for a person.

    Attributes:
        aside: Folder in which the broken file lies now.
        listed: The list of what changed.
        safe_until: Nothing done before this instant is missing.
        lost: Entries known to be gone; None when nobody knows.
        is_clean: What came back verifies.
    """

    aside: str
    listed: str
    safe_until: datetime
    lost: int | None
    is_clean: bool


@dataclass(frozen=True, slots=True)
class Recoverer:
    """Recover the data of this PC.

    Attributes:
        place: Where its copies lie by the settings, "" for none.
        recover: Recovers by (place, printed key or "", who stand by it). Threads: lane db.
        asks_people: It is no training database: two stand by it.
    """

    place: str
    recover: Callable[[str, str, Sequence[Witness]], RecoveryTold]
    asks_people: bool = False


class _Person(QWidget):
    """Ask one of the two for his log-in name and password, side by side."""

    def __init__(self, kit: Kit, title: str, name: str) -> None:
        """Take his part and the object name of the first field."""
        super().__init__()
        self.login = LineEdit(kit.theme, name=f"{name}Login")
        self.password = PasswordEdit(kit.theme, name=f"{name}Password")
        words = tr("Mật khẩu của {who}", who=title.lower())
        self.password.line.setAccessibleName(words)
        self.password.line.setStatusTip(words)
        login = Field(tr("{who} (tên đăng nhập)", who=title), self.login, name=f"{name}Login")
        row = field_row(login, Field(tr("Mật khẩu"), self.password, name=f"{name}Password"))
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.login.entered.connect(self.password.setFocus)

    def given(self) -> tuple[Witness, ...]:
        """Return what was typed; nothing for an empty name."""
        login = self.login.value()
        return (Witness(login, self.password.text()),) if login else ()

    def clear(self) -> None:
        """Forget what was typed."""
        self.login.clear()
        self.password.clear()


class RecoverDialog(QDialog):
    """Put a new database into the place of the broken one; it stays open until that is done or put off.

    Signals:
        recovered(): The data can be opened again.
    """

    recovered = Signal()

    def __init__(self, kit: Kit, recoverer: Recoverer, parent: QWidget) -> None:
        """Take what recovers."""
        super().__init__(parent)
        self._kit, self._recoverer = kit, recoverer
        self._is_busy = self._is_done = False
        theme = kit.theme
        self.setWindowTitle(tr("Tệp dữ liệu bị hỏng"))
        name_it(self, "recoverDialog", tr("Tệp dữ liệu bị hỏng"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said = Callout(theme, "late", name="recoverSaid")
        self._place = LineEdit(theme, name="recoverPlace")
        self._place.setText(recoverer.place)
        self._key = LineEdit(theme, name="recoverKey")
        self._place_field = Field(
            tr("Nơi sao lưu"),
            self._place,
            tr("Ví dụ E:\\ hoặc \\\\may-chu\\sao-luu"),
            required=True,
            name="recoverPlace",
        )
        hint = tr("Tám nhóm chữ in trên tờ khóa: gõ khi máy hỏi, hoặc khi chỉ có một người")
        self._key_field = Field(tr("Khóa khôi phục"), self._key, hint, name="recoverKey")
        self._people = (
            _Person(kit, tr("Người khôi phục"), "recoverFirst"),
            _Person(kit, tr("Người thứ hai"), "recoverSecond"),
        )
        self.go = ActionButton(
            theme,
            tr("Khôi phục dữ liệu"),
            icon="refresh",
            shortcut="Ctrl+Return",
            primary=True,
            name="recoverGo",
            status_tip=tr("Cất tệp hỏng, dựng lại dữ liệu từ bản sao lưu"),
        )
        self._later = ActionButton(theme, tr("Để sau"), name="recoverLater")
        self._build()
        self.go.clicked.connect(self._start)
        self._later.clicked.connect(self.reject)
        self._place.entered.connect(self._key.setFocus)
        first, second = self._people
        self._key.entered.connect(first.login.setFocus if recoverer.asks_people else self.go.setFocus)
        first.password.line.entered.connect(second.login.setFocus)
        second.password.line.entered.connect(self.go.setFocus)
        (self._place if not recoverer.place else first.login if recoverer.asks_people else self.go).setFocus()

    def reject(self) -> None:
        """Stay while the work is under way."""
        if not self._is_busy:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as large as what is said needs and the screen allows."""
        super().showEvent(event)
        self._fit()

    def _build(self) -> None:
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, SPACE_S, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(tr("Tệp dữ liệu bị hỏng"), "title", wraps=True))
        told = tr(
            "Chương trình không mở được tệp dữ liệu và không ghi gì thêm. Khi khôi phục: tệp hỏng được cất riêng, dữ "
            "liệu dựng lại từ bản sao lưu, phần còn đọc được của tệp hỏng được cứu; việc thành phố đã nhận sẽ về ở lần "
            "trao đổi tới. Điều đã đổi được liệt kê ra tệp."
        )
        column.addWidget(text_label(told, wraps=True))
        column.addWidget(self.said)
        column.addWidget(self._place_field)
        column.addWidget(self._key_field)
        two = tr("Cần hai người (lãnh đạo, trưởng bộ phận, quản trị), hoặc một người và tờ khóa.")
        self._two = text_label(two, wraps=True)
        for part in (self._two, *self._people):
            column.addWidget(part)
            part.setVisible(self._recoverer.asks_people)
        column.addStretch(1)
        self._area = FollowingArea(inner)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        row.addWidget(self._later)
        row.addWidget(self.go)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        whole.setSpacing(SPACE_M)
        whole.addWidget(self._area, 1)
        whole.addLayout(row)

    def _fit(self) -> None:
        inner = self._area.widget()
        room = self.screen().availableSize() - QSize(2 * SPACE_L, 2 * SPACE_L)
        width = min(self._kit.theme.scaled(_WIDTH_PX), room.width())
        wanted = inner.heightForWidth(width - 2 * SPACE_L)
        around = self.sizeHint().height() - self._area.sizeHint().height()
        self.resize(width, min(wanted + around, room.height()))
        move_into_sight(self)

    def _say(self, text: str, kind: str) -> None:
        self.said.say(text, kind)
        self._fit()

    def _start(self) -> None:
        if self._is_done:
            self.accept()
            self.recovered.emit()
            return
        place = self._place.value()
        self._place_field.set_error("" if place else tr("Gõ nơi cất bản sao lưu của máy này."))
        if self._is_busy or not place:
            self._place.setFocus()
            return
        self._set_busy(is_busy=True)
        self._say(tr("Đang khôi phục và kiểm tra từng mục… Đừng tắt máy."), "due")
        people = tuple(each for person in self._people for each in person.given())
        work = partial(self._recoverer.recover, place, self._key.text(), people)
        self._kit.tasks.run("db", work, self._tell, self._failed, owner=self)

    def _tell(self, told: RecoveryTold) -> None:
        self._set_busy(is_busy=False)
        self._is_done = True
        lost = tr("chưa rõ") if told.lost is None else number(told.lost)
        said = tr(
            "Đã khôi phục. Mọi việc trước {at} đều còn; số mục nhật ký bị mất: {lost}. "
            "Danh sách điều đã đổi: {listed}. Tệp hỏng cất ở {aside}.",
            at=screen_datetime(local(told.safe_until)),
            lost=lost,
            listed=told.listed,
            aside=told.aside,
        )
        self._key.clear()
        for person in self._people:
            person.clear()
        for part in (self._place_field, self._key_field, self._two, *self._people, self._later):
            part.hide()
        self._say(said, "ok" if told.is_clean and told.lost == 0 else "soon")
        self.go.set_verb(tr("Đăng nhập"))
        self.go.setFocus()

    def _failed(self, error: AppError) -> None:
        self._set_busy(is_busy=False)
        self._say(self._kit.words.error(error), "late")
        wants_key, wants_people = error.code in _OF_THE_KEY, error.code in _OF_PEOPLE
        (self._key if wants_key else self._people[0].login if wants_people else self._place).setFocus()

    def _set_busy(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        for each in (self.go, self._later, self._place, self._key, *self._people):
            each.setEnabled(not is_busy)
