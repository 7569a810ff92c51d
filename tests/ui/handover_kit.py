"""The page "Bàn giao" over a real ward, with a robot clerk and a scanner; several users may sit before it in turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.dossiers import Custodian, CustodianKind, Dossier
from desktop.domain.scans import classify
from desktop.domain.slips import Slip
from desktop.domain.way_commands import MakeSlip
from desktop.services import handing
from desktop.services.records import PrintJob
from desktop.ui.pages.base import Scan
from desktop.ui.pages.handover import HandoverPage
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import Scanner
from tests.support.wards import Ward, make_ward, person
from tests.ui.desk_kit import Desktop, desktop_for, drop, let_go, settle, show

#: What the shell leaves a page on a screen of 1366 x 768.
PAGE_SIZE = (1190, 682)
JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")
COUNTER = Custodian(CustodianKind.SECTION, "mot_cua")


@dataclass
class Counter:
    """Hold a page in front of a robot clerk."""

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    clock: RobotClock
    jobs: list[PrintJob] = field(default_factory=list)
    windows: list[QWidget] = field(default_factory=list)
    pages: list[HandoverPage] = field(default_factory=list)

    @property
    def page(self) -> HandoverPage:
        """Return the page in front."""
        return self.pages[-1]

    @property
    def robot(self) -> Robot:
        """Return the clerk."""
        return self._robot

    def sit_down(self, login: str, size: tuple[int, int] = PAGE_SIZE) -> HandoverPage:
        """Open the page for a user; the page of the one before goes, as at a change of users."""
        if self.pages:
            old = self.windows.pop()
            self.pages.pop()
            old.hide()
            self.settle()
            drop(old)
            let_go()
        page = HandoverPage(self.desktop.kit, self.ward.desk, self.ward.user(login))
        page.slip_ready.connect(self.jobs.append)
        window = QWidget()
        page.setParent(window)
        page.resize(*size)
        page.show()
        show(self.qtbot, window, size)
        self.windows.append(window)
        self.pages.append(page)
        self._robot = Robot(page, self.clock)
        page.shown()
        self.settle()
        return page

    def settle(self) -> None:
        """Wait for the lanes; what their answers start counts too."""
        for _ in range(2):
            settle(self.qtbot, self.desktop)
            self.robot.rest()
        settle(self.qtbot, self.desktop)

    def scan(self, *texts: str) -> None:
        """Scan and wait."""
        for text in texts:
            self.robot.scan(text)
            self.settle()

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.robot.type(text)

    def press(self, *keys: str) -> None:
        """Press keys, each followed by what it starts."""
        for key in keys:
            self.robot.press(key)
            self.settle()

    def focus(self) -> str:
        """Return the object name of the widget with the focus."""
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def find(self, code: str) -> Dossier:
        """Return a dossier as it stands."""
        found = self.ward.desk.reader.find(code)
        assert found is not None
        return found

    def slips(self) -> tuple[Slip, ...]:
        """Return every slip that concerns the counter, newest first."""
        return handing.recent_slips(self.ward.desk, self.ward.user("lan"))

    def hand_over(self, *codes: str, to: Custodian = JUSTICE) -> Slip:
        """Make a slip as lan, elsewhere than on this page."""
        return handing.make_slip(self.ward.desk, self.ward.user("lan"), MakeSlip(to, codes)).slip


def received(ward: Ward, n: int, at: datetime | None = None) -> list[str]:
    """Receive dossiers of different people and return their codes."""
    if at is not None:
        ward.clock.set(at)
    return [ward.receive(owner=person(k)).code for k in range(1, n + 1)]


@contextmanager
def counter(qtbot: QtBot, app: QApplication, folder: Path) -> Iterator[Counter]:
    """Open a ward and the tools of its page."""
    ward = make_ward(folder)
    clock = RobotClock()
    scanner = Scanner(app, clock)
    with desktop_for(app, ward) as desktop:  # type: ignore[arg-type] # a ward with a clock
        opened = Counter(qtbot, ward, desktop, clock)

        def hear(text: str) -> None:
            opened.page.handle_scan(Scan(text, classify(text)))

        scanner.scanned.connect(hear)
        try:
            yield opened
        finally:
            for window in opened.windows:
                window.hide()
            if opened.pages:
                opened.settle()
            scanner.stop()
            scanner.deleteLater()
    ward.database.close()
