"""Keep text and selection of a field, and put them back when the keys turn out to be a scan."""

from dataclasses import dataclass

import shiboken6
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

Editor = QLineEdit | QPlainTextEdit | QTextEdit


def editor_of(widget: QWidget | None) -> Editor | None:
    """Return the editor that typed text goes to, None where letters act instead.

    Args:
        widget: The widget with the focus.
    """
    if isinstance(widget, QComboBox):
        widget = widget.lineEdit() if widget.isEditable() else None
    elif isinstance(widget, QAbstractSpinBox):
        widget = widget.lineEdit()
    if not isinstance(widget, Editor) or widget.isReadOnly() or not widget.isEnabled():
        return None
    return widget


@dataclass(frozen=True, slots=True)
class KeptText:
    """Hold what a field contained before a run of keys.

    Attributes:
        editor: The field.
        text: Its text.
        anchor: Where the selection began.
        position: Where the cursor stood.
        is_modified: Whether the user had changed it.
    """

    editor: Editor
    text: str
    anchor: int
    position: int
    is_modified: bool


def keep(editor: Editor) -> KeptText:
    """Return what a field contains now."""
    if isinstance(editor, QLineEdit):
        position = editor.cursorPosition()
        anchor = position
        if editor.hasSelectedText():
            start, end = editor.selectionStart(), editor.selectionEnd()
            anchor = end if position == start else start
        return KeptText(editor, editor.text(), anchor, position, editor.isModified())
    cursor = editor.textCursor()
    document = editor.document()
    return KeptText(editor, document.toPlainText(), cursor.anchor(), cursor.position(), document.isModified())


def put_back(kept: KeptText) -> None:
    """Make the field what it was; a field that is gone is left alone."""
    editor = kept.editor
    if not shiboken6.isValid(editor):
        return
    if isinstance(editor, QLineEdit):
        if editor.text() != kept.text:
            editor.setText(kept.text)
        editor.setModified(kept.is_modified)
        if kept.anchor == kept.position:
            editor.setCursorPosition(kept.position)
        else:
            editor.setSelection(kept.anchor, kept.position - kept.anchor)
        return
    if editor.document().toPlainText() != kept.text:
        editor.setPlainText(kept.text)
    editor.document().setModified(kept.is_modified)
    cursor = editor.textCursor()
    cursor.setPosition(kept.anchor)
    cursor.setPosition(kept.position, QTextCursor.MoveMode.KeepAnchor)
    editor.setTextCursor(cursor)
