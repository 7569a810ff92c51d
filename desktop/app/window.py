"""The window: the log-in box is painted first, everything else is imported and built behind it."""

import gc
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.app.seat import Seat
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError
from desktop.domain.vietnamese import local
from desktop.ui.changes import ChangeHub
from desktop.ui.kit import Kit
from desktop.ui.notices import Notices
from desktop.ui.rubbish import Rubbish
from desktop.ui.shell import Shell, ShellOptions
from desktop.ui.sounds import Sounds
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Mode, Theme
from desktop.ui.words import Words

if TYPE_CHECKING:
    from desktop.app.clock_watch import ClockWatch
    from desktop.app.counter import Counter
    from desktop.app.serial_listener import SerialListener
    from desktop.devices.settings_file import SettingsFile
    from desktop.services.settings import SettingsFound
    from desktop.services.wording import Wording
    from desktop.ui.dialogs.recover import RecoverDialog, Recoverer
    from desktop.ui.print_queue import Printers, PrintQueue
    from desktop.ui.scanner import KeyClock, Scanner

log = logging.getLogger(__name__)

#: How often idle time is used for the checkpoint and the marker (definitions 12 and 15).
REST_EVERY_MS = 30_000
#: A window that starts out of sight is never painted: what stands behind it is loaded all the same.
LONGEST_WAIT_FOR_PAINT_S = 3.0


