"""Write dates, money, numbers and names the Vietnamese way, and fold text for searching.

The one module of the program that knows how Vietnamese is written: screens, forms, search and sorting all
come through here, so that a date looks the same wherever it stands. Text that leaves a function is NFC.

On paper the day and the month always have two digits. Decree 30/2020 (annex I) asks for a leading 0 for
days below 10 and for the first months of the year; two digits for every month are unambiguous for all twelve.
"""

import re
import unicodedata
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from desktop.domain.amount_words import amount_in_words

__all__ = [
    "VIETNAM",
    "amount_in_words",
    "fold",
    "fold_words",
    "given_name_key",
    "local",
    "money",
    "nfc",
    "number",
    "paper_date",
    "paper_datetime",
    "screen_date",
    "screen_datetime",
    "screen_time",
    "share",
]

#: The zone every promise is told in, whatever the machine is set to.
VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")

WEEKDAYS: Final = ("Thứ hai", "Thứ ba", "Thứ tư", "Thứ năm", "Thứ sáu", "Thứ bảy", "Chủ nhật")

#: C0 controls, DEL, the byte order mark, and what turns the direction of writing.
_NOT_TYPED: Final = dict.fromkeys(
    {*range(0x20), 0x7F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)} - {ord("\t"), ord("\n")}
)
#: What a spreadsheet program takes for the beginning of a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# Order of the tones in Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES: Final = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
_VOWELS: Final = frozenset("aăâeêioôơuưy")
_APOSTROPHES: Final = "'\u2019\u02bc\u2018`\u00b4"

# U+0300-U+036F are the combining marks, U+00C0-U+024F and U+1E00-U+1EFF the accented Latin letters.
_MARKS: Final = range(0x0300, 0x0370)
_LATIN: Final = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))


def _folding_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys(_MARKS)
    for point in _LATIN:
        base = unicodedata.normalize("NFD", chr(point))[0]
        if base.isascii():
            table[point] = base.lower()
    table[ord("đ")] = "d"
    return table


def _collation_table() -> dict[str, tuple[int, int]]:
    """Map each lower-case letter to its place in the alphabet and its tone."""
    return {
        unicodedata.normalize("NFC", letter + mark): (rank, tone)
        for rank, letter in enumerate(_ALPHABET)
        for tone, mark in enumerate(_TONES)
        if tone == 0 or letter in _VOWELS
    }


_FOLDED: Final = _folding_table()
_COLLATION: Final = _collation_table()
_WORD: Final = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")
_APOSTROPHE: Final = re.compile(f"[{_APOSTROPHES}]")


def nfc(text: str) -> str:
    """Compose letters and marks (Unicode NFC), the only form the program keeps.

    What nobody types is left out: control characters but tab and new line, and marks that turn the direction of
    writing, by which a name could be made to look like another. C1 controls stay: they betray broken letters.
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    # What is left out may have stood between a letter and its mark.
    return unicodedata.normalize("NFC", composed.translate(_NOT_TYPED))


def fold(text: str) -> str:
    """Strip a text to what people type when they search: lower case, no marks, đ as d.

    Composed and decomposed input give the same result. Spaces and punctuation stay.
    """
    return nfc(text).lower().translate(_FOLDED)


def fold_words(text: str) -> tuple[str, ...]:
    """Split a text into folded words at everything that is neither letter nor digit.

    A word written with an apostrophe, as names of the Central Highlands are, is given in parts and joined:
    ``H'Hen`` becomes ``h``, ``hen`` and ``hhen``, so that any of the three spellings finds it.
    """
    words: list[str] = []
    for found in _WORD.findall(fold(text)):
        parts = _APOSTROPHE.split(found)
        words.extend(parts)
        if len(parts) > 1:
            words.append("".join(parts))
    return tuple(words)


def local(at: datetime) -> datetime:
    """Bring an instant to Vietnamese time.

    Raises:
        ValueError: The datetime has no zone, which is a bug of the caller.
    """
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return at.astimezone(VIETNAM)


def paper_date(on: date) -> str:
    """Write a date for a form: ``ngày 18 tháng 07 năm 2019``."""
    return f"ngày {on.day:02d} tháng {on.month:02d} năm {on.year}"


def paper_datetime(at: datetime) -> str:
    """Write an instant for a form: ``09 giờ 05 phút, ngày 18 tháng 07 năm 2019``."""
    here = local(at)
    return f"{here.hour:02d} giờ {here.minute:02d} phút, {paper_date(here)}"


def paper_duration(minutes: int) -> str:
    """Write a duration as forms do: ``08 giờ 20 phút``, ``84 giờ``, ``20 phút``."""
    hours, rest = divmod(minutes, 60)
    words = [f"{n:02d} {unit}" for n, unit in ((hours, "giờ"), (rest, "phút")) if n]
    return " ".join(words) or "00 phút"


def screen_date(on: date) -> str:
    """Write a date for the screen: ``18/07/2019``."""
    return f"{on.day:02d}/{on.month:02d}/{on.year}"


def screen_time(at: datetime) -> str:
    """Write the time of day of an instant for the screen: ``09:05``."""
    here = local(at)
    return f"{here.hour:02d}:{here.minute:02d}"


def screen_datetime(at: datetime) -> str:
    """Write an instant for the screen: ``09:05 18/07/2019``."""
    return f"{screen_time(at)} {screen_date(local(at))}"


def weekday(on: date) -> str:
    """Name the day of the week: ``Thứ hai`` … ``Chủ nhật``."""
    return WEEKDAYS[on.weekday()]


def number(n: int) -> str:
    """Group thousands with dots: ``31.942``."""
    return f"{n:,}".replace(",", ".")


def money(vnd: int) -> str:
    """Write an amount in đồng: ``31.942 đ``."""
    return f"{number(vnd)} đ"


def share(numerator: int, denominator: int) -> str:
    """Write a share in percent with two decimals, half rounded up: ``0,31%``.

    Args:
        numerator: The part, 0 or more.
        denominator: The whole; 0 means that there is nothing to compare with, which is shown as a dash.
    """
    if denominator == 0:
        return "–"
    hundredths = (numerator * 20_000 + denominator) // (2 * denominator)
    return f"{number(hundredths // 100)},{hundredths % 100:02d}%"


def _word_key(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Compare letters first; only words with equal letters are told apart by their tones."""
    ranks: list[int] = []
    tones: list[int] = []
    for char in word:
        if char in _COLLATION:
            rank, tone = _COLLATION[char]
            ranks.append(rank)
            if tone:
                tones.append(tone)
        elif char.isdigit():
            ranks.append(ord(char) - 0x110000)
        elif char.isalpha():
            ranks.append(ord(char))
    return tuple(ranks), tuple(tones)


def given_name_key(name: str) -> tuple[object, ...]:
    """Make the key that sorts people as Vietnamese lists do: by given name, then by the full name.

    The given name is the last word. Letters follow the Vietnamese alphabet (a ă â … d đ …), tones the order
    ngang, huyền, hỏi, ngã, sắc, nặng; case and apostrophes do not count. Names equal in all this
    are kept apart by their spelling, so the order is total.

    Examples:
        >>> sorted(["Trần Văn Đức", "Lê Ân", "Nguyễn An"], key=given_name_key)
        ['Nguyễn An', 'Lê Ân', 'Trần Văn Đức']
    """
    composed = nfc(name)
    words = [_word_key(word) for word in composed.lower().split()]
    return (*words[-1:], *words[:-1]), composed


def unformulated(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula, also after it was saved as CSV."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
