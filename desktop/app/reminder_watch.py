"""Reminders of the user who works: a bar that waits below the top, at log-in and every ten minutes; never modal."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QBoxLayout

from desktop.app.seat import Seat
from desktop.domain.board import Roster
from desktop.domain.errors import AppError
from desktop.domain.vietnamese import local, number, screen_date
from desktop.services.changes import Changes, Kind
from desktop.services.reminders import Reminder, Reminders, Stage, note_seen, reminders_for
from desktop.ui.bars import AskingBar
from desktop.ui.kit import Kit
from desktop.ui.pages.board_words import UNCOLLECTED
from desktop.ui.pages.calendar_words import clash_words
from desktop.ui.pages.publication_words import fault_words, news_words
from desktop.ui.theme import Role, name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import IconLabel
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr
from desktop.ui.workplace import Workplace

LOOK_EVERY_MS: Final = 10 * 60_000

#: One reminder in full, and how many of a stage in a digest.
_ONE: Final = {
    Stage.OVERDUE: QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ {name} của {about} đã quá hạn ngày {day}."),
    Stage.DUE_TODAY: QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ {name} của {about} đến hạn hôm nay."),
    Stage.DUE_NEXT: QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ {name} của {about} đến hạn ngày {day}."),
    Stage.ALONE: QT_TRANSLATE_NOOP(
        CONTEXT, "Ngày {day}, {name} cấp mã hoặc đổi tài khoản của {about}, không ai đứng cùng."
    ),
    Stage.CAME_IN: QT_TRANSLATE_NOOP(
        CONTEXT,
        "Ngày {day}, {about} vào máy {name} bằng mã không ai đứng cùng; không phải người ấy thì báo lãnh đạo.",
    ),
    Stage.CALENDAR_ENDS: QT_TRANSLATE_NOOP(
        CONTEXT,
        "Lịch làm việc chỉ có đến ngày {day}: khai lịch nghỉ năm {name} ở Quản trị, Lịch nghỉ, hoặc cài bản mới.",
    ),
    Stage.SLIP_UNCONFIRMED: QT_TRANSLATE_NOOP(CONTEXT, "Giấy bàn giao {name} lập ngày {day} chưa được xác nhận."),
    Stage.UNCOLLECTED: QT_TRANSLATE_NOOP(CONTEXT, "Kết quả {name} của {about} có từ ngày {day}, chưa ai đến nhận."),
}
_MANY: Final = {
    Stage.OVERDUE: QT_TRANSLATE_NOOP(CONTEXT, "{n} hồ sơ quá hạn"),
    Stage.DUE_TODAY: QT_TRANSLATE_NOOP(CONTEXT, "{n} hồ sơ đến hạn hôm nay"),
    Stage.DUE_NEXT: QT_TRANSLATE_NOOP(CONTEXT, "{n} hồ sơ sắp đến hạn"),
    Stage.ALONE: QT_TRANSLATE_NOOP(CONTEXT, "{n} việc về tài khoản không ai đứng cùng"),
    Stage.CAME_IN: QT_TRANSLATE_NOOP(CONTEXT, "{n} lần vào máy bằng mã không ai đứng cùng"),
    Stage.CATALOGUE: QT_TRANSLATE_NOOP(CONTEXT, "{n} thay đổi từ thành phố"),
    Stage.BAD_PUBLICATION: QT_TRANSLATE_NOOP(CONTEXT, "{n} tài liệu của thành phố không dùng được"),
    Stage.DAYS_DIFFER: QT_TRANSLATE_NOOP(CONTEXT, "{n} ngày hai máy khai khác nhau"),
    Stage.CALENDAR_ENDS: QT_TRANSLATE_NOOP(CONTEXT, "lịch làm việc sắp hết"),
    Stage.SLIP_UNCONFIRMED: QT_TRANSLATE_NOOP(CONTEXT, "{n} giấy bàn giao chưa xác nhận"),
    Stage.UNCOLLECTED: QT_TRANSLATE_NOOP(CONTEXT, "{n} kết quả chưa ai đến nhận"),
}
#: Where the worst of the reminders is looked at: page and entry of it.
_PLACES: Final = {
    Stage.OVERDUE: ("board", Roster.LATE.value),
    Stage.DUE_TODAY: ("board", Roster.TODAY.value),
    Stage.DUE_NEXT: ("board", Roster.TOMORROW.value),
    Stage.ALONE: ("admin", "two_people"),
    Stage.CAME_IN: ("admin", "two_people"),
    Stage.CATALOGUE: ("admin", "city"),
    Stage.BAD_PUBLICATION: ("admin", "city"),
    Stage.DAYS_DIFFER: ("admin", "calendar"),
    Stage.CALENDAR_ENDS: ("admin", "calendar"),
    Stage.SLIP_UNCONFIRMED: ("handover", None),
    Stage.UNCOLLECTED: ("board", UNCOLLECTED),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Say what opens when the user looks: a page, and what in it (None for nothing)."""

    page: str
    item: object


