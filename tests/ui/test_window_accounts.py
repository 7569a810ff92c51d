"""A real ward in the real window: one-time codes, passwords, waits, and a key that only a password opens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from desktop.devices.secret_store import MemoryStore
from desktop.domain.attempts import FIRST_WAIT_AT, SHORT_WAITS_S
from tests.ui.window_kit import Stage, Theatre, real_ward, wait_s

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PASSWORD = "hoa phượng đỏ tháng năm"
WRONG = "không phải mật khẩu"
PIN = "482915"


@pytest.fixture(params=["keyring", "password"])
def theatre(qapp: QApplication, qtbot: QtBot, tmp_path: Path, request: pytest.FixtureRequest) -> Theatre:
    return real_ward(qapp, qtbot, tmp_path, MemoryStore() if request.param == "keyring" else None)


@pytest.fixture
def with_keyring(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    with real_ward(qapp, qtbot, tmp_path, MemoryStore()).window() as stage:
        yield stage


def give(stage: Stage, login: str, password: str) -> None:
    """Give a name and a password by keys."""
    stage.robot.type(login)
    stage.robot.press("Return")
    give_password(stage, password)


def give_password(stage: Stage, password: str) -> None:
    """Give a password by keys."""
    stage.robot.type(password)
    stage.press("Return")


def set_password(stage: Stage, password: str) -> None:
    """Set the own password by keys, after a one-time code."""
    stage.robot.type(password)
    stage.robot.press("Return")
    stage.robot.type(password)
    stage.robot.press("Return")
    stage.until(lambda: stage.window.shell.session is not None)


def is_in(stage: Stage) -> bool:
    """Tell whether somebody works."""
    return stage.window.shell.session is not None


def button_text(stage: Stage) -> str:
    """Return what the log-in button says."""
    return stage.child(QPushButton, "loginButton").text()


def test_a_one_time_code_opens_nothing_but_the_choice_of_a_password(theatre: Theatre) -> None:
    with theatre.window() as stage:
        give(stage, "lan", theatre.codes["lan"])

        assert not is_in(stage)
        assert stage.window.shell.work.isHidden()


def test_a_password_set_by_a_one_time_code_opens_the_ward_after_a_restart(theatre: Theatre) -> None:
    with theatre.window() as stage:
        give(stage, "lan", theatre.codes["lan"])
        set_password(stage, PASSWORD)
        first = stage.receive().code

    with theatre.window() as again:
        give(again, "lan", PASSWORD)

        assert is_in(again)
        assert [dossier.code for dossier in again.dossiers()] == [first]


def test_a_one_time_code_is_worth_nothing_once_a_password_is_set(theatre: Theatre) -> None:
    with theatre.window() as stage:
        give(stage, "lan", theatre.codes["lan"])
        set_password(stage, PASSWORD)

    with theatre.window() as again:
        give(again, "lan", theatre.codes["lan"])

        assert not is_in(again)


def test_without_a_keyring_nobody_is_named_before_a_password_opened_the_ward(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    with real_ward(qapp, qtbot, tmp_path, store=None).window() as stage:
        offered = [button.text() for button in stage.window.shell.login.findChildren(QPushButton) if button.isVisible()]

        assert not any("Lan" in text for text in offered)
        assert stage.opened == []


def test_three_wrong_passwords_cost_a_wait_even_for_the_right_one(theatre: Theatre) -> None:
    if theatre.store is None:
        pytest.skip("before its database is open a ward counts nothing: the wrap itself makes a guess dear")
    with theatre.window() as stage:
        give(stage, "lan", WRONG)
        for _ in range(FIRST_WAIT_AT - 1):
            give_password(stage, WRONG)
        give_password(stage, theatre.codes["lan"])
        told = button_text(stage)
        chooses = stage.child(QLineEdit, "newPasswordField").isVisible()
        wait_s(stage, SHORT_WAITS_S[0])
        stage.until(lambda: "Đăng nhập" in button_text(stage))
        give_password(stage, theatre.codes["lan"])

        assert f"Chờ {SHORT_WAITS_S[0]} giây" in told
        assert (chooses, stage.child(QLineEdit, "newPasswordField").isVisible()) == (False, True)


def test_a_wait_outlives_the_program(theatre: Theatre) -> None:
    with theatre.window() as stage:
        give(stage, "lan", theatre.codes["lan"])
        set_password(stage, PASSWORD)
        stage.press("F12")
        for _ in range(FIRST_WAIT_AT):
            give_password(stage, WRONG)

    with theatre.window() as again:
        give(again, "lan", PASSWORD)
        is_early = is_in(again)
        wait_s(again, SHORT_WAITS_S[0])
        again.until(lambda: "Đăng nhập" in button_text(again))
        give_password(again, PASSWORD)

        assert (is_early, is_in(again)) == (False, True)


def test_a_locked_screen_opens_to_its_users_password_only(theatre: Theatre) -> None:
    with theatre.window() as stage:
        give(stage, "lan", theatre.codes["lan"])
        set_password(stage, PASSWORD)
        stage.press("F12")
        give_password(stage, WRONG)
        is_kept = stage.window.shell.locked.is_locked
        give_password(stage, PASSWORD)

        assert (is_kept, stage.window.shell.locked.is_locked) == (True, False)


def test_a_pin_set_in_the_users_menu_opens_the_locked_screen_and_no_log_in(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    theatre = real_ward(qapp, qtbot, tmp_path, MemoryStore())
    with theatre.window() as stage:
        shell = stage.window.shell
        give(stage, "lan", theatre.codes["lan"])
        set_password(stage, PASSWORD)
        next(action for action in shell.work.actions() if action.objectName() == "pinAction").trigger()
        stage.until(lambda: QApplication.activeModalWidget() is not None)
        for text in (PASSWORD, PIN, PIN):
            stage.robot.type(text)
            stage.robot.press("Return")
        stage.press("Ctrl+Return")
        stage.until(lambda: QApplication.activeModalWidget() is None)
        shell.activateWindow()  # a real desktop does
        stage.until(shell.isActiveWindow)
        stage.press("F12")

        give_password(stage, PIN)
        stage.until(lambda: not shell.locked.is_locked)
        shell.log_out()
        stage.rest()
        give(stage, "lan", PIN)

        assert shell.session is None
        assert not is_in(stage)


def test_a_real_ward_is_not_marked_as_training(with_keyring: Stage) -> None:
    assert with_keyring.window.shell.findChild(QFrame, "trainingBanner") is None
