"""What a PC in memory is made of: the machine beside its database, what it needs of its surroundings, what it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desktop.domain.digests import state_digest
from desktop.domain.dossiers import Dossier
from desktop.domain.events import Event, encode_body, read_event
from desktop.domain.fold import apply
from desktop.domain.judging import Standing, follow
from desktop.domain.records import replace
from desktop.protocol.messages import FeedEntry, WireEvent
from desktop.storage.marker import Marker
from tests.support.sync.disk import Kept, Told

#: What is known of a dossier nobody has heard of.
UNKNOWN = Standing()


@dataclass(slots=True)
class Machine:
    """What belongs to one PC and not to the database.

    Attributes:
        marker: As the running system reads it.
        synced: As it lies on the disk for good.
    """

    name: str
    replica_id: str
    install: str
    counter: int
    public_key: str
    marker: Marker | None = None
    synced: Marker | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A dossier as a person at this PC sees it: the feed's truth with own pending acts on top.

    Attributes:
        parent: The last exclusive event known here.
    """

    standing: Standing
    parent: str

    @property
    def state(self) -> Dossier | None:
        return self.standing.state


def kept_of(wire: WireEvent) -> Kept:
    """Return an event as it is kept."""
    return Kept(wire, read_event(wire.body.encode()))


def followed(
    standing: Standing,
    event: Event,
    gseq: int,
    fold: Callable[[Dossier | None, Event], Dossier] = apply,
) -> Standing:
    """Return what is known of a dossier after an accepted event.

    Raises:
        DamagedData: it cannot follow.
    """
    return replace(follow(standing, event, gseq), state=fold(standing.state, event))


@dataclass(frozen=True, slots=True)
class Tools:
    """What a replica needs of its surroundings.

    Attributes:
        write: Makes the body of an event.
        kept: Reads an event.
        told: Reads an entry of the feed.
        follow: Folds an accepted event: state, custody, last exclusive act.
        sign: Signs a hash.
        new_id: Makes an event id.
        new_epoch: Makes an epoch.
        now: Tells the time.
    """

    sign: Callable[[bytes], bytes]
    new_id: Callable[[], str]
    new_epoch: Callable[[], str]
    now: Callable[[], datetime]
    write: Callable[[Event], bytes] = encode_body
    kept: Callable[[WireEvent], Kept] = kept_of
    told: Callable[[FeedEntry, Kept], Told] = Told
    digest: Callable[[Dossier], str] = state_digest
    follow: Callable[[Standing, Event, int], Standing] = followed
