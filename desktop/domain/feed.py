"""The feed: the city's one order of a unit's events, each with the verdict it was given.

*Feed hash*: every entry is bound to the one before it, so a place in the feed is named by number **and** hash, and a
feed that was restored from a backup is told from one that has grown.

Source: docs/decisions/0012-sync.md.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from desktop.domain.records import maker

#: Hash before the first entry of a feed.
FEED_START = bytes(32)


class VerdictKind(StrEnum):
    """Say what the city made of an event.

    Attributes:
        ACCEPTED: It is part of the truth.
        REJECTED: It contradicts the truth; a person decides what to do.
        BLOCKED: It rests on a rejected event of its own dossier.
        PARKED: The city cannot read it yet; it stands in the feed and waits.
    """

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold a verdict for ever: a retry gets the same one again.

    Attributes:
        code: Why, as a stable identifier; "" when accepted.
        blocked_by: Id of the rejected event it rests on, for ``BLOCKED``.
    """

    kind: VerdictKind
    code: str = ""
    blocked_by: str = ""

    @property
    def is_accepted(self) -> bool:
        """Tell whether the event is part of the truth."""
        return self.kind is VerdictKind.ACCEPTED


def _words(verdict: Verdict) -> bytes:
    return f"{verdict.kind.value}|{verdict.code}|{verdict.blocked_by}".encode()


ACCEPTED = Verdict(VerdictKind.ACCEPTED)
_ACCEPTED = _words(ACCEPTED)


@dataclass(frozen=True, slots=True)
class Place:
    """Name a place in a feed.

    Attributes:
        gseq: Gap-free position; 0 before the first entry.
        feed_hash: Hash of the feed up to and with this entry (32 bytes).
    """

    gseq: int = 0
    feed_hash: bytes = FEED_START


_place: Callable[..., Place] = maker(Place)


def next_place(place: Place, event_hash: bytes, verdict: Verdict) -> Place:
    """Return the place of the entry that follows ``place``."""
    words = _ACCEPTED if verdict is ACCEPTED else _words(verdict)
    return _place(place.gseq + 1, hashlib.sha256(place.feed_hash + event_hash + words).digest())
