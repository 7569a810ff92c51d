"""Start the program: arguments, crash handler; imports nothing heavy."""

import sys


def main() -> int:
    """Run the command line and return the exit code."""
    from desktop.cli.main import run  # noqa: PLC0415 - nothing heavy before the arguments are known

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
