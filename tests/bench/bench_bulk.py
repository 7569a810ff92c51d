"""Apply events in bulk (a pull, a refold) against executemany of the same rows by the bare driver.

Run as ``python tests/bench/bench_bulk.py [--dossiers N]``. The candidate gets what comes over the wire: bodies. It
checks their chain, decodes and folds them and writes events, rows, codes and tokens in one transaction. The peer gets
finished rows. Both start from the same small ward; the rows must come out equal.
"""

from collections.abc import Iterator
from typing import Any

from common import ROUNDS, Result, arguments, report, timed, use_state
from generate import ward_of
from wards import copied

from desktop import wiring
from desktop.domain.events import GENESIS_HASH, chain_hash
from desktop.protocol.reading import decode_event
from desktop.storage import projections
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import Prepared, column_names, connect_raw, open_engine
from desktop.storage.tables import DOSSIER, EVENT

PULLED = 5_000
CHUNK = 250
_EVENT, _DOSSIER = column_names(EVENT, "position"), column_names(DOSSIER, "position")
_TABLES = ("event", "dossier", "dossier_code", "ordinal", "form_number")


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the row of the table."""
    del dossiers  # a pull is a few thousand events however large the ward
    ratios, lines = [], ""
    for _ in range(rounds):
        ours, peer = _round()
        ratios.append((peer[1] / ours[1], ours, peer))
    ratio, ours, peer = sorted(ratios)[len(ratios) // 2]
    lines = f"{PULLED / ours[1]:,.0f} events/s, cpu {ours[2]:.2f} s"
    its = f"executemany of the finished rows: {PULLED / peer[1]:,.0f} events/s, cpu {peer[2]:.2f} s"
    yield Result("applying pulled events in bulk", its, ratio, -0.5, lines)


def _round() -> tuple[tuple[Any, float, float], tuple[Any, float, float]]:
    source = ward_of(PULLED * 2)
    use_state(source / "state")
    key = wiring.read_key(source / "data")
    rows = _pulled(source / "data" / DATABASE_NAME, key)
    with copied(100, "bulk-candidate") as ours, copied(100, "bulk-peer") as theirs:
        engine = open_engine(ours / DATABASE_NAME, wiring.read_key(ours))
        insert = Prepared(EVENT.insert(), _EVENT)
        found = timed(lambda: _apply(engine, insert, rows))
        engine.dispose()
        written = connect_raw(ours / DATABASE_NAME, wiring.read_key(ours), read_only=True)
        finished = _finished(written)
        bare = connect_raw(theirs / DATABASE_NAME, wiring.read_key(theirs), read_only=False)
        peer = timed(lambda: _write(bare, rows, finished))
        for table in _TABLES:
            sql = f"SELECT * FROM {table} ORDER BY 1, 2"
            assert written.execute(sql).fetchall() == bare.execute(sql).fetchall(), f"{table} differs"
        written.close()
        bare.close()
    return found, peer


def _pulled(path: Any, key: bytes) -> list[dict[str, Any]]:
    """Read received events of another replica."""
    connection = connect_raw(path, key, read_only=True)
    found = connection.execute(
        f"SELECT {', '.join(_EVENT)} FROM event WHERE dossier_id <> '' ORDER BY position LIMIT {PULLED}"
    ).fetchall()
    connection.close()
    return [dict(zip(_EVENT, row, strict=True)) for row in found]


def _apply(engine: Any, insert: Prepared, rows: list[dict[str, Any]]) -> None:
    last = GENESIS_HASH
    for place, row in enumerate(rows):
        assert place == 0 or chain_hash(last, row["body"]) == row["hash"]
        last = row["hash"]
    with engine.begin() as connection:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            insert.run_many(connection, chunk)
            projections.apply_events(connection, [decode_event(row["body"]) for row in chunk])


def _finished(connection: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Read what the candidate wrote beside the events."""
    newest = "FROM dossier WHERE position > 100 ORDER BY position"
    return {
        "dossier": connection.execute(f"SELECT position, {', '.join(_DOSSIER)} {newest}").fetchall(),
        "code": connection.execute(f"SELECT code, dossier_id {newest}").fetchall(),
        "tokens": connection.execute(f"SELECT position, search_text {newest}").fetchall(),
        "ordinal": connection.execute("SELECT * FROM ordinal").fetchall(),
        "form_number": connection.execute("SELECT * FROM form_number").fetchall(),
    }


def _write(connection: Any, rows: list[dict[str, Any]], finished: dict[str, list[tuple[Any, ...]]]) -> None:
    many = connection.executemany
    connection.execute("BEGIN IMMEDIATE")
    many(_insert("event", _EVENT), [tuple(row.values()) for row in rows])
    many(_insert("dossier", ["position", *_DOSSIER]), finished["dossier"])
    many(_insert("dossier_code", ["code", "dossier_id"]), finished["code"])
    many(_insert("dossier_search", ["rowid", "tokens"]), finished["tokens"])
    many("INSERT OR REPLACE INTO ordinal VALUES (?, ?, ?)", finished["ordinal"])
    many("INSERT OR REPLACE INTO form_number VALUES (?, ?, ?, ?)", finished["form_number"])
    connection.execute("COMMIT")


def _insert(table: str, names: list[str]) -> str:
    return f"INSERT INTO {table}({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def main() -> None:
    """Print the row."""
    given = arguments(__doc__)
    report(bench(given.dossiers, given.rounds))


if __name__ == "__main__":
    main()
