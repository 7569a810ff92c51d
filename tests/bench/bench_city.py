"""The city on PostgreSQL: push against raw COPY and the bare statements, a mixed load, cost per event as it grows.

Run as ``python tests/bench/bench_city.py [--dossiers 20000]``: dossiers of six events, pushed through the rules and
the store of the city itself. ``--dossiers 1000000`` is the size of the goal (an hour or more). PostgreSQL is made for
the run; commits are durable.
"""

import argparse
import http.client
import json
import math
import os
import secrets
import select
import statistics
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from common import ROUNDS, Result, interleaved, percentile, report, scratch
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.cityserver.city import City
from desktop.cityserver.memory import settle_memory
from desktop.cityserver.ports import Device, Stored
from desktop.cityserver.postgres_unit import PostgresUnitTransaction
from desktop.cityserver.rows import event_row, standing_row
from desktop.cityserver.tokens import Caller
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.content import content_hash
from desktop.domain.events import GENESIS_HASH, chain_hash, decode_body
from desktop.domain.facts.counter import Received
from desktop.domain.ids import uuid7
from desktop.domain.judging import Standing
from desktop.domain.records import replace
from desktop.protocol.messages import EpochRequest, PushRequest
from tests.support.city import city_process
from tests.support.pcs import Log, dossier_facts, state_of
from tests.support.postgres import Postgres, postgres

EVENTS_EACH = 6
BATCH_DOSSIERS = 50
UNITS = 8
_SAMPLE = "0197f000-0000-7000-8000-000000000001"
_OPTIONS = ("shared_buffers=512MB", "max_wal_size=4GB", "checkpoint_timeout=30min", "wal_compression=on")


class Stamp:
    """Write the six events of one more dossier from those of a sample, fast enough for millions.

    Only the last event of a push is signed with the PC's key: the city checks no other.
    """

    def __init__(self, replica_id: str, unit_id: str, key: Ed25519PrivateKey, epoch: str) -> None:
        """Turn the bodies of a sample into patterns."""
        self._key, self._epoch = key, epoch
        self.seq, self._head = 0, GENESIS_HASH
        log = Log(replica_id, unit_id, key, epoch)
        facts = list(dossier_facts("sample-code", unit_id))
        first = facts[0]
        assert isinstance(first, Received)
        self._state = state_of(first)
        self._patterns = []
        for fact in facts:
            before, body = log.head.hex(), log.write(fact, "sample-dossier").body
            envelope = decode_body(body.encode()).envelope
            body = body.replace("%", "%%")
            for value, name in (
                (envelope.event_id, "event_id"),
                (f'"prev_hash":"{before}"', "prev_hash"),
                (f'"seq":{envelope.seq},', "seq"),
                ("sample-dossier", "dossier_id"),
                ("sample-code", "code"),
                (first.lookup_key, "lookup_key"),
                (content_hash(self._state), "content"),
            ):
                body = body.replace(value, _KEPT.get(name, "%s") % f"%({name})s")
            self._patterns.append(body)

    def push_of(self, dossiers: Iterable[tuple[str, str]]) -> bytes:
        """Return the push that carries the events of dossiers, given as id and code."""
        events = [event for dossier_id, code in dossiers for event in self._events(dossier_id, code)]
        events[-1]["sig"] = self._key.sign(self._head).hex()
        return json.dumps({"epoch": self._epoch, "events": events}, ensure_ascii=False).encode()

    def _events(self, dossier_id: str, code: str) -> Iterator[dict[str, str]]:
        values = {"dossier_id": dossier_id, "code": code, "lookup_key": f"{secrets.randbelow(10**10):010d}"}
        values["content"] = content_hash(replace(self._state, code=code))
        for pattern in self._patterns:
            self.seq += 1
            event_id = uuid7(1_770_000_000_000 + self.seq, secrets.token_bytes(10))
            body = pattern % {**values, "event_id": event_id, "seq": self.seq, "prev_hash": self._head.hex()}
            self._head = chain_hash(self._head, body.encode())
            yield {"body": body, "hash": self._head.hex(), "sig": secrets.token_hex(64)}


_KEPT = {"prev_hash": '"prev_hash":"%s"', "seq": '"seq":%s,'}


