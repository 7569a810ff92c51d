"""Load what the first paper needs before anybody waits for it."""

from reports.elements import fonts


def warm_up() -> None:
    """Load the typeface of the forms; everything else was imported with this package's modules.

    Threads: lane io.
    """
    fonts.loaded()
