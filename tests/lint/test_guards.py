"""The guards of the conftest files catch what they are for."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lint.repository import ROOT

UNIT = """
import logging
import os
import threading
import urllib.request

import keyring
import platformdirs
import pytest

gate = threading.Event()


def test_leaks_a_thread():
    threading.Thread(target=gate.wait, name="forgotten", daemon=True).start()


def test_logs_a_warning():
    logging.getLogger("desktop.x").warning("unheard of")


def test_expects_in_vain(expect_log):
    expect_log("never came")


@pytest.mark.expected_log("disk nearly full")
def test_warning_that_was_expected():
    logging.getLogger("desktop.x").warning("disk nearly full")


@pytest.mark.parametrize("turn", [1, 2])
def test_keyring_starts_empty_each_time(turn):
    assert keyring.get_password("motcua", "key") is None
    keyring.set_password("motcua", "key", "secret")


def test_folders_are_not_the_users_own(own_folders):
    assert platformdirs.user_state_path("motcua").is_relative_to(own_folders)


def test_socket_to_a_far_host():
    urllib.request.urlopen("http://192.0.2.1/", timeout=1)
"""

WINDOW = """
import pytest
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []


def test_leaks_a_window(qapp):
    window = QWidget(objectName="forgotten")
    window.show()
    kept.append(window)


def test_leaks_a_timer(qapp):
    timer = QTimer(objectName="ticking")
    timer.start(1000)
    kept.append(timer)


def test_leaks_a_thread_of_qt(qapp):
    thread = QThread(objectName="endless")
    thread.start()
    kept.append(thread)
    qapp.aboutToQuit.connect(thread.quit)


def test_tidy_window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    QTimer(window).start(1000)
    window.show()


def test_stop():
    for thing in kept:
        if isinstance(thing, QThread):
            thing.quit()
            assert thing.wait(5000)
"""


def outcomes(folder: Path, part: str, text: str) -> tuple[str, set[str]]:
    """Run these tests under our conftest files; return the output and the tests that went wrong."""
    for name in ("pyproject.toml", "tests/conftest.py", f"tests/{part}/conftest.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "tests" / part / "test_it.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    summary = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return done.stdout + done.stderr, {line.split("::")[1].split(" ")[0] for line in summary}


def test_guards_of_every_test(tmp_path: Path) -> None:
    output, bad = outcomes(tmp_path, "unit", UNIT)

    assert bad == {
        "test_leaks_a_thread",
        "test_logs_a_warning",
        "test_expects_in_vain",
        "test_socket_to_a_far_host",
    }, output
    assert "threads left running: ['forgotten']" in output
    assert "unexpected log: WARNING desktop.x: unheard of" in output
    assert "expected log did not come: 'never came'" in output


@pytest.mark.ui
def test_guards_of_window_tests(tmp_path: Path) -> None:
    output, bad = outcomes(tmp_path, "ui", WINDOW)

    assert bad == {"test_leaks_a_window", "test_leaks_a_timer", "test_leaks_a_thread_of_qt"}, output
    assert "widget QWidget 'forgotten'" in output
    assert "running QTimer 'ticking'" in output
    assert "running QThread 'endless'" in output


def test_unit_test_may_not_ask_for_a_window(tmp_path: Path) -> None:
    output, _ = outcomes(tmp_path, "unit", "def test_window(qtbot): pass\n")

    assert "a test with Qt belongs into tests/ui" in output