@dataclass(slots=True)
class Writer:
    """A PC that pushes straight to the city's rules.

    Attributes:
        epoch: Of its log.
        stamp: Writes its events.
    """

    city: City
    unit_id: str
    replica_id: str
    epoch: str
    stamp: Stamp
    made: int = 0

    def batch(self, dossiers: int) -> bytes:
        """Write the next dossiers, six events each, and return the push that carries them."""
        return self.stamp.push_of([self._next() for _ in range(dossiers)])

    def _next(self) -> tuple[str, str]:
        self.made += 1
        code = f"000.16.27.H29-{260101 + self.made // 900}-{self.made % 900 + 1:04d}"
        return f"{self.unit_id[:24]}{self.made:012d}", code

    def push(self, body: bytes) -> None:
        """Push a batch, from the bytes to the answer's bytes."""
        request = PushRequest.model_validate_json(body)
        answer = self.city.core.push(self.unit_id, self.replica_id, request)
        assert all(verdict.kind == "accepted" for verdict in answer.verdicts)
        answer.model_dump_json()


def writer(city: City, number: int) -> Writer:
    """Make a ward with one PC."""
    unit_id = f"0197f000-0000-7000-8000-{number:012d}"
    text = sample_text().replace(_SAMPLE, unit_id)
    with city.store.writing() as connection:
        create_unit(connection, text, read_unit("unit", text), city.now_ms(), is_training=True)
    key, replica_id = Ed25519PrivateKey.generate(), f"replica-{number}"
    with city.store.unit(unit_id, write=True) as unit:
        unit.save_device(Device(replica_id, unit_id, key.public_key().public_bytes_raw().hex(), 1, "install"))
    epoch = secrets.token_hex(16)
    city.core.open_epoch(unit_id, replica_id, EpochRequest(epoch=epoch, reason="first", install="install"))
    return Writer(city, unit_id, replica_id, epoch, Stamp(replica_id, unit_id, key, epoch))


# --- replay ----------------------------------------------------------------------------------------------------------


