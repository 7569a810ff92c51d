"""Bring a person from a card or an older dossier onto the page, without ever overwriting somebody silently."""

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from desktop.domain.dossiers import Party
from desktop.domain.errors import UserError
from desktop.domain.identity import IdentityCard
from desktop.domain.vietnamese import fold_words, nfc
from desktop.ui.pages.intake_state import PersonText

_TYPED_DAY: Final = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})", re.ASCII)
_DIGITS_DAY: Final = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})", re.ASCII)
_MONTH: Final = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{4})", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_FIRST_YEAR: Final = 1850
_MONTHS: Final = 12
_NAME_FIELD: Final = "name"


class Filled(StrEnum):
    """Say what a card did to the page."""

    FILLED = "filled"
    NAME_NEEDED = "name_needed"
    ANOTHER_PERSON = "another_person"


@dataclass(frozen=True, slots=True)
class Filling:
    """Hold a person after a card, and what happened.

    Attributes:
        person: Unchanged when the card is of somebody else.
        result: What happened.
    """

    person: PersonText
    result: Filled


def parse_birth(text: str, today: date) -> str:
    """Read a birth date: ``18/07/1990``, ``18071990``, ``07/1990`` or ``1990``.

    Returns:
        ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``; "" for an empty text.

    Raises:
        UserError: ``bad_birth_date`` when it is no date, ``birth_in_future``.
    """
    typed = text.strip()
    if not typed:
        return ""
    parts = _birth_parts(typed)
    if parts is None:
        raise UserError("bad_birth_date")
    year, month, day = parts
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        raise UserError("bad_birth_date") from None
    if not year >= _FIRST_YEAR:
        raise UserError("bad_birth_date")
    if (year, month or 1, day or 1) > (today.year, today.month, today.day):
        raise UserError("birth_in_future")
    return "-".join([f"{year:04d}", *([f"{month:02d}"] if month else []), *([f"{day:02d}"] if day else [])])


def _birth_parts(typed: str) -> tuple[int, int, int] | None:
    """Split into year, month, day; 0 for what is not told."""
    if found := _TYPED_DAY.fullmatch(typed) or _DIGITS_DAY.fullmatch(typed):
        day, month, year = (int(part) for part in found.groups())
        return (year, month, day) if day and month else None
    if found := _MONTH.fullmatch(typed):
        month, year = (int(part) for part in found.groups())
        return (year, month, 0) if 1 <= month <= _MONTHS else None
    return (int(typed), 0, 0) if _YEAR.fullmatch(typed) else None


def shown_birth(value: str) -> str:
    """Write ``YYYY[-MM[-DD]]`` for the screen: ``18/07/1990``."""
    return "/".join(reversed(value.split("-")))


def is_same_person(one: PersonText, other: PersonText) -> bool:
    """Tell whether two fillings may mean one person: no number and no name contradicts."""
    first, second = (_digits(person.id_number) for person in (one, other))
    if first and second:
        return first == second
    names = [fold_words(person.name) for person in (one, other)]
    return not all(names) or names[0] == names[1]


def person_of_card(card: IdentityCard) -> PersonText:
    """Return what a card says, as the page shows it."""
    birth = "" if "birth_date" in card.garbled_fields else shown_birth(card.birth_text)
    return PersonText(
        name=card.name,
        id_number=card.id_number,
        birth=birth,
        address=card.address,
        sex=card.sex.value,
    )


def person_of_party(party: Party) -> PersonText:
    """Return the person of an older dossier, as the page shows it."""
    return PersonText(
        name=party.name,
        kind=party.kind,
        id_number=party.id_number,
        birth=shown_birth(party.birth_date),
        phone=party.phone,
        email=party.email,
        address=party.address,
        sex=party.sex,
    )


def fill_from_card(person: PersonText, card: IdentityCard) -> Filling:
    """Fill a person from a card.

    A card whose name came garbled keeps its digits only (number and birth date): name, address, phone and the
    rest stay as they are.
    """
    read = person_of_card(card)
    if not is_same_person(person, read):
        return Filling(person, Filled.ANOTHER_PERSON)
    if _NAME_FIELD in card.garbled_fields:
        kept = replace(person, id_number=read.id_number, birth=person.birth or read.birth)
        return Filling(kept, Filled.FILLED if person.name.strip() else Filled.NAME_NEEDED)
    filled = replace(
        person,
        name=read.name,
        id_number=read.id_number,
        birth=read.birth or person.birth,
        address=read.address or person.address,
        sex=read.sex or person.sex,
    )
    return Filling(filled, Filled.FILLED)


def recall(person: PersonText, known: Party) -> PersonText:
    """Add what an older dossier knows of the same ID number; nothing typed is changed."""
    if _digits(person.id_number) != _digits(known.id_number):
        return person
    older = person_of_party(known)
    return replace(
        person,
        phone=person.phone or older.phone,
        email=person.email or older.email,
        address=person.address or older.address,
        birth=person.birth or older.birth,
        sex=person.sex or older.sex,
    )


def _digits(text: str) -> str:
    """Strip a number of everything people write between its characters."""
    return "".join(char for char in nfc(text) if char.isalnum()).upper()
