import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from desktop.devices import signing_key
from desktop.domain.codes import Lease
from desktop.domain.errors import EnvironmentProblem, UserError
from desktop.domain.events import GENESIS_HASH, chain_hash, decode_body
from desktop.domain.facts.unit import SessionOpened
from desktop.storage.saying import Head
from tests.support.samples import NINE, UNIT
from tests.support.wards import Ward, person


def rows(ward: Ward) -> list[Any]:
    with ward.database._engine.begin() as connection:
        return list(connection.execute(text("SELECT * FROM event ORDER BY position")))


def leased(ward: Ward, lease: Lease) -> None:
    """Give a ward another lease, as an epoch would."""
    ledger = ward.database.ledger
    ledger._identity = replace(ledger._identity, lease=lease)


def fail_after_an_event(ward: Ward, error: Exception) -> None:
    with ward.desk.ledger.act(None) as act:
        act.record_unit((SessionOpened("x", "x"),))
        raise error


def test_every_event_is_bound_to_the_one_before_and_signed(ward: Ward) -> None:
    ward.receive(is_immediate=True)
    previous, public = GENESIS_HASH, bytes.fromhex(ward.database.replica.public_key)

    for seq, row in enumerate(rows(ward), 1):
        event = decode_body(row.body)
        assert row.hash == chain_hash(previous, row.body)
        assert event.envelope.prev_hash == previous.hex()
        assert signing_key.verify(public, row.hash, row.sig)
        assert event.envelope.seq == row.seq == seq
        previous = row.hash


def test_columns_are_copies_of_the_body(ward: Ward) -> None:
    made = ward.receive()

    row = rows(ward)[-1]
    plain = json.loads(row.body)

    assert {name: plain[name] for name in ("event_id", "replica_id", "epoch", "seq", "dossier_id", "type")} == {
        "event_id": row.event_id,
        "replica_id": row.replica_id,
        "epoch": row.epoch,
        "seq": row.seq,
        "dossier_id": made.dossier_id,
        "type": "dossier.received",
    }


def test_an_act_that_fails_at_its_end_leaves_nothing(ward: Ward) -> None:
    before, head = rows(ward), ward.database.ledger.head

    with pytest.raises(UserError, match="refused"):
        fail_after_an_event(ward, UserError("refused"))

    assert (rows(ward), ward.database.ledger.head) == (before, head)


def test_a_bug_inside_an_act_leaves_nothing_either(ward: Ward) -> None:
    before = rows(ward)

    with pytest.raises(ZeroDivisionError):
        fail_after_an_event(ward, ZeroDivisionError())

    assert rows(ward) == before
    assert ward.receive()


def test_an_act_without_an_event_writes_no_event(ward: Ward) -> None:
    head = ward.database.ledger.head

    with ward.desk.ledger.act(None) as act:
        assert act.find("x") is None

    assert ward.database.ledger.head == head


def test_a_dossier_cannot_be_recorded_without_a_fact(ward: Ward) -> None:
    with pytest.raises(ValueError, match="at least one fact"), ward.desk.ledger.act(None) as act:
        act.record("new", ())


def test_the_marker_is_told_before_anybody_is_answered(ward: Ward) -> None:
    told: list[Head] = []
    ward.database.ledger._committed = told.append

    ward.receive()

    assert told == [ward.database.ledger.head]


def test_after_a_disk_error_nothing_is_trusted_until_a_restart(ward: Ward) -> None:
    with pytest.raises(EnvironmentProblem, match="disk_error"), ward.desk.ledger.act(None):
        raise OSError(5, "I/O error")

    with pytest.raises(EnvironmentProblem, match="restart_needed"):
        ward.receive()


def test_a_full_disk_is_no_reason_to_restart(ward: Ward) -> None:
    with pytest.raises(EnvironmentProblem, match="disk_full"), ward.desk.ledger.act(None):
        raise OSError(28, "no space")

    assert ward.receive()


def test_the_thousandth_dossier_of_a_day_goes_into_the_overflow_block(ward: Ward) -> None:
    ward.receive()
    with ward.database._engine.begin() as connection:
        connection.execute(text("UPDATE ordinal SET last = 998"))

    codes = [ward.receive(owner=person(n)).code for n in range(3)]

    assert [code[-5:] for code in codes] == ["-0999", "10000", "10001"]


def test_a_code_that_exists_already_is_skipped(ward: Ward) -> None:
    ward.receive()
    with ward.database._engine.begin() as connection:
        connection.execute(text("DELETE FROM ordinal"))

    assert ward.receive(owner=person(1)).code.endswith("-0002")


def test_without_a_lease_codes_are_provisional_and_count_up(ward: Ward) -> None:
    leased(ward, Lease(()))
    epoch = ward.database.ledger.head.epoch[:8].upper()

    codes = [ward.receive(NINE + timedelta(days=n), owner=person(n)).code for n in range(3)]

    assert codes == [f"T-{epoch}-1", f"T-{epoch}-2", f"T-{epoch}-3"]
    assert ward.desk.reader.find(codes[1].lower().upper()) is not None
    assert ward.verify().is_clean


def test_a_full_lease_goes_on_with_provisional_codes(ward: Ward) -> None:
    leased(ward, Lease((0,)))
    ward.receive()
    with ward.database._engine.begin() as connection:
        connection.execute(text("UPDATE ordinal SET last = 999"))

    assert ward.receive(owner=person(1)).code.startswith("T-")


def test_a_void_day_is_provisional_and_the_day_after_is_not(ward: Ward) -> None:
    leased(ward, Lease((0,), void_through=date(2019, 7, 18)))

    void, valid = ward.receive(NINE), ward.receive(NINE + timedelta(days=1), owner=person(1))

    assert (void.code[:2], valid.code) == ("T-", "000.16.27.H29-190719-0001")


def test_provisional_dossiers_have_numbers_in_the_book_all_the_same(ward: Ward) -> None:
    first = ward.receive()
    leased(ward, Lease(()))

    assert [first.receipt.number, ward.receive(owner=person(1)).receipt.number] == [1, 2]


def test_ids_and_digits_have_the_length_they_should(ward: Ward) -> None:
    with ward.desk.ledger.act(None) as act:
        digits = [act.random_digits(10) for _ in range(50)]
        ids = {act.new_id() for _ in range(50)}

    assert {len(each) for each in digits} == {10}
    assert all(each.isdigit() for each in digits)
    assert len(ids) == 50


def test_the_ledger_asks_its_own_clock(ward: Ward) -> None:
    with ward.desk.ledger.act(None) as act:
        assert act.now == NINE
        assert act.allot_code(date(2019, 7, 18), UNIT).code == "000.16.27.H29-190718-0001"
