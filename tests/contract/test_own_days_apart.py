"""PCs of a ward that declare days of their own before they heard of each other: both stand, whatever comes first."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.domain.calendar_days import CalendarOverlay, DayClash, NamedDay, OwnKind
from desktop.domain.errors import AppError
from desktop.domain.facts.unit import CalendarOverlaid
from desktop.services import own_days
from desktop.services.own_days import OwnDay
from desktop.services.reminders import Stage, reminders_for
from tests.contract.test_replica_ward import agree, meet
from tests.support.sync.pcs import Pc, Town, open_pc
from tests.support.wards import SLOW

STORM = OwnDay(date(2019, 7, 24), is_worked=False, name="Nghỉ tránh bão số 4", document="Công điện 12/CĐ-UBND")
FLOOD = OwnDay(date(2019, 7, 25), is_worked=False, name="Nghỉ vì ngập", document="Công điện 13/CĐ-UBND")
SATURDAY = OwnDay(date(2019, 7, 27), is_worked=True, name="Làm bù ngày bão", document="Công văn 15/UBND-VP")
CLASH = DayClash(STORM.on, OwnKind.WORKED, OwnKind.CLOSED, STORM.name, STORM.document)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def first(tmp_path: Path, town: Town) -> Iterator[Pc]:
    pc = open_pc(tmp_path / "one", town)
    pc.sync()
    yield pc
    pc.ward.database.close()


@pytest.fixture
def second(tmp_path: Path, town: Town, first: Pc) -> Iterator[Pc]:
    del first
    pc = open_pc(tmp_path / "two", town, 2)
    pc.sync()
    yield pc
    pc.ward.database.close()


def declare(pc: Pc, *days: OwnDay) -> None:
    for day in days:
        own_days.declare(pc.ward.desk, pc.ward.user("quantri"), day)


def take_back(pc: Pc, on: date) -> None:
    own_days.take_back(pc.ward.desk, pc.ward.user("quantri"), on, "bão đổi hướng")


def days_of(pc: Pc) -> list[tuple[date, bool]]:
    found = own_days.own_days(pc.ward.desk, pc.ward.user("quantri"))
    return sorted((day.on, day.is_worked) for day in found)


def clashes_of(pc: Pc) -> tuple[DayClash, ...]:
    return own_days.overlay_of(pc.ward.desk.reader.calendar()).clashes


def told(pc: Pc) -> list[DayClash | None]:
    found = reminders_for(pc.ward.desk, pc.ward.user("quantri")).items
    return [each.clash for each in found if each.stage is Stage.DAYS_DIFFER]


@pytest.mark.parametrize("is_second_first", [False, True])
def test_what_two_pcs_declare_apart_both_stands(first: Pc, second: Pc, is_second_first: bool) -> None:
    declare(first, STORM)
    declare(second, FLOOD, SATURDAY)

    meet(*((second, first) if is_second_first else (first, second)))

    assert days_of(first) == days_of(second) == [(STORM.on, False), (FLOOD.on, False), (SATURDAY.on, True)]
    assert clashes_of(first) == clashes_of(second) == ()
    assert agree(first, second)
    made = first.ward.receive(code=SLOW)
    assert (made.promised_at.month, made.promised_at.day) == (7, 27), "both days off and the Saturday count"


def test_what_one_takes_back_the_other_does_not_bring_back_by_declaring_another_day(first: Pc, second: Pc) -> None:
    declare(first, STORM)
    meet(first, second)
    take_back(first, STORM.on)
    declare(second, FLOOD)

    meet(first, second)

    assert days_of(first) == days_of(second) == [(FLOOD.on, False)]
    assert agree(first, second)


def test_of_one_day_said_otherwise_the_later_stands_and_it_is_told_on_every_pc_until_said_again(
    first: Pc, second: Pc, tmp_path: Path, town: Town
) -> None:
    declare(first, STORM, SATURDAY)
    meet(first, second)
    take_back(first, STORM.on)
    meet(first)
    declare(second, replace(STORM, is_worked=True, name="Trực phòng chống bão", document="Công điện 14/CĐ-UBND"))

    meet(second, first)

    lost = DayClash(STORM.on, OwnKind.WORKED, OwnKind.NONE)
    late = open_pc(tmp_path / "late", town, 3)
    late.sync()
    for pc in (first, second, late):
        assert (clashes_of(pc), told(pc)) == ((lost,), [lost])
        assert days_of(pc) == [(STORM.on, True), (SATURDAY.on, True)]
        assert [day.clash for day in own_days.own_days(pc.ward.desk, pc.ward.user("lan"))] == [None, lost]
    assert agree(first, second, late)
    take_back(late, STORM.on)
    meet(late, first, second)
    assert [clashes_of(pc) for pc in (first, second, late)] == [(), (), ()]
    assert agree(first, second, late)
    late.ward.database.close()


def test_a_day_off_here_and_worked_there_is_put_before_a_person(first: Pc, second: Pc) -> None:
    declare(first, STORM)
    meet(first)
    with second.ward.database.ledger.act(second.ward.user("quantri")) as act:
        worked = replace(STORM, is_worked=True, name="Trực phòng chống bão")
        act.record_unit((own_days.said(CalendarOverlay(), (worked,)),))

    meet(second, first)

    assert (told(first), told(second)) == ([CLASH], [CLASH])
    assert days_of(first) == days_of(second) == [(STORM.on, True)]
    assert agree(first, second)


def test_the_whole_overlay_of_an_older_program_takes_the_place_of_what_came_before(first: Pc, second: Pc) -> None:
    declare(first, STORM)
    with second.ward.database.ledger.act(second.ward.user("quantri")) as act:
        old = CalendarOverlay(closed=(NamedDay(FLOOD.on, FLOOD.name, FLOOD.document),))
        act.record_unit((CalendarOverlaid(old),))
    meet(first, second)
    before = days_of(first), days_of(second)

    declare(first, STORM)
    meet(first, second)

    assert before == ([(FLOOD.on, False)], [(FLOOD.on, False)])
    assert days_of(first) == days_of(second) == [(STORM.on, False), (FLOOD.on, False)]
    assert agree(first, second)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_declared_and_whenever_they_meet_all_agree(
    first: Pc, second: Pc, tmp_path: Path, town: Town, seed: int
) -> None:
    chance = random.Random(seed)
    third = open_pc(tmp_path / "three", town, 3)
    third.sync()
    pcs = (first, second, third)
    for _ in range(30):
        pc, on = chance.choice(pcs), STORM.on + timedelta(days=chance.randrange(4))
        try:
            if chance.random() < 0.3:
                pc.sync()
            elif chance.random() < 0.4:
                take_back(pc, on)
            else:
                declare(pc, replace(STORM, on=on, is_worked=chance.random() < 0.5))
        except AppError:
            continue  # it is so already, or nobody declared it

    meet(*pcs)

    assert agree(*pcs)
    assert {days_of(pc) == days_of(first) for pc in pcs} == {True}
    third.ward.database.close()
