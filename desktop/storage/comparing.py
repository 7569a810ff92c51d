"""Compare what was folded here with what the city folded, dossier by dossier (design rule 11)."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, text

from desktop.domain.digests import state_digest
from desktop.protocol.messages import Digest, DigestAnswer
from desktop.storage import attention_rows, feed_rows, projections

_CHANGED = text(
    """
    SELECT e.dossier_id, max(f.gseq) AS gseq FROM feed f JOIN event e ON e.position = f.position
    WHERE f.gseq > :after AND e.dossier_id <> '' AND f.kind = 'accepted'
    GROUP BY e.dossier_id ORDER BY min(f.gseq) LIMIT :limit
    """
)
#: Dossiers that stand on more than the feed, and those this program cannot fold: they cannot be compared.
_NOT_COMPARABLE = text(
    """
    SELECT e.dossier_id FROM event e
    LEFT JOIN feed f ON f.position = e.position
    LEFT JOIN superseded s ON s.position = e.position
    LEFT JOIN lost l ON l.position = e.position
    WHERE e.dossier_id IN :ids AND f.position IS NULL AND s.position IS NULL
        AND (l.is_dropped = 0 OR e.replica_id = :own)
    UNION SELECT dossier_id FROM unread WHERE dossier_id IN :ids
    """
).bindparams(bindparam("ids", expanding=True))
_OPEN = text("SELECT dossier_id FROM reconciliation WHERE closed_at = ''")
DIFFERS, ONLY_THERE = "differs", "only_there"


def digests(connection: Connection, own: str, after_gseq: int, limit: int) -> DigestAnswer:
    """Return digests of dossiers that stand on the feed alone and that it changed after a place."""
    here = feed_rows.read_place(connection).gseq
    rows = connection.execute(_CHANGED, {"after": after_gseq, "limit": limit}).all()
    ids = [str(row.dossier_id) for row in rows]
    found = _own_digests(connection, own, ids)
    return DigestAnswer(place=here, head=here, digests=[found[each] for each in ids if each in found])


def _own_digests(connection: Connection, own: str, ids: list[str]) -> dict[str, Digest]:
    if not ids:
        return {}
    left_out = set(connection.execute(_NOT_COMPARABLE, {"ids": ids, "own": own}).scalars())
    states = projections.stored_states(connection, [each for each in ids if each not in left_out])
    return {
        each: Digest(dossier_id=each, code=state.code, digest=state_digest(state)) for each, state in states.items()
    }


def compare(connection: Connection, own: str, theirs: DigestAnswer, now: datetime) -> int:
    """Open an item per dossier that differs, close those that agree again; return how many differ."""
    ids = [each.dossier_id for each in theirs.digests]
    if not ids:
        return 0
    left_out = set(connection.execute(_NOT_COMPARABLE, {"ids": ids, "own": own}).scalars())
    mine = _own_digests(connection, own, ids)
    differed = set(connection.execute(_OPEN).scalars())
    count = 0
    for their in theirs.digests:
        if their.dossier_id in left_out:
            continue
        found = mine.get(their.dossier_id)
        if found is not None and found.digest == their.digest:
            if their.dossier_id in differed:
                attention_rows.close_difference(connection, their.dossier_id, "agreed", "", now)
            continue
        kind = DIFFERS if found is not None else ONLY_THERE
        attention_rows.open_difference(connection, their.dossier_id, their.code, kind, now)
        count += 1
    return count
