"""Compare the search index with the dossiers it finds: every word of every dossier, nothing more and nothing less.

A part of :mod:`desktop.storage.verification`. Compared is a sum of hashes that differ from run to run: memory stays
at one row. It tells that the index differs, not where; ``search_text`` was compared with the log before.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sqlalchemy import Connection, select, text
from sqlcipher3 import dbapi2

from desktop.storage.recount import Finding
from desktop.storage.tables import DOSSIER, SEARCH_DDL

_VOCABULARY: Final = "CREATE VIRTUAL TABLE temp.dossier_search_word USING fts5vocab(main, dossier_search, instance)"
_WORDS: Final = "SELECT doc, term FROM temp.dossier_search_word"


def search_findings(connection: Connection) -> Iterator[Finding]:
    """Name the search index where it does not hold what the dossiers say.

    Args:
        connection: Of a database that was opened read-only.
    """
    if _indexed(connection) != _wanted(connection):
        yield Finding("table_differs", "dossier_search")


def _indexed(connection: Connection) -> tuple[int, int]:
    # The file is opened read-only all the same; query_only would refuse the view of the index in memory too.
    connection.execute(text("PRAGMA query_only = OFF"))
    try:
        connection.execute(text(_VOCABULARY))
        try:
            return _summed(connection.execution_options(yield_per=10_000).exec_driver_sql(_WORDS))
        finally:
            connection.execute(text("DROP TABLE temp.dossier_search_word"))
    finally:
        connection.execute(text("PRAGMA query_only = ON"))


def _wanted(connection: Connection) -> tuple[int, int]:
    """Sum up the words of all dossiers; what is more than plain letters and digits is cut by the index's own rules."""
    foreign: list[tuple[int, str]] = []

    def plain() -> Iterator[tuple[int, str]]:
        rows = connection.execution_options(yield_per=1_000).execute(select(DOSSIER.c.position, DOSSIER.c.search_text))
        for position, words in rows:
            if not words.isascii():
                foreign.append((position, words))
                continue
            for word in words.split():
                yield position, word

    count, total = _summed(plain())
    if not foreign:
        return count, total
    more, rest = _cut(foreign)
    return count + more, total + rest


def _cut(rows: list[tuple[int, str]]) -> tuple[int, int]:
    scratch = dbapi2.connect(":memory:")
    try:
        scratch.execute(SEARCH_DDL)
        scratch.executemany("INSERT INTO dossier_search(rowid, tokens) VALUES (?, ?)", rows)
        scratch.execute(_VOCABULARY)
        return _summed(scratch.execute(_WORDS))
    finally:
        scratch.close()


def _summed(words: Iterable[tuple[int, str]]) -> tuple[int, int]:
    """Return how many words there are, and the sum of their hashes."""
    count = total = 0
    for position, word in words:
        count += 1
        total += hash((position, word))
    return count, total
