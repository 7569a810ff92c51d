"""What every replica must do, the encrypted database as the one in memory that the simulation runs on."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from desktop.cityserver.ports import Device
from desktop.devices import signing_key
from desktop.domain.codes import Ordinal, format_code
from desktop.domain.feed import Place
from desktop.domain.units import Unit
from desktop.protocol.messages import EpochRequest, FeedEntry, PushRequest
from desktop.protocol.replica import UntrustedFeed
from desktop.storage.reference.units import sample_provisioning
from desktop.sync.ports import Replica
from tests.support.samples import NINE
from tests.support.sync import facts
from tests.support.sync.disk import Disk
from tests.support.sync.machine import Machine, Tools
from tests.support.sync.pcs import UNIT, Town, open_pc
from tests.support.sync.replica import MemoryReplica
from tests.support.wards import person

TODAY = NINE.date()


@dataclass
class Case:
    """A replica that is enrolled at a city in memory, and what writes one act at it."""

    replica: Replica
    town: Town
    receive: Callable[[], object]

    def pushed(self) -> None:
        """Send everything, and let the city open the epoch first."""
        head = self.replica.head()
        request = EpochRequest(epoch=head.epoch, reason=head.opened_reason, install=self.replica.install)
        self.town.core.open_epoch(UNIT, self.replica.replica_id, request)
        events = self.replica.pending(head.acked, 500, 1_000_000)
        answer = self.town.core.push(UNIT, self.replica.replica_id, PushRequest(epoch=head.epoch, events=list(events)))
        self.replica.acknowledge(answer.last)

    def feed(self) -> list[FeedEntry]:
        """Return what follows the replica's place."""
        return self.town.core.feed(UNIT, self.replica.replica_id, self.replica.place(), 500).entries

    def settled(self) -> None:
        """Send everything and read it back."""
        self.pushed()
        self.replica.apply(self.feed())


def _in_memory(town: Town) -> Case:
    signer = signing_key.Signer(bytes(range(32)))
    made = random.Random(5)
    machine = Machine("PC", "replica-memory", "install-memory", 1, signer.public.hex())
    town.store.tables.devices[machine.replica_id] = Device(
        machine.replica_id, UNIT, machine.public_key, 1, machine.install
    )
    tools = Tools(
        sign=signer.sign,
        new_id=lambda: f"{made.getrandbits(128):032x}",
        new_epoch=lambda: f"{made.getrandbits(128):032x}",
        now=lambda: NINE,
    )
    replica = MemoryReplica(machine, Disk(blocks=(0, 10)), UNIT, tools)
    unit: Unit = sample_provisioning().unit

    def receive() -> None:
        value = len(replica.disk.used) and max(replica.disk.used.values())
        ordinal = Ordinal(TODAY, 0, value + 1)
        code = format_code(unit.code_template, unit.agency_code, TODAY, ordinal.value)
        replica.write(facts.received(code, TODAY, ordinal, UNIT), tools.new_id())

    return Case(replica, town, receive)


@pytest.fixture(params=["memory", "sqlcipher"])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    town = Town()
    if request.param == "memory":
        yield _in_memory(town)
        return
    pc = open_pc(tmp_path, town)
    count = iter(range(1_000))
    yield Case(pc.replica, town, lambda: pc.ward.receive(owner=person(next(count))))
    pc.ward.database.close()


def test_the_own_log_is_given_in_order_and_at_least_one_at_a_time(case: Case) -> None:
    for _ in range(3):
        case.receive()
    head = case.replica.head()

    everything = case.replica.pending(0, 500, 10_000_000)

    assert len(everything) == head.seq
    assert everything[-1].hash == head.hash.hex()
    assert case.replica.pending(1, 2, 10_000_000) == everything[1:3]
    assert case.replica.pending(1, 500, 1) == everything[1:2]
    assert case.replica.pending(head.seq, 500, 10_000_000) == ()


def test_hashes_of_the_own_log_are_known_and_no_others(case: Case) -> None:
    head = case.replica.head()

    assert case.replica.hash_at(head.epoch, head.seq) == head.hash
    assert case.replica.hash_at(head.epoch, 0) == bytes(32)
    assert case.replica.hash_at(head.epoch, head.seq + 1) is None
    assert case.replica.hash_at("no-such-epoch", 1) is None


