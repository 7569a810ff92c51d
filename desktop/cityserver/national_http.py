"""Carry calls to the national service: one POST of JSON over https, patience with bounds, nothing doubtful believed.

Only what changes nothing at the service (log-in, look-up) is tried again at once; what sends is not, for the caller
looks up first what an answer that was lost has done.
"""

import json
import logging
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx2

from desktop import __version__
from desktop.cityserver.national import NoAnswer
from desktop.domain.errors import UserError

log = logging.getLogger(__name__)

#: Names the records of a call, in their order: whoever takes them can tell which came before.
STEP_IDS: Final = "Motcua-Step-Ids"
#: What may be asked as often as one likes.
_READS: Final = frozenset({"", "TraCuuHoSo"})
_MOST_BYTES: Final = 8_000_000
_OK: Final = 200
_TOO_MANY: Final = 429
_BROKEN_FROM: Final = 500
_LONGEST_WISH_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Patience:
    """Say how long and how often the service is asked.

    Attributes:
        connect_s: Until the connection stands.
        silence_s: Between two pieces of an answer.
        whole_s: One call, all in all.
        tries: Calls of what only reads, before it is given up.
        pause_s: Before the second try; doubled for the next, less a random part.
    """

    connect_s: float = 5.0
    silence_s: float = 15.0
    whole_s: float = 45.0
    tries: int = 2
    pause_s: float = 0.5


class HttpCall:
    """Make the calls of :data:`desktop.cityserver.national.Call`.

    Threads: one at a time.
    """

    def __init__(
        self,
        address: str,
        *,
        authority: str = "",
        patience: Patience | None = None,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        """Check the address; nothing is opened yet.

        Args:
            address: Where everything is posted to.
            authority: Certificates (PEM) of the service's own authority, "" for the system's alone.
            patience: How long and how often.
            pause: Waits so many seconds; None to really wait.

        Raises:
            UserError: ``national_address_bad``, ``national_authority_bad``.
        """
        self._address, self._patience = checked_address(address), patience or Patience()
        self._pause = pause or threading.Event().wait
        # It tells of every call, with its address.
        logging.getLogger("httpx2").setLevel(logging.WARNING)
        self._client = httpx2.Client(
            verify=_context(authority) if self._address.startswith("https") else False,
            timeout=httpx2.Timeout(self._patience.silence_s, connect=self._patience.connect_s),
            follow_redirects=False,
            trust_env=not _is_loopback(urlsplit(self._address).hostname or ""),
            headers={
                "Accept": "application/json",
                "Content-Type": "application/json",
                "Charset": "utf-8",
                "User-Agent": f"motcua-city/{__version__}",
            },
        )

    def __enter__(self) -> Self:
        """Be closed at the end of a block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connection."""
        self._client.close()

    def __call__(self, asked: Mapping[str, Any], /, ids: Sequence[str] = ()) -> Mapping[str, Any]:
        """Make one call; what its records are known by goes in a header, for its fields are the service's own.

        Raises:
            NoAnswer: Nothing trustworthy came.
        """
        tries = self._patience.tries if str(asked.get("service", "")) in _READS else 1
        for left in reversed(range(tries)):
            try:
                return self._posted(asked, ids)
            except NoAnswer as silence:
                if not left or silence.retry_after_s:
                    raise
            ceiling = self._patience.pause_s * 2 ** (tries - 1 - left)
            self._pause(secrets.SystemRandom().uniform(ceiling / 2, ceiling))
        raise AssertionError

    def _posted(self, asked: Mapping[str, Any], ids: Sequence[str]) -> Mapping[str, Any]:
        headers = {STEP_IDS: ",".join(ids)} if ids else {}
        content = json.dumps(asked, ensure_ascii=False).encode()
        begun = time.monotonic()
        try:
            with self._client.stream("POST", self._address, content=content, headers=headers) as response:
                body = self._body(response, begun)
        except NoAnswer:
            raise
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.InvalidURL) as error:
            # No connection ever stood: surely nothing arrived.
            log.info("the national service did not answer", extra={"kind": type(error).__name__})
            raise NoAnswer("tls" if "certificate" in str(error).lower() else "offline", may_have_come=False) from error
        except httpx2.TimeoutException as error:
            raise NoAnswer("timed-out") from error
        except (httpx2.HTTPError, ssl.SSLError, OSError) as error:
            log.info("the national service did not answer", extra={"kind": type(error).__name__})
            raise NoAnswer("tls" if "certificate" in str(error).lower() else "offline") from error
        return _answer_of(response, body)

    def _body(self, response: httpx2.Response, begun: float) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > _MOST_BYTES:
                raise NoAnswer("too-large")
            # A line that drips a byte now and then is no connection.
            if time.monotonic() - begun > self._patience.whole_s:
                raise NoAnswer("timed-out")
            parts.append(part)
        return b"".join(parts)


def _context(authority: str) -> ssl.SSLContext:
    """Return a context that believes the system's authorities, and the service's own one."""
    context = ssl.create_default_context()
    if authority:
        try:
            context.load_verify_locations(cadata=authority)
        except (ssl.SSLError, ValueError) as error:
            raise UserError("national_authority_bad") from error
    return context


def checked_address(address: str) -> str:
    """Return an address calls may go to: https, or plain http on this machine.

    Raises:
        UserError: ``national_address_bad``.
    """
    try:
        parts = urlsplit(address.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UserError("national_address_bad", address=address) from None
    is_plain = parts.scheme == "http" and _is_loopback(host or "")
    if not host or parts.username is not None or not (parts.scheme == "https" or is_plain):
        raise UserError("national_address_bad", address=address)
    return address.strip()


def _answer_of(response: httpx2.Response, body: bytes) -> Mapping[str, Any]:
    """Return the service's own words; a page of a portal or a proxy is none."""
    status = response.status_code
    if status == _TOO_MANY:
        raise NoAnswer(f"http-{status}", _wish(response.headers.get("retry-after", "")), may_have_come=False)
    if status >= _BROKEN_FROM:
        raise NoAnswer(f"http-{status}", _wish(response.headers.get("retry-after", "")))
    if status != _OK:
        raise NoAnswer(f"http-{status}")
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise NoAnswer("no-json") from error
    if not isinstance(answer, dict) or "error_code" not in answer:
        raise NoAnswer("no-json")
    return answer


def _wish(text: str) -> int:
    """Return the seconds a service wants to be left alone."""
    return min(int(text), _LONGEST_WISH_S) if text.isascii() and text.isdigit() else 0


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
