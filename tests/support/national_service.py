"""A stand-in for the national service: keeps records by code, and fails the ways the real one does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.cityserver.national import NoAnswer

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
    """

    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    silent: dict[str, int] = field(default_factory=dict)
    deaf: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    sessions: int = 0

    def end_session(self) -> None:
        self.sessions += 1

    def call(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        service = str(asked.get("service", "login"))
        self.calls.append(service)
        if self._spend(self.deaf, service):
            raise NoAnswer
        answer = self._answer(service, asked)
        if self._spend(self.silent, service):
            raise NoAnswer
        return answer

    def _spend(self, left: dict[str, int], service: str) -> bool:
        n = left.get(service, 0)
        left[service] = max(n - 1, 0)
        return n > 0

    def _answer(self, service: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
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
        self.steps += asked["data"]
        return {"error_code": 0, "message": "Thành công"}

    def _synchronise(self, data: list[dict[str, Any]], *, is_updating: bool) -> Mapping[str, Any]:
        codes = [record["MaHoSo"] for record in data]
        if self.refused.intersection(codes):
            return {"error_code": 2, "message": "Dữ liệu không hợp lệ"}
        if not is_updating and any(code in self.records for code in codes):
            return {"error_code": 3, "message": "Hồ sơ đã tồn tại"}
        self.records |= {record["MaHoSo"]: dict(record) for record in data}
        return {"error_code": 0, "message": "Thành công"}
