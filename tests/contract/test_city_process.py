"""``motcua-city`` as processes: the command line, two behind one database, killed ones, faults asked for."""

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import create_engine, text

from desktop.cityserver.schema import SCHEMA_VERSION
from desktop.protocol.messages import FeedAnswer
from tests.support.city import CityProcess, city_process, run_admin, write_faults
from tests.support.pcs import Pc, join
from tests.support.postgres import Postgres

_UNIT = "0197f000-0000-7000-8000-000000000001"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'city.db'}"
    server: Postgres = request.getfixturevalue("server")
    return server.database()


@pytest.fixture
def ready(empty: str) -> Iterator[tuple[str, str]]:
    """Return a database with the sample ward, and an operator's token."""
    assert run_admin(empty, "create-unit", "--sample") == _UNIT
    return empty, run_admin(empty, "add-admin", "tests", "--role", "operator")


def test_a_ward_is_made_joined_and_checked_by_the_command_line(ready: tuple[str, str], tmp_path: Path) -> None:
    database, token = ready
    with city_process(database, tmp_path / "log") as process:
        pc = join(process.reached(token), _UNIT)
        pc.pushed(pc.log.unit_events(3))

        units = json.loads(process.admin("units"))
        replicas = json.loads(process.admin("replicas"))
        verified = json.loads(process.admin("verify"))

        assert (units["unit_id"], units["events"], units["is_training"]) == (_UNIT, 3, True)
        assert (replicas["replica_id"], replicas["counter"]) == (pc.replica_id, 1)
        assert verified == {"unit_id": _UNIT, "events": 3, "dossiers": 0, "problems": []}
        one, two = (tmp_path / name for name in ("one", "two"))
        one.write_text(token, encoding="ascii")
        second = process.admin("add-admin", "two", "--role", "operator", "--token-file", str(one))
        two.write_text(second, encoding="ascii")
        files = ["--token-file", str(one), "--token-file", str(two)]
        assert json.loads(process.admin("revoke", pc.replica_id, *files)) == {"revoked": pc.replica_id}
        assert pc.feed().json()["code"] == "device-revoked"


