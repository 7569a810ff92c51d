"""Apologise for a delay (Mẫu 04): why, who caused it, the one new day, and the seven contents before it is printed."""

from datetime import date, datetime
from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.acts.checks import MIN_REASON
from desktop.domain.dossiers import Dossier
from desktop.domain.vietnamese import VIETNAM, local, screen_date, screen_datetime, screen_time
from desktop.domain.way import LateCause
from desktop.domain.way_commands import Apologise
from desktop.services.apologising import ApologyOutlook
from desktop.ui.dialogs.staying import StayingDialog
from desktop.ui.kit import Kit
from desktop.ui.models.dossier_rows import status_word
from desktop.ui.pages.approval_load import ApprovalRow
from desktop.ui.pages.approval_words import CAUSES
from desktop.ui.pages.dossier_detail import Fact, FactSheet
from desktop.ui.pages.dossiers_words import receipt_words
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import DateEdit, Field, LineEdit, TextEdit, field_row
from desktop.ui.widgets.labels import ErrorLine, Muted, SectionHeader, text_label
from desktop.ui.widgets.picker import Choice, ShortPicker
from desktop.ui.words import tr

_SIZE_PX: Final = (980, 620)
_SIDE_BY_SIDE_PX: Final = 720
_CONTENTS: Final = 7


