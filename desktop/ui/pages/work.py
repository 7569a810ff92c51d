"""F6 "Xử lý": what lies before me, next due first; everything a specialist does with one dossier, by keys."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import AppError
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.users import User
from desktop.domain.vietnamese import number
from desktop.domain.way import AttachmentRole
from desktop.domain.way_commands import Submit
from desktop.services import deciding
from desktop.services.attachment_port import AttachmentReader, LoadedAttachment
from desktop.services.changes import Changes, Kind
from desktop.services.follow import Followed, mark_result_ready
from desktop.services.look_up import DossierView, show
from desktop.services.ports import Desk
from desktop.services.records import DossierFilter
from desktop.ui.kit import Kit
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.pages.act_bar import ActBar, below
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.dossier_acts import DossierActs, attachment_of
from desktop.ui.pages.dossier_detail import DossierDetail
from desktop.ui.pages.intake_parts import Callout
from desktop.ui.pages.viewing import note_opened
from desktop.ui.pages.way_words import sent_back_words
from desktop.ui.pages.work_fields import WorkFields
from desktop.ui.pages.work_list import WorkSource
from desktop.ui.pages.work_offers import LOOKS, WorkAct, offers
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_M
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr

_DETAIL_PX: Final = 430
_LEAST_DETAIL_PX: Final = 340
#: So much of the facts is in sight above the fields, at 100 % of text; else the fields scroll with them.
_FACTS_PX: Final = 120

#: Acts that Ctrl+Enter does where they are offered first: a refusal only once the leaders decided it.
_LEADING: Final = frozenset({WorkAct.SUBMIT, WorkAct.READY, WorkAct.REFUSE})


class Resized(QWidget):
    """Tell when it has another size.

    Signals:
        resized(): It was laid out anew.
    """

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell it."""
        super().resizeEvent(event)
        self.resized.emit()


