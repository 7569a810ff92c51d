"""The administrator in the real window: his page, a user he adds, a user who is let go while he works."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.devices.secret_store import MemoryStore
from desktop.services import staff
from desktop.ui.pages.admin_dialogs import CodeDialog
from tests.ui.window_kit import Stage, Theatre, real_ward, training_ward

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PASSWORD = "hoa phượng đỏ tháng năm"


@pytest.fixture(params=["keyring", "password"])
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Theatre:
    return real_ward(qapp, qtbot, tmp_path, MemoryStore() if request.param == "keyring" else None)


@pytest.fixture
def training(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    with training_ward(qapp, qtbot, tmp_path).window() as stage:
        yield stage


def first_log_in(stage: Stage, login: str, code: str) -> None:
    """Come in by a one-time code and set a password."""
    stage.robot.type(login)
    stage.robot.press("Return")
    stage.robot.type(code)
    stage.press("Return")
    for _ in range(2):
        stage.robot.type(PASSWORD)
        stage.robot.press("Return")
    stage.until(lambda: stage.window.shell.session is not None)


def in_front(stage: Stage) -> QDialog:
    """Return the dialog in front, ready for keys."""
    (dialog,) = [each for each in stage.window.shell.findChildren(QDialog) if each.isVisible()]
    dialog.activateWindow()
    stage.qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_an_administrator_begins_at_his_page(training: Stage) -> None:
    training.log_in("quantri")

    assert training.page_key() == "admin"
    assert training.window.shell.work.rail.keys() == ("admin",)
    assert not training.window.shell.work.messages.isVisible()


def test_the_page_stands_at_the_end_of_the_rail_before_sync(training: Stage) -> None:
    training.log_in("chutich")

    assert training.window.shell.work.rail.keys()[-2:] == ("admin", "sync")
    assert training.page_key() != "admin"


def test_a_new_user_opens_the_ward_by_his_code_after_a_restart(theatre: Theatre) -> None:
    with theatre.window() as stage:
        first_log_in(stage, "quantri", theatre.codes["quantri"])
        stage.press("Ctrl+N")
        in_front(stage)
        stage.write("binh")
        stage.press("Return")
        stage.write("Trần Văn Bình")
        for _ in range(2):
            stage.press("Tab")
        stage.press("Space", "Ctrl+Return")
        dialog = in_front(stage)
        assert isinstance(dialog, CodeDialog)
        code = dialog.code.text()

    with theatre.window() as again:
        first_log_in(again, "binh", code)

        assert again.window.shell.session is not None
        assert again.window.shell.session.name == "Trần Văn Bình"


def test_a_user_who_was_let_go_is_locked_out_at_his_next_act(theatre: Theatre) -> None:
    with theatre.window() as stage:
        first_log_in(stage, "lan", theatre.codes["lan"])
        stage.receive()
        let_go(stage, "lan")
        before = len(stage.dossiers())
        stage.press("F2")
        stage.scan("066192001234||H'Hen Niê Kđăm|02051992|Nữ|Buôn Mẫu, Phường Mẫu|01012022")
        stage.write("dkks")
        stage.press("Return", "Return", "Ctrl+Return")
        stage.until(lambda: stage.window.shell.locked.is_locked)
        stage.write(PASSWORD)
        stage.press("Return")

        assert len(stage.dossiers()) == before
        assert stage.window.shell.locked.is_locked
        words = [label.text() for label in stage.window.shell.locked.findChildren(QLabel)]
        assert any("đã ngừng dùng" in text for text in words)
        stage.press("Alt+U")
        assert stage.window.shell.session is None
        assert stage.child(QLineEdit, "loginField").isVisible()
        offered = [button.text() for button in stage.window.shell.login.findChildren(QPushButton) if button.isVisible()]
        assert not any("Lan" in text for text in offered)


def test_who_was_given_other_work_logs_in_anew_instead_of_opening_the_lock(theatre: Theatre) -> None:
    with theatre.window() as stage:
        first_log_in(stage, "lan", theatre.codes["lan"])
        change(stage, "lan", section="tu_phap")
        stage.press("F12")
        stage.write(PASSWORD)
        stage.press("Return")

        assert stage.window.shell.locked.is_locked
        words = [label.text() for label in stage.window.shell.locked.findChildren(QLabel)]
        assert any("vừa được thay đổi; đăng nhập lại" in text for text in words)
        stage.press("Alt+U")
        stage.log_in("lan", PASSWORD)
        assert stage.receive().owner.name


def let_go(stage: Stage, login: str) -> None:
    """Deactivate a user behind the window's back, as an act of another PC will."""
    change(stage, login, is_active=False)


def change(stage: Stage, login: str, **changed: object) -> None:
    """Change a user behind the window's back."""
    desk = stage.ward.desk
    users = {user.login: user for user in desk.reader.users()}
    gone = replace(users[login], **changed)  # type: ignore[arg-type]
    stage.window.tasks.run(
        "db", lambda: staff.save_user(desk, users["quantri"], gone), _nothing, _nothing, owner=stage.window
    )
    stage.rest()


def _nothing(_result: object) -> None:
    """Take no note."""
