"""F8 "Trả kết quả": scan the receipt, compare the card, proof, fee, done."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.commands import ReturnResult
from desktop.domain.dossiers import Dossier
from desktop.domain.errors import AppError
from desktop.domain.identity import mask_id_number
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.users import User
from desktop.domain.vietnamese import screen_datetime
from desktop.services.attachment_port import AttachmentReader, LoadedAttachment
from desktop.services.changes import Changes, Kind
from desktop.services.follow import Followed
from desktop.services.look_up import DossierView, show
from desktop.services.ports import Desk
from desktop.services.records import DossierFilter
from desktop.ui.kit import Kit
from desktop.ui.models.dossier_rows import DossierSource
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.dossier_detail import Fact, FactSheet
from desktop.ui.pages.dossiers_words import fee_words, promise_words
from desktop.ui.pages.list_printing import RESULTS_KEYS, ListPrinting
from desktop.ui.pages.return_result_form import FormArea, ReturnFormWidget
from desktop.ui.pages.return_result_refusal import Refusal, refusal_of
from desktop.ui.pages.return_result_state import CardCheck, command_of
from desktop.ui.pages.return_result_work import hand_over
from desktop.ui.pages.viewing import note_opened
from desktop.ui.theme import name_it, set_class
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.areas import scrolled
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import SearchBox
from desktop.ui.widgets.labels import EmptyState, text_label
from desktop.ui.words import tr

_SEARCH, _FORM, _REFUSED = 0, 1, 2
_FACTS_PX: Final = 270
_FACTS_MOST_PX: Final = 480
_FORM_MOST_PX: Final = 860
_NARROW_PX: Final = 900
_LEAST_QUERY: Final = 2


class ReturnResultPage(Page):
    """Hand a result to the citizen, one at a time: nothing here returns several at once.

    Attributes:
        search: Finds a dossier whose receipt is lost.
        found: The list of what it found.
        form: What is entered.

    Signals:
        slip_ready(object): A PrintJob was committed; the print queue takes it.
    """

    slip_ready = Signal(object)

    def __init__(self, kit: Kit, desk: Desk, actor: User, read_file: AttachmentReader) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Who hands over.
            read_file: Reads a photo or scan from this PC and checks it.
        """
        super().__init__(kit, key="return_result", title=tr("Trả kết quả"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._read_file = read_file
        self._view: DossierView | None = None
        self._is_lost = False
        self._is_saving = False
        self._wants_list = False
        self.search = SearchBox(
            kit.theme, tr("Mất giấy hẹn: gõ tên, điện thoại, số định danh hoặc mã"), name="returnSearch"
        )
        name_it(self.search, "returnSearch", tr("Tìm khi mất giấy hẹn"), tr("Chỉ dùng khi công dân không có giấy hẹn"))
        self.list_model = DossierTableModel(DossierSource(desk, actor), kit.tasks, self)
        self.found = DossierTableView(kit.theme, self.list_model, kit.now, name="returnFound")
        self.form = ReturnFormWidget(kit.theme)
        self._facts = FactSheet("returnFacts", tr("Hồ sơ sắp trả"))
        self._code = text_label("", "figure")
        self._build()
        self._connect()
        self._go_to(_SEARCH)

    # Answers to the shell.

    def shown(self) -> None:
        """Wait for a receipt."""
        if self._view is None:
            self.search.setFocus()

    def open_item(self, item: object) -> bool:
        """Open a dossier by its code, as if its receipt had been scanned."""
        if not isinstance(item, str) or not item:
            return False
        self._open(item, is_lost=False)
        return True

    def handle_scan(self, scan: Scan) -> bool:
        """Take a receipt, then the card of the person who collects."""
        reading = scan.reading
        if not isinstance(reading, Reading):
            return False
        if reading.kind in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            self._open(reading.code, is_lost=False)
            return True
        if reading.kind is ScanKind.IDENTITY_CARD and reading.card is not None:
            if self._stack.currentIndex() == _FORM:
                is_bad = self.form.take_card(reading.card) is CardCheck.MISMATCH
                self.kit.sounds.play("not_found" if is_bad else "found")
            else:
                self._find_by(reading.card.id_number)
            return True
        return False

    def go_back(self) -> bool:
        """Leave the dossier without returning it."""
        if self._stack.currentIndex() == _SEARCH and not self.search.text():
            return False
        self._reset()
        return True

    def on_changes(self, changes: Changes, initiator: object) -> None:
        """Look again at the dossier shown when somebody else acted on it."""
        view = self._view
        if initiator is self or view is None or Kind.DOSSIER not in changes.kinds:
            return
        if view.dossier.dossier_id in changes.dossier_ids:
            self._open(view.dossier.code, is_lost=self._is_lost)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write the code smaller where there is little room."""
        super().resizeEvent(event)
        set_class(self._code, "section" if self.width() < self.kit.theme.scaled(_NARROW_PX) else "figure")

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+Return", tr("Trả kết quả")),
            ShortcutHint("Alt+C", tr("Chủ hồ sơ nhận")),
            ShortcutHint("Alt+U", tr("Người được ủy quyền nhận")),
            ShortcutHint("Alt+B", tr("Chọn loại bằng chứng")),
            ShortcutHint("Ctrl+T", tr("Chọn ảnh hoặc bản quét liên lưu đã ký")),
            ShortcutHint("Alt+1 … Alt+3", tr("Thu lệ phí: tiền mặt, chuyển khoản, miễn thu")),
            ShortcutHint(RESULTS_KEYS, tr("In phiếu bàn giao kết quả")),
            ShortcutHint("Escape", tr("Bỏ hồ sơ này, quét hồ sơ khác")),
        )

    # Building.

    def _build(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_search())
        self._stack.addWidget(self._build_form())
        self._refused = QStackedWidget()
        self._stack.addWidget(self._refused)
        self.body.addWidget(self._stack, 1)
        theme = self.kit.theme
        self._open_button = ActionButton(theme, tr("Mở hồ sơ"), icon="dossiers", shortcut="Ctrl+O", name="openDossier")
        self._finish = ActionButton(
            theme,
            tr("Trả kết quả"),
            icon="return",
            shortcut="Ctrl+Return",
            primary=True,
            name="finishReturn",
            status_tip=tr("Ghi nhận đã trả kết quả cho người nhận"),
        )
        self.lists = ListPrinting(self, self._desk, self._actor)
        self.lists.printed.connect(self.slip_ready)
        self.footer.addWidget(self.lists.results_button())
        self.footer.addStretch(1)
        self.footer.addWidget(self._open_button)
        self.footer.addWidget(self._finish)

    def _build_search(self) -> QWidget:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.search)
        self._results = QStackedWidget()
        self._results.addWidget(
            EmptyState(
                self.kit.theme,
                "scan",
                tr("Quét giấy hẹn của công dân"),
                tr("Sau đó quét thẻ căn cước của người nhận và nhấn Ctrl+Enter. Mất giấy hẹn thì tìm ở ô trên."),
            )
        )
        self._results.addWidget(self.found)
        self._results.addWidget(
            EmptyState(
                self.kit.theme,
                "search",
                tr("Không tìm thấy hồ sơ nào"),
                tr("Gõ ít chữ hơn, hoặc thử số điện thoại, số định danh của chủ hồ sơ."),
            )
        )
        column.addWidget(self._results, 1)
        return side

    def _build_form(self) -> QWidget:
        side = QWidget()
        row = QHBoxLayout(side)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        card = QFrame()
        card.setProperty("class", "card")
        facts = QVBoxLayout(card)
        facts.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)
        facts.setSpacing(SPACE_S)
        name_it(self._code, "returnCode", tr("Mã hồ sơ"))
        self._code.setWordWrap(True)
        facts.addWidget(self._code)
        facts.addWidget(self._facts)
        facts.addStretch(1)
        facts_area = scrolled(card, "returnFactsScroll")
        facts_area.setMinimumWidth(min(self.kit.theme.scaled(_FACTS_PX), _FACTS_MOST_PX))
        facts_area.setMaximumWidth(self.kit.theme.scaled(_FACTS_MOST_PX))
        row.addWidget(facts_area, 2)
        form_area = FormArea(self.form)
        form_area.setMaximumWidth(self.kit.theme.scaled(_FORM_MOST_PX))
        row.addWidget(form_area, 3)
        row.addStretch(0)
        return side

    def _connect(self) -> None:
        self.search.searched.connect(self._search_typed)
        self.search.returnPressed.connect(self._enter_list)
        self.found.activated.connect(self._found_chosen)
        self.list_model.began.connect(self._list_began)
        self.list_model.failed.connect(self.fail)
        self._finish.clicked.connect(self._save)
        self._open_button.clicked.connect(self._open_elsewhere)

    # Finding.

    def _search_typed(self, text: str) -> None:
        if len(text) < _LEAST_QUERY:
            self._results.setCurrentIndex(0)
            return
        wanted = DossierFilter(query=text)
        if wanted != self.list_model.narrowed or self._results.currentIndex() == 0:
            self.list_model.show(wanted)

    def _find_by(self, id_number: str) -> None:
        """Show the dossiers of the person whose card was scanned before any receipt."""
        self._reset()
        self.search.setText(id_number)
        self._search_typed(id_number)

    def _list_began(self) -> None:
        self._results.setCurrentIndex(1 if self.list_model.rowCount() else 2)
        if self._wants_list:
            self._enter_list()

    def _enter_list(self) -> None:
        """Go into the list, once the rows of what was just typed are there."""
        self._wants_list = self.list_model.is_loading
        if not self._wants_list and self._results.currentIndex() == 1:
            self.found.setFocus()
            self.found.selectRow(0)

    def _found_chosen(self, index: QModelIndex) -> None:
        row = self.list_model.row(index.row())
        if row is not None:
            self._open(row.code, is_lost=True)

    def _open(self, code: str, *, is_lost: bool) -> None:
        opened = partial(self._opened, is_lost)
        self.run("read", partial(show, self._desk, self._actor, code), opened, self._not_found, latest="show")

    def _not_found(self, error: AppError) -> None:
        self.fail(error)
        self.kit.sounds.play("not_found")

    def _opened(self, is_lost: bool, view: DossierView) -> None:
        self.clear_error()
        self._view = view
        self._is_lost = is_lost
        dossier = view.dossier
        note_opened(self, self._desk, self._actor, dossier)
        refusal = refusal_of(view, self._actor)
        self.kit.sounds.play("found" if refusal is None else "not_found")
        if refusal is not None:
            self._show_refusal(refusal)
            return
        self._code.setText(dossier.code)
        self._facts.set_facts(self._fact_lines(dossier))
        self.form.load(dossier, is_lost=is_lost)
        self._go_to(_FORM)
        self._finish.setFocus()

    def _fact_lines(self, dossier: Dossier) -> tuple[Fact, ...]:
        owner = dossier.owner
        return (
            Fact(tr("Chủ hồ sơ"), owner.name, "strong"),
            Fact(tr("Số định danh"), mask_id_number(owner.id_number) or tr("không ghi")),
            Fact(tr("Điện thoại"), owner.phone),
            Fact(tr("Thủ tục"), dossier.procedure.name),
            Fact(tr("Kết quả"), dossier.procedure.result_name),
            Fact(tr("Vị trí để"), dossier.shelf or tr("chưa ghi"), "strong"),
            Fact(tr("Ghi chú"), dossier.result_note),
            Fact(tr("Lệ phí"), fee_words(dossier), "strong" if dossier.owed_vnd else ""),
            Fact(tr("Hẹn trả"), screen_datetime(dossier.promised_at)),
            Fact(tr("Hẹn in lần đầu"), promise_words(dossier)),
            Fact(tr("Có kết quả lúc"), screen_datetime(dossier.solved_at) if dossier.solved_at else ""),
        )

    # A dossier that cannot be returned.

    def _show_refusal(self, refusal: Refusal) -> None:
        while self._refused.count():
            old = self._refused.widget(0)
            self._refused.removeWidget(old)
            old.deleteLater()
        self._refused.addWidget(EmptyState(self.kit.theme, refusal.icon, refusal.title, refusal.advice))
        self._go_to(_REFUSED)

    # Returning.

    def _save(self) -> None:
        view = self._view
        if view is None or self._stack.currentIndex() != _FORM or self._is_saving:
            return
        self.clear_error()
        if not self.form.is_complete():
            if self.form.check is CardCheck.MISMATCH:
                advice = tr("Nhấn Alt+U nếu người này được ủy quyền, hoặc quét thẻ của chủ hồ sơ.")
                self.show_error(tr("Thẻ không phải của chủ hồ sơ. {advice}", advice=advice))
            return
        form = self.form.value()
        command = command_of(view.dossier, form)
        self._is_saving = True
        self._finish.setEnabled(False)
        send = partial(self._send, view.dossier, command)
        if form.proof_path:
            self.run("io", partial(self._read_file, form.proof_path), send, self._not_read)
        else:
            send(None)

    def _send(self, dossier: Dossier, command: ReturnResult, proof: LoadedAttachment | None) -> None:
        work = partial(hand_over, self._desk, self._actor, dossier, command, proof)
        self.run("db", work, self._saved, self._refused_by)

    def _not_read(self, error: AppError) -> None:
        self._is_saving = False
        self._finish.setEnabled(True)
        self.form.proof_file.set_error(self.kit.words.error(error))

    def _saved(self, done: Followed) -> None:
        self._is_saving = False
        record = done.dossier.returned
        name = record.recipient.name if record is not None else ""
        self._reset()
        self.kit.sounds.play("found")
        self.kit.notices.say(tr("Đã trả kết quả {code} cho {name}.", code=done.dossier.code, name=name))
        self.kit.changes.publish(done.changes, self)
        if done.job is not None:
            self.slip_ready.emit(done.job)

    def _refused_by(self, error: AppError) -> None:
        self._is_saving = False
        self._finish.setEnabled(True)
        if self.isVisible():  # a button that was switched off had lost the focus
            self._finish.setFocus()
        self.fail(error)

    def _open_elsewhere(self) -> None:
        if self._view is not None:
            self.page_wanted.emit("dossiers", self._view.dossier.code)

    def _reset(self) -> None:
        self._view = None
        self.clear_error()
        self.search.clear()
        self._results.setCurrentIndex(0)
        self._go_to(_SEARCH)
        self.search.setFocus()

    def _go_to(self, part: int) -> None:
        self._stack.setCurrentIndex(part)
        self._finish.setEnabled(part == _FORM)
        self._finish.setVisible(part != _REFUSED)
        self._open_button.setVisible(part != _SEARCH)
