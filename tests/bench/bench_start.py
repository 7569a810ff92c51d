"""Start of the window: from fork to a log-in box that takes keys, from log-in to F2, and how long keys ever wait.

Run as ``python tests/bench/bench_start.py [--runs 7] [--folder DIR]``. Every figure comes from a process of its own,
turn by turn with its peer: an empty PySide6 window, or the same imports on the main thread. The ward of ``--folder``
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
from functools import partial
from pathlib import Path
from typing import Any

from common import ROOT, Result, report, scratch

RUNS = 7
START_GOAL = 1.4
GAP_GOAL = 1 / 12
#: style.md 35: what takes longer belongs to a lane.
LONGEST_ON_UI_MS = 50
PATIENCE_S = 120

#: The least window there is: timed at its first paint, it need not take a key.
EMPTY = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QWidget
class Empty(QWidget):
    def paintEvent(self, event):
        print('{"ready": %r, "cpu": %r}' % (time.monotonic(), time.process_time()), flush=True)
        os._exit(0)
app = QApplication([])
window = Empty()
window.resize(1280, 720)
window.show()
app.exec()
"""

#: A window of one field that has taken a key: what Qt alone asks for.
FIELD = """
import os, sys, time
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
class Field(QLineEdit):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, press)
def press():
    QApplication.sendEvent(field, QKeyEvent(QEvent.Type.KeyPress, 65, Qt.KeyboardModifier.NoModifier, "a"))
    assert field.text() == "a"
    print('{"ready": %r, "cpu": %r}' % (time.monotonic(), time.process_time()), flush=True)
    os._exit(0)
app = QApplication([])
window = QWidget()
window.resize(1280, 720)
field = Field(window)
window.show()
field.setFocus()
app.exec()
"""

#: The program from its own beginning. What watches it is made when the window is shown.
OURS = """
import json, os, sys, time
mode, folder, modules, way = sys.argv[1:5]
sys.argv = ["motcua", "--data", folder]
from desktop.app import window as place
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

def stamp():
    return {"ready": time.monotonic(), "cpu": time.process_time()}

def tell(found):
    print(json.dumps(found), flush=True)
    os._exit(0)

class Watch(QObject):
    def __init__(self, window):
        super().__init__()
        self.window, self.found, self.gaps, self.wait = window, {}, [], None
        self.timer = QTimer(self)
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self.tick)
        self.field = window.shell.findChild(QLineEdit, "loginField")
        self.field.installEventFilter(self)

    def eventFilter(self, field, event):
        if event.type() == QEvent.Type.Paint:
            field.removeEventFilter(self)
            QTimer.singleShot(0, self.painted)
        return False

    def painted(self):
        QApplication.sendEvent(self.field, QKeyEvent(QEvent.Type.KeyPress, 65, Qt.KeyboardModifier.NoModifier, "a"))
        assert self.field.text() == "a"
        if mode == "start":
            tell(stamp())
        self.field.clear()
        self.before = set(sys.modules)
        self.measure(4, self.loaded)
        if mode == "main":
            QTimer.singleShot(20, self.load_here)

    def measure(self, every_ms, wait):
        self.wait, self.gaps, self.last = wait, [], time.perf_counter()
        self.timer.start(every_ms)

    def tick(self):
        now = time.perf_counter()
        self.gaps.append(now - self.last)
        self.last = now
        self.wait()

    def load_here(self):
        import importlib
        self.failed = []
        for name in open(modules).read().split():
            try:
                importlib.import_module(name)
            except (ImportError, KeyError):  # no file of its own, or not the way round: it comes with another one
                self.failed.append(name)
        self.is_loaded_here = True

    def loaded(self):
        if mode == "main":
            if getattr(self, "is_loaded_here", False) and len(self.gaps) > 10 and self.gaps[-1] < 0.02:
                tell({"gap": max(self.gaps), "failed": self.failed})
        elif self.window.is_furnished and self.window.tasks.pending() == 0:
            self.timer.stop()
            found = {"gap": max(self.gaps), "modules": [
                name for name, each in list(sys.modules.items())
                if name not in self.before and getattr(each, "__spec__", None) is not None
            ]}
            if mode == "lane":
                tell(found)
            from desktop.ui.robot import Robot
            self.robot = Robot(self.window.shell, Clock())
            self.robot.type("lan")
            self.robot.press("Return")
            self.began = time.perf_counter()
            self.robot.press("Return")
            self.measure(5, self.came_in)

    def came_in(self):
        page = self.window.shell.work.page()
        box = QApplication.focusWidget()
        if page is None or box is None or not page.isAncestorOf(box) or self.window.tasks.pending():
            return
        self.timer.stop()
        assert page.key == "intake", page.key
        self.found = {"login": time.perf_counter() - self.began}
        self.steps = iter((
            lambda: self.robot.scan(CARD),
            lambda: self.robot.type("dkks"),
            lambda: self.robot.press("Return"),
            lambda: self.robot.press("Return"),
            lambda: self.robot.press("Ctrl+Return"),
        ))
        self.calm = 0
        self.measure(5, self.next_step)

    def next_step(self):
        self.calm = self.calm + 1 if self.window.tasks.pending() == 0 else 0
        if self.calm < 40:
            return
        self.calm = 0
        step = next(self.steps, None)
        if step is not None:
            step()
            return
        self.timer.stop()
        said = self.window.shell.work.status.said()
        assert "Đã nhận hồ sơ" in said, said
        tell(self.found | {"gap": max(self.gaps)})

CARD = "079190004321||Nguyễn Thị Ngọc Ở|15081990|Nữ|12 Lê Lợi, Phường Mẫu, TP Hồ Chí Minh|01012022"

def Clock():
    from desktop.ui.robot import RobotClock
    return KEYS if KEYS is not None else RobotClock()

KEYS = None
make = place.Window.__init__
def made(self, *arguments, **options):
    global KEYS
    if mode == "work":
        from desktop.ui.robot import RobotClock
        KEYS = options["key_clock"] = RobotClock()
    make(self, *arguments, **options)
place.Window.__init__ = made
show = place.Window.show
def shown(self):
    global watch
    watch = Watch(self)
    show(self)
place.Window.show = shown
if way == "window":
    from desktop.app.start import start_window
    sys.exit(start_window(sys.argv[1:]))
from desktop.__main__ import main
sys.exit(main())
"""


