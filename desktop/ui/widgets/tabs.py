"""Tabs whose titles tell their keys, as long as there is room for them."""

from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabBar

from desktop.ui.theme import set_class

#: What stands between a title and its key: "Đơn vị  (Alt+D)".
_BEFORE_KEY: Final = "  ("
#: The title in front is bold: by so small a part it may be wider than it was when it was measured.
_BOLD_PART: Final = 5


class KeyedTabs(QTabBar):
    """Give the keys up where all titles with them would not be seen at once, then some room; the tips keep the keys."""

    def __init__(self) -> None:
        """Begin without tabs."""
        super().__init__()
        self._is_fitting = False

    def tabInserted(self, index: int) -> None:  # noqa: N802 - Qt's name
        """Keep the whole title."""
        super().tabInserted(index)
        self.setTabToolTip(index, self.tabText(index))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of text."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        if self._is_fitting:
            return
        self._is_fitting = True  # another class is a change of style, too
        set_class(self, "")
        self._show_keys(is_shown=True)
        if self._is_cut():
            self._show_keys(is_shown=False)
            set_class(self, "tight" if self._is_cut() else "")
        self.setIconSize(self.iconSize())  # lays the tabs out anew: another class alone does not
        self._is_fitting = False

    def _is_cut(self) -> bool:
        wanted = sum(self.tabSizeHint(at).width() for at in range(self.count()))
        widest = max((self.tabSizeHint(at).width() for at in range(self.count())), default=0)
        return wanted + widest // _BOLD_PART > self.width()

    def _show_keys(self, *, is_shown: bool) -> None:
        for at in range(self.count()):
            title = self.tabToolTip(at)
            text = title if is_shown else title.partition(_BEFORE_KEY)[0]
            if text and text != self.tabText(at):
                self.setTabText(at, text)
