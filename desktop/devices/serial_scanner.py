"""A barcode gun or ID-card reader on a serial (USB-COM) port: bytes in, whole scans out.

Unlike a reader that types, it sends UTF-8, so that no typing tool garbles a Vietnamese name.
"""

import logging
from collections.abc import Callable
from typing import Final, Protocol

from desktop.domain.errors import EnvironmentProblem
from desktop.domain.identity import clean_scan

log = logging.getLogger(__name__)

#: A scan without CR or LF ends after this silence.
SILENCE_S: Final = 0.120
#: A reader that is not there is asked for again this often.
RETRY_S: Final = 5.0
#: Twice what any scan of ours has (`identity.LONGEST_SCAN`), so a cut scan is still known to be no good one.
MOST_CHARACTERS: Final = 4_000

_MOST_BYTES: Final = MOST_CHARACTERS * 4
_READ_BYTES: Final = 65_536


class Port(Protocol):
    """Be an open serial port that never waits."""

    def read(self, size: int) -> bytes:
        """Return what has come, b"" for nothing.

        Raises:
            OSError: The device is gone.
        """
        ...

    def close(self) -> None:
        """Let go of the port."""
        ...


def open_port(name: str, baud: int) -> Port:
    """Open a port of this PC for ourselves alone.

    Args:
        name: ``COM3``, ``/dev/ttyACM0`` …
        baud: Speed in bit/s.

    Raises:
        OSError: There is no such port, it is taken, or it is not allowed.
        ValueError: The port does not know the speed.

    Threads: lane io; some drivers (Bluetooth) take seconds.
    """
    import serial  # noqa: PLC0415 - most PCs have no such scanner

    try:
        port: Port = serial.Serial(name, baud, timeout=0, exclusive=True)
    except (OSError, ValueError):
        raise
    except Exception as error:  # termios.error, which Windows cannot even import
        raise OSError(type(error).__name__) from error
    return port


class SerialScanner:
    """Read scans from a port, over unplugging and plugging in again.

    Attributes:
        port_name: The port.
    """

    def __init__(
        self,
        port_name: str,
        baud: int,
        *,
        now_s: Callable[[], float],
        opener: Callable[[str, int], Port] = open_port,
    ) -> None:
        """Open nothing yet.

        Args:
            port_name: ``COM3``, ``/dev/ttyACM0`` …
            baud: Speed in bit/s.
            now_s: The injected clock: seconds that never run backwards.
            opener: Opens a port; :func:`open_port` but in tests.
        """
        self.port_name = port_name
        self._baud = baud
        self._now_s = now_s
        self._opener = opener
        self._port: Port | None = None
        self._next_try_s = now_s()
        self._is_told = False
        self._held = bytearray()
        self._heard_s = 0.0

    @property
    def is_open(self) -> bool:
        """Tell whether the reader is there."""
        return self._port is not None

    @property
    def is_due(self) -> bool:
        """Tell whether it is time to call :meth:`open`."""
        return self._port is None and self._now_s() >= self._next_try_s

    def open(self) -> bool:
        """Try to open the port once.

        Returns:
            Whether it is open now.

        Raises:
            EnvironmentProblem: ``scanner_not_opened``, the first time only; then False until
                the reader was there again.

        Threads: lane io, one call at a time.
        """
        if self._port is not None:
            return True
        try:
            port = self._opener(self.port_name, self._baud)
        except (OSError, ValueError) as error:
            if self._is_told:
                return False
            self._is_told = True
            raise EnvironmentProblem("scanner_not_opened", port=self.port_name) from error
        finally:
            self._next_try_s = self._now_s() + RETRY_S
        self._held.clear()
        self._is_told = False
        self._port = port
        log.info("Serial scanner opened")
        return True

    def read_scans(self) -> list[str]:
        """Return the scans that are complete by now; never waits. Call it several times within the silence.

        A scan ends by CR, LF or a silence. What is no UTF-8 becomes U+FFFD, control characters are dropped, and after
        4,000 characters the rest is dropped.

        Raises:
            EnvironmentProblem: ``scanner_unplugged``, once; then nothing comes until :meth:`open` finds it again.
        """
        if self._port is None:
            return []
        try:
            came = self._port.read(_READ_BYTES)
        except OSError as error:
            self._lose()
            raise EnvironmentProblem("scanner_unplugged", port=self.port_name) from error
        # Bytes first: those that came while the window was busy are no silence.
        now_s = self._now_s()
        scans = self._take(came) if came else []
        if came:
            self._heard_s = now_s
        elif self._held and now_s - self._heard_s >= SILENCE_S:
            scans = [self._finish()]
        return [scan for scan in scans if scan]

    def close(self) -> None:
        """Let go of the port; a scan that is not complete is dropped."""
        port, self._port = self._port, None
        self._held.clear()
        if port is None:
            return
        try:
            port.close()
        except OSError:
            log.info("Serial scanner was gone before it was closed")

    def _take(self, came: bytes) -> list[str]:
        """Add bytes to the scan under way and return those they complete."""
        # Whole bytes: CR and LF never stand inside a letter of UTF-8.
        *complete, rest = came.replace(b"\n", b"\r").split(b"\r")
        scans = []
        for part in complete:
            self._hold(part)
            scans.append(self._finish())
        self._hold(rest)
        return scans

    def _hold(self, part: bytes) -> None:
        self._held += part[: _MOST_BYTES - len(self._held)]

    def _finish(self) -> str:
        text = self._held.decode("utf-8", "replace")[:MOST_CHARACTERS]
        self._held.clear()
        return clean_scan(text)

    def _lose(self) -> None:
        """Give the port up until it may be tried again."""
        self.close()
        self._is_told = True
        self._next_try_s = self._now_s() + RETRY_S
        log.info("Serial scanner lost")
