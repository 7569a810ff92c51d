"""Who gets in: enrolment, tokens, and every route against who must not use it."""

import secrets
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.cityserver.keys import is_signed
from desktop.protocol.messages import EnrolAnswer
from desktop.protocol.signing_words import revocation_words
from tests.contract.conftest import new_unit_id
from tests.support.city import Clock, TestCity
from tests.support.pcs import Pc, code_of, enrolment, join, received, sha256

_HASH = sha256(b"paper")

#: Every route that needs a token: method, path, body.
ROUTES = (
    ("POST", "/v1/replicas/{replica}/push", {"epoch": "e", "events": []}),
    ("GET", "/v1/replicas/{replica}?epoch=e", None),
    ("POST", "/v1/replicas/{replica}/epochs", {"epoch": "e", "reason": "first", "install": "i"}),
    ("POST", "/v1/replicas/{replica}/report", {"program": "0.1", "unsent": 1}),
    ("GET", "/v1/feeds/{unit}", None),
    ("POST", "/v1/feeds/{unit}/relay", {"events": []}),
    ("GET", "/v1/feeds/{unit}/digests", None),
    ("POST", "/v1/leases", {"epoch": "e"}),
    ("POST", "/v1/custody/dossier-1", {"action": "take", "to": "r", "by": "user-lan"}),
    (
        "POST",
        "/v1/park",
        {"epoch": "e", "seq": 1, "hash": _HASH, "prev_hash": _HASH, "sig": _HASH * 2, "body_base64": ""},
    ),
    ("HEAD", f"/v1/blobs/{_HASH}", None),
    ("GET", f"/v1/blobs/{_HASH}", None),
    ("PUT", f"/v1/blobs/{_HASH}?size=5", b"paper"),
    ("PATCH", f"/v1/blobs/{_HASH}", b"paper"),
    ("GET", "/v1/catalogue", None),
    ("GET", "/v1/catalogue/procedures", None),
)
_NAMES = [f"{method} {path.partition('?')[0]}" for method, path, _ in ROUTES]
_WITH_ID = [(route, name) for route, name in zip(ROUTES, _NAMES, strict=True) if "{" in route[1]]

Route = tuple[str, str, dict[str, object] | bytes | None]


def send(pc: Pc, route: Route, *, replica: str = "", unit: str = "", token: str | None = None) -> httpx2.Response:
    """Call a route as a PC, of its own or of somebody else's."""
    method, path, body = route
    path = path.format(replica=replica or pc.replica_id, unit=unit or pc.unit_id)
    given = pc.token if token is None else token
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    if isinstance(body, bytes):
        headers |= {"Content-Type": "application/octet-stream", "Upload-Offset": "0"}
        return pc.city.call(method, path, content=body, headers=headers)
    more = {} if body is None else {"json": body}
    return pc.city.call(method, path, headers=headers, **more)


# --- enrolment -------------------------------------------------------------------------------------------------------


def test_a_code_enrols_one_pc(city: TestCity, unit_id: str) -> None:
    key = Ed25519PrivateKey.generate()

    answer = city.call("POST", "/v1/enrol", json=enrolment(key, city.enrol_code(unit_id), "replica-enrol-1" + unit_id))

    enrolled = EnrolAnswer.model_validate_json(answer.content)
    assert (enrolled.unit_id, enrolled.counter, enrolled.is_training) == (unit_id, 1, True)


def test_a_code_is_read_as_a_person_types_it(city: TestCity, unit_id: str) -> None:
    code = city.enrol_code(unit_id).lower().replace("-", " ")
    key = Ed25519PrivateKey.generate()

    answer = city.call("POST", "/v1/enrol", json=enrolment(key, code, "replica-typed" + unit_id))

    assert answer.status_code == 200


def test_a_code_used_by_another_pc_is_refused(city: TestCity, unit_id: str) -> None:
    code = city.enrol_code(unit_id)
    first = city.call("POST", "/v1/enrol", json=enrolment(Ed25519PrivateKey.generate(), code, "first" + unit_id))
    assert first.status_code == 200

    answer = city.call("POST", "/v1/enrol", json=enrolment(Ed25519PrivateKey.generate(), code, "second" + unit_id))

    assert (answer.status_code, answer.json()["code"]) == (403, "code-used")


