"""What stands behind the log-in box: scanners, pages, print queue, the question about the clock.

Imported on lane db when the log-in box has been painted; the window makes it on the UI thread when that is done.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

# A page is made while somebody waits for it: what it needs is imported with the rest.
import desktop.services.accounts
import desktop.ui.dialogs.about
import desktop.ui.dialogs.lock
import desktop.ui.pages.admin
import desktop.ui.pages.approval
import desktop.ui.pages.board
import desktop.ui.pages.dossiers
import desktop.ui.pages.handover
import desktop.ui.pages.intake
import desktop.ui.pages.return_result
import desktop.ui.pages.work
import desktop.ui.workplace  # noqa: F401 - the shell imports it when it is furnished
from desktop import __version__
from desktop.app.caretaking import caretaker_of
from desktop.app.clock_watch import ClockWatch
from desktop.app.exercise_watch import ExerciseWatch
from desktop.app.pages import home_page, page_specs
from desktop.app.reminder_watch import ReminderWatch
from desktop.app.safekeeping import SafeWatch
from desktop.app.seat import Seat
from desktop.app.serial_listener import SerialListener
from desktop.app.signing import signing_of
from desktop.app.sync_lane import SyncLane, view_of
from desktop.app.updating import returned_from
from desktop.devices.serial_scanner import SerialScanner
from desktop.devices.settings_file import SettingsFile
from desktop.domain.errors import AppError
from desktop.domain.rule_packs import pack_for
from desktop.services.changes import Changes, Kind
from desktop.services.settings import Settings
from desktop.storage.engine import translated
from desktop.ui.dialogs.ports import Session
from desktop.ui.dialogs.print_queue import PrintQueueDialog
from desktop.ui.dialogs.print_queue_bar import PrintBar
from desktop.ui.kit import Kit
from desktop.ui.pages.sync import SyncSource
from desktop.ui.print_queue import Printers, PrintQueue
from desktop.ui.scanner import KeyClock, Scanner
from desktop.ui.shell import Shell
from desktop.ui.sync_view import SyncState, SyncView
from desktop.ui.words import tr

log = logging.getLogger(__name__)

#: Below the folder of papers.
BACKUPS = "Sao-luu"
MANUALS = "Sach-huong-dan"
#: What an act is refused with when the session's user is no longer who he was.
_OUTDATED = frozenset({"user_inactive", "rights_changed"})


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hand the counter what the window was made with.

    Attributes:
        app: The application.
        seat: Who sits there.
        printers: The port to the printers.
        papers_folder: Where papers go that no printer took.
        settings: The settings of this PC.
        settings_file: Where they are kept; None where they are not.
        is_training: Exercises may be done.
        key_clock: The injected clock of keys.
    """

    app: QApplication
    seat: Seat
    printers: Printers
    papers_folder: Path
    settings: Settings
    key_clock: KeyClock | None
    settings_file: SettingsFile | None = None
    is_training: bool = False


