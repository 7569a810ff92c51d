"""The national exchange over real HTTP against its stand-in: whole rounds, faults on the line, two at once."""

import contextlib
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.cityserver import national_book as book
from desktop.cityserver.__main__ import main
from desktop.cityserver.city import City
from desktop.cityserver.national_commands import person_lines, unit_lines
from desktop.cityserver.national_http import HttpCall, Patience
from desktop.cityserver.national_run import Round, Told
from desktop.cityserver.national_settings import NationalSettings
from desktop.cityserver.schema import NATIONAL_DOSSIER
from desktop.cityserver.units import sample_text
from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role, User
from tests.contract.conftest import new_unit_id
from tests.support.city import Clock, TestCity, city_on_thread, city_process, run_admin
from tests.support.fault_proxy import PASS, Fault, FaultProxy, Request
from tests.support.national_service import PASSWORD, StandIn, serving
from tests.support.pcs import Pc, dossier_facts, join
from tests.support.postgres import Postgres, select_briefly

#: What is the same on both databases need not run twice.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="session")
STEPS = ["2", "4", "4", "9"]
#: Nobody waits in tests for a line that drips.
IMPATIENT = Patience(connect_s=2, silence_s=1, whole_s=2, pause_s=0)
CLERK = User("user-lan", "lan", "Nguyễn Thị Lan", (Role.RECEPTION,), "mot_cua", "Công chức")


@dataclass
class Exchange:
    """A ward that is no training ward, its PC, and the service behind a line that may break.

    Attributes:
        proxy: The line.
    """

    city: City
    pc: Pc
    service: StandIn
    proxy: FaultProxy
    clock: Clock
    lines: list[HttpCall] = field(default_factory=list)

    def receive(self, number: int, facts: int = 6) -> str:
        """Push a dossier's way and return its code."""
        code = f"000.16.27.H29-260302-{number:04d}"
        dossier_id = f"{self.pc.unit_id}-{number}"
        events = [fact for _, fact in zip(range(facts), dossier_facts(code, self.pc.unit_id), strict=False)]
        verdicts = self.pc.pushed([self.pc.log.write(fact, dossier_id) for fact in events]).verdicts
        assert {verdict.kind for verdict in verdicts} == {"accepted"}
        return code

    def round(self, holder: str = "one", **changes: Any) -> Round:
        call = HttpCall(f"http://127.0.0.1:{self.proxy.port}/", patience=IMPATIENT, pause=lambda _: None)
        self.lines.append(call)
        settings = NationalSettings("http://127.0.0.1", "thanh-pho", PASSWORD)
        return replace(Round(self.city.store, self.clock, settings, call, holder), **changes)

    def run(self) -> Told:
        """Make a round for the ward."""
        return self.round().run(self.pc.unit_id)

    def outcomes(self) -> dict[str, str]:
        """Return what is kept of each dossier."""
        query = select(NATIONAL_DOSSIER.c.code, NATIONAL_DOSSIER.c.outcome)
        with self.city.store.reading() as connection:
            rows = connection.execute(query.where(NATIONAL_DOSSIER.c.unit_id == self.pc.unit_id))
            return {row.code: row.outcome for row in rows}

    def steps(self, code: str) -> list[str]:
        """Return the statuses the service was told a dossier went through."""
        return [step["TrangThai"] for step in self.service.steps if step["MaHoSo"] == code]

    def for_a_person(self, code: str) -> tuple[bool, int] | None:
        """Return whether steps are in doubt and how many were told again, None when nobody has to look."""
        with self.city.store.reading() as connection:
            lines = [line for line in person_lines(connection) if line["unit_id"] == self.pc.unit_id]
        found = [(line["in_doubt"], line["retold"]) for line in lines if line["code"] == code]
        return found[0] if found else None

    def count(self, service: str) -> int:
        """Return how often the service was called."""
        return self.service.calls.count(service)


@pytest.fixture
def exchange(city: TestCity, clock: Clock) -> Iterator[Exchange]:
    if city.city is None:
        pytest.skip("a city elsewhere keeps its own account at the service")
    pc = join(city, city.create_unit(new_unit_id(), training=False))
    pc.pushed([pc.log.write(UserSaved(CLERK))])
    service = StandIn()
    with serving(service) as target:
        proxy = FaultProxy(target)
        made = Exchange(city.city, pc, service, proxy, clock)
        try:
            yield made
        finally:
            clock.ahead_ms = 0
            for line in made.lines:
                line.__exit__(None, None, None)
            proxy.close()


