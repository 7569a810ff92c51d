"""The filters above the list of dossiers: one line always there, the rest behind a key."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFontMetrics, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.dossiers import Status
from desktop.domain.users import Action, User, may
from desktop.services.records import DossierFilter
from desktop.ui.models.dossier_rows import STATUS_LOOKS, status_word
from desktop.ui.pages.base import ShortcutHint
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import ChoiceBox, DateEdit, Field, SearchBox, field_row
from desktop.ui.widgets.labels import EmptyState
from desktop.ui.words import tr


class FilterBar(QWidget):
    """Narrow the list.

    Signals:
        narrowed(object): The new DossierFilter, by the user.
        list_wanted(): Enter or Down in the search box: the list takes the focus.
    """

    narrowed = Signal(object)
    list_wanted = Signal()

    def __init__(
        self,
        theme: Theme,
        procedures: Sequence[Procedure],
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        """Take what can be chosen.

        Args:
            theme: The look.
            procedures: Entries of the catalogue; fields are taken from them.
            now: The injected clock, for "Trễ hạn".
            parent: Parent widget.
        """
        super().__init__(parent)
        # What is chosen stays whole: the list below gives room.
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._procedures = {entry.code: entry for entry in procedures}
        self._now = now
        self._theme = theme
        self.search = SearchBox(
            theme, tr("Tên, điện thoại, số định danh hoặc một phần mã  (Ctrl+F)"), name="listSearch"
        )
        name_it(self.search, "listSearch", tr("Tìm trong danh sách"), tr("Gõ không dấu cũng được; tìm ngay khi gõ"))
        self._late = self._toggle(tr("Trễ hạn  (Alt+T)"), "lateFilter", tr("Chỉ hồ sơ trễ hạn chưa có kết quả"))
        self._more = self._toggle(tr("Bộ lọc  (Alt+B)"), "moreFilters", tr("Hiện các điều kiện lọc khác"))
        self._clear = ActionButton(
            theme,
            tr("Xóa lọc"),
            shortcut="Alt+X",
            flat=True,
            name="clearFilters",
            status_tip=tr("Bỏ mọi điều kiện, hiện tất cả hồ sơ"),
        )
        self._status = ChoiceBox()
        self._field = ChoiceBox()
        self._procedure = ChoiceBox()
        self._from = DateEdit(theme)
        self._to = DateEdit(theme)
        self._from_field = Field(tr("Nhận từ ngày"), self._from, name="fromFilter")
        self._to_field = Field(tr("đến ngày"), self._to, name="toFilter")
        self._announced = DossierFilter()
        self._build()
        self._fill()
        self._connect()

    def value(self) -> DossierFilter:
        """Return what is chosen."""
        status = self._status.key()
        return DossierFilter(
            statuses=(Status(status),) if status else (),
            field=self._field.key(),
            procedure=self._procedure.key(),
            received_from=self._from.date(),
            received_to=self._to.date(),
            late_at=self._now() if self._late.isChecked() else None,
            query=self.search.value(),
        )

    def set_query(self, text: str) -> None:
        """Search for a text as if it were typed."""
        self.search.setText(text)
        self._announce()

    def clear(self) -> None:
        """Take every condition away."""
        parts = (self.search, self._status, self._field, self._procedure, self._from, self._to, self._late)
        blockers = [QSignalBlocker(part) for part in parts]
        self.search.clear()
        self._from.clear()
        self._to.clear()
        self._late.setChecked(False)
        self._status.set_key("")
        self._field.set_key("")
        self._list_procedures()
        del blockers
        self._announce()

    def is_narrowing(self) -> bool:
        """Tell whether anything narrows the list."""
        return self.value() != DossierFilter()

    @staticmethod
    def shortcuts() -> tuple[ShortcutHint, ...]:
        """Tell the keys."""
        return (
            ShortcutHint("Ctrl+F", tr("Tìm trong danh sách")),
            ShortcutHint("Alt+T", tr("Chỉ hồ sơ trễ hạn")),
            ShortcutHint("Alt+B", tr("Mở các điều kiện lọc")),
            ShortcutHint("Alt+X", tr("Xóa lọc")),
        )

    def _toggle(self, text: str, name: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setProperty("class", "choice")
        name_it(button, name, text.partition("  ")[0], tip)
        return button

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        line.addWidget(self.search, 1)
        for button in (self._late, self._more, self._clear):
            line.addWidget(button)
        column.addLayout(line)
        self._panel = QWidget()
        row = field_row(
            Field(tr("Trạng thái"), self._status, name="statusFilter"),
            Field(tr("Lĩnh vực"), self._field, name="fieldFilter"),
            Field(tr("Thủ tục"), self._procedure, name="procedureFilter"),
            self._from_field,
            self._to_field,
            stretches=(3, 3, 5, 2, 2),
        )
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        self._panel.setLayout(row)
        self._panel.hide()
        column.addWidget(self._panel)
        for box in (self._status, self._field, self._procedure):
            box.setMinimumContentsLength(6)
            box.setSizeAdjustPolicy(box.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._theme.changed.connect(self._fit_dates)
        self._fit_dates()

    def _fit_dates(self) -> None:
        """Keep a day whole, whatever the size of text."""
        width_px = QFontMetrics(self._theme.font()).horizontalAdvance("00/00/0000") + 2 * SPACE_M
        for edit in (self._from, self._to):
            edit.setMinimumWidth(width_px)

    def _fill(self) -> None:
        self._status.add_choice("", tr("Tất cả"))
        for status in STATUS_LOOKS:
            self._status.add_choice(status.value, status_word(status))
        self._field.add_choice("", tr("Tất cả"))
        fields = {entry.field: entry.field_name for entry in self._procedures.values()}
        for key, name in fields.items():
            self._field.add_choice(key, name)
        self._list_procedures()

    def _list_procedures(self) -> None:
        """Offer the procedures of the chosen field only."""
        blocker = QSignalBlocker(self._procedure)
        kept = self._procedure.key()
        field = self._field.key()
        self._procedure.clear()
        self._procedure.add_choice("", tr("Tất cả"))
        for code, entry in self._procedures.items():
            if field in ("", entry.field):
                self._procedure.add_choice(code, entry.name)
        self._procedure.set_key(kept if self._procedure.findData(kept) >= 0 else "")
        del blocker

    def _connect(self) -> None:
        self.search.searched.connect(self._announce)
        self.search.returnPressed.connect(self.list_wanted)
        self._late.toggled.connect(self._announce)
        self._more.toggled.connect(self._show_more)
        self._clear.clicked.connect(self.clear)
        self._status.currentIndexChanged.connect(self._announce)
        self._field.currentIndexChanged.connect(self._field_chosen)
        self._procedure.currentIndexChanged.connect(self._announce)
        for edit in (self._from, self._to):
            edit.editingFinished.connect(self._dates_typed)
        for keys, slot in (
            ("Ctrl+F", self._focus_search),
            ("Alt+T", self._late.toggle),
            ("Alt+B", self._more.toggle),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        down = QShortcut(QKeySequence("Down"), self.search)
        down.setContext(down.context().WidgetShortcut)
        down.activated.connect(self.list_wanted)

    def _focus_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _show_more(self, is_shown: bool) -> None:
        self._panel.setVisible(is_shown)
        if is_shown:
            self._status.setFocus()
        else:
            self.search.setFocus()

    def _field_chosen(self) -> None:
        self._list_procedures()
        self._announce()

    def _dates_typed(self) -> None:
        for field, edit in ((self._from_field, self._from), (self._to_field, self._to)):
            field.set_error(tr("Ngày không đúng, gõ như 18/07/2019.") if edit.is_wrong() else "")
        if not (self._from.is_wrong() or self._to.is_wrong()):
            self._announce()

    def _announce(self) -> None:
        count = sum((bool(self._status.key()), bool(self._field.key()), bool(self._procedure.key()))) + sum(
            edit.date() is not None for edit in (self._from, self._to)
        )
        self._more.setText(tr("Bộ lọc: {n}  (Alt+B)", n=count) if count else tr("Bộ lọc  (Alt+B)"))
        value = self.value()
        if value != self._announced:
            self._announced = value
            self.narrowed.emit(value)


def nothing_found(filters: FilterBar, theme: Theme, actor: User) -> EmptyState:
    """Say why the list is empty and what the user may do about it."""
    if filters.is_narrowing():
        return EmptyState(
            theme,
            "filter",
            tr("Không có hồ sơ nào khớp"),
            tr("Gõ ít chữ hơn, kiểm tra lại mã, hoặc nhấn Alt+X để xóa mọi điều kiện lọc."),
        )
    if may(actor.roles, Action.RECEIVE):
        advice = tr("Nhấn F2 để tiếp nhận hồ sơ đầu tiên của đơn vị.")
    else:
        advice = tr("Hồ sơ hiện ở đây khi quầy tiếp nhận nhận hồ sơ đầu tiên.")
    return EmptyState(theme, "receive", tr("Chưa có hồ sơ nào"), advice)