class Window(QObject):
    """Own the window and everything it is made of.

    Lane db waits for the first paint, opens the ward, then imports the rest (:mod:`desktop.app.counter`): until the
    log-in box is seen nothing takes the processor from it, and afterwards nothing is imported on the UI thread.

    Attributes:
        shell: The window.
        kit: The tools of pages.
        seat: Who sits there.
        tasks: The lanes.
        is_furnished: What stands behind the log-in box is there.
        recoverer: Makes what recovers from copies when the data is broken; None offers nothing.

    Signals:
        damaged(object): The database file is broken, an AppError; comes from lane db.
    """

    damaged = Signal(object)

    def __init__(
        self,
        app: QApplication,
        seat: Seat,
        *,
        papers_folder: Path,
        printers: "Printers",
        is_training: bool,
        settings: QSettings | None = None,
        settings_file: "SettingsFile | None" = None,
        key_clock: "KeyClock | None" = None,
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
        self._app = app
        self._clock = SystemClock()
        self.seat = seat
        self.seat.on_damage = self.damaged.emit
        self.damaged.connect(self._offer_recovery)
        self.recoverer: Callable[[], Recoverer] | None = None
        self.tasks = Tasks(self)
        self._papers_folder = papers_folder
        self._printers = printers
        self._key_clock = key_clock
        self._file = settings_file
        self._is_training = is_training
        self._found: SettingsFound | None = settings_file.read() if settings_file is not None else None
        self._counter: Counter | None = None
        self._offer: RecoverDialog | None = None
        kept = self._found.settings if self._found is not None else None
        self.kit = Kit(
            theme=Theme(app) if kept is None else Theme(app, Mode(kept.look_mode), kept.look_text_percent),
            tasks=self.tasks,
            changes=ChangeHub(self),
            words=Words(LateWording()),
            notices=Notices(self),
            sounds=Sounds(self, is_on=kept is None or kept.sound_is_on),
            now=self._now,
        )
        self._is_painted = threading.Event()
        self.tasks.run("db", self._wait_for_paint, _take_no_note, self._complain, owner=self)
        options = ShellOptions(version=__version__, is_training=is_training, read_scan=_read_scan)
        self.shell = Shell(app, self.kit, seat, None, None, options, settings)
        self.tasks.run("db", _load_the_rest, self._furnish, self._complain, owner=self)
        self.shell.login.installEventFilter(self)
        self.shell.closing.connect(self._close)
        self.shell.look_changed.connect(self._keep_look)
        self._rubbish = Rubbish(self)
        self._rest = QTimer(self)
        self._rest.setInterval(REST_EVERY_MS)
        self._rest.timeout.connect(self._use_idle_time)
        self._rest.start()

    @property
    def is_furnished(self) -> bool:
        """Tell whether what stands behind the log-in box is there."""
        return self._counter is not None

    @property
    def clock_watch(self) -> "ClockWatch":
        """Return the question about the clock; there from the time on when lane db has loaded the rest."""
        return self._behind.clock_watch

    def prints(self) -> "PrintQueue":
        """Return the print queue of the user who works."""
        return self._behind.prints()

    def show(self) -> None:
        """Show the window."""
        self.shell.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let lane db begin when the log-in box has been painted."""
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            # The paint itself comes after this filter.
            QTimer.singleShot(0, self._is_painted.set)
        return False

    @property
    def _behind(self) -> "Counter":
        if self._counter is None:
            raise RuntimeError("nothing stands behind the log-in box yet")
        return self._counter

    @property
    def _scanner(self) -> "Scanner":
        return self._behind.scanner

    @property
    def _listener(self) -> "SerialListener | None":
        return self._behind.listener

    def _now(self) -> datetime:
        """Return the ward's local time once it is open: in training it may be set."""
        return local((self.seat.clock or self._clock).now())

    def _wait_for_paint(self) -> None:
        """Keep lane db waiting. Threads: lane db."""
        self._is_painted.wait(LONGEST_WAIT_FOR_PAINT_S)

    def _furnish(self, _nothing: None) -> None:
        from desktop.app import counter  # noqa: PLC0415 - loaded on lane db a moment ago
        from desktop.services.settings import Settings  # noqa: PLC0415 - the same

        kept = self._found.settings if self._found is not None else Settings()
        around = counter.Surroundings(
            app=self._app,
            seat=self.seat,
            printers=ChosenPrinter(self._printers, kept.print_printer),
            papers_folder=self._papers_folder,
            settings=kept,
            key_clock=self._key_clock,
            settings_file=self._file,
            is_training=self._is_training,
        )
        self._counter = counter.Counter(self.kit, self.shell, around, self._now, self)
        self.shell.entered.connect(self._tell_of_settings)
        if not gc.isenabled():
            gc.freeze()
        self._rubbish.begin()
        self.tasks.run("io", _warm_the_printer, _take_no_note, self._complain, owner=self)

    def _tell_of_settings(self) -> None:
        """Say once what was wrong in the settings file, when somebody is there to read it."""
        if self._found is not None and self._found.problems:
            self.kit.notices.fail(" ".join(self.kit.words.error(problem) for problem in self._found.problems))
            self._found = type(self._found)(self._found.settings)

    def _keep_look(self, mode: str, text_percent: int) -> None:
        if self._file is None:
            return
        self._file.put("look.mode", mode)
        self._file.put("look.text_percent", text_percent)
        self.tasks.run("io", self._file.save, _take_no_note, self._complain, owner=self, latest="settings")

    def _offer_recovery(self, _damage: object) -> None:
        """Offer to recover over the log-in box, once at a time."""
        if self.recoverer is None or self._offer is not None:
            return
        from desktop.ui.dialogs.recover import RecoverDialog  # noqa: PLC0415 - hardly ever needed

        self._offer = RecoverDialog(self.kit, self.recoverer(), self.shell)
        self._offer.recovered.connect(self.shell.login.begin)
        self._offer.finished.connect(self._offer_ended)
        self._offer.open()

    def _offer_ended(self, _result: int) -> None:
        self._offer = None

    def _close(self) -> None:
        self._rest.stop()
        self._rubbish.end()
        self._is_painted.set()
        if self._counter is not None:
            self._counter.stop()
        self.tasks.shutdown()
        if self._counter is not None:
            self._counter.close()
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
        # Not on lane db, which a key waits for: after a backlog the write-ahead log is long.
        self.tasks.run("io", self.seat.rest, _take_no_note, self._complain, owner=self, latest="rest")

    def _complain(self, error: AppError) -> None:
        self.kit.notices.fail(self.kit.words.error(error))


class LateWording:
    """Load the sentences when the first one is wanted: reading them takes longer than painting the log-in box."""

    def __init__(self) -> None:
        """Load nothing yet."""
        self._wording: Wording | None = None

    def sentence(self, code: str, details: Mapping[str, Any]) -> str:
        """Return the sentence of a code."""
        if self._wording is None:
            from desktop.services.wording import Wording  # noqa: PLC0415 - after the first paint

            self._wording = Wording()
        return self._wording.sentence(code, details)


class LatePrinters:
    """Be the printers of the system, asked through a library that is imported when the first paper comes.

    Threads: lane io.
    """

    def default_name(self) -> str:
        """Return the name of the default printer, "" when there is none."""
        from desktop.ui.printers import QtPrinters  # noqa: PLC0415 - after the first paint

        return QtPrinters().default_name()

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Print a PDF at its own size."""
        from desktop.ui.printers import QtPrinters  # noqa: PLC0415 - after the first paint

        QtPrinters().print_pdf(pdf, printer=printer, paper=paper, title=title)


class ChosenPrinter:
    """Print on the printer of the settings; without one on the system's default."""

    def __init__(self, printers: "Printers", name: str) -> None:
        """Take the printers of the PC and the name chosen, "" for none."""
        self._printers = printers
        self._name = name

    def default_name(self) -> str:
        """Return the printer to use, "" when there is none."""
        return self._name or self._printers.default_name()

    def print_pdf(self, pdf: bytes, *, printer: str, paper: str, title: str) -> None:
        """Print a PDF at its own size."""
        self._printers.print_pdf(pdf, printer=printer, paper=paper, title=title)


def _load_the_rest() -> None:
    """Import what stands behind the log-in box. Threads: lane db."""


def _warm_the_printer() -> None:
    """Load what makes and prints papers: the first receipt comes as fast as the second. Threads: lane io."""
    from desktop.printing.warm_up import warm_up  # noqa: PLC0415

    warm_up()


def _read_scan(text: str) -> object:
    """Make a reading of a scan."""
    from desktop.domain.scans import classify  # noqa: PLC0415 - after the first paint

    return classify(text)


def _take_no_note(_result: None) -> None:
    """Let a task end without a word."""
