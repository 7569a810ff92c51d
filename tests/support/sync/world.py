"""A ward's PCs, their city and everything that can happen to them, as one history of a seed.

The engine and the city's rules are the program's own; disks, network, clocks and people are simulated. A history is
a number of steps at random, then everything heals, and :mod:`tests.support.sync.invariants` looks at what is left.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from desktop.cityserver.core import Limits
from desktop.cityserver.ports import Device
from desktop.domain.codes import Ordinal, provisional_code
from desktop.domain.dossiers import Status
from desktop.domain.events import Fact
from desktop.domain.judging import OPEN
from desktop.protocol.messages import CustodyRequest
from desktop.sync.engine import SyncEngine
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.sync.status import Phase
from tests.support.sync import facts
from tests.support.sync.city import UNIT, Faults, FaultyCity, LiveCity, sign
from tests.support.sync.disk import Disk, Kept
from tests.support.sync.machine import Machine, Tools
from tests.support.sync.mishaps import MISHAPS
from tests.support.sync.replica import MemoryReplica
from tests.support.sync.store import MemoryStore, Tables
from tests.support.sync.wire import Wire

START = datetime(2019, 7, 18, 2, tzinfo=UTC)
#: Ordinals a block holds here, so that numbers run out within a history.
SMALL_BLOCK = 2
#: Once everything works again nothing takes longer.
PATIENCE_S = 86_400.0
#: More than four PCs that only poll make in that time: a machine that steps on without waiting is caught by it.
MORE_STEPS = 60_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what a history may meet.

    Attributes:
        steps: Acts, exchanges and mishaps.
        faults: Names of mishaps that may happen beside those of the network.
        mishaps: Chance of one per step.
    """

    steps: int = 60
    mishaps: float = 0.1
    has_network_faults: bool = True
    faults: frozenset[str] = frozenset()


