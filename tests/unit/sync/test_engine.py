"""The engine's manners: when it tries again, how much it sends, what it tells; the rest is in the simulation."""

from collections.abc import Iterator

import pytest

from desktop.sync.engine import POLL_S
from desktop.sync.pace import FIRST_DELAY_S, LAST_DELAY_S, Backoff, Batch
from desktop.sync.ports import LinkFailed
from desktop.sync.status import Phase
from tests.support.sync import facts
from tests.support.sync.simulation import lightened
from tests.support.sync.world import Place, Plan, World


@pytest.fixture
def world() -> Iterator[World]:
    """Give a ward whose network works."""
    made = World(1, Plan(has_network_faults=False))
    with lightened(made):
        yield made


def settle(world: World, place: Place) -> None:
    """Let one PC finish what it has to do."""
    for _ in range(60):
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
        if place.engine.phase is Phase.IDLE:
            return
    raise AssertionError(f"still at {place.engine.phase}")


def test_a_new_pc_opens_its_log_gets_numbers_and_rests(world: World) -> None:
    place = world.places[0]

    settle(world, place)

    assert place.replica.blocks() == (0, 10)
    assert place.engine.status.is_connected
    assert place.engine.status.last_success_at == place.clock.now()
    assert place.engine.status.unsent.events == 0


def test_an_act_is_sent_at_once_and_read_back(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    world.receive(place)

    place.engine.nudge()

    assert place.engine.status.unsent.dossiers == 1
    assert place.engine.next_at() <= world.seconds
    assert place.engine.phase is Phase.PUSH
    settle(world, place)
    assert place.replica.place() == world.city.store.tables.places[-1]
    assert place.engine.status.unsent.events == 0


def test_an_idle_pc_asks_again_within_a_minute(world: World) -> None:
    place = world.places[0]
    settle(world, place)

    assert world.seconds < place.engine.next_at() <= world.seconds + 1.5 * POLL_S


def test_a_cut_network_is_told_and_tried_again_by_a_timer_of_its_own(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    place.network.is_cut = True
    world.receive(place)
    place.engine.nudge()

    delays = []
    for _ in range(12):
        world.seconds = max(world.seconds, place.engine.next_at())
        place.engine.step()
        delays.append(place.engine.next_at() - world.seconds)

    assert place.engine.status.error == "offline"
    assert not place.engine.status.is_connected
    assert place.engine.status.unsent.events == 1
    assert all(FIRST_DELAY_S <= delay <= LAST_DELAY_S for delay in delays)
    place.engine.nudge()
    assert place.engine.next_at() > world.seconds
    place.network.is_cut = False
    place.engine.retry_now()
    settle(world, place)
    assert place.engine.status.error == ""
    assert place.engine.status.unsent.events == 0


def test_a_jumping_clock_stops_no_timer(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    due = place.engine.next_at()

    world.mishap(place, "clock")

    assert place.engine.next_at() == due


def test_a_revoked_pc_is_told_so(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    world.city.store.revoke(place.machine.replica_id)
    world.seconds = place.engine.next_at()

    for _ in range(2):
        place.engine.step()

    assert place.engine.status.is_revoked
    assert place.engine.status.error == "device-revoked"


def test_the_event_the_city_fails_on_is_parked_and_the_others_follow(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    for _ in range(5):
        world.receive(place)
    bad = place.replica.disk.log[place.replica.head().epoch][2]
    world.city.poison.add(bad.wire.hash)
    place.engine.nudge()

    world.heal()

    kinds = {kept.event_id: verdict.kind.value for kept, verdict in place.replica.disk.feed}
    assert kinds.pop(bad.event_id) == "parked"
    assert set(kinds.values()) == {"accepted"}
    assert list(place.replica.attention()) == [bad.event_id]


def test_a_difference_between_the_digests_is_told(world: World) -> None:
    place = world.places[0]
    settle(world, place)
    world.receive(place)
    settle_again = place.engine
    settle_again.nudge()
    settle(world, place)
    dossier_id = world.dossiers[0]
    tables = world.city.store.tables
    known = tables.standings[dossier_id]
    world.write(place, facts.take_fee(), dossier_id)
    place.engine.nudge()
    place.engine.step()
    tables.standings[dossier_id] = known

    settle(world, place)

    assert place.engine.status.differing == 1


def test_what_the_city_asks_for_wins_over_chance() -> None:
    backoff = Backoff(lambda: 0.99)

    assert backoff.delay_s(120) == 120
    assert backoff.delay_s(10**9) == 3_600


def test_waits_grow_by_chance_up_to_a_quarter_of_an_hour_and_begin_again() -> None:
    highest, lowest = Backoff(lambda: 0.999_999), Backoff(lambda: 0.0)

    delays = [highest.delay_s() for _ in range(20)]

    assert delays == sorted(delays)
    assert delays[0] < 5
    assert delays[-1] == pytest.approx(LAST_DELAY_S, abs=1)
    assert {lowest.delay_s() for _ in range(20)} == {FIRST_DELAY_S}
    highest.reset()
    assert highest.delay_s() == pytest.approx(delays[0])


def test_batches_grow_slowly_up_to_what_the_city_takes_and_shrink_fast() -> None:
    batch = Batch()

    for _ in range(20):
        batch.succeeded(most=120)
    assert batch.size == 120
    batch.halve()
    assert batch.size == 60


def test_a_single_event_is_suspected_only_when_it_failed_alone_twice() -> None:
    batch = Batch(size=2)

    for _ in range(6):
        batch.city_failed()
    assert not batch.is_poisoned
    batch.city_failed()

    assert batch.size == 1
    assert batch.is_poisoned
    batch.drop_failures()
    assert not batch.is_poisoned


def test_a_link_s_failure_says_how_long_to_wait() -> None:
    assert LinkFailed("busy", 30).retry_after_s == 30
