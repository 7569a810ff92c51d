"""One HTTP connection to the city: what goes out, how long it may take, what is believed of what comes back."""

import gzip
import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from desktop import __version__
from desktop.protocol.messages import PROTOCOL_VERSION, Message
from desktop.sync.addresses import city_address, is_loopback
from desktop.sync.answers import answer_of, unpacked
from desktop.sync.ports import LinkFailed
from desktop.sync.tls import tls_code, verified_context

if TYPE_CHECKING:
    from httpx2 import Client, Response

log = logging.getLogger(__name__)

M = TypeVar("M", bound=Message)

#: Smaller bodies do not get smaller.
LEAST_PACKED: Final = 1_024
_PACKING: Final = 5


@dataclass(frozen=True, slots=True)
class Patience:
    """Say how long a call may take.

    Attributes:
        connect_s: Until the connection stands, TLS included.
        silence_s: Between two pieces of an answer.
        whole_s: All in all: a line that drips a byte now and then is no connection.
    """

    connect_s: float = 10.0
    silence_s: float = 30.0
    whole_s: float = 180.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hand in what the link needs from the machine.

    Attributes:
        now: The PC's clock.
        monotonic: Never goes back.
        last_seen: The city's time at the last contact, None before the first.
        authority: Certificates (PEM) of the unit's own authority, "" for the system's store alone.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float] = time.monotonic
    last_seen: Callable[[], datetime | None] = field(default=lambda: None)
    authority: str = ""
    patience: Patience = Patience()


class Connection:
    """Speak HTTP with one city. httpx2 is imported with the first call, never on the window's way to its first paint.

    Threads: lane io; calls of several threads are independent.
    """

    def __init__(self, address: str, around: Surroundings) -> None:
        """Check the address; nothing is opened yet.

        Raises:
            UserError: ``city_address_bad``, ``city_needs_https``.
        """
        self.address = city_address(address)
        self._around = around
        self._client: Client | None = None
        self._socket: socket.socket | None = None
        self._is_aborted = False
        self._errors: ModuleType | None = None

    def call(
        self,
        kind: type[M],
        method: str,
        path: str,
        *,
        message: Message | None = None,
        params: Mapping[str, str | int] | None = None,
        token: str = "",
    ) -> M:
        """Make one call and return the city's answer.

        Raises:
            CityRefused: it said no.
            LinkFailed: nothing trustworthy came.
        """
        headers = {"Accept": "application/json"}
        content: bytes | None = None
        if message is not None:
            content = message.model_dump_json().encode()
            headers["Content-Type"] = "application/json"
            if len(content) >= LEAST_PACKED:
                content = gzip.compress(content, _PACKING, mtime=0)
                headers["Content-Encoding"] = "gzip"
        status, answered, body = self.exchange(method, path, content, headers, params=params, token=token)
        return answer_of(kind, status, answered, body, self._around.now())

    def exchange(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str | int] | None = None,
        token: str = "",
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Send bytes and return status, headers and unpacked body, whatever they are.

        Raises:
            LinkFailed: no whole answer came.
        """
        if self._is_aborted:
            raise LinkFailed("offline")
        client = self._opened()
        sent = dict(headers)
        if token:
            sent["Authorization"] = f"Bearer {token}"
        begun, is_answered = self._around.monotonic(), False
        try:
            url = f"{self.address}{path}"
            with client.stream(
                method,
                url,
                content=content,
                headers=sent,
                params=dict(params or {}),
                extensions={"trace": self._trace},
            ) as response:
                is_answered = True
                body = self._body(response, begun)
                return response.status_code, response.headers, body
        except LinkFailed:
            raise
        except Exception as error:
            code = self._code_of(error, is_answered=is_answered)
            if not code:
                raise
            log.info("no answer of the city", extra={"code": code, "kind": type(error).__name__})
            raise LinkFailed(code) from error

    def now(self) -> datetime:
        """Return the PC's time."""
        return self._around.now()

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def abort(self) -> None:
        """Cut the call under way and refuse further ones. Threads: any."""
        self._is_aborted = True
        if self._socket is not None:
            # Closing it would not wake the thread that reads from it. The plain call, for TLS must not say good-bye.
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _trace(self, event: str, facts: Mapping[str, Any]) -> None:
        """Remember the socket of the connection that was made last."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = facts["return_value"].get_extra_info("socket")

    def _body(self, response: "Response", begun: float) -> bytes:
        patience = self._around.patience

        def look() -> None:
            if self._around.monotonic() - begun > patience.whole_s:
                raise LinkFailed("timed_out")

        return unpacked(response.iter_raw(), response.headers.get("content-encoding", ""), look)

    def _code_of(self, error: Exception, *, is_answered: bool) -> str:
        """Return why no answer came, "" for what is not the network's fault."""
        errors = self._errors
        if errors is None or not isinstance(error, errors.TransportError | ssl.SSLError | OSError):
            return ""
        told = tls_code(error, self._around.now(), self._around.last_seen())
        if told:
            return told
        if isinstance(error, errors.TimeoutException):
            return "timed_out"
        return "answer_broken" if is_answered else "offline"

    def _opened(self) -> "Client":
        if self._client is None:
            import httpx2  # noqa: PLC0415 - heavy, and only here

            parts = urlsplit(self.address)
            patience = self._around.patience
            options: dict[str, Any] = {}
            if parts.scheme == "https":
                options["verify"] = verified_context(self._around.authority)
            self._errors = httpx2
            # It tells of every call, with its address.
            logging.getLogger("httpx2").setLevel(logging.WARNING)
            self._client = httpx2.Client(
                timeout=httpx2.Timeout(patience.silence_s, connect=patience.connect_s),
                follow_redirects=False,
                # What speaks with this machine itself goes through no proxy.
                trust_env=not is_loopback(parts.hostname or ""),
                headers={
                    "User-Agent": f"motcua/{__version__}",
                    "Accept-Encoding": "gzip",
                    "Motcua-Protocol": str(PROTOCOL_VERSION),
                },
                **options,
            )
        return self._client
