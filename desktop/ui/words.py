"""Words for people: sentences of errors by their code, and the mark of static texts."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from PySide6.QtCore import QCoreApplication

from desktop.domain.errors import AppError

CONTEXT: Final = "motcua"

__all__ = ["CONTEXT", "QT_TRANSLATE_NOOP", "Wording", "Words", "capital", "tr"]


class Wording(Protocol):
    """Make the sentence of a code: ``desktop.services.wording``."""

    def sentence(self, code: str, details: Mapping[str, Any]) -> str:
        """Return one whole sentence: what happened and what to do."""
        ...


def tr(text: str, /, **fields: object) -> str:
    """Translate a static text, a whole sentence with named fields.

    Args:
        text: Vietnamese source text; ``{name}`` marks a field.
        **fields: Values of the fields, already written for people.

    Returns:
        The text in the language of the user.
    """
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**fields) if fields else translated


def capital(text: str) -> str:
    """Begin a text with a capital letter, as every cell of a table does."""
    return f"{text[:1].upper()}{text[1:]}"


class Words:
    """Word an error for a person, in one place."""

    def __init__(self, wording: Wording) -> None:
        """Take the sentences of the services layer."""
        self._wording = wording

    def error(self, error: AppError) -> str:
        """Return the sentence of an error."""
        return self._wording.sentence(error.code, error.details)

    def sentence(self, code: str, /, **details: object) -> str:
        """Return the sentence of a code with its facts; a fact may be called ``code`` too."""
        return self._wording.sentence(code, details)


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:  # noqa: N802 - the name translators' tools know
    """Mark a static text for translation where it is only stored; show it by ``tr(text)``."""
    return text
