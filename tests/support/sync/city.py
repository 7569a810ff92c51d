"""The city in memory behind a network that loses, doubles, delays and lies about what it carried."""

import hashlib
import random
from base64 import b64decode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from desktop.cityserver.core import CityCore, Limits
from desktop.cityserver.problems import Refusal
from desktop.cityserver.relaying import Keys
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
from desktop.sync.ports import CityRefused, LinkFailed
from tests.support.sync.store import MemoryStore

UNIT = "unit-1"
CITY_KEY = "c" * 64
MAX_DAYS = 400


def sign(key: str, data: bytes) -> bytes:
    """Return what stands for a signature: cheap, and nobody without the key would write it."""
    return hashlib.sha512(key.encode() + data).digest()


def verify(key: str, data: bytes, signature: bytes) -> bool:
    """Tell whether a signature is of a key."""
    return signature == sign(key, data)


class LiveCity:
    """The city with its store; it can be put back to an earlier day.

    Attributes:
        answered: By event id, the first verdict any call answered: a retry must answer the same.
        complaints: What an answer contradicted.
    """

    def __init__(self, store: MemoryStore, now: Callable[[], datetime], dice: random.Random, limits: Limits) -> None:
        self.store = store
        self._now = now
        self._dice = dice
        self._limits = limits
        self.incarnation = ""
        self.restored = 0
        self.answered: dict[str, WireVerdict] = {}
        self.complaints: list[str] = []
        self.poison: set[str] = set()
        self._hello: Hello | None = None
        self.begin()

    def hello(self) -> Hello:
        """Say who answers: the same for as long as nothing is restored."""
        if self._hello is None or self._hello.incarnation != self.incarnation:
            self._hello = Hello(
                server_time=datetime(2019, 7, 18, tzinfo=UTC),
                incarnation=self.incarnation,
                oldest_version=1,
                newest_version=1,
                max_events=100,
                max_bytes=1_000_000,
                blob_chunk=1,
            )
        return self._hello

    def begin(self, *, is_told: bool = True) -> None:
        """Start the program: with a new incarnation when the operator said that the database was restored."""
        if is_told or not self.incarnation:
            self.incarnation = f"i{self._dice.getrandbits(64):016x}"
        self.core = CityCore(
            self.store,
            Keys(verify, lambda data: sign(CITY_KEY, data), CITY_KEY),
            self.incarnation,
            now=self._now,
            random=self._dice.randbytes,
            limits=self._limits,
        )

    def restore(self, tables: Any, *, is_told: bool) -> None:
        """Put an earlier database back; what it forgot it may judge anew."""
        self.store.tables = tables.copy()
        self.restored += 1
        known = self.store.tables.by_id
        self.answered = {event_id: verdict for event_id, verdict in self.answered.items() if event_id in known}
        self.begin(is_told=is_told)

    def check(self, verdicts: list[WireVerdict]) -> None:
        """Complain when an answer differs from an earlier one."""
        for verdict in verdicts:
            known = self.answered.setdefault(verdict.event_id, verdict)
            if known is not verdict and known != verdict:
                self.complaints.append(f"another answer on {verdict.event_id}")


@dataclass(slots=True)
class Faults:
    """Say how bad the network is: chances per call.

    Attributes:
        drop: The request does not arrive.
        lose: The answer does not arrive.
        fail_before: The city fails before it commits.
        fail_after: The city fails after it committed.
        double: The request arrives twice.
        delay: A copy of the request arrives later, when nobody waits for it.
    """

    drop: float = 0.0
    lose: float = 0.0
    fail_before: float = 0.0
    fail_after: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    late: list[Callable[[], object]] = field(default_factory=list)
    is_cut: bool = False


class FaultyCity:
    """The city as one PC reaches it."""

    def __init__(self, live: LiveCity, replica_id: str, faults: Faults, dice: random.Random) -> None:
        self._live = live
        self._replica_id = replica_id
        self._faults = faults
        self._dice = dice

    def hello(self) -> Hello:
        return self._call(self._live.hello)

    def standing(self, epoch: str) -> ReplicaStanding:
        return self._call(lambda: self._live.core.standing(UNIT, self._replica_id, epoch))

    def open_epoch(self, request: EpochRequest) -> EpochAnswer:
        return self._call(lambda: self._live.core.open_epoch(UNIT, self._replica_id, request))

    def push(self, request: PushRequest) -> PushAnswer:
        return self._call(lambda: self._push(request))

    def _push(self, request: PushRequest) -> PushAnswer:
        if self._live.poison and any(event.hash in self._live.poison for event in request.events):
            raise LinkFailed("server_error")
        answer = self._live.core.push(UNIT, self._replica_id, request)
        self._live.check(answer.verdicts)
        return answer

    def feed(self, after: Place, limit: int) -> FeedAnswer:
        return self._call(lambda: self._live.core.feed(UNIT, self._replica_id, after, limit))

    def relay(self, request: RelayRequest) -> RelayAnswer:
        return self._call(lambda: self._relay(request))

    def _relay(self, request: RelayRequest) -> RelayAnswer:
        if self._live.poison and any(event.hash in self._live.poison for event in request.events):
            raise LinkFailed("server_error")
        return self._live.core.relay(UNIT, self._replica_id, request)

    def lease(self, request: LeaseRequest) -> LeaseAnswer:
        return self._call(lambda: self._live.core.lease(UNIT, self._replica_id, request))

    def custody(self, dossier_id: str, request: CustodyRequest) -> CustodyAnswer:
        return self._call(lambda: self._live.core.custody(UNIT, self._replica_id, dossier_id, request))

    def park(self, request: ParkRequest) -> WireVerdict:
        return self._call(lambda: self._park(request))

    def _park(self, request: ParkRequest) -> WireVerdict:
        verdict = self._live.core.park(UNIT, self._replica_id, request, b64decode(request.body_base64))
        self._live.check([verdict])
        return verdict

    def digests(self, after_gseq: int) -> DigestAnswer:
        return self._call(lambda: self._live.core.digests(UNIT, self._replica_id, after_gseq))

    def _call(self, request: Callable[[], Any]) -> Any:
        faults, chance = self._faults, self._dice.random
        if faults.is_cut:
            raise LinkFailed("offline")
        if not faults.drop and not faults.lose:
            return _answered(request)
        if faults.delay and chance() < faults.delay:
            faults.late.append(request)
        if chance() < faults.drop:
            raise LinkFailed("offline")
        if chance() < faults.fail_before:
            raise LinkFailed("server_error" if chance() < 0.7 else "busy", 30 if chance() < 0.3 else 0)
        if chance() < faults.double:
            with suppress(LinkFailed, CityRefused):
                _answered(request)
        answer = _answered(request)
        if chance() < faults.lose:
            raise LinkFailed("timed_out")
        if chance() < faults.fail_after:
            raise LinkFailed("server_error")
        return answer


def _answered(request: Callable[[], Any]) -> Any:
    try:
        return request()
    except Refusal as refusal:
        raise CityRefused(refusal.code, refusal.facts) from refusal
