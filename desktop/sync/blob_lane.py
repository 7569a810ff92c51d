"""Attachments in a lane of their own: events never wait for bytes, and bytes go on where they were cut.

A file is named by the SHA-256 of its content; whoever gets it hashes it again before it counts. A step moves one piece,
so that whoever drives the lane can stop, and let the events pass, at any time.
"""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

from desktop.protocol.messages import BlobStanding
from desktop.protocol.replica import Blob
from desktop.sync.answers import answer_of
from desktop.sync.connection import Connection
from desktop.sync.ports import CityRefused, LinkFailed

log = logging.getLogger(__name__)

FIRST_PIECE: Final = 256 * 1_024
LEAST_PIECE: Final = 32 * 1_024
LAST_PIECE: Final = 1_024 * 1_024
_BYTES: Final = "application/octet-stream"
_OK: Final = (200, 206)
_RANGE: Final = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")

T = TypeVar("T")


class BlobStore(Protocol):
    """The attachments on this PC. Threads: lane db; every call is short."""

    def to_send(self) -> Blob | None:
        """Return an attachment the city has not confirmed, None for none."""
        ...

    def read(self, sha256: str, offset: int, length: int) -> bytes:
        """Return a piece of an attachment."""
        ...

    def confirmed(self, sha256: str) -> None:
        """Keep that the city has the whole of it."""
        ...

    def wanted(self) -> Blob | None:
        """Return an attachment that an event names and that is not here, None for none."""
        ...

    def received(self, sha256: str, offset: int, piece: bytes) -> None:
        """Keep a piece of an attachment on its way here, to go on from after a restart."""
        ...

    def received_up_to(self, sha256: str) -> int:
        """Return how many bytes of an attachment on its way are here."""
        ...

    def finish(self, sha256: str) -> bool:
        """Keep a whole attachment; False when its hash is another: then it begins anew."""
        ...

    def put_off(self, sha256: str) -> None:
        """Look at the others first: the city does not have it yet, or does not take it."""
        ...


class Authorised(Protocol):
    """Calls with a token: see :class:`desktop.sync.http_link.HttpCity`."""

    @property
    def connection(self) -> Connection:
        """Return the connection."""
        ...

    def authorised(self, use: Callable[[str], T]) -> T:
        """Call something with a token."""
        ...


