"""A set-up that is killed leaves nothing that the next one, or ``do``, mistakes for data."""

import signal
from pathlib import Path

import pytest

from tests.faults.lab import Lab, Place

pytestmark = pytest.mark.faults

#: Kill at the n-th of a call: every rename (that is where files come into place), and some writes before.
KILLED_AT = (*(("rename", n) for n in range(1, 6)), ("pwrite64", 30), ("fsync", 3))
SET_UP = ("init", "--training", "--sample")


@pytest.mark.parametrize(("call", "n"), KILLED_AT)
def test_a_killed_set_up_can_be_done_again(lab: Lab, tmp_path: Path, call: str, n: int) -> None:
    place = Place.under(tmp_path)

    killed = lab.start(place, *SET_UP, inject=f"{call}:signal=KILL:when={n}").finish()
    between = lab.run(place, "verify", "--json")
    again = lab.run(place, *SET_UP)
    after = lab.run(place, "verify", "--json")

    assert killed.code == -signal.SIGKILL
    if not place.database.exists():
        assert between.code == 3
    if between.code == 0:
        assert again.code == 3
    else:
        assert (between.code, again.code) == (3, 0), (between.error, again.error)
    assert after.answers[0]["ok"]
    assert not list(place.data.glob(".dang-tao-*")) or between.code == 0


def test_keys_of_another_database_are_never_dropped(lab: Lab, tmp_path: Path) -> None:
    place = Place.under(tmp_path)
    place.data.mkdir()
    keys = place.data / "keys.toml"
    keys.write_text("anything", "utf-8")

    refused = lab.run(place, *SET_UP)

    assert refused.code == 3
    assert keys.read_text("utf-8") == "anything"