def test_two_processes_behind_one_database_are_one_city(ready: tuple[str, str], tmp_path: Path) -> None:
    database, token = ready
    with city_process(database, tmp_path / "one") as one, city_process(database, tmp_path / "two") as two:
        first, second = one.reached(token), two.reached(token)
        pcs = [join(first, _UNIT), join(second, _UNIT)]

        # Each PC pushes through both processes in turn, both PCs at once.
        def work(pc: Pc) -> None:
            for turn in range(10):
                pc.city = (first, second)[turn % 2]
                pc.pushed(pc.log.unit_events(5))

        threads = [threading.Thread(target=work, args=(pc,), name="pc") for pc in pcs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        answers = []
        for pc, city in zip(pcs, (second, first), strict=True):
            pc.city = city
            answers.append(FeedAnswer.model_validate_json(pc.feed().content))
        assert answers[0].entries == answers[1].entries
        assert [entry.gseq for entry in answers[0].entries] == list(range(1, 101))
        assert json.loads(one.admin("verify"))["problems"] == []


def test_a_long_poll_at_one_process_hears_what_another_took(ready: tuple[str, str], tmp_path: Path) -> None:
    database, token = ready
    with city_process(database, tmp_path / "one") as one, city_process(database, tmp_path / "two") as two:
        listener, speaker = join(one.reached(token), _UNIT), join(two.reached(token), _UNIT)
        heard: list[int] = []
        waiting = threading.Thread(
            target=lambda: heard.append(len(listener.feed(wait=20).json()["entries"])), name="poll"
        )
        waiting.start()

        speaker.pushed(speaker.log.unit_events(1))

        waiting.join(15)
        assert heard == [1]


def test_a_killed_city_has_everything_it_answered(ready: tuple[str, str], tmp_path: Path) -> None:
    database, token = ready
    with city_process(database, tmp_path / "log") as process:
        pc = join(process.reached(token), _UNIT)
        answered = [0]

        def work() -> None:
            try:
                while True:
                    answered[0] = pc.pushed(pc.log.unit_events(3)).last
            except httpx2.HTTPError:
                return

        pushing = threading.Thread(target=work, name="pc")
        pushing.start()
        while answered[0] < 30:
            pushing.join(0.01)
        process.kill()
        pushing.join(30)
        process.restart()

        standing = pc.call("GET", f"/v1/replicas/{pc.replica_id}", params={"epoch": pc.log.epoch}).json()
        assert standing["last"] in (answered[0], answered[0] + 3)
        assert json.loads(process.admin("verify"))["problems"] == []


@pytest.mark.parametrize("fault", ["drop_after", "error_after", "drop_before", "error_before", "truncate"])
def test_a_lost_answer_is_the_same_answer_when_asked_again(tmp_path: Path, fault: str) -> None:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    run_admin(database, "create-unit", "--sample")
    token = run_admin(database, "add-admin", "tests", "--role", "operator")
    rule = {"path": "/v1/replicas/*/push", "method": "POST", "do": fault, "times": 1}
    plan = write_faults(tmp_path / "faults.json", rule)
    with city_process(database, tmp_path / "log", "--faults", str(plan)) as process:
        pc = join(process.reached(token), _UNIT)
        events = pc.log.unit_events(3)
        with contextlib.suppress(httpx2.HTTPError):
            assert pc.push(events).status_code == 500

        answer = pc.pushed(events)

        assert answer.last == 3
        assert pc.feed().json()["head"] == 3


def test_a_damaged_log_is_found(empty: str) -> None:
    run_admin(empty, "create-unit", "--sample")
    process = CityProcess(empty, Path("/dev/null"))
    try:
        pc = join(process.reached(run_admin(empty, "add-admin", "tests", "--role", "operator")), _UNIT)
        pc.pushed(pc.log.unit_events(3))
    finally:
        process.stop()
    engine = create_engine(empty)
    with engine.begin() as connection:
        if empty.startswith("postgresql"):
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER event_kept"))
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER event_kept_update"))
        connection.execute(text("UPDATE event SET body = sig WHERE gseq = 2"))
    engine.dispose()

    with pytest.raises(AssertionError):
        run_admin(empty, "verify")


def test_the_database_itself_refuses_to_change_the_log(empty: str) -> None:
    run_admin(empty, "create-unit", "--sample")
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit (audit_id, at_ms, actor, action, unit_id, target, outcome, details) "
                "VALUES ('x', 0, 'a', 'b', '', '', 'done', '{}')"
            )
        )
    for words in ("UPDATE audit SET actor = 'z'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="only grows"), engine.begin() as connection:
            connection.execute(text(words))
    engine.dispose()


def test_a_newer_database_is_refused(empty: str) -> None:
    run_admin(empty, "units")
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE setting SET value = '99' WHERE name = 'schema_version'"))
    engine.dispose()

    with pytest.raises(AssertionError, match="99"):
        run_admin(empty, "units")


def test_a_database_of_the_version_before_is_brought_up_to_date(empty: str) -> None:
    unit_id = run_admin(empty, "create-unit", "--sample")
    engine = create_engine(empty)
    with engine.begin() as connection:
        for column in ("doubt_gseq", "retold"):
            connection.execute(text(f"ALTER TABLE national_dossier DROP COLUMN {column}"))
        connection.execute(text("UPDATE setting SET value = '1' WHERE name = 'schema_version'"))
        columns = "unit_id, dossier_id, first_gseq, noted_gseq, next_ms"
        connection.execute(text(f"INSERT INTO national_dossier ({columns}) VALUES (:u, 'd', 1, 1, 0)"), {"u": unit_id})

    assert json.loads(run_admin(empty, "units"))["unit_id"] == unit_id

    with engine.begin() as connection:
        row = connection.execute(text("SELECT doubt_gseq, retold FROM national_dossier")).one()
        version = connection.execute(text("SELECT value FROM setting WHERE name = 'schema_version'")).scalar()
    engine.dispose()
    assert (tuple(row), version) == ((0, 0), str(SCHEMA_VERSION))


def test_a_restored_city_says_that_it_is_another(empty: str) -> None:
    run_admin(empty, "create-unit", "--sample")

    seen = {json.loads(run_admin(empty, "restored"))["incarnation"] for _ in range(2)}

    assert len(seen) == 2
