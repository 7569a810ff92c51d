"""Guessing codes, keys and tokens over real HTTP: the bound holds for the city, whichever process is asked."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from desktop.cityserver.settings import Settings, read_settings
from desktop.domain.errors import UserError
from tests.contract.conftest import new_unit_id
from tests.support.city import Clock, TestCity, city_on_thread
from tests.support.pcs import Pc, enrolment, join, received
from tests.support.postgres import Postgres

CODE = "000.16.27.H29-260302-0001"
LIMITS = Settings(address_burst=1e9, enrol_guesses=3, token_guesses=3, lookup_guesses=3, code_guesses=4)
ON_SQLITE = pytest.mark.parametrize("cities", ["sqlite"], indirect=True)
Guess = Callable[[TestCity], httpx2.Response]


@pytest.fixture(params=["sqlite", "postgresql"])
def cities(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[tuple[TestCity, TestCity]]:
    """Return two cities with a store, limits and a cache each, behind one database."""
    server: Postgres = request.getfixturevalue("server")
    database = server.database() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'city.db'}"
    with city_on_thread(database, LIMITS, clock) as one, city_on_thread(database, LIMITS, clock) as two:
        yield replace(one, admin=two.admin), two
    clock.ahead_ms = 0


def enrol_wrongly(city: TestCity) -> httpx2.Response:
    request = enrolment(Ed25519PrivateKey.generate(), "AAAA-BBBB-CCCC-DDDD", "guess")
    return city.call("POST", "/v1/enrol", json=request)


def look_up_wrongly(city: TestCity) -> httpx2.Response:
    return city.call("GET", f"/tra-cuu/{CODE}", params={"k": "0000000000"})


def look_up_nothing(city: TestCity) -> httpx2.Response:
    return city.call("GET", "/tra-cuu/000.16.27.H29-260302-9999", params={"k": "0000000000"})


def manage_wrongly(city: TestCity) -> httpx2.Response:
    return city.call("GET", "/v1/admin/units", headers={"Authorization": "Bearer wrong"})


def see_wrongly(city: TestCity) -> httpx2.Response:
    return city.client.get(city.url + "/admin/fleet", auth=("", "wrong"))


def exhausted(cities: tuple[TestCity, TestCity], guess: Guess, *right: Guess, refused: int) -> None:
    """Check that three guesses, at either process, are all one gets in a window, right ones after them included."""
    one, two = cities
    assert [guess(city).status_code for city in (one, two, one)] == [refused] * 3
    for city in (two, one):
        for call in (guess, *right):
            answer = call(city)
            assert answer.status_code == 429
            assert 0 < int(answer.headers["Retry-After"]) <= 900


@pytest.mark.parametrize("cities", ["postgresql"], indirect=True)
def test_no_secret_can_be_guessed_at_either_process(cities: tuple[TestCity, TestCity], clock: Clock) -> None:
    one, two = cities
    pc = join(one, one.create_unit(new_unit_id()))
    fact = received(CODE, pc.unit_id)
    pc.pushed([pc.log.write(fact, "dossier-1")])

    def enrol_rightly(city: TestCity) -> httpx2.Response:
        code = city.enrol_code(pc.unit_id)
        return city.call("POST", "/v1/enrol", json=enrolment(Ed25519PrivateKey.generate(), code, new_unit_id()))

    def sign_in(city: TestCity, key: Ed25519PrivateKey) -> httpx2.Response:
        return Pc(city, key, pc.replica_id, pc.enrolled, pc.log).sign_in()

    def look_up(city: TestCity) -> httpx2.Response:
        return city.call("GET", f"/tra-cuu/{CODE}", params={"k": fact.lookup_key})

    thief = Ed25519PrivateKey.generate()
    assert look_up(two).status_code == 200
    exhausted(cities, enrol_wrongly, enrol_rightly, refused=403)
    exhausted(cities, look_up_wrongly, look_up, refused=404)
    exhausted(cities, lambda city: sign_in(city, thief), refused=422)
    # A signature cannot be guessed: a stranger at the ward's address does not keep its own PCs out.
    assert [sign_in(city, pc.key).status_code for city in (one, two)] == [200, 200]

    clock.ahead_ms += 901_000
    assert enrol_rightly(two).status_code == 200
    assert look_up(two).status_code == 200
    assert sign_in(one, thief).status_code == 422


@ON_SQLITE
def test_a_code_is_guarded_from_everywhere_whether_it_exists_or_not(cities: tuple[TestCity, TestCity]) -> None:
    one, two = cities
    # Another address: the one of the bound is only a name to the city.
    for n, city in enumerate((one, two, one, two)):
        assert city.city is not None
        city.city.guesses.failed(city.city.guesses.looking_up(f"10.0.0.{n}", "000.16.27.H29-260302-9999"))

    assert look_up_nothing(one).status_code == 429


@ON_SQLITE
def test_administrators_tokens_are_not_guessed_either(cities: tuple[TestCity, TestCity]) -> None:
    one, two = cities
    assert [manage_wrongly(one).status_code, see_wrongly(two).status_code, manage_wrongly(two).status_code] == [401] * 3

    for answer in (manage_wrongly(one), see_wrongly(one), two.manage("GET", "/v1/admin/units")):
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.slow
@ON_SQLITE
def test_a_browser_that_has_not_asked_for_the_token_yet_is_no_guess(cities: tuple[TestCity, TestCity]) -> None:
    one, _ = cities

    assert {one.call("GET", "/admin/fleet").status_code for _ in range(6)} == {401}


def test_limits_come_from_a_file_and_a_mistake_in_it_is_told(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("enrol_guesses = 5\naddress_burst = 400\n", "utf-8")

    assert read_settings(file) == Settings(enrol_guesses=5, address_burst=400)
    assert read_settings(None) == Settings()
    for wrong in ("enrol_gueses = 5", "threads = 1.5", "threads = true", "threads = -1", "threads ="):
        file.write_text(wrong, "utf-8")
        with pytest.raises(UserError, match="bad_city_settings"):
            read_settings(file)
