"""Open or create the ward's database: location, lock, key, schema, marker, epoch, in that order.

A database that was restored or copied gets a new epoch *before* any number can be issued
(docs/decisions/0004-the-log.md, definitions 7 and 12).
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select

from desktop.domain.calendars import Calendar
from desktop.domain.codes import FIRST_COUNTER_LEASE, Lease, book_of
from desktop.domain.errors import DamagedData, EnvironmentProblem
from desktop.domain.events import GENESIS_HASH
from desktop.domain.vietnamese import local
from desktop.services.ports import Clock
from desktop.storage import backup, projections, schema
from desktop.storage.act import Identity
from desktop.storage.checkpoints import CheckpointFile, feed_length
from desktop.storage.engine import connect_raw, open_engine, translated
from desktop.storage.epochs import claim_volume, hash_at, lease_after, read_book, read_head, read_lease
from desktop.storage.incoming import CheckSignature
from desktop.storage.ledger import Ledger
from desktop.storage.location import check_location
from desktop.storage.marker import Judgement, Marker, MarkerFile, install_id, judge
from desktop.storage.process_lock import ProcessLock
from desktop.storage.reader import StorageReader
from desktop.storage.saying import Head
from desktop.storage.sync_reader import StorageSyncReader
from desktop.storage.sync_replica import Own, SyncReplica
from desktop.storage.tables import REPLICA, SEARCH_MERGE_STEP
from desktop.storage.way_reader import WayReader

logger = logging.getLogger(__name__)

DATABASE_NAME = "motcua.db"
BACKUP_FOLDER = "backups"

SignerFactory = Callable[[bytes], Callable[[bytes], bytes]]


@dataclass(frozen=True, slots=True)
class Replica:
    """Describe the database's own identity.

    Attributes:
        private_key: Ed25519 private key, 32 bytes; it never leaves the encrypted database.
        public_key: Hex.
        counter: Number of this PC's book.
    """

    replica_id: str
    unit_id: str
    private_key: bytes
    public_key: str
    counter: int
    is_training: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hand in what lies outside the database.

    Attributes:
        state_folder: Where markers live (never inside the data folder).
        clock: Tells the time.
        signer: Makes a signing function of a private key.
        calendar: The calendar the program ships with.
        random: Returns n random bytes.
    """

    state_folder: Path
    clock: Clock
    signer: SignerFactory
    calendar: Calendar
    random: Callable[[int], bytes] = secrets.token_bytes


@dataclass(frozen=True, slots=True)
class Database:
    """Hold an open database.

    Attributes:
        sync: Reads what the exchange with the city left.
        judgement: What the marker said at the start; a new epoch was opened when it had to be.
    """

    folder: Path
    replica: Replica
    ledger: Ledger
    reader: StorageReader
    way: WayReader
    sync: StorageSyncReader
    judgement: Judgement
    _engine: Engine
    _marker: MarkerFile
    _lock: ProcessLock
    _marker_lock: ProcessLock
    _around: Surroundings
    key: bytes = field(repr=False)

    def sync_replica(self, check_signature: CheckSignature) -> SyncReplica:
        """Return the database as the sync engine sees it.

        Args:
            check_signature: ``(public key, hash, signature) -> bool``.
        """
        around, replica = self._around, self.replica

        def claim_book() -> int:
            folder = around.state_folder / replica.replica_id
            return book_of(replica.counter, claim_volume(folder, 0, around.random, is_elsewhere=True))

        own = Own(
            replica_id=replica.replica_id,
            unit_id=replica.unit_id,
            public_key=replica.public_key,
            counter=replica.counter,
            install=install_id(around.state_folder, around.random),
            claim_book=claim_book,
            checkpoints=CheckpointFile(around.state_folder / replica.replica_id),
        )
        return SyncReplica(self.ledger, own, around.clock, check_signature)

    def checkpoint(self) -> None:
        """Merge a little of the search index and move the write-ahead log into the database; for idle time.

        Threads: any lane but db and the UI's; an act that comes meanwhile waits for the merge, some milliseconds.
        """
        with translated():
            connection = connect_raw(self.folder / DATABASE_NAME, self.key, read_only=False, auto_checkpoint=False)
            try:
                connection.execute(SEARCH_MERGE_STEP)
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            finally:
                connection.close()

    def sync_marker(self) -> None:
        """Make the marker durable; for idle time and every 30 s."""
        with translated():
            self._marker.sync()

    def close(self) -> None:
        """Let go of everything; the marker is made durable first."""
        try:
            self.sync_marker()
        finally:
            self.reader.close()
            self._engine.dispose()
            self._marker_lock.release()
            self._lock.release()


