"""What is kept of the city and of this replica's standing with it: small values by name."""

from typing import Final

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.storage.tables import SYNC_STATE

#: The epoch this installation writes into.
EPOCH: Final = "epoch"
INCARNATION: Final = "incarnation"
CITY_URL: Final = "city_url"
#: The city's Ed25519 key, hex.
CITY_KEY: Final = "city_key"
LAST_SUCCESS: Final = "last_success"


def acked_key(epoch: str) -> str:
    """Return the name under which the last acknowledged seq of an epoch is kept."""
    return f"acked:{epoch}"


def read_state(connection: Connection, key: str) -> str:
    """Return what is kept of sync under a key, "" for nothing."""
    return connection.execute(select(SYNC_STATE.c.value).where(SYNC_STATE.c.key == key)).scalar() or ""


def keep_state(connection: Connection, key: str, value: str) -> None:
    """Keep something of sync under a key."""
    statement = upsert(SYNC_STATE).values(key=key, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
