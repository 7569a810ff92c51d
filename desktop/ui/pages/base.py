"""What every page is: a title, a body that scrolls, a row of buttons, one error line, and answers to the shell."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.errors import AppError
from desktop.ui.kit import Kit
from desktop.ui.tasks import Lane, Task
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from desktop.ui.widgets.areas import FollowingArea
from desktop.ui.widgets.heads import PageHead
from desktop.ui.widgets.labels import EmptyState, ErrorLine

if TYPE_CHECKING:
    from desktop.services.changes import Changes, Kind

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scan:
    """Hold what a scanner read.

    Attributes:
        text: The characters without control characters.
        reading: What the injected reader of scans made of it (our code, an ID card, …); None when nothing.
    """

    text: str
    reading: object = None


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """Carry what was typed into the scan-and-search box; a page takes it by ``open_item``.

    Attributes:
        text: NFC, without spaces around it.
    """

    text: str


@dataclass(frozen=True, slots=True)
class ShortcutHint:
    """Tell one key of a page for the overlay.

    Attributes:
        keys: As Qt writes them: ``Ctrl+Return``.
        text: What it does, a verb.
    """

    keys: str
    text: str


class Page(QWidget):
    """Be one page of the window.

    Attributes:
        key: English name, also of its help text.
        title: Vietnamese name.
        kit: The tools.
        body: Layout of the part that scrolls.
        footer: Layout of the buttons; hidden while empty.
        reads_after: Kinds of changes after which the page reads again.

    Signals:
        page_wanted(str, object): Asks for another page, with something to open there.
    """

    page_wanted = Signal(str, object)
    reads_after: "ClassVar[frozenset[Kind]]" = frozenset()

    def __init__(self, kit: Kit, *, key: str, title: str, scrolls: bool = True, parent: QWidget | None = None) -> None:
        """Build the frame.

        Args:
            kit: The tools.
            key: English name: ``intake``.
            title: Vietnamese name: "Tiếp nhận".
            scrolls: The body scrolls as a whole; False for a page whose lists scroll themselves.
            parent: Parent widget.
        """
        super().__init__(parent)
        self.kit = kit
        self.key = key
        self.title = title
        self._is_stale = True
        self.setProperty("class", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name_it(self, f"{key}Page", title)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_head())
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_body(scrolls=scrolls))
        column.addWidget(self._stack, 1)
        self._footer_frame = QFrame()
        self._footer_frame.setProperty("class", "footer")
        self.footer = _FooterRow(self._footer_frame)
        self._footer_frame.hide()
        column.addWidget(self._footer_frame)
        self._empty: EmptyState | None = None
        kit.changes.changed.connect(self._hear_changes)

    def set_subtitle(self, text: str, of: QWidget | None = None) -> None:
        """Write one line beside the title.

        Args:
            text: The line.
            of: The part of the page it is about; what comes late of a part that is not in front is not written.
        """
        if of is None or of.isVisibleTo(self):
            self._subtitle.setText(text)

    def show_error(self, text: str) -> None:
        """Show an error sentence at the top of the page; nothing typed is lost."""
        self._error.set_text(text)

    def clear_error(self) -> None:
        """Take the error sentence away."""
        self._error.set_text("")

    def error_text(self) -> str:
        """Return the error sentence shown, "" when there is none."""
        return self._error.text()

    def show_empty(self, empty: EmptyState | None) -> None:
        """Show an empty state in place of the body; None shows the body again."""
        if self._empty is not None:
            self._stack.removeWidget(self._empty)
            self._empty.deleteLater()
        self._empty = empty
        if empty is not None:
            self._stack.addWidget(empty)
            self._stack.setCurrentWidget(empty)
        else:
            self._stack.setCurrentIndex(0)

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        on_done: Callable[[T], None],
        on_error: Callable[[AppError], None] | None = None,
        *,
        latest: str | None = None,
    ) -> Task:
        """Run work on a lane; an AppError becomes the error sentence of the page unless ``on_error`` is given."""
        return self.kit.tasks.run(lane, work, on_done, on_error or self.fail, owner=self, latest=latest)

    def fail(self, error: AppError) -> None:
        """Show the sentence of an error."""
        self.show_error(self.kit.words.error(error))

    # Answers to the shell; a page overrides what concerns it.

    def handle_scan(self, scan: Scan) -> bool:  # noqa: ARG002 - for overriding
        """Take a scan; False lets the shell go on with it."""
        return False

    def shown(self) -> None:
        """Set the focus and load what is needed, each time the page comes to the front."""

    def can_leave(self) -> bool:
        """Tell whether the shell may go to another page; typed text must be kept, so this is nearly always True."""
        return True

    def go_back(self) -> bool:
        """Go one step back inside the page (Esc); False when there is none."""
        return False

    def open_item(self, item: object) -> bool:  # noqa: ARG002 - for overriding
        """Open what another page or a scan points at; False when this page cannot."""
        return False

    def reload(self) -> None:
        """Read again what is shown."""
        self._is_stale = False

    def reload_if_stale(self) -> None:
        """Read what was never read, or has changed while the page was out of sight."""
        if self._is_stale:
            self.reload()

    def on_changes(self, changes: "Changes", initiator: object) -> None:  # noqa: ARG002 - for overriding
        """Read again after an act that concerns the page, out of sight once it is seen again.

        The page's own acts come too, with itself as initiator.
        """
        if not (self.reads_after and changes.kinds & self.reads_after):
            return
        if self.isVisible():
            self.reload()
        else:
            self._is_stale = True

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys of this page for the overlay."""
        return ()

    def _hear_changes(self, changes: object, initiator: object) -> None:
        self.on_changes(changes, initiator)  # type: ignore[arg-type] # Signal(object) carries Changes

    def _build_head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_S)
        head.setSpacing(SPACE_S)
        named = PageHead(self.title)
        self._subtitle = named.subtitle
        head.addWidget(named)
        self._error = ErrorLine(self.kit.theme)
        head.addWidget(self._error)
        return head

    def _build_body(self, *, scrolls: bool) -> QWidget:
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_L)
        self.body.setSpacing(SPACE_M)
        return FollowingArea(inner, scrolls_across=True) if scrolls else inner


class _FooterRow(QHBoxLayout):
    """Hold the buttons below a page and show their frame with the first of them."""

    def __init__(self, frame: QFrame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_S)
        self.setSpacing(SPACE_S)

    def addWidget(  # type: ignore[override] # noqa: N802 - Qt's name; PySide's stub lists overloads
        self,
        widget: QWidget,
        stretch: int = 0,
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag(0),  # noqa: B008 - Qt's default
    ) -> None:
        """Add a button."""
        super().addWidget(widget, stretch, alignment)
        self._frame.show()


@dataclass(frozen=True, slots=True)
class PageSpec:
    """Announce a page to the shell; the page itself is made when it is first wanted.

    Attributes:
        key: English name: ``intake``.
        name_id: Object name of its rail item: ``railIntake``.
        title: Vietnamese name: "Tiếp nhận".
        icon: Name of its icon.
        shortcut: ``F2``; "" when it has none.
        factory: Makes the page.
        allowed: Tells whether a user with these roles may see it.
    """

    key: str
    name_id: str
    title: str
    icon: str
    shortcut: str
    factory: Callable[[Kit], Page]
    allowed: Callable[[Sequence[str]], bool]
