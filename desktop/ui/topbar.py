"""The top bar: unit and user, the one scan-and-search box, the sync pill, the clock with the cut-off hour."""

from collections.abc import Callable
from datetime import datetime, time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.domain.vietnamese import screen_date, weekday
from desktop.ui.dialogs.ports import Session
from desktop.ui.sync_pill import SyncPill
from desktop.ui.sync_view import SyncState, SyncView, pill_words
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.fields import SearchBox
from desktop.ui.widgets.labels import ElidedLabel, text_label
from desktop.ui.words import tr

_CLOCK_TICK_MS = 1_000
_LEAST_SEARCH_PX = 180

#: Width of the window over the text size: below the first, second lines go; below the second, only what is needed.
ROOMY_PX = 1100
NARROW_PX = 760


class ClockFace(QWidget):
    """Show the time, and what a promise made now means."""

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Take the injected clock."""
        super().__init__(parent)
        self._now = now
        self._cut_off: time | None = None
        self._time = text_label("", "strong")
        self._note = text_label("", "muted small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._time)
        column.addWidget(self._note)
        name_it(self, "clockFace", tr("Đồng hồ"))
        self._timer = QTimer(self)
        self._timer.setInterval(_CLOCK_TICK_MS)
        self._timer.timeout.connect(self.look)

    def set_cut_off(self, cut_off: time | None) -> None:
        """Take the hour after which a promise begins the next working day; None when there is none."""
        self._cut_off = cut_off
        self.look()

    def set_room(self, *, has_note: bool, has_date: bool) -> None:
        """Leave the second line or the date out where room is short."""
        self._note.setVisible(has_note)
        self._time.setProperty("has_date", has_date)
        self.look()

    def start(self) -> None:
        """Begin to tick."""
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Stop ticking."""
        self._timer.stop()

    def look(self) -> None:
        """Look at the clock; labels change only when their text does."""
        now = self._now()
        date = f"{weekday(now.date())} {screen_date(now.date())}"
        clock = f"{now.hour:02d}:{now.minute:02d}"
        shows_date = self._time.property("has_date") is not False
        self._time.setText(f"{clock} · {date}" if shows_date else clock)
        note = self._note_at(now)
        self._note.setText(note)
        self.setToolTip(f"{date}\n{note}" if note else date)
        self.setAccessibleDescription(f"{clock} {date} {note}")

    def _note_at(self, now: datetime) -> str:
        if self._cut_off is None:
            return ""
        hour = f"{self._cut_off.hour:02d}:{self._cut_off.minute:02d}"
        if now.time() >= self._cut_off:
            return tr("Sau {hour}: hẹn sang ngày làm việc sau", hour=hour)
        return tr("Trước {hour}: hẹn trong ngày", hour=hour)


class TopBar(QFrame):
    """Hold what is always in sight.

    Attributes:
        search: The scan-and-search box.
        menu: Menu of the user: text size, theme, about, log out.
        help_button: Opens the help of the page.
        lock_button: Locks the screen.
    """

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Build it for nobody yet."""
        super().__init__(parent)
        self._theme = theme
        self._view = SyncView(SyncState.ALONE)
        self._is_narrow = False
        self.setProperty("class", "topbar")
        name_it(self, "topBar", tr("Thanh trên"))
        self._unit, self._user = ElidedLabel(), ElidedLabel()
        self._unit.setProperty("class", "strong")
        self._user.setProperty("class", "muted small")
        self.search = SearchBox(theme, tr("Quét mã hoặc tìm hồ sơ (Ctrl+K)"), name="scanSearchBox")
        self.search.setAccessibleName(tr("Quét hoặc tìm hồ sơ"))
        self.search.setStatusTip(tr("Quét mã vạch, hoặc gõ mã hồ sơ, tên, số giấy tờ rồi nhấn Enter"))
        self.search.setMinimumWidth(_LEAST_SEARCH_PX)
        self.pill = SyncPill(theme)
        self.clock = ClockFace(now)
        self.help_button = IconButton(theme, "help", tr("Trợ giúp (F1)"), name="helpButton")
        self.lock_button = IconButton(theme, "lock", tr("Khóa máy (F12)"), name="lockButton")
        self.menu_button = IconButton(theme, "user", tr("Người dùng và hiển thị"), name="userMenuButton")
        self.menu = QMenu(self.menu_button)
        self.menu_button.setMenu(self.menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._place()
        self.set_sync(self._view)

    def set_session(self, session: Session | None) -> None:
        """Show unit and user."""
        self._unit.setText(session.unit_name if session else "")
        who = f"{session.name} · {', '.join(session.role_names)}" if session else ""
        self._user.setText(who)
        self.menu_button.setToolTip(who or tr("Người dùng và hiển thị"))

    def set_sync(self, view: SyncView) -> None:
        """Show how this PC stands with the city."""
        self._view = view
        words = pill_words(view)
        self.pill.set_state(words.kind, words.short if self._is_narrow else words.text, icon=words.icon)
        self.pill.setToolTip(f"{words.text}\n{words.advice}")
        self.pill.setAccessibleName(words.text)
        self.pill.setAccessibleDescription(words.advice)
        self.pill.setStatusTip(f"{words.text}. {words.advice}")

    def fit(self, width_px: int) -> None:
        """Give way where room is short; nothing that can be pressed ever goes."""
        room_px = width_px * 100 // self._theme.text_percent
        self._is_narrow = room_px < ROOMY_PX
        self._names.setVisible(room_px >= NARROW_PX)
        self.clock.set_room(has_note=room_px >= ROOMY_PX, has_date=room_px >= ROOMY_PX)
        self.set_sync(self._view)

    def _place(self) -> None:
        self._names = QWidget()
        self._names.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        names = QVBoxLayout(self._names)
        names.setContentsMargins(0, 0, 0, 0)
        names.setSpacing(0)
        names.addWidget(self._unit)
        names.addWidget(self._user)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_M)
        row.addWidget(self._names, 3)
        row.addWidget(self.search, 4)
        row.addWidget(self.pill)
        row.addWidget(self.clock)
        row.addWidget(self.help_button)
        row.addWidget(self.lock_button)
        row.addWidget(self.menu_button)
