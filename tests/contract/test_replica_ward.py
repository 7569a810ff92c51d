"""Two PCs of a ward on SQLCipher and the city's own rules: what each sees after they met."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sync.pcs import Pc, Town, open_pc
from tests.support.wards import person


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def first(tmp_path: Path, town: Town) -> Iterator[Pc]:
    pc = open_pc(tmp_path / "one", town)
    yield pc
    pc.ward.database.close()


@pytest.fixture
def second(tmp_path: Path, town: Town, first: Pc) -> Iterator[Pc]:
    first.sync()
    pc = open_pc(tmp_path / "two", town, 2)
    pc.sync()
    yield pc
    pc.ward.database.close()


def meet(*pcs: Pc) -> None:
    for _ in range(2):
        for pc in pcs:
            pc.sync()


def same(*pcs: Pc) -> bool:
    found = {
        tuple(sorted(pc.ward.database._engine.raw_connection().execute("SELECT code, state FROM dossier")))
        for pc in pcs
    }
    return len(found) == 1


def test_what_one_pc_receives_the_other_sees(first: Pc, second: Pc) -> None:
    made = first.ward.receive()
    other = second.ward.receive(owner=person(2))

    meet(first, second)

    assert made.code != other.code
    assert second.state(made.code) == first.state(made.code) == made
    assert first.state(other.code) == other
    assert first.ward.verify().findings == ()
    assert second.ward.verify().findings == ()
