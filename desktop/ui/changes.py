"""The one signal of the program: what a committed use case changed, and who did it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from desktop.services.changes import Changes


class ChangeHub(QObject):
    """Tell every view what a committed use case changed.

    Signals:
        changed(object, object): The Changes and the initiator: the page that acted, None for sync. A view may skip its
            own change.
    """

    changed = Signal(object, object)

    def publish(self, changes: "Changes", initiator: object = None) -> None:
        """Announce changes after their commit.

        Args:
            changes: What the use case changed.
            initiator: The page that acted; None for sync.
        """
        self.changed.emit(changes, initiator)
