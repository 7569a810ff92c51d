"""Ask on which paper a receipt is printed again."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.units import PAPERS
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import CONTEXT, QT_TRANSLATE_NOOP, tr

#: How people call the papers a receipt can be printed on.
PAPER_WORDS: Final[Mapping[str, str]] = {
    "A5": QT_TRANSLATE_NOOP(CONTEXT, "A5"),
    "A4": QT_TRANSLATE_NOOP(CONTEXT, "A4"),
    "A4x2": QT_TRANSLATE_NOOP(CONTEXT, "A4, hai liên trên một tờ"),
    "80mm": QT_TRANSLATE_NOOP(CONTEXT, "Giấy cuộn 80 mm"),
}


class PaperDialog(QDialog):
    """Pick a paper by Alt+1 … Alt+4 or Enter.

    Signals:
        chosen(str): Name of the paper.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, code: str, usual: str, parent: QWidget | None = None) -> None:
        """Offer the papers.

        Args:
            theme: The look.
            code: The dossier's code, to be read once more.
            usual: Paper of the unit, offered first.
            parent: The page.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("In lại giấy hẹn"))
        name_it(self, "paperDialog", tr("In lại giấy hẹn"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(tr("In lại giấy hẹn {code}", code=code), "section"))
        column.addWidget(Muted(tr("Bản in lại ghi rõ «IN LẠI LẦN n». Chọn khổ giấy:")))
        self._picker = ShortPicker(theme, name="paper")
        order = sorted(PAPERS, key=lambda paper: paper != usual)
        self._picker.set_choices([Choice(paper, tr(PAPER_WORDS[paper])) for paper in order], order[0])
        self._picker.picked.connect(self._pick)
        column.addWidget(self._picker)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = ActionButton(theme, tr("Thôi"), name="paperCancel")
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        column.addLayout(row)
        self._picker.setFocus()

    def _pick(self, paper: str) -> None:
        self.chosen.emit(paper)
        self.accept()
