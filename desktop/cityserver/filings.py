"""Keep what is filed online beside the feed: folded from accepted events, in the transaction that appends them."""

import json
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Connection, Index, String, Table, Text, insert, select, update

from desktop.cityserver.ports import Stored
from desktop.cityserver.schema import METADATA
from desktop.domain import codec
from desktop.domain.errors import DamagedData
from desktop.domain.events import decode_body
from desktop.domain.fold_online import apply_online, filing_of
from desktop.domain.online import Filing

#: Every type of event about a filing begins so.
ONLINE: Final = "online."

#: What was filed online; ``request`` is the portal's own id of it, so that a retry files nothing twice.
FILING: Final = Table(
    "filing",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("filing_id", String, primary_key=True),
    Column("tracking", String, nullable=False),
    Column("request", String, nullable=False, server_default=""),
    Column("status", String, nullable=False),
    Column("value", Text, nullable=False),
    Index("filing_by_tracking", "tracking"),
    Index("filing_by_request", "unit_id", "request"),
)


def follow_filings(connection: Connection, unit_id: str, entries: Sequence[Stored]) -> None:
    """Fold what entries say about filings; call it with everything that is appended."""
    for entry in entries:
        if entry.type.startswith(ONLINE) and entry.verdict.is_accepted:
            _follow(connection, unit_id, entry)


def read_filing(connection: Connection, unit_id: str, filing_id: str) -> Filing | None:
    """Return a filing."""
    query = select(FILING.c.value).where(FILING.c.unit_id == unit_id, FILING.c.filing_id == filing_id)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else codec.load(Filing, json.loads(found))


def _follow(connection: Connection, unit_id: str, entry: Stored) -> None:
    event = decode_body(entry.body)
    filing_id = filing_of(event.fact)
    before = read_filing(connection, unit_id, filing_id)
    try:
        filing = apply_online(before, event)
    except DamagedData:
        # Said of a filing nobody knows here: it stands in the feed, and a page has nothing to show.
        return
    values = {"tracking": filing.tracking, "status": filing.status.value, "value": json.dumps(codec.dump(filing))}
    if before is None:
        connection.execute(insert(FILING), {"unit_id": unit_id, "filing_id": filing_id, **values})
    else:
        changed = update(FILING).where(FILING.c.unit_id == unit_id, FILING.c.filing_id == filing_id)
        connection.execute(changed.values(**values))
