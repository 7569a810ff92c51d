"""The attachments of this PC as the lane of attachments sees them: what to send, what is wanted, what is on its way.

What is known of an attachment is kept by its hash among the values of sync; the log is walked once, in slices, for the
attachments it names. Threads: lane db; every call is short.
"""

import base64
import hashlib
import json
from typing import Any, Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.protocol.replica import Blob
from desktop.services.ports import Clock
from desktop.storage.ledger import Ledger
from desktop.storage.order import own_replica
from desktop.storage.sync_state import CITY_URL, keep_state, read_state
from desktop.storage.tables import ATTACHMENT, EVENT, SYNC_STATE

_SEEN: Final = "blobs_seen"
_STATE: Final = "blob:"
_PART: Final = "blob_part:"
_SLICE: Final = 100
#: Events that name files: a dossier's, and those a citizen sent online.
_NAMING: Final = ("file.attached", "online.submitted", "online.supplied")
_TO_SEND: Final = "to_send"
_WANTED: Final = "wanted"
_CONFIRMED: Final = "confirmed"


class BlobRows:
    """Give the lane of attachments the database (its ``BlobStore`` port)."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        """Take the ledger that writes and the clock."""
        self._ledger = ledger
        self._clock = clock
        self._put_off: set[str] = set()

    def to_send(self) -> Blob | None:
        """Return an attachment the city has not confirmed, None for none."""
        return self._next(_TO_SEND)

    def wanted(self) -> Blob | None:
        """Return an attachment that an event names and that is not here, None for none."""
        return self._next(_WANTED)

    def read(self, sha256: str, offset: int, length: int) -> bytes:
        """Return a piece of an attachment."""
        piece = select(func.substr(ATTACHMENT.c.content, offset + 1, length)).where(ATTACHMENT.c.sha256 == sha256)
        with self._ledger.writing() as connection:
            return bytes(connection.execute(piece).scalar_one())

    def confirmed(self, sha256: str) -> None:
        """Keep that the city has the whole of it."""
        with self._ledger.writing() as connection:
            _note(connection, sha256, _CONFIRMED)

    def received(self, sha256: str, offset: int, piece: bytes) -> None:
        """Keep a piece of an attachment on its way here."""
        with self._ledger.writing() as connection:
            keep_state(connection, _part_key(sha256, offset), base64.b64encode(piece).decode())

    def received_up_to(self, sha256: str) -> int:
        """Return how many bytes of an attachment on its way are here."""
        with self._ledger.writing() as connection:
            return sum(len(piece) for piece in _parts(connection, sha256))

    def finish(self, sha256: str) -> bool:
        """Keep a whole attachment; False when its hash is another: then it begins anew."""
        with self._ledger.writing() as connection:
            content = b"".join(_parts(connection, sha256))
            connection.execute(delete(SYNC_STATE).where(SYNC_STATE.c.key.like(f"{_PART}{sha256}:%")))
            if hashlib.sha256(content).hexdigest() != sha256:
                return False
            stored_at = self._clock.now().isoformat()
            values = {"sha256": sha256, "size": len(content), "stored_at": stored_at, "content": content}
            connection.execute(upsert(ATTACHMENT).on_conflict_do_nothing(), values)
            _note(connection, sha256, _CONFIRMED)
            return True

    def put_off(self, sha256: str) -> None:
        """Look at the others first; in the next round it is tried again."""
        self._put_off.add(sha256)

    def _next(self, state: str) -> Blob | None:
        with self._ledger.writing() as connection:
            _walk(connection)
            waiting = select(SYNC_STATE.c.key, SYNC_STATE.c.value).where(
                SYNC_STATE.c.key.like(f"{_STATE}%"), SYNC_STATE.c.value.like(f"{state}:%")
            )
            rows = connection.execute(waiting).all()
        left = {row.key.removeprefix(_STATE): int(row.value.partition(":")[2]) for row in rows}
        for sha256, size in left.items():
            if sha256 not in self._put_off:
                return Blob(sha256, size)
        # Only what was put off is left: that is enough for this round, the next one tries it again.
        self._put_off -= left.keys()
        return None


def coming(connection: Connection) -> set[str]:
    """Return the attachments that others attached and that may still be on their way here."""
    wanted = select(SYNC_STATE.c.key).where(
        SYNC_STATE.c.key.like(f"{_STATE}%"), SYNC_STATE.c.value.like(f"{_WANTED}:%")
    )
    found = {key.removeprefix(_STATE) for key in connection.execute(wanted).scalars()}
    if not read_state(connection, CITY_URL):
        return found
    seen = int(read_state(connection, _SEEN) or 0)
    others = select(EVENT.c.body).where(
        EVENT.c.position > seen, EVENT.c.type.in_(_NAMING), EVENT.c.replica_id != own_replica(connection)
    )
    for body in connection.execute(others).scalars():
        found |= {str(file["sha256"]) for file in _named(body)}
    return found


def _named(body: bytes) -> list[dict[str, Any]]:
    fact = json.loads(body)["fact"]
    return [fact["attachment"]] if "attachment" in fact else list(fact["files"])


def _walk(connection: Connection) -> None:
    """Look through what the log got since the last time for attachments nobody has looked at."""
    seen = int(read_state(connection, _SEEN) or 0)
    last = connection.execute(select(func.max(EVENT.c.position))).scalar() or 0
    if last == seen:
        return
    named = select(EVENT.c.position, EVENT.c.body).where(EVENT.c.position > seen, EVENT.c.type.in_(_NAMING))
    rows = connection.execute(named.order_by(EVENT.c.position).limit(_SLICE)).all()
    for row in rows:
        for file in _named(row.body):
            _look_at(connection, file)
    keep_state(connection, _SEEN, str(rows[-1].position if len(rows) == _SLICE else last))


def _look_at(connection: Connection, attachment: dict[str, Any]) -> None:
    sha256, size = str(attachment["sha256"]), int(attachment["size"])
    if read_state(connection, _STATE + sha256):
        return
    is_here = connection.execute(select(ATTACHMENT.c.size).where(ATTACHMENT.c.sha256 == sha256)).scalar() is not None
    _note(connection, sha256, f"{_TO_SEND if is_here else _WANTED}:{size}")


def _note(connection: Connection, sha256: str, state: str) -> None:
    keep_state(connection, _STATE + sha256, state)


def _part_key(sha256: str, offset: int) -> str:
    return f"{_PART}{sha256}:{offset:012d}"


def _parts(connection: Connection, sha256: str) -> list[bytes]:
    parts = select(SYNC_STATE.c.value).where(SYNC_STATE.c.key.like(f"{_PART}{sha256}:%")).order_by(SYNC_STATE.c.key)
    return [base64.b64decode(value) for value in connection.execute(parts).scalars()]
