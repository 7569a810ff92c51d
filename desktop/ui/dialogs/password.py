"""A password field with its eye and its word about Caps Lock."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_XS
from desktop.ui.widgets.buttons import IconButton
from desktop.ui.widgets.fields import LineEdit
from desktop.ui.words import tr


class PasswordEdit(QWidget):
    """Take a password; the eye shows it while it is pressed in."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        """Take the object name of the field."""
        super().__init__(parent)
        self.line = LineEdit(theme, name=name)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self._eye = IconButton(theme, "eye", tr("Hiện mật khẩu"), name=f"{name}Eye")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._show)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XS)
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """Return what is typed, unchanged."""
        return self.line.text()

    def clear(self) -> None:
        """Forget what is typed, also for undo."""
        self.line.clear()
        self._eye.setChecked(False)

    def _show(self, is_shown: bool) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Normal if is_shown else QLineEdit.EchoMode.Password)
