"""Search as you type against reading the 50 newest rows by key, against a LIKE scan, and against a plain database.

Run as ``python tests/bench/bench_search.py [--dossiers N]``. Queries are what people type: names letter by letter, with
and without marks, middle and given name, phone, identity number, last digits, parts of a code, and words nobody has.
A sample of them is first answered by a scan of the token column with LIKE: the 50 newest must be the same.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common import CACHE, ROUNDS, Result, Times, arguments, interleaved, report, scratch, use_state
from generate import ward_of
from sqlcipher3 import dbapi2
from wards import connect_plain, plain_copy

from desktop import wiring
from desktop.domain.vietnamese import fold
from desktop.storage import reader as storage_reader
from desktop.storage.database import DATABASE_NAME
from desktop.storage.engine import connect_raw, open_engine
from desktop.storage.reader import StorageReader
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.search_index import match_expression

PEOPLE = 30
SHOWN = 50
COMPARED = 12
SCANNED = 3
_SCANNED = ("name", "code", "phone", "id_number")
MISSES = ("zqx", "nguyễn zz", "xyz 999", "trần quyền zz", "0000000")
_WORDS = re.compile(r"[^0-9a-z]+")
_BY_KEY = "SELECT * FROM (SELECT position FROM dossier ORDER BY position DESC LIMIT 50) JOIN dossier USING (position)"
_NEWEST = storage_reader._SEARCH


def typed(connection: Any, dossiers: int) -> list[str]:
    """Return the queries of people looking for dossiers from all over the register, shuffled."""
    dice = random.Random(5)
    found = list(MISSES)
    for _ in range(PEOPLE):
        row = connection.execute(
            "SELECT applicant, owner_id_number, code, state ->> '$.owner.phone' FROM dossier WHERE position = ?",
            (dice.randrange(1, dossiers + 1),),
        ).fetchone()
        name, number, code, phone = row
        shown = name if dice.random() < 0.5 else fold(name)
        found += [shown[:end] for end in range(2, len(shown) + 1)]
        found += [" ".join(name.split()[-2:]), name.split()[-1], name.lower()]
        found += [phone[:end] for end in range(3, len(phone) + 1)] + [phone[-4:]] * bool(phone)
        found += [number[:end] for end in range(4, len(number) + 1, 2)] + [number[-6:]] * bool(number)
        _, day, ordinal = code.rsplit("-", 2)
        found += [code, day, f"{day} {ordinal}", ordinal.lstrip("0")]
    dice.shuffle(found)
    return [query for query in found if query.strip()]


def scanned(connection: Any, query: str) -> list[int]:
    """Return the positions that a scan finds: whole words, the last one open; when none, all words open."""
    words = [word for word in _WORDS.split(fold(query)) if word]
    for every_word_open in (False, True):
        likes = [f"% {word}%" if every_word_open else f"% {word} %" for word in words[:-1]] + [f"% {words[-1]}%"]
        where = " AND ".join("(' ' || search_text || ' ') LIKE ?" for _ in likes)
        sql = f"SELECT position FROM narrow WHERE {where} ORDER BY position DESC LIMIT {SHOWN}"
        if rows := connection.execute(sql, likes).fetchall():
            return [position for (position,) in rows]
    return []


def bench(dossiers: int, rounds: int = ROUNDS) -> Iterator[Result]:
    """Yield the rows of the table."""
    folder = ward_of(dossiers)
    use_state(folder / "state")
    data = folder / "data"
    key = wiring.read_key(data)
    bare = connect_raw(data / DATABASE_NAME, key, read_only=True)
    reader = StorageReader(open_engine(data / DATABASE_NAME, key, read_only=True), load_calendar())
    queries = typed(bare, dossiers)
    narrow = _narrow(bare)
    for query in [each for each in queries if "-" not in each][:COMPARED]:
        answer = [card.position for card in reader.search(query, SHOWN)]
        assert answer == scanned(narrow, query), f"search and scan differ on {query!r}"
    for query in queries:
        reader.search(query, SHOWN)
    search, by_key = interleaved(
        rounds,
        len(queries),
        lambda _, run: reader.search(queries[run], SHOWN),
        lambda _, run: bare.execute(_BY_KEY).fetchall(),  # noqa: ARG005 - the same every time
    )
    scan = _scan(narrow)
    narrow.close()
    sizes = f"{len(queries)} queries"
    yield Result(
        "search as you type, p50", f"50 newest rows by key: {by_key.text()}", _ratio(search, by_key), 3.0, search.text()
    )
    yield Result(
        "search as you type, p99",
        f"LIKE scan that misses: p50 {scan.p50() * 1e3:.1f} ms",
        search.p99() / scan.p50(),
        1 / 12,
        f"p99 {search.p99() * 1e3:.3f} ms, {sizes}",
    )
    yield from _against_plain(data, bare, queries, rounds)
    reader.close()
    bare.close()


def _ratio(ours: Times, peer: Times) -> float:
    return ours.p50() / peer.p50()


def _scan(connection: Any) -> Times:
    """Time the scan of name, code, phone and identity number in memory: the cheapest LIKE that answers the same."""
    sql = f"SELECT count(*) FROM narrow WHERE {' OR '.join(f'{name} LIKE ?1' for name in _SCANNED)}"
    (times,) = interleaved(SCANNED, 1, lambda *_: connection.execute(sql, ("%zqxzqx%",)).fetchall())
    return times


def _narrow(connection: Any) -> Any:
    """Copy what a scan has to read of every dossier into memory."""
    narrow = dbapi2.connect(":memory:", isolation_level=None)
    narrow.execute(f"CREATE TABLE narrow(position INTEGER PRIMARY KEY, search_text, {', '.join(_SCANNED)})")
    rows = connection.execute(
        "SELECT position, search_text, applicant, code, state ->> '$.owner.phone', owner_id_number FROM dossier"
    )
    narrow.execute("BEGIN")
    narrow.executemany(
        "INSERT INTO narrow VALUES (?, ?, ?, ?, ?, ?)", ((*row[:2], fold(row[2]), *row[3:]) for row in rows)
    )
    narrow.execute("COMMIT")
    return narrow


def _against_plain(data: Path, bare: Any, queries: list[str], rounds: int) -> Iterator[Result]:
    with scratch("plain") as folder:
        plain_copy(data, folder / "plain.db")
        plain = connect_plain(folder / "plain.db")
        asked = [(match_expression(query), SHOWN) for query in queries if match_expression(query)]
        for values in asked:
            answers = [connection.execute(_NEWEST, values).fetchall() for connection in (bare, plain)]
            assert answers[0] == answers[1], "encrypted and plain differ"
        sealed, unkeyed = interleaved(
            rounds,
            len(asked),
            lambda _, run: bare.execute(_NEWEST, asked[run]).fetchall(),
            lambda _, run: plain.execute(_NEWEST, asked[run]).fetchall(),
        )
        plain.close()
    peer = f"same statement, same library, no key: {unkeyed.text()}"
    yield Result("encrypted against plain: warm search, p50", peer, _ratio(sealed, unkeyed), 1.1, sealed.text())


def main() -> None:
    """Print the rows."""
    CACHE.mkdir(parents=True, exist_ok=True)
    given = arguments(__doc__)
    report(bench(given.dossiers, given.rounds))


if __name__ == "__main__":
    main()
