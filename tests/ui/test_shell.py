import gc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.errors import UserError
from desktop.ui.changes import ChangeHub
from desktop.ui.dialogs.act import ActDialog
from desktop.ui.dialogs.manual import PLACES
from desktop.ui.dialogs.ports import Session, UserCard
from desktop.ui.help_pane import help_text
from desktop.ui.kit import Kit
from desktop.ui.notices import Notices
from desktop.ui.pages.base import Page, PageSpec, Scan, SearchQuery, ShortcutHint
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import Scanner
from desktop.ui.shell import Shell, ShellOptions
from desktop.ui.sounds import Sounds
from desktop.ui.sync_view import SyncState, SyncView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.tokens import Mode
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.words import Words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform says so of every window

CODE = "000.00.12.H29-190718-0042"
CLERK = Session("1", "an", "Nguyễn Thị An", ("reception",), ("Một cửa",), "UBND phường Bến Nghé")


Enter = Callable[..., tuple[Shell, Robot]]


class Wording:
    def sentence(self, code: str, details: Any) -> str:
        return f"{code} {dict(details)}"


@dataclass
class Desk:
    """The fake accounts, the clock, and what was called."""

    now: datetime = datetime(2019, 7, 18, 9, 5, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    calls: list[tuple[str, ...]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=lambda: {"an": "đúng", "binh": "mã-1"})
    wait_s: int = 0

    def clock(self) -> datetime:
        return self.now

    def users(self) -> Sequence[UserCard]:
        return (UserCard("1", "an", "Nguyễn Thị An", ("Một cửa",)), UserCard("2", "binh", "Lê Bình", ("Chủ tịch",)))

    def log_in(self, login: str, password: str) -> Session:
        self.calls.append(("log_in", login))
        self._check(login, password)
        if login == "binh":
            return Session(
                "2", "binh", "Lê Bình", ("chair",), ("Chủ tịch",), "UBND phường Bến Nghé", password == "mã-1"
            )
        return CLERK

    def change_password(self, login: str, old: str, new: str) -> None:
        self.calls.append(("change_password", login, old, new))
        if len(new) < 4:
            raise UserError("weak_password")
        self.passwords[login] = new

    def has_pin(self, login: str) -> bool:
        return ("set_pin", login) in self.calls

    def set_pin(self, login: str, password: str, pin: str) -> None:
        self._check(login, password)
        assert pin.isdigit()
        self.calls.append(("set_pin", login))

    def unlock(self, login: str, password: str) -> None:
        self.calls.append(("unlock", login))
        self._check(login, password)

    def log_out(self) -> None:
        self.calls.append(("log_out",))

    def _check(self, login: str, password: str) -> None:
        if self.passwords.get(login) != password:
            raise UserError("wrong_password", wait_s=self.wait_s)


class FakePage(Page):
    """A page with one field and one button, that keeps what it is told."""

    def __init__(self, kit: Kit, key: str, title: str) -> None:
        super().__init__(kit, key=key, title=title)
        self.line = LineEdit(kit.theme, name=f"{key}Line")
        self.body.addWidget(Field("Họ và tên", self.line, name=f"{key}Line"))
        self.save = ActionButton(kit.theme, "Lưu", shortcut="Ctrl+Return", primary=True, name=f"{key}Save")
        self.save.clicked.connect(self._save)
        self.footer.addWidget(self.save)
        self.scans: list[Scan] = []
        self.items: list[object] = []
        self.heard: list[object] = []
        self.saved = 0
        self.may_leave = True
        self.inner_steps = 0

    def _save(self) -> None:
        self.saved += 1

    def shown(self) -> None:
        self.line.setFocus()

    def can_leave(self) -> bool:
        return self.may_leave

    def go_back(self) -> bool:
        self.inner_steps -= 1
        return self.inner_steps >= 0

    def handle_scan(self, scan: Scan) -> bool:
        self.scans.append(scan)
        return self.key == "dossiers" and scan.text == CODE

    def open_item(self, item: object) -> bool:
        self.items.append(item)
        return True

    def on_changes(self, changes: Any, initiator: object) -> None:
        self.heard.append((changes, initiator))

    def shortcuts(self) -> Sequence[ShortcutHint]:
        return (ShortcutHint("Ctrl+Return", f"Lưu trang {self.title}"),)


def spec(key: str, title: str, icon: str, shortcut: str, roles: set[str]) -> PageSpec:
    return PageSpec(
        key,
        f"rail{key.title()}",
        title,
        icon,
        shortcut,
        lambda kit: FakePage(kit, key, title),
        lambda own: bool(roles.intersection(own)),
    )


SPECS = (
    spec("intake", "Tiếp nhận", "receive", "F2", {"reception"}),
    spec("dossiers", "Hồ sơ", "dossiers", "F4", {"reception", "chair"}),
    spec("approve", "Ký duyệt", "sign", "F7", {"chair"}),
    spec("return", "Trả kết quả", "return", "F8", {"reception"}),
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def kit(qapp: QApplication, desk: Desk) -> Iterator[Kit]:
    theme = Theme(qapp)
    tasks = Tasks()
    yield Kit(theme, tasks, ChangeHub(), Words(Wording()), Notices(), Sounds(is_on=False), desk.clock)
    tasks.shutdown()
    theme.apply(Mode.LIGHT, 100)
    theme.deleteLater()


@pytest.fixture
def make_shell(qapp: QApplication, qtbot: QtBot, kit: Kit, desk: Desk) -> Iterator[Callable[..., tuple[Shell, Robot]]]:
    made: list[tuple[Shell, Scanner]] = []

    def make(settings: QSettings | None = None, *, is_training: bool = False) -> tuple[Shell, Robot]:
        clock = RobotClock()
        scanner = Scanner(qapp, clock)
        options = ShellOptions(version="0.1.0", is_training=is_training, read_scan=lambda text: text[::-1])
        shell = Shell(qapp, kit, desk, SPECS, scanner, options, settings)
        made.append((shell, scanner))
        shell.show()
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        qtbot.waitUntil(lambda: kit.tasks.pending() == 0)
        return shell, Robot(shell, clock)

    yield make
    for shell, scanner in made:
        shell.close()
        shell.deleteLater()
        scanner.stop()
        scanner.deleteLater()
    made.clear()
    gc.collect()


@pytest.fixture
def enter(qtbot: QtBot, kit: Kit, make_shell: Enter) -> Callable[..., tuple[Shell, Robot]]:
    def go_in(login: str = "an", password: str = "đúng", **options: Any) -> tuple[Shell, Robot]:  # noqa: S107
        shell, robot = make_shell(**options)
        robot.type(login)
        robot.press("Return")
        robot.type(password)
        robot.press("Return")
        qtbot.waitUntil(lambda: kit.tasks.pending() == 0)
        return shell, robot

    return go_in


def front(shell: Shell) -> FakePage:
    page = shell.work.page()
    assert isinstance(page, FakePage)
    return page


def test_nothing_becomes_a_window_of_its_own(enter: Enter) -> None:
    shell, _ = enter()

    assert [w for w in QApplication.topLevelWidgets() if w.isVisible()] == [shell]
    assert shell.isActiveWindow()


def test_a_user_comes_in_by_keys_alone_and_sees_only_his_pages(enter: Enter) -> None:
    shell, _ = enter()

    assert shell.work.rail.keys() == ("intake", "dossiers", "return")
    assert (front(shell).key, QApplication.focusWidget()) == ("intake", front(shell).line)


def test_a_user_is_picked_by_his_number(qtbot: QtBot, kit: Kit, make_shell: Enter) -> None:  # noqa: ARG001
    shell, robot = make_shell()

    robot.press("Alt+1")
    robot.type("đúng")
    robot.press("Return")
    qtbot.waitUntil(lambda: shell.session == CLERK)


def test_a_wrong_password_is_told_in_a_sentence_and_can_be_typed_again(qtbot: QtBot, kit: Kit, enter: Enter) -> None:  # noqa: ARG001
    shell, robot = enter(password="sai")
    told = shell.login._error.text()
    focus = QApplication.focusWidget()

    robot.type("đúng")
    robot.press("Return")
    qtbot.waitUntil(lambda: shell.session == CLERK)

    assert ("wrong_password" in told, focus) == (True, shell.login._password.line)


def test_after_failures_one_waits_for_the_seconds_told(qtbot: QtBot, kit: Kit, enter: Enter, desk: Desk) -> None:
    desk.wait_s = 30
    shell, robot = enter(password="sai")
    tries = len(desk.calls)
    told = shell.login._enter.text()

    robot.press("Return")
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)
    while_waiting = len(desk.calls)
    desk.now += timedelta(seconds=30)
    shell.login._wait.look()
    robot.press("Return")
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)

    assert ("30" in told, while_waiting, len(desk.calls)) == (True, tries, tries + 1)


