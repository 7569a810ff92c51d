"""A database file that is broken: keep it aside, build a new one, save what can still be read, and say what changed.

The new database is the newest full copy with its segments; then the broken file is asked for what came after, entry by
entry, as long as each is readable, follows the one before by its hash, and the log's own signature holds. What the city
already had comes back with its feed at the next exchange.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, takewhile
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, Table, func, select, text

from desktop.domain.errors import AppError
from desktop.domain.events import GENESIS_HASH, chain_hash
from desktop.domain.vietnamese import local
from desktop.storage import projections
from desktop.storage.changes_since import Row, put_back
from desktop.storage.database import DATABASE_NAME, read_replica
from desktop.storage.engine import column_names, connect_raw, translated
from desktop.storage.epochs import read_head
from desktop.storage.marker import MarkerFile
from desktop.storage.process_lock import ProcessLock
from desktop.storage.restoring import Rebuilt, build, open_built, verified
from desktop.storage.saying import Head
from desktop.storage.sealed import Secrets
from desktop.storage.second_place import look_into
from desktop.storage.segments import CheckSignature
from desktop.storage.setting_up import KEYS_NAME, setting_up
from desktop.storage.tables import EVENT, FEED

ASIDE_PREFIX: Final = "hong-"
_FILES: Final = (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm", f"{DATABASE_NAME}-journal")
_KEPT_BESIDE: Final = ("training.key", KEYS_NAME)


@dataclass(frozen=True, slots=True)
class Change:
    """Name a dossier and what became of an entry about it.

    Attributes:
        code: The dossier's code; "" for an entry of the unit.
        type: What kind of entry.
        acted_at: When it was done.
        source: ``segment``, ``broken_file`` or ``lost``.
    """

    code: str
    type: str
    acted_at: str
    source: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """Say what came of a recovery.

    Attributes:
        rebuilt: What the second place gave.
        aside: Where the broken file lies now.
        from_broken: How many entries were saved out of it.
        lost: How many own entries are known to be gone, None when that is not known.
        epoch: The PC's log as it was.
        seq: Its last entry that came back.
        changes: Entries younger than the full copy, and dossiers that are gone.
        is_clean: The new database verifies.
    """

    rebuilt: Rebuilt
    aside: Path
    from_broken: int
    lost: int | None
    epoch: str
    seq: int
    changes: tuple[Change, ...]
    is_clean: bool


def recover(
    folder: Path,
    source: Path,
    held: Secrets,
    check: CheckSignature,
    state_folder: Path,
    now: datetime,
    permit: Callable[[Path, bytes], None] | None = None,
) -> Recovery:
    """Put a new database into the place of a broken one.

    Args:
        folder: Data folder with the broken file; nobody works in it.
        source: The PC's folder in the second place.
        held: What opens the files there.
        check: ``(public key, digest, signature) -> bool``.
        state_folder: Where markers live.
        now: Names the folder for the broken file.
        permit: Called with the folder of what came back and its key; whatever it raises leaves all as it was.

    Raises:
        EnvironmentProblem: ``database_in_use``, ``backup_absent`` …
        DamagedData: ``backup_damaged``: nothing there is whole. In every case the broken file stays where it was
            unless a new one stands in its place.
    """
    aside = folder / f"{ASIDE_PREFIX}{local(now):%Y%m%d-%H%M%S}"
    with ProcessLock(folder):
        with translated():
            aside.mkdir()
        try:
            _move(folder, aside)
            with setting_up(folder) as stage:
                rebuilt = build(look_into(source), stage, held, check)
                if permit is not None:
                    permit(stage, rebuilt.key)
                with open_built(stage, rebuilt.key) as engine:
                    saved = _save_from(aside, rebuilt.key, engine, check)
                    changes = _changes(engine, rebuilt, saved)
                    head, lost = _lost(engine, state_folder)
                is_clean = verified(stage, rebuilt.key, check).is_clean
        except BaseException:
            _move_back(folder, aside)
            raise
    gone = _gone(aside, rebuilt.key, folder)
    rebuilt = replace(rebuilt, events=rebuilt.events + saved)
    return Recovery(rebuilt, aside, saved, lost, head.epoch, head.seq, (*changes, *gone), is_clean)


def come_back(folder: Path, key: bytes, recovery: Recovery) -> int:
    """Count the entries of the PC's old log that came back since the recovery, with the city's feed."""
    connection = connect_raw(folder / DATABASE_NAME, key, read_only=True)
    try:
        with translated():
            (last,) = connection.execute(
                "SELECT max(seq) FROM event WHERE replica_id = ? AND epoch = ?",
                (recovery.rebuilt.replica_id, recovery.epoch),
            ).fetchone()
    finally:
        connection.close()
    return max((last or 0) - recovery.seq, 0)


def _move(folder: Path, aside: Path) -> None:
    """Put the broken files aside, with a copy of the keys."""
    with translated():
        for name in (*_FILES, *_KEPT_BESIDE):
            if (folder / name).exists():
                (folder / name).rename(aside / name)


def _move_back(folder: Path, aside: Path) -> None:
    for path in list(aside.iterdir()):
        path.rename(folder / path.name)
    aside.rmdir()


def _save_from(aside: Path, key: bytes, engine: Engine, check: CheckSignature) -> int:
    """Append what the broken file still holds beyond the new database; return how many entries."""
    with translated(), engine.connect() as connection:
        last = connection.execute(select(EVENT.c.position, EVENT.c.hash).order_by(EVENT.c.position.desc())).first()
        replica = read_replica(connection)
        head = read_head(connection, replica.replica_id)
        feed = connection.execute(select(func.max(FEED.c.gseq))).scalar() or 0
    own = _Own(replica.replica_id, head.epoch, head.seq, head.hash, bytes.fromhex(replica.public_key))
    if last is None:
        return 0
    saved = list(takewhile(lambda values: own.takes(values, check), _events_of(aside, key, last.position, last.hash)))
    fed = _feed_of(aside, key, feed, last.position + len(saved))
    placed = {values["position"] for values in fed}
    whole = list(takewhile(lambda each: each["replica_id"] == own.replica_id or each["position"] in placed, saved))
    end = last.position + len(whole)
    rows: list[Row] = [(EVENT.name, values) for values in whole]
    rows += [(FEED.name, values) for values in takewhile(lambda each: each["position"] <= end, fed)]
    if rows:
        with translated(), engine.begin() as connection:
            put_back(connection, rows)
            projections.create(connection)
            projections.refold_if_stale(connection)
    return len(whole)


@dataclass(slots=True)
class _Own:
    """Follow the PC's own log through the broken file."""

    replica_id: str
    epoch: str
    seq: int
    hash: bytes
    public_key: bytes

    def takes(self, values: dict[str, Any], check: CheckSignature) -> bool:
        """Tell whether an entry follows: an own one the log and its signature, another PC's what it says itself."""
        if values["replica_id"] != self.replica_id:
            told = bytes.fromhex(json.loads(values["body"])["prev_hash"])
            return bool(chain_hash(told, values["body"]) == values["hash"])
        is_new_epoch = values["epoch"] != self.epoch
        before, seq = (GENESIS_HASH, 1) if is_new_epoch else (self.hash, self.seq + 1)
        if values["seq"] != seq or chain_hash(before, values["body"]) != values["hash"]:
            return False
        if not check(self.public_key, values["hash"], values["sig"]):
            return False
        self.epoch, self.seq, self.hash = values["epoch"], seq, values["hash"]
        return True


