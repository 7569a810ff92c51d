"""Ratings from a heap of kept receipts are found; citizens who rate when they like are not."""

from datetime import UTC, datetime, timedelta
from random import Random

from desktop.domain.detectors.between import Done, Rated, Trace, rating_bursts
from desktop.domain.detectors.findings import Finding, Severity, Subject, Trick
from desktop.domain.detectors.words import sentence
from desktop.storage.reference.detectors import load_thresholds

MORNING = datetime(2019, 7, 18, 2, tzinfo=UTC)
EVENING = datetime(2019, 7, 18, 10, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MOST = load_thresholds().ratings_in_burst


def trace(n: int, returned_at: datetime | None, by: str = "lan") -> Trace:
    returns = () if returned_at is None else (Done(returned_at, by, f"return-{n}"),)
    received = Done(MORNING - DAY, "hoa", f"receive-{n}")
    return Trace(Subject(f"d-{n}", f"H29-190718-{n:04d}"), f"person-{n}", "2.000815", received, EVENING, returns)


def rated(n: int, at: datetime) -> Rated:
    return Rated(f"rating:d-{n}", f"d-{n}", at)


def bursts(ratings: list[Rated], traces: list[Trace]) -> list[Finding]:
    return list(rating_bursts(ratings, traces, load_thresholds()))


def test_a_heap_of_kept_receipts_is_found_with_its_dossiers_and_who_gave_the_results() -> None:
    n = MOST + 1
    traces = [trace(i, MORNING + i * MINUTE) for i in range(n)]
    ratings = [rated(i, EVENING + i * MINUTE) for i in range(n)]

    (found,) = bursts(ratings[::-1], traces)

    assert (found.trick, found.severity, found.reason) == (Trick.OWN_RATING, Severity.DOUBTFUL, "heap")
    assert (found.actors, found.at, found.event_id) == (("lan",), EVENING, "rating:d-0")
    assert [subject.dossier_id for subject in found.subjects] == [f"d-{i}" for i in range(n)]
    assert sentence(found).startswith(f"{n} đánh giá trong {n} phút")


def test_a_longer_heap_is_one_finding_and_two_evenings_are_two() -> None:
    traces = [trace(i, MORNING, by="") for i in range(60)]
    ratings = [rated(i, EVENING + (i % 30) * MINUTE / 2 + (i // 30) * DAY) for i in range(60)]

    found = bursts(ratings, traces)

    assert [len(each.subjects) for each in found] == [30, 30]
    assert [each.actors for each in found] == [(), ()]


def test_as_many_as_allowed_or_spread_over_the_evening_are_nothing() -> None:
    traces = [trace(i, MORNING) for i in range(40)]

    assert bursts([rated(i, EVENING + i * MINUTE / 10) for i in range(MOST)], traces) == []
    assert bursts([rated(i, EVENING + 2 * i * MINUTE) for i in range(40)], traces) == []


def test_a_full_hall_that_rates_right_after_the_return_is_nothing() -> None:
    traces = [trace(i, MORNING + i * MINUTE / 3) for i in range(60)]

    assert bursts([rated(i, MORNING + i * MINUTE / 3 + 4 * MINUTE) for i in range(60)], traces) == []


def test_what_is_not_known_or_not_returned_is_left_out() -> None:
    traces = [trace(i, None) for i in range(20)]

    assert bursts([rated(i, EVENING) for i in range(40)], traces) == []


def test_a_heavy_ward_s_citizens_give_no_alarm() -> None:
    chance = Random(7)
    traces, ratings = [], []
    for day in range(60):
        for _ in range(120):
            n = len(traces)
            returned_at = MORNING + day * DAY + chance.randrange(8 * 60) * MINUTE
            after = chance.choice((3, 10, *(30 + chance.randrange(14 * 60) for _ in range(2))))
            traces.append(trace(n, returned_at))
            ratings.append(rated(n, returned_at + after * MINUTE))

    assert bursts(ratings, traces) == []