def test_a_one_time_code_leads_to_a_password_of_ones_own(qtbot: QtBot, kit: Kit, enter: Enter, desk: Desk) -> None:  # noqa: ARG001
    shell, robot = enter("binh", "mã-1")
    before = shell.session

    robot.type("mới1")
    robot.press("Return")
    robot.type("khác")
    robot.press("Return")
    refused = shell.login._again_field.error()
    robot.press("Ctrl+A")
    robot.type("mới1")
    robot.press("Return")
    qtbot.waitUntil(lambda: shell.session is not None)

    assert (before, bool(refused)) == (None, True)
    assert desk.calls[-1] == ("change_password", "binh", "mã-1", "mới1")
    assert shell.session is not None
    assert not shell.session.must_change_password
    assert shell.work.rail.keys() == ("dossiers", "approve")


def test_function_keys_go_between_pages_and_escape_goes_back_with_text_kept(enter: Enter) -> None:
    shell, robot = enter()
    robot.type("Nguyễn")

    robot.press("F4")
    second = front(shell).key
    robot.press("F8")
    third = front(shell).key
    robot.press("F7")
    not_allowed = front(shell).key
    robot.press("Escape", "Escape")

    assert (second, third, not_allowed) == ("dossiers", "return", "return")
    assert (front(shell).key, front(shell).line.text()) == ("intake", "Nguyễn")


