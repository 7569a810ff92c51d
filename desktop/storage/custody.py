"""Rows of dossiers that other PCs hold, and of those this program cannot fold: a ward of one PC has none of either."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.storage.engine import Prepared, column_names
from desktop.storage.tables import HOLDER, UNREAD

#: What people call a PC, by its replica.
PC_KEY: Final = "pc:"
_HOLDER: Final = Prepared(
    text(
        "SELECT h.replica_id, s.value FROM holder h LEFT JOIN unit_state s "
        f"ON s.key = '{PC_KEY}' || h.replica_id WHERE h.dossier_id = :dossier_id"
    )
)
_HOLDERS_OF = select(HOLDER).where(HOLDER.c.dossier_id.in_(bindparam("ids", expanding=True)))
_LET_GO = Prepared(delete(HOLDER).where(HOLDER.c.dossier_id == bindparam("dossier_id")))
_HOLD = Prepared(insert(HOLDER), column_names(HOLDER))
_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Name the PC that alone may do exclusive acts on a dossier.

    Attributes:
        name: The PC's name, "" when it is not known.
        counter: Number of its counter, 0 when it is not known.
    """

    replica_id: str
    name: str
    counter: int


def holder_of(connection: Connection, dossier_id: str) -> Holder | None:
    """Return which other PC holds a dossier, None when it is this one's or anybody's."""
    row = _HOLDER.run(connection, {"dossier_id": dossier_id}).fetchone()
    if row is None:
        return None
    known: dict[str, Any] = json.loads(row[1]) if row[1] else {"counter": 0, "workstation": ""}
    return Holder(row[0], known["workstation"], known["counter"])


def take_back(connection: Connection, dossier_id: str) -> None:
    """Keep that a dossier is this PC's, or anybody's, from now on."""
    _LET_GO.run(connection, {"dossier_id": dossier_id})


def mark(connection: Connection, dossier_id: str, holder: str, unread: str) -> None:
    """Keep which other PC holds a dossier, and why this program cannot fold all of it; "" for neither."""
    for table, name, value in ((HOLDER, "replica_id", holder), (UNREAD, "reason", unread)):
        if value:
            values = {"dossier_id": dossier_id, name: value}
            statement = upsert(table).values(values)
            connection.execute(statement.on_conflict_do_update(index_elements=["dossier_id"], set_={name: value}))
        else:
            connection.execute(delete(table).where(table.c.dossier_id == dossier_id))


def holders(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return which other PC holds dossiers; those of this one or of nobody are left out."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _BATCH):
        rows = connection.execute(_HOLDERS_OF, {"ids": ids[start : start + _BATCH]})
        found |= {row.dossier_id: row.replica_id for row in rows}
    return found


def hold(connection: Connection, marks: Sequence[tuple[str, str]]) -> None:
    """Keep which other PC holds dossiers from now on, "" for none."""
    _LET_GO.run_many(connection, [{"dossier_id": dossier_id} for dossier_id, _ in marks])
    _HOLD.run_many(connection, [{"dossier_id": dossier_id, "replica_id": of} for dossier_id, of in marks if of])
