"""Read an answer without trusting it: status, content type, size and shape, in this order.

A captive portal answers everything with 200 and a page; a proxy cuts bodies; a hostile one sends a few kilobytes that
unpack to gigabytes. None of them is an answer of the city, and none may be mistaken for one.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from pydantic import ValidationError

from desktop.protocol.messages import Message, Problem
from desktop.sync.ports import CityRefused, LinkFailed

M = TypeVar("M", bound=Message)

#: A page of the feed is the largest answer there is: a few megabytes.
LARGEST_RAW: Final = 16 * 2**20
LARGEST_ANSWER: Final = 64 * 2**20
#: A city that asks for more waiting than this is asked again all the same.
LONGEST_WAIT_S: Final = 3_600.0

_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_PIECE: Final = 2**16
#: Refusals that say nothing about the request: it may be repeated as it is.
_LATER: Final = {"busy": "busy", "maintenance": "busy", "rate-limited": "busy", "internal": "server_error"}
_GATEWAY: Final = frozenset({502, 503, 504})
_TOO_MANY: Final = 429
_TOO_LARGE: Final = 413
_SERVER_FAILED: Final = 500
_REFUSED: Final = 400


def unpacked(pieces: Iterator[bytes], encoding: str, look: Callable[[], None]) -> bytes:
    """Return a body, unpacked as far as the bound allows.

    Args:
        pieces: The bytes as they come.
        encoding: ``Content-Encoding``.
        look: Called with each piece; raises when the call has taken too long.

    Raises:
        LinkFailed: ``answer_too_large``, ``answer_broken``, ``not_the_city`` for an encoding we never asked for.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise LinkFailed("not_the_city")
    unpacker = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    body, raw = bytearray(), 0
    for piece in pieces:
        look()
        raw += len(piece)
        if raw > LARGEST_RAW:
            raise LinkFailed("answer_too_large")
        if unpacker is None:
            body += piece
        else:
            _unpack(unpacker, piece, body)
    if unpacker is not None and raw and not unpacker.eof:
        raise LinkFailed("answer_broken")
    return bytes(body)


def answer_of(kind: type[M], status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> M:
    """Return what the city said.

    Raises:
        CityRefused: it said no, in its own words.
        LinkFailed: nothing trustworthy came.
    """
    media = headers.get("content-type", "").partition(";")[0].strip().lower()
    if status >= _REFUSED:
        raise _refusal(status, media, headers, body, now)
    if status not in (200, 201) or media != _JSON:
        raise LinkFailed("not_the_city")
    return _read(kind, body)


def _read(kind: type[M], body: bytes) -> M:
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        raise LinkFailed("answer_broken") from None
    try:
        return kind.model_validate(plain)
    except ValidationError:
        raise LinkFailed("not_the_city") from None


def _refusal(
    status: int, media: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> CityRefused | LinkFailed:
    wait_s = retry_after_s(headers.get("retry-after", ""), now)
    problem = _problem(body) if media == _PROBLEM else None
    if problem is not None and problem.code:
        later = _LATER.get(problem.code) or ("server_error" if status >= _SERVER_FAILED else "")
        if later:
            return LinkFailed(later, min(max(wait_s, float(problem.retry_after_s)), LONGEST_WAIT_S))
        return CityRefused(problem.code, {**problem.facts, "detail": problem.detail})
    if status == _TOO_MANY or status in _GATEWAY:
        return LinkFailed("busy", wait_s)
    if status == _TOO_LARGE:
        # A proxy before the city has a smaller limit than the city itself.
        return CityRefused("batch-too-large")
    return LinkFailed("server_error" if status >= _SERVER_FAILED else "not_the_city", wait_s)


def _problem(body: bytes) -> Problem | None:
    try:
        return Problem.model_validate_json(body)
    except ValidationError:
        return None


def retry_after_s(text: str, now: datetime) -> float:
    """Return the seconds a ``Retry-After`` asks for, whether it gives seconds or an instant; 0 for nonsense."""
    try:
        wait_s = float(int(text))
    except ValueError:
        try:
            at = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return 0.0
        wait_s = (at - now).total_seconds() if at.tzinfo is not None else 0.0
    return min(max(wait_s, 0.0), LONGEST_WAIT_S)


def _unpack(unpacker: "zlib._Decompress", piece: bytes, body: bytearray) -> None:
    try:
        while piece:
            body += unpacker.decompress(piece, _PIECE)
            piece = unpacker.unconsumed_tail
            if len(body) > LARGEST_ANSWER:
                raise LinkFailed("answer_too_large")
    except zlib.error:
        raise LinkFailed("answer_broken") from None
