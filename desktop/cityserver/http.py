"""Read calls and write answers: raw bodies with bounds, gzip, tokens, problem documents."""

import zlib
from typing import Final, TypeVar

from fastapi import Request, Response
from pydantic import BaseModel, ValidationError

from desktop.cityserver.city import City
from desktop.cityserver.problems import MEDIA_TYPE, Refusal, problem_of
from desktop.cityserver.tokens import Caller

M = TypeVar("M", bound=BaseModel)

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_CREDENTIALS: Final = "bearer "


async def body_of(request: Request, limit: int, *, media_type: str = "application/json") -> bytes:
    """Return a request's body, expanded; never more than ``limit`` bytes are held.

    Raises:
        Refusal: ``too-large``, ``unsupported-encoding``, ``unsupported-media-type``, ``bad-request``.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != media_type:
        raise Refusal("unsupported-media-type")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip"):
        raise Refusal("unsupported-encoding")
    expander = zlib.decompressobj(_GZIP_WINDOW) if encoding == "gzip" else None
    parts, size = [], 0
    async for chunk in request.stream():
        part = chunk if expander is None else _expanded(expander, chunk, limit - size + 1)
        size += len(part)
        if size > limit:
            raise Refusal("too-large", limit=limit)
        parts.append(part)
    if expander is not None and not expander.eof:
        raise Refusal("bad-request")
    return b"".join(parts)


def _expanded(expander: "zlib._Decompress", chunk: bytes, most: int) -> bytes:
    try:
        return expander.decompress(chunk, most)
    except zlib.error as error:
        raise Refusal("bad-request") from error


def read_message(kind: type[M], body: bytes) -> M:
    """Read a message.

    Raises:
        Refusal: ``bad-message`` with the place.
    """
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"]) or "JSON"
        raise Refusal("bad-message", place=place[:200]) from error


def answer(message: BaseModel, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Write a message."""
    return Response(message.model_dump_json(), status, headers, "application/json")


def refuse(refusal: Refusal) -> Response:
    """Write a problem document."""
    problem = problem_of(refusal)
    headers = {"Retry-After": str(refusal.retry_after_s)} if refusal.retry_after_s else {}
    if problem.status == 401:  # noqa: PLR2004 - the one status that names its scheme
        headers["WWW-Authenticate"] = "Bearer"
    headers["Cache-Control"] = "no-store"
    return Response(problem.model_dump_json(), problem.status, headers, MEDIA_TYPE)


def bearer(request: Request) -> str:
    """Return the token a call carries, "" for none."""
    value = request.headers.get("authorization", "")
    return value[len(_CREDENTIALS) :].strip() if value.lower().startswith(_CREDENTIALS) else ""


def address_of(request: Request) -> str:
    """Return the address a call comes from."""
    return request.client.host if request.client else "?"


def caller_of(city: City, request: Request) -> Caller:
    """Return the PC that calls, by its token; that it is not revoked is asked in the call's own transaction.

    Raises:
        Refusal: ``token-missing``, ``token-invalid``, ``token-expired``, ``rate-limited``.
    """
    token = bearer(request)
    if not token:
        city.addresses.take(address_of(request))
        raise Refusal("token-missing")
    try:
        caller = city.tokens.check(token, city.now_ms())
    except Refusal:
        city.addresses.take(address_of(request))
        raise
    request.state.caller = caller
    city.devices.take(caller.replica_id)
    return caller
