"""Epochs of a replica: where its log ends, what it may hand out, and what a restore takes away."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, func, literal_column, select

from desktop.domain.codes import Lease
from desktop.domain.errors import DamagedData
from desktop.domain.events import GENESIS_HASH
from desktop.domain.facts.unit import EpochOpened
from desktop.domain.vietnamese import local
from desktop.storage import projections
from desktop.storage.keys_file import write_private
from desktop.storage.marker import Judgement, Marker
from desktop.storage.saying import Head
from desktop.storage.sync_state import EPOCH, read_state
from desktop.storage.tables import EVENT, ORDINAL, UNIT_STATE

#: How many of the last events are asked for the latest instant: a clock may have run backwards for a while.
_LOOKED_BACK = 1_000
VOLUME_NAME = "volume"
#: Volumes from here on are taken at random by copies on other PCs.
_COPIED_FROM = 1_000


def read_epoch(connection: Connection, replica_id: str) -> str:
    """Return the epoch this installation writes into, "" before the first.

    It is kept beside the log: after a copy the feed may show epochs of the same replica that were opened elsewhere.
    """
    kept = read_state(connection, EPOCH)
    if kept:
        return kept
    # The plus keeps SQLite on the order of positions: by the index of places it would sort a million rows for one.
    own = literal_column("+event.replica_id") == replica_id
    return (
        connection.execute(select(EVENT.c.epoch).where(own).order_by(EVENT.c.position.desc()).limit(1)).scalar() or ""
    )


def read_head(connection: Connection, replica_id: str) -> Head:
    """Return where the replica's own log ends."""
    epoch = read_epoch(connection, replica_id)
    last = connection.execute(
        select(EVENT.c.seq, EVENT.c.hash)
        .where(EVENT.c.replica_id == replica_id, EVENT.c.epoch == epoch)
        .order_by(EVENT.c.seq.desc())
        .limit(1)
    ).first()
    if last is None:
        return Head("", 0, GENESIS_HASH, None, date.min)
    try:
        acted_at = max(datetime.fromisoformat(each) for each in _last_instants(connection, replica_id, epoch, last.seq))
        last_date = max(local(acted_at).date(), last_code_day(connection, read_lease(connection, epoch)))
    except ValueError as error:
        raise DamagedData("database_damaged") from error
    return Head(epoch, last.seq, last.hash, acted_at, last_date)


def _last_instants(connection: Connection, replica_id: str, epoch: str, seq: int) -> list[str]:
    """Return the instants of the last own events, those of the epoch before too when this one is young."""
    found: list[str] = []
    while epoch and len(found) < _LOOKED_BACK:
        first = seq - _LOOKED_BACK + len(found)
        own = (EVENT.c.replica_id == replica_id, EVENT.c.epoch == epoch, EVENT.c.seq > first, EVENT.c.seq <= seq)
        found += connection.execute(select(EVENT.c.acted_at).where(*own)).scalars()
        before = opening(connection, epoch)
        epoch, seq = (before.previous_epoch, before.previous_seq) if before else ("", 0)
    return found


def last_code_day(connection: Connection, lease: Lease) -> date:
    """Return the latest day of a code from a lease's blocks: a maximum over the log, for a clock may run backwards."""
    statement = select(func.max(ORDINAL.c.day)).where(ORDINAL.c.block >= 0)
    if lease.blocks:
        statement = statement.where(ORDINAL.c.block.in_(lease.blocks))
    latest = connection.execute(statement).scalar()
    return date.fromisoformat(latest) if latest else date.min


def read_lease(connection: Connection, epoch: str) -> Lease:
    """Return the lease in force in an epoch; one without blocks when there is none."""
    value = _unit_state(connection, projections.LEASE_KEY + epoch)
    return projections.read_lease(value) if value else Lease(())


def used_on(connection: Connection, day: date) -> dict[int, int]:
    """Return the highest ordinal used on a day, by block."""
    rows = connection.execute(select(ORDINAL.c.block, ORDINAL.c.last).where(ORDINAL.c.day == day.isoformat()))
    return {row.block: row.last for row in rows}


def opening(connection: Connection, epoch: str) -> EpochOpened | None:
    """Return how an epoch was opened, None when its first event is not here."""
    value = _unit_state(connection, projections.EPOCH_KEY + epoch)
    return projections.read_epoch(value) if value else None


def _unit_state(connection: Connection, key: str) -> str | None:
    found: str | None = connection.execute(select(UNIT_STATE.c.value).where(UNIT_STATE.c.key == key)).scalar()
    return found


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
    opened = opening(connection, read_epoch(connection, replica_id))
    return (opened.book if opened else 0) or counter, epochs


def claim_volume(folder: Path, epochs: int, random: Callable[[int], bytes], *, is_elsewhere: bool) -> int:
    """Return a volume of the register that no other restore has written into.

    The last one is remembered outside the database, so that one backup restored twice opens two volumes. A copy on
    another PC has no such memory: it takes one at random, far from those counted here.

    Args:
        folder: The replica's state folder.
        epochs: How many epochs the database knows.
        random: Returns n random bytes.
        is_elsewhere: The memory may be a copy too (another PC, a disk image).
    """
    path = folder / VOLUME_NAME
    try:
        last = int(path.read_text("ascii"))
    except (OSError, ValueError):
        last = 0
    far = _COPIED_FROM + int.from_bytes(random(4), "big") % _COPIED_FROM
    volume = far if is_elsewhere else max(epochs, last + 1)
    folder.mkdir(parents=True, exist_ok=True)
    write_private(path, str(volume).encode())
    return volume


def lease_after(judgement: Judgement, lease: Lease, mark: Marker | None, head: Head, today: date) -> Lease:
    """Void what a restored database might hand out twice (definitions 7)."""
    last = max(today, head.last_date, mark.last_date if mark else date.min)
    # Another install: the blocks belong to the old PC until the city or an administrator says otherwise.
    blocks = () if judgement is Judgement.COPIED else lease.blocks
    return Lease(blocks, void_through=max(last, lease.void_through or date.min))
