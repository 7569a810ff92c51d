"""PCs of a ward that joined a city over real HTTP: real encrypted databases, the product's own link, engine and wiring.

Time does not pass: the engine's clock jumps to when the next step is due. The link is impatient, so that a line that
drips is given up in a second.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from desktop import wiring
from desktop.cityserver.city import City
from desktop.cityserver.enrolment import new_code
from desktop.cityserver.units import create_unit, read_unit, sample_text
from desktop.domain.dossiers import Dossier, Party
from desktop.domain.users import User
from desktop.services import receive
from desktop.storage.tables import ATTENTION, DOSSIER, EVENT, FEED, SUPERSEDED
from desktop.sync.connection import Patience, Surroundings
from desktop.sync.engine import SyncEngine
from desktop.sync.rounds import CountingReplica
from desktop.sync.status import Phase
from desktop.wiring import city as city_wiring
from desktop.wiring import enrolling
from tests.lint.repository import ROOT
from tests.support.wards import command

SAMPLE_UNIT = "0197f000-0000-7000-8000-000000000001"
IMPATIENT = Patience(connect_s=2, silence_s=2, whole_s=4)
#: More steps than any honest exchange of these tests needs.
MOST_STEPS = 4_000


class JumpingClock:
    """Stand at the next step's time; the date is the machine's."""

    def __init__(self) -> None:
        self.at = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - tokens are judged by the city's real clock

    def monotonic(self) -> float:
        return self.at


def new_unit(database: str) -> str:
    """Make a ward like the sample's at a city's database and return its id."""
    unit_id = str(uuid4())
    text = sample_text().replace(SAMPLE_UNIT, unit_id)
    city = City.open(database)
    try:
        with city.store.writing() as connection:
            create_unit(connection, text, read_unit("sample.toml", text), city.now_ms(), is_training=True)
    finally:
        city.close()
    return unit_id


def enrol_code(database: str, unit_id: str) -> str:
    """Return a one-time code of a unit."""
    city = City.open(database)
    try:
        with city.store.writing() as connection:
            return new_code(connection, unit_id, city.now_ms(), "tests")
    finally:
        city.close()


@dataclass(slots=True)
class Pc:
    """One PC: its folders, and its ward while it is open.

    Attributes:
        home: Holds ``data`` and ``state``.
        acknowledged: Ids of events the city said it has.
        patience: How long it waits for the city; a busy one may need seconds for a thousand dossiers.
    """

    home: Path
    acknowledged: set[str] = field(default_factory=set)
    patience: Patience = IMPATIENT
    ward: wiring.Ward | None = None
    _link: city_wiring.Link | None = None
    _engine: SyncEngine | None = None
    _clock: JumpingClock = field(default_factory=JumpingClock)

    @property
    def folder(self) -> Path:
        return self.home / "data"

    @contextmanager
    def machine(self) -> Iterator[None]:
        """Be on this PC: its state folder, its patience."""
        before, patience = os.environ.get("XDG_STATE_HOME"), city_wiring.machine_surroundings
        os.environ["XDG_STATE_HOME"] = str(self.home / "state")
        city_wiring.machine_surroundings = partial(_surroundings, self.patience)  # type: ignore[assignment]
        try:
            yield
        finally:
            city_wiring.machine_surroundings = patience
            if before is None:
                del os.environ["XDG_STATE_HOME"]
            else:
                os.environ["XDG_STATE_HOME"] = before

    def join(self, address: str, code: str) -> "Pc":
        """Enrol an empty folder and read what there is."""
        with self.machine():
            enrolling.create_joined_ward(self.folder, address, code)
        self.open()
        assert self.sync() == ""
        with self.machine():
            assert self.ward is not None
            enrolling.settle(self.ward)
        assert self.sync() == ""
        return self

    def open(self) -> "Pc":
        with self.machine():
            self.ward = wiring.open_ward(self.folder)
        return self

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
        if self.ward is not None:
            self.ward.close()
        self.ward = self._link = self._engine = None

    def started(self, module: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start a program of the tests on this closed PC's data folder."""
        environment = os.environ | {"XDG_STATE_HOME": str(self.home / "state")}
        command = [sys.executable, "-m", module, str(self.folder), *arguments]
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)

    def copied(self, home: Path, *parts: str) -> None:
        """Copy folders (``data``, ``state``) of this closed PC somewhere, in place of what is there."""
        for part in parts:
            shutil.rmtree(home / part, ignore_errors=True)
            if (self.home / part).exists():
                shutil.copytree(self.home / part, home / part)

    def user(self, login: str) -> User:
        assert self.ward is not None
        return next(user for user in self.ward.desk.reader.users() if user.login == login)

    def receive(self, name: str, at: datetime | None = None) -> Dossier:
        """Receive a dossier of somebody."""
        assert self.ward is not None
        if at is not None:
            self.ward.clock.set(at)
        desk = self.ward.desk
        return receive.receive(desk, self.user("lan"), command(desk, owner=Party(name))).dossier

    @property
    def link(self) -> city_wiring.Link:
        """Return the link of the open ward."""
        if self._link is None:
            assert self.ward is not None
            with self.machine():
                self._link = city_wiring.link_of(self.ward)
        return self._link

    @property
    def engine(self) -> SyncEngine:
        """Return the engine of the open ward, over the real link."""
        if self._engine is None:
            replica: Any = _Watched(self.link.replica, self.acknowledged)
            self._engine = SyncEngine(replica, self.link.city, self._clock, lambda: 0.5)
        return self._engine

    def engine_unsent(self) -> int:
        """Return how many own events the city does not have."""
        self.engine.nudge()
        return self.engine.status.unsent.events

    def step(self) -> str:
        """Do one step now; return the code of what failed."""
        with self.machine():
            engine = self.engine
            self._clock.at = max(self._clock.at, engine.next_at())
            engine.nudge()
            engine.step()
            return engine.status.error

    def sync(self, tries: int = 1) -> str:
        """Step until idle, or until so many failures; return the code of the last one, "" when idle."""
        engine, failures = self.engine, 0
        for _ in range(MOST_STEPS):
            error = self.step()
            failures += bool(error)
            if failures >= tries:
                return error
            if not error and engine.phase is Phase.IDLE:
                return ""
        raise AssertionError(f"no end of stepping: {engine.status}")

    # --- what lies in it --------------------------------------------------------------------------------------------

    def rows(self, statement: Any) -> list[Any]:
        assert self.ward is not None
        with self.ward.database.ledger.writing() as connection:
            return list(connection.execute(statement))

    def own_events(self) -> dict[str, str]:
        """Return id and type of all events this database wrote, whatever its epoch."""
        assert self.ward is not None
        replica_id = self.ward.database.replica.replica_id
        found = self.rows(select(EVENT.c.event_id, EVENT.c.type).where(EVENT.c.replica_id == replica_id))
        return {row.event_id: row.type for row in found}

    def feed(self) -> dict[str, str]:
        """Return the feed as this PC has it: event id and verdict, in order."""
        statement = select(EVENT.c.event_id, FEED.c.kind).join(FEED, FEED.c.position == EVENT.c.position)
        return {row.event_id: row.kind for row in self.rows(statement.order_by(FEED.c.gseq))}

    def attention(self) -> set[str]:
        """Return the ids of events that wait for a person."""
        return {row.event_id for row in self.rows(select(ATTENTION.c.event_id))}

    def said_again(self) -> set[str]:
        """Return the ids of own events that a later epoch says again."""
        statement = select(EVENT.c.event_id).join(SUPERSEDED, SUPERSEDED.c.position == EVENT.c.position)
        return {row.event_id for row in self.rows(statement)}

    def digests(self) -> dict[str, str]:
        """Return dossier id → digest of all dossiers."""
        with self.machine():
            assert self.ward is not None
            answer = city_wiring.sync_replica(self.ward).digests(0, 100_000)
        return {each.dossier_id: each.digest for each in answer.digests}

    def city_digests(self) -> dict[str, str]:
        """Return the same as the city says it."""
        assert self._link is not None
        found: dict[str, str] = {}
        place = 0
        while True:
            answer = self._link.city.digests(place)
            found |= {each.dossier_id: each.digest for each in answer.digests}
            if answer.place <= place or answer.place >= answer.head:
                return found
            place = answer.place

    def codes(self) -> list[str]:
        """Return the primary codes of all dossiers."""
        assert self.ward is not None
        return [row[0] for row in self.rows(select(DOSSIER.c.code))]


