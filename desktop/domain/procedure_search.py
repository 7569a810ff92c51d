"""Find procedures by code, words, initials or favourite number; all text is folded once, before any search."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from desktop.domain.vietnamese import fold_words

# National code of a procedure, with the suffix some portals append (``1.000494.000.00.00.H29``).
_CODE: Final = re.compile(r"([0-9]\.[0-9]{6})(?:\.[0-9A-Za-z]{2,3})*", re.ASCII)
_CODE_START: Final = re.compile(r"[0-9][0-9.]*", re.ASCII)
_NO_FAVOURITE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what a search compares; made by :func:`entry`.

    Attributes:
        code: National code.
        name: Folded words of the name, a space on both sides of each.
        name_and_field: The same with the words of the field behind.
        initials: First letters of the words of the name.
        digits: The code without its dot.
        is_elsewhere: Another agency receives it; listed last.
    """

    code: str
    name: str
    name_and_field: str
    initials: str
    digits: str
    is_elsewhere: bool


class _Match(IntEnum):
    """Order the ways a query can match, best first."""

    EXACT_CODE = 0
    CHOSEN_BY_NUMBER = 1
    NAME_START = 2
    ALL_WORDS = 3
    CODE_START = 4
    INITIALS = 5
    FIELD_WORDS = 6


@dataclass(frozen=True, slots=True)
class _Query:
    """Hold a query split once."""

    is_empty: bool
    code: str
    code_start: str
    start: str
    whole: tuple[str, ...]
    begun: str
    initials: str
    favourite: str


def short_code(text: str) -> str | None:
    """Return the national code at the beginning of a procedure code with or without suffix; None for other text."""
    found = _CODE.fullmatch(text.strip())
    return found.group(1) if found else None


def entry(code: str, name: str, field_name: str, *, is_elsewhere: bool) -> Entry:
    """Fold a procedure for searching."""
    words = fold_words(name)
    return Entry(
        code=code,
        name=_spaced(words),
        name_and_field=_spaced((*words, *fold_words(field_name))),
        initials="".join(word[0] for word in words),
        digits=code.replace(".", ""),
        is_elsewhere=is_elsewhere,
    )


def ranked(entries: Iterable[Entry], q: str, favourites: Sequence[str], usage: Mapping[str, int]) -> list[int]:
    """Return the positions of the entries that match, best first.

    Args:
        entries: What to search.
        q: What the clerk typed; an empty query matches everything.
        favourites: Procedure codes behind the numbers 1 to 9.
        usage: How often each code was used.
    """
    codes = [short_code(code) or code for code in favourites]
    place = {code: index for index, code in reversed(list(enumerate(codes)))}
    query = _query(q, codes)
    hits: list[tuple[tuple[object, ...], int]] = []
    for position, each in enumerate(entries):
        match = _match(each, query)
        if match is not None:
            hits.append((_sort_key(each, match, place, usage), position))
    hits.sort()
    return [position for _, position in hits]


def _spaced(words: Iterable[str]) -> str:
    """Join words with a space on both sides of each, so that a whole word is one substring test."""
    return f" {' '.join(words)} "


def _query(q: str, favourites: Sequence[str]) -> _Query:
    text = q.strip()
    words = fold_words(text)
    is_number = len(text) == 1 and text in "123456789" and int(text) <= len(favourites)
    return _Query(
        is_empty=not text,
        code=short_code(text) or "",
        code_start=text.replace(".", "") if _CODE_START.fullmatch(text) else "",
        start=_spaced(words).rstrip(" "),
        whole=tuple(_spaced((word,)) for word in words[:-1]),
        begun=f" {words[-1]}" if words else "",
        initials=words[0] if len(words) == 1 else "",
        favourite=favourites[int(text) - 1] if is_number else "",
    )


def _has_words(query: _Query, text: str) -> bool:
    """Tell whether all words occur, the last one perhaps only begun."""
    return query.begun in text and all(word in text for word in query.whole)


def _match(each: Entry, query: _Query) -> _Match | None:
    if query.is_empty:
        found = _Match.ALL_WORDS
    elif each.code == query.code:
        found = _Match.EXACT_CODE
    elif each.code == query.favourite:
        found = _Match.CHOSEN_BY_NUMBER
    elif query.code_start and each.digits.startswith(query.code_start):
        found = _Match.CODE_START
    elif not query.begun:
        return None
    elif each.name.startswith(query.start):
        found = _Match.NAME_START
    elif _has_words(query, each.name):
        found = _Match.ALL_WORDS
    elif query.initials and each.initials.startswith(query.initials):
        found = _Match.INITIALS
    else:
        return _Match.FIELD_WORDS if _has_words(query, each.name_and_field) else None
    return found


def _sort_key(each: Entry, match: _Match, place: Mapping[str, int], usage: Mapping[str, int]) -> tuple[object, ...]:
    return (
        match if match <= _Match.CHOSEN_BY_NUMBER else _Match.NAME_START,
        place.get(each.code, _NO_FAVOURITE),
        match,
        each.is_elsewhere,
        -usage.get(each.code, 0),
        len(each.name),
        each.code,
    )
