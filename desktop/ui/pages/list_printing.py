"""Print papers that name several dossiers from any page: one person's list, the slip of results for the counter."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.domain.users import Action, User, may
from desktop.services import listing
from desktop.services.listing import LIST_FORM, RESULT_SLIP_FORM, ListPrinted, ResultsOf
from desktop.services.ports import Desk
from desktop.ui.dialogs.pick import PickDialog
from desktop.ui.pages.base import Page
from desktop.ui.theme import Theme
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.picker import NUMBERED
from desktop.ui.words import tr

RESULTS_KEYS = "Ctrl+Shift+K"
_FEWEST = 2


class ListPrinting(QObject):
    """Ask the services for a list and give its job to the page.

    Signals:
        printed(object): A PrintJob was committed; the print queue takes it.
    """

    printed = Signal(object)

    def __init__(self, page: Page, desk: Desk, actor: User) -> None:
        """Take the page that runs the work and says what became of it."""
        super().__init__(page)
        self._page, self._desk, self._actor = page, desk, actor

    def results_button(self) -> ActionButton:
        """Return a button that prints the slip of results; hidden from who prints no papers."""
        button = ActionButton(
            self._page.kit.theme,
            tr("Phiếu bàn giao kết quả"),
            icon="print",
            shortcut=RESULTS_KEYS,
            name="printResults",
            status_tip=tr("In phiếu cho các kết quả đã duyệt hoặc về quầy hôm nay mà chưa có phiếu"),
        )
        button.setEnabled(may(self._actor.roles, Action.PRINT_PAPER))
        button.clicked.connect(self.print_results)
        return button

    def print_results(self) -> None:
        """Print the slip of results of a section; ask which where several have some."""
        work = partial(listing.results_to_hand, self._desk, self._actor)
        self._page.run("read", work, self._results_read, latest="results")

    def print_visit(self, code: str) -> None:
        """Print the list of what the person who handed a dossier in handed in on that day."""
        work = partial(listing.of_visit, self._desk, self._actor, code)
        self._page.run("read", work, self._visit_read, latest="visit")

    def print_list(self, form: str, codes: Sequence[str]) -> None:
        """Print a list of dossiers."""
        work = partial(listing.print_list, self._desk, self._actor, tuple(codes), form)
        self._page.run("db", work, partial(self._done, form))

    def _results_read(self, found: tuple[ResultsOf, ...]) -> None:
        if not found:
            self._page.kit.notices.say(tr("Không có kết quả nào chờ lập phiếu bàn giao."))
        elif len(found) == 1:
            self.print_list(RESULT_SLIP_FORM, found[0].codes)
        else:
            dialog = ResultsDialog(self._page.kit.theme, found, self._page)
            dialog.chosen.connect(partial(self.print_list, RESULT_SLIP_FORM))
            dialog.open()

    def _visit_read(self, codes: tuple[str, ...]) -> None:
        if len(codes) < _FEWEST:
            self._page.kit.notices.say(tr("Hôm đó người này chỉ nộp một hồ sơ: giấy hẹn đã đủ, không cần danh sách."))
        else:
            self.print_list(LIST_FORM, codes)

    def _done(self, form: str, done: ListPrinted) -> None:
        said = tr("Đang in danh sách {n} hồ sơ.") if form == LIST_FORM else tr("Đang in phiếu bàn giao {n} kết quả.")
        self._page.kit.notices.say(said.format(n=len(done.dossiers)))
        self.printed.emit(done.job)
        self._page.kit.changes.publish(done.changes, self._page)


class ResultsDialog(PickDialog):
    """Pick whose results go on a slip. Emits the codes of a section's results."""

    def __init__(self, theme: Theme, found: Sequence[ResultsOf], parent: QWidget) -> None:
        """Offer the sections."""
        super().__init__(
            theme,
            tr("In phiếu bàn giao kết quả"),
            tr("Mỗi bộ phận một phiếu: kết quả đã duyệt hoặc về quầy hôm nay mà chưa có phiếu."),
            [
                (tr("{section}: {n} kết quả", section=each.name, n=len(each.codes)), each.codes)
                for each in found[:NUMBERED]
            ],
            names=("resultsDialog", "resultSections", "resultsCancel"),
            parent=parent,
        )
