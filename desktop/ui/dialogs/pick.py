"""Ask for one of a few things: a title, a sentence, numbered choices, and a way out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import tr


class PickDialog(QDialog):
    """Pick by Alt+number or Enter. It goes away by itself.

    Signals:
        chosen(object): What the choice stands for.
    """

    chosen = Signal(object)

    def __init__(
        self,
        theme: Theme,
        title: str,
        hint: str,
        choices: Sequence[tuple[str, object]],
        *,
        names: tuple[str, str, str],
        parent: QWidget,
    ) -> None:
        """Offer the choices.

        Args:
            theme: The window's theme.
            title: What is asked.
            hint: What the person should know before.
            choices: Words and what they stand for; the first is proposed.
            names: Object names of the dialog, the picker and the way out.
            parent: The window.
        """
        super().__init__(parent)
        self._values = tuple(value for _, value in choices)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        name_it(self, names[0], title)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(title, "section", wraps=True))
        column.addWidget(Muted(hint))
        picker = ShortPicker(theme, name=names[1])
        picker.set_choices([Choice(str(place), text) for place, (text, _) in enumerate(choices)], "0")
        picker.picked.connect(self._pick)
        column.addWidget(picker)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = ActionButton(theme, tr("Thôi"), name=names[2])
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        column.addLayout(row)
        picker.setFocus()

    def _pick(self, key: str) -> None:
        self.chosen.emit(self._values[int(key)])
        self.accept()
