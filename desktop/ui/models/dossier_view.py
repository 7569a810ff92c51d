"""The list of dossiers on the screen: one pass paints all visible cells, selection and focus included.

A delegate costs eight calls per cell; here a row costs one look into the model's pages and one drawText per column.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from desktop.domain.vietnamese import local
from desktop.ui.models.dossier_rows import STATUS_LOOKS, Column, DossierRow, Urgency, seconds
from desktop.ui.models.dossier_table import DossierTableModel
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_S
from desktop.ui.widgets.tables import show_whole_rows
from desktop.ui.words import tr

_ICON_PX: Final = 16
_PAD_PX: Final = SPACE_S
_ROW_PAD_PX: Final = 14
_MOST_ELIDED: Final = 8_192
_FOCUS_PX: Final = 2

#: Widest text of each column that is never cut; the two others share what is left.
_SAMPLES: Final = {
    Column.CODE: "000.00.00.H00-000000-00000",
    Column.RECEIVED: "00:00 00/00/0000",
    Column.PROMISE: "00:00 00/00/0000 · Trễ",
    Column.STATUS: "Chờ nghĩa vụ tài chính",
}
_ICON_COLUMNS: Final = frozenset({Column.PROMISE, Column.STATUS})

#: Columns in the order in which they are given up when the list is narrow.
_GIVEN_UP: Final = (Column.RECEIVED, Column.HOLDER, Column.PROCEDURE, Column.STATUS, Column.PROMISE)
_OWNER_LEAST_EM: Final = 19
_PROCEDURE_LEAST_EM: Final = 14
_HOLDER_LEAST_EM: Final = 11

_URGENT: Final = {
    Urgency.LATE: ("late", Role.LATE),
    Urgency.TODAY: ("deadline", Role.SOON),
    Urgency.DONE_LATE: ("late", Role.MUTED),
}


class _Pens(NamedTuple):
    """Hold the colours of one painting."""

    text: QColor
    muted: QColor
    selected: QColor
    selected_ground: QColor
    line: QColor
    focus: QPen


class DossierTableView(QTableView):
    """Show a :class:`DossierTableModel`; Enter emits ``activated``, Home and End go to the first and last row."""

    def __init__(
        self,
        theme: Theme,
        model: DossierTableModel,
        now: Callable[[], datetime],
        *,
        name: str = "dossierTable",
        parent: QWidget | None = None,
    ) -> None:
        """Take the model.

        Args:
            theme: The look.
            model: The list.
            now: The injected clock; it decides what is painted as late.
            name: Object name.
            parent: Parent widget.
        """
        super().__init__(parent)
        self._theme = theme
        self._list = model
        self._now = now
        self._elided: dict[tuple[str, int], str] = {}
        self._icons: dict[tuple[str, Role], QPixmap] = {}
        self._colours: dict[Role, QColor] = {}
        self._is_fitting = False
        self.setModel(model)
        name_it(self, name, tr("Danh sách hồ sơ"), tr("Mũi tên để chọn, Enter để mở hồ sơ"))
        show_whole_rows(self)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        model.arrived.connect(self.viewport().update)
        theme.changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every visible row."""
        viewport = self.viewport()
        painter = QPainter(viewport)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), self._theme.color(Role.SURFACE))
        first = self.rowAt(0)
        if first >= 0:
            last = self.rowAt(viewport.height() - 1)
            last = self._list.rowCount() - 1 if last < 0 else last
            self._list.want(first, last)
            self._paint_rows(painter, first, last)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up or take back columns."""
        super().resizeEvent(event)
        self._fit_columns()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Move by rows: Home and End mean the list, not the row."""
        last = self._list.rowCount() - 1
        if action is QAbstractItemView.CursorAction.MoveHome:
            return self._list.index(min(0, last), 0)
        if action is QAbstractItemView.CursorAction.MoveEnd:
            return self._list.index(last, 0)
        return super().moveCursor(action, modifiers)

    def current_row(self) -> DossierRow | None:
        """Return the selected dossier, None when there is none or its page is on the way."""
        index = self.currentIndex()
        return self._list.row(index.row()) if index.isValid() else None

    def shown_columns(self) -> tuple[Column, ...]:
        """Return the columns there is room for."""
        return tuple(column for column in Column if not self.isColumnHidden(column))

    def _restyle(self) -> None:
        self.setFont(self._theme.font())
        self._elided.clear()
        self._icons.clear()
        self._colours.clear()
        height = QFontMetrics(self.font()).height() + _ROW_PAD_PX
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        if self._is_fitting:
            return
        self._is_fitting = True
        metrics = QFontMetrics(self.font())
        em = metrics.horizontalAdvance("0")
        least = {Column.OWNER: _OWNER_LEAST_EM * em, Column.PROCEDURE: _PROCEDURE_LEAST_EM * em}
        least[Column.HOLDER] = _HOLDER_LEAST_EM * em
        for column, sample in _SAMPLES.items():
            icon = self._theme.scaled(_ICON_PX) + _PAD_PX // 2 if column in _ICON_COLUMNS else 0
            least[column] = metrics.horizontalAdvance(sample) + icon + 2 * _PAD_PX
        room = self.viewport().width()
        shown = list(Column)
        for column in _GIVEN_UP:
            if sum(least[shown_one] for shown_one in shown) > room:
                shown.remove(column)
        least[Column.OWNER] = min(least[Column.OWNER], max(room - least[Column.CODE], 0))
        spare = max(room - sum(least[column] for column in shown), 0)
        shares = {Column.OWNER: 2, Column.PROCEDURE: 5, Column.HOLDER: 2}
        parts = sum(share for column, share in shares.items() if column in shown)
        for column in Column:
            self.setColumnHidden(column, column not in shown)
            if column in shown:
                self.setColumnWidth(column, least[column] + spare * shares.get(column, 0) // parts)
        self._is_fitting = False

    def _paint_rows(self, painter: QPainter, first: int, last: int) -> None:
        color = self._colour
        pens = _Pens(
            color(Role.TEXT),
            color(Role.MUTED),
            color(Role.ON_ACCENT_SOFT),
            color(Role.ACCENT_SOFT),
            color(Role.DIVIDER),
            QPen(color(Role.ACCENT), _FOCUS_PX),
        )
        columns = [(c, self.columnViewportPosition(c), self.columnWidth(c)) for c in self.shown_columns()]
        now = local(self._now())
        midnight = datetime(now.year, now.month, now.day, tzinfo=now.tzinfo) + timedelta(days=1)
        times = seconds(now), seconds(midnight)
        current = self.currentIndex().row() if self.selectionModel().hasSelection() else -1
        height = self.rowHeight(first)
        top = self.rowViewportPosition(first)
        metrics = QFontMetrics(self.font())
        baseline = (height + metrics.ascent() - metrics.descent()) // 2
        painter.setFont(self.font())
        width = self.viewport().width()
        for number in range(first, last + 1):
            row = self._list.row(number)
            is_current = number == current
            if is_current:
                painter.fillRect(0, top, width, height, pens.selected_ground)
            painter.setPen(pens.line)
            painter.drawLine(0, top + height - 1, width, top + height - 1)
            painter.setPen(pens.selected if is_current else pens.text)
            if row is None:
                painter.setPen(pens.muted)
                painter.drawText(_PAD_PX, top + baseline, tr("Đang tải…"))
            else:
                self._paint_cells(painter, row, columns, (top, height, baseline), times, is_selected=is_current)
            if is_current and self.hasFocus():
                painter.setPen(pens.focus)
                painter.drawRect(QRect(1, top + 1, width - 2, height - 3))
            top += height

    def _paint_cells(
        self,
        painter: QPainter,
        row: DossierRow,
        columns: list[tuple[Column, int, int]],
        line: tuple[int, int, int],
        times: tuple[int, int],
        *,
        is_selected: bool,
    ) -> None:
        top, height, baseline = line
        texts = row.texts
        urgency = row.urgency(*times)
        for column, x, width in columns:
            if column is Column.STATUS:
                look = STATUS_LOOKS[row.status]
                icon, role, text = look.icon, look.role, texts[column]
            elif column is Column.PROMISE and urgency in _URGENT:
                icon, role = _URGENT[urgency]
                text = texts[column] if urgency is Urgency.TODAY else f"{texts[column]} · {tr('Trễ')}"
            else:
                text = self._cut(texts[column], width - 2 * _PAD_PX)
                painter.drawText(x + _PAD_PX, top + baseline, text)
                continue
            self._paint_marked(painter, (x, top, width, height, baseline), (icon, role, text), is_selected=is_selected)

    def _paint_marked(
        self,
        painter: QPainter,
        cell: tuple[int, int, int, int, int],
        mark: tuple[str, Role, str],
        *,
        is_selected: bool,
    ) -> None:
        """Paint an icon and its word in their colour; on the selection in the selection's own."""
        x, top, width, height, baseline = cell
        icon, role, text = mark
        role = Role.ON_ACCENT_SOFT if is_selected else role
        side = self._theme.scaled(_ICON_PX)
        painter.drawPixmap(x + _PAD_PX, top + (height - side) // 2, self._icon(icon, role, side))
        before = painter.pen()
        painter.setPen(self._colour(role))
        at = x + _PAD_PX + side + _PAD_PX // 2
        painter.drawText(at, top + baseline, self._cut(text, x + width - at))
        painter.setPen(before)

    def _cut(self, text: str, width: int) -> str:
        """Return a text cut to a width, from memory where it was cut before."""
        key = (text, width)
        found = self._elided.get(key)
        if found is None:
            if len(self._elided) >= _MOST_ELIDED:
                self._elided.clear()
            found = QFontMetrics(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[key] = found
        return found

    def _colour(self, role: Role) -> QColor:
        found = self._colours.get(role)
        if found is None:
            found = self._colours[role] = self._theme.color(role)
        return found

    def _icon(self, name: str, role: Role, side: int) -> QPixmap:
        found = self._icons.get((name, role))
        if found is None:
            found = self._theme.pixmap(name, role, side, self.devicePixelRatioF())
            self._icons[name, role] = found
        return found
