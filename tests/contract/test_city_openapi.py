"""The OpenAPI document against the city itself: schemathesis tries every route with a token that opens it."""

import hashlib
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.contract.conftest import new_unit_id
from tests.support.city import TestCity
from tests.support.pcs import Pc, join

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: A busy machine is no fault of the city's; schemathesis would give a call up after ten seconds.
_PATIENCE_S = 120
_EXAMPLES = int(os.environ.get("MOTCUA_EXAMPLES", "300" if os.environ.get("MOTCUA_SWEEP") else "8"))


@pytest.fixture(scope="session")
def speaker(city: TestCity) -> Pc:
    """Return a PC whose token is shown."""
    return join(city, city.create_unit(new_unit_id()))


def aimed(case: Case, speaker: Pc, admin: str) -> dict[str, str]:
    """Point a case at the speaker's own replica and ward, and return its headers: else every answer would be 403."""
    is_admin = "/v1/admin/" in case.operation.path
    for name, value in (("replica_id", speaker.replica_id), ("unit_id", speaker.unit_id)):
        # An administrator's calls keep what was made up: the speaker must not be revoked.
        if name in case.path_parameters and not is_admin:
            case.path_parameters[name] = value
    if case.query and "wait" in case.query:
        case.query["wait"] = 0  # a long poll would only make the test long
    return {"Authorization": f"Bearer {admin if is_admin else speaker.token}"}


@pytest.mark.timeout(7200)
def test_no_call_breaks_the_city_or_gets_an_answer_nobody_documented(city: TestCity, speaker: Pc) -> None:
    schema = schemathesis.openapi.from_url(f"{city.url}/openapi.json")
    tried = 0

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def check(case: Case) -> None:
            headers = aimed(case, speaker, city.admin)
            case.call_and_validate(base_url=city.url, headers=headers, checks=_CHECKS, timeout=_PATIENCE_S)

        # The city's tokens last ten minutes: with an expired one every answer would be 401.
        speaker.sign_in()
        check()
        tried += 1

    assert tried >= 20


def test_every_route_of_the_city_is_described(city: TestCity) -> None:
    described = city.call("GET", "/openapi.json").json()["paths"]

    wanted = {
        "/v1/enrol", "/v1/token", "/v1/hello", "/v1/replicas/{replica_id}", "/v1/replicas/{replica_id}/push",
        "/v1/replicas/{replica_id}/epochs", "/v1/feeds/{unit_id}", "/v1/feeds/{unit_id}/relay", "/v1/leases",
        "/v1/custody/{dossier_id}", "/v1/park", "/v1/blobs/{sha256}", "/v1/catalogue", "/v1/catalogue/{name}",
    }  # fmt: skip
    assert wanted <= described.keys()


def test_answers_without_a_body_are_described_without_content(city: TestCity, pc: Pc) -> None:
    paths = city.call("GET", "/openapi.json").json()["paths"]
    empty = f"/v1/blobs/{hashlib.sha256().hexdigest()}"
    pc.call("PUT", f"{empty}?size=0", headers={"Content-Type": "application/octet-stream"})

    answer = pc.call("HEAD", empty)

    assert (answer.status_code, "content-type" in answer.headers) == (200, False)
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status, described in operation["responses"].items():
                has_none = method == "head" or status in ("204", "304")
                assert ("content" not in described) == has_none, (path, method, status)
