"""A ward in memory: the real decisions and folds of the domain behind the ports, without a disk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from desktop.domain.calendars import Calendar
from desktop.domain.catalogue import Catalogue, Component, FeeKind, FeeRule, Procedure
from desktop.domain.commands import MarkResultReady
from desktop.domain.deadlines import is_late
from desktop.domain.dossiers import (
    Channel,
    ComponentLine,
    Dossier,
    Party,
    ProcedureSnapshot,
    Relation,
    ResultBy,
    Status,
    Submitter,
)
from desktop.domain.events import EVENT_TYPES, ClockState, Envelope, Event, Fact
from desktop.domain.facts.counter import Received
from desktop.domain.fees import FeeLine
from desktop.domain.fold import fold
from desktop.domain.limits import Limit, LimitUnit
from desktop.domain.slips import Slip
from desktop.domain.units import Heading, Section, Unit
from desktop.domain.users import Role, User
from desktop.domain.vietnamese import fold_words, local
from desktop.services.follow import Followed, mark_result_ready
from desktop.services.ports import Act, Desk
from desktop.services.records import Anchors, DossierCard, DossierFilter, JobState, PrintJob, WorkOf
from desktop.services.reference import Reference
from desktop.storage.projections import late_from
from desktop.storage.reference.detectors import load_thresholds
from desktop.storage.reference.rule_packs import load_rule_packs
from tests.support.way import bring
from tests.ui.fakes_way import FakeWay, UnitBook

NOW = datetime(2019, 7, 25, 2, 30, tzinfo=UTC)

CLERK = User("u-lan", "lan", "Trần Thị Ngọc Lan", (Role.RECEPTION,), "mot_cua")
SPECIALIST = User("u-hung", "hung", "Phạm Quang Minh", (Role.SPECIALIST,), "tu_phap")
CHAIR = User("u-chutich", "chutich", "Lê Quốc Hùng", (Role.CHAIR,), "lanh_dao")
INSPECTOR = User("u-ha", "ha", "Đỗ Thu Hà", (Role.INSPECTOR,), "")
CASHIER = User("u-quy", "quy", "Võ Ngọc Quý", (Role.CASHIER,), "mot_cua")
USERS = (CLERK, SPECIALIST, CHAIR, INSPECTOR, CASHIER)

UNIT = Unit(
    unit_id="unit",
    name="Phường Bến Thành",
    place="Phường Bến Thành",
    address="92 Nguyễn Trãi",
    phone="02838220000",
    agency_code="000.16.27.H29",
    code_template="{agency}-{yymmdd}-{seq}",
    lookup_base="",
    counter_section="mot_cua",
    sections=(
        Section("mot_cua", "Bộ phận Một cửa"),
        Section("tu_phap", "Tư pháp - Hộ tịch"),
        Section("dia_chinh", "Địa chính"),
        Section("lanh_dao", "Lãnh đạo"),
    ),
    leaders_section="lanh_dao",
    headings=(Heading(date(2018, 1, 1), "ỦY BAN NHÂN DÂN", "BỘ PHẬN MỘT CỬA", "Bộ phận Một cửa"),),
)

PACK = next(pack for pack in load_rule_packs() if pack.id == "2018")


def procedure(code: str, name: str, section: str, field_code: str, field_name: str, fee_vnd: int = 0) -> Procedure:
    """Make a catalogue entry with two papers."""
    fee = FeeRule(FeeKind.FIXED, "Lệ phí", fee_vnd) if fee_vnd else FeeRule(FeeKind.FREE, "Lệ phí")
    return Procedure(
        code=code,
        name=name,
        field=field_code,
        field_name=field_name,
        limit=Limit(5, LimitUnit.WORKING_DAY),
        components=(Component("TP01", "Tờ khai theo mẫu", True), Component("TP02", "Sổ hộ khẩu", False)),
        fees=(fee,),
        version="1",
        effective_from=date(2018, 1, 1),
        effective_to=None,
        source="",
        updated_on=date(2019, 1, 1),
        needs_checking=False,
        received_here=True,
        legal_basis="",
        result_name="Giấy xác nhận",
        section=section,
        immediate_allowed=False,
    )


PROCEDURES = (
    procedure("1.004873", "Cấp giấy xác nhận tình trạng hôn nhân", "tu_phap", "ho_tich", "Hộ tịch", 15_000),
    procedure("1.001193", "Đăng ký khai sinh", "tu_phap", "ho_tich", "Hộ tịch"),
    procedure("1.003554", "Hòa giải tranh chấp đất đai", "dia_chinh", "dat_dai", "Đất đai"),
)

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ")
_MIDDLE = ("Thị Ngọc", "Văn", "Quỳnh", "Minh", "Thị", "Hoàng")
_GIVEN = ("Ở", "Đức", "Ánh", "Ỷ", "Hùng", "Lan", "Phúc", "Trang")


class FakeClock:
    """Stand still until told otherwise."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass
class Book:
    """Keep events by dossier and print jobs."""

    clock: FakeClock
    events: dict[str, list[Event]] = field(default_factory=dict)
    states: dict[str, Dossier] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    print_jobs: dict[str, PrintJob] = field(default_factory=dict)
    settled: list[tuple[str, JobState, str]] = field(default_factory=list)
    unit: UnitBook = field(default_factory=UnitBook)

    def append(self, dossier_id: str, facts: Sequence[Fact], at: datetime, actor: str) -> Dossier:
        events = self.events.setdefault(dossier_id, [])
        for fact in facts:
            envelope = self.envelope(fact, at, actor, dossier_id, len(events))
            events.append(Event(envelope, fact))
        state = fold(events)
        assert state is not None
        if dossier_id not in self.states:
            self.order.append(dossier_id)
        self.states[dossier_id] = state
        self.codes[state.code] = dossier_id
        return state

    def envelope(self, fact: Fact, at: datetime, actor: str, dossier_id: str = "", base_version: int = 0) -> Envelope:
        kind, version = EVENT_TYPES[type(fact)]
        number = sum(map(len, self.events.values())) + 1
        return Envelope(
            event_id=f"e{number}",
            replica_id="r",
            epoch="e",
            seq=number,
            prev_hash="",
            unit_id="unit",
            dossier_id=dossier_id,
            type=kind,
            type_version=version,
            base_version=base_version,
            acted_at=at,
            clock_state=ClockState.OK,
            actor=actor,
            on_behalf_of="",
            workstation="pc",
            act_id="a",
            act_size=1,
        )