def child(code: str, *arguments: str, state: Path) -> dict[str, Any]:
    """Run a program of its own and return what it found, with its wall seconds since the fork."""
    # Compiled modules are kept, as they are where the program is installed.
    environment = os.environ | {
        "PYTHONDONTWRITEBYTECODE": "",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "HOME": str(state),
    }
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        try:
            out, _ = process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    if process.returncode or not out:
        raise RuntimeError(f"the child ended with {process.returncode}: {out!r}")
    found: dict[str, Any] = json.loads(out)
    if "ready" in found:
        found["wall"] = found["ready"] - began
    return found


def in_ms(values: list[float]) -> str:
    """Return median and range in milliseconds."""
    each = [value * 1e3 for value in values]
    return f"{statistics.median(each):.0f} [{min(each):.0f}..{max(each):.0f}]"


def starts(runs: int, ours: Any, peers: dict[str, Any], way: str) -> Iterator[Result]:
    """Compare the start with windows that do nothing, turn by turn."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ("ours", *peers)}
    for _ in range(runs + 1):  # the first of each warms the file cache
        for name, side in {"ours": ours, **peers}.items():
            found[name].append(side())
    for measure in ("wall", "cpu"):
        mine = [run[measure] for run in found["ours"][1:]]
        for name in peers:
            theirs = [run[measure] for run in found[name][1:]]
            ratio = statistics.median(mine) / statistics.median(theirs)
            is_goal = measure == "wall" and name == "an empty window"
            yield Result(
                f"{way}: fork to log-in box taking keys, {measure}",
                name,
                ratio,
                START_GOAL if is_goal else None,
                f"{in_ms(mine)} against {in_ms(theirs)} ms",
            )


def gaps(runs: int, ours: Any, folder: Path) -> Iterator[Result]:
    """Compare the longest silence of the UI thread while the rest is loaded on a lane or on the UI thread itself."""
    lane: list[float] = []
    main: list[float] = []
    modules = folder / "modules"
    for _ in range(runs):
        run = ours("lane")
        lane.append(run["gap"])
        modules.write_text("\n".join(run["modules"]), "utf-8")
        main.append(ours("main", str(modules))["gap"])
    ratio = statistics.median(lane) / statistics.median(main)
    detail = f"{in_ms(lane)} against {in_ms(main)} ms"
    yield Result("longest gap of a 4 ms UI timer while the rest loads", "on the main thread", ratio, GAP_GOAL, detail)


def work(runs: int, ours: Any) -> Iterator[Result]:
    """Report log-in to F2, and the longest silence of the UI thread in a normal intake."""
    found = [ours() for _ in range(runs)]
    yield Result(
        "log-in to F2 ready, without the password hash", "-", None, None, f"{in_ms([r['login'] for r in found])} ms"
    )
    longest = [run["gap"] for run in found]
    ratio = statistics.median(longest) * 1e3 / LONGEST_ON_UI_MS
    yield Result(
        "longest gap of a 5 ms UI timer in a normal intake",
        f"{LONGEST_ON_UI_MS} ms",
        ratio,
        1.0,
        f"{in_ms(longest)} ms",
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--folder", type=Path, help="a training ward; a small one is made without it")
    given = parser.parse_args()
    with scratch("start") as place:
        folder = given.folder or place / "ward"
        if given.folder is None:
            from desktop import wiring  # noqa: PLC0415 - not before the children have been timed
            from desktop.storage.reference.units import sample_provisioning  # noqa: PLC0415 - the same

            wiring.create_ward(folder, sample_provisioning(), is_training=True)

        def ours(mode: str, modules: str = "", way: str = "program") -> dict[str, Any]:
            return child(OURS, mode, str(folder), modules, way, state=place)

        peers = {
            "an empty window": partial(child, EMPTY, state=place),
            "a window with one field that took a key": partial(child, FIELD, state=place),
        }
        for way in ("program", "window"):
            report(starts(given.runs, partial(ours, "start", way=way), peers, way))
        report(gaps(given.runs, ours, place))
        report(work(min(given.runs, 3), partial(ours, "work")))


if __name__ == "__main__":
    main()
