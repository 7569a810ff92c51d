"""A PC is revoked by two operators: one asks, another does it, and the record names both."""

import json
import secrets
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import insert

from desktop.cityserver.admins import Action, Admin, Role, add_admin, remove_admin
from desktop.cityserver.city import City
from desktop.cityserver.revoking import revoke
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.two_operators import HOURS, asked
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


def call(city: TestCity, token: str, pc: Pc) -> httpx2.Response:
    path = f"/v1/admin/replicas/{pc.replica_id}/revoke"
    return city.call("POST", path, headers={"Authorization": f"Bearer {token}"})


def line(answer: httpx2.Response) -> dict[str, object]:
    (only,) = answer.json()["replicas"]
    return {name: only[name] for name in ("is_revoked", "revoke_asked_by")}


def test_one_operator_asks_however_often_and_another_revokes(city: TestCity, pc: Pc) -> None:
    (first, one), (second, two) = operator(city), operator(city)

    alone = [line(call(city, one, pc)) for _ in range(2)]
    still = pc.call("GET", "/v1/hello").json()["revoked"]
    done = line(call(city, two, pc))

    assert alone == [{"is_revoked": False, "revoke_asked_by": first}] * 2
    assert still is False
    assert done == {"is_revoked": True, "revoke_asked_by": ""}
    assert pc.call("GET", "/v1/hello").json()["revoked"] is True
    acts = city.manage("GET", "/v1/admin/audit").json()["acts"]
    mine = [(each["actor"], each["outcome"]) for each in acts if each["target"] == pc.replica_id]
    assert mine == [(second, "done"), (first, "asked"), (first, "asked")]
    assert first in next(each["details"] for each in acts if each["target"] == pc.replica_id)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.AUDITOR])
def test_who_is_no_operator_is_no_second_one(city: TestCity, pc: Pc, role: Role) -> None:
    (_, one), (_, other) = operator(city), operator(city, role)
    call(city, one, pc)

    assert call(city, other, pc).status_code == 403
    assert pc.call("GET", "/v1/hello").json()["revoked"] is False


def test_what_was_asked_too_long_ago_or_by_who_is_gone_is_asked_anew(city: TestCity, pc: Pc) -> None:
    (first, one), (second, _) = operator(city), operator(city)
    call(city, one, pc)
    assert city.city is not None
    now_ms, by = city.city.now_ms(), Admin(second, Role.OPERATOR)

    with city.city.store.writing() as connection:
        assert pc.replica_id not in asked(connection, Action.REVOKE, now_ms + HOURS * _MS + _MS)
        remove_admin(connection, first)
        assert revoke(connection, pc.replica_id, by, now_ms) is False


def test_at_the_citys_own_machine_two_operators_show_their_tokens(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'city.db'}"
    unit_id = run_admin(database, "create-unit", "--sample")
    files = [tmp_path / "one", tmp_path / "two"]
    for file, stood_by in zip(files, ((), ("--token-file", str(files[0]))), strict=True):
        token = run_admin(database, "add-admin", file.name, "--role", "operator", *stood_by)
        file.write_text(f"{token}\n", "utf-8")
    with closing(City.open(database)) as city, city.store.writing() as connection:
        values = {column.name: "" if column.type.python_type is str else 0 for column in DEVICE.columns}
        connection.execute(insert(DEVICE), {**values, "unit_id": unit_id, "replica_id": "pc-1", "is_revoked": False})
    shown = [("--token-file", str(file)) for file in files]

    alone = json.loads(run_admin(database, "revoke", "pc-1", *shown[0], *shown[0]))
    both = json.loads(run_admin(database, "revoke", "pc-1", *shown[1]))

    assert alone == {"asked": "pc-1", "hours": HOURS}
    assert both == {"revoked": "pc-1"}
