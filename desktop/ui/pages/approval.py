"""F7 "Ký duyệt": what waits for the leader, by what hurts first; preview, approve, send back, refuse, batch."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget

from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.users import User
from desktop.domain.vietnamese import number
from desktop.services.changes import Kind
from desktop.services.ports import Desk
from desktop.services.result_signing import Signing
from desktop.services.signature_waits import SignatureWaits
from desktop.ui.kit import Kit
from desktop.ui.pages.approval_acts import ApprovalActs
from desktop.ui.pages.approval_load import ApprovalList, ApprovalRow, Sheet, load_list, load_sheet
from desktop.ui.pages.approval_model import ApprovalModel
from desktop.ui.pages.approval_sheet import ApprovalSheet
from desktop.ui.pages.approval_view import ApprovalView
from desktop.ui.pages.approval_words import head_words, verdict
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.viewing import note_opened
from desktop.ui.tokens import SPACE_S, SPACE_XL
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr

_LIST_PX: Final = 326
#: Of a narrow window the list takes at most this share.
_LIST_SHARE: Final = 0.36
_LIST, _EMPTY = 0, 1


class FooterButton(ActionButton):
    """Leave the key to the overlay where the window is narrow."""

    _is_tight = False

    def set_tight(self, *, is_tight: bool) -> None:
        """Write the verb alone, or with its key."""
        self._is_tight = is_tight
        self._write(self._verb)

    def _write(self, text: str) -> None:
        if self._is_tight:
            self.setText(f" {text}")
        else:
            super()._write(text)


class ApprovalPage(Page):
    """Let a leader decide.

    Attributes:
        rows: What waits, with what was seen and chosen.
        table: Its view.
        sheet: The dossier in front with its draft.
        acts: What the leader does.

    Signals:
        paper_ready(object): A PrintJob was committed; the print queue takes it.
    """

    paper_ready = Signal(object)
    reads_after = frozenset({Kind.DOSSIER, Kind.DELEGATION, Kind.USER})

    def __init__(self, kit: Kit, desk: Desk, actor: User, signing: Signing | None = None) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: The leader.
            signing: The signing device of this PC; None when there is none.
        """
        super().__init__(kit, key="approval", title=tr("Ký duyệt"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._wanted_code = ""
        self._place = 0
        self._unsigned: tuple[str, ...] = ()
        self.rows = ApprovalModel(kit.words, self)
        self.table = ApprovalView(kit.theme, self.rows)
        self.sheet = ApprovalSheet(kit, actor)
        self.acts = ApprovalActs(self, desk, actor, signing)
        self._build()
        self._build_footer()
        self._connect()
        self._tell_buttons()

    # Answers to the shell.

    def shown(self) -> None:
        """Read the list and take the keys."""
        self.reload_if_stale()
        self.table.setFocus()

    def open_item(self, item: object) -> bool:
        """Go to a dossier by its code."""
        if not isinstance(item, str) or not item:
            return False
        at = self.rows.place_of(item)
        if at >= 0:
            self._go_to(at)
        else:
            self._wanted_code = item
            self.reload()
        return True

    def handle_scan(self, scan: Scan) -> bool:
        """Go to the dossier whose receipt or cover was scanned; one that does not wait is not for this page."""
        reading = scan.reading
        if not isinstance(reading, Reading) or reading.kind not in (ScanKind.OUR_CODE, ScanKind.OUR_LOOKUP_QR):
            return False
        at = self.rows.place_of(reading.code)
        if at < 0:
            return False
        self.kit.sounds.play("found")
        self._go_to(at)
        return True

    def go_back(self) -> bool:
        """Go from draft or papers back to the list."""
        if self.sheet.isAncestorOf(self.focusWidget() or self.table):
            self.table.setFocus()
            return True
        return False

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        signs = self.acts.means is not None
        digital = (ShortcutHint("Alt+S", tr("Đổi cách ký")), ShortcutHint("S", tr("Ký số hồ sơ đã duyệt")))
        return (
            ShortcutHint("A", tr("Ký duyệt hồ sơ đang xem")),
            ShortcutHint("T", tr("Trả lại người soạn, ghi lý do")),
            ShortcutHint("K", tr("Từ chối, ghi lý do")),
            ShortcutHint("X", tr("Xin lỗi và hẹn lại (Mẫu 04)")),
            ShortcutHint("Space", tr("Chọn hồ sơ đã xem, sang hồ sơ sau")),
            ShortcutHint("Ctrl+A", tr("Chọn mọi hồ sơ đã xem và duyệt được")),
            ShortcutHint("Ctrl+Return", tr("Ký duyệt mọi hồ sơ đã chọn")),
            ShortcutHint("H", tr("Xem giấy tờ hoặc dự thảo khi màn hình hẹp")),
            *(digital if signs else ()),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share a narrow window out."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        list_px = min(self.kit.theme.scaled(_LIST_PX), round(self.width() * _LIST_SHARE))
        self._halves.setSizes([list_px, max(self.width() - list_px, 1)])
        self._fit_buttons()

    def _fit_buttons(self) -> None:
        buttons = [button for button in self._buttons if not button.isHidden()]
        for button in buttons:
            button.set_tight(is_tight=False)
        hints = sum(button.sizeHint().width() + SPACE_S for button in buttons)
        means_px = self.acts.means.sizeHint().width() + SPACE_S if self.acts.means is not None else 0
        is_tight = hints + means_px + 2 * SPACE_XL > self.width()
        for button in buttons:
            button.set_tight(is_tight=is_tight)

    # What the acts need.

    def current(self) -> ApprovalRow | None:
        """Return the row in front."""
        return self.rows.row(self.table.currentIndex().row())

    def seen_or_told(self, row: ApprovalRow) -> bool:
        """Tell whether a row lay before the leader; say what lacks when it did not."""
        if self.rows.is_seen(row):
            return True
        self.kit.notices.say(tr("Chờ bản dự thảo hiện ra, xem rồi mới duyệt được."))
        return False

    def set_busy(self, *, is_busy: bool) -> None:
        """Let nothing be pressed twice."""
        for button in (self._approve, self._batch, self._back, self._refuse, self._apologise):
            button.setEnabled(not is_busy)
        if not is_busy:
            self._tell_buttons()

    # Building.

    def _build(self) -> None:
        theme = self.kit.theme
        self._list_side = QStackedWidget()
        self._halves = QSplitter(Qt.Orientation.Horizontal)
        self._halves.setChildrenCollapsible(False)
        self._halves.setHandleWidth(1)
        self._halves.addWidget(self.table)
        self._halves.addWidget(self.sheet)
        self._halves.setStretchFactor(0, 0)
        self._halves.setStretchFactor(1, 1)
        advice = tr("Hồ sơ chuyên môn trình lên sẽ hiện ở đây, hồ sơ trễ đứng đầu.")
        self._list_side.addWidget(self._halves)
        self._list_side.addWidget(EmptyState(theme, "sign", tr("Không còn hồ sơ nào chờ ký"), advice))
        self.body.addWidget(self._list_side, 1)

    def _build_footer(self) -> None:
        theme = self.kit.theme
        self._back = self._button(tr("Trả lại"), "T", "sendBack", "back", tr("Trả lại người soạn, ghi lý do"))
        self._refuse = self._button(tr("Từ chối"), "K", "refuseIt", "close", tr("Từ chối yêu cầu, ghi lý do"))
        self._apologise = self._button(tr("Xin lỗi"), "X", "apologise", "edit", tr("Xin lỗi và hẹn lại (Mẫu 04)"))
        tip = tr("Ký duyệt mọi hồ sơ đã xem và đã chọn")
        self._batch = self._button(tr("Duyệt đã chọn"), "Ctrl+Return", "approveChosen", "check", tip)
        self._approve = FooterButton(
            theme,
            tr("Ký duyệt"),
            icon="sign",
            shortcut="A",
            primary=True,
            name="approveIt",
            status_tip=tr("Ký duyệt đúng nội dung đang xem"),
        )
        self._sign = self._button(tr("Ký số"), "S", "signAgain", "sign", tr("Ký số những hồ sơ đã duyệt mà chưa ký số"))
        self._buttons = (self._back, self._refuse, self._apologise, self._sign, self._batch, self._approve)
        for button in (self._back, self._refuse, self._apologise, self._sign):
            self.footer.addWidget(button)
        self._sign.hide()
        self.footer.addStretch(1)
        if self.acts.means is not None:
            self.footer.addWidget(self.acts.means)
        self.footer.addWidget(self._batch)
        self.footer.addWidget(self._approve)

    def _button(self, verb: str, keys: str, name: str, icon: str, tip: str) -> FooterButton:
        return FooterButton(self.kit.theme, verb, icon=icon, shortcut=keys, name=name, status_tip=tip)

    def _connect(self) -> None:
        self.table.selectionModel().currentChanged.connect(self._row_chosen)
        self.table.toggled.connect(self._toggle)
        self.sheet.seen.connect(self._seen)
        self.rows.chosen_changed.connect(self._tell_buttons)
        self.kit.theme.changed.connect(self._fit)
        self._approve.clicked.connect(self.acts.approve_current)
        self._batch.clicked.connect(self.acts.approve_chosen)
        self._back.clicked.connect(self.acts.ask_send_back)
        self._refuse.clicked.connect(self.acts.ask_reject)
        self._apologise.clicked.connect(self.acts.ask_apology)
        self._sign.clicked.connect(self._sign_again)
        if self.acts.means is not None:
            QShortcut(QKeySequence("Alt+S"), self.acts.means).activated.connect(self.acts.turn_means)
        self._choose_all = QShortcut(QKeySequence("Ctrl+A"), self.table)
        self._choose_all.setContext(Qt.ShortcutContext.WidgetShortcut)
        self._choose_all.activated.connect(self._choose_seen)

    # Reading.

    def reload(self) -> None:
        """Read the list again."""
        super().reload()
        work = partial(load_list, self._desk, self._actor, signs=self.acts.signing is not None)
        self.run("read", work, self._loaded, latest="list")

    def _loaded(self, found: ApprovalList) -> None:
        before = self.current()
        self.rows.set_rows(found.rows)
        self._tell_head(found.rows, found.waits)
        self._tell_unsigned(found.unsigned)
        self._list_side.setCurrentIndex(_LIST if found.rows else _EMPTY)
        if not found.rows:
            self._tell_buttons()
            return
        at = self.rows.place_of(self._wanted_code or (before.code if before is not None else ""))
        if self._wanted_code and at < 0:
            self.show_error(tr("Hồ sơ {code} không chờ ký.", code=self._wanted_code))
        self._wanted_code = ""
        self._go_to(at if at >= 0 else min(self._place, len(found.rows) - 1))

    def _tell_head(self, rows: Sequence[ApprovalRow], waits: SignatureWaits) -> None:
        late = sum(row.waiting.is_late for row in rows)
        self.set_subtitle(head_words(len(rows), late, waits))

    def _tell_unsigned(self, codes: tuple[str, ...]) -> None:
        self._unsigned = codes
        self._sign.set_verb(tr("Ký số {n} đã duyệt", n=number(len(codes))))
        self._sign.setVisible(bool(codes))

    def _sign_again(self) -> None:
        self.acts.sign_again(self._unsigned)

    def _go_to(self, at: int) -> None:
        index = self.rows.index(at)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _row_chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self.rows.row(current.row()) if current.isValid() else None
        if row is None:
            return
        self._place = current.row()
        self.run("read", partial(load_sheet, self._desk, self._actor, row), self._sheet_loaded, latest="sheet")
        self._tell_buttons()

    def _sheet_loaded(self, sheet: Sheet) -> None:
        row = self.current()
        if row is not None and row.shown_as == sheet.row.shown_as:
            note_opened(self, self._desk, self._actor, sheet.view.dossier)
            self.sheet.show_sheet(sheet)

    def _seen(self, sheet: Sheet) -> None:
        row = self.current()
        if row is not None and row.shown_as == sheet.row.shown_as:
            self.rows.note_seen(row.shown_as)
            self._tell_buttons()

    # Choosing.

    def _toggle(self, at: int) -> None:
        row = self.rows.row(at)
        if row is None:
            return
        is_chosen = self.rows.is_chosen(row)
        if self.rows.choose(row, is_chosen=not is_chosen):
            if not is_chosen and at + 1 < self.rows.rowCount():
                self._go_to(at + 1)
            return
        if row.waiting.is_ready:
            self.seen_or_told(row)
        else:
            self.kit.notices.say(verdict(row.waiting, self.kit.words)[1])

    def _choose_seen(self) -> None:
        n = self.rows.choose_seen()
        self.kit.notices.say(tr("Đã chọn {n} hồ sơ đã xem; Ctrl+Enter để ký duyệt.", n=number(n)))

    def _tell_buttons(self) -> None:
        row = self.current()
        n = len(self.rows.chosen())
        is_free = not self.acts.is_busy
        self._batch.set_verb(tr("Duyệt {n} đã chọn", n=number(n)) if n else tr("Duyệt đã chọn"))
        self._batch.setEnabled(bool(n) and is_free)
        self._fit_buttons()
        self._approve.setEnabled(row is not None and is_free)
        for button in (self._back, self._refuse, self._apologise):
            button.setEnabled(row is not None and is_free)
