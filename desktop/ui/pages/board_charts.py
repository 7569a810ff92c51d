"""Late shares by field against their targets, drawn by QPainter.

Every bar takes the keys and opens the dossiers behind it. Colour is never the only sign: what misses its target is
hatched and says so in words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.domain.board import Denominator, FieldFigures
from desktop.domain.vietnamese import number
from desktop.ui.theme import Role, Theme, name_it
from desktop.ui.tokens import SPACE_S, SPACE_XS
from desktop.ui.words import tr

_BAR_PX: Final = 14
_LEAST_FILLED_PX: Final = 2
_FOCUS_PX: Final = 2
#: The scale ends beyond the largest share and beyond every target, so that a target line never lies on the edge.
_HEADROOM: Final = 1.15


@dataclass(frozen=True, slots=True)
class Bar:
    """Say what one bar shows.

    Attributes:
        name: Name of the field.
        scale: Share at the right end of the bar's ground, above 0.
    """

    figures: FieldFigures
    name: str
    denominator: Denominator
    scale: float

    def headline(self) -> str:
        """Return share, numerator and denominator, and how they stand against the target."""
        figures = self.figures
        of = tr("đã giải quyết") if self.denominator is Denominator.SOLVED else tr("đã tiếp nhận")
        shown = f"{figures.share}  =  {number(figures.numerator)} / {number(figures.denominator)} {of}"
        if figures.meets is None:
            return f"{shown}  ·  {tr('chỉ tiêu {target}', target=figures.target)}" if figures.target else shown
        verdict = tr("đạt chỉ tiêu") if figures.meets else tr("KHÔNG đạt chỉ tiêu")
        return f"{shown}  ·  {verdict} {figures.target}"

    def counts(self) -> str:
        """Return everything else that is counted of the field."""
        figures = self.figures
        return tr(
            "Tiếp nhận {received} · Giải quyết {solved}, trễ {solved_late} · "
            "Đang xử lý {open}, trễ {late_open}, chờ {waiting}",
            received=number(figures.received),
            solved=number(figures.solved),
            solved_late=number(figures.solved_late),
            open=number(figures.open),
            late_open=number(figures.late_open),
            waiting=number(figures.waiting),
        )

    @property
    def share(self) -> float:
        """Return the share for drawing only; targets are compared in whole numbers."""
        return self.figures.numerator / self.figures.denominator if self.figures.denominator else 0.0


class FieldBar(QAbstractButton):
    """Draw one field: its name and share, its bar with the target line, its counts; Enter opens what is behind it."""

    def __init__(self, theme: Theme, bar: Bar, parent: QWidget | None = None) -> None:
        """Take what it shows."""
        super().__init__(parent)
        self.bar = bar
        self._theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        said = f"{bar.name}: {bar.headline()}. {bar.counts()}"
        name_it(self, f"bar_{bar.figures.field or 'all'}", said, tr("Enter mở các hồ sơ trễ của lĩnh vực này"))
        self.setToolTip(said)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return room for two lines and the bar."""
        line = QFontMetrics(self._theme.font()).height()
        return QSize(40 * line, 3 * line + self._theme.scaled(_BAR_PX) + 2 * SPACE_S)

    def minimumSizeHint(self) -> QSize:
        """Give way in width only."""
        return QSize(self._theme.scaled(200), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter; go up and down with the arrows."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.click()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint name, share, bar, target and counts."""
        painter = QPainter(self)
        color = self._theme.color
        room = self.rect().adjusted(SPACE_S, SPACE_XS, -SPACE_S, -SPACE_XS)
        bold, plain = self._theme.font(is_bold=True), self._theme.font()
        line = QFontMetrics(plain).height()
        painter.setFont(bold)
        painter.setPen(color(Role.TEXT))
        self._write(painter, QRect(room.left(), room.top(), room.width(), line), self.bar.name)
        painter.setFont(plain)
        is_missed = self.bar.figures.meets is False
        painter.setPen(color(Role.LATE if is_missed else Role.TEXT))
        self._write(painter, QRect(room.left(), room.top() + line, room.width(), line), self.bar.headline())
        side = self._theme.scaled(_BAR_PX)
        self._paint_bar(painter, QRectF(room.left(), room.top() + 2 * line + 2, room.width(), side - 4))
        painter.setPen(color(Role.MUTED))
        self._write(painter, QRect(room.left(), room.top() + 2 * line + side, room.width(), line), self.bar.counts())
        if self.hasFocus():
            painter.setPen(QPen(color(Role.ACCENT), _FOCUS_PX))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        painter.end()

    def _paint_bar(self, painter: QPainter, ground: QRectF) -> None:
        color, figures = self._theme.color, self.bar.figures
        painter.fillRect(ground, color(Role.SURFACE_ALT))
        role = {None: Role.DUE, True: Role.OK, False: Role.LATE}[figures.meets]
        width = ground.width() * self.bar.share / self.bar.scale
        if figures.numerator:
            filled = QRectF(ground.left(), ground.top(), max(width, _LEAST_FILLED_PX), ground.height())
            fill_bar(painter, filled, color(role), is_hatched=figures.meets is False)
        if figures.below_per_mille is not None:
            at = ground.left() + ground.width() * figures.below_per_mille / 1_000 / self.bar.scale
            painter.setPen(QPen(color(Role.TEXT), _FOCUS_PX, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, ground.top() - 3), QPointF(at, ground.bottom() + 3))

    def _write(self, painter: QPainter, room: QRect, text: str) -> None:
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


class FieldChart(QWidget):
    """Draw every field below the other, the sum first.

    Signals:
        field_wanted(str): The bar of a field was opened; "" for the sum.
    """

    field_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        """Begin empty."""
        super().__init__(parent)
        self._theme = theme
        self.bars: list[FieldBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_XS)
        self._column.addStretch(1)
        name_it(self, "fieldChart", tr("Tỷ lệ trễ theo lĩnh vực"))

    def show_figures(
        self, total: FieldFigures, fields: Sequence[FieldFigures], names: Mapping[str, str], of: Denominator
    ) -> None:
        """Draw other figures; the bar that had the focus keeps it."""
        focused = next((bar.bar.figures.field for bar in self.bars if bar.hasFocus()), None)
        for bar in self.bars:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        scale = _scale([total, *fields])
        shown = [(total, tr("Tất cả lĩnh vực")), *((each, names.get(each.field, each.field)) for each in fields)]
        self.bars = []
        for at, (figures, name) in enumerate(shown):
            bar = FieldBar(self._theme, Bar(figures, name, of, scale), self)
            bar.clicked.connect(self._opener(figures.field))
            self._column.insertWidget(at, bar)
            self.bars.append(bar)
            if figures.field == focused:
                bar.setFocus()

    def _opener(self, field: str) -> Callable[[], None]:
        def wanted() -> None:
            self.field_wanted.emit(field)

        return wanted


def _scale(fields: Sequence[FieldFigures]) -> float:
    shares = [each.numerator / each.denominator for each in fields if each.denominator]
    targets = [each.below_per_mille / 1_000 for each in fields if each.below_per_mille is not None]
    return max([*shares, *targets, 0.001]) * _HEADROOM


def fill_bar(painter: QPainter, bar: QRectF, colour: QColor, *, is_hatched: bool) -> None:
    """Fill a bar, hatched inside a line of its colour or plain."""
    if not is_hatched:
        painter.fillRect(bar, colour)
        return
    painter.fillRect(bar, QBrush(colour, Qt.BrushStyle.BDiagPattern))
    painter.setPen(QPen(colour, 1))
    painter.drawRect(bar.adjusted(0, 0, -1, -1))
