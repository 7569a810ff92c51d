"""Random histories of acts, refused ones among them, on a real ward: what must hold after every one."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from desktop.domain.commands import ComponentCount, Correct, MarkResultReady, ReturnResult, TakeFee
from desktop.domain.dossiers import (
    NATIONAL_STATUS,
    NOBODY,
    Custodian,
    CustodianKind,
    Dossier,
    FeeMethod,
    Party,
    Proof,
    Relation,
    Status,
)
from desktop.domain.errors import UserError
from desktop.domain.events import Event, decode_body
from desktop.domain.facts.counter import Corrected
from desktop.domain.facts.way import Apologised, CustodyAssigned, HandoverConfirmed, WaitClosed
from desktop.domain.slips import Slip, SlipState
from desktop.domain.users import User
from desktop.domain.way import Attachment, AttachmentRole, LateCause, WaitKind
from desktop.domain.way_commands import (
    Apologise,
    Approve,
    AssignCustody,
    CloseWait,
    Gap,
    MakeSlip,
    NotifyCitizen,
    OpenWait,
    PrintPaper,
    Refuse,
    Reject,
    RequestSupplement,
    SendBack,
    Submit,
    TurnAway,
    Withdraw,
)
from desktop.services import apologising, deciding, ending, follow, handing, receive, waiting
from desktop.services.receive import full_rules
from desktop.storage.unit_rows import number_of
from tests.support import lawful
from tests.support.samples import NINE, REASON
from tests.support.wards import Ward, command, make_ward, person

_EVERYBODY = ("lan", "hung", "thu", "chutich", "phochutich", "thanhtra", "quantri")
_PICK = st.integers(0, 10**6)
_PROCEDURES = st.sampled_from(["1.001193", "2.000635", "1.004884", "2.000815"])


def mostly(login: str) -> st.SearchStrategy[str]:
    """Pick the right user more often than not."""
    return st.sampled_from([login] * 6 + [*_EVERYBODY])


_NEXT = {
    Status.RECEIVED: ("offer", "lan"),
    Status.WITH_SECTION: ("submit", "hung"),
    Status.IN_PROGRESS: ("submit", "hung"),
    Status.SUBMITTED: ("approve", "chutich"),
    Status.APPROVED: ("ready", "hung"),
}
_PLACES = tuple(Custodian(CustodianKind.SECTION, code) for code in ("tu_phap", "mot_cua", "lanh_dao", "dia_chinh"))
_FILES = tuple(f"%PDF-1.4 {n} %%EOF".encode() for n in range(5))


def _file(n: int, role: AttachmentRole) -> tuple[Attachment, bytes]:
    content = _FILES[n % 5]
    sha256 = hashlib.sha256(content).hexdigest()
    return Attachment(sha256, "application/pdf", len(content), 1, role), content


def _confirm(ward: Ward, state: Dossier, user: User, n: int) -> object:
    known = ward.desk.way.slips(*SlipState)
    name = state.offered_on or (known[n % len(known)].name if known else "BG-2019-01-9999")
    slip = ward.desk.way.slip(name)
    return handing.confirm_slip(ward.desk, user, name, slip.codes if slip and n % 3 else (state.code,))


def _attach(ward: Ward, state: Dossier, user: User, n: int) -> object:
    return deciding.attach_file(ward.desk, user, state.code, *_file(n, tuple(AttachmentRole)[n % 4]))


def _submit(ward: Ward, state: Dossier, user: User, n: int) -> object:
    draft, content = _file(n, AttachmentRole.DRAFT)
    return deciding.submit(ward.desk, user, [state.code], Submit(draft if n % 2 else None), content if n % 2 else None)


def _resume(ward: Ward, state: Dossier, user: User, n: int) -> object:
    kinds = [wait.kind for wait in state.open_waits] or list(WaitKind)
    came = tuple(ComponentCount(line.code, originals=1) for line in state.components if line.code)
    kind = kinds[n % len(kinds)]
    given = CloseWait(kind, components=came if kind is WaitKind.SUPPLEMENT else ())
    return waiting.close_wait(ward.desk, user, state.code, given)


def _apologise(ward: Ward, state: Dossier, user: User, n: int) -> object:
    new = max(state.promised_at, ward.clock.now()) + timedelta(days=n % 6)
    return apologising.apologise(ward.desk, user, state.code, Apologise(REASON, tuple(LateCause)[n % 4], new))


def _end(ward: Ward, state: Dossier, user: User, n: int) -> object:
    back = tuple(line.code or line.name for line in state.components if line.originals)[n % 3 == 0 :]
    if n % 2:
        return ending.refuse(ward.desk, user, state.code, Refuse(REASON, "", back))
    return ending.withdraw(ward.desk, user, state.code, Withdraw(REASON, back))


def _turn_away(ward: Ward, _: Dossier, user: User, n: int) -> object:
    given = command(ward.desk, owner=person(n))
    wanted = TurnAway(given.procedure, given.channel, given.owner, given.submitter, (), REASON, is_refusal=n % 2 == 0)
    return ending.turn_away(ward.desk, user, wanted)


def _give(ward: Ward, state: Dossier, user: User, n: int) -> object:
    given = ReturnResult(
        state.owner, Relation.OWNER, Proof.SIGNATURE, "ký" if n % 9 else " ", paid_vnd=state.owed_vnd if n % 5 else 1
    )
    return follow.return_result(ward.desk, user, state.code, given)


#: Acts between counter and citizen, by the services a window calls.
WAY: dict[str, Callable[[Ward, Dossier, User, int], object]] = {
    "offer": lambda ward, state, user, n: handing.make_slip(
        ward.desk, user, MakeSlip(_PLACES[n % 4 if n % 5 == 0 else 0], (state.code,))
    ),
    "confirm": _confirm,
    "take back": lambda ward, state, user, _: handing.withdraw_slip(ward.desk, user, state.offered_on, REASON),
    "assign": lambda ward, state, user, n: handing.assign_custody(
        ward.desk, user, state.code, AssignCustody(_PLACES[n % 4], REASON)
    ),
    "attach": _attach,
    "submit": _submit,
    "approve": lambda ward, state, user, _: deciding.approve(ward.desk, user, [state.code], [Approve()]),
    "send back": lambda ward, state, user, _: deciding.send_back(ward.desk, user, [state.code], SendBack(REASON)),
    "reject": lambda ward, state, user, _: deciding.reject(ward.desk, user, [state.code], Reject(REASON)),
    "ready": lambda ward, state, user, _: follow.mark_result_ready(ward.desk, user, state.code, MarkResultReady("A1")),
    "give": _give,
    "ask": lambda ward, state, user, _: waiting.request_supplement(
        ward.desk, user, state.code, RequestSupplement((Gap("", "ảnh chân dung"),), REASON)
    ),
    "wait": lambda ward, state, user, n: waiting.open_wait(
        ward.desk, user, state.code, OpenWait(tuple(WaitKind)[n % 5], REASON, "Công an")
    ),
    "resume": _resume,
    "apologise": _apologise,
    "end": _end,
    "turn away": _turn_away,
    "notify": lambda ward, state, user, _: ending.notify_citizen(
        ward.desk, user, state.code, NotifyCitizen("điện thoại", REASON)
    ),
    "print": lambda ward, state, user, n: follow.print_paper(
        ward.desk, user, state.code, PrintPaper(("control_sheet", "supplement", "apology", "refusal")[n % 4], "A4")
    ),
}


class History(RuleBasedStateMachine):
    """Act at random as random users; remember only what the answers said."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="motcua-history-")
        self.ward: Ward = make_ward(Path(self._folder.name))
        self.first: dict[str, Dossier] = {}
        self.last: dict[str, Dossier] = {}
        self.touched = 0
        self.states: dict[str, Dossier] = {}
        self.reworked: set[str] = set()
        self.numbers: dict[tuple[str, int, int], list[int]] = {}

    def teardown(self) -> None:
        self.ward.database.close()
        self._folder.cleanup()

    @initialize()
    def start(self) -> None:
        self.ward.clock.set(NINE)

    @rule(hours=st.integers(-3, 60))
    def pass_time(self, hours: int) -> None:
        self.ward.clock.set(max(NINE - timedelta(days=3), self.ward.clock.now() + timedelta(hours=hours)))

    @rule(days=st.sampled_from([170, 365]))
    def pass_long(self, days: int) -> None:
        later = self.ward.clock.now() + timedelta(days=days)
        if later < datetime.fromisoformat("2024-01-01T00:00:00+07:00"):
            self.ward.clock.set(later)

    @rule(
        login=mostly("lan"),
        code=_PROCEDURES,
        who=st.integers(0, 6),
        fields=st.fixed_dictionaries(
            {},
            optional={
                "is_immediate": st.just(True),
                "duplicate_reason": st.just("hồ sơ thứ hai"),
                "paid_vnd": st.sampled_from([1_000, 8_000]),
                "exemption": st.just("hộ nghèo"),
                "components": st.just(()),
                "sets": st.integers(0, 2),
            },
        ),
    )
    def receive(self, login: str, code: str, who: int, fields: dict[str, Any]) -> None:
        given = command(self.ward.desk, code, owner=person(who) if who else Party("Bé Na"), **fields)
        self._try(lambda: receive.receive(self.ward.desk, self.ward.user(login), given).dossier)

    @precondition(lambda self: self.first)
    @rule(
        login=mostly("chutich"),
        pick=_PICK,
        changes=st.dictionaries(
            st.sampled_from(["note", "sets", "applicant.name", "applicant.phone", "exemption", "code"]),
            st.sampled_from(["1", "2", "Tên Khác", ""]),
            max_size=2,
        ),
        days=st.none() | st.integers(-3, 9),
        other=st.none() | _PROCEDURES,
    )
    def correct(self, login: str, pick: int, changes: dict[str, str], days: int | None, other: str | None) -> None:
        state = self._picked(pick)
        given = Correct(changes, REASON)
        if days is not None:
            given = replace(given, promised_at=state.promised_at + timedelta(days=days))
        if other is not None:
            right = command(self.ward.desk, other)
            given = replace(given, procedure=right.procedure, components=right.components)
        self._try(lambda: follow.correct(self.ward.desk, self.ward.user(login), state.code, given).dossier)

    @precondition(lambda self: self.first)
    @rule(login=mostly("lan"), pick=_PICK, paper=st.sampled_from(["", "A4", "A3"]))
    def print_again(self, login: str, pick: int, paper: str) -> None:
        code = self._picked(pick).code
        self._try(lambda: follow.print_receipt(self.ward.desk, self.ward.user(login), code, paper).dossier)

    @precondition(lambda self: self.first)
    @rule(login=mostly("thu"), pick=_PICK, amount=st.sampled_from([0, 1_000, 8_000]), method=st.sampled_from(FeeMethod))
    def fee(self, login: str, pick: int, amount: int, method: FeeMethod) -> None:
        code = self._picked(pick).code
        given = TakeFee(amount, method, REASON)
        self._try(lambda: follow.take_fee(self.ward.desk, self.ward.user(login), code, given).dossier)

    @precondition(lambda self: self.first)
    @rule(pick=_PICK, n=st.integers(0, 59), login=st.none() | st.sampled_from(_EVERYBODY))
    def go_on(self, pick: int, n: int, login: str | None) -> None:
        """Do what usually comes next, mostly as who does it."""
        state = self._picked(pick)
        name, usual = _NEXT.get(state.base_status, ("give", "lan"))
        if state.open_waits:
            name, usual = "resume", "lan"
        elif state.offered_on:
            name, usual = "confirm", "hung"
        self._way(name, state, login if login and n % 4 == 0 else usual, n)

    @precondition(lambda self: self.first)
    @rule(pick=_PICK, n=st.integers(0, 59), login=st.sampled_from(_EVERYBODY), name=st.sampled_from(sorted(WAY)))
    def anything(self, pick: int, n: int, login: str, name: str) -> None:
        self._way(name, self._picked(pick), login, n)

    def _way(self, name: str, state: Dossier, login: str, n: int) -> None:
        self._try(lambda: WAY[name](self.ward, state, self.ward.user(login), n))

    @precondition(lambda self: self.first)
    @rule(login=mostly("lan"), pick=_PICK, is_stranger=st.booleans(), reference=st.sampled_from(["ký", " "]))
    def give_back(self, login: str, pick: int, is_stranger: bool, reference: str) -> None:
        state = self._picked(pick)
        recipient = person(99) if is_stranger else state.owner
        given = ReturnResult(recipient, Relation.OWNER, Proof.SIGNATURE, reference, paid_vnd=state.owed_vnd)
        self._try(lambda: follow.return_result(self.ward.desk, self.ward.user(login), state.code, given).dossier)

    @invariant()
    def an_answer_is_what_the_database_says(self) -> None:
        for code, dossier in self.last.items():
            assert self.ward.desk.reader.find(code) == dossier

    @invariant()
    def what_must_never_move_has_not_moved(self) -> None:
        for code, first in self.first.items():
            last = self.last[code]
            assert (last.code, last.dossier_id, last.received_at) == (first.code, first.dossier_id, first.received_at)
            assert (last.receipt.book, last.receipt.number) == (first.receipt.book, first.receipt.number)
            assert last.first_promised_at == first.first_promised_at
            assert last.lookup_key == first.lookup_key

    @invariant()
    def each_paper_has_one_holder_until_it_is_returned(self) -> None:
        for dossier in self.last.values():
            if dossier.is_closed:
                assert dossier.custodian == NOBODY
            else:
                assert dossier.custodian.kind is not CustodianKind.NOBODY
            if NATIONAL_STATUS[dossier.status] == 10:
                assert dossier.returned is not None
                assert dossier.returned.recipient.name
                assert dossier.returned.proof_reference
                assert dossier.solved_at is not None

    @invariant()
    def numbers_have_no_gaps_and_codes_no_twins(self) -> None:
        numbers: dict[tuple[int, int], list[int]] = {}
        for dossier in self.last.values():
            if dossier.receipt.number:
                numbers.setdefault((dossier.year, dossier.receipt.book), []).append(dossier.receipt.number)
        for found in numbers.values():
            assert sorted(found) == list(range(1, len(found) + 1))
        assert len({dossier.code for dossier in self.last.values()}) == len(self.last)

    @invariant()
    def a_refold_of_the_log_is_what_the_tables_hold(self) -> None:
        if self.touched % 25:  # every page is read: not after each step
            return
        report = self.ward.verify()
        assert report.is_clean, report.findings
        assert report.dossiers == len(self.first)

    @invariant()
    def every_number_of_a_form_is_the_next_one(self) -> None:
        for key, found in self.numbers.items():
            assert found == list(range(1, len(found) + 1)), key

    def _picked(self, pick: int) -> Dossier:
        codes = sorted(self.last)
        return self.last[codes[pick % len(codes)]]

    def _try(self, act: Callable[[], object]) -> None:
        ward = self.ward
        head, slips = ward.database.ledger.head, {slip.slip_id: slip for slip in ward.desk.way.slips(*SlipState)}
        try:
            act()
        except UserError:
            assert ward.database.ledger.head == head
            return
        self.touched += 1
        for event in self._since(head.seq):
            self._judge(event, slips)

    def _since(self, seq: int) -> list[Event]:
        with self.ward.database._engine.begin() as connection:
            rows = connection.execute(text("SELECT body FROM event WHERE seq > :seq ORDER BY seq"), {"seq": seq})
            return [decode_body(body) for (body,) in rows]

    def _judge(self, event: Event, slips: dict[str, Slip]) -> None:
        fact, number = event.fact, number_of(event.fact)
        if number is not None:
            self.numbers.setdefault((number.form, number.year, number.book), []).append(number.number)
        if not event.envelope.dossier_id:
            return
        state = self.states.get(event.envelope.dossier_id)
        actor = next(user for user in self.ward.desk.reader.users() if user.user_id == event.envelope.actor)
        if state is not None:
            desk = self.ward.desk
            rules = full_rules(desk, actor, event.envelope.acted_at, state.pack)
            known = {slip.slip_id: slip for slip in desk.way.slips(*SlipState)}
            reworked = state.dossier_id in self.reworked
            scene = lawful.Scene(rules, {**known, **slips}, desk.way.delegations(), reworked)
            assert lawful.judge(state, fact, scene) == []
        if isinstance(fact, HandoverConfirmed | CustodyAssigned):
            self.reworked.add(event.envelope.dossier_id)
        after = lawful.folded(state, event)
        if state is not None and (state.promised_at, state.due_at) != (after.promised_at, after.due_at):
            assert isinstance(fact, Corrected | WaitClosed | Apologised)
        self.states[after.dossier_id] = self.last[after.code] = after
        self.first.setdefault(after.code, after)


#: Twelve whole histories in one test: beside other work that is more than a test's usual time.
TestHistory = pytest.mark.timeout(600)(History.TestCase)
TestHistory.settings = settings(
    max_examples=12,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
