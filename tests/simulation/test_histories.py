"""Thousands of histories of cut, doubled, restored and copied PCs and cities, and the proof that they would notice.

``MOTCUA_HISTORIES`` says how many histories run; ``just simulate N`` runs any number outside pytest.
"""

import os

import pytest

from tests.support.sync.ablations import ABLATIONS, switched_off
from tests.support.sync.simulation import PLANS, history

HISTORIES = int(os.environ.get("MOTCUA_HISTORIES", "20000"))
PARTS = 100

#: Histories that break without a rule and hold with it: what they found once stays mended.
CAUGHT: dict[str, tuple[tuple[str, int], ...]] = {
    "order": (("network", 0),),
    "downwards": (("city", 9), ("city", 27)),
    "beyond": (("image", 1), ("image", 15)),
    "by_hash": (("early_image", 5793), ("early_image", 10089)),
    "say_again": (("clone", 1), ("clone", 5)),
    "feed_hash": (("city", 5), ("city", 7)),
    "relay": (("city_and_image", 8), ("city_and_image", 19)),
    "marker": (("copy", 1), ("copy", 5)),
    "void": (("database", 20), ("database", 36)),
    "timer": (("network", 0), ("network", 1)),
    "stored_verdict": (("network", 0), ("network", 1)),
    "park": (("poison", 1), ("poison", 19)),
    "unknown_type": (("poison", 2), ("poison", 3)),
    "custody": (("network", 4), ("network", 25)),
    "blocked": (("poison", 65), ("poison", 82)),
    "said_before": (("everything", 94535),),
    "one_code": (("image", 0), ("clone", 1)),
}
#: Histories that broke once and were mended, by the class of their seed (docs/sync-simulation.md).
MENDED = (3444, 6135, 8124, 8800, 12159, 15365, 15521, 94535)
#: Rules that chance hardly ever needs have histories made for them (test_directed.py) or a proof (test_blocks.py).
DIRECTED = {"ask_again", "said_already", "ladder", "in_order", "by_epoch", "set_up"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_is_lost_or_twice_or_different_whatever_happens(part: int) -> None:
    first, last = HISTORIES * part // PARTS, HISTORIES * (part + 1) // PARTS

    failed = {seed: found for seed in range(first, last) if (found := history(seed))}

    assert failed == {}


@pytest.mark.parametrize("seed", MENDED)
def test_what_was_mended_stays_mended(seed: int) -> None:
    assert history(seed) == []


@pytest.mark.parametrize("name", CAUGHT)
def test_the_simulation_notices_when_a_rule_is_switched_off(name: str) -> None:
    ablation = ABLATIONS[name]

    for plan, seed in CAUGHT[name]:
        assert history(seed, plan=PLANS[plan]) == []
        with switched_off(ablation):
            assert fails(seed, plan), f"nobody misses: {ablation.rule}"


def test_every_rule_that_can_be_switched_off_is_caught() -> None:
    assert CAUGHT.keys() | DIRECTED == ABLATIONS.keys()


def fails(seed: int, plan: str) -> bool:
    """Tell whether a history breaks; one that cannot even go on is broken."""
    try:
        return bool(history(seed, plan=PLANS[plan]))
    except Exception:  # noqa: BLE001 - whatever stops it
        return True
