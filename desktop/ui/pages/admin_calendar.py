"""The side "Lịch nghỉ": the unit's own days off and days worked, the city's, and the dossiers promised before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import local, number, screen_date, screen_datetime, weekday
from desktop.services import own_days
from desktop.services.changes import Changes
from desktop.services.own_days import DayDeclared, OwnDay, Touched
from desktop.services.own_years import YearDeclared, declare_year, year_to_declare
from desktop.services.ports import Desk
from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.pages.admin_calendar_form import DayDialog, TakeBackDialog
from desktop.ui.pages.admin_year_form import YearDialog
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.pages.calendar_words import clash_words, short_words
from desktop.ui.pages.handover_parts import ListOrAdvice
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M, SPACE_S, Role
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState, Muted, text_label
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page

_HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Ngày"), "Chủ nhật 00/00/0000"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Đơn vị"), "làm việc", has_icon=True),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Lý do"), "Nghỉ tránh bão số 4", share=2),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Theo văn bản"), "Công điện 12/CĐ-UBND", share=1, give_up=1),
)
_TOUCHED_HEADS: Final = (
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Hồ sơ đã hẹn trước"), "000.00.00.H00-000000-00000", share=1, has_icon=True),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Đã hẹn"), "17:00 00/00/0000"),
    Head(QT_TRANSLATE_NOOP(CONTEXT, "Tính theo lịch mới"), "xem từng hồ sơ"),
)
_LEAST_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class _Found:
    """Hold the days, and the year that may be declared now, None for none."""

    days: tuple[OwnDay, ...]
    year: int | None


@dataclass(frozen=True, slots=True)
class _Chosen:
    on: date
    touched: tuple[Touched, ...]


class CalendarView(QWidget):
    """Show the unit's own days and the city's; IT declares one of its own and takes it back.

    Attributes:
        table: The days, the latest first.
        touched: The dossiers promised before the chosen day was declared.
        told: How many they are.
        dialog: What is open over the page, None for nothing.
    """

    def __init__(self, page: "Page", desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            page: Runs the work and shows errors.
            desk: What the use cases work with.
            actor: Who looks.
        """
        super().__init__()
        self._page, self._desk, self._actor = page, desk, actor
        self._days: tuple[OwnDay, ...] = ()
        self._year: int | None = None
        self.dialog: DayDialog | TakeBackDialog | YearDialog | None = None
        self._may_declare = may(actor.roles, Action.CONFIGURE_UNIT)
        self._may_open = may(actor.roles, Action.VIEW_DOSSIERS)
        theme = page.kit.theme
        self.table = ShortTable(
            theme,
            [Head(tr(h.title), h.sample, h.share, h.give_up, h.has_icon) for h in _HEADS],
            name="ownDays",
            title=tr("Ngày riêng của đơn vị và ngày thành phố công bố"),
            tip=tr("Mũi tên: xem hồ sơ đã hẹn trước khi có ngày ấy"),
        )
        advice = tr("Đơn vị làm việc theo lịch chung. Nghỉ đột xuất hay làm bù riêng thì người quản trị thêm vào đây.")
        self._list = ListOrAdvice(self.table, EmptyState(theme, "deadline", tr("Không có ngày riêng nào"), advice))
        self.told = text_label("", "strong", wraps=True)
        name_it(self.told, "touchedTold", tr("Hồ sơ đã hẹn trước khi có ngày này"))
        self.touched = ShortTable(
            theme,
            [Head(tr(h.title), h.sample, h.share, h.give_up, h.has_icon) for h in _TOUCHED_HEADS],
            name="touchedDossiers",
            title=tr("Hồ sơ đã hẹn trước"),
            tip=tr("Enter để mở hồ sơ") if self._may_open else tr("Ngày hẹn đã in không tự đổi"),
        )
        self._add = ActionButton(
            theme,
            tr("Thêm ngày"),
            icon="plus",
            shortcut="Ctrl+N",
            name="addOwnDay",
            status_tip=tr("Ghi một ngày đơn vị nghỉ hoặc làm bù ngoài lịch chung"),
        )
        self._end = ActionButton(
            theme,
            tr("Bỏ ngày này"),
            icon="close",
            shortcut="Ctrl+D",
            name="takeBackOwnDay",
            status_tip=tr("Từ nay ngày này lại theo lịch chung; giấy đã in giữ nguyên"),
        )
        self._declare_all = ActionButton(
            theme,
            tr("Khai năm tiếp theo"),
            icon="deadline",
            shortcut="Ctrl+M",
            name="declareYear",
            status_tip=tr("Ghi mọi ngày nghỉ của năm mà lịch của chương trình chưa có"),
        )
        self._build()
        self.table.moved.connect(self._ask_touched)
        self.touched.entered.connect(self._open_dossier)
        self._add.clicked.connect(self._ask_new)
        self._end.clicked.connect(self._ask_end)
        self._declare_all.clicked.connect(self._ask_year)

    def hints(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        found = [ShortcutHint("Return", tr("Mở hồ sơ đã hẹn trước"))] if self._may_open else []
        if self._may_declare:
            found += [ShortcutHint("Ctrl+N", tr("Thêm ngày")), ShortcutHint("Ctrl+D", tr("Bỏ ngày đang chọn"))]
        if self._may_declare and self._year is not None:
            found.append(ShortcutHint("Ctrl+M", tr("Khai năm tiếp theo")))
        return tuple(found)

    def focus(self) -> None:
        """Take the keys."""
        (self.table if self._days or not self._may_declare else self._add).setFocus()

    def refresh(self) -> None:
        """Read the days again."""
        self._page.run("read", partial(_read, self._desk, self._actor), self._show, latest="ownDays")

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(Muted(tr("Ngày hẹn đã in không tự đổi khi thêm ngày; hồ sơ nhận từ nay tính theo lịch mới.")))
        column.addWidget(self._list, 2)
        column.addWidget(self.told)
        self.table.show_at_least(_LEAST_ROWS)
        self.touched.show_at_least(_LEAST_ROWS)
        column.addWidget(self.touched, 3)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        column.addLayout(row)
        for button in (self._add, self._end):
            row.addWidget(button)
            button.setVisible(self._may_declare)
        row.addWidget(self._declare_all)
        self._declare_all.setVisible(False)
        row.addStretch(1)

    # Showing.

    def _show(self, found: _Found) -> None:
        days = self._days = found.days
        self._year = found.year
        self._declare_all.setVisible(self._may_declare and found.year is not None)
        self.table.set_lines([_day_line(day) for day in days])
        self._list.show_list(has_rows=bool(days))
        own = sum(not day.is_published for day in days)
        told = tr("{n} ngày riêng", n=number(own)) if own else tr("theo lịch chung")
        if len(days) > own:
            told = tr("{told}, {n} ngày của thành phố", told=told, n=number(len(days) - own))
        self._page.set_subtitle(told, self)
        self._ask_touched()

    def _ask_touched(self) -> None:
        """Look for the dossiers of the chosen day."""
        chosen = self._chosen()
        self._end.setEnabled(chosen is not None and not chosen.is_published)
        if chosen is None:
            self.told.setText("")
            self.told.setVisible(False)
            self.touched.setVisible(False)
            return
        self._page.run("read", partial(self._touched_of, chosen), self._show_touched, latest="touched")

    def _touched_of(self, day: OwnDay) -> _Chosen:
        """Threads: lane read."""
        return _Chosen(day.on, own_days.touched_by(self._desk, self._actor, day.on, is_worked=day.is_worked))

    def _show_touched(self, found: _Chosen) -> None:
        chosen = self._chosen()
        clash = chosen.clash if chosen is not None and chosen.on == found.on else None
        told = touched_words(found.on, found.touched)
        self.told.setText(told if clash is None else f"{clash_words(clash)} {told}")
        self.told.setVisible(True)
        self.touched.set_lines([_touched_line(each, found.on) for each in found.touched])
        self.touched.setVisible(bool(found.touched))

    def _chosen(self) -> OwnDay | None:
        key = self.table.current_key()
        return next((day for day in self._days if day.on.isoformat() == key), None)

    def _open_dossier(self, code: str) -> None:
        if self._may_open:
            self._page.page_wanted.emit("dossiers", code)

    # Declaring and taking back.

    def _ask_new(self) -> None:
        dialog = DayDialog(self._page.kit, self)
        dialog.wanted.connect(self._declare)
        dialog.asked.connect(self._look)
        self._open(dialog)

    def _look(self, on: date, is_worked: bool) -> None:
        """Tell the form which dossiers its day would touch; it may be closed by then."""
        day = OwnDay(on, is_worked, "", "")
        self._page.run("read", partial(self._touched_of, day), self._tell_form, self._refused, latest="dayTouched")

    def _tell_form(self, found: _Chosen) -> None:
        if isinstance(self.dialog, DayDialog):
            self.dialog.tell(found.on, found.touched)

    def _declare(self, day: OwnDay) -> None:
        self._page.run("db", partial(own_days.declare, self._desk, self._actor, day), self._declared, self._refused)

    def _declared(self, done: DayDeclared) -> None:
        self._done(tr("Đã ghi ngày {day}.", day=screen_date(done.day.on)), done.changes)

    def _ask_end(self) -> None:
        chosen = self._chosen()
        if chosen is None or chosen.is_published:
            return
        dialog = TakeBackDialog(self._page.kit, chosen, self)
        dialog.wanted.connect(partial(self._take_back, chosen.on))
        self._open(dialog)

    def _take_back(self, on: date, reason: str) -> None:
        work = partial(own_days.take_back, self._desk, self._actor, on, reason)
        self._page.run("db", work, self._taken_back, self._refused)

    def _taken_back(self, done: DayDeclared) -> None:
        self._done(tr("Đã bỏ ngày {day}.", day=screen_date(done.day.on)), done.changes)

    def _ask_year(self) -> None:
        if self._year is None:
            return
        dialog = YearDialog(self._page.kit, self._year, self)
        dialog.wanted.connect(partial(self._declare_year, self._year))
        self._open(dialog)

    def _declare_year(self, year: int, document: str, days: tuple[OwnDay, ...]) -> None:
        work = partial(declare_year, self._desk, self._actor, year, document, days)
        self._page.run("db", work, self._year_declared, self._refused)

    def _year_declared(self, done: YearDeclared) -> None:
        said = tr("Đã khai năm {year}, {n} ngày nghỉ.", year=str(done.year), n=number(done.days_off))
        self._done(said, done.changes)

    def _open(self, dialog: DayDialog | TakeBackDialog | YearDialog) -> None:
        self._page.clear_error()
        self.dialog = dialog
        dialog.finished.connect(self._forget)
        dialog.open()

    def _forget(self) -> None:
        self.dialog = None
        self.focus()

    def _done(self, said: str, changes: Changes) -> None:
        if self.dialog is not None:
            self.dialog.accept()
        self._page.kit.notices.say(said)
        self._page.kit.changes.publish(changes, self._page)

    def _refused(self, error: AppError) -> None:
        if self.dialog is not None:
            self.dialog.show_error(self._page.kit.words.error(error))
        else:
            self._page.fail(error)


def _read(desk: Desk, actor: User) -> _Found:
    """Return the unit's days and the city's, the latest first; of one day the unit's counts. Threads: lane read."""
    own = own_days.own_days(desk, actor)
    declared = {day.on for day in own}
    published = (day for day in own_days.published_days(desk, actor) if day.on not in declared)
    days = tuple(sorted((*own, *published), key=lambda day: day.on, reverse=True))
    return _Found(days, year_to_declare(desk, actor))


def touched_words(on: date, touched: Sequence[Touched]) -> str:
    """Say how many dossiers were promised without a day, and how many of them on it."""
    if not touched:
        return tr("Không hồ sơ nào đã hẹn bị ảnh hưởng bởi ngày {day}.", day=screen_date(on))
    on_it = sum(local(each.promised_at).date() == on for each in touched)
    return tr(
        "Ngày {day} ảnh hưởng {n} hồ sơ đã hẹn, trong đó {m} hồ sơ hẹn trả đúng ngày này. Báo trước cho người nộp.",
        day=screen_date(on),
        n=number(len(touched)),
        m=number(on_it),
    )


def _day_line(day: OwnDay) -> Line:
    what = Cell(tr("làm việc"), "check") if day.is_worked else Cell(tr("nghỉ"), "close", Role.DUE)
    named = Cell(f"{weekday(day.on)} {screen_date(day.on)}")
    name = Cell(day.name)
    if day.clash is not None:
        name = Cell(f"{day.name}; {short_words(day.clash)}", "warning", Role.DUE)
    return Line(day.on.isoformat(), (named, what, name, Cell(day.document)))


def _touched_line(each: Touched, on: date) -> Line:
    is_on_it = local(each.promised_at).date() == on
    code = Cell(each.code, "warning", Role.DUE) if is_on_it else Cell(each.code, "dossiers")
    would_be = tr("xem từng hồ sơ") if each.would_be is None else screen_datetime(each.would_be)
    return Line(each.code, (code, Cell(screen_datetime(each.promised_at)), Cell(would_be)))
