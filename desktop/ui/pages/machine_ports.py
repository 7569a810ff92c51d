"""What the side "Máy này" needs from outside the window: self-check, test page, technical log, support bundle."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckLine:
    """State one check's outcome.

    Attributes:
        code: Stable English identifier.
        state: ``ok``, ``warning`` or ``fault``.
        finding: What was seen.
        remedy: What to do; "" when nothing.
    """

    code: str
    state: str
    finding: str
    remedy: str


@dataclass(frozen=True, slots=True)
class BundleText:
    """Hold one file of the support bundle, as it will be written."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Hold one line of the technical log."""

    at: str
    level: str
    source: str
    message: str
    facts: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Look after this PC. Threads: every call lane io.

    Attributes:
        check: Runs the self-check; half a minute where a printer is dead.
        print_test: Prints the test page and returns the printer's name.
        test_code: What the scanner says when it reads the test page.
        log: Returns the newest lines of the technical log, newest first.
        bundle: Returns what the support bundle would hold.
        write_bundle: Writes these texts into a file and returns its size in bytes.
    """

    check: Callable[[], Sequence[CheckLine]]
    print_test: Callable[[], str]
    test_code: str
    log: Callable[[], Sequence[LogEntry]]
    bundle: Callable[[], Sequence[BundleText]]
    write_bundle: Callable[[Sequence[BundleText], str], int]
