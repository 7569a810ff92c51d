"""F9: names first, every row and bar opens what is behind it, by keys alone; reminders wait in a bar."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.app.reminder_watch import LOOK_EVERY_MS, ReminderWatch
from desktop.app.seat import Seat
from desktop.domain.board import Denominator, Period, Roster
from desktop.domain.way_commands import MakeSlip
from desktop.services import handing
from desktop.services.board import show_board
from desktop.ui.dialogs.ports import Session
from desktop.ui.models.board_table import BoardColumn
from desktop.ui.pages.base import Page, PageSpec
from desktop.ui.pages.board import BoardPage
from desktop.ui.pages.board_words import DAYS, FIELDS, LOOKS, UNCOLLECTED, UNSEEN, period_of
from desktop.ui.theme import Mode
from desktop.ui.workplace import Workplace
from tests.support.wards import KEY, SLOW, Ward, make_ward, person, reference, reopened
from tests.support.way import SECTION
from tests.support.ways import Span, fill
from tests.ui.desk_kit import Desktop, desktop_for, settle, show

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

UNTIL = datetime.fromisoformat("2026-06-30T10:00:00+07:00")
ALT = Qt.KeyboardModifier.AltModifier
RETURN, RIGHT, LEFT, DOWN, ESCAPE = (
    Qt.Key.Key_Return,
    Qt.Key.Key_Right,
    Qt.Key.Key_Left,
    Qt.Key.Key_Down,
    Qt.Key.Key_Escape,
)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Give a ward in the middle of a busy half-year."""
    empty = make_ward(tmp_path_factory.mktemp("board"))
    calendar = empty.desk.reader.calendar()
    empty.database.close()
    fill(empty.folder, KEY, reference(), calendar, 260, Span(date(2026, 5, 4), UNTIL))
    ward = reopened(empty.folder, empty.state, at=UNTIL)
    yield ward
    ward.database.close()


@pytest.fixture
def desktop(qapp: QApplication, busy: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, busy) as tools:  # type: ignore[arg-type] # it asks for the clock only
        yield tools


@pytest.fixture
def page(qtbot: QtBot, desktop: Desktop, busy: Ward) -> BoardPage:
    made = BoardPage(desktop.kit, busy.desk, busy.user("chutich"))
    show(qtbot, made)
    made.shown()
    settle(qtbot, desktop)
    return made


def codes(page: BoardPage) -> list[str]:
    return [str(page.names.index(row, BoardColumn.CODE).data()) for row in range(page.names.rowCount())]


def press(qtbot: QtBot, desktop: Desktop, page: QWidget, *keys: Qt.Key) -> None:
    """Press keys on what has the focus."""
    for key in keys:
        qtbot.keyClick(page.focusWidget() or page, key)
        settle(qtbot, desktop)


def alt(qtbot: QtBot, desktop: Desktop, page: BoardPage, key: Qt.Key) -> None:
    qtbot.keyClick(page, key, ALT)
    settle(qtbot, desktop)


def test_the_worst_list_is_shown_first_with_its_names(page: BoardPage, busy: Ward) -> None:
    board = show_board(busy.desk, busy.user("chutich"))
    first = next(roster for roster in Roster if board.roster(roster))

    assert codes(page) == [name.code for name in board.roster(first)]
    assert page.section_list.hasFocus()


@pytest.mark.parametrize("place", range(9))
def test_every_list_has_a_number_and_says_what_it_counts(
    qtbot: QtBot, desktop: Desktop, page: BoardPage, busy: Ward, place: int
) -> None:
    key = list(LOOKS)[place]

    alt(qtbot, desktop, page, Qt.Key(Qt.Key.Key_1 + place))

    section = page.sections.section(place)
    assert section is not None
    assert section.count == page.names.rowCount()
    assert page._figures.text().startswith(LOOKS[key][0])
    assert page._definition.text()
    if key in set(Roster):
        board = show_board(busy.desk, busy.user("chutich"))
        assert codes(page) == [name.code for name in board.roster(Roster(key))]


def test_enter_on_a_name_opens_its_dossier(qtbot: QtBot, desktop: Desktop, page: BoardPage) -> None:
    alt(qtbot, desktop, page, Qt.Key.Key_5)
    press(qtbot, desktop, page, DOWN)
    second = codes(page)[1]

    with qtbot.waitSignal(page.page_wanted) as wanted:
        press(qtbot, desktop, page, RETURN)

    assert wanted.args == ["dossiers", second]


def test_arrows_and_enter_reach_every_list(qtbot: QtBot, desktop: Desktop, page: BoardPage) -> None:
    press(qtbot, desktop, page, Qt.Key.Key_Home)
    for _ in range(4):
        press(qtbot, desktop, page, DOWN)

    press(qtbot, desktop, page, RIGHT)

    assert page.table.hasFocus()
    assert page._section_key() == Roster.SOLVED_LATE.value


