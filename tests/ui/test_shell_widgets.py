from datetime import date

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QShortcut, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.models.short_table import Cell, Head, Line, ShortTableModel
from desktop.ui.pages.act_bar import ActBar
from desktop.ui.pages.work_offers import LOOKS, WorkAct
from desktop.ui.theme import Mode, Theme
from desktop.ui.widgets.areas import FollowingArea
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, LineEdit, MoneyEdit, NumberEdit, SearchBox, TextEdit
from desktop.ui.widgets.heads import PageHead
from desktop.ui.widgets.labels import EmptyState, IconLabel, Tag, TagKind, spoken_keys
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.widgets.tabs import KeyedTabs
from desktop.ui.widgets.timeline import TimeEntry, TimeLine

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("8000", 8_000),
        ("8.000", 8_000),
        ("5 000 000 000", 5_000_000_000),
        ("", None),
        ("8k", None),
        ("-5", None),
        ("٣", None),
    ],
)
def test_money_is_a_plain_whole_number_of_any_size(theme: Theme, qtbot: QtBot, typed: str, amount: int | None) -> None:
    edit = MoneyEdit(theme)
    qtbot.addWidget(edit)

    edit.setText(typed)

    assert (edit.amount_vnd(), edit.is_wrong()) == (amount, bool(typed) and amount is None)


def test_a_number_above_its_limit_is_wrong(theme: Theme, qtbot: QtBot) -> None:
    edit = NumberEdit(theme, maximum=12)
    qtbot.addWidget(edit)

    edit.set_number(13)

    assert (edit.number(), edit.is_wrong()) == (None, True)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("18072019", date(2019, 7, 18)),
        ("18/7/2019", date(2019, 7, 18)),
        ("1-2-2020", date(2020, 2, 1)),
        ("31/02/2020", None),
        ("2019", None),
        ("", None),
    ],
)
def test_a_date_is_typed_as_digits(theme: Theme, qtbot: QtBot, typed: str, day: date | None) -> None:
    edit = DateEdit(theme)
    qtbot.addWidget(edit)

    edit.setText(typed)

    assert (edit.date(), edit.is_wrong()) == (day, bool(typed) and day is None)