class FakeAct:
    """Be one act."""

    def __init__(self, book: Book, actor: User | None) -> None:
        self._book = book
        self._actor = actor

    @property
    def now(self) -> datetime:
        return self._book.clock.now()

    def find(self, code: str) -> Dossier | None:
        return self._book.states.get(self._book.codes.get(code, ""))

    def record(self, dossier_id: str, facts: Sequence[Fact]) -> Dossier:
        return self._book.append(dossier_id, facts, self.now, self._actor.user_id if self._actor else "")

    def record_unit(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            envelope = self._book.envelope(fact, self.now, self._actor.user_id if self._actor else "")
            self._book.unit.record((fact,), envelope)

    def slip(self, name: str) -> Slip | None:
        return FakeWay(self._book.unit).slip(name)

    def allot_number(self, form: str, year: int) -> tuple[int, int]:
        return self._book.unit.next_number(form, year)

    def new_id(self) -> str:
        return self._book.unit.new_id()

    def sign(self, message: bytes) -> str:
        return "00" * 64 if message else ""

    def store_file(self, sha256: str, content: bytes) -> None:
        self._book.unit.files[sha256] = content

    def queue_print(
        self, dossier: Dossier | None, form: str, paper: str, copy_no: int, *, reference: str = ""
    ) -> PrintJob:
        job = PrintJob(
            job_id=f"j{len(self._book.print_jobs) + 1}",
            dossier_id=dossier.dossier_id if dossier else "",
            dossier_version=dossier.version if dossier else 0,
            code=dossier.code if dossier else "",
            form=form,
            paper=paper,
            copy_no=copy_no,
            state=JobState.WAITING,
            created_at=self.now,
            reference=reference,
        )
        self._book.print_jobs[job.job_id] = job
        return job


class FakeLedger:
    """Write into the book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @contextmanager
    def act(self, actor: User | None) -> Iterator[Act]:
        yield FakeAct(self._book, actor)  # type: ignore[misc] # the parts these tests use

    def settle_job(self, job_id: str, state: JobState, reason: str = "") -> None:
        old = self._book.print_jobs[job_id]
        attempts = old.attempts + (state is JobState.FAILED)
        self._book.print_jobs[job_id] = replace(old, state=state, reason=reason, attempts=attempts)
        self._book.settled.append((job_id, state, reason))

    def save_draft(self, user_id: str, page: str, content: str) -> None:
        raise NotImplementedError

    def note_access(self, user_id: str, act: str, subject: str, reason: str = "") -> None:
        """Keep no book of views."""

    def save_attempts(self, user_id: str, attempts: Any) -> None:
        raise NotImplementedError


class FakeReader:
    """Read from the book the way the database does."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.asked: list[str] = []

    def find(self, code: str) -> Dossier | None:
        return self._book.states.get(self._book.codes.get(code, ""))

    def history(self, dossier_id: str) -> tuple[Event, ...]:
        return tuple(self._book.events.get(dossier_id, ()))

    def search(self, query: str, limit: int) -> tuple[DossierCard, ...]:
        return self.cards(DossierFilter(query=query), at_or_before=1 << 62, limit=limit)

    def positions(self, narrowed: DossierFilter) -> Sequence[int]:
        self.asked.append(f"positions {narrowed.query}".strip())
        return [card.position for card in self._narrow(narrowed)]

    def cards(self, narrowed: DossierFilter, *, at_or_before: int, limit: int) -> tuple[DossierCard, ...]:
        self.asked.append(f"cards {narrowed.query} {at_or_before}")
        return tuple([card for card in self._narrow(narrowed) if card.position <= at_or_before][:limit])

    def anchors(self, narrowed: DossierFilter, every: int = 128, *, so_far: Anchors | None = None) -> Anchors:
        """Walk half of the register at once, so that a walk has several slices."""
        self.asked.append(f"anchors {narrowed.query}".strip())
        newest = len(self._book.order)
        so_far = so_far or Anchors(below=newest)
        above = max(so_far.below - newest // 2 - 1, 0)
        found = [card.position for card in self._narrow(narrowed) if above < card.position <= so_far.below]
        starts = found[-so_far.total % every :: every]
        head = (*so_far.head, *found)[:every]
        return Anchors(so_far.total + len(found), (*so_far.starts, *starts), head, above)

    def open_cards(self, mine: WorkOf, *, limit: int, offset: int = 0) -> tuple[DossierCard, ...]:
        self.asked.append("open_cards")
        return tuple(self._open(mine)[offset : offset + limit])

    def count_open(self, mine: WorkOf) -> int:
        return len(self._open(mine))

    def _open(self, mine: WorkOf) -> list[DossierCard]:
        found = []
        for position, key in enumerate(self._book.order, start=1):
            state = self._book.states[key]
            is_mine = mine.section in ("", state.procedure.section, state.custodian.holder)
            if state.solved_at is None and not state.is_closed and is_mine:
                found.append(_card(position, state))
        return sorted(found, key=lambda card: (card.due_at, card.position))

    def _narrow(self, narrowed: DossierFilter) -> list[DossierCard]:
        found = []
        for position in range(len(self._book.order), 0, -1):
            state = self._book.states[self._book.order[position - 1]]
            if _fits(state, narrowed):
                found.append(_card(position, state))
        return found

    def unit(self) -> Unit:
        return UNIT

    def users(self) -> tuple[User, ...]:
        return USERS

    def jobs(self, *states: JobState) -> tuple[PrintJob, ...]:
        return tuple(job for job in self._book.print_jobs.values() if job.state in states)

    def calendar(self) -> Calendar:
        return Calendar("test", date(2018, 1, 1), date(2020, 12, 31))


class FakeForms:
    """Make a small PDF that says what it is."""

    def __init__(self) -> None:
        self.made: list[tuple[str, str, int]] = []

    def receipt(self, dossier: Dossier, *, paper: str, copy_no: int, **_: Any) -> bytes:
        self.made.append((dossier.code, paper, copy_no))
        return small_pdf()

    def sizes(self, _form: str) -> tuple[str, ...]:
        return ("A5", "A4")


def small_pdf() -> bytes:
    """Return one empty A5 page."""
    import pypdfium2  # noqa: PLC0415 - only here

    document = pypdfium2.PdfDocument.new()
    document.new_page(420, 595)
    from io import BytesIO  # noqa: PLC0415 - only here

    out = BytesIO()
    document.save(out)
    document.close()
    return out.getvalue()


def _fits(state: Dossier, narrowed: DossierFilter) -> bool:
    words = fold_words(f"{state.owner.name} {state.owner.phone} {state.owner.id_number} {state.code}")
    day = state.received_on
    return (
        (not narrowed.statuses or state.status in narrowed.statuses)
        and (not narrowed.field or state.procedure.field == narrowed.field)
        and (not narrowed.procedure or state.procedure.code == narrowed.procedure)
        and (narrowed.received_from is None or day >= narrowed.received_from)
        and (narrowed.received_to is None or day <= narrowed.received_to)
        and (narrowed.late_at is None or _is_late(state, narrowed.late_at))
        and all(any(word.startswith(part) for word in words) for part in fold_words(narrowed.query))
    )


def _is_late(state: Dossier, at: datetime) -> bool:
    is_open = state.solved_at is None and not state.is_closed
    return is_open and is_late(at, state.due_at, state.procedure.limit.unit)


def _card(position: int, state: Dossier) -> DossierCard:
    return DossierCard(
        position=position,
        dossier_id=state.dossier_id,
        code=state.code,
        applicant=state.owner.name,
        procedure_code=state.procedure.code,
        procedure=state.procedure.name,
        field=state.procedure.field,
        status=state.status,
        received_at=state.received_at,
        promised_at=state.promised_at,
        due_at=state.due_at,
        late_from=datetime.fromtimestamp(late_from(state.due_at, state.procedure.limit.unit), UTC),
        solved_at=state.solved_at,
        is_open=state.solved_at is None and not state.is_closed,
        is_waiting=any(wait.stops_clock for wait in state.open_waits),
        seen_at=state.seen_at,
        custodian=state.custodian,
        fee_owed_vnd=state.owed_vnd,
    )


@dataclass
class Ward:
    """Hold a desk and what lies behind it."""

    desk: Desk
    book: Book
    clock: FakeClock
    reader: FakeReader
    forms: FakeForms

    def receive(self, n: int, at: datetime, owner: Party | None = None) -> Dossier:
        """Receive the n-th dossier of the ward."""
        entry = PROCEDURES[n % len(PROCEDURES)]
        day = local(at).date()
        party = owner or Party(
            f"{_FAMILY[n % 9]} {_MIDDLE[n % 6]} {_GIVEN[n % 8]}",
            id_number=f"0791{n % 90 + 10:02d}{n:06d}"[:12],
            phone=f"09{n:08d}",
            address=f"{n} Lê Lợi, Phường Bến Thành",
        )
        fee_vnd = sum(rule.amount_vnd for rule in entry.fees)
        fact = Received(
            unit_id="unit",
            code=f"000.16.27.H29-{day:%y%m%d}-{n % 9999 + 1:04d}",
            is_provisional=False,
            book=1,
            receipt_number=n + 1,
            lookup_key="0123456789",
            pack="2018",
            procedure=ProcedureSnapshot(
                entry.code,
                entry.name,
                entry.field,
                entry.field_name,
                entry.version,
                entry.limit,
                entry.section,
                entry.result_name,
            ),
            channel=Channel.DIRECT,
            owner=party,
            submitter=Submitter(party, Relation.OWNER),
            components=(
                ComponentLine("TP01", "Tờ khai theo mẫu", True, originals=1),
                ComponentLine("TP02", "Sổ hộ khẩu", False, originals=1, copies=1),
            ),
            sets=1,
            result_by=ResultBy.COUNTER,
            fees=(FeeLine("Lệ phí", fee_vnd),),
            due_at=(local(at) + timedelta(days=7)).replace(hour=17, minute=0, second=0),
            counter_section="mot_cua",
            day=day,
        )
        return self.book.append(f"d{n:06d}", (fact,), at, CLERK.user_id)

    def make_ready(self, code: str, shelf: str = "", note: str = "") -> Followed:
        """Bring a dossier that the counter holds to its result."""
        bring(self.desk, code, to=Status.APPROVED)
        return mark_result_ready(self.desk, SPECIALIST, code, MarkResultReady(shelf, note))


def make_ward(dossiers: int = 0, procedures: tuple[Procedure, ...] = PROCEDURES) -> Ward:
    """Open a ward with a number of dossiers, one an hour, the newest half an hour ago."""
    clock = FakeClock()
    book = Book(clock)
    reader, forms = FakeReader(book), FakeForms()
    desk = Desk(
        ledger=FakeLedger(book),
        reader=reader,  # type: ignore[arg-type] # the parts these tests use
        way=FakeWay(book.unit),  # type: ignore[arg-type] # the same
        reference=Reference((PACK,), Catalogue(procedures), load_thresholds()),
        forms=forms,  # type: ignore[arg-type] # keyword arguments are taken loosely
        passwords=SimpleNamespace(),  # type: ignore[arg-type] # nobody logs in here
        clock=clock,
        is_training=True,
    )
    ward = Ward(desk, book, clock, reader, forms)
    for n in range(dossiers):
        ward.receive(n, NOW - timedelta(hours=dossiers - n) + timedelta(minutes=30))
    return ward


__all__ = ["CASHIER", "CHAIR", "CLERK", "INSPECTOR", "NOW", "SPECIALIST", "Status", "Ward", "make_ward", "small_pdf"]
