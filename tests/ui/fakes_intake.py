"""A counter for tests of the page "Tiếp nhận": a real training ward, real lanes, a robot clerk and a scanner."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop import wiring
from desktop.domain.dossiers import Dossier
from desktop.domain.scans import classify
from desktop.domain.users import Role, User
from desktop.services.records import DossierFilter, PrintJob
from desktop.storage.reference.units import sample_provisioning
from desktop.ui.pages.base import Scan
from desktop.ui.pages.intake import IntakePage
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.scanner import Scanner
from tests.ui.desk_kit import Desktop, desktop_for, settle, show

#: Monday 23/11/2026, 09:00 in Việt Nam.
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
#: The same day, 15:30.
AFTERNOON = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)

#: What the shell leaves a page on a screen of 1366 x 768.
PAGE_SIZE = (1190, 682)

ANH_ID = "079185012345"
ANH = f"{ANH_ID}|024123456|Nguyễn Thị Hồng Ánh|15081985|Nữ|12 Đường Số 1, Phường Mẫu|01012022"
ANH_GARBLED = f"{ANH_ID}|024123456|Nguy?n Th? H?ng Ánh|15081985|N?|12 ???ng S? 1|01012022"
BINH = "079090012345||Trần Văn Bình|15081990|Nam|3 Lê Lợi, Phường Mẫu|01012022"
FOREIGN = "8934588012345"


@dataclass
class Counter:
    """Hold a page in front of a robot clerk."""

    qtbot: QtBot
    ward: wiring.Ward
    desktop: Desktop
    clerk: User
    page: IntakePage
    robot: Robot
    jobs: list[PrintJob] = field(default_factory=list)
    windows: list[QWidget] = field(default_factory=list)

    def settle(self) -> None:
        """Wait for the lanes; what their answers start counts too."""
        settle(self.qtbot, self.desktop)
        self.robot.rest()
        front = QApplication.activeModalWidget()
        if front is not None:
            self.qtbot.waitUntil(front.isActiveWindow)
        settle(self.qtbot, self.desktop)

    def scan(self, text: str) -> None:
        """Scan and wait."""
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

    def dossiers(self) -> list[Dossier]:
        """Return every dossier of the ward, newest first."""
        cards = self.ward.desk.reader.cards(DossierFilter(), at_or_before=2**62, limit=100)
        found = (self.ward.desk.reader.find(card.code) for card in cards)
        return [dossier for dossier in found if dossier is not None]

    def focus(self) -> str:
        """Return the object name of the widget with the focus."""
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def said(self) -> str:
        """Return what the page says in its call-out."""
        return self.page._said.text()

    def another_page(self) -> IntakePage:
        """Open the page anew, as the program does after a kill, and let it read what was kept."""
        page = IntakePage(self.desktop.kit, self.ward.desk, self.clerk)
        self.windows.append(in_window(self.qtbot, page))
        page.shown()
        self.settle()
        return page


def in_window(qtbot: QtBot, page: IntakePage, size: tuple[int, int] = PAGE_SIZE) -> QWidget:
    """Put a page into a plain window; a page of its own would make the offscreen screen complain of its least size."""
    window = QWidget()
    page.setParent(window)
    page.resize(*size)
    page.show()
    show(qtbot, window, size)
    return window


@contextmanager
def counter(qtbot: QtBot, app: QApplication, folder: Path, at: datetime = MORNING) -> Iterator[Counter]:
    """Open a ward and its page."""
    wiring.create_ward(folder, sample_provisioning(), is_training=True)
    with wiring.opened_ward(folder) as ward:
        ward.clock.set(at)
        clerk = next(user for user in ward.desk.reader.users() if Role.RECEPTION in user.roles)
        with desktop_for(app, ward) as desktop:
            page = IntakePage(desktop.kit, ward.desk, clerk)
            clock = RobotClock()
            scanner = Scanner(app, clock)
            opened = Counter(qtbot, ward, desktop, clerk, page, Robot(page, clock))
            scanner.scanned.connect(lambda text: page.handle_scan(Scan(text, classify(text))))
            page.receipt_ready.connect(opened.jobs.append)
            opened.windows.append(in_window(qtbot, page))
            page.shown()
            opened.settle()
            try:
                yield opened
            finally:
                for window in opened.windows:
                    window.hide()
                scanner.stop()
                scanner.deleteLater()
                opened.settle()