class ApologyDialog(StayingDialog):
    """Ask for the apology; it stays open until Mẫu 04 is issued.

    Signals:
        wanted(object): An Apologise command, complete.
        typed(str): The reason as it stands now, to be kept.
    """

    wanted = Signal(object)
    typed = Signal(str)

    def __init__(
        self, kit: Kit, row: ApprovalRow, outlook: ApologyOutlook, kept: str, parent: QWidget | None = None
    ) -> None:
        """Suggest a new day.

        Args:
            kit: The tools.
            row: The dossier.
            outlook: What an apology would be now.
            kept: The reason typed before.
            parent: The page.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Xin lỗi và hẹn lại hồ sơ {code}", code=row.code))
        name_it(self, "apologyDialog", self.windowTitle())
        self._kit, self._row, self._outlook = kit, row, outlook
        self._reason = TextEdit(3, name="apologyReason")
        self._reason.setPlainText(kept)
        hint = tr("In trên giấy gửi công dân; ít nhất {n} chữ", n=MIN_REASON)
        self._reason_field = Field(tr("Lý do chậm trả"), self._reason, hint, required=True, name="apologyReason")
        self._cause = ShortPicker(kit.theme, columns=2, name="apologyCause")
        self._cause.set_choices([Choice(cause.value, tr(text)) for cause, text in CAUSES.items()])
        self._day = DateEdit(kit.theme, name="newPromiseDay")
        self._time = LineEdit(kit.theme, "17:00", name="newPromiseTime")
        self._day.set_date(local(outlook.suggested).date())
        self._time.setText(screen_time(outlook.suggested))
        self._day_field = Field(tr("Ngày hẹn lại"), self._day, required=True, name="newPromiseDay")
        self._time_field = Field(tr("Giờ"), self._time, required=True, name="newPromiseTime")
        self._dates = Callout(kit.theme, "due", name="apologyDates")
        self._late = Callout(kit.theme, "late", name="apologyLate")
        self._contents = FactSheet("apologyContents", tr("Bảy nội dung của văn bản"), _CONTENTS)
        self._error = ErrorLine(kit.theme)
        self._go = ActionButton(
            kit.theme,
            tr("Xin lỗi và in Mẫu 04"),
            icon="print",
            shortcut="Ctrl+Return",
            primary=True,
            name="apologyGo",
        )
        self._build()
        self._reason.textChanged.connect(self._edited)
        self._day.textChanged.connect(self._tell)
        self._time.textChanged.connect(self._tell)
        self._cause.picked.connect(self._cause_picked)
        self._day.entered.connect(self._time.setFocus)
        self._time.entered.connect(self._go.setFocus)
        self._go.clicked.connect(self._send)
        kit.theme.changed.connect(self._fit)
        self._tell()
        self._reason.setFocus()

    def show_error(self, text: str) -> None:
        """Show why the apology was refused; nothing typed is lost."""
        self._error.set_text(text)
        self.end_act()

    def content(self, name: str) -> str:
        """Return one of the seven contents as shown."""
        return self._contents.text_of(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the contents beside the fields, or below them where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        is_narrow = self.width() < self._kit.theme.scaled(_SIDE_BY_SIDE_PX)
        directions = QBoxLayout.Direction
        self._halves.setDirection(directions.TopToBottom if is_narrow else directions.LeftToRight)

    def _build(self) -> None:
        scaled = self._kit.theme.scaled
        room = self.screen().availableSize() - QSize(2 * SPACE_L, 2 * SPACE_L)
        self.resize(QSize(scaled(_SIZE_PX[0]), scaled(_SIZE_PX[1])).boundedTo(room))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(self.windowTitle(), "title", wraps=True))
        dossier = self._row.waiting.dossier
        column.addWidget(Muted(f"{dossier.owner.name} · {dossier.procedure.name}"))
        column.addWidget(self._error)
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, inner)
        self._halves.setContentsMargins(0, 0, SPACE_M, 0)
        self._halves.setSpacing(SPACE_L)
        self._halves.addLayout(self._build_fields(), 1)
        self._halves.addWidget(self._build_contents(), 1)
        column.addWidget(scrolled(inner), 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        cancel = ActionButton(self._kit.theme, tr("Thôi"), name="apologyCancel")
        cancel.clicked.connect(self.reject)
        buttons.addWidget(cancel)
        buttons.addWidget(self._go)
        column.addLayout(buttons)

    def _build_fields(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(SPACE_S)
        column.addWidget(self._late)
        column.addWidget(self._reason_field)
        column.addWidget(text_label(tr("Chậm do ai  (Alt+số)"), "strong"))
        column.addWidget(self._cause)
        column.addLayout(field_row(self._day_field, self._time_field, stretches=(3, 2)))
        column.addWidget(self._dates)
        column.addStretch(1)
        return column

    def _build_contents(self) -> QFrame:
        card = QFrame()
        card.setProperty("class", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(SPACE_M, SPACE_S, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        column.addWidget(SectionHeader(tr("Văn bản sẽ ghi")))
        column.addWidget(self._contents)
        column.addStretch(1)
        return card

    def _cause_picked(self, _key: str) -> None:
        self._error.set_text("")
        self._day.setFocus()

    def _edited(self) -> None:
        self.typed.emit(self._reason.toPlainText())
        self._tell()

    def _tell(self) -> None:
        """Say what the citizen was told and will be told, and what the paper will say."""
        dossier, promise = self._row.waiting.dossier, self._new_promise()
        new = screen_datetime(promise) if promise is not None else tr("chưa rõ")
        self._dates.say(tr("Hẹn cũ {old}  →  hẹn mới {new}", old=screen_datetime(dossier.promised_at), new=new))
        last = screen_date(date.fromisoformat(self._outlook.last_day_in_time))
        if not self._outlook.is_allowed:
            self._late.say(tr("Hồ sơ này đã xin lỗi và hẹn lại đủ số lần cho phép."), "late")
        elif self._outlook.is_late:
            self._late.say(
                tr("Xin lỗi muộn: đúng hạn phải gửi trước hết ngày {on}. Văn bản sẽ ghi rõ.", on=last), "late"
            )
        else:
            self._late.say(tr("Xin lỗi đúng hạn (chậm nhất ngày {on}).", on=last), "ok")
        self._contents.set_facts(self._seven(dossier, new))

    def _seven(self, dossier: Dossier, new: str) -> tuple[Fact, ...]:
        by = dossier.submitter.party.name
        who = dossier.owner.name if by == dossier.owner.name else tr("{o}, {s} nộp", o=dossier.owner.name, s=by)
        return (
            Fact(tr("1. Người nộp"), who, "strong"),
            Fact(tr("2. Loại hồ sơ"), dossier.procedure.name),
            Fact(
                tr("3. Giấy tiếp nhận"),
                tr("{receipt}, mã {code}", receipt=receipt_words(dossier.receipt), code=dossier.code),
            ),
            Fact(tr("4. Tình trạng"), status_word(dossier.status)),
            Fact(tr("5. Lý do"), self._reason.value() or tr("chưa ghi")),
            Fact(tr("6. Hẹn lại"), new, "strong"),
            Fact(tr("7. Lời xin lỗi"), tr("theo mẫu, {name} ký và đóng dấu", name=self._signer())),
        )

    def _signer(self) -> str:
        authority = self._row.waiting.authority
        return authority.signer_name if authority is not None else tr("người có thẩm quyền")

    def _new_promise(self) -> datetime | None:
        day = self._day.date()
        hour, _, minute = self._time.value().partition(":")
        if day is None or not (hour.isdecimal() and minute.isdecimal()):
            return None
        try:
            return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=VIETNAM)
        except ValueError:
            return None

    def _send(self) -> None:
        self._error.set_text("")
        reason, promise, cause = self._reason.value(), self._new_promise(), self._cause.current()
        short = len(reason) < MIN_REASON
        self._reason_field.set_error(tr("Ghi lý do, ít nhất {n} chữ.", n=MIN_REASON) if short else "")
        is_day_wrong = self._day.date() is None
        self._day_field.set_error(tr("Ghi ngày, ví dụ 18/07/2019.") if is_day_wrong else "")
        is_time_wrong = promise is None and not is_day_wrong
        self._time_field.set_error(tr("Ghi giờ, ví dụ 16:30.") if is_time_wrong else "")
        if short:
            self._reason.setFocus()
            return
        if not cause:
            self._error.set_text(tr("Chọn chậm do ai: Alt+1 đến Alt+{n}.", n=len(CAUSES)))
            self._cause.setFocus()
            return
        if promise is None:
            (self._day if is_day_wrong else self._time).setFocus()
            return
        self.begin_act(self._go)
        self.wanted.emit(Apologise(reason, LateCause(cause), promise))
