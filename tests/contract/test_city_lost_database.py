"""The city loses its PostgreSQL: answers are whole or say to come again, nothing is half written, and it recovers."""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Iterator

import httpx2
import psycopg
import pytest

from tests.contract.conftest import UNBOUNDED, new_unit_id
from tests.support.city import TestCity, city_on_thread, run_admin
from tests.support.pcs import Pc, dossier_facts, join
from tests.support.postgres import Postgres, postgres, select_briefly

#: Longer than any honest recovery takes on a busy machine.
PATIENCE_S = 60
#: Cuts of one test: then the line holds, however slow the machine is.
CUTS = 15


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave out what is said of each lost line: how many there are is chance."""
    loggers = [logging.getLogger(name) for name in ("desktop.cityserver.app", "psycopg")]
    before = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.ERROR)
    yield
    for each, level in zip(loggers, before, strict=True):
        each.setLevel(level)


@pytest.fixture(scope="module")
def database(server: Postgres) -> str:
    """Return an empty database on PostgreSQL."""
    return server.database()


@pytest.fixture(scope="module")
def city(database: str) -> Iterator[TestCity]:
    with city_on_thread(database, UNBOUNDED) as running:
        yield running


@pytest.fixture
def pc(city: TestCity) -> Pc:
    return join(city, city.create_unit(new_unit_id()))


def test_a_call_whose_connection_ends_in_mid_transaction_is_told_to_come_again(
    server: Postgres, database: str, pc: Pc
) -> None:
    pc.pushed(pc.log.unit_events(1))
    events = pc.log.unit_events(5)
    answers: list[httpx2.Response] = []
    with psycopg.connect(server.dsn(database)) as holder:
        holder.execute("SELECT 1 FROM feed FOR UPDATE")
        pushing = threading.Thread(target=lambda: answers.append(pc.push(events)), name="pc")
        pushing.start()
        while not server.cut(database, only_waiting=True):
            select_briefly()
        pushing.join()

    assert (answers[0].status_code, answers[0].json()["code"]) == (503, "busy")
    assert int(answers[0].headers["Retry-After"]) > 0
    assert pc.pushed(events).last == 6
    assert pc.feed().json()["head"] == 6


def test_an_idle_pool_whose_connections_ended_serves_again_at_once(
    server: Postgres, database: str, city: TestCity, pc: Pc
) -> None:
    for _ in range(3):
        assert server.cut(database)

        assert [pc.feed().status_code for _ in range(3)] == [200, 200, 200]
    assert city.call("GET", "/ready").status_code == 200


def keep_pushing(pc: Pc, dossiers: int, answered: list[int]) -> None:
    """Push dossiers, each until it is taken."""
    for n in range(dossiers):
        facts = dossier_facts(f"000.16.27.H29-260302-{n + 1:04d}", pc.unit_id)
        events = [pc.log.write(fact, f"{pc.unit_id}-{n}") for fact in facts]
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with contextlib.suppress(httpx2.TransportError):
                answer = pc.push(events)
                answered.append(answer.status_code)
                if answer.status_code == 200:
                    break
            select_briefly()


def test_connections_that_end_all_the_time_cost_time_and_nothing_else(server: Postgres, database: str, pc: Pc) -> None:
    answered: list[int] = []
    pushing = threading.Thread(target=keep_pushing, args=(pc, 8, answered), name="pc")
    pushing.start()
    for _ in range(CUTS):
        server.cut(database)
        pushing.join(0.03)
    pushing.join()

    assert set(answered) <= {200, 503}
    assert answered.count(200) == 8
    entries = pc.feed(limit=1_000).json()["entries"]
    assert [entry["gseq"] for entry in entries] == list(range(1, 49))
    lines = [json.loads(line) for line in run_admin(database, "verify").splitlines()]
    (verified,) = [line for line in lines if line["unit_id"] == pc.unit_id]
    assert (verified["events"], verified["dossiers"], verified["problems"]) == (48, 8, [])


@pytest.mark.slow
def test_long_polls_hear_of_other_processes_again_after_a_cut(server: Postgres, database: str, pc: Pc) -> None:
    heard: list[int] = []

    def poll() -> None:
        until = time.monotonic() + PATIENCE_S
        while not heard and time.monotonic() < until:
            answer = pc.feed(wait=20)
            if answer.status_code == 200:
                heard.append(len(answer.json()["entries"]))

    polling = threading.Thread(target=poll, name="poll")
    with city_on_thread(database, UNBOUNDED) as other:
        there = Pc(other, pc.key, pc.replica_id, pc.enrolled, pc.log, pc.token)
        polling.start()
        for _ in range(4):
            server.cut(database)
            polling.join(0.3)
        keep_pushing(there, 1, [])
        begun = time.monotonic()
        polling.join()
        # The poll itself would end by its own time only after twenty seconds.
        assert time.monotonic() - begun < 15

    assert heard == [6]


@pytest.mark.slow
def test_a_server_that_fails_and_comes_back_has_everything_that_was_answered() -> None:
    with postgres(is_durable=True) as server:
        database = server.database()
        with city_on_thread(database, UNBOUNDED) as city:
            pc = join(city, city.create_unit(new_unit_id()))
            answered: list[int] = []
            pushing = threading.Thread(target=keep_pushing, args=(pc, 60, answered), name="pc")
            pushing.start()
            for _ in range(5):
                pushing.join(1.5)
                server.restart()
            pushing.join()
            assert answered.count(200) == 60
            assert set(answered) <= {200, 503}
            assert pc.feed(limit=1_000).json()["head"] == 360
        (verified,) = [json.loads(line) for line in run_admin(database, "verify").splitlines()]
        assert (verified["dossiers"], verified["problems"]) == (60, [])
