"""F6 "Xử lý": what lies before me, next due first; mark a result ready with its place on the shelf."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.domain.commands import MarkResultReady
from desktop.domain.dossiers import Status
from desktop.domain.errors import AppError
from desktop.domain.scans import Scan as Reading
from desktop.domain.scans import ScanKind
from desktop.domain.users import Action, User, may
from desktop.domain.vietnamese import number
from desktop.services.changes import Changes, Kind
from desktop.services.follow import Followed, mark_result_ready
from desktop.services.look_up import DossierView, show
from desktop.services.ports import Desk, DossierFilter
from desktop.ui.kit import Kit
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.models.dossier_view import DossierTableView
from desktop.ui.pages.base import Page, Scan, ShortcutHint
from desktop.ui.pages.dossier_detail import DossierDetail
from desktop.ui.pages.work_list import WorkSource
from desktop.ui.theme import name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit, field_row
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr

_DETAIL_PX: Final = 430
_LEAST_DETAIL_PX: Final = 340


class WorkPage(Page):
    """Show the work of a section and take results.

    Attributes:
        list_model: Open dossiers, next due first.
        table: Its view.
        detail: The dossier chosen.
    """

    def __init__(self, kit: Kit, desk: Desk, actor: User) -> None:
        """Take the services.

        Args:
            kit: The tools.
            desk: What the use cases work with.
            actor: Whose work it is.
        """
        super().__init__(kit, key="work", title=tr("Xử lý"), scrolls=False)
        self._desk = desk
        self._actor = actor
        self._code = ""
        self._is_stale = True
        self.list_model = DossierTableModel(WorkSource(desk, actor), kit.tasks, self)
        self.table = DossierTableView(kit.theme, self.list_model, kit.now, name="workTable")
        self.detail = DossierDetail(kit.theme, kit.words, actor, kit.now)
        self._shelf = LineEdit(kit.theme, name="shelfPlace")
        self._note = LineEdit(kit.theme, name="resultNote")
        self._build()
        self._connect()

    def shown(self) -> None:
        """Load the list and take the keys."""
        if self._is_stale:
            self._is_stale = False
            self.list_model.show(DossierFilter())
        self.table.setFocus()

    def open_item(self, item: object) -> bool:
        """Choose a dossier by its code and ask for the shelf."""
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

    def go_back(self) -> bool:
        """Go from the fields back to the list."""
        if self._shelf.hasFocus() or self._note.hasFocus():
            self.table.setFocus()
            return True
        return False

    def on_changes(self, changes: Changes, initiator: object) -> None:
        """Read again what an act changed."""
        del initiator
        if Kind.DOSSIER not in changes.kinds:
            return
        if self.isVisible():
            self.list_model.refresh()
        else:
            self._is_stale = True

    def shortcuts(self) -> Sequence[ShortcutHint]:
        """Tell the keys."""
        return (
            ShortcutHint("Return", tr("Ghi vị trí để kết quả của hồ sơ đang chọn")),
            ShortcutHint("Ctrl+Return", tr("Có kết quả")),
        )

    def _build(self) -> None:
        theme = self.kit.theme
        self._list_side = QStackedWidget()
        self._list_side.addWidget(self.table)
        advice = tr("Hồ sơ được bàn giao cho bộ phận của bạn sẽ hiện ở đây, sắp theo hạn.")
        self._list_side.addWidget(EmptyState(theme, "check", tr("Không còn hồ sơ nào phải xử lý"), advice))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        name_it(scroll, "workScroll", tr("Chi tiết hồ sơ"))
        scroll.setWidget(self.detail)
        self._detail_side = QStackedWidget()
        choose = tr("Chọn một hồ sơ bằng mũi tên, hoặc quét giấy hẹn.")
        self._detail_side.addWidget(EmptyState(theme, "work", tr("Chưa chọn hồ sơ"), choose))
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(scroll, 1)
        self._fields = QWidget()
        row = field_row(
            Field(tr("Vị trí để kết quả"), self._shelf, tr("Ví dụ: Kệ B, ngăn 3"), name="shelfPlace"),
            Field(tr("Ghi chú"), self._note, tr("Người ở quầy sẽ đọc"), name="resultNote"),
        )
        row.setContentsMargins(SPACE_L, 0, SPACE_L, SPACE_S)
        self._fields.setLayout(row)
        column.addWidget(self._fields)
        self._detail_side.addWidget(right)
        self._detail_side.setMinimumWidth(_DETAIL_PX)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        splitter.addWidget(self._list_side)
        splitter.addWidget(self._detail_side)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        self.body.addWidget(splitter, 1)
        self._ready = ActionButton(
            theme,
            tr("Có kết quả"),
            icon="check",
            shortcut="Ctrl+Return",
            primary=True,
            name="markReady",
            status_tip=tr("Chuyển kết quả về quầy; từ lúc này hồ sơ tính là đã giải quyết"),
        )
        self._ready.setEnabled(False)
        if may(self._actor.roles, Action.MARK_RESULT_READY):
            self.footer.addStretch(1)
            self.footer.addWidget(self._ready)
        else:
            self._ready.setParent(self)
            self._ready.hide()
            self._fields.hide()

    def _connect(self) -> None:
        self.list_model.began.connect(self._list_began)
        self.list_model.counted.connect(self._counted)
        self.list_model.failed.connect(self.fail)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        self.table.activated.connect(self._row_activated)
        self._shelf.entered.connect(self._note.setFocus)
        self._note.entered.connect(self._ready.setFocus)
        self._ready.clicked.connect(self._mark)

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
        if self.list_model.row(index.row()) is not None and self._fields.isVisible():
            self._shelf.setFocus()

    def _open(self, code: str, *, takes_focus: bool) -> None:
        opened = partial(self._opened, takes_focus)
        self.run("read", partial(show, self._desk, self._actor, code), opened, latest="show")

    def _opened(self, takes_focus: bool, view: DossierView) -> None:
        self.clear_error()
        dossier = view.dossier
        if dossier.code != self._code:
            self._shelf.clear()
            self._note.clear()
        self._code = dossier.code
        self.detail.show_view(view)
        self._detail_side.setCurrentIndex(1)
        is_open = not dossier.is_closed and dossier.status is not Status.RESULT_READY
        self._ready.setEnabled(is_open)
        if takes_focus:
            at = self.list_model.row_at_hand(dossier.dossier_id)
            if at >= 0:
                self.table.setCurrentIndex(self.list_model.index(at, 0))
            self._shelf.setFocus()

    def _mark(self) -> None:
        if not self._code:
            return
        self._ready.setEnabled(False)
        command = MarkResultReady(shelf=self._shelf.value(), note=self._note.value())
        work = partial(mark_result_ready, self._desk, self._actor, self._code, command)
        self.run("db", work, self._marked, self._not_marked)

    def _marked(self, done: Followed) -> None:
        self.kit.notices.say(tr("Đã có kết quả {code}, quầy có thể trả.", code=done.dossier.code))
        self._code = ""
        self._detail_side.setCurrentIndex(0)
        self.table.clearSelection()
        self.table.setFocus()
        self.kit.changes.publish(done.changes, self)

    def _not_marked(self, error: AppError) -> None:
        self._ready.setEnabled(True)
        self.fail(error)