class BlobLane:
    """Move attachments piece by piece.

    Attributes:
        piece: Bytes of the next piece: twice as many after a success, half after a failure.

    Threads: lane io; one at a time.
    """

    def __init__(self, store: BlobStore, city: Authorised) -> None:
        """Take the attachments here and the link."""
        self._store = store
        self._city = city
        self._offset: dict[str, int] = {}
        self.piece = FIRST_PIECE

    def step(self) -> bool:
        """Move one piece up or down; False when there is nothing to move.

        Raises:
            LinkFailed: nothing trustworthy came; try later.
        """
        try:
            is_moved = self._send() or self._fetch()
        except LinkFailed:
            self.piece = max(self.piece // 2, LEAST_PIECE)
            self._offset.clear()
            raise
        if is_moved:
            self.piece = min(self.piece * 2, LAST_PIECE)
        return is_moved

    def _send(self) -> bool:
        blob = self._store.to_send()
        if blob is None:
            return False
        try:
            offset = self._offset.get(blob.sha256)
            standing = self._standing(blob) if offset is None else self._send_piece(blob, offset)
        except CityRefused as refused:
            self._offset.pop(blob.sha256, None)
            if refused.code == "blob-offset":
                # Another PC sends the same file, or an answer was lost: go on where the city stands.
                return True
            log.warning("attachment not taken", extra={"code": refused.code})
            self._store.put_off(blob.sha256)
            return True
        if standing.is_confirmed:
            self._offset.pop(blob.sha256, None)
            self._store.confirmed(blob.sha256)
        else:
            self._offset[blob.sha256] = standing.offset
        return True

    def _standing(self, blob: Blob) -> BlobStanding:
        """Ask where the city stands; one it has nothing of begins with an empty piece."""
        path = f"/v1/blobs/{blob.sha256}"

        def ask(token: str) -> BlobStanding:
            status, fields, _ = self._city.connection.exchange("HEAD", path, None, {}, token=token)
            return self._head(blob, status, fields)

        try:
            return self._city.authorised(ask)
        except CityRefused as refused:
            if refused.code != "blob-unknown":
                raise
        return self._call("PUT", blob, b"", {}, {"size": blob.size})

    def _head(self, blob: Blob, status: int, fields: Mapping[str, str]) -> BlobStanding:
        """Read an answer without a body: its headers are all there is to believe."""
        if status in (401, 404):
            raise CityRefused("token-expired" if status == 401 else "blob-unknown")  # noqa: PLR2004 - HTTP
        if status not in _OK:
            raise LinkFailed("busy" if status in (429, 503) else "server_error")
        try:
            offset, size = int(fields["upload-offset"]), int(fields["upload-length"])
        except (KeyError, ValueError):
            raise LinkFailed("not_the_city") from None
        is_confirmed = fields.get("upload-confirmed") == "true"
        return BlobStanding(sha256=blob.sha256, size=size, offset=offset, is_confirmed=is_confirmed)

    def _send_piece(self, blob: Blob, offset: int) -> BlobStanding:
        piece = self._store.read(blob.sha256, offset, self.piece)
        return self._call("PATCH", blob, piece, {"Upload-Offset": str(offset)}, {})

    def _call(
        self, method: str, blob: Blob, piece: bytes, headers: Mapping[str, str], params: Mapping[str, int]
    ) -> BlobStanding:
        path = f"/v1/blobs/{blob.sha256}"
        sent = {"Content-Type": _BYTES, "Accept": "application/json", **headers}

        def send(token: str) -> BlobStanding:
            answer = self._city.connection.exchange(method, path, piece, sent, params=params, token=token)
            return answer_of(BlobStanding, *answer, self._city.connection.now())

        return self._city.authorised(send)

    def _fetch(self) -> bool:
        blob = self._store.wanted()
        if blob is None:
            return False
        offset = self._store.received_up_to(blob.sha256)
        try:
            piece, size = self._city.authorised(lambda token: self._ask_piece(blob, offset, token))
        except CityRefused as refused:
            if refused.code != "blob-unknown":
                log.warning("attachment not given", extra={"code": refused.code})
            self._store.put_off(blob.sha256)
            return True
        self._store.received(blob.sha256, offset, piece)
        if offset + len(piece) >= size and not self._store.finish(blob.sha256):
            log.warning("attachment came damaged")
        return True

    def _ask_piece(self, blob: Blob, offset: int, token: str) -> tuple[bytes, int]:
        path = f"/v1/blobs/{blob.sha256}"
        headers = {"Range": f"bytes={offset}-{offset + self.piece - 1}", "Accept-Encoding": "identity"}
        status, fields, body = self._city.connection.exchange("GET", path, None, headers, token=token)
        if status not in _OK or fields.get("content-type", "").partition(";")[0] != _BYTES:
            answer_of(BlobStanding, status, fields, body, self._city.connection.now())
            raise LinkFailed("not_the_city")
        if status == _OK[0]:
            return body[offset:], len(body)
        return body, _whole_size(fields.get("content-range", ""), offset, len(body))


def _whole_size(content_range: str, offset: int, length: int) -> int:
    """Return the size of the whole from ``bytes a-b/size``.

    Raises:
        LinkFailed: ``not_the_city``: it tells of another piece.
    """
    match = _RANGE.fullmatch(content_range)
    if match is None or (int(match[1]), int(match[2])) != (offset, offset + length - 1):
        raise LinkFailed("not_the_city")
    return int(match[3])
