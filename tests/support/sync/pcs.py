"""Real PCs of one ward on their encrypted databases, and a city in memory they speak with directly."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.cityserver.core import CityCore
from desktop.cityserver.ports import Device
from desktop.cityserver.problems import Refusal
from desktop.cityserver.relaying import Keys
from desktop.devices import signing_key
from desktop.devices.system_clock import FixedClock, SettableClock
from desktop.domain.codes import Lease
from desktop.domain.feed import Place
from desktop.protocol.messages import (
    CustodyAnswer,
    CustodyRequest,
    DigestAnswer,
    EpochAnswer,
    EpochRequest,
    FeedAnswer,
    Hello,
    LeaseAnswer,
    LeaseRequest,
    ParkRequest,
    PushAnswer,
    PushRequest,
    RelayAnswer,
    RelayRequest,
    ReplicaStanding,
    WireVerdict,
)
from desktop.storage.database import Replica, create_database
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.sync_replica import SyncReplica
from desktop.storage.sync_state import CITY_KEY
from desktop.sync.engine import SyncEngine
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.sync.status import Phase
from tests.support.samples import NINE
from tests.support.sync.store import MemoryStore
from tests.support.wards import KEY, Ward, around, filling, reopened

UNIT = sample_provisioning().unit.unit_id
_CITY = signing_key.Signer(bytes(range(100, 132)))
_MOST_STEPS = 500


@dataclass
class Town:
    """The city: its rules over tables in memory, and a clock.

    Attributes:
        is_cut: The cable is out.
    """

    store: MemoryStore = field(default_factory=MemoryStore)
    incarnation: str = "city-1"
    is_cut: bool = False

    def __post_init__(self) -> None:
        self.core = self._core()

    def _core(self) -> CityCore:
        keys = Keys(
            verify=lambda key, digest, sig: signing_key.verify(bytes.fromhex(key), digest, sig),
            sign=_CITY.sign,
            public_key=_CITY.public.hex(),
        )
        return CityCore(self.store, keys, self.incarnation, now=lambda: NINE, random=random.Random(7).randbytes)

    def backup(self) -> object:
        """Return a copy of everything."""
        return self.store.tables.copy()

    def restore(self, backup: object) -> None:
        """Put a copy back, as an operator does: under a new incarnation."""
        self.store.tables = backup.copy()  # type: ignore[attr-defined]
        self.incarnation += "-again"
        self.core = self._core()

    def enrol(self, replica: Replica, install: str) -> None:
        """Take a PC into the unit."""
        device = Device(replica.replica_id, UNIT, replica.public_key, replica.counter, install)
        with self.store.unit(UNIT, write=True) as transaction:
            transaction.save_device(device)


class DirectCity:
    """The link of one PC, without a network."""

    def __init__(self, town: Town, replica_id: str) -> None:
        self._town = town
        self._replica_id = replica_id

    def _asked(self, call: Callable[[CityCore], object]) -> object:
        if self._town.is_cut:
            raise LinkFailed("offline")
        try:
            return call(self._town.core)
        except Refusal as refusal:
            raise CityRefused(refusal.code, {key: str(value) for key, value in refusal.facts.items()}) from refusal

    def hello(self) -> Hello:
        if self._town.is_cut:
            raise LinkFailed("offline")
        return Hello(
            server_time=NINE,
            incarnation=self._town.incarnation,
            oldest_version=1,
            newest_version=1,
            max_events=200,
            max_bytes=1_000_000,
            blob_chunk=1,
        )

    def standing(self, epoch: str) -> ReplicaStanding:
        return self._asked(lambda core: core.standing(UNIT, self._replica_id, epoch))  # type: ignore[return-value]

    def open_epoch(self, request: EpochRequest) -> EpochAnswer:
        return self._asked(lambda core: core.open_epoch(UNIT, self._replica_id, request))  # type: ignore[return-value]

    def push(self, request: PushRequest) -> PushAnswer:
        return self._asked(lambda core: core.push(UNIT, self._replica_id, request))  # type: ignore[return-value]

    def feed(self, after: Place, limit: int) -> FeedAnswer:
        return self._asked(lambda core: core.feed(UNIT, self._replica_id, after, limit))  # type: ignore[return-value]

    def relay(self, request: RelayRequest) -> RelayAnswer:
        return self._asked(lambda core: core.relay(UNIT, self._replica_id, request))  # type: ignore[return-value]

    def lease(self, request: LeaseRequest) -> LeaseAnswer:
        return self._asked(lambda core: core.lease(UNIT, self._replica_id, request))  # type: ignore[return-value]

    def custody(self, dossier_id: str, request: CustodyRequest) -> CustodyAnswer:
        return self._asked(  # type: ignore[return-value]
            lambda core: core.custody(UNIT, self._replica_id, dossier_id, request)
        )

    def park(self, request: ParkRequest) -> WireVerdict:
        raise NotImplementedError

    def digests(self, after_gseq: int) -> DigestAnswer:
        return self._asked(lambda core: core.digests(UNIT, self._replica_id, after_gseq))  # type: ignore[return-value]


@dataclass
class Seconds:
    """A clock whose timers run as the engine wants them."""

    clock: SettableClock
    at: float = 0.0

    def now(self) -> datetime:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.at


@dataclass
class Pc:
    """A PC of the ward: its database, its people, its engine."""

    ward: Ward
    town: Town

    def __post_init__(self) -> None:
        self.replica: SyncReplica = self.ward.database.sync_replica(signing_key.verify)
        self.engine = self.new_engine()

    def new_engine(self) -> SyncEngine:
        """Return the engine as the program starts it."""
        self.seconds = Seconds(self.ward.clock)
        link = DirectCity(self.town, self.replica.replica_id)
        return SyncEngine(self.replica, link, self.seconds, random.Random(3).random, compare_from=0)

    def sync(self) -> None:
        """Exchange until nothing is left to do."""
        self.engine = self.new_engine()
        for _ in range(_MOST_STEPS):
            self.seconds.at = max(self.seconds.at, self.engine.next_at())
            self.engine.step()
            if self.engine.phase is Phase.IDLE or self.engine.status.error:
                break
        assert self.engine.status.error == "", self.engine.status
        assert self.engine.phase is Phase.IDLE

    def state(self, code: str) -> object:
        """Return a dossier as it is seen here."""
        return self.ward.desk.reader.find(code)

    def reopen(self) -> "Pc":
        """Close and open the database."""
        self.ward.database.close()
        return Pc(reopened(self.ward.folder, self.ward.state, at=self.ward.clock.now()), self.town)


def open_pc(folder: Path, town: Town, counter: int = 1, *, is_first: bool | None = None) -> Pc:
    """Make a PC of the ward that is enrolled at the city; the first brings unit and users, others join."""
    private, public = signing_key.generate()
    replica = Replica(f"0197f000-0000-7000-8000-{counter:012d}", UNIT, private, public.hex(), counter, True)
    clock = SettableClock(FixedClock(datetime.fromisoformat("2019-07-17T08:00:00+07:00")))
    is_first = counter == 1 if is_first is None else is_first
    fill = filling(sample_provisioning().unit) if is_first else _nothing
    lease = {} if is_first else {"lease": Lease(())}
    create_database(folder / "data", KEY, replica, around(folder / "state", clock), fill, **lease)
    ward = reopened(folder / "data", folder / "state", at=NINE)
    pc = Pc(ward, town)
    town.enrol(replica, pc.replica.install)
    pc.replica.keep_city(CITY_KEY, _CITY.public.hex())
    return pc


def _nothing(_ledger: object) -> None:
    """Write nothing: unit and users come with the feed."""
