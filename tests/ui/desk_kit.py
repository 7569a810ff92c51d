"""Tools of a page for window tests: a kit with real lanes, a fake printer, a way to look at a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.domain.errors import EnvironmentProblem
from desktop.domain.scans import classify
from desktop.domain.vietnamese import local
from desktop.services.wording import Wording
from desktop.ui.changes import ChangeHub
from desktop.ui.kit import Kit
from desktop.ui.notices import Notices
from desktop.ui.pages.base import Page, Scan
from desktop.ui.sounds import Sounds
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.words import Words
from tests.ui.fakes_dossiers import Ward

_THEMES: list[Theme] = []


class QuietSounds(Sounds):
    """Remember the sounds instead of playing them."""

    def __init__(self) -> None:
        super().__init__(is_on=False)
        self.played: list[str] = []

    def play(self, sound: str) -> None:  # type: ignore[override] # the names are checked by the caller
        self.played.append(sound)


@dataclass
class FakePrinters:
    """Be a printer that works, breaks or is not there."""

    name: str = "HP M404"
    is_broken: bool = False
    printed: list[tuple[str, str, str]] = field(default_factory=list)

    def default_name(self) -> str:
        return self.name

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        assert pdf.startswith(b"%PDF")
        if self.is_broken:
            raise EnvironmentProblem("printer_failed", printer=printer)
        self.printed.append((printer, paper, title))


@dataclass
class Desktop:
    """Hold a kit and what a test looks at."""

    kit: Kit
    tasks: Tasks
    said: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    sounds: QuietSounds = field(default_factory=QuietSounds)


@contextmanager
def desktop_for(app: QApplication, ward: Ward) -> Iterator[Desktop]:
    """Make the tools of a page around a ward and end the lanes afterwards."""
    if not _THEMES:
        _THEMES.append(Theme(app))
    tasks, notices, sounds = Tasks(), Notices(), QuietSounds()

    def now() -> datetime:
        return local(ward.clock.now())

    kit = Kit(_THEMES[0], tasks, ChangeHub(), Words(Wording("vi")), notices, sounds, now)
    desktop = Desktop(kit, tasks, sounds=sounds)
    notices.said.connect(desktop.said.append)
    notices.failed.connect(lambda notice: desktop.failed.append(notice.text))
    try:
        yield desktop
    finally:
        tasks.shutdown()


def settle(qtbot: QtBot, desktop: Desktop) -> None:
    """Wait until no lane works and every answer has been shown."""
    qtbot.waitUntil(lambda: desktop.tasks.pending() == 0, timeout=30_000)


def show(qtbot: QtBot, widget: QWidget, size: tuple[int, int] = (1200, 700)) -> None:
    """Put a widget on the (offscreen) screen."""
    qtbot.addWidget(widget)
    widget.resize(*size)
    widget.show()
    qtbot.waitExposed(widget)
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)


def scan(page: Page, text: str) -> bool:
    """Give a page what the shell gives it after a scan."""
    return page.handle_scan(Scan(text, classify(text)))


def drop(window: QWidget) -> None:
    """Delete a window, unless qtbot's own deletion was heard while one waited for the lanes."""
    if isValid(window):
        window.deleteLater()


def let_go() -> None:
    """Delete what waits for it."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def card_of(name: str, id_number: str, old: str = "") -> str:
    """Write the QR of an identity card."""
    return f"{id_number}|{old}|{name}|01011990|Nam|1 Lê Lợi, Phường Bến Thành|01012021"


__all__ = ["Desktop", "FakePrinters", "card_of", "desktop_for", "drop", "let_go", "scan", "settle", "show"]
