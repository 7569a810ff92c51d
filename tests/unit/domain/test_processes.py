"""A process divides a procedure's time, and never more than there is (W06)."""

from dataclasses import replace
from datetime import datetime

import pytest

from desktop.domain.catalogue import ChannelLimit
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.processes import Process, ProcessStep, check_process, minutes_used, working_minutes_of
from desktop.domain.way import Wait, WaitKind
from tests.support.samples import calendar, procedure
from tests.unit.domain.walk import at

FIVE_DAYS = Limit(5, LimitUnit.WORKING_DAY)


def process(*minutes: int) -> Process:
    return Process(tuple(ProcessStep(f"Bước {n}", "section", each) for n, each in enumerate(minutes, 1)))


def wait(began: str, ended: str | None, effect: ClockEffect = ClockEffect.PAUSE) -> Wait:
    over: datetime | None = at(ended) if ended else None
    return Wait("w", WaitKind.SUPPLEMENT, effect, at(began), "minh", "thiếu", ended_at=over)


@pytest.mark.parametrize(
    ("limit", "minutes"),
    [
        (FIVE_DAYS, 2_400),
        (Limit(5, LimitUnit.DAY), 3 * 480),
        (Limit(1, LimitUnit.DAY), 0),
        (Limit(15, LimitUnit.DAY), 10 * 480),
        (Limit(30, LimitUnit.DAY), 20 * 480),
        (Limit(4, LimitUnit.HOUR), 240),
        (Limit(2, LimitUnit.SESSION), 480),
        (Limit(0, LimitUnit.SAME_DAY), 0),
        (Limit(0, LimitUnit.IMMEDIATE), 0),
    ],
)
def test_a_limit_leaves_these_working_minutes_at_least(limit: Limit, minutes: int) -> None:
    assert working_minutes_of(limit) == minutes


def test_w06_steps_may_take_the_whole_limit() -> None:
    check_process(process(480, 1_440, 480), (FIVE_DAYS,))


def test_w06_steps_beyond_the_limit_are_refused_by_the_row_that_passes_it() -> None:
    told = r"row 2 of the process \(Bước 2\) passes .*: 2401 working minutes up to it, 2460 in all, 2400 allowed"

    with pytest.raises(ValueError, match=told):
        check_process(process(2_400, 1, 59), (FIVE_DAYS,))


def test_w06_the_shortest_limit_of_all_channels_counts() -> None:
    two_days = ChannelLimit("online", Limit(2, LimitUnit.WORKING_DAY))
    whole = procedure(channel_limits=(), process=process(2_400))

    with pytest.raises(ValueError, match="960 allowed"):
        replace(whole, channel_limits=(two_days,))


@pytest.mark.parametrize("limit", [Limit(0, LimitUnit.SAME_DAY), Limit(0, LimitUnit.IMMEDIATE)])
def test_a_limit_within_the_day_cannot_be_divided(limit: Limit) -> None:
    with pytest.raises(ValueError, match="row 1 of the process"):
        check_process(process(1), (limit,))


@pytest.mark.parametrize(("name", "place", "minutes"), [(" ", "counter", 1), ("Ký", "", 1), ("Ký", "leaders", 0)])
def test_a_step_without_name_place_or_time_is_refused(name: str, place: str, minutes: int) -> None:
    with pytest.raises(ValueError, match="of the process"):
        ProcessStep(name, place, minutes)


def test_a_process_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="without steps"):
        Process(())


def test_a_section_has_one_share_before_the_leaders_and_one_after() -> None:
    names = ("counter", "section", "thue", "section", "leaders", "section")
    steps = tuple(ProcessStep(f"Bước {n}", each, n) for n, each in enumerate(names, 1))
    whole = Process(steps)

    assert whole.share_of("section", is_decided=False) == ProcessStep("Bước 2; Bước 4", "section", 6)
    assert whole.share_of("section", is_decided=True) == steps[5]
    assert whole.share_of("counter", is_decided=True) is None


def test_w06_a_step_is_measured_over_all_its_stays() -> None:
    stays = [(at("07-18 08:00"), at("07-18 09:00")), (at("07-18 16:30"), at("07-19 08:00"))]

    assert minutes_used(stays, (), calendar()) == 60 + 30 + 30


@pytest.mark.parametrize(
    ("waited", "minutes"),
    [
        (wait("07-18 09:00", "07-18 10:00"), 120),
        (wait("07-18 09:00", "07-18 10:00", ClockEffect.RESTART), 60),
        (wait("07-18 09:00", "07-18 10:00", ClockEffect.NONE), 180),
        (wait("07-18 09:00", None), 60),
        (wait("07-18 09:00", None, ClockEffect.RESTART), 60),
        (wait("07-17 09:00", "07-18 09:00"), 120),
        (wait("07-17 09:00", "07-18 07:30"), 180),
        (wait("07-17 09:00", "07-17 10:00", ClockEffect.RESTART), 180),
        (wait("07-18 10:00", "07-19 10:00", ClockEffect.RESTART), 120),
    ],
)
def test_w06_waiting_takes_no_minutes_of_a_step(waited: Wait, minutes: int) -> None:
    assert minutes_used([(at("07-18 08:00"), at("07-18 11:00"))], (waited,), calendar()) == minutes
