"""Which papers a dossier can have printed again, and the dialog that asks for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.domain.dossiers import Dossier
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import PrintPaper
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.listing import LIST_FORM
from desktop.services.receive import FEE_FORM
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.widgets.picker import NUMBERED, Choice, ShortPicker
from desktop.ui.words import tr

CONTROL_SHEET: Final = "control_sheet"
_OF_EVERY: Final = 2

_WAIT_FORMS: Final = {WaitKind.SUPPLEMENT: "supplement", WaitKind.STOP: "stop"}


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """Name a paper of a dossier.

    Attributes:
        form: Form key of the rule pack.
        reference: Which of several of this form.
        name: As people call it.
    """

    form: str
    reference: str
    name: str


def papers_of(dossier: Dossier) -> tuple[KeptPaper, ...]:
    """Return every paper there is besides the receipt, the newest of each kind first."""
    visit = (
        (KeptPaper(LIST_FORM, "", tr("Danh sách hồ sơ người này nộp trong ngày")),) if dossier.receipt.number else ()
    )
    control = KeptPaper(CONTROL_SHEET, "", tr("Phiếu kiểm soát"))
    return (*_of_waits(dossier), *_of_the_end(dossier), control, *visit)


def _of_waits(dossier: Dossier) -> Iterator[KeptPaper]:
    for wait in reversed(dossier.waits):
        form = _WAIT_FORMS.get(wait.kind)
        if form is not None and wait.form is not None:
            is_stop = wait.kind is WaitKind.STOP
            name = tr("Thông báo dừng số {n}") if is_stop else tr("Yêu cầu bổ sung (Mẫu 02) số {n}")
            yield KeptPaper(form, wait.wait_id, name.format(n=wait.form.number))


def _of_the_end(dossier: Dossier) -> Iterator[KeptPaper]:
    for place, apology in reversed(list(enumerate(dossier.apologies, start=1))):
        yield KeptPaper("apology", str(place), tr("Thư xin lỗi (Mẫu 04) số {n}", n=apology.form.number))
    for place, paid in reversed(list(enumerate(dossier.payments, start=1))):
        if paid.voucher is not None:
            yield KeptPaper(FEE_FORM, str(place), tr("Phiếu thu số {n}", n=paid.voucher.number))
    if dossier.ending is not None and dossier.ending.form is not None:
        yield KeptPaper("refusal", "", tr("Từ chối (Mẫu 03) số {n}", n=dossier.ending.form.number))
    if dossier.returned is not None:
        yield KeptPaper(RETURN_SLIP_FORM, "", tr("Biên nhận trả kết quả"))


class PapersDialog(QDialog):
    """Pick a paper by Alt+number or Enter.

    Signals:
        chosen(object): A PrintPaper command.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, dossier: Dossier, parent: QWidget) -> None:
        """Offer the papers of a dossier."""
        super().__init__(parent)
        found = papers_of(dossier)
        # Old papers give way to the two that every dossier has.
        self._papers = (*found[:-_OF_EVERY][: NUMBERED - _OF_EVERY], *found[-_OF_EVERY:])
        title = tr("In giấy của hồ sơ {code}", code=dossier.code)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        name_it(self, "papersDialog", title)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        column.setSpacing(SPACE_M)
        column.addWidget(text_label(title, "section", wraps=True))
        column.addWidget(Muted(tr("Bản in lại ghi rõ “IN LẠI LẦN n”; phiếu kiểm soát in theo hiện trạng.")))
        picker = ShortPicker(theme, name="keptPaper")
        picker.set_choices([Choice(str(n), paper.name) for n, paper in enumerate(self._papers)], "0")
        picker.picked.connect(self._pick)
        column.addWidget(picker)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = ActionButton(theme, tr("Thôi"), name="papersCancel")
        cancel.clicked.connect(self.reject)
        row.addWidget(cancel)
        column.addLayout(row)
        picker.setFocus()

    def _pick(self, key: str) -> None:
        paper = self._papers[int(key)]
        self.chosen.emit(PrintPaper(paper.form, "", paper.reference))
        self.accept()
