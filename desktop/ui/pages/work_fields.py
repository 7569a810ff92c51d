"""What the two acts of F6 that need no dialog ask for: the draft to submit, the place of the result."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.pages.work_offers import WorkAct
from desktop.ui.theme import Theme
from desktop.ui.tokens import SPACE_L, SPACE_S
from desktop.ui.widgets.fields import Field, LineEdit, field_row
from desktop.ui.widgets.file_field import FileField
from desktop.ui.words import tr


class WorkFields(QStackedWidget):
    """Show the fields of the act that leads on; hidden when it needs none.

    Attributes:
        draft: File of the draft result.
        word: What the leaders shall know.
        shelf: Where the result lies.
        note: What the counter shall know.

    Signals:
        passed(): Enter has gone through the fields.
    """

    passed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin hidden."""
        super().__init__(parent)
        hint = tr("Không bắt buộc nếu dự thảo nằm trên giấy")
        self.draft = FileField(theme, tr("Dự thảo kết quả"), hint, name="draftPath")
        self.word = LineEdit(theme, name="submitNote")
        self.shelf = LineEdit(theme, name="shelfPlace")
        self.note = LineEdit(theme, name="resultNote")
        self._edits = (self.draft.edit, self.word, self.shelf, self.note)
        self._code = ""
        self._kept: dict[str, tuple[str, ...]] = {}
        self.addWidget(self._submit_fields())
        self.addWidget(self._ready_fields())
        self.draft.entered.connect(self.word.setFocus)
        self.word.entered.connect(self.passed)
        self.shelf.entered.connect(self.note.setFocus)
        self.note.entered.connect(self.passed)
        self.hide()

    def show_for(self, act: WorkAct | None) -> None:
        """Show the fields of an act."""
        if act is WorkAct.SUBMIT:
            self.setCurrentIndex(0)
        elif act is WorkAct.READY:
            self.setCurrentIndex(1)
        self.setVisible(act in (WorkAct.SUBMIT, WorkAct.READY))

    def turn_to(self, code: str) -> None:
        """Show what was typed for a dossier before; what stands there is kept for its own."""
        if code == self._code:
            return
        self._kept[self._code] = tuple(edit.text() for edit in self._edits)
        self._code = code
        self._write(self._kept.pop(code, ()))

    def forget(self, code: str) -> None:
        """Drop what was typed for a dossier: its act is done."""
        self._kept.pop(code, None)
        if code == self._code:
            self._write(())

    def focus_first(self) -> bool:
        """Go to the first field; False when there is none."""
        if not self.isVisible():
            return False
        (self.shelf if self.currentIndex() else self.draft.edit).setFocus()
        return True

    def has_focus(self) -> bool:
        """Tell whether one types here."""
        return any(edit.hasFocus() for edit in self._edits)

    def _write(self, texts: tuple[str, ...]) -> None:
        for edit, text in zip(self._edits, texts or ("",) * len(self._edits), strict=True):
            edit.setText(text)
        self.draft.set_error("")

    def _submit_fields(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_S)
        column.setSpacing(SPACE_S)
        column.addWidget(self.draft)
        column.addWidget(Field(tr("Ý kiến khi trình"), self.word, name="submitNote"))
        return side

    def _ready_fields(self) -> QWidget:
        side = QWidget()
        row = field_row(
            Field(tr("Vị trí để kết quả"), self.shelf, tr("Ví dụ: Kệ B, ngăn 3"), name="shelfPlace"),
            Field(tr("Ghi chú"), self.note, tr("Người ở quầy sẽ đọc"), name="resultNote"),
        )
        row.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_S)
        side.setLayout(row)
        return side
