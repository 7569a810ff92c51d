"""Fields of a form: label, editor, hint and one error sentence; editors for money, numbers and dates as plain text."""

import datetime as dt
import re
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from desktop.domain.vietnamese import nfc, screen_date
from desktop.domain.vietnamese import number as grouped
from desktop.ui.theme import Role, Theme, name_it, set_class
from desktop.ui.tokens import SPACE_S, SPACE_XS
from desktop.ui.widgets.labels import IconLabel, text_label
from desktop.ui.words import tr

_SEARCH_WAIT_MS: Final = 120
#: What empties a box is smaller than what says what the box is for.
_EMPTY_SHARE: Final = 0.75
_DATE: Final = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})|(\d{2})(\d{2})(\d{4})")

#: More đồng than any fee has; eleven digits also catch a mistyped ID number.
MAX_VND: Final = 99_999_999_999


class Field(QWidget):
    """Hold an editor with its label above and its hint or error below.

    The error takes the place of the hint, so that nothing on the page moves when it comes.
    """

    def __init__(
        self,
        label: str,
        editor: QWidget,
        hint: str = "",
        *,
        required: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Take label, editor and hint.

        Args:
            label: The word of the regulation.
            editor: Its parent becomes this field.
            hint: What to type; also its status tip.
            required: Marked by the word, not by a star alone.
            name: Object name of the editor.
            parent: Parent widget.
        """
        super().__init__(parent)
        self.editor = editor
        self._hint = hint
        self.label = text_label(tr("{label} (bắt buộc)", label=label) if required else label)
        self.label.setBuddy(editor)
        self._below = text_label(hint, "muted small", wraps=True)
        if not hint:
            # Never shown before it has a parent: it would be a window of its own for a moment and take the focus.
            self._below.hide()
        name_it(editor, name or editor.objectName(), label, hint or label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        column.addWidget(self.label)
        column.addWidget(editor)
        column.addWidget(self._below)
        self.setFocusProxy(editor)

    def set_hint(self, hint: str) -> None:
        """Change what stands below."""
        self._hint = hint
        if not self.error():
            self._show_below(hint, "muted small")

    def set_error(self, text: str) -> None:
        """Show an error sentence, "" takes it away."""
        # A line with buttons beside it is marked itself, not what holds them.
        marked = self.editor.focusProxy() or self.editor
        set_class(marked, "invalid" if text else "")
        marked.setAccessibleDescription(text or self._hint)
        self._show_below(text or self._hint, "error small" if text else "muted small")

    def error(self) -> str:
        """Return the error sentence, "" when there is none."""
        return self._below.text() if "error" in str(self._below.property("class")) else ""

    def _show_below(self, text: str, classes: str) -> None:
        self._below.setText(text)
        set_class(self._below, classes)
        self._below.setVisible(bool(text))


#: No name, address or path is longer; what is pasted beyond it is cut where people see it.
LONGEST_LINE = 1_000


class LineEdit(QLineEdit):
    """Take one line of text.

    Signals:
        entered(): Enter was pressed; the page moves on.
    """

    entered = Signal()

    def __init__(self, theme: Theme, placeholder: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        """Take the placeholder."""
        super().__init__(parent)
        self.theme = theme
        self.setMaxLength(LONGEST_LINE)
        self.setPlaceholderText(placeholder)
        name_it(self, name, placeholder)
        self.returnPressed.connect(self.entered)

    def value(self) -> str:
        """Return the text in NFC without spaces around it."""
        return nfc(self.text()).strip()


class TextEdit(QPlainTextEdit):
    """Take a few lines of text; Tab moves on, Ctrl+Enter belongs to the page."""

    _rows = 0  # Qt tells of its font before the number of rows is known

    def __init__(self, rows: int = 3, placeholder: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        """Take the number of visible rows."""
        super().__init__(parent)
        self._rows = rows
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        name_it(self, name, placeholder)
        self._fit()

    def value(self) -> str:
        """Return the text in NFC without spaces around it."""
        return nfc(self.toPlainText()).strip()

    def changeEvent(self, event: QEvent) -> None:
        """Show as many rows in another size of text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        if self._rows:
            self.setFixedHeight(self.fontMetrics().lineSpacing() * self._rows + 2 * SPACE_S + SPACE_XS)


class NumberEdit(LineEdit):
    """Take a whole number of any size; QSpinBox ends at 2³¹.

    Digits may be grouped by dots or spaces while typing; leaving the field groups them by dots.
    """

    def __init__(
        self,
        theme: Theme,
        maximum: int = MAX_VND,
        placeholder: str = "",
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Take the largest number allowed."""
        super().__init__(theme, placeholder, name=name, parent=parent)
        self.maximum = maximum
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def number(self) -> int | None:
        """Return the number, None when the field is empty or holds something else."""
        digits = re.sub(r"[\s.]", "", self.text())
        if not (digits.isascii() and digits.isdigit()):
            return None
        value = int(digits)
        return value if value <= self.maximum else None

    def is_wrong(self) -> bool:
        """Tell whether something is typed that is no number within the limit."""
        return bool(self.value()) and self.number() is None

    def set_number(self, value: int | None) -> None:
        """Show a number."""
        self.setText("" if value is None else grouped(value))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Group the digits; what is no number stays as typed."""
        value = self.number()
        if value is not None and self.text() != grouped(value):
            self.setText(grouped(value))
        super().focusOutEvent(event)


class MoneyEdit(NumberEdit):
    """Take an amount in đồng."""

    def amount_vnd(self) -> int | None:
        """Return the amount, None when there is none."""
        return self.number()

    def set_amount(self, amount_vnd: int | None) -> None:
        """Show an amount."""
        self.set_number(amount_vnd)


class DateEdit(LineEdit):
    """Take a date as digits: ``18072019``, ``18/7/2019``; leaving the field writes it out."""

    def __init__(self, theme: Theme, placeholder: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        """Say the form in the placeholder."""
        super().__init__(theme, placeholder or tr("ngày/tháng/năm"), name=name, parent=parent)

    def date(self) -> dt.date | None:
        """Return the date, None when the field is empty or holds something else."""
        found = _DATE.fullmatch(self.text().strip())
        if found is None:
            return None
        day, month, year = (int(part) for part in found.groups() if part is not None)
        try:
            return dt.date(year, month, day)
        except ValueError:
            return None

    def is_wrong(self) -> bool:
        """Tell whether something is typed that is no date."""
        return bool(self.value()) and self.date() is None

    def set_date(self, value: dt.date | None) -> None:
        """Show a date."""
        self.setText("" if value is None else screen_date(value))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the date out; what is no date stays as typed."""
        value = self.date()
        if value is not None:
            self.set_date(value)
        super().focusOutEvent(event)


class SearchBox(LineEdit):
    """Search while typing.

    Signals:
        searched(str): The text has rested for 120 ms, or Enter was pressed.
    """

    searched = Signal(str)

    def __init__(self, theme: Theme, placeholder: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        """Put the glass before the text, and behind it what empties the box by mouse."""
        super().__init__(theme, placeholder or tr("Tìm"), name=name or "searchBox", parent=parent)
        # Qt's own signs in a line stay at 16 px whatever the size of text.
        self._glass = IconLabel(theme, "search", Role.MUTED, parent=self)
        self._glass.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._empty = QToolButton(self)
        self._empty.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._empty.setCursor(Qt.CursorShape.ArrowCursor)
        self._empty.setProperty("class", "inner")
        self._empty.setToolTip(tr("Xóa chữ trong ô"))
        name_it(self._empty, "clearSearch", tr("Xóa chữ trong ô"))
        self._empty.clicked.connect(self._empty_it)
        self._empty.hide()
        self.textChanged.connect(self._show_signs)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_SEARCH_WAIT_MS)
        self._rest.timeout.connect(self._search)
        self.textEdited.connect(self._rest.start)
        self.returnPressed.connect(self._search)
        theme.changed.connect(self._draw)
        self._draw()

    def _search(self) -> None:
        self._rest.stop()
        self.searched.emit(self.value())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the signs at both ends."""
        super().resizeEvent(event)
        self._place()

    def _empty_it(self) -> None:
        self.clear()
        self.textEdited.emit("")

    def _show_signs(self, text: str) -> None:
        self._empty.setVisible(bool(text))

    def _place(self) -> None:
        side = self.theme.icon_size().width()
        self._glass.move(SPACE_S, (self.height() - side) // 2)
        room = side + SPACE_S
        self._empty.setGeometry(self.width() - room - SPACE_XS, (self.height() - room) // 2, room, room)

    def _draw(self) -> None:
        side = self.theme.icon_size().width()
        self.setTextMargins(side + SPACE_XS, 0, side + SPACE_XS, 0)
        self._empty.setIcon(self.theme.icon("close", Role.MUTED))
        self._empty.setIconSize(self.theme.icon_size() * _EMPTY_SHARE)
        self._place()


class ChoiceBox(QComboBox):
    """Choose one of a few; the wheel does not change it unless it has the focus."""

    def __init__(self, *, name: str = "", accessible_name: str = "", parent: QWidget | None = None) -> None:
        """Take the names."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name_it(self, name, accessible_name)

    def add_choice(self, key: str, text: str) -> None:
        """Add a choice."""
        self.addItem(text, key)

    def key(self) -> str:
        """Return the key of the choice, "" when nothing is chosen."""
        return str(self.currentData() or "")

    def set_key(self, key: str) -> None:
        """Choose by key."""
        self.setCurrentIndex(self.findData(key))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the page that is scrolled, unless one chooses here: nothing changes unseen."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def field_row(*fields: QWidget, stretches: tuple[int, ...] = ()) -> QHBoxLayout:
    """Return fields side by side, tops level."""
    row = QHBoxLayout()
    row.setSpacing(SPACE_S * 2)
    for at, field in enumerate(fields):
        row.addWidget(field, stretches[at] if at < len(stretches) else 1, Qt.AlignmentFlag.AlignTop)
    return row


__all__ = [
    "MAX_VND",
    "ChoiceBox",
    "DateEdit",
    "Field",
    "LineEdit",
    "MoneyEdit",
    "NumberEdit",
    "SearchBox",
    "TextEdit",
    "field_row",
]
