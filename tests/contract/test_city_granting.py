"""An enrolment code of a ward that has data is given by two operators: whoever has one gets the whole ward."""

import contextlib
import io
import json
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from desktop.cityserver.__main__ import main
from desktop.cityserver.admins import Action, Admin, Role, add_admin, remove_admin
from desktop.cityserver.city import City
from desktop.cityserver.granting import grant_code
from desktop.cityserver.schema import AUDIT, DEVICE, FEED
from desktop.cityserver.two_operators import HOURS, asked
from tests.contract.conftest import new_unit_id
from tests.support.city import TestCity, run_admin
from tests.support.pcs import Pc

_MS = 3_600_000


def operator(city: TestCity, role: Role = Role.OPERATOR) -> tuple[str, str]:
    """Make an administrator; return login and token."""
    if city.city is None:
        pytest.skip("administrators of another city are made on its own machine")
    login = f"{role}-{secrets.token_hex(4)}"
    with city.city.store.writing() as connection:
        return login, add_admin(connection, login, role)


def code(city: TestCity, token: str, unit_id: str) -> dict[str, str]:
    path = f"/v1/admin/units/{unit_id}/enrol-codes"
    answer = city.call("POST", path, headers={"Authorization": f"Bearer {token}"}, json={})
    assert answer.status_code == 200, answer.text
    found: dict[str, str] = answer.json()
    return found


