"""F4 "Hồ sơ": every dossier of the unit, filters, and one of them in full."""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget

from desktop.domain.dossiers import Dossier, Status
from desktop.domain.errors import AppError
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind, is_dossier_code
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import number
from desktop.services.access import note_view
from desktop.services.changes import Changes, Kind
from desktop.services.follow import Followed, print_receipt
from desktop.services.look_up import DossierView, show
from desktop.services.ports import Desk
from desktop.services.records import DossierFilter
from desktop.ui.dialogs.print_queue_paper import PaperDialog
from desktop.ui.kit import Kit
from desktop.ui.models.dossier_rows import DossierSource
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.pages.act_bar import ActBar, below
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.dossier_acts import DossierActs
from desktop.ui.pages.dossier_correcting import Correcting
from desktop.ui.pages.dossier_detail import DossierDetail
from desktop.ui.pages.dossiers_filters import FilterBar, nothing_found
from desktop.ui.pages.work_offers import LOOKS, WorkAct, beside, offers
from desktop.ui.print_queue import PrintQueue
from desktop.ui.shell import SearchQuery
from desktop.ui.theme import name_it
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr

log = logging.getLogger(__name__)

#: Below this width list and detail take turns.
_SIDE_BY_SIDE_PX: Final = 900
#: The same at 100 % of text: at 200 % the list beside the detail would cut codes.
_SIDE_BY_SIDE_TEXT_PX: Final = 640
_DETAIL_PX: Final = 430

#: What the counter does here with a dossier that is open before it; F6 has the rest.
_AT_COUNTER: Final = frozenset(
    {WorkAct.SUPPLEMENT, WorkAct.SUPPLEMENT_CAME, WorkAct.REFUSE, WorkAct.WITHDRAW, WorkAct.NOTIFY}
)

_CANNOT_CORRECT: Final = frozenset(
    {Status.RESULT_READY, Status.RETURNED, Status.REFUSED, Status.WITHDRAWN, Status.STOPPED}
)


