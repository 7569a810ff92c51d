"""The technical log, and the support bundle as it will be written: looked at first, written afterwards."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.models.short_table import Cell, Head, Line, ShortTable
from desktop.ui.pages.machine_ports import BundleText, LogEntry
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

_WIDTH_PX: Final = 1000
_HEIGHT_PX: Final = 600
_LEVELS: Final = {"warning": Role.SOON, "error": Role.LATE, "critical": Role.LATE}
#: More text than a person reads; the file holds all of it.
_SHOWN_CHARACTERS: Final = 400_000


class LogDialog(QDialog):
    """Show the newest lines of the technical log, newest first."""

    def __init__(self, theme: Theme, entries: Sequence[LogEntry], parent: QWidget) -> None:
        """Take the lines; show it by ``open``."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Nhật ký kỹ thuật"))
        name_it(self, "logDialog", tr("Nhật ký kỹ thuật"))
        heads = (
            Head(tr("Lúc"), "2026-11-23T09:00:00+0700"),
            Head(tr("Mức"), "warning"),
            Head(tr("Việc"), "settings were not saved", share=2),
            Head(tr("Chi tiết"), '{"code": "disk_full"}', share=3),
            Head(tr("Phần"), "desktop.services.receive", give_up=1),
        )
        self.table = ShortTable(
            theme, heads, name="logTable", title=tr("Các dòng nhật ký"), tip=tr("Mũi tên: xem từng dòng; Esc: đóng")
        )
        self.table.set_lines([_line(at, entry) for at, entry in enumerate(entries)])
        close = ActionButton(theme, tr("Đóng"), name="closeLogButton")
        close.clicked.connect(self.close)
        told = tr(
            "{n} dòng mới nhất, dòng mới đứng trên. Nhật ký không ghi tên, số giấy tờ của công dân.", n=len(entries)
        )
        column = QVBoxLayout(self)
        column.addWidget(Muted(told))
        column.addWidget(self.table, 1)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        _resize(self, theme, parent)
        self.table.setFocus()


class SupportDialog(QDialog):
    """Show every file of the support bundle with its content, then let it be written.

    Signals:
        write_wanted(object, str): The texts that were shown, and the path of the file.
    """

    write_wanted = Signal(object, str)

    def __init__(self, theme: Theme, texts: Sequence[BundleText], parent: QWidget) -> None:
        """Take the texts; show it by ``open``."""
        super().__init__(parent)
        self._texts = tuple(texts)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Gói hỗ trợ"))
        name_it(self, "supportDialog", tr("Gói hỗ trợ"))
        heads = (
            Head(tr("Tệp trong gói"), "may-va-chuong-trinh.json", share=1),
            Head(tr("Cỡ"), "1000 KB", is_number=True),
        )
        tip = tr("Mũi tên: xem nội dung từng tệp")
        self.names = ShortTable(theme, heads, name="bundleNames", title=tr("Các tệp trong gói"), tip=tip)
        self.content = QPlainTextEdit(readOnly=True)
        name_it(self.content, "bundleContent", tr("Nội dung tệp đang chọn"))
        self.target = LineEdit(theme, name="bundleFile")
        self.target.setText((Path.home() / "goi-ho-tro.zip").as_posix())
        self._write = ActionButton(theme, tr("Ghi gói"), icon="copy", shortcut="Ctrl+Return", name="writeBundle")
        close = ActionButton(theme, tr("Đóng, không ghi"), name="closeBundleButton")
        close.clicked.connect(self.close)
        self._write.clicked.connect(self._want_write)
        self.names.moved.connect(self._show)
        panes = QHBoxLayout()
        panes.setSpacing(SPACE_M)
        panes.addWidget(self.names, 2)
        panes.addWidget(self.content, 3)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self._write)
        column = QVBoxLayout(self)
        told = tr("Gói chỉ có những gì thấy ở đây. Dấu … là chỗ đã bỏ. Không có dữ liệu của công dân.")
        column.addWidget(Muted(told))
        column.addLayout(panes, 1)
        column.addWidget(Field(tr("Ghi vào"), self.target, name="bundleFile"))
        column.addLayout(buttons)
        self.names.set_lines([_name_line(each) for each in self._texts])
        self._show(self.names.current_key())
        _resize(self, theme, parent)
        self.names.setFocus()

    def _show(self, name: str) -> None:
        text = next((each.text for each in self._texts if each.name == name), "")
        self.content.setPlainText(text[:_SHOWN_CHARACTERS])

    def _want_write(self) -> None:
        if not self.target.value():
            self.target.setFocus()
            return
        self.write_wanted.emit(self._texts, self.target.value())
        self.close()


def _line(at: int, entry: LogEntry) -> Line:
    role = _LEVELS.get(entry.level)
    cells = (entry.at, entry.level, entry.message, entry.facts, entry.source)
    return Line(str(at), tuple(Cell(text, role=role if place == 1 else None) for place, text in enumerate(cells)))


def _name_line(text: BundleText) -> Line:
    return Line(text.name, (Cell(text.name), Cell(f"{max(len(text.text.encode()) // 1000, 1)} KB")))


def _resize(dialog: QDialog, theme: Theme, parent: QWidget) -> None:
    room = parent.size()
    dialog.resize(min(theme.scaled(_WIDTH_PX), room.width()), min(theme.scaled(_HEIGHT_PX), room.height()))
