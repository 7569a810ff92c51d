"""Notice Vietnamese text that was broken on its way from a keyboard-type reader.

Three ways of breaking are known: UTF-8 read as Western letters (``Nguyá»…n``), letters replaced by ``?``,
and letters typed as the keys of a typing method (``Nguyeenx``, ``Nguye64n``). A wrong alarm costs the clerk
one typed name; a missed one puts a wrong name on a legal paper.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Final

_LETTERS: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Letters of the languages of the Central Highlands, beside those of Vietnamese.
_HIGHLAND_LETTERS: Final = "ĕŏŭĭčñƀ"
_TONES: Final = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWELS: Final = "aăâeêioôơuưy"
_BREVE: Final = "\u0306"


def _letters() -> frozenset[str]:
    lower = {
        unicodedata.normalize("NFC", letter + tone)
        for letter in _LETTERS
        for tone in (_TONES if letter in _VOWELS else _TONES[:1])
    }
    lower.update(_HIGHLAND_LETTERS)
    return frozenset(lower | {letter.upper() for letter in lower} | {_BREVE})


_NAME_CHARACTERS: Final = _letters() | frozenset(" .-'\u2019")
_ADDRESS_CHARACTERS: Final = _NAME_CHARACTERS | frozenset('0123456789,/()&;:+#"\u201c\u201d\u2018\u2013_*%@')

# "à" and "Ò" of UTF-8 read as Western letters give characters that may stand in a name on their own.
_WESTERN: Final = re.compile("Ã[\u00a0\u2019]")
# Keys that no written word contains: w and f, j after the first letter, doubled a, e, d.
_TYPED: Final = re.compile(r"\B[wfj]|aa|ee|dd", re.ASCII | re.IGNORECASE)
# A syllable with a tone key at its end; words that only look so are rare.
_TONE_KEY: Final = re.compile(
    r"\b(?:ngh?|gh?|kh?|ph?|th?|tr?|ch?|nh?|qu|[bdhlmrsvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cmnpt])?[sfrxjz]\b|oo",
    re.ASCII | re.IGNORECASE,
)
# A word left without its vowels, and the two commonest names left so with one vowel.
_STUMP: Final = re.compile(r"\b(?:[b-df-hj-np-tv-xz]{2,}|nguyn|hunh)\b", re.ASCII | re.IGNORECASE)
_DIGIT_KEY: Final = re.compile(r"[aeiouyd][1-9]+[a-z]", re.ASCII | re.IGNORECASE)


def has_marks(text: str) -> bool:
    """Tell whether a text has letters with Vietnamese marks, so that they came through."""
    return any(not char.isascii() and char in _NAME_CHARACTERS for char in text)


def is_garbled_name(name: str, *, marks_came_through: bool) -> bool:
    """Tell whether a person's name was broken.

    Args:
        name: Not empty, NFC.
        marks_came_through: Whether the scan has marks anywhere; a name without any is then believed.
    """
    if not _NAME_CHARACTERS.issuperset(name) or _WESTERN.search(name) or _has_inner_capital(name):
        return True
    if not name.isascii():
        return False
    if _TYPED.search(name):
        return True
    return not marks_came_through and bool(_TONE_KEY.search(name) or _STUMP.search(name))


def is_garbled_address(address: str, *, marks_came_through: bool) -> bool:
    """Tell whether an address (or another free text of a card) was broken; an empty one is not."""
    if not _ADDRESS_CHARACTERS.issuperset(address) or _WESTERN.search(address):
        return True
    return not marks_came_through and bool(_TYPED.search(address) or _DIGIT_KEY.search(address))


def _has_inner_capital(name: str) -> bool:
    return any(first.islower() and second.isupper() for first, second in pairwise(name))
