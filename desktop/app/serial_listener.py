"""Hear a serial (USB-COM) scanner: ask it again and again, open it again when it comes back."""

from PySide6.QtCore import QObject, QTimer

from desktop.devices.serial_scanner import SerialScanner
from desktop.domain.errors import AppError
from desktop.ui.kit import Kit
from desktop.ui.notices import Notice
from desktop.ui.scanner import Scanner
from desktop.ui.words import tr

#: How often a serial scanner is asked; the silence that ends a scan is more than twice as long.
LISTEN_EVERY_MS = 50


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
