"""What the program tells the user: success in the status line, trouble in the message bar; never a modal box."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Notice:
    """State one trouble.

    Attributes:
        text: One sentence: what happened and what to do.
        retry: Called by the button "Thử lại"; None shows no such button.
    """

    text: str
    retry: Callable[[], None] | None = None


class Notices(QObject):
    """Carry what pages say to the window.

    Signals:
        said(str): Success or state, for the status line.
        failed(object): A Notice for the message bar.
        cleared(): The trouble is over.
    """

    said = Signal(str)
    failed = Signal(object)
    cleared = Signal()

    def say(self, text: str) -> None:
        """Tell success in the status line."""
        self.said.emit(text)

    def fail(self, text: str, retry: Callable[[], None] | None = None) -> None:
        """Tell trouble in the message bar, with a way to try again."""
        self.failed.emit(Notice(text, retry))

    def clear(self) -> None:
        """Take the message bar away."""
        self.cleared.emit()
