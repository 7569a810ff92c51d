"""A ward as it is once the city's documents have come, and the same ward on a PC that has none of them."""

from dataclasses import replace

from desktop.storage.reference.published import PublishedText
from desktop.wiring.reference import load_laid, reference_of
from tests.support.wards import Ward


def document(content: str, name: str = "lich", version: int = 1, on: str = "2019-01-01") -> PublishedText:
    """Return a document for all as a PC keeps it."""
    return PublishedText(name, "", version, on, f"{name}-{version}", content.encode())


def learnt(ward: Ward, *documents: PublishedText) -> Ward:
    """Let the PC of a ward use documents, as the learner does; none leaves it with the program's data alone."""
    laid = load_laid(documents)
    ward.database.reader.use_calendar(laid.calendar)
    return replace(ward, desk=replace(ward.desk, reference=reference_of(laid)))