def create_database(
    folder: Path,
    key: bytes,
    replica: Replica,
    around: Surroundings,
    fill: Callable[[Ledger], None],
    *,
    lease: Lease = FIRST_COUNTER_LEASE,
) -> None:
    """Create a database with its first events.

    Args:
        folder: Data folder; made when absent.
        key: 32 raw bytes.
        replica: Who it is.
        around: What lies outside.
        fill: Writes the unit and the users through the ledger; on a PC that joins a unit, nothing: they come with
            the feed.
        lease: What it may hand out; nothing for a PC that joins a unit, until the city gave it blocks.

    Raises:
        EnvironmentProblem: ``database_exists``, ``network_share``, ``disk_full`` …
    """
    with translated():
        folder.mkdir(parents=True, exist_ok=True)
    check_location(folder)
    path = folder / DATABASE_NAME
    if path.exists():
        raise EnvironmentProblem("database_exists", path=str(folder))
    with ProcessLock(folder):
        engine = open_engine(path, key)
        try:
            with translated(), engine.begin() as connection:
                schema.migrate(connection, before=_nothing)
                projections.create(connection)
                projections.refold_if_stale(connection)
                connection.execute(insert(REPLICA), replica_values(replica))
            ledger, marker = _first_epoch(engine, replica, around, lease)
            fill(ledger)
            marker.sync()
        except BaseException:
            engine.dispose()
            for leftover in folder.glob(f"{DATABASE_NAME}*"):
                leftover.unlink()
            raise
        engine.dispose()


def open_database(folder: Path, key: bytes, around: Surroundings, *, auto_checkpoint: bool = True) -> Database:
    """Open the database as its one writer.

    Raises:
        EnvironmentProblem: ``database_absent``, ``database_in_use``, ``network_share`` …
        NewerData: ``database_newer``.
        DamagedData: ``database_damaged``.
    """
    path = existing(folder)
    check_location(folder)
    lock = ProcessLock(folder).acquire()
    try:
        engine = open_engine(path, key, auto_checkpoint=auto_checkpoint)
        try:
            return _opened(folder, key, engine, lock, around)
        except BaseException:
            engine.dispose()
            raise
    except BaseException:
        lock.release()
        raise


def existing(folder: Path) -> Path:
    """Return the database file of a folder.

    Raises:
        EnvironmentProblem: ``database_absent``.
        DamagedData: ``database_damaged`` for an empty file: SQLite would take it for a new database.
    """
    path = folder / DATABASE_NAME
    if not path.is_file():
        raise EnvironmentProblem("database_absent", path=str(folder))
    if path.stat().st_size == 0:
        raise DamagedData("database_damaged")
    return path


def read_replica(connection: Connection) -> Replica:
    """Return the database's own identity.

    Raises:
        EnvironmentProblem: ``database_absent`` when its creation was never finished.
    """
    row = connection.execute(select(REPLICA)).first()
    if row is None:
        raise EnvironmentProblem("database_absent", path="")
    return Replica(row.replica_id, row.unit_id, row.private_key, row.public_key, row.counter, bool(row.is_training))


def marker_of(around_state: Path, replica_id: str) -> MarkerFile:
    """Return the marker file of a replica."""
    return MarkerFile(around_state / replica_id)


def _opened(folder: Path, key: bytes, engine: Engine, lock: ProcessLock, around: Surroundings) -> Database:
    def before() -> None:
        backup.copy_before_migration(folder / DATABASE_NAME, key, folder / BACKUP_FOLDER, around.clock.now())

    with translated(), engine.begin() as connection:
        schema.migrate(connection, before=before)
        projections.create(connection)
        projections.refold_if_stale(connection)
        replica = read_replica(connection)
    marker_lock = _lock_marker(around.state_folder, replica.replica_id, folder)
    try:
        return _judged(folder, key, engine, (lock, marker_lock), replica, around)
    except BaseException:
        marker_lock.release()
        raise


