"""A clock behind the log: a question once a day that waits in a bar, and a warning until the clock is right.

It stops nobody: the PC goes on giving numbers, and every act notes the doubt (definitions.md 6).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop.app.seat import Seat
from desktop.domain.errors import AppError
from desktop.domain.vietnamese import screen_datetime
from desktop.services.changes import Changes
from desktop.services.clock_check import TOLERANCE, ClockDoubt, clock_doubt, confirm_clock
from desktop.ui.bars import AskingBar
from desktop.ui.kit import Kit
from desktop.ui.theme import Role, name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import IconLabel, Tag, TagKind
from desktop.ui.words import tr
from desktop.ui.workplace import Workplace

#: How often the clock is looked at again: a person who sets it sees the warning go.
LOOK_EVERY_MS = 5_000


@dataclass(frozen=True, slots=True)
class ClockView:
    """Say how the clock stands to the log.

    Attributes:
        doubt: To be confirmed today; None when there is none or somebody did.
        latest: The latest instant something was done on this PC; None when the clock is not to be doubted.
    """

    doubt: ClockDoubt | None = None
    latest: datetime | None = None


class ClockWatch(QObject):
    """Ask once a day, and keep a warning beside the clock while it is behind.

    Attributes:
        bar: The question whether date and time are right.
        tag: The warning in the top bar.
    """

    def __init__(self, kit: Kit, seat: Seat, work: Workplace, parent: QObject) -> None:
        """Put both in their places, hidden."""
        super().__init__(parent)
        self._kit = kit
        self._seat = seat
        self._latest: datetime | None = None
        yes = ActionButton(kit.theme, tr("Đúng, ghi nhận"), icon="check", shortcut="Alt+H", name="clockIsRight")
        later = ActionButton(kit.theme, tr("Để tôi sửa giờ máy"), icon="clock", shortcut="Alt+E", name="clockLater")
        self.bar = AskingBar(IconLabel(kit.theme, "clock", Role.LATE), (later, yes))
        name_it(self.bar, "clockBar", tr("Giờ máy có đúng không?"))
        self.tag = Tag(kit.theme, TagKind.LATE, tr("Giờ máy chậm"), icon="clock")
        self.tag.setObjectName("clockTag")
        self.tag.hide()
        _insert(work, self.bar, work.top, 1)
        _insert(work.top, self.tag, work.top.clock, 0)
        yes.clicked.connect(self._confirm)
        later.clicked.connect(self.bar.hide)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Ask how the clock stands, for the user who has just come."""
        self._kit.tasks.run("db", partial(_view, self._seat), self._take, self._complain, owner=self, latest="clock")

    def end(self) -> None:
        """Take question and warning away."""
        self._timer.stop()
        self._latest = None
        self.bar.hide()
        self.tag.hide()

    def look(self) -> None:
        """Look at the clock: a right one needs no warning any more."""
        is_behind = self._latest is not None and self._kit.now() < self._latest - TOLERANCE
        self.tag.setVisible(is_behind)
        if not is_behind:
            self._timer.stop()
            self.bar.hide()

    def _take(self, view: ClockView) -> None:
        self._latest = view.latest
        if view.latest is not None:
            sentence = self._sentence(self._kit.now(), view.latest)
            self.tag.setToolTip(sentence)
            self.tag.setAccessibleDescription(sentence)
        if view.doubt is not None:
            self.bar.say(self._sentence(view.doubt.shown, view.doubt.latest))
        self._timer.start()
        self.look()

    def _sentence(self, shown: datetime, latest: datetime) -> str:
        return self._kit.words.sentence("clock_behind", shown=screen_datetime(shown), latest=screen_datetime(latest))

    def _confirm(self) -> None:
        self.bar.hide()
        work = partial(_confirm, self._seat)
        self._kit.tasks.run("db", work, self._confirmed, self._complain, owner=self, latest="clock")

    def _confirmed(self, changes: Changes) -> None:
        self._kit.changes.publish(changes, self)
        self._kit.notices.say(tr("Đã ghi nhận giờ máy."))

    def _complain(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))


def _view(seat: Seat) -> ClockView:
    """Compare clock and log. Threads: lane db."""
    desk = seat.ward.desk
    if desk.is_training:
        return ClockView()
    return ClockView(clock_doubt(desk), desk.ledger.latest_act_at())


def _confirm(seat: Seat) -> Changes:
    """Record that the user found the clock right. Threads: lane db."""
    if seat.user is None:
        raise RuntimeError("the question is asked only while somebody works")
    return confirm_clock(seat.ward.desk, seat.user)


def _insert(place: QWidget, widget: QWidget, neighbour: QWidget, after: int) -> None:
    layout = place.layout()
    if not isinstance(layout, QBoxLayout):
        raise TypeError(layout)
    layout.insertWidget(layout.indexOf(neighbour) + after, widget)