def test_a_lost_answer_of_enrolment_is_given_again(city: TestCity, unit_id: str) -> None:
    request = enrolment(Ed25519PrivateKey.generate(), city.enrol_code(unit_id), "again" + unit_id)

    answers = [city.call("POST", "/v1/enrol", json=request).json() for _ in range(2)]

    assert answers[0] == answers[1]


def test_a_code_dies_with_its_hours(city: TestCity, unit_id: str, moving_clock: Clock) -> None:
    code = city.enrol_code(unit_id)
    moving_clock.ahead_ms = 73 * 3_600_000

    answer = city.call("POST", "/v1/enrol", json=enrolment(Ed25519PrivateKey.generate(), code, "late" + unit_id))

    assert (answer.status_code, answer.json()["code"]) == (403, "code-expired")


def test_a_guessed_code_is_refused(city: TestCity) -> None:
    request = enrolment(Ed25519PrivateKey.generate(), "AAAA-BBBB-CCCC-DDDD", "guess")

    answer = city.call("POST", "/v1/enrol", json=request)

    assert (answer.status_code, answer.json()["code"]) == (403, "code-unknown")


def test_a_key_nobody_holds_does_not_enrol(city: TestCity, unit_id: str) -> None:
    request = enrolment(Ed25519PrivateKey.generate(), city.enrol_code(unit_id), "keyless" + unit_id)
    request["public_key"] = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()

    answer = city.call("POST", "/v1/enrol", json=request)

    assert answer.json()["code"] == "bad-signature"


def test_a_replica_of_another_ward_or_key_is_not_taken_over(city: TestCity, pc: Pc) -> None:
    elsewhere = city.create_unit(new_unit_id())

    answers = [
        city.call("POST", "/v1/enrol", json=enrolment(Ed25519PrivateKey.generate(), code, pc.replica_id))
        for code in (city.enrol_code(pc.unit_id), city.enrol_code(elsewhere))
    ]

    assert [answer.json()["code"] for answer in answers] == ["replica-exists"] * 2


def test_each_pc_of_a_ward_gets_a_counter_of_its_own(city: TestCity, unit_id: str) -> None:
    counters = [join(city, unit_id).enrolled.counter for _ in range(3)]

    assert counters == [1, 2, 3]


# --- tokens ----------------------------------------------------------------------------------------------------------


def test_an_assertion_gets_one_token_only(pc: Pc) -> None:
    assertion = pc.assertion()
    assert pc.city.call("POST", "/v1/token", json=assertion).status_code == 200

    answer = pc.city.call("POST", "/v1/token", json=assertion)

    assert (answer.status_code, answer.json()["code"]) == (401, "assertion-used")


def test_an_assertion_of_another_hour_is_told_the_citys_time(pc: Pc) -> None:
    answer = pc.sign_in(at=datetime.now(UTC) - timedelta(hours=1))  # noqa: TID251 - the city's clock is the machine's

    assert (answer.status_code, answer.json()["code"]) == (401, "clock-suspect")
    assert datetime.fromisoformat(answer.json()["facts"]["server_time"]).tzinfo is not None


def test_an_assertion_for_another_pc_is_refused(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)

    answer = pc.sign_in(replica_id=other.replica_id)

    assert answer.json()["code"] == "bad-signature"


def test_an_unknown_pc_gets_no_token(pc: Pc) -> None:
    answer = pc.sign_in(replica_id="nobody")

    assert (answer.status_code, answer.json()["code"]) == (403, "device-unknown")


def test_a_token_holds_ten_minutes(pc: Pc, moving_clock: Clock) -> None:
    assert pc.feed().status_code == 200
    moving_clock.ahead_ms = 601_000

    answer = pc.feed()

    assert (answer.status_code, answer.json()["code"]) == (401, "token-expired")


# --- every route -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES, ids=_NAMES)
def test_no_route_answers_without_a_token(pc: Pc, route: Route) -> None:
    answer = send(pc, route, token="")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("route", ROUTES, ids=_NAMES)
