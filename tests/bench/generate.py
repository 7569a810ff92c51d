"""Make a ward with very many dossiers: a real encrypted database that ``motcua verify`` accepts.

Run as ``python tests/bench/generate.py [--dossiers 1000000] [--folder DIR] [--verify]``. Dossiers come in over eight
years, most of them in one event; the newest twentieth (50,000) went through six: received, printed again, corrected,
paid, result ready, returned. Facts are folded and written by the program's own code; one process makes events and rows,
this one chains, signs and inserts them, as only the hash before an event is unknown to the other.
"""

import argparse
import hashlib
import multiprocessing
import shutil
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.pool import AsyncResult, Pool
from pathlib import Path
from typing import Any

from common import CACHE, FULL, use_state
from makers import COLUMNS, PAID, UNKNOWN, DossierRow, EventRow, Followers, Maker, Plan, Ward, plans

from desktop import wiring
from desktop.devices import signing_key
from desktop.domain.events import chain_hash
from desktop.storage.database import DATABASE_NAME, read_head, read_replica
from desktop.storage.engine import connect_raw, open_engine
from desktop.storage.followers import counters
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.tables import EVENT, PROJECTION_VERSION, PROJECTIONS
from desktop.storage.verification import verify

_INSERT_CODE = "INSERT INTO dossier_code(code, dossier_id) VALUES (?, ?)"
_INSERT_TOKENS = "INSERT INTO dossier_search(rowid, tokens) VALUES (?, ?)"
_UNKNOWN = UNKNOWN.encode()
#: Days made ahead of the writer; more would only fill the memory.
_AHEAD = 6

Day = tuple[Plan, list[EventRow], list[DossierRow], Followers]


class Writer:
    """Chain, sign and insert what the maker made.

    Attributes:
        head: Hash of the last event.
    """

    def __init__(self, connection: Any, head: bytes, private: bytes, replica_id: str, epoch: str) -> None:
        self.head = head
        self._connection = connection
        self._sign = signing_key.Signer(private).sign
        self._place = (replica_id, epoch)
        names = COLUMNS
        self._code, self._id = names.index("code"), names.index("dossier_id")
        self._tokens = names.index("search_text")
        columns = [column.name for column in EVENT.columns if column.name != "position"]
        self._insert_event = f"INSERT INTO event({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        marks = ", ".join("?" * (1 + len(names)))
        self._insert_dossier = f"INSERT INTO dossier(position, {', '.join(names)}) VALUES ({marks})"
        self._position = 0

    def write(self, plan: Plan, events: list[EventRow], dossiers: list[DossierRow], followers: Followers) -> None:
        """Write one day."""
        many = self._connection.executemany
        many(self._insert_event, list(self._chained(events)))
        numbered = [(self._position + place, *row) for place, row in enumerate(dossiers, 1)]
        self._position += len(dossiers)
        many(self._insert_dossier, numbered)
        many(
            "INSERT INTO dossier_code(code, dossier_id) VALUES (?, ?)", [(r[self._code], r[self._id]) for r in dossiers]
        )
        many("INSERT INTO dossier_search(rowid, tokens) VALUES (?, ?)", [(r[0], r[1 + self._tokens]) for r in numbered])
        paid, counted = followers
        many(f"INSERT INTO payment({', '.join(PAID)}) VALUES ({', '.join('?' * len(PAID))})", paid)
        for table, summed in counters(counted):
            marks = ", ".join("?" * len(table.columns))
            tally = f"INSERT INTO {table.name} VALUES ({marks}) ON CONFLICT DO UPDATE SET n = n + excluded.n"
            many(tally, [(*cell, n) for cell, n in summed.items()])
        upsert = "INSERT INTO {} VALUES (?, ?, ?{}) ON CONFLICT DO UPDATE SET last = excluded.last"
        self._connection.execute(upsert.format("ordinal", ""), (plan.day.isoformat(), 0, plan.dossiers))
        last = plan.first_number + plan.dossiers - 1
        self._connection.execute(upsert.format("form_number", ", ?"), ("receipt", plan.day.year, 1, last))

    def _chained(self, events: list[EventRow]) -> Iterator[tuple[Any, ...]]:
        for event_id, seq, dossier_id, name, at, body in events:
            known = body.replace(_UNKNOWN, self.head.hex().encode(), 1)
            self.head = chain_hash(self.head, known)
            yield event_id, *self._place, seq, self.head, self._sign(self.head), dossier_id, name, at, known


