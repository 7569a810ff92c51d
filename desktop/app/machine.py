"""What the side "Máy này" does: the self-check and the support bundle over this PC's printers and folders."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_log_path

from desktop.app.seat import Seat
from desktop.domain.errors import EnvironmentProblem
from desktop.printing.test_pages import TEST_CODE, printer_test_page
from desktop.services.settings import Settings
from desktop.ui.pages.machine_ports import BundleText, CheckLine, LogEntry, Machine
from desktop.wiring import APP_NAME, support
from desktop.wiring.probes import machine_probes
from desktop.wiring.self_check import Check, examine

if TYPE_CHECKING:
    from desktop.devices.settings_file import SettingsFile
    from desktop.ui.print_queue import Printers

_PAPER = "A5"


def machine_of(seat: Seat, printers: "Printers", settings_file: "SettingsFile | None" = None) -> Machine:
    """Return what looks after this PC.

    Args:
        seat: Whose ward is open.
        printers: The port to the printers.
        settings_file: The settings of this PC; None for the defaults.
    """
    settings = Settings() if settings_file is None else settings_file.read().settings
    folder, log_folder = seat.ward.database.folder, user_log_path(APP_NAME, appauthor=False)

    def checks() -> tuple[Check, ...]:
        # The window itself holds the port: whether it is there is asked of the system.
        return examine(replace(machine_probes(folder, settings, _names), open_scanner=_find_port))

    return Machine(
        check=lambda: [CheckLine(each.code, each.state.value, each.finding, each.remedy) for each in checks()],
        print_test=partial(_print_test, seat, printers),
        test_code=TEST_CODE,
        log=lambda: [
            LogEntry(each.at, each.level, each.source, each.message, each.facts)
            for each in support.log_lines(log_folder)
        ],
        bundle=lambda: [
            BundleText(entry.name, entry.text) for entry in support.bundle(folder, log_folder, settings, checks())
        ],
        write_bundle=_write,
    )


def _names() -> Sequence[str]:
    """Name all printers of the system; a dead one keeps it waiting."""
    from desktop.ui.printers import QtPrinters  # noqa: PLC0415 - the library of printing is loaded late

    return QtPrinters().names()


def _find_port(port: str, _baud: int) -> None:
    """Look whether the system knows a serial port.

    Raises:
        OSError: It does not.
    """
    from serial.tools.list_ports import comports  # noqa: PLC0415 - most PCs have no such scanner

    if port not in {each.device for each in comports()} and not Path(port).exists():
        raise OSError(port)


def _print_test(seat: Seat, printers: "Printers") -> str:
    printer = printers.default_name()
    if not printer:
        raise EnvironmentProblem("no_printer")
    ward = seat.ward
    pdf = printer_test_page(printer, ward.clock.now(), is_training=ward.desk.is_training)
    printers.print_pdf(pdf, printer=printer, paper=_PAPER, title="trang-in-thu")
    return printer


def _write(texts: Sequence[BundleText], target: str) -> int:
    path = Path(target).expanduser()
    if not path.is_absolute():
        raise EnvironmentProblem("bundle_needs_path", path=target)
    return support.write_bundle(tuple(support.Entry(each.name, each.text) for each in texts), path)
