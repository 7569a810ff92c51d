import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import count

import pytest

from desktop.devices.signing_key import verify
from desktop.domain.feed import Place
from desktop.protocol.messages import PushRequest, WireEvent
from desktop.protocol.signing_words import checkpoint_words, revocation_words, token_words
from desktop.sync.connection import Patience
from desktop.sync.ports import CityRefused, LinkFailed
from tests.support.fault_proxy import Fault, FaultProxy, Request
from tests.unit.sync.link_kit import (
    CITY,
    HELLO,
    NOW,
    PC,
    STANDING,
    Heard,
    Said,
    TinyCity,
    days,
    link_to,
    plain,
    problem,
)

STANDING_PATH = "/v1/replicas/r1"
EVENT = WireEvent(body="{}" * 1_000, hash="ab" * 32, sig="cd" * 64)
HEAD_HASH = "ef" * 32
SHORTEST = Patience(connect_s=1, silence_s=1, whole_s=2)


@pytest.fixture
def city() -> Iterator[TinyCity]:
    with TinyCity() as made:
        made.answers[STANDING_PATH] = plain(STANDING)
        yield made


def failure(city: TinyCity | FaultProxy, patience: Patience = SHORTEST) -> LinkFailed:
    """Say hello in vain and return why it failed."""
    link = link_to(city.address, patience=patience)
    with pytest.raises(LinkFailed) as failed:
        link.hello()
    link.close()
    return failed.value


def test_a_call_carries_a_token_signed_by_the_pc(city: TinyCity) -> None:
    link = link_to(city.address)

    standing = link.standing("e1")
    link.standing("e1")
    link.close()

    assert standing.last == 3
    assert [heard.path for heard in city.heard] == ["/v1/token", "/v1/replicas/r1?epoch=e1", "/v1/replicas/r1?epoch=e1"]
    asked = json.loads(city.heard[0].body)
    words = token_words("r1", datetime.fromisoformat(asked["at"]), asked["nonce"])
    assert verify(PC.public, words, bytes.fromhex(asked["signature"]))
    assert city.heard[1].fields["Authorization"] == "Bearer t1"


def test_large_bodies_go_out_packed(city: TinyCity) -> None:
    city.answers[f"{STANDING_PATH}/push"] = plain({"last": 1, "head_hash": HEAD_HASH, "verdicts": []})
    link = link_to(city.address)

    link.push(PushRequest(epoch="e1", events=[EVENT]))
    link.close()

    sent = city.heard[-1]
    assert sent.fields["Content-Encoding"] == "gzip"
    assert PushRequest.model_validate_json(gzip.decompress(sent.body)).events == [EVENT]


def test_packed_answers_are_unpacked(city: TinyCity) -> None:
    packed = gzip.compress(json.dumps(HELLO).encode())
    city.answers["/v1/hello"] = Said(packed, fields={"Content-Encoding": "gzip"})
    link = link_to(city.address)

    assert link.hello().incarnation == "i1"
    link.close()


def test_a_token_the_city_forgot_is_replaced_once(city: TinyCity) -> None:
    numbers = count(1)
    city.answers["/v1/token"] = lambda _: plain({"token": f"t{next(numbers)}", "expires_in_s": 600})

    def standing(heard: Heard) -> Said:
        known = heard.fields["Authorization"] == "Bearer t2"
        return plain(STANDING) if known else problem("token-expired", 401)

    city.answers[STANDING_PATH] = standing
    link = link_to(city.address)

    assert link.standing("e1").last == 3
    link.close()


def test_a_token_that_is_never_taken_ends_in_a_refusal(city: TinyCity) -> None:
    city.answers[STANDING_PATH] = problem("token-invalid", 401)
    link = link_to(city.address)

    with pytest.raises(CityRefused, match="token-invalid"):
        link.standing("e1")
    link.close()
    assert sum(heard.path == "/v1/token" for heard in city.heard) == 2


def test_a_pc_with_a_wrong_clock_signs_in_the_citys_time(city: TinyCity) -> None:
    def token(heard: Heard) -> Said:
        at = datetime.fromisoformat(json.loads(heard.body)["at"])
        if abs((at - NOW).total_seconds()) > 300:
            return problem("clock-suspect", 401)
        return plain({"token": "t1", "expires_in_s": 600})

    city.answers["/v1/token"] = token
    link = link_to(city.address, now=NOW + days(1_800))

    assert link.standing("e1").last == 3
    link.close()


def test_a_refusal_keeps_its_code_facts_and_words(city: TinyCity) -> None:
    city.answers[STANDING_PATH] = problem("seq-gap", 409, last="7")
    link = link_to(city.address)

    with pytest.raises(CityRefused) as refused:
        link.standing("e1")
    link.close()
    assert (refused.value.code, refused.value.facts) == ("seq-gap", {"last": "7", "detail": "Câu."})


