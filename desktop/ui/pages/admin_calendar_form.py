"""The forms of a day of the unit's own: declare it, with the dossiers it touches before it is saved; take it back."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.vietnamese import local, number, screen_date
from desktop.services.own_days import OwnDay, Touched
from desktop.ui.kit import Kit
from desktop.ui.pages.admin_dialogs import FormDialog
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, LineEdit, TextEdit
from desktop.ui.widgets.labels import Muted
from desktop.ui.words import tr

_DAY_PX: Final = (640, 420)
_BACK_PX: Final = (560, 320)
_OFF, _WORKED = "off", "worked"


class DayDialog(FormDialog):
    """Ask for a day off or a day worked.

    Signals:
        wanted(object): An OwnDay.
        asked(object, bool): Which day, and whether it is worked: wants the dossiers it touches for :meth:`tell`.
    """

    wanted = Signal(object)
    asked = Signal(object, bool)

    def __init__(self, kit: Kit, parent: QWidget | None = None) -> None:
        """Show an empty form."""
        super().__init__(
            kit, name="dayDialog", title=tr("Thêm ngày riêng"), verb=tr("Ghi"), size_px=_DAY_PX, parent=parent
        )
        self._on = DateEdit(kit.theme, name="dayOn")
        self._kind = ChoiceBox(name="dayKind")
        self._kind.add_choice(_OFF, tr("Đơn vị nghỉ"))
        self._kind.add_choice(_WORKED, tr("Đơn vị làm việc"))
        self._name = LineEdit(kit.theme, tr("Nghỉ tránh bão số 4"), name="dayName")
        self._document = LineEdit(kit.theme, "Công điện 12/CĐ-UBND", name="dayDocument")
        self._on_field = Field(tr("Ngày"), self._on, tr("ngày/tháng/năm"), required=True, name="dayOn")
        self._name_field = Field(tr("Lý do"), self._name, required=True, name="dayName")
        self._document_field = Field(tr("Theo văn bản"), self._document, required=True, name="dayDocument")
        self.told = Muted()
        self.told.setWordWrap(True)
        self.add_pair(self._on_field, Field(tr("Ngày này"), self._kind, required=True, name="dayKind"))
        for widget in (self._name_field, self._document_field, self.told):
            self.fields.addWidget(widget)
        self.fields.addStretch(1)
        self._on.textChanged.connect(self._ask)
        self._kind.currentIndexChanged.connect(self._ask)
        for line in (self._on, self._name, self._document):
            line.entered.connect(self.move_on)
        self.go.clicked.connect(self._send)
        self._on.setFocus()

    def tell(self, on: date, touched: Sequence[Touched]) -> None:
        """Say how many dossiers were promised without the day."""
        if on != self._on.date():
            return
        on_it = sum(local(each.promised_at).date() == on for each in touched)
        self.told.setText(
            tr(
                "{n} hồ sơ đã hẹn bị ảnh hưởng, {m} hồ sơ hẹn trả đúng ngày này. Ngày hẹn đã in giữ nguyên.",
                n=number(len(touched)),
                m=number(on_it),
            )
        )

    def _ask(self) -> None:
        on = self._on.date()
        self.told.setText("")
        if on is not None:
            self.asked.emit(on, self._kind.key() == _WORKED)

    def _send(self) -> None:
        self.show_error("")
        on, name, document = self._on.date(), self._name.value(), self._document.value()
        short = tr("Ghi ít nhất {n} ký tự.", n=MIN_REASON)
        wrongs = (
            (self._on_field, "" if on else tr("Ghi ngày như 24/07/2019.")),
            (self._name_field, "" if len(name) >= MIN_REASON else short),
            (self._document_field, "" if len(document) >= MIN_REASON else short),
        )
        for field, text in wrongs:
            field.set_error(text)
        first = next((field for field, text in wrongs if text), None)
        if first is not None or on is None:
            if first is not None:
                first.setFocus()
            return
        self.begin_act(self.go)
        self.wanted.emit(OwnDay(on, self._kind.key() == _WORKED, name, document))


class TakeBackDialog(FormDialog):
    """Ask why a day is none any more.

    Signals:
        wanted(str): The reason.
    """

    wanted = Signal(str)

    def __init__(self, kit: Kit, day: OwnDay, parent: QWidget | None = None) -> None:
        """Take the day."""
        title = tr("Bỏ ngày {day}", day=screen_date(day.on))
        super().__init__(
            kit, name="takeBackDialog", title=title, verb=tr("Bỏ ngày"), size_px=_BACK_PX, danger=True, parent=parent
        )
        self._reason = TextEdit(2, name="takeBackReason")
        hint = tr("Ít nhất {n} chữ, ví dụ số văn bản", n=MIN_REASON)
        self._reason_field = Field(tr("Lý do"), self._reason, hint, required=True, name="takeBackReason")
        self.fields.addWidget(Muted(tr("{name}. Giấy hẹn đã in giữ nguyên.", name=day.name)))
        self.fields.addWidget(self._reason_field)
        self.fields.addStretch(1)
        self.go.clicked.connect(self._send)
        self._reason.setFocus()

    def _send(self) -> None:
        reason = self._reason.value()
        is_short = len(reason) < MIN_REASON
        self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON) if is_short else "")
        if is_short:
            self._reason.setFocus()
            return
        self.begin_act(self.go)
        self.wanted.emit(reason)
