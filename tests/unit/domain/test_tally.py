"""W12: every figure is a sum of contributions, moved by differences, equal to a recount."""

from datetime import date

import pytest

from desktop.domain.dossiers import Channel
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.tally import RECEIVED, SOLVED, Cell, Measure, contributions, difference, recount, timeliness
from tests.unit.domain.walk import FREE, Ward, at, procedure

TODAY = date(2019, 7, 18)
ARRIVED = Cell(TODAY, "ho_tich", Measure.RECEIVED_DIRECT)


@pytest.mark.parametrize(
    ("channel", "measure"),
    [
        (Channel.DIRECT, Measure.RECEIVED_DIRECT),
        (Channel.ONLINE, Measure.RECEIVED_ONLINE),
        (Channel.POST, Measure.RECEIVED_POST),
    ],
)
def test_a_dossier_counts_on_its_day_under_its_channel(channel: Channel, measure: Measure) -> None:
    ward = Ward()

    state = ward.dossiers[ward.receive(channel=channel)]

    assert contributions(state) == (Cell(TODAY, "ho_tich", measure),)
    assert measure in RECEIVED
    assert timeliness(state) is None


@pytest.mark.parametrize(
    ("now", "measure"),
    [
        ("07-24 16:00", Measure.SOLVED_EARLY),
        ("07-25 07:30", Measure.SOLVED_ON_TIME),
        ("07-25 20:00", Measure.SOLVED_ON_TIME),
        ("07-26 00:00", Measure.SOLVED_LATE),
    ],
)
def test_a_result_counts_on_its_own_day_early_on_time_or_late(now: str, measure: Measure) -> None:
    ward = Ward()
    code = ward.approved()
    ward.now = at(now)

    state = ward.ready(code)

    assert contributions(state) == (ARRIVED, Cell(at(now).date(), "ho_tich", measure))
    assert measure in SOLVED


def test_the_citizen_who_comes_late_makes_no_ward_late() -> None:
    ward = Ward()
    code = ward.approved()
    ready = ward.ready(code)
    ward.now = at("09-30 09:00")

    assert contributions(ward.give(code)) == contributions(ready)


def test_a_limit_in_hours_is_judged_by_the_minute() -> None:
    ward = Ward()
    code = ward.receive(procedure(fees=(), limit=Limit(1, LimitUnit.HOUR)))
    ward.now = at("07-18 10:01")

    assert timeliness(ward.refuse(code)) is Measure.SOLVED_LATE


def test_a_refusal_is_a_result_and_a_withdrawal_is_none() -> None:
    ward = Ward()
    refused, withdrawn = ward.receive(), ward.receive()

    assert Cell(TODAY, "ho_tich", Measure.SOLVED_EARLY) in contributions(ward.refuse(refused))
    assert contributions(ward.withdraw(withdrawn)) == (ARRIVED, Cell(TODAY, "ho_tich", Measure.WITHDRAWN))


def test_a_correction_moves_a_dossier_from_one_cell_to_another() -> None:
    ward = Ward()
    before = ward.dossiers[ward.receive()]

    after = ward.correct(before.code, procedure=procedure("1.000009", fees=(), field="dat_dai"))

    assert difference(None, before) == {ARRIVED: 1}
    assert difference(before, after) == {ARRIVED: -1, Cell(TODAY, "dat_dai", Measure.RECEIVED_DIRECT): 1}
    assert difference(after, after) == {}


def test_a_recount_adds_up_every_dossier() -> None:
    ward = Ward()
    ward.receive(FREE)
    ward.receive(FREE)
    ward.refuse(ward.receive(FREE))

    assert recount(ward.dossiers.values()) == {ARRIVED: 3, Cell(TODAY, "ho_tich", Measure.SOLVED_EARLY): 1}
    assert recount(()) == {}
