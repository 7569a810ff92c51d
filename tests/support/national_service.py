"""A stand-in for the national service: keeps records by code, and fails the ways the real one does."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from desktop.cityserver.national import NoAnswer
from desktop.cityserver.national_http import STEP_IDS

PASSWORD = "mat-khau"


@dataclass
class StandIn:
    """Answer calls.

    Attributes:
        records: What it has, by code.
        steps: Progress it took.
        calls: Services asked, in order.
        silent: So many of the next calls of a service are done but not answered.
        deaf: So many of the next calls of a service are neither done nor answered.
        refused: Codes it takes in no way.
        knows_ids: It takes no step a second time that has an id it knows.
        ids: Of the steps it took.
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    silent: dict[str, int] = field(default_factory=dict)
    deaf: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    sessions: int = 0
    knows_ids: bool = False
    ids: list[str] = field(default_factory=list)

    def end_session(self) -> None:
        self.sessions += 1

    def call(self, asked: Mapping[str, Any], /, ids: Sequence[str] = ()) -> Mapping[str, Any]:
        service = str(asked.get("service", "login"))
        self.calls.append(service)
        if self._spend(self.deaf, service):
            raise NoAnswer
        answer = self._answer(service, asked, ids)
        if self._spend(self.silent, service):
            raise NoAnswer
        return answer

    def _spend(self, left: dict[str, int], service: str) -> bool:
        n = left.get(service, 0)
        left[service] = max(n - 1, 0)
        return n > 0

    def _answer(self, service: str, asked: Mapping[str, Any], ids: Sequence[str]) -> Mapping[str, Any]:
        if service == "login":
            is_known = asked["password"] == PASSWORD
            return {"error_code": 0, "session": f"s{self.sessions}"} if is_known else {"error_code": 1}
        if asked["session"] != f"s{self.sessions}":
            return {"error_code": -1, "message": "Phiên làm việc không hợp lệ"}
        if service == "TraCuuHoSo":
            found = self.records.get(str(asked["mahoso"]))
            return {"error_code": 0, "data": [] if found is None else [found]}
        if service == "DongBoHoSoMC":
            return self._synchronise(asked["data"], is_updating=asked["isUpdating"] == "True")
        taken = [pair for pair in zip(asked["data"], ids, strict=True) if not (self.knows_ids and pair[1] in self.ids)]
        self.steps += [step for step, _ in taken]
        self.ids += [step_id for _, step_id in taken]
        return {"error_code": 0, "message": "Thành công"}

    def _synchronise(self, data: list[dict[str, Any]], *, is_updating: bool) -> Mapping[str, Any]:
        codes = [record["MaHoSo"] for record in data]
        if self.refused.intersection(codes):
            return {"error_code": 2, "message": "Dữ liệu không hợp lệ"}
        if not is_updating and any(code in self.records for code in codes):
            return {"error_code": 3, "message": "Hồ sơ đã tồn tại"}
        self.records |= {record["MaHoSo"]: dict(record) for record in data}
        return {"error_code": 0, "message": "Thành công"}


@contextmanager
def serving(service: StandIn) -> Iterator[tuple[str, int]]:
    """Answer over HTTP on a port of the loopback; what the stand-in leaves unanswered is a cut line."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One packet an answer: two would wait for each other's acknowledgement.
        wbufsize = -1
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                with lock:
                    ids = self.headers.get(STEP_IDS, "")
                    answer = json.dumps(service.call(asked, ids=ids.split(",") if ids else ())).encode()
            except NoAnswer:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    lock = threading.Lock()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    # The threads of kept connections end with their clients.
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="national")
    thread.start()
    try:
        yield "127.0.0.1", server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
