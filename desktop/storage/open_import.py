"""Make a database of the plain files that :mod:`desktop.storage.open_export` wrote.

Every byte of the log comes back as it was, so its hashes are the same; the PC gets a signing key of its own and a new
epoch, as a copy on another PC does (docs/decisions/0004), so that no number is given twice.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from desktop.domain.errors import DamagedData, EnvironmentProblem, NewerData
from desktop.storage import projections, schema
from desktop.storage.changes_since import read_back
from desktop.storage.database import DATABASE_NAME, Replica, replica_values
from desktop.storage.engine import open_engine, translated
from desktop.storage.open_export import EVENTS, FILES, FORMAT, MANIFEST, ROWS, kept_tables
from desktop.storage.restoring import verified
from desktop.storage.schema import REVISIONS
from desktop.storage.segments import CheckSignature
from desktop.storage.tables import ATTACHMENT, EVENT, REPLICA

_BATCH: Final = 500
_HEX: Final = ("hash", "sig")


@dataclass(frozen=True, slots=True)
class Manifest:
    """Say what an export is of.

    Attributes:
        replica_id: The PC it was written on.
        head_hash: Of the last event, hex.
        sha256: Of each file of lines, hex.
    """

    unit_id: str
    replica_id: str
    counter: int
    is_training: bool
    events: int
    head_hash: str
    sha256: Mapping[str, str]


def read_manifest(source: Path) -> Manifest:
    """Return what an export says of itself.

    Raises:
        EnvironmentProblem: ``export_absent``: there is none, or it was never finished.
        DamagedData: ``export_damaged``.
        NewerData: ``database_newer``.
    """
    path = source / MANIFEST
    if not path.is_file():
        raise EnvironmentProblem("export_absent", path=str(source))
    try:
        told = json.loads(path.read_text("utf-8"))
        manifest = Manifest(
            unit_id=str(told["unit_id"]),
            replica_id=str(told["replica_id"]),
            counter=int(told["counter"]),
            is_training=told["is_training"] is True,
            events=int(told["events"]),
            head_hash=str(told["head_hash"]),
            sha256={name: str(told["sha256"][name]) for name in (EVENTS, ROWS)},
        )
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise DamagedData("export_damaged", path=MANIFEST) from error
    if told.get("format") != FORMAT:
        raise DamagedData("export_damaged", path=MANIFEST)
    if told.get("revision") not in REVISIONS:
        raise NewerData("database_newer", revision=str(told.get("revision")))
    return manifest


def build_from_export(source: Path, stage: Path, key: bytes, replica: Replica, check: CheckSignature) -> None:
    """Make a database in an empty folder of an export, and verify it.

    Args:
        source: The export.
        stage: Where the database is made.
        key: Its key.
        replica: Who it is: the PC the export is of, with a signing key of its own.
        check: ``(public key, hash, signature) -> bool``.

    Raises:
        DamagedData: ``export_damaged`` with the file; ``restored_unsound``: what came back does not verify.
        EnvironmentProblem: ``disk_full`` …
    """
    manifest = read_manifest(source)
    engine = open_engine(stage / DATABASE_NAME, key)
    try:
        with translated(), engine.begin() as connection:
            schema.migrate(connection, before=_nothing)
            connection.execute(insert(REPLICA), replica_values(replica))
            _take_events(connection, source, manifest)
            _take_rows(connection, source, manifest)
            _take_attachments(connection, source / FILES)
            projections.create(connection)
            projections.refold_if_stale(connection)
    finally:
        engine.dispose()
    report = verified(stage, key, check)
    if not report.is_clean:
        raise DamagedData("restored_unsound", finding=report.findings[0].code, where=report.findings[0].where)


def _take_events(connection: Connection, source: Path, manifest: Manifest) -> None:
    count, last, batch = 0, "", []
    for plain in _lines(source, EVENTS, manifest):
        try:
            row = {column.name: plain[column.name] for column in EVENT.columns}
            row |= {name: bytes.fromhex(row[name]) for name in _HEX}
            row["body"] = row["body"].encode()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise DamagedData("export_damaged", path=EVENTS) from error
        batch.append(row)
        count, last = count + 1, str(plain["hash"])
        if len(batch) == _BATCH:
            connection.execute(insert(EVENT), batch)
            batch = []
    if batch:
        connection.execute(insert(EVENT), batch)
    if (count, last) != (manifest.events, manifest.head_hash):
        raise DamagedData("export_damaged", path=EVENTS)


def _take_rows(connection: Connection, source: Path, manifest: Manifest) -> None:
    tables = {table.name: table for table in kept_tables()}
    for plain in _lines(source, ROWS, manifest):
        try:
            name, values = plain
            connection.execute(insert(tables[name]), read_back(values))
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedData("export_damaged", path=ROWS) from error


def _take_attachments(connection: Connection, folder: Path) -> None:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != path.name:
            raise DamagedData("export_damaged", path=f"{FILES}/{path.name}")
        row = {"sha256": path.name, "size": len(content), "stored_at": "", "content": content}
        connection.execute(insert(ATTACHMENT), row)


def _lines(source: Path, name: str, manifest: Manifest) -> Iterator[Any]:
    """Yield the lines of a file; whether it is whole is known with the last one."""
    digest = hashlib.sha256()
    try:
        with (source / name).open("rb") as file:
            for line in file:
                digest.update(line)
                yield json.loads(line)
    except (ValueError, FileNotFoundError) as error:
        raise DamagedData("export_damaged", path=name) from error
    if digest.hexdigest() != manifest.sha256[name]:
        raise DamagedData("export_damaged", path=name)


def _nothing() -> None:
    """Do nothing: what is made anew has nothing to back up."""
