"""What a PC keeps of the city it has joined, and joining itself.

Threads: lane db.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, text, update

from desktop.domain.codes import Lease, book_of
from desktop.storage.database import Database, existing
from desktop.storage.engine import open_engine, translated
from desktop.storage.sync_state import CITY_KEY, CITY_URL, keep_state, read_state
from desktop.storage.tables import REPLICA

AUTHORITY = "city_authority"
LOOKUP_BASE = "city_lookup_base"
PROVISIONING = "city_provisioning"
SEEN_AT = "city_seen_at"
#: A database that an older program made has no such table yet.
_HAS_STATE = text("SELECT count(*) FROM sqlite_master WHERE name = 'sync_state'")


@dataclass(frozen=True, slots=True)
class JoinedCity:
    """Say which city a PC has joined.

    Attributes:
        address: Where it answers.
        public_key: Its Ed25519 key, hex: what it signs is believed only by this.
        authority: Certificates (PEM) of the unit's own authority, "" for the system's store alone.
        lookup_base: Address of the citizens' page as the city told it last, "" for none.
        provisioning: The unit's file as the city had it at the enrolment.
        seen_at: The city's time at the last contact, None before the first.
    """

    address: str
    public_key: str
    authority: str = ""
    lookup_base: str = ""
    provisioning: str = ""
    seen_at: datetime | None = None


def read_city(database: Database) -> JoinedCity | None:
    """Return the city this PC has joined, None when it works alone."""
    with database.ledger.writing() as connection:
        return _read(connection)


def read_city_beside(folder: Path, key: bytes) -> JoinedCity | None:
    """Return the city a data folder has joined, read-only beside a running program; None for none.

    Raises:
        EnvironmentProblem: ``database_absent`` …
    """
    engine = open_engine(existing(folder), key, read_only=True)
    try:
        with translated(), engine.connect() as connection:
            has_joined = connection.execute(_HAS_STATE).scalar()
            return _read(connection) if has_joined else None
    finally:
        engine.dispose()


def _read(connection: Connection) -> JoinedCity | None:
    address = read_state(connection, CITY_URL)
    if not address:
        return None
    seen = read_state(connection, SEEN_AT)
    return JoinedCity(
        address=address,
        public_key=read_state(connection, CITY_KEY),
        authority=read_state(connection, AUTHORITY),
        lookup_base=read_state(connection, LOOKUP_BASE),
        provisioning=read_state(connection, PROVISIONING),
        seen_at=datetime.fromisoformat(seen) if seen else None,
    )


def keep_city(connection: Connection, city: JoinedCity) -> None:
    """Keep which city this PC has joined."""
    keep_state(connection, CITY_URL, city.address)
    keep_state(connection, CITY_KEY, city.public_key)
    keep_state(connection, AUTHORITY, city.authority)
    keep_state(connection, LOOKUP_BASE, city.lookup_base)
    keep_state(connection, PROVISIONING, city.provisioning)


def keep_seen(database: Database, at: datetime) -> None:
    """Keep the city's time at this contact: a clock before it is wrong."""
    with database.ledger.writing() as connection:
        keep_state(connection, SEEN_AT, at.isoformat())


def told_lookup_base(database: Database) -> str:
    """Return the address of the citizens' page the city told last, "" for none."""
    with database.ledger.writing() as connection:
        return read_state(connection, LOOKUP_BASE)


def keep_lookup_base(database: Database, address: str) -> None:
    """Keep the address of the citizens' page the city told."""
    with database.ledger.writing() as connection:
        keep_state(connection, LOOKUP_BASE, address)


def join(database: Database, city: JoinedCity, counter: int) -> None:
    """Make an existing database one of the city's.

    A PC that gets another counter than it had begins its log again: the numbers and the book it used are another PC's.

    Args:
        database: The open database.
        city: Which city.
        counter: Number the city gave.
    """
    replica, ledger = database.replica, database.ledger
    if counter != replica.counter:
        ledger.open_epoch("first", replica.public_key, counter, Lease(()), book_of(counter, 0))
    with ledger.writing() as connection:
        connection.execute(update(REPLICA).where(REPLICA.c.replica_id == replica.replica_id).values(counter=counter))
        keep_city(connection, city)
