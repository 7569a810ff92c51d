"""Buttons: a verb, an icon, a key."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from desktop.ui.theme import Role, Theme, name_it, set_class
from desktop.ui.widgets.labels import spoken_keys

#: Larger text leaves the keys to the overlay, so that three buttons still fit side by side.
_MOST_PERCENT_WITH_KEYS: Final = 150


class ActionButton(QPushButton):
    """Do one thing, by mouse or by key.

    The key works in the page the button stands on and is shown behind the verb; Enter on the focused button presses it.
    """

    def __init__(  # noqa: PLR0913 - the looks of a button, all by name
        self,
        theme: Theme,
        text: str,
        *,
        icon: str = "",
        shortcut: str = "",
        primary: bool = False,
        danger: bool = False,
        flat: bool = False,
        status_tip: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Take the verb and its looks.

        Args:
            theme: The look.
            text: A verb: "Nhận hồ sơ và in giấy hẹn".
            icon: Name of the icon before it.
            shortcut: Keys as Qt writes them: ``Ctrl+Return``.
            primary: The one main button of its page.
            danger: It refuses or withdraws.
            flat: It has no edge.
            status_tip: One sentence for the status line.
            name: Object name.
            parent: Parent widget.
        """
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self._icon_role = Role.ON_ACCENT if primary else Role.LATE if danger else Role.TEXT
        self._keys = shortcut
        self._verb = text
        self._shows_keys = True
        self.setAutoDefault(False)
        name_it(self, name or "actionButton", text, status_tip)
        set_class(
            self,
            " ".join(word for word, is_on in (("primary", primary), ("danger", danger), ("flat", flat)) if is_on),
        )
        if shortcut:
            self.setToolTip(f"{status_tip or text} ({spoken_keys(shortcut)})")
            key = QShortcut(QKeySequence(shortcut), self)
            key.setContext(Qt.ShortcutContext.WindowShortcut)
            key.setAutoRepeat(False)  # a key held down does it once
            key.activated.connect(self._press)
        theme.changed.connect(self._draw)
        self._draw()

    def set_verb(self, text: str) -> None:
        """Change the verb, keep the key."""
        self._verb = text
        self.setAccessibleName(text)
        self._write(text)

    def show_keys(self, *, is_shown: bool) -> None:
        """Show the keys behind the verb, or leave them to tip and overlay where many buttons stand together."""
        self._shows_keys = is_shown
        self._write(self._verb)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press on Enter too, not on Space only."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            if not event.isAutoRepeat():
                self._press()
            return
        super().keyPressEvent(event)

    def _write(self, text: str) -> None:
        # Qt leaves four pixels between icon and text, too few at arm's length.
        room = " " if self._icon_name else ""
        has_key = self._shows_keys and bool(self._keys) and self._theme.text_percent <= _MOST_PERCENT_WITH_KEYS
        key = f"  ({spoken_keys(self._keys)})" if has_key else ""
        self.setText(f"{room}{text}{key}".replace("&", "&&"))

    def _press(self) -> None:
        if self.isEnabled() and self.isVisible():
            self.click()

    def _draw(self) -> None:
        self._write(self._verb)
        if self._icon_name:
            self.setIcon(self._theme.icon(self._icon_name, self._icon_role))
            self.setIconSize(self._theme.icon_size())


class IconButton(QToolButton):
    """Do one small thing by an icon that everybody knows; the word is in its tip."""

    def __init__(self, theme: Theme, icon: str, text: str, *, name: str = "", parent: QWidget | None = None) -> None:
        """Take icon and word."""
        super().__init__(parent)
        self._theme = theme
        self._icon_name = icon
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(text)
        name_it(self, name or f"{icon}Button", text)
        self.setProperty("class", "icon")
        theme.changed.connect(self._draw)
        self._draw()

    def set_icon(self, icon: str, text: str) -> None:
        """Show another icon and word."""
        self._icon_name = icon
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.setStatusTip(text)
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._theme.icon(self._icon_name))
        self.setIconSize(self._theme.icon_size())
