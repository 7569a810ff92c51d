"""An area that scrolls and never loses sight of the field one types into."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea


class FollowingArea(QScrollArea):
    """Keep the focus in sight when something above or below takes room away: a band, an error, a question."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll to the focus where it would be covered."""
        super().resizeEvent(event)
        inner, focused = self.widget(), self.focusWidget()
        is_lower = event.size().height() < event.oldSize().height()
        if is_lower and inner is not None and focused is not None and inner.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)
