"""Segments of the log in a second place: small sealed files, one after another, each naming the one before.

A segment holds what changed since the one before (:mod:`desktop.storage.changes_since`). Its first line says where it
begins and ends and which file it follows, its last line carries a signature of the PC's own key over all lines: a
segment can neither be changed, nor left out, nor come from somebody who merely has the public half of the recovery key.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from desktop.domain.errors import DamagedData, NewerData
from desktop.storage.changes_since import Cursor, Row, cursor_at, read_back, readable, rows_since
from desktop.storage.durable import written_whole
from desktop.storage.schema import HEAD, REVISIONS
from desktop.storage.sealed import Readers, Sealer, Secrets, check_kept, unsealed

FORMAT: Final = "motcua-segment-1"
KIND: Final = "segment"
_BEGIN: Final = "begin"
_END: Final = "end"

CheckSignature = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Link:
    """Say where a segment stands among the others.

    Attributes:
        line: Names the run of segments it belongs to; a restored database begins a new one.
        number: From 1.
        previous: SHA-256 of the file before, hex; "" for the first of a line.
        since: Where it begins.
        until: Where it ends.
        made_at: When it was made.
    """

    line: str
    number: int
    previous: str
    since: Cursor
    until: Cursor
    made_at: datetime

    @property
    def events(self) -> int:
        """Return how many events it holds."""
        return self.until.event - self.since.event


def write_segment(
    connection: Connection,
    target: Path,
    link: Link,
    readers: Readers,
    sign: Callable[[bytes], bytes],
    replica_id: str,
) -> Link:
    """Write what changed since a point into a sealed file, and read it back.

    Args:
        connection: Open read transaction.
        target: File to write, whole or not at all.
        link: Its place; ``until`` is filled in.
        readers: Who may open it.
        sign: Signs a digest with the PC's key.
        replica_id: The PC.

    Raises:
        DamagedData: ``backup_not_kept``: what was read back is not what was written; the file is gone again.
        EnvironmentProblem: ``disk_full`` …
    """
    link = Link(link.line, link.number, link.previous, link.since, cursor_at(connection), link.made_at)
    facts = {
        "kind": KIND,
        "replica_id": replica_id,
        "line": link.line,
        "number": link.number,
        "made_at": link.made_at.isoformat(),
    }
    digest, squeeze = hashlib.sha256(), zlib.compressobj(6)
    with written_whole(target) as file:
        sealer = Sealer(file, facts, readers)
        for line in _lines(connection, link, replica_id):
            digest.update(line)
            sealer.write(squeeze.compress(line))
        end = _line([_END, {"sha256": digest.hexdigest(), "sig": sign(_signed(digest.digest())).hex()}])
        sealer.write(squeeze.compress(end) + squeeze.flush())
        content = sealer.finish()
    check_kept(target, content, readers)
    return link


def read_link(path: Path, held: Secrets) -> Link:
    """Return where a segment stands, by its first line.

    Raises:
        DamagedData: ``backup_damaged``.
        UserError: ``backup_other_key``.
        NewerData: ``database_newer``.
    """
    for line in _plain_lines(path, held):
        return _link(_parsed(line, path), path)
    raise DamagedData("backup_damaged", path=path.name)


def read_rows(path: Path, held: Secrets, public_key: bytes, check: CheckSignature) -> Iterator[Row]:
    """Yield the rows of a segment; the signature is checked with the last one.

    Whoever takes them must drop all when this raises.

    Args:
        path: The file.
        held: What opens it.
        public_key: The PC's, as its database states it.
        check: ``(public key, digest, signature) -> bool``.

    Raises:
        DamagedData: ``backup_damaged``, also for a signature that is not the PC's.
        UserError: ``backup_other_key``.
    """
    digest, is_ended = hashlib.sha256(), False
    for line in _plain_lines(path, held):
        plain = _parsed(line, path)
        if plain[0] == _END:
            told = plain[1] if isinstance(plain[1], dict) else {}
            is_ended = told.get("sha256") == digest.hexdigest() and _is_signed(told, digest.digest(), public_key, check)
            break
        digest.update(line)
        if plain[0] != _BEGIN:
            yield str(plain[0]), read_back(plain[1])
    if not is_ended:
        raise DamagedData("backup_damaged", path=path.name)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file as it lies there, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _lines(connection: Connection, link: Link, replica_id: str) -> Iterator[bytes]:
    begin = {
        "format": FORMAT,
        "revision": HEAD,
        "replica_id": replica_id,
        "line": link.line,
        "number": link.number,
        "previous": link.previous,
        "since": link.since.as_plain(),
        "until": link.until.as_plain(),
        "made_at": link.made_at.isoformat(),
    }
    yield _line([_BEGIN, begin])
    for name, values in rows_since(connection, link.since):
        yield _line([name, readable(values)])


def _line(plain: list[Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _plain_lines(path: Path, held: Secrets) -> Iterator[bytes]:
    """Yield the lines of a segment, each with its end."""
    expand, waiting = zlib.decompressobj(), b""
    try:
        for piece in unsealed(path, held):
            *whole, waiting = (waiting + expand.decompress(piece)).split(b"\n")
            for line in whole:
                yield line + b"\n"
    except zlib.error as error:
        raise DamagedData("backup_damaged", path=path.name) from error


def _parsed(line: bytes, path: Path) -> list[Any]:
    with suppress(ValueError):
        plain = json.loads(line)
        if isinstance(plain, list) and len(plain) == 2 and isinstance(plain[1], dict):  # noqa: PLR2004 - name, values
            return plain
    raise DamagedData("backup_damaged", path=path.name)


def _link(plain: list[Any], path: Path) -> Link:
    told: Mapping[str, Any] = plain[1]
    if told.get("format") != FORMAT:
        raise DamagedData("backup_damaged", path=path.name)
    if told.get("revision") not in REVISIONS:
        raise NewerData("database_newer", revision=str(told.get("revision")))
    return Link(
        line=told["line"],
        number=told["number"],
        previous=told["previous"],
        since=Cursor(**told["since"]),
        until=Cursor(**told["until"]),
        made_at=datetime.fromisoformat(told["made_at"]),
    )


def _is_signed(told: Mapping[str, Any], digest: bytes, public_key: bytes, check: CheckSignature) -> bool:
    try:
        return check(public_key, _signed(digest), bytes.fromhex(str(told.get("sig", ""))))
    except ValueError:
        return False


def _signed(digest: bytes) -> bytes:
    """Return what is signed: never the hash of an event."""
    return hashlib.sha256(b"motcua segment\n" + digest).digest()
