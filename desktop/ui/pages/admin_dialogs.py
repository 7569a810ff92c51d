"""Dialogs of the page "Quản trị": the frame of a form, a question before an act, the one-time code."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.errors import AppError
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_sheet import code_sheet
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import LineEdit
from desktop.ui.widgets.labels import ErrorLine, Muted, text_label
from desktop.ui.words import tr

_QUESTION_PX: Final = (560, 240)
_CODE_PX: Final = 460
#: Below this width fields stand below one another.
_SIDE_BY_SIDE_PX: Final = 560
_COLUMNS: Final = 2


class CheckGrid(QWidget):
    """Hold check boxes in two columns, in one where room is short."""

    def __init__(self, boxes: Sequence[QCheckBox], *, name: str, title: str, parent: QWidget | None = None) -> None:
        """Take the boxes in their order.

        Args:
            boxes: They get this parent.
            name: Object name.
            title: What a screen reader says.
            parent: Parent widget.
        """
        super().__init__(parent)
        self._boxes = tuple(boxes)
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(0)
        name_it(self, name, title)
        self.set_columns(_COLUMNS)

    def set_columns(self, columns: int) -> None:
        """Lay the boxes out anew."""
        if columns == self._columns:
            return
        self._columns = columns
        for at, box in enumerate(self._boxes):
            self._grid.addWidget(box, at // columns, at % columns)


class FormDialog(StayingDialog):
    """Frame a form: title, error line, fields that scroll, two buttons; it stays open until the act is done.

    Attributes:
        fields: Layout of the fields.
        go: The button that does it (Ctrl+Enter).
    """

    def __init__(
        self,
        kit: Kit,
        *,
        name: str,
        title: str,
        verb: str,
        size_px: tuple[int, int],
        icon: str = "check",
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """Build the frame.

        Args:
            kit: The tools.
            name: Object name.
            title: What it is about.
            verb: What the button does.
            size_px: Wished width and height at 100 %; never larger than the screen.
            icon: Of the button.
            danger: The act takes something away.
            parent: The page.
        """
        super().__init__(parent)
        self.kit = kit
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        name_it(self, name, title)
        self._pairs: list[QBoxLayout] = []
        self._grids: list[CheckGrid] = []
        self._error = ErrorLine(kit.theme)
        self.go = ActionButton(
            kit.theme, verb, icon=icon, shortcut="Ctrl+Return", primary=not danger, danger=danger, name=f"{name}Go"
        )
        cancel = ActionButton(kit.theme, tr("Thôi"), name=f"{name}Cancel")
        cancel.clicked.connect(self.reject)
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        self.fields = QVBoxLayout(inner)
        self.fields.setContentsMargins(0, 0, SPACE_M, 0)
        self.fields.setSpacing(SPACE_M)
        self._area = scrolled(inner)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(title, "title", wraps=True))
        column.addWidget(self._error)
        column.addWidget(self._area, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.go)
        column.addLayout(buttons)
        room = self.screen().availableSize() - QSize(2 * SPACE_L, 2 * SPACE_L)
        self.resize(QSize(kit.theme.scaled(size_px[0]), kit.theme.scaled(size_px[1])).boundedTo(room))

    def add_pair(self, *fields: QWidget) -> None:
        """Put fields side by side, below one another where room is short."""
        pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        pair.setSpacing(SPACE_M)
        for field in fields:
            pair.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self._pairs.append(pair)
        self.fields.addLayout(pair)

    def add_grid(self, grid: CheckGrid) -> None:
        """Put check boxes below what is there."""
        self._grids.append(grid)
        self.fields.addWidget(grid)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give way where room is short."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < self.kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        for pair in self._pairs:
            pair.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)
        for grid in self._grids:
            grid.set_columns(1 if is_narrow else _COLUMNS)

    def show_error(self, text: str) -> None:
        """Show why it was refused; nothing typed is lost."""
        self._error.set_text(text)
        self.end_act()

    def error_text(self) -> str:
        """Return the error sentence, "" when there is none."""
        return self._error.text()

    def move_on(self) -> None:
        """Go to the next field and bring it into sight."""
        self.focusNextChild()
        focused = self.focusWidget()
        if focused is not None and self._area.isAncestorOf(focused):
            self._area.ensureWidgetVisible(focused)


class QuestionDialog(FormDialog):
    """Tell what an act will do before it is done.

    Signals:
        wanted(): The act is wanted.
    """

    wanted = Signal()

    def __init__(self, kit: Kit, title: str, told: tuple[str, ...], verb: str, parent: QWidget | None = None) -> None:
        """Take the words.

        Args:
            kit: The tools.
            title: What it is about.
            told: What will happen, one paragraph each.
            verb: What the button does.
            parent: The page.
        """
        super().__init__(
            kit, name="adminQuestion", title=title, verb=verb, size_px=_QUESTION_PX, danger=True, parent=parent
        )
        for text in told:
            self.fields.addWidget(text_label(text, wraps=True))
        self.fields.addStretch(1)
        self.go.clicked.connect(self._want)
        self.go.setFocus()

    def _want(self) -> None:
        self.begin_act(self.go)
        self.wanted.emit()


class CodeDialog(QDialog):
    """Show a one-time code, this once.

    Attributes:
        code: The line that shows it.
    """

    def __init__(
        self, kit: Kit, who: str, code: str, print_sheet: Callable[[bytes, str], str], parent: QWidget | None = None
    ) -> None:
        """Take the code.

        Args:
            kit: The tools.
            who: Name and login of the person.
            code: The code.
            print_sheet: Prints a PDF on lane io.
            parent: The page.
        """
        super().__init__(parent)
        self._kit, self._who, self._text, self._print_sheet = kit, who, code, print_sheet
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = tr("Mã đăng nhập một lần")
        self.setWindowTitle(title)
        name_it(self, "codeDialog", title)
        self.setMinimumWidth(min(kit.theme.scaled(_CODE_PX), self.screen().availableSize().width() - 2 * SPACE_L))
        self.code = LineEdit(kit.theme, name="oneTimeCode")
        name_it(self.code, "oneTimeCode", title, tr("Đọc, sao chép hoặc in mã này; đóng hộp là không xem lại được"))
        self.code.setText(code)
        self.code.setReadOnly(True)
        self.code.setProperty("class", "figure")
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said = Muted()
        self._copy = ActionButton(kit.theme, tr("Sao chép"), icon="copy", shortcut="Alt+C", name="copyCode")
        self._print = ActionButton(kit.theme, tr("In"), icon="print", shortcut="Ctrl+P", name="printCode")
        self._close = ActionButton(
            kit.theme, tr("Đã ghi lại"), icon="check", shortcut="Ctrl+Return", primary=True, name="closeCode"
        )
        self._copy.clicked.connect(self._copy_code)
        self._print.clicked.connect(self._print_code)
        self._close.clicked.connect(self.accept)
        self._build()
        self.code.selectAll()
        self._close.setFocus()

    def said(self) -> str:
        """Return what became of copying or printing."""
        return self._said.text()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(self.windowTitle(), "title", wraps=True))
        column.addWidget(text_label(self._who, "strong", wraps=True))
        column.addWidget(self.code)
        told = tr("Mã chỉ hiện một lần. Trao tận tay; lần đăng nhập đầu, người này đặt mật khẩu của mình.")
        column.addWidget(Muted(told))
        column.addWidget(self._said)
        buttons = QHBoxLayout()
        for button in (self._copy, self._print):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self._close)
        column.addLayout(buttons)

    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self._said.setText(tr("Đã sao chép. Khóa máy (F12) sẽ xóa mã khỏi bộ nhớ tạm."))

    def _print_code(self) -> None:
        sheet, title, print_sheet = code_sheet(self._who, self._text), self.windowTitle(), self._print_sheet
        self._print.setEnabled(False)
        self._kit.tasks.run("io", lambda: print_sheet(sheet, title), self._printed, self._not_printed, owner=self)

    def _printed(self, printer: str) -> None:
        self._print.setEnabled(True)
        self._said.setText(tr("Đã gửi tới máy in {printer}.", printer=printer))

    def _not_printed(self, error: AppError) -> None:
        self._print.setEnabled(True)
        self._said.setText(self._kit.words.error(error))
