import json
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.domain import codec
from desktop.domain.calendars import CalendarOverlay
from desktop.domain.dossiers import Custodian, CustodianKind
from desktop.domain.errors import DamagedData
from desktop.domain.events import (
    EVENT_TYPES,
    GENESIS_HASH,
    DossierFact,
    Envelope,
    Event,
    Fact,
    UnitFact,
    chain_hash,
    decode_body,
    encode_body,
    is_about_dossier,
)
from desktop.domain.facts.counter import FeeTaken, ResultReady
from desktop.domain.facts.unit import CalendarOverlaid, RecoveryKeyMade, UserSaved
from desktop.domain.facts.way import CustodyAssigned
from desktop.domain.limits import UNNUMBERED, Limit, LimitUnit
from desktop.domain.processes import Process, ProcessStep
from desktop.domain.users import Role, User
from tests.support import samples

READY = samples.event(ResultReady("mot_cua", "A1"))
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def limits() -> st.SearchStrategy[Limit]:
    numbered = st.sampled_from([unit for unit in LimitUnit if unit not in UNNUMBERED])
    return st.builds(Limit, st.integers(1, 9_999), numbered) | st.builds(
        Limit, st.just(0), st.sampled_from(sorted(UNNUMBERED))
    )


def processes() -> st.SearchStrategy[Process]:
    words = _TEXT.map("x".__add__)
    steps = st.builds(ProcessStep, words, words, st.integers(1, 10**6))
    return st.builds(Process, st.lists(steps, min_size=1, max_size=2).map(tuple), st.booleans())


def anything(kind: Any) -> st.SearchStrategy[Any]:
    """Generate values of a type form as the events use it."""
    simple = {
        str: _TEXT,
        int: st.integers(0, 10**12),
        bool: st.booleans(),
        date: st.dates(),
        datetime: st.datetimes(timezones=st.just(UTC)),
        time: st.times(),
        Limit: limits(),
        Process: processes(),
        CalendarOverlay: st.just(CalendarOverlay()),
    }
    if kind in simple:
        return simple[kind]
    if get_origin(kind) is tuple:
        return st.lists(anything(get_args(kind)[0]), max_size=2).map(tuple)
    if get_origin(kind) is UnionType:
        return st.none() | anything(next(part for part in get_args(kind) if part is not type(None)))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: anything(hints[field.name]) for field in fields(kind)})


def envelopes(kind: type) -> st.SearchStrategy[Envelope]:
    name, version = EVENT_TYPES[kind]
    return anything(Envelope).map(lambda each: replace(each, type=name, type_version=version))


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_comes_back_as_it_was_written(kind: type) -> None:
    @settings(max_examples=12)
    @given(envelopes(kind), anything(kind))
    def comes_back(envelope: Envelope, fact: Fact) -> None:
        event = Event(envelope, fact)
        body = encode_body(event)

        assert decode_body(body) == event
        assert encode_body(decode_body(body)) == body

    comes_back()


def test_every_fact_has_a_name_of_its_own() -> None:
    assert set(EVENT_TYPES) == set(get_args(Fact))
    assert len({name for name, _ in EVENT_TYPES.values()}) == len(EVENT_TYPES)


def test_a_body_is_compact_utf8_json_without_hash_and_signature() -> None:
    body = encode_body(replace(READY, fact=ResultReady("mot_cua", "kệ Ở")))

    assert "kệ Ở".encode() in body
    assert b", " not in body
    assert not {"hash", "sig"} & set(json.loads(body))


def test_an_event_type_of_a_newer_program_is_named() -> None:
    body = encode_body(READY).replace(b"dossier.result_ready", b"dossier.teleported")

    with pytest.raises(DamagedData) as caught:
        decode_body(body)

    assert (caught.value.code, caught.value.details["type"]) == ("event_type_unknown", "dossier.teleported")


def changed(**values: object) -> bytes:
    return json.dumps(json.loads(encode_body(READY)) | values).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"5",
        b"{}",
        b'{"type": []}',
        changed(seq="1"),
        changed(acted_at="gestern"),
        changed(fact=None),
        changed(fact={}),
        changed(type="unit.configured", fact={"unit": 7}),
        changed(clock_state="late"),
    ],
)
def test_bytes_that_are_no_event_are_damage(body: bytes) -> None:
    with pytest.raises(DamagedData) as caught:
        decode_body(body)

    assert caught.value.code == "event_unreadable"


def test_a_value_the_domain_itself_refuses_is_damage_and_no_refusal() -> None:
    from desktop.domain.acts.receiving import decide_receive  # noqa: PLC0415 - only here

    received = decide_receive(samples.command(), samples.allotment(), samples.rules())[0]
    plain = json.loads(encode_body(samples.event(received)))
    plain["fact"]["procedure"]["limit"]["n"] = 0

    with pytest.raises(DamagedData) as caught:
        decode_body(json.dumps(plain).encode())

    assert caught.value.code == "event_unreadable"


def test_a_hash_binds_an_event_to_the_one_before() -> None:
    first = chain_hash(GENESIS_HASH, b"one")

    assert len(first) == 32
    assert chain_hash(first, b"two") != chain_hash(GENESIS_HASH, b"two")
    assert chain_hash(first, b"two") != chain_hash(first, b"twO")


def test_acts_on_a_dossier_are_told_from_those_of_the_unit() -> None:
    about = {kind for kind in EVENT_TYPES if kind in get_args(DossierFact)}

    assert is_about_dossier(FeeTaken(1, samples.command().paid_method))
    assert not is_about_dossier(CalendarOverlaid(CalendarOverlay()))
    assert about == set(get_args(DossierFact))
    assert set(EVENT_TYPES) - about == set(get_args(UnitFact))


def test_every_event_has_a_name_of_its_own() -> None:
    names = [name for name, _ in EVENT_TYPES.values()]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("fact", "field"),
    [
        (UserSaved(User("u1", "lan", "Lan", (Role.RECEPTION,)), "u2"), "witness"),
        (CustodyAssigned(Custodian(CustodianKind.SECTION, "tu_phap"), "ốm", witness="u2"), "witness"),
        (RecoveryKeyMade("3F9A-01BC", "u2"), "witness"),
    ],
    ids=["user.saved", "custody.assigned", "recovery_key.made"],
)
def test_a_second_person_is_read_by_a_program_that_knows_none_and_is_missing_in_a_log_from_before(
    fact: Fact, field: str
) -> None:
    plain = codec.dump(fact)
    before = {name: value for name, value in plain.items() if name != field}

    assert codec.load(type(fact), plain) == fact
    assert codec.load(type(fact), before) == replace(fact, **{field: ""})
    assert codec.load(type(fact), {**before, "from_a_later_program": "u2"}) == replace(fact, **{field: ""})
