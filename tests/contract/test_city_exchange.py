"""The calls of the exchange, on every database the city runs on."""

import gzip
import threading
import time

import pytest

from desktop.cityserver.keys import is_signed
from desktop.domain.feed import Place, Verdict, VerdictKind, next_place
from desktop.protocol.messages import FeedAnswer
from desktop.protocol.signing_words import checkpoint_words
from tests.support.city import TestCity
from tests.support.pcs import Pc, code_of, dossier_facts, join, received


def test_pushed_events_stand_in_the_feed_in_order_with_their_verdicts(pc: Pc) -> None:
    events = [pc.log.write(fact, "dossier-1") for fact in dossier_facts(code_of(1), pc.unit_id)]

    answer = pc.pushed(events)

    assert (answer.last, answer.head_hash) == (6, events[-1].hash)
    assert [verdict.kind for verdict in answer.verdicts] == ["accepted"] * 6
    feed = FeedAnswer.model_validate_json(pc.feed().content)
    assert [entry.event for entry in feed.entries] == events
    assert [entry.gseq for entry in feed.entries] == [1, 2, 3, 4, 5, 6]


def test_the_feed_binds_each_entry_to_the_one_before_and_is_signed(pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(3))

    feed = FeedAnswer.model_validate_json(pc.feed().content)

    place = Place()
    for entry in feed.entries:
        verdict = Verdict(VerdictKind(entry.kind), entry.code, entry.blocked_by)
        place = next_place(place, bytes.fromhex(entry.event.hash), verdict)
        assert entry.feed_hash == place.feed_hash.hex()
    assert (feed.head, feed.head_hash) == (3, place.feed_hash.hex())
    words = checkpoint_words(feed.head, feed.head_hash, feed.incarnation)
    assert is_signed(pc.enrolled.city_key, words, bytes.fromhex(feed.signature))


def test_a_retry_gets_the_same_answer_and_changes_nothing(pc: Pc) -> None:
    events = pc.log.unit_events(5)
    first = pc.push(events)

    second = pc.push(events)

    assert second.content == first.content
    assert FeedAnswer.model_validate_json(pc.feed().content).head == 5


def test_a_retry_that_goes_on_gets_old_verdicts_and_new_ones(pc: Pc) -> None:
    events = pc.log.unit_events(2)
    first = pc.pushed(events)

    both = pc.pushed([*events, *pc.log.unit_events(2)])

    assert both.verdicts[:2] == first.verdicts
    assert both.last == 4


def test_a_gap_is_refused_with_where_the_city_stands(pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(1))
    pc.log.unit_events(1)

    answer = pc.push(pc.log.unit_events(1))

    assert (answer.status_code, answer.json()["code"], answer.json()["facts"]["last"]) == (409, "seq-gap", "1")


def test_another_history_of_the_same_epoch_is_a_fork(pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(2))
    twin = type(pc.log)(pc.replica_id, pc.unit_id, pc.key, pc.log.epoch)

    answer = pc.push(twin.unit_events(3))

    assert (answer.status_code, answer.json()["code"]) == (409, "epoch-fork")


def test_an_epoch_nobody_opened_is_unknown(pc: Pc) -> None:
    pc.log = type(pc.log)(pc.replica_id, pc.unit_id, pc.key)

    answer = pc.push(pc.log.unit_events(1))

    assert (answer.status_code, answer.json()["code"]) == (409, "epoch-unknown")


def test_a_new_epoch_closes_the_one_before(pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(2))
    old = pc.log
    pc.log = type(old)(pc.replica_id, pc.unit_id, pc.key)
    opened = pc.open_epoch("restored", previous_epoch=old.epoch, previous_seq=2, previous_hash=old.head.hex())
    assert opened.status_code == 200

    new, pc.log = pc.log, old
    answer = pc.push(pc.log.unit_events(1))

    assert (answer.status_code, answer.json()["code"]) == (409, "epoch-closed")
    assert pc.call("GET", f"/v1/replicas/{pc.replica_id}", params={"epoch": new.epoch}).json()["last"] == 0


def test_an_event_that_does_not_apply_gets_a_verdict_and_the_log_goes_on(pc: Pc) -> None:
    facts = list(dossier_facts(code_of(1), pc.unit_id))

    answer = pc.pushed([pc.log.write(facts[4], "dossier-1"), *pc.log.unit_events(1)])

    assert [verdict.kind for verdict in answer.verdicts] == ["rejected", "accepted"]


def test_a_code_is_accepted_for_one_dossier_only(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)
    pc.pushed([pc.log.write(received(code_of(7), pc.unit_id), "dossier-1")])

    answer = other.pushed([other.log.write(received(code_of(7), pc.unit_id), "dossier-2")])

    assert (answer.verdicts[0].kind, answer.verdicts[0].code) == ("rejected", "code_taken")


def test_a_feed_of_another_history_is_told_apart(pc: Pc) -> None:
    pc.pushed(pc.log.unit_events(2))

    answer = pc.feed(1, "ab" * 32)

    assert (answer.status_code, answer.json()["code"]) == (409, "feed-diverged")


def test_a_long_poll_is_answered_when_another_pc_appends(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)
    found: list[FeedAnswer] = []

    waiting = threading.Thread(
        target=lambda: found.append(FeedAnswer.model_validate_json(pc.feed(wait=20).content)), name="poll"
    )
    started = time.monotonic()
    waiting.start()
    other.pushed(other.log.unit_events(1))
    waiting.join(30)

    assert [entry.gseq for entry in found[0].entries] == [1]
    assert time.monotonic() - started < 15


