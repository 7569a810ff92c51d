"""What else belongs to a dossier: documents to certify, sets, ways in and out, a note."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from desktop.domain.dossiers import Channel, ResultBy
from desktop.ui.pages.intake_parts import Card
from desktop.ui.pages.intake_state import DocumentText
from desktop.ui.pages.intake_words import CHANNELS, RESULTS
from desktop.ui.theme import Theme, name_it, set_class
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.fields import ChoiceBox, Field, LineEdit, NumberEdit, field_row
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

#: One person rarely brings more; the rest goes onto a second receipt.
MOST_DOCUMENTS: Final = 20
_MOST: Final = 9_999


class CertifyBlock(Card):
    """Count pages and copies of each document to certify; a new line comes when the last one is filled.

    Signals:
        edited(): A number was typed.
        passed(): Enter in an empty line: move on.
    """

    edited = Signal()
    passed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin with one empty line."""
        super().__init__(tr("Giấy tờ chứng thực"), name="certifyBlock", parent=parent)
        self._theme = theme
        self._lines: list[tuple[NumberEdit, NumberEdit]] = []
        hint = Muted(tr("Enter ở dòng trống để đi tiếp"))
        hint.setWordWrap(False)
        self.head.addWidget(hint)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(SPACE_S)
        self._grid.setVerticalSpacing(SPACE_S)
        self._grid.setColumnStretch(4, 1)
        self.column.addLayout(self._grid)
        for column, text in ((1, tr("Số trang")), (3, tr("Số bản"))):
            self._grid.addWidget(text_label(text, "muted"), 0, column)
        self._error = text_label("", "error", wraps=True)
        self._error.hide()
        self.column.addWidget(self._error)
        self.show_documents(())

    def documents(self) -> tuple[DocumentText, ...]:
        """Return what is typed, without the empty lines at the end."""
        found = [DocumentText(pages.text(), copies.text()) for pages, copies in self._lines]
        while found and found[-1].is_blank:
            found.pop()
        return tuple(found)

    def show_documents(self, documents: Sequence[DocumentText]) -> None:
        """Show documents and one empty line; emits nothing."""
        self.blockSignals(True)
        while len(self._lines) > len(documents) + 1:
            self._drop_line()
        while len(self._lines) < min(len(documents) + 1, MOST_DOCUMENTS):
            self._add_line()
        for at, (pages, copies) in enumerate(self._lines):
            document = documents[at] if at < len(documents) else DocumentText()
            pages.setText(document.pages)
            copies.setText(document.copies)
        self.set_error("")
        self.setFocusProxy(self._lines[0][0])
        self.blockSignals(False)

    def focus_first(self) -> None:
        """Go to the first line that has no pages."""
        empty = next((pages for pages, _ in self._lines if not pages.value()), self._lines[-1][0])
        empty.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_error(self, text: str) -> None:
        """Show an error sentence."""
        self._error.setText(text)
        self._error.setVisible(bool(text))
        for pages, _ in self._lines:
            set_class(pages, "invalid" if text else "")

    def error(self) -> str:
        """Return the error sentence shown."""
        return self._error.text()

    def _enter_at(self, widget: NumberEdit) -> None:
        """Move from pages to copies, to the next line, or on."""
        for at, (pages, copies) in enumerate(self._lines):
            if widget is pages and not pages.value():
                self.passed.emit()
            elif widget is pages:
                copies.setFocus(Qt.FocusReason.TabFocusReason)
                copies.selectAll()
            elif widget is copies:
                if not copies.value():
                    copies.setText("1")
                self._next_line(at)

    def _next_line(self, at: int) -> None:
        if at + 1 == len(self._lines):
            if len(self._lines) == MOST_DOCUMENTS:
                self.passed.emit()
                return
            self._add_line()
        self._lines[at + 1][0].setFocus(Qt.FocusReason.TabFocusReason)

    def _add_line(self) -> None:
        n = len(self._lines) + 1
        pages, copies = NumberEdit(self._theme, _MOST), NumberEdit(self._theme, _MOST)
        name_it(pages, f"certifyPages{n}", tr("Giấy tờ {n}: số trang", n=n))
        name_it(copies, f"certifyCopies{n}", tr("Giấy tờ {n}: số bản", n=n))
        width = pages.fontMetrics().averageCharWidth() * 14
        for column, widget in enumerate((text_label(tr("Giấy tờ {n}", n=n)), pages, text_label("×"), copies)):
            self._grid.addWidget(widget, n, column)
        for editor in (pages, copies):
            editor.setMaximumWidth(width)
            editor.textChanged.connect(self._changed)
            editor.entered.connect(partial(self._enter_at, editor))
        if self._lines:
            QWidget.setTabOrder(self._lines[-1][1], pages)
        QWidget.setTabOrder(pages, copies)
        self._lines.append((pages, copies))

    def _drop_line(self) -> None:
        n = len(self._lines)
        self._lines.pop()
        for column in range(4):
            item = self._grid.itemAtPosition(n, column)
            widget = item.widget() if item is not None else None
            if widget is not None:
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()

    def _changed(self) -> None:
        self.set_error("")
        if self._lines[-1][0].value() and len(self._lines) < MOST_DOCUMENTS:
            self._add_line()
        self.edited.emit()


