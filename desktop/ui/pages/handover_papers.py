"""Papers of the page "Bàn giao" besides the slip itself: its record, and the slip of results for the counter."""

from PySide6.QtCore import QObject, SignalInstance

from desktop.domain.users import Action, may
from desktop.services.handing import HandedOver
from desktop.ui.pages.base import Page, ShortcutHint
from desktop.ui.pages.handover_slips import SlipsView
from desktop.ui.pages.handover_work import HandoverWork
from desktop.ui.pages.list_printing import RESULTS_KEYS, ListPrinting
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.words import tr

_RECORD_KEYS = "Ctrl+Shift+B"
HINTS = (
    ShortcutHint(_RECORD_KEYS, tr("In biên bản giao nhận của giấy đang xem")),
    ShortcutHint(RESULTS_KEYS, tr("In phiếu bàn giao kết quả")),
)


class HandoverPapers(QObject):
    """Own the two buttons.

    Attributes:
        lists: Prints the slip of results.
        record: Prints the slip in view as a record.
        results: Prints the slip of results.
    """

    def __init__(self, page: Page, work: HandoverWork, slips: SlipsView, printed: SignalInstance) -> None:
        """Put the buttons at the foot of the page; ``printed`` is emitted with the job of a slip of results."""
        super().__init__(page)
        self._page, self._work, self._slips = page, work, slips
        self._may_print = may(work.actor.roles, Action.PRINT_PAPER)
        self.lists = ListPrinting(page, work.desk, work.actor)
        self.lists.printed.connect(printed)
        self.results = self.lists.results_button()
        self.record = ActionButton(
            page.kit.theme,
            tr("In biên bản giao nhận"),
            icon="print",
            shortcut=_RECORD_KEYS,
            name="printRecord",
            status_tip=tr("In các hồ sơ của giấy đang xem thành biên bản có đơn vị, thời hạn xử lý, số bộ"),
        )
        self.record.clicked.connect(self._print_record)
        for button in (self.results, self.record):
            page.footer.addWidget(button)

    def show_for(self, *, is_slip_shown: bool) -> None:
        """Show the record beside a slip that is looked at, the slip of results on the other sides."""
        self.record.setVisible(self._may_print and is_slip_shown)
        self.results.setVisible(self._may_print and not is_slip_shown)

    def _print_record(self) -> None:
        opened = self._slips.opened
        if opened is not None:
            name = opened.names.slip.name
            self._page.run("db", lambda: self._work.print_record(name), self._printed)

    def _printed(self, done: HandedOver) -> None:
        self._page.kit.notices.say(tr("Đang in biên bản giao nhận của giấy {slip}.", slip=done.slip.name))
        self._slips.acted.emit(done)
