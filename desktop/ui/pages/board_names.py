"""The names of the board on the screen: a table that gives up columns where room is short."""

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QTableView, QWidget

from desktop.ui.models.board_table import BoardColumn, BoardTableModel
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.tables import show_whole_rows
from desktop.ui.words import tr

_ROW_PAD_PX: Final = 14
_ICON_PX: Final = 16
#: The code and the deadline are never cut; what marks a dossier is as wide as what it says.
_SAMPLES: Final = {BoardColumn.CODE: "000.00.00.H00-000000-00000", BoardColumn.DUE: "00:00 00/00/0000"}
_MARKED: Final = (BoardColumn.LEFT, BoardColumn.APOLOGY)
_MOST_MEASURED: Final = 200
_LEAST_EM: Final = 10
_SHARED_EM: Final = {BoardColumn.OWNER: 17, BoardColumn.PROCEDURE: 14, BoardColumn.HOLDER: 16}
_SHARES: Final = {BoardColumn.OWNER: 2, BoardColumn.PROCEDURE: 4, BoardColumn.HOLDER: 2}
#: The name and the delay are always there; the others as far as there is room, the most telling first.
_ALWAYS: Final = (BoardColumn.OWNER, BoardColumn.LEFT)
_WISHED: Final = (
    BoardColumn.CODE,
    BoardColumn.APOLOGY,
    BoardColumn.HOLDER,
    BoardColumn.DUE,
    BoardColumn.PROCEDURE,
)


class NamesView(QTableView):
    """Show a :class:`BoardTableModel`; Enter emits ``activated``."""

    def __init__(self, theme: Theme, model: BoardTableModel, parent: QWidget | None = None) -> None:
        """Take the model."""
        super().__init__(parent)
        self._theme = theme
        self._names = model
        self.setModel(model)
        name_it(self, "boardNames", tr("Danh sách hồ sơ"), tr("Mũi tên để chọn, Enter để mở hồ sơ"))
        show_whole_rows(self)
        model.modelReset.connect(self._fit_columns)
        theme.changed.connect(self._restyle)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up or take back columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def shown_columns(self) -> tuple[BoardColumn, ...]:
        """Return the columns there is room for."""
        return tuple(column for column in BoardColumn if not self.isColumnHidden(column))

    def _restyle(self) -> None:
        self.setFont(self._theme.font())
        side = self._theme.scaled(_ICON_PX)
        self.setIconSize(QSize(side, side))
        height = QFontMetrics(self.font()).height() + _ROW_PAD_PX
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self._fit_columns()

    def _fit_columns(self) -> None:
        metrics = QFontMetrics(self.font())
        em = metrics.horizontalAdvance("0")
        least = {column: n * em for column, n in _SHARED_EM.items()}
        for column, sample in _SAMPLES.items():
            least[column] = metrics.horizontalAdvance(sample) + 3 * SPACE_S
        said = {column: self._names.texts(column, _MOST_MEASURED) for column in BoardColumn}
        for column in _MARKED:
            head = str(self._names.headerData(column, Qt.Orientation.Horizontal))
            widest = max((metrics.horizontalAdvance(text) for text in said[column]), default=0)
            icon = self._theme.scaled(_ICON_PX) + SPACE_S
            least[column] = max(widest + icon, metrics.horizontalAdvance(f"{head}  ")) + 3 * SPACE_S
        room = self.viewport().width()
        shown = list(_ALWAYS)
        for column in _WISHED:
            if any(said[column]) and sum(least[one] for one in (*shown, column)) <= room:
                shown.append(column)
        over = max(sum(least[column] for column in shown) - room, 0)
        for column in shown:  # what is still too wide is cut with …, the name first
            cut = min(over, least[column] - _LEAST_EM * em)
            least[column], over = least[column] - cut, over - cut
        spare = max(room - sum(least[column] for column in shown), 0)
        parts = sum(share for column, share in _SHARES.items() if column in shown)
        for column in BoardColumn:
            self.setColumnHidden(column, column not in shown)
            if column in shown:
                self.setColumnWidth(column, least[column] + spare * _SHARES.get(column, 0) // parts)
