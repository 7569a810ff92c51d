"""What a PC keeps of the city it has joined, and joining itself.

Threads: lane db.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from desktop.domain.codes import Lease, book_of
from desktop.storage.database import Database
from desktop.storage.sync_state import CITY_KEY, CITY_URL, keep_state, read_state
from desktop.storage.tables import REPLICA

AUTHORITY = "city_authority"
LOOKUP_BASE = "city_lookup_base"
PROVISIONING = "city_provisioning"
SEEN_AT = "city_seen_at"


@dataclass(frozen=True, slots=True)
class JoinedCity:
    """Say which city a PC has joined.

    Attributes:
        address: Where it answers.
        public_key: Its Ed25519 key, hex: what it signs is believed only by this.
        authority: Certificates (PEM) of the unit's own authority, "" for the system's store alone.
        lookup_base: Address of the citizens' page, "" for none.
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
