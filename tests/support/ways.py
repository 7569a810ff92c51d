"""Fill a ward with very many dossiers that went the dossier's whole way, for boards, registers and reports.

Facts are made at random from a seed and folded by the program's own code; events are chained and signed as an act does
it. They come in weeks: a dossier that lives longer is changed in its rows, so counters move by differences, as in life.
"""

import random
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from desktop.devices import signing_key
from desktop.domain.acts.receiving import snapshot
from desktop.domain.calendars import Calendar
from desktop.domain.clock_policy import ClockEffect
from desktop.domain.deadlines import apology_due_on, closes_at, due_after_wait, due_at
from desktop.domain.dossiers import (
    Change,
    Channel,
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
    Status,
)
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact, chain_hash, encode_body
from desktop.domain.facts.counter import Corrected, Received, ResultReady, Returned
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    HandoverConfirmed,
    HandoverOffered,
    Refused,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.rule_packs import RulePack, pack_for
from desktop.domain.vietnamese import VIETNAM
from desktop.domain.way import FormNumber, LateCause, WaitKind
from desktop.services.reference import Reference
from desktop.storage import projections
from desktop.storage.database import DATABASE_NAME, Replica, read_head, read_replica
from desktop.storage.engine import open_engine
from desktop.storage.saying import Head
from desktop.storage.tables import EVENT
from tests.support import invented
from tests.support.invented import LEADERS, SECTION, WHY, event_id, own_authority, person_name

_CLERK, _AUTHOR, _CHAIR = "u0-lan", "u1-hung", "u3-chutich"
_OWN = own_authority("Trần Văn Chủ")

#: An act of a dossier: instant, who, fact.
Step = tuple[datetime, str, Fact]


@dataclass(frozen=True, slots=True)
class Span:
    """Bound what is made.

    Attributes:
        first: First day of receipt.
        until: Nothing happens after this instant: what is on its way then stays there.
        late_share: How many results come late; a test of few dossiers needs more of them than life has.
    """

    first: date
    until: datetime
    late_share: float = 0.012


