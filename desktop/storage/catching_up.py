"""Fold only what came after a full copy: a database that is brought back need not fold its whole log anew.

What this leaves is compared with a fold made anew before anybody works with it
(:func:`desktop.storage.restoring.verified`).
"""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, text

from desktop.domain.feed import Place
from desktop.storage import feed_rows, order, projections, rebase
from desktop.storage.tables import EVENT, LOST, META, PROJECTION_VERSION, SUPERSEDED

_TOUCHED = text(
    """
    SELECT e.dossier_id FROM event e LEFT JOIN feed f ON f.position = e.position
    WHERE e.dossier_id <> '' AND (e.position > :event OR f.gseq > :feed) GROUP BY e.dossier_id ORDER BY min(e.position)
    """
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Say how far the projections of a database hold what its log says.

    Attributes:
        event: Position of the last event.
        place: Place of the city's feed.
    """

    event: int
    place: Place


def folded_to(connection: Connection) -> Folded | None:
    """Return how far a database is folded by this program; None when it must be folded as a whole."""
    version = connection.execute(select(META.c.value).where(META.c.key == projections.VERSION_KEY)).scalar()
    if version != str(PROJECTION_VERSION):
        return None
    last = connection.execute(select(func.max(EVENT.c.position))).scalar() or 0
    return Folded(last, feed_rows.read_place(connection))


def catch_up(connection: Connection, since: Folded | None) -> None:
    """Fold what came since, or all of it: what the city lost, or what was said again, may count otherwise now."""
    if since is None or _counts_otherwise(connection, since):
        projections.create(connection)
        projections.refold_if_stale(connection)
        return
    own = order.own_replica(connection)
    wanted = {"event": since.event, "feed": since.place.gseq}
    for dossier_id in connection.execute(_TOUCHED, wanted).scalars().all():
        rebase.refold_rows(connection, dossier_id, own)
    rebase.refold_unit(connection)
    connection.execute(delete(META).where(META.c.key == projections.VERSION_KEY))
    connection.execute(insert(META).values(key=projections.VERSION_KEY, value=str(PROJECTION_VERSION)))


def _counts_otherwise(connection: Connection, since: Folded) -> bool:
    if feed_rows.read_place_at(connection, since.place.gseq) != since.place:
        return True
    return any(connection.execute(select(table.c.position).limit(1)).first() for table in (LOST, SUPERSEDED))
