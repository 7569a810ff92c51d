"""Colours, icons and text size of the window: Fusion style, our palette, and one QSS file made of tokens."""

import string
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QDir, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from desktop.ui.tokens import (
    BASE_PT,
    COLOURS,
    MAX_TEXT_PERCENT,
    MIN_TEXT_PERCENT,
    TARGET_PX,
    Mode,
    Role,
    text_sizes,
)

#: The family we ship: Noto Sans, cut down to Latin and Vietnamese, so that no machine shows empty boxes.
OWN_FAMILY: Final = "Motcua Sans"

#: Windows has a hinted face with good Vietnamese; elsewhere ours is used.
FAMILIES: Final = ("Segoe UI", OWN_FAMILY)

#: QSS classes and what they are for; more than one are separated by spaces.
CLASSES: Final[dict[str, str]] = {
    "title": "title of a page",
    "section": "head of a section",
    "figure": "a code or an amount read across the counter",
    "strong": "bold text",
    "muted": "text of the second rank",
    "small": "hints",
    "error": "an error sentence in a form",
    "key": "a key chip",
    "primary": "the one main button of a page",
    "danger": "a button that refuses or withdraws",
    "flat": "a button without an edge",
    "choice": "a row of a short list",
    "icon": "a tool button of an icon only",
    "inner": "a small tool button inside a field",
    "card": "a framed surface",
    "divider": "a thin line",
    "invalid": "a field with an error",
    "page": "ground of a page",
    "footer": "the row of buttons below a page",
}

_LARGE_ICON_PX: Final = 64
_ICON_PX: Final = 18
_INDICATOR_PX: Final = 16


@lru_cache(maxsize=1)
def _qss_template() -> string.Template:
    """Return the text of theme.qss."""
    return string.Template(files("desktop.ui").joinpath("theme.qss").read_text("utf-8"))


@lru_cache(maxsize=128)
def _svg(name: str) -> str:
    """Return the source of an icon."""
    return files("resources").joinpath("icons", f"{name}.svg").read_text("utf-8")


def icon_names() -> Sequence[str]:
    """Return the names of all icons we ship, sorted."""
    return sorted(
        entry.name.removesuffix(".svg")
        for entry in files("resources").joinpath("icons").iterdir()
        if entry.name.endswith(".svg")
    )


def set_class(widget: QWidget, names: str) -> None:
    """Give a widget QSS classes and let the style look again."""
    if widget.property("class") == names:
        return
    widget.setProperty("class", names)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def name_it(widget: QWidget, object_name: str, accessible_name: str, status_tip: str = "") -> None:
    """Name a control for tests, for screen readers and for the status line.

    Args:
        widget: The control.
        object_name: English camelCase, unique in its page.
        accessible_name: What a screen reader says.
        status_tip: One sentence for the status line; the accessible name when empty, nothing for what takes no focus.
    """
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible_name)
    takes_focus = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    widget.setStatusTip(status_tip or (accessible_name if takes_focus else ""))


def _clamped(text_percent: int) -> int:
    return min(max(text_percent, MIN_TEXT_PERCENT), MAX_TEXT_PERCENT)


