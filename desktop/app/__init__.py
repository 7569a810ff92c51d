"""The window: adds ``ui`` to what ``wiring`` builds."""

import gc
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from desktop.services.witnessing import Witness
    from desktop.ui.dialogs.recover import Recoverer

__all__ = ["is_enrolling", "open_window", "under_way"]

DATABASE_NAME = "motcua.db"
TRAINING_KEY = "training.key"
#: As :mod:`desktop.wiring.enrolling` names them; imported from there they would cost every start.
KEYS_NAME = "keys.toml"
#: As :mod:`desktop.storage.key_change` names the change that was asked for.
NEXT_KEY_NAME = "keys.next.toml"
JOINING = b"ghi-danh"


def open_window(folder: Path, *, begin_work: Callable[[], None] | None = None) -> int:
    """Open the window on a data folder and run until it is closed.

    Args:
        folder: Data folder, absolute.
        begin_work: Called on lane db after the first paint, before the database is opened.

    Returns:
        Exit code.
    """
    # What is imported now stays: looking through it for garbage again and again costs a tenth of the start. The
    # window collects by itself once it is furnished.
    gc.disable()
    from PySide6.QtCore import QSettings  # noqa: PLC0415 - Qt only when a window is wanted
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415 - the same

    from desktop.app.seat import Seat, open_folder  # noqa: PLC0415 - the same
    from desktop.app.window import LatePrinters, Window  # noqa: PLC0415 - the same
    from desktop.devices.settings_file import SettingsFile, settings_path  # noqa: PLC0415 - the same
    from desktop.ui.words import tr  # noqa: PLC0415 - the same

    app = QApplication(sys.argv[:1])
    app.setApplicationName("motcua")
    app.setApplicationDisplayName(tr("Một Cửa"))
    app.setOrganizationName("motcua")
    if not (folder / DATABASE_NAME).exists() or is_enrolling(folder):
        from desktop.app.first_start import dress, set_up  # noqa: PLC0415 - once in a PC's life

        dress(app, SettingsFile(settings_path()))
        if not set_up(folder):
            return 3
    window = Window(
        app,
        Seat(open_folder(folder, begin_work)),
        papers_folder=Path.home(),
        printers=LatePrinters(),
        is_training=(folder / TRAINING_KEY).exists(),
        settings=QSettings(),
        settings_file=SettingsFile(settings_path()),
    )
    window.recoverer = partial(recoverer_of, folder)
    window.shell.login.tell_under_way(under_way(folder))
    window.show()
    return app.exec()


def recoverer_of(folder: Path) -> "Recoverer":
    """Return what recovers the data of a folder from its copies."""
    from desktop.ui.dialogs.recover import Recoverer, RecoveryTold  # noqa: PLC0415 - hardly ever needed
    from desktop.wiring.recovering import recovering  # noqa: PLC0415 - the same

    place, recover = recovering(folder)

    def told(where: str, recovery_key: str, people: "Sequence[Witness]") -> RecoveryTold:
        done = recover(where, recovery_key, people)
        found = done.found
        return RecoveryTold(str(found.aside), str(done.listed), found.rebuilt.safe_until, found.lost, found.is_clean)

    return Recoverer(place, told, asks_people=not (folder / TRAINING_KEY).exists())


def under_way(folder: Path) -> str:
    """Return what opening a folder's data takes so long for this time, "" for nothing; one look at the disk."""
    from desktop.ui.words import tr  # noqa: PLC0415 - Qt only when a window is wanted

    if not (folder / NEXT_KEY_NAME).exists():
        return ""
    return tr("Lần mở này máy đổi khóa mã hóa dữ liệu như đã yêu cầu. Có thể mất vài phút, đừng tắt máy.")


def is_enrolling(folder: Path) -> bool:
    """Tell whether a folder's enrolment at the city was cut before its codes were shown."""
    try:
        return JOINING in (folder / KEYS_NAME).read_bytes()
    except OSError:
        return False
