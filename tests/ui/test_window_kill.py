"""A power cut while a clerk types: the real window is killed, and the next one has what was typed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.window_kit import training_ward

# The offscreen platform says so of every window.
pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.faults]

ROOT = Path(__file__).parents[2]
TYPED = "Trần Thị Kim Ngân Hà Phương Thảo"
#: The draft is kept every 0.7 s; twenty keys take two seconds.
KEYS_BEFORE_THE_CUT = 20
KEY_MS = 100

CLERK = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLineEdit
from desktop.app.seat import Seat, open_folder
from desktop.app.window import Window
from desktop.ui.robot import Robot, RobotClock
from tests.ui.desk_kit import FakePrinters

folder, typed, key_ms = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
app, clock = QApplication([]), RobotClock()
window = Window(app, Seat(open_folder(folder)), papers_folder=folder, printers=FakePrinters(name=""),
                is_training=True, key_clock=clock)
robot = Robot(window.shell, clock)
window.show()
left = list(typed)

def begin(_session):
    window.shell.findChild(QLineEdit, "ownerName").setFocus()
    timer.start(key_ms)

def one_more():
    if left and window.tasks.pending() < 3:
        robot.type(left.pop(0))
        print("key", flush=True)

timer = QTimer()
timer.timeout.connect(one_more)
window.shell.entered.connect(begin)

def log_in():
    if window.tasks.pending():
        QTimer.singleShot(20, log_in)
        return
    robot.type("lan")
    robot.press("Return", "Return")

log_in()
QTimer.singleShot(60_000, app.quit)
app.exec()
"""


def test_what_was_typed_comes_back_after_a_kill(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    theatre = training_ward(qapp, qtbot, tmp_path)
    command = [sys.executable, "-c", CLERK, str(theatre.folder), TYPED, str(KEY_MS)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment) as clerk:
        assert clerk.stdout is not None
        keys = sum(1 for _ in zip(range(KEYS_BEFORE_THE_CUT), clerk.stdout, strict=False))
        clerk.send_signal(signal.SIGKILL)
        clerk.wait()

    theatre.now = None
    with theatre.window() as stage:
        stage.log_in("lan")
        kept = stage.child(QLineEdit, "ownerName").text()

        assert keys == KEYS_BEFORE_THE_CUT
        assert kept
        assert TYPED.startswith(kept)
