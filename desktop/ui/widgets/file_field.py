"""A field for a file of this PC: a path that can be typed, pasted or chosen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.words import tr


class FileField(QWidget):
    """Take the path of a PDF or a picture.

    Attributes:
        edit: The path as typed.
        field: Its label and hint.

    Signals:
        entered(): Enter was pressed in the path.
        changed(): Another path stands there.
    """

    entered = Signal()
    changed = Signal()

    def __init__(self, theme: Theme, label: str, hint: str = "", *, keys: str = "Ctrl+O", name: str) -> None:
        """Take the words.

        Args:
            theme: The look.
            label: What the file is.
            hint: Stands below.
            keys: Opens the choice of files.
            name: Object name of the path.
        """
        super().__init__()
        self.edit = LineEdit(theme, tr("Đường dẫn tệp PDF, PNG hoặc JPEG"), name=name)
        self._choose = ActionButton(theme, tr("Chọn tệp"), icon="pdf", shortcut=keys, name=f"{name}Choose")
        self._choose.clicked.connect(self.choose)
        line = QWidget()
        line.setFocusProxy(self.edit)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self.edit, 1)
        row.addWidget(self._choose)
        self.field = Field(label, line, hint, name=f"{name}Line")
        self.field.setFocusProxy(self.edit)
        self.field.label.setBuddy(self.edit)
        self.edit.setAccessibleName(label)
        column = QHBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.field)
        self.setFocusProxy(self.edit)
        self.edit.entered.connect(self.entered)
        self.edit.textChanged.connect(self._edited)

    def path(self) -> str:
        """Return the path as typed, "" for none."""
        return self.edit.value()

    def clear(self) -> None:
        """Choose no file."""
        self.edit.clear()
        self.field.set_error("")

    def set_error(self, text: str) -> None:
        """Say what is wrong with the file; what was typed stays."""
        self.field.set_error(text)
        if text:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self) -> None:
        """Let the user choose a file."""
        dialog = QFileDialog(self, tr("Chọn tệp"), "", tr("PDF và ảnh") + " (*.pdf *.png *.jpg *.jpeg)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()

    def _edited(self) -> None:
        self.field.set_error("")
        self.changed.emit()