def test_escape_first_goes_back_inside_the_page(enter: Enter) -> None:
    shell, robot = enter()
    robot.press("F4")
    front(shell).inner_steps = 1

    robot.press("Escape")
    after_first = front(shell).key
    robot.press("Escape")

    assert (after_first, front(shell).key) == ("dossiers", "intake")


def test_a_page_that_must_not_be_left_stays(enter: Enter) -> None:
    shell, robot = enter()
    front(shell).may_leave = False

    robot.press("F4")
    stayed = (front(shell).key, shell.work.rail.item("intake").isChecked())
    front(shell).may_leave = True

    assert stayed == ("intake", True)


@pytest.mark.parametrize("keys", ["Ctrl+K", "F3"])
def test_the_search_box_is_always_reachable_and_opens_the_list(enter: Enter, keys: str) -> None:
    shell, robot = enter()

    robot.press(keys)
    robot.type("nguyen van")
    robot.press("Return")

    assert (front(shell).key, front(shell).items) == ("dossiers", [SearchQuery("nguyen van")])


def test_escape_leaves_the_search_box_and_keeps_what_was_typed(enter: Enter) -> None:
    shell, robot = enter()

    robot.press("Ctrl+K")
    robot.type("abc")
    robot.press("Escape")

    assert (QApplication.focusWidget(), shell.work.top.search.text()) == (front(shell).line, "abc")


