"""The short way from the double click to the log-in box: past the command line, which takes longer than the window.

``motcua`` and ``motcua --data FOLDER`` are all that people start a window with; everything else is read by the command
line. Logging begins on lane db, after the first paint and before the database is opened.
"""

import os
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

APP_NAME = "motcua"
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def start_window(arguments: Sequence[str]) -> int | None:
    """Open the window when these arguments ask for nothing else.

    Args:
        arguments: What stands behind the program's name.

    Returns:
        Exit code; None when the command line has to read the arguments: nothing was done then.
    """
    folder = data_folder_of(arguments)
    if folder is None or not _has_screen():
        return None
    from desktop.app import open_window  # noqa: PLC0415 - only when a window is wanted

    return open_window(folder, begin_work=_start_logging)


def data_folder_of(arguments: Sequence[str]) -> Path | None:
    """Return the data folder of arguments that ask for a window only, None for any others."""
    match tuple(arguments):
        case ():
            from platformdirs import user_data_path  # noqa: PLC0415 - only needed here

            return user_data_path(APP_NAME, appauthor=False)
        case ("--data", folder) if folder and not folder.startswith("-"):
            return Path(folder).absolute()
        case (word,) if word.startswith("--data="):
            folder = word.removeprefix("--data=")
            return Path(folder).absolute() if folder else None
    return None


def _has_screen() -> bool:
    """Tell whether a window can be shown; on Windows and macOS there is always a screen."""
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in _SCREENS)


@cache
def _start_logging() -> None:
    """Begin the technical log, once. Threads: lane db."""
    from platformdirs import user_log_path  # noqa: PLC0415 - after the first paint

    from desktop.devices.log_files import start_logging  # noqa: PLC0415 - the same

    start_logging(user_log_path(APP_NAME, appauthor=False))
