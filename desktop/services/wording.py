"""Turn codes and facts into sentences: the one place where an error gets its words.

A fact whose name and value have a word of their own (``word.kind.supplement``) is shown by that word.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from desktop.domain.errors import AppError
from desktop.domain.vietnamese import number

LANGUAGES = ("vi", "en")


class Wording:
    """Say a code in a language.

    Attributes:
        language: ``vi`` or ``en``.
    """

    def __init__(self, language: str = "vi") -> None:
        """Load the sentences of a language."""
        self.language = language
        self._sentences = _load(language)

    def sentence(self, code: str, details: Mapping[str, Any] | None = None) -> str:
        """Return the sentence of a code; a code without one is shown as it is, never hidden."""
        template = self._sentences.get(code)
        if template is None:
            return f"{self._sentences['unknown_problem']} ({code})"
        facts = _Facts({name: self._shown(name, fact) for name, fact in (details or {}).items()})
        return template.format_map(facts).strip()

    def error(self, error: AppError) -> str:
        """Return the sentence of an error."""
        return self.sentence(error.code, error.details)

    def knows(self, code: str) -> bool:
        """Tell whether a code has a sentence."""
        return code in self._sentences

    def _shown(self, name: str, fact: object) -> object:
        """Return a fact as a sentence shows it: by its own word, money with points, a list between commas."""
        word = self._sentences.get(f"word.{name}.{fact}") if isinstance(fact, str) else None
        if word is not None:
            return word
        if name.endswith("_vnd") and isinstance(fact, int):
            return number(fact)
        return ", ".join(str(part) for part in fact) if isinstance(fact, list | tuple) else fact


class _Facts(dict[str, Any]):
    """Show a missing fact as a gap instead of failing while telling about a failure."""

    def __missing__(self, key: str) -> str:
        return "…"


@cache
def _load(language: str) -> Mapping[str, str]:
    """Read the sentences of a language, once per process."""
    text = (files("resources") / "messages" / f"{language}.toml").read_text("utf-8")
    sentences: dict[str, str] = tomllib.loads(text)
    return sentences
