"""Rows of a correction: the name of a field, what is printed, and an editor for what is right."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from desktop.ui.pages.dossiers_words import CHANNELS, FIELDS, RELATIONS, RESULTS_BY
from desktop.ui.pages.intake_words import APPLICANT_KINDS, SEXES
from desktop.ui.theme import Theme, name_it
from desktop.ui.tokens import SPACE_M, SPACE_S
from desktop.ui.widgets.fields import ChoiceBox, LineEdit, NumberEdit
from desktop.ui.widgets.labels import text_label
from desktop.ui.words import tr

_MOST_SETS: Final = 999

#: Choices of the fields that are not typed.
_CHOICES: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "applicant.sex": SEXES,
    "applicant.kind": tuple((kind.value, text) for kind, text in APPLICANT_KINDS),
    "submitter.relation": tuple((relation.value, text) for relation, text in RELATIONS.items()),
    "channel": tuple((channel.value, text) for channel, text in CHANNELS.items()),
    "result_by": tuple((way.value, text) for way, text in RESULTS_BY.items()),
}

Editor = LineEdit | ChoiceBox


class CorrectRows(QWidget):
    """Show the present value of some fields beside an editor of each.

    Attributes:
        editors: Editor by dotted field.

    Signals:
        edited(): A value was typed or chosen.
        entered(): Enter in an editor: move on.
    """

    edited = Signal()
    entered = Signal()

    def __init__(
        self, theme: Theme, keys: Sequence[str], old: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        """Take the fields and their present values as the editors show them."""
        super().__init__(parent)
        self.editors: dict[str, Editor] = {}
        self._labels: dict[str, tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_S)
        for column, stretch in ((0, 2), (1, 3), (2, 4)):
            self._grid.setColumnStretch(column, stretch)
        for key in keys:
            self._add(key, _editor(theme, key), old[key])

    def values(self) -> dict[str, str]:
        """Return what stands in the editors, by field; of a choice its key."""
        return {key: edit.key() if isinstance(edit, ChoiceBox) else edit.value() for key, edit in self.editors.items()}

    def add_widget(self, key: str, old: str, widget: QWidget) -> None:
        """Add a row with an editor of another kind; its value is the caller's."""
        row = self._grid.rowCount()
        name, printed = text_label(tr(FIELDS[key]), wraps=True), text_label(old or "–", "muted", wraps=True)
        self._grid.addWidget(name, row, 0)
        self._grid.addWidget(printed, row, 1)
        self._grid.addWidget(widget, row, 2)
        self._labels[key] = (name, printed)

    def set_shown(self, keys: Sequence[str], *, is_shown: bool) -> None:
        """Show rows, or hide what does not concern this dossier."""
        for key in keys:
            for part in (*self._labels[key], self.editors[key]):
                part.setVisible(is_shown)

    def _add(self, key: str, editor: Editor, old: str) -> None:
        printed = next((tr(text) for value, text in _CHOICES.get(key, ()) if value == old), old)
        self.add_widget(key, printed, editor)
        name_it(editor, object_name(key), tr(FIELDS[key]), tr("Đang in: {old}", old=printed or "–"))
        self._labels[key][0].setBuddy(editor)
        self.editors[key] = editor
        if isinstance(editor, QComboBox):
            editor.set_key(old)
            editor.currentIndexChanged.connect(self.edited)
        elif isinstance(editor, QLineEdit):
            editor.setText(old)
            editor.textChanged.connect(self.edited)
            editor.entered.connect(self.entered)


def object_name(key: str) -> str:
    """Return the object name of a field's editor: ``correctName`` for ``applicant.name``."""
    head, _, tail = key.partition(".")
    words = (head, *tail.split("_")) if head == "submitter" else (tail or head).split("_")
    return "correct" + "".join(part.capitalize() for part in words)


def _editor(theme: Theme, key: str) -> Editor:
    if key not in _CHOICES:
        return NumberEdit(theme, _MOST_SETS) if key == "sets" else LineEdit(theme)
    box = ChoiceBox()
    for value, text in _CHOICES[key]:
        box.add_choice(value, tr(text))
    return box
