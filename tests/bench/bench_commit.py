"""Commit of one intake through the services against the same rows by the bare driver, and both without a key.

Run as ``python tests/bench/bench_commit.py [--dossiers N]``. Candidate and peer take turns, intake by intake, on two
copies of one ward, so the peer writes the very bytes the services wrote just before. Both leave checkpoints to
others, as the window does: the candidate's runs beside it on its own connection, the peer's between rounds.
"""

import os
import shutil
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common import ROUNDS, Result, Times, arguments, interleaved, report, scratch
from generate import ward_of
from wards import BareWriter, Counter, Rows, connect_plain, contents, copied, opened, plain_copy, rows_of

from desktop import wiring
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw

RUNS = 200
WARM_UP = 20
CHECKPOINT_S = 0.5
TRACED = 50
WARDS = ("commit-candidate", "commit-peer")
FSYNC_DOSSIERS = 5_000


class Duel:
    """Let services and bare drivers write the same intakes in turn.

    Attributes:
        written: What the services wrote last.
    """

    def __init__(self, counter: Counter, data: Path, peers: list[BareWriter]) -> None:
        self.written: Rows | None = None
        self._counter = counter
        self._peers = peers
        self._reader = connect_raw(data / DATABASE_NAME, wiring.read_key(data), read_only=True)
        self._commands = []
        self._code = ""

    def prepare(self, runs: int) -> None:
        """Type the next dossiers in; typing is not measured."""
        self._commands = [self._counter.command() for _ in range(runs)]

    def receive(self, _round: int, run: int) -> None:
        """Receive a dossier through the services."""
        self._code = self._counter.receive(self._commands[run]).dossier.code

    def look(self, _round: int, _run: int) -> None:
        """Read what was written, for the peers."""
        self.written = rows_of(self._reader, self._code)

    def bare(self, peer: BareWriter) -> object:
        """Return the side that writes the same rows by a peer."""

        def write(_round: int, _run: int) -> None:
            assert self.written is not None
            peer.write(self.written)

        return write

    def fight(self, rounds: int, runs: int) -> list[Times]:
        """Run the rounds; the first is thrown away."""
        sides = [self.receive, self.look, *(self.bare(peer) for peer in self._peers)]
        found: list[Times] = []
        for a_round in range(rounds + 1):
            count = runs if a_round else WARM_UP
            self.prepare(count)
            times = interleaved(1, count, *sides)  # type: ignore[arg-type]  # sides are callables
            for peer in self._peers:
                peer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if a_round == 1:
                found = times
            elif a_round:
                for old, new in zip(found, times, strict=True):
                    old.wall += new.wall
                    old.cpu += new.cpu
        return found

    def close(self) -> None:
        """Close the reader."""
        self._reader.close()


@contextmanager
def checkpointing(ward: wiring.Ward) -> Iterator[None]:
    """Checkpoint beside the writer, as lane read does when idle."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(CHECKPOINT_S):
            ward.database.checkpoint()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the rows of the table."""
    with copied(dossiers, WARDS[0]) as ours, copied(dossiers, WARDS[1]) as theirs:
        plain_copy(theirs, theirs / "plain.db")
        sealed = connect_raw(theirs / DATABASE_NAME, wiring.read_key(theirs), read_only=False, auto_checkpoint=False)
        plain = connect_plain(theirs / "plain.db")
        with opened(ours, auto_checkpoint=False) as counter:
            duel = Duel(counter, ours, [BareWriter(sealed), BareWriter(plain)])
            (after,) = plain.execute("SELECT max(position) FROM dossier").fetchone()
            with checkpointing(counter.ward):
                service, _, bare, unkeyed = duel.fight(rounds, RUNS)
            duel.close()
        ours_now = connect_raw(ours / DATABASE_NAME, wiring.read_key(ours), read_only=True)
        same = contents(ours_now, after)
        assert len(same[0]) == rounds * RUNS + WARM_UP
        assert same == contents(sealed, after) == contents(plain, after), "the peers hold other rows"
        for connection in (ours_now, sealed, plain):
            connection.close()
    yield _row("commit of one intake, p50", service.p50() / bare.p50(), 2.5, service, bare)
    yield _row("commit of one intake, CPU", service.cpu_each() / bare.cpu_each(), None, service, bare)
    tail = f"the bare driver's own in the same rounds: {bare.p99() / bare.p50():.1f} x"
    yield Result("commit of one intake, p99 / p50", tail, service.p99() / service.p50(), 3.0, service.text())
    yield Result(
        "encrypted against plain: bare commit, p50",
        "the same rows, same library, no key: " + unkeyed.text(),
        bare.p50() / unkeyed.p50(),
        2.2,
        bare.text(),
    )


def _row(name: str, ratio: float, goal: float | None, ours: Times, peer: Times) -> Result:
    return Result(name, "bare sqlcipher3, same rows: " + peer.text(), ratio, goal, ours.text())


def bench_fsync() -> Iterator[Result]:
    """Count the syncs of each commit with strace, on a small ward of its own; sched_yield marks where one ends."""
    name, peer = "durable commit: syncs per intake, median", "counted by strace"
    if not shutil.which("strace"):
        yield Result(name, peer, None, 1.0, "strace is not installed")
        return
    ward_of(FSYNC_DOSSIERS)
    with scratch("strace") as folder:
        log = folder / "log"
        command = ["strace", "-f", "-e", "trace=fdatasync,fsync,sched_yield", "-o", str(log), sys.executable, __file__]
        subprocess.run([*command, "--trace"], check=True, stdout=subprocess.DEVNULL)
        acts = [part.count("sync(") for part in log.read_text().split("sched_yield(")[1:-1]]
    assert len(acts) == TRACED
    assert min(acts) >= 1, "a commit that is not synced is not durable"
    yield Result(name, peer, statistics.median(acts), 1.0, f"{sum(acts)} in {TRACED} intakes, at most {max(acts)}")


def traced_intakes() -> None:
    """Receive dossiers under strace."""
    with copied(FSYNC_DOSSIERS, "fsync") as data, opened(data, auto_checkpoint=False) as counter:
        for run in range(WARM_UP + TRACED):
            if run >= WARM_UP:
                os.sched_yield()
            counter.receive(counter.command())
        os.sched_yield()


def main() -> None:
    """Print the rows."""
    if sys.argv[1:2] == ["--trace"]:
        traced_intakes()
        return
    given = arguments(__doc__)
    report(bench(given.dossiers, given.rounds))
    report(bench_fsync())


if __name__ == "__main__":
    main()
