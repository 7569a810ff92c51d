"""A ward that works honestly, as life has it: late with apologies, supplements, batches, Saturdays, two PCs, a restore.

Every history is made from a seed, in memory: the events of thousands of dossiers in the order of the PCs' logs. No
detector may find anything in it. :mod:`tests.support.tricks` adds what they must find.
"""

import random
from collections import defaultdict
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple

from desktop.domain.content import content_hash
from desktop.domain.deadlines import apology_due_on, closes_at, compute, due_after_wait
from desktop.domain.detectors.scene import Scene, scene_of
from desktop.domain.dossiers import (
    Change,
    Custodian,
    CustodianKind,
    Dossier,
    FeeMethod,
    Party,
    ProcedureSnapshot,
    Proof,
    Relation,
    Status,
)
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact, encode_body
from desktop.domain.facts.counter import Corrected, FeeTaken, ReceiptPrinted, Received, ResultReady, Returned
from desktop.domain.facts.way import (
    Apologised,
    Approved,
    CitizenNotified,
    CustodyAssigned,
    FileAttached,
    HandoverConfirmed,
    HandoverDropped,
    HandoverOffered,
    PaperPrinted,
    Refused,
    SentBack,
    Submitted,
    WaitClosed,
    WaitOpened,
    Withdrawn,
)
from desktop.domain.fold import apply
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.rule_packs import pack_for
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import VIETNAM, local
from desktop.domain.way import (
    Attachment,
    AttachmentRole,
    FormNumber,
    LateCause,
    SigningMeans,
    WaitKind,
)
from desktop.storage.reference.detectors import load_thresholds
from tests.support.invented import LEADERS, SECTION, WHY, corrected, event_id, own_authority, person_name, received
from tests.support.samples import UNIT, calendar, packs, user

LAN, HOA = user(), user(login="hoa")
MINH = user(Role.SPECIALIST, login="minh", section="tu_phap")
CHAIR = user(Role.CHAIR, login="an", section="lanh_dao")
USERS: Final[tuple[User, ...]] = (LAN, HOA, MINH, CHAIR)
OWN: Final = own_authority("Nguyễn Văn An")
FIRST: Final = date(2019, 1, 7)
_STATIONS: Final = ("QUAY-01", "QUAY-02")
_LIMITS: Final = (
    *[Limit(days, LimitUnit.WORKING_DAY) for days in (3, 5, 5, 7, 10, 15)],
    Limit(8, LimitUnit.HOUR),
    Limit(0, LimitUnit.SAME_DAY),
)
_SIGNED_AT: Final = ((time(10, 30)), time(16, 15))


#: Instant, who, fact, name of the batch.
Step = tuple[datetime, str, Fact, str]


class Row(NamedTuple):
    """Show an event as a stored row."""

    event_id: str
    type: str
    body: bytes


@dataclass(slots=True)
class Act:
    """Plan one act.

    Attributes:
        at: When it is done: its place in the log.
        dated: What the clock says then; None for the same.
        act_id: Names a batch; "" for an act of its own.
    """

    at: datetime
    who: str
    n: int
    fact: Fact
    station: int = 0
    act_id: str = ""
    dated: datetime | None = None
    event_id: str = ""
    replaces: str = ""


@dataclass(slots=True)
class Log:
    """Hold what was written, in the order of the PCs' logs."""

    events: list[Event] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def histories(self) -> dict[str, list[Event]]:
        """Return the events of each dossier."""
        found: defaultdict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            if event.envelope.dossier_id:
                found[event.envelope.dossier_id].append(event)
        return found

    def logs(self) -> dict[tuple[str, str], list[Event]]:
        """Return the events of each (replica, epoch)."""
        found: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
        for event in self.events:
            found[event.envelope.replica_id, event.envelope.epoch].append(event)
        return found


def rows(history: list[Event]) -> list[Row]:
    """Return events as stored rows."""
    return [Row(event.envelope.event_id, event.envelope.type, encode_body(event)) for event in history]


def scene() -> Scene:
    """Return what the ward is looked at with."""
    return scene_of(load_thresholds(), packs(), calendar(), UNIT, USERS)