def run_national(database: str, typed: str, *arguments: str) -> str:
    """Run ``motcua-city national …`` with something typed, and return what it printed."""
    output, errors = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
        pytest.MonkeyPatch.context() as patched,
    ):
        patched.setattr("sys.stdin", io.StringIO(typed + "\n"))
        code = main(["--db", database, "national", *arguments])
    assert code == 0, errors.getvalue()
    return output.getvalue().strip()


def on(service: str, fault: Fault, times: int = 1) -> Callable[[Request], Fault]:
    """Return a rule that breaks the first calls of a service."""
    left = [times]

    def rule(request: Request) -> Fault:
        if f'"service": "{service}"'.encode() in request.raw and left[0]:
            left[0] -= 1
            return fault
        return PASS

    return rule


def test_dossiers_and_their_steps_reach_the_service_once(exchange: Exchange) -> None:
    codes = [exchange.receive(n) for n in range(1, 12)]

    told = exchange.run()
    again = exchange.run()

    assert (dict(told.outcomes), told.steps, told.problem) == ({"sent": 11}, 44, "")
    assert (dict(again.outcomes), again.steps) == ({}, 0)
    assert sorted(exchange.service.records) == codes
    assert [exchange.steps(code) for code in codes] == [STEPS] * 11
    step = exchange.service.steps[0]
    assert (step["NguoiXuLy"], step["ChucDanh"], step["NoiDungXuLy"]) == (
        "Nguyễn Thị Lan",
        "Công chức",
        "Tiếp nhận hồ sơ",
    )
    assert exchange.count("DongBoHoSoMC") == 2


@pytest.mark.slow
@ON_SQLITE
def test_what_happens_later_updates_the_record_and_tells_the_new_steps_only(exchange: Exchange) -> None:
    code, facts = exchange.receive(1, facts=3), list(dossier_facts("000.16.27.H29-260302-0001", exchange.pc.unit_id))
    exchange.run()
    before = exchange.service.records[code]["TrangThaiHoSo"]
    exchange.pc.pushed([exchange.pc.log.write(fact, f"{exchange.pc.unit_id}-1") for fact in facts[3:]])

    told = exchange.run()

    assert (before, exchange.service.records[code]["TrangThaiHoSo"]) == ("2", "9")
    assert dict(told.outcomes) == {"updated": 1}
    assert exchange.steps(code) == STEPS


FAULTS = {
    "lost-answer": Fault(cut_answer=0),
    "503": Fault(status=503, retry_after="1"),
    "portal": Fault(portal=True),
    "cut-request": Fault(cut_request=40),
    "cut-answer": Fault(cut_answer=30),
    "short-answer": Fault(shorten_answer=True),
    "no-object": Fault(body=b"[]"),
}
IN_EVERY_RUN = [("DongBoHoSoMC", "lost-answer")]


@pytest.mark.parametrize(
    ("service", "name"),
    [
        pytest.param(service, name, marks=() if (service, name) in IN_EVERY_RUN else pytest.mark.slow)
        for service in ("TraCuuHoSo", "DongBoHoSoMC")
        for name in FAULTS
    ],
)
@ON_SQLITE
def test_a_fault_on_the_line_sends_nothing_twice_and_loses_nothing(exchange: Exchange, service: str, name: str) -> None:
    code, fault = exchange.receive(1), FAULTS[name]
    exchange.proxy.rule = on(service, fault)

    exchange.run()
    exchange.clock.ahead_ms += 8 * 3_600_000
    exchange.run()

    assert exchange.outcomes()[code] in ("sent", "same")
    assert exchange.steps(code) == STEPS
    assert list(exchange.service.records) == [code]
    # Sent a second time only where the first never came in.
    came_in = fault.cut_answer is not None or fault.shorten_answer
    assert exchange.count("DongBoHoSoMC") == 1 or not came_in


