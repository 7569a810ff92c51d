"""A proxy between PC and city that breaks what can break on the way: one fault per request, as a test says.

It speaks just enough HTTP/1.1 to know where a request ends: faults are told in requests and bytes, so that a run can be
repeated. It runs on a thread of its own; :meth:`FaultProxy.close` joins it.
"""

import asyncio
import gzip
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Self

PORTAL = b"<html><head><title>Wi-Fi</title></head><body><form action='/login'>Dang nhap</form></body></html>"
_CONNECTION_LOST = (ConnectionError, asyncio.IncompleteReadError, OSError)


@dataclass(frozen=True, slots=True)
class Request:
    """What a test sees of a request: its number from 1, method, path, and all its bytes."""

    number: int
    method: str
    path: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what happens to one request; without any of these it passes.

    Attributes:
        cut_request: So many bytes reach the city, then the line is cut.
        cut_answer: The city answers, so many bytes reach the PC, then the line is cut.
        shorten_answer: Half of the body is left out and the length says so: a proxy that lost the rest.
        repeat: The city gets the request so many times more; the PC gets the last answer.
        replay: Number of an earlier request that the city gets again before this one.
        status: The proxy answers by itself, with this status.
        retry_after: ``Retry-After`` of that answer.
        portal: The proxy answers 200 with a log-in page.
        bomb: The proxy answers 200 with a small body that unpacks to so many bytes.
        drip_s: The answer comes one byte per so many seconds.
        delay_s: Everything comes so many seconds late.
        body: The proxy answers 200 ``application/json`` with these bytes.
    """

    cut_request: int | None = None
    cut_answer: int | None = None
    shorten_answer: bool = False
    repeat: int = 0
    replay: int = 0
    status: int = 0
    retry_after: str = ""
    portal: bool = False
    bomb: int = 0
    drip_s: float = 0
    delay_s: float = 0
    body: bytes | None = None


PASS = Fault()
Rule = Callable[[Request], Fault]


@dataclass(slots=True)
class _Line:
    """One way of a slow line: bytes leave it no faster than it carries them."""

    bits_per_s: float
    free_at: float = 0.0

    async def carry(self, size: int) -> None:
        loop = asyncio.get_running_loop()
        begin = max(loop.time(), self.free_at)
        self.free_at = begin + size * 8 / self.bits_per_s
        await asyncio.sleep(max(self.free_at - loop.time(), 0))


@dataclass(slots=True)
class _Lines:
    up: _Line | None = None
    down: _Line | None = None
    latency_s: float = 0.0


class FaultProxy:
    """Listen on a port of its own and pass requests on to the city.

    Attributes:
        port: Where it listens.
        requests: Every request that came, in order.
        rule: Says what happens to a request; tests replace it while it runs.
        is_down: The network is gone: every connection is refused by cutting it.
        target: Host and port of the city; tests replace it when the city was started again.
        carried_bytes: Bytes of requests and answers so far.
    """

    def __init__(
        self,
        target: tuple[str, int],
        rule: Rule = lambda _request: PASS,
        *,
        bits_per_s: float = 0,
        latency_s: float = 0,
    ) -> None:
        """Start listening on a free port of the loopback."""
        self.target = target
        self.rule = rule
        self.requests: list[Request] = []
        self.is_down = False
        self.carried_bytes = 0
        make = (lambda: _Line(bits_per_s)) if bits_per_s else (lambda: None)
        self._lines = _Lines(make(), make(), latency_s)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self._thread = threading.Thread(target=self._serve, name="fault-proxy")
        self._thread.start()
        self._ready.wait(10)

    @property
    def address(self) -> str:
        """Return the address a PC uses."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop and join the thread."""
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def drop_connections(self) -> None:
        """Cut everything that is under way."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in self._tasks])

    def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._loop.stop()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0, limit=2**20))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await _Visit(self, reader, writer, self._lines).serve()
        except (*_CONNECTION_LOST, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.transport.abort()


@dataclass(slots=True)
class _Visit:
    """One connection of a PC, with its own connection to the city."""

    proxy: FaultProxy
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    lines: _Lines
    city: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None)

    async def serve(self) -> None:
        try:
            while not self.proxy.is_down:
                raw = await _read_message(self.reader, is_answer=False)
                if not raw or self.proxy.is_down or not await self._handle(raw):
                    return
        finally:
            if self.city is not None:
                self.city[1].transport.abort()

    async def _handle(self, raw: bytes) -> bool:
        """Deal with one request; False when the line is cut afterwards."""
        method, path, _ = raw.split(b"\r\n", 1)[0].decode().split(" ", 2)
        request = Request(len(self.proxy.requests) + 1, method, path, raw)
        self.proxy.requests.append(request)
        self.proxy.carried_bytes += len(raw)
        fault = self.proxy.rule(request)
        await asyncio.sleep(fault.delay_s + self.lines.latency_s)
        if self.lines.up is not None:
            await self.lines.up.carry(len(raw))
        own = _own_answer(fault)
        if own is not None:
            await self._send(own, fault)
            return True
        if fault.cut_request is not None:
            await self._ask_in_part(raw[: fault.cut_request])
            return False
        if fault.replay:
            await self._ask(self.proxy.requests[fault.replay - 1].raw)
        answer = await self._ask(raw)
        for _ in range(fault.repeat):
            answer = await self._ask(raw)
        if fault.shorten_answer:
            answer = _shortened(answer)
        await self._send(answer if fault.cut_answer is None else answer[: fault.cut_answer], fault)
        return fault.cut_answer is None and _keeps_open(answer)

    async def _send(self, answer: bytes, fault: Fault) -> None:
        self.proxy.carried_bytes += len(answer)
        await asyncio.sleep(self.lines.latency_s)
        if self.lines.down is not None:
            await self.lines.down.carry(len(answer))
        if not fault.drip_s:
            self.writer.write(answer)
            await self.writer.drain()
            return
        for place in range(len(answer)):
            self.writer.write(answer[place : place + 1])
            await self.writer.drain()
            await asyncio.sleep(fault.drip_s)

    async def _ask(self, raw: bytes) -> bytes:
        """Send a whole request to the city and return its whole answer."""
        if self.city is not None:
            try:
                return await self._asked(raw)
            except _CONNECTION_LOST:
                # The city closed an idle connection; a new one is made, as every proxy does.
                self.city[1].transport.abort()
        self.city = await asyncio.open_connection(*self.proxy.target, limit=2**26)
        return await self._asked(raw)

    async def _asked(self, raw: bytes) -> bytes:
        assert self.city is not None
        reader, writer = self.city
        writer.write(raw)
        await writer.drain()
        answer = await _read_message(reader, is_answer=True, is_head=raw.startswith(b"HEAD "))
        if not answer:
            raise ConnectionResetError
        return answer

    async def _ask_in_part(self, part: bytes) -> None:
        _, writer = await asyncio.open_connection(*self.proxy.target)
        writer.write(part)
        await writer.drain()
        writer.close()


async def _read_message(reader: asyncio.StreamReader, *, is_answer: bool, is_head: bool = False) -> bytes:
    """Read one whole request or answer; b"" when the other side went away between two of them."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return b""
    fields = _fields(head)
    status = int(head.split(b" ", 2)[1]) if is_answer else 0
    if is_head or status in (204, 304) or 100 <= status < 200:
        return head
    if fields.get(b"transfer-encoding", b"").lower() == b"chunked":
        return head + await _chunks(reader)
    if b"content-length" in fields:
        return head + await reader.readexactly(int(fields[b"content-length"]))
    return head + (await reader.read(-1) if is_answer else b"")


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    while True:
        line = await reader.readuntil(b"\r\n")
        size = int(line.split(b";")[0], 16)
        whole += line + await reader.readexactly(size + 2)
        if not size:
            return whole


