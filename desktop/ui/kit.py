"""What every page needs besides its services, handed over in ``__init__``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desktop.ui.changes import ChangeHub
from desktop.ui.notices import Notices
from desktop.ui.sounds import Sounds
from desktop.ui.tasks import Tasks
from desktop.ui.theme import Theme
from desktop.ui.words import Words


@dataclass(frozen=True, slots=True)
class Kit:
    """Hold the tools of a page.

    Attributes:
        theme: Colours, icons and text size.
        tasks: The lanes.
        changes: The one signal of what changed.
        words: Sentences for errors.
        notices: The status line and the message bar.
        sounds: The beeps of a scan.
        now: The injected clock: aware local time (Asia/Ho_Chi_Minh).
    """

    theme: Theme
    tasks: Tasks
    changes: ChangeHub
    words: Words
    notices: Notices
    sounds: Sounds
    now: Callable[[], datetime]
