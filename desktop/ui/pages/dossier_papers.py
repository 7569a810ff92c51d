"""Which papers a dossier can have printed again, and the dialog that asks for one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.domain.dossiers import Dossier
from desktop.domain.way import WaitKind
from desktop.domain.way_commands import PrintPaper
from desktop.services.follow import RETURN_SLIP_FORM
from desktop.services.listing import LIST_FORM
from desktop.services.receive import FEE_FORM
from desktop.ui.dialogs.pick import PickDialog
from desktop.ui.theme import Theme
from desktop.ui.widgets.picker import NUMBERED
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
            yield KeptPaper(form, wait.wait_id, name.format(n=wait.form.in_book))


def _of_the_end(dossier: Dossier) -> Iterator[KeptPaper]:
    for apology in reversed(dossier.apologies):
        yield KeptPaper("apology", apology.form.name, tr("Phiếu xin lỗi (Mẫu 04) số {n}", n=apology.form.in_book))
    for paid in reversed(dossier.payments):
        if paid.voucher is not None:
            yield KeptPaper(FEE_FORM, paid.voucher.name, tr("Phiếu thu số {n}", n=paid.voucher.in_book))
    if dossier.ending is not None and dossier.ending.form is not None:
        yield KeptPaper("refusal", "", tr("Từ chối (Mẫu 03) số {n}", n=dossier.ending.form.in_book))
    if dossier.returned is not None:
        yield KeptPaper(RETURN_SLIP_FORM, "", tr("Biên nhận trả kết quả"))


class PapersDialog(PickDialog):
    """Pick a paper of a dossier. Emits a PrintPaper command."""

    def __init__(self, theme: Theme, dossier: Dossier, parent: QWidget) -> None:
        """Offer the papers."""
        found = papers_of(dossier)
        # Old papers give way to the two that every dossier has.
        papers = (*found[:-_OF_EVERY][: NUMBERED - _OF_EVERY], *found[-_OF_EVERY:])
        super().__init__(
            theme,
            tr("In giấy của hồ sơ {code}", code=dossier.code),
            tr("Bản in lại ghi rõ «IN LẠI LẦN n»; phiếu kiểm soát in theo hiện trạng."),
            [(paper.name, PrintPaper(paper.form, "", paper.reference)) for paper in papers],
            names=("papersDialog", "keptPaper", "papersCancel"),
            parent=parent,
        )
