"""What the self-check asks of a machine: every answer can be given by a test instead."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_log_path

from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import AppError
from desktop.domain.publications import Publication
from desktop.services.reference import Reference
from desktop.services.settings import Settings
from desktop.services.wording import Wording
from desktop.storage.backup import last_backup_at
from desktop.storage.database import DATABASE_NAME
from desktop.storage.keys import SecretStore
from desktop.storage.publication_rows import read_beside
from desktop.wiring import APP_NAME, keyring_store, load_reference, read_key

if TYPE_CHECKING:
    from desktop.wiring.city import Reached

#: A dead network printer keeps the list of printers waiting; nobody waits longer for it.
PRINTERS_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Reaching:
    """Say what came of asking the city; without an address this PC works alone.

    Attributes:
        address: Of the city, "" for none.
        answer: What it said; None when it could not even be asked.
        problem: Why it could not be asked.
    """

    address: str = ""
    answer: "Reached | None" = None
    problem: AppError | None = None


@dataclass(frozen=True, slots=True)
class Probes:
    """Hold what lies outside the program; each call may take a while.

    Attributes:
        folder: Data folder.
        log_folder: Where the technical log goes.
        settings: Settings of this PC.
        now: Tells the present instant.
        free_bytes: Free room where a folder is.
        store: The machine's keyring, None for none.
        sqlite: Version of the database library.
        installed: Version the installation says it is, "" when it does not say.
        last_backup: When the last backup was made, None for never.
        procedures: How many procedures are in force on a day.
        published: The documents of the city that are here.
        city: Asks the city.
        printers: Names all printers, the default first; None where no window can be shown.
        open_scanner: Opens the scanner's port and closes it again.
    """

    folder: Path
    log_folder: Path
    settings: Settings
    now: Callable[[], datetime]
    free_bytes: Callable[[Path], int]
    store: Callable[[], SecretStore | None]
    sqlite: str
    installed: str
    last_backup: Callable[[Path], datetime | None]
    procedures: Callable[[date], int]
    city: Callable[[], Reaching]
    printers: Callable[[], Sequence[str]] | None
    open_scanner: Callable[[str, int], None]
    printers_s: float = PRINTERS_S
    published: Callable[[], tuple[Publication, ...]] = tuple
    wording: Wording = field(default_factory=Wording)


def machine_probes(
    folder: Path, settings: Settings | None = None, printers: Callable[[], Sequence[str]] | None = None
) -> Probes:
    """Return the probes of this machine.

    Args:
        folder: Data folder.
        settings: Settings of this PC; None reads their file.
        printers: Names all printers.
    """
    from sqlcipher3 import dbapi2  # noqa: PLC0415 - only asked for its version

    from desktop.devices.settings_file import SettingsFile, settings_path  # noqa: PLC0415 - not where they are given

    reference = cache(lambda: _reference(folder))
    return Probes(
        folder=folder,
        log_folder=user_log_path(APP_NAME, appauthor=False),
        settings=settings if settings is not None else SettingsFile(settings_path()).read().settings,
        now=SystemClock().now,
        free_bytes=lambda place: shutil.disk_usage(place).free,
        store=keyring_store,
        sqlite=dbapi2.sqlite_version,
        installed=_installed(),
        last_backup=last_backup_at,
        procedures=lambda day: len(reference().catalogue.on(day).procedures),
        published=lambda: reference().publications,
        city=cache(lambda: ask_city(folder)),
        printers=printers,
        open_scanner=_open_scanner,
    )


def _reference(folder: Path) -> Reference:
    """Return the dated data as the program in a data folder has it; where the key is not at hand, the program's own."""
    if not (folder / DATABASE_NAME).exists():
        return load_reference()
    try:
        return load_reference(read_beside(folder, read_key(folder, store=keyring_store())))
    except AppError:
        return load_reference()


def ask_city(folder: Path) -> Reaching:
    """Ask the city a data folder has joined."""
    from desktop.wiring.city import joined_city, reach  # noqa: PLC0415 - heavy

    if not (folder / DATABASE_NAME).exists():
        return Reaching()
    try:
        city = joined_city(folder, keyring_store())
    except AppError as error:
        return Reaching(problem=error)
    return Reaching() if city is None else Reaching(city.address, reach(city))


def _installed() -> str:
    try:
        return version(APP_NAME)
    except PackageNotFoundError:
        return ""


def _open_scanner(port: str, baud: int) -> None:
    from desktop.devices.serial_scanner import open_port  # noqa: PLC0415 - most PCs have no such scanner

    open_port(port, baud).close()