def test_leaving_writes_numbers_and_dates_out_and_keeps_what_is_wrong(theme: Theme, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    money, day, wrong = MoneyEdit(theme), DateEdit(theme), DateEdit(theme)
    for edit, text in ((money, "8000"), (day, "18072019"), (wrong, "32/13/2019")):
        column.addWidget(edit)
        edit.setText(text)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    for edit in (money, day, wrong, money):
        edit.setFocus()

    assert [edit.text() for edit in (money, day, wrong)] == ["8.000", "18/07/2019", "32/13/2019"]


def test_text_leaves_a_field_composed_and_without_spaces_around_it(theme: Theme, qtbot: QtBot) -> None:
    line, notes = LineEdit(theme), TextEdit()
    qtbot.addWidget(line)
    qtbot.addWidget(notes)

    line.setText(" Nguye\u0302\u0303n ")
    notes.setPlainText(" Nguye\u0302\u0303n\n")

    assert (line.value(), notes.value()) == ("Nguyễn", "Nguyễn")


def test_an_error_takes_the_place_of_the_hint_and_gives_it_back(theme: Theme, qtbot: QtBot) -> None:
    edit = LineEdit(theme)
    field = Field("Họ và tên", edit, "Như trên giấy tờ", name="nameField")
    qtbot.addWidget(field)

    field.set_error("Họ và tên còn trống: hãy gõ như trên giấy tờ.")
    wrong = (field.error(), edit.property("class"), edit.accessibleDescription())
    field.set_error("")

    assert wrong == (*(["Họ và tên còn trống: hãy gõ như trên giấy tờ.", "invalid"]), wrong[0])
    assert (field.error(), field._below.text(), edit.property("class")) == ("", "Như trên giấy tờ", "")
    assert (edit.objectName(), edit.accessibleName(), edit.statusTip()) == (
        "nameField",
        "Họ và tên",
        "Như trên giấy tờ",
    )


def test_search_rests_before_it_asks_and_enter_asks_at_once(theme: Theme, qtbot: QtBot) -> None:
    box = SearchBox(theme)
    qtbot.addWidget(box)
    asked: list[str] = []
    box.searched.connect(asked.append)

    QTest.keyClicks(box, "abc")
    at_once = list(asked)
    qtbot.waitUntil(lambda: bool(asked))
    QTest.keyClick(box, Qt.Key.Key_Return)

    assert (at_once, asked) == ([], ["abc", "abc"])


def test_the_signs_of_a_search_grow_with_the_text_and_one_empties_it(theme: Theme, qtbot: QtBot) -> None:
    box = SearchBox(theme)
    qtbot.addWidget(box)
    box.show()
    theme.apply(Mode.LIGHT, 200)
    glass, empty = box.findChild(IconLabel), box.findChild(QToolButton, "clearSearch")
    box.setText("Hường")
    was_there = empty.isVisible()

    with qtbot.waitSignal(box.searched) as asked:
        empty.click()

    assert (glass.width(), was_there, empty.isVisible()) == (theme.icon_size().width(), True, False)
    assert (box.text(), asked.args) == ("", [""])
    theme.apply(Mode.LIGHT, 100)


def test_a_box_of_text_shows_as_many_rows_in_another_size_of_text(theme: Theme, qtbot: QtBot) -> None:
    edit = TextEdit(3)
    qtbot.addWidget(edit)
    edit.show()
    before = edit.height() / edit.fontMetrics().lineSpacing()

    theme.apply(Mode.LIGHT, 200)
    after = edit.height() / edit.fontMetrics().lineSpacing()
    theme.apply(Mode.LIGHT, 100)

    assert (before > 3, after > 3) == (True, True)


def test_a_key_held_down_presses_a_button_once(theme: Theme, qtbot: QtBot) -> None:
    button = ActionButton(theme, "In lại", shortcut="Ctrl+P")
    qtbot.addWidget(button)
    button.show()
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))

    for is_repeated in (False, True, True):
        QApplication.sendEvent(
            button, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", is_repeated)
        )

    assert len(pressed) == 1
    assert not any(key.autoRepeat() for key in button.findChildren(QShortcut))


def test_what_takes_room_from_an_area_does_not_cover_the_field_one_types_in(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    band, inner = QWidget(), QWidget()
    band.setFixedHeight(120)
    band.hide()
    below = QVBoxLayout(inner)
    lines = [QLineEdit() for _ in range(12)]
    for line in lines:
        below.addWidget(line)
    area = FollowingArea(inner)
    column.addWidget(band)
    column.addWidget(area)
    window.resize(300, 260)
    window.show()
    qtbot.waitExposed(window)
    lines[5].setFocus()
    area.ensureWidgetVisible(lines[5])

    def is_seen() -> bool:
        return area.viewport().rect().contains(lines[5].mapTo(area.viewport(), lines[5].rect().center()))

    room_px = area.height()
    before = is_seen()

    band.show()

    qtbot.waitUntil(lambda: area.height() < room_px)
    assert (before, is_seen()) == (True, True)


def test_numbers_of_a_table_stand_at_the_right_with_their_head(theme: Theme) -> None:
    heads = (Head("Người nộp", "Nguyễn"), Head("Số tiền", "999", is_number=True))
    model = ShortTableModel(theme, heads)
    model.set_lines([Line("1", (Cell("Lan"), Cell("8.000")))])
    role, across = Qt.ItemDataRole.TextAlignmentRole, Qt.Orientation.Horizontal

    cells = [model.data(model.index(0, column), role) for column in range(2)]
    titles = [model.headerData(column, across, role) for column in range(2)]

    right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    assert (cells, titles) == ([None, right], [None, right])


def test_the_wheel_over_a_choice_scrolls_the_page_and_changes_nothing(qtbot: QtBot) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    for key in ("direct", "post"):
        box.add_choice(key, key)
    box.show()
    at = QPointF(5, 5)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )

    QApplication.sendEvent(box, event)

    assert (box.key(), event.isAccepted()) == ("direct", False)


