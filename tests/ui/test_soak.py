"""The judgement of a long run: what grew is said, what only came and went is not."""

from dataclasses import replace

import pytest

from tests.support.soaking import MINUTE_S, Held, grown

STEADY = Held(at_s=0.0, dossiers=0, memory_mb=240.0, files=40, widgets=660, timers=30, threads=12, cpu_s=0.0)


def day(minutes: int = 100) -> list[Held]:
    """Return the lines of a run that holds what it held."""
    return [replace(STEADY, at_s=n * MINUTE_S, dossiers=2 * n) for n in range(1, minutes + 1)]


def test_what_stays_or_comes_and_goes_is_no_growth() -> None:
    lines = [replace(each, widgets=660 + n % 2 * 30, memory_mb=240 + n % 7) for n, each in enumerate(day())]

    assert grown(lines) == []


def test_what_is_held_before_the_warm_up_ends_is_not_counted() -> None:
    lines = day()
    lines[0] = replace(lines[0], memory_mb=150, widgets=300, files=20)

    assert grown(lines) == []


@pytest.mark.parametrize("name", ["files", "widgets", "timers", "threads"])
def test_one_more_of_a_kind_at_the_end_is_found(name: str) -> None:
    lines = day()
    lines[60:] = [replace(each, **{name: getattr(each, name) + 1}) for each in lines[60:]]

    assert grown(lines) == [f"{name} grew from {getattr(STEADY, name)} to {getattr(STEADY, name) + 1}"]


@pytest.mark.parametrize(("each_minute_mb", "is_found"), [(0.5, False), (0.7, True)])
def test_memory_may_grow_by_fifty_megabytes_after_the_warm_up(each_minute_mb: float, is_found: bool) -> None:
    lines = [replace(each, memory_mb=240 + n * each_minute_mb) for n, each in enumerate(day())]

    assert bool(grown(lines)) is is_found


def test_a_run_too_short_to_tell_is_not_called_good() -> None:
    assert grown(day(minutes=12)) == ["only 3 minutes after the warm-up: too short to tell"]
    assert grown([]) != []
