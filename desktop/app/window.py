"""Build the window: Qt first, the database on its lane, pages when they are wanted."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.app.pages import page_specs
from desktop.app.seat import Seat
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError
from desktop.domain.rule_packs import pack_for
from desktop.domain.scans import classify
from desktop.domain.vietnamese import local
from desktop.services.wording import Wording
from desktop.ui.changes import ChangeHub
from desktop.ui.dialogs.print_queue import PrintQueueDialog
from desktop.ui.dialogs.print_queue_bar import PrintBar
from desktop.ui.kit import Kit
from desktop.ui.notices import Notices
from desktop.ui.print_queue import Printers, PrintQueue
from desktop.ui.scanner import KeyClock, Scanner
from desktop.ui.shell import Shell, ShellOptions
from desktop.ui.sounds import Sounds
from desktop.ui.sync_view import SyncState, SyncView
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.words import Words

#: How often idle time is used for the checkpoint and the marker (definitions 12 and 15).
REST_EVERY_MS = 30_000


class Window(QObject):
    """Own the window and everything it is made of.

    Attributes:
        shell: The window.
        kit: The tools of pages.
        seat: Who sits there.
        tasks: The lanes.
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
        key_clock: KeyClock | None = None,
    ) -> None:
        """Wire the window; nothing is opened before it is shown."""
        super().__init__()
        self._clock = SystemClock()
        self.seat = seat
        self.tasks = Tasks(self)
        self._papers_folder = papers_folder
        self._printers = printers
        self._prints: PrintQueue | None = None
        self.kit = Kit(
            theme=Theme(app),
            tasks=self.tasks,
            changes=ChangeHub(self),
            words=Words(Wording()),
            notices=Notices(self),
            sounds=Sounds(self),
            now=self._now,
        )
        self._scanner = Scanner(app, key_clock)
        options = ShellOptions(version=__version__, is_training=is_training, read_scan=classify)
        specs = page_specs(seat, self.prints)
        self.shell = Shell(app, self.kit, seat, specs, self._scanner, options, settings)
        self.shell.entered.connect(self._begin)
        self.shell.left.connect(self._leave)
        self.shell.closing.connect(self._close)
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

    def _begin(self, _session: object) -> None:
        self.prints()
        policy = pack_for(self.seat.ward.desk.reference.packs, self._now().date()).clock
        self.shell.work.set_cut_off(policy.cut_off)
        self.shell.set_sync(SyncView(SyncState.ALONE))

    def _leave(self) -> None:
        if self._prints is not None:
            self._prints.deleteLater()
            self._prints = None

    def _show_queue(self) -> None:
        PrintQueueDialog(self.kit, self.prints(), self.shell).open()

    def _close(self) -> None:
        self._rest.stop()
        self._scanner.stop()
        self.tasks.shutdown()
        self.seat.close()

    def _use_idle_time(self) -> None:
        self.tasks.run("db", self.seat.rest, _take_no_note, self._complain, owner=self, latest="rest")

    def _complain(self, error: AppError) -> None:
        self.kit.notices.fail(self.kit.words.error(error))


def _take_no_note(_result: None) -> None:
    """Let a task end without a word."""
