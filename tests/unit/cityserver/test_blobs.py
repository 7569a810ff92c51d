"""Attachments under way: how many at once, and what becomes of those that nobody goes on with."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desktop.cityserver.blobs import MOST_WAITING, MOST_WAITING_BYTES, STALE_MS, Blobs
from desktop.cityserver.city import City
from desktop.cityserver.problems import Refusal
from desktop.cityserver.schema import BLOB_CHUNK, BLOB_WAITING

NOW = 10 * STALE_MS


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    opened = City.open(f"sqlite:///{tmp_path / 'city.db'}")
    yield opened
    opened.close()


def begin(city: City, n: int, at: int = NOW, unit_id: str = "unit-1", size: int = 10) -> None:
    with city.store.writing() as connection:
        Blobs(connection, unit_id).take(f"{n:064x}", size, 0, b"half.", at)


def under_way(city: City) -> int:
    with city.store.reading() as connection:
        return connection.execute(select(func.count()).select_from(BLOB_WAITING)).scalar_one()


def test_so_many_of_a_unit_may_be_under_way_and_no_more(city: City) -> None:
    for n in range(MOST_WAITING):
        begin(city, n)

    with pytest.raises(Refusal) as caught:
        begin(city, MOST_WAITING)

    assert (caught.value.code, caught.value.retry_after_s > 0) == ("rate-limited", True)
    begin(city, 0, unit_id="unit-2")


def test_the_bytes_under_way_are_bounded_too(city: City) -> None:
    begin(city, 1, size=MOST_WAITING_BYTES)

    with pytest.raises(Refusal, match="rate-limited"):
        begin(city, 2)


def test_what_nobody_goes_on_with_is_forgotten_when_another_begins(city: City) -> None:
    begin(city, 1)
    begin(city, 2, at=NOW + STALE_MS)

    begin(city, 3, at=NOW + STALE_MS + 1)

    assert under_way(city) == 2
    with city.store.reading() as connection:
        blobs = Blobs(connection, "unit-1")
        assert blobs.standing(f"{1:064x}") is None
        assert blobs.standing(f"{2:064x}") is not None
        assert connection.execute(select(func.count()).select_from(BLOB_CHUNK)).scalar_one() == 2


def test_what_is_whole_is_under_way_no_more_and_stays(city: City) -> None:
    data = b"whole"
    with city.store.writing() as connection:
        Blobs(connection, "unit-1").take(hashlib.sha256(data).hexdigest(), len(data), 0, data, NOW)

    begin(city, 1, at=NOW + 2 * STALE_MS)

    assert under_way(city) == 1
    with city.store.reading() as connection:
        found = Blobs(connection, "unit-1").standing(hashlib.sha256(data).hexdigest())
    assert found is not None
    assert found.is_confirmed
