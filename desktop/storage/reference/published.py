"""Lay the documents of the city over what the program ships with; what cannot be used is told, never used."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import Catalogue, Procedure
from desktop.domain.publications import Dated, Publication, overlaid
from desktop.domain.published_days import PublishedDays, with_days
from desktop.domain.published_rules import PublishedRules, with_rules
from desktop.domain.rule_packs import RulePack
from desktop.protocol.documents import Ground, Said, read_document

_Kind = TypeVar("_Kind", PublishedDays, PublishedRules)


@dataclass(frozen=True, slots=True)
class PublishedText:
    """Hold a document as it was fetched; see :class:`~desktop.protocol.messages.DocumentHead`."""

    name: str
    unit_id: str
    version: int
    effective_on: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Laid:
    """Hold the dated data a PC works with, and what each document is."""

    catalogue: Catalogue
    calendar: Calendar
    packs: tuple[RulePack, ...]
    publications: tuple[Publication, ...] = ()


@dataclass(slots=True)
class _Layers:
    """Gather what documents say, kind by kind."""

    entries: tuple[Procedure, ...]
    days: list[Dated[PublishedDays]] = field(default_factory=list)
    rules: list[Dated[PublishedRules]] = field(default_factory=list)

    def take(self, each: Publication, said: Said | None) -> Publication:
        """Take what a document says; return it with what it changes."""
        if said is None:
            return replace(each, is_used=False)
        if isinstance(said, PublishedDays):
            self.days.append(_dated(each, said))
            return replace(each, days=said.days, decided_years=said.decided_years)
        if isinstance(said, PublishedRules):
            self.rules.append(_dated(each, said))
            return replace(each, pack=said.pack, rules=said.rules)
        self.entries, changes = overlaid(self.entries, said, each.effective_on)
        return replace(each, changes=changes)


def laid_over(shipped: Laid, documents: Iterable[PublishedText]) -> Laid:
    """Return the program's data with the city's documents over it.

    Args:
        shipped: The program's.
        documents: All that are here; laid on by unit (those for all first), name and version.
    """
    layers, ground = _Layers(shipped.catalogue.procedures), Ground(shipped.calendar, shipped.packs)
    found: list[Publication] = []
    for text in sorted(documents, key=lambda each: (each.unit_id, each.name, each.version)):
        each = Publication(text.name, text.unit_id, text.version, _day(text.effective_on), text.sha256)
        try:
            said = read_document(text.name, text.content, each.effective_on, ground)
            taken = layers.take(each, said)
        except (ValueError, OverflowError) as error:
            # It is kept already: whatever it says, the next start must not stop at it.
            found.append(replace(each, problem=str(error)))
        else:
            found.append(taken)
    if not found:
        return shipped
    return Laid(
        Catalogue(layers.entries),
        with_days(shipped.calendar, layers.days),
        with_rules(shipped.packs, layers.rules),
        tuple(found),
    )


def _dated(each: Publication, said: _Kind) -> Dated[_Kind]:
    return Dated(each.unit_id, each.name, each.version, each.effective_on, said)


def _day(text: str) -> date:
    """Return a day the city told; a document without one never comes into force."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max
