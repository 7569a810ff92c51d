"""Epochs of a replica: where its log ends, what it may hand out, and what a restore takes away."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from desktop.domain.codes import Lease
from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH
from desktop.domain.vietnamese import local
from desktop.storage import projections
from desktop.storage.act import Head
from desktop.storage.keys_file import write_private
from desktop.storage.marker import Judgement, Marker
from desktop.storage.tables import EVENT, UNIT_STATE

#: How many of the last events are asked for the latest instant: a clock may have run backwards for a while.
_LOOKED_BACK = 1_000
VOLUME_NAME = "volume"
#: Volumes from here on are taken at random by copies on other PCs.
_COPIED_FROM = 1_000


def read_head(connection: Connection, replica_id: str) -> Head:
    """Return where the replica's own log ends."""
    rows = connection.execute(
        select(EVENT.c.epoch, EVENT.c.seq, EVENT.c.hash, EVENT.c.acted_at)
        .where(EVENT.c.replica_id == replica_id)
        .order_by(EVENT.c.position.desc())
        .limit(_LOOKED_BACK)
    ).all()
    if not rows:
        return Head("", 0, GENESIS_HASH, None, date.min)
    # The latest date is the maximum over the log, not the date of the last event: a clock may run backwards.
    latest = connection.execute(text("SELECT max(day) FROM ordinal WHERE block >= 0")).scalar()
    try:
        acted_at = max(datetime.fromisoformat(row.acted_at) for row in rows)
        last_date = max(local(acted_at).date(), date.fromisoformat(latest) if latest else date.min)
    except ValueError as error:
        raise DamagedData("database_damaged") from error
    last = rows[0]
    return Head(last.epoch, last.seq, last.hash, acted_at, last_date)


def read_lease(connection: Connection) -> Lease:
    """Return the lease in force."""
    value = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == "lease")).scalar_one()
    return projections.read_lease(value)


def hash_at(connection: Connection, replica_id: str, epoch: str, seq: int) -> bytes | None:
    """Return the hash of an own event; for 0 the hash before the first."""
    if seq == 0:
        return GENESIS_HASH
    found: bytes | None = connection.execute(
        select(EVENT.c.hash).where(EVENT.c.replica_id == replica_id, EVENT.c.epoch == epoch, EVENT.c.seq == seq)
    ).scalar()
    return found


def read_book(connection: Connection, replica_id: str, counter: int) -> tuple[int, int]:
    """Return the book this replica writes into, and how many epochs it has had."""
    epochs = connection.execute(
        select(func.count()).where(
            EVENT.c.dossier_id == "", EVENT.c.replica_id == replica_id, EVENT.c.type == "epoch.opened"
        )
    ).scalar_one()
    value = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == "epoch")).scalar()
    book = projections.read_epoch(value).book if value else 0
    return book or counter, epochs


def claim_volume(folder: Path, judgement: Judgement, epochs: int, random: Callable[[int], bytes]) -> int:
    """Return a volume of the register that no other restore has written into.

    The last one is remembered outside the database, so that one backup restored twice opens two volumes. A copy on
    another PC has no such memory: it takes one at random, far from those counted here.

    Args:
        folder: The replica's state folder.
        judgement: Why a new epoch begins.
        epochs: How many epochs the database knows.
        random: Returns n random bytes.
    """
    path = folder / VOLUME_NAME
    try:
        last = int(path.read_text("ascii"))
    except (OSError, ValueError):
        last = 0
    if judgement is Judgement.COPIED:
        volume = _COPIED_FROM + int.from_bytes(random(4), "big") % _COPIED_FROM
    else:
        volume = max(epochs, last + 1)
    folder.mkdir(parents=True, exist_ok=True)
    write_private(path, str(volume).encode())
    return volume


def lease_after(judgement: Judgement, lease: Lease, mark: Marker | None, head: Head, today: date) -> Lease:
    """Void what a restored database might hand out twice (definitions 7)."""
    if judgement is Judgement.COPIED:
        # Another install: the blocks belong to the old PC until the city or an administrator says otherwise.
        return Lease(blocks=())
    last = max(today, head.last_date, mark.last_date if mark else date.min)
    return Lease(lease.blocks, void_through=max(last, lease.void_through or date.min))
