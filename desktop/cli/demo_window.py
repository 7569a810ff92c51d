"""The demo's hands: the real window off-screen, keys and scans through the robot, pictures of what is seen."""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.seat import Seat, open_folder
from desktop.app.window import Window
from desktop.cli.demo_people import Visit
from desktop.domain.slips import Slip, SlipState, slip_qr
from desktop.domain.vietnamese import screen_datetime
from desktop.services import accounts, follow, look_up, papers
from desktop.services.records import DossierFilter, JobState
from desktop.ui.robot import Robot, RobotClock
from desktop.ui.theme import Mode
from desktop.wiring import Ward

_SETTLE_MS = 30
_CALM_ROUNDS = 4


def hush() -> None:
    """Let Qt say nothing of size hints, which a window off-screen has not."""
    qInstallMessageHandler(_heard)


def _heard(_kind: object, _context: object, message: str) -> None:
    if "propagateSizeHints" not in message:
        sys.stderr.write(f"{message}\n")


class NoPrinters:
    """Be a PC without a printer: papers are saved as PDF."""

    def default_name(self) -> str:
        """Return no name."""
        return ""

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Never be called: there is no printer."""
        raise NotImplementedError(printer, paper, title, len(pdf))


class DemoWindow:
    """Drive the window."""

    def __init__(
        self, ward: Path, out: Path, size_px: tuple[int, int], patience_ms: int, app: QApplication | None = None
    ) -> None:
        """Open it at the log-in box, in an application that is there already or in its own."""
        self._app = app or QApplication([])
        self._pictures = out / "man-hinh"
        self._patience_ms = patience_ms
        clock = RobotClock()
        self._window = Window(
            self._app,
            Seat(open_folder(ward)),
            papers_folder=out,
            printers=NoPrinters(),
            is_training=True,
            key_clock=clock,
        )
        self._robot = Robot(self._window.shell, clock)
        self._window.shell.resize(*size_px)
        self._window.show()
        self._settle()

    def close(self) -> None:
        """Close the window and the ward."""
        self._window.shell.close()

    def set_clock(self, at: datetime) -> None:
        """Set the training ward's clock."""
        self._ward().clock.set(at)

    def log_in(self, login: str, at: datetime) -> None:
        """Log a user in by keys once the box knows who needs no password; a training user has none."""
        self._settle()
        self._robot.type(login)
        self._robot.press("Return", "Return")
        self._wait(lambda: self._window.shell.session is not None)
        self.set_clock(at)

    def change_user(self, login: str, at: datetime) -> None:
        """Give the counter over to another user."""
        self._window.shell.log_out()
        self.log_in(login, at)

    def unlock(self) -> None:
        """Open the lock screen again."""
        self._robot.press("Return")
        self._settle()

    def receive(self, visit: Visit, picture: str) -> int:
        """Receive a dossier by card and keys; return the keystrokes it took."""
        self._robot.press("F2")
        self._settle()
        before = len(self._ward().desk.reader.positions(DossierFilter()))
        self._robot.keystrokes = 0
        self._robot.scan(visit.card)
        self._settle()
        self._robot.type(visit.procedure)
        self._settle()
        self._robot.press("Return")
        self._settle()
        self._robot.press("Return")
        self._settle()
        if picture:
            self.picture(picture)
        self._robot.press("Ctrl+Return")
        self._wait(lambda: len(self._ward().desk.reader.positions(DossierFilter())) > before)
        self._settle()
        return self._robot.keystrokes

    def newest(self) -> tuple[str, str]:
        """Return the newest dossier's code and promise, for the step line."""
        desk = self._ward().desk
        newest = desk.reader.positions(DossierFilter())[0]
        card = desk.reader.cards(DossierFilter(), at_or_before=newest, limit=1)[0]
        return card.code, screen_datetime(card.promised_at)

    def print_other_papers(self, code: str, folder: Path) -> int:
        """Print a receipt again on every paper; return how many."""
        desk, user = self._ward().desk, accounts.user_of(self._ward().desk, "lan")
        folder.mkdir(parents=True, exist_ok=True)
        names = ("A5", "A4", "A4x2", "80mm")
        for paper in names:
            done = follow.print_receipt(desk, user, code, paper)
            if done.job is not None:
                (folder / f"{code}-{paper}.pdf").write_bytes(papers.paper_of(desk, done.job))
                papers.settle_job(desk, user, done.job.job_id, JobState.PRINTED)
        return len(names)

    def search(self, words: str) -> int:
        """Search in F4 by keys; return how many dossiers match."""
        self._robot.press("F4")
        self._settle()
        self._robot.press("Ctrl+K")
        self._robot.type(words)
        self._robot.press("Return")
        self._settle()
        desk = self._ward().desk
        return len(look_up.search(desk, accounts.user_of(desk, "lan"), words))

    def scan(self, code: str) -> None:
        """Scan a receipt."""
        self._robot.scan(code)
        self._settle()

    def press(self, *keys: str) -> None:
        """Press keys."""
        self._robot.press(*keys)
        self._settle()

    def hand_over(self, codes: Sequence[str], picture: str) -> int:
        """Put dossiers on a slip by scanning them in F5; return the keystrokes."""
        self._robot.keystrokes = 0
        self._robot.press("F5")
        self._settle()
        for code in codes:
            self.scan(code)
        self.picture(picture)
        self._robot.press("Ctrl+Return")
        self._wait(lambda: bool(self._slips(SlipState.OPEN)))
        self._settle()
        return self._robot.keystrokes

    def confirm_slip(self, codes: Sequence[str], picture: str) -> str:
        """Confirm the open slip by its QR and the dossiers that are there; return its name."""
        (slip,) = self._slips(SlipState.OPEN)
        self.press("F5")
        self.scan(slip_qr(slip))
        for code in codes:
            self.scan(code)
        self.picture(picture)
        self._robot.press("Ctrl+Return")
        self._settle()
        if self._slips(SlipState.OPEN):
            # Something did not come: the page asks once more.
            self._robot.press("Ctrl+Return")
        self._wait(lambda: not self._slips(SlipState.OPEN))
        self._settle()
        return slip.name

    def work_on(self, code: str, until: str, picture: str = "") -> None:
        """Do in F6 what a dossier's state asks for: submit it, or put its result at the counter."""
        self.press("F6")
        self.scan(code)
        if picture:
            self.picture(picture)
        self._robot.press("Ctrl+Return")
        self._wait(lambda: self._status(code) == until)
        self._settle()

    def approve(self, codes: Sequence[str], picture: str) -> int:
        """Look at what waits in F7, choose it and approve it in one go; return the keystrokes."""
        self.press("F7")
        self.picture(picture)
        self._robot.keystrokes = 0
        for _ in codes:
            self._robot.press("Space")
            self._settle()
        self._robot.press("Ctrl+Return")
        self._wait(lambda: {self._status(code) for code in codes} == {"approved"})
        self._settle()
        return self._robot.keystrokes

    def write_papers(self, folder: Path) -> int:
        """Write every paper that still waits in the print queue, named by form; return how many."""
        desk, user = self._ward().desk, accounts.user_of(self._ward().desk, "lan")
        folder.mkdir(parents=True, exist_ok=True)
        jobs = desk.reader.jobs(JobState.WAITING, JobState.FAILED)
        for place, job in enumerate(jobs, 1):
            (folder / f"{place:02d}-{job.form}-{job.paper}.pdf").write_bytes(papers.paper_of(desk, job))
            papers.settle_job(desk, user, job.job_id, JobState.PRINTED)
        return len(jobs)

    def return_result(self, code: str, visit: Visit, picture: str) -> int:
        """Return a result by two scans and keys; return the keystrokes after the scans."""
        self._robot.press("F8")
        self._settle()
        self._robot.keystrokes = 0
        self._robot.scan(code)
        self._settle()
        self._robot.scan(visit.card)
        self._settle()
        self.picture(picture)
        self._robot.press("Ctrl+Return")
        self._wait(lambda: self._status(code) == "returned")
        self._settle()
        return self._robot.keystrokes

    def show_looks(self) -> Iterator[tuple[str, str]]:
        """Take pictures of help, keys, dark and large text; yield their names and what they show."""
        theme = self._window.kit.theme
        self.press("F4", "F1")
        yield self.picture("16-tro-giup"), "F1 trợ giúp của màn hình"
        self.press("F1", "Ctrl+/")
        yield self.picture("17-phim-tat", overlay=True), "Ctrl+/ danh sách phím tắt"
        self.press("Escape")
        theme.apply(Mode.DARK, 100)
        self.press("F4")
        yield self.picture("18-nen-toi-ho-so"), "Nền tối, trang Hồ sơ"
        self.press("F2")
        yield self.picture("19-nen-toi-tiep-nhan"), "Nền tối, trang Tiếp nhận"
        theme.apply(Mode.LIGHT, 150)
        self._settle()
        yield self.picture("20-co-chu-150"), "Cỡ chữ 150 %"

    def picture(self, name: str, *, overlay: bool = False) -> str:
        """Save what is seen; return the name."""
        self._settle()
        popup = self._app.activeModalWidget() if overlay else None
        (popup or self._window.shell).grab().save(str(self._pictures / f"{name}.png"))
        return name

    def _slips(self, *states: SlipState) -> tuple[Slip, ...]:
        return self._ward().desk.way.slips(*states)

    def _status(self, code: str) -> str:
        found = self._ward().desk.reader.find(code)
        return found.status.value if found else ""

    def _ward(self) -> Ward:
        return self._window.seat.ward

    def _settle(self) -> None:
        """Let lanes and timers come to rest."""
        calm = 0
        waited_ms = 0
        while calm < _CALM_ROUNDS and waited_ms < self._patience_ms:
            QTest.qWait(_SETTLE_MS)
            self._robot.rest()
            calm = calm + 1 if self._window.tasks.pending() == 0 else 0
            waited_ms += _SETTLE_MS

    def _wait(self, is_done: Callable[[], bool]) -> None:
        waited_ms = 0
        while not is_done():
            if waited_ms >= self._patience_ms:
                raise TimeoutError("the demo waited in vain")
            QTest.qWait(_SETTLE_MS)
            self._robot.rest()
            waited_ms += _SETTLE_MS
