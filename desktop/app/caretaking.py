"""What an administrator does to this PC: keys, one-time codes, verify, back up, print a slip."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.app.machine import machine_of
from desktop.app.safekeeping import safekeeper_of
from desktop.app.seat import Seat
from desktop.app.updating import updater_of
from desktop.devices import signing_key
from desktop.devices.passwords import one_time_code
from desktop.domain.errors import EnvironmentProblem
from desktop.storage import backup, verification
from desktop.storage.engine import translated
from desktop.storage.joining import read_city
from desktop.ui.pages.admin_ports import BackedUp, Caretaker, Verified
from desktop.wiring import Ward, state_folder, take_key, wrap_key

if TYPE_CHECKING:
    from desktop.devices.settings_file import SettingsFile
    from desktop.ui.print_queue import Printers

#: The size of the slip itself; half an A4 sheet, which every office printer takes.
_SLIP_PAPER = "A5"


def caretaker_of(
    seat: Seat, printers: "Printers", backup_folder: Path, settings_file: "SettingsFile | None" = None
) -> Caretaker:
    """Return what the page "Quản trị" does outside the log.

    Args:
        seat: Whose ward is open.
        printers: The printers of this PC.
        backup_folder: Where a backup goes unless another place is typed.
        settings_file: The settings of this PC, for the second place.
    """
    ward = seat.ward
    return Caretaker(
        new_code=_no_code if ward.desk.is_training else one_time_code,
        share_key=partial(_share, ward),
        take_key=partial(take_key, ward),
        print_sheet=partial(_print, printers),
        verify=partial(_verify, ward),
        back_up=partial(_back_up, ward),
        backup_folder=backup_folder.as_posix(),
        city=partial(_city, ward),
        published=lambda: ward.desk.reference.publications,
        join=partial(_join, ward),
        safekeeper=safekeeper_of(seat, printers, settings_file),
        machine=machine_of(seat, printers, settings_file),
        updater=updater_of(),
    )


def _city(ward: Ward) -> str:
    joined = read_city(ward.database)
    return "" if joined is None else joined.address


def _join(ward: Ward, address: str, code: str, authority: str) -> str:
    from desktop.wiring.city import join_ward  # noqa: PLC0415 - only where a city is

    return join_ward(ward, address, code, _certificates(authority)).unit_name


def _certificates(path: str) -> str:
    """Return the certificates (PEM) in a file, "" for no file."""
    if not path:
        return ""
    try:
        return Path(path).expanduser().read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentProblem("authority_unreadable") from error


def _no_code() -> str:
    return ""


def _share(ward: Ward, login: str, code: str) -> None:
    if code:
        wrap_key(ward, login, code)


def _print(printers: "Printers", pdf: bytes, title: str) -> str:
    printer = printers.default_name()
    if not printer:
        raise EnvironmentProblem("no_printer")
    printers.print_pdf(pdf, printer=printer, paper=_SLIP_PAPER, title=title)
    return printer


def _verify(ward: Ward, all_signatures: bool) -> Verified:
    found = verification.verify(
        ward.database.folder, ward.database.key, state_folder(), signing_key.verify, all_signatures=all_signatures
    )
    findings = tuple((each.code, each.where) for each in found.findings)
    return Verified(found.events, found.dossiers, found.head_hash, findings)


def _back_up(ward: Ward, target: str) -> BackedUp:
    path = Path(target).expanduser()
    if not path.is_absolute():
        raise EnvironmentProblem("backup_needs_path", path=target)
    with translated():
        path.parent.mkdir(parents=True, exist_ok=True)
    made = backup.write_backup(ward.database.folder, ward.database.key, path, ward.clock.now())
    return BackedUp(str(made.path), made.events, made.size)
