"""Keep what the city published: every version that came, and whether the city knows that it is used here.

Threads: lane db, but for :func:`read_beside`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.protocol.messages import DocumentHead
from desktop.storage.database import existing
from desktop.storage.engine import open_engine, translated
from desktop.storage.ledger import Ledger
from desktop.storage.reference.published import PublishedText
from desktop.storage.tables import PUBLICATION

_KEY = (PUBLICATION.c.unit_id, PUBLICATION.c.name, PUBLICATION.c.version)
_HEAD = (*_KEY, PUBLICATION.c.effective_on, PUBLICATION.c.sha256)


def read_beside(folder: Path, key: bytes) -> Sequence[PublishedText]:
    """Return the documents in a data folder, read-only beside a running program.

    Raises:
        EnvironmentProblem: ``database_absent`` …
    """
    engine = open_engine(existing(folder), key, read_only=True)
    try:
        with translated(), engine.connect() as connection:
            # A database that an older program made has no such table yet.
            return _texts(connection) if inspect(connection).has_table(PUBLICATION.name) else ()
    finally:
        engine.dispose()


def _texts(connection: Connection) -> Sequence[PublishedText]:
    return [
        PublishedText(
            name=row.name,
            unit_id=row.unit_id,
            version=row.version,
            effective_on=row.effective_on,
            sha256=row.sha256,
            content=row.content,
        )
        for row in connection.execute(select(*_HEAD, PUBLICATION.c.content))
    ]


class PublicationRows:
    """Read and write the documents of the city."""

    def __init__(self, ledger: Ledger) -> None:
        """Take the ledger whose connection is used."""
        self._ledger = ledger

    def texts(self) -> Sequence[PublishedText]:
        """Return all documents."""
        with self._ledger.writing() as connection:
            return _texts(connection)

    def missing(self, heads: Iterable[DocumentHead]) -> Sequence[DocumentHead]:
        """Return what of a list is not here: a version that never came, or that stands for another text now."""
        with self._ledger.writing() as connection:
            here = {tuple(row) for row in connection.execute(select(*_HEAD))}
        return [
            head
            for head in heads
            if (head.unit_id, head.name, head.version, head.effective_on, head.sha256) not in here
        ]

    def keep(self, came: Iterable[tuple[DocumentHead, bytes]], at: datetime) -> None:
        """Keep documents: all of them, or none."""
        rows = [
            {
                "unit_id": head.unit_id,
                "name": head.name,
                "version": head.version,
                "effective_on": head.effective_on,
                "sha256": head.sha256,
                "signature": head.signature,
                "taken_at": at.isoformat(),
                "content": content,
                "is_told": 0,
            }
            for head, content in came
        ]
        if not rows:
            return
        statement = upsert(PUBLICATION)
        others = {name: statement.excluded[name] for name in rows[0] if name not in ("unit_id", "name", "version")}
        with self._ledger.writing() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=["unit_id", "name", "version"], set_=others), rows
            )

    def untold(self) -> frozenset[str]:
        """Return the hashes of documents the city does not know to be used here."""
        with self._ledger.writing() as connection:
            return frozenset(
                connection.execute(select(PUBLICATION.c.sha256).where(PUBLICATION.c.is_told == 0)).scalars()
            )

    def told(self, sha256: str) -> None:
        """Keep that the city knows."""
        with self._ledger.writing() as connection:
            connection.execute(update(PUBLICATION).where(PUBLICATION.c.sha256 == sha256).values(is_told=1))