def bench_replay(server: Postgres, wanted: int, minutes: float = 0) -> Iterator[Result]:
    """Push dossiers to wards in turn, for so many minutes at most; the cost of the last tenth against the first."""
    url = server.database()
    city = City.open(url)
    writers = [writer(city, number) for number in range(1, UNITS + 1)]
    until = time.monotonic() + minutes * 60 if minutes else math.inf
    wall: list[float] = []
    cpu: list[float] = []
    while len(wall) < wanted // BATCH_DOSSIERS and time.monotonic() < until:
        each = writers[len(wall) % UNITS]
        body = each.batch(BATCH_DOSSIERS)
        cpu_before, before = time.process_time(), time.perf_counter()
        each.push(body)
        wall.append(time.perf_counter() - before)
        cpu.append(time.process_time() - cpu_before)
    dossiers = len(wall) * BATCH_DOSSIERS
    tenth = max(len(wall) // 10, 1)
    events = BATCH_DOSSIERS * EVENTS_EACH
    # The very first batches fill caches; they belong to no tenth.
    warm = min(tenth // 5, 20)
    # The median leaves checkpoints and neighbours out, the mean has them: both are told.
    first, last = wall[warm : warm + tenth], wall[-tenth:]
    costs = [statistics.median(some) / events for some in (first, last)]
    means = [statistics.fmean(some) / events for some in (first, last)]
    cpus = [statistics.median(some) / events for some in (cpu[warm : warm + tenth], cpu[-tenth:])]
    sizes = _sizes(server, url)
    total = dossiers * EVENTS_EACH
    yield Result(
        f"cost per event, {dossiers} dossiers x {EVENTS_EACH} events",
        "first tenth of the same run",
        costs[1] / costs[0],
        1.15,
        f"median {costs[0] * 1e6:.0f} -> {costs[1] * 1e6:.0f} us, mean {means[0] * 1e6:.0f} -> "
        f"{means[1] * 1e6:.0f} us, cpu {cpus[0] * 1e6:.0f} -> {cpus[1] * 1e6:.0f} us",
    )
    yield Result(
        "disk of the city per event",
        "bytes of the bodies",
        sizes["all"] / sizes["bodies"],
        None,
        f"{sizes['all'] / total:.0f} B an event (event {sizes['event'] / total:.0f}, dossier "
        f"{sizes['dossier'] / dossiers:.0f} B a dossier, body {sizes['bodies'] / total:.0f})",
    )
    city.close()


def _sizes(server: Postgres, url: str) -> Mapping[str, int]:
    with psycopg.connect(server.dsn(url), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        tables = connection.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' "
            "AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        (bodies,) = connection.execute("SELECT sum(length(body)) FROM event").fetchone() or (0,)
    sizes = dict(tables)
    event = sum(size for name, size in tables if name.startswith("event_p"))
    return {"event": event, "dossier": sizes["dossier"], "all": sum(sizes.values()), "bodies": int(bodies)}


# --- push against COPY -----------------------------------------------------------------------------------------------


class Recorder:
    """Keep the rows the store appended last, for the peers to write the same."""

    def __init__(self) -> None:
        """Listen to every append from now on."""
        self.entries: Sequence[Stored] = ()
        self.standings: Mapping[str, Standing] = {}
        self.codes: Mapping[str, str] = {}
        append = PostgresUnitTransaction.append

        def recorded(
            unit: PostgresUnitTransaction,
            entries: Sequence[Stored],
            standings: Mapping[str, Standing],
            codes: Mapping[str, str],
            replaced: Mapping[str, str],
        ) -> None:
            self.entries, self.standings, self.codes = entries, standings, codes
            append(unit, entries, standings, codes, replaced)

        PostgresUnitTransaction.append = recorded  # type: ignore[method-assign]


class Copier:
    """Write the same event rows by COPY, the fastest way into PostgreSQL; and all rows by bare statements."""

    def __init__(self, server: Postgres, url: str, recorder: Recorder, unit_id: str) -> None:
        """Make twins of the tables, with the same keys."""
        self._recorder, self._unit_id = recorder, unit_id
        self._connection = psycopg.connect(server.dsn(url))
        for name in ("copied", "stated"):
            self._connection.execute(f"CREATE TABLE {name}_event (LIKE event INCLUDING ALL)")
            self._connection.execute(f"CREATE TABLE {name}_dossier (LIKE dossier INCLUDING ALL)")
            self._connection.execute(f"CREATE TABLE {name}_code (LIKE code INCLUDING ALL)")
        self._connection.commit()
        self.rows: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])

    def prepare(self) -> None:
        """Turn what was appended into rows; this is not measured."""
        self.rows = (
            [event_row(self._unit_id, entry, 0) for entry in self._recorder.entries],
            [standing_row(self._unit_id, key, each) for key, each in self._recorder.standings.items()],
        )

    def copy(self, _round: int, _run: int) -> None:
        """COPY the event rows."""
        events, _ = self.rows
        words = f"COPY copied_event ({', '.join(events[0])}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(words) as target:
            for row in events:
                target.write_row(tuple(row.values()))
        self._connection.commit()

    def state(self, _round: int, _run: int) -> None:
        """Run the statements of a push with rows that are ready: what PostgreSQL alone takes for it."""
        events, dossiers = self.rows
        with self._connection.cursor() as cursor:
            for table, rows in (("stated_event", events), ("stated_dossier", dossiers)):
                names = list(rows[0])
                words = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f'%({n})s' for n in names)})"
                cursor.executemany(words, rows)
            codes = [(code, self._unit_id, owner) for code, owner in self._recorder.codes.items()]
            cursor.executemany("INSERT INTO stated_code VALUES (%s, %s, %s)", codes)
        self._connection.commit()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def bench_push(server: Postgres, rounds: int, batches: int = 20) -> Iterator[Result]:
    """Push batches of 300 events; the same rows by COPY and by bare statements, in turn."""
    url = server.database()
    city = City.open(url)
    recorder, each = Recorder(), writer(city, 1)
    copier = Copier(server, url, recorder, each.unit_id)
    ahead = iter([each.batch(BATCH_DOSSIERS) for _ in range(rounds * batches)])

    def push(_round: int, _run: int) -> None:
        each.push(next(ahead))

    def prepare(_round: int, _run: int) -> None:
        copier.prepare()

    pushed, _, copied, stated = interleaved(rounds, batches, push, prepare, copier.copy, copier.state)
    events = BATCH_DOSSIERS * EVENTS_EACH
    per_s = [events / times.p50() for times in (pushed, copied, stated)]
    yield Result(
        "push of 300 events, JSON to answer",
        "COPY of the event rows alone",
        per_s[0] / per_s[1],
        None,
        f"{per_s[0]:.0f} against {per_s[1]:.0f} events/s; push {pushed.text()}; COPY {copied.text()}",
    )
    yield Result(
        "push of 300 events, JSON to answer",
        "the same rows by bare psycopg statements",
        per_s[0] / per_s[2],
        -0.5,
        f"{per_s[0]:.0f} against {per_s[2]:.0f} events/s; bare {stated.text()}",
    )
    copier.close()
    city.close()