def test_every_bar_takes_the_keys_and_opens_its_late_dossiers(
    qtbot: QtBot, desktop: Desktop, page: BoardPage, busy: Ward
) -> None:
    assert page.open_item(FIELDS)
    late = next(bar for bar in page.field_chart.bars if bar.bar.figures.field and bar.bar.figures.solved_late)
    reached = [page.field_chart.bars[0]]
    while reached[-1] is not late:
        press(qtbot, desktop, page, DOWN)
        focused = page.focusWidget()
        assert focused in page.field_chart.bars
        reached.append(focused)  # type: ignore[arg-type] # it is one of the bars

    press(qtbot, desktop, page, RETURN)

    field = late.bar.figures.field
    board = show_board(busy.desk, busy.user("chutich"), field=field)
    assert page._field.key() == field
    assert page._section_key() == Roster.SOLVED_LATE.value
    assert codes(page) == [name.code for name in board.solved_late]
    assert board.solved_late


def test_a_bar_says_numerator_denominator_and_target(page: BoardPage, busy: Ward) -> None:
    board = show_board(busy.desk, busy.user("chutich"))
    land = next(each for each in board.by_field if each.field == "dat_dai")

    said = next(bar for bar in page.field_chart.bars if bar.bar.figures.field == "dat_dai").accessibleName()

    assert said.startswith("Đất đai: ")
    assert f"{land.share}  =  {land.numerator} / {land.denominator} đã giải quyết" in said
    assert "chỉ tiêu < 0,10%" in said


def test_the_denominator_is_switched_by_a_key(qtbot: QtBot, desktop: Desktop, page: BoardPage, busy: Ward) -> None:
    page.open_item(FIELDS)
    before = page._definition.text()

    alt(qtbot, desktop, page, Qt.Key.Key_M)

    board = show_board(busy.desk, busy.user("chutich"), denominator=Denominator.RECEIVED)
    assert page.view is not None
    assert page.view.board.total == board.total
    assert page._definition.text() != before
    assert str(board.total.denominator) in page._figures.text()
    assert "đã tiếp nhận" in page._switch.text()


def test_a_field_is_chosen_by_a_key_and_left_by_escape(qtbot: QtBot, desktop: Desktop, page: BoardPage) -> None:
    alt(qtbot, desktop, page, Qt.Key.Key_V)
    press(qtbot, desktop, page, DOWN)
    assert page._field.key()

    assert page.go_back()
    assert page.section_list.hasFocus()
    assert page.go_back()
    settle(qtbot, desktop)
    assert not page._field.key()
    assert not page.go_back()
    settle(qtbot, desktop)


def test_a_day_opens_what_came_in_on_it(qtbot: QtBot, desktop: Desktop, page: BoardPage) -> None:
    page.open_item(DAYS)
    press(qtbot, desktop, page, Qt.Key.Key_Home, RIGHT, LEFT)
    day = page.days_chart.day()
    assert day is not None
    assert page.days_chart.caption() == page.days_chart.accessibleDescription()

    press(qtbot, desktop, page, RETURN)

    assert len(codes(page)) == day.received
    assert page.table.hasFocus()
    assert page.go_back()
    assert page.days_chart.hasFocus()
    assert page.days_chart.day() == day