class Ways:
    """Invent the ways of dossiers."""

    def __init__(self, reference: Reference, calendar: Calendar, late_share: float) -> None:
        """Take the dated data."""
        self._late_share = late_share
        self._reference = reference
        self._calendar = calendar
        self._dice = random.Random(1)
        self._snapshots: dict[date, list[ProcedureSnapshot]] = {}

    def steps(self, n: int, received_at: datetime) -> Iterator[Step]:
        """Yield the acts on the n-th dossier, the later ones perhaps long after everything else."""
        dice, on = self._dice, received_at.date()
        pack = pack_for(self._reference.packs, on)
        procedure = dice.choice(self._procedures(on))
        due = due_at(received_at, procedure.limit, self._calendar, pack.clock)
        owner = Party(person_name(dice), id_number=f"079{n:09d}")
        received = invented.received(n, received_at, owner, procedure, dice, due_at=due, pack=pack.id)
        yield received_at, _CLERK, received
        at = received_at + timedelta(minutes=dice.randint(5, 240))
        name = f"BG-{on.year}-01-{n % 10_000:04d}"
        yield at, _CLERK, HandoverOffered(f"slip-{n}", name, SECTION)
        at += timedelta(minutes=dice.randint(1, 300))
        yield at, _AUTHOR, HandoverConfirmed(f"slip-{n}", name, SECTION, Status.WITH_SECTION)
        if dice.random() < 0.02:
            yield at, _CHAIR, self._corrected(received, dice.choice(self._procedures(on)))
        chance = dice.random()
        if chance < 0.05:
            at, due = yield from self._wait(at + timedelta(hours=dice.randint(1, 40)), due, procedure, pack)
        elif chance < 0.06:
            yield at + timedelta(hours=2), _CLERK, Withdrawn(WHY, ())
            return
        yield from self._ending(n, at, due, pack, received)

    def _wait(
        self, at: datetime, due: datetime, procedure: ProcedureSnapshot, pack: RulePack
    ) -> Generator[Step, None, tuple[datetime, datetime]]:
        """Wait for papers, money or opinions; return when it went on, and the deadline from then on."""
        dice = self._dice
        kind = dice.choice([WaitKind.SUPPLEMENT, WaitKind.SUPPLEMENT, WaitKind.OBLIGATION, WaitKind.OPINIONS])
        effect: ClockEffect = getattr(pack.clock, kind.value)
        wait_id = f"wait-{dice.randrange(10**12)}"
        yield at, _AUTHOR, WaitOpened(wait_id, kind, effect, WHY)
        end = at + timedelta(hours=dice.randint(3, 400))
        moved = due_after_wait(effect, due, procedure.limit, (at, end), self._calendar, pack.clock).due_at
        yield end, _CLERK, WaitClosed(wait_id, kind, moved, receipt_version=2 if moved != due else 1)
        return end, moved

    def _ending(self, n: int, at: datetime, due: datetime, pack: RulePack, received: Received) -> Iterator[Step]:
        """End a dossier: most in time, a few late; some with an apology, in time or not."""
        dice = self._dice
        is_late = dice.random() < self._late_share
        end = self._end(max(at, due - timedelta(days=9)), due, is_late=is_late)
        if dice.random() < (0.7 if is_late else 0.004):
            yield self._apology(n, at, min(end, due + timedelta(days=2)), due, pack)
        if dice.random() < 0.015:
            yield end, _CLERK, Refused(FormNumber("refusal", end.year, 1, n), WHY, "Luật Hộ tịch")
            return
        content = f"{n:064x}"
        yield end - timedelta(seconds=40), _AUTHOR, Submitted(LEADERS, content)
        yield end - timedelta(seconds=20), _CHAIR, Approved(content, _OWN)
        yield end, _AUTHOR, ResultReady("mot_cua", shelf=f"A{n % 40}")
        proof = f"Ký trên liên lưu {n}"
        given = end + timedelta(hours=dice.choice([1, 3, 26, 50, 400]))
        yield given, _CLERK, Returned(received.owner, Relation.OWNER, Proof.SIGNATURE, proof)

    def _end(self, start: datetime, due: datetime, *, is_late: bool) -> datetime:
        dice = self._dice
        if is_late:
            return due + timedelta(minutes=dice.choice([1, 600, 1_500, 6_000, 40_000]))
        minutes = max(int((due - start) / timedelta(minutes=1)), 2)
        return start + timedelta(minutes=dice.randint(1, minutes))

    def _apology(self, n: int, after: datetime, before: datetime, due: datetime, pack: RulePack) -> Step:
        at = after + (max(before, after) - after) * self._dice.random() + timedelta(seconds=1)
        last = apology_due_on(due.date(), self._calendar, pack.clock)
        new = closes_at(self._calendar.add_working_days(max(due, at).date(), self._dice.randint(1, 5)), self._calendar)
        fact = Apologised(
            FormNumber("apology", at.year, 1, n), WHY, LateCause.WARD, new, is_late=at.date() > last, authority=_OWN
        )
        return at, _CHAIR, fact

    def _procedures(self, on: date) -> list[ProcedureSnapshot]:
        month = on.replace(day=1)
        if month not in self._snapshots:
            published = self._reference.catalogue.on(on).procedures
            self._snapshots[month] = [
                snapshot(each, Channel.DIRECT) for each in published if each.received_here and each.section
            ]
        return self._snapshots[month]

    def _corrected(self, received: Received, to: ProcedureSnapshot) -> Corrected:
        """Correct the procedure, perhaps into another field; the deadline stays."""
        changes = (Change("procedure", received.procedure.name, to.name),)
        return invented.corrected(received, procedure=to, changes=changes, receipt_version=2)


