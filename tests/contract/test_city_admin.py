"""Administrators: every role against every act, and the record of all of it."""

import secrets
from collections.abc import Mapping
from typing import Any

import pytest

from desktop.cityserver.admins import ALLOWED, Action, Role, add_admin
from tests.contract.conftest import new_unit_id
from tests.lint.repository import ROOT
from tests.support.city import TestCity
from tests.support.pcs import Pc

_TOML = {"Content-Type": "text/plain; charset=utf-8"}
_SAMPLE = (ROOT / "resources" / "units" / "sample.toml").read_text("utf-8")


def acts(pc: Pc) -> Mapping[Action, tuple[str, str, dict[str, Any]]]:
    """Return a call for each act."""
    unit = _SAMPLE.replace("0197f000-0000-7000-8000-000000000001", new_unit_id())
    return {
        Action.CREATE_UNIT: ("POST", "/v1/admin/units", {"json": {"provisioning": unit}}),
        Action.ENROL_CODE: ("POST", f"/v1/admin/units/{pc.unit_id}/enrol-codes", {"json": {}}),
        Action.REVOKE: ("POST", f"/v1/admin/replicas/{pc.replica_id}/revoke", {}),
        Action.PUBLISH: ("PUT", "/v1/admin/catalogue/roles", {"content": b"units = [1]\n", "headers": _TOML}),
        Action.SEE: ("GET", "/v1/admin/units", {}),
        Action.FINDINGS: ("GET", "/v1/admin/findings", {}),
        Action.RATINGS: ("GET", "/v1/admin/ratings", {}),
    }


def manage(city: TestCity, token: str, call: tuple[str, str, dict[str, Any]]) -> int:
    """Send a call with a token."""
    method, path, more = call
    headers = ({"Authorization": f"Bearer {token}"} if token else {}) | more.get("headers", {})
    return city.call(method, path, **{**more, "headers": headers}).status_code


def admin_of(city: TestCity, role: Role) -> tuple[str, str]:
    """Make an administrator; return login and token."""
    if city.city is None:
        pytest.skip("administrators of another city are made on its own machine")
    login = f"{role}-{secrets.token_hex(4)}"
    with city.city.store.writing() as connection:
        return login, add_admin(connection, login, role)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_a_role_does_what_it_may_and_nothing_else(city: TestCity, pc: Pc, role: Role, action: Action) -> None:
    login, token = admin_of(city, role)

    status = manage(city, token, acts(pc)[action])

    assert status == (200 if action in ALLOWED[role] else 403)
    recorded = [line for line in city.manage("GET", "/v1/admin/audit").json()["acts"] if line["actor"] == login]
    outcomes = [(line["action"], line["outcome"]) for line in recorded]
    # One operator alone asks for these two; see test_city_revoking.py and test_city_granting.py.
    outcome = "asked" if action in (Action.REVOKE, Action.ENROL_CODE) else "done"
    allowed = [] if action is Action.SEE else [(action, outcome)]
    assert outcomes == (allowed if status == 200 else [(action, "refused")])


@pytest.mark.parametrize("action", list(Action))
def test_a_pcs_token_is_no_administrators(city: TestCity, pc: Pc, action: Action) -> None:
    assert manage(city, pc.token, acts(pc)[action]) == 401


@pytest.mark.parametrize("action", list(Action))
def test_without_a_token_nothing_is_administered(city: TestCity, pc: Pc, action: Action) -> None:
    assert manage(city, "", acts(pc)[action]) == 401


def test_an_administrators_token_is_no_pcs(city: TestCity, pc: Pc) -> None:
    assert city.manage("GET", f"/v1/feeds/{pc.unit_id}").status_code == 401


def test_a_unit_is_made_once(city: TestCity, unit_id: str) -> None:
    unit = _SAMPLE.replace("0197f000-0000-7000-8000-000000000001", unit_id)

    answer = city.manage("POST", "/v1/admin/units", json={"provisioning": unit})

    assert (answer.status_code, answer.json()["code"]) == (409, "unit-exists")


@pytest.mark.parametrize(
    "text", ["", "unit = 1", "[unit]\nname = 'x'", "not toml [", _SAMPLE.replace("place =", "plaze =")]
)
def test_a_unit_that_could_print_no_form_is_refused(city: TestCity, text: str) -> None:
    answer = city.manage("POST", "/v1/admin/units", json={"provisioning": text})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-unit")


def test_the_record_of_acts_holds_no_secret(city: TestCity, unit_id: str) -> None:
    code = city.enrol_code(unit_id)

    text = city.manage("GET", "/v1/admin/audit").text

    assert code not in text
    assert code.replace("-", "") not in text
    assert city.admin not in text


def test_metrics_count_calls_by_route_and_name_nobody(city: TestCity, pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(2))

    text = city.call("GET", "/metrics").text

    assert 'motcua_http_requests_total{method="POST",route="/v1/replicas/{replica_id}/push",status="200"}' in text
    assert 'motcua_verdicts_total{kind="accepted"}' in text
    assert pc.replica_id not in text
    assert pc.unit_id not in text


def test_the_city_says_that_it_lives_and_is_ready(city: TestCity) -> None:
    assert city.call("GET", "/health").text == "ok\n"
    assert city.call("GET", "/ready").text == "ready\n"


def test_an_id_no_unit_can_have_is_refused(city: TestCity) -> None:
    answer = city.manage("PUT", "/v1/admin/catalogue/x?unit_id=%00")

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-message")
