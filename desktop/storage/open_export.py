"""Write everything a ward has into plain files that any program reads: the log as lines of JSON, attachments as files.

Nobody is bound to this program: ``events.jsonl`` holds every event with its exact bytes, its hash and its signature,
``rows.jsonl`` what the city said of them, ``tep/`` the attachments under their hashes. What belongs to one PC alone
(passwords, keys, drafts, print queue) stays behind. The files are not encrypted: whoever writes them answers for them.

Source: definitions 9 and 10 (the log is the truth, its bytes are what is hashed).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, select

from desktop import __version__
from desktop.domain.errors import EnvironmentProblem
from desktop.storage.changes_since import readable
from desktop.storage.database import Replica, existing, read_replica
from desktop.storage.durable import written_whole
from desktop.storage.engine import open_engine, translated
from desktop.storage.schema import HEAD
from desktop.storage.sync_state import CITY_URL
from desktop.storage.tables import (
    ACCESS,
    ACCOUNT,
    ATTACHMENT,
    DRAFT,
    EVENT,
    KEPT,
    META,
    PRINT_JOB,
    REMINDER,
    REPLICA,
    SYNC_STATE,
)

FORMAT: Final = "motcua-export-1"
EVENTS, ROWS, MANIFEST, README, FILES = "events.jsonl", "rows.jsonl", "manifest.json", "DOC-TOI.txt", "tep"
#: What belongs to this PC alone, and what has files of its own.
_LEFT_BEHIND: Final = frozenset(
    table.name for table in (META, REPLICA, EVENT, ACCOUNT, DRAFT, PRINT_JOB, ATTACHMENT, REMINDER, ACCESS)
)
_BATCH: Final = 500
_FILES_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class Exported:
    """Say what was written.

    Attributes:
        folder: Where it lies, absolute.
        events: How many events.
        head_hash: Hash of the last one, hex; "" for none.
        attachments: How many files.
    """

    folder: Path
    events: int
    head_hash: str
    attachments: int


def kept_tables() -> tuple[Table, ...]:
    """Return the tables whose rows go along, by name."""
    return tuple(KEPT.tables[name] for name in sorted(set(KEPT.tables) - _LEFT_BEHIND))


def write_export(folder: Path, key: bytes, target: Path, explained: str, now: datetime) -> Exported:
    """Write a data folder's content into an empty folder, read-only, beside a running program; all of one moment.

    Args:
        folder: Data folder.
        key: Database key.
        target: Folder to write into; made when absent.
        explained: The page that explains the files.
        now: Written into the manifest.

    Raises:
        EnvironmentProblem: ``export_folder_used`` when it holds anything; ``database_absent``, ``disk_full`` …
    """
    path = existing(folder)
    with translated():
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise EnvironmentProblem("export_folder_used", path=str(target))
        (target / FILES).mkdir()
    engine = open_engine(path, key, read_only=True)
    try:
        with translated(), engine.begin() as connection:
            replica = read_replica(connection)
            attachments = _write_attachments(connection, target / FILES)
            rows = _write_lines(target / ROWS, _rows(connection))
            events = _write_lines(target / EVENTS, _events(connection))
    finally:
        engine.dispose()
    last = events.last.get("hash", "")
    manifest = {
        "format": FORMAT,
        "program": __version__,
        "revision": HEAD,
        "made_at": now.isoformat(),
        **_identity(replica),
        "events": events.count,
        "head_hash": last,
        "attachments": attachments,
        "sha256": {EVENTS: events.sha256, ROWS: rows.sha256},
    }
    with translated():
        _write(target / README, explained)
        # Last: a folder without it was never finished.
        _write(target / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return Exported(target.absolute(), events.count, last, attachments)


@dataclass(frozen=True, slots=True)
class _Written:
    count: int
    sha256: str
    last: Mapping[str, Any]


def _identity(replica: Replica) -> dict[str, Any]:
    return {
        "unit_id": replica.unit_id,
        "replica_id": replica.replica_id,
        "counter": replica.counter,
        "is_training": replica.is_training,
    }


def _events(connection: Connection) -> Iterator[dict[str, Any]]:
    statement = select(EVENT).order_by(EVENT.c.position)
    for row in connection.execution_options(yield_per=_BATCH).execute(statement).mappings():
        as_text = {"hash": row["hash"].hex(), "sig": row["sig"].hex(), "body": row["body"].decode("utf-8")}
        yield {**row, **as_text}


def _rows(connection: Connection) -> Iterator[list[Any]]:
    for table in kept_tables():
        for row in connection.execution_options(yield_per=_BATCH).execute(select(table)).mappings():
            # Where the city is belongs to the PC that joined it: its key stays there.
            if table is not SYNC_STATE or row["key"] != CITY_URL:
                yield [table.name, readable(dict(row))]


def _write_attachments(connection: Connection, folder: Path) -> int:
    count = 0
    statement = select(ATTACHMENT.c.sha256, ATTACHMENT.c.content)
    for row in connection.execution_options(yield_per=_FILES_AT_ONCE).execute(statement):
        with written_whole(folder / row.sha256) as file:
            file.write(row.content)
        count += 1
    return count


def _write_lines(path: Path, lines: Iterator[Any]) -> _Written:
    digest, count, last = hashlib.sha256(), 0, {}
    with written_whole(path) as file:
        for plain in lines:
            line = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count, last = count + 1, plain
    return _Written(count, digest.hexdigest(), last if isinstance(last, dict) else {})


def _write(path: Path, words: str) -> None:
    with written_whole(path) as file:
        file.write(words.encode())
