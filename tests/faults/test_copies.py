"""F8, F17, F18: an old copy put back, a folder cloned; no code is ever given twice."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import pytest

from tests.faults.checks import issued
from tests.faults.lab import Lab, Place, Run
from tests.faults.scenario import Act, forty_acts, received

pytestmark = pytest.mark.faults

ACTS = forty_acts()
BEHIND = (4, ["database_behind_marker"])
DAY = 22
AGES = (0, 1, 3, 6, 9, 12, 15)


def intakes(begin: int, n: int) -> list[Act]:
    """Return n intakes of one day, each of another person."""
    return [received(DAY, number, "1.001193", "A5") for number in range(begin, begin + n)]


def codes_of(lab: Lab, place: Place, acts: Sequence[Act], variant: str = "") -> list[str]:
    """Do acts that must all be answered; return the codes that were given."""
    outcome = lab.do(place, [act.command for act in acts], variant)
    assert outcome.code == 0, (outcome.answers, outcome.error)
    return issued(outcome.answers)


def put_back(copied: Path, place: Place) -> None:
    """Put an old data folder where the present one is; the marker stays."""
    rmtree(place.data)
    copytree(copied, place.data)


def twice(*codes: Sequence[str]) -> list[str]:
    """Return codes that were given more than once."""
    return [code for code, n in Counter(code for some in codes for code in some).items() if n > 1]


@pytest.mark.parametrize("age", AGES)
def test_an_old_copy_is_known_and_gives_no_code_again(
    lab: Lab, fresh: Callable[[], Place], tmp_path: Path, age: int
) -> None:
    place = fresh()
    before = codes_of(lab, place, intakes(1, 15 - age)) if age < 15 else []
    copytree(place.data, tmp_path / "old")
    lost = codes_of(lab, place, intakes(40, age + 1))
    put_back(tmp_path / "old", place)

    assert lab.findings(place) == BEHIND
    after = codes_of(lab, place, intakes(60, 3))

    assert all(code.startswith("T-") for code in after)
    assert twice(before, lost, after) == []
    assert lab.findings(place) == (0, [])


def test_a_restored_backup_gives_no_code_again(lab: Lab, fresh: Callable[[], Place], tmp_path: Path) -> None:
    place = fresh()
    before = codes_of(lab, place, intakes(1, 3))
    assert lab.run(place, "backup", tmp_path / "backup.tar").code == 0
    lost = codes_of(lab, place, intakes(40, 3))
    rmtree(place.data)

    assert lab.run(place, "restore", tmp_path / "backup.tar").code == 0
    assert lab.findings(place) == BEHIND
    after = codes_of(lab, place, intakes(60, 3))

    assert twice(before, lost, after) == []
    assert lab.findings(place) == (0, [])


def test_restoring_twice_gives_no_code_again(lab: Lab, fresh: Callable[[], Place], tmp_path: Path) -> None:
    place = fresh()
    given = [codes_of(lab, place, intakes(1, 2))]
    copytree(place.data, tmp_path / "old")

    for begin in (20, 30, 40):
        given.append(codes_of(lab, place, intakes(begin, 3)))
        put_back(tmp_path / "old", place)

    assert twice(*given, codes_of(lab, place, intakes(50, 3))) == []


def test_a_clone_on_another_pc_gives_no_code_of_the_first(lab: Lab, fresh: Callable[[], Place], tmp_path: Path) -> None:
    first = fresh()
    before = codes_of(lab, first, intakes(1, 3))
    second = replace(first.copied(tmp_path / "clone"), state=tmp_path / "another-state")

    given = [codes_of(lab, place, intakes(begin, 2)) for begin, place in pairs(first, second)]

    assert twice(before, *given) == []
    assert lab.findings(first) == lab.findings(second) == (0, [])


def test_a_clone_on_the_same_pc_gives_no_code_of_the_first(
    lab: Lab, fresh: Callable[[], Place], tmp_path: Path
) -> None:
    first = fresh()
    before = codes_of(lab, first, intakes(1, 3))
    second = replace(first.copied(tmp_path / "clone"), state=first.state)

    given = [codes_of(lab, place, intakes(begin, 2)) for begin, place in pairs(first, second)]

    assert twice(before, *given) == []


def both_open(lab: Lab, first: Place, second: Place, variant: str = "") -> tuple[list[str], list[int]]:
    """Work with two folders at once; return codes given and exit codes."""
    runs = []
    for place in (first, second):  # each has opened its database, or was refused, before the next one begins
        run = lab.start(place, "do", variant=variant)
        typed(run, [{"do": "dossier.search", "as": "lan", "with": {"q": "le"}}])
        run.read()
        runs.append(run)
    for begin, run in zip((20, 40), runs, strict=True):
        typed(run, [act.command for act in intakes(begin, 2)])
        run.read(2)
    outcomes = [run.finish() for run in runs]
    answers = [answer for outcome in outcomes for answer in outcome.answers]
    return issued(answers), [outcome.code for outcome in outcomes]


def typed(run: Run, commands: Sequence[dict[str, Any]]) -> None:
    """Type commands; a program that has ended does not mind."""
    with suppress(BrokenPipeError):
        run.typing.write("".join(json.dumps(command) + "\n" for command in commands).encode())


def test_a_clone_beside_the_open_first_is_refused_on_the_same_pc(
    lab: Lab, fresh: Callable[[], Place], tmp_path: Path
) -> None:
    first = fresh()
    before = codes_of(lab, first, intakes(1, 3))
    second = replace(first.copied(tmp_path / "clone"), state=first.state)

    given, exits = both_open(lab, first, second)

    assert exits == [0, 3]
    assert len(given) == 2
    assert twice(before, given) == []


def test_control_without_a_lock_a_clone_gives_the_same_codes(
    lab: Lab, fresh: Callable[[], Place], tmp_path: Path
) -> None:
    first = fresh()
    second = replace(first.copied(tmp_path / "clone"), state=first.state)

    given, _ = both_open(lab, first, second, "without_a_lock")

    assert len(twice(given)) == 2


def test_control_without_looking_at_the_marker_codes_come_twice(
    lab: Lab, fresh: Callable[[], Place], tmp_path: Path
) -> None:
    place = fresh()
    copytree(place.data, tmp_path / "old")
    lost = codes_of(lab, place, intakes(1, 3))
    put_back(tmp_path / "old", place)

    after = codes_of(lab, place, intakes(60, 3), "trusting_every_copy")

    assert len(twice(lost, after)) == 3


def pairs(first: Place, second: Place) -> list[tuple[int, Place]]:
    """Return where to work by turns, and the first person's number."""
    return [(20, first), (30, second), (40, first), (50, second), (60, second), (70, first)]
