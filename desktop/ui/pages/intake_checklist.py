"""The checklist of papers on the page: every required paper is counted, by one key or one by one."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QWidget

from desktop.domain.catalogue import Procedure
from desktop.ui.models.intake_components import Column, ComponentsModel
from desktop.ui.pages.intake_parts import Card
from desktop.ui.pages.intake_state import CountText
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S, TARGET_PX
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_TEN: Final = 10


class ChecklistView(QTableView):
    """Count by keys: digits type a number, space puts or takes one, arrows move, Enter goes on.

    Signals:
        entered(): Enter was pressed.
    """

    entered = Signal()

    def __init__(self, theme: Theme, model: ComponentsModel, parent: QWidget | None = None) -> None:
        """Show the model."""
        super().__init__(parent)
        self._counts = model
        self._typing: tuple[int, int] | None = None
        self._fit_soon = QTimer(self)
        self._fit_soon.setSingleShot(True)
        self._fit_soon.setInterval(0)
        self._fit_soon.timeout.connect(self.fit)
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setIconSize(theme.icon_size())
        self.setWordWrap(True)
        self.setShowGrid(False)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        name_it(
            self,
            "checklist",
            tr("Thành phần hồ sơ"),
            tr("Enter: đủ giấy tờ hoặc đi tiếp; số: gõ số bản; phím cách: 1 bản; mũi tên: chọn dòng"),
        )
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self._fit_soon.start)
        head.sectionResized.connect(self._column_resized)
        theme.changed.connect(self._fit_soon.start)

    def go_to(self, row: int) -> None:
        """Make a paper's usual kind the current cell."""
        if 0 <= row < self._counts.rowCount():
            index = self._counts.index(row, self._counts.usual_column(row))
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._typing = None

    def fit(self) -> None:
        """Give every row the height of its text and the table just its rows."""
        metrics = self.fontMetrics()
        # The style sheet's padding and the sign before the name; Qt's own hint forgets the padding.
        taken = 2 * SPACE_S + self.iconSize().width() + 2 * SPACE_M
        room = QRect(0, 0, max(self.columnWidth(Column.NAME) - taken, 1), 0)
        total = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        for row in range(self._counts.rowCount()):
            name = str(self._counts.index(row, Column.NAME).data() or "")
            needed = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, name).height()
            height = max(needed + SPACE_S, TARGET_PX)
            self.setRowHeight(row, height)
            total += height
        self.setFixedHeight(total)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Count."""
        index = self.currentIndex()
        row, column = index.row(), index.column()
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._typing = None
            self.entered.emit()
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or row < 0:
            super().keyPressEvent(event)
        elif key is Qt.Key.Key_Space:
            at = self._counts.usual_column(row) if column == Column.NAME else Column(column)
            self._set(row, at, 0 if self._counts.count(row, at) else 1)
            self._typing = None
        elif event.text().isascii() and event.text().isdigit():
            self._type_digit(row, column, int(event.text()))
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            at = self._counts.usual_column(row) if column == Column.NAME else Column(column)
            left = self._counts.count(row, at) // _TEN if key is Qt.Key.Key_Backspace else 0
            self._set(row, at, left)
        else:
            self._typing = None
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first paper that is missing."""
        if not self.currentIndex().isValid():
            missing = self._counts.missing_rows()
            self.go_to(missing[0] if missing else 0)
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap long names anew, once the header has shared out the new width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit_soon.start()

    def _column_resized(self, column: int, old_px: int, new_px: int) -> None:
        """Wrap long names anew when their column has another width."""
        if column == Column.NAME and old_px != new_px:
            self._fit_soon.start()

    def _type_digit(self, row: int, column: int, digit: int) -> None:
        """Begin a number, or go on with the one begun in the same cell."""
        at = self._counts.usual_column(row) if column == Column.NAME else Column(column)
        begun = self._counts.count(row, at) if self._typing == (row, at) else 0
        self._set(row, at, begun * _TEN + digit)
        self._typing = (row, at)

    def _set(self, row: int, column: Column, value: int) -> None:
        self._counts.set_count(row, column, value)