@pytest.mark.parametrize(
    ("knows_ids", "stand_there"), [(True, STEPS), pytest.param(False, STEPS * 2, marks=pytest.mark.slow)]
)
@ON_SQLITE
def test_steps_whose_answer_was_lost_go_again_under_their_ids_and_a_person_sees_the_doubt(
    exchange: Exchange, knows_ids: bool, stand_there: list[str]
) -> None:
    code = exchange.receive(1)
    exchange.service.knows_ids = knows_ids
    exchange.proxy.rule = on("CapNhatTienDoHoSoMC", Fault(cut_answer=0))

    first = exchange.run()
    doubted = exchange.for_a_person(code)
    exchange.clock.ahead_ms += 8 * 3_600_000
    second = exchange.run()

    assert (dict(first.outcomes), dict(second.outcomes)) == ({"unknown": 1}, {"same": 1})
    assert exchange.steps(code) == stand_there
    assert doubted == (True, 0)
    assert exchange.for_a_person(code) == (False, len(STEPS))
    assert exchange.service.steps[: len(STEPS)] == exchange.service.steps[-len(STEPS) :]
    with exchange.city.store.writing() as connection:
        assert book.checked(connection, code) == len(STEPS)
    assert exchange.for_a_person(code) is None


@ON_SQLITE
def test_a_service_that_is_gone_is_given_up_after_three_calls_and_asked_later(exchange: Exchange) -> None:
    codes = [exchange.receive(n) for n in range(1, 4)]
    exchange.proxy.is_down = True

    told = exchange.run()
    soon = exchange.run()

    assert (told.problem, dict(told.outcomes)) == ("offline", {"unknown": 3})
    assert dict(soon.outcomes) == {}
    exchange.proxy.is_down = False
    exchange.clock.ahead_ms += 8 * 3_600_000
    assert dict(exchange.run().outcomes) == {"sent": 3}
    assert sorted(exchange.service.records) == codes


@pytest.mark.slow
@ON_SQLITE
def test_a_wish_to_be_left_alone_ends_the_round(exchange: Exchange) -> None:
    exchange.receive(1)
    exchange.proxy.rule = lambda _: Fault(status=429, retry_after="120")

    told = exchange.run()

    assert (told.problem, told.retry_after_s) == ("http-429", 120)
    assert len(exchange.proxy.requests) == 1


@ON_SQLITE
def test_a_refused_dossier_waits_for_a_person_and_holds_up_nobody(exchange: Exchange) -> None:
    bad, good = exchange.receive(1), exchange.receive(2)
    exchange.service.refused.add(bad)

    exchange.run()
    exchange.clock.ahead_ms += 8 * 3_600_000
    again = exchange.run()

    assert exchange.outcomes() == {bad: "refused", good: "sent"}
    assert dict(again.outcomes) == {}
    with exchange.city.store.writing() as connection:
        (line,) = [line for line in person_lines(connection) if line["unit_id"] == exchange.pc.unit_id]
        assert (line["code"], line["message"]) == (bad, "Dữ liệu không hợp lệ")
        assert book.again(connection, exchange.pc.unit_id, exchange.clock()) == 1
    exchange.service.refused.clear()
    assert dict(exchange.run().outcomes) == {"sent": 1}


@ON_SQLITE
def test_what_the_service_has_otherwise_and_keeps_is_for_a_person(exchange: Exchange) -> None:
    code = exchange.receive(1)
    plain = exchange.service.call

    def call(asked: Any, /, ids: Any = ()) -> Any:
        if asked.get("service") == "DongBoHoSoMC":
            exchange.service.records.setdefault(code, dict(asked["data"][0]) | {"ChuHoSo": "Người khác"})
        return plain(asked, ids)

    exchange.service.call = call  # type: ignore[method-assign] # the stand-in is ours

    exchange.run()

    with exchange.city.store.reading() as connection:
        (line,) = [line for line in person_lines(connection) if line["unit_id"] == exchange.pc.unit_id]
    assert (line["outcome"], json.loads(line["fields"])) == ("differs", ["ChuHoSo"])
    assert exchange.steps(code) == []


@ON_SQLITE
def test_a_wrong_password_is_said_once_and_nothing_is_sent(exchange: Exchange) -> None:
    exchange.receive(1)
    exchange.receive(2)

    told = exchange.round(settings=NationalSettings("http://127.0.0.1", "thanh-pho", "sai")).run(exchange.pc.unit_id)

    assert (told.problem, exchange.service.calls) == ("log-in", ["login"])
    with exchange.city.store.reading() as connection:
        (line,) = [line for line in unit_lines(connection) if line["unit_id"] == exchange.pc.unit_id]
    assert (line["problem"], line["dossiers"]) == ("log-in", {"unknown": 2})


