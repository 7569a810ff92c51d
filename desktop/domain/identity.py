"""Identity data: numbers of papers, phones, and the QR code of the citizen identity card.

Registers contain errors, so what looks odd is a warning; only what cannot be a number at all is refused.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.domain.errors import UserError
from desktop.domain.garbling import has_marks, is_garbled_address, is_garbled_name
from desktop.domain.vietnamese import fold, nfc

#: A QR code of a card is far shorter; longer texts are not looked at.
LONGEST_SCAN: Final = 2_000

_CITIZEN: Final = re.compile(r"[0-9]{12}", re.ASCII)
_OLD_CITIZEN: Final = re.compile(r"[0-9]{9}", re.ASCII)
_PASSPORT: Final = re.compile(r"[A-Z][0-9]{7,8}", re.ASCII)
_TAX: Final = re.compile(r"([0-9]{10})([0-9]{3})?", re.ASCII)
_TAX_WEIGHTS: Final = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_HEAD_OFFICE: Final = "000"

# Codes of the 63 provinces where births were registered; countries have 100 and more.
_PROVINCE_CODES: Final = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 "
    "040 042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 "
    "083 084 086 087 089 091 092 093 094 095 096"
)
_PROVINCES: Final = frozenset(_PROVINCE_CODES.split())
_FIRST_COUNTRY: Final = "100"
_FIRST_CENTURY: Final = 1900

_PHONE_PREFIX: Final = re.compile(r"(?:\+84|0084)0?|84(?=[0-9]{9,10}$)", re.ASCII)
_PHONE: Final = re.compile(r"0[35789][0-9]{8}|02[0-9]{8,9}", re.ASCII)
_DATE: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_BIRTH: Final = re.compile(r"(?:[0-9]{8}|[0-9]{4})?", re.ASCII)
_ISSUED: Final = re.compile(r"(?:[0-9]{8})?", re.ASCII)
_YEARS: Final = range(1850, 2150)
# A no-break space after Ã is the second half of a broken "à".
_SPACES: Final = re.compile("(?:(?<!Ã)\u00a0| )+")
_PREFIX: Final = re.compile(r"CCCD:\s*", re.IGNORECASE | re.ASCII)

# C0 controls, DEL and the byte order mark; the C1 controls stay, because they betray broken letters.
_DROPPED: Final = dict.fromkeys((*range(0x20), 0x7F, 0xFEFF))
_BROKEN_MARK: Final = "ï»¿"

_SHORT_CARD: Final = 7
_LONG_CARD: Final = 11


class IdKind(StrEnum):
    """Name the kind of an identity number."""

    CITIZEN = "citizen"
    OLD_CITIZEN = "old_citizen"
    PASSPORT = "passport"
    TAX = "tax"


class Sex(StrEnum):
    """Name the sex as papers print it."""

    MALE = "Nam"
    FEMALE = "Nữ"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """Hold a checked number.

    Attributes:
        value: Without spaces and dots, letters in capitals.
        kind: What paper it belongs to.
        warnings: Oddities the clerk should see: ``id_unknown_province``, ``id_sex_differs``,
            ``id_birth_year_differs``, ``id_birth_year_in_future``.
    """

    value: str
    kind: IdKind
    warnings: tuple[str, ...] = ()

    @property
    def birth_year(self) -> int | None:
        """Return the year of birth a 12-digit number tells, None for other numbers."""
        if self.kind is not IdKind.CITIZEN:
            return None
        return _FIRST_CENTURY + int(self.value[3]) // 2 * 100 + int(self.value[4:6])

    @property
    def sex(self) -> Sex:
        """Return the sex a 12-digit number tells, unknown for other numbers."""
        if self.kind is not IdKind.CITIZEN:
            return Sex.UNKNOWN
        return Sex.FEMALE if int(self.value[3]) % 2 else Sex.MALE


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """Hold what the QR code of an identity card says.

    Attributes:
        id_number: 12 digits.
        old_id_number: 9 or 12 digits, "" when there is none or it cannot be read.
        name: "" when it came garbled: the screen asks for it.
        birth_date: None when day or month is unknown.
        birth_text: ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; as scanned when it is no date; "" when empty.
        sex: From the card; from the number when the card's is garbled.
        address: "" when it came garbled.
        issued_on: None when unknown.
        extra: The four further fields of the card of 2024, () for the older card.
        is_garbled: Some field could not be read.
        garbled_fields: Names of those fields.
        warnings: Those of the number, and ``card_marks_missing`` when all marks seem lost on the way.
    """

    id_number: str
    old_id_number: str
    name: str
    birth_date: date | None
    birth_text: str
    sex: Sex
    address: str
    issued_on: date | None
    extra: tuple[str, ...] = ()
    is_garbled: bool = False
    garbled_fields: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def clean_scan(text: str) -> str:
    """Drop what a scanner adds: control characters, byte order marks, outer spaces; compose to NFC."""
    kept = text.translate(_DROPPED).removeprefix(_BROKEN_MARK)
    readable = "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in kept)
    return nfc(readable).strip(" ")


def check_id_number(
    text: str, *, birth_year: int | None = None, sex: Sex = Sex.UNKNOWN, on: date | None = None
) -> IdNumber:
    """Recognise an identity, passport or tax number.

    Args:
        text: As typed; spaces, dots and hyphens do not count.
        birth_year: Year the form says, to compare a 12-digit number with.
        sex: Sex the form says, to compare a 12-digit number with.
        on: Today, to notice a year of birth in the future.

    Raises:
        UserError: ``bad_id_number`` when it is no such number.
    """
    value = "".join(char for char in text if not _is_separator(char)).upper()
    kind = _id_kind(value)
    if kind is None:
        raise UserError("bad_id_number")
    number = IdNumber(value, kind)
    return replace(number, warnings=_id_warnings(number, birth_year, sex, on))


def mask_id_number(text: str) -> str:
    """Hide the middle of a number: ``079******680``.

    Nine characters and more show three at each end, shorter ones less, very short ones nothing.
    """
    if len(text) >= 9:  # noqa: PLR2004 - the shortest identity number
        return text[:3] + "*" * (len(text) - 6) + text[-3:]
    if len(text) >= 6:  # noqa: PLR2004 - the shortest text that may show anything
        return text[:1] + "*" * (len(text) - 3) + text[-2:]
    return "*" * len(text)


def normalise_phone(text: str) -> str:
    """Write a Vietnamese phone number in its national form: ``+84 912 345 678`` gives ``0912345678``.

    Raises:
        UserError: ``bad_phone`` when it is no Vietnamese mobile or fixed number.
    """
    digits = "".join(char for char in text if not _is_separator(char) and char not in "()/")
    national = _PHONE_PREFIX.sub("0", digits, count=1) if _PHONE_PREFIX.match(digits) else digits
    if not _PHONE.fullmatch(national):
        raise UserError("bad_phone")
    return national


def parse_identity_card(text: str) -> IdentityCard:
    """Read the QR code of a citizen identity card (7 fields) or identity card of 2024 (11 fields).

    Args:
        text: As scanned; letters may have been broken on the way.

    Raises:
        UserError: ``not_an_identity_card`` for anything else.
    """
    fields = _card_fields(text)
    id_number, old_id, name, born, sex_text, address, issued, *extra = fields
    garbled = _garbled_fields(fields)
    birth_date, birth_text = _birth(born)
    number = IdNumber(id_number, IdKind.CITIZEN)
    sex = number.sex if "sex" in garbled or not sex_text else _sex(sex_text)
    year = int(birth_text[:4]) if birth_text and "birth_date" not in garbled else None
    warnings = _id_warnings(number, year, sex, None)
    if not has_marks("".join(fields)) and len(address.split()) > 2:  # noqa: PLR2004 - "Kon Tum" alone is no sign
        warnings = (*warnings, "card_marks_missing")
    return IdentityCard(
        id_number=id_number,
        old_id_number="" if "old_id_number" in garbled else old_id,
        name="" if "name" in garbled else name,
        birth_date=birth_date,
        birth_text=birth_text,
        sex=sex,
        address="" if "address" in garbled else address,
        issued_on=_day(issued),
        extra=tuple("" if "extra" in garbled else field for field in extra),
        is_garbled=bool(garbled),
        garbled_fields=garbled,
        warnings=warnings,
    )


def _is_separator(char: str) -> bool:
    return char in ".-" or unicodedata.category(char)[0] in "ZC"


def _id_kind(value: str) -> IdKind | None:
    if _CITIZEN.fullmatch(value):
        return IdKind.CITIZEN
    if _OLD_CITIZEN.fullmatch(value):
        return IdKind.OLD_CITIZEN
    if _PASSPORT.fullmatch(value):
        return IdKind.PASSPORT
    return IdKind.TAX if _is_tax_number(value) else None


def _is_tax_number(value: str) -> bool:
    """Check the digits of a tax number: ten, or thirteen for a branch."""
    found = _TAX.fullmatch(value)
    if found is None or found.group(2) == _HEAD_OFFICE:
        return False
    digits = [int(digit) for digit in found.group(1)]
    weighed = sum(weight * digit for weight, digit in zip(_TAX_WEIGHTS, digits, strict=False))
    return 10 - weighed % 11 == digits[9]


def _id_warnings(number: IdNumber, birth_year: int | None, sex: Sex, on: date | None) -> tuple[str, ...]:
    told = number.birth_year
    if told is None:
        return ()
    province = number.value[:3]
    signs = {
        "id_unknown_province": province < _FIRST_COUNTRY and province not in _PROVINCES,
        "id_sex_differs": sex is not Sex.UNKNOWN and sex is not number.sex,
        "id_birth_year_differs": birth_year is not None and birth_year != told,
        "id_birth_year_in_future": on is not None and told > on.year,
    }
    return tuple(code for code, is_there in signs.items() if is_there)


def _card_fields(text: str) -> list[str]:
    """Split a scan into the fields of a card, empty ones kept."""
    if len(text) > LONGEST_SCAN:
        raise UserError("not_an_identity_card")
    cleaned = clean_scan(text)
    prefix = _PREFIX.match(cleaned)
    fields = [_SPACES.sub(" ", field).strip(" ") for field in cleaned[prefix.end() if prefix else 0 :].split("|")]
    if not (
        len(fields) in {_SHORT_CARD, _LONG_CARD}
        and _CITIZEN.fullmatch(fields[0])
        and _BIRTH.fullmatch(fields[3])
        and _ISSUED.fullmatch(fields[6])
    ):
        raise UserError("not_an_identity_card")
    return fields


def _garbled_fields(fields: list[str]) -> tuple[str, ...]:
    _, old_id, name, born, sex_text, address, issued, *extra = fields
    came_through = has_marks("".join(fields))
    signs = {
        "old_id_number": bool(old_id) and not (_OLD_CITIZEN.fullmatch(old_id) or _CITIZEN.fullmatch(old_id)),
        "name": not name or is_garbled_name(name, marks_came_through=came_through),
        "birth_date": bool(born) and _birth_parts(born) is None,
        "sex": bool(sex_text) and _sex(sex_text) is Sex.UNKNOWN,
        "address": is_garbled_address(address, marks_came_through=came_through),
        "issued_on": bool(issued) and _day(issued) is None,
        "extra": any(is_garbled_address(field, marks_came_through=came_through) for field in extra),
    }
    return tuple(field for field, is_there in signs.items() if is_there)


def _sex(text: str) -> Sex:
    return {"nam": Sex.MALE, "nu": Sex.FEMALE}.get(fold(text), Sex.UNKNOWN)


def _day(text: str) -> date | None:
    """Read ddMMyyyy, None when it is no day of the calendar."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _birth_parts(text: str) -> str | None:
    """Write a birth date whose day or month may be unknown as YYYY[-MM[-DD]]; None when it is no date."""
    day, month, year = text[:-6], text[-6:-4], text[-4:]
    if int(year) not in _YEARS:
        return None
    if not int(month or 0):
        return None if int(day or 0) else year
    known = _day(f"{'01' if day == '00' else day}{month}{year}")
    if known is None:
        return None
    return f"{year}-{month}" if day == "00" else known.isoformat()


def _birth(text: str) -> tuple[date | None, str]:
    """Return the birth date, when it is a whole one, and its text."""
    parts = _birth_parts(text) if text else ""
    return (_day(text) if parts else None, text if parts is None else parts)
