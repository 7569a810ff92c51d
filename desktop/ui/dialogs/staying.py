"""A dialog that stays until what it asked for is done: the outcome has to be told somewhere."""

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

if TYPE_CHECKING:
    from desktop.ui.pages.base import Scan


class StayingDialog(QDialog):
    """Stay while an act is under way, and give the keys back to where they were when it is refused.

    The lock screen hides it and brings it back to the same user, with everything typed.

    Attributes:
        comes_back: It may be seen again after the lock screen.
    """

    comes_back = True

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing under way."""
        super().__init__(parent)
        self._pressed: QPushButton | None = None
        self._was_at: QWidget | None = None

    @property
    def is_under_way(self) -> bool:
        """Tell whether an act has begun whose outcome is not known."""
        return self._pressed is not None

    def begin_act(self, button: QPushButton) -> None:
        """Note that an act is under way: its button cannot be pressed again, and nothing closes the dialog."""
        self._pressed, self._was_at = button, self.focusWidget()
        button.setEnabled(False)

    def end_act(self) -> None:
        """Note that the act was refused; a button that was switched off had lost the focus."""
        if self._pressed is None:
            return
        self._pressed.setEnabled(True)
        self._pressed = None
        if self._was_at is not None and shiboken6.isValid(self._was_at):
            self._was_at.setFocus(Qt.FocusReason.OtherFocusReason)

    def reject(self) -> None:
        """Close, but not while an act is under way."""
        if not self.is_under_way:
            super().reject()

    def take_scan(self, scan: "Scan") -> bool:  # noqa: ARG002 - for overriding
        """Take a scan; False where a scan means nothing."""
        return False
