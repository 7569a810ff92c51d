"""The help of the present screen, beside it."""

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.labels import text_label
from desktop.ui.words import tr

#: Shown where a screen has no text of its own.
GENERAL = "general"

_PANE_PX = 340


@lru_cache(maxsize=32)
def help_text(topic: str) -> str:
    """Return the help of a screen as Markdown; the general text when it has none.

    Args:
        topic: Key of the page.
    """
    folder = files("resources").joinpath("help")
    for name in (topic, GENERAL):
        entry = folder.joinpath(f"{name}.md")
        if entry.is_file():
            return entry.read_text("utf-8")
    return ""


class HelpPane(QFrame):
    """Show the help of a screen.

    Signals:
        closed(): The user has closed it.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        self._theme = theme
        self._topic = ""
        self.setProperty("class", "helppane")
        name_it(self, "helpPane", tr("Trợ giúp"))
        self.browser = QTextBrowser()
        self.browser.setProperty("class", "help")
        self.browser.setOpenLinks(False)
        name_it(self.browser, "helpText", tr("Nội dung trợ giúp"))
        close = IconButton(theme, "close", tr("Đóng trợ giúp (F1)"), name="closeHelpButton")
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, 0)
        head.addWidget(text_label(tr("Trợ giúp"), "section"), 1)
        head.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(head)
        column.addWidget(self.browser, 1)
        theme.changed.connect(self._draw)
        self.hide()

    @property
    def topic(self) -> str:
        """Return the screen whose help is shown."""
        return self._topic

    def show_topic(self, topic: str) -> None:
        """Show the help of a screen."""
        self._topic = topic
        self._draw()

    def sizeHint(self) -> QSize:
        """Be wide enough for a sentence, narrow enough for the page."""
        return QSize(_PANE_PX, super().sizeHint().height())

    def _draw(self) -> None:
        if self._topic:
            self.browser.document().setDefaultFont(self._theme.font())
            self.browser.setMarkdown(help_text(self._topic))