def test_a_scan_goes_to_the_page_in_front_then_to_the_list(enter: Enter) -> None:
    shell, robot = enter()
    first = front(shell)
    robot.type("Ng")

    robot.scan(CODE)

    assert first.scans == [Scan(CODE, CODE[::-1])]
    assert (front(shell).key, front(shell).scans) == ("dossiers", [Scan(CODE, CODE[::-1])])
    assert (first.line.text(), first.saved) == ("Ng", 0)


def test_a_scan_nobody_knows_says_what_it_was_and_changes_nothing(enter: Enter) -> None:
    shell, robot = enter()

    robot.scan("8934563138165")

    assert "8934563138165" in shell.work.messages.text()
    assert front(shell).key == "intake"


def test_a_scan_before_log_in_goes_nowhere(make_shell: Enter) -> None:
    shell, robot = make_shell()

    robot.scan(CODE)

    assert (shell.login._login.text(), shell.work.page()) == ("", None)


def test_ctrl_enter_finishes_the_page_in_front_only(enter: Enter) -> None:
    shell, robot = enter()
    first = front(shell)
    robot.press("F4")

    robot.press("Ctrl+Return")

    assert (first.saved, front(shell).saved) == (0, 1)


def test_success_stands_in_the_status_line_with_its_time(enter: Enter, kit: Kit) -> None:
    shell, robot = enter()

    kit.notices.say("Đã nhận hồ sơ.")
    robot.press("Ctrl+K")

    assert shell.work.status.said() == "09:05  Đã nhận hồ sơ."
    assert shell.work.status.text().endswith(shell.work.top.search.statusTip())


def test_trouble_stands_in_the_message_bar_until_retried(enter: Enter, kit: Kit) -> None:
    shell, _ = enter()
    tried: list[int] = []

    kit.notices.fail("Máy in không trả lời; hãy bật máy in.", lambda: tried.append(1))
    shown = shell.work.messages.text()
    shell.work.messages._again.click()

    assert (shown, tried, shell.work.messages.text()) == ("Máy in không trả lời; hãy bật máy in.", [1], "")


def test_slow_work_is_shown_in_the_status_line(enter: Enter, kit: Kit) -> None:
    shell, _ = enter()

    kit.tasks.slow.emit(True)
    shown = shell.work.status._busy.isVisible()
    kit.tasks.slow.emit(False)

    assert (shown, shell.work.status._busy.isVisible()) == (True, False)


def test_pages_hear_changes_with_their_initiator(enter: Enter, kit: Kit) -> None:
    shell, _ = enter()
    page = front(shell)

    kit.changes.publish("changes", page)  # type: ignore[arg-type]

    assert page.heard == [("changes", page)]


def test_f12_locks_blanks_and_empties_the_clipboard(qtbot: QtBot, kit: Kit, enter: Enter) -> None:  # noqa: ARG001
    shell, robot = enter()
    page = front(shell)
    robot.type("Nguyễn")
    QApplication.clipboard().setText("079190000001")

    robot.press("F12")
    hidden = not page.isVisible()
    robot.press("F4", "Ctrl+Return")
    clipboard = QApplication.clipboard().text()
    robot.type("đúng")
    robot.press("Return")
    qtbot.waitUntil(page.isVisible)

    assert (hidden, clipboard, page.saved) == (True, "", 0)
    assert (front(shell), page.line.text()) == (page, "Nguyễn")


def test_a_scan_while_locked_changes_nothing(enter: Enter) -> None:
    shell, robot = enter()
    page = front(shell)
    robot.press("F12")

    robot.scan(CODE)

    assert (page.scans, shell.locked._password.text()) == ([], "")


def test_a_wrong_password_does_not_unlock(qtbot: QtBot, kit: Kit, enter: Enter) -> None:
    shell, robot = enter()
    robot.press("F12")

    robot.type("sai")
    robot.press("Return")
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)

    assert (shell.locked.is_locked, "wrong_password" in shell.locked._error.text()) == (True, True)


