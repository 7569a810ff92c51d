"""Reading events of other programs: as much as this one understands, never more, never less."""

import json

import pytest

from desktop.domain.digests import state_digest
from desktop.domain.errors import DamagedData
from desktop.domain.events import encode_body, read_event
from tests.support.samples import event, folded
from tests.support.sync.facts import take_fee
from tests.unit.domain.test_judging import RECEIVED

PLAIN = json.loads(encode_body(event(take_fee())))


def body(**changes: object) -> bytes:
    """Return the body of a fee, changed."""
    return json.dumps({**PLAIN, **changes}).encode()


def test_an_event_of_this_program_is_read_whole() -> None:
    reading = read_event(body())

    assert reading.event == event(take_fee())
    assert reading.problem == ""


def test_an_unknown_type_still_says_who_wrote_it_and_what_it_is_about() -> None:
    reading = read_event(body(type="dossier.from_the_future", fact={"x": 1}))

    assert reading.event is None
    assert reading.problem == "event_type_unknown"
    assert reading.envelope.dossier_id == "dossier-1"


@pytest.mark.parametrize("fact", [{}, None, {"amount_vnd": "much", "method": "cash"}])
def test_a_fact_that_cannot_be_read_leaves_its_envelope(fact: object) -> None:
    reading = read_event(body(fact=fact))

    assert reading.fact is None
    assert reading.problem == "event_unreadable"


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff", body(seq="one")])
def test_what_has_no_envelope_is_no_event(text: bytes) -> None:
    with pytest.raises(DamagedData, match="event_unreadable"):
        read_event(text)


def test_a_digest_tells_states_apart() -> None:
    one = folded(RECEIVED)

    assert state_digest(one) == state_digest(folded(RECEIVED))
    assert state_digest(one) != state_digest(folded(RECEIVED, take_fee()))
