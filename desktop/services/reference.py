"""The dated data every use case works with: rule packs, the catalogue, and the city's documents over them.

What those documents say of days lies below the unit's own: :meth:`~desktop.services.ports.Reader.calendar` has both.
"""

from dataclasses import dataclass

from desktop.domain.catalogue import Catalogue
from desktop.domain.detectors.findings import Thresholds
from desktop.domain.publications import Publication
from desktop.domain.rule_packs import RulePack


@dataclass(slots=True)
class Reference:
    """Hold the dated data the program ships with, and the city's over it.

    Attributes:
        packs: Rule packs. Others take their place when the city publishes something, as with the catalogue.
        catalogue: What may be received. Another one takes its place when the city publishes something: whoever needs
            one for a while asks once.
        publications: The city's documents, in the order they were laid on.
    """

    packs: tuple[RulePack, ...]
    catalogue: Catalogue
    thresholds: Thresholds
    publications: tuple[Publication, ...] = ()
