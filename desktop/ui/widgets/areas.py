"""An area that scrolls and never loses sight of the field one types into."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget


def move_into_sight(dialog: QWidget) -> None:
    """Lay a dialog over the middle of its window, wholly on its screen: it has grown since Qt placed it."""
    screen = dialog.screen().availableGeometry()
    place = dialog.frameGeometry()
    parent = dialog.parentWidget()
    place.moveCenter(parent.window().geometry().center() if parent is not None else screen.center())
    place.moveLeft(max(min(place.left(), screen.right() + 1 - place.width()), screen.left()))
    place.moveTop(max(min(place.top(), screen.bottom() + 1 - place.height()), screen.top()))
    dialog.move(place.topLeft())


class FollowingArea(QScrollArea):
    """Keep the focus in sight when something above or below takes room away: a band, an error, a question."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll to the focus where it would be covered."""
        super().resizeEvent(event)
        inner, focused = self.widget(), self.focusWidget()
        is_lower = event.size().height() < event.oldSize().height()
        if is_lower and inner is not None and focused is not None and inner.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)
