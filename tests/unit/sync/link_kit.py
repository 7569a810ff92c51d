"""A stand-in for the city that answers what a test says, with or without TLS, and a link that speaks to it."""

import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from desktop.devices.signing_key import Signer, verify
from desktop.sync.connection import Patience, Surroundings
from desktop.sync.http_link import HttpCity, Identity

PC = Signer(b"\x01" * 32)
CITY = Signer(b"\x02" * 32)
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
HELLO: dict[str, Any] = {
    "server_time": NOW.isoformat(),
    "incarnation": "i1",
    "oldest_version": 1,
    "newest_version": 1,
    "max_events": 500,
    "max_bytes": 1_000_000,
    "blob_chunk": 65_536,
}
SHORT = Patience(connect_s=2, silence_s=2, whole_s=4)
STANDING: dict[str, Any] = {"epoch": "e1", "last": 3, "head_hash": "ab" * 32, "is_open": True}


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: status, content type, body, more fields."""

    body: bytes
    status: int = 200
    media: str = "application/json"
    fields: Mapping[str, str] = field(default_factory=dict)


def plain(content: object, status: int = 200, **fields: str) -> Said:
    """Return a JSON answer."""
    return Said(json.dumps(content).encode(), status, fields=fields)


def problem(code: str, status: int, retry_after: str = "", **facts: str) -> Said:
    """Return a problem document."""
    content = {"code": code, "detail": "Câu.", "facts": facts}
    fields = {"Retry-After": retry_after} if retry_after else {}
    return Said(json.dumps(content).encode(), status, "application/problem+json", fields)


@dataclass(slots=True)
class Heard:
    """What the stand-in was asked."""

    method: str
    path: str
    fields: Mapping[str, str]
    body: bytes


class TinyCity:
    """Answer by a table of paths; token calls are answered unless the table says otherwise.

    Attributes:
        answers: Path (without query) → answer, or a function of what was heard.
        heard: All requests, in order.
    """

    def __init__(self, server_context: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Said | Callable[[Heard], Said]] = {
            "/v1/hello": plain(HELLO),
            "/v1/token": plain({"token": "t1", "expires_in_s": 600}),
        }
        self.heard: list[Heard] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = False
        # A client that gives up during the handshake is what the tests are about.
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.scheme = "http" if server_context is None else "https"
        if server_context is not None:
            self._server.socket = server_context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        city = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                heard = Heard(self.command, self.path, dict(self.headers.items()), body)
                city.heard.append(heard)
                found = city.answers.get(self.path.partition("?")[0], Said(b"{}", 404, "text/plain"))
                said = found(heard) if callable(found) else found
                self.send_response(said.status)
                self.send_header("Content-Type", said.media)
                self.send_header("Content-Length", str(len(said.body)))
                for name, value in said.fields.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(said.body)

            do_GET = do_POST = do_PUT = do_HEAD = _serve  # noqa: N815 - names of the base class

            def log_message(self, *_words: object) -> None:
                """Keep quiet."""

        return Handler


def link_to(
    address: str,
    *,
    now: datetime = NOW,
    last_seen: datetime | None = None,
    authority: str = "",
    patience: Patience = SHORT,
) -> HttpCity:
    """Return a link of the PC ``r1`` of the unit ``u1``."""
    identity = Identity(
        "r1", "u1", PC.sign, CITY.public.hex(), lambda key, words, sig: verify(bytes.fromhex(key), words, sig)
    )
    around = Surroundings(now=lambda: now, last_seen=lambda: last_seen, authority=authority, patience=patience)
    return HttpCity(address, identity, around)


def days(n: int) -> timedelta:
    """Return a length of time."""
    return timedelta(days=n)
