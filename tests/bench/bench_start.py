"""Start of the window: from fork to a log-in box that takes keys, from log-in to F2, and how long the keys ever wait.

Run as ``python tests/bench/bench_start.py [--runs 7] [--folder DIR]``. Every figure comes from processes of their own,
turn by turn with the peer: an empty PySide6 window, or the same imports on the main thread. The ward of ``--folder``
(``generate.py`` makes large ones) must be a training ward; without it a small one is made.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import ROOT, Result, report, scratch

RUNS = 7
START_GOAL = 1.4
GAP_GOAL = 1 / 12
#: style.md 35: what takes longer belongs to a lane.
FRAME_GOAL_MS = 50.0
PATIENCE_S = 120

#: The least window there is; it is timed at its first paint and needs to take no key.
EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Empty(QWidget):
    def paintEvent(self, event):
        print('{"ready": %r, "cpu": %r}' % (time.monotonic(), time.process_time()), flush=True)
        __import__("os")._exit(0)
app = QApplication(sys.argv)
window = Empty()
window.resize(1280, 720)
window.show()
app.exec()
"""

#: An empty window with one field: what Qt itself asks for before a key can be taken.
FIELD = """
import sys, time
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
class Field(QLineEdit):
    def paintEvent(self, event):
        super().paintEvent(event)
        QApplication.sendEvent(self, QKeyEvent(QEvent.Type.KeyPress, 65, Qt.KeyboardModifier.NoModifier, "a"))
        assert self.text() == "a"
        print('{"ready": %r, "cpu": %r}' % (time.monotonic(), time.process_time()), flush=True)
        __import__("os")._exit(0)
app = QApplication(sys.argv)
window = QWidget()
window.resize(1280, 720)
field = Field(window)
window.show()
field.setFocus()
app.exec()
"""

#: The program, from its own beginning; a filter of the application waits for the painted log-in field.
OURS = """
import sys, time
from pathlib import Path
sys.argv[1:] = sys.argv[2:]
def watch():
    import json
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication, QLineEdit

    class Watch(QObject):
        def __init__(self, shell):
            super().__init__()
            self.shell = shell
            self.found = {}
            self.gaps = []
            self.timer = QTimer(self)
            self.timer.setTimerType(Qt.TimerType.PreciseTimer)
            self.timer.setInterval(4)
            self.timer.timeout.connect(self.tick)
            QApplication.instance().installEventFilter(self)

        def eventFilter(self, target, event):
            if not self.found and event.type() == QEvent.Type.Paint and target.objectName() == "loginField":
                QTimer.singleShot(0, self.painted)
            return False

        def painted(self):
            if self.found:
                return
            field = self.shell.findChild(QLineEdit, "loginField")
            QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 65, Qt.KeyboardModifier.NoModifier, "a"))
            assert field.text() == "a"
            self.found = {"ready": time.monotonic(), "cpu": time.process_time(), "modules": sorted(sys.modules)}
            field.clear()
            if MODE == "start":
                self.end()
            self.last = time.perf_counter()
            self.timer.start()

        def tick(self):
            now = time.perf_counter()
            self.gaps.append(now - self.last)
            self.last = now
            if not self.is_loading():
                self.end()

        def is_loading(self):
            return window.tasks.pending() > 0 or not window.is_furnished

        def end(self):
            self.found["gap"] = max(self.gaps, default=0)
            before = set(self.found.pop("modules"))
            self.found["loaded"] = [name for name in list(sys.modules) if name not in before]
            print(json.dumps(self.found), flush=True)
            __import__("os")._exit(0)

    import desktop.app.window as place
    show = place.Window.show
    def shown(self):
        global window, keeper
        window, keeper = self, Watch(self.shell)
        show(self)
    place.Window.show = shown
"""
