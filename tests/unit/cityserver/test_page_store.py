from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from desktop.cityserver.city import City
from desktop.cityserver.city_board import city_board
from desktop.cityserver.page_store import SqlPages
from desktop.cityserver.schema import DEVICE, RATING
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.board import Wanted, half_year
from desktop.domain.board_count import board_of
from desktop.domain.dossiers import Dossier, Status
from desktop.domain.judging import Standing
from desktop.domain.ratings import Grade, Opinion
from desktop.domain.vietnamese import local
from tests.support.samples import NINE, allotment, calendar, command, folded, rules

NOW = NINE + timedelta(days=40)
PERIOD = half_year(local(NOW).date())


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    opened = City.open(f"sqlite:///{tmp_path / 'city.db'}", now_ms=lambda: int(NOW.timestamp() * 1000))
    text = sample_text()
    with opened.store.writing() as connection:
        create_unit(connection, text, read_unit("sample.toml", text), 0, is_training=False)
    yield opened
    opened.close()


def dossiers() -> list[Dossier]:
    """Make dossiers that are late, solved late, solved in time, withdrawn and fresh."""
    plain = folded(*decide_receive(command(), allotment(), rules()))
    late, fresh = plain.due_at - timedelta(days=1), NOW + timedelta(days=5)
    changes: list[dict[str, object]] = [
        {"status": Status.IN_PROGRESS},
        {"status": Status.RESULT_READY, "solved_at": plain.due_at + timedelta(days=3)},
        {"status": Status.RETURNED, "solved_at": late},
        {"status": Status.RESULT_READY, "solved_at": plain.due_at + timedelta(minutes=1)},
        {"status": Status.WITHDRAWN},
        {"status": Status.RECEIVED, "due_at": fresh},
    ]
    return [
        replace(plain, dossier_id=f"d{n}", code=f"000.16.27.H29-190718-{n:04d}", **change)  # type: ignore[arg-type]
        for n, change in enumerate(changes)
    ]


def keep(city: City, states: list[Dossier]) -> str:
    unit_id = read_unit("sample.toml", sample_text()).unit_id
    with city.store.unit(unit_id, write=True) as transaction:
        standings = {state.dossier_id: Standing(state=state) for state in states}
        transaction.append([], standings, {state.code: state.dossier_id for state in states}, {})
    return unit_id


def test_the_citys_figures_equal_the_boards_own_definitions(city: City) -> None:
    states = dossiers()
    keep(city, states)

    board = city_board(SqlPages(city.store).boards(PERIOD, NOW), PERIOD, NOW)

    expected = board_of(states, Wanted(NOW, PERIOD), calendar())
    (row,) = board.rows
    for name in ("received", "solved", "solved_late", "open", "late_open", "received_late"):
        assert getattr(row.total, name) == getattr(expected.total, name), name
    assert [name.code for name in row.late] == [name.code for name in expected.late]
    assert row.no_apology == len(expected.no_apology)


def test_a_dossier_belongs_to_the_ward_that_sent_it_whatever_it_says_of_itself(city: City) -> None:
    stranger = replace(dossiers()[2], unit_id="another-ward")
    unit_id = keep(city, [stranger])
    pages = SqlPages(city.store)

    found = pages.dossier_of(stranger.code)

    assert found is not None
    assert found.unit_id == unit_id
    assert pages.rate(found, Opinion(Grade.SATISFIED), NOW)
    assert not pages.is_rated(stranger)
    assert pages.is_rated(found)


def test_a_city_of_before_ratings_gets_their_table_which_only_grows(city: City) -> None:
    (dossier,) = states = [dossiers()[2]]
    keep(city, states)
    RATING.drop(city.store.engine)

    again = City.open(str(city.store.engine.url))

    assert SqlPages(again.store).rate(dossier, Opinion(Grade.SATISFIED), NOW)
    with pytest.raises(DBAPIError, match="only grows"), again.store.writing() as connection:
        connection.execute(delete(RATING))
    again.close()


def test_a_code_finds_its_dossier_and_no_other(city: City) -> None:
    states = dossiers()
    keep(city, states)
    pages = SqlPages(city.store)

    assert pages.dossier_of(states[1].code) == states[1]
    assert pages.dossier_of("x") is None
    assert pages.filing_of("x") is None


def test_a_unit_is_known_by_its_own_settings(city: City) -> None:
    pages, unit_id = SqlPages(city.store), keep(city, [])

    unit = pages.unit(unit_id)

    assert unit is not None
    assert (unit.name, unit.phone) == ("Phường Mẫu", "028 3800 0000")
    assert unit.targets[0].field == "dat_dai"
    assert pages.unit("x") is None


def test_the_fleet_tells_what_pcs_said_of_themselves(city: City) -> None:
    unit_id = keep(city, [])
    said = '{"program": "0.2.0", "unsent": 3, "oldest_unsent_ms": 1563415200000, "backup_ms": 0}'
    row = {"unit_id": unit_id, "replica_id": "r1", "public_key": "", "counter": 1, "install": "i", "is_revoked": False}
    with city.store.writing() as connection:
        connection.execute(DEVICE.insert(), row | {"seen_ms": 1563415200000, "report": said})

    (line,) = SqlPages(city.store).fleet()

    assert (line.version, line.unsent, line.backup_at) == ("0.2.0", 3, None)
    assert line.last_contact == line.oldest_unsent_at
