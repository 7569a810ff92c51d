"""The list of the page "Ký duyệt" on the screen: four lines for each dossier, a fifth for what stands against it."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.ui.pages.approval_load import ApprovalRow
from desktop.ui.pages.approval_model import ApprovalModel
from desktop.ui.pages.approval_words import Mark, days_mark, right_words, wait_words
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_S, SPACE_XS
from desktop.ui.words import tr

_ICON_PX: Final = 16
_PAD: Final = SPACE_S
_GAP: Final = SPACE_XS
_FOCUS_PX: Final = 2
_LINES: Final = 4
#: So much of a line the second text may take.
_RIGHT_SHARE: Final = 0.55

Index = QModelIndex | QPersistentModelIndex


class ApprovalView(QListView):
    """Show an :class:`ApprovalModel`.

    Signals:
        toggled(int): Space was pressed on this row, or its box was clicked.
    """

    toggled = Signal(int)

    def __init__(self, theme: Theme, model: ApprovalModel, parent: QWidget | None = None) -> None:
        """Take the model."""
        super().__init__(parent)
        self._theme = theme
        self._delegate = _Delegate(theme, model, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        name_it(self, "approvalList", tr("Hồ sơ chờ ký"), tr("Mũi tên để xem từng hồ sơ, phím cách để chọn"))
        theme.changed.connect(self._restyle)
        self._restyle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by Space; a key held down chooses once."""
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat() and self.currentIndex().isValid():
                self.toggled.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Search nothing: letters are commands here."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose by a click on the box of a row that is shown already; else the click shows the row."""
        index = self.indexAt(event.position().toPoint())
        was_current = index.isValid() and index == self.currentIndex()
        super().mousePressEvent(event)
        if was_current and self._delegate.is_on_box(self.visualRect(index), event.position().toPoint()):
            self.toggled.emit(index.row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the texts anew."""
        super().resizeEvent(event)
        self.viewport().update()

    def _restyle(self) -> None:
        self.setFont(self._theme.font())
        self.scheduleDelayedItemsLayout()
        self.viewport().update()


class _Delegate(QStyledItemDelegate):
    """Paint one dossier."""

    def __init__(self, theme: Theme, model: ApprovalModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._icons: dict[tuple[str, Role, float], QPixmap] = {}
        theme.changed.connect(self._icons.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002 - Qt's signature
        """Ask for four lines, five where something stands against an approval."""
        row = self._model.row(index.row())
        lines = _LINES + bool(row is not None and self._model.marks(row))
        return QSize(0, lines * self._line_px() + 2 * _PAD)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the lines, the box and the focus."""
        row = self._model.row(index.row())
        if row is None:
            return
        view = self.parent()
        rect = option.rect  # type: ignore[attr-defined] # the stub leaves the fields of an option out
        is_current = isinstance(view, QListView) and view.currentIndex().row() == index.row()
        painter.save()
        color = self._theme.color
        if is_current:
            painter.fillRect(rect, color(Role.ACCENT_SOFT))
        painter.setPen(color(Role.DIVIDER))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        self._paint_box(painter, rect, row)
        left = self._text_left(rect)
        area = QRect(left, rect.top() + _PAD, rect.right() - _PAD - left, rect.height() - 2 * _PAD)
        self._paint_lines(painter, area, row, is_current=is_current)
        if is_current and isinstance(view, QListView) and view.hasFocus():
            painter.setPen(QPen(color(Role.ACCENT), _FOCUS_PX))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -2, -3))
        painter.restore()

    def is_on_box(self, rect: QRect, at: QPoint) -> bool:
        """Tell whether a point lies on the box of a row."""
        return rect.contains(at) and at.x() < self._text_left(rect)

    def _paint_lines(self, painter: QPainter, area: QRect, row: ApprovalRow, *, is_current: bool) -> None:
        waiting = row.waiting
        text = Role.ON_ACCENT_SOFT if is_current else Role.TEXT
        muted = Role.ON_ACCENT_SOFT if is_current else Role.MUTED
        line = QRect(area.left(), area.top(), area.width(), self._line_px())
        self._paint_text(painter, line, row.code, text, is_bold=True, cut=Qt.TextElideMode.ElideLeft)
        line.translate(0, self._line_px())
        days = days_mark(waiting)
        taken = self._paint_mark(painter, line, days, role=text if is_current else days.role)
        wait = tr("chờ {time}", time=wait_words(row.waited_minutes))
        self._paint_text(painter, line.adjusted(taken, 0, 0, 0), wait, muted, is_right=True)
        line.translate(0, self._line_px())
        self._paint_text(painter, line, f"{waiting.dossier.owner.name} · {waiting.dossier.procedure.name}", text)
        line.translate(0, self._line_px())
        right = line.adjusted(round(line.width() * (1 - _RIGHT_SHARE)), 0, 0, 0)
        sign = tr("Ký: {right}", right=right_words(waiting.authority)) if waiting.authority is not None else ""
        taken = self._paint_text(painter, right, sign, muted, is_right=True)
        by = tr("{name} soạn", name=waiting.author)
        self._paint_text(painter, line.adjusted(0, 0, -taken, 0), by, muted)
        marks = self._model.marks(row)
        if marks:
            line.translate(0, self._line_px())
            joined = Mark(marks[0].icon, marks[0].role, " · ".join(mark.text for mark in marks))
            self._paint_mark(painter, line, joined, role=text if is_current else marks[0].role)

    def _paint_text(
        self,
        painter: QPainter,
        line: QRect,
        text: str,
        role: Role,
        *,
        is_bold: bool = False,
        is_right: bool = False,
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> int:
        """Paint one text, cut where room is short, and return the room it takes."""
        if not text:
            return 0
        font = QFont(self._theme.font())
        font.setBold(is_bold)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.color(role))
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        fitting = metrics.elidedText(text, cut, line.width())
        painter.drawText(line, (side | Qt.AlignmentFlag.AlignVCenter).value, fitting)
        return metrics.horizontalAdvance(fitting) + _PAD

    def _paint_mark(self, painter: QPainter, line: QRect, mark: Mark, *, role: Role) -> int:
        """Paint an icon and its words, and return the room they take."""
        side = self._theme.scaled(_ICON_PX)
        painter.drawPixmap(line.left(), line.top() + (line.height() - side) // 2, self._icon(mark.icon, role))
        return side + _GAP + self._paint_text(painter, line.adjusted(side + _GAP, 0, 0, 0), mark.text, role)

    def _paint_box(self, painter: QPainter, rect: QRect, row: ApprovalRow) -> None:
        """Paint the box of a row: ticked when chosen, an eye when seen, a lock where it cannot be approved."""
        side = self._theme.scaled(_ICON_PX)
        top = rect.top() + _PAD + (self._line_px() - side) // 2
        box = QRect(rect.left() + _PAD, top, side, side)
        if not row.waiting.is_ready:
            painter.drawPixmap(box.topLeft(), self._icon("lock", Role.MUTED))
            return
        is_chosen = self._model.is_chosen(row)
        painter.setPen(QPen(self._theme.color(Role.ACCENT if is_chosen else Role.EDGE), 1))
        painter.setBrush(self._theme.color(Role.ACCENT if is_chosen else Role.SURFACE))
        painter.drawRoundedRect(box.adjusted(0, 0, -1, -1), 3, 3)
        if is_chosen:
            painter.drawPixmap(box.topLeft(), self._icon("check", Role.ON_ACCENT))
        elif self._model.is_seen(row):
            below = QPoint(box.left(), box.top() + self._line_px())
            painter.drawPixmap(below, self._icon("eye", Role.MUTED))

    def _icon(self, name: str, role: Role) -> QPixmap:
        view = self.parent()
        ratio = view.devicePixelRatioF() if isinstance(view, QWidget) else 1.0
        key = (name, role, ratio)
        if key not in self._icons:
            self._icons[key] = self._theme.pixmap(name, role, self._theme.scaled(_ICON_PX), ratio)
        return self._icons[key]

    def _text_left(self, rect: QRect) -> int:
        return rect.left() + 2 * _PAD + self._theme.scaled(_ICON_PX)

    def _line_px(self) -> int:
        return QFontMetrics(self._theme.font()).height() + _GAP // 2