class WorkPage(Page):
    """Show the work of a section, and do it.

    Attributes:
        list_model: Open dossiers, next due first.
        table: Its view.
        detail: The dossier chosen.
        acts: The buttons of what it offers now.
        fields: What the leading act asks for.

    Signals:
        paper_ready(object): A PrintJob was committed; the print queue takes it.
    """

    paper_ready = Signal(object)

    def __init__(self, kit: Kit, desk: Desk, actor: User, read_file: AttachmentReader) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Whose work it is.
            read_file: Reads a draft from this PC and checks it.
        """
        super().__init__(kit, key="work", title=tr("Xử lý"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._read_file = read_file
        self._code = ""
        self._is_stale = True
        self._leading: WorkAct | None = None
        self.list_model = DossierTableModel(WorkSource(desk, actor), kit.tasks, self)
        self.table = DossierTableView(kit.theme, self.list_model, kit.now, name="workTable")
        self.detail = DossierDetail(kit.theme, kit.words, actor, kit.now)
        self.acts = ActBar(kit.theme, name="workActs")
        self.fields = WorkFields(kit.theme)
        self._sent_back = Callout(kit.theme, "late", name="sentBack")
        self._doing = DossierActs(self, desk, actor, read_file)
        self._build()
        self._connect()

    def shown(self) -> None:
        """Load the list and take the keys."""
        if self._is_stale:
            self._is_stale = False
            self.list_model.show(DossierFilter())
        self.table.setFocus()

    def open_item(self, item: object) -> bool:
        """Choose a dossier by its code and go to what its next act asks for."""
        if not isinstance(item, str) or not item:
            return False
        self._open(item, takes_focus=True)
        return True

    def handle_scan(self, scan: Scan) -> bool:
        """Choose the dossier whose receipt or cover was scanned."""
        reading = scan.reading
        if isinstance(reading, Reading) and reading.kind in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            return self.open_item(reading.code)
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the list its share of a narrow window."""
        super().resizeEvent(event)
        self._detail_side.setMinimumWidth(min(_DETAIL_PX, max(_LEAST_DETAIL_PX, self.width() // 2)))

    def _place_fields(self) -> None:
        """Keep the fields below the facts in sight, or among them where the page is too low for both."""
        needed_px = self.fields.sizeHint().height() + self.kit.theme.scaled(_FACTS_PX)
        is_short = self._right.height() < needed_px
        if is_short:
            self._among_facts.insertWidget(0, self.fields)  # what is typed into stays in sight
        else:
            self._beside_facts.addWidget(self.fields)

    def go_back(self) -> bool:
        """Go from the fields back to the list."""
        if self.fields.has_focus():
            self.table.setFocus()
            return True
        return False

    def on_changes(self, changes: Changes, initiator: object) -> None:
        """Read again what an act changed."""
        del initiator
        if Kind.DOSSIER not in changes.kinds:
            return
        if not self.isVisible():
            self._is_stale = True
            return
        self.list_model.refresh()
        view = self.detail.view
        if self._code and view is not None and view.dossier.dossier_id in changes.dossier_ids:
            self._open(view.dossier.code, takes_focus=False)

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys: of the list, and of what the dossier offers now."""
        return (
            ShortcutHint("Return", tr("Ghi dự thảo hoặc vị trí để kết quả của hồ sơ đang chọn")),
            *((ShortcutHint("Ctrl+Return", tr(LOOKS[self._leading].verb)),) if self._leading else ()),
            *(ShortcutHint(LOOKS[act].keys, tr(LOOKS[act].verb)) for act in self.acts.offered()),
        )

    # Building.

    def _build(self) -> None:
        theme = self.kit.theme
        self._list_side = QStackedWidget()
        self._list_side.addWidget(self.table)
        advice = tr("Hồ sơ được bàn giao cho bộ phận của bạn sẽ hiện ở đây, sắp theo hạn.")
        self._list_side.addWidget(EmptyState(theme, "check", tr("Không còn hồ sơ nào phải xử lý"), advice))
        self._detail_side = QStackedWidget()
        choose = tr("Chọn một hồ sơ bằng mũi tên, hoặc quét giấy hẹn.")
        self._detail_side.addWidget(EmptyState(theme, "work", tr("Chưa chọn hồ sơ"), choose))
        self._detail_side.addWidget(self._build_detail())
        self._detail_side.setMinimumWidth(_DETAIL_PX)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._list_side)
        splitter.addWidget(self._detail_side)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        self.body.addWidget(splitter, 1)
        self._lead = ActionButton(
            theme, tr(LOOKS[WorkAct.SUBMIT].verb), icon="next", shortcut="Ctrl+Return", primary=True, name="workLead"
        )
        self.footer.addWidget(self.acts, 1)
        self.footer.addWidget(self._lead, 0, Qt.AlignmentFlag.AlignBottom)
        self._offer(None)

    def _build_detail(self) -> QWidget:
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name_it(self._scroll, "workScroll", tr("Chi tiết hồ sơ"))
        inner = QWidget()
        inner.setProperty("class", "scrolled")
        inner.setMinimumWidth(1)  # no wider than what is seen of it
        self._among_facts = QVBoxLayout(inner)
        self._among_facts.setContentsMargins(0, 0, 0, 0)
        self._among_facts.addWidget(below(self.detail, self._sent_back), 1)
        self._scroll.setWidget(inner)
        self._right = right = Resized()
        right.resized.connect(self._place_fields)
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(SPACE_M)
        side.addWidget(self._scroll, 1)
        side.addWidget(self.fields)
        self._beside_facts = side
        return right

    def _connect(self) -> None:
        self.list_model.began.connect(self._list_began)
        self.list_model.counted.connect(self._counted)
        self.list_model.failed.connect(self.fail)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.table.activated.connect(self._row_activated)
        self.fields.passed.connect(self._lead.setFocus)
        self.acts.pressed.connect(self._begin)
        self._lead.clicked.connect(self._lead_on)
        self._doing.paper_ready.connect(self.paper_ready)
        self._doing.done.connect(self._left_or_changed)

    # The list.

    def _list_began(self) -> None:
        self._list_side.setCurrentIndex(int(self.list_model.rowCount() == 0))

    def _counted(self, total: int) -> None:
        self.set_subtitle(tr("{n} hồ sơ chưa có kết quả, hạn gần nhất trước", n=number(total)))
        self._list_side.setCurrentIndex(int(total == 0))
        if total == 0 or self._code:
            return
        self.table.selectRow(0)

    def _row_chosen(self, current: QModelIndex) -> None:
        row = self.list_model.row(current.row()) if current.isValid() else None
        if row is not None and row.code != self._code:
            self._open(row.code, takes_focus=False)

    def _row_activated(self, index: QModelIndex) -> None:
        if self.list_model.row(index.row()) is not None and not self.fields.focus_first():
            self._scroll.setFocus()

    # The dossier.

    def _open(self, code: str, *, takes_focus: bool) -> None:
        opened = partial(self._opened, takes_focus)
        self.run("read", partial(show, self._desk, self._actor, code), opened, latest="show")

    def _opened(self, takes_focus: bool, view: DossierView) -> None:
        dossier = view.dossier
        if dossier.code != self._code:
            note_opened(self, self._desk, self._actor, dossier)
            self.clear_error()
            self.fields.turn_to(dossier.code)
            self._scroll.verticalScrollBar().setValue(0)
        self._code = dossier.code
        self.detail.show_view(view)
        self._offer(dossier)
        self._detail_side.setCurrentIndex(1)
        if takes_focus:
            at = self.list_model.row_at_hand(dossier.dossier_id)
            if at >= 0:
                self.table.setCurrentIndex(self.list_model.index(at, 0))
            self.fields.focus_first()

    def _offer(self, dossier: Dossier | None) -> None:
        """Show what the dossier offers: the leading act below, the others above its facts."""
        found = () if dossier is None else offers(dossier, self._actor, self._doing.clock_of(dossier))
        self._leading = found[0] if found and found[0] in _LEADING else None
        self.acts.offer([act for act in found if act is not self._leading])
        self.fields.show_for(self._leading)
        self._sent_back.say("" if dossier is None else sent_back_words(dossier))
        self._lead.setVisible(self._leading is not None)
        self._lead.setEnabled(self._leading is not None)
        if self._leading is not None:
            self._lead.set_verb(tr(LOOKS[self._leading].verb))

    def _left_or_changed(self, dossier: Dossier) -> None:
        """Go on to the next of the list once a dossier is no longer work."""
        if dossier.is_closed and dossier.code == self._code:
            self._let_go()

    def _let_go(self) -> None:
        self._code = ""
        self._offer(None)
        self._detail_side.setCurrentIndex(0)
        self.table.clearSelection()
        self.table.setFocus()

    # Acts.

    def _begin(self, act: WorkAct) -> None:
        view = self.detail.view
        if view is not None and self._code:
            self._doing.begin(act, view.dossier)

    def _lead_on(self) -> None:
        act, view = self._leading, self.detail.view
        if act is None or view is None or not self._code:
            return
        self.clear_error()
        if act is WorkAct.SUBMIT:
            self._submit()
        elif act is WorkAct.READY:
            self._mark()
        else:
            self._doing.begin(act, view.dossier)

    def _submit(self) -> None:
        self._lead.setEnabled(False)
        path = self.fields.draft.path()
        if path:
            self.run("io", partial(self._read_file, path), partial(self._send, self._code), self._not_read)
        else:
            self._send(self._code, None)

    def _send(self, code: str, loaded: LoadedAttachment | None) -> None:
        draft = None if loaded is None else attachment_of(loaded, AttachmentRole.DRAFT)
        content = None if loaded is None else loaded.content
        command = Submit(draft, self.fields.word.value())
        work = partial(deciding.submit, self._desk, self._actor, [code], command, content)
        self.run("db", work, self._submitted, self._not_done)

    def _submitted(self, done: deciding.Decided) -> None:
        self._done_with(done.dossiers[0].code)
        self.kit.notices.say(tr("Đã trình lãnh đạo {code}.", code=done.dossiers[0].code))
        self.kit.changes.publish(done.changes, self)

    def _not_read(self, error: AppError) -> None:
        self._lead.setEnabled(True)
        self.fields.draft.set_error(self.kit.words.error(error))

    def _mark(self) -> None:
        self._lead.setEnabled(False)
        command = MarkResultReady(shelf=self.fields.shelf.value(), note=self.fields.note.value())
        work = partial(mark_result_ready, self._desk, self._actor, self._code, command)
        self.run("db", work, self._marked, self._not_done)

    def _marked(self, done: Followed) -> None:
        self._done_with(done.dossier.code)
        self.kit.notices.say(tr("Đã có kết quả {code}, quầy có thể trả.", code=done.dossier.code))
        self.kit.changes.publish(done.changes, self)

    def _not_done(self, error: AppError) -> None:
        self._lead.setEnabled(True)
        if self.isVisible():  # a button that was switched off had lost the focus
            self._lead.setFocus()
        self.fail(error)

    def _done_with(self, code: str) -> None:
        """Go on to the list, unless another dossier was opened meanwhile."""
        self.fields.forget(code)
        if code == self._code:
            self._let_go()
