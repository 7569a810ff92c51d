"""The form of a whole year of the calendar: all its days off, one or a span a line."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.errors import UserError
from desktop.services.own_days import OwnDay
from desktop.services.own_years import read_lines
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_dialogs import FormDialog
from desktop.ui.pages.calendar_words import known_lines
from desktop.ui.widgets.fields import Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

_YEAR_PX: Final = (680, 600)
_ROWS: Final = 10


class YearDialog(FormDialog):
    """Ask for the days off of a year; those whose date is known stand there already.

    Signals:
        wanted(str, object): The document, and a tuple of OwnDay.
    """

    wanted = Signal(str, object)

    def __init__(self, kit: Kit, year: int, parent: QWidget | None = None) -> None:
        """Take the year."""
        title = tr("Khai lịch nghỉ năm {year}", year=str(year))
        super().__init__(kit, name="yearDialog", title=title, verb=tr("Ghi cả năm"), size_px=_YEAR_PX, parent=parent)
        self._year = year
        self._document = LineEdit(
            kit.theme, tr("Thông báo về lịch nghỉ năm {year}", year=str(year)), name="yearDocument"
        )
        self._days = TextEdit(_ROWS, name="yearDays")
        self._days.setPlainText(known_lines(year))
        self._document_field = Field(tr("Theo văn bản"), self._document, required=True, name="yearDocument")
        hint = tr("Mỗi dòng một ngày hoặc một đợt; ngày làm bù ghi «làm bù» ở đầu dòng")
        self._days_field = Field(tr("Ngày nghỉ"), self._days, hint, required=True, name="yearDays")
        told = tr(
            "Ghi thêm Tết Nguyên đán, Giỗ Tổ, ngày liền kề 2/9, nghỉ bù, như:"
            " 12/02/{year} - 16/02/{year} Tết Nguyên đán. Ghi cả thứ bảy, chủ nhật trong đợt.",
            year=str(year),
        )
        for widget in (Muted(told), self._document_field, self._days_field):
            self.fields.addWidget(widget)
        self.fields.addStretch(1)
        self._document.entered.connect(self.move_on)
        self.go.clicked.connect(self._send)
        self._document.setFocus()

    def _send(self) -> None:
        self.show_error("")
        document = self._document.value()
        is_short = len(document) < MIN_REASON
        self._document_field.set_error(tr("Ghi ít nhất {n} ký tự.", n=MIN_REASON) if is_short else "")
        if is_short:
            self._document.setFocus()
            return
        days = self._read(document)
        if days is not None:
            self.begin_act(self.go)
            self.wanted.emit(document, days)

    def _read(self, document: str) -> tuple[OwnDay, ...] | None:
        """Return the days, None when a line cannot be read."""
        try:
            days = read_lines(self._days.value(), self._year, document)
        except UserError as error:
            self._days_field.set_error(self.kit.words.error(error))
            self._days.setFocus()
            return None
        self._days_field.set_error("")
        return days
