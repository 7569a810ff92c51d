"""Lay the documents of the city over the catalogue the program ships with; what cannot be used is told, never used."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from desktop.domain.catalogue import Catalogue
from desktop.domain.publications import Publication, overlaid
from desktop.protocol.catalogue_file import read_document


@dataclass(frozen=True, slots=True)
class PublishedText:
    """Hold a document as it was fetched; see :class:`~desktop.protocol.messages.DocumentHead`."""

    name: str
    unit_id: str
    version: int
    effective_on: str
    sha256: str
    content: bytes


def laid_over(catalogue: Catalogue, documents: Iterable[PublishedText]) -> tuple[Catalogue, tuple[Publication, ...]]:
    """Return the catalogue with the city's documents over it, and what each of them is.

    Args:
        catalogue: The program's.
        documents: All that are here; laid on by unit (those for all first), name and version.
    """
    entries = catalogue.procedures
    found: list[Publication] = []
    for text in sorted(documents, key=lambda each: (each.unit_id, each.name, each.version)):
        publication = Publication(text.name, text.unit_id, text.version, _day(text.effective_on), text.sha256)
        try:
            procedures = read_document(text.name, text.content)
        except ValueError as error:
            found.append(replace(publication, problem=str(error)))
            continue
        entries, changes = overlaid(entries, procedures or (), publication.effective_on)
        found.append(replace(publication, changes=changes, is_used=procedures is not None))
    return (Catalogue(entries) if found else catalogue), tuple(found)


def _day(text: str) -> date:
    """Return a day the city told; a document without one never comes into force."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max