def test_five_idle_minutes_lock(enter: Enter, desk: Desk) -> None:
    shell, _ = enter()

    desk.now += timedelta(minutes=4, seconds=59)
    shell._idle.look()
    before = shell.locked.is_locked
    desk.now += timedelta(seconds=1)
    shell._idle.look()

    assert (before, shell.locked.is_locked) == (False, True)


def test_a_key_puts_the_idle_lock_off(enter: Enter, desk: Desk) -> None:
    shell, robot = enter()

    desk.now += timedelta(minutes=4)
    robot.type("a")
    desk.now += timedelta(minutes=4)
    shell._idle.look()

    assert not shell.locked.is_locked


def test_another_user_takes_over_from_the_lock_screen(qtbot: QtBot, kit: Kit, enter: Enter, desk: Desk) -> None:  # noqa: ARG001
    shell, robot = enter()
    robot.press("F12")

    robot.press("Alt+U")
    nobody = (shell.session, shell.work.page())
    desk.passwords["binh"] = "xưa"
    robot.type("binh")
    robot.press("Return")
    robot.type("xưa")
    robot.press("Return")
    qtbot.waitUntil(lambda: shell.session is not None)

    assert nobody == (None, None)
    assert ("log_out",) in desk.calls
    assert shell.work.rail.keys() == ("dossiers", "approve")


def test_the_sync_pill_says_it_in_words(enter: Enter, desk: Desk) -> None:
    shell, _ = enter()
    said = []

    for view in (
        SyncView(SyncState.SYNCED),
        SyncView(SyncState.SYNCED, waiting=1_012),
        SyncView(SyncState.OFFLINE, since=desk.now.replace(hour=9, minute=14)),
        SyncView(SyncState.OFFLINE, since=desk.now.replace(hour=9, minute=14), only_here=12),
        SyncView(SyncState.ALONE, only_here=3),
    ):
        shell.set_sync(view)
        said.append(shell.work.top.pill.accessibleName())

    assert said == [
        "Đã đồng bộ",
        "Chờ gửi 1.012",
        "Mất mạng từ 09:14",
        "Mất mạng từ 09:14 · 12 hồ sơ chỉ có trên máy này",
        "3 hồ sơ chỉ có trên máy này",
    ]


def test_the_clock_says_what_a_promise_made_now_means(enter: Enter, desk: Desk) -> None:
    shell, _ = enter()
    clock = shell.work.top.clock

    shell.work.set_cut_off(time(15, 0))
    before = clock._note.text()
    desk.now = desk.now.replace(hour=15, minute=0)
    clock.look()

    assert (before, clock._note.text()) == ("Trước 15:00: hẹn trong ngày", "Sau 15:00: hẹn sang ngày làm việc sau")
    assert clock._time.text() == "15:00 · Thứ năm 18/07/2019"


def test_training_is_said_all_the_time(enter: Enter) -> None:
    training, _ = enter(is_training=True)

    assert training.findChild(QWidget, "trainingBanner").isVisible()


def test_no_banner_when_it_counts(enter: Enter) -> None:
    shell, _ = enter()

    assert shell.findChild(QWidget, "trainingBanner") is None


def test_the_menu_enlarges_text_and_changes_the_ground(enter: Enter, kit: Kit) -> None:  # noqa: ARG001
    shell, robot = enter()
    looks: list[tuple[str, int]] = []
    shell.look_changed.connect(lambda mode, percent: looks.append((mode, percent)))

    robot.press("Ctrl++")
    next(a for a in shell.work.top.menu.actions() if a.objectName() == "modeAction").trigger()
    robot.press("Ctrl+-", "Ctrl+-")

    assert looks == [("light", 125), ("dark", 125), ("dark", 100), ("dark", 100)]