class ChecklistBlock(Card):
    """Show the checklist with its button, its error and papers outside the list.

    Attributes:
        view: The table.

    Signals:
        edited(): A count has changed.
        passed(): Everything required is there and Enter was pressed.
    """

    edited = Signal()
    passed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin without a procedure."""
        super().__init__(tr("Thành phần hồ sơ"), name="checklistBlock", parent=parent)
        self._model = ComponentsModel(theme, self)
        self.view = ChecklistView(theme, self._model)
        self._progress = Muted()
        self._progress.setWordWrap(False)
        self.all_papers = ActionButton(
            theme,
            tr("Đủ giấy tờ"),
            icon="check",
            shortcut="Ctrl+D",
            name="allPapers",
            status_tip=tr("Ghi mỗi giấy tờ bắt buộc 1 bản theo loại thường nộp"),
        )
        self.all_papers.clicked.connect(self.fill_all)
        self.head.addWidget(self._progress)
        self.head.addWidget(self.all_papers)
        self._error = text_label("", "error", wraps=True)
        self._error.hide()
        self.column.addWidget(self.view)
        self.column.addWidget(self._error)
        self._build_extra(theme)
        self.view.entered.connect(self._enter)
        for signal in (self._model.dataChanged, self._model.rowsInserted, self._model.rowsRemoved):
            signal.connect(self._changed)
        theme.changed.connect(self._tell)

    def show_procedure(self, procedure: Procedure | None, counts: Sequence[CountText]) -> None:
        """Show the papers of a procedure; emits nothing."""
        self._model.set_procedure(procedure)
        self._model.set_counts(counts)
        self.set_error("")
        self._tell()

    def counts(self) -> tuple[CountText, ...]:
        """Return what was counted."""
        return self._model.counts()

    def is_complete(self) -> bool:
        """Tell whether every required paper is counted."""
        return not self._model.missing_rows()

    def is_done(self) -> bool:
        """Tell whether there is nothing left to look at: complete, and something counted."""
        return self.is_complete() and (self._model.has_counts() or not self._model.rowCount())

    def fill_all(self) -> None:
        """Count one of its usual kind for every required paper not yet there."""
        self._model.fill_all()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, text: str) -> None:
        """Show an error sentence and go to the first missing paper."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        self.view.setAccessibleDescription(text)
        missing = self._model.missing_rows()
        if text and missing:
            self.view.go_to(missing[0])

    def error(self) -> str:
        """Return the error sentence shown."""
        return self._error.text()

    def _build_extra(self, theme: Theme) -> None:
        self._extra_open = ActionButton(
            theme,
            tr("Thêm giấy tờ ngoài danh mục"),
            icon="plus",
            shortcut="Ctrl+B",
            flat=True,
            name="addExtraPaper",
            status_tip=tr("Nhận giấy tờ không có trong danh mục công bố, kèm lý do"),
        )
        self._extra_open.clicked.connect(self._open_extra)
        self._extra_name = LineEdit(theme)
        self._extra_reason = LineEdit(theme)
        self._name_field = Field(tr("Tên giấy tờ"), self._extra_name, name="extraName")
        self._reason_field = Field(tr("Lý do nhận"), self._extra_reason, name="extraReason")
        self._extra_row = QWidget()
        row = QHBoxLayout(self._extra_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(self._name_field, 1)
        row.addWidget(self._reason_field, 1)
        self._extra_row.hide()
        self._extra_name.entered.connect(self._extra_reason.setFocus)
        self._extra_reason.entered.connect(self._add_extra)
        self.column.addWidget(self._extra_row)
        self.column.addWidget(self._extra_open, 0, Qt.AlignmentFlag.AlignLeft)

    def _open_extra(self) -> None:
        self._extra_row.show()
        self._extra_name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_extra(self) -> None:
        name, reason = self._extra_name.value(), self._extra_reason.value()
        if not name or not reason:
            self._reason_field.set_error(tr("Hãy ghi tên giấy tờ và lý do nhận."))
            return
        self._reason_field.set_error("")
        row = self._model.add_extra(name, reason)
        self._extra_name.clear()
        self._extra_reason.clear()
        self._extra_row.hide()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.view.go_to(row)

    def _enter(self) -> None:
        """Fill everything when nothing is counted, go to the next missing paper, or move on."""
        if not self._model.has_counts():
            self._model.fill_all()
        missing = self._model.missing_rows()
        if missing:
            current = self.view.currentIndex().row()
            self.view.go_to(next((row for row in missing if row > current), missing[0]))
        else:
            self.passed.emit()

    def _changed(self) -> None:
        self.set_error("")
        self._tell()
        self.edited.emit()

    def _tell(self) -> None:
        missing = len(self._model.missing_rows())
        self._progress.setText(tr("còn thiếu {n} giấy tờ", n=missing) if missing else tr("đã đủ"))
        self._progress.setVisible(bool(self._model.rowCount()))