class Honest:
    """Make the acts of honest dossiers from a seed."""

    def __init__(self, seed: int = 1, first: date = FIRST) -> None:
        """Take the seed and the first day of work."""
        self._first = first
        self.dice = random.Random(seed)
        self.calendar = calendar()
        self._given_until: dict[str, datetime] = {}
        self._withdrawn: list[tuple[datetime, Received]] = []

    def acts(self, dossiers: int) -> list[Act]:
        """Return every act on so many dossiers."""
        days = [self._first + timedelta(days=offset) for offset in range(300)]
        open_days = [day for day in days if self.calendar.is_working_day(day) or day.weekday() == 5]
        found: list[Act] = []
        for n in range(dossiers):
            day = open_days[n * len(open_days) // dossiers]
            hour = time(7, 30 + n % 29) if day.weekday() == 5 else time(7 + self.dice.randint(1, 8), n % 60)
            found += self.dossier(n, datetime.combine(day, hour, VIETNAM) + timedelta(seconds=n % 60))
        return found

    def dossier(self, n: int, at: datetime) -> list[Act]:
        """Return the acts on one dossier."""
        received = self._received(n, at)
        who = self.dice.choice((LAN, HOA)).user_id
        station = self.dice.randrange(2)
        steps = self._immediate(at, who, received) if received.is_immediate else self._way(n, at, who, received)
        return [Act(when, by, n, fact, station, act_id) for when, by, fact, act_id in steps]

    def _received(self, n: int, at: datetime) -> Received:
        dice = self.dice
        pack = pack_for(packs(), at.date())
        is_immediate = dice.random() < 0.4
        if self._withdrawn and dice.random() < 0.3 and at - self._withdrawn[0][0] > timedelta(days=45):
            owner, limit = self._withdrawn.pop(0)[1].owner, _LIMITS[1]
        else:
            owner, limit = self._person(n), dice.choice(_LIMITS)
        code = f"2.0006{dice.randint(10, 12)}" if is_immediate else f"1.0010{dice.randint(10, 30)}"
        if is_immediate:
            limit = Limit(0, LimitUnit.IMMEDIATE)
        return received(
            n,
            at,
            owner,
            ProcedureSnapshot(code, f"Thủ tục {code}", "ho_tich", "Hộ tịch", "1", limit, "tu_phap"),
            dice,
            due_at=compute(at, limit, self.calendar, pack.clock).due_at,
            pack=pack.id,
            unit_id=UNIT.unit_id,
            receipt_number=0 if is_immediate else n + 1,
            is_immediate=is_immediate,
        )

    def _person(self, n: int) -> Party:
        dice = self.dice
        name = person_name(dice)
        # Some come every day to certify copies; some have no paper; some share a name.
        if dice.random() < 0.1:
            return Party(f"Công ty {n % 7}", id_number=f"03{n % 7:08d}")
        if dice.random() < 0.05:
            return Party(name, birth_date=str(1950 + n % 60), phone=f"09{n:08d}")
        return Party(name, id_number=f"079{n:09d}")

    def _immediate(self, at: datetime, who: str, received: Received) -> Iterator[Step]:
        act = f"act-{received.code}"
        yield at, who, received, act
        yield at, who, ResultReady("mot_cua"), act
        if self.dice.random() < 0.7:
            yield at, who, FeeTaken(2_000, FeeMethod.CASH), act
        yield self._at_hand(who, at + timedelta(seconds=self.dice.randint(60, 900))), who, self._given(received), ""

    def _given(self, received: Received) -> Returned:
        dice = self.dice
        proof = dice.choice([Proof.SIGNATURE] * 8 + [Proof.PHOTO, Proof.POSTAL, Proof.ELECTRONIC])
        if dice.random() < 0.1:
            helper = Party("Lê Văn Thay", id_number="079090011111")
            return Returned(helper, Relation.AUTHORISED, proof, "Ký trên liên lưu", "Giấy ủy quyền số 12")
        reference = "" if proof is Proof.PHOTO else "RR123456789VN" if proof is Proof.POSTAL else "Ký trên liên lưu"
        return Returned(received.owner, Relation.OWNER, proof, reference, proof_sha256="ab" * 32)

    def _at_hand(self, who: str, wished: datetime) -> datetime:
        """Return when a clerk has hands for a return: the one before took her ten seconds."""
        at = max(wished, self._given_until.get(who, wished) + timedelta(seconds=self.dice.randint(9, 40)))
        self._given_until[who] = at
        return at

    def _way(self, n: int, at: datetime, who: str, received: Received) -> Iterator[Step]:
        dice = self.dice
        yield at, who, received, ""
        if dice.random() < 0.2:
            yield at + timedelta(minutes=2), who, ReceiptPrinted(1, 1, "A5"), ""
        now, due, version, limit = at, received.due_at, 1, received.procedure.limit
        # Companies come for the same every week: one of theirs withdrawn would look like one filed again.
        if dice.random() < 0.01 and not received.owner.name.startswith("Công ty"):
            self._withdrawn.append((at + timedelta(hours=2), received))
            yield at + timedelta(hours=2), who, Withdrawn(WHY, ()), ""
            return
        now += timedelta(minutes=dice.randint(1, 20))
        if dice.random() < 0.03:
            yield now, who, HandoverOffered(f"slip-{n}-0", f"BG-{n}-0", SECTION), ""
            now += timedelta(minutes=1)
            yield now, MINH.user_id, HandoverDropped(f"slip-{n}-0", f"BG-{n}-0", "missing"), ""
        yield now, who, HandoverOffered(f"slip-{n}", f"BG-{n}", SECTION), f"slip-{now:%y%m%d%H%M}"
        now += timedelta(minutes=dice.randint(1, 15))
        yield now, MINH.user_id, HandoverConfirmed(f"slip-{n}", f"BG-{n}", SECTION, Status.WITH_SECTION), ""
        if dice.random() < 0.03:
            limit = Limit(limit.n + 5, limit.unit) if limit.unit is LimitUnit.WORKING_DAY else limit
            version += 1
            due = compute(at, limit, self.calendar, pack_for(packs(), at.date()).clock).due_at
            moved = replace(received, procedure=replace(received.procedure, code=f"1.0020{n % 20}", limit=limit))
            yield now, CHAIR.user_id, moved_promise(moved, received.due_at, due, version), ""
        if dice.random() < 0.3:
            yield now + timedelta(minutes=3), MINH.user_id, FileAttached(_file(n, AttachmentRole.DRAFT)), ""
        now, due = yield from self._waits(n, now + timedelta(minutes=5), (due, limit, version))
        yield from self._decided(n, now, due, received)

    def _waits(
        self, n: int, now: datetime, known: tuple[datetime, Limit, int]
    ) -> Generator[Step, None, tuple[datetime, datetime]]:
        """Wait for papers in the first days, for money or opinions; return when it goes on and the deadline then."""
        dice, (due, limit, version) = self.dice, known
        clock = pack_for(packs(), now.date()).clock
        kind = dice.choice([None] * 10 + [WaitKind.SUPPLEMENT, WaitKind.OBLIGATION, WaitKind.OPINIONS, WaitKind.STOP])
        is_early = local(now).date() < local(due).date()
        if kind is None or not is_early:
            return now, due
        effect = getattr(clock, kind.value)
        asked_of = "Công an phường" if kind is WaitKind.OPINIONS else ""
        form = FormNumber(kind.value, now.year, 1, n + 1)
        yield now, MINH.user_id, WaitOpened(f"wait-{n}", kind, effect, WHY, of=asked_of, form=form), ""
        end = now + timedelta(hours=dice.randint(2, 200))
        moved = due_after_wait(effect, due, limit, (now, end), self.calendar, clock).due_at
        version += moved != due
        yield end, LAN.user_id, WaitClosed(f"wait-{n}", kind, moved, version), ""
        if moved > due and dice.random() < 0.2:
            yield end, LAN.user_id, CitizenNotified("phone", "Đã nhận đủ giấy tờ"), ""
        return end, moved

    def _decided(self, n: int, now: datetime, due: datetime, received: Received) -> Iterator[Step]:
        dice = self.dice
        is_late = dice.random() < 0.05
        last = max(now + timedelta(minutes=30), due)
        end = last + timedelta(days=dice.randint(1, 9)) if is_late else now + (last - now) * dice.random() * 0.9
        clock = pack_for(packs(), now.date()).clock
        if is_late and dice.random() < 0.9:
            said_on = apology_due_on(local(due).date(), self.calendar, clock)
            in_time = datetime.combine(said_on, time(9), VIETNAM)
            said = in_time if in_time > now and dice.random() < 0.8 else max(now, due) + timedelta(minutes=5)
            again = closes_at(self.calendar.add_working_days(max(local(said), due).date(), 3), self.calendar)
            form = FormNumber("apology", said.year, 1, n + 1)
            late = local(said).date() > said_on
            yield said, CHAIR.user_id, Apologised(form, WHY, LateCause.WARD, again, late, OWN), ""
            yield said + timedelta(minutes=1), LAN.user_id, PaperPrinted("apology", "0", 1, "A5"), ""
        # Verifying facts stops no clock, so it may be asked for even when the dossier is late.
        if is_late and dice.random() < 0.3:
            effect = clock.verification
            at = last + timedelta(hours=1)
            yield at, MINH.user_id, WaitOpened(f"late-{n}", WaitKind.VERIFICATION, effect, WHY, of="Công an"), ""
            yield at + timedelta(hours=1), MINH.user_id, WaitClosed(f"late-{n}", WaitKind.VERIFICATION, due, 1), ""
        if dice.random() < 0.02:
            yield end, LAN.user_id, Refused(FormNumber("refusal", end.year, 1, n + 1), WHY, "Luật Hộ tịch"), ""
            return
        is_digital = dice.random() < 0.2
        yield end, MINH.user_id, Submitted(LEADERS, ""), ""
        if dice.random() < 0.05:
            yield end + timedelta(minutes=10), CHAIR.user_id, SentBack(WHY), ""
            end += timedelta(minutes=20)
            yield end, MINH.user_id, Submitted(LEADERS, ""), ""
        # The chair reads the list twice a day and signs what he has read in one act.
        signed = next(at for at in _sittings(end) if at > end)
        means = SigningMeans.DIGITAL if is_digital else SigningMeans.PAPER
        yield signed, CHAIR.user_id, Approved("", OWN, means), f"batch-{signed:%y%m%d%H%M}"
        ready = signed + timedelta(minutes=dice.randint(3, 20))
        if is_digital:
            yield signed + timedelta(minutes=1), CHAIR.user_id, FileAttached(_file(n, AttachmentRole.SIGNED)), ""
        yield ready, MINH.user_id, ResultReady("mot_cua", shelf=f"A{n % 40}"), ""
        who = dice.choice((LAN, HOA)).user_id
        given = self._at_hand(who, ready + timedelta(minutes=dice.choice((15, 90, 1_500, 30_000))))
        if dice.random() < 0.02:
            mine = Custodian(CustodianKind.USER, who)
            yield given - timedelta(seconds=5), CHAIR.user_id, CustodyAssigned(mine, WHY), ""
        yield given, who, self._given(received), ""


def _sittings(after: datetime) -> Iterator[datetime]:
    for offset in range(8):
        day = local(after).date() + timedelta(days=offset)
        yield from (datetime.combine(day, at, VIETNAM) for at in _SIGNED_AT)


def _file(n: int, role: AttachmentRole) -> Attachment:
    return Attachment(f"{n:064x}", "application/pdf", 1_000, 1, role, "Kết quả")


def moved_promise(of: Received, old: datetime, new: datetime, version: int, field: str = "procedure") -> Corrected:
    """Return a correction that names what it changes, the promise too."""
    changes = (Change(field, "cũ", "mới"), Change("promised_at", str(old), str(new)))
    return corrected(of, due_at=new, changes=changes, receipt_version=version)


def written(acts: list[Act], seed: int = 1) -> Log:
    """Write acts into the logs of two PCs; the second is restored half-way and says its last acts again."""
    dice = random.Random(seed)
    log = Log()
    last_seq: dict[tuple[str, str], int] = {}
    states: dict[int, Dossier] = {}
    ids: dict[int, str] = {}
    for act in sorted(acts, key=lambda act: act.at):
        # A network clock steps back a little now and then, from one hour to the next.
        hour = int(act.at.timestamp()) // 3_600 + act.station
        at = act.dated or act.at - timedelta(seconds=90 if hour % 9 == 0 else 0)
        epoch = "e2" if act.station and act.at > datetime(2019, 6, 1, tzinfo=UTC) else f"e{act.station}"
        if isinstance(act.fact, Received):
            ids[act.n] = event_id(at, dice)
            log.codes[ids[act.n]] = act.fact.code
        place = (f"replica-{act.station}", epoch)
        last_seq[place] = last_seq.get(place, 0) + 1
        name, version = EVENT_TYPES[type(act.fact)]
        envelope = Envelope(
            event_id=act.event_id or event_id(at, dice),
            replica_id=place[0],
            epoch=epoch,
            seq=last_seq[place],
            prev_hash="",
            unit_id=UNIT.unit_id,
            dossier_id="" if act.n < 0 else ids[act.n],
            type=name,
            type_version=version,
            base_version=0,
            acted_at=at.astimezone(UTC),
            clock_state=ClockState.OK,
            actor=act.who,
            on_behalf_of="",
            workstation=_STATIONS[act.station],
            act_id=act.act_id or event_id(at, dice),
            act_size=1,
            replaces=act.replaces,
        )
        fact = act.fact
        if isinstance(fact, Submitted | Approved):
            fact = replace(fact, content_hash=content_hash(states[act.n]))
        event = Event(envelope, fact)
        if act.n >= 0:
            states[act.n] = apply(states.get(act.n), event)
        log.events.append(event)
    return log