def test_no_route_answers_a_token_somebody_made_up(pc: Pc, route: Route) -> None:
    words, _, signature = pc.token.partition(".")
    forged = f"{words[:-4]}AAAA.{signature}"

    answers = [send(pc, route, token=token).status_code for token in (forged, "x.y", "=.=", f"{words}.")]

    assert answers == [401] * 4


@pytest.mark.parametrize(("route", "name"), _WITH_ID, ids=[name for _, name in _WITH_ID])
def test_a_stolen_token_opens_nothing_of_another_pc_or_ward(city: TestCity, pc: Pc, route: Route, name: str) -> None:
    del name
    other = join(city, city.create_unit(new_unit_id()))

    answer = send(pc, route, replica=other.replica_id, unit=other.unit_id)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-yours")


@pytest.mark.parametrize("route", ROUTES, ids=_NAMES)
def test_a_revoked_pc_is_refused_everywhere_with_the_citys_signature(city: TestCity, pc: Pc, route: Route) -> None:
    assert city.revoke(pc.replica_id).status_code == 200

    answer = send(pc, route)

    assert answer.status_code == 403
    if route[0] != "HEAD":
        problem = answer.json()
        words = revocation_words(pc.replica_id, problem["facts"]["incarnation"])
        assert problem["code"] == "device-revoked"
        assert is_signed(pc.enrolled.city_key, words, bytes.fromhex(problem["facts"]["signature"]))


def test_a_revoked_pc_gets_no_token_and_hello_says_so(city: TestCity, pc: Pc) -> None:
    assert pc.call("GET", "/v1/hello").json()["revoked"] is False
    city.revoke(pc.replica_id)

    assert pc.sign_in().json()["code"] == "device-revoked"
    assert pc.call("GET", "/v1/hello").json()["revoked"] is True


def test_a_push_recorded_on_the_way_is_worth_nothing_to_who_replays_it(city: TestCity, pc: Pc) -> None:
    events = [pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")]
    assert pc.push(events).status_code == 200
    thief = join(city, city.create_unit(new_unit_id()))
    neighbour = join(city, pc.unit_id)

    under_own_name = [
        each.call(
            "POST",
            f"/v1/replicas/{each.replica_id}/push",
            json={"epoch": each.log.epoch, "events": [event.model_dump() for event in events]},
        )
        for each in (thief, neighbour)
    ]
    same_again = pc.push(events)

    assert [answer.json()["code"] for answer in under_own_name] == ["bad-message"] * 2
    assert same_again.status_code == 200
    assert pc.feed().json()["head"] == 1


def test_events_another_key_signed_are_refused(pc: Pc) -> None:
    forger = type(pc.log)(pc.replica_id, pc.unit_id, Ed25519PrivateKey.generate(), pc.log.epoch)

    answer = pc.push(forger.unit_events(2))

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-signature")


def test_an_event_of_another_ward_gets_no_place_in_the_truth(pc: Pc) -> None:
    event = pc.log.write(received(code_of(1), "another-ward"), "dossier-1", unit_id="another-ward")

    answer = pc.pushed([event])

    assert (answer.verdicts[0].kind, answer.verdicts[0].code) == ("rejected", "wrong_unit")


def test_a_dossier_of_another_ward_cannot_be_taken(city: TestCity, pc: Pc) -> None:
    pc.pushed([pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")])
    other = join(city, city.create_unit(new_unit_id()))

    answer = other.call(
        "POST", "/v1/custody/dossier-1", json={"action": "take", "to": other.replica_id, "by": "user-lan"}
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "dossier-unknown")


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_body_beyond_the_limit_is_refused(pc: Pc) -> None:
    path = f"/v1/replicas/{pc.replica_id}/push"

    answer = pc.call("POST", path, content=b" " * 8_000_001, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_another_media_type_is_refused(pc: Pc) -> None:
    answer = pc.call("POST", "/v1/leases", content=b"{}", headers={"Content-Type": "text/plain"})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


def test_a_refusal_is_a_problem_document_with_a_vietnamese_sentence(pc: Pc) -> None:
    answer = pc.call("GET", "/v1/feeds/" + secrets.token_hex(4))

    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["type"]) == (403, "urn:motcua:not-yours")
    assert problem["detail"].startswith("Máy này không có quyền")