def test_a_choice_box_speaks_in_keys(qtbot: QtBot) -> None:
    box = ChoiceBox(name="channel", accessible_name="Kênh")
    qtbot.addWidget(box)
    box.add_choice("counter", "Trực tiếp")
    box.add_choice("post", "Bưu chính")

    box.set_key("post")

    assert (box.key(), box.currentText()) == ("post", "Bưu chính")


@pytest.fixture
def picker(theme: Theme, qtbot: QtBot) -> ShortPicker:
    made = ShortPicker(theme, name="procedures")
    qtbot.addWidget(made)
    made.set_choices([Choice(str(n), f"Thủ tục & {n}") for n in range(1, 12)])
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_alt_and_a_number_pick(picker: ShortPicker) -> None:
    picked: list[str] = []
    picker.picked.connect(picked.append)

    QTest.keyClick(picker, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)

    assert (picked, picker.current()) == (["3"], "3")


def test_arrows_move_and_enter_picks(picker: ShortPicker) -> None:
    picker.setFocus()

    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.focusWidget(), key)

    assert picker.current() == "2"


def test_choosing_by_program_tells_nobody(picker: ShortPicker) -> None:
    picked: list[str] = []
    picker.picked.connect(picked.append)

    picker.set_current("5")
    chosen = picker.current()
    picker.set_current("no such key")

    assert (picked, chosen, picker.current()) == ([], "5", "")


def test_new_choices_take_the_place_of_old_ones(picker: ShortPicker) -> None:
    picker.set_choices([Choice("x", "Một")], current="x")

    QTest.keyClick(picker, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)

    assert (picker.current(), [choice.key for choice in picker.choices()]) == ("x", ["x"])