class Counter(QObject):
    """Own what a user works with.

    Attributes:
        scanner: Hears barcode guns that type.
        listener: Hears a serial scanner; None when the PC has none.
        clock_watch: The question about a clock behind the log.
        reminder_watch: What the user has to be reminded of.
        safe_watch: What brings the data to safety.
        exercise_watch: The exercise a trainee is at; None on a real ward.
        sync_lane: The exchange with the city.
    """

    def __init__(
        self, kit: Kit, shell: Shell, around: Surroundings, now: Callable[[], datetime], parent: QObject
    ) -> None:
        """Furnish the shell."""
        super().__init__(parent)
        self._kit = kit
        self._shell = shell
        self._around = around
        self._now = now
        self._prints: PrintQueue | None = None
        kept = around.settings
        self.scanner = Scanner(around.app, around.key_clock)
        self.listener: SerialListener | None = None
        if kept.scanner_serial_port:
            serial = SerialScanner(kept.scanner_serial_port, kept.scanner_serial_baud, now_s=time.monotonic)
            self.listener = SerialListener(serial, kit, self.scanner, self)
        file = around.settings_file
        caretaker = partial(caretaker_of, around.seat, around.printers, around.papers_folder / BACKUPS, file)
        specs = page_specs(around.seat, self.prints, caretaker, kept.print_paper, signing_of(kept), self._sync_source)
        shell.furnish(specs, self.scanner)
        kit.tasks.refused.connect(self._lock_who_left)
        kit.changes.changed.connect(self._heard)
        self.clock_watch = ClockWatch(kit, around.seat, shell.work, self)
        self.reminder_watch = ReminderWatch(kit, around.seat, shell.work, self)
        self.safe_watch = SafeWatch(kit, around.seat, file, self)
        self.exercise_watch = ExerciseWatch(kit, around.seat, shell, self) if around.is_training else None
        self.sync_lane = SyncLane(kit, around.seat, self)
        self._sync_view = SyncView(SyncState.ALONE)
        self.sync_lane.told.connect(self._count_attention)
        shell.work.top.pill.pressed.connect(self._show_sync)
        kit.changes.changed.connect(self._hear_attention)
        shell.manual_wanted.connect(self._write_manual)
        shell.entered.connect(self._begin)
        shell.left.connect(self._leave)

    def prints(self) -> PrintQueue:
        """Return the print queue of the user who works, with its bar; made when he comes."""
        if self._prints is None:
            around, user = self._around, self._around.seat.user
            if user is None:
                raise RuntimeError("the print queue exists only while somebody works")
            self._prints = PrintQueue(
                self._kit, around.seat.ward.desk, user, around.printers, around.papers_folder, parent=self
            )
            bar = PrintBar(self._kit, self._prints)
            bar.queue_wanted.connect(self._show_queue)
            self._shell.work.place_bar(bar)
            self._prints.load()
        return self._prints

    def _sync_source(self) -> SyncSource:
        reader = self._around.seat.ward.database.sync
        return SyncSource(reader, lambda: self._sync_view, self.sync_lane.retry)

    def _show_sync(self) -> None:
        if self._shell.work.has_page("sync"):
            self._shell.work.show_page("sync")

    def _hear_attention(self, changes: Changes, initiator: object) -> None:
        if initiator is not self.sync_lane and Kind.ATTENTION in changes.kinds:
            self._count_attention()

    def _count_attention(self) -> None:
        """Count what waits for a person, then say how the exchange goes."""
        reader = self._around.seat.ward.database.sync
        count = lambda: len(reader.attention()) + len(reader.differences())  # noqa: E731 - one thought
        self._kit.tasks.run("read", count, self._say_sync, self._cannot_count, owner=self, latest="attention")

    def _cannot_count(self, error: AppError) -> None:
        log.warning("attention not counted", extra={"code": error.code})
        self._say_sync(self._sync_view.attention)

    def _say_sync(self, attention: int) -> None:
        status = self.sync_lane.status
        if status is None:
            return
        self._sync_view = replace(view_of(status, self._now()), attention=attention)
        self._shell.set_sync(self._sync_view)
        self._kit.changes.publish(Changes(frozenset({Kind.SYNC})), self.sync_lane)

    def stop(self) -> None:
        """Stop every timer."""
        self.clock_watch.end()
        self.reminder_watch.end()
        self.safe_watch.end()
        self.sync_lane.stop()
        self.scanner.stop()
        if self.listener is not None:
            self.listener.stop()

    def close(self) -> None:
        """Let go of port and connection; the lanes must have come to rest."""
        self.sync_lane.close()
        if self.listener is not None:
            self.listener.close()

    def _begin(self, session: Session) -> None:
        self.prints()
        work = self._shell.work
        home = home_page(session.roles)
        if work.has_page(home):
            work.show_page(home)
        elif work.page() is None:
            self._kit.notices.fail(
                tr("Vai trò của bạn chưa có màn hình nào ở đây. Nhấn F12 rồi Alt+U để đổi người dùng.")
            )
        self._tell_of_a_return()
        self._show_cut_off()
        if self.sync_lane.status is None:
            self._shell.set_sync(SyncView(SyncState.ALONE))
        self.sync_lane.begin()
        self.clock_watch.begin()
        self.reminder_watch.begin()
        self.safe_watch.begin()
        if self.exercise_watch is not None:
            self.exercise_watch.begin()
        if self.listener is not None:
            self.listener.start()

    def _show_cut_off(self) -> None:
        policy = pack_for(self._around.seat.ward.desk.reference.packs, self._now().date()).clock
        self._shell.work.set_cut_off(policy.cut_off)

    def _heard(self, changes: Changes, _initiator: object) -> None:
        """Show the cut-off anew once the city has published something; nobody works here before the first log-in."""
        if Kind.CATALOGUE in changes.kinds and self._around.seat.user is not None:
            self._show_cut_off()

    def _tell_of_a_return(self) -> None:
        """Say that a new version failed here and the one before took over: not only the IT officer must know."""
        if failed := returned_from():
            told = tr(
                "Bản mới {failed} không dùng được trên máy này nên máy đã tự trở về bản {running}. Cứ làm việc tiếp,"
                " không mất việc nào; báo cán bộ công nghệ thông tin.",
                failed=failed,
                running=__version__,
            )
            self._kit.notices.fail(told)

    def _write_manual(self, book: str) -> None:
        """Write a manual as a PDF and let the system's own program show and print it."""
        folder = self._around.papers_folder / MANUALS
        self._kit.tasks.run("io", partial(_manual_in, folder, book), self._open_manual, self._refuse, owner=self)

    def _open_manual(self, path: Path) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
        self._kit.notices.say(tr("Sách để in: {path}", path=str(path)))

    def _refuse(self, error: AppError) -> None:
        self._kit.notices.fail(self._kit.words.error(error))

    def _leave(self) -> None:
        self.clock_watch.end()
        self.reminder_watch.end()
        if self._prints is not None:
            self._prints.deleteLater()
            self._prints = None

    def _lock_who_left(self, error: AppError) -> None:
        """Lock the window of a user who was deactivated or given other rights while he worked: his act was refused."""
        session = self._shell.session
        if error.code in _OUTDATED and session is not None and error.details.get("login") == session.login:
            self._shell.lock()

    def _show_queue(self) -> None:
        PrintQueueDialog(self._kit, self.prints(), self._shell).open()


def _manual_in(folder: Path, book: str) -> Path:
    """Write a manual into a folder. Threads: lane io."""
    from desktop.printing.manuals import write_manual  # noqa: PLC0415 - seldom wanted

    with translated():
        return write_manual(folder, book)