_MAKER: list[Maker] = []


def _start(ward: Ward) -> None:
    _MAKER.append(Maker(ward))


def _make(plan: Plan) -> Day:
    return plan, *_MAKER[0].day(plan)


def _made(pool: Pool, spread: Iterable[Plan]) -> Iterator[Day]:
    """Yield days in order; a few are made ahead."""
    waiting: deque[AsyncResult[Day]] = deque()
    for plan in spread:
        waiting.append(pool.apply_async(_make, (plan,)))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().get()
    while waiting:
        yield waiting.popleft().get()


def generate(folder: Path, dossiers: int) -> None:
    """Fill a new data folder.

    Args:
        folder: Must not exist; the ward lies in ``folder/data``, its marker below ``folder/state``.
        dossiers: How many.
    """
    use_state(folder / "state")
    data = folder / "data"
    wiring.create_ward(data, sample_provisioning(), is_training=True)
    key, path = wiring.read_key(data), data / DATABASE_NAME
    engine = open_engine(path, key)
    with engine.begin() as connection:
        replica = read_replica(connection)
        head = read_head(connection, replica.replica_id)
    engine.dispose()
    with wiring.opened_ward(data) as opened:
        clerk = next(user.user_id for user in opened.desk.reader.users() if user.login == "lan")
        ward = Ward(replica.replica_id, head.epoch, clerk, opened.desk.reader.unit())
    connection = connect_raw(path, key, read_only=False)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")
    writer = Writer(connection, head.hash, replica.private_key, replica.replica_id, head.epoch)
    spread = plans(dossiers, load_calendar(), head.seq + 1)
    with multiprocessing.get_context("spawn").Pool(1, _start, (ward,)) as pool:
        connection.execute("BEGIN IMMEDIATE")
        for made in _made(pool, spread):
            writer.write(*made)
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def ward_of(dossiers: int) -> Path:
    """Return the folder of a generated ward, made on first use: ``data`` and ``state`` lie in it."""
    folder, shape = CACHE / f"ward-{dossiers}", _shape()
    done = folder / "done"
    if not done.exists() or done.read_text(encoding="ascii").strip() != shape:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        start = time.perf_counter()
        generate(folder, dossiers)
        done.write_text(shape, encoding="ascii")
        print(f"made {dossiers:,} dossiers in {time.perf_counter() - start:.0f} s in {folder}", flush=True)
    return folder


def _shape() -> str:
    """Tell tables of different shape apart: a ward of an older shape would be refolded when it is opened."""
    parts = [repr(PROJECTION_VERSION), *COLUMNS, *PAID, *sorted(PROJECTIONS.tables)]
    parts += sorted(str(index.name) for table in PROJECTIONS.tables.values() for index in table.indexes)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:8]


def main() -> None:
    """Make a ward, and verify it when asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=FULL)
    parser.add_argument("--folder", type=Path, help="default: the benches' cache")
    parser.add_argument("--verify", action="store_true", help="check every page, hash, signature and row afterwards")
    given = parser.parse_args()
    start = time.perf_counter()
    if given.folder:
        generate(given.folder, given.dossiers)
    folder = given.folder or ward_of(given.dossiers)
    size = (folder / "data" / DATABASE_NAME).stat().st_size
    print(f"{given.dossiers:,} dossiers: {time.perf_counter() - start:.0f} s, {size / 1e6:,.0f} MB in {folder}")
    if given.verify:
        start = time.perf_counter()
        use_state(folder / "state")
        state, key = wiring.state_folder(), wiring.read_key(folder / "data")
        found = verify(folder / "data", key, state, signing_key.verify, all_signatures=True)
        print(f"verify: {found.events:,} events in {time.perf_counter() - start:.0f} s: {found.findings or 'clean'}")


if __name__ == "__main__":
    main()