def recorded(city: TestCity, unit_id: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return who did what about codes of a unit, newest first."""
    acts = city.manage("GET", "/v1/admin/audit", params={"limit": 1000}).json()["acts"]
    mine = [each for each in acts if (each["action"], each["target"]) == ("enrol-code", unit_id)]
    return [(each["actor"], each["outcome"], json.loads(each["details"])) for each in mine]


def test_one_operator_asks_however_often_and_another_one_gets_the_code(city: TestCity, pc: Pc) -> None:
    (first, one), (second, two) = operator(city), operator(city)

    alone = [code(city, one, pc.unit_id) for _ in range(2)]
    line = next(each for each in city.manage("GET", "/v1/admin/units").json()["units"] if each["unit_id"] == pc.unit_id)
    given = code(city, two, pc.unit_id)

    assert alone == [{"code": "", "asked_by": first}] * 2
    assert line["code_asked_by"] == first
    assert (len(given["code"]), given["asked_by"]) == (19, "")
    acts = recorded(city, pc.unit_id)
    assert acts[0] == (second, "done", {"asked_by": first, "hours": HOURS})
    assert acts[1:3] == [(first, "asked", {"hours": HOURS})] * 2


def test_one_word_of_a_second_operator_is_good_for_one_code(city: TestCity, pc: Pc) -> None:
    (_, one), (second, two) = operator(city), operator(city)
    code(city, one, pc.unit_id)
    assert code(city, two, pc.unit_id)["code"]

    assert code(city, two, pc.unit_id) == {"code": "", "asked_by": second}
    assert code(city, one, pc.unit_id)["code"]


@pytest.mark.parametrize("has", ["nothing", "a PC", "data"])
def test_a_ward_without_data_needs_one_operator(city: TestCity, unit_id: str, has: str) -> None:
    _, token = operator(city)
    operator(city)
    assert city.city is not None
    with city.city.store.writing() as connection:
        if has == "a PC":
            values = {column.name: "" if column.type.python_type is str else 0 for column in DEVICE.columns}
            named = {"unit_id": unit_id, "replica_id": f"pc-{unit_id}", "is_revoked": False}
            connection.execute(insert(DEVICE), {**values, **named})
        elif has == "data":
            connection.execute(update(FEED).where(FEED.c.unit_id == unit_id).values(gseq=1))

    assert bool(code(city, token, unit_id)["code"]) is (has == "nothing")


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.AUDITOR])
def test_who_is_no_operator_is_no_second_one(city: TestCity, pc: Pc, role: Role) -> None:
    (_, one), (_, other) = operator(city), operator(city, role)
    code(city, one, pc.unit_id)

    path = f"/v1/admin/units/{pc.unit_id}/enrol-codes"
    assert city.call("POST", path, headers={"Authorization": f"Bearer {other}"}, json={}).status_code == 403


def test_what_was_asked_too_long_ago_or_by_who_is_gone_is_asked_anew(city: TestCity, pc: Pc) -> None:
    (first, one), (second, _) = operator(city), operator(city)
    code(city, one, pc.unit_id)
    assert city.city is not None
    now_ms, by = city.city.now_ms(), Admin(second, Role.OPERATOR)

    with city.city.store.writing() as connection:
        assert pc.unit_id not in asked(connection, Action.ENROL_CODE, now_ms + HOURS * _MS + _MS)
        remove_admin(connection, first)
        assert grant_code(connection, pc.unit_id, by, now_ms) == ""


def test_of_a_ward_nobody_made_there_is_no_code(city: TestCity) -> None:
    _, token = operator(city)

    path = f"/v1/admin/units/{new_unit_id()}/enrol-codes"
    answer = city.call("POST", path, headers={"Authorization": f"Bearer {token}"}, json={})

    assert (answer.status_code, answer.json()["code"]) == (404, "unit-unknown")


# --- at the city's own machine ---------------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path) -> "Machine":
    return Machine(tmp_path)


class Machine:
    """The city's own machine, with a ward that has data."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database = folder, f"sqlite:///{folder / 'city.db'}"
        self.unit_id = run_admin(self.database, "create-unit", "--sample")

    def begin(self) -> None:
        with closing(City.open(self.database)) as city, city.store.writing() as connection:
            connection.execute(update(FEED).where(FEED.c.unit_id == self.unit_id).values(gseq=1))

    def operator(self, name: str, *by: str) -> tuple[str, str]:
        """Make an operator; return the option that shows his token."""
        file = self.folder / name
        file.write_text(run_admin(self.database, "add-admin", name, "--role", "operator", *by) + "\n", "utf-8")
        return "--token-file", str(file)

    def refused(self, *arguments: str) -> str:
        """Return what a refused command says; it writes nothing where answers are read."""
        output, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            assert main(["--db", self.database, "admin", *arguments]) == 1
        assert output.getvalue() == ""
        return errors.getvalue()

    def code(self, *options: str) -> str:
        return run_admin(self.database, "enrol-code", self.unit_id, *options)

    def acts(self, action: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        with closing(City.open(self.database)) as city, city.store.reading() as connection:
            for row in connection.execute(select(AUDIT).where(AUDIT.c.action == action).order_by(AUDIT.c.at_ms)):
                yield row.actor, row.outcome, json.loads(row.details)


def test_a_city_without_operators_gives_codes_as_it_always_did(machine: Machine) -> None:
    machine.begin()

    assert len({machine.code(), machine.code()}) == 2
    assert [details for _, _, details in machine.acts("enrol-code")] == [{"hours": HOURS}] * 2


def test_the_only_operator_gives_codes_alone_and_the_record_says_so(machine: Machine) -> None:
    only = machine.operator("one")
    machine.begin()

    assert machine.code(*only)
    assert list(machine.acts("enrol-code")) == [("one", "done", {"alone": True, "hours": HOURS})]


def test_two_operators_show_their_tokens_at_once_or_one_after_the_other(machine: Machine) -> None:
    one = machine.operator("one")
    two = machine.operator("two", *one)
    assert machine.code()
    machine.begin()

    assert "người vận hành" in machine.refused("enrol-code", machine.unit_id)
    assert "72 giờ" in machine.refused("enrol-code", machine.unit_id, *one, *one)
    assert machine.code(*two)
    assert "72 giờ" in machine.refused("enrol-code", machine.unit_id, *two)
    assert machine.code(*one)
    assert machine.code(*one, *two)
    assert "72 giờ" in machine.refused("enrol-code", machine.unit_id, *two)


def test_in_an_emergency_the_machine_gives_a_code_and_the_record_says_so(machine: Machine) -> None:
    machine.operator("one")
    machine.begin()

    assert machine.code("--break-glass")
    ((actor, outcome, details),) = machine.acts("enrol-code")
    assert actor.startswith("cli:")
    assert (outcome, details) == ("done", {"break_glass": True, "hours": HOURS})


@pytest.mark.parametrize("command", ["add-admin", "remove-admin"])
def test_administrators_are_changed_by_who_shows_an_operators_token(machine: Machine, command: str) -> None:
    """The first one is made by whoever runs the machine; a token of another role is none."""
    one = machine.operator("one")
    auditor = machine.folder / "auditor"
    auditor.write_text(run_admin(machine.database, "add-admin", "auditor", *one), "utf-8")

    assert "--token-file" in machine.refused(command, "two")
    assert "auditor" in machine.refused(command, "two", "--token-file", str(auditor))
    (machine.folder / "none").write_text("none", "utf-8")
    assert machine.refused(command, "two", "--token-file", str(machine.folder / "none"))
    assert run_admin(machine.database, command, "two", *one)

    last = list(machine.acts(command))[-1]
    assert last[:2] == ("one", "done")
    assert last[2]["machine_user"].startswith("cli:")


def test_in_an_emergency_the_machine_makes_an_operator_and_the_record_says_so(machine: Machine) -> None:
    machine.operator("one")

    machine.operator("two", "--break-glass")

    first, second = machine.acts("add-admin")
    assert first[2] == {"role": "operator"}
    assert second[0].startswith("cli:")
    assert second[2] == {"break_glass": True, "role": "operator"}
