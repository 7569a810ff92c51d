"""Keep what waits for a person: own events the city did not take, and dossiers that differ from the city's."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.storage.incoming import Incoming
from desktop.storage.order import Folded
from desktop.storage.tables import ATTENTION, EVENT, RECONCILIATION, SUPERSEDED

#: An own event on top of the feed that no longer applies; the city has not said anything about it yet.
STUMBLED = "stumbled"
#: A refusal that says no more than "I have it already".
SAID_ALREADY = "said_already"


def judge_own(connection: Connection, own: Sequence[Incoming], now: datetime) -> int:
    """Open an item for each own event the city did not take; return how many. What it took needs nobody any more."""
    drop_stumbled(connection, [each.event_id for each in own if each.verdict.is_accepted])
    wanted = [each for each in own if not each.verdict.is_accepted and each.verdict.code != SAID_ALREADY]
    if not wanted:
        return 0
    positions = [each.position for each in wanted]
    again = set(connection.execute(select(SUPERSEDED.c.position).where(SUPERSEDED.c.position.in_(positions))).scalars())
    opened = [each for each in wanted if each.position not in again]
    for each in opened:
        _open(connection, each.event_id, each.verdict.kind.value, each.verdict.code, each.verdict.blocked_by, now)
    return len(opened)


def settle_stumbled(connection: Connection, folded: Folded, now: datetime | None = None) -> None:
    """Open items for own events that stumble, and drop those of events that apply again."""
    known = {}
    ids = [*folded.stumbled, *folded.applied]
    if ids:
        rows = connection.execute(
            select(ATTENTION.c.event_id, ATTENTION.c.kind).where(
                ATTENTION.c.event_id.in_(bindparam("ids", expanding=True))
            ),
            {"ids": ids},
        )
        known = {row.event_id: row.kind for row in rows}
    for event_id in folded.stumbled:
        if event_id not in known:
            _open(connection, event_id, STUMBLED, "does_not_apply", "", now)
    gone = [event_id for event_id in folded.applied if known.get(event_id) == STUMBLED]
    drop_stumbled(connection, gone)


def drop_stumbled(connection: Connection, event_ids: Sequence[str]) -> None:
    """Drop items of own events that stand in the truth after all."""
    if event_ids:
        connection.execute(delete(ATTENTION).where(ATTENTION.c.event_id.in_(event_ids), ATTENTION.c.kind == STUMBLED))


def drop(connection: Connection, event_ids: Sequence[str]) -> None:
    """Drop open items whose verdict the city has forgotten."""
    for event_id in event_ids:
        where = (ATTENTION.c.event_id == event_id) & (ATTENTION.c.closed_at == "")
        connection.execute(delete(ATTENTION).where(where))


def _open(connection: Connection, event_id: str, kind: str, code: str, blocked_by: str, now: datetime | None) -> None:
    # A fold knows no clock: what stumbles waits since it was acted.
    opened_at = (
        now.isoformat() if now else select(EVENT.c.acted_at).where(EVENT.c.event_id == event_id).scalar_subquery()
    )
    verdict = {"kind": kind, "code": code, "blocked_by": blocked_by}
    statement = upsert(ATTENTION).values(
        event_id=event_id, opened_at=opened_at, closed_at="", closed_by="", resolution="", **verdict
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["event_id"], set_=verdict))


def close(connection: Connection, event_id: str, resolution: str, by: str, now: datetime) -> None:
    """Close an item by a person's word."""
    values = {"closed_at": now.isoformat(), "closed_by": by, "resolution": resolution}
    where = (ATTENTION.c.event_id == event_id) & (ATTENTION.c.closed_at == "")
    connection.execute(update(ATTENTION).where(where).values(values))


def open_difference(connection: Connection, dossier_id: str, code: str, kind: str, now: datetime) -> None:
    """Open (again) an item for a dossier that differs: ``differs``, ``only_there`` or ``only_here``."""
    values = {"code": code, "kind": kind, "closed_at": "", "closed_by": "", "resolution": ""}
    statement = upsert(RECONCILIATION).values(dossier_id=dossier_id, opened_at=now.isoformat(), **values)
    connection.execute(statement.on_conflict_do_update(index_elements=["dossier_id"], set_=values))


def close_difference(connection: Connection, dossier_id: str, resolution: str, by: str, now: datetime) -> None:
    """Close an item about a difference."""
    values = {"closed_at": now.isoformat(), "closed_by": by, "resolution": resolution}
    where = (RECONCILIATION.c.dossier_id == dossier_id) & (RECONCILIATION.c.closed_at == "")
    connection.execute(update(RECONCILIATION).where(where).values(values))
