"""Load the dated data that use cases work with: the program's, and the city's documents over it."""

from collections.abc import Iterable

from desktop.services.reference import Reference
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.catalogue import load_catalogue
from desktop.storage.reference.detectors import load_thresholds
from desktop.storage.reference.published import Laid, PublishedText, laid_over
from desktop.storage.reference.rule_packs import load_rule_packs


def load_laid(published: Iterable[PublishedText] = ()) -> Laid:
    """Return the dated data the program ships with, and the city's documents over it."""
    return laid_over(Laid(load_catalogue(), load_calendar(), load_rule_packs()), published)


def load_reference(published: Iterable[PublishedText] = ()) -> Reference:
    """Return what use cases work with: the program's dated data, and the city's documents over it."""
    return reference_of(load_laid(published))


def reference_of(laid: Laid) -> Reference:
    """Return dated data as use cases work with it; the calendar is the reader's."""
    return Reference(laid.packs, laid.catalogue, load_thresholds(), laid.publications)
