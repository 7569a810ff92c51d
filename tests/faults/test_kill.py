"""F1: kill -9 at any moment and at any write; whatever was answered stands, and work goes on."""

import json
import os
import random
import select
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from tests.faults.checks import good, problems_after
from tests.faults.lab import WRITES, Lab, Outcome, Place, Run, start_cold, write_commands
from tests.faults.scenario import ROUNDS, Act, forty_acts

pytestmark = pytest.mark.faults

ACTS = forty_acts()
A_DAY = len(ACTS) // ROUNDS
IS_SWEEP = bool(os.environ.get("MOTCUA_SWEEP"))
#: Kill points of one CI run. The sweep takes every one (about 2,000).
KILLS_AT_A_WRITE = 210
KILLS_AT_A_MOMENT = 16
COLD_KILLS = 3
SHARDS = 14
MOST_DELAY_S = 0.05


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a day of the scenario: the program is opened in the morning and closed in the evening.

    Attributes:
        morning: The ward as the evening before left it; nobody writes into it.
        answers: Good answers of the days before.
        acts: What is done on this day.
        writes: Every (call, n-th) by which it writes.
    """

    morning: Place
    answers: tuple[Any, ...]
    acts: tuple[Act, ...]
    writes: tuple[tuple[str, int], ...]


@pytest.fixture(scope="session")
def days(lab: Lab, empty_ward: Place, tmp_path_factory: pytest.TempPathFactory) -> list[Day]:
    """Do the whole scenario once, and keep what each day begins with: a kill needs no days before it done again."""
    folder = tmp_path_factory.mktemp("days")
    place, before, found = empty_ward.copied(folder / "goes-on"), list[Any](), list[Day]()
    for number in range(ROUNDS):
        morning = place.copied(folder / f"{number}")
        acts = tuple(ACTS[number * A_DAY : (number + 1) * A_DAY])
        outcome = lab.start(place, "do", write_commands(place, [act.command for act in acts]), trace=WRITES).finish()
        assert (outcome.code, len(good(outcome.answers))) == (0, len(acts))
        names = [name for name, _ in outcome.calls]
        writes = [(name, names[: place_ + 1].count(name)) for place_, name in enumerate(names)]
        found.append(Day(morning, tuple(before), acts, tuple(writes)))
        before += outcome.answers
    return found


def started(lab: Lab, place: Place, day: Day, *, inject: str = "") -> Run:
    return lab.start(place, "do", write_commands(place, [act.command for act in day.acts]), inject=inject)


def judged(lab: Lab, place: Place, day: Day, outcome: Outcome) -> list[str]:
    """Return what is wrong, and clear the place away."""
    found = problems_after(lab, place, ACTS, [*day.answers, *good(outcome.answers)])
    rmtree(place.data.parent)
    return found


def chosen(days: Sequence[Day], shard: int) -> list[tuple[Day, str, int]]:
    """Return a shard's share: every point in a sweep, else a sample without repeats that favours the rare calls."""
    share = [(day, name, n) for day in days for name, n in day.writes][shard::SHARDS]
    if IS_SWEEP:
        return share
    source = random.Random(1975 + shard)
    often = Counter(name for _, name, _ in share)
    ranked = sorted(share, key=lambda point: source.random() ** often[point[1]] ** 0.5)
    return ranked[-KILLS_AT_A_WRITE // SHARDS :]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_kill_at_any_write_loses_nothing_answered(lab: Lab, days: list[Day], tmp_path: Path, shard: int) -> None:
    points = chosen(days, shard)

    bad: dict[str, list[str]] = {}
    killed = 0
    for number, (day, name, n) in enumerate(points):
        place = day.morning.copied(tmp_path / f"pc{number}")
        outcome = started(lab, place, day, inject=f"{name}:signal=KILL:when={n}").finish()
        killed += outcome.code == -9
        if found := judged(lab, place, day, outcome):
            bad[f"day {days.index(day)}, {name} {n}"] = found

    assert bad == {}
    # One call more or less near the end is no fault of the test; a kill that never comes is.
    assert killed >= 0.9 * len(points)


@pytest.mark.parametrize("shard", range(2))
def test_a_kill_at_any_moment_loses_nothing_answered(lab: Lab, days: list[Day], tmp_path: Path, shard: int) -> None:
    source = random.Random(1954 + shard)

    bad: dict[str, list[str]] = {}
    killed = 0
    for number in range(KILLS_AT_A_MOMENT // 2):
        day, answered = source.choice(days), source.randrange(A_DAY)
        place = day.morning.copied(tmp_path / f"pc{number}")
        run = started(lab, place, day)
        run.read(answered)
        killed_within(run, source.uniform(0, MOST_DELAY_S))
        outcome = run.finish()
        killed += outcome.code == -9
        if found := judged(lab, place, day, outcome):
            bad[f"day {days.index(day)}, act {answered}"] = found

    assert bad == {}
    # A run that was nearly done may end before its random moment; most must not.
    assert killed >= KILLS_AT_A_MOMENT // 4


def test_the_real_command_may_be_killed_too(lab: Lab, fresh: Callable[[], Place]) -> None:
    source = random.Random(1945)

    bad: dict[int, list[str]] = {}
    for _ in range(COLD_KILLS):
        place, answered = fresh(), source.randrange(1, len(ACTS))
        run = start_cold(place, "do", write_commands(place, [act.command for act in ACTS]))
        run.read(answered)
        run.kill()
        outcome = run.finish()
        assert outcome.code == -9
        if found := problems_after(lab, place, ACTS, good(outcome.answers)):
            bad[answered] = found

    assert bad == {}


def test_control_answers_before_the_commit_are_found_out(lab: Lab, fresh: Callable[[], Place]) -> None:
    caught = {}
    for variant in ("", "answers_before_the_commit"):
        place = fresh()
        run = lab.start(place, "do", variant=variant)
        lines = [json.dumps(act.command) + "\n" for act in ACTS[:9]]
        run.typing.write("".join(lines).encode())
        run.read(len(lines))
        run.kill()
        caught[variant] = problems_after(lab, place, ACTS, good(run.finish().answers))

    assert caught[""] == []
    assert any("lost" in problem for problem in caught["answers_before_the_commit"])


def test_control_an_unbroken_run_leaves_no_problem_and_a_missing_paper_is_one(
    lab: Lab, fresh: Callable[[], Place]
) -> None:
    place = fresh()
    outcome = lab.do(place, [act.command for act in ACTS])
    copy = place.copied(place.data.parent.with_name("copy"))

    assert problems_after(lab, place, ACTS, outcome.answers) == []
    next((place.data / "out").iterdir()).unlink()
    assert any("no PDF" in problem for problem in problems_after(lab, copy, ACTS, outcome.answers))


def killed_within(run: Run, delay_s: float) -> None:
    """Kill a run so much later, wherever it then is."""
    select.select([], [], [], delay_s)
    run.kill()


def test_the_warm_process_runs_the_same_command(lab: Lab, fresh: Callable[[], Place]) -> None:
    warm, cold = fresh(), fresh()
    commands = [act.command for act in ACTS[:8]]

    forked = lab.do(warm, commands)
    real = start_cold(cold, "do", write_commands(cold, commands)).finish()

    assert [kept(answer, warm.data) for answer in forked.answers] == [
        kept(answer, cold.data) for answer in real.answers
    ]


def kept(answer: dict[str, object], data: Path) -> str:
    """Return an answer without what is random: ids, folders."""
    result = dict(answer["result"])  # type: ignore[call-overload]
    for random_one in ("dossier_id", "slip_id"):
        result.pop(random_one, None)
    return str(result).replace(str(data), "")
