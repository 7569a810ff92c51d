"""Small parts that the cards of the sides "An toàn dữ liệu" and "Kiểm tra, sao lưu" share."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from desktop.ui.widgets.buttons import ActionButton

if TYPE_CHECKING:
    from desktop.ui.pages.base import Page


def button(page: "Page", name: str, verb: str, icon: str, keys: str, tip: str) -> ActionButton:
    """Return a button of a card."""
    return ActionButton(page.kit.theme, verb, icon=icon, shortcut=keys, name=name, status_tip=tip)


def row(*buttons: ActionButton) -> QHBoxLayout:
    """Return buttons side by side."""
    made = QHBoxLayout()
    for each in buttons:
        made.addWidget(each)
    made.addStretch(1)
    return made
