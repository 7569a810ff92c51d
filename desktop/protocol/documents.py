"""Read a document the city publishes: procedures, days, rules, or something this program does not use.

Ward and city read it by the same rules: what a city would publish and no PC could use is refused before it goes out.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import Catalogue, Procedure
from desktop.domain.published_days import PublishedDays
from desktop.domain.published_rules import PublishedRules
from desktop.domain.rule_packs import RulePack
from desktop.protocol import days_document, rules_document
from desktop.protocol.catalogue_file import parse_catalogue_file

#: Bytes of a published document; the whole catalogue of the program has an eighth of it.
MOST_BYTES: Final = 1_000_000

#: Keys of documents that the city keeps and no PC of this version works by.
KEPT: Final = frozenset({"delegations", "units"})

#: What a document says.
Said = tuple[Procedure, ...] | PublishedDays | PublishedRules


@dataclass(frozen=True, slots=True)
class Ground:
    """Hold the data of the program that documents of days and rules are judged by."""

    calendar: Calendar
    packs: tuple[RulePack, ...]


def read_document(name: str, content: bytes, effective_on: date, ground: Ground) -> Said | None:
    """Read a published document.

    Args:
        name: Of the document, for messages.
        content: TOML.
        effective_on: Day it comes into force.
        ground: What it is laid over.

    Returns:
        What it says; None when it is well-formed and about something else.

    Raises:
        ValueError: It cannot be used; names the place.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"{name}: more than {MOST_BYTES} bytes")
    try:
        text = content.decode()
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name}: {error}") from error
    if "procedures" in table:
        return _procedures(name, text)
    if days_document.KEYS & set(table):
        return days_document.read_days(name, table, effective_on, ground.calendar)
    if rules_document.KEYS & set(table):
        return rules_document.read_rules(name, table, effective_on, ground.packs)
    return None


def need_known_kind(name: str, content: bytes) -> None:
    """Refuse a well-formed document of no kind there is: a mistyped key would change nothing and nobody would know.

    Raises:
        ValueError: Neither what PCs use nor what is kept for later; names the kinds.
    """
    if not KEPT & set(tomllib.loads(content.decode())):
        raise ValueError(
            f"{name}: không có phần nào mà máy đọc được (procedures; holidays, worked, swaps, decided_years;"
            " pack và clock; delegations; units)"
        )


def _procedures(name: str, text: str) -> tuple[Procedure, ...]:
    procedures = parse_catalogue_file(name, text)
    try:
        Catalogue(procedures)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return procedures
