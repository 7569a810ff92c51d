"""Cities for the contract suite: on PostgreSQL and on SQLite, or the one ``CITY_TEST_ENDPOINT`` names."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.cityserver.settings import Settings
from tests.support.city import ENDPOINT, ENDPOINT_ADMIN, Clock, TestCity, city_on_thread
from tests.support.pcs import Pc, join
from tests.support.postgres import Postgres, postgres

#: All tests come from one address. A city started by hand for them needs the same (docs/city-sizing.md).
UNBOUNDED = Settings(
    address_burst=1e9, enrol_guesses=10**9, token_guesses=10**9, lookup_guesses=10**9, code_guesses=10**9
)
KINDS = ("endpoint",) if ENDPOINT else ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    """Run one PostgreSQL for the whole session."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session", params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('city') / 'city.db'}"
    if request.param == "postgresql":
        running: Postgres = request.getfixturevalue("server")
        return running.database()
    return ""


@pytest.fixture(scope="session")
def clock() -> Clock:
    """Return the city's clock."""
    return Clock()


@pytest.fixture
def moving_clock(clock: Clock) -> Iterator[Clock]:
    """Return the city's clock to be moved, and set it right afterwards."""
    if ENDPOINT:
        pytest.skip("the clock of a city elsewhere is not moved")
    yield clock
    clock.ahead_ms = 0


@pytest.fixture(scope="session")
def city(database: str, clock: Clock) -> Iterator[TestCity]:
    """Return a city that answers."""
    if not database:
        there = TestCity(ENDPOINT, ENDPOINT_ADMIN)
        yield there
        there.client.close()
        return
    with city_on_thread(database, UNBOUNDED, clock) as running:
        yield running


@pytest.fixture
def unit_id(city: TestCity) -> str:
    """Return a new ward."""
    return city.create_unit(new_unit_id())


@pytest.fixture
def pc(city: TestCity, unit_id: str) -> Pc:
    """Return a PC of a new ward, signed in, its first epoch open."""
    return join(city, unit_id)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Return a folder."""
    return tmp_path


def new_unit_id() -> str:
    """Return the id of a ward nobody has used."""
    digits = secrets.token_hex(16)
    return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"
