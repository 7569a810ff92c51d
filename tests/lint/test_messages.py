import string
import tomllib

import pytest

from tests.lint.raised_codes import raised_codes
from tests.lint.repository import ROOT

MESSAGES = ROOT / "resources" / "messages"
LANGUAGES = ("vi", "en")


def sentences(language: str) -> dict[str, str]:
    """Read the sentences of a language."""
    found: dict[str, str] = {}
    paths = [MESSAGES / f"{language}.toml"]
    for path in paths:
        if path.exists():
            found |= tomllib.loads(path.read_text(encoding="utf-8"))
    return found


def fields(sentence: str) -> set[str]:
    """Name the facts a sentence wants."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_is_raised_has_a_sentence(language: str) -> None:
    known = sentences(language)

    missing = [f"{raised.code} ({raised.place})" for raised in raised_codes("desktop") if raised.code not in known]

    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_a_sentence_wants_is_given(language: str) -> None:
    known = sentences(language)

    lacking = [
        f"{raised.place}: {raised.code} wants {sorted(wanted)}"
        for raised in raised_codes("desktop")
        if raised.fields is not None and (wanted := fields(known.get(raised.code, "")) - raised.fields)
    ]

    assert not lacking, "\n".join(lacking)


def test_both_languages_say_the_same_things() -> None:
    vietnamese, english = sentences("vi"), sentences("en")

    assert vietnamese.keys() == english.keys()
    assert {code for code in vietnamese if fields(vietnamese[code]) != fields(english[code])} == set()