def test_what_is_unsent_shrinks_with_what_is_acknowledged_and_grows_again(case: Case) -> None:
    head = case.replica.head()
    case.replica.acknowledge(head.seq)
    assert case.replica.unsent().events == 0
    case.receive()

    unsent = case.replica.unsent()

    assert (unsent.events, unsent.dossiers, unsent.oldest_at) == (1, 1, NINE)
    case.replica.acknowledge(head.seq + 1)
    assert case.replica.unsent().events == 0
    case.replica.acknowledge(head.seq)
    assert case.replica.unsent() == unsent


def test_the_feed_moves_the_place_and_no_page_counts_twice(case: Case) -> None:
    case.receive()
    case.pushed()
    entries = case.feed()

    applied = case.replica.apply(entries)

    assert applied.place == case.replica.place() == case.town.store.tables.places[-1]
    assert case.replica.place_at(0) == Place()
    assert case.replica.place_at(len(entries)) == applied.place
    assert case.replica.place_at(len(entries) + 1) is None
    with pytest.raises(UntrustedFeed):
        case.replica.apply(entries)
    assert case.replica.place() == applied.place


def test_a_page_with_a_hole_or_a_wrong_hash_changes_nothing(case: Case) -> None:
    case.receive()
    case.pushed()
    entries = case.feed()
    wrong = entries[-1].model_copy(update={"feed_hash": "ab" * 32})

    for page in (entries[1:], [*entries[:-1], wrong]):
        with pytest.raises(UntrustedFeed):
            case.replica.apply(page)

    assert case.replica.place() == Place()


def test_what_the_city_lost_is_offered_once_per_place_and_returns_with_the_feed(case: Case) -> None:
    case.receive()
    case.settled()
    whole = case.town.core.feed(UNIT, case.replica.replica_id, Place(), 500).entries
    to = case.replica.place_at(len(whole) - 2)
    assert to is not None

    assert case.replica.rewind(to) == 2

    lost = case.replica.lost(10)
    assert [event.hash for event in lost] == [entry.event.hash for entry in whole[-2:]]
    case.replica.offered(lost)
    assert case.replica.lost(10) == ()
    case.replica.apply(whole[-2:-1])
    assert [event.hash for event in case.replica.lost(10)] == [whole[-1].event.hash]
    case.replica.apply(whole[-1:])
    assert case.replica.lost(10) == ()


def test_a_new_epoch_begins_after_the_old_and_says_what_nobody_has_again(case: Case) -> None:
    case.settled()
    case.receive()
    before = case.replica.head()

    case.replica.open_epoch("rolled_back", TODAY)

    head = case.replica.head()
    assert (head.opened_reason, head.seq, head.acked) == ("rolled_back", 1, 0)
    assert (head.previous_epoch, head.previous_seq, head.previous_hash) == (before.epoch, before.seq, before.hash)
    assert head.void_through == TODAY
    assert case.replica.blocks() == (0, 10)
    assert len(case.replica.lost(10)) == 1
    assert case.replica.say_again() == 1
    assert case.replica.say_again() == 0
    assert case.replica.lost(10) == ()
    assert case.replica.head().seq == 2


@pytest.mark.parametrize("reason", ["fork", "copied"])
def test_a_log_that_goes_on_elsewhere_keeps_no_numbers(case: Case, reason: str) -> None:
    case.replica.open_epoch(reason, TODAY)

    assert case.replica.blocks() == ()
    assert case.replica.needs_lease()
    case.replica.take_lease((3, 13), None)
    assert case.replica.blocks() == (3, 13)
    assert not case.replica.needs_lease()


def test_digests_are_the_citys_and_leave_out_what_waits(case: Case) -> None:
    case.receive()
    case.settled()
    theirs = case.town.core.digests(UNIT, case.replica.replica_id, 0)

    mine = case.replica.digests(0, 100)

    assert mine.digests == theirs.digests
    assert case.replica.compare(theirs) == 0
    (digest,) = theirs.digests
    other = theirs.model_copy(update={"digests": [digest.model_copy(update={"digest": "ab" * 32})]})
    assert case.replica.compare(other) == 1


def test_the_incarnation_is_remembered(case: Case) -> None:
    assert case.replica.incarnation() == ""

    case.replica.keep_incarnation("second")

    assert case.replica.incarnation() == "second"


def test_an_epoch_without_a_day_voids_nothing(case: Case) -> None:
    case.replica.open_epoch("recovered", None)

    assert case.replica.head().void_through is None
    case.replica.take_lease((0, 10), date(2019, 7, 20))
    assert case.replica.blocks() == (0, 10)