_NO_DOSSIER: Final = frozenset(
    {Stage.SLIP_UNCONFIRMED, Stage.ALONE, Stage.CAME_IN, Stage.DAYS_DIFFER, Stage.CALENDAR_ENDS}
)
#: Who has no such page tries the procedure out where he receives.
_OF_CITY: Final = Target("admin", "city")


def sentence(reminders: Reminders) -> str:
    """Write reminders: each in full, or a digest with a number for each stage."""
    if not reminders.is_digest:
        return " ".join(_one(item) for item in reminders.items)
    counted = ", ".join(tr(_MANY[stage], n=number(n)) for stage, n in reminders.counts())
    return tr("Nhắc việc: {counted}.", counted=counted)


def target_of(reminders: Reminders) -> Target:
    """Return what is looked at: the one dossier, or the list of the worst stage."""
    first = reminders.items[0]
    if len(reminders.items) == 1 and first.publication is None and first.stage not in _NO_DOSSIER:
        return Target("dossiers", first.name)
    return Target(*_PLACES[first.stage])


def _one(item: Reminder) -> str:
    if item.publication is not None:
        is_fault = item.stage is Stage.BAD_PUBLICATION
        return fault_words(item.publication) if is_fault else news_words(item.publication, local(item.at).date())
    if item.clash is not None:
        return clash_words(item.clash)
    name = item.name or tr("máy lúc cài đặt")
    return tr(_ONE[item.stage], name=name, about=item.about, day=screen_date(local(item.at)))


class ReminderWatch(QObject):
    """Look for reminders at log-in and every ten minutes, and keep what was seen.

    Attributes:
        bar: The reminders.
    """

    def __init__(self, kit: Kit, seat: Seat, work: Workplace, parent: QObject) -> None:
        """Put the bar in its place, hidden."""
        super().__init__(parent)
        self._kit = kit
        self._seat = seat
        self._work = work
        self._shown = Reminders()
        look = ActionButton(kit.theme, tr("Xem"), icon="deadline", shortcut="Alt+W", name="reminderLook")
        known = ActionButton(kit.theme, tr("Đã biết"), icon="check", shortcut="Alt+Q", name="reminderKnown")
        self.bar = AskingBar(IconLabel(kit.theme, "deadline", Role.SOON), (look, known))
        name_it(self.bar, "reminderBar", tr("Nhắc việc"))
        layout = work.layout()
        if not isinstance(layout, QBoxLayout):
            raise TypeError(layout)
        layout.insertWidget(layout.indexOf(work.top) + 1, self.bar)
        look.clicked.connect(self._look)
        known.clicked.connect(self._known)
        kit.changes.changed.connect(self._heard)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Remind the user who has just come."""
        self.look()
        self._timer.start()

    def end(self) -> None:
        """Take the bar away; what was not seen comes again."""
        self._timer.stop()
        self._show(Reminders())

    def look(self) -> None:
        """Ask what there is to be reminded of."""
        if self._seat.user is not None:
            work = partial(_found, self._seat)
            self._kit.tasks.run("read", work, self._show, self._complain, owner=self, latest="reminders")

    def _show(self, reminders: Reminders) -> None:
        self._shown = reminders
        self.bar.say(sentence(reminders) if reminders.items else "")

    def _look(self) -> None:
        target = target_of(self._shown)
        self._known()
        if self._work.has_page(target.page):
            self._work.show_page(target.page, target.item)
        elif target == _OF_CITY and self._work.has_page("intake"):
            self._work.show_page("intake")

    def _known(self) -> None:
        reminders, self._shown = self._shown, Reminders()
        self.bar.say("")
        work = partial(_keep, self._seat, reminders)
        self._kit.tasks.run("db", work, self._kept, self._complain, owner=self)

    def _kept(self, _nothing: None) -> None:
        """Know that it is kept: nothing more to do."""

    def _heard(self, changes: Changes, initiator: object) -> None:
        """Take away what was done meanwhile; tell of what the city has just published."""
        del initiator
        is_done = self._shown.items and changes.kinds & {Kind.DOSSIER, Kind.SLIP, Kind.UNIT}
        if is_done or Kind.CATALOGUE in changes.kinds:
            self.look()

    def _complain(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))


def _found(seat: Seat) -> Reminders:
    """Find what to remind of. Threads: lane read."""
    return Reminders() if seat.user is None else reminders_for(seat.ward.desk, seat.user)


def _keep(seat: Seat, reminders: Reminders) -> None:
    """Keep what was seen. Threads: lane db."""
    if seat.user is not None:
        note_seen(seat.ward.desk, seat.user, reminders)
