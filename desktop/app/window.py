"""Build the window: Qt first, the database on its lane, pages when they are wanted."""

import logging
import time
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.app.clock_watch import ClockWatch
from desktop.app.pages import home_page, page_specs
from desktop.app.seat import Seat
from desktop.devices.serial_scanner import SerialScanner
from desktop.devices.settings_file import SettingsFile
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError
from desktop.domain.rule_packs import pack_for
from desktop.domain.scans import classify
from desktop.domain.vietnamese import local
from desktop.services.settings import SettingsFound
from desktop.services.wording import Wording
from desktop.ui.changes import ChangeHub
from desktop.ui.dialogs.ports import Session
from desktop.ui.dialogs.print_queue import PrintQueueDialog
from desktop.ui.dialogs.print_queue_bar import PrintBar
from desktop.ui.kit import Kit
from desktop.ui.notices import Notice, Notices
from desktop.ui.print_queue import Printers, PrintQueue
from desktop.ui.scanner import KeyClock, Scanner
from desktop.ui.shell import Shell, ShellOptions
from desktop.ui.sounds import Sounds
from desktop.ui.sync_view import SyncState, SyncView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Mode, Theme
from desktop.ui.words import Words, tr

log = logging.getLogger(__name__)

#: How often idle time is used for the checkpoint and the marker (definitions 12 and 15).
REST_EVERY_MS = 30_000
#: How often a serial scanner is asked; the silence that ends a scan is more than twice as long.
LISTEN_EVERY_MS = 50


class Window(QObject):
    """Own the window and everything it is made of.

    Attributes:
        shell: The window.
        kit: The tools of pages.
        seat: Who sits there.
        tasks: The lanes.
        clock_watch: The question about a clock behind the log.
    """

    def __init__(
        self,
        app: QApplication,
        seat: Seat,
        *,
        papers_folder: Path,
        printers: Printers,
        is_training: bool,
        settings: QSettings | None = None,
        settings_file: SettingsFile | None = None,
        key_clock: KeyClock | None = None,
    ) -> None:
        """Wire the window; but for the settings nothing is opened before it is shown.

        Args:
            app: The application.
            seat: Who sits there.
            papers_folder: Where papers go that no printer took.
            printers: The port to the printers.
            is_training: The banner says that nothing counts.
            settings: Where size and place of the window are kept, nothing else.
            settings_file: The settings of this PC; without it the defaults hold and nothing is kept.
            key_clock: The injected clock of keys.
        """
        super().__init__()
        self._clock = SystemClock()
        self.seat = seat
        self.tasks = Tasks(self)
        self._papers_folder = papers_folder
        self._file = settings_file
        self._found = settings_file.read() if settings_file is not None else SettingsFound()
        kept = self._found.settings
        self._printers = ChosenPrinter(printers, kept.print_printer)
        self._prints: PrintQueue | None = None
        self.kit = Kit(
            theme=Theme(app, Mode(kept.look_mode), kept.look_text_percent),
            tasks=self.tasks,
            changes=ChangeHub(self),
            words=Words(Wording()),
            notices=Notices(self),
            sounds=Sounds(self, is_on=kept.sound_is_on),
            now=self._now,
        )
        self._scanner = Scanner(app, key_clock)
        self._listener: SerialListener | None = None
        if kept.scanner_serial_port:
            serial = SerialScanner(kept.scanner_serial_port, kept.scanner_serial_baud, now_s=time.monotonic)
            self._listener = SerialListener(serial, self.kit, self._scanner, self)
        options = ShellOptions(version=__version__, is_training=is_training, read_scan=classify)
        specs = page_specs(seat, self.prints, kept.print_paper)
        self.shell = Shell(app, self.kit, seat, specs, self._scanner, options, settings)
        self.clock_watch = ClockWatch(self.kit, seat, self.shell.work, self)
        self.shell.entered.connect(self._begin)
        self.shell.left.connect(self._leave)
        self.shell.closing.connect(self._close)
        self.shell.look_changed.connect(self._keep_look)
        self._rest = QTimer(self)
        self._rest.setInterval(REST_EVERY_MS)
        self._rest.timeout.connect(self._use_idle_time)
        self._rest.start()

    def prints(self) -> PrintQueue:
        """Return the print queue of the user who works, with its bar; made when he comes."""
        if self._prints is None:
            user = self.seat.user
            if user is None:
                raise RuntimeError("the print queue exists only while somebody works")
            self._prints = PrintQueue(
                self.kit, self.seat.ward.desk, user, self._printers, self._papers_folder, parent=self
            )
            bar = PrintBar(self.kit, self._prints)
            bar.queue_wanted.connect(self._show_queue)
            self.shell.work.place_bar(bar)
            self._prints.load()
        return self._prints

    def show(self) -> None:
        """Show the window."""
        self.shell.show()

    def _now(self) -> datetime:
        """Return the ward's local time once it is open: in training it may be set."""
        return local((self.seat.clock or self._clock).now())

    def _begin(self, session: Session) -> None:
        self.prints()
        home = home_page(session.roles)
        if self.shell.work.has_page(home):
            self.shell.work.show_page(home)
        elif self.shell.work.page() is None:
            self.kit.notices.fail(
                tr("Vai trò của bạn chưa có màn hình nào ở đây. Nhấn F12 rồi Alt+U để đổi người dùng.")
            )
        self.clock_watch.begin()
        policy = pack_for(self.seat.ward.desk.reference.packs, self._now().date()).clock
        self.shell.work.set_cut_off(policy.cut_off)
        self.shell.set_sync(SyncView(SyncState.ALONE))
        self._tell_of_settings()
        if self._listener is not None:
            self._listener.start()

    def _tell_of_settings(self) -> None:
        """Say once what was wrong in the settings file, when somebody is there to read it."""
        if self._found.problems:
            self.kit.notices.fail(" ".join(self.kit.words.error(problem) for problem in self._found.problems))
            self._found = SettingsFound(self._found.settings)

    def _keep_look(self, mode: str, text_percent: int) -> None:
        if self._file is None:
            return
        self._file.put("look.mode", mode)
        self._file.put("look.text_percent", text_percent)
        self.tasks.run("io", self._file.save, _take_no_note, self._complain, owner=self, latest="settings")

    def _leave(self) -> None:
        self.clock_watch.end()
        if self._prints is not None:
            self._prints.deleteLater()
            self._prints = None

    def _show_queue(self) -> None:
        PrintQueueDialog(self.kit, self.prints(), self.shell).open()

    def _close(self) -> None:
        self._rest.stop()
        self.clock_watch.end()
        self._scanner.stop()
        if self._listener is not None:
            self._listener.stop()
        self.tasks.shutdown()
        if self._listener is not None:
            self._listener.close()
        self._save_the_rest()
        self.seat.close()

    def _save_the_rest(self) -> None:
        """Write settings whose turn on lane io never came."""
        try:
            if self._file is not None:
                self._file.save()
        except AppError as error:
            # Nobody is there to read a sentence any more.
            log.info("Settings were not saved", extra={"code": error.code})

    def _use_idle_time(self) -> None:
        self.tasks.run("db", self.seat.rest, _take_no_note, self._complain, owner=self, latest="rest")

    def _complain(self, error: AppError) -> None:
        self.kit.notices.fail(self.kit.words.error(error))


