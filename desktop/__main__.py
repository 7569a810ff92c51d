"""Start the program: the window on the short way, all else through the command line; imports nothing heavy."""

import sys

from desktop.app.start import start_window
from desktop.domain.errors import AppError


def main() -> int:
    """Open the window or run the command line, and return the exit code."""
    try:
        code = start_window(sys.argv[1:])
    except AppError as error:
        from desktop.cli.main import ended_by  # noqa: PLC0415 - only for its sentence

        return ended_by(error)
    if code is not None:
        return code
    from desktop.cli.main import run  # noqa: PLC0415 - nothing heavy before the arguments are known

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
