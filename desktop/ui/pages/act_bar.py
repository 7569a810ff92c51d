"""The buttons of what a dossier offers now; they go on in the next line where there is little room."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.pages.work_offers import LOOKS, WorkAct
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_L, SPACE_S
from desktop.ui.widgets.buttons import ActionButton
from desktop.ui.widgets.flow import FlowRow
from desktop.ui.words import tr

#: A bar with more lines than that takes the room of the facts: then its keys are left to tips and overlay.
_MOST_LINES_WITH_KEYS: Final = 3


def below(detail: QWidget, *bars: QWidget) -> QWidget:
    """Return the facts of a dossier below some bars, to scroll together."""
    inner = QWidget()
    inner.setProperty("class", "scrolled")
    column = QVBoxLayout(inner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    above = QVBoxLayout()
    above.setContentsMargins(SPACE_L, 0, SPACE_L, 0)
    above.setSpacing(SPACE_S)
    for bar in bars:
        above.addWidget(bar)
    column.addLayout(above)
    column.addWidget(detail, 1)
    return inner


class ActBar(FlowRow):
    """Offer acts by button and key.

    Signals:
        pressed(object): A WorkAct.
    """

    pressed = Signal(object)

    def __init__(self, theme: Theme, *, name: str = "actBar", parent: QWidget | None = None) -> None:
        """Begin without buttons; each is made when it is first offered."""
        super().__init__(parent)
        self._theme = theme
        self._buttons: dict[WorkAct, ActionButton] = {}
        name_it(self, name, tr("Việc với hồ sơ này"))
        self.hide()
        theme.changed.connect(self.fit)

    def offer(self, acts: Sequence[WorkAct]) -> None:
        """Show the buttons of these acts only."""
        new = [act for act in acts if act not in self._buttons]
        self._buttons |= {act: self._button(act) for act in new}
        for act in WorkAct if new else ():
            if act in self._buttons:  # always in the same order, whatever was offered first
                self.flow.removeWidget(self._buttons[act])
                self.flow.addWidget(self._buttons[act])
        for act, button in self._buttons.items():
            button.setVisible(act in acts)
        self.setVisible(bool(acts))
        self.fit()

    def offered(self) -> tuple[WorkAct, ...]:
        """Return what is offered, in the order of the buttons."""
        return tuple(act for act in WorkAct if act in self._buttons and not self._buttons[act].isHidden())

    def fit(self) -> None:
        """Be as high as the buttons need, without their keys where they would need many lines."""
        shown = [button for button in self._buttons.values() if not button.isHidden()]
        for button in shown:
            button.show_keys(is_shown=True)
        if shown:
            line = shown[0].sizeHint().height() + self.flow.spacing()
            is_high = self.flow.heightForWidth(self.width()) + self.flow.spacing() > _MOST_LINES_WITH_KEYS * line
            for button in shown if is_high else ():
                button.show_keys(is_shown=False)
        super().fit()

    def _button(self, act: WorkAct) -> ActionButton:
        look = LOOKS[act]
        verb = tr(look.verb)
        button = ActionButton(
            self._theme,
            verb,
            icon=look.icon,
            shortcut=look.keys,
            danger=look.is_danger,
            name=f"act{act.title().replace('_', '')}",
        )
        button.clicked.connect(partial(self.pressed.emit, act))
        return button
