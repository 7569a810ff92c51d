"""Know ratings that came from a ward's own PC: by the address it reports from, which no citizen shares.

Of a citizen no address is ever kept: only that a rating came from a PC, and from which. An address several PCs report
from is a whole network's, the hall's perhaps too, and tells nothing; so does this machine's own (a demo, a test).
"""

import json
from ipaddress import ip_address
from typing import Final

from sqlalchemy import Column, Connection, String, Table, insert, select

from desktop.cityserver.schema import DEVICE, METADATA, keep_for_ever
from desktop.domain.dossiers import Dossier

#: What a PC's report keeps its address under.
ADDRESS: Final = "address"
#: Ratings from a ward's own PC: its name.
RATING_ORIGIN: Final = Table(
    "rating_origin",
    METADATA,
    Column("unit_id", String, primary_key=True),
    Column("dossier_id", String, primary_key=True),
    Column("workstation", String, nullable=False),
)
keep_for_ever(RATING_ORIGIN)


def station_at(connection: Connection, unit_id: str, address: str) -> str:
    """Return the name of the ward's one PC that reports from an address, "" when it is nobody's or several PCs'."""
    if not _tells(address):
        return ""
    query = select(DEVICE.c.replica_id, DEVICE.c.workstation, DEVICE.c.report)
    rows = connection.execute(query.where(DEVICE.c.unit_id == unit_id, DEVICE.c.is_revoked.is_(False)))
    found = [row for row in rows if json.loads(row.report or "{}").get(ADDRESS) == address]
    return str(found[0].workstation or found[0].replica_id) if len(found) == 1 else ""


def note_origin(connection: Connection, dossier: Dossier, address: str) -> None:
    """Keep from which of the ward's PCs a rating came; of all others nothing."""
    station = station_at(connection, dossier.unit_id, address)
    if station:
        row = {"unit_id": dossier.unit_id, "dossier_id": dossier.dossier_id, "workstation": station}
        connection.execute(insert(RATING_ORIGIN), row)


def _tells(address: str) -> bool:
    try:
        return not ip_address(address).is_loopback
    except ValueError:
        return False
