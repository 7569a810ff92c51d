"""What program this is, which version, and under which licences its parts stand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from desktop.ui.help_pane import help_text
from desktop.ui.theme import Theme, name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_WIDTH_PX = 560
_HEIGHT_PX = 420


class AboutBox(QDialog):
    """Show name, version and licences."""

    def __init__(self, theme: Theme, version: str, parent: QWidget) -> None:
        """Take the version; show it by ``open``."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Giới thiệu"))
        name_it(self, "aboutBox", tr("Giới thiệu"))
        text = QTextBrowser()
        text.setProperty("class", "help")
        text.setOpenLinks(False)
        text.document().setDefaultFont(theme.font())
        text.setMarkdown(help_text("about"))
        name_it(text, "licenceText", tr("Giấy phép của các thành phần"))
        close = ActionButton(theme, tr("Đóng"), name="closeAboutButton")
        close.clicked.connect(self.close)
        column = QVBoxLayout(self)
        column.addWidget(text_label(tr("Một Cửa"), "figure"))
        column.addWidget(Muted(tr("Phiên bản {version}", version=version)))
        column.addWidget(text, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        room = parent.size()
        self.resize(min(theme.scaled(_WIDTH_PX), room.width()), min(theme.scaled(_HEIGHT_PX), room.height()))
        close.setFocus()