def _fields(head: bytes) -> dict[bytes, bytes]:
    lines = head.split(b"\r\n")[1:]
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines if line)}


def _keeps_open(answer: bytes) -> bool:
    return _fields(answer.split(b"\r\n\r\n", 1)[0]).get(b"connection", b"").lower() != b"close"


def _own_answer(fault: Fault) -> bytes | None:
    """Return what the proxy says by itself, None when the city is asked."""
    if fault.status:
        extra = {"Retry-After": fault.retry_after} if fault.retry_after else {}
        return _answer(fault.status, "text/plain", b"later", **extra)
    if fault.portal:
        return _answer(200, "text/html; charset=utf-8", PORTAL)
    if fault.bomb:
        return _answer(200, "application/json", _bomb(fault.bomb), **{"Content-Encoding": "gzip"})
    return None if fault.body is None else _answer(200, "application/json", fault.body)


@cache
def _bomb(size: int) -> bytes:
    return gzip.compress(b" " * size, 1)


def _answer(status: int, media: str, body: bytes, **fields: str) -> bytes:
    lines = [f"HTTP/1.1 {status} x", f"Content-Type: {media}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _shortened(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    kept = body[: len(body) // 2]
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"content-length", b"transfer-enc"))]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(kept)]) + b"\r\n\r\n" + kept