def test_a_long_poll_ends_empty_after_its_time(pc: Pc) -> None:
    answer = FeedAnswer.model_validate_json(pc.feed(wait=1).content)

    assert answer.entries == []


def test_bodies_come_and_go_as_gzip(pc: Pc) -> None:
    events = [pc.log.write(fact, "dossier-1") for fact in dossier_facts(code_of(1), pc.unit_id)]
    body = b'{"epoch":"%s","events":[%s]}' % (
        pc.log.epoch.encode(),
        b",".join(event.model_dump_json().encode() for event in events),
    )
    path = f"/v1/replicas/{pc.replica_id}/push"
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    answer = pc.call("POST", path, content=gzip.compress(body), headers=headers)

    assert answer.status_code == 200
    assert pc.feed().headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    "body",
    [b"", b"not gzip", gzip.compress(b"{}" * 50, mtime=0)[:-9], gzip.compress(bytes(9_000_000), mtime=0)],
    ids=["empty", "text", "cut", "swelling"],
)
def test_gzip_that_is_none_or_swells_is_refused(pc: Pc, body: bytes) -> None:
    path = f"/v1/replicas/{pc.replica_id}/push"
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}

    answer = pc.call("POST", path, content=body, headers=headers)

    assert answer.status_code in (400, 413)
    assert answer.json()["code"] in ("bad-request", "too-large")


def test_an_event_the_city_cannot_read_is_parked_and_the_log_goes_on(pc: Pc) -> None:
    event = pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")
    body = event.body.replace('"dossier.received"', '"dossier.imagined"')
    pc.log.seq, pc.log.head = 0, bytes(32)

    answer = pc.pushed([pc.log.seal(body.encode()), *pc.log.unit_events(1)])

    assert [verdict.kind for verdict in answer.verdicts] == ["parked", "accepted"]


def test_two_pcs_see_each_others_events_and_the_same_digests(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)
    pc.pushed([pc.log.write(fact, "dossier-1") for fact in dossier_facts(code_of(1), pc.unit_id)])
    path = f"/v1/feeds/{pc.unit_id}/digests"

    answers = [each.call("GET", path).json() for each in (pc, other)]

    assert answers[0] == answers[1]
    assert [digest["dossier_id"] for digest in answers[0]["digests"]] == ["dossier-1"]


def test_leases_of_two_pcs_never_meet(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)

    blocks = [
        each.call("POST", "/v1/leases", json={"epoch": each.log.epoch, "wanted": 2}).json() for each in (pc, other)
    ]

    assert not set(blocks[0]["blocks"]) & set(blocks[1]["blocks"])
    assert all(each["blocks"] for each in blocks)


def test_custody_passes_through_the_hub_as_the_citys_own_event(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)
    pc.pushed([pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")])
    request = {"action": "give", "to": other.replica_id, "by": "user-hung", "reason": "máy này sắp hỏng"}

    answer = pc.call("POST", "/v1/custody/dossier-1", json={**request, "base_gseq": 1})

    assert answer.status_code == 200, answer.text
    entry = FeedAnswer.model_validate_json(pc.feed().content).entries[-1]
    assert (entry.gseq, entry.kind) == (answer.json()["gseq"], "accepted")
    assert '"custody.taken"' in entry.event.body


def test_custody_is_not_forced_by_naming_a_second_person(city: TestCity, pc: Pc) -> None:
    other = join(city, pc.unit_id)
    pc.pushed([pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")])
    named = {"action": "force", "to": other.replica_id, "by": "user-hung", "reason": "gấp", "approved_by": "user-chu"}

    answer = other.call("POST", "/v1/custody/dossier-1", json={**named, "base_gseq": 1})

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-action")
    assert pc.feed().json()["head"] == 1


@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
@pytest.mark.parametrize("field", ["event_id", "dossier_id", "type", "epoch", "replica_id"])
def test_letters_no_database_holds_do_not_break_the_city(pc: Pc, field: str, text: str) -> None:
    event = pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")
    pc.log.seq, pc.log.head = 0, bytes(32)
    begin = event.body.index(f'"{field}":"') + len(field) + 4

    answer = pc.push([pc.log.seal((event.body[:begin] + text + event.body[begin:]).encode())])

    assert answer.json()["code"] == "bad-message"


def test_letters_no_database_holds_inside_a_fact_are_parked_as_they_are(pc: Pc) -> None:
    event = pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")
    pc.log.seq, pc.log.head = 0, bytes(32)
    body = event.body.replace('"note":"', '"note":"\\u0000\\ud800')

    answer = pc.push([pc.log.seal(body.encode())])

    assert answer.json()["verdicts"][0]["kind"] == "parked"
    assert FeedAnswer.model_validate_json(pc.feed().content).entries[0].event.body == body
    assert pc.call("GET", f"/v1/feeds/{pc.unit_id}/digests").status_code == 200


def test_an_id_used_twice_is_no_reason_to_fall(pc: Pc) -> None:
    first = pc.log.write(received(code_of(1), pc.unit_id), "dossier-1")
    event_id = first.body[first.body.index('"event_id":"') + 12 :].partition('"')[0]
    second = pc.log.write(received(code_of(2), pc.unit_id), "dossier-2", event_id=event_id)

    answer = pc.push([first, second])

    assert answer.json()["code"] == "epoch-fork"


def test_a_text_with_a_nul_is_refused_and_breaks_nothing(pc: Pc) -> None:
    asked = {"epoch": pc.log.epoch, "reason": "first", "install": "install", "previous_epoch": "\0"}

    answer = pc.call("POST", f"/v1/replicas/{pc.replica_id}/epochs", json=asked)

    assert (answer.status_code, answer.json()["code"]) == (422, "bad-message")
