"""Attach a paper of a dossier: a scan, a photo, a letter."""

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from desktop.domain.dossiers import Dossier
from desktop.ui.dialogs.act import ActDialog, about_dossier
from desktop.ui.theme import Theme
from desktop.ui.widgets.file_field import FileField
from desktop.ui.words import tr


@dataclass(frozen=True, slots=True)
class AttachForm:
    """Name a file and what people call it.

    Attributes:
        title: "" for the file's own name.
    """

    path: str
    title: str


class AttachDialog(ActDialog):
    """Choose a file; it is read and checked before anything is kept. Emits an AttachForm."""

    def __init__(self, theme: Theme, dossier: Dossier) -> None:
        """Begin without a file."""
        about = about_dossier(dossier.code, dossier.owner.name, dossier.procedure.name)
        super().__init__(theme, tr("Đính kèm giấy tờ"), tr("Đính kèm"), name="attach", icon="plus", about=about)
        self._file = FileField(theme, tr("Tệp"), tr("PDF, PNG hoặc JPEG, tối đa 20 MB"), name="attachPath")
        self.column.addWidget(self._file)
        self._title = self.add_line(tr("Tên giấy tờ"), hint=tr("Để trống: lấy tên tệp"), name="attachTitle")
        self._file.entered.connect(self._title.setFocus)

    def first(self) -> QWidget:
        """Begin with the path."""
        return self._file.edit

    def command(self) -> AttachForm | None:
        """Return the file."""
        if not self._file.path():
            self._file.set_error(tr("Chọn tệp bằng Ctrl+O, hoặc gõ đường dẫn."))
            return None
        return AttachForm(self._file.path(), self._title.value())
