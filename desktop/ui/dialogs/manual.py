"""The manuals, with their pictures, opened at the place that belongs to the screen (Shift+F1)."""

from importlib.resources import files
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QImage, QTextBlock
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.theme import Theme, name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

CLERK: Final = "can-bo"
CHAIR: Final = "lanh-dao"
OFFICER: Final = "quan-tri"
BOOKS: Final = {
    CLERK: QT_TRANSLATE_NOOP(CONTEXT, "Cán bộ ở quầy"),
    CHAIR: QT_TRANSLATE_NOOP(CONTEXT, "Lãnh đạo"),
    OFFICER: QT_TRANSLATE_NOOP(CONTEXT, "Cán bộ công nghệ thông tin"),
}
#: Book and section of each page.
PLACES: Final = {
    "intake": (CLERK, "Tiếp nhận hồ sơ (F2)"),
    "dossiers": (CLERK, "Tìm hồ sơ (F4)"),
    "handover": (CLERK, "Bàn giao hồ sơ (F5)"),
    "work": (CLERK, "Giải quyết và trình ký (F6)"),
    "approval": (CHAIR, "Ký duyệt (F7)"),
    "return_result": (CLERK, "Trả kết quả (F8)"),
    "board": (CLERK, "Theo dõi hạn (F9)"),
    "online": (CLERK, "Hồ sơ trực tuyến"),
    "books": (CLERK, "Thu phí cuối ngày"),
    "sync": (CLERK, "Mất mạng, mất điện"),
    "admin": (OFFICER, "Tự kiểm tra máy"),
}
_START: Final = (CLERK, "Màn hình có gì")
_SIZE_PX: Final = (1_180, 720)
_MARGIN_PX: Final = 48


def manual_folder() -> Path:
    """Return where the manuals and their pictures lie."""
    return Path(str(files("resources").joinpath("manual")))


def manual_text(book: str) -> str:
    """Return a manual as Markdown."""
    return (manual_folder() / f"{book}.md").read_text("utf-8")


def sections(book: str) -> tuple[str, ...]:
    """Return the headings of a manual."""
    return tuple(line.removeprefix("## ") for line in manual_text(book).splitlines() if line.startswith("## "))


class ManualBrowser(QTextBrowser):
    """Show a manual with its pictures as wide as there is room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._theme = theme
        self._book = ""
        self.setOpenLinks(False)
        self.setProperty("class", "help")
        name_it(self, "manualText", tr("Nội dung sách"))

    def show_section(self, book: str, section: str) -> None:
        """Show a manual from a section on."""
        if book != self._book:
            self._book = book
            self.document().setDefaultFont(self._theme.font())
            self.setMarkdown(manual_text(book))
        block = self._block(section)
        if block is not None:
            top = self.document().documentLayout().blockBoundingRect(block).top()
            self.verticalScrollBar().setValue(int(top))

    def loadResource(self, kind: int, name: QUrl | str) -> object:  # noqa: N802 - Qt's name
        """Return a picture of the manuals, no wider than the text."""
        path = name.path() if isinstance(name, QUrl) else name
        picture = QImage(str(manual_folder() / path))
        if picture.isNull():
            return super().loadResource(kind, name)
        room = max(self.viewport().width() - _MARGIN_PX, 1)
        if picture.width() <= room:
            return picture
        return picture.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)

    def _block(self, section: str) -> QTextBlock | None:
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == section:
                return block
            block = block.next()
        return None


class ManualDialog(QDialog):
    """Show the manuals: the sections at the left, the text at the right.

    Signals:
        paper_wanted(str): The book in front is wanted as a PDF.
    """

    paper_wanted = Signal(str)

    def __init__(self, theme: Theme, page: str, parent: QWidget) -> None:
        """Open at a page's section; show it by ``open``.

        Args:
            theme: The look.
            page: Key of the page in front, "" for none.
            parent: The window.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Sách hướng dẫn"))
        name_it(self, "manualDialog", tr("Sách hướng dẫn"))
        self.browser = ManualBrowser(theme)
        heads = (Head(tr("Mục"), "Máy đầu tiên không có tệp", share=1),)
        tip = tr("Mũi tên: chọn mục; Esc: đóng")
        self.contents = ShortTable(theme, heads, name="manualContents", title=tr("Các mục"), tip=tip)
        paper = ActionButton(theme, tr("Mở bản để in"), icon="print", shortcut="Ctrl+P", name="printManualButton")
        paper.clicked.connect(self._want_paper)
        close = ActionButton(theme, tr("Đóng"), name="closeManualButton")
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(paper)
        buttons.addWidget(close)
        panes = QHBoxLayout()
        panes.addWidget(self.contents, 2)
        panes.addWidget(self.browser, 5)
        column = QVBoxLayout(self)
        column.addLayout(panes, 1)
        column.addLayout(buttons)
        room = parent.size()
        self.resize(min(theme.scaled(_SIZE_PX[0]), room.width()), min(theme.scaled(_SIZE_PX[1]), room.height()))
        book, section = PLACES.get(page, _START)
        self.contents.set_lines(_lines(), f"{book}/{section}")
        self.contents.moved.connect(self._show)
        self.contents.setFocus()

    def showEvent(self, event: object) -> None:
        """Show the section once the width of the text is known."""
        super().showEvent(event)  # type: ignore[arg-type]  # Qt's own event
        self._show(self.contents.current_key())

    def _want_paper(self) -> None:
        self.paper_wanted.emit(self.contents.current_key().partition("/")[0])

    def _show(self, key: str) -> None:
        book, _, section = key.partition("/")
        if book in BOOKS:
            self.browser.show_section(book, section)


def _lines() -> list[Line]:
    lines = []
    for book, title in BOOKS.items():
        lines += [Line(f"{book}/{section}", (Cell(f"{tr(title)}: {section}"),)) for section in sections(book)]
    return lines