@pytest.mark.parametrize(
    ("answer", "code", "wait_s"),
    [
        (problem("busy", 503, "17"), "busy", 17),
        (problem("rate-limited", 429, "9"), "busy", 9),
        (problem("internal", 500), "server_error", 0),
        (problem("never-heard-of", 500), "server_error", 0),
        (Said(b"", 429, "text/html", {"Retry-After": "5"}), "busy", 5),
        (Said(b"bad gateway", 502, "text/html"), "busy", 0),
        (Said(b"", 503, "text/html", {"Retry-After": "Mon, 30 Nov 2026 02:00:20 GMT"}), "busy", 20),
        (Said(b"", 503, "text/html", {"Retry-After": "999999999"}), "busy", 3_600),
        (Said(b"", 503, "text/html", {"Retry-After": "soon"}), "busy", 0),
        (Said(b"", 503, "text/html", {"Retry-After": "-4"}), "busy", 0),
        (Said(b"oops", 500, "text/html"), "server_error", 0),
        (Said(b"<html>", 200, "text/html"), "not_the_city", 0),
        (Said(b"<html>", 404, "text/html"), "not_the_city", 0),
        (Said(b"", 302, "text/html", {"Location": "http://127.0.0.1/login"}), "not_the_city", 0),
        (Said(b"", 204, "application/json"), "not_the_city", 0),
        (plain({}), "not_the_city", 0),
        (plain({**HELLO, "server_time": "2026-11-30T02:00:00"}), "not_the_city", 0),
        (plain([HELLO]), "not_the_city", 0),
        (Said(json.dumps(HELLO).encode()[:-9]), "answer_broken", 0),
        (Said(b"[" * 100_000), "answer_broken", 0),
        (Said(b"\xff\xfe{}"), "answer_broken", 0),
        (Said(b"no gzip", fields={"Content-Encoding": "gzip"}), "answer_broken", 0),
        (Said(gzip.compress(b"{}")[:-6], fields={"Content-Encoding": "gzip"}), "answer_broken", 0),
        (Said(b"x", fields={"Content-Encoding": "br"}), "not_the_city", 0),
    ],
)
def test_nothing_but_an_answer_of_the_city_is_taken_for_one(
    city: TinyCity, answer: Said, code: str, wait_s: float
) -> None:
    city.answers["/v1/hello"] = answer

    failed = failure(city)

    assert (failed.code, failed.retry_after_s) == (code, wait_s)


def test_a_small_answer_that_unpacks_to_gigabytes_is_dropped_early(city: TinyCity) -> None:
    bomb = gzip.compress(b" " * 80 * 2**20, 1)
    city.answers["/v1/hello"] = Said(bomb, fields={"Content-Encoding": "gzip"})

    assert failure(city, Patience(silence_s=20, whole_s=20)).code == "answer_too_large"


def test_a_larger_limit_of_the_city_than_of_a_proxy_is_a_batch_too_large(city: TinyCity) -> None:
    city.answers[f"{STANDING_PATH}/push"] = Said(b"<html>", 413, "text/html")
    link = link_to(city.address)

    with pytest.raises(CityRefused, match="batch-too-large"):
        link.push(PushRequest(epoch="e1", events=[EVENT]))
    link.close()


@pytest.mark.expected_log("not signed by the city")
def test_the_end_of_the_feed_is_believed_only_with_the_citys_signature(city: TinyCity) -> None:
    signed = CITY.sign(checkpoint_words(5, HEAD_HASH, "i1")).hex()
    answer = {"entries": [], "head": 5, "head_hash": HEAD_HASH, "incarnation": "i1", "signature": signed}
    link = link_to(city.address)

    city.answers["/v1/feeds/u1"] = plain(answer)
    assert link.feed(Place(), 10).head == 5
    city.answers["/v1/feeds/u1"] = plain({**answer, "head": 4})
    with pytest.raises(LinkFailed, match="not_the_city"):
        link.feed(Place(), 10)
    link.close()


@pytest.mark.expected_log("not signed by the city")
def test_a_revocation_is_believed_only_with_the_citys_signature(city: TinyCity) -> None:
    signed = CITY.sign(revocation_words("r1", "i1")).hex()
    link = link_to(city.address)

    city.answers[STANDING_PATH] = problem("device-revoked", 403, incarnation="i1", signature=signed)
    with pytest.raises(CityRefused, match="device-revoked"):
        link.standing("e1")
    for signature in ("", "ab" * 64, "zz"):
        city.answers[STANDING_PATH] = problem("device-revoked", 403, incarnation="i1", signature=signature)
        with pytest.raises(LinkFailed, match="not_the_city"):
            link.standing("e1")
    link.close()


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (Fault(portal=True), {"not_the_city"}),
        (Fault(cut_answer=0), {"answer_broken", "offline"}),
        (Fault(cut_answer=40), {"answer_broken", "offline"}),
        (Fault(cut_answer=200), {"answer_broken", "offline"}),
        (Fault(shorten_answer=True), {"answer_broken"}),
        (Fault(cut_request=10), {"answer_broken", "offline"}),
        (Fault(status=503, retry_after="3"), {"busy"}),
        (Fault(drip_s=0.05), {"timed_out"}),
        (Fault(delay_s=1.5), {"timed_out"}),
    ],
)
def test_a_broken_way_is_told_by_what_broke(city: TinyCity, fault: Fault, codes: set[str]) -> None:
    with FaultProxy(("127.0.0.1", city.port), lambda _request: fault) as proxy:
        assert failure(proxy).code in codes


def test_the_call_after_a_cut_line_works_again(city: TinyCity) -> None:
    def first_is_cut(request: Request) -> Fault:
        return Fault(cut_answer=100) if request.number == 1 else Fault()

    with FaultProxy(("127.0.0.1", city.port), first_is_cut) as proxy:
        link = link_to(proxy.address)
        with pytest.raises(LinkFailed):
            link.hello()
        assert link.hello().incarnation == "i1"
        link.close()


def test_nobody_at_the_address_is_offline() -> None:
    with TinyCity() as gone:
        pass

    assert failure(gone).code == "offline"


def test_the_http_library_is_loaded_with_the_first_call_only() -> None:
    told = "import sys, desktop.sync.http_link as link; print('httpx2' in sys.modules, 'truststore' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout

    assert shown.split() == ["False", "False"]
