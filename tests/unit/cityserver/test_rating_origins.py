"""Ratings from a ward's own PC are known by the address it reports from; of citizens no address is kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from desktop.cityserver.city import City
from desktop.cityserver.fleet import keep_report
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.rating_origins import RATING_ORIGIN
from desktop.cityserver.ratings import rated, read_ratings
from desktop.cityserver.schema import DEVICE
from desktop.cityserver.tokens import Caller
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.judging import Standing
from desktop.domain.ratings import Grade, Opinion
from desktop.protocol.messages import DeviceReport
from tests.support.samples import NINE, allotment, command, folded, rules

NOW = NINE + timedelta(days=40)
PC, OTHER_PC, CITIZEN = "10.9.8.7", "10.9.8.8", "171.3.4.5"
SATISFIED = Opinion(Grade.SATISFIED)
SAID = DeviceReport(program="1", unsent=3)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    opened = City.open(f"sqlite:///{tmp_path / 'city.db'}", now_ms=lambda: int(NOW.timestamp() * 1000))
    text = sample_text()
    with opened.store.writing() as connection:
        create_unit(connection, text, read_unit("sample.toml", text), 0, is_training=False)
    yield opened
    opened.close()


@pytest.fixture
def dossiers(city: City) -> tuple[Dossier, ...]:
    """Give four dossiers whose results were returned."""
    unit_id = read_unit("sample.toml", sample_text()).unit_id
    plain = folded(*decide_receive(command(), allotment(), rules()))
    states = [
        replace(
            plain, unit_id=unit_id, dossier_id=f"d{n}", code=f"000.16.27.H29-190718-{n:04d}", status=Status.RETURNED
        )
        for n in range(1, 5)
    ]
    with city.store.unit(unit_id, write=True) as transaction:
        standings = {state.dossier_id: Standing(state=state) for state in states}
        transaction.append([], standings, {state.code: state.dossier_id for state in states}, {})
    return tuple(states)


def report(city: City, dossier: Dossier, name: str, address: str) -> None:
    """Let a PC of the ward report from an address."""
    caller = Caller(f"replica-{name}", dossier.unit_id)
    row = {"public_key": "", "counter": 1, "install": "", "is_revoked": False, "workstation": name}
    with city.store.writing() as connection:
        connection.execute(insert(DEVICE), {"unit_id": dossier.unit_id, "replica_id": caller.replica_id, **row})
    keep_report(city.store, caller, SAID, 0, address)


def test_a_rating_from_a_pc_of_the_ward_is_set_aside_and_names_the_pc(
    city: City, dossiers: tuple[Dossier, ...]
) -> None:
    pages, unit_id = SqlPages(city.store), dossiers[0].unit_id
    report(city, dossiers[0], "QUAY-01", PC)
    report(city, dossiers[0], "QUAY-02", OTHER_PC)

    assert pages.rate(dossiers[0], SATISFIED, NOW, OTHER_PC)
    assert pages.rate(dossiers[1], SATISFIED, NOW, CITIZEN)

    with city.store.reading() as connection:
        total = read_ratings(connection, 2, unit_id).total
        origins = {each.dossier_id: each.origin for each in rated(connection, unit_id)}
        kept = connection.execute(select(RATING_ORIGIN)).all()
    assert (total.counted, total.set_aside) == (1, 1)
    assert origins == {"d1": "QUAY-02", "d2": ""}
    assert [tuple(row) for row in kept] == [(unit_id, "d1", "QUAY-02")], "of citizens nothing is kept"


@pytest.mark.parametrize("address", ["", "?", "127.0.0.1", "::1", "testclient"])
def test_an_address_that_tells_nothing_accuses_nobody(city: City, dossiers: tuple[Dossier, ...], address: str) -> None:
    report(city, dossiers[0], "QUAY-01", address)

    assert SqlPages(city.store).rate(dossiers[0], SATISFIED, NOW, address)

    with city.store.reading() as connection:
        assert [each.origin for each in rated(connection, dossiers[0].unit_id)] == [""]


def test_an_address_two_pcs_share_is_a_network_s_and_accuses_nobody(city: City, dossiers: tuple[Dossier, ...]) -> None:
    report(city, dossiers[0], "QUAY-01", PC)
    report(city, dossiers[0], "QUAY-02", PC)

    assert SqlPages(city.store).rate(dossiers[0], SATISFIED, NOW, PC)

    with city.store.reading() as connection:
        assert [each.origin for each in rated(connection, dossiers[0].unit_id)] == [""]


def test_a_second_rating_leaves_the_first_and_its_origin_as_they_are(city: City, dossiers: tuple[Dossier, ...]) -> None:
    pages = SqlPages(city.store)
    report(city, dossiers[0], "QUAY-01", PC)

    assert pages.rate(dossiers[0], SATISFIED, NOW, CITIZEN)
    assert not pages.rate(dossiers[0], SATISFIED, NOW, PC)

    with city.store.reading() as connection:
        assert [each.origin for each in rated(connection, dossiers[0].unit_id)] == [""]


def test_a_report_keeps_what_it_kept_before(city: City, dossiers: tuple[Dossier, ...]) -> None:
    report(city, dossiers[0], "QUAY-01", PC)

    with city.store.reading() as connection:
        kept = json.loads(connection.execute(select(DEVICE.c.report)).scalar_one())
    assert kept == SAID.model_dump(mode="json") | {"address": PC}
