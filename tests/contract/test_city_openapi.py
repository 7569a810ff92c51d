"""The OpenAPI document against the city itself: schemathesis tries every route, with and without a token."""

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.city import TestCity
from tests.support.pcs import Pc, join

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_EXAMPLES = 200 if os.environ.get("MOTCUA_SWEEP") else 12


@pytest.fixture(scope="module")
def speaker(city: TestCity) -> Pc:
    """Return a PC whose token is shown."""
    from tests.contract.conftest import new_unit_id  # noqa: PLC0415

    return join(city, city.create_unit(new_unit_id()))


@pytest.fixture
def document(city: TestCity) -> Any:
    """Return the city's OpenAPI document."""
    return schemathesis.openapi.from_url(f"{city.url}/openapi.json", wait_for_schema=5)


schema = schemathesis.pytest.from_fixture("document")


@schema.parametrize()
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_call_breaks_the_city_or_gets_an_answer_nobody_documented(case: Case, speaker: Pc, city: TestCity) -> None:
    is_admin = "/v1/admin/" in case.operation.path
    if "replica_id" in case.path_parameters and not is_admin:
        case.path_parameters["replica_id"] = speaker.replica_id
    if "unit_id" in case.path_parameters and not is_admin:
        case.path_parameters["unit_id"] = speaker.unit_id
    token = city.admin if is_admin else speaker.token
    headers = {"Authorization": f"Bearer {token}"} if case.operation.path != "/v1/enrol" else {}

    case.call_and_validate(base_url=city.url, headers=headers, checks=_CHECKS)


def test_every_route_of_the_city_is_described(city: TestCity) -> None:
    described = city.call("GET", "/openapi.json").json()["paths"]

    wanted = {
        "/v1/enrol", "/v1/token", "/v1/hello", "/v1/replicas/{replica_id}", "/v1/replicas/{replica_id}/push",
        "/v1/replicas/{replica_id}/epochs", "/v1/feeds/{unit_id}", "/v1/feeds/{unit_id}/relay", "/v1/leases",
        "/v1/custody/{dossier_id}", "/v1/park", "/v1/blobs/{sha256}", "/v1/catalogue", "/v1/catalogue/{name}",
    }  # fmt: skip
    assert wanted <= described.keys()
