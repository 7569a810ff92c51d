"""The window of the pictures: its screen's size, its looks, and what lies over a page in the same picture."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QColor, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.cli.demo_window import DemoWindow
from desktop.services import accounts
from desktop.services.ports import Desk
from desktop.ui.kit import Kit
from desktop.ui.pages.base import Page
from desktop.ui.shell import Shell
from desktop.ui.theme import Mode
from tests.support.gallery.ward import MONDAY

#: Long enough for a machine that does ten other things: it is spent only where something is wrong.
PATIENCE_MS = 60_000
_SETTLE_MS = 15
_CALM_ROUNDS = 4
_SHADE = QColor(0, 0, 0, 110)
_PNG_QUALITY = 85  # of a PNG: how little it is compressed

#: Mode, text size in percent, window in pixels.
Look = tuple[Mode, int, tuple[int, int]]

S = TypeVar("S", bound="Stage")


def look_name(look: Look) -> str:
    """Name a look in a file name."""
    mode, percent, (width, _) = look
    return f"{mode.value}-{percent}-{width}"


class Stage(DemoWindow):
    """Drive the window through the scenes of a user in one look."""

    _settle_ms = _SETTLE_MS

    def __init__(
        self, app: QApplication, ward: Path, out: Path, size_px: tuple[int, int], codes: dict[str, str]
    ) -> None:
        """Open it at the log-in box.

        Args:
            app: The application.
            ward: Folder of the data.
            out: Where the pictures go.
            size_px: Size of the window to begin with.
            codes: A dossier's code by its situation.
        """
        super().__init__(ward, out, size_px, PATIENCE_MS, app)
        self.codes = codes
        self._pictures = out
        self._look: Look | None = None
        self.kept: QWidget | None = None

    @property
    def pages(self) -> tuple[str, ...]:
        """Return the keys of the pages the user has."""
        return tuple(self._window.shell.work._specs)

    @property
    def desk(self) -> Desk:
        """Return the ward's desk."""
        return self._ward().desk

    @property
    def front(self) -> Page:
        """Return the page in front."""
        page = self._window.shell.work.page()
        assert page is not None
        return page

    @property
    def window(self) -> Shell:
        """Return the shell."""
        return self._window.shell

    @property
    def kit(self) -> Kit:
        """Return the tools of pages."""
        return self._window.kit

    def look(self, look: Look) -> None:
        """Change look and size."""
        self._look = look
        mode, percent, size = look
        self._window.kit.theme.apply(mode, percent)
        self._window.shell.resize(*size)

    def enter(self, login: str) -> None:
        """Let a user in."""
        self._window.shell.activateWindow()
        if self._window.shell.session is None:
            self._window.shell.login.begin()
            self._settle()
        self.set_clock(MONDAY)  # what is late is counted as one comes in
        if self._window.shell.session is None:
            self.log_in(login, MONDAY)
        else:
            self.change_user(login, MONDAY)

    def leave(self) -> None:
        """Go back to the log-in box."""
        if self._window.shell.session is not None:
            self._window.shell.log_out()
        self._settle()

    def unlock_if_locked(self) -> None:
        """Open the lock screen again."""
        if self._window.shell.locked.is_locked:
            self.unlock()

    def go(self, page: str) -> None:
        """Show a page."""
        self.close_all()
        if self._window.shell.work.help.isVisible():
            self._window.shell.work.toggle_help()
        self._window.shell.work.show_page(page)
        self._settle()

    def type(self, text: str) -> None:
        """Type a text."""
        self._robot.type(text)
        self._settle()

    def user_id(self, login: str) -> str:
        """Return the id of a user."""
        return accounts.user_of(self.desk, login).user_id

    def exercises(self) -> None:
        """Show the exercises of a training ward."""
        self.window.findChild(QAction, "exercisesAction").trigger()

    def child(self, name: str) -> QWidget:
        """Return a widget of the window by its object name."""
        found = next((each for each in self._window.shell.findChildren(QWidget, name) if each.isVisible()), None)
        assert found is not None, name
        return found

    def close_all(self) -> None:
        """Close what lies over the page."""
        for popup in QApplication.topLevelWidgets():
            if popup is not self._window.shell and popup.isVisible():
                popup.close()
        self._window.shell.activateWindow()
        self._settle()

    def take(self, name: str) -> Path:
        """Save what is seen, with the dialogs where they lie."""
        assert self._look is not None
        self._settle()
        shell = self._window.shell
        picture = shell.grab()
        over = [each for each in QApplication.topLevelWidgets() if each is not shell and each.isVisible()]
        over.sort(key=QWidget.isModal)  # what is modal lies above what is not
        if over:
            self._paint(picture_painter := QPainter(picture), over)
            picture_painter.end()
        file = self._pictures / f"{name}-{look_name(self._look)}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        picture.save(str(file), "PNG", _PNG_QUALITY)
        return file

    def _paint(self, painter: QPainter, over: Sequence[QWidget]) -> None:
        corner = self._window.shell.mapToGlobal(QPoint(0, 0))
        for each in over:
            if each.isModal():
                painter.fillRect(self._window.shell.rect(), _SHADE)
            painter.drawPixmap(each.mapToGlobal(QPoint(0, 0)) - corner, each.grab())

    def _settle(self) -> None:
        calm = waited_ms = 0
        while calm < _CALM_ROUNDS and waited_ms < self._patience_ms:
            QTest.qWait(self._settle_ms)
            self._robot.rest()
            calm = calm + 1 if self._window.tasks.pending() == 0 else 0
            waited_ms += self._settle_ms


@contextmanager
def staged(app: QApplication, ward: Path, out: Path, codes: dict[str, str]) -> Iterator[Stage]:
    """Open a stage and close it again."""
    with ended(Stage(app, ward, out, (1366, 768), codes)) as stage:
        yield stage


@contextmanager
def ended(stage: S) -> Iterator[S]:
    """Close a stage after use."""
    try:
        yield stage
    finally:
        stage.close_all()
        stage.close()
