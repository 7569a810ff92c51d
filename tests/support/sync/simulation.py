"""Run histories by their seeds: which mishaps a history meets follows from its seed too."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

from desktop.cityserver import core
from desktop.cityserver import judging as city_judging
from desktop.domain import codes, judging
from tests.support.sync import facts
from tests.support.sync.invariants import broken
from tests.support.sync.world import SMALL_BLOCK, Plan, World

_MANY_OBJECTS = 300_000
_MILD = ("cut", "crash", "backup", "night")
#: Classes of histories by name. Where nobody names one, a seed belongs to the class ``seed % len(PLANS)``.
PLANS: Mapping[str, Plan] = {
    "network": Plan(faults=frozenset(_MILD)),
    "poison": Plan(faults=frozenset((*_MILD, "poison"))),
    "database": Plan(faults=frozenset((*_MILD, "backup", "database", "clock"))),
    "copy": Plan(faults=frozenset((*_MILD, "copy", "database"))),
    "power": Plan(faults=frozenset((*_MILD, "power", "database"))),
    "image": Plan(faults=frozenset((*_MILD, "image"))),
    "clone": Plan(faults=frozenset((*_MILD, "clone"))),
    "city": Plan(faults=frozenset((*_MILD, "city"))),
    "city_and_image": Plan(faults=frozenset((*_MILD, "city", "image"))),
    "early_image": Plan(steps=16, mishaps=0.3, faults=frozenset(("backup", "image", "crash"))),
    "city_and_database": Plan(faults=frozenset((*_MILD, "city", "database", "clock"))),
    "calm_city": Plan(steps=120, has_network_faults=False, faults=frozenset(("backup", "city", "crash"))),
    "everything": Plan(
        steps=80,
        faults=frozenset((*_MILD, "poison", "database", "copy", "power", "image", "clone", "city", "clock")),
    ),
}


def plan_of(seed: int) -> Plan:
    """Return what the history of a seed may meet."""
    return list(PLANS.values())[seed % len(PLANS)]


@contextmanager
def rarely_tidied() -> Iterator[None]:
    """Look for rubbish only after many new objects: a history leaves a few circles, all else goes at once."""
    before = gc.get_threshold()
    gc.set_threshold(_MANY_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def history(seed: int, *, plan: Plan | None = None) -> list[str]:
    """Run one history; return what did not hold at its end."""
    world = World(seed, plan or plan_of(seed))
    with lightened(world), rarely_tidied():
        world.run()
        return broken(world)


@contextmanager
def lightened(world: World) -> Iterator[None]:
    """Let the city read bodies, fold and hash the cheap way of the simulation."""
    replaced: list[tuple[ModuleType, str, object]] = [
        (city_judging, "read_event", world.bodies.read),
        (city_judging, "_is_writable", lambda _body: True),
        (judging, "content_hash", facts.light_hash),
        (judging, "apply", world.folds.apply),
        (core, "offer_of", world.wire.offer),
        (core, "feed_entry", world.wire.entry),
        (core, "wire_verdicts", world.wire.verdicts),
        (core, "state_digest", world.digests.of),
        (core, "Digest", world.wire.digest),
        (codes, "BLOCK_SIZE", SMALL_BLOCK),
    ]
    before = [(module, name, getattr(module, name)) for module, name, _ in replaced]
    for module, name, value in replaced:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in before:
            setattr(module, name, value)
