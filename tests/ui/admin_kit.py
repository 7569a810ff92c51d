"""The page "Quản trị" over a real ward, with a robot for its user; several may sit before it in turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.devices import signing_key
from desktop.domain.users import User
from desktop.storage import backup, verification
from desktop.ui.pages.admin import AdminPage
from desktop.ui.pages.admin_ports import BackedUp, Caretaker, Safekeeper, Verified
from desktop.ui.robot import Robot, RobotClock
from tests.support.backups import locked_up
from tests.support.wards import KEY, Ward, make_ward
from tests.ui.desk_kit import Desktop, FakePrinters, desktop_for, drop, let_go, settle, show

#: What the shell leaves a page on a screen of 1366 x 768.
PAGE_SIZE = (1190, 682)


@dataclass
class Office:
    """Hold the page in front of a robot.

    Attributes:
        codes: The codes given out, in their order.
        keys: Login and code that open the database on this PC.
        safekeeper: Brings the data to safety; None leaves that side out.
    """

    qtbot: QtBot
    ward: Ward
    desktop: Desktop
    folder: Path
    printers: FakePrinters = field(default_factory=FakePrinters)
    codes: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    safekeeper: Safekeeper | None = None
    windows: list[QWidget] = field(default_factory=list)
    pages: list[AdminPage] = field(default_factory=list)

    @property
    def page(self) -> AdminPage:
        """Return the page in front."""
        return self.pages[-1]

    def sit_down(self, login: str, size: tuple[int, int] = PAGE_SIZE) -> AdminPage:
        """Open the page for a user; the page of the one before goes."""
        self.leave()
        page = AdminPage(self.desktop.kit, self.ward.desk, self.ward.user(login), self._caretaker())
        window = QWidget()
        page.setParent(window)
        page.resize(*size)
        page.show()
        show(self.qtbot, window, size)
        self.windows.append(window)
        self.pages.append(page)
        self.robot = Robot(page, RobotClock())
        page.shown()
        self.settle()
        return page

    def leave(self) -> None:
        """Close the page."""
        if self.pages:
            old = self.windows.pop()
            self.pages.pop()
            old.hide()
            settle(self.qtbot, self.desktop)
            drop(old)
            let_go()

    def settle(self) -> None:
        """Wait for the lanes; what their answers start counts too."""
        for _ in range(3):
            settle(self.qtbot, self.desktop)
            self.robot.rest()
        settle(self.qtbot, self.desktop)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.robot.type(text)

    def press(self, *keys: str) -> None:
        """Press keys, each followed by what it starts."""
        for key in keys:
            before = self.dialog()
            self.robot.press(key)
            self.settle()
            now = self.dialog()
            if now is not None and now is not before:
                now.activateWindow()
                self.qtbot.waitUntil(now.isActiveWindow)
            elif before is not None and now is None:
                self.windows[-1].activateWindow()
                self.qtbot.waitUntil(self.windows[-1].isActiveWindow)

    def clear(self) -> None:
        """Empty the field with the focus."""
        self.press("Ctrl+A", "Delete")

    def focus(self) -> str:
        """Return the object name of the widget with the focus."""
        widget = QApplication.focusWidget()
        return widget.objectName() if widget is not None else ""

    def go_to(self, name: str) -> None:
        """Press Tab until a widget has the focus."""
        for _ in range(60):
            if self.focus() == name:
                return
            self.robot.press("Tab")
        raise AssertionError(f"Tab never comes to {name}")

    def dialog(self) -> QDialog | None:
        """Return the dialog in front, None for none."""
        found = [each for each in self.page.findChildren(QDialog) if each.isVisible()]
        return found[-1] if found else None

    def user(self, login: str) -> User:
        """Return a user as he stands."""
        return self.ward.user(login)

    def _caretaker(self) -> Caretaker:
        numbers = count(len(self.codes) + 2)

        def new_code() -> str:
            if self.ward.desk.is_training:
                return ""
            self.codes.append(f"ABCDE-FGHJ{next(numbers)}")
            return self.codes[-1]

        def print_sheet(pdf: bytes, title: str) -> str:
            self.printers.print_pdf(pdf, printer=self.printers.name, paper="A5", title=title)
            return self.printers.name

        def verify(all_signatures: bool) -> Verified:
            report = verification.verify(
                self.ward.folder, KEY, self.ward.state, signing_key.verify, all_signatures=all_signatures
            )
            found = tuple((each.code, each.where) for each in report.findings)
            return Verified(report.events, report.dossiers, report.head_hash, found)

        def back_up(target: str) -> BackedUp:
            made = backup.write_backup(self.ward.folder, KEY, Path(target), self.ward.clock.now())
            return BackedUp(str(made.path), made.events, made.size)

        return Caretaker(
            new_code,
            self.keys.__setitem__,
            self.keys.__delitem__,
            print_sheet,
            verify,
            back_up,
            str(self.folder),
            safekeeper=self.safekeeper,
        )


@contextmanager
def office(qtbot: QtBot, qapp: QApplication, place: Path, *, is_training: bool = False) -> Iterator[Office]:
    """Open a real ward in which every user has the password ``PASSWORD``."""
    ward = make_ward(place, is_training=is_training)
    # A backup holds the key file too; the ward of a test has its key in the test.
    locked_up(ward)
    backups = place / "backups"
    backups.mkdir()
    with desktop_for(qapp, ward) as desktop:  # type: ignore[arg-type] # it only asks the clock
        opened = Office(qtbot, ward, desktop, backups)
        opened.keys.update({user.login: "old" for user in ward.desk.reader.users()})
        try:
            yield opened
        finally:
            opened.leave()
    ward.database.close()
