"""The calls of the slow lane: attachments, piece by piece, and published documents."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from desktop.cityserver.blobs import Blobs, Standing
from desktop.cityserver.catalogue import Document, adopt, document, published_for
from desktop.cityserver.city import City
from desktop.cityserver.devices import check_device
from desktop.cityserver.http import answer, body_of, caller_of
from desktop.cityserver.openapi import documented
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import BLOB_CHUNK
from desktop.cityserver.tokens import Caller
from desktop.protocol.messages import BlobStanding, DocumentList, Hash, Identifier

_BYTES: Final = "application/octet-stream"
_ANY_BYTES: Final = {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}
_PIECE: Final = ("blob-unknown", "blob-offset", "blob-size", "blob-damaged", "too-large", "unsupported-media-type")
_HASH_OR_NONE: Final = r"^([0-9a-f]{64})?$"
_RANGE: Final = re.compile(r"bytes=(\d{1,15})-(\d{0,15})")


def file_router(city: City) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    _taking(router, city)
    _giving(router, city)
    _catalogue(router, city)
    return router


def _taking(router: APIRouter, city: City) -> None:
    largest = city.settings.max_blob
    size_given = Query(ge=0, le=largest, description="Bytes of the whole attachment.")

    @router.put("/v1/blobs/{sha256}", **_with_piece(documented(None, BlobStanding, *_PIECE, "bad-message")))
    async def put(request: Request, sha256: Hash, size: Annotated[int, size_given]) -> Response:
        """Begin an attachment with its first piece (which may be empty, or the whole)."""
        caller = caller_of(city, request)
        piece = await body_of(request, city.settings.blob_chunk, media_type=_BYTES)
        return answer(await city.in_thread(_take, city, caller, sha256, size, 0, piece))

    @router.patch("/v1/blobs/{sha256}", **_with_piece(documented(None, BlobStanding, *_PIECE, "bad-message")))
    async def patch(request: Request, sha256: Hash, upload_offset: Annotated[int, Header(ge=0, le=2**53)]) -> Response:
        """Go on with an attachment at the byte where the last piece ended."""
        caller = caller_of(city, request)
        piece = await body_of(request, city.settings.blob_chunk, media_type=_BYTES)
        return answer(await city.in_thread(_take, city, caller, sha256, None, upload_offset, piece))


def _with_piece(documentation: dict[str, Any]) -> dict[str, Any]:
    documentation["openapi_extra"]["requestBody"] = {"required": True, **_ANY_BYTES}
    return documentation


def _take(city: City, caller: Caller, sha256: str, size: int | None, offset: int, piece: bytes) -> BlobStanding:
    with city.store.writing() as connection:
        check_device(connection, caller)
        blobs = Blobs(connection, caller.unit_id)
        standing = blobs.take(sha256, size, offset, piece, city.now_ms())
        is_damaged = standing.received == standing.size and not standing.is_confirmed
        if is_damaged:
            blobs.forget(sha256)
    if is_damaged:
        raise Refusal("blob-damaged")
    return _told(sha256, standing)


def _told(sha256: str, standing: Standing) -> BlobStanding:
    return BlobStanding(sha256=sha256, size=standing.size, offset=standing.received, is_confirmed=standing.is_confirmed)


def _giving(router: APIRouter, city: City) -> None:
    head = documented(None, None)
    head["responses"] = {200: {"description": "Upload-Offset, Upload-Length, Upload-Confirmed."}} | {
        status: {"description": said["description"]} for status, said in head["responses"].items()
    }
    head["responses"] |= {404: {"description": "blob-unknown"}, 422: {"description": "bad-message"}}

    @router.head("/v1/blobs/{sha256}", **head)
    async def standing(request: Request, sha256: Hash) -> Response:
        """Say in headers how much of an attachment there is."""
        caller = caller_of(city, request)
        found = await city.in_thread(_standing, city, caller, sha256)
        headers = {
            "Upload-Offset": str(found.received),
            "Upload-Length": str(found.size),
            "Upload-Confirmed": "true" if found.is_confirmed else "false",
            "Cache-Control": "no-store",
        }
        return Response(headers=headers)

    whole = documented(None, None, "blob-unknown", "bad-message")
    whole["responses"] |= {
        200: {"description": "The whole attachment."} | _ANY_BYTES,
        206: {"description": "From the byte asked for on."} | _ANY_BYTES,
    }

    @router.get("/v1/blobs/{sha256}", **whole)
    async def fetch(
        request: Request, sha256: Hash, range_: Annotated[str, Header(alias="range", max_length=100)] = ""
    ) -> Response:
        """Return a confirmed attachment, or what follows a byte of it."""
        caller = caller_of(city, request)
        found = await city.in_thread(_standing, city, caller, sha256)
        if not found.is_confirmed:
            raise Refusal("blob-unknown")
        first, after = _span(range_, found.size)
        headers = {"Content-Length": str(after - first), "Accept-Ranges": "bytes"}
        is_part = (first, after) != (0, found.size)
        if is_part:
            headers["Content-Range"] = f"bytes {first}-{after - 1}/{found.size}"
        pieces = _pieces(city, caller.unit_id, sha256, first, after)
        return StreamingResponse(pieces, 206 if is_part else 200, headers, _BYTES)


def _standing(city: City, caller: Caller, sha256: str) -> Standing:
    with city.store.reading() as connection:
        check_device(connection, caller)
        found = Blobs(connection, caller.unit_id).standing(sha256)
    if found is None:
        raise Refusal("blob-unknown")
    return found


def _span(asked: str, size: int) -> tuple[int, int]:
    """Return first byte and the one after the last; a range nobody can serve means the whole."""
    match = _RANGE.fullmatch(asked)
    if match is None:
        return 0, size
    first, after = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    return (first, after) if first < after else (0, size)


def _pieces(city: City, unit_id: str, sha256: str, first: int, after: int) -> Iterator[bytes]:
    """Return bytes of a confirmed attachment, one stored piece in memory at a time."""
    of_blob = (BLOB_CHUNK.c.unit_id == unit_id, BLOB_CHUNK.c.sha256 == sha256)
    with city.store.reading() as connection:
        starts = list(
            connection.execute(select(BLOB_CHUNK.c.start).where(*of_blob).order_by(BLOB_CHUNK.c.start)).scalars()
        )
    for place, start in enumerate(starts):
        following = starts[place + 1] if place + 1 < len(starts) else None
        if start >= after or (following is not None and following <= first):
            continue
        with city.store.reading() as connection:
            data = bytes(
                connection.execute(select(BLOB_CHUNK.c.data).where(*of_blob, BLOB_CHUNK.c.start == start)).scalar_one()
            )
        yield data[max(first - start, 0) : after - start]


def _catalogue(router: APIRouter, city: City) -> None:
    @router.get("/v1/catalogue", **documented(None, DocumentList))
    async def everything(request: Request) -> Response:
        """List the documents a PC should have, and the page its receipts lead to."""
        caller = caller_of(city, request)
        return answer(await city.in_thread(_listed, city, caller))

    one = documented(None, None, "document-unknown", "bad-message")
    one["responses"] |= {
        200: {"description": "The newest version, with ETag and the city's signature in headers."}
        | {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "The PC has it; the city keeps that it does."},
    }

    @router.get("/v1/catalogue/{name}", **one)
    async def single(
        request: Request,
        name: Identifier,
        sha256: Annotated[str, Query(pattern=_HASH_OR_NONE, description="Of the version wanted.")] = "",
        if_none_match: Annotated[str, Header(max_length=1_000)] = "",
    ) -> Response:
        """Return a document, the newest unless another is asked for; nothing when the PC has it."""
        caller = caller_of(city, request)
        found = await city.in_thread(_document, city, caller, (name, sha256), if_none_match)
        headers = {
            "ETag": f'"{found.sha256}"',
            "Motcua-Version": str(found.version),
            "Motcua-Effective-On": found.effective_on,
            "Motcua-Signature": found.signature,
            "Cache-Control": "private, no-cache",
        }
        if f'"{found.sha256}"' in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(found.content, headers=headers, media_type=found.media_type)


def _listed(city: City, caller: Caller) -> DocumentList:
    with city.store.reading() as connection:
        check_device(connection, caller)
        return published_for(connection, city.key, caller.unit_id)


def _document(city: City, caller: Caller, wanted: tuple[str, str], etags: str) -> Document:
    name, sha256 = wanted
    with city.store.reading() as connection:
        check_device(connection, caller)
        found = document(connection, caller.unit_id, name, sha256)
    if etags:
        with city.store.writing() as connection:
            adopt(connection, caller, name, etags, city.now_ms())
    return found