class DossiersPage(Page):
    """Show the register.

    Attributes:
        filters: The filter bar.
        list_model: The list.
        table: Its view.
        detail: The dossier opened.
        acts: What the counter does with it besides the buttons below.
    """

    def __init__(self, kit: Kit, desk: Desk, actor: User, prints: PrintQueue) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who looks.
            prints: Takes receipts to print.
        """
        super().__init__(kit, key="dossiers", title=tr("Hồ sơ"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._prints = prints
        self._code = ""
        self._is_stale = True
        self._beeps = False
        self._wants_list = False
        self.list_model = DossierTableModel(DossierSource(desk, actor), kit.tasks, self)
        self.table = DossierTableView(kit.theme, self.list_model, kit.now)
        self.filters = FilterBar(kit.theme, desk.reference.catalogue.procedures, kit.now)
        self.detail = DossierDetail(kit.theme, kit.words, actor, kit.now)
        self.acts = ActBar(kit.theme, name="dossierActs")
        self._doing = DossierActs(self, desk, actor)
        self._correcting = Correcting(self, desk, actor)
        self._build_lists()
        self._build_actions()
        self._connect()
        self._set_detail(is_open=False)

    # Answers to the shell.

    def shown(self) -> None:
        """Load the list the first time, refresh what changed meanwhile."""
        if self._is_stale:
            self._is_stale = False
            self._load(self.filters.value())
        if self.focusWidget() is None:
            self.filters.search.setFocus()

    def open_item(self, item: object) -> bool:
        """Open a dossier by its code, or search for what was typed at the top of the window."""
        text = item.text if isinstance(item, SearchQuery) else item
        if not isinstance(text, str) or not text:
            return False
        code = text.strip().upper()
        if isinstance(item, SearchQuery) and not is_dossier_code(code):
            self.filters.set_query(text)
        else:
            self._open(code, beeps=False, is_given=True)
        return True

    def handle_scan(self, scan: Scan) -> bool:
        """Open the dossier of a receipt; look for the dossiers of an identity card."""
        reading = scan.reading
        if not isinstance(reading, Reading):
            return False
        if reading.kind in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            self._open(reading.code, beeps=True, is_given=True)
            return True
        if reading.kind is ScanKind.IDENTITY_CARD and reading.card is not None:
            self.filters.set_query(reading.card.id_number)
            return True
        return False

    def go_back(self) -> bool:
        """Close the detail where it hides the list, then empty the filters."""
        if self._takes_turns() and self._detail_side.isVisible() and self._code:
            self._set_detail(is_open=False)
            self.table.setFocus()
            return True
        if self.filters.is_narrowing():
            self.filters.clear()
            return True
        return False

    def on_changes(self, changes: Changes, initiator: object) -> None:
        """Read again what an act changed, here or on another PC."""
        del initiator
        if Kind.DOSSIER not in changes.kinds:
            return
        if not self.isVisible():
            self._is_stale = True
            return
        self.list_model.refresh()
        view = self.detail.view
        if view is not None and (not changes.dossier_ids or view.dossier.dossier_id in changes.dossier_ids):
            self._open(view.dossier.code, beeps=False)

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            *self.filters.shortcuts(),
            ShortcutHint("Return", tr("Mở hồ sơ đang chọn")),
            ShortcutHint("Ctrl+P", tr("In lại giấy hẹn")),
            ShortcutHint("Ctrl+E", tr("Đính chính")),
            ShortcutHint("Ctrl+J", tr("Có kết quả")),
            ShortcutHint("Ctrl+Return", tr("Trả kết quả")),
            *(ShortcutHint(LOOKS[act].keys, tr(LOOKS[act].verb)) for act in self.acts.offered()),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put list and detail side by side, or let them take turns."""
        super().resizeEvent(event)
        self._set_detail(is_open=bool(self._code))

    # Building.

    def _build_lists(self) -> None:
        self.body.addWidget(self.filters)
        self._list_side = QStackedWidget()
        self._list_side.addWidget(self.table)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        name_it(self._scroll, "detailScroll", tr("Chi tiết hồ sơ"))
        self.detail.put_acts(self.acts)
        self._scroll.setWidget(below(self.detail))
        self._detail_side = QStackedWidget()
        self._detail_side.addWidget(
            EmptyState(
                self.kit.theme,
                "scan",
                tr("Chưa chọn hồ sơ"),
                tr("Quét giấy hẹn, hoặc chọn một dòng trong danh sách để xem chi tiết."),
            )
        )
        self._detail_side.addWidget(self._scroll)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(self._list_side)
        self._splitter.addWidget(self._detail_side)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self._detail_side.setMinimumWidth(_DETAIL_PX)
        self.body.addWidget(self._splitter, 1)

    def _build_actions(self) -> None:
        self.footer.addStretch(1)
        self._reprint = self._action(tr("In lại giấy hẹn"), "print", "Ctrl+P", "reprintButton", Action.PRINT_RECEIPT)
        self._correct = self._action(tr("Đính chính"), "edit", "Ctrl+E", "correctButton", Action.CORRECT)
        self._ready = self._action(tr("Có kết quả"), "check", "Ctrl+J", "readyButton", Action.MARK_RESULT_READY)
        self._return = self._action(
            tr("Trả kết quả"), "return", "Ctrl+Return", "returnButton", Action.RETURN_RESULT, is_primary=True
        )

    def _action(
        self, text: str, icon: str, keys: str, name: str, action: Action, *, is_primary: bool = False
    ) -> ActionButton:
        button = ActionButton(self.kit.theme, text, icon=icon, shortcut=keys, name=name, primary=is_primary)
        button.setEnabled(False)
        button.setParent(self)
        button.hide()
        if may(self._actor.roles, action):
            self.footer.addWidget(button)
            button.show()
        return button

    def _connect(self) -> None:
        self.filters.narrowed.connect(self._narrowed)
        self.filters.list_wanted.connect(self._enter_list)
        self.list_model.began.connect(self._list_began)
        self.list_model.counted.connect(self._list_counted)
        self.list_model.failed.connect(self.fail)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.table.activated.connect(self._row_activated)
        self._reprint.clicked.connect(self._ask_paper)
        self._correct.clicked.connect(self._ask_correction)
        self._ready.clicked.connect(partial(self._go_to, "work"))
        self._return.clicked.connect(partial(self._go_to, "return_result"))
        self.acts.pressed.connect(self._begin)
        for maker in (self._doing, self._correcting):
            maker.paper_ready.connect(self._prints.submit)

    # The list.

    def _narrowed(self, narrowed: DossierFilter) -> None:
        if self._takes_turns() and self._code:  # what was found must be seen
            self._set_detail(is_open=False)
        self._load(narrowed)

    def _load(self, narrowed: DossierFilter) -> None:
        self.clear_error()
        self.list_model.show(narrowed)

    def _list_began(self) -> None:
        is_empty = self.list_model.rowCount() == 0
        while self._list_side.count() > 1:
            old = self._list_side.widget(1)
            self._list_side.removeWidget(old)
            old.deleteLater()
        if is_empty:
            self._set_detail(is_open=False)  # what stays beside an empty list is taken for what was found
            self._list_side.addWidget(nothing_found(self.filters, self.kit.theme, self._actor))
        self._list_side.setCurrentIndex(int(is_empty))
        self.set_subtitle(tr("Đang đếm…") if not self.list_model.is_counted else "")
        if self._wants_list:
            self._enter_list()

    def _list_counted(self, total: int) -> None:
        self.set_subtitle(tr("{n} hồ sơ", n=number(total)))
        if total and self._list_side.currentIndex():
            self._list_side.setCurrentIndex(0)
        self._select_shown()

    def _enter_list(self) -> None:
        """Go into the list, once the rows of what was just typed are there."""
        self._wants_list = self.list_model.is_loading
        if self.list_model.rowCount() and not self._wants_list:
            self.table.setFocus()
            self.table.selectRow(max(self.table.currentIndex().row(), 0))

    def _row_chosen(self, current: QModelIndex) -> None:
        row = self.list_model.row(current.row()) if current.isValid() else None
        if row is not None and row.code != self._code and not self._takes_turns():
            self._open(row.code, beeps=False)

    def _row_activated(self, index: QModelIndex) -> None:
        if (row := self.list_model.row(index.row())) is None:
            return
        if row.code != self._code or self._takes_turns():
            self._open(row.code, beeps=False)
        self._scroll.setFocus()

    def _select_shown(self) -> None:
        """Mark the opened dossier in the list where it is at hand, without opening it again."""
        view = self.detail.view
        at = self.list_model.row_at_hand(view.dossier.dossier_id) if view is not None and self._code else -1
        if at < 0:
            return self.table.clearSelection()
        return self.table.setCurrentIndex(self.list_model.index(at, 0))

    # The dossier.

    def _open(self, code: str, *, beeps: bool, is_given: bool = False) -> None:
        """Open a dossier; it is given when it comes from outside the list, by a scan or another page."""
        self._beeps = beeps
        opened = partial(self._opened, is_given)
        self.run("read", partial(show, self._desk, self._actor, code), opened, self._not_opened, latest="show")

    def _opened(self, is_given: bool, view: DossierView) -> None:
        self.clear_error()
        if is_given:
            self._widen_to(view.dossier)
        is_other = self._code != view.dossier.code
        if is_other:
            work = partial(note_view, self._desk, self._actor, view.dossier)
            self.run("db", work, self._view_noted, self._view_not_noted)
        self._code = view.dossier.code
        self.detail.show_view(view)
        self._set_detail(is_open=True)
        if is_other:
            self._scroll.verticalScrollBar().setValue(0)
        self._enable_actions(view.dossier)
        self._select_shown()
        if self._beeps:
            self.kit.sounds.play("found")

    def _view_noted(self, _is_noted: bool) -> None:
        """Do nothing more."""

    def _view_not_noted(self, error: AppError) -> None:
        """Let the user read on: a full disk keeps nobody from it."""
        log.info("a view was not written down", extra={"code": error.code})

    def _widen_to(self, dossier: Dossier) -> None:
        """Take the filters away where the list would contradict what was just opened, and say so."""
        if self.filters.is_narrowing() and self.list_model.row_at_hand(dossier.dossier_id) < 0:
            self.filters.clear()
            self.kit.notices.say(tr("Đã bỏ điều kiện lọc để mở hồ sơ {code}.", code=dossier.code))

    def _not_opened(self, error: AppError) -> None:
        self.fail(error)
        if self._beeps:
            self.kit.sounds.play("not_found")

    def _enable_actions(self, dossier: Dossier) -> None:
        self._reprint.setEnabled(dossier.receipt.number > 0)
        self._correct.setEnabled(dossier.status not in _CANNOT_CORRECT)
        self._ready.setEnabled(dossier.base_status is Status.APPROVED)
        self._return.setEnabled(dossier.status is Status.RESULT_READY)
        found = offers(dossier, self._actor, self._doing.clock_of(dossier))
        self.acts.offer([*(act for act in found if act in _AT_COUNTER), *beside(dossier, self._actor)])

    def _takes_turns(self) -> bool:
        return self.width() < max(_SIDE_BY_SIDE_PX, self.kit.theme.scaled(_SIDE_BY_SIDE_TEXT_PX))

    def _set_detail(self, *, is_open: bool) -> None:
        if not is_open:
            self._code = ""
            for button in (self._reprint, self._correct, self._ready, self._return):
                button.setEnabled(False)
            self.acts.offer(())
        self._detail_side.setCurrentIndex(int(is_open))
        self._list_side.setVisible(not (self._takes_turns() and is_open))
        self._detail_side.setVisible(is_open or not self._takes_turns())

    def _go_to(self, page: str) -> None:
        self.page_wanted.emit(page, self._code)

    # Acts.

    def _begin(self, act: WorkAct) -> None:
        view = self.detail.view
        if view is not None and self._code:
            self._doing.begin(act, view.dossier)

    def _ask_paper(self) -> None:
        offer = partial(self._offer_papers, self._code)
        self.run("read", lambda: self._desk.reader.unit().paper, offer, latest="paper")

    def _offer_papers(self, code: str, usual: str) -> None:
        dialog = PaperDialog(self.kit.theme, code, usual, self)
        dialog.chosen.connect(partial(self._print_again, code))
        dialog.open()

    def _print_again(self, code: str, paper: str) -> None:
        self.run("db", partial(print_receipt, self._desk, self._actor, code, paper), self._printed)

    def _printed(self, done: Followed) -> None:
        if done.job is not None:
            self._prints.submit(done.job)
        self.kit.notices.say(tr("Đang in lại giấy hẹn {code}.", code=done.dossier.code))
        self.kit.changes.publish(done.changes, self)

    def _ask_correction(self) -> None:
        view = self.detail.view
        if view is not None:
            self._correcting.begin(view.dossier)