def test_the_window_comes_back_where_it_was(enter: Enter, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    shell, _ = enter(settings=settings)
    shell.resize(711, 512)  # within the offscreen platform's screen of 800 × 600

    shell.close()
    again, _ = enter(settings=QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))

    assert again.size().toTuple() == (711, 512)
    assert settings.allKeys() == ["geometry"]


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (910, 512), (683, 420)])
@pytest.mark.parametrize("percent", [100, 200])
def test_every_button_of_the_frame_stays_inside_the_window(
    enter: Enter, kit: Kit, width: int, height: int, percent: int
) -> None:
    shell, _ = enter()
    kit.theme.apply(Mode.LIGHT, percent)
    shell.resize(width, height)
    QApplication.sendPostedEvents()

    frame = shell.rect()
    for name in ("helpButton", "lockButton", "userMenuButton", "scanSearchBox", "intakeSave"):
        widget = shell.findChild(QWidget, name)
        corner = widget.mapTo(shell, widget.rect().bottomRight())
        assert widget.isVisible()
        assert frame.contains(corner), name


def test_the_window_fits_a_small_screen_at_every_text_size(enter: Enter, kit: Kit) -> None:
    shell, _ = enter()
    kit.notices.say("Đã nhận hồ sơ có một tên rất dài. " * 9)

    needs = []
    for percent in (100, 125, 150, 200):
        kit.theme.apply(Mode.LIGHT, percent)
        needs.append(shell.minimumSizeHint())

    # 1366 × 768 at Windows' 150 %.
    assert max(need.width() for need in needs) <= 910
    assert max(need.height() for need in needs) <= 512


def test_every_control_has_object_name_accessible_name_and_status_tip(enter: Enter, kit: Kit) -> None:
    shell, _ = enter()
    shell.work.toggle_help()
    kit.notices.fail("x", lambda: None)

    nameless = [
        (type(widget).__name__, widget.objectName())
        for widget in shell.findChildren(QWidget)
        if isinstance(widget, (QAbstractButton, QLineEdit))
        and not widget.objectName().startswith("qt_")
        and type(widget).__name__ not in {"QToolButton", "QLineEditIconButton"}
        and not (widget.objectName() and widget.accessibleName() and widget.statusTip())
    ]
    roles = {
        name: QAccessible.queryAccessibleInterface(shell.findChild(QWidget, name)).role()
        for name in ("scanSearchBox", "railIntake", "intakeLine")
    }

    assert nameless == []
    assert roles == {
        "scanSearchBox": QAccessible.Role.EditableText,
        "railIntake": QAccessible.Role.CheckBox,
        "intakeLine": QAccessible.Role.EditableText,
    }


def test_f1_opens_and_closes_the_help_of_this_page(enter: Enter) -> None:
    shell, robot = enter()

    robot.press("F1")
    opened = (shell.work.help.isVisible(), shell.work.help.topic, shell.work.help.browser.toPlainText())
    robot.press("F4")
    followed = shell.work.help.topic
    robot.press("F1")

    assert opened[:2] == (True, "intake")
    assert "Tiếp nhận hồ sơ" in opened[2]
    assert (followed, shell.work.help.isVisible()) == ("dossiers", False)


def test_the_overlay_shows_every_key_that_works_here(qtbot: QtBot, enter: Enter) -> None:
    shell, robot = enter()
    groups = shell.work.hint_groups()

    robot.press("Ctrl+/")
    overlay = shell.findChild(QDialog, "keysOverlay")
    qtbot.waitUntil(overlay.isActiveWindow)
    shown = overlay.isVisible()
    with qtbot.waitSignal(overlay.destroyed):
        robot.press("Escape")

    assert shown
    assert [hint.keys for hint in groups[1].hints] == ["F2", "F4", "F8"]
    assert groups[0].hints == (ShortcutHint("Ctrl+Return", "Lưu trang Tiếp nhận"),)


def test_locking_closes_what_lies_over_the_page(qtbot: QtBot, enter: Enter) -> None:
    shell, _ = enter()
    shell._show_about()
    box = shell.findChild(QDialog, "aboutBox")

    with qtbot.waitSignal(box.destroyed):
        shell.lock()

    assert shell.locked.is_locked