def _cpu_seconds(pid: int) -> float:
    """Return the CPU time a process has used (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# --- mixed load ------------------------------------------------------------------------------------------------------

PEAK_PER_S = 90
WANTED_PER_S = 10 * PEAK_PER_S
LOAD_S = 20
LOADERS = 16


@dataclass(slots=True)
class Loader:
    """One PC on the line: in turn it pushes an act of six events, asks for its feed, and now and then for its standing.

    Attributes:
        waits: Seconds of each call.
        events: How many events were taken.
    """

    writer: Writer
    port: int
    token: str
    bodies: list[bytes]
    waits: list[float]
    events: int = 0

    def run(self, begin: float, until: float, pause_s: float) -> None:
        """Call in a fixed rhythm; a call that comes late is not left out."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        own = f"/v1/replicas/{self.writer.replica_id}"
        head, head_hash = 0, "0" * 64
        for turn, body in enumerate(self.bodies):
            due = begin + turn * pause_s
            if due > until:
                break
            if (ahead := due - time.perf_counter()) > 0:
                select.select([], [], [], ahead)
            answer = self._call(line, "POST", f"{own}/push", headers, body)
            self.events += len(json.loads(answer)["verdicts"])
            feed = f"/v1/feeds/{self.writer.unit_id}?after={head}&hash={head_hash}&limit=200"
            answered = json.loads(self._call(line, "GET", feed, headers))
            if answered["entries"]:
                head, head_hash = answered["entries"][-1]["gseq"], answered["entries"][-1]["feed_hash"]
            if turn % 10 == 0:
                self._call(line, "GET", f"{own}?epoch={self.writer.epoch}", headers)
                self._call(line, "GET", "/v1/hello", headers)
        line.close()

    def _call(
        self,
        line: http.client.HTTPConnection,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None = None,
    ) -> bytes:
        started = time.perf_counter()
        line.request(method, path, body, headers)
        answer = line.getresponse()
        content = answer.read()
        self.waits.append(time.perf_counter() - started)
        assert answer.status == 200, content
        return content


def bench_mixed(server: Postgres, seconds: float = LOAD_S) -> Iterator[Result]:
    """Load one process of the city ten times beyond the city's peak: pushes, feeds, standings, hellos."""
    url = server.database()
    city = City.open(url)
    pause_s = LOADERS * EVENTS_EACH / WANTED_PER_S
    loaders = []
    for number in range(1, LOADERS + 1):
        each = writer(city, number)
        bodies = [each.batch(1) for _ in range(int(seconds / pause_s) + 1)]
        token = city.tokens.sign(Caller(each.replica_id, each.unit_id), city.now_ms() + 3_600_000)
        loaders.append(Loader(each, 0, token, bodies, []))
    city.close()
    with scratch("city-log") as folder, city_process(url, folder / "log") as process:
        begin = time.perf_counter() + 1
        threads = []
        for place, loader in enumerate(loaders):
            loader.port = int(process.url.rsplit(":", 1)[1])
            first = begin + place * pause_s / LOADERS
            threads.append(threading.Thread(target=loader.run, args=(first, begin + seconds, pause_s)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.perf_counter() - begin
        cpu_s = _cpu_seconds(process.process.pid)
    waits = [wait for loader in loaders for wait in loader.waits]
    events = sum(loader.events for loader in loaders)
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    yield Result(
        "one process, mixed load, events a second",
        f"the city's peak of {PEAK_PER_S} events/s",
        events / took / PEAK_PER_S,
        -10 * 0.98,
        f"{events / took:.0f} events/s in {len(waits) / took:.0f} calls/s; p50 {p50 * 1e3:.1f} p99 {p99 * 1e3:.1f} ms",
    )
    # On a machine that others use, CPU says more than the clock: what one core of the city's process could carry.
    yield Result(
        "one core of the city, mixed load, by CPU time",
        f"the city's peak of {PEAK_PER_S} events/s",
        events / cpu_s / PEAK_PER_S,
        None,
        f"{cpu_s / events * 1e6:.0f} us of CPU an event, start included",
    )
    yield Result("one process, mixed load, p99 of all calls", "100 ms", p99 / 0.1, 1.0, f"p99 {p99 * 1e3:.1f} ms")


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=20_000, help="1000000 for the goal")
    parser.add_argument("--minutes", type=float, default=0, help="of the replay at most; 0 for all dossiers")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    settle_memory()  # as the city's own process does
    with postgres(*_OPTIONS, is_durable=True) as server:
        report(bench_mixed(server))
        report(bench_push(server, given.rounds))
        report(bench_replay(server, given.dossiers, given.minutes))


if __name__ == "__main__":
    main()