def test_no_day_is_chosen_where_nothing_came_in(qtbot: QtBot, desktop: Desktop, page: BoardPage) -> None:
    page.days_chart.show_days(())
    page.open_item(DAYS)

    press(qtbot, desktop, page, LEFT, RETURN)

    assert page.days_chart.day() is None
    assert page.days_chart.caption() == "Chưa có hồ sơ nào trong kỳ này."


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("month", date(2026, 8, 1)),
        ("quarter", date(2026, 7, 1)),
        ("half", date(2026, 7, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_a_period_ends_today(key: str, first: date) -> None:
    assert period_of(key, date(2026, 8, 20)) == Period(first, date(2026, 8, 20))


def test_the_models_keep_the_rules_of_qt(page: BoardPage) -> None:
    for model in (page.names, page.sections):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert page.view is not None
    for key in (UNSEEN, UNCOLLECTED):
        page.names.show(page.view.rows[key])
    page.sections.show(())


@pytest.mark.parametrize("percent", [100, 150, 200])
@pytest.mark.parametrize("mode", list(Mode))
def test_everything_stays_in_sight_at_every_text_size(
    qtbot: QtBot, desktop: Desktop, page: BoardPage, percent: int, mode: Mode
) -> None:
    theme = desktop.kit.theme
    try:
        theme.apply(mode, percent)
        page.resize(1_180, 600)
        for key in (Roster.NO_APOLOGY.value, FIELDS, DAYS):
            page.open_item(key)
            settle(qtbot, desktop)
            for part in (page._switch, page._field, page._period, page.section_list, page._stack, page._definition):
                corner = part.mapTo(page, part.rect().bottomRight())
                assert page.rect().contains(corner), part.objectName()
            assert page._switch.width() >= page._switch.sizeHint().width()
        assert {BoardColumn.OWNER, BoardColumn.LEFT} <= set(page.table.shown_columns())
    finally:
        theme.apply(Mode.LIGHT, 100)


# Reminders.


class Blank(Page):
    """Be a page that remembers what it was asked to open."""

    def open_item(self, item: object) -> bool:
        self.opened = item
        return True


@pytest.fixture
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    ward = make_ward(tmp_path_factory.mktemp("small"))
    yield ward
    ward.database.close()


@pytest.fixture
def small_desktop(qapp: QApplication, small: Ward) -> Iterator[Desktop]:
    with desktop_for(qapp, small) as tools:  # type: ignore[arg-type] # it asks for the clock only
        yield tools


def watch_of(qtbot: QtBot, desktop: Desktop, ward: Ward, login: str) -> tuple[ReminderWatch, Workplace]:
    work = Workplace(desktop.kit, is_training=True)
    specs = [
        PageSpec(
            key, f"rail{key}", key, "work", "", lambda kit, key=key: Blank(kit, key=key, title=key), lambda _: True
        )
        for key in ("dossiers", "board", "handover")
    ]
    work.begin(Session(ward.user(login).user_id, login, "Lan", ("reception",), ("Tiếp nhận",), "Phường Mẫu"), specs)
    show(qtbot, work)
    seat = cast("Seat", SimpleNamespace(ward=ward, user=ward.user(login)))
    watch = ReminderWatch(desktop.kit, seat, work, work)
    watch.begin()
    settle(qtbot, desktop)
    return watch, work


def test_a_reminder_waits_in_a_bar_and_opens_its_dossier(qtbot: QtBot, small_desktop: Desktop, small: Ward) -> None:
    code = small.receive(code=SLOW).code
    small.clock.set(datetime.fromisoformat("2019-07-24T09:00:00+07:00"))
    watch, work = watch_of(qtbot, small_desktop, small, "lan")

    assert watch.bar.text() == f"Hồ sơ {code} của Nguyễn Thị Ngọc Ở đến hạn ngày 25/07/2019."
    assert watch._timer.interval() == LOOK_EVERY_MS
    qtbot.keyClick(work, Qt.Key.Key_W, ALT)
    settle(qtbot, small_desktop)

    shown = work.page()
    assert isinstance(shown, Blank)
    assert (shown.key, shown.opened) == ("dossiers", code)
    watch.look()
    settle(qtbot, small_desktop)
    assert watch.bar.text() == ""
    watch.end()


def test_what_is_known_does_not_come_again(qtbot: QtBot, small_desktop: Desktop, small: Ward) -> None:
    small.receive(code=SLOW)
    small.clock.set(datetime.fromisoformat("2019-07-26T09:00:00+07:00"))
    watch, work = watch_of(qtbot, small_desktop, small, "chutich")
    assert "đã quá hạn ngày 25/07/2019" in watch.bar.text()

    qtbot.keyClick(work, Qt.Key.Key_Q, ALT)
    settle(qtbot, small_desktop)
    watch.look()
    settle(qtbot, small_desktop)

    assert watch.bar.text() == ""
    assert work.page().key == "dossiers"  # type: ignore[union-attr] # nobody went anywhere
    watch.end()


def test_many_reminders_come_as_one_line_and_open_the_worst_list(
    qtbot: QtBot, small_desktop: Desktop, small: Ward
) -> None:
    found = [small.receive(owner=person(n), code=SLOW).code for n in range(6)]
    small.clock.set(datetime.fromisoformat("2019-07-25T09:00:00+07:00"))
    slip = handing.make_slip(small.desk, small.user("lan"), MakeSlip(SECTION, (found[0],))).slip
    small.clock.set(slip.reminded_from + timedelta(minutes=1))
    watch, work = watch_of(qtbot, small_desktop, small, "lan")

    assert watch.bar.text() == "Nhắc việc: 6 hồ sơ đến hạn hôm nay, 1 giấy bàn giao chưa xác nhận."
    watch.bar.findChild(QPushButton, "reminderLook").click()
    settle(qtbot, small_desktop)

    shown = work.page()
    assert isinstance(shown, Blank)
    assert (shown.key, shown.opened) == ("board", Roster.TODAY.value)
    watch.end()