class Asking(ActDialog):
    """Ask for a reason, and take a code that is scanned."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Nhập chung", "Nhập", name="asking")
        self.add_reason("Lý do", ())

    def command(self) -> str:
        return self.reason_text()

    def take_scan(self, scan: Scan) -> bool:
        if scan.text != CODE or self.reason is None:
            return False
        self.reason.setPlainText(scan.text)
        return True


def test_what_was_typed_into_a_dialog_outlives_the_lock_but_not_a_change_of_users(
    qtbot: QtBot, kit: Kit, enter: Enter
) -> None:
    shell, robot = enter()
    dialog = Asking(kit.theme)
    dialog.show_over(front(shell))
    qtbot.waitUntil(dialog.isActiveWindow)
    robot.type("Lý do dài")

    shell.lock()
    hidden = dialog.isHidden()
    qtbot.waitUntil(shell.isActiveWindow)
    robot.type("đúng")
    robot.press("Return")
    qtbot.waitUntil(dialog.isActiveWindow)
    back = (dialog.reason_text(), QApplication.focusWidget())
    shell.lock()

    assert (hidden, back) == (True, ("Lý do dài", dialog.reason))
    with qtbot.waitSignal(dialog.destroyed):
        robot.press("Alt+U")
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)


def test_a_scan_over_a_dialog_is_for_the_dialog_and_never_for_the_page_below(
    qtbot: QtBot, kit: Kit, enter: Enter
) -> None:
    shell, robot = enter()
    page = front(shell)
    dialog = Asking(kit.theme)
    dialog.show_over(page)
    qtbot.waitUntil(dialog.isActiveWindow)

    robot.scan(CODE)
    taken = dialog.reason_text()
    robot.scan("8934563138165")

    assert (taken, dialog.reason_text()) == (CODE, CODE)
    assert (page.scans, front(shell)) == ([], page)
    assert "Đóng «Nhập chung» rồi quét lại" in shell.work.status.said()
    with qtbot.waitSignal(dialog.destroyed):
        robot.press("Escape")


def test_help_gives_the_keys_back_to_the_field_one_typed_in(enter: Enter) -> None:
    shell, robot = enter()
    shell.resize(700, 500)  # so narrow that the help lies over the page

    robot.press("F1")
    reading = QApplication.focusWidget()
    robot.press("F1")

    assert (reading, QApplication.focusWidget()) == (shell.work.help.browser, front(shell).line)


@pytest.mark.parametrize("topic", [*PLACES, "control", "login", "lock", "about"])
def test_every_screen_has_a_help_text_of_its_own_with_a_head(topic: str) -> None:
    assert help_text(topic).lstrip().startswith(("#", "**Một Cửa**"))
    assert help_text(topic) != help_text("general")


def test_a_screen_without_a_text_gets_the_general_one() -> None:
    assert help_text("no_such_screen") == help_text("general")


def test_what_opening_the_data_takes_so_long_for_is_told_until_it_is_open(
    make_shell: Enter, qtbot: QtBot, kit: Kit
) -> None:
    shell, _ = make_shell()
    shell.login.tell_under_way("Đang đổi khóa.")
    told = shell.login.findChild(QLabel, "loginUnderWay")
    assert isinstance(told, QLabel)
    before = (told.isVisible(), told.text())

    shell.login.begin()
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)

    assert before == (True, "Đang đổi khóa.")
    assert not told.isVisible()


def test_it_is_told_until_the_log_in_where_only_a_password_opens_the_data(
    make_shell: Enter, desk: Desk, qtbot: QtBot, kit: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "users", lambda: ())
    shell, robot = make_shell()
    shell.login.tell_under_way("Đang đổi khóa.")
    shell.login.begin()
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)
    told = shell.login.findChild(QLabel, "loginUnderWay")
    assert isinstance(told, QLabel)
    before = told.isVisible()

    for text in ("an", "đúng"):
        robot.type(text)
        robot.press("Return")
    qtbot.waitUntil(lambda: kit.tasks.pending() == 0)

    assert (before, told.text()) == (True, "")
