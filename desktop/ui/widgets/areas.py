"""Areas that scroll without a frame and without taking the keys; one never loses sight of the field one types into."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget


def move_into_sight(dialog: QWidget) -> None:
    """Lay a dialog over the middle of its window, wholly on its screen: it has grown since Qt placed it."""
    screen = dialog.screen().availableGeometry()
    place = dialog.frameGeometry()
    parent = dialog.parentWidget()
    place.moveCenter(parent.window().geometry().center() if parent is not None else screen.center())
    place.moveLeft(max(min(place.left(), screen.right() + 1 - place.width()), screen.left()))
    place.moveTop(max(min(place.top(), screen.bottom() + 1 - place.height()), screen.top()))
    dialog.move(place.topLeft())


def tune(area: QScrollArea, inner: QWidget, name: str = "", *, scrolls_across: bool = False) -> None:
    """Let an area scroll what is in it, down only unless it may go across, without a frame or the focus."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if not scrolls_across:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setObjectName(name)
    area.setWidget(inner)


def scrolled(inner: QWidget, name: str = "", *, scrolls_across: bool = False) -> QScrollArea:
    """Return an area that scrolls what is given; see :func:`tune`."""
    area = QScrollArea()
    tune(area, inner, name, scrolls_across=scrolls_across)
    return area


class FollowingArea(QScrollArea):
    """Keep the focus in sight when something above or below takes room away: a band, an error, a question."""

    def __init__(self, inner: QWidget, name: str = "", *, scrolls_across: bool = False) -> None:
        """Scroll what is given; see :func:`tune`."""
        super().__init__()
        tune(self, inner, name, scrolls_across=scrolls_across)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Scroll to the focus where it would be covered."""
        super().resizeEvent(event)
        inner, focused = self.widget(), self.focusWidget()
        is_lower = event.size().height() < event.oldSize().height()
        if is_lower and inner is not None and focused is not None and inner.isAncestorOf(focused):
            self.ensureWidgetVisible(focused)
