"""Join a ward to the city, and build what drives the exchange with it."""

import logging
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Final

from desktop.devices import signing_key
from desktop.devices.system_clock import SystemClock
from desktop.domain.errors import UserError
from desktop.protocol.messages import DeviceReport, EnrolAnswer, Hello
from desktop.services.binding import bind_codes
from desktop.storage.blob_rows import BlobRows
from desktop.storage.database import Replica
from desktop.storage.joining import JoinedCity, join, keep_seen, read_city, read_city_beside
from desktop.storage.keys import SecretStore
from desktop.storage.marker import install_id
from desktop.storage.sync_replica import SyncReplica
from desktop.sync.addresses import city_address
from desktop.sync.connection import Connection, Surroundings
from desktop.sync.enrolment import Applicant, enrol, problem_of
from desktop.sync.ports import CityRefused, LinkFailed
from desktop.wiring import (
    Ward,
    read_key,
    state_folder,
)
from desktop.wiring.learning import Learned, Learner, learnt, take_lookup_base
from desktop.wiring.reporting import report_of

if TYPE_CHECKING:
    from desktop.protocol.replica import Applied
    from desktop.sync.engine import SyncEngine
    from desktop.sync.http_link import HttpCity
    from desktop.sync.ports import City
    from desktop.sync.ports import Replica as SyncPort
    from desktop.sync.runner import OnLane

log = logging.getLogger(__name__)

#: At least so long between two reports of this PC.
_TELL_AGAIN_S: Final = 60.0


class MachineClock:
    """Tell the machine's two times (the ``SyncClock`` port)."""

    def now(self) -> datetime:
        """Return the present instant, aware UTC."""
        return SystemClock().now()

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(slots=True)
class Link:
    """Hold what a joined ward exchanges with the city by.

    Attributes:
        joined: Which city.
        city: The link.
        replica: The database as the engine sees it; its calls belong on lane db.
        blobs: The attachments as their lane sees them; the same.
    """

    joined: JoinedCity
    city: "HttpCity"
    replica: SyncReplica
    blobs: BlobRows
    _ward: Ward
    _seen: list[datetime | None] = field(default_factory=lambda: [None])
    _tells_at: float = 0.0

    def keep_seen(self) -> None:
        """Keep the city's time as last heard, and bind official codes once numbers are there. Threads: lane db."""
        bind_codes(self._ward.desk, self._ward.database.sync)
        seen = self.city.seen_at
        if seen is not None and seen != self._seen[0]:
            self._seen[0] = seen
            keep_seen(self._ward.database, seen)

    def round_done(self, on_lane: "OnLane") -> Learned:
        """Do what follows a round; return what is new. Threads: lane io; ``on_lane`` runs a function on lane db."""
        on_lane(self.keep_seen)
        if time.monotonic() < self._tells_at:
            return Learned()
        self.tell(on_lane(self.report))
        return learnt(Learner(self._ward, self.city), on_lane)

    def report(self) -> DeviceReport:
        """Return how this PC stands, for those who look after all of them. Threads: lane db."""
        return report_of(self._ward, self.replica.unsent())

    def tell(self, report: DeviceReport) -> None:
        """Send a report; a city that does not take it is told again later. Threads: lane io."""
        try:
            next_s: float = self.city.report(report).next_s
        except (LinkFailed, CityRefused) as failure:
            log.info("report not taken", extra={"code": failure.code})
            next_s = _TELL_AGAIN_S
        self._tells_at = time.monotonic() + max(next_s, _TELL_AGAIN_S)

    def close(self) -> None:
        """Let go of the connection."""
        self.city.close()


def link_of(ward: Ward) -> Link:
    """Return the link of a joined ward.

    Raises:
        UserError: ``city_not_joined``.
    """
    from desktop.sync.http_link import HttpCity, Identity  # noqa: PLC0415 - not on the window's way to its first paint

    joined = read_city(ward.database)
    if joined is None:
        raise UserError("city_not_joined")
    replica = ward.database.replica
    identity = Identity(
        replica_id=replica.replica_id,
        unit_id=replica.unit_id,
        sign=signing_key.Signer(replica.private_key).sign,
        city_key=joined.public_key,
        verify=_verify_hex,
    )
    city: HttpCity | None = None

    def last_seen() -> datetime | None:
        return (city.seen_at if city is not None else None) or joined.seen_at

    city = HttpCity(joined.address, identity, machine_surroundings(joined.authority, last_seen))
    blobs = BlobRows(ward.database.ledger, ward.clock)
    return Link(joined, city, sync_replica(ward), blobs, ward)


