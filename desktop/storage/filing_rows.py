"""Keep what is filed online: open filings under one key, settled ones under another, each by its time-ordered id."""

import json

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.domain import codec
from desktop.domain.errors import DamagedData
from desktop.domain.events import Event
from desktop.domain.fold_online import apply_online, filing_of
from desktop.domain.online import Filing
from desktop.services.online import OPEN_KEY, SETTLED_KEY
from desktop.storage.tables import UNIT_STATE

_to_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


def note_filing(connection: Connection, event: Event) -> None:
    """Keep what an event says about a filing; most say nothing. Saying all of them again changes nothing."""
    filing_id = filing_of(event.fact)
    if not filing_id:
        return
    before = _filing(connection, filing_id)
    try:
        after = apply_online(before, event)
    except DamagedData:
        # The filing itself has not come yet; the feed brings it, and this event after it once more.
        return
    if after == before:
        return
    key, other = (SETTLED_KEY, OPEN_KEY) if after.is_settled else (OPEN_KEY, SETTLED_KEY)
    connection.execute(delete(UNIT_STATE).where(UNIT_STATE.c.key == other + filing_id))
    value = _to_json(codec.dump(after))
    statement = upsert(UNIT_STATE).values(key=key + filing_id, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


def _filing(connection: Connection, filing_id: str) -> Filing | None:
    keys = (OPEN_KEY + filing_id, SETTLED_KEY + filing_id)
    found = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key.in_(keys))).scalars().first()
    return None if found is None else codec.load(Filing, json.loads(found))
