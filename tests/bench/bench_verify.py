"""Verify a ward: the program's whole check against ten seconds per million events, and against reading and hashing.

Run as ``python tests/bench/bench_verify.py [--dossiers N]``. The check (pages, chain, refold) runs on a ward of at most
50,000 dossiers and is extrapolated. The peer reads every body and computes the chain's hashes, nothing else. Hashes
alone (``verify --quick``) are checked on that ward, where most events are long receptions, and on one whose dossiers
went their whole way, as an office's log has them.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench_board import ward_of as ways_of
from common import QUICK, ROUNDS, Result, arguments, report, timed, use_state
from generate import ward_of

from desktop import wiring
from desktop.devices import signing_key
from desktop.domain.events import GENESIS_HASH, chain_hash
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw
from desktop.storage.verification import verify, verify_quickly

MILLION = 1_000_000
GOAL_S = 10.0
WAYS = 10_000


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the rows of the table."""
    del rounds  # one pass is minutes long
    dossiers = min(dossiers, QUICK)
    folder = ward_of(dossiers)
    use_state(folder / "state")
    key = wiring.read_key(folder / "data")
    state = wiring.state_folder()
    found, wall, cpu = timed(lambda: verify(folder / "data", key, state, signing_key.verify))
    assert found.is_clean
    assert found.dossiers == dossiers
    bare = connect_raw(folder / "data" / DATABASE_NAME, key, read_only=True)
    (head, count), floor, floor_cpu = timed(lambda: hashed(bare))
    bare.close()
    assert (head.hex(), count) == (found.head_hash, found.events)
    each = MILLION / found.events
    detail = f"{found.events:,} events in {wall:.1f} s, cpu {cpu:.1f} s"
    yield Result("verify, 1,000,000 events (extrapolated)", "10 s", wall * each / GOAL_S, 1.0, detail)
    its = f"reading and hashing alone: {floor * each:.1f} s per million, cpu {floor_cpu * each:.1f} s"
    yield Result("verify, CPU", its, cpu / floor_cpu, None, f"{cpu * each:.0f} s per million")
    yield from quick(folder, "receptions", (found.events, found.head_hash))
    yield from quick(ways_of(min(dossiers, WAYS)), "whole ways", None)


def quick(folder: Path, kind: str, expected: tuple[int, str] | None) -> Iterator[Result]:
    """Yield the rows of ``verify --quick`` on a ward: wall time by all cores, and CPU against the hashes alone."""
    use_state(folder / "state")
    key, state = wiring.read_key(folder / "data"), wiring.state_folder()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found, wall, cpu = timed(lambda: verify_quickly(folder / "data", key, state, signing_key.verify, pool.map))
    assert found.is_clean
    assert expected in (None, (found.events, found.head_hash))
    each = MILLION / found.events
    sums, sums_cpu, size = plain_sums(folder, key)
    detail = (
        f"{found.events:,} events of {size:.0f} bytes; {wall * each:.1f} s per million on {os.cpu_count()} cores, "
        f"cpu {cpu * each:.1f} s; sha256 alone {sums * each:.1f} s"
    )
    yield Result(f"verify --quick, 1,000,000 events, {kind} (extrapolated)", "10 s", wall * each / GOAL_S, 1.0, detail)
    its = "sha256 over the same bytes in memory"
    yield Result(f"verify --quick, CPU, {kind}", its, cpu / sums_cpu, None, detail)


def hashed(connection: Any) -> tuple[bytes, int]:
    """Return the head of the chain and the number of events."""
    head, count = GENESIS_HASH, 0
    for (body,) in connection.execute("SELECT body FROM event ORDER BY position"):
        head, count = chain_hash(head, body), count + 1
    return head, count


def plain_sums(folder: Path, key: bytes) -> tuple[float, float, float]:
    """Return wall and CPU seconds that the hashes of all bodies take in memory, and the bytes of a body on average."""
    bare = connect_raw(folder / "data" / DATABASE_NAME, key, read_only=True)
    bodies = [body for (body,) in bare.execute("SELECT body FROM event ORDER BY position")]
    bare.close()

    def sums() -> bytes:
        head = GENESIS_HASH
        for body in bodies:
            head = hashlib.sha256(head + body).digest()
        return head

    _, wall, cpu = timed(sums)
    return wall, cpu, sum(map(len, bodies)) / len(bodies)


def main() -> None:
    """Print the rows."""
    report(bench(arguments(__doc__).dossiers))


if __name__ == "__main__":
    main()