def _judged(
    folder: Path,
    key: bytes,
    engine: Engine,
    locks: tuple[ProcessLock, ProcessLock],
    replica: Replica,
    around: Surroundings,
) -> Database:
    """Compare the database with its marker, open a new epoch if need be, and hand out the open database."""
    with translated(), engine.begin() as connection:
        head = read_head(connection, replica.replica_id)
        lease = read_lease(connection, head.epoch)
        marker = marker_of(around.state_folder, replica.replica_id)
        install = install_id(around.state_folder, around.random)
        mark = marker.read()
        judgement = judge(
            mark,
            install,
            head.epoch,
            head.seq,
            lambda seq: hash_at(connection, replica.replica_id, head.epoch, seq),
        )
        checkpoints, length = CheckpointFile(around.state_folder / replica.replica_id), feed_length(connection)
        if not judgement.needs_new_epoch and checkpoints.is_ahead_of(length):
            # Database and marker were put back together: the city has signed more than both know.
            judgement = Judgement.RESTORED
        book, epochs = read_book(connection, replica.replica_id, replica.counter)
    identity = Identity(replica.replica_id, replica.unit_id, book, lease)
    if judgement.needs_new_epoch:
        today = local(around.clock.now()).date()
        is_elsewhere = judgement is Judgement.COPIED
        folder_of_marker = around.state_folder / replica.replica_id
        volume = claim_volume(folder_of_marker, epochs, around.random, is_elsewhere=is_elsewhere)
        identity = replace(
            identity,
            book=book_of(replica.counter, volume),
            lease=lease_after(judgement, lease, mark, head, today),
        )
    ledger = _ledger(engine, identity, head, marker, install, around)
    if judgement.needs_new_epoch:
        ledger.open_epoch(judgement.value, replica.public_key, replica.counter, identity.lease, identity.book)
        # From here on the log itself says that it was restored; the city is asked for the rest.
        checkpoints.forget_after(length)
    else:
        marker.write(_mark(head, install))
    read_only = open_engine(folder / DATABASE_NAME, key, read_only=True)
    reader, way, sync = StorageReader(read_only, around.calendar), WayReader(read_only), StorageSyncReader(read_only)
    return Database(folder, replica, ledger, reader, way, sync, judgement, engine, marker, *locks, around, key)


def _lock_marker(state_folder: Path, replica_id: str, folder: Path) -> ProcessLock:
    """Keep a copy of the folder on this PC from working beside the original: both would give the same numbers.

    Raises:
        EnvironmentProblem: ``database_in_use``.
    """
    place = state_folder / replica_id
    with translated():
        place.mkdir(parents=True, exist_ok=True)
    try:
        return ProcessLock(place).acquire()
    except EnvironmentProblem as problem:
        if problem.code == "database_in_use":
            raise EnvironmentProblem(problem.code, path=str(folder)) from problem
        raise


def _first_epoch(engine: Engine, replica: Replica, around: Surroundings, lease: Lease) -> tuple[Ledger, MarkerFile]:
    identity = Identity(replica.replica_id, replica.unit_id, book_of(replica.counter, 0), lease)
    head = Head("", 0, GENESIS_HASH, None, date.min)
    marker = marker_of(around.state_folder, replica.replica_id)
    ledger = _ledger(engine, identity, head, marker, install_id(around.state_folder, around.random), around)
    ledger.open_epoch("first", replica.public_key, replica.counter, identity.lease, identity.book)
    return ledger, marker


def _ledger(
    engine: Engine, identity: Identity, head: Head, marker: MarkerFile, install: str, around: Surroundings
) -> Ledger:
    with engine.begin() as connection:
        replica = read_replica(connection)

    def committed(at: Head) -> None:
        try:
            marker.write(_mark(at, install))
        except OSError as error:
            # The act is committed and stands; a marker behind the database means no more than a crash would.
            logger.warning("marker not written", extra={"errno": error.errno})

    return Ledger(
        engine,
        identity,
        head,
        clock=around.clock,
        sign=around.signer(replica.private_key),
        random=around.random,
        committed=committed,
    )


def _mark(head: Head, install: str) -> Marker:
    return Marker(head.epoch, head.seq, head.hash, head.last_date, install)


def replica_values(replica: Replica) -> dict[str, Any]:
    """Return the identity as its row."""
    return {
        "replica_id": replica.replica_id,
        "unit_id": replica.unit_id,
        "private_key": replica.private_key,
        "public_key": replica.public_key,
        "counter": replica.counter,
        "is_training": int(replica.is_training),
    }


def _nothing() -> None:
    """Do nothing: a new database has nothing to back up."""