class _Watched(CountingReplica):
    """Remember what the city acknowledged, by event id."""

    def __init__(self, replica: Any, acknowledged: set[str]) -> None:
        super().__init__(replica)
        self._acknowledged = acknowledged

    def acknowledge(self, seq: int) -> None:
        super().acknowledge(seq)
        inner: Any = self._replica
        replica_id, epoch = inner.replica_id, inner.head().epoch
        statement = select(EVENT.c.event_id).where(
            EVENT.c.replica_id == replica_id, EVENT.c.epoch == epoch, EVENT.c.seq <= seq
        )
        with inner._ledger.writing() as connection:
            self._acknowledged |= set(connection.execute(statement).scalars())


def _surroundings(patience: Patience, authority: str = "", last_seen: Any = lambda: None) -> Surroundings:
    return Surroundings(now=JumpingClock().now, last_seen=last_seen, authority=authority, patience=patience)


def check_agreement(*pcs: Pc) -> None:
    """Check what must hold after everything healed and everybody is idle."""
    first = pcs[0]
    feed = first.feed()
    for pc in pcs:
        assert pc.feed() == feed, "the feed is not the same everywhere"
        missing = pc.acknowledged - feed.keys()
        assert not missing, f"acknowledged and lost: {sorted(missing)}"
    digests = first.digests()
    for pc in pcs[1:]:
        assert pc.digests() == digests, "dossiers differ between PCs"
    assert first.city_digests() == digests, "dossiers differ from the city's"
    for pc in pcs:
        waiting, again = pc.attention(), pc.said_again()
        for event_id in pc.own_events():
            if event_id not in feed:
                assert event_id in again, f"neither in the feed nor said again: {event_id}"
            elif feed[event_id] != "accepted":
                assert event_id in waiting | again, f"refused and hidden: {event_id}"
    codes = first.codes()
    assert len(codes) == len(set(codes)), "a code was given twice"
