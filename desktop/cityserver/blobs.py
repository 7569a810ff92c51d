"""Attachments: pieces in order, resumable at the byte the city has, confirmed only when the whole hash agrees.

They lie in the database like everything else, so that any process serves any piece.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import BLOB, BLOB_CHUNK, BLOB_WAITING
from desktop.cityserver.statements import upsert

#: What has begun and did not move for so long is forgotten: whoever sends it begins anew.
STALE_MS: Final = 7 * 86_400_000
#: So many, and so many bytes, of one unit may be under way at once.
MOST_WAITING: Final = 200
MOST_WAITING_BYTES: Final = 4_000_000_000
_RETRY_S: Final = 600


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of an attachment the city has."""

    size: int
    received: int
    is_confirmed: bool


class Blobs:
    """Take and give the attachments of one unit, in one transaction."""

    def __init__(self, connection: Connection, unit_id: str) -> None:
        """Keep the transaction."""
        self._connection, self._unit_id = connection, unit_id

    def standing(self, sha256: str, *, lock: bool = False) -> Standing | None:
        """Return how much there is, None for nothing."""
        query = select(BLOB.c.size, BLOB.c.received, BLOB.c.is_confirmed).where(*self._is(sha256))
        row = self._connection.execute(query.with_for_update() if lock else query).one_or_none()
        return None if row is None else Standing(row.size, row.received, bool(row.is_confirmed))

    def take(self, sha256: str, size: int | None, offset: int, piece: bytes, now_ms: int) -> Standing:
        """Add a piece; what was confirmed stays as it is.

        Args:
            sha256: Hash of the whole.
            size: Bytes of the whole; None when an earlier piece said so.
            offset: Where the piece begins: where the last one ended.
            piece: Its bytes.
            now_ms: When.

        Raises:
            Refusal: ``blob-unknown``, ``blob-size``, ``blob-offset``; ``rate-limited`` while too many are under way.
        """
        found = self.standing(sha256, lock=True)
        if found is None and size is not None:
            self._begin(sha256, size, now_ms)
            found = self.standing(sha256, lock=True)
        if found is None:
            raise Refusal("blob-unknown")
        if found.is_confirmed:
            return found
        if size is not None and size != found.size:
            raise Refusal("blob-size", size=found.size)
        if offset != found.received:
            raise Refusal("blob-offset", offset=found.received)
        received = offset + len(piece)
        if received > found.size:
            raise Refusal("blob-size", size=found.size)
        if piece:
            named = {"unit_id": self._unit_id, "sha256": sha256}
            self._connection.execute(insert(BLOB_CHUNK), {**named, "start": offset, "data": piece})
        # The hash is checked by the caller: a blob that fails it is forgotten, and that must be committed.
        is_good = received == found.size and self._hash(sha256) == sha256
        self._connection.execute(
            update(BLOB).where(*self._is(sha256)).values(received=received, is_confirmed=is_good, updated_ms=now_ms)
        )
        waiting = self._waiting(sha256)
        if is_good:
            self._connection.execute(delete(BLOB_WAITING).where(*waiting))
        else:
            self._connection.execute(update(BLOB_WAITING).where(*waiting).values(updated_ms=now_ms))
        return Standing(found.size, received, is_good)

    def forget(self, sha256: str) -> None:
        """Drop what is not confirmed, so that it can be sent from the start."""
        self._connection.execute(delete(BLOB_CHUNK).where(*self._in(sha256)))
        self._connection.execute(delete(BLOB).where(*self._is(sha256), BLOB.c.is_confirmed.is_(False)))
        self._connection.execute(delete(BLOB_WAITING).where(*self._waiting(sha256)))

    def _begin(self, sha256: str, size: int, now_ms: int) -> None:
        """Begin an attachment; what did not move for days makes room."""
        query = select(BLOB_WAITING).where(BLOB_WAITING.c.unit_id == self._unit_id)
        under_way = self._connection.execute(query).all()
        stale = {row.sha256 for row in under_way if row.updated_ms < now_ms - STALE_MS}
        for each in sorted(stale):
            self.forget(each)
        left = [row.size for row in under_way if row.sha256 not in stale]
        if len(left) >= MOST_WAITING or sum(left) + size > MOST_WAITING_BYTES:
            raise Refusal("rate-limited", retry_after_s=_RETRY_S)
        named = {"unit_id": self._unit_id, "sha256": sha256, "size": size, "updated_ms": now_ms}
        dialect = self._connection.dialect.name
        self._connection.execute(upsert(dialect, BLOB, ()), {**named, "received": 0, "is_confirmed": False})
        self._connection.execute(upsert(dialect, BLOB_WAITING, ()), named)

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """Return the pieces in order."""
        query = select(BLOB_CHUNK.c.data).where(*self._in(sha256)).order_by(BLOB_CHUNK.c.start)
        for row in self._connection.execute(query, execution_options={"yield_per": 4}):
            yield bytes(row.data)

    def _hash(self, sha256: str) -> str:
        whole = hashlib.sha256()
        for piece in self.pieces(sha256):
            whole.update(piece)
        return whole.hexdigest()

    def _is(self, sha256: str) -> tuple[ColumnElement[bool], ...]:
        return (BLOB.c.unit_id == self._unit_id, BLOB.c.sha256 == sha256)

    def _waiting(self, sha256: str) -> tuple[ColumnElement[bool], ...]:
        return (BLOB_WAITING.c.unit_id == self._unit_id, BLOB_WAITING.c.sha256 == sha256)

    def _in(self, sha256: str) -> tuple[ColumnElement[bool], ...]:
        return (BLOB_CHUNK.c.unit_id == self._unit_id, BLOB_CHUNK.c.sha256 == sha256)