class Clock:
    """A PC's clock: a wall clock that may be wrong, timers that are not."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.offset = timedelta()

    def now(self) -> datetime:
        return self._world.now() + self.offset

    def monotonic(self) -> float:
        return self._world.seconds


@dataclass(slots=True)
class Place:
    """One PC with everything on it."""

    machine: Machine
    clock: Clock
    network: Faults
    replica: MemoryReplica
    engine: SyncEngine
    backups: list[Disk] = field(default_factory=list)
    images: list[tuple[Disk, Machine]] = field(default_factory=list)


@dataclass(slots=True)
class Ground:
    """What really happened, whoever still knows.

    Attributes:
        parents: By event id: the last exclusive event its writer knew, "" for none.
        printed: By code on paper: the dossiers it was printed for.
        unsafe: Something happened (a disk image, a power cut) after which codes may stand on paper twice.
        copied: A database goes on on another PC, under the same counter.
    """

    parents: dict[str, str] = field(default_factory=dict)
    printed: dict[str, set[str]] = field(default_factory=dict)
    unsafe: bool = False
    copied: bool = False
    happened: list[str] = field(default_factory=list)


class World:
    """One history."""

    def __init__(self, seed: int, plan: Plan) -> None:
        self.seed = seed
        self.plan = plan
        self.dice = random.Random(seed)
        self.seconds = 0.0
        self._told = (0.0, START)
        self.ground = Ground()
        self.bodies = facts.Bodies()
        self.folds = facts.Folds()
        self.digests = facts.Digests()
        self.wire = Wire(self.bodies.read)
        self._ids = 0
        store = MemoryStore(self.bodies.read)
        self.city = LiveCity(store, self.now, self.dice, Limits(max_events=100, max_feed=20))
        self.backups: list[tuple[Tables, int]] = []
        self.places: list[Place] = []
        self.dossiers: list[str] = []
        for n in range(self.dice.choice((2, 2, 3))):
            self.add(f"pc{n + 1}", n + 1)

    def now(self) -> datetime:
        """Return the city's time."""
        if self._told[0] != self.seconds:
            self._told = (self.seconds, START + timedelta(seconds=self.seconds))
        return self._told[1]

    def add(self, replica_id: str, counter: int) -> None:
        """Bring a new PC, enrolled."""
        machine = Machine(replica_id, replica_id, f"install-{replica_id}", counter, sign_key(replica_id))
        with self.city.store.unit(UNIT, write=True) as transaction:
            transaction.save_device(Device(replica_id, UNIT, machine.public_key, counter, machine.install))
        self.places.append(self.start(machine, Disk()))

    def start(self, machine: Machine, disk: Disk, clock: Clock | None = None) -> Place:
        """Start the program on a PC."""
        clock = clock or Clock(self)
        tools = Tools(
            sign=lambda data: sign(machine.public_key, data),
            new_id=self.new_id,
            new_epoch=lambda: f"{self.dice.getrandbits(128):032x}",
            now=clock.now,
            write=self.bodies.write,
            kept=self.wire.kept,
            told=self.wire.told,
            digest=self.digests.of,
            follow=self.folds.follow,
        )
        network = self.network()
        replica = MemoryReplica(machine, disk, UNIT, tools)
        city = FaultyCity(self.city, machine.replica_id, network, self.dice)
        engine = SyncEngine(replica, city, clock, self.dice.random, compare_from=0)
        return Place(machine, clock, network, replica, engine)

    def restart(self, place: Place) -> None:
        """Start the program again with what lies on the disk."""
        fresh = self.start(place.machine, place.replica.disk, place.clock)
        place.replica, place.engine, place.network = fresh.replica, fresh.engine, fresh.network

    def network(self) -> Faults:
        """Return a network, as bad as this history wants it."""
        if not self.plan.has_network_faults:
            return Faults()
        chance = self.dice.random
        bad = chance() * 0.3
        return Faults(bad, bad * 0.7, bad * 0.5, bad * 0.5, 0.1, 0.1)

    def new_id(self) -> str:
        """Return an id nothing has had."""
        self._ids += 1
        return f"e{self._ids}"

    # --- a history -------------------------------------------------------------------------------------------------

    def run(self) -> None:
        """Let things happen, then heal."""
        for _ in range(self.plan.steps):
            self.seconds += self.dice.random() * 40
            kind = self.dice.random()
            place = self.dice.choice(self.places)
            if kind < 0.45:
                self.act(place)
            elif kind < 1.0 - self.plan.mishaps or not self.plan.faults:
                self.exchange(place, self.dice.randrange(1, 9))
            else:
                self.mishap(place, self.dice.choice(sorted(self.plan.faults)))
            if self.dice.random() < 0.1:
                place.replica.sync_marker()
            self.deliver_late(0.1)
        self.heal()

    def exchange(self, place: Place, steps: int) -> None:
        """Let a PC's engine go on for some steps, if it is due."""
        for _ in range(steps):
            if place.engine.next_at() > self.seconds:
                return
            place.engine.step()

    def deliver_late(self, chance: float) -> None:
        """Let requests arrive that nobody waits for any more."""
        for place in self.places:
            while place.network.late and self.dice.random() < chance:
                late = place.network.late.pop(self.dice.randrange(len(place.network.late)))
                with suppress(Exception):
                    late()

    def heal(self) -> None:
        """End all mishaps and let everybody finish."""
        self.deliver_late(1.0)
        for place in self.places:
            place.network.drop = place.network.lose = 0.0
            place.network.is_cut = False
            if place.replica.judgement().needs_new_epoch:
                self.restart(place)
        until = self.seconds + PATIENCE_S
        for _ in range(MORE_STEPS):
            # Polls of those who are at rest change nothing: they sleep while the others wait out a failure.
            restless = [place for place in self.places if not self.is_at_rest(place)]
            if not restless:
                return
            place = min(restless, key=lambda each: each.engine.next_at())
            if place.engine.next_at() > until:
                return
            self.seconds = max(self.seconds, place.engine.next_at())
            place.engine.step()

    def is_at_rest(self, place: Place) -> bool:
        """Tell whether a PC has read the whole feed, and found in it all it ever said."""
        engine, replica = place.engine, place.replica
        return (
            engine.phase is Phase.IDLE
            and engine.status.error == ""
            and replica.place() == self.city.store.tables.places[-1]
            and replica.disk.is_acknowledged()
            and not replica.waiting()
        )

    def is_quiet(self) -> bool:
        """Tell whether everybody has sent and read everything."""
        return all(map(self.is_at_rest, self.places))

    # --- people ----------------------------------------------------------------------------------------------------

    def act(self, place: Place) -> None:
        """Let somebody at a PC do something."""
        replica, dice = place.replica, self.dice
        if replica.judgement().needs_new_epoch:
            self.restart(place)
            replica = place.replica
        dossier_id = dice.choice(self.dossiers[-5:]) if self.dossiers and dice.random() > 0.3 else ""
        if not dossier_id or replica.view(dossier_id).state is None:
            self.receive(place)
            return
        fact = self.next_fact(place, dossier_id)
        if fact is not None:
            self.write(place, fact, dossier_id)

    def write(self, place: Place, fact: Fact, dossier_id: str) -> Kept:
        """Write an act and remember what its writer knew."""
        parent = place.replica.view(dossier_id).parent if dossier_id else ""
        strange = self.dice.random()
        if "poison" in self.plan.faults and strange < 0.02:
            kept = place.replica.write(fact, dossier_id, kind="dossier.from_the_future")
            self.bodies.blur(kept.wire.body.encode(), "event_type_unknown")
        else:
            kept = place.replica.write(fact, dossier_id)
            if "poison" in self.plan.faults and strange < 0.04:
                self.bodies.blur(kept.wire.body.encode(), "event_unreadable")
            elif "poison" in self.plan.faults and strange < 0.05:
                self.city.poison.add(kept.wire.hash)
        self.ground.parents[kept.event_id] = parent
        return kept

    def receive(self, place: Place) -> None:
        """Receive a dossier under the next code."""
        code, day, ordinal = self.code(place)
        dossier_id = f"d{len(self.dossiers) + 1}"
        self.dossiers.append(dossier_id)
        self.write(place, facts.received(code, day, ordinal, UNIT), dossier_id)
        self.ground.printed.setdefault(code, set()).add(dossier_id)

    def code(self, place: Place) -> tuple[str, date, Ordinal | None]:
        """Return the next code of a PC: an official one, or a provisional one without numbers."""
        replica, day = place.replica, place.clock.now().date()
        ordinal = replica.next_ordinal(day)
        if ordinal is not None:
            return f"{day.isoformat()}-{ordinal.value}", day, ordinal
        replica.disk.provisional += 1
        return provisional_code(replica.head().epoch, replica.disk.provisional), day, None

    def next_fact(self, place: Place, dossier_id: str) -> Fact | None:
        """Return what somebody does to a dossier as he sees it, None for nothing."""
        dice, view = self.dice, place.replica.view(dossier_id)
        state, custody = view.state, view.standing.custody
        assert state is not None
        if dice.random() < 0.25:
            return dice.choice((facts.take_fee(), facts.notify(dice.randrange(9))))
        if state.offered_on and dice.random() < 0.5:
            return facts.confirm(state.offered_on)
        if custody not in (OPEN, place.machine.replica_id) and dice.random() < 0.9:
            self.ask_custody(place, dossier_id)
            return None
        if state.code.startswith("T-") and dice.random() < 0.5:
            code, day, ordinal = self.code(place)
            if ordinal is not None:
                self.ground.printed.setdefault(code, set()).add(dossier_id)
                return facts.bind(code, day, ordinal)
        if state.open_waits and dice.random() < 0.5:
            return facts.close_wait(state, state.open_waits[0].wait_id)
        choices: list[Fact] = [facts.offer(f"s{self._ids}"), facts.assign(), facts.wait(f"w{self._ids}")]
        if state.status is Status.SUBMITTED:
            choices += [facts.approve(state), facts.send_back()] * 2
        elif state.status is Status.RESULT_READY:
            choices += [facts.give_back()] * 4
        elif state.status is Status.APPROVED:
            choices += [facts.ready(dice.randrange(9))] * 4
        else:
            choices += [facts.submit(state)] * 3
        return None if state.is_closed else dice.choice(choices)

    def ask_custody(self, place: Place, dossier_id: str) -> None:
        """Ask the city for the right to act."""
        action = self.dice.choice(("take", "give", "force"))
        others = [each.machine.replica_id for each in self.places]
        request = CustodyRequest(
            action=action,
            to=self.dice.choice(others),
            by="lan",
            reason="gấp",
            approved_by="an",
            base_gseq=place.replica.place().gseq,
        )
        with suppress(LinkFailed, CityRefused):
            FaultyCity(self.city, place.machine.replica_id, place.network, self.dice).custody(dossier_id, request)

    def mishap(self, place: Place, fault: str) -> None:
        """Let something bad happen; see :mod:`tests.support.sync.mishaps`."""
        self.ground.happened.append(fault)
        MISHAPS[fault](self, place)


def sign_key(replica_id: str) -> str:
    """Return a PC's key."""
    return f"{replica_id:k<64}"