@pytest.mark.slow
@ON_SQLITE
def test_training_wards_are_never_told_of(exchange: Exchange, city: TestCity) -> None:
    pc = join(city, city.create_unit(new_unit_id()))
    exchange.pc = pc
    exchange.receive(1)

    exchange.run()

    assert exchange.service.calls == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True, scope="session")
def test_two_processes_at_once_send_each_dossier_once(exchange: Exchange) -> None:
    codes = [exchange.receive(n) for n in range(1, 15)]
    rounds = [exchange.round(f"process-{n}") for n in range(2)]
    threads = [threading.Thread(target=each.run, args=(exchange.pc.unit_id,), name="round") for each in rounds]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    exchange.run()

    assert exchange.count("DongBoHoSoMC") == 2
    assert [exchange.steps(code) for code in codes] == [STEPS] * 14


@pytest.mark.expected_log("another process took the ward")
@ON_SQLITE
def test_a_process_that_slept_too_long_stops_before_it_sends(exchange: Exchange) -> None:
    code = exchange.receive(1)
    slow = exchange.round("slow")
    plain = slow.call

    def call(asked: Any, /, ids: Any = ()) -> Any:
        answer = plain(asked, ids)
        if asked.get("service") == "TraCuuHoSo":
            # Asleep for an hour, and another process does the work meanwhile.
            exchange.clock.ahead_ms += 3_600_000
            exchange.run()
        return answer

    replace(slow, call=call).run(exchange.pc.unit_id)

    assert exchange.count("DongBoHoSoMC") == 1
    assert exchange.steps(code) == STEPS


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_processes_of_the_service_tell_by_themselves_and_once(tmp_path: Path, server: Postgres) -> None:
    for kind, database in (("sqlite", f"sqlite:///{tmp_path / 'city.db'}"), ("postgresql", server.database())):
        file = tmp_path / "unit.toml"
        file.write_text(sample_text(), "utf-8")
        unit_id = run_admin(database, "create-unit", "--file", str(file))
        token = run_admin(database, "add-admin", "tests", "--role", "operator")
        with city_process(database, tmp_path / f"{kind}-one") as process:
            pc = join(process.reached(token), unit_id)
            for n in range(1, 31):
                facts = dossier_facts(f"000.16.27.H29-260302-{n:04d}", unit_id)
                pc.pushed([pc.log.write(fact, f"dossier-{n}") for fact in facts])
        service = StandIn()
        with serving(service) as (host, port):
            address = f"http://{host}:{port}/"
            run_national(database, PASSWORD, "set", "--address", address, "--username", "tp", "--every", "5")
            with city_process(database, tmp_path / f"{kind}-two"), city_process(database, tmp_path / f"{kind}-three"):
                deadline = time.monotonic() + 60
                while len(service.steps) < 120 and time.monotonic() < deadline:
                    select_briefly()

        assert len(service.records) == 30
        assert len(service.steps) == 120
        assert service.calls.count("DongBoHoSoMC") == 3
        lines = [json.loads(line) for line in run_national(database, "", "list").splitlines()]
        assert lines[1]["dossiers"] == {"sent": 30}


def test_the_command_sets_sends_lists_and_ends_it(tmp_path: Path) -> None:
    database, service = f"sqlite:///{tmp_path / 'city.db'}", StandIn()
    with city_on_thread(database) as city:
        pc = join(city, city.create_unit(new_unit_id(), training=False))
        code = "000.16.27.H29-260302-0001"
        pc.pushed([pc.log.write(fact, "dossier-1") for fact in dossier_facts(code, pc.unit_id)])
    service.refused.add(code)
    with serving(service) as (host, port):
        address = f"http://{host}:{port}/"
        run_national(database, PASSWORD, "set", "--address", address, "--username", "thanh-pho")
        ran = json.loads(run_national(database, "", "run", pc.unit_id))
        lines = [json.loads(line) for line in run_national(database, "", "list").splitlines()]
        again = json.loads(run_national(database, "", "retry", pc.unit_id))
        run_national(database, "", "off")

    assert ran == {"dossiers": {"refused": 1}, "steps": 0, "problem": ""}
    assert lines[0] == {"address": address, "username": "thanh-pho"}
    assert [line["message"] for line in lines if line.get("code") == code] == ["Dữ liệu không hợp lệ"]
    assert again == {"dossiers": 1}
    assert PASSWORD not in json.dumps(lines)
    with pytest.raises(AssertionError, match="motcua-city national set"):
        run_national(database, "", "run")
