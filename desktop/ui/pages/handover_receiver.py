"""Choose who takes the papers: by number, by typing, by arrows; the suggestion stands there already."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from desktop.domain.vietnamese import fold
from desktop.ui.pages.handover_work import Receiver
from desktop.ui.theme import Theme, name_it, set_class
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.fields import LineEdit
from desktop.ui.widgets.labels import Muted, text_label
from desktop.ui.words import tr

_KEY: Final = Qt.ItemDataRole.UserRole
_ROWS_SEEN: Final = 4


class _Search(LineEdit):
    """Take a number or letters; arrows walk the list below."""

    walked = Signal(int)
    focused = Signal(bool)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tell that it has the focus."""
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that it has it no longer."""
        super().focusOutEvent(event)
        self.focused.emit(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk the list by arrows."""
        steps = {Qt.Key.Key_Down.value: 1, Qt.Key.Key_Up.value: -1}
        if event.key() in steps:
            self.walked.emit(steps[event.key()])
            return
        super().keyPressEvent(event)


class ReceiverChooser(QFrame):
    """Hold the receiver of the slip; the list of all shows while one chooses.

    Attributes:
        search: Where a number or letters are typed.

    Signals:
        chosen(str): Key of the receiver the user chose.
        done(): Enter was pressed; the page moves on.
    """

    chosen = Signal(str)
    done = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin without receivers."""
        super().__init__(parent)
        set_class(self, "card")
        self._receivers: tuple[Receiver, ...] = ()
        self._key = ""
        self._name = text_label(tr("Chưa chọn"), "section", wraps=True)
        self._why = Muted("")
        self.search = _Search(theme, tr("Gõ số hoặc tên"), name="receiverSearch")
        self._list = QListWidget()
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        name_it(self._name, "receiverName", tr("Bên nhận"))
        name_it(self.search, "receiverSearch", tr("Bên nhận"), tr("Gõ số hoặc tên bên nhận rồi Enter"))
        name_it(self._list, "receiverList", tr("Các bên có thể nhận"))
        self._list.hide()
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_S)
        column.addWidget(text_label(tr("Bên nhận  (Alt+R)"), "muted"))
        column.addWidget(self._name)
        column.addWidget(self._why)
        column.addWidget(self.search)
        column.addWidget(self._list, 1)
        self.search.textEdited.connect(self._filter)
        self.search.entered.connect(self._enter)
        self.search.walked.connect(self._walk)
        self.search.focused.connect(self._list.setVisible)
        self._list.itemClicked.connect(self._clicked)
        theme.changed.connect(self._fit)
        self._fit()

    def set_receivers(self, receivers: Sequence[Receiver]) -> None:
        """Offer these, numbered from 1."""
        self._receivers = tuple(receivers)
        self._list.clear()
        for n, receiver in enumerate(self._receivers, start=1):
            item = QListWidgetItem(f"{n}   {receiver.name}")
            item.setData(_KEY, receiver.key)
            item.setToolTip(receiver.name)
            self._list.addItem(item)
        self._show()

    def key(self) -> str:
        """Return the key of the receiver, "" while there is none."""
        return self._key

    def name(self) -> str:
        """Return his name, "" while there is none."""
        return self.name_of(self._key)

    def name_of(self, key: str) -> str:
        """Return the name behind a key, "" for none."""
        return next((receiver.name for receiver in self._receivers if receiver.key == key), "")

    def set_receiver(self, key: str, why: str) -> None:
        """Show a receiver and why it is this one."""
        self._key = key if any(receiver.key == key for receiver in self._receivers) else ""
        self._why.setText(why if self._key else tr("Gõ số hoặc tên bên nhận rồi Enter"))
        self._show()

    def knows(self, key: str) -> bool:
        """Tell whether a key is among the receivers."""
        return any(receiver.key == key for receiver in self._receivers)

    def _show(self) -> None:
        self._name.setText(self.name() or tr("Chưa chọn"))
        self._name.setAccessibleDescription(self.name())
        for row in range(self._list.count()):
            item = self._list.item(row)
            item.setHidden(False)
            if item.data(_KEY) == self._key:
                self._list.setCurrentRow(row)
                self._list.scrollToItem(item)
        if not self._key:
            self._list.setCurrentRow(-1)

    def _filter(self, text: str) -> None:
        """Leave what fits the letters; a number marks its row."""
        wanted = fold(text.strip())
        first = -1
        for row, receiver in enumerate(self._receivers):
            is_number = wanted.isdigit() and int(wanted) == row + 1
            fits = not wanted or is_number or (not wanted.isdigit() and wanted in fold(receiver.name))
            self._list.item(row).setHidden(not fits)
            if fits and first < 0:
                first = row
        self._list.setCurrentRow(first if wanted else -1)

    def _walk(self, by: int) -> None:
        shown = [row for row in range(self._list.count()) if not self._list.item(row).isHidden()]
        if not shown:
            return
        at = self._list.currentRow()
        place = shown.index(at) + by if at in shown else 0
        self._list.setCurrentRow(shown[max(0, min(place, len(shown) - 1))])

    def _enter(self) -> None:
        row = self._list.currentRow()
        if row < 0 or self._list.item(row).isHidden():
            return
        self._choose(str(self._list.item(row).data(_KEY)))
        self.done.emit()

    def _clicked(self, item: QListWidgetItem) -> None:
        self._choose(str(item.data(_KEY)))

    def _choose(self, key: str) -> None:
        self.search.clear()
        self.set_receiver(key, tr("Bạn đã chọn"))
        self.chosen.emit(key)

    def _fit(self) -> None:
        row_px = self._list.fontMetrics().height() + 2 * SPACE_S
        self._list.setMinimumHeight(_ROWS_SEEN * row_px)
