"""Make a ward with very many dossiers: a real encrypted database that ``motcua verify`` accepts.

Run as ``python tests/bench/generate.py [--dossiers 1000000] [--folder DIR] [--verify]``. Dossiers come in over eight
years, most of them in one event; the newest 50,000 went through six: received, printed again, corrected, paid,
result ready, returned. Facts are folded and written by the program's own code; one process makes events and rows,
this one chains, signs and inserts them, as only the hash before an event is unknown to the other.
"""

import argparse
import multiprocessing
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from common import CACHE, FULL, use_state

from desktop import wiring
from desktop.devices import signing_key
from desktop.domain.acts.receiving import charge, snapshot
from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import Procedure
from desktop.domain.codes import format_code
from desktop.domain.deadlines import due_at
from desktop.domain.dossiers import (
    Change,
    Channel,
    ComponentLine,
    Dossier,
    FeeMethod,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.events import (
    EVENT_TYPES,
    ClockState,
    Corrected,
    Envelope,
    Event,
    Fact,
    FeeTaken,
    ReceiptPrinted,
    Received,
    ResultReady,
    Returned,
    chain_hash,
    encode_body,
)
from desktop.domain.fold import apply
from desktop.domain.ids import uuid7
from desktop.domain.rule_packs import pack_for
from desktop.domain.units import Unit
from desktop.domain.vietnamese import VIETNAM, local
from desktop.services.ports import Reference
from desktop.storage import projections
from desktop.storage.database import DATABASE_NAME, read_head, read_replica
from desktop.storage.engine import connect_raw, open_engine
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.reference.units import sample_provisioning
from desktop.storage.tables import DOSSIER, EVENT
from desktop.storage.verification import verify
from people import People

LAST_DAY = date(2026, 10, 30)
YEARS = 8
WITH_HISTORY = 50_000
EVENTS_OF_HISTORY = 6
FEE_VND = 8_000
#: Stands for the hash before an event until it is known; no other field of a body looks like it.
UNKNOWN = "0" * 64
_UNKNOWN = UNKNOWN.encode()

EventRow = tuple[str, int, str, str, str, bytes]
DossierRow = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what one day brings.

    Attributes:
        first_seq: Seq of its first event.
        first_number: Number of its first receipt in the year's book.
        with_history: How many of its dossiers have six events.
    """

    day: date
    dossiers: int
    with_history: int
    first_seq: int
    first_number: int

    @property
    def events(self) -> int:
        """Return how many events the day has."""
        return self.dossiers + self.with_history * (EVENTS_OF_HISTORY - 1)


@dataclass(frozen=True, slots=True)
class Ward:
    """Hold what the maker of events must know of the ward."""

    replica_id: str
    epoch: str
    clerk: str
    unit: Unit
    reference: Reference
    calendar: Calendar


def plans(dossiers: int, calendar: Calendar, first_seq: int) -> list[Plan]:
    """Spread dossiers evenly over the working days of eight years; the newest have a history."""
    days = [
        day
        for back in range(YEARS * 365, -1, -1)
        if calendar.is_working_day(day := LAST_DAY - timedelta(days=back))
    ]
    days = days[-max(1, min(len(days), dossiers // 20)) :]
    found: list[Plan] = []
    seq, done, number, year = first_seq, 0, 1, 0
    for index, day in enumerate(days):
        count = dossiers * (index + 1) // len(days) - done
        number = number if day.year == year else 1
        plan = Plan(day, count, max(0, min(count, done + count - (dossiers - WITH_HISTORY))), seq, number)
        found.append(plan)
        seq, done, number, year = seq + plan.events, done + count, number + count, day.year
    return found


class Maker:
    """Make the events and rows of days, without the hashes.

    Attributes:
        ward: The ward they belong to.
    """

    def __init__(self, ward: Ward) -> None:
        self.ward = ward
        self._procedures: dict[date, tuple[list[Procedure], list[int]]] = {}

    def day(self, plan: Plan) -> tuple[list[EventRow], list[DossierRow]]:
        """Return the events of a day in the order of its log, and the dossiers as they stood in the evening."""
        dice = random.Random(plan.day.toordinal())
        people = People(dice)
        opened = datetime.combine(plan.day, datetime.min.time(), VIETNAM) + timedelta(hours=7, minutes=30)
        step = timedelta(hours=8) / max(plan.dossiers, 1)
        events: list[EventRow] = []
        states: list[Dossier] = []
        for place in range(plan.dossiers):
            at = opened + place * step
            dossier_id = self._id(at, dice)
            fact = self._received(plan, place, at, people)
            states.append(self._append(events, plan, None, fact, at, dossier_id, dice))
        first = plan.dossiers - plan.with_history
        for act in range(EVENTS_OF_HISTORY - 1):
            at = opened + timedelta(hours=8, minutes=10 + 10 * act)
            for place in range(first, plan.dossiers):
                state = states[place]
                fact = _follow_up(act, state, people)
                states[place] = self._append(events, plan, state, fact, at, state.dossier_id, dice)
        return events, [tuple(projections.dossier_values(state).values()) for state in states]

    def _append(
        self,
        events: list[EventRow],
        plan: Plan,
        state: Dossier | None,
        fact: Fact,
        at: datetime,
        dossier_id: str,
        dice: random.Random,
    ) -> Dossier:
        name, version = EVENT_TYPES[type(fact)]
        at = at.astimezone(_UTC)
        envelope = Envelope(
            event_id=self._id(at, dice),
            replica_id=self.ward.replica_id,
            epoch=self.ward.epoch,
            seq=plan.first_seq + len(events),
            prev_hash=UNKNOWN,
            unit_id=self.ward.unit.unit_id,
            dossier_id=dossier_id,
            type=name,
            type_version=version,
            base_version=state.version if state else 0,
            acted_at=at,
            clock_state=ClockState.OK,
            actor=self.ward.clerk,
            on_behalf_of="",
            workstation="QUAY-01",
            act_id=self._id(at, dice),
            act_size=1,
        )
        event = Event(envelope, fact)
        events.append((envelope.event_id, envelope.seq, dossier_id, name, at.isoformat(), encode_body(event)))
        return apply(state, event)

    def _received(self, plan: Plan, place: int, at: datetime, people: People) -> Received:
        ward, dice = self.ward, people.dice
        procedure = dice.choices(*self._published(plan.day))[0]
        owner = people.draw()
        is_own = dice.random() < 0.85  # noqa: PLR2004 - the others send somebody with a paper
        submitter = (
            Submitter(owner, Relation.OWNER)
            if is_own
            else Submitter(people.draw(), Relation.AUTHORISED, "Giấy ủy quyền")
        )
        pack = pack_for(ward.reference.packs, plan.day)
        return Received(
            unit_id=ward.unit.unit_id,
            code=format_code(ward.unit.code_template, ward.unit.agency_code, plan.day, place + 1),
            is_provisional=False,
            book=1,
            receipt_number=plan.first_number + place,
            lookup_key=f"{dice.randrange(10**10):010d}",
            pack=pack.id,
            procedure=_snapshot(procedure),
            channel=Channel.DIRECT,
            owner=owner,
            submitter=submitter,
            components=_components(procedure),
            sets=1,
            result_by=ResultBy.COUNTER,
            fees=charge(procedure, (), 1, "", ward.unit),
            due_at=due_at(at, procedure.limit, ward.calendar, pack.clock),
            counter_section=ward.unit.counter_section,
            day=plan.day,
            block=0,
            ordinal=place + 1,
        )

    def _published(self, day: date) -> tuple[list[Procedure], list[int]]:
        """Return the procedures of a day; a few are asked for most of the time."""
        if day not in self._procedures:
            found = [each for each in self.ward.reference.catalogue.on(day).procedures if each.received_here]
            popular = set(self.ward.unit.favourites)
            self._procedures = {day: (found, [20 if each.code in popular else 1 for each in found])}
        return self._procedures[day]

    def _id(self, at: datetime, dice: random.Random) -> str:
        return uuid7(int(at.timestamp() * 1_000), dice.randbytes(10))


def _follow_up(act: int, state: Dossier, people: People) -> Fact:
    if act == 0:
        return ReceiptPrinted(1, 1, "A5")
    if act == 1:
        address = people.draw().address
        return _corrected(state, replace(state.owner, address=address))
    if act == 2:  # noqa: PLR2004 - the acts in their order
        return FeeTaken(FEE_VND, FeeMethod.CASH)
    if act == 3:  # noqa: PLR2004 - the same
        return ResultReady("mot_cua", shelf=f"A{state.receipt.number % 40}")
    return Returned(state.submitter.party, state.submitter.relation, Proof.SIGNATURE, "Ký trên liên lưu")


def _corrected(state: Dossier, owner: Any) -> Corrected:  # noqa: ANN401 - a Party
    is_own = state.submitter.relation is Relation.OWNER
    return Corrected(
        owner=owner,
        submitter=Submitter(owner, Relation.OWNER) if is_own else state.submitter,
        procedure=state.procedure,
        channel=state.channel,
        components=state.components,
        sets=state.sets,
        note=state.note,
        result_by=state.result_by,
        fees=state.fees,
        due_at=state.due_at,
        changes=(Change("applicant.address", state.owner.address, owner.address),),
        reason="Ghi nhầm địa chỉ",
        receipt_version=state.receipt.version + 1,
    )


@cache
def _snapshot(procedure: Procedure) -> Any:  # noqa: ANN401 - a ProcedureSnapshot
    return snapshot(procedure, Channel.DIRECT)


@cache
def _components(procedure: Procedure) -> tuple[ComponentLine, ...]:
    return tuple(
        ComponentLine(part.code, part.name, part.required, originals=int(part.required)) for part in procedure.components
    )


class Writer:
    """Chain, sign and insert what the maker made.

    Attributes:
        head: Hash of the last event.
    """

    def __init__(self, connection: Any, head: bytes, private: bytes, replica_id: str, epoch: str) -> None:  # noqa: ANN401
        self.head = head
        self._connection = connection
        self._sign = signing_key.Signer(private).sign
        self._place = (replica_id, epoch)
        names = list(projections_columns())
        self._code, self._id = names.index("code"), names.index("dossier_id")
        self._tokens = names.index("search_text")
        columns = [column.name for column in EVENT.columns if column.name != "position"]
        self._insert_event = f"INSERT INTO event({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        marks = ", ".join("?" * (1 + len(names)))
        self._insert_dossier = f"INSERT INTO dossier(position, {', '.join(names)}) VALUES ({marks})"
        self._position = 0

    def write(self, plan: Plan, events: list[EventRow], dossiers: list[DossierRow]) -> None:
        """Write one day."""
        many = self._connection.executemany
        many(self._insert_event, list(self._chained(events)))
        numbered = [(self._position + place, *row) for place, row in enumerate(dossiers, 1)]
        self._position += len(dossiers)
        many(self._insert_dossier, numbered)
        many("INSERT INTO dossier_code(code, dossier_id) VALUES (?, ?)", [(r[self._code], r[self._id]) for r in dossiers])
        many(
            "INSERT INTO dossier_search(rowid, tokens) VALUES (?, ?)", [(r[0], r[1 + self._tokens]) for r in numbered]
        )
        upsert = "INSERT INTO {} VALUES (?, ?, ?{}) ON CONFLICT DO UPDATE SET last = excluded.last"
        self._connection.execute(upsert.format("ordinal", ""), (plan.day.isoformat(), 0, plan.dossiers))
        last = plan.first_number + plan.dossiers - 1
        self._connection.execute(upsert.format("form_number", ", ?"), ("receipt", plan.day.year, 1, last))

    def _chained(self, events: list[EventRow]) -> Iterator[tuple[Any, ...]]:
        for event_id, seq, dossier_id, name, at, body in events:
            known = body.replace(_UNKNOWN, self.head.hex().encode(), 1)
            self.head = chain_hash(self.head, known)
            yield event_id, *self._place, seq, self.head, self._sign(self.head), dossier_id, name, at, known


def projections_columns() -> Iterator[str]:
    """Name the columns of a dossier's row in the order of ``dossier_values``."""
    return (column.name for column in DOSSIER.columns if column.name != "position")


_UTC = datetime.fromisoformat("2000-01-01T00:00:00+00:00").tzinfo
_MAKER: list[Maker] = []


def _start(ward: Ward) -> None:
    _MAKER.append(Maker(ward))


def _make(plan: Plan) -> tuple[Plan, list[EventRow], list[DossierRow]]:
    return plan, *_MAKER[0].day(plan)


def generate(folder: Path, dossiers: int) -> None:
    """Fill a new data folder.

    Args:
        folder: Must not exist; the ward lies in ``folder/data``, its marker below ``folder/state``.
        dossiers: How many.
    """
    use_state(folder / "state")
    data = folder / "data"
    wiring.create_ward(data, sample_provisioning(), is_training=True)
    key, path = wiring.read_key(data), data / DATABASE_NAME
    engine = open_engine(path, key)
    with engine.begin() as connection:
        replica = read_replica(connection)
        head = read_head(connection, replica.replica_id)
    engine.dispose()
    with wiring.opened_ward(data) as opened:
        clerk = next(user.user_id for user in opened.desk.reader.users() if user.login == "lan")
        unit, reference = opened.desk.reader.unit(), opened.desk.reference
    ward = Ward(replica.replica_id, head.epoch, clerk, unit, reference, load_calendar())
    connection = connect_raw(path, key, read_only=False)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "secure_delete = OFF", "cache_size = -1000000"):
        connection.execute(f"PRAGMA {pragma}")
    writer = Writer(connection, head.hash, replica.private_key, replica.replica_id, head.epoch)
    spread = plans(dossiers, ward.calendar, head.seq + 1)
    with multiprocessing.get_context("spawn").Pool(1, _start, (ward,)) as pool:
        connection.execute("BEGIN IMMEDIATE")
        for plan, events, rows in pool.imap(_make, spread, chunksize=1):
            writer.write(plan, events, rows)
        connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def ward_of(dossiers: int) -> Path:
    """Return the folder of a generated ward, made on first use: ``data`` and ``state`` lie in it."""
    folder = CACHE / f"ward-{dossiers}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        start = time.perf_counter()
        generate(folder, dossiers)
        (folder / "done").write_text(f"{time.perf_counter() - start:.0f} s\n")
        print(f"made {dossiers:,} dossiers in {time.perf_counter() - start:.0f} s in {folder}", flush=True)
    return folder


def main() -> None:
    """Make a ward, and verify it when asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--dossiers", type=int, default=FULL)
    parser.add_argument("--folder", type=Path, help="default: the benches' cache")
    parser.add_argument("--verify", action="store_true", help="check every page, hash, signature and row afterwards")
    given = parser.parse_args()
    start = time.perf_counter()
    if given.folder:
        generate(given.folder, given.dossiers)
    folder = given.folder or ward_of(given.dossiers)
    size = (folder / "data" / DATABASE_NAME).stat().st_size
    print(f"{given.dossiers:,} dossiers: {time.perf_counter() - start:.0f} s, {size / 1e6:,.0f} MB in {folder}")
    if given.verify:
        start = time.perf_counter()
        use_state(folder / "state")
        state, key = wiring.state_folder(), wiring.read_key(folder / "data")
        found = verify(folder / "data", key, state, signing_key.verify, all_signatures=True)
        print(f"verify: {found.events:,} events in {time.perf_counter() - start:.0f} s: {found.findings or 'clean'}")


if __name__ == "__main__":
    main()