def _events_of(aside: Path, key: bytes, after: int, known_hash: bytes) -> Iterator[dict[str, Any]]:
    """Yield the entries of a broken file after one that is known, as long as they can be read."""
    here = next(_rows_of(aside, key, EVENT, "position", after), None)
    if here is not None and here["hash"] == known_hash:
        yield from _rows_of(aside, key, EVENT, "position", after + 1)


def _feed_of(aside: Path, key: bytes, after: int, most_position: int) -> list[dict[str, Any]]:
    """Return the places of the city's feed that a broken file knows, as long as they can be read."""
    found = _rows_of(aside, key, FEED, "gseq", after + 1)
    return list(takewhile(lambda values: values["position"] <= most_position, found))


def _rows_of(aside: Path, key: bytes, table: Table, number: str, first: int) -> Iterator[dict[str, Any]]:
    """Yield rows numbered without a gap, until one is missing or lies on a page that cannot be read."""
    names = column_names(table)
    statement = f"SELECT {', '.join(names)} FROM {table.name} WHERE {number} = ?"
    with suppress(AppError):
        connection = connect_raw(aside / DATABASE_NAME, key, read_only=True)
        try:
            for at in count(first):
                with translated():
                    row = connection.execute(statement, (at,)).fetchone()
                if row is None:
                    return
                yield dict(zip(names, row, strict=True))
        finally:
            connection.close()


def _changes(engine: Engine, rebuilt: Rebuilt, saved: int) -> tuple[Change, ...]:
    """Name what is younger than the full copy."""
    with translated(), engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT event.position, event.type, event.acted_at, coalesce(dossier.code, '') AS code FROM event "
                "LEFT JOIN dossier ON dossier.dossier_id = event.dossier_id WHERE event.position > :after "
                "ORDER BY event.position"
            ),
            {"after": rebuilt.from_full},
        ).all()
    first_saved = len(rows) - saved
    return tuple(
        Change(row.code, row.type, row.acted_at, "broken_file" if place >= first_saved else "segment")
        for place, row in enumerate(rows)
    )


def _lost(engine: Engine, state_folder: Path) -> tuple[Head, int | None]:
    """Return where the new database ends, and what the marker knows beyond it; None when it does not know."""
    with translated(), engine.connect() as connection:
        replica = read_replica(connection)
        head = read_head(connection, replica.replica_id)
    with suppress(OSError):
        mark = MarkerFile(state_folder / replica.replica_id).read()
        if mark is not None and mark.epoch == head.epoch:
            return head, max(mark.seq - head.seq, 0)
    return head, None


def _gone(aside: Path, key: bytes, folder: Path) -> tuple[Change, ...]:
    """Name dossiers that the broken file still lists and the new database has not."""
    with suppress(AppError):
        there, here = _codes(aside / DATABASE_NAME, key), _codes(folder / DATABASE_NAME, key)
        return tuple(Change(code, "", "", "lost") for code in sorted(there - here))
    return ()


def _codes(path: Path, key: bytes) -> set[str]:
    connection = connect_raw(path, key, read_only=True)
    try:
        with translated():
            return {row[0] for row in connection.execute("SELECT code FROM dossier_code")}
    finally:
        connection.close()
