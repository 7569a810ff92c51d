"""Histories too rare for chance: a city put back between a push and its reading, or behind a copy that said nothing.

And one that is none of chance: a PC set up apart from a copy of the ward's file.
"""

from collections.abc import Iterator

import pytest

from desktop.domain.facts.unit import UserSaved
from desktop.domain.users import Role
from desktop.sync.status import Phase
from tests.support.sync import facts
from tests.support.sync.ablations import ABLATIONS, switched_off
from tests.support.sync.invariants import broken
from tests.support.sync.simulation import lightened
from tests.support.sync.world import Place, Plan, World


@pytest.fixture
def world() -> Iterator[World]:
    """Give a ward whose network works and where everybody is at rest."""
    made = World(3, Plan(has_network_faults=False))
    with lightened(made):
        made.heal()
        yield made


def rest(world: World, place: Place) -> None:
    """Let one PC send and read until it is at rest."""
    while not world.is_at_rest(place):
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()


def push_only(world: World, place: Place) -> None:
    """Let a PC send what it has and read nothing."""
    world.receive(place)
    place.engine.nudge()
    assert place.engine.phase is Phase.PUSH
    place.engine.step()


def put_back_after_push(world: World) -> list[str]:
    """Put the city back to before a push that was acknowledged, but not read back yet."""
    place = world.places[0]
    before = world.city.store.tables.copy()
    push_only(world, place)
    world.city.restore(before, is_told=True)
    for _ in range(4):
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
    world.heal()
    return broken(world)


def test_a_city_put_back_between_push_and_reading_gets_the_event_again(world: World) -> None:
    assert put_back_after_push(world) == []


def test_without_asking_again_that_event_would_be_on_one_pc_only(world: World) -> None:
    with switched_off(ABLATIONS["ask_again"]):
        assert any(text.startswith("lost") for text in put_back_after_push(world))


def say_twice(world: World) -> list[str]:
    """Let a log say an event again that its twin, meanwhile, handed over in the log it was in."""
    place = world.places[0]
    world.receive(place)
    world.heal()
    world.write(place, facts.take_fee(), world.dossiers[0])
    place.replica.open_epoch("fork", None)
    place.replica.say_again()
    for kept in place.replica.disk.own():
        place.replica.disk.superseded.pop(kept.event_id, None)
    world.restart(place)
    world.heal()
    return broken(world)


def test_an_event_that_came_twice_counts_once(world: World) -> None:
    assert say_twice(world) == []


def test_without_that_rule_it_would_count_twice(world: World) -> None:
    with switched_off(ABLATIONS["said_already"]):
        assert say_twice(world) != []


def go_on_after_a_fork(world: World) -> tuple[Place, list[str]]:
    """Let a cloned PC learn that its log is not the city's, and go on with a dossier of that log before it is cured."""
    place = world.places[0]
    world.receive(place)
    world.heal()
    world.mishap(place, "clone")
    twin = world.places[-1]
    world.write(twin, facts.take_fee(), world.dossiers[-1])
    rest(world, twin)
    world.receive(place)
    dossier_id = world.dossiers[-1]
    place.engine.nudge()
    while place.replica.head().opened_reason != "fork":
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
    world.write(place, facts.offer("s1"), dossier_id)
    world.write(place, facts.take_fee(), dossier_id)
    world.heal()
    return place, broken(world)


def test_what_a_broken_log_says_again_comes_before_what_rests_on_it(world: World) -> None:
    place, found = go_on_after_a_fork(world)

    assert found == []
    assert place.replica.attention() == {}
    assert world.city.store.tables.standings[world.dossiers[-1]].state.offered_on == "s1"


def test_without_that_order_a_reception_and_all_that_rests_on_it_would_wait_for_a_person(world: World) -> None:
    with switched_off(ABLATIONS["in_order"]):
        place, _ = go_on_after_a_fork(world)

    assert place.replica.attention() != {}


def act_beside_a_twin(world: World) -> tuple[Place, list[str]]:
    """Let a PC leave the log in which a clone of it goes on, and act beside the clone without reading what it did."""
    place = world.places[0]
    world.receive(place)
    world.heal()
    world.mishap(place, "clone")
    twin, dossier_id = world.places[-1], world.dossiers[-1]
    world.write(twin, facts.take_fee(), dossier_id)
    rest(world, twin)
    while place.replica.head().opened_reason == "first":
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
    world.write(twin, facts.offer("s1"), dossier_id)
    rest(world, twin)
    world.write(place, facts.offer("s2"), dossier_id)
    world.heal()
    return place, broken(world)


