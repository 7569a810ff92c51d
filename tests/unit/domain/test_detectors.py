"""Twelve seeded tricks are all found, nothing is said against honest work, and a glance hides nothing."""

from collections import defaultdict
from collections.abc import Iterable

import pytest

from desktop.domain.detectors.between import Rated
from desktop.domain.detectors.clocks import behind
from desktop.domain.detectors.findings import Finding, Trick
from desktop.domain.detectors.watch import Watch
from desktop.domain.detectors.words import sentence
from desktop.domain.facts.counter import Returned
from tests.support.honest import Honest, Log, rows, scene, written
from tests.support.tricks import Trickster, rated

#: Dossiers of the ward that works honestly; ``just sweep`` looks at ten thousand.
HONEST = 1_500
MANY = 10_000


def watched(log: Log, ratings: Iterable[Rated] = ()) -> tuple[Finding, ...]:
    """Look through a log as the program does."""
    watch = Watch(scene())
    for history in log.histories().values():
        watch.take(rows(history))
    for of_one_pc in log.logs().values():
        watch.take_clock(list(behind(of_one_pc)))
    return watch.findings(ratings)


def played(*tricks: Trick) -> tuple[Trickster, tuple[Finding, ...]]:
    """Play tricks in a ward that works honestly beside them, and look through what was written."""
    trickster = Trickster()
    for trick in tricks:
        trickster.play(trick)
    log = written([*Honest(3).acts(60), *trickster.acts])
    given_at = {
        event.envelope.dossier_id: event.envelope.acted_at for event in log.events if isinstance(event.fact, Returned)
    }
    return trickster, watched(log, rated(trickster, log.codes, given_at))


def found_codes(found: Iterable[Finding]) -> dict[Trick, set[int]]:
    """Return the numbers of the dossiers each trick was found on."""
    numbers: defaultdict[Trick, set[int]] = defaultdict(set)
    for each in found:
        numbers[each.trick] |= {int(subject.code.rpartition("-")[2]) for subject in each.subjects}
    return numbers


def test_nothing_is_said_against_honest_work() -> None:
    log = written(Honest().acts(HONEST))

    assert [(each.trick, each.reason, sentence(each)) for each in watched(log)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_nothing_is_said_against_ten_thousand_honest_dossiers(seed: int) -> None:
    log = written(Honest(seed).acts(MANY), seed)

    assert len(log.histories()) == MANY
    assert [(each.trick, each.reason, sentence(each)) for each in watched(log)] == []


@pytest.mark.parametrize("trick", Trick)
def test_a_seeded_trick_is_found_with_its_dossiers(trick: Trick) -> None:
    trickster, found = played(trick)

    assert found_codes(found)[trick] == set(trickster.numbers[trick])


def test_twelve_tricks_among_honest_dossiers_are_all_that_is_found() -> None:
    trickster, found = played(*Trick)

    numbers = found_codes(found)
    assert {trick: numbers[trick] >= set(trickster.numbers[trick]) for trick in Trick} == dict.fromkeys(Trick, True)
    seeded = {number for of_one in trickster.numbers.values() for number in of_one}
    assert set().union(*numbers.values()) <= seeded
