"""Ten thousand acts at random break no rule; with any one guard switched off they do."""

from collections.abc import Callable

import pytest

from tests.support.guards import GUARDS, WALLS, switched_off
from tests.support.wandering import Wanderer

STEPS = 250
WALKS = 40
#: How far a walk without a guard may go before the rule must be seen broken.
MOST_WALKS = 160


def test_ten_thousand_acts_break_no_rule(record_property: Callable[[str, object], None]) -> None:
    walks = [Wanderer(seed).go(STEPS) for seed in range(WALKS)]

    acts, done = (sum(getattr(each, name) for each in walks) for name in ("acts", "done"))
    record_property("acts", acts)
    record_property("recorded", done)
    assert acts >= 10_000
    assert done >= 2_000


def test_every_guard_stands_where_its_entry_says() -> None:
    places = {name: guard.source().count(guard.text) for name, guard in GUARDS.items()}

    assert {name: n for name, n in places.items() if n != 1} == {}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[] if name in WALLS else [pytest.mark.slow], id=name) for name in GUARDS],
)
def test_without_a_guard_the_acts_break_a_rule(name: str) -> None:
    with switched_off(GUARDS[name]), pytest.raises(AssertionError):  # noqa: PT012 - the walk that breaks it is any
        for seed in range(MOST_WALKS):
            Wanderer(seed).go(STEPS)


def test_with_its_guards_on_again_the_walk_is_what_it_was() -> None:
    before = Wanderer(7).go(STEPS)
    with switched_off(GUARDS["custody"]), pytest.raises(AssertionError):
        Wanderer(7).go(STEPS)

    after = Wanderer(7).go(STEPS)

    assert (after.acts, after.done, after.ward.dossiers) == (before.acts, before.done, before.ward.dossiers)
