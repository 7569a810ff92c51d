"""What the side "Cập nhật" needs from outside the window: what is installed, what waits on a medium, and doing it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Installation:
    """State what is installed on this PC.

    Attributes:
        running: This very version.
        installed: The version that starts next; "" when this program was not installed by a package.
        previous: The one a person can go back to, "" for none.
        standing: ``in_use``, ``proven``, ``waiting``, ``postponed`` or ``returned`` (devices/trial.py).
        may_change: Whoever sits here may write into the program's folder.
        place: Where this installation looks for releases, "" for nowhere.
    """

    running: str
    installed: str = ""
    previous: str = ""
    standing: str = "in_use"
    may_change: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """State a release that this PC may take; its signature is good.

    Attributes:
        version: Three numbers.
        released_on: Day of the release, as shown.
        expires_on: Last day it may be installed, as shown.
        size_mb: How large it is.
        note: What is new.
        place: Where it was found.
        command: What an administrator of the PC types to install it.
    """

    version: str
    released_on: str
    expires_on: str
    size_mb: int
    note: str
    place: str
    command: str


@dataclass(slots=True)
class Progress:
    """Carry the step that is going on from lane io to whoever looks.

    Attributes:
        step: ``fetch``, ``check``, ``unpack``, ``self_test`` or ``switch``.
        have_mb: How much was fetched.
    """

    step: str = ""
    have_mb: int = 0


@dataclass(frozen=True, slots=True)
class Updater:
    """Update the program of this PC. Threads: every call lane io.

    Attributes:
        look: Says what is installed.
        find: Looks at a place, or where media and the installation have theirs when it is ""; None for nothing newer.
        install: Installs what was found and returns its version.
        go_back: Takes the whole PC back to the version before and returns that.
    """

    look: Callable[[], Installation]
    find: Callable[[str], Found | None]
    install: Callable[[Found, Progress], str]
    go_back: Callable[[], str]
