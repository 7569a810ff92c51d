"""Clean, measure and break text.

A *run* is a piece of text in one face; a paragraph is a sequence of runs. Text that reaches these functions has gone
through `clean`: NFC, no control characters, only letters the typeface has.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeVar

from reports.elements.fonts import REPLACEMENT, Face, loaded

Run = tuple[Face, str]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_ALIKE = str.maketrans({"\u2011": "-", "\u2012": "–", "\u2015": "—", "\u2009": " ", "\u202f": "\u00a0"})
_BALANCING_STEPS = 7
_BREAKABLE = "@._-/,;"
_SPACE_EM = 0.25
"""Every face's space is this wide (tested)."""

Form = TypeVar("Form")


@dataclass(slots=True)
class Line:
    """Hold one broken line.

    Attributes:
        runs: What stands on it.
        width: Its natural width in em.
    """

    runs: tuple[Run, ...]
    width: float


def clean(text: str) -> str:
    """Bring text into the form the other functions expect.

    Args:
        text: Anything, also NFD or with line breaks.

    Returns:
        NFC text on one line; a letter the typeface lacks became `REPLACEMENT`.
    """
    letters = loaded().letters
    if letters.issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    return "".join(char if char in letters else REPLACEMENT for char in _visible(text))


def _visible(text: str) -> str:
    """Return NFC text without controls and invisible signs, look-alikes of known letters replaced."""
    # Before the letters are composed: an invisible sign may stand between a letter and its mark.
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _CONTROLS.sub(" ", text))).translate(_ALIKE)


def cleaned(form: Form) -> Form:
    """Return a form dataclass with every text in it cleaned, at any depth.

    Args:
        form: A frozen dataclass of texts, tuples and further dataclasses.

    Returns:
        The same with clean texts.
    """
    return _mapped(form)  # type: ignore[return-value]  # the shape is kept


def _mapped(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _mapped(getattr(value, field.name)) for field in fields(value)})
    return value


def texts(value: object) -> Iterator[str]:
    """Yield every text in a form dataclass, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def missing_glyphs(form: object) -> tuple[str, ...]:
    """Name the letters of a form that will be printed as `REPLACEMENT`.

    Args:
        form: A form dataclass.

    Returns:
        Each such letter once, in code point order; empty in all but rare cases (a Chinese name).
    """
    letters = loaded().letters
    found: set[str] = set()
    for text in texts(form):
        found.update(char for char in _visible(text) if char not in letters)
    return tuple(sorted(found))


@lru_cache(maxsize=8192)
def width(text: str, face: Face) -> float:
    """Measure clean text in em."""
    return sum(map(loaded().advances[face].__getitem__, text))


def wrap(runs: Sequence[Run], limit: float) -> tuple[Line, ...]:
    """Break runs into lines, greedily, at spaces; a word wider than a line is broken anywhere.

    Args:
        runs: Clean runs. Between two runs a line may break only where a space stands.
        limit: Width of a line in em.

    Returns:
        At least one line unless there is no text.
    """
    runs = tuple([run for run in runs if run[1]])
    total = 0.0
    for face, text in runs:
        total += width(text, face)
    if total <= limit:
        return (Line(runs, total),) if runs else ()
    words = _fitting(list(_words(runs)), limit)
    return tuple([_joined(words[start:end]) for start, end in _breaks(words, limit)])


def plain_lines(text: str, face: Face, limit: float) -> list[str]:
    """Break a clean text in one face as `wrap` does, several times as fast: for books.

    Args:
        text: Clean text.
        face: Its face.
        limit: Width of a line in em.

    Returns:
        The lines' texts; none for no text.
    """
    lines: list[str] = []
    line, used = "", 0.0
    for word in text.split(" "):
        if not word:
            continue
        size = width(word, face)
        if size > limit:
            return ["".join([part for _, part in broken.runs]) for broken in wrap(((face, text),), limit)]
        if not line:
            line, used = word, size
        elif used + _SPACE_EM + size > limit:
            lines.append(line)
            line, used = word, size
        else:
            line += " " + word
            used += _SPACE_EM + size
    if line:
        lines.append(line)
    return lines


def balance(runs: Sequence[Run], limit: float) -> tuple[Line, ...]:
    """Break runs like `wrap`, into as many lines of about equal width: for headings."""
    lines = wrap(runs, limit)
    if len(lines) <= 1:
        return lines
    words = _fitting(list(_words(runs)), limit)
    low, high = max(*(word[2] for word in words), sum(word[2] for word in words) / len(lines)), limit
    best = list(_breaks(words, limit))
    for _ in range(_BALANCING_STEPS):
        middle = (low + high) / 2
        trial = list(_breaks(words, middle))
        if len(trial) > len(best):
            low = middle
        else:
            best, high = trial, middle
    return tuple([_joined(words[start:end]) for start, end in best])


_Word = tuple[list[Run], float, float]
"""A word's runs, the width of the space before it, its own width."""


def _words(runs: Iterable[Run]) -> Iterator[_Word]:
    word: list[Run] = []
    space = 0.0
    for face, text in runs:
        for position, part in enumerate(text.split(" ")):
            if position:
                if word:
                    yield word, space, sum([width(piece, its) for its, piece in word])
                    word = []
                space = _SPACE_EM
            if part:
                word.append((face, part))
    if word:
        yield word, space, sum([width(piece, its) for its, piece in word])


def _breaks(words: Sequence[_Word], limit: float) -> Iterator[tuple[int, int]]:
    """Yield the first word of each line and the one after its last."""
    start, used = 0, 0.0
    for number, (_, space, size) in enumerate(words):
        if number > start and used + space + size > limit:
            yield start, number
            start, used = number, size
        else:
            used += size if number == start else space + size
    yield start, len(words)


def _fitting(words: Sequence[_Word], limit: float) -> Sequence[_Word]:
    """Cut words wider than a line into pieces that fit."""
    if all(size <= limit for _, _, size in words):
        return words
    fitting: list[_Word] = []
    for word, space, size in words:
        if size <= limit:
            fitting.append((word, space, size))
            continue
        before = space
        for face, text in word:
            for piece in _pieces(text, face, limit):
                fitting.append(([(face, piece)], before, width(piece, face)))
                before = 0.0
    return fitting


def _pieces(text: str, face: Face, limit: float) -> Iterator[str]:
    """Cut a word to pieces that fit, behind a sign like @ or . where one stands late enough in the piece."""
    advances = loaded().advances[face]
    start, used = 0, 0.0
    position = 0
    while position < len(text):
        advance = advances[text[position]]
        if position > start and used + advance > limit:
            behind = max(text.rfind(sign, start, position) for sign in _BREAKABLE) + 1
            end = behind if behind - start > (position - start) / 2 else position
            yield text[start:end]
            start = position = end
            used = 0.0
        else:
            used += advance
            position += 1
    yield text[start:]


def _joined(words: Sequence[_Word]) -> Line:
    """Make one line of words; a space takes the face of the word before it."""
    runs: list[Run] = []
    total = 0.0
    for number, (word, space, size) in enumerate(words):
        if number and space:
            runs[-1] = (runs[-1][0], runs[-1][1] + " ")
            total += space
        total += size
        for face, text in word:
            if runs and runs[-1][0] is face:
                runs[-1] = (face, runs[-1][1] + text)
            else:
                runs.append((face, text))
    return Line(tuple(runs), total)