def machine_surroundings(authority: str = "", last_seen: Callable[[], datetime | None] = lambda: None) -> Surroundings:
    """Return what the link needs of this machine."""
    return Surroundings(now=SystemClock().now, last_seen=last_seen, authority=authority)


def sync_replica(ward: Ward) -> SyncReplica:
    """Return the database of a ward as the sync engine sees it."""
    return ward.database.sync_replica(signing_key.verify)


def engine_of(replica: "SyncPort", city: "City", applied: "Callable[[Applied], None] | None" = None) -> "SyncEngine":
    """Return the engine over a replica and a link."""
    from desktop.sync.engine import SyncEngine  # noqa: PLC0415 - not on the window's way to its first paint

    return SyncEngine(replica, city, MachineClock(), SystemRandom().random, applied=applied)


@dataclass(frozen=True, slots=True)
class Reached:
    """Say what came of asking the city what it is.

    Attributes:
        ahead_s: How far its clock is ahead of the PC's.
        problem: Why it did not answer, None when it did.
    """

    ahead_s: float = 0.0
    problem: UserError | None = None


def reach(joined: JoinedCity) -> Reached:
    """Ask a city what it is, without saying who asks."""
    connection = Connection(joined.address, machine_surroundings(joined.authority, lambda: joined.seen_at))
    try:
        hello = connection.call(Hello, "GET", "/v1/hello")
    except (LinkFailed, CityRefused) as failure:
        return Reached(problem=problem_of(failure))
    finally:
        connection.close()
    return Reached(ahead_s=(hello.server_time - SystemClock().now()).total_seconds())


def joined_city(folder: Path, store: SecretStore | None) -> JoinedCity | None:
    """Return the city a data folder has joined, read beside a running program; None for none.

    Raises:
        EnvironmentProblem: ``key_missing`` …
    """
    return read_city_beside(folder, read_key(folder, store=store))


def join_ward(ward: Ward, address: str, code: str, authority: str = "") -> EnrolAnswer:
    """Join an existing database to its unit at the city; it must be opened anew afterwards.

    Raises:
        UserError: ``city_already_joined``, ``city_other_unit``, ``city_other_mode``, ``link_*`` …
    """
    database, replica = ward.database, ward.database.replica
    joined = read_city(database)
    if joined is not None:
        raise UserError("city_already_joined", address=joined.address)
    applicant = applicant_of(replica, replica.unit_id, replica.counter)
    answer = enrol(address, code, applicant, machine_surroundings(authority))
    if answer.is_training != replica.is_training:
        raise UserError("city_other_mode")
    take_lookup_base(ward, answer.lookup_base)
    join(database, joined_by(address, answer, authority), answer.counter)
    return answer


def joined_by(address: str, answer: EnrolAnswer, authority: str) -> JoinedCity:
    """Return what a PC keeps of the city that took it."""
    return JoinedCity(
        address=city_address(address),
        public_key=answer.city_key,
        authority=authority,
        lookup_base=answer.lookup_base,
        provisioning=answer.provisioning,
    )


def applicant_of(replica: Replica, unit_id: str, counter: int) -> Applicant:
    """Say who asks to be taken."""
    return Applicant(
        replica_id=replica.replica_id,
        public_key=replica.public_key,
        sign=signing_key.Signer(replica.private_key).sign,
        install=_install(),
        unit_id=unit_id,
        counter=counter,
        workstation=socket.gethostname(),
    )


def _install() -> str:
    return install_id(state_folder(), secrets.token_bytes)


def _verify_hex(public_key: str, words: bytes, signature: bytes) -> bool:
    try:
        return signing_key.verify(bytes.fromhex(public_key), words, signature)
    except ValueError:
        return False
