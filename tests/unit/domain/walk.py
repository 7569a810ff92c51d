"""Walk a dossier through the ward by its acts: every fact comes from a decision, every state from the fold."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from desktop.domain.acts.apologising import decide_apologise
from desktop.domain.acts.correcting import decide_correct
from desktop.domain.acts.custody import (
    Handed,
    NewSlip,
    check_slip,
    decide_assign,
    decide_confirm_slip,
    decide_make_slip,
    decide_withdraw_slip,
)
from desktop.domain.acts.deciding import (
    decide_approve,
    decide_attach,
    decide_reject,
    decide_send_back,
    decide_submit,
)
from desktop.domain.acts.ending import decide_refuse, decide_withdraw
from desktop.domain.acts.receiving import decide_receive
from desktop.domain.acts.results import decide_result_ready, decide_return
from desktop.domain.acts.waiting import decide_close_wait, decide_open_wait, decide_request_supplement
from desktop.domain.authority import Delegation
from desktop.domain.catalogue import Procedure
from desktop.domain.clock_policy import ClockPolicy
from desktop.domain.commands import ComponentCount, Correct, MarkResultReady, ReturnResult
from desktop.domain.dossiers import Custodian, CustodianKind, Dossier, Proof, Relation
from desktop.domain.events import Envelope, Event, Fact
from desktop.domain.facts.unit import SlipClosed, SlipMade
from desktop.domain.fold import apply
from desktop.domain.fold_way import close_slip
from desktop.domain.rules import Rules
from desktop.domain.slips import Slip
from desktop.domain.users import Role, User
from desktop.domain.way import Attachment, AttachmentRole, FormNumber, LateCause, SigningMeans, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    Approve,
    AssignCustody,
    AttachFile,
    CloseWait,
    Gap,
    MakeSlip,
    OpenWait,
    Refuse,
    Reject,
    RequestSupplement,
    SendBack,
    Submit,
    Withdraw,
)
from tests.support.samples import NINE, OWNER, allotment, calendar, command, event, papers, procedure, rules, user

LAN = user()
HOA = user(login="hoa")
MINH = user(Role.SPECIALIST, login="minh", section="tu_phap")
NAM = user(Role.SPECIALIST, login="nam", section="tu_phap")
CHAIR = user(Role.CHAIR, login="an", section="lanh_dao")
VICE = user(Role.VICE_CHAIR, login="binh", section="lanh_dao", title="Phó Chủ tịch")
HEAD = user(Role.HEAD, login="truong", title="Trưởng bộ phận")
GONE = user(Role.SPECIALIST, login="nghi", section="tu_phap", is_active=False)
USERS = (LAN, HOA, MINH, NAM, CHAIR, VICE, HEAD, GONE)

COUNTER = Custodian(CustodianKind.SECTION, "mot_cua")
JUSTICE = Custodian(CustodianKind.SECTION, "tu_phap")
LEADERS = Custodian(CustodianKind.SECTION, "lanh_dao")
WHY = "lý do rõ ràng"
FREE = procedure(fees=())
DAY = timedelta(days=1)


def holder(who: User) -> Custodian:
    """Return a user as custodian."""
    return Custodian(CustodianKind.USER, who.user_id)


def file(role: AttachmentRole = AttachmentRole.DRAFT, n: int = 1) -> Attachment:
    """Return the n-th file of a role."""
    return Attachment(f"{n:064x}", "application/pdf", 1_000, 1, role)


def form(key: str = "apology", n: int = 1) -> FormNumber:
    """Return a number of a form."""
    return FormNumber(key, 2019, 1, n)


def at(text: str) -> datetime:
    """Return an instant in Vietnam: ``07-18 09:00`` of 2019."""
    return datetime.fromisoformat(f"2019-{text.replace(' ', 'T')}:00+07:00")


class Ward:
    """Hold dossiers, slips and delegations in memory and put decided facts into effect."""

    def __init__(self, now: datetime = NINE, **clock: object) -> None:
        """Begin at an instant, with clock rules other than the pack's where named."""
        self.now = now
        self.delegations: tuple[Delegation, ...] = ()
        self.dossiers: dict[str, Dossier] = {}
        self.log: list[Event] = []
        self.slips: dict[str, Slip] = {}
        self.numbers = count(1)
        self.clock = clock

    def rules(self, actor: User) -> Rules:
        """Return what a decision of somebody depends on now."""
        plain = rules(self.now)
        clock: ClockPolicy = replace(plain.pack.clock, **self.clock)  # type: ignore[arg-type]
        return replace(plain, actor=actor, users=USERS, pack=replace(plain.pack, clock=clock), calendar=calendar())

    def receive(self, of: Procedure = FREE, **fields: object) -> str:
        """Receive a dossier; return its code."""
        n = next(self.numbers)
        facts = decide_receive(command(of, **fields), allotment(n), self.rules(LAN))
        code = allotment(n).code
        self.happen(f"dossier-{n}", LAN, facts)
        return code

    def happen(self, dossier_id: str, actor: User, facts: Iterable[Fact]) -> None:
        """Put facts into effect."""
        for fact in facts:
            plain = event(fact, seq=len(self.log) + 1, at=self.now, actor=actor.user_id)
            happened = replace(plain, envelope=replace(plain.envelope, dossier_id=dossier_id))
            state = next((each for each in self.dossiers.values() if each.dossier_id == dossier_id), None)
            new = apply(state, happened)
            self.log.append(happened)
            self.dossiers[new.code] = new

    def do(self, code: str, actor: User, facts: Iterable[Fact]) -> Dossier:
        """Put facts of one dossier into effect; return its new state."""
        self.happen(self.dossiers[code].dossier_id, actor, facts)
        return self.dossiers[code]

    def envelope(self, actor: User, fact: SlipMade | SlipClosed) -> Envelope:
        """Return an envelope for a fact of the unit."""
        return event(fact, at=self.now, actor=actor.user_id).envelope

    def _handed(self, actor: User, handed: Handed) -> None:
        if isinstance(handed.slip, SlipMade):
            self.slips[handed.slip.slip.slip_id] = handed.slip.slip
        else:
            slip = self.slips[handed.slip.slip_id]
            self.slips[slip.slip_id] = close_slip(slip, handed.slip, self.envelope(actor, handed.slip))
        for dossier_id, facts in handed.dossiers.items():
            self.happen(dossier_id, actor, facts)

    def offer(self, giver: User, to: Custodian, *codes: str) -> Slip:
        """Make a slip."""
        wanted = MakeSlip(to, codes)
        found = check_slip({code: self.dossiers.get(code) for code in codes}, wanted, self.rules(giver))
        n = next(self.numbers)
        new = NewSlip(f"0197f000-0000-7000-8000-{n:012x}", form("handover_slip", n), "ab" * 64)
        handed = decide_make_slip(found, wanted, new, self.rules(giver))
        self._handed(giver, handed)
        return self.slips[new.slip_id]

    def confirm(self, receiver: User, slip: Slip, *codes: str) -> Slip:
        """Confirm a slip by scans; everything on it unless codes are named."""
        scanned = codes or slip.codes
        states = {code: self.dossiers.get(code) for code in (*slip.codes, *scanned)}
        self._handed(receiver, decide_confirm_slip(self.slips[slip.slip_id], scanned, states, self.rules(receiver)))
        return self.slips[slip.slip_id]

    def take_back(self, giver: User, slip: Slip, reason: str = WHY) -> Slip:
        """Withdraw a slip."""
        self._handed(giver, decide_withdraw_slip(self.slips[slip.slip_id], self.dossiers, reason, self.rules(giver)))
        return self.slips[slip.slip_id]

    def hand(self, giver: User, to: Custodian, receiver: User, code: str) -> Dossier:
        """Hand one dossier over and have it confirmed."""
        self.confirm(receiver, self.offer(giver, to, code))
        return self.dossiers[code]

    def assign(self, code: str, to: Custodian, reason: str = WHY, actor: User = CHAIR) -> Dossier:
        """Have a leader say who holds a paper."""
        facts = decide_assign(self.dossiers[code], AssignCustody(to, reason), self.rules(actor))
        return self.do(code, actor, facts)

    def at_work(self, of: Procedure = FREE, **fields: object) -> str:
        """Receive a dossier and hand it to Minh, who works on it; return its code."""
        code = self.receive(of, **fields)
        self.hand(LAN, holder(MINH), MINH, code)
        return code

    def attach(self, code: str, actor: User, what: Attachment) -> Dossier:
        """Attach a file."""
        return self.do(code, actor, decide_attach(self.dossiers[code], AttachFile(what), self.rules(actor)))

    def submit(self, code: str, actor: User = MINH, draft: Attachment | None = None) -> Dossier:
        """Put a dossier before the leaders."""
        return self.do(code, actor, decide_submit(self.dossiers[code], Submit(draft), self.rules(actor)))

    def submitted(self, of: Procedure = FREE, **fields: object) -> str:
        """Bring a dossier before the leaders; return its code."""
        code = self.at_work(of, **fields)
        self.submit(code, draft=file())
        return code

    def approve(
        self, code: str, actor: User = CHAIR, seen: str = "", means: SigningMeans = SigningMeans.PAPER
    ) -> Dossier:
        """Approve."""
        given = Approve(seen, means)
        return self.do(code, actor, decide_approve(self.dossiers[code], given, self.delegations, self.rules(actor)))

    def approved(self) -> str:
        """Bring a dossier to its approval; return its code."""
        code = self.submitted()
        self.approve(code)
        return code

    def send_back(self, code: str, actor: User = CHAIR, reason: str = WHY) -> Dossier:
        """Send a dossier back."""
        given = SendBack(reason)
        return self.do(code, actor, decide_send_back(self.dossiers[code], given, self.delegations, self.rules(actor)))

    def reject(self, code: str, actor: User = CHAIR, reason: str = WHY) -> Dossier:
        """Decide against a request."""
        given = Reject(reason)
        return self.do(code, actor, decide_reject(self.dossiers[code], given, self.delegations, self.rules(actor)))

    def ready(self, code: str, actor: User = MINH) -> Dossier:
        """Put a result at the counter."""
        return self.do(code, actor, decide_result_ready(self.dossiers[code], MarkResultReady(), self.rules(actor)))

    def give(self, code: str, actor: User = LAN) -> Dossier:
        """Give a result to its owner."""
        given = ReturnResult(OWNER, Relation.OWNER, Proof.SIGNATURE, "ký")
        return self.do(code, actor, decide_return(self.dossiers[code], given, self.rules(actor)))

    def ask(self, code: str, actor: User, *gaps: Gap, reason: str = WHY) -> Dossier:
        """Ask for papers: for the second component unless gaps are named."""
        given = RequestSupplement(gaps or (Gap("TP02"),), reason, " Nghị định 61 ")
        new = (f"wait-{next(self.numbers)}", form("supplement"))
        return self.do(code, actor, decide_request_supplement(self.dossiers[code], given, FREE, new, self.rules(actor)))

    def wait(self, code: str, actor: User, kind: WaitKind, of: str = "", reason: str = WHY) -> Dossier:
        """Begin to wait."""
        new = (f"wait-{next(self.numbers)}", None)
        given = OpenWait(kind, reason, of)
        return self.do(code, actor, decide_open_wait(self.dossiers[code], given, new, self.rules(actor)))

    def resume(
        self, code: str, kind: WaitKind, came: Sequence[ComponentCount] = papers(FREE)[1:], actor: User = LAN
    ) -> Dossier:
        """End a wait; the second component comes with a supplement."""
        given = CloseWait(kind, " xong ", tuple(came) if kind is WaitKind.SUPPLEMENT else ())
        return self.do(code, actor, decide_close_wait(self.dossiers[code], given, FREE, self.rules(actor)))

    def correct(self, code: str, actor: User = LAN, **fields: object) -> Dossier:
        """Correct what was printed."""
        given = replace(Correct({}, WHY), **fields)  # type: ignore[arg-type]
        return self.do(code, actor, decide_correct(self.dossiers[code], given, FREE, self.rules(actor)))

    def apologise(
        self, code: str, new: datetime, actor: User = CHAIR, reason: str = WHY, cause: LateCause = LateCause.WARD
    ) -> Dossier:
        """Apologise and name a new day."""
        given = Apologise(reason, cause, new)
        state, made = self.dossiers[code], self.rules(actor)
        return self.do(code, actor, decide_apologise(state, given, form(), self.delegations, made))

    def refuse(
        self, code: str, actor: User = LAN, back: tuple[str, ...] = ("TP01", "TP02"), reason: str = WHY
    ) -> Dossier:
        """Refuse a dossier; all originals go back unless others are named."""
        given = Refuse(reason, " Luật Hộ tịch ", back)
        facts = decide_refuse(self.dossiers[code], given, form("refusal"), self.rules(actor))
        return self.do(code, actor, facts)

    def withdraw(
        self, code: str, actor: User = LAN, back: tuple[str, ...] = ("TP01", "TP02"), reason: str = WHY
    ) -> Dossier:
        """Give a dossier back at the citizen's wish."""
        return self.do(code, actor, decide_withdraw(self.dossiers[code], Withdraw(reason, back), self.rules(actor)))

    def grant(self, *delegations: Delegation) -> None:
        """Have delegations in the registry."""
        self.delegations = (*self.delegations, *delegations)


def utc(instant: datetime) -> datetime:
    """Return an instant as the log keeps it."""
    return instant.astimezone(UTC)