def test_a_cloned_pc_does_not_know_what_its_twin_did(world: World) -> None:
    place, found = act_beside_a_twin(world)

    assert found == []
    assert [verdict.code for verdict in place.replica.attention().values()] == ["conflict"]


def test_without_that_rule_it_would_undo_what_its_twin_did(world: World) -> None:
    with switched_off(ABLATIONS["by_epoch"]):
        _, found = act_beside_a_twin(world)

    assert any(text.startswith("unknowing") for text in found)


def copy_with_blocks(world: World) -> Place:
    """Copy a PC's database to another PC, and let that one get blocks of its own without saying anything more."""
    world.mishap(world.places[0], "copy")
    place = world.places[-1]
    while not place.replica.blocks():
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
    return place


def test_a_restored_city_gives_the_original_no_block_of_a_copy_that_said_nothing(world: World) -> None:
    before = world.city.store.tables.copy()
    place, original = copy_with_blocks(world), world.places[0]
    given = place.replica.blocks()
    world.city.restore(before, is_told=True)
    had = original.replica.blocks()

    for _ in range(5):
        world.receive(original)
    for _ in range(40):
        world.seconds = max(world.seconds, original.engine.next_at())
        original.engine.step()

    assert set(original.replica.blocks()) > set(had)
    assert set(original.replica.blocks()).isdisjoint(given)
    world.heal()
    assert set(given) <= set(place.replica.blocks())
    assert broken(world) == []


def users(world: World) -> dict[str, tuple[Role, ...]]:
    """Return who works in the ward by what the city took, with his roles."""
    facts_of = (
        world.bodies.read(entry.body).fact for entry in world.city.store.tables.feed if entry.verdict.is_accepted
    )
    return {fact.user.login: fact.user.roles for fact in facts_of if isinstance(fact, UserSaved)}


def set_up_apart(world: World) -> Place:
    """Set the ward up on its first PC, and apart on one that makes itself a chair and leaves another one out."""
    for saved in (facts.saved("chutich", Role.CHAIR), facts.saved("lan"), facts.saved("hung", Role.SPECIALIST)):
        world.places[0].replica.write(saved, actor="")
    world.heal()
    world.add("apart", 9)
    twin = world.places[-1]
    for saved in (facts.saved("chutich", Role.CHAIR), facts.saved("lan", Role.CHAIR)):
        twin.replica.write(saved, actor="")
    twin.replica.write(facts.saved("hung", Role.IT), actor="user-lan")
    world.receive(twin)
    return twin


AS_SET_UP = {"chutich": (Role.CHAIR,), "lan": (Role.RECEPTION,), "hung": (Role.SPECIALIST,)}


def test_a_pc_set_up_apart_makes_nobody_chair_and_loses_none_of_its_work(world: World) -> None:
    twin = set_up_apart(world)

    world.heal()

    assert broken(world) == []
    assert users(world) == AS_SET_UP
    assert [verdict.code for verdict in twin.replica.attention().values()] == ["set_up_before"] * 2
    assert world.city.store.tables.standings[world.dossiers[-1]].state is not None


def test_without_that_rule_it_would_make_itself_chair(world: World) -> None:
    set_up_apart(world)
    with switched_off(ABLATIONS["set_up"]):
        world.heal()

    assert users(world) != AS_SET_UP


@pytest.mark.parametrize("seed", range(60))
def test_whatever_happens_meanwhile_a_pc_set_up_apart_makes_nobody_chair(seed: int) -> None:
    """Restored, copied and cloned PCs, this one too, a city put back, and whoever relays for whom."""
    mishaps = ("cut", "crash", "backup", "night", "database", "copy", "image", "clone", "city", "clock")
    world = World(seed, Plan(steps=50, mishaps=0.2, faults=frozenset(mishaps)))
    with lightened(world):
        set_up_apart(world)
        world.run()

    assert broken(world) == []
    assert users(world) == AS_SET_UP
