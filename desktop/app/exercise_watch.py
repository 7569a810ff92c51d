"""Exercises on a training ward: which one is being done, how far the log says it has come.

What was begun and done is kept beside the training data, not with a user: an exercise goes through several hands.
"""

import json
import logging
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QBoxLayout

from desktop.app.seat import Seat
from desktop.domain.errors import AppError
from desktop.services.changes import Changes
from desktop.services.exercises import Progress, exercise, exercises, progress
from desktop.storage.engine import translated
from desktop.ui.dialogs.exercises import ExerciseDialog, ExerciseRow
from desktop.ui.exercise_bar import ExerciseBar
from desktop.ui.kit import Kit
from desktop.ui.shell import Shell
from desktop.ui.words import tr

log = logging.getLogger(__name__)

FILE_NAME: Final = "exercises.json"
_KEYS: Final = "Ctrl+Shift+H"


@dataclass(frozen=True, slots=True)
class Course:
    """Say what was begun and done on this PC.

    Attributes:
        current: Key of the exercise being done, "" for none.
        since: When it was begun.
        done: Keys of those that were finished.
    """

    current: str = ""
    since: datetime | None = None
    done: tuple[str, ...] = ()


def read_course(folder: Path) -> Course:
    """Return what is kept beside the data; nothing where nothing is, or what is there is no course."""
    try:
        plain = json.loads((folder / FILE_NAME).read_text("utf-8"))
        keys = {each.key for each in exercises()}
        done = tuple(key for key in plain["done"] if key in keys)
        current = plain["current"] if plain["current"] in keys else ""
        return Course(current, datetime.fromisoformat(plain["since"]) if current else None, done)
    except (OSError, ValueError, KeyError, TypeError):
        return Course()


def write_course(folder: Path, course: Course) -> None:
    """Keep a course beside the data.

    Raises:
        EnvironmentProblem: ``disk_full``, ``disk_read_only`` …
    """
    since = None if course.since is None else course.since.isoformat()
    plain = {"current": course.current, "since": since, "done": list(course.done)}
    with translated():
        (folder / FILE_NAME).write_text(json.dumps(plain), "utf-8")


class ExerciseWatch(QObject):
    """Show the next step after each act.

    Attributes:
        bar: The step.
        course: What is being done.
    """

    def __init__(self, kit: Kit, seat: Seat, shell: Shell, parent: QObject) -> None:
        """Put the bar in its place, hidden, and the list into the menu."""
        super().__init__(parent)
        self._kit, self._seat, self._shell = kit, seat, shell
        self.course = Course()
        self.bar = ExerciseBar(kit.theme)
        layout = shell.work.layout()
        if not isinstance(layout, QBoxLayout):
            raise TypeError(layout)
        layout.insertWidget(layout.indexOf(shell.work.top) + 1, self.bar)
        action = QAction(tr("Bài tập"), shell.work.top.menu)
        action.setObjectName("exercisesAction")
        action.setStatusTip(tr("Mười bài tập với người không có thật"))
        action.setShortcut(QKeySequence(_KEYS))
        action.triggered.connect(self.show_list)
        # A menu that is closed hears no key; the workplace does.
        shell.work.addAction(action)
        shell.work.top.menu.insertAction(shell.work.top.menu.actions()[0], action)
        self.bar.list_wanted.connect(self.show_list)
        kit.changes.changed.connect(self._heard)

    def begin(self) -> None:
        """Go on with what was begun, for the user who has just come."""
        work = partial(read_course, self._folder)
        self._kit.tasks.run("io", work, self._resume, self._complain, owner=self)

    def show_list(self) -> None:
        """Show all exercises."""
        rows = [
            ExerciseRow(
                each.key,
                each.title,
                each.goal,
                len(each.steps),
                is_done=each.key in self.course.done,
                is_current=each.key == self.course.current,
            )
            for each in exercises()
        ]
        dialog = ExerciseDialog(self._kit.theme, rows, self._shell)
        dialog.begun.connect(self._begin_exercise)
        dialog.left.connect(self._stop)
        dialog.open()

    @property
    def _folder(self) -> Path:
        return self._seat.ward.database.folder

    def _resume(self, course: Course) -> None:
        self.course = course
        self.look()

    def _begin_exercise(self, key: str) -> None:
        self._keep(Course(key, self._seat.ward.clock.now(), self.course.done))
        self.look()

    def _stop(self) -> None:
        self._keep(Course(done=self.course.done))
        self.bar.hide()

    def _keep(self, course: Course) -> None:
        self.course = course
        work = partial(write_course, self._folder, course)
        self._kit.tasks.run("io", work, _take_no_note, self._complain, owner=self)

    def look(self) -> None:
        """Ask the log how far the exercise has come."""
        course = self.course
        if not course.current or course.since is None:
            self.bar.hide()
            return
        work = partial(progress, self._seat.ward.desk, course.current, course.since)
        self._kit.tasks.run("read", work, self._tell, self._complain, owner=self, latest="exercise")

    def _tell(self, come: Progress) -> None:
        if not self.course.current:
            return
        chosen = exercise(self.course.current)
        step = min(come.done + 1, len(chosen.steps))
        title = tr("Bài {title} – bước {step} trên {n}", title=chosen.title, step=step, n=len(chosen.steps))
        self.bar.tell(chosen.title if come.is_finished else title, come.advice, is_finished=come.is_finished)
        if come.is_finished and chosen.key not in self.course.done:
            self._keep(replace(self.course, done=(*self.course.done, chosen.key)))

    def _heard(self, _changes: Changes, _initiator: object) -> None:
        if self._seat.user is not None:
            self.look()

    def _complain(self, error: AppError) -> None:
        log.info("exercise not shown", extra={"code": error.code})
        self._kit.notices.fail(self._kit.words.error(error))


def _take_no_note(_result: None) -> None:
    """Let a task end without a word."""