class OptionsBlock(Card):
    """Ask what is nearly always the same: sets, ways in and out, a note, a result at once.

    Attributes:
        stops: Editors in the order of Enter.

    Signals:
        edited(): Something was typed or chosen.
    """

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Build the fields."""
        super().__init__(name="optionsBlock", parent=parent)
        self.sets = NumberEdit(theme)
        self.note = LineEdit(theme)
        self.channel = ChoiceBox()
        self.result_by = ChoiceBox()
        for channel, text in CHANNELS:
            self.channel.add_choice(channel.value, tr(text))
        for way, text in RESULTS:
            self.result_by.add_choice(way.value, tr(text))
        self.sets_field = Field(tr("Số bộ"), self.sets, name="sets")
        fields = (
            Field(tr("Nhận kết quả"), self.result_by, name="resultBy"),
            Field(tr("Hình thức nộp"), self.channel, name="channel"),
            self.sets_field,
        )
        self.immediate = QCheckBox(tr("Trả kết quả ngay, không lấy giấy hẹn"))
        name_it(
            self.immediate,
            "immediate",
            tr("Trả kết quả ngay, không lấy giấy hẹn"),
            tr("Ghi sổ và trả kết quả ngay tại quầy, không in giấy hẹn"),
        )
        self.column.addLayout(field_row(*fields, stretches=(4, 4, 2)))
        self.column.addWidget(Field(tr("Ghi chú"), self.note, name="note"))
        row = QHBoxLayout()
        row.addWidget(self.immediate)
        row.addStretch(1)
        self.column.addLayout(row)
        self.show_options("1", Channel.DIRECT, ResultBy.COUNTER, "", is_immediate=False)
        self.sets.textChanged.connect(self.edited)
        self.note.textChanged.connect(self.edited)
        self.channel.currentIndexChanged.connect(self.edited)
        self.result_by.currentIndexChanged.connect(self.edited)
        self.immediate.toggled.connect(self.edited)

    def show_options(self, sets: str, channel: Channel, result_by: ResultBy, note: str, *, is_immediate: bool) -> None:
        """Show values; emits nothing."""
        self.blockSignals(True)
        self.sets.setText(sets)
        self.note.setText(note)
        self.channel.set_key(channel.value)
        self.result_by.set_key(result_by.value)
        self.immediate.setChecked(is_immediate)
        self.sets_field.set_error("")
        self.blockSignals(False)

    def allow_immediate(self, *, is_allowed: bool) -> None:
        """Offer a result at once only where the procedure allows it (Decree 61/2018 art. 17.4)."""
        self.immediate.setVisible(is_allowed)