class Theme(QObject):
    """Hold the look and give it to widgets.

    Attributes:
        mode: Light or dark.
        text_percent: Text size, 100 to 200.

    Signals:
        changed(): Colours or text size are new; icons and painted widgets draw again.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = Mode.LIGHT, text_percent: int = 100) -> None:
        """Load our face and dress the application."""
        super().__init__(app)
        self._app = app
        self._icons: dict[tuple[str, Role], QIcon] = {}
        self._pictures: dict[tuple[str, Role, int, float], QPixmap] = {}
        self.mode = mode
        self.text_percent = _clamped(text_percent)
        self._load_family()
        self._dress()

    def apply(self, mode: Mode, text_percent: int) -> None:
        """Dress the application anew; nothing happens when it wears this already.

        Args:
            mode: Light or dark.
            text_percent: 100 to 200; other values are taken as the nearest of these.
        """
        if (mode, _clamped(text_percent)) == (self.mode, self.text_percent):
            return
        self.mode = mode
        self.text_percent = _clamped(text_percent)
        self._icons.clear()
        self._pictures.clear()
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        """Give Qt style, palette, face and sheet: every widget looks again."""
        self._app.setStyle("Fusion")
        self._app.setPalette(self._palette())
        self._app.setFont(self.font())
        self._app.setStyleSheet(self.style_sheet())

    def color(self, role: Role | str) -> QColor:
        """Return a colour by its use."""
        return QColor(COLOURS[self.mode][Role(role)])

    def font(self, *, is_bold: bool = False, factor: float = 1.0) -> QFont:
        """Return our face with tabular figures.

        Args:
            is_bold: Bold text.
            factor: Multiple of the base size.
        """
        font = QFont()
        font.setFamilies(list(FAMILIES))
        font.setPointSizeF(text_sizes(self.text_percent).base_pt * factor)
        font.setBold(is_bold)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def scaled(self, size_px: int) -> int:
        """Return a length that grows with the text."""
        return round(size_px * self.text_percent / 100)

    def icon_size(self) -> QSize:
        """Return the size of an icon beside text."""
        side = self.scaled(_ICON_PX)
        return QSize(side, side)

    def icon(self, name: str, role: Role | str = Role.TEXT) -> QIcon:
        """Return an icon in a colour; greyed when disabled.

        Args:
            name: File name in resources/icons without ``.svg``.
            role: Colour.
        """
        key = (name, Role(role))
        found = self._icons.get(key)
        if found is None:
            found = QIcon()
            for size_px in self._icon_sizes():
                found.addPixmap(self.pixmap(name, role, size_px), QIcon.Mode.Normal)
                found.addPixmap(self.pixmap(name, Role.DISABLED, size_px), QIcon.Mode.Disabled)
            self._icons[key] = found
        return found

    def _icon_sizes(self) -> Sequence[int]:
        """Return what icons are drawn at: the size beside text on each screen, and one large for Qt to reduce."""
        side = self.icon_size().width()
        return sorted({*(round(side * screen.devicePixelRatio()) for screen in self._app.screens()), _LARGE_ICON_PX})

    def pixmap(self, name: str, role: Role | str, size_px: int, ratio: float = 1.0) -> QPixmap:
        """Return an icon as a picture, crisp at the pixel ratio of a screen.

        Each is drawn once per look: Qt keeps, of every picture a label has shown, a copy under that picture's own key.
        """
        key = (name, Role(role), size_px, ratio)
        found = self._pictures.get(key)
        if found is None:
            found = self._pictures[key] = self._drawn(*key)
        return found

    def _drawn(self, name: str, role: Role, size_px: int, ratio: float) -> QPixmap:
        source = _svg(name).replace("currentColor", self.color(role).name())
        renderer = QSvgRenderer(QByteArray(source.encode()))
        side = max(1, round(size_px * ratio))
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, side, side))
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture

    def style_sheet(self) -> str:
        """Return the QSS with every token filled in."""
        sizes = text_sizes(self.text_percent)
        indicator_px = self.scaled(_INDICATOR_PX)
        target_px = max(TARGET_PX, round(TARGET_PX * (1 + (self.text_percent - 100) / 160)))
        return _qss_template().substitute(
            {role.value: colour for role, colour in COLOURS[self.mode].items()},
            small_pt=sizes.small_pt,
            section_pt=sizes.section_pt,
            title_pt=sizes.title_pt,
            figure_pt=sizes.figure_pt,
            mode=self.mode.value,
            indicator=indicator_px,
            indicator_radius=indicator_px // 2 + 1,
            indicator_dot=indicator_px * 3 // 10,
            indicator_hole=indicator_px + 2 - 2 * (indicator_px * 3 // 10),
            target=target_px,
            target_inner=target_px - 2,
        )

    def _palette(self) -> QPalette:
        """Return the palette for what QSS does not reach."""
        palette = QPalette()
        group = QPalette.ColorRole
        for role, colour in (
            (group.Window, Role.WINDOW),
            (group.WindowText, Role.TEXT),
            (group.Base, Role.SURFACE),
            (group.AlternateBase, Role.WINDOW),
            (group.Text, Role.TEXT),
            (group.Button, Role.SURFACE),
            (group.ButtonText, Role.TEXT),
            (group.ToolTipBase, Role.SURFACE),
            (group.ToolTipText, Role.TEXT),
            (group.PlaceholderText, Role.MUTED),
            (group.Highlight, Role.ACCENT),
            (group.HighlightedText, Role.ON_ACCENT),
            (group.Link, Role.ACCENT),
            (group.LinkVisited, Role.ACCENT),
            (group.Accent, Role.ACCENT),
            (group.Mid, Role.DIVIDER),
            (group.Dark, Role.EDGE),
            (group.BrightText, Role.LATE),
        ):
            palette.setColor(role, self.color(colour))
        for role in (group.WindowText, group.Text, group.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color(Role.DISABLED))
        return palette

    @staticmethod
    def _load_family() -> None:
        """Make our face and the marks of check boxes known to Qt, once per process."""
        QDir.setSearchPaths("motcuamarks", [str(files("resources").joinpath("icons", "marks"))])
        if OWN_FAMILY in QFontDatabase.families():
            return
        for cut in ("regular", "bold"):
            data = files("resources").joinpath("fonts", "ui", f"motcua-sans-{cut}.ttf").read_bytes()
            QFontDatabase.addApplicationFontFromData(QByteArray(data))


__all__ = [
    "BASE_PT",
    "CLASSES",
    "FAMILIES",
    "OWN_FAMILY",
    "Mode",
    "Role",
    "Theme",
    "icon_names",
    "name_it",
    "set_class",
]