@pytest.mark.qt_log_ignore("not accepted by receiving widget", extend=True)
def test_a_button_is_pressed_by_its_key_and_by_enter_when_enabled(theme: Theme, qtbot: QtBot) -> None:
    button = ActionButton(theme, "Lưu & in", icon="print", shortcut="Ctrl+Return", primary=True, name="save")
    qtbot.addWidget(button)
    clicks: list[int] = []
    button.clicked.connect(lambda: clicks.append(1))
    button.show()
    button.activateWindow()
    qtbot.waitUntil(button.isActiveWindow)

    QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(button, Qt.Key.Key_Return)
    button.setEnabled(False)
    QTest.keyClick(button, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert (len(clicks), button.accessibleName()) == (2, "Lưu & in")
    assert button.text() == " Lưu && in  (Ctrl+Enter)"


def test_large_text_leaves_the_key_to_the_overlay(theme: Theme, qtbot: QtBot) -> None:
    button = ActionButton(theme, "Lưu", shortcut="Ctrl+Return")
    qtbot.addWidget(button)

    theme.apply(theme.mode, 200)
    large = button.text()
    theme.apply(theme.mode, 100)

    assert (large, button.text()) == ("Lưu", "Lưu  (Ctrl+Enter)")


def test_tabs_give_up_their_keys_before_a_title_is_cut(theme: Theme, qtbot: QtBot) -> None:
    del theme  # it dresses the application
    tabs = KeyedTabs()
    qtbot.addWidget(tabs)
    for title in ("Người dùng  (Alt+N)", "Kiểm tra, sao lưu  (Alt+K)"):
        tabs.addTab(title)
    tabs.show()

    def room() -> int:
        return sum(tabs.tabSizeHint(at).width() for at in range(tabs.count()))

    tabs.resize(200, 40)
    narrow, least = [tabs.tabText(at) for at in range(tabs.count())], room()
    tabs.resize(least + 60, 40)
    roomy = room()
    tabs.resize(900, 40)

    assert narrow == ["Người dùng", "Kiểm tra, sao lưu"]
    assert least < roomy, "room between titles goes before a title is cut, and comes back"
    assert [tabs.tabText(at) for at in range(tabs.count())] == ["Người dùng  (Alt+N)", "Kiểm tra, sao lưu  (Alt+K)"]


def test_an_empty_list_gives_up_its_icon_before_its_words(theme: Theme, qtbot: QtBot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    empty = EmptyState(theme, "check", "Không có gì", "Việc mới hiện ở đây.")
    empty.setParent(around)
    around.show()

    shown = []
    for percent, height_px in ((100, 300), (100, 110), (200, 600)):
        theme.apply(theme.mode, percent)
        empty.resize(600, height_px + 1)
        empty.resize(600, height_px)
        shown.append(empty._icon.isVisible())
    theme.apply(theme.mode, 100)

    assert shown == [True, False, False]
    assert empty.minimumSizeHint().height() < empty.sizeHint().height()


def test_a_tag_says_its_state_by_word_and_icon(theme: Theme, qtbot: QtBot) -> None:
    tag = Tag(theme, TagKind.DUE, "Còn 3 ngày")
    qtbot.addWidget(tag)
    before = tag._icon.pixmap().toImage()

    tag.set_state("late", "Quá 2 ngày")

    assert (tag.text(), tag.accessibleName()) == ("Quá 2 ngày", "Quá 2 ngày")
    assert tag._icon.pixmap().toImage() != before


def test_a_time_line_is_read_aloud_whole(theme: Theme, qtbot: QtBot) -> None:
    line = TimeLine(theme)
    qtbot.addWidget(line)
    entries = (
        TimeEntry("09:05 18/07/2019", "An", "Tiếp nhận"),
        TimeEntry("10:00 18/07/2019", "Bình", "Bàn giao", note="số 12"),
    )

    line.set_entries(entries[:1])
    line.set_entries(entries)

    assert line.entries() == entries
    assert line.accessibleDescription() == "09:05 18/07/2019 An: Tiếp nhận; 10:00 18/07/2019 Bình: Bàn giao"


def test_keys_are_written_as_they_stand_on_the_keyboard() -> None:
    assert [spoken_keys(keys) for keys in ("Ctrl+Return", "Escape", "F8")] == ["Ctrl+Enter", "Esc", "F8"]


def test_many_acts_in_a_narrow_column_leave_their_keys_to_tips_and_overlay(theme: Theme, qtbot: QtBot) -> None:
    bar = ActBar(theme)
    qtbot.addWidget(bar)
    bar.offer([act for act in WorkAct if LOOKS[act].keys][:6])
    buttons = bar.findChildren(ActionButton)

    seen = {}
    for width in (1_200, 300, 1_200):
        bar.setFixedWidth(width)
        bar.fit()
        seen[width] = [button.text().endswith(")") for button in buttons]

    assert seen == {1_200: [True] * 6, 300: [False] * 6}
    assert all("(" in button.toolTip() for button in buttons)


def test_a_subtitle_that_would_break_beside_the_title_stands_below_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    head = PageHead("Kiểm soát")
    QVBoxLayout(window).addWidget(head)
    head.subtitle.setText("từ 01/07/2026 đến 23/11/2026, chỉ việc của bạn")

    window.show()
    qtbot.waitExposed(window)
    for width_px, is_below in ((900, False), (260, True), (900, False)):
        window.resize(width_px, 200)
        qtbot.waitUntil(lambda wanted=is_below: (head.subtitle.x() == 0) is wanted)  # type: ignore[misc]
    head.subtitle.setText(" ".join(["một câu dài"] * 30))
    qtbot.waitUntil(lambda: head.subtitle.x() == 0)