class ChosenPrinter:
    """Print on the printer of the settings; without one on the system's default."""

    def __init__(self, printers: Printers, name: str) -> None:
        """Take the printers of the PC and the name chosen, "" for none."""
        self._printers = printers
        self._name = name

    def default_name(self) -> str:
        """Return the printer to use, "" when there is none."""
        return self._name or self._printers.default_name()

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Print a PDF at its own size."""
        self._printers.print_pdf(pdf, printer=printer, paper=paper, title=title)


class SerialListener(QObject):
    """Ask a serial scanner again and again, and give its scans to the window's scanner."""

    def __init__(self, serial: SerialScanner, kit: Kit, scanner: Scanner, parent: QObject) -> None:
        """Open nothing yet."""
        super().__init__(parent)
        self._serial = serial
        self._kit = kit
        self._scanner = scanner
        self._is_opening = False
        self._problem: AppError | None = None
        self._last_trouble = ""
        kit.notices.failed.connect(self._note_trouble)
        self._timer = QTimer(self)
        self._timer.setInterval(LISTEN_EVERY_MS)
        self._timer.timeout.connect(self._listen)

    def start(self) -> None:
        """Begin, or tell the next user what is still wrong."""
        if self._problem is not None:
            self._complain(self._problem)
        self._timer.start()

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()

    def close(self) -> None:
        """Let go of the port; the lanes must have come to rest."""
        self._serial.close()

    def _listen(self) -> None:
        if self._serial.is_open:
            try:
                scans = self._serial.read_scans()
            except AppError as error:
                self._complain(error)
                return
            for scan in scans:
                self._scanner.feed(scan)
        elif self._serial.is_due and not self._is_opening:
            self._is_opening = True
            self._kit.tasks.run("io", self._serial.open, self._tried, self._failed, owner=self)

    def _tried(self, is_open: bool) -> None:
        self._is_opening = False
        if not is_open or self._problem is None:
            return
        if self._last_trouble == self._kit.words.error(self._problem):
            self._kit.notices.clear()
        self._problem = None
        self._kit.notices.say(tr("Máy quét đã nối lại."))

    def _note_trouble(self, notice: Notice) -> None:
        self._last_trouble = notice.text

    def _failed(self, error: AppError) -> None:
        self._is_opening = False
        self._complain(error)

    def _complain(self, error: AppError) -> None:
        self._problem = error
        self._kit.notices.fail(self._kit.words.error(error))


def _take_no_note(_result: None) -> None:
    """Let a task end without a word."""