def fill(folder: Path, key: bytes, reference: Reference, calendar: Calendar, dossiers: int, span: Span) -> None:
    """Write dossiers with their ways into a ward that nobody has open.

    Args:
        folder: Data folder.
        key: Of the database.
        reference: Rule packs and catalogue.
        calendar: The unit's.
        dossiers: How many, spread evenly over the working days.
        span: From when to when.
    """
    weeks = _weeks(Ways(reference, calendar, span.late_share), calendar, dossiers, span)
    engine = open_engine(folder / DATABASE_NAME, key)
    try:
        with engine.begin() as connection:
            replica = read_replica(connection)
            writer = _Writer(replica, read_head(connection, replica.replica_id))
            for week in sorted(weeks):
                rows, events = writer.written(sorted(weeks[week], key=_by_time))
                connection.execute(insert(EVENT), rows)
                projections.apply_events(connection, events)
    finally:
        engine.dispose()


#: Instant, number of the dossier, place among its acts, who, fact.
_Planned = tuple[datetime, int, int, str, Fact]


def _weeks(ways: Ways, calendar: Calendar, dossiers: int, span: Span) -> dict[tuple[int, int], list[_Planned]]:
    days = [
        day
        for offset in range((span.until.date() - span.first).days + 1)
        if calendar.is_working_day(day := span.first + timedelta(days=offset))
    ]
    weeks: dict[tuple[int, int], list[_Planned]] = defaultdict(list)
    for n in range(dossiers):
        day = days[n * len(days) // dossiers]
        at = datetime.combine(day, time(7, 30), VIETNAM) + timedelta(seconds=n * 7_919 % 30_000)
        latest = at
        for place, (when, who, fact) in enumerate(ways.steps(n + 1, at)):
            latest = max(latest, when)
            if latest <= span.until:
                year, week, _ = latest.isocalendar()
                weeks[year, week].append((latest, n, place, who, fact))
    return weeks


def _by_time(planned: _Planned) -> tuple[datetime, int, int]:
    return planned[:3]


class _Writer:
    """Chain and sign events in their order."""

    def __init__(self, replica: Replica, head: Head) -> None:
        self._replica = replica
        self._head = head
        self._seq = head.seq
        self._hash = head.hash
        self._sign = signing_key.Signer(replica.private_key).sign
        self._dice = random.Random(2)
        self._ids: dict[int, str] = {}
        self._versions: dict[int, int] = defaultdict(int)

    def written(self, planned: list[_Planned]) -> tuple[list[dict[str, Any]], list[Event]]:
        """Return the rows and events of acts."""
        rows, events = [], []
        for at, n, _, who, fact in planned:
            event = self._event(at.astimezone(UTC), n, who, fact)
            envelope, body = event.envelope, encode_body(event)
            self._hash = chain_hash(self._hash, body)
            rows.append(
                {
                    "event_id": envelope.event_id,
                    "replica_id": envelope.replica_id,
                    "epoch": envelope.epoch,
                    "seq": envelope.seq,
                    "hash": self._hash,
                    "sig": self._sign(self._hash),
                    "dossier_id": envelope.dossier_id,
                    "type": envelope.type,
                    "acted_at": envelope.acted_at.isoformat(),
                    "body": body,
                }
            )
            events.append(event)
        return rows, events

    def _event(self, at: datetime, n: int, who: str, fact: Fact) -> Event:
        if isinstance(fact, Received):
            fact = replace(fact, unit_id=self._replica.unit_id)
            self._ids[n] = event_id(at, self._dice)
        name, version = EVENT_TYPES[type(fact)]
        self._seq += 1
        envelope = Envelope(
            event_id=event_id(at, self._dice),
            replica_id=self._replica.replica_id,
            epoch=self._head.epoch,
            seq=self._seq,
            prev_hash=self._hash.hex(),
            unit_id=self._replica.unit_id,
            dossier_id=self._ids[n],
            type=name,
            type_version=version,
            base_version=self._versions[n],
            acted_at=at,
            clock_state=ClockState.OK,
            actor=who,
            on_behalf_of="",
            workstation="QUAY-01",
            act_id=event_id(at, self._dice),
            act_size=1,
        )
        self._versions[n] += 1
        return Event(envelope, fact)
