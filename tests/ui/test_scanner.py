from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import EventClock, Scanner

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

CODE = "000.00.12.H29-190718-0042"


class Desk(QWidget):
    """Two fields, notes, a list, a button and the keys of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second, self.notes = QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.list = QListWidget()
        self.button = QPushButton("Lưu")
        column = QVBoxLayout(self)
        for widget in (self.first, self.second, self.notes, self.list, self.button):
            column.addWidget(widget)
        self.acted: list[str] = []
        for keys in ("F2", "Ctrl+Return", "Alt+1", "A", "0", "Ctrl+J"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setProperty("keys", keys)
            shortcut.activated.connect(self._note)
        self.first.returnPressed.connect(self._entered)
        self.button.clicked.connect(self._clicked)

    def _note(self) -> None:
        self.acted.append(self.sender().property("keys"))

    def _entered(self) -> None:
        self.acted.append("entered")

    def _clicked(self) -> None:
        self.acted.append("clicked")


@pytest.fixture
def clock() -> RobotClock:
    return RobotClock()


@pytest.fixture
def scans(qapp: QApplication, clock: RobotClock) -> Iterator[list[str]]:
    scanner = Scanner(qapp, clock)
    heard: list[str] = []
    scanner.scanned.connect(heard.append)
    yield heard
    scanner.stop()
    scanner.deleteLater()


@pytest.fixture
def desk(qtbot: QtBot, scans: list[str]) -> Iterator[Desk]:  # noqa: ARG001
    window = Desk()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.first.setFocus()
    return window


@pytest.fixture
def robot(desk: Desk, clock: RobotClock) -> Robot:
    return Robot(desk, clock)


def test_typing_reaches_the_field_with_vietnamese_letters(desk: Desk, robot: Robot, scans: list[str]) -> None:
    robot.type("Nguyễn Văn Đức")

    assert (desk.first.text(), scans) == ("Nguyễn Văn Đức", [])


def test_a_scan_leaves_text_and_selection_as_they_were(desk: Desk, robot: Robot, scans: list[str]) -> None:
    desk.first.setText("Trần Thị Bưởi")
    desk.first.setSelection(5, 3)

    robot.scan(CODE)

    assert scans == [CODE]
    assert (desk.first.text(), desk.first.selectedText(), desk.acted) == ("Trần Thị Bưởi", "Thị", [])


def test_a_scan_into_notes_leaves_them_as_they_were(desk: Desk, robot: Robot, scans: list[str]) -> None:
    desk.notes.setPlainText("hai dòng\nghi chú")
    desk.notes.setFocus()

    robot.scan(CODE)

    assert (desk.notes.toPlainText(), scans) == ("hai dòng\nghi chú", [CODE])


@pytest.mark.parametrize("end", ["Return", "Tab", ""])
def test_the_end_of_a_scan_neither_enters_nor_moves(desk: Desk, robot: Robot, scans: list[str], end: str) -> None:
    robot.scan(CODE, end)

    assert (scans, desk.acted, QApplication.focusWidget()) == ([CODE], [], desk.first)


@pytest.mark.parametrize("place", ["list", "button"])
def test_a_scan_triggers_no_single_letter_shortcut(desk: Desk, robot: Robot, scans: list[str], place: str) -> None:
    getattr(desk, place).setFocus()

    robot.scan("A00AA12")

    assert (scans, desk.acted) == (["A00AA12"], [])


def test_a_single_letter_acts_for_a_person_where_nothing_is_typed(desk: Desk, robot: Robot) -> None:
    desk.list.setFocus()
    robot.type("A")
    desk.first.setFocus()
    robot.type("A")

    assert (desk.acted, desk.first.text()) == (["A"], "A")


def test_a_key_that_acts_waits_forty_milliseconds(desk: Desk, robot: Robot, clock: RobotClock) -> None:  # noqa: ARG001
    clock.advance(80)
    QTest.keyClick(desk.first, Qt.Key.Key_F2)
    clock.advance(39)
    before = list(desk.acted)
    clock.advance(1)

    assert (before, desk.acted) == ([], ["F2"])


def test_chords_enter_and_tab_act_for_a_person(desk: Desk, robot: Robot) -> None:
    robot.press("Alt+1", "Ctrl+Return", "Return", "Tab")

    assert (desk.acted, QApplication.focusWidget()) == (["Alt+1", "Ctrl+Return", "entered"], desk.second)


def test_space_presses_a_button_once(desk: Desk, robot: Robot) -> None:
    desk.button.setFocus()

    robot.press("Space")

    assert (desk.acted, desk.button.isDown()) == (["clicked"], False)


def test_editing_keys_of_a_field_still_work(desk: Desk, robot: Robot) -> None:
    robot.type("một hai")
    robot.press("Ctrl+A", "Ctrl+C", "Backspace")
    robot.press("Ctrl+V", "Ctrl+V")

    assert desk.first.text() == "một haimột hai"


def test_control_keys_inside_a_scan_do_nothing(desk: Desk, robot: Robot, clock: RobotClock, scans: list[str]) -> None:
    clock.advance(200)
    for key, modifier in (
        *((ord(char), Qt.KeyboardModifier.NoModifier) for char in "012345"),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier),
        *((ord(char), Qt.KeyboardModifier.NoModifier) for char in "67"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier),
    ):
        clock.advance(5)
        QTest.keyClick(desk.first, Qt.Key(key), modifier)
    robot.rest()

    assert (scans, desk.acted, desk.first.text()) == (["01234567"], [], "")


def test_a_scan_that_begins_with_a_key_that_acts_triggers_nothing(
    desk: Desk, robot: Robot, clock: RobotClock, scans: list[str]
) -> None:
    clock.advance(200)
    QTest.keyClick(desk.first, Qt.Key.Key_F2)
    for char in "123456":
        clock.advance(5)
        QTest.keyClick(desk.first, char)
    robot.rest()

    assert (scans, desk.acted, desk.first.text()) == (["123456"], [], "")


def test_keys_after_a_waiting_tab_follow_the_focus(desk: Desk, robot: Robot, clock: RobotClock) -> None:
    clock.advance(200)
    QTest.keyClick(desk.first, Qt.Key.Key_Tab)
    clock.advance(30)
    QTest.keyClick(desk.first, "x")
    robot.rest()

    assert (desk.first.text(), desk.second.text()) == ("", "x")


def test_text_committed_by_a_typing_tool_is_typing(desk: Desk, robot: Robot, scans: list[str]) -> None:
    for syllable in ("Nguyễn ", "Văn ", "a", "n"):
        robot.commit(syllable)

    assert (desk.first.text(), scans) == ("Nguyễn Văn an", [])


def test_a_vietnamese_card_is_read_whole(desk: Desk, robot: Robot, scans: list[str]) -> None:
    card = "079190000001|020000001|Nguyễn Thị Ánh|02091990|Nữ|12 Lê Lợi, P. Bến Nghé|15042021"

    robot.scan(card)

    assert (scans, desk.first.text()) == ([card], "")


def test_a_held_letter_repeats_into_the_field(desk: Desk, robot: Robot, clock: RobotClock, scans: list[str]) -> None:
    for n in range(10):
        clock.advance(33)
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X.value, Qt.KeyboardModifier.NoModifier, "x", autorep=n > 0)
        QApplication.sendEvent(desk.first, event)
    robot.rest()

    assert (desk.first.text(), scans) == ("x" * 10, [])


def test_keys_travel_up_to_the_window_once(desk: Desk, robot: Robot, scans: list[str]) -> None:
    seen: list[int] = []
    desk.keyPressEvent = lambda event: seen.append(event.key())  # type: ignore[method-assign]
    desk.button.setFocus()

    robot.type("xyz")

    assert (seen, scans) == ([Qt.Key.Key_X, Qt.Key.Key_Y, Qt.Key.Key_Z], [])


def test_a_serial_reader_feeds_whole_scans(qapp: QApplication) -> None:
    scanner = Scanner(qapp, RobotClock())
    heard: list[str] = []
    scanner.scanned.connect(heard.append)

    scanner.feed("\x0212345678\r\n")
    scanner.feed("\r\n")
    scanner.stop()
    scanner.deleteLater()

    assert heard == ["12345678"]


def test_the_systems_clock_wakes_a_waiting_key(qtbot: QtBot, qapp: QApplication) -> None:
    scanner = Scanner(qapp)
    window = Desk()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.list.setFocus()

    QTest.keyClick(window.list, "A")
    before = list(window.acted)

    qtbot.waitUntil(lambda: window.acted == ["A"])
    scanner.stop()
    scanner.deleteLater()
    assert before == []


def test_the_systems_clock_takes_the_stamp_of_the_event(qapp: QApplication) -> None:  # noqa: ARG001
    clock = EventClock()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_X.value, Qt.KeyboardModifier.NoModifier, "x")
    event.setTimestamp(50_000)

    first = clock.stamp_ms(event)
    event.setTimestamp(50_040)
    second = clock.stamp_ms(event)
    event.setTimestamp(0)
    third = clock.stamp_ms(event)

    assert (first, second) == (50_000, 50_040)
    assert third >= second


def test_keys_from_the_system_take_the_same_way(desk: Desk, robot: Robot, clock: RobotClock, scans: list[str]) -> None:
    window = desk.windowHandle()
    clock.advance(200)
    QTest.keyClick(window, Qt.Key.Key_F2)
    robot.rest()
    QTest.keyClick(window, "x")
    clock.advance(200)
    for char in "123456":
        clock.advance(5)
        QTest.keyClick(window, char)
    QTest.keyClick(window, Qt.Key.Key_Return)
    robot.rest()

    assert (desk.acted, desk.first.text(), scans) == (["F2"], "x", ["123456"])
