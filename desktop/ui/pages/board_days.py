"""What came in and what was solved day by day, drawn by QPainter; arrows choose a day, Enter opens it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.domain.board import DayFigures
from desktop.domain.vietnamese import number, screen_date, weekday
from desktop.ui.pages.board_charts import fill_bar
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.words import tr

_FOCUS_PX: Final = 2
_LEAST_DAY_PX: Final = 11
_MOST_DAY_PX: Final = 42
_LEAST_PLOT_PX: Final = 48
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DaysChart(QWidget):
    """Draw what came in and what was solved day by day; arrows choose a day, Enter opens what came in on it.

    Signals:
        day_wanted(object): A day (date) was opened.
    """

    day_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self._days: tuple[DayFigures, ...] = ()
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        tip = tr("Mũi tên chọn ngày, Enter mở hồ sơ tiếp nhận ngày đó")
        name_it(self, "daysChart", tr("Tiếp nhận và giải quyết theo ngày"), tip)
        theme.changed.connect(self.updateGeometry)

    def show_days(self, days: tuple[DayFigures, ...]) -> None:
        """Draw other days; the chosen one stays where it is still there."""
        chosen = self.day()
        self._days = days
        self._choose(next((at for at, each in enumerate(days) if chosen and each.day == chosen.day), len(days) - 1))

    def day(self) -> DayFigures | None:
        """Return the day chosen, None when there is none."""
        return self._days[self._current] if 0 <= self._current < len(self._days) else None

    def caption(self) -> str:
        """Say the figures of the day chosen."""
        day = self.day()
        if day is None:
            return tr("Chưa có hồ sơ nào trong kỳ này.")
        return tr(
            "{weekday} {day}: tiếp nhận {received}, giải quyết {solved}, trong đó trễ {late}",
            weekday=weekday(day.day),
            day=screen_date(day.day),
            received=number(day.received),
            solved=number(day.solved),
            late=number(day.solved_late),
        )

    def _short_caption(self) -> str:
        day = self.day()
        if day is None:
            return self.caption()
        return tr(
            "{day}: nhận {received}, xong {solved}, trễ {late}",
            day=screen_date(day.day),
            received=number(day.received),
            solved=number(day.solved),
            late=number(day.solved_late),
        )

    def minimumSizeHint(self) -> QSize:
        """Ask for room for the texts and a low plot."""
        line = QFontMetrics(self._theme.font()).height()
        return QSize(self._theme.scaled(200), 3 * line + _LEAST_PLOT_PX)

    def sizeHint(self) -> QSize:
        """Ask for a wide plot."""
        return self.minimumSizeHint().expandedTo(QSize(700, 360))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose a day, or open it."""
        moves = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -20, Qt.Key.Key_PageDown: 20}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._days) - 1}
        key = Qt.Key(event.key())
        if key in moves and self._days:
            self._choose(min(max(self._current + moves[key], 0), len(self._days) - 1))
        elif key in ends:
            self._choose(ends[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the day under the mouse."""
        first, width = self._window()
        plot = self._plot()
        at = first + int((event.position().x() - plot.left()) // width)
        if self._days and plot.left() <= event.position().x():
            self._choose(min(max(at, 0), len(self._days) - 1))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the day under the mouse."""
        self.mousePressEvent(event)
        self._open()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint caption, legend, bars and axis."""
        painter = QPainter(self)
        painter.setFont(self._theme.font(is_bold=True))
        line = QFontMetrics(painter.font()).height()
        painter.setPen(self._theme.color(Role.TEXT))
        metrics, room = QFontMetrics(painter.font()), self.width() - 2 * SPACE_S
        caption = self.caption() if metrics.horizontalAdvance(self.caption()) <= room else self._short_caption()
        caption = metrics.elidedText(caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(SPACE_S, SPACE_XS, self.width() - 2 * SPACE_S, line), caption)
        painter.setFont(self._theme.font())
        self._paint_legend(painter, SPACE_XS + line, line)
        plot = self._plot()
        if self._days and plot.height() > 0:
            self._paint_plot(painter, plot, line)
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color(Role.ACCENT), _FOCUS_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _paint_legend(self, painter: QPainter, top: int, line: int) -> None:
        x, side = SPACE_S, line * 2 // 3
        for text, role, is_hatched in self._series():
            ground = QRectF(x, top + (line - side) / 2, side, side)
            fill_bar(painter, ground, self._theme.color(role), is_hatched=is_hatched)
            painter.setPen(self._theme.color(Role.TEXT))
            width = QFontMetrics(painter.font()).horizontalAdvance(text)
            painter.drawText(QRect(x + side + SPACE_XS, top, width, line), Qt.AlignmentFlag.AlignVCenter, text)
            x += side + SPACE_XS + width + SPACE_L

    @staticmethod
    def _series() -> tuple[tuple[str, Role, bool], ...]:
        return (
            (tr("Tiếp nhận"), Role.DUE, False),
            (tr("Giải quyết"), Role.OK, True),
            (tr("trong đó trễ"), Role.LATE, False),
        )

    def _paint_plot(self, painter: QPainter, plot: QRect, line: int) -> None:
        first, width = self._window()
        shown = self._days[first : first + max(plot.width() // width, 1)]
        most = max(max(day.received, day.solved) for day in self._days) or 1
        color = self._theme.color
        painter.setPen(color(Role.MUTED))
        painter.drawText(
            QRect(0, plot.top() - line // 2, plot.left() - SPACE_XS, line),
            _RIGHT,
            number(most),
        )
        painter.setPen(color(Role.DIVIDER))
        painter.drawLine(plot.left(), plot.top(), plot.right(), plot.top())
        painter.setPen(color(Role.EDGE))
        painter.drawLine(plot.left(), plot.bottom(), plot.right(), plot.bottom())
        half = max((width - 2) // 2, 2)
        for place, day in enumerate(shown):
            x = plot.left() + place * width
            if first + place == self._current:
                painter.fillRect(QRect(x - 1, plot.top(), width, plot.height()), color(Role.ACCENT_SOFT))
            for at, count, role, is_hatched in (
                (x, day.received, Role.DUE, False),
                (x + half, day.solved, Role.OK, True),
                (x + half, day.solved_late, Role.LATE, False),
            ):
                height = plot.height() * count / most
                bar = QRectF(at, plot.bottom() - height, half - 1, height)
                if count:
                    fill_bar(painter, bar, color(role), is_hatched=is_hatched)
        self._paint_dates(painter, plot, line, shown, width)

    def _paint_dates(self, painter: QPainter, plot: QRect, line: int, shown: Sequence[DayFigures], width: int) -> None:
        painter.setPen(self._theme.color(Role.MUTED))
        room = QFontMetrics(painter.font()).horizontalAdvance("00/00") + SPACE_M
        free = plot.left()
        if self._window()[0]:
            painter.drawText(QRect(plot.left() - room, plot.bottom() + 1, room - SPACE_XS, line), _RIGHT, "…")
        for place, day in enumerate(shown):
            x = plot.left() + place * width
            if x >= free and x + room - SPACE_M <= plot.right():
                painter.drawText(QRect(x, plot.bottom() + 1, room, line), f"{day.day.day:02d}/{day.day.month:02d}")
                free = x + room

    def _plot(self) -> QRect:
        metrics = QFontMetrics(self._theme.font())
        line = metrics.height()
        most = max((max(day.received, day.solved) for day in self._days), default=0)
        left = metrics.horizontalAdvance(number(most)) + 2 * SPACE_S
        top = 2 * line + SPACE_M + line // 2
        return QRect(left, top, max(self.width() - left - SPACE_S, 1), max(self.height() - top - line - SPACE_S, 1))

    def _window(self) -> tuple[int, int]:
        """Return the first day shown and the width of a day; where not all fit, the chosen one is in sight."""
        count = max(len(self._days), 1)
        room = self._plot().width()
        width = min(max(room // count, self._theme.scaled(_LEAST_DAY_PX)), self._theme.scaled(_MOST_DAY_PX))
        fits = max(room // width, 1)
        return max(0, min(self._current - fits // 2, count - fits)), width

    def _choose(self, at: int) -> None:
        self._current = at
        self.setAccessibleDescription(self.caption())
        self.update()

    def _open(self) -> None:
        day = self.day()
        if day is not None:
            self.day_wanted.emit(day.day)
