"""What a use case changed, so that views can decide whether to refresh."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Name a kind of thing that can change."""

    DOSSIER = "dossier"
    PRINT_JOB = "print_job"
    DRAFT = "draft"
    UNIT = "unit"
    USER = "user"
    SESSION = "session"
    SLIP = "slip"
    DELEGATION = "delegation"
    BOOK = "book"
    ONLINE = "online"
    ATTENTION = "attention"
    SYNC = "sync"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Changes:
    """Say what changed.

    Attributes:
        kinds: Kinds of things touched.
        dossier_ids: Dossiers touched.
    """

    kinds: frozenset[Kind] = frozenset()
    dossier_ids: frozenset[str] = frozenset()

    def __or__(self, other: "Changes") -> "Changes":
        """Return both together."""
        return Changes(self.kinds | other.kinds, self.dossier_ids | other.dossier_ids)


NOTHING = Changes()


def dossier_changed(dossier_id: str, *more: Kind) -> Changes:
    """Return the changes of an act on one dossier."""
    return Changes(frozenset({Kind.DOSSIER, *more}), frozenset({dossier_id}))


def dossiers_changed(dossier_ids: Iterable[str], *more: Kind) -> Changes:
    """Return the changes of an act on several dossiers."""
    return Changes(frozenset({Kind.DOSSIER, *more}), frozenset(dossier_ids))
