"""The warm process and a fresh ward, made once per worker; each test breaks copies."""

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.faults.lab import Lab, Place

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]  # strace, signals and mounts are Linux'


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Start the warm process."""
    started = Lab()
    yield started
    started.close()


@pytest.fixture(scope="session")
def empty_ward(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make the sample ward without dossiers; nobody writes into it."""
    place = Place.under(tmp_path_factory.mktemp("ward"))
    outcome = lab.run(place, "init", "--training", "--sample")
    assert outcome.code == 0, outcome.error
    return place


@pytest.fixture
def fresh(empty_ward: Place, tmp_path: Path) -> Callable[[], Place]:
    """Return a function that gives a copy of the ward of one's own."""
    numbers = count()
    return lambda: empty_ward.copied(tmp_path / f"pc{next(numbers)}")
