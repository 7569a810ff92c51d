"""Kill the change of the database's key at every call by which it changes the disk: one of the two keys opens it."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest

from tests.faults.checks import good
from tests.faults.lab import Lab, Place, write_commands
from tests.faults.scenario import forty_acts

pytestmark = pytest.mark.faults

IS_SWEEP = bool(os.environ.get("MOTCUA_SWEEP"))
CALLS = ("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "unlinkat", "rename", "mkdir", "rmdir")
#: Kill points of one CI run, of the steps by which a name changes; the sweep takes every call.
KILLS = 2
ACTS = [act.command for act in forty_acts()[:3]]
CHANGE = "new-database-key"

Point = tuple[str, int]


def points_of(calls: tuple[tuple[str, str], ...]) -> list[Point]:
    """Return every (call, n-th) of a run; outside a sweep the renames, the removals and some others."""
    names = [name for name, _ in calls]
    points = [(name, names[: place + 1].count(name)) for place, name in enumerate(names)]
    if IS_SWEEP:
        return points
    named = [point for point in points if point[0] in ("rename", "unlink")]
    return random.Random(2806).sample(named, KILLS)


def codes_of(lab: Lab, place: Place) -> list[str]:
    search = {"id": 1, "do": "dossier.search", "as": "lan", "at": ACTS[-1]["at"], "with": {"q": "000"}}
    outcome = lab.run(place, "do", write_commands(place, [search]))
    return sorted(item["code"] for item in good(outcome.answers)[0]["result"]["items"]) if outcome.code == 0 else []


def problems_of(lab: Lab, place: Place, expected: list[str]) -> list[str]:
    """Return what is wrong after a kill: the data opens, nothing is missing, and the change is done or not, whole."""
    found = []
    # A reader comes first: it may not write, and finds the key that opens.
    if lab.run(place, "verify", "--json").code != 0:
        found.append("verify says no")
    if codes_of(lab, place) != expected:
        found.append("nothing opens it, or acts are lost")
    if left := [path.name for path in place.data.iterdir() if "next" in path.name or path.name.startswith(".dang")]:
        found.append(f"left behind: {left}")
    return found


@pytest.fixture
def ward(lab: Lab, fresh: Callable[[], Place]) -> Place:
    """A ward with some acts, its write-ahead log not yet moved into the database."""
    place = fresh()
    run = lab.start(place, "do")
    run.typing.write(b"".join(json.dumps(command).encode() + b"\n" for command in ACTS))
    assert len(run.read(len(ACTS))) == len(ACTS)
    run.kill()
    run.finish()
    return place


def test_a_killed_change_of_the_key_leaves_a_database_that_one_of_them_opens(
    lab: Lab, ward: Place, tmp_path: Path
) -> None:
    whole = ward.copied(tmp_path / "whole")
    before = (whole.data / "training.key").read_bytes()
    traced = lab.start(whole, CHANGE, trace=CALLS).finish()
    assert traced.code == 0, traced.error
    assert (whole.data / "training.key").read_bytes() != before
    expected = codes_of(lab, whole)
    points = points_of(traced.calls)

    bad: dict[str, list[str]] = {}
    killed = 0
    for n, (name, when) in enumerate(points):
        place = ward.copied(tmp_path / f"killed{n}")
        killed += lab.start(place, CHANGE, inject=f"{name}:signal=KILL:when={when}").finish().code == -9
        if found := problems_of(lab, place, expected):
            bad[f"{name} {when}"] = found
        rmtree(place.data.parent)

    assert expected
    assert bad == {}
    # One call in some runs is not made again: a short run may meet it once.
    assert killed >= min(len(points) - 1, 0.9 * len(points))


def test_control_a_new_key_kept_nowhere_is_found_out(lab: Lab, ward: Place, tmp_path: Path) -> None:
    codes = codes_of(lab, ward.copied(tmp_path / "before"))

    ended = lab.start(ward, CHANGE, variant="forgetting_the_next_key").finish()

    assert ended.code == -9
    assert "nothing opens it, or acts are lost" in problems_of(lab, ward, codes)
