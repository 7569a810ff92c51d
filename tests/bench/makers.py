"""Make the events and rows of a ward's days, without the hashes that chain them."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from people import People

from desktop import wiring
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
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
    ResultBy,
    Submitter,
)
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact, encode_body
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.fold import apply
from desktop.domain.ids import uuid7
from desktop.domain.rule_packs import pack_for
from desktop.domain.tally import Cell, contributions
from desktop.domain.units import Unit
from desktop.domain.vietnamese import VIETNAM
from desktop.storage import projections
from desktop.storage.engine import column_names
from desktop.storage.followers import payment_rows
from desktop.storage.reference.calendars import load_calendar
from desktop.storage.tables import DOSSIER, PAYMENT

LAST_DAY = date(2026, 10, 30)
YEARS = 8
#: One dossier in twenty, the newest, has a history: 50,000 of a million.
WITH_HISTORY = 20
EVENTS_OF_HISTORY = 6
FEE_VND = 8_000
#: Stands for the hash before an event until it is known; it comes first in a body where nothing else looks like it.
UNKNOWN = "0" * 64

#: Columns of a dossier's row in the order the writer gets them; SQLite numbers the position.
COLUMNS = column_names(DOSSIER, "position")

#: Columns of a payment's row, likewise.
PAID = column_names(PAYMENT)

EventRow = tuple[str, int, str, str, str, bytes]
DossierRow = tuple[Any, ...]
#: What follows from the dossiers of a day: rows of payments, and what each cell counts.
Followers = tuple[list[tuple[Any, ...]], Counter[Cell]]


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


def plans(dossiers: int, calendar: Calendar, first_seq: int) -> list[Plan]:
    """Spread dossiers evenly over the working days of eight years; the newest have a history."""
    days = [
        day for back in range(YEARS * 365, -1, -1) if calendar.is_working_day(day := LAST_DAY - timedelta(days=back))
    ]
    days = days[-max(1, min(len(days), dossiers // 20)) :]
    found: list[Plan] = []
    seq, done, number, year = first_seq, 0, 1, 0
    for index, day in enumerate(days):
        count = dossiers * (index + 1) // len(days) - done
        number = number if day.year == year else 1
        plan = Plan(day, count, max(0, min(count, done + count - (dossiers - dossiers // WITH_HISTORY))), seq, number)
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
        self._reference = wiring.load_reference()
        self._calendar = load_calendar()
        self._procedures: dict[date, tuple[list[Procedure], list[int]]] = {}

    def day(self, plan: Plan) -> tuple[list[EventRow], list[DossierRow], Followers]:
        """Return the events of a day in the order of its log, the dossiers in the evening, and what follows."""
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
        values = (projections.dossier_values(state) for state in states)
        return events, [tuple(row[name] for name in COLUMNS) for row in values], _followers(states)

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
        at = at.astimezone(UTC)
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
        is_own = dice.random() < 0.85
        submitter = (
            Submitter(owner, Relation.OWNER)
            if is_own
            else Submitter(people.draw(), Relation.AUTHORISED, "Giấy ủy quyền")
        )
        pack = pack_for(self._reference.packs, plan.day)
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
            due_at=due_at(at, procedure.limit, self._calendar, pack.clock),
            counter_section=ward.unit.counter_section,
            day=plan.day,
            block=0,
            ordinal=place + 1,
        )

    def _published(self, day: date) -> tuple[list[Procedure], list[int]]:
        """Return the procedures of a day; a few are asked for most of the time."""
        if day not in self._procedures:
            found = [each for each in self._reference.catalogue.on(day).procedures if each.received_here]
            popular = set(self.ward.unit.favourites)
            self._procedures = {day: (found, [20 if each.code in popular else 1 for each in found])}
        return self._procedures[day]

    def _id(self, at: datetime, dice: random.Random) -> str:
        return uuid7(int(at.timestamp() * 1_000), dice.randbytes(10))


def _followers(states: list[Dossier]) -> Followers:
    paid = [tuple(row[name] for name in PAID) for state in states for row in payment_rows(state)]
    counted: Counter[Cell] = Counter()
    for state in states:
        counted.update(contributions(state))
    return paid, counted


def _follow_up(act: int, state: Dossier, people: People) -> Fact:
    if act == 0:
        return ReceiptPrinted(1, 1, "A5")
    if act == 1:
        address = people.draw().address
        return _corrected(state, replace(state.owner, address=address))
    if act == 2:
        return FeeTaken(FEE_VND, FeeMethod.CASH)
    if act == 3:
        return ResultReady("mot_cua", shelf=f"A{state.receipt.number % 40}")
    return Returned(state.submitter.party, state.submitter.relation, Proof.SIGNATURE, "Ký trên liên lưu")


def _corrected(state: Dossier, owner: Party) -> Corrected:
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
def _snapshot(procedure: Procedure) -> ProcedureSnapshot:
    return snapshot(procedure, Channel.DIRECT)


@cache
def _components(procedure: Procedure) -> tuple[ComponentLine, ...]:
    return tuple(
        ComponentLine(part.code, part.name, part.required, originals=int(part.required))
        for part in procedure.components
    )
