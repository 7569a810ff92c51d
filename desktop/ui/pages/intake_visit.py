"""After several dossiers of one person: offer the list that goes with their receipts (Mẫu 01, nhiều hồ sơ)."""

from functools import partial

from PySide6.QtCore import QObject, SignalInstance

from desktop.domain.dossiers import Dossier
from desktop.domain.users import Action, may
from desktop.services.listing import LIST_FORM, of_visit
from desktop.ui.pages.base import Page
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.intake_work import IntakeWork
from desktop.ui.pages.list_printing import ListPrinting
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import tr

_FEWEST = 2


class VisitList(QObject):
    """Count what the person at the counter has handed in today.

    Attributes:
        lists: Prints the list.
        button: Beside what is said of the last dossier; hidden for a single one.
    """

    def __init__(self, page: Page, work: IntakeWork, said: Callout, printed: SignalInstance) -> None:
        """Put the button into the call-out; ``printed`` is emitted with the list's job."""
        super().__init__(page)
        self._page, self._work = page, work
        self._codes: tuple[str, ...] = ()
        self.lists = ListPrinting(page, work.desk, work.actor)
        self.lists.printed.connect(printed)
        self.button = ActionButton(
            page.kit.theme, "", icon="print", shortcut="Ctrl+Shift+L", flat=True, name="printVisit"
        )
        self.button.setStatusTip(tr("In danh sách các hồ sơ người này nộp hôm nay, kèm theo giấy hẹn"))
        self.button.clicked.connect(self._print)
        self.button.hide()
        said.row.addWidget(self.button)

    def look(self, dossier: Dossier) -> None:
        """Offer the list when this is not the person's only dossier of the day."""
        self.button.hide()
        if dossier.receipt.number and may(self._work.actor.roles, Action.PRINT_PAPER):
            work = partial(of_visit, self._work.desk, self._work.actor, dossier.code)
            self._page.run("read", work, self._counted, latest="visit")

    def _counted(self, codes: tuple[str, ...]) -> None:
        self._codes = codes
        self.button.set_verb(tr("In danh sách {n} hồ sơ", n=len(codes)))
        self.button.setVisible(len(codes) >= _FEWEST)

    def _print(self) -> None:
        self.lists.print_list(LIST_FORM, self._codes)
