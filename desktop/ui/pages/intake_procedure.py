"""The search for a procedure: a field, a short list below it, and a card once it is chosen."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from desktop.domain.catalogue import Procedure
from desktop.domain.units import Unit
from desktop.ui.models.intake_procedures import NUMBERED, Column, ProceduresModel
from desktop.ui.pages.intake_parts import Callout, Card
from desktop.ui.pages.intake_words import fee_text, limit_text
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_S, TARGET_PX
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.fields import Field, LineEdit
from desktop.ui.widgets.labels import IconLabel, Muted, text_label
from desktop.ui.words import tr

#: Rows of the short list.
LISTED: Final = 9
#: Characters beside each other from which the list has room for these columns.
_FIELD_FROM: Final = 120
_FEE_FROM: Final = 95

Search = Callable[[str, Sequence[str], Counter[str]], Sequence[Procedure]]


class ProcedureBlock(QWidget):
    """Search and show the procedure.

    Attributes:
        search: The field.

    Signals:
        chosen(object): The user chose a Procedure.
        dropped(): The user wants another one.
        edited(): Text was typed.
        passed(): Enter in the empty field: move on.
    """

    chosen = Signal(object)
    dropped = Signal()
    edited = Signal()
    passed = Signal()

    def __init__(self, theme: Theme, search: Search, parent: QWidget | None = None) -> None:
        """Take the search; it is a plain function over data in memory."""
        super().__init__(parent)
        self._theme = theme
        self._search_in = search
        self._unit: Unit | None = None
        self._usage: Counter[str] = Counter()
        self._procedure: Procedure | None = None
        self._build_search()
        self._build_card()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        for widget in (self._field, self._list, self._nothing, self._card):
            column.addWidget(widget)
        self._card.hide()
        theme.changed.connect(self._fit)

    @property
    def procedure(self) -> Procedure | None:
        """Return the chosen procedure."""
        return self._procedure

    def set_unit(self, unit: Unit) -> None:
        """Take favourites and local fees."""
        self._unit = unit
        self._look()

    def show_procedure(self, procedure: Procedure | None, query: str = "") -> None:
        """Show a chosen procedure, or the search with a text; emits nothing."""
        self._procedure = procedure
        self.search.blockSignals(True)
        self.search.setText(query)
        self.search.blockSignals(False)
        self._field.setVisible(procedure is None)
        self._field.set_error("")
        self._card.setVisible(procedure is not None)
        if procedure is None:
            self._look()
        else:
            self._list.hide()
            self._nothing.say("")
            self._show_card(procedure)

    def yield_keys(self, is_asked: bool) -> None:
        """Leave Alt+number to a question while it is asked."""
        for key in self._keys:
            key.setEnabled(not is_asked)

    def count_use(self, code: str) -> None:
        """Note that a procedure was used, so that it comes first next time."""
        self._usage[code] += 1

    def set_error(self, text: str) -> None:
        """Show an error sentence."""
        if self._procedure is None:
            self._field.set_error(text)
        else:
            self._warning.say(text, "late")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the name its room: on a narrow page, or with large letters, the field and the fee step back."""
        super().resizeEvent(event)
        chars = event.size().width() // max(self.fontMetrics().averageCharWidth(), 1)
        self._list.setColumnHidden(Column.FIELD, chars < _FIELD_FROM)
        self._list.setColumnHidden(Column.FEE, chars < _FEE_FROM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrows in the field move through the list."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None and self._model.rowCount():
                self._select(min(max(self._row() + step, 0), self._model.rowCount() - 1))
                return True
        return super().eventFilter(watched, event)

    def _build_search(self) -> None:
        self.search = LineEdit(self._theme, tr("Mã, tên không dấu, chữ đầu (dkks) hoặc số 1–9"), name="procedureSearch")
        self.search.textChanged.connect(self._typed)
        self.search.entered.connect(self._enter)
        self.search.installEventFilter(self)
        self._field = Field(tr("Thủ tục hành chính"), self.search, name="procedureSearch")
        self._model = ProceduresModel(self._theme, self)
        self._list = QTableView()
        self._list.setModel(self._model)
        self._list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setShowGrid(False)
        self._list.setWordWrap(False)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.verticalHeader().hide()
        # Every cell says what it is, and a head would push the applicant out of sight on a small screen.
        head = self._list.horizontalHeader()
        head.hide()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self._list.clicked.connect(self._clicked)
        name_it(self._list, "procedureList", tr("Thủ tục tìm thấy"), tr("Alt+số hoặc mũi tên rồi Enter để chọn"))
        self._nothing = Callout(self._theme, "soon", name="procedureNothing")
        self._keys: list[QShortcut] = []
        for n in range(NUMBERED):
            key = QShortcut(QKeySequence(f"Alt+{n + 1}"), self._list)
            key.setContext(Qt.ShortcutContext.WindowShortcut)
            key.setProperty("row", n)
            key.activated.connect(self._pick_by_key)
            self._keys.append(key)

    def _build_card(self) -> None:
        self._card = Card(name="procedureCard")
        self._name = text_label("", "strong", wraps=True)
        self._facts = Muted()
        self._warning = Callout(self._theme, "soon", name="procedureWarning")
        self._change = ActionButton(
            self._theme,
            tr("Đổi thủ tục"),
            icon="edit",
            shortcut="Ctrl+T",
            name="changeProcedure",
            status_tip=tr("Chọn thủ tục khác; người nộp và ghi chú vẫn giữ nguyên"),
        )
        self._change.clicked.connect(self.dropped)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(IconLabel(self._theme, "check", Role.OK), 0, Qt.AlignmentFlag.AlignTop)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._name)
        texts.addWidget(self._facts)
        row.addLayout(texts, 1)
        row.addWidget(self._change, 0, Qt.AlignmentFlag.AlignVCenter)
        self._card.column.addLayout(row)
        self._card.column.addWidget(self._warning)

    def _show_card(self, procedure: Procedure) -> None:
        self._name.setText(procedure.name)
        facts = (procedure.code, procedure.field_name, limit_text(procedure.limit), fee_text(procedure, self._unit))
        self._facts.setText("  ·  ".join(facts))
        self._card.setAccessibleName(f"{procedure.name}, {', '.join(facts)}")
        if not procedure.received_here:
            warning = tr("Thủ tục này do cơ quan khác tiếp nhận; hãy hướng dẫn công dân đến nơi tiếp nhận.")
        elif procedure.needs_checking:
            warning = tr("Thời hạn, phí hoặc thành phần chưa đối chiếu với quyết định công bố.")
        else:
            warning = ""
        self._warning.say(warning, "soon")

    def _typed(self) -> None:
        self._field.set_error("")
        self._look()
        self.edited.emit()

    def _look(self) -> None:
        """Search and show what was found; data in memory, far below a frame."""
        if self._procedure is not None:
            return
        query = self.search.value()
        favourites = self._unit.favourites if self._unit is not None else ()
        self._model.set_found(self._search_in(query, favourites, self._usage)[:LISTED], self._unit)
        found = self._model.rowCount()
        self._list.setVisible(bool(found))
        self._nothing.say(
            "" if found else tr("Không có thủ tục nào khớp «{query}». Hãy gõ mã hoặc ít chữ hơn.", query=query)
        )
        if query and found:
            self._select(0)
        self._fit()

    def _fit(self) -> None:
        """Give every row its height and the list just its rows."""
        height = max(TARGET_PX, self._list.fontMetrics().height() + SPACE_S)
        self._list.verticalHeader().setDefaultSectionSize(height)
        self._list.setFixedHeight(height * self._model.rowCount() + 2)

    def _row(self) -> int:
        return self._list.currentIndex().row()

    def _select(self, row: int) -> None:
        self._list.setCurrentIndex(self._model.index(row, Column.NAME))

    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _pick_by_key(self) -> None:
        if self._list.isVisible():
            self._choose(int(self.sender().property("row")))

    def _enter(self) -> None:
        if self._row() >= 0:
            self._choose(self._row())
        elif not self.search.value():
            self.passed.emit()

    def _choose(self, row: int) -> None:
        procedure = self._model.procedure(row)
        if procedure is not None:
            self.chosen.emit(procedure)
